"""The checker finds what was planted, and nothing in what is right."""

import pytest

from bench.chat.ledger import Kept, Line, Screen, check


def lines():
    """Two said by a visitor and two by the agent, in turn."""
    said = [("visitor", "agent", "a"), ("agent", "visitor", "b"), ("visitor", "agent", "c"), ("agent", "visitor", "d")]
    return [Line(*who, 7, text, 0.0, answered=number) for number, (*who, text) in enumerate(said, 1)]


def kept(*texts):
    return [Kept(7, number, text) for number, text in enumerate(texts, 1)]


def screens(agent="abcd", visitor="abcd"):
    found = {}
    for reader, texts in (("agent", agent), ("visitor", visitor)):
        found[reader, 7] = Screen()
        for text in texts:
            found[reader, 7].show("abcd".index(text) + 1, text)
    return found


def counts(found):
    return found.lost, found.unanswered, found.doubled, found.reordered, found.refused


def test_what_is_right_is_found_to_be_right():
    found = check(lines(), kept(*"abcd"), screens())
    assert (found.sent, found.received, counts(found), found.words) == (4, 4, (0, 0, 0, 0, 0), ())
    assert found.foreign == 0


def test_lines_that_come_twice_are_shown_once():
    assert counts(check(lines(), kept(*"abcd"), screens(agent="abbcdd"))) == (0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("planted", "expected"),
    [
        (lambda: (lines(), kept(*"abc"), screens()), (1, 0, 0, 0, 0)),
        (lambda: (lines(), kept(*"abcd"), screens(agent="abd")), (1, 0, 0, 0, 0)),
        (lambda: (unanswered(), kept(*"abcd"), screens()), (0, 1, 0, 0, 0)),
        (lambda: (lines(), kept(*"abcda"), screens()), (0, 0, 1, 0, 0)),
        (lambda: (lines(), kept(*"abcd"), told_twice()), (0, 0, 1, 0, 0)),
        (lambda: (lines(), kept(*"abcd"), other_words()), (0, 0, 1, 0, 0)),
        (lambda: (lines(), kept(*"abcd"), screens(visitor="acbd")), (0, 0, 0, 1, 0)),
        (lambda: (swapped(), kept(*"cbad"), screens(agent="d")), (2, 0, 0, 1, 0)),
        (lambda: (lines()[:3], [Kept(7, 1, "a"), Kept(7, 2, "b"), Kept(7, 3, "c"), Kept(7, 5, "x")], screens()),
         (0, 0, 0, 1, 0)),
        (lambda: (refused(), kept(*"abc"), screens()), (0, 0, 0, 0, 1)),
    ],
    ids=["not kept", "not shown", "not answered", "kept twice", "shown twice", "other words", "shown late",
         "sender inverted", "gap", "refused"],
)  # fmt: skip
def test_what_is_planted_is_found(planted, expected):
    found = check(*planted())
    assert counts(found) == expected
    assert len(found.words) == sum(expected) + found.foreign


def test_line_of_another_conversation_is_found_though_it_is_the_last_on_a_screen():
    shown = screens()
    assert shown["visitor", 7].show(5, "x")
    found = check(lines(), [*kept(*"abcd"), *(Kept(8, number, text) for number, text in enumerate("vwyzx", 1))], shown)
    assert (counts(found), found.foreign) == ((0, 0, 0, 0, 0), 1)
    assert found.words == ("foreign: x (5) was shown to visitor in 7, and is not kept there",)


def unanswered():
    found = lines()
    found[3].answered = 0
    return found


def told_twice():
    found = screens()
    found["agent", 7].show(5, "a")
    return found


def other_words():
    found = screens()
    found["agent", 7].show(1, "z")
    return found


def swapped():
    """The visitor's second line has the lower number, as it was answered."""
    found = lines()
    found[0].answered, found[2].answered = 3, 1
    return found


def refused():
    found = lines()
    found[3].is_refused, found[3].answered = True, 0
    return found

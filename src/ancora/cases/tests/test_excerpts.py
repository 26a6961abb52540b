"""The excerpt of a hit."""

import pytest

from ancora.cases.queries.excerpts import AFTER, BEFORE, excerpt_around


@pytest.mark.parametrize(
    ("text", "words", "excerpt"),
    [
        ("La città è lontana", "citta", "La \x02città\x03 è lontana"),
        ("ordini spediti ieri", "ordine", "\x02ordini\x03 spediti ieri"),
        ("nothing fits", "absent", "nothing fits"),
        ("a\x02b\x00c", "b", "a \x02b\x03 c"),
        ("İstanbul ﬁne straße", "fine", "İstanbul ﬁne straße"),
        ("text", "", "text"),
    ],
)
def test_hits_are_marked_whatever_their_accents_and_endings(text, words, excerpt):
    assert excerpt_around(text, words) == excerpt


def test_excerpt_of_a_long_text_is_short_and_around_the_hit():
    text = "word " * 500 + "needle " + "word " * 500
    found = excerpt_around(text, "needle")
    assert "\x02needle\x03" in found
    assert len(found) < BEFORE + AFTER + 20
    assert found.startswith("… word")

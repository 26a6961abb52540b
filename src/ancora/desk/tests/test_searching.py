"""Search by number, address, name and words."""

from datetime import UTC, datetime

import pytest

from ancora.cases.models import Case
from ancora.desk.prose import marked, paragraphs, rest_of
from ancora.desk.shelf import seen_from


@pytest.mark.parametrize("words", ["carla@example", "Bianchi", "leaks", "LEAKS"])
def test_case_is_found(shop, cast, client_of, words):
    page = client_of(cast.anna).get("/search/", {"q": words}).content.decode()
    assert "The grinder leaks" in page


def test_number_finds_and_hash_number_opens(shop, cast, client_of):
    anna = client_of(cast.anna)
    assert "The grinder leaks" in anna.get("/search/", {"q": shop.case.reference}).content.decode()
    assert anna.get("/search/", {"q": f"#{shop.case.reference}"})["Location"] == f"/cases/{shop.case.reference}/"


def test_hits_are_marked(shop, cast, client_of):
    assert "<mark>leaks</mark>" in client_of(cast.anna).get("/search/", {"q": "leaks"}).content.decode()


def test_search_that_finds_nothing_teaches(shop, cast, client_of):
    page = client_of(cast.anna).get("/search/", {"q": "zzzz"}).content.decode()
    assert "Nothing for “zzzz”" in page
    assert "a phone number in any form" in page


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("a\nb\n\nc", "<p>a<br>b</p><p>c</p>"),
        ("<b>", "<p>&lt;b&gt;</p>"),
        ("", ""),
        (
            "see https://x.org/a?b=1&c=2.",
            '<p>see <a href="https://x.org/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer nofollow">'
            "https://x.org/a?b=1&amp;c=2</a>.</p>",
        ),
        ('https://x.org/"onclick="', None),
    ],
)
def test_text_of_strangers_becomes_safe_paragraphs(text, html):
    made = paragraphs(text)
    assert html is None or made == html
    assert '"onclick' not in made


def test_hits_that_do_not_pair_are_not_marked():
    assert marked("a \x02b\x03 <i>") == "a <mark>b</mark> &lt;i&gt;"
    assert marked("a \x02b") == "a b"


def test_rest_of_a_text_is_what_was_not_shown():
    assert rest_of("Yes.\n\n> old", "Yes.") == "> old"
    assert rest_of("> old\n\nYes.", "Yes.") == "> old\n\nYes."


def test_rows_seen_are_read_and_rubbish_is_left_out():
    seen = seen_from("17.3.1764000000,x,18,19.1.-4,20.2.5")
    assert set(seen) == {17, 20}
    assert seen[17].version == 3


@pytest.mark.parametrize(
    ("seconds", "fresh"),
    [
        ([100], 1),
        ([40], 1),
        ([], 0),
    ],
)
def test_on_a_screen_that_is_not_full_everything_unseen_is_new(seconds, fresh):
    assert seen_from("1.1.50,2.1.60").fresh_in(rows_with(1, 2, at=[50, 60], more=seconds)) == fresh


def test_case_that_moved_up_from_behind_a_full_screen_is_not_new():
    full = seen_from(",".join(f"{number}.1.{1000 - number}" for number in range(1, 31)))
    assert full.fresh_in(rows_with(1, at=[999], more=[100])) == 0
    assert full.fresh_in(rows_with(1, at=[999], more=[2000, 100])) == 1


def rows_with(*seen: int, at: list[int], more: list[int]) -> list[Case]:
    """Cases seen before, and others, each with the second of its last message."""
    rows = [*zip(seen, at, strict=True), *enumerate(more, 900)]
    return [Case(pk=pk, last_message_at=datetime.fromtimestamp(second, UTC)) for pk, second in rows]

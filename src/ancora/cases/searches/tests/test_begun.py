"""What is found while the last word is typed, and how much of everything is read for it."""

from importlib import import_module

import pytest
from django.db import connection

from ancora.cases.lists.tests.conftest import many
from ancora.cases.models import Case
from ancora.cases.queries import cases_begun, found_ids, search, texts
from ancora.customers.models import Customer
from ancora.customers.queries import find_customers
from ancora.desk.tests.conftest import letter, shop
from ancora.platform import clock

__all__ = ["many", "shop"]


@pytest.fixture
def typed(cast):
    """`typed(words)`: the subjects that Anna sees while she types."""
    return lambda words: [case.subject for case in cases_begun(cast.anna, words, most=5)]


def go_on_to(message_id: int) -> None:
    """As if so many messages had come meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT setval(pg_get_serial_sequence('conversations_message', 'id'), %s)", [message_id])


def test_last_word_begins_others_while_it_is_typed(shop, arrive, typed, cast):
    text = "Perché il pacco dell’ordine è danneggiato? In città."
    arrive(letter(subject="Ordine", text=text, message_id="<i@x>"), shop.mailbox)
    arrive(letter(subject="Order", text="The parcels were damaged.", message_id="<e@x>"), shop.mailbox)
    # The index holds “dannegg” and “damag”: less than what is typed by then.
    for words in ("dan", "danneggi", "danneggiat", "citt", "CITTÀ", "perché il pac", "dell'ord", '"in citt'):
        assert "Ordine" in typed(words), words
    for words in ("damage", "damages", "parcels da"):
        assert typed(words) == ["Order"], words
    # A space ends the word.
    for words in ("dan ", "parcels da ", "ŉ", "dan'", "da:"):
        assert "Ordine" not in typed(words), words


def test_page_takes_the_last_word_for_a_beginning_only_where_nothing_has_it_whole(shop, arrive, cast):
    arrive(letter(subject="Leakage", text="An old story.", message_id="<i@x>"), shop.mailbox)
    found = search(cast.anna, "stor")
    assert ([hit.case.subject for hit in found.hits], found.begun, found.total) == (["Leakage"], "stor", 1)
    assert "\x02story\x03" in found.hits[0].excerpt
    assert found_ids(cast.anna, "stor", until=clock.now(), most=9) == [found.hits[0].case.pk]
    assert search(cast.anna, "story").begun == ""
    assert search(cast.anna, "stori is:closed").hits == []


def test_old_messages_are_found_but_not_by_two_or_three_letters_alone(shop, arrive, typed, cast):
    arrive(letter(subject="Old", text="A xylophone by the wall.", message_id="<o@x>"), shop.mailbox)
    go_on_to(texts.NEWEST)
    arrive(letter(subject="Later", text="A drum.", message_id="<l@x>"), shop.mailbox)
    go_on_to(2 * texts.NEWEST + texts.FURTHEST)
    arrive(letter(subject="New", text="By the wall.", message_id="<n@x>"), shop.mailbox)
    assert [hit.case.subject for hit in search(cast.anna, "wall").hits] == ["New", "Old"]
    assert typed("xylo") == typed("xylophone") == typed("wall xyl") == ["Old"]
    assert typed("xyl") == []
    assert typed("dru") == []
    assert typed("drum") == ["Later"]


def test_conditions_find_what_lies_behind_the_newest_candidates(shop, arrive, cast, monkeypatch):
    # The function of this name hides its module.
    limits = import_module("ancora.cases.queries.search")
    monkeypatch.setattr(limits, "USUAL", 1)
    monkeypatch.setattr(limits, "MANY", 2)
    for number in range(6):
        arrive(letter(subject=f"Drum {number}", text="It roars.", message_id=f"<{number}@x>"), shop.mailbox)
    Case.objects.filter(subject="Drum 0").update(status="resolved")
    found = search(cast.anna, "roars is:resolved", most=1)
    assert [hit.case.subject for hit in found.hits] == ["Drum 0"]
    # Whether there are others was not asked.
    assert found.is_more
    assert len(search(cast.anna, "roars", most=2).hits) == 2
    assert len(found_ids(cast.anna, "roars", until=clock.now(), most=9)) == 6


def test_nothing_is_said_only_when_every_message_was_asked(shop, arrive, typed, cast, monkeypatch):
    monkeypatch.setattr(texts, "COMMON", 1)
    monkeypatch.setattr(import_module("ancora.cases.queries.search"), "MOST_READ", 1)
    arrive(letter(subject="Old", text="A red drum.", message_id="<o@x>"), shop.mailbox)
    go_on_to(texts.FURTHEST + 10_000)
    arrive(letter(subject="New", text="A drum that is red.", message_id="<n@x>"), shop.mailbox)
    assert typed('"red drum"') == []
    assert [hit.case.subject for hit in search(cast.anna, '"red drum"').hits] == ["Old"]
    assert search(cast.anna, '"drum red"').hits == []


def test_counting_stops_and_says_so(many, cast):
    many(302)
    found = search(cast.anna, "is:open")
    assert (found.total, found.is_more, len(found.hits)) == (300, True, 30)
    found = search(cast.anna, "is:resolved")
    assert (found.total, found.is_more) == (0, False)


def test_customers_by_beginnings_of_two_letters_and_by_any_part_of_three(cast):
    for name in ("Maria Nuñez", "Anna D'Amico", "Amadeus Mann", "100% Bio", "O_o"):
        Customer.objects.create(name=name, created_at=clock.now())
    for words, names in {
        "ma": ["Amadeus Mann", "Maria Nuñez"],
        "nu": ["Maria Nuñez"],
        "am": ["Amadeus Mann"],
        "ami": ["Anna D'Amico"],
        "D'AM": ["Anna D'Amico"],
        "nunez": ["Maria Nuñez"],
        "0%": [],
        "00%": ["100% Bio"],
        "o_": ["O_o"],
        "o__": [],
    }.items():
        assert [one.name for one in find_customers(cast.anna, words)] == names, words

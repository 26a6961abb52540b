"""What the one search field finds, however it is written."""

import pytest

from ancora.cases.models import Case
from ancora.cases.queries import search
from ancora.cases.searches.recent import MOST_KEPT, forget_searches, recent_searches, remember_search
from ancora.customers.models import Handle
from ancora.customers.queries import find_customers, normal_phone
from ancora.desk.tests.conftest import letter, shop
from ancora.platform import clock

__all__ = ["shop"]


@pytest.fixture
def found(cast):
    """`found(words)`: the subjects of what Anna finds."""
    return lambda words: [hit.case.subject for hit in search(cast.anna, words).hits]


def reachable_at(customer, number: str) -> None:
    value = normal_phone(number)
    Handle.objects.create(customer=customer, kind="phone", value=value, display=number, created_at=clock.now())


@pytest.mark.parametrize("kept", ["+39 055 123456", "055 123 456"])
def test_phone_in_any_form(shop, cast, found, kept):
    reachable_at(shop.case.customer, kept)
    for words in ("+39 055 123 456", "055/123456", "0039055123456", "055.123.456", "055 123456", "(055) 123-456"):
        assert found(words) == ["The grinder leaks"], words
        assert found(f'from:"{words}"') == ["The grinder leaks"], words
        assert find_customers(cast.anna, words) == [shop.case.customer], words
    for words in ("055 999999", "+39 02 123456", "123"):
        assert found(words) == [], words


def test_words_in_both_languages_with_their_stems_and_without_accents(shop, arrive, found, cast):
    arrive(letter(subject="Ordine", text="Perché le spedizioni tardano in città?", message_id="<i@x>"), shop.mailbox)
    arrive(letter(subject="Order", text="The parcels were damaged.", message_id="<e@x>"), shop.mailbox)
    for words in ("perche", "PERCHÉ", "spedizione", "citta", "ordini"):
        assert "Ordine" in found(words), words
    for words in ("parcel", "damage", "damages"):
        assert "Order" in found(words), words
    assert found('"parcels were"') == ["Order"]
    assert "Order" not in found("parcels -damaged")
    [hit] = search(cast.anna, "citta").hits
    assert "\x02città\x03" in hit.excerpt


def test_signs_beside_a_word_are_no_part_of_it(shop, arrive, found):
    text = "Dell’ordine “urgente”, la consegna… «fattura» – pacco—rotto €50 ciao🙂 co\u00adope\u00adrazione\u00a0reso"
    arrive(letter(subject="Signs", text=text, message_id="<i@x>"), shop.mailbox)
    words = ("ordine", "urgente", "consegna", "fattura", "pacco", "rotto", "50", "ciao", "cooperazione", "reso")
    for one in (*words, "“ordine urgente”", "„fattura“", "l’ordine", "dell'ordine"):
        assert found(one) == ["Signs"], one
    assert found("“urgente ordine”") == []


def test_names_of_attachments(shop, arrive, found):
    mail = letter(subject="With a paper", message_id="<f@x>")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="Rücksendung-4711.pdf")
    arrive(mail, shop.mailbox)
    for words in ("rucksendung", "4711", "Rücksendung-4711.pdf", "rucksendung 4711"):
        assert found(words) == ["With a paper"], words


def test_number_name_address_and_conditions(shop, found):
    Case.objects.filter(pk=shop.hidden.pk).update(status="resolved")
    number = shop.case.reference
    for words in (str(number), f"#{number}", "bianchi", "carla@example", "leaks from:carla is:open", "from:bianchi"):
        assert found(words) == ["The grinder leaks"], words
    assert found("bianchi is:resolved") == []


def test_a_number_leads_to_its_case_whatever_mentions_it_since(shop, arrive, cast):
    number = shop.case.reference
    arrive(letter(subject="Later", text=f"As in {number}.", message_id="<n@x>"), shop.mailbox)
    for words in (f"{number}", f"#{number}"):
        assert [hit.case.reference for hit in search(cast.anna, words, most=1).hits] == [number]


def test_searches_of_ones_own_the_latest_first_and_not_for_ever(cast):
    for number in range(MOST_KEPT + 3):
        remember_search(cast.anna, f"search  {number}")
    remember_search(cast.anna, "search 5")
    remember_search(cast.anna, " ")
    remember_search(cast.anna, "x" * 300)
    own = recent_searches(cast.anna)
    assert own[:2] == ["search 5", f"search {MOST_KEPT + 2}"]
    assert len(own) == MOST_KEPT == len(set(own))
    remember_search(cast.lena, "hers")
    forget_searches(cast.anna)
    assert recent_searches(cast.anna) == []
    assert recent_searches(cast.lena) == ["hers"]

"""What is written from right to left stands so, and leaves the words around it alone."""

import pytest

from ancora.cases.models import Case
from ancora.desk.tests.conftest import letter
from ancora.platform.ui.templatetags.ui import isolated

SUBJECT = "מכונת הקפה GX-200 <b>"


@pytest.mark.parametrize(("words", "shown"), [("Niccolò", "Niccolò"), ("אב 12", "\u2068אב 12\u2069"), ("", "")])
def test_only_what_turns_the_direction_is_isolated(words, shown):
    assert isolated(words) == shown


def test_words_of_a_customer_have_a_direction_of_their_own_wherever_they_stand(cast, client_of, arrive, mailbox):
    for number, sender in enumerate(("רונית כהן <ronit@example.org>", "Dario <dario@example.org>")):
        arrive(letter(sender, SUBJECT, "שלום רב,\n\nThanks!", message_id=f"<{number}@x>"), mailbox)
    case, other = Case.objects.order_by("pk")
    stan = client_of(cast.stan)
    escaped = SUBJECT.replace("<", "&lt;").replace(">", "&gt;")
    row = stan.get("/queues/open/").text
    assert f'<span class="subject" dir="auto">{escaped}</span>' in row
    assert "<bdi>רונית כהן</bdi>" in row
    page = stan.get(f"/cases/{case.reference}/").text
    assert f'<h1 id="subject" dir="auto">{escaped}</h1>' in page
    assert '<bdi class="who">רונית כהן</bdi>' in page
    assert '<div class="body" dir="auto"><p>שלום רב,</p>' in page
    # In a sentence of ours nothing is marked up: invisible letters hold it together.
    assert f"\u2068{escaped}\u2069" in stan.get(f"/cases/{case.reference}/merge/").text
    assert f"<bdi>{escaped}</bdi>" in stan.get(f"/cases/{case.reference}/merge/?other={other.reference}").text

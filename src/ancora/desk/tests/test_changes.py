"""The small changes of a case, their menus and their refusals."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.models import Case, Outcome
from ancora.desk.live import hears_cases, hears_conversations
from ancora.desk.tests.conftest import letter
from ancora.parties.models import Team
from ancora.platform.live.topics import heard_by

PART = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def change(shop, cast, client_of):
    """`change(verb, **fields)` as Anna; gives the answer, the case brought up to date."""
    anna = client_of(cast.anna)

    def post(verb, extra=PART, **fields):
        answer = anna.post(f"/cases/{shop.case.reference}/{verb}/", fields, **extra)
        shop.case.refresh_from_db()
        return answer

    return post


def test_owner_is_set_and_taken_away(shop, cast, change):
    assert "Lena Vogt" in change("owner", owner=cast.lena.pk).content.decode()
    assert shop.case.owner == cast.lena
    change("owner", owner="")
    assert shop.case.owner is None


def test_observer_cannot_own(shop, cast, change):
    answer = change("owner", owner=cast.olga.pk)
    assert answer.status_code == 422
    assert "cannot own cases" in json.loads(answer["HX-Trigger"])["toast"]["text"]


def test_hand_over_leaves_its_reason_as_a_note(shop, change):
    service = Team.objects.create(name="Service")
    change("team", team=service.pk, why="She wants to do it herself")
    assert shop.case.team == service
    assert shop.case.notes.get().text == "She wants to do it herself"


def test_priority_and_tags(shop, change):
    change("priority", priority="4")
    change("tags", label="warranty")
    page = change("tags", label="grinder").content.decode()
    assert shop.case.priority == 4
    assert "warranty" in page
    change("tags", remove=shop.case.tags.get(label="grinder").pk)
    assert [tag.label for tag in shop.case.tags.all()] == ["warranty"]


def test_status_goes_round(shop, change):
    outcome = Outcome.objects.first()
    steps = [
        ("waiting-customer", "waiting"),
        ("open", "open"),
        (f"resolved-{outcome.pk}", "resolved"),
        ("closed", "closed"),
        ("open", "open"),
        ("trash", "trash"),
        ("restored", "open"),
    ]
    for wanted, status in steps:
        assert change("status", status=wanted).status_code == 200, wanted
        assert shop.case.status == status


@pytest.mark.parametrize("wanted", ["", "nonsense", "waiting-nobody", "resolved-9999", "resolved-x", "closed"])
def test_status_that_cannot_be_is_refused_in_words(shop, change, wanted):
    answer = change("status", status=wanted)
    assert answer.status_code == 422
    assert json.loads(answer["HX-Trigger"])["toast"]["kind"] == "error"
    assert shop.case.status == "open"


def test_refusal_without_scripts_is_on_the_next_page(shop, cast, change, client_of):
    assert change("status", extra={}, status="closed").status_code == 302
    client = client_of(cast.anna)
    answer = client.post(f"/cases/{shop.case.reference}/status/", {"status": "closed"}, follow=True)
    assert "Resolve the case first" in answer.content.decode()


def test_trash_offers_an_undo(change):
    page = change("status", status="trash").content.decode()
    assert "Moved to trash." in page
    assert "Undo" in page


@pytest.mark.parametrize("menu", ["owner", "team", "priority", "tags", "status"])
def test_menu_is_a_part_and_a_page(shop, cast, client_of, menu):
    anna, address = client_of(cast.anna), f"/cases/{shop.case.reference}/{menu}/"
    assert "<html" not in anna.get(address, **PART).content.decode()
    assert "<html" in anna.get(address).content.decode()


def test_only_those_who_see_a_case_hear_of_it(shop, cast):
    both = {shop.case.pk, shop.hidden.pk}
    assert hears_cases(cast.marco, both) == both
    assert hears_cases(cast.stan, both) == {shop.case.pk}
    conversation = shop.hidden_message.pk and f"conversation-{_conversation(shop.hidden)}"
    wanted = ["case", f"case-{shop.case.pk}", f"case-{shop.hidden.pk}", conversation]
    assert heard_by(cast.stan, wanted) == {"case", f"case-{shop.case.pk}"}
    assert heard_by(cast.marco, wanted) == set(wanted)
    assert not hears_conversations(cast.stan, {10**9})


def test_who_may_hear_is_asked_as_often_however_many_topics(shop, cast, arrive, mailbox):
    def queries(cases) -> int:
        topics = [topic for case in cases for topic in (f"case-{case.pk}", f"chat-{_conversation(case)}")]
        with CaptureQueriesContext(connection) as captured:
            assert heard_by(cast.anna, topics) == set(topics)
        return len(captured)

    for number in range(3):
        arrive(letter(f"{number}@example.org", f"Invoice {number}", "Twice.", message_id=f"<{number}@x>"), mailbox)
    many = list(Case.objects.filter(subject__startswith="Invoice"))
    assert len(many) == 3
    assert queries([shop.case]) == queries([shop.case, *many])


def _conversation(case) -> int:
    from ancora.cases.queries.cases import conversation_ids_of

    return conversation_ids_of(case)[0]

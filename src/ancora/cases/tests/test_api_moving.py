"""Corrections through the API: a message in the wrong case, a case of the wrong customer."""

from uuid import uuid4

import pytest

from ancora.cases.models import Case
from ancora.cases.queries import case_with
from ancora.cases.tests.test_moving import BRUNO, case
from ancora.cases.tests.test_road import letter
from ancora.conversations.models import Mailbox, Message
from ancora.parties.models import Team


@pytest.fixture
def both(cast, mailbox, arrive) -> Message:
    """Carla's case 1001 and Bruno's 1002; gives his message."""
    arrive(letter(message_id="<1@customers.example>"), mailbox)
    result = arrive(letter("Invoice twice", "Two invoices.", BRUNO, message_id="<2@other.example>"), mailbox)
    return Message.objects.get(pk=result.message_id)


def test_program_moves_a_message_and_back(cast, both, program_of):
    program, path = program_of(cast.lena), f"/messages/{both.pk}/case"
    for _ in range(2):
        answer = program.put(path, {"case": 1001})
        assert (answer.status_code, answer.json()["reference"]) == (200, 1001)
        assert answer.json()["excerpt"] == "Two invoices."
    assert (case_with(both), case(1002).status) == (case(1001), "trash")
    changes = [one["change"]["text"] for one in program.get("/cases/1001").json()["timeline"] if one["change"]]
    assert changes.count("Message moved here from #1002") == 1
    assert program.put(path, {"case": 1002}).json()["status"] == "open"


def test_program_begins_a_case_with_a_message_once_per_key(cast, both, program_of):
    program, key = program_of(cast.marco), str(uuid4())
    answers = [program.post(f"/messages/{both.pk}/case", None, key=key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    assert answers[0].json()["customer"]["name"] == "Bruno Neri"
    assert Case.objects.count() == 3


def test_what_cannot_be_moved_is_refused(cast, both, program_of):
    program = program_of(cast.lena)
    sent = program.post("/cases/1001/replies", {"text": "Yes"}).json()
    for answer in (
        program.put(f"/messages/{sent['id']}/case", {"case": 1002}),
        program.post(f"/messages/{sent['id']}/case"),
    ):
        assert answer.status_code == 422
        assert "still on its way" in answer.json()["detail"]
    assert program.put(f"/messages/{both.pk}/case", {"case": 9999}).status_code == 404
    assert program.put(f"/messages/{both.pk}/case", {"case": "x"}).status_code == 422


def test_program_says_whose_a_case_is(cast, both, program_of):
    program, bruno = program_of(cast.lena), case(1002).customer_id
    for _ in range(2):
        answer = program.put("/cases/1001/customer", {"customer": bruno})
        assert (answer.status_code, answer.json()["customer"]["name"]) == (200, "Bruno Neri")
    changes = [one["change"]["text"] for one in program.get("/cases/1001").json()["timeline"] if one["change"]]
    assert changes.count("Customer: Bruno Neri") == 1
    refused = program.put("/cases/1001/customer", {"customer": 999999})
    assert (refused.status_code, refused.json()["detail"]) == (422, "There is no such customer.")
    assert program_of(cast.olga).put("/cases/1001/customer", {"customer": bruno}).status_code == 403
    assert program.put("/cases/9999/customer", {"customer": bruno}).status_code == 404


def test_strangers_and_observers_correct_nothing(cast, both, arrive, program_of):
    team, box = Team.objects.create(name="Board"), Mailbox.objects.create(name="Board", address="board@example.com")
    box.teams.add(team)
    secret = arrive(letter("Secret", "Psst", to="board@example.com"), box).message_id
    stranger, observer = program_of(cast.stan), program_of(cast.olga)
    assert stranger.put(f"/messages/{secret}/case", {"case": 1001}).status_code == 404
    assert stranger.post(f"/messages/{secret}/case").status_code == 404
    assert stranger.put(f"/messages/{both.pk}/case", {"case": 1003}).status_code == 404
    assert observer.put(f"/messages/{both.pk}/case", {"case": 1001}).status_code == 403
    assert observer.post(f"/messages/{both.pk}/case").status_code == 403
    assert program_of().put(f"/messages/{both.pk}/case", {"case": 1001}).status_code == 401
    assert stranger.put("/cases/1003/customer", {"customer": case(1001).customer_id}).status_code == 404
    assert case_with(both) == case(1002)

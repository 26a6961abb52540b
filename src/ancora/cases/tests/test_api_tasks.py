"""Tasks and clocks through the API."""

from datetime import timedelta
from uuid import uuid4

import pytest

from ancora.cases.models import CaseClocks, Outcome, Task
from ancora.cases.tasks.tests.conftest import case, otto
from ancora.conversations.models import Mailbox, Message
from ancora.parties.models import Team, ThirdParty
from ancora.platform import clock

__all__ = ["case", "otto"]


@pytest.fixture
def page(case) -> str:
    return f"/cases/{case.reference}"


def test_task_is_given_once_read_commented_on_and_done(cast, case, page, program_of):
    program, key = program_of(cast.marco), str(uuid4())
    due = (clock.now() + timedelta(hours=2)).isoformat()
    given = {"title": "Look for the part", "person": cast.lena.pk, "due_at": due, "waits": True}
    for _twice in range(2):
        made = program.post(f"{page}/tasks", given, key=key)
        assert made.status_code == 201
    task = made.json()
    assert (task["person"]["name"], task["state"], task["case"], task["is_late"]) == (
        "Lena Vogt",
        "open",
        case.reference,
        False,
    )
    assert program.get(page).json()["waiting_on"] == "us"
    assert [one["id"] for one in program.get(f"{page}/tasks").json()] == [task["id"]]
    said = program_of(cast.olga).post(f"/tasks/{task['id']}/comments", {"text": "Shelf 4"})
    assert (said.status_code, said.json()["author"]) == (201, cast.olga.pk)
    done = program.post(f"/tasks/{task['id']}/done", {"result": "Found"}).json()
    assert (done["state"], done["result"], [one["text"] for one in done["comments"]]) == ("done", "Found", ["Shelf 4"])
    assert program.get(page).json()["status"] == "open"
    assert program.post(f"/tasks/{task['id']}/cancel", {}).status_code == 422


def test_task_goes_on_and_to_a_firm_that_is_new(cast, case, page, program_of):
    program, repairs = program_of(cast.marco), Team.objects.create(name="Repairs")
    task = program.post(f"{page}/tasks", {"title": "Repair it", "team": repairs.pk}).json()["id"]
    firm = {"name": "Otto Repairs", "address": "otto@repairs.example"}
    answer = program.put(f"/tasks/{task}/assignee", {"third_party": firm})
    assert answer.json()["third_party"]["name"] == "Otto Repairs"
    assert [one["address"] for one in program.get("/third-parties").json()] == ["otto@repairs.example"]
    assert Message.objects.filter(outgoing__recipients__address="otto@repairs.example").count() == 1
    assert program.put(f"/tasks/{task}/assignee", {"team": repairs.pk}).status_code == 422


def test_resolving_names_what_is_open_and_clocks_are_told(cast, case, page, program_of):
    program = program_of(cast.marco)
    program.post(f"{page}/tasks", {"title": "Call Carla", "person": cast.marco.pk})
    due = clock.now() + timedelta(minutes=5)
    hand = {"kind": "resolution", "started": due.isoformat(), "due": due.isoformat(), "warns": None}
    CaseClocks.objects.update_or_create(case=case, defaults={"hands": [{**hand, "paused_since": None, "paused": 0}]})
    [told] = program.get(page).json()["clocks"]
    assert (told["kind"], told["state"]) == ("resolution", "calm")
    resolved = program.post(f"{page}/resolve", {"outcome": Outcome.objects.first().pk}).json()
    assert (resolved["status"], [one["title"] for one in resolved["open_tasks"]]) == ("resolved", ["Call Carla"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "x"},
        {"title": "x", "person": 1, "team": 1},
        {"title": " ", "person": 1},
        {"title": "x", "team": 999},
        {"title": "x", "third_party": 999},
        {"title": "x", "third_party": {"name": "Otto", "address": "otto"}},
        {"title": "x", "person": 1, "due_at": "2001-01-01T00:00:00Z"},
    ],
)
def test_what_makes_no_sense_is_refused(cast, case, page, program_of, wrong):
    wrong = {**wrong, **({"person": cast.lena.pk} if "person" in wrong else {})}
    assert program_of(cast.marco).post(f"{page}/tasks", wrong).status_code == 422
    assert not Task.objects.exists()
    assert not ThirdParty.objects.exists()


def test_strangers_and_observers(cast, case, page, program_of):
    task = program_of(cast.marco).post(f"{page}/tasks", {"title": "Secret", "person": cast.marco.pk}).json()["id"]
    due = {"due_at": "2090-12-01T09:00:00Z"}
    assert program_of(cast.marco).put(f"/tasks/{task}/due", due).json()["due_at"] == due["due_at"]
    assert program_of(cast.olga).put(f"/tasks/{task}/due", due).status_code == 403
    olga, mine = program_of(cast.olga), {"title": "x", "person": cast.olga.pk}
    assert olga.post(f"{page}/tasks", mine).status_code == 403
    assert olga.post(f"/tasks/{task}/done", {}).status_code == 403
    assert program_of(cast.marco).post(f"{page}/tasks", mine).status_code == 422
    Mailbox.objects.get().teams.add(Team.objects.create(name="Board"))
    stan = program_of(cast.stan)
    for answer in (
        stan.get(f"{page}/tasks"),
        stan.get(f"/tasks/{task}"),
        stan.post(f"{page}/tasks", {"title": "x", "person": cast.stan.pk}),
        stan.put(f"/tasks/{task}/assignee", {"person": cast.stan.pk}),
        stan.put(f"/tasks/{task}/due", {"due_at": None}),
        stan.post(f"/tasks/{task}/done", {}),
        stan.post(f"/tasks/{task}/cancel", {}),
        stan.post(f"/tasks/{task}/comments", {"text": "x"}),
    ):
        assert answer.status_code == 404
    assert program_of(None).get(f"/tasks/{task}").status_code == 401

"""Cases through the API: what the desk can do, a program can, under the same rules."""

import base64
from email.message import EmailMessage
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.models import Case, Note, Outcome
from ancora.conversations.models import Mailbox, Outgoing
from ancora.customers.commands import create_customer
from ancora.parties.models import Team
from ancora.platform.events.actors import SYSTEM

PDF = b"%PDF-1.7\n\x00\xff"
FILES = [{"filename": "fattura.pdf", "content_type": "application/pdf", "content": base64.b64encode(PDF).decode()}]


def letter(number=1):
    mail = EmailMessage()
    mail["From"], mail["To"] = "Carla Bianchi <carla@customers.example>", "support@example.com"
    mail["Subject"], mail["Message-ID"] = f"The grinder leaks {number}", f"<{number}@customers.example>"
    mail.set_content("It leaks again.")
    mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="photo.pdf")
    return mail


# Written out once: the boundaries are made by chance.
RAW = letter().as_bytes()


@pytest.fixture
def case(cast, mailbox, arrive):
    arrive(RAW, mailbox)
    return Case.objects.get()


@pytest.fixture
def hidden_case(cast, arrive):
    """A case of a mailbox that only another team sees."""
    team = Team.objects.create(name="Board")
    box = Mailbox.objects.create(name="Board", address="board@example.com")
    box.teams.add(team)
    arrive(letter(), box)
    return Case.objects.get()


def test_case_comes_whole_with_its_timeline(cast, case, program_of):
    found = program_of(cast.marco).get("/cases/1001").json()
    assert (found["subject"], found["status"], found["customer"]["name"]) == (
        "The grinder leaks 1",
        "open",
        "Carla Bianchi",
    )
    kinds = [entry["kind"] for entry in found["timeline"]]
    assert sorted(kinds) == ["change", "message"]
    message = next(entry["message"] for entry in found["timeline"] if entry["message"])
    assert message["sender"] == {"name": "Carla Bianchi", "address": "carla@customers.example"}
    assert (message["reply_text"], message["rung"], message["outgoing"]) == ("It leaks again.", "new", None)


def test_bytes_come_as_they_were_sent(cast, case, program_of):
    program = program_of(cast.marco)
    message = next(one["message"] for one in program.get("/cases/1001").json()["timeline"] if one["message"])
    assert program.get(f"/messages/{message['id']}").json() == message
    attachment = program.get(f"/attachments/{message['attachments'][0]['id']}")
    assert b"".join(attachment.streaming_content) == PDF
    assert attachment.headers["Content-Type"] == "application/octet-stream"
    original = program.get(f"/messages/{message['id']}/original")
    assert b"".join(original.streaming_content) == RAW
    assert original.headers["Content-Type"] == "message/rfc822"


def test_cases_are_listed_by_queue_status_and_customer(cast, case, program_of):
    program = program_of(cast.marco)
    other = create_customer(name="Other", actor=SYSTEM)
    for query in ({}, {"queue": "unassigned"}, {"status": "open"}, {"customer": case.customer_id, "status": "open"}):
        assert [one["reference"] for one in program.get("/cases", **query).json()["cases"]] == [1001], query
    for query in ({"queue": "mine"}, {"status": "closed"}, {"customer": other.pk}, {"owner": cast.marco.pk}):
        assert program.get("/cases", **query).json() == {"cases": [], "next": None}, query
    assert program.get("/queues").json()["unassigned"] == 1
    for query in ({"queue": "nothing"}, {"status": "nothing"}, {"limit": 0}, {"customer": "x"}):
        assert program.get("/cases", **query).status_code == 422, query
    beyond = base64.urlsafe_b64encode(b'["2026-01-01T00:00:00Z", 99999999999999999999]').decode()
    for cursor in ("nonsense", "bm8=", beyond):
        assert program.get("/cases", after=cursor).status_code in (200, 404), cursor


def test_pages_hold_every_case_once(cast, mailbox, arrive, program_of):
    for number in range(5):
        arrive(letter(number), mailbox)
    program, seen, after = program_of(cast.marco), [], {}
    while after is not None:
        page = program.get("/cases", limit=2, **after).json()
        seen += [one["reference"] for one in page["cases"]]
        after = {"after": page["next"]} if page["next"] else None
    assert seen == [1005, 1004, 1003, 1002, 1001]


def test_search_finds_words_and_shows_them(cast, case, program_of):
    found = program_of(cast.marco).get("/search", words="leaks").json()
    assert [hit["case"]["reference"] for hit in found] == [1001]
    assert "leaks" in found[0]["excerpt"]
    assert "\x02" not in found[0]["excerpt"]
    assert program_of(cast.marco).get("/search", words="").status_code == 422
    assert program_of(cast.marco).get("/search", words="\0").json() == []


def test_case_is_arranged_and_brought_to_its_end(cast, case, program_of):
    program, outcome, team = (
        program_of(cast.marco),
        Outcome.objects.create(label="Solved"),
        Team.objects.create(name="Repair"),
    )
    team.members.add(cast.stan)
    assert program.put("/cases/1001/owner", {"person": cast.marco.pk}).json()["owner"]["name"] == "Marco Reale"
    moved = program.put("/cases/1001/team", {"team": team.pk, "owner": cast.stan.pk, "why": "A spare part"}).json()
    assert (moved["team"]["name"], moved["owner"]["name"]) == ("Repair", "Stan Meyer")
    assert Note.objects.get().text.strip() == "A spare part"
    assert program.put("/cases/1001/priority", {"priority": 4}).json()["priority"] == 4
    assert program.post("/cases/1001/tags", {"label": "grinder"}).json()["tags"] == ["grinder"]
    assert program.delete("/cases/1001/tags/Grinder").json()["tags"] == []
    waiting = program.post("/cases/1001/wait", {"on": "customer"}).json()
    assert (waiting["status"], waiting["waiting_on"]) == ("waiting", "customer")
    resolved = program.post("/cases/1001/resolve", {"outcome": outcome.pk}).json()
    assert (resolved["status"], resolved["outcome"]) == ("resolved", outcome.pk)
    steps = [("close", "closed"), ("reopen", "open"), ("spam", "spam"), ("trash", "trash"), ("restore", "open")]
    for verb, status in steps:
        assert program.post(f"/cases/1001/{verb}").json()["status"] == status
    assert program.put("/cases/1001/owner", {"person": None}).json()["owner"] is None


def test_refusals_say_why_and_change_nothing(cast, case, program_of):
    program, version = program_of(cast.lena), case.version
    answers = [
        program.post("/cases/1001/close"),
        program.post("/cases/1001/resolve", {"outcome": 99}),
        program.put("/cases/1001/owner", {"person": cast.olga.pk}),
        program.put("/cases/1001/owner", {"person": 999}),
        program.put("/cases/1001/team", {"team": 99}),
        program.put("/cases/1001/priority", {"priority": 5}),
        program.post("/cases/1001/wait", {"on": "nobody"}),
        program.post("/cases/1001/tags", {"label": "  "}),
        program.post("/cases/1001/tags", {"label": "two\nlines"}),
    ]
    for answer in answers:
        assert answer.status_code == 422, answer.content
        assert isinstance(answer.json()["detail"], str)
    case.refresh_from_db()
    assert case.version == version


def test_reply_leaves_once_with_its_files_however_often_it_is_posted(cast, case, program_of):
    program, key = program_of(cast.marco), uuid4()
    body = {"text": "A seal is on its way.\n\nMarco", "files": FILES}
    first, again = (program.post("/cases/1001/replies", body, key=key) for _time in range(2))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json()["id"] == again.json()["id"]
    sent = Outgoing.objects.get()
    assert [(one.kind, one.address) for one in sent.recipients.all()] == [("to", "carla@customers.example")]
    assert [one["filename"] for one in first.json()["attachments"]] == ["fattura.pdf"]
    assert first.json()["outgoing"]["state"] == "queued"
    assert program.get("/cases/1001").json()["owner"]["name"] == "Marco Reale"


def test_message_that_failed_is_sent_once_more(cast, case, program_of):
    program = program_of(cast.marco)
    message = program.post("/cases/1001/replies", {"text": "Yes"}).json()
    path = f"/messages/{message['id']}/retry"
    on_its_way = program.post(path)
    assert on_its_way.status_code == 422
    sent = Outgoing.objects.get()
    sent.recipients.update(state="failed")
    Outgoing.objects.update(state="failed")
    assert program.post(path).json()["outgoing"]["state"] == "queued"
    assert program_of(cast.olga).post(path).status_code == 403
    received = next(one["message"] for one in program.get("/cases/1001").json()["timeline"] if one["message"])
    assert program.post(f"/messages/{received['id']}/retry").status_code == 404


def test_note_and_new_cases_are_made_once_per_key(cast, case, mailbox, program_of):
    program, customer = program_of(cast.marco), case.customer_id
    by_mail = {
        "mailbox": mailbox.pk,
        "to": [{"address": "ugo@x.example"}],
        "subject": "Your order",
        "html": "<p>Hi</p>",
    }
    by_hand = {"customer": customer, "subject": "Called", "text": "Wants a refund", "channel": "phone"}
    for path, body in (
        ("/cases/1001/notes", {"text": "Careful"}),
        ("/cases/by-mail", by_mail),
        ("/cases/by-hand", by_hand),
    ):
        key = uuid4()
        first, again = (program.post(path, body, key=key) for _time in range(2))
        assert (first.status_code, again.status_code) == (201, 201), first.content
        assert first.json() == again.json(), path
    assert Case.objects.count() == 3
    assert Note.objects.count() == 2
    assert Outgoing.objects.count() == 1


def test_key_used_for_something_else_is_refused(cast, case, mailbox, arrive, program_of):
    arrive(letter(2), mailbox)
    program, key = program_of(cast.marco), uuid4()
    for path in ("notes", "replies"):
        assert program.post(f"/cases/1001/{path}", {"text": "x"}, key=key).status_code == 201
        other = program.post(f"/cases/1002/{path}", {"text": "x"}, key=key)
        assert other.status_code == 422
        assert "Idempotency-Key" in other.json()["detail"]
    assert program.post("/cases/1001/notes", {"text": "x"}, key="not a uuid").status_code == 422


def test_bad_writing_is_refused_in_words(cast, case, mailbox, program_of):
    program = program_of(cast.lena)
    bad_file = [{**FILES[0], "content": "%%%"}]
    cases = [
        ("/cases/1001/replies", {}, "empty"),
        ("/cases/1001/replies", {"text": "x", "html": "x"}, "not both"),
        ("/cases/1001/replies", {"text": "x", "to": []}, "Nobody"),
        ("/cases/1001/replies", {"text": "x", "to": [{"address": "nobody"}]}, "to.0.address"),
        (
            "/cases/1001/replies",
            {"text": "x", "to": [{"address": "a@b.example", "name": "a\nBcc: c@d.example"}]},
            "to.0.name",
        ),
        ("/cases/1001/replies", {"text": "x", "answers": 999}, "Nothing is here"),
        ("/cases/1001/replies", {"text": "x", "files": bad_file}, "files.0.content"),
        ("/cases/1001/replies", {"text": "x", "files": [{**FILES[0], "content_type": "a\nb"}]}, "files.0.content_type"),
        ("/cases/1001/notes", {}, "empty"),
        ("/cases/1001/notes", {"text": "a\0b"}, "NUL"),
        ("/cases/by-mail", {"mailbox": 99, "to": [{"address": "a@b.example"}], "subject": "x", "text": "x"}, "mailbox"),
        ("/cases/by-mail", {"mailbox": mailbox.pk, "to": [], "subject": "x", "text": "x"}, "to: "),
        ("/cases/by-hand", {"customer": 99, "subject": "x", "channel": "phone"}, "Nothing is here"),
        ("/cases/by-hand", {"customer": case.customer_id, "subject": "x", "channel": "pigeon"}, "channel"),
    ]
    for path, body, words in cases:
        answer = program.post(path, body)
        assert answer.status_code in (404, 422), (path, body, answer.content)
        assert words in answer.json()["detail"], (path, body, answer.json())
    assert Outgoing.objects.count() == Note.objects.count() == 0
    assert Case.objects.count() == 1


def test_what_is_not_yours_is_not_there(cast, hidden_case, program_of):
    owner, stranger = program_of(cast.anna), program_of(cast.stan)
    message = next(one["message"] for one in owner.get("/cases/1001").json()["timeline"] if one["message"])
    assert [one["reference"] for one in owner.get("/cases").json()["cases"]] == [1001]
    for path in (
        "/cases/1001",
        f"/messages/{message['id']}",
        f"/messages/{message['id']}/original",
        f"/attachments/{message['attachments'][0]['id']}",
    ):
        assert owner.get(path).status_code == 200, path
        assert stranger.get(path).status_code == 404, path
    assert stranger.get("/cases").json()["cases"] == []
    assert stranger.get("/search", words="leaks").json() == []
    assert stranger.get("/mailboxes").json() == []
    for verb in ("close", "reopen", "spam", "trash", "restore"):
        assert stranger.post(f"/cases/1001/{verb}").status_code == 404
    for path, body in (("owner", {"person": None}), ("team", {"team": None}), ("priority", {"priority": 1})):
        assert stranger.put(f"/cases/1001/{path}", body).status_code == 404
    for path, body in (
        ("notes", {"text": "x"}),
        ("replies", {"text": "x"}),
        ("tags", {"label": "x"}),
        ("wait", {"on": "us"}),
    ):
        assert stranger.post(f"/cases/1001/{path}", body).status_code == 404
    mail = {"mailbox": message["id"], "to": [{"address": "a@b.example"}], "subject": "x", "text": "x"}
    hidden = Mailbox.objects.get().pk
    assert stranger.post("/cases/by-mail", {**mail, "mailbox": hidden}).status_code == 422


def test_file_of_a_note_is_for_those_who_see_its_case(cast, hidden_case, program_of):
    owner, stranger = program_of(cast.anna), program_of(cast.stan)
    note = owner.post("/cases/1001/notes", {"files": FILES}).json()
    path = f"/note-files/{note['files'][0]['id']}"
    assert b"".join(owner.get(path).streaming_content) == PDF
    assert stranger.get(path).status_code == 404


def test_observer_reads_and_writes_notes_only(cast, case, mailbox, program_of):
    program = program_of(cast.olga)
    assert program.get("/cases/1001").status_code == 200
    assert program.post("/cases/1001/notes", {"text": "Seen"}).status_code == 201
    mail = {"mailbox": mailbox.pk, "to": [{"address": "a@b.example"}], "subject": "x", "text": "x"}
    hand = {"customer": case.customer_id, "subject": "x", "channel": "phone"}
    refused = [
        program.post("/cases/1001/replies", {"text": "x"}),
        program.post("/cases/by-mail", mail),
        program.post("/cases/by-hand", hand),
        program.put("/cases/1001/owner", {"person": cast.olga.pk}),
        program.post("/cases/1001/spam"),
    ]
    assert {answer.status_code for answer in refused} == {403}
    assert all("Observers" in answer.json()["detail"] for answer in refused)


def test_lists_and_cases_need_the_same_queries_however_long_they_are(cast, mailbox, arrive, program_of):
    program = program_of(cast.marco)
    arrive(letter(0), mailbox)
    paths = [("/cases", {}), ("/cases", {"queue": "open"}), ("/search", {"words": "leaks"}), ("/cases/1001", {})]
    few = [_queries(program, path, query) for path, query in paths]
    for number in range(1, 8):
        arrive(letter(number), mailbox)
    for _time in range(4):
        program.post("/cases/1001/notes", {"text": "x", "files": FILES})
        program.post("/cases/1001/replies", {"text": "x", "files": FILES})
    many = [_queries(program, path, query) for path, query in paths]
    # The first reply made an owner: his name is one more to look up.
    assert many[:3] == few[:3]
    assert many[3] == _queries(program, *paths[3])
    assert many[3] - few[3] <= 4
    assert max(many[:3]) <= 11


def _queries(program, path, query) -> int:
    program.get(path, **query)
    with CaptureQueriesContext(connection) as queries:
        assert program.get(path, **query).status_code == 200
    return len(queries)

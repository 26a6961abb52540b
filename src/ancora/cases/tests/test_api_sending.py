"""Sending through the API: what the desk can do, a program can."""

import base64
from datetime import timedelta
from email.message import EmailMessage
from uuid import uuid4

import pytest

from ancora.cases.models import Case
from ancora.conversations.models import Mailbox, Message, Outgoing
from ancora.conversations.queries import forget_addresses
from ancora.parties.models import Team
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.files.store import read

PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
CARLA, BOSS = "carla@customers.example", "boss@customers.example"


def picture(content=PNG, content_id="seal.1") -> dict:
    return {
        "filename": "seal.png",
        "content_type": "application/octet-stream",
        "content": base64.b64encode(content).decode(),
        "content_id": content_id,
    }


@pytest.fixture
def case(cast, mailbox, arrive) -> Case:
    # Refusals are in the language of the person whose token it is.
    User.objects.filter(pk=cast.marco.pk).update(language="en")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Cc"] = f"Carla <{CARLA}>", "support@example.com", f"Boss <{BOSS}>"
    mail["Subject"], mail["Message-ID"] = "The grinder leaks", "<q@customers.example>"
    mail.set_content("It leaks again.")
    mail.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="a.pdf")
    mail.add_attachment(b"text", maintype="text", subtype="csv", filename="b.csv")
    arrive(mail, mailbox)
    return Case.objects.get()


@pytest.fixture
def message(case) -> Message:
    return Message.objects.get()


def recipients() -> list[tuple[str, str]]:
    return list(Outgoing.objects.get().recipients.order_by("kind", "id").values_list("kind", "address"))


def test_reply_goes_to_the_author_or_to_everybody(case, message, cast, program_of):
    program = program_of(cast.marco)
    program.post("/cases/1001/replies", {"text": "x", "answers": message.pk})
    assert recipients() == [("to", CARLA)]
    Outgoing.objects.all().update(form_key=None)
    again = program.post("/cases/1001/replies", {"text": "x", "everyone": True}).json()
    assert [(one["kind"], one["address"]) for one in again["outgoing"]["recipients"]] == [("to", CARLA), ("cc", BOSS)]


def test_reply_leaves_from_a_chosen_identity_without_a_signature(case, mailbox, cast, program_of):
    Mailbox.objects.update(
        aliases=["billing@example.com"], alias_names={"billing@example.com": "Billing"}, signature="S"
    )
    forget_addresses()
    program = program_of(cast.marco)
    [shown] = program.get("/mailboxes").json()
    assert shown["identities"] == [
        {"name": "Support", "address": "support@example.com"},
        {"name": "Billing", "address": "billing@example.com"},
    ]
    body = {"text": "x", "sender": "billing@example.com", "signature": False}
    assert program.post("/cases/1001/replies", body).json()["sender"]["address"] == "billing@example.com"
    assert b"\r\n-- \r\n" not in read(Outgoing.objects.get().file)


def test_identity_of_a_mailbox_one_does_not_see_is_refused(case, cast, program_of):
    hidden = Mailbox.objects.create(name="Board", address="board@example.com")
    hidden.teams.add(Team.objects.create(name="Board"))
    program = program_of(cast.marco)
    for path, body in (
        ("/cases/1001/replies", {"text": "x"}),
        ("/cases/by-mail", {"to": [{"address": CARLA}], "subject": "x", "text": "x"}),
    ):
        refused = program.post(path, {**body, "sender": "board@example.com"})
        assert refused.status_code == 422
        assert "You cannot write as" in refused.json()["detail"]
    assert not Outgoing.objects.exists()


def test_new_mail_leaves_from_an_identity_alone(case, mailbox, cast, program_of):
    program, body = program_of(cast.marco), {"to": [{"address": CARLA}], "subject": "x", "text": "x"}
    assert "which mailbox" in program.post("/cases/by-mail", body).json()["detail"]
    assert program.post("/cases/by-mail", {**body, "sender": "support@example.com"}).status_code == 201


def test_picture_stands_in_the_text(case, cast, program_of):
    body = {"html": '<p>Here <img src="cid:seal.1"></p>', "files": [picture()]}
    sent = program_of(cast.marco).post("/cases/1001/replies", body).json()
    assert sent["html"] == '<p>Here <img src="cid:seal.1"></p>'
    [attached] = sent["attachments"]
    assert (attached["is_inline"], attached["content_type"]) == (True, "image/png")
    assert b"Content-ID: <seal.1>" in read(Outgoing.objects.get().file)


def test_picture_that_is_none_is_refused_and_one_the_text_does_not_show_is_a_file(case, cast, program_of):
    program = program_of(cast.marco)
    body = {"html": '<p><img src="cid:seal.1"></p>', "files": [picture(b"<svg>")]}
    assert "is no picture" in program.post("/cases/1001/replies", body).json()["detail"]
    [attached] = program.post("/cases/1001/replies", {"text": "x", "files": [picture()]}).json()["attachments"]
    assert (attached["is_inline"], attached["filename"]) == (False, "seal.png")
    bad = program.post("/cases/1001/replies", {"text": "x", "files": [picture(content_id="a b\r\n")]})
    assert bad.status_code == 422


def test_message_is_forwarded_once_with_chosen_files(case, message, cast, program_of):
    program, key = program_of(cast.marco), uuid4()
    pdf = message.attachments.get(filename="a.pdf")
    body = {"message": message.pk, "to": [{"address": "parts@supplier.example"}], "text": "Help?"}
    chosen = {**body, "attachments": [pdf.pk]}
    first, again = (program.post("/cases/1001/forwards", chosen, key=key) for _time in range(2))
    assert (first.status_code, first.json()["id"]) == (201, again.json()["id"])
    shown = first.json()
    assert (shown["outgoing"]["purpose"], shown["outgoing"]["forwards"]) == ("forward", message.pk)
    assert [one["filename"] for one in shown["attachments"]] == ["a.pdf"]
    assert shown["reply_text"] == "Help?"
    assert "It leaks again." in shown["text"]
    every = program.post("/cases/1001/forwards", {**body, "text": ""}).json()
    assert [one["filename"] for one in every["attachments"]] == ["a.pdf", "b.csv"]
    refused = program.post("/cases/1001/forwards", {**body, "attachments": [999]})
    assert "does not belong" in refused.json()["detail"]
    assert program_of(cast.olga).post("/cases/1001/forwards", body).status_code == 403


def test_what_is_not_yours_is_not_forwarded(case, message, mailbox, cast, program_of):
    mailbox.teams.add(Team.objects.create(name="Board"))
    body = {"message": message.pk, "to": [{"address": "x@y.example"}]}
    assert program_of(cast.stan).post("/cases/1001/forwards", body).status_code == 404
    assert program_of(cast.stan).post(f"/messages/{message.pk}/settle", {"arrived": True}).status_code == 404


def test_program_that_has_not_seen_the_newest_message_is_stopped(case, message, mailbox, arrive, cast, program_of):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["In-Reply-To"] = CARLA, "support@example.com", "<q@customers.example>"
    mail.set_content("Never mind.")
    newest = arrive(mail, mailbox).message_id
    program = program_of(cast.marco)
    stopped = program.post("/cases/1001/replies", {"text": "x", "seen": message.pk})
    assert stopped.status_code == 422
    assert "while you were writing" in stopped.json()["detail"]
    assert program.post("/cases/1001/replies", {"text": "x", "seen": newest}).status_code == 201


def test_unknown_is_settled_by_who_knows(case, cast, program_of):
    program = program_of(cast.marco)
    sent = program.post("/cases/1001/replies", {"text": "x"}).json()
    path = f"/messages/{sent['id']}/settle"
    assert program.post(path, {"arrived": True}).status_code == 422
    for arrived, state in ((True, "delivered"), (False, "failed")):
        Outgoing.objects.update(state="unknown")
        Outgoing.objects.get().recipients.update(state="unknown")
        settled = program.post(path, {"arrived": arrived}).json()["outgoing"]
        assert settled["state"] == state
        assert "Marco Reale" in settled["recipients"][0]["answer"]
    assert program_of(cast.olga).post(path, {"arrived": True}).status_code == 403


def test_program_sends_at_once_unless_it_names_a_moment(case, cast, program_of):
    User.objects.update(undo_seconds=30)
    program = program_of(cast.marco)
    at_once = program.post("/cases/1001/replies", {"text": "x"}).json()
    assert at_once["outgoing"]["waits_for"] == ""
    moment = clock.now() + timedelta(days=1)
    later = program.post("/cases/1001/replies", {"text": "x", "send_at": moment.isoformat()}).json()
    assert later["outgoing"]["waits_for"] == "moment"
    assert Outgoing.objects.get(message=later["id"]).next_at == moment
    for wrong in ("2099-01-01T09:00:00Z", "2026-12-01T09:00:00", "soon"):
        assert program.post("/cases/1001/replies", {"text": "x", "send_at": wrong}).status_code == 422

"""Mail files taken in by the command line."""

import json
from email.message import EmailMessage

import pytest

from ancora.conversations.channels.email.deliver import main
from ancora.conversations.channels.email.mail_files import mails_in
from ancora.conversations.models import Arrival, Conversation, Mailbox, Message


def mail(number: int, **headers: str) -> bytes:
    found = EmailMessage()
    found["From"] = "Carla Riva <carla@customer.example>"
    found["To"] = "support@example.com"
    found["Subject"] = f"Question {number}"
    found["Message-ID"] = f"<q{number}@customer.example>"
    found["Date"] = "Mon, 05 Oct 2026 10:00:00 +0200"
    for name, value in headers.items():
        found[name.replace("_", "-")] = value
    found.set_content(f"This is question {number}.\nFrom here on it is simple.\n")
    return found.as_bytes()


@pytest.fixture
def deliver(cast, mailbox, capfdbinary):
    """`deliver(*paths)`: (exit code, objects printed)."""

    def run(*paths, to="support@example.com"):
        code = main([str(path) for path in paths], to, case_of=number_of_case)
        return code, [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]

    return run


def number_of_case(conversation_id: int) -> int | None:
    return 7000 + conversation_id


def test_each_mail_is_one_line_that_says_what_became_of_it(deliver, tmp_path):
    (tmp_path / "1.eml").write_bytes(mail(1))
    (tmp_path / "2.eml").write_bytes(mail(2, In_Reply_To="<q1@customer.example>"))
    (tmp_path / "broken").write_bytes(b"\0\xff\0")
    code, lines = deliver(tmp_path / "1.eml", tmp_path / "2.eml", tmp_path / "1.eml", tmp_path / "broken")
    assert code == 0
    conversation = Conversation.objects.order_by("id").first()
    assert lines[0] == {
        "file": str(tmp_path / "1.eml"),
        "message_id": "q1@customer.example",
        "outcome": "opened",
        "case": 7000 + conversation.pk,
        "conversation": conversation.reference,
        "rung": "new",
        "reason": None,
    }
    assert [line["outcome"] for line in lines] == ["opened", "appended", "duplicate", "opened"]
    assert lines[1]["rung"] == "in_reply_to"
    assert {line["case"] for line in lines[:3]} == {7000 + conversation.pk}
    assert Message.objects.count() == 3


def test_unknown_address_ends_with_two_and_names_the_mailboxes(deliver, tmp_path, capfdbinary):
    (tmp_path / "1.eml").write_bytes(mail(1))
    assert main([str(tmp_path / "1.eml")], "nobody@example.com", case_of=number_of_case) == 2
    said = capfdbinary.readouterr()
    assert said.out == b""
    assert b"support@example.com" in said.err
    assert Arrival.objects.count() == 0


def test_address_may_have_a_plus_part_and_capitals(deliver, tmp_path):
    (tmp_path / "1.eml").write_bytes(mail(1))
    assert deliver(tmp_path / "1.eml", to="Support+vip@Example.com")[0] == 0
    assert Mailbox.objects.get() == Arrival.objects.get().mailbox


def test_missing_file_is_said_and_the_others_are_read(deliver, tmp_path):
    (tmp_path / "1.eml").write_bytes(mail(1))
    code, lines = deliver(tmp_path / "none.eml", tmp_path / "1.eml")
    assert (code, len(lines)) == (1, 1)


def test_mbox_is_split_and_unescaped(tmp_path):
    path = tmp_path / "box"
    escaped = [mail(number).replace(b"\nFrom here", b"\n>From here") for number in (1, 2)]
    path.write_bytes(b"".join(b"From carla@x Mon Oct  5 10:00:00 2026\n" + raw + b"\n" for raw in escaped))
    assert [raw for _, raw in mails_in(path)] == [mail(1), mail(2)]


def test_sentence_that_begins_with_from_splits_nothing(tmp_path):
    path = tmp_path / "box"
    path.write_bytes(b"From a@x Mon Oct  5 10:00:00 2026\n" + mail(1) + b"\nFrom here on it is simple.\n")
    assert len(list(mails_in(path))) == 1


def test_maildir_is_read_oldest_first_and_nothing_else_in_it(tmp_path):
    for name in ("cur", "new", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1700000003.a.host").write_bytes(b"third")
    (tmp_path / "cur" / "1700000001.b.host:2,S").write_bytes(b"first")
    (tmp_path / "new" / "1700000002.c.host").write_bytes(b"second")
    (tmp_path / "tmp" / "1700000000.d.host").write_bytes(b"unfinished")
    (tmp_path / "dovecot-uidlist").write_bytes(b"x")
    assert [raw for _, raw in mails_in(tmp_path)] == [b"first", b"second", b"third"]


def test_folder_of_mails_is_read_by_name(tmp_path):
    for name in ("b.eml", "a.eml", ".hidden"):
        (tmp_path / name).write_bytes(name.encode())
    assert [raw for _, raw in mails_in(tmp_path)] == [b"a.eml", b"b.eml"]


def test_file_called_eml_is_one_mail_whatever_it_begins_with(tmp_path):
    raw = b"From a@x Mon Oct  5 10:00:00 2026\n" + mail(1) + b"\nFrom b@x Mon Oct  5 10:00:00 2026\nSubject: x\n"
    (tmp_path / "1.eml").write_bytes(raw)
    assert [found for _, found in mails_in(tmp_path / "1.eml")] == [raw]


def test_every_public_mail_is_taken_in_and_none_is_lost(deliver, public_data):
    paths = sorted(
        path for path in (public_data / "mail").rglob("*") if path.suffix == ".eml" or "emails" in path.parts
    )
    paths = [path for path in paths if path.is_file()]
    assert len(paths) > 600
    code, lines = deliver(*paths)
    assert code == 0
    assert [line["file"] for line in lines] == [str(path) for path in paths]
    assert Arrival.objects.count() == len(paths)
    assert Arrival.objects.filter(state="done").count() == len(paths)
    filed = [line for line in lines if line["outcome"] in ("opened", "appended", "auto_reply")]
    assert Message.objects.count() == len(filed)
    assert all(line["case"] and line["conversation"] for line in filed)
    assert all(line["reason"] for line in lines if line not in filed)

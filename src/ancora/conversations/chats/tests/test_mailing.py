"""Who left the chat is answered by mail, once, and goes on from there in the same case."""

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from uuid import uuid4

import pytest

from ancora.cases.commands.saying import say_in_case
from ancora.cases.models import Case
from ancora.cases.queries import last_mailed_in
from ancora.cases.queries.chats import chat_of
from ancora.conversations.chats.commands import mailing, silence
from ancora.conversations.chats.commands.mailing import mail_unread_lines
from ancora.conversations.chats.commands.silence import end_silent_chats
from ancora.conversations.chats.tests.rooms import Browser, rows_of
from ancora.conversations.commands.send import send
from ancora.conversations.drafting import Upload
from ancora.conversations.models import Contact, Message, Outgoing, Recipient
from ancora.customers.models import Customer, Handle
from ancora.platform import clock
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.events.dispatcher import drain
from ancora.platform.files.models import File
from ancora.platform.files.store import path_of, read
from ancora.testing.ledger import offenders


@pytest.fixture
def carla(account):
    browser = Browser(account)
    browser.begin("It leaks again", name="Carla", email="Carla@Example.org", language="it")
    return browser


def _say(cast, text: str, **options) -> None:
    say_in_case(Case.objects.get(), text=text, author=cast.marco, form_key=uuid4(), **options)


def _after(minutes: float) -> int:
    with clock.at(clock.now() + timedelta(minutes=minutes)):
        return mail_unread_lines()


def _mails() -> list[EmailMessage]:
    return [message_from_bytes(read(one.file), policy=default) for one in Outgoing.objects.order_by("id")]


def test_what_nobody_read_goes_by_one_mail_and_once(cast, carla, mailbox):
    _say(cast, "Spare part <b>is</b> on its way")
    _say(cast, "Monday")
    assert _after(1) == 0
    assert [_after(3), _after(3), _after(30)] == [1, 0, 0]
    [mail] = _mails()
    text = mail.get_body(("plain",)).get_content()
    assert "Spare part <b>is</b> on its way" in text
    assert "Monday" in text
    assert mail["To"].addresses[0].addr_spec == "carla@example.org"
    assert mail["Reply-To"].addresses[0].username.startswith("support+")
    assert "It leaks again" in mail["Subject"]
    assert [line["mailed"] for line in carla.lines()] == [False, True, True]
    assert Message.objects.count() == 3
    _say(cast, "And one thing more")
    assert _after(3) == 1
    first, second = _mails()
    assert second["References"] == second["In-Reply-To"] == first["Message-ID"]
    assert "Monday" not in second.get_body(("plain",)).get_content()


def test_answer_to_that_mail_is_in_the_chat_and_of_the_same_customer(cast, carla, arrive, mailbox):
    _say(cast, "Which model?")
    _after(3)
    [sent] = _mails()
    mail = EmailMessage()
    mail["From"], mail["To"], mail["In-Reply-To"] = "Carla B <carla@example.org>", sent["Reply-To"], sent["Message-ID"]
    mail["Message-ID"] = "<train@example.org>"
    mail.set_content("The red one\n\n> Which model?\n")
    arrive(mail, mailbox)
    assert [line["text"] for line in carla.lines()] == ["It leaks again", "Which model?", "The red one"]
    assert (Case.objects.count(), Customer.objects.count()) == (1, 1)
    assert set(Handle.objects.values_list("kind", flat=True)) == {"browser", "email"}
    drain()
    assert offenders(rows_of) == []


def test_what_was_read_or_may_still_be_stays_in_the_chat(cast, account, carla):
    _say(cast, "Read at once")
    carla.post("seen/", delivered=2, read=2)
    assert _after(30) == 0
    _say(cast, "On a screen that nobody looks at")
    carla.post("seen/", delivered=3, read=2)
    assert _after(3) == 0
    account.settings = {"unread_seconds": 0}
    account.save()
    assert _after(30) == 0
    account.settings = {"unread_seconds": "soon"}
    account.save()
    assert _after(11) == 1


def test_nobody_is_mailed_who_gave_no_address(cast, account):
    Browser(account).begin()
    _say(cast, "Where are you?")
    assert _after(3) == 0
    assert Message.objects.filter(message_id="").count() == 2


def test_session_in_which_nobody_writes_ends(cast, carla):
    assert end_silent_chats() == 0
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert [end_silent_chats(), end_silent_chats()] == [1, 0]
    assert Contact.objects.get().ending == "silence"


def test_one_session_that_cannot_be_ended_keeps_none_from_ending(account, carla, monkeypatch):
    other, end = Browser(account), silence.end_chat
    other.begin("Hello")
    first = Contact.objects.order_by("id").first().conversation_id

    def broken(conversation_id, **given):
        if conversation_id == first:
            rows_of("SELECT 1 / 0")
        return end(conversation_id, **given)

    monkeypatch.setattr(silence, "end_chat", broken)
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert end_silent_chats() == 1
        monkeypatch.undo()
        assert end_silent_chats() == 1


def test_file_that_is_lost_stops_no_mail(cast, carla):
    _say(cast, "The manual", files=[Upload("manual.pdf", "application/pdf", b"lost")])
    path_of(File.objects.get(size=4).digest).unlink()
    assert _after(3) == 1
    [mail] = _mails()
    assert "The manual" in mail.get_body(("plain",)).get_content()
    assert list(mail.iter_attachments()) == []


def test_answer_of_a_program_is_mailed_by_a_message_beside_it(cast, carla, arrive, mailbox, program_of):
    """It left by the outbox as a line, and no message leaves twice."""
    answer = {"text": "It is on its way"}
    program_of(cast.marco).post(f"/cases/{Case.objects.get().reference}/replies", answer, key=uuid4())
    send(Outgoing.objects.get().pk)
    assert [_after(3), _after(3)] == [1, 0]
    [sent] = [one for one in _mails() if "It is on its way" in one.as_string() and one["To"]]
    assert [line["mailed"] for line in carla.lines()] == [False, True]
    # The mail is no line when it leaves, and what answers it is one.
    send(Outgoing.objects.latest("id").pk)
    mail = EmailMessage()
    mail["From"], mail["To"], mail["In-Reply-To"] = "carla@example.org", sent["Reply-To"], sent["Message-ID"]
    mail["Message-ID"] = "<train@example.org>"
    mail.set_content("Thank you")
    arrive(mail, mailbox)
    assert [line["text"] for line in carla.lines()] == ["It leaks again", "It is on its way", "Thank you"]
    # Where one of us spoke too, that line carries both.
    program_of(cast.marco).post(f"/cases/{Case.objects.get().reference}/replies", {"text": "One"}, key=uuid4())
    send(Outgoing.objects.latest("id").pk)
    _say(cast, "Two")
    before = Message.objects.count()
    assert (_after(3), Message.objects.count()) == (1, before)
    drain()
    assert offenders(rows_of) == []


def test_one_chat_that_cannot_be_mailed_stops_no_other(cast, account, carla, monkeypatch):
    other = Browser(account)
    other.begin("Hello", email="dario@example.org")
    for case in Case.objects.order_by("id"):
        say_in_case(case, text="Monday", author=cast.marco, form_key=uuid4())
    first, work = Case.objects.order_by("id").first(), mailing._writing

    def broken(conversation, *given):
        if conversation.reference == first.reference:
            rows_of("SELECT 1 / 0")
        return work(conversation, *given)

    monkeypatch.setattr(mailing, "_writing", broken)
    assert _after(3) == 1
    assert Recipient.objects.get().address == "dario@example.org"
    monkeypatch.undo()
    assert _after(3) == 1


def test_typed_address_that_bounced_for_good_is_not_written_to_again(cast, account, carla):
    _say(cast, "Which model?")
    assert _after(3) == 1
    Recipient.objects.update(state="bounced", bounce="hard")
    case = Case.objects.get()
    assert chat_of(cast.marco, case).email == ""
    _say(cast, "Hello?")
    assert _after(3) == 0
    carla.post("address/", email="carla@new.example")
    assert chat_of(cast.marco, case).email == "carla@new.example"
    assert _after(3) == 1


def test_answer_to_the_last_mail_of_a_case_is_no_answer_to_a_line(cast, carla, program_of):
    """A line went by no mail: nothing can be answered there until one was mailed, whatever is said after it."""
    number = Case.objects.get().reference
    _say(cast, "Which model?")
    program_of(cast.marco).post(f"/cases/{number}/replies", {"text": "Say which"}, key=uuid4())
    assert last_mailed_in(number) is None
    _after(3)
    _say(cast, "Are you there?")
    mailed = Message.objects.exclude(message_id="").get(text="Which model?")
    message, address = last_mailed_in(number)
    assert (message, address.partition("+")[0]) == (mailed, "support")


def test_mail_greets_says_who_wrote_and_how_to_go_on(cast, account, carla):
    account.settings = {"title": "Caffè Lume"}
    account.save()
    _say(cast, "Look at https://lume.example/a?b=1&c=2.\n<b>Soon</b>")
    say_in_case(Case.objects.get(), text="Or call us", author=cast.lena, form_key=uuid4())
    _after(3)
    [mail] = _mails()
    text = mail.get_body(("plain",)).get_content()
    lines = [line for line in text.splitlines() if line]
    assert lines[:7] == [
        "Buongiorno Carla,",
        "Le abbiamo risposto nella chat di Caffè Lume:",
        f"{cast.marco.name}:",
        "Look at https://lume.example/a?b=1&c=2.",
        "<b>Soon</b>",
        f"{cast.lena.name}:",
        "Or call us",
    ]
    assert lines[7:10] == ["Per continuare basta rispondere a questa e-mail.", "Cordiali saluti", "Caffè Lume"]
    html = mail.get_body(("html",)).get_content()
    address = "https://lume.example/a?b=1&amp;c=2"
    assert f'<a href="{address}">{address}</a>.<br>&lt;b&gt;Soon&lt;/b&gt;' in html


@pytest.mark.parametrize(
    ("name", "greeting"),
    [("Anna O'Neil-Rossi", "Good day Anna O'Neil-Rossi,"), ("", "Good day,"), ("Win at prize.example", "Good day,")],
)
def test_only_what_may_be_a_name_is_greeted(cast, account, name, greeting):
    Browser(account).begin(name=name, email="dario@example.org", language="en")
    _say(cast, "Monday")
    _after(3)
    [mail] = _mails()
    lines = mail.get_body(("plain",)).get_content().splitlines()
    opening = f"{cast.marco.name} of {current_organisation().name} answered you in the chat:"
    assert [line for line in lines if line][:2] == [greeting, opening]

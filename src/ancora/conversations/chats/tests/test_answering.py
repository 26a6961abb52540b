"""What we say reaches the chat once; what passes by e-mail reaches it too, and nothing that is not the visitor's."""

from datetime import timedelta
from email.message import EmailMessage
from uuid import uuid4

import pytest
from django.urls import reverse

from ancora.cases.commands import forward_from_case, reply_to_case
from ancora.cases.commands.saying import say_in_case
from ancora.cases.models import Case
from ancora.conversations.chats.commands.end import end_chat
from ancora.conversations.chats.commands.seen import note_delivered, note_read
from ancora.conversations.chats.models import Ending
from ancora.conversations.chats.queries import state_of
from ancora.conversations.chats.tests.rooms import Browser, rows_of
from ancora.conversations.commands.send import send
from ancora.conversations.models import ChatLine, ChatVisitor, Contact, Message, Outgoing
from ancora.conversations.tokens import reply_address
from ancora.customers.models import Handle
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.dispatcher import drain
from ancora.platform.events.models import StoredEvent
from ancora.testing.ledger import offenders


@pytest.fixture
def carla(account):
    browser = Browser(account)
    browser.begin(name="Carla", email="Carla@Example.org")
    return browser


def _texts(browser: Browser) -> list[str]:
    return [line["text"] for line in browser.lines()]


def test_our_line_is_there_once_and_takes_the_case(cast, carla, client_of):
    case, key = Case.objects.get(), uuid4()
    for _time in range(2):
        assert say_in_case(case, text="Spare part\nis on its way", author=cast.marco, form_key=key).number == 2
    line = carla.lines()[1]
    assert (line["from"], line["name"], line["read"]) == ("agent", "Marco Reale", False)
    case.refresh_from_db()
    assert (case.owner, case.excerpt) == (cast.marco, "Spare part is on its way")
    contact = Contact.objects.get()
    assert (contact.answered_by, Outgoing.objects.count()) == (cast.marco, 0)
    drain()
    assert offenders(rows_of) == []
    assert client_of(cast.marco).get(reverse("desk:case", args=[case.reference])).status_code == 200


def test_case_without_a_chat_is_not_talked_to(cast, arrive, mailbox):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = "zoe@example.org", mailbox.address, "<1@example.org>"
    mail.set_content("Hello")
    arrive(mail, mailbox)
    with pytest.raises(Refusal):
        say_in_case(Case.objects.get(), text="x", author=cast.marco, form_key=uuid4())


def test_seen_goes_forward_only(cast, carla):
    case = Case.objects.get()
    for text in ("one", "two", "three"):
        say_in_case(case, text=text, author=cast.marco, form_key=uuid4())
    conversation_id = ChatVisitor.objects.get().conversation_id
    assert carla.post("seen/", delivered=3, read=2).status_code == 200
    note_delivered(conversation_id, 2, by_visitor=True)
    note_read(conversation_id, 1, by_visitor=True)
    state = state_of(conversation_id)
    # Who answered had read what waited.
    assert (state.delivered, state.read, state.read_by_us) == (3, 2, 1)
    assert carla.write("four").status_code == 200
    assert state_of(conversation_id).read_by_us == 1
    first = ChatLine.objects.get(number=2).read_at
    note_read(conversation_id, 5, by_visitor=False)
    note_delivered(conversation_id, 4, by_visitor=True)
    state = state_of(conversation_id)
    assert (state.delivered, state.read, state.read_by_us, state.agent) == (4, 2, 5, "Marco Reale")
    assert ChatLine.objects.get(number=2).read_at == first


def test_chat_ends_once_and_a_next_line_begins_another(cast, carla):
    assert carla.post("end/").status_code == 200
    assert carla.post("end/").status_code == 200
    conversation_id = ChatVisitor.objects.get().conversation_id
    assert state_of(conversation_id).ending == "customer"
    carla.write("One thing more")
    say_in_case(Case.objects.get(), text="Yes", author=cast.marco, form_key=uuid4())
    assert end_chat(conversation_id, ending=Ending.AGENT, actor=Actor.human(cast.marco))
    assert not end_chat(conversation_id, ending=Ending.AGENT, actor=Actor.human(cast.marco))
    ended = StoredEvent.objects.filter(type="contact.ended").order_by("id")
    assert [(one.attrs["ending"], one.attrs.get("waited_seconds")) for one in ended] == [
        ("customer", None),
        ("agent", 0),
    ]
    assert StoredEvent.objects.filter(type="contact.started").count() == 2
    assert [one.ending for one in Contact.objects.order_by("id")] == ["customer", "agent"]


def _reply(case: Case, cast, to: str, **options) -> Message:
    return reply_to_case(case, html="<p>By mail</p>", to=[("", to)], author=cast.marco, form_key=uuid4(), **options)


def test_mail_between_us_and_the_visitor_is_in_the_chat(cast, carla, arrive, mailbox):
    case = Case.objects.get()
    sent = _reply(case, cast, "carla@example.org")
    mail = EmailMessage()
    mail["From"], mail["Message-ID"] = "Carla <carla@example.org>", "<9@example.org>"
    mail["To"], mail["In-Reply-To"] = reply_address(mailbox.address, case.reference), f"<{sent.message_id}>"
    mail.set_content("From the train\n\n> By mail\n")
    arrive(mail, mailbox)
    lines = carla.lines()
    assert [(line["from"], line["channel"], line["text"]) for line in lines] == [
        ("visitor", "chat", "It leaks again"),
        ("agent", "email", "By mail"),
        ("visitor", "email", "From the train"),
    ]
    assert Case.objects.count() == 1
    carla.write("Back again")
    assert [line["number"] for line in carla.lines()] == [1, 2, 3, 4]


def test_mail_that_is_not_the_visitors_stays_out_of_the_chat(cast, carla, arrive, mailbox):
    """Passed on to a workshop, its answer, our answer to that, an automatic one, and one that names another address."""
    case = Case.objects.get()
    first = Message.objects.get()
    forward_from_case(case, first, html="<p>Can you?</p>", to=[("", "workshop@example.net")], author=cast.marco)
    for sender, more in (
        ("workshop@example.net", {}),
        ("carla@example.org", {"Auto-Submitted": "auto-replied"}),
        ("carla.b@example.org", {}),
    ):
        mail = EmailMessage()
        mail["From"], mail["Message-ID"] = sender, f"<{uuid4()}@example.net>"
        mail["To"] = reply_address(mailbox.address, case.reference)
        for name, value in more.items():
            mail[name] = value
        mail.set_content("Internal prices: 40")
        arrive(mail, mailbox)
    _reply(case, cast, "workshop@example.net")
    assert Message.objects.count() == 6
    assert _texts(carla) == ["It leaks again"]


def test_who_types_the_address_of_a_workshop_reads_nothing_of_it(cast, carla, arrive, mailbox):
    case = Case.objects.get()
    forward_from_case(
        case, Message.objects.get(), html="<p>Can you?</p>", to=[("", "Workshop@example.net")], author=cast.marco
    )
    carla.begin("Hello?", email="workshop@example.net")
    mail = EmailMessage()
    mail["From"], mail["Message-ID"] = "workshop@example.net", "<7@example.net>"
    mail["To"] = reply_address(mailbox.address, case.reference)
    mail.set_content("Internal prices: 40")
    arrive(mail, mailbox)
    _reply(case, cast, "workshop@example.net")
    assert Message.objects.count() == 5
    assert _texts(carla) == ["It leaks again", "Hello?"]
    assert not Handle.objects.filter(customer=case.customer, kind="email").exists()


def test_mail_that_may_be_taken_back_is_shown_when_it_leaves(cast, carla):
    moment = clock.now() + timedelta(minutes=1)
    sent = _reply(Case.objects.get(), cast, "carla@example.org", send_at=moment)
    assert _texts(carla) == ["It leaks again"]
    with clock.at(moment + timedelta(seconds=1)):
        # No server takes it: the attempt begins all the same.
        send(Outgoing.objects.get(message=sent).pk)
    assert _texts(carla) == ["It leaks again", "By mail"]

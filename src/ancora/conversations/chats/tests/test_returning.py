"""The link in a mail brings the conversation to another browser, and proves whose address it is."""

from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from urllib.parse import urlsplit
from uuid import uuid4

import pytest

from ancora.cases.commands.customer import change_customer_of_case
from ancora.cases.commands.merging import merge_cases
from ancora.cases.commands.saying import say_in_case
from ancora.cases.models import Case
from ancora.conversations.chats.commands.mailing import mail_unread_lines
from ancora.conversations.chats.commands.returning import ticket_of
from ancora.conversations.chats.tests.rooms import Browser, open_account, rows_of
from ancora.conversations.models import ChatVisitor, Conversation, Outgoing
from ancora.customers.commands import observe_handle
from ancora.customers.models import Handle, HandleKind, Verification
from ancora.platform import clock
from ancora.platform.accounts.models import Organisation
from ancora.platform.accounts.queries import forget_organisation
from ancora.platform.events.dispatcher import drain
from ancora.platform.files.store import read
from ancora.testing.ledger import offenders


@pytest.fixture
def carla(account):
    browser = Browser(account)
    browser.begin("It leaks again", name="Carla", email="Carla@Example.org", language="it")
    return browser


@pytest.fixture
def link(cast, carla):
    """From the mail that holds what she did not read."""
    Organisation.objects.update(public_address="https://help.example.com")
    forget_organisation()
    say_in_case(Case.objects.get(), text="Which model?", author=cast.marco, form_key=uuid4())
    with clock.at(clock.now() + timedelta(minutes=3)):
        assert mail_unread_lines() == 1
    mail = message_from_bytes(read(Outgoing.objects.get().file), policy=default)
    html = mail.get_body(("html",)).get_content()
    yield html.partition('href="')[2].partition('"')[0].replace("&amp;", "&")
    forget_organisation()


def test_link_brings_the_conversation_and_proves_the_address(account, carla, link):
    found = urlsplit(link)
    assert (found.netloc, found.path, found.query) == ("help.example.com", f"/chat/{account.token}/", "lang=it&back=1")
    phone = Browser(account)
    assert 'id="back"' in phone.get(f"?{found.query}").content.decode()
    # To have it open is not to say yes.
    assert Handle.objects.filter(kind="email").count() == 0
    said = [phone.post("return/", ticket=found.fragment).json() for _time in range(2)]
    assert said[0]["email"] == "carla@example.org"
    assert said[0]["state"]["newest"] == said[1]["state"]["newest"] == 2
    assert phone.write("GX-200").json()["number"] == 3
    assert len(carla.lines()) == 3
    handle = Handle.objects.get(kind="email")
    assert (handle.value, handle.verification) == ("carla@example.org", Verification.STRONG)
    assert handle.customer == Case.objects.get().customer
    # The browser that typed the address has proved nothing.
    typed, came = ChatVisitor.objects.order_by("id")
    assert (typed.handle.kind, came.handle) == (HandleKind.BROWSER, handle)
    drain()
    assert offenders(rows_of) == []


def test_case_is_of_the_customer_who_has_the_address(account, carla, link):
    known = observe_handle(HandleKind.EMAIL, "carla@example.org", name="Carla Bianchi")
    assert Browser(account).post("return/", ticket=urlsplit(link).fragment).status_code == 200
    case = Case.objects.get()
    assert case.customer == known.customer
    assert Handle.objects.get(kind="email").verification == Verification.STRONG
    # What she writes at either browser is in that case.
    assert carla.write("Hello?").json()["reference"] == case.reference
    assert Case.objects.count() == 1


def test_link_does_not_undo_what_a_person_decided(account, cast, carla, link):
    observe_handle(HandleKind.EMAIL, "carla@example.org", name="Carla Bianchi")
    decided = observe_handle(HandleKind.EMAIL, "dario@example.org", name="Dario").customer
    change_customer_of_case(Case.objects.get(), customer=decided, author=cast.marco)
    assert Browser(account).post("return/", ticket=urlsplit(link).fragment).status_code == 200
    assert Case.objects.get().customer == decided


@pytest.mark.parametrize("into", ["email", "chat"])
def test_link_takes_no_case_of_somebody_else_with_which_the_chat_was_merged(
    account, cast, carla, link, arrive, mailbox, into
):
    observe_handle(HandleKind.EMAIL, "carla@example.org", name="Carla Bianchi")
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = "quinto@example.org", mailbox.address, "<q@example.org>"
    mail.set_content("My own matter")
    arrive(mail, mailbox)
    known = Conversation.objects.get(channel="email").customer
    merge_cases(Case.objects.exclude(channel=into).get(), into=Case.objects.get(channel=into), author=cast.marco)
    whose = Case.objects.get(channel=into).customer
    assert Browser(account).post("return/", ticket=urlsplit(link).fragment).status_code == 200
    assert Case.objects.get(channel=into).customer == whose
    assert Conversation.objects.get(channel="email").customer == known


def test_ticket_that_is_wrong_old_or_of_another_chat_is_refused(account, mailbox, carla):
    visitor = ChatVisitor.objects.get()
    ticket = ticket_of(visitor, "carla@example.org")
    other = open_account(mailbox, name="Other")
    for browser, given in ((Browser(account), ticket[:-1]), (Browser(account), ""), (Browser(account), "é" * 3000)):
        assert browser.post("return/", ticket=given).json()["words"].startswith("This link is not whole")
    assert Browser(other).post("return/", ticket=ticket).status_code == 401
    with clock.at(clock.now() + timedelta(days=8)):
        assert "older than a week" in Browser(account).post("return/", ticket=ticket).json()["words"]
    ChatVisitor.objects.update(blocked_at=clock.now())
    assert Browser(account).post("return/", ticket=ticket).status_code == 401
    assert (ChatVisitor.objects.count(), Handle.objects.filter(kind="email").count()) == (1, 0)

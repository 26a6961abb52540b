"""Machines that answer machines come to an end, and no mail of a person is taken for one of them."""

import pytest
from django.core.mail import send_mail
from django.test import override_settings

from ancora.cases.commands import reply_to_case, wait_on
from ancora.cases.models import Case, Status
from ancora.config.worker import work
from ancora.conversations.channels.email.tests.living import looked, running
from ancora.conversations.channels.email.tests.smtp_peer import SmtpPeer
from ancora.conversations.models import Arrival, Message, Outgoing
from ancora.platform.events.actors import Actor
from ancora.testing.failures.letters import letter
from ancora.testing.failures.waiting import until

pytestmark = pytest.mark.usefixtures("nothing_half_written")


def test_mail_of_a_contact_form_that_bears_our_own_address_is_not_lost(arrive, mailbox):
    """Forms of web sites send as the shop itself; the customer stands in Reply-To."""
    form = letter("Contact form", sender=f"Shop <{mailbox.address}>", Reply_To="Carla Riva <carla@customer.example>")
    assert arrive(form, mailbox).outcome == "opened"
    case = Case.objects.get()
    assert case.customer.name == "Carla Riva"
    assert Message.objects.get().from_address == mailbox.address


def test_colleague_who_writes_with_our_own_address_is_heard(arrive, mailbox):
    """From another program, without Reply-To: nobody else would ever see that mail."""
    assert arrive(letter("From the road", sender=mailbox.address), mailbox).outcome == "opened"


def test_machine_that_writes_with_our_own_address_is_not_answered(arrive, mailbox):
    for header in ({"Auto_Submitted": "auto-replied"}, {"X_Loop": mailbox.address}):
        assert arrive(letter("Automatic", sender=mailbox.address, **header), mailbox).outcome == "ignored"
    assert (Case.objects.count(), Outgoing.objects.count(), Arrival.objects.count()) == (0, 0, 2)


def test_absence_note_wakes_nothing_and_is_answered_by_nobody(cast, arrive, mailbox):
    """FS #3670, #688, CW #5131, osT #1041: twenty rounds of a machine that answers all it gets."""
    arrive(letter("Where is it"), mailbox)
    case = Case.objects.get()
    answered = reply_to_case(case, html="<p>On its way.</p>", to=[("", "carla@customer.example")], author=cast.marco)
    wait_on(case, on="customer", actor=Actor.human(cast.marco))
    for number in range(20):
        note = letter(f"Out of office {number}", In_Reply_To=f"<{answered.message_id}>", Auto_Submitted="auto-replied")
        assert arrive(note, mailbox).outcome == "auto_reply"
    case.refresh_from_db()
    assert (case.status, Case.objects.count(), Outgoing.objects.count()) == (Status.WAITING, 1, 1)


def test_bounce_of_a_notification_creates_no_notification(connected, postfix):
    """FS #3156: the report comes to the very mailbox that sent it, through real servers, and nothing is written."""
    box = connected()
    backend = {"BACKEND": "ancora.conversations.channels.email.system_mail.SystemMailBackend"}
    remote = SmtpPeer(port=postfix.remote_port, RCPT="550 5.1.1 no such user here")
    try:
        with running(work):
            until(lambda: looked(box))
            with override_settings(MAILERS={"default": backend}):
                send_mail("You have been assigned a case", "Look at it.", None, ["gone@away.example"])
            until(lambda: Arrival.objects.filter(state="done").exists())
    finally:
        remote.close()
    assert Arrival.objects.get().outcome == "bounce"
    assert (Message.objects.count(), Case.objects.count(), Outgoing.objects.count()) == (0, 0, 0)

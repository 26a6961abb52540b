"""Machines that answer machines come to an end, and no mail of a person is taken for one of them."""

import pytest

from ancora.cases.models import Case
from ancora.conversations.models import Arrival, Message, Outgoing
from ancora.testing.failures.letters import letter

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

"""Whose a case is, corrected by a person: its conversations follow, later mail does not change it back."""

from uuid import uuid4

import pytest
from django.db import connection, transaction

from ancora.cases.commands import change_customer_of_case, give_case_to_new_customer, link_sender_in
from ancora.cases.models import Case
from ancora.cases.queries import case_for, timeline
from ancora.cases.tests.test_moving import BRUNO
from ancora.cases.tests.test_road import letter
from ancora.conversations.models import Conversation, Message, SenderLink
from ancora.conversations.tests.test_trust import FAIL, PASS, mail
from ancora.conversations.tokens import reply_address
from ancora.customers.commands import HandleTaken, create_customer
from ancora.customers.models import Customer, Handle
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.queries import events_after
from ancora.testing.threads import Aside


@pytest.fixture
def case(cast, mailbox, arrive) -> Case:
    arrive(letter(message_id="<1@customers.example>"), mailbox)
    return case_for(cast.anna, 1001)


@pytest.fixture
def bruno(db) -> Customer:
    return create_customer(name="Bruno Neri", email="bruno@other.example", actor=SYSTEM)


def owners() -> set[str]:
    """Whose the cases and the conversations are."""
    found = [*Case.objects.select_related("customer"), *Conversation.objects.select_related("customer")]
    return {one.customer.name for one in found}


def test_case_and_its_conversations_change_hands(cast, case, bruno):
    change_customer_of_case(case, customer=bruno, author=cast.marco)
    assert owners() == {"Bruno Neri"}
    assert Handle.objects.get(value="carla@customers.example").customer.name == "Carla Bianchi"
    entry = timeline(cast.anna, case_for(cast.anna, 1001))[-1]
    assert (entry.who, entry.change.text) == ("Marco Reale", "Customer: Bruno Neri")
    [told] = [event for event in events_after(0) if event.type == "case.customer_changed"]
    assert (told.actor_id, told.attrs) == (cast.marco.pk, {})


@pytest.mark.parametrize("sender", ["Carla Bianchi <carla@customers.example>", BRUNO, "Eva <eva@third.example>"])
def test_later_mail_does_not_change_it_back(cast, case, bruno, mailbox, arrive, sender):
    change_customer_of_case(case, customer=bruno, author=cast.marco)
    arrive(letter("Re", "one", sender, In_Reply_To="<1@customers.example>"), mailbox)
    arrive(letter("Re", "two", sender, to=reply_address("support@example.com", 1001)), mailbox)
    assert Case.objects.count() == 1
    assert owners() == {"Bruno Neri"}


def test_said_twice_is_once_and_taken_back_is_as_before(cast, case, bruno):
    carla, version = case.customer, case.version
    for _ in range(2):
        change_customer_of_case(case, customer=bruno, author=cast.marco, seen=carla.pk)
    assert case.version == version + 1
    change_customer_of_case(case, customer=carla, author=cast.marco, seen=bruno.pk)
    assert owners() == {"Carla Bianchi"}


def test_mail_that_is_just_being_filed_is_not_waited_for(cast, case, bruno):
    with transaction.atomic(), connection.cursor() as cursor:
        # What filing a message holds of its conversation, before it asks for the case.
        cursor.execute("SELECT id FROM conversations_conversation FOR KEY SHARE")
        Aside(lambda: change_customer_of_case(case, customer=bruno, author=cast.marco)).result(patience=10)
        Case.objects.select_for_update().get(pk=case.pk)
    assert owners() == {"Bruno Neri"}


def test_stale_screen_changes_nothing(cast, case, bruno):
    eva, carla = create_customer(name="Eva", actor=SYSTEM), case.customer
    change_customer_of_case(case, customer=bruno, author=cast.anna)
    with pytest.raises(Refusal, match="belongs to Bruno Neri now"):
        change_customer_of_case(case, customer=eva, author=cast.marco, seen=carla.pk)
    with pytest.raises(Refusal):
        give_case_to_new_customer(case, name="Zoe", author=cast.marco, seen=carla.pk)
    assert owners() == {"Bruno Neri"}
    assert not Customer.objects.filter(name="Zoe").exists()


def test_new_customer_is_made_once(cast, case):
    key = uuid4()
    for _ in range(2):
        give_case_to_new_customer(case, name="Zoe", email="zoe@new.example", author=cast.marco, form_key=key)
    assert Customer.objects.filter(name="Zoe").count() == 1
    assert owners() == {"Zoe"}


def test_address_of_somebody_else_makes_nobody(cast, case, bruno):
    with pytest.raises(HandleTaken, match="Bruno Neri"):
        give_case_to_new_customer(case, name="Zoe", email="bruno@other.example", author=cast.marco)
    assert not Customer.objects.filter(name="Zoe").exists()
    assert owners() == {"Carla Bianchi"}


def test_what_was_said_of_a_sender_before_is_over(cast, mailbox, arrive, bruno):
    mailbox.authserv_ids = ["mx.example.com"]
    mailbox.save()
    arrive(mail(PASS, number=1), mailbox)
    forged = Message.objects.get(pk=arrive(mail(FAIL, number=2), mailbox).message_id)
    case = case_for(cast.anna, 1002)
    link_sender_in(case, forged, author=cast.anna)
    change_customer_of_case(case, customer=bruno, author=cast.marco)
    assert not SenderLink.objects.filter(until=None).exists()
    assert case_for(cast.anna, 1002).customer == bruno

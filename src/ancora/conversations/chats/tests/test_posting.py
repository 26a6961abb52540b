"""A line comes in once, in order, with its case; whoever is not known comes in not at all."""

from uuid import uuid4

from ancora.cases.models import Case
from ancora.conversations.chats.tests.rooms import Browser
from ancora.conversations.models import ChatLine, Contact, Message
from ancora.testing.ledger import OFFENDERS


def test_first_line_begins_a_conversation_with_its_case(account):
    carla = Browser(account)
    answer = carla.begin("It leaks again\nthird time", name="Carla", language="it-IT")
    assert answer.status_code == 200, answer.content
    case = Case.objects.get()
    assert (case.channel, case.language, case.subject) == ("chat", "it", "It leaks again third time")
    assert case.customer.name == "Carla"
    assert answer.json()["number"] == 1
    assert answer.json()["reference"] == case.reference
    [line] = carla.lines()
    assert (line["number"], line["from"], line["text"]) == (1, "visitor", "It leaks again\nthird time")
    assert Contact.objects.get().ended_at is None

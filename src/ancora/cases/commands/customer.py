"""Corrects whose case it is."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.commands.locking import locked, save
from ancora.cases.events import CaseCustomerChanged
from ancora.cases.models import Case
from ancora.cases.queries.cases import FORM, conversation_ids_of
from ancora.conversations.commands.link_sender import give_conversations
from ancora.conversations.models import Conversation
from ancora.customers.commands import create_customer
from ancora.customers.models import Customer
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.events.queries import event_from
from ancora.platform.once import one_at_a_time


@transaction.atomic
def change_customer_of_case(
    case: Case, *, customer: Customer, author: User, seen: int | None = None, form_key: UUID | None = None
) -> None:
    """The case and its conversations belong to `customer` from now on, whoever writes in them later; addresses stay
    with whom they are. Nothing when it is so already. `seen`: whose it was when `author` decided; refused when it is
    somebody else's by now."""
    case = locked(case)
    before = case.customer_id
    if before == customer.pk:
        return
    if seen not in (None, before):
        raise Refusal(
            _("Somebody changed the customer meanwhile: %(case)s belongs to %(name)s now. Nothing was changed.")
            % {"case": case, "name": Customer.objects.get(pk=before).name or "?"}
        )
    once = {"source": FORM, "key": str(form_key)} if form_key else {}
    _give(case, customer, Actor.human(author), once)


@transaction.atomic
def recognise_customer_of_case(case: Case, *, customer: Customer, actor: Actor) -> None:
    """The same where it is proved, and nobody has to decide. Nothing where that changed meanwhile, or conversations of
    somebody else were merged into the case: a person says whose those are."""
    before = case.customer_id
    case = locked(case)
    if case.customer_id != before or before == customer.pk:
        return
    others = Conversation.objects.filter(pk__in=conversation_ids_of(case)).exclude(customer__in=[before, customer.pk])
    if not others.exists():
        _give(case, customer, actor, {})


@transaction.atomic
def give_case_to_new_customer(
    case: Case,
    *,
    name: str,
    author: User,
    email: str = "",
    phone: str = "",
    seen: int | None = None,
    form_key: UUID | None = None,
) -> None:
    """As `change_customer_of_case`, to a customer whom we did not know; `HandleTaken` when somebody has the address or
    the number. The same `form_key` makes one customer."""
    one_at_a_time(form_key)
    if form_key and event_from(FORM, str(form_key)):
        return
    customer = create_customer(name=name, email=email, phone=phone, actor=Actor.human(author))
    change_customer_of_case(case, customer=customer, author=author, seen=seen, form_key=form_key)


def _give(case: Case, customer: Customer, actor: Actor, once: dict[str, str]) -> None:
    before = case.customer_id
    give_conversations(conversation_ids_of(case), customer_id=customer.pk)
    case.customer = customer
    save(case, "customer")
    event = CaseCustomerChanged(case_id=case.pk, customer_id=customer.pk, customer_before_id=before)
    publish(event, actor=actor, **once)

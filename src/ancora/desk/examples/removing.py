"""Deletes the examples and whatever was done in them; what became real stays."""

from dataclasses import dataclass, field

from django.db import transaction

from ancora.cases.commands.examples import delete_example_cases, unmark_example_cases
from ancora.cases.events import ExamplesDeleted
from ancora.cases.models import Case, CaseConversation, Task
from ancora.conversations.commands.examples import delete_example_conversations, forget_senders, unmark_examples
from ancora.conversations.invented import conversations_become_real, message_count_in
from ancora.conversations.models import Acknowledgement, Conversation, Message, Place, SenderLink
from ancora.customers.examples import delete_example_customers, unmark_example_customers
from ancora.customers.models import Customer
from ancora.desk.examples.putting_in import one_at_a_time
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.files.jobs import remove_unnamed
from ancora.platform.files.removal import GRACE, forget_unnamed
from ancora.platform.jobs import later


@dataclass(frozen=True, slots=True)
class Plan:
    """What would be deleted, by ids, and what would stay as real: cases, conversations, customers."""

    cases: list[int] = field(default_factory=list)
    conversations: list[int] = field(default_factory=list)
    customers: list[int] = field(default_factory=list)
    messages: int = 0
    kept_cases: list[Case] = field(default_factory=list)
    kept_conversations: list[int] = field(default_factory=list)
    kept_customers: list[Customer] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (self.cases or self.kept_cases or self.customers or self.kept_customers)


def plan() -> Plan:
    """What deleting the examples would do now; the number of queries does not depend on how many there are."""
    examples = list(Case.objects.filter(is_example=True).select_related("customer").order_by("reference"))
    marked = set(Conversation.objects.filter(is_example=True).values_list("pk", flat=True))
    held = CaseConversation.objects.filter(case__in=examples).values_list("case_id", "conversation_id")
    mixed = conversations_become_real(marked) | {conversation for _case, conversation in held} - marked
    real = {case_id for case_id, conversation_id in held if conversation_id in mixed}
    # What a real case holds stays with it; so do the cases that were merged into it.
    real |= {case.pk for case in examples if case.merged_into_id in real}
    elsewhere = CaseConversation.objects.filter(conversation__in=marked).exclude(case__in=examples)
    mixed |= set(elsewhere.values_list("conversation_id", flat=True))
    mixed |= {conversation_id for case_id, conversation_id in held if case_id in real}
    mixed |= set(Task.objects.filter(case__in=real, conversation__in=marked).values_list("conversation_id", flat=True))
    kept = [case for case in examples if case.pk in real]
    going, conversations = [case.pk for case in examples if case.pk not in real], sorted(marked - mixed)
    customers = list(Customer.objects.filter(is_example=True).order_by("name", "pk"))
    needed = _needed([one.pk for one in customers], going, conversations)
    return Plan(
        cases=going,
        conversations=conversations,
        customers=[one.pk for one in customers if one.pk not in needed],
        messages=message_count_in(conversations),
        kept_cases=kept,
        kept_conversations=sorted(marked & mixed),
        kept_customers=[one for one in customers if one.pk in needed],
    )


@transaction.atomic
def delete_examples(*, person: User) -> Plan:
    """Delete all examples in one transaction; gives what was done. A second time, or two at once, does nothing more.
    Mail that comes in meanwhile for one of them is read again afterwards, as mail of somebody new."""
    one_at_a_time()
    _hold()
    done = plan()
    if done.is_empty:
        return done
    unmark_example_cases([case.pk for case in done.kept_cases])
    unmark_examples(done.kept_conversations)
    unmark_example_customers([one.pk for one in done.kept_customers])
    actor = Actor.human(person)
    files = delete_example_cases(done.cases, actor=actor)
    files += delete_example_conversations(done.conversations)
    forget_senders(delete_example_customers(done.customers))
    for digest in forget_unnamed(files):
        later(remove_unnamed, at=clock.now() + GRACE, digest=digest)
    counts = {"cases": len(done.cases), "customers": len(done.customers), "messages": done.messages}
    publish(ExamplesDeleted(**counts, kept=len(done.kept_cases)), actor=actor)
    return done


def _hold() -> None:
    """Until the end nobody adds to them. Cases first: whoever answers holds those too."""
    for kind in (Case, Conversation, Customer):
        list(kind.objects.select_for_update().filter(is_example=True).order_by("pk").values_list("pk", flat=True))


def _needed(customers: list[int], cases: list[int], conversations: list[int]) -> set[int]:
    """Those of these customers of whom something stays."""
    here = Conversation.objects.exclude(pk__in=conversations)
    found = set(here.filter(customer__in=customers).values_list("customer_id", flat=True))
    others = Case.objects.exclude(pk__in=cases).filter(customer__in=customers)
    found |= set(others.values_list("customer_id", flat=True))
    for name in ("customer_id", "before_id"):
        links = SenderLink.objects.exclude(conversation__in=conversations).filter(**{f"{name}__in": customers})
        found |= set(links.values_list(name, flat=True))
    told = Acknowledgement.objects.filter(customer__in=customers)
    found |= set(told.values_list("customer_id", flat=True))
    wrote = Message.objects.filter(handle__customer__in=customers)
    going = Place.objects.filter(conversation__in=conversations).values("message_id")
    return found | set(wrote.exclude(pk__in=going).values_list("handle__customer_id", flat=True))

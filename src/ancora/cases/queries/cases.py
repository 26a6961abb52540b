"""One case, and who may see it."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.http import Http404

from ancora.cases.models import Case, CaseClocks, CaseConversation, Outcome, Tag, Task
from ancora.conversations.models import Conversation, Direction, Message, Place
from ancora.conversations.queries import HIDDEN_MAILBOXES, hidden_mailbox_ids, messages_in
from ancora.conversations.tokens import reply_address
from ancora.customers.models import Customer
from ancora.parties.models import Team
from ancora.platform.accounts.models import User
from ancora.platform.events.queries import event_from
from ancora.platform.plain_sql import columns, hold, objects, read

# The source of events that a form began, by its key.
FORM = "form"


def visible_cases(viewer) -> QuerySet[Case]:
    """Cases of no mailbox, or of at least one that `viewer` sees."""
    hidden = _hidden_from(viewer)
    found = Case.objects.all()
    # A case is hidden when all its mailboxes are: contained in the hidden ones, and not empty.
    return found.exclude(mailbox_ids__contained_by=hidden, mailbox_ids__len__gt=0) if hidden else found


def seen_by(viewer) -> tuple[str, dict]:
    """`visible_cases` as a condition of plain SQL on `cases_case`, with its parameters."""
    hidden = _hidden_from(viewer)
    condition = "NOT (mailbox_ids <@ %(hidden)s::bigint[] AND cardinality(mailbox_ids) > 0)"
    return (condition, {"hidden": hidden}) if hidden else ("true", {})


# Plain SQL: every mail of a customer asks.
_PRESENT = f"""
SELECT {columns(Case, "k")} FROM cases_case k
WHERE k.id = (SELECT coalesce(merged_into_id, id) FROM cases_case WHERE id = %s) AND k.status NOT IN ('spam', 'trash')
"""  # noqa: S608


def present_case(case_id: int) -> Case | None:
    """The case that holds everything of this one now; None when it is gone, or in spam or trash."""
    return next(iter(objects(_PRESENT, [case_id], Case)), None)


def may_see_case(viewer, case_id: int) -> bool:
    return visible_cases(viewer).filter(pk=case_id).exists()


def cases_seen(viewer, ids: Collection[int]) -> set[int]:
    """Those of these cases that the viewer sees."""
    return set(visible_cases(viewer).filter(pk__in=ids).values_list("pk", flat=True))


def of_cases_seen(viewer, case_of: dict[int, int]) -> set[int]:
    """Those whose case the viewer sees, of anything by the case to which it belongs."""
    seen = cases_seen(viewer, case_of.values())
    return {pk for pk, case_id in case_of.items() if case_id in seen}


def keep_hidden(viewer) -> None:
    """What is hidden from this object is looked up once, when it is first asked: for one request."""
    viewer.keeps_hidden = True


def _hidden_from(viewer) -> list[int]:
    if not getattr(viewer, "keeps_hidden", False):
        return hidden_mailbox_ids(viewer)
    if not hasattr(viewer, "held_hidden"):
        viewer.held_hidden = hidden_mailbox_ids(viewer)
    return viewer.held_hidden


def case_for(viewer, reference: int) -> Case:
    """The case with this number, or the one that holds it since they were merged, with its customer, owner, team,
    outcome and clocks loaded, and `tag_labels` a list; not yours or none → 404."""
    return _one(viewer, reference)


def case_on_screen(viewer, reference: int) -> Case:
    """As `case_for`, for a page on which something is written: `as_of` is the id of the last event that it shows.

    Who writes events of a case holds it, so that their ids are in the order of the commits.
    """
    return _one(viewer, reference, as_of=_LAST_EVENT)


# Plain SQL: every case page begins with it.
_ONE = f"""
SELECT {columns(Case, "cases_case")}, {columns(Customer, "c")}, {columns(User, "u")}, {columns(Team, "t")},
    {columns(Outcome, "o")}, {columns(CaseClocks, "k")},
    ARRAY(SELECT g.label FROM cases_casetag l JOIN cases_tag g ON g.id = l.tag_id
        WHERE l.case_id = cases_case.id ORDER BY g.label), {{as_of}}
FROM cases_case JOIN customers_customer c ON c.id = customer_id
LEFT JOIN accounts_user u ON u.id = owner_id LEFT JOIN parties_team t ON t.id = team_id
LEFT JOIN cases_outcome o ON o.id = outcome_id LEFT JOIN cases_caseclocks k ON k.case_id = cases_case.id
WHERE cases_case.id = (SELECT coalesce(merged_into_id, id) FROM cases_case WHERE reference = %(reference)s) AND {{seen}}
"""  # noqa: S608
_LAST_EVENT = """coalesce((SELECT o.event_id FROM event_object o
    WHERE o.object_type = 'case' AND o.object_id = cases_case.id ORDER BY o.event_id DESC LIMIT 1), 0)"""


def _one(viewer, reference: int, *, as_of: str = "NULL") -> Case:
    seen, parameters = seen_by(viewer)
    sql = _ONE.format(seen=seen, as_of=as_of)
    found = read(sql, {**parameters, "reference": reference}, Case, Customer, User, Team, Outcome, CaseClocks)
    if not found:
        raise Http404("No such case.")
    case, customer, owner, team, outcome, clocks, case.tag_labels, case.as_of = found[0]
    hold(case, customer=customer, owner=owner, team=team, outcome=outcome, clocks=clocks)
    if clocks is not None:
        hold(clocks, case=case)
    return case


# One statement, for what is said in a chat.
_ALONE = f"""
SELECT {columns(Case, "cases_case")} FROM cases_case
WHERE id = (SELECT coalesce(merged_into_id, id) FROM cases_case WHERE reference = %(reference)s)
    AND (%(sees_all)s OR cardinality(mailbox_ids) = 0 OR NOT mailbox_ids <@ ARRAY({HIDDEN_MAILBOXES}))
"""  # noqa: S608


def case_alone(viewer, reference: int) -> Case:
    """As `case_for`, with nothing loaded beside it: for commands that hold it as soon as they have it."""
    asked = {"viewer": viewer.pk, "sees_all": viewer.is_administrator, "reference": reference}
    found = objects(_ALONE, asked, Case)
    if not found:
        raise Http404("No such case.")
    return found[0]


def number_of(reference: int) -> RawSQL:
    """The id of the case to which a number leads, for a filter."""
    return RawSQL("(SELECT coalesce(merged_into_id, id) FROM cases_case WHERE reference = %s)", [reference])


# The ids of a case and of all that were merged into it; its id, twice.
PARTS = "SELECT %s::bigint UNION ALL SELECT id FROM cases_case WHERE merged_into_id = %s"


def parts_of(case: Case) -> RawSQL:
    """The ids of a case and of all that were merged into it, for a filter with `__in`."""
    return RawSQL(PARTS, [case.pk, case.pk])  # noqa: S611


def case_itself(viewer, reference: int) -> Case:
    """The case with this number, also when it is a part of another one that the viewer sees; not yours → 404."""
    case = Case.objects.select_related("merged_into").filter(reference=reference).first()
    if case is None or not may_see_case(viewer, case.merged_into_id or case.pk):
        raise Http404("No such case.")
    return case


def case_opened_by(form_key: UUID) -> Case | None:
    """The case that a form of the desk, or a request of a program, opened."""
    event = event_from(FORM, str(form_key))
    case_ids = [pk for field, _kind, pk in event.objects if field == "case_id"] if event else []
    return Case.objects.filter(pk__in=case_ids).first()


def case_of_conversation(conversation_id: int) -> Case | None:
    """The case that holds a conversation now."""
    link = CaseConversation.objects.select_related("case").filter(conversation=conversation_id, until__isnull=True)
    return link[0].case if link else None


def cases_of_threads(conversation_ids: Collection[int]) -> dict[int, int]:
    """By conversation the case that holds it now, or that of the task whose side thread it is; two queries."""
    tasks = Task.objects.filter(conversation__in=conversation_ids)
    links = CaseConversation.objects.filter(conversation__in=conversation_ids, until__isnull=True)
    of_tasks = tasks.values_list("conversation_id", Coalesce("case__merged_into", "case"))
    return dict(of_tasks) | dict(links.values_list("conversation_id", "case_id"))


def case_of_thread(conversation_id: int) -> Case | None:
    """The case that holds a conversation now, or the task whose side thread it is."""
    if case := case_of_conversation(conversation_id):
        return case
    task = Task.objects.select_related("case__merged_into").filter(conversation=conversation_id).first()
    return task and (task.case.merged_into or task.case)


def case_with(message: Message) -> Case | None:
    """The case that holds a message now."""
    place = Place.objects.filter(message=message, until__isnull=True).first()
    return case_of_conversation(place.conversation_id) if place else None


_CONVERSATIONS = f"""
SELECT {columns(Conversation, "c")}
FROM cases_caseconversation l JOIN conversations_conversation c ON c.id = l.conversation_id
WHERE l.case_id = %s AND l.until IS NULL ORDER BY l.id
"""  # noqa: S608


def messages_beside(tasks: list[Task]) -> list[Message]:
    """What `messages_in` says of the side threads of these tasks; nothing is asked where there is none."""
    threads = [task.conversation_id for task in tasks if task.conversation_id]
    return messages_in(threads) if threads else []


def conversations_of(case: Case) -> list[Conversation]:
    """Its conversations, the first one first; looked up once for an object, a page asks several times."""
    if not hasattr(case, "held_conversations"):
        case.held_conversations = objects(_CONVERSATIONS, [case.pk], Conversation)
    return case.held_conversations


def conversation_ids_of(case: Case) -> list[int]:
    """Ids of its conversations, the first one first."""
    return [conversation.pk for conversation in conversations_of(case)]


def messages_of(case: Case) -> list[Message]:
    """What `messages_in` says of its conversations; looked up once for an object, a page asks several times."""
    if not hasattr(case, "held_messages"):
        case.held_messages = messages_in(conversation_ids_of(case))
    return case.held_messages


def message_for(viewer, pk: int) -> Message:
    """One message of a case the viewer sees; not yours → 404."""
    cases = visible_cases(viewer).values("pk")
    conversations = CaseConversation.objects.filter(case__in=cases, until__isnull=True).values("conversation_id")
    place = Place.objects.filter(message_id=pk, until__isnull=True, conversation_id__in=conversations)
    found = place.select_related("message").first()
    if found is None:
        raise Http404("No such message.")
    return found.message


def any_message_for(viewer, pk: int) -> Message:
    """As `message_for`, or one of a side thread: to be read, never to be answered or passed on."""
    place = Place.objects.select_related("message").filter(message_id=pk, until__isnull=True).first()
    case = case_of_thread(place.conversation_id) if place else None
    if case is None or not may_see_case(viewer, case.pk):
        raise Http404("No such message.")
    return place.message


def case_of_message(viewer, message: Message) -> Case:
    """The case in which a message is, or beside which; not yours → 404."""
    place = Place.objects.filter(message=message, until__isnull=True).first()
    case = case_of_thread(place.conversation_id) if place else None
    if case is None or not may_see_case(viewer, case.pk):
        raise Http404("No such case.")
    return case


class OtherCase(NamedTuple):
    """What a line about a case says; `outcome` is its label."""

    reference: int
    subject: str
    status: str
    outcome: str | None
    last_message_at: datetime
    is_example: bool


_OTHERS = """
SELECT reference, subject, status, o.label, last_message_at, is_example
FROM cases_case LEFT JOIN cases_outcome o ON o.id = outcome_id
WHERE customer_id = %(customer)s AND cases_case.id <> %(case)s AND status NOT IN ('spam', 'trash') AND {seen}
ORDER BY last_message_at DESC LIMIT %(most)s
"""


def other_cases(viewer, case: Case, *, most: int = 20) -> list[OtherCase]:
    """The other cases of a case's customer, the latest first, those in trash and spam left out."""
    seen, parameters = seen_by(viewer)
    parameters |= {"customer": case.customer_id, "case": case.pk, "most": most}
    with connection.cursor() as cursor:
        cursor.execute(_OTHERS.format(seen=seen), parameters)
        return [OtherCase(*row) for row in cursor.fetchall()]


def lines_of(found: QuerySet[Case], *, most: int = 20) -> list[OtherCase]:
    """The first cases of an ordered list, each as a line; one query."""
    fields = "reference", "subject", "status", "outcome__label", "last_message_at", "is_example"
    return [OtherCase(*row) for row in found.values_list(*fields)[:most]]


def cases_of_customer(viewer, customer: Customer, *, most: int = 20) -> list[Case]:
    """The customer's cases, the latest first, those in trash and spam left out."""
    return list(_cases_of(viewer, customer.pk).select_related("owner", "outcome")[:most])


def _cases_of(viewer, customer_id: int) -> QuerySet[Case]:
    found = visible_cases(viewer).filter(customer=customer_id)
    return found.exclude(status__in=["spam", "trash"]).order_by("-last_message_at")


def tags(viewer) -> QuerySet[Tag]:
    return Tag.objects.filter(is_active=True)


_TAGS = f"""
SELECT {columns(Tag, "t")} FROM cases_casetag l JOIN cases_tag t ON t.id = l.tag_id
WHERE l.case_id = %s ORDER BY t.label
"""  # noqa: S608


def tags_of(case: Case) -> list[Tag]:
    return objects(_TAGS, [case.pk], Tag)


def outcomes(viewer) -> QuerySet[Outcome]:
    return Outcome.objects.filter(is_active=True)


def last_mailed_in(reference: int) -> tuple[Message, str] | None:
    """The last mail we sent in the case with this number, and the address its answers go to; None without one."""
    link = CaseConversation.objects.filter(case__reference=reference, until__isnull=True).values("conversation_id")
    places = Place.objects.filter(conversation_id__in=link, until__isnull=True, message__direction=Direction.OUT)
    # A line of a chat that was mailed is one too; what leaves by another channel has its account.
    mailed = places.filter(message__outgoing__isnull=False, message__outgoing__account__isnull=True)
    place = mailed.select_related("message", "conversation").order_by("-message_id").first()
    if place is None:
        return None
    return place.message, reply_address(place.message.from_address, place.conversation.reference)

"""Everything that happened in a case, in order: messages, notes, changes, each with who and when."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from ancora.cases.models import Case, Note, Outcome, Priority, Rule, Status, Tag, Task, WaitingOn
from ancora.cases.queries import kin_words
from ancora.cases.queries.cases import PARTS, conversation_ids_of, messages_beside, messages_of
from ancora.cases.queries.sessions import Session, sessions_of
from ancora.cases.routing.reading import minutes_in_words, reason_in_words, skill_labels
from ancora.cases.service_levels.reading import told_in_words
from ancora.cases.tasks.queries import tasks_of
from ancora.conversations.models import Direction, Message, SenderLink
from ancora.customers.models import Customer, Handle, HandleKind
from ancora.customers.queries import normal_address
from ancora.parties.models import Team, ThirdParty
from ancora.platform.accounts.models import User
from ancora.platform.events.queries import Recorded, events_about
from ancora.platform.plain_sql import columns, objects
from ancora.platform.ui.dates import spoken


@dataclass(frozen=True, slots=True)
class Change:
    """A change in words of the viewer's language. `reference`: the number of the other case that they name ·
    `merge`, `split`: the one that can be undone here · `answer`: a common answer, to see how far it is."""

    type: str
    text: str
    reference: int | None = None
    merge: int | None = None
    split: int | None = None
    answer: int | None = None


@dataclass(frozen=True, slots=True)
class Doubt:
    """A mail that failed. link: what a person said of its sender, when that is in force · is_linkable: whether a
    person can say that it is really from the customer of its address."""

    link: SenderLink | None
    is_linkable: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """kind: message, note or change; the field of that name is set. `task`: of a message in its side thread, which the
    customer never sees. `ours`: written by us. `doubt`: of a message
    whose sender is not to be believed."""

    kind: str
    at: datetime
    who: str
    initials: str
    ours: bool
    message: Message | None = None
    note: Note | None = None
    change: Change | None = None
    doubt: Doubt | None = None
    task: Task | None = None


CHANGES = [
    "case.opened",
    "case.assigned",
    "case.escalated",
    "case.handed_off",
    "case.status_changed",
    "case.resolved",
    "case.reopened",
    "case.closed",
    "case.restored",
    "case.priority_set",
    "case.tagged",
    "case.untagged",
    "case.linked",
    "case.unlinked",
    "case.merged",
    "case.unmerged",
    "case.acknowledgement_withheld",
    "case.customer_changed",
    "case.message_moved",
    "case.visitor_blocked",
    "case.visitor_unblocked",
    *kin_words.TYPES,
    "sla.warned",
    "sla.breached",
    "case.message_taken_back",
    "task.created",
    "task.reassigned",
    "task.due_set",
    "task.completed",
    "task.cancelled",
]


_NOTES = f"SELECT {columns(Note, 'n')} FROM cases_note n WHERE n.case_id IN ({PARTS}) ORDER BY n.written_at"  # noqa: S608


def timeline(viewer, case: Case) -> list[Entry]:
    """The case from its beginning; the number of queries does not depend on its length."""
    messages = messages_of(case)
    doubts = _doubts(case, [message for message in messages if message.trust == "failed"])
    entries = [_message_entry(message, doubts.get(message.pk)) for message in messages]
    notes = objects(_NOTES, [case.pk, case.pk], Note)
    prefetch_related_objects(notes, "author", "rule", "files")
    entries += _beside(case)
    entries += [_note_entry(note) for note in notes]
    entries += change_entries(case, events_about("case", case.pk, types=CHANGES))
    entries += [_session_entry(one) for one in sessions_of(case)]
    return sorted(entries, key=lambda entry: entry.at)


def _session_entry(session: Session) -> Entry:
    change = Change("contact.ended", session.words)
    return Entry("change", session.ended_at, session.who, "", True, change=change)


def _note_entry(note: Note) -> Entry:
    who = note.author.name if note.author else _rule_words(note.rule.name)
    return Entry("note", note.written_at, who, note.author.initials if note.author else "", True, note=note)


def _rule_words(name: str) -> str:
    return _("Rule “%(name)s”") % {"name": name}


def beside_entries(task: Task) -> list[Entry]:
    """The side thread of one task, from its beginning."""
    messages = messages_beside([task])
    return [_side_entry(one, task) for one in messages]


def _side_entry(message: Message, task: Task) -> Entry:
    """Whoever it is from, it is nobody's but the task's: a doubt is shown, and nothing can be done about it."""
    doubt = Doubt(None, is_linkable=False) if message.trust == "failed" else None
    return replace(_message_entry(message, doubt), task=task)


def _beside(case: Case) -> list[Entry]:
    by_thread = {task.conversation_id: task for task in tasks_of(case) if task.conversation_id}
    messages = messages_beside(list(by_thread.values()))
    return [_side_entry(one, by_thread[one.place_conversation_id]) for one in messages]


def _doubts(case: Case, failed: list[Message]) -> dict[int, Doubt]:
    """By message id; two queries when there is any."""
    if not failed:
        return {}
    addresses = {normal_address(message.from_address) for message in failed}
    known = Handle.objects.filter(kind=HandleKind.EMAIL, value__in=addresses, customer=case.customer_id)
    linked = set(known.values_list("value", flat=True))
    # Of these conversations: a message that was moved away has left what was said of its sender behind.
    links = SenderLink.objects.filter(
        message__in=failed, conversation__in=conversation_ids_of(case), until__isnull=True
    ).select_related("author", "customer")
    by_message = {link.message_id: link for link in links}
    return {
        message.pk: Doubt(
            by_message.get(message.pk),
            bool(message.from_address) and normal_address(message.from_address) not in linked,
        )
        for message in failed
    }


def _message_entry(message: Message, doubt: Doubt | None) -> Entry:
    ours = message.direction == Direction.OUT
    who = message.from_name or message.from_address or _("Unknown sender")
    words = who.split()
    initials = (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper() if words else "?"
    return Entry("message", _moment(message), who, initials, ours, message=message, doubt=doubt)


def _moment(message: Message) -> datetime:
    """When it came, or was written; of one that is sent later, then."""
    is_ours = message.direction == Direction.OUT and hasattr(message, "outgoing") and message.sent_at
    return max(message.recorded_at, message.sent_at) if is_ours else message.recorded_at


def change_entries(case: Case, recorded: list[Recorded]) -> list[Entry]:
    """Changes of the case in words, from their events."""
    names = _Names(case, recorded)
    undone = {_merge_in(event) for event in recorded if event.type == "case.unmerged"}
    entries = []
    for event in recorded:
        if event.type == "case.message_taken_back" and not event.attrs.get("reason"):
            # Undone by its author: as if nothing had been.
            continue
        who = names.actor(event)
        merge = _merge_in(event) if event.type == "case.merged" and not names.is_into(event) else None
        change = Change(
            event.type, _words(event, names), names.other_case(event), merge if merge not in undone else None
        )
        change = replace(change, **kin_words.ways_on(event, recorded))
        entries.append(Entry("change", event.occurred_at, who, "", True, change=change))
    return entries


def _merge_in(event: Recorded) -> int:
    return next(pk for _field, kind, pk in event.objects if kind == "merge")


# Of what kind of row the actors of each kind are.
_ACTORS = {"human": "user", "customer": "customer", "bot": "rule"}
# A problem is a case.
_CASES = ("case", "problem")


class _Names:
    """The present names of everything the events point to, one query per kind; what the case holds is known."""

    def __init__(self, case: Case, recorded: list[Recorded]):
        wanted: dict[str, set[int]] = {"user": set(), "team": set(), "tag": set(), "outcome": set(), "customer": set()}
        wanted |= {"task": set(), "third_party": set(), "rule": set()}
        for event in recorded:
            for _field, kind, pk in event.objects:
                if kind in wanted:
                    wanted[kind].add(pk)
            if event.actor_id and event.actor_kind in _ACTORS:
                wanted[_ACTORS[event.actor_kind]].add(event.actor_id)
        models = {"user": User, "team": Team, "tag": Tag, "outcome": Outcome, "customer": Customer}
        models |= {"task": Task, "third_party": ThirdParty, "rule": Rule}
        held = {"customer": case.customer, "user": case.owner, "team": case.team, "outcome": case.outcome}
        self._found = {kind: {row.pk: str(row)} for kind, row in held.items() if row is not None}
        for kind, model in models.items():
            known = self._found.setdefault(kind, {})
            known |= {pk: str(row) for pk, row in model.objects.in_bulk(wanted[kind] - known.keys()).items()}
        self._case = case
        self.skills = skill_labels(recorded)
        others = {pk for event in recorded for _field, kind, pk in event.objects if kind in _CASES} - {case.pk}
        self._references = dict(Case.objects.filter(pk__in=others).values_list("pk", "reference"))

    def of(self, event: Recorded, field: str) -> str:
        for name, kind, pk in event.objects:
            if name == field:
                return self._found[kind].get(pk, f"{kind} {pk}")
        return ""

    def other_case(self, event: Recorded) -> int | None:
        """The number of the case that the event names besides this one."""
        found = {field: pk for field, kind, pk in event.objects if kind in _CASES and pk != self._case.pk}
        # The case that was merged, then the one it left.
        others = [found[field] for field in ("case_id", "holder_id") if field in found] or list(found.values())
        return self._references.get(others[0]) if others else None

    def is_into(self, event: Recorded) -> bool:
        """Whether something came into this case."""
        return ("case_id", "case", self._case.pk) in event.objects

    def actor(self, event: Recorded) -> str:
        if event.actor_kind == "bot" and event.actor_id is None:
            return pgettext("actor", "Routing")
        if event.actor_kind == "system" or event.actor_id is None:
            return _("Ancora")
        name = self._found[_ACTORS.get(event.actor_kind, "user")].get(event.actor_id, "")
        return _rule_words(name) if event.actor_kind == "bot" else name


def _words(event: Recorded, names: _Names) -> str:
    if told := kin_words.kin_words(event, names.other_case(event), is_new=names.is_into(event)):
        return told
    attrs = event.attrs
    match event.type:
        case "case.opened":
            return _("Opened in spam") if attrs.get("is_spam") else _("Opened")
        case "case.assigned":
            owner, passed = names.of(event, "owner_id"), names.of(event, "passed_id")
            words = _("Owner: %(name)s") % {"name": owner} if owner else _("Left without owner")
            why = reason_in_words(attrs, passed=passed, labels=names.skills)
            return f"{words} ({why})" if why else words
        case "case.escalated":
            waits = minutes_in_words(attrs["minutes"])
            return _("Escalated to the lead: nobody could take it for %(length)s") % {"length": waits}
        case "case.handed_off":
            before, after = names.of(event, "team_before_id") or "—", names.of(event, "team_id") or "—"
            return _("Handed over: %(before)s → %(after)s") % {"before": before, "after": after}
        case "case.resolved":
            return _("Resolved: %(outcome)s") % {"outcome": names.of(event, "outcome_id")}
        case "case.priority_set":
            return _("Priority: %(name)s") % {"name": Priority(attrs["after"]).label}
        case "case.tagged":
            return _("Tag added: %(tag)s") % {"tag": names.of(event, "tag_id")}
        case "case.untagged":
            return _("Tag removed: %(tag)s") % {"tag": names.of(event, "tag_id")}
        case "case.customer_changed":
            return _("Customer: %(name)s") % {"name": names.of(event, "customer_id") or _("Unknown")}
        case "case.message_moved":
            came = names.is_into(event)
            words = _("Message moved here from #%(reference)s") if came else _("Message moved to #%(reference)s")
            return words % {"reference": names.other_case(event)}
        case "case.visitor_blocked":
            return _("Visitor blocked: nothing more is taken from them in the chat")
        case "case.visitor_unblocked":
            return _("Visitor no longer blocked")
        case "case.message_taken_back":
            return _called_off_words(attrs["reason"]) % {"name": names.of(event, "author_id")}
        case "case.linked":
            return _link_words(event, names) % {"reference": names.other_case(event)}
        case "case.unlinked":
            return _("No longer related to #%(reference)s") % {"reference": names.other_case(event)}
        case "case.merged":
            came = not names.is_into(event)
            words = _("#%(reference)s merged into this case") if came else _("Merged into #%(reference)s")
            return words % {"reference": names.other_case(event)}
        case "case.unmerged":
            left = not names.is_into(event)
            words = _("#%(reference)s taken out again") if left else _("Taken out of #%(reference)s again")
            return words % {"reference": names.other_case(event)}
        case "case.acknowledgement_withheld":
            return _silence_words(attrs["reason"])
        case _ if event.type.startswith("task."):
            return _task_words(event, names)
        case "sla.warned" | "sla.breached":
            return told_in_words(event.attrs, is_warning=event.type == "sla.warned")
        case _:
            return _status_words(event)


def _task_words(event: Recorded, names: _Names) -> str:
    title = names.of(event, "task_id")
    whom = names.of(event, "person_id") or names.of(event, "team_id") or names.of(event, "third_party_id")
    match event.type:
        case "task.created":
            return _("Task for %(whom)s: %(title)s") % {"whom": whom, "title": title}
        case "task.reassigned":
            before = names.of(event, "person_before_id") or names.of(event, "team_before_id")
            words = _("Task given on: %(title)s, %(before)s → %(after)s")
            return words % {"title": title, "before": before, "after": whom}
        case "task.due_set" if due := event.attrs.get("due_at"):
            moment = spoken(datetime.fromisoformat(due), "j F Y, H:i")
            return _("Task due at another time: %(title)s, %(moment)s") % {"title": title, "moment": moment}
        case "task.due_set":
            return _("Task due at no time any more: %(title)s") % {"title": title}
        case "task.completed":
            return _("Task done: %(title)s") % {"title": title}
        case _:
            return _("Task cancelled: %(title)s") % {"title": title}


def _called_off_words(reason: str) -> str:
    match reason:
        case "trash":
            return _("Not sent, because the case was in the trash. It is a draft of %(name)s again")
        case "spam":
            return _("Not sent, because the case was in spam. It is a draft of %(name)s again")
        case _:
            return _("Not sent, because an answer came before. It is a draft of %(name)s again")


def _link_words(event: Recorded, names: _Names) -> str:
    if event.attrs.get("kind") == "related":
        return _("Related to #%(reference)s")
    return _("Follows #%(reference)s") if names.is_into(event) else _("Followed by #%(reference)s")


def _silence_words(reason: str) -> str:
    if reason == "mailbox":
        return _("No acknowledgement: the mailbox has sent all of this hour. Nobody gets one until it is over")
    if reason == "day":
        return _("No acknowledgement: this customer got several within a day")
    return _("No acknowledgement: this customer got one within the last hour")


def _waiting_words(whom: str, until: str | None) -> str:
    if until is None:
        return _("Waiting on: %(whom)s") % {"whom": whom}
    moment = spoken(datetime.fromisoformat(until), "j F Y, H:i")
    return _("Waiting on: %(whom)s, until %(moment)s") % {"whom": whom, "moment": moment}


def _status_words(event: Recorded) -> str:
    if event.type == "case.reopened":
        return _("Reopened")
    if event.type == "case.closed":
        return pgettext("case", "Closed")
    if event.type == "case.restored":
        return _("Taken back from %(status)s") % {"status": Status(event.attrs["before"]).label.lower()}
    if event.attrs.get("is_due"):
        return _("Open again: the time has come")
    if on := event.attrs.get("waiting_on"):
        return _waiting_words(WaitingOn(on).label, event.attrs.get("until"))
    return _("Status: %(status)s") % {"status": Status(event.attrs["after"]).label}

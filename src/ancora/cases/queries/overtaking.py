"""What colleagues did in a case while somebody was writing in it."""

from ancora.cases.models import Case, Note, Status
from ancora.cases.queries.timeline import Entry, change_entries
from ancora.conversations.models import Message
from ancora.platform.accounts.models import User
from ancora.platform.events.queries import Recorded, events_about

# What makes an answer wrong that was right when it was begun.
_CHANGES = (
    "case.assigned",
    "case.status_changed",
    "case.resolved",
    "case.closed",
    "case.customer_changed",
)
_WRITTEN = ("case.continued", "note.added")


def done_since(case: Case, as_of: int, *, by_others_than: User) -> tuple[list[Entry], int]:
    """What people other than `by_others_than` sent, noted and changed in the case after its event `as_of`, oldest
    first, and the id of the last of these events."""
    recorded = [
        event
        for event in events_about("case", case.pk, types=[*_CHANGES, *_WRITTEN], after=as_of, most=50)
        if event.actor_kind == "human" and event.actor_id != by_others_than.pk and _matters(event)
    ]
    if not recorded:
        return [], as_of
    changes = change_entries(case, [event for event in recorded if event.type in _CHANGES])
    entries = [*_messages(_ids(recorded, "message_id")), *_notes(_ids(recorded, "note_id")), *changes]
    return sorted(entries, key=lambda entry: entry.at), recorded[-1].id


def _matters(event: Recorded) -> bool:
    """Whoever sets a case to wait, or takes it back, does not stop an answer."""
    if event.type == "case.status_changed":
        return event.attrs["after"] in (Status.SPAM, Status.TRASH)
    return event.type != "case.continued" or event.attrs["direction"] == "out"


def _ids(recorded: list[Recorded], wanted: str) -> list[int]:
    return [pk for event in recorded if event.type in _WRITTEN for field, _kind, pk in event.objects if field == wanted]


def _messages(ids: list[int]) -> list[Entry]:
    found = Message.objects.filter(pk__in=ids).select_related("author", "outgoing") if ids else ()
    return [Entry("message", one.recorded_at, str(one.author or one.from_name), "", True, message=one) for one in found]


def _notes(ids: list[int]) -> list[Entry]:
    found = Note.objects.filter(pk__in=ids).select_related("author") if ids else ()
    return [Entry("note", one.written_at, one.author.name, one.author.initials, True, note=one) for one in found]

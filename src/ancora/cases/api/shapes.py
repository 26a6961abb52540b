"""What programs see of cases."""

from datetime import datetime

from ninja import Schema

from ancora.cases.models import Case, CaseMerge, Note
from ancora.cases.queries import Entry, merges_in, related_cases, tags_of, timeline
from ancora.cases.queries.cases import conversation_ids_of
from ancora.cases.service_levels.reading import hands_of
from ancora.conversations.api import MessageOut, message_shown
from ancora.conversations.queries import complete


class NamedOut(Schema):
    """A row of another list, with its present name."""

    id: int
    name: str


class CaseOut(Schema):
    """A case in a list. status: open, waiting (`waiting_on`: customer, third_party or us; `waits_until`: when it opens
    by itself), resolved, closed, spam, trash, or merged: its number leads to the case that holds everything of it ·
    priority: 1 low to 4 urgent · `version` rises with every change."""

    reference: int
    subject: str
    excerpt: str
    status: str
    waiting_on: str
    waits_until: datetime | None
    priority: int
    customer: NamedOut
    owner: NamedOut | None
    team: NamedOut | None
    outcome: int | None
    tags: list[str]
    channel: str
    language: str
    mailboxes: list[int]
    opened_at: datetime
    last_message_at: datetime
    resolved_at: datetime | None
    version: int


class CasesOut(Schema):
    """A page, the latest message first; `next` is the `after` of the next one."""

    cases: list[CaseOut]
    next: str | None


class NoteFileOut(Schema):
    """A file of a note; its bytes are at `/note-files/{id}`."""

    id: int
    filename: str
    content_type: str
    size: int


class NoteOut(Schema):
    """What a person, or a rule (then without `author`), wrote for colleagues; customers never see it."""

    id: int
    author: int | None
    rule: int | None = None
    html: str
    text: str
    written_at: datetime
    files: list[NoteFileOut]


class ChangeOut(Schema):
    """A change: its event type, and its text in your language."""

    type: str
    text: str


class ClockOut(Schema):
    """What was promised. kind: first_response, next_response or resolution · state: calm, near, late, or paused while
    the case waits on the customer (`due_at` is null then)."""

    kind: str
    state: str
    due_at: datetime | None
    paused_since: datetime | None


class EntryOut(Schema):
    """kind: message, note or change; the field of that name is set. `ours`: written by us."""

    kind: str
    at: datetime
    who: str
    ours: bool
    message: MessageOut | None = None
    note: NoteOut | None = None
    change: ChangeOut | None = None


class MergedOut(Schema):
    """A case that is a part of another one: its number, the case it was merged into, by whom and since when."""

    reference: int
    into: int
    author: int
    since: datetime


class WholeCaseOut(CaseOut):
    """A case with everything that happened in it, oldest first. `merged`: the cases that are a part of it ·
    `related`: numbers of cases that have something to do with it · `clocks`: those that run or stand still."""

    conversations: list[int]
    merged: list[MergedOut]
    related: list[int]
    clocks: list[ClockOut]
    timeline: list[EntryOut]


def row(case: Case, tags: list[str] | None = None) -> CaseOut:
    """A case whose customer, owner and team are loaded; `tags` default to the labels that a list loaded."""
    return CaseOut(**_columns(case), tags=(case.tag_labels or []) if tags is None else tags)


def whole(viewer, case: Case) -> WholeCaseOut:
    """A case with its timeline; the number of queries does not depend on its length."""
    entries = timeline(viewer, case)
    complete([entry.message for entry in entries if entry.message])
    return WholeCaseOut(
        **_columns(case),
        tags=[tag.label for tag in tags_of(case)],
        conversations=conversation_ids_of(case),
        merged=[_merged(merge) for merge in merges_in(case)],
        related=[other.reference for other in related_cases(viewer, case)],
        clocks=[ClockOut.from_orm(hand) for hand in hands_of(case)],
        timeline=[_entry(entry) for entry in entries],
    )


def note_shown(note: Note) -> NoteOut:
    return NoteOut(
        **{name: getattr(note, name) for name in ("id", "html", "text", "written_at")},
        author=note.author_id,
        rule=note.rule_id,
        files=[NoteFileOut.from_orm(file) for file in note.files.all()],
    )


_PLAIN = (
    "reference", "subject", "excerpt", "status", "waiting_on", "priority", "channel", "language", "opened_at",
    "last_message_at", "resolved_at", "version",
)  # fmt: skip


def _columns(case: Case) -> dict:
    return {
        **{name: getattr(case, name) for name in _PLAIN},
        "waits_until": case.waits_until if case.status == "waiting" else None,
        "customer": _named(case.customer),
        "owner": _named(case.owner),
        "team": _named(case.team),
        "outcome": case.outcome_id,
        "mailboxes": case.mailbox_ids,
    }


def _merged(merge: CaseMerge) -> MergedOut:
    return MergedOut(
        reference=merge.case.reference, into=merge.into.reference, author=merge.author_id, since=merge.since
    )


def _named(one) -> NamedOut | None:
    return NamedOut(id=one.pk, name=str(one)) if one else None


def _entry(entry: Entry) -> EntryOut:
    return EntryOut(
        kind=entry.kind,
        at=entry.at,
        who=entry.who,
        ours=entry.ours,
        message=message_shown(entry.message) if entry.message else None,
        note=note_shown(entry.note) if entry.note else None,
        change=ChangeOut(type=entry.change.type, text=str(entry.change.text)) if entry.change else None,
    )

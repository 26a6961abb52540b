"""What happens to cases."""

from dataclasses import dataclass
from datetime import datetime

from ancora.platform.events.event import Code, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseEvent(Event):
    """Something happened to one case."""

    objects = {"case_id": "case"}
    case_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseDeleted(CaseEvent):
    """The case is gone for good with everything in it: it was an example."""

    type = "case.deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamplesDeleted(Event):
    """An administrator deleted what was there to try the desk with; `kept` cases had become real ones."""

    type = "examples.deleted"
    cases: int
    customers: int
    messages: int
    kept: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamplesAdded(Event):
    """An administrator put in cases to try the desk with."""

    type = "examples.added"
    cases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseOpened(Event):
    """A matter of a customer is on our table; with `is_spam` only in spam, where it takes part in nothing."""

    type = "case.opened"
    objects = {"case_id": "case", "customer_id": "customer", "conversation_id": "conversation", "team_id": "team"}
    case_id: int
    customer_id: int
    conversation_id: int
    team_id: int | None = None
    channel: Code
    is_spam: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseContinued(Event):
    """A message came into a case: it rises in the lists."""

    type = "case.continued"
    objects = {"case_id": "case", "message_id": "message"}
    case_id: int
    message_id: int
    direction: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseAssigned(Event):
    """The owner changed; None is nobody. With `rule` routing chose, and the rest says why (see `routing.decision`)."""

    type = "case.assigned"
    objects = {"case_id": "case", "owner_id": "user", "owner_before_id": "user", "passed_id": "user"}
    case_id: int
    owner_id: int | None
    owner_before_id: int | None
    rule: Code | None = None
    skills: tuple[int, ...] | None = None
    holds: int | None = None
    limit: int | None = None
    passed: Code | None = None
    passed_id: int | None = None
    passed_until: datetime | None = None
    is_overflow: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseHandedOff(Event):
    """Another team works on the case from now on."""

    type = "case.handed_off"
    objects = {"case_id": "case", "team_id": "team", "team_before_id": "team", "note_id": "note"}
    case_id: int
    team_id: int | None
    team_before_id: int | None
    note_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStatusChanged(CaseEvent):
    """From one status to another, with whom it waits on and until when; `is_due`: that time has come."""

    type = "case.status_changed"
    before: Code
    after: Code
    waiting_on: Code | None = None
    until: datetime | None = None
    is_due: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResolved(Event):
    """Solved, with an outcome."""

    type = "case.resolved"
    objects = {"case_id": "case", "outcome_id": "outcome"}
    case_id: int
    outcome_id: int | None
    before: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseReopened(CaseEvent):
    """Back on our table after it was resolved or closed."""

    type = "case.reopened"
    before: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseClosed(CaseEvent):
    """Finished for good."""

    type = "case.closed"
    before: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRestored(CaseEvent):
    """Taken back from spam or trash."""

    type = "case.restored"
    before: Code
    after: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCustomerChanged(Event):
    """A person said whose case it really is, or took that back."""

    type = "case.customer_changed"
    objects = {"case_id": "case", "customer_id": "customer", "customer_before_id": "customer"}
    case_id: int
    customer_id: int
    customer_before_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CasePrioritySet(CaseEvent):
    type = "case.priority_set"
    before: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTagged(Event):
    type = "case.tagged"
    objects = {"case_id": "case", "tag_id": "tag"}
    case_id: int
    tag_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseUntagged(Event):
    type = "case.untagged"
    objects = {"case_id": "case", "tag_id": "tag"}
    case_id: int
    tag_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLinked(Event):
    """Two cases belong together. kind: follows (a case that was solved long ago) or related."""

    type = "case.linked"
    objects = {"case_id": "case", "related_id": "case"}
    case_id: int
    related_id: int
    kind: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseUnlinked(Event):
    """A person said that two cases have nothing to do with each other."""

    type = "case.unlinked"
    objects = {"case_id": "case", "related_id": "case"}
    case_id: int
    related_id: int
    kind: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMerged(Event):
    """A case became a part of another one, which holds its conversations, notes and tags from now on."""

    type = "case.merged"
    objects = {"case_id": "case", "survivor_id": "case", "merge_id": "merge"}
    case_id: int
    survivor_id: int
    merge_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseUnmerged(Event):
    """A merge was undone: the case is on its own again, with all that came with it. `holder_id`: the case that held it
    last, where that is not the one it was merged into."""

    type = "case.unmerged"
    objects = {"case_id": "case", "survivor_id": "case", "holder_id": "case", "merge_id": "merge"}
    case_id: int
    survivor_id: int
    holder_id: int | None = None
    merge_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMessageTakenBack(Event):
    """A message was not sent: its author took it back, or at its moment a person had answered, or the case lay in
    trash or spam (`reason` answered, trash, spam). It is a draft of its author again."""

    type = "case.message_taken_back"
    objects = {"case_id": "case", "message_id": "message", "author_id": "user"}
    case_id: int
    message_id: int
    author_id: int | None = None
    reason: Code | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseMessageMoved(Event):
    """A person moved a message from one case to another, or back."""

    type = "case.message_moved"
    objects = {"case_id": "case", "from_case_id": "case", "message_id": "message"}
    case_id: int
    from_case_id: int
    message_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseVisitorBlocked(Event):
    """Nothing more is taken from who wrote in a chat of the case."""

    type = "case.visitor_blocked"
    objects = {"case_id": "case", "conversation_id": "conversation"}
    case_id: int
    conversation_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseVisitorUnblocked(CaseVisitorBlocked):
    """They may write again."""

    type = "case.visitor_unblocked"


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgementWithheld(Event):
    """From here on nobody is told automatically for a while. reason: customer, day or mailbox, whose budget it is."""

    type = "case.acknowledgement_withheld"
    objects = {"case_id": "case", "message_id": "message"}
    case_id: int
    message_id: int
    reason: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(Event):
    """An internal note was written."""

    type = "note.added"
    objects = {"case_id": "case", "note_id": "note"}
    case_id: int
    note_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFollowed(Event):
    """A person hears of the case from now on, because they or a colleague who mentioned them wanted it."""

    type = "case.followed"
    objects = {"case_id": "case", "person_id": "user"}
    case_id: int
    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseUnfollowed(Event):
    """A person no longer follows the case."""

    type = "case.unfollowed"
    objects = {"case_id": "case", "person_id": "user"}
    case_id: int
    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MacroUsed(Event):
    """A macro helped: its text or its changes went into a case, with this message or note if there is one."""

    type = "macro.used"
    objects = {"macro_id": "macro", "case_id": "case", "message_id": "message", "note_id": "note"}
    macro_id: int
    case_id: int
    message_id: int | None = None
    note_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevelWarned(CaseEvent):
    """A clock of the case comes near to what was promised. clock: first_response, next_response or resolution."""

    type = "sla.warned"
    clock: Code
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceLevelBreached(CaseEvent):
    """A clock of the case ran past what was promised."""

    type = "sla.breached"
    clock: Code
    due_at: datetime

"""What happens to shared drafts. What is typed is no event; who had the pen when, is."""

from dataclasses import dataclass

from ancora.platform.events.event import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftShareEvent(Event):
    """With whom a draft is shared changed: a person or a team."""

    objects = {"case_id": "case", "draft_id": "draft", "person_id": "user", "team_id": "team"}
    case_id: int
    draft_id: int
    person_id: int | None = None
    team_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftShared(DraftShareEvent):
    """Its author lets somebody read and write it."""

    type = "draft.shared"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftUnshared(DraftShareEvent):
    """No longer, because its author said so or threw it away."""

    type = "draft.unshared"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPenEvent(Event):
    """The pen of a shared draft passed on; what is saved is of this person until it does again."""

    objects = {"case_id": "case", "draft_id": "draft", "person_id": "user"}
    case_id: int
    draft_id: int
    person_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPenTaken(DraftPenEvent):
    """From now on this person writes."""

    type = "draft.pen_taken"


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPenLaidDown(DraftPenEvent):
    """This person writes no more; the pen is free."""

    type = "draft.pen_laid_down"


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedDraftSent(Event):
    """A shared draft became a message or a note of whoever sent it."""

    type = "draft.sent"
    objects = {
        "case_id": "case",
        "draft_id": "draft",
        "author_id": "user",
        "message_id": "message",
        "note_id": "note",
    }
    case_id: int
    draft_id: int
    author_id: int
    message_id: int | None = None
    note_id: int | None = None

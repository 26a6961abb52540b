"""What somebody writes and has not sent: kept while they type, and until what they sent has left."""

from dataclasses import dataclass
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import transaction
from django.utils.html import linebreaks
from django.utils.translation import gettext as _

from ancora.cases.commands.notes import add_note
from ancora.cases.commands.standing import standing_of
from ancora.cases.models import Case, Draft, Note
from ancora.cases.queries.drafts import draft_in
from ancora.conversations.commands.draft_files import hold_draft_files
from ancora.conversations.commands.queue_message import sent_before
from ancora.conversations.models import Message, OutgoingState
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.once import one_at_a_time


class WrittenElsewhere(Refusal):
    """The draft was changed on another screen since this one was drawn."""


@dataclass(frozen=True, slots=True)
class Written:
    """A composer as its author left it. fields: what was typed, by name · files: keys of those that lie here, also of
    the pictures in the text · mode: the query that draws it · draft: of a new mail, the id of the draft it was."""

    fields: dict
    files: tuple[UUID, ...] = ()
    mode: str = ""
    draft: int = 0

    @property
    def is_empty(self) -> bool:
        return not self.fields.get("text", "").strip() and not self.files


@transaction.atomic
def save_draft(
    case: Case, written: Written, *, author: User, version: int = 0, form_key: UUID | None = None
) -> Draft | None:
    """The draft as it is now; an empty one is gone (None). `version`: the one the screen knows, 0 for none;
    `WrittenElsewhere` when there is a later one. What comes after its form was sent is let go."""
    one_at_a_time(form_key)
    if form_key and (sent_before(form_key) or Note.objects.filter(form_key=form_key).exists()):
        return None
    draft = _locked(case, author)
    if draft is not None and draft.version != version:
        raise WrittenElsewhere(_("Not saved: this draft was changed on another screen. Reload the page to see it."))
    if written.is_empty:
        _drop(draft)
        return None
    draft = draft or Draft(author=author, case=case, version=version)
    before = files_of(draft)
    draft.written, draft.mode = _stored(written), written.mode
    draft.version += 1
    draft.saved_at = clock.now()
    draft.save()
    hold_draft_files(owner=author, keys=files_of(draft), let_go=before)
    return draft


@transaction.atomic
def discard_draft(case: Case, *, author: User) -> None:
    """Gone for good; nothing when there is none."""
    _drop(_locked(case, author))


@transaction.atomic
def discard_new_mail(draft: Draft) -> None:
    """As `discard_draft`, for a new mail that was taken back."""
    _drop(_taken_back_mail(draft.author, draft.pk))


@transaction.atomic
def add_drafted_note(case: Case, *, author: User, **note) -> Note:
    """As `add_note`; the draft it was is gone."""
    added = add_note(case, author=author, **note)
    _drop(_locked(case, author))
    return added


def keep_sent(message: Message, written: Written, *, case: Case | None, author: User) -> None:
    """What was typed, kept until the message has left, with where the case stands; the draft it was is gone. Belongs
    into the transaction that queues the message, before the case goes on."""
    _drop(_locked(case, author) if case else _taken_back_mail(author, written.draft))
    outgoing = getattr(message, "outgoing", None)
    if outgoing is None or not outgoing.is_held(clock.now()):
        return
    draft = Draft.objects.create(
        author=author,
        case=case,
        mode=written.mode,
        written=_stored(written),
        saved_at=clock.now(),
        message=message,
        before=_before(case) if case else {},
    )
    hold_draft_files(owner=author, keys=files_of(draft))


def _before(case: Case) -> dict:
    """What sending changes: also what the list shows of the newest message."""
    shown = {"excerpt": case.excerpt, "last_message_at": case.last_message_at.isoformat()}
    return {**standing_of(case), **shown}


def keep_standing(message: Message, case: Case) -> None:
    """What was sent changed the case until here: taken back, that is undone. Nothing for what cannot be taken back."""
    draft = Draft.objects.filter(message=message, case__isnull=False).first()
    if draft is not None:
        draft.after = standing_of(case)
        draft.save(update_fields=["after"])


def bring_back(message: Message, *, case: Case, author: User, called_off: str = "") -> Draft | None:
    """The draft that a message in `case` was, open again; what was begun there meanwhile stands below it. None for one
    that was written without a composer. `called_off`: why, when its author did not do it, and is told in the
    composer."""
    draft = Draft.objects.select_for_update().filter(message=message).first()
    if draft is None:
        return None
    if draft.case_id:
        # Cases may have been merged since.
        draft.case = case
    while draft.case_id and (begun := _locked(case, author)):
        draft.written = _together(draft.written, begun.written)
        draft.version = max(draft.version, begun.version)
        begun.delete()
    if called_off:
        draft.written["called_off"] = called_off
    draft.message, draft.before, draft.after, draft.saved_at = None, {}, {}, clock.now()
    draft.version += 1
    draft.save()
    return draft


def forget_sent() -> int:
    """What was typed of messages that have left: they hold it themselves."""
    left = Draft.objects.filter(message__isnull=False).exclude(message__outgoing__state=OutgoingState.QUEUED)
    count = 0
    for draft in left.iterator():
        with transaction.atomic():
            _drop(draft)
        count += 1
    return count


def files_of(draft: Draft) -> list[UUID]:
    """Keys of the files that the draft holds."""
    return [UUID(key) for key in draft.written.get("files", ())]


def _locked(case: Case, author: User) -> Draft | None:
    # Also when there is none yet: two screens that begin one in the same instant are told apart.
    one_at_a_time(uuid5(NAMESPACE_OID, f"draft-{author.pk}-{case.pk}"))
    return draft_in(author, case)


def _taken_back_mail(author: User, pk: int) -> Draft | None:
    mine = Draft.objects.filter(author=author, case__isnull=True, message__isnull=True, pk=pk)
    return mine.select_for_update(of=("self",)).first()


def _drop(draft: Draft | None) -> None:
    if draft is not None:
        hold_draft_files(owner=draft.author, keys=[], let_go=files_of(draft))
        draft.delete()


def _stored(written: Written) -> dict:
    return {**written.fields, "files": [str(key) for key in written.files]}


def _together(first: dict, second: dict) -> dict:
    both = [first, second]
    text = "\n\n".join(one.get("text", "") for one in both).strip()
    if "html" in {one.get("format") for one in both}:
        text = "".join(_as_html(one) for one in both)
        first = {**first, "format": "html"}
    names = ("files", "kept", "enclosed")
    return {**first, "text": text, **{name: _union(first.get(name, []), second.get(name, [])) for name in names}}


def _as_html(written: dict) -> str:
    text = written.get("text", "")
    return text if written.get("format") == "html" else linebreaks(text, autoescape=True) if text.strip() else ""


def _union(first: list, second: list) -> list:
    return list(dict.fromkeys([*first, *second]))

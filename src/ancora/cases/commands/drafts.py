"""What somebody writes and has not sent: kept while they type, and until what they sent has left."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.html import linebreaks

from ancora.cases.commands.locking import locked
from ancora.cases.commands.notes import add_note
from ancora.cases.commands.standing import standing_of
from ancora.cases.models import Case, Draft, Note
from ancora.cases.sharing.ending import end_sharing, share_no_more, take_over_shares
from ancora.cases.sharing.events import SharedDraftSent
from ancora.cases.sharing.holding import WrittenElsewhere, files_of, held_draft, require_pen, require_version
from ancora.conversations.commands.draft_files import hold_draft_files
from ancora.conversations.commands.queue_message import sent_before
from ancora.conversations.models import Message, OutgoingState
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.live.hints import hint
from ancora.platform.once import one_at_a_time

__all__ = ["Written", "WrittenElsewhere"]


@dataclass(frozen=True, slots=True)
class Written:
    """A composer as its author left it. fields: what was typed, by name · files: keys of those that lie here, also of
    the pictures in the text · mode: the query that draws it · draft: of a new mail, the id of the draft it was; in
    a case, that of the colleague's draft it is · version: of the draft that the screen knows · form_key: of the form
    of a new mail."""

    fields: dict
    files: tuple[UUID, ...] = ()
    mode: str = ""
    draft: int = 0
    version: int = 0
    form_key: str = ""

    @property
    def is_empty(self) -> bool:
        return not self.fields.get("text", "").strip() and not self.files


@transaction.atomic
def save_draft(
    case: Case, written: Written, *, author: User, version: int = 0, form_key: UUID | None = None
) -> Draft | None:
    """The draft as it is now, of `author` or the shared one that they write in; an empty one is gone (None), unless it
    is shared. `version`: the one the screen knows, 0 for none; `WrittenElsewhere` when there is a later one, or
    somebody else has the pen. What comes after its form was sent is let go."""
    one_at_a_time(form_key)
    if form_key and (sent_before(form_key) or Note.objects.filter(form_key=form_key).exists()):
        return None
    draft = held_draft(case, author, written.draft)
    if draft is not None:
        require_pen(draft, author)
        require_version(draft, version)
    if written.is_empty and (draft is None or draft.writer_id is None):
        _drop(draft)
        return None
    draft = draft or Draft(author=author, case=case, version=version)
    _keep(draft, written)
    if draft.writer_id:
        hint([f"draft-{draft.pk}"])
    return draft


@transaction.atomic
def save_new_mail(written: Written, *, author: User, form_key: UUID) -> Draft | None:
    """As `save_draft`, for a mail that belongs to no case yet: the draft of its form, or the one with the id
    `written.draft` as the screen knows it. When that was changed on another screen, this one gets a draft of its
    own."""
    one_at_a_time(form_key)
    if sent_before(form_key):
        return None
    draft = _draft_of_form(author, written)
    if draft is None and (opened := _taken_back_mail(author, written.draft)) and opened.version == written.version:
        draft = opened
    if written.is_empty:
        _drop(draft)
        return None
    draft = draft or Draft(author=author, version=0)
    _keep(draft, written)
    return draft


@transaction.atomic
def discard_draft(case: Case, *, author: User) -> None:
    """Gone for good, also for those with whom it was shared; nothing when there is none."""
    case = locked(case)
    if draft := held_draft(case, author):
        end_sharing(case, draft, author=author)
    _drop(draft)


@transaction.atomic
def discard_new_mail(draft: Draft) -> None:
    """As `discard_draft`, for a new mail that was taken back."""
    _drop(_taken_back_mail(draft.author, draft.pk))


@transaction.atomic
def discard_written_mail(written: Written, *, author: User) -> None:
    """As `discard_new_mail`, for the one that a form holds; nothing when it was never saved."""
    _drop(_draft_of_form(author, written) or _taken_back_mail(author, written.draft))


@transaction.atomic
def add_drafted_note(
    case: Case, *, author: User, form_key: UUID | None = None, shared: int = 0, version: int = 0, **note
) -> Note:
    """As `add_note`; the draft it was is gone. `shared`, `version`: of the colleague's draft it was."""
    one_at_a_time(form_key)
    if form_key and (known := Note.objects.filter(form_key=form_key).first()):
        return known
    added = add_note(case, author=author, form_key=form_key, **note)
    _drop(_sent(case, author, shared, version, note_id=added.pk))
    return added


def keep_sent(message: Message, written: Written, *, case: Case | None, author: User) -> None:
    """What was typed, kept until the message has left, with where the case stands; the draft it was is gone. Belongs
    into the transaction that queues the message, before the case goes on. `WrittenElsewhere` when it was shared and
    somebody else wrote in it since."""
    outgoing = getattr(message, "outgoing", None)
    if case:
        draft = _sent(case, author, written.draft, written.version, message_id=message.pk)
    else:
        draft = _draft_of_form(author, written) or _taken_back_mail(author, written.draft)
    is_kept = outgoing is not None and outgoing.is_held(clock.now())
    if not (is_kept and draft and draft.writer_id):
        _drop(draft)
        draft = Draft(author=author, case=case)
    if not is_kept:
        return
    # A shared one stays what it is: taken back, it is its author's again, and shared.
    draft.mode, draft.written, draft.saved_at = written.mode, _stored(written), clock.now()
    draft.message, draft.before = message, _before(case) if case else {}
    draft.save()
    hold_draft_files(owner=author, keys=files_of(draft))


def _sent(case: Case, author: User, shared: int, version: int, **as_what) -> Draft | None:
    """The draft that `author` sends now."""
    draft = held_draft(case, author, shared)
    if draft and draft.writer_id:
        require_pen(draft, author)
        require_version(draft, version)
        sent = SharedDraftSent(case_id=case.pk, draft_id=draft.pk, author_id=draft.author_id, **as_what)
        publish(sent, actor=Actor.human(author))
    return draft


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


def bring_back(message: Message, *, case: Case, called_off: str = "", given: Collection[str] = ()) -> Draft | None:
    """The draft that a message in `case` was, open again for its author, and shared as it was; what they began there
    meanwhile stands below it, and both are theirs alone when one of them was. The case is held. None for one that was
    written without a composer. `called_off`: why, when nobody took it back, and is told in the composer · `given`:
    codes of its tasks that stay, and are not given again when it is sent again."""
    draft = Draft.objects.select_for_update().filter(message=message).first()
    if draft is None:
        return None
    if given:
        draft.written["change"] = [code for code in draft.written.get("change", []) if code not in given]
    if draft.case_id:
        # Cases may have been merged since.
        draft.case = case
    while draft.case_id and (begun := held_draft(case, draft.author)):
        # What its author wrote alone was never meant for the others.
        if (draft.writer_id is None) != (begun.writer_id is None):
            share_no_more(case, draft if draft.writer_id else begun)
        take_over_shares(draft, of=begun)
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


def _keep(draft: Draft, written: Written) -> None:
    before = files_of(draft)
    draft.written, draft.mode = _stored(written), written.mode
    draft.version += 1
    draft.saved_at = clock.now()
    draft.save()
    hold_draft_files(owner=draft.writer or draft.author, keys=files_of(draft), let_go=before)


def _draft_of_form(author: User, written: Written) -> Draft | None:
    """The new mail that the same form has saved before."""
    mine = Draft.objects.filter(author=author, case__isnull=True, message__isnull=True)
    same = mine.filter(written__form_key=written.form_key) if written.form_key else mine.none()
    return same.select_for_update(of=("self",)).first()


def _taken_back_mail(author: User, pk: int) -> Draft | None:
    mine = Draft.objects.filter(author=author, case__isnull=True, message__isnull=True, pk=pk)
    return mine.select_for_update(of=("self",)).first()


def _drop(draft: Draft | None) -> None:
    if draft is not None:
        hold_draft_files(owner=draft.writer or draft.author, keys=[], let_go=files_of(draft))
        draft.delete()


def _stored(written: Written) -> dict:
    of_form = {"form_key": written.form_key} if written.form_key else {}
    return {**written.fields, **of_form, "files": [str(key) for key in written.files]}


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

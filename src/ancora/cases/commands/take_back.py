"""Takes back what was written in a case and has not left."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ancora.cases.commands.drafts import bring_back
from ancora.cases.commands.locking import locked, save
from ancora.cases.commands.standing import difference, stand_as_before, standing_status
from ancora.cases.commands.status import move_to_trash
from ancora.cases.events import CaseMessageTakenBack
from ancora.cases.models import Case, Draft, Note, Status, WaitingOn
from ancora.cases.queries.cases import case_of_conversation, conversation_ids_of
from ancora.conversations.commands.take_back import take_back
from ancora.conversations.models import Message, Outgoing, Place
from ancora.conversations.queries import excerpt_of
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import SYSTEM, Actor
from ancora.platform.events.publishing import publish


@dataclass(frozen=True, slots=True)
class TakenBack:
    """`draft`: what was typed, None when nothing was · `is_whole`: nothing that sending changed in the case stays."""

    draft: Draft | None
    is_whole: bool = True


@transaction.atomic
def take_back_message(case: Case, message: Message, *, author: User) -> TakenBack:
    """Nothing is sent, and what was typed is a draft of `author` again. The case stands where it stood before sending,
    its `then` and its macros, as far as nobody changed it since; one that began with this mail, and holds nothing else,
    goes to the trash. `Refusal` for who did not write it, and when its moment has come."""
    actor = Actor.human(author)
    # Before the case is held: the worker comes in this order too.
    take_back(message, author=author)
    case = locked(case)
    sent = Draft.objects.filter(message=message).first()
    before, after = (sent.before, sent.after) if sent else ({}, {})
    publish(CaseMessageTakenBack(case_id=case.pk, message_id=message.pk, author_id=author.pk), actor=actor)
    then = sent.written.get("then", "") if sent else ""
    given = _take_back_tasks(sent, message, author)
    draft = bring_back(message, case=case, given=given)
    newest = _newest(case)
    if newest is None and draft and draft.case_id is None and not Note.objects.filter(case=case).exists():
        move_to_trash(case, actor=actor)
        return TakenBack(draft)
    _show_newest(case, newest, before if sent and sent.case_id == case.pk else {})
    if not before:
        return TakenBack(draft, not given)
    # A message that was moved, or whose case was merged, changed another case than this one.
    is_here = sent.case_id == case.pk
    changed = difference(before, {**after, "status": _made_by(then) or after["status"]})
    return TakenBack(draft, is_here and not stand_as_before(case, changed, author=author) and not given)


def _take_back_tasks(sent: Draft | None, message: Message, author: User) -> list[str]:
    """The codes of the tasks that a macro gave with the message and that stay."""
    # Tasks stand on these commands.
    from ancora.cases.macros.giving import take_back_tasks

    codes = sent.written.get("change", []) if sent else []
    key = Outgoing.objects.filter(message=message).values_list("form_key", flat=True).first() if codes else None
    return take_back_tasks(codes, form_key=key, author=author)


def _made_by(then: str) -> list | None:
    """The status that was asked for with the sending."""
    wanted, _dash, what = then.partition("-")
    if wanted == "wait":
        return standing_status(Status.WAITING, on=what or WaitingOn.CUSTOMER)
    return standing_status(Status.RESOLVED, outcome=int(what)) if wanted == "resolve" and what.isdecimal() else None


def bring_back_called_off(conversation_id: int, message_id: int, reason: str) -> None:
    """What was not sent, because somebody answered or the case lies in trash or spam, is a draft of its author again,
    who is told in the case. Runs in the transaction that called it off."""
    case = case_of_conversation(conversation_id)
    message = Message.objects.select_related("author").get(pk=message_id)
    if case is None or message.author is None:
        return
    case = locked(case)
    sent = Draft.objects.filter(message=message).first()
    # Nobody takes its tasks back: all of them stay.
    given = [code for code in sent.written.get("change", []) if code.startswith("task-")] if sent else []
    draft = bring_back(message, case=case, called_off=reason, given=given)
    if newest := _newest(case):
        _show_newest(case, newest, {})
    whose = draft.author_id if draft else message.author_id
    event = CaseMessageTakenBack(case_id=case.pk, message_id=message.pk, author_id=whose, reason=reason)
    publish(event, actor=SYSTEM)


def _newest(case: Case) -> Message | None:
    places = Place.objects.filter(conversation__in=conversation_ids_of(case), until__isnull=True)
    place = places.select_related("message").order_by("-message__recorded_at", "-message_id").first()
    return place.message if place else None


def _show_newest(case: Case, newest: Message | None, before: dict) -> None:
    if newest is not None:
        case.last_message_at, case.excerpt = newest.recorded_at, excerpt_of(newest.reply_text or newest.text)
    elif before:
        case.last_message_at, case.excerpt = datetime.fromisoformat(before["last_message_at"]), before["excerpt"]
    save(case, "last_message_at", "excerpt")

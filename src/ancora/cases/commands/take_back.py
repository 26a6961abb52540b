"""Takes back what was written in a case and has not left."""

from datetime import datetime

from django.db import transaction

from ancora.cases.commands.arrange import assign_case
from ancora.cases.commands.drafts import bring_back
from ancora.cases.commands.locking import locked, save
from ancora.cases.commands.status import close_case, move_to_trash, reopen_case, resolve_case, wait_on
from ancora.cases.events import CaseMessageTakenBack
from ancora.cases.models import Case, Draft, Note, Outcome, Status
from ancora.cases.queries.cases import case_of_conversation, conversation_ids_of
from ancora.conversations.commands.take_back import take_back
from ancora.conversations.models import Message, Place
from ancora.conversations.queries import excerpt_of
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import SYSTEM, Actor
from ancora.platform.events.publishing import publish


@transaction.atomic
def take_back_message(case: Case, message: Message, *, author: User) -> Draft | None:
    """Nothing is sent, and what was typed is a draft of `author` again. The case stands where it stood, as far as
    nobody changed it since; one that began with this mail, and holds nothing else, goes to the trash. `Refusal` for
    who did not write it, and when its moment has come."""
    actor = Actor.human(author)
    # Before the case is held: the worker comes in this order too.
    take_back(message, author=author)
    case = locked(case)
    sent = Draft.objects.filter(message=message).first()
    before = sent.before if sent else {}
    publish(CaseMessageTakenBack(case_id=case.pk, message_id=message.pk, author_id=author.pk), actor=actor)
    then = sent.written.get("then", "") if sent else ""
    draft = bring_back(message, author=author)
    newest = _newest(case)
    if newest is None and draft and draft.case_id is None and not Note.objects.filter(case=case).exists():
        move_to_trash(case, actor=actor)
        return draft
    _show_newest(case, newest, before)
    if before:
        _stand_as_before(case, before, then, author)
    return draft


def bring_back_called_off(conversation_id: int, message_id: int, reason: str) -> None:
    """What was not sent because somebody answered is a draft of its author again, who is told in the case. Runs in
    the transaction that called it off."""
    case = case_of_conversation(conversation_id)
    message = Message.objects.select_related("author").get(pk=message_id)
    if case is None or message.author is None:
        return
    case = locked(case)
    bring_back(message, author=message.author, is_called_off=True)
    if newest := _newest(case):
        _show_newest(case, newest, {})
    event = CaseMessageTakenBack(case_id=case.pk, message_id=message.pk, author_id=message.author_id, reason=reason)
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


def _stand_as_before(case: Case, before: dict, then: str, author: User) -> None:
    """What sending did to status and owner, undone where it still stands."""
    actor = Actor.human(author)
    if before["owner"] is None and case.owner_id == author.pk:
        assign_case(case, owner=None, actor=actor)
    now = (case.status, case.waiting_on if case.status == Status.WAITING else str(case.outcome_id or ""))
    if now != _made_by(then):
        return
    if before["status"] == Status.OPEN:
        reopen_case(case, actor=actor)
    elif before["status"] == Status.WAITING:
        until = datetime.fromisoformat(before["waits_until"]) if before.get("waits_until") else None
        if until and until <= clock.now():
            reopen_case(case, actor=actor)
        else:
            wait_on(case, on=before["waiting_on"], until=until, actor=actor)
    elif outcome := Outcome.objects.filter(pk=before["outcome"]).first():
        resolve_case(case, outcome=outcome, actor=actor)
        if before["status"] == Status.CLOSED:
            close_case(case, actor=actor)


def _made_by(then: str) -> tuple[str, str] | None:
    """Status and on whom, or outcome, that was asked for with the sending."""
    wanted, _dash, what = then.partition("-")
    if wanted == "wait":
        return (Status.WAITING, what or "customer")
    return (Status.RESOLVED, what) if wanted == "resolve" else None

"""Works off a common answer, one case after another, each in its own transaction."""

from datetime import timedelta
from uuid import uuid5

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from ancora.cases.commands.answer import reply_to_case
from ancora.cases.commands.drafts import Written, discard_draft
from ancora.cases.commands.locking import locked
from ancora.cases.commands.one_of_many import why_left
from ancora.cases.commands.overtaking import Overtaken
from ancora.cases.commands.take_back import take_back_message
from ancora.cases.macros.changes import Change
from ancora.cases.macros.placeholders import filled
from ancora.cases.macros.queries import values_for
from ancora.cases.macros.using import write_with_macros
from ancora.cases.models import Case, CommonAnswer, CommonAnswerItem
from ancora.cases.problems.answering import AT_ONCE
from ancora.cases.problems.events import CaseAnsweredTogether, CommonAnswerEnded
from ancora.cases.problems.models import AnswerState
from ancora.cases.problems.queries import links_between
from ancora.cases.problems.recipients import language_of, missing_words
from ancora.cases.queries.answering import answerable
from ancora.cases.queries.cases import may_see_case
from ancora.cases.queries.drafts import draft_in
from ancora.conversations.identities import Identity, identities, identity_for, usual_identity
from ancora.conversations.models import Message
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.live.hints import hint

# A screen that follows hears after so many.
TOLD_EVERY = 5


def work_off(answer: CommonAnswer, *, most: int = AT_ONCE + 1) -> bool:
    """Do up to `most` cases; says whether some are left. Safe to call at any time, by several at once."""
    return all(_next(answer.pk, is_told=number % TOLD_EVERY == 0) for number in range(most))


@transaction.atomic
def _next(answer_id: int, *, is_told: bool) -> bool:
    """One case; False when none was left."""
    found = CommonAnswer.objects.select_for_update(of=("self",)).select_related("author", "problem", "outcome")
    answer = found.get(pk=answer_id)
    if answer.ended_at is not None:
        return False
    todo = answer.items.filter(state=AnswerState.SENT, why="") if answer.back_at else _waiting(answer)
    item = todo.order_by("pk").select_related("case", "message").first()
    answer.moved_at = clock.now()
    if item is None:
        answer.ended_at = answer.moved_at
        answer.save(update_fields=["moved_at", "ended_at"])
        publish(CommonAnswerEnded(case_id=answer.problem_id, answer_id=answer.pk), actor=Actor.human(answer.author))
        hint([f"answer-{answer.pk}"])
        return False
    # What it says is read by its author, also when the worker does it.
    with override(answer.author.language or None):
        (_take_back if answer.back_at else _send)(answer, item)
    item.save(update_fields=["state", "message", "why"])
    answer.save(update_fields=["moved_at"])
    if is_told:
        hint([f"answer-{answer.pk}"])
    return True


def _waiting(answer: CommonAnswer):
    return answer.items.filter(state=AnswerState.WAITING)


def _send(answer: CommonAnswer, item: CommonAnswerItem) -> None:
    try:
        with transaction.atomic():
            item.message = _reply(answer, item)
    except Overtaken as stop:
        item.state, item.message, item.why = AnswerState.HELD, None, _overtaken_words(stop)[:400]
    except Refusal as refusal:
        item.state, item.message, item.why = AnswerState.REFUSED, None, str(refusal)[:400]
    except Exception as error:
        item.state, item.message, item.why = AnswerState.REFUSED, None, why_left(error)
    else:
        item.state = AnswerState.SENT


def _reply(answer: CommonAnswer, item: CommonAnswerItem) -> Message:
    author = answer.author
    case = _own(answer, item)
    to = answerable(author, case)
    if to is None:
        raise Refusal(_("no mail address is known"))
    if draft_in(author, case):
        raise Refusal(_("you have begun to write there"))
    identity = _identity(author, to.conversation)
    text = filled(answer.html, values_for(author, case, language_of(case)))
    if text.missing:
        raise Refusal(missing_words(text.missing))
    # One key for each case: whoever comes a second time finds what was sent.
    key = uuid5(answer.form_key, str(case.pk))
    letter = {
        "html": text.html,
        "to": to.to,
        "cc": to.cc,
        "answers": to.message,
        "identity": identity,
        "seen": item.seen,
        "as_of": item.as_of,
        "send_at": clock.now() + timedelta(seconds=author.undo_seconds) if author.undo_seconds else None,
        "written": Written({"kind": "reply", "text": text.html, "format": "html"}),
    }
    message = write_with_macros(
        case,
        lambda: reply_to_case(case, author=author, form_key=key, **letter),
        changes=[Change("resolved", str(answer.outcome_id))] if answer.outcome_id else [],
        macro_ids=(),
        author=author,
        form_key=key,
    )
    told = {"problem_id": answer.problem_id, "answer_id": answer.pk, "message_id": message.pk}
    publish(CaseAnsweredTogether(case_id=case.pk, **told), actor=Actor.human(author))
    return message


def _own(answer: CommonAnswer, item: CommonAnswerItem) -> Case:
    """The case, held, if its author may still answer it and it still belongs to the problem."""
    author = answer.author
    if not (author.is_active and author.is_agent and may_see_case(author, item.case_id)):
        raise Refusal(_("You may no longer change this case."))
    case = locked(item.case)
    if answer.back_at is None and not links_between(case, answer.problem).exists():
        raise Refusal(_("it no longer belongs to the problem"))
    return case


def _identity(author: User, conversation) -> Identity | None:
    """As whom a reply there is usually written; None in an example that has no mailbox."""
    usual = usual_identity(identities(author), conversation)
    if usual is None:
        return None
    identity = identity_for(author, usual.address)
    if identity.mailbox.sending_paused_at is not None:
        raise Refusal(_("the mailbox is paused"))
    return identity


def _overtaken_words(stop: Overtaken) -> str:
    if stop.newer:
        who = stop.newer[-1].from_name or stop.newer[-1].from_address or _("Somebody")
        return _("%(who)s wrote meanwhile: read it, and answer there") % {"who": who}
    who = stop.done[-1].who if stop.done else _("Somebody")
    return _("%(who)s acted there meanwhile: look at it, and answer there") % {"who": who}


def _take_back(answer: CommonAnswer, item: CommonAnswerItem) -> None:
    try:
        with transaction.atomic():
            case = item.case.merged_into or item.case
            begun = draft_in(answer.author, case)
            take_back_message(case, item.message, author=answer.author)
            if begun is None:
                # It was not typed there, and is in the problem's answer.
                discard_draft(case, author=answer.author)
    except Refusal as refusal:
        item.why = str(refusal)[:400]
    except Exception as error:
        item.why = why_left(error)
    else:
        item.state = AnswerState.BACK

"""One answer to all: begun, stopped, taken back. Who works it off: `problems.working`."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.cases.commands.locking import locked
from ancora.cases.commands.overtaking import Known
from ancora.cases.macros.placeholders import unknown_in
from ancora.cases.models import Case, CommonAnswer, CommonAnswerItem, Outcome
from ancora.cases.problems.events import CommonAnswerBegun, CommonAnswerStopped, CommonAnswerTakenBack
from ancora.cases.problems.models import AnswerState
from ancora.cases.problems.queries import cases_of
from ancora.conversations.channels.email.compose import plain_text, safe_html
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.jobs import later
from ancora.platform.once import one_at_a_time

# So many are sent while the person waits; more are the worker's.
AT_ONCE = 10
MOST_LETTERS = 100_000


@transaction.atomic
def begin_answer(
    problem: Case,
    *,
    html: str,
    to: Mapping[int, Known],
    author: User,
    form_key: UUID,
    outcome: Outcome | None = None,
) -> CommonAnswer:
    """Writes down what the customers of the cases `to` (ids, each with what its author saw of it) are to get; the same
    form once, and refused with another text or for others. Up to 10 are the caller's to work off (`working.work_off`),
    more the worker's. Cases that do not belong to the problem, or that the author does not see, are not meant."""
    if not author.is_agent:
        raise Refusal(_("Observers read, and write notes; they change nothing else."))
    one_at_a_time(form_key)
    html = readable(html)
    if known := CommonAnswer.objects.filter(form_key=form_key).first():
        if not _is_same(known, author, problem, html, outcome, set(to)):
            raise Refusal(_("This form was sent before. Open it again."))
        return known
    problem = locked(problem)
    ids = _meant(author, problem, to)
    if not ids:
        raise Refusal(_("Choose at least one case that can be answered."))
    now = clock.now()
    answer = CommonAnswer.objects.create(
        problem=problem, author=author, form_key=form_key, html=html, outcome=outcome, begun_at=now, moved_at=now
    )
    CommonAnswerItem.objects.bulk_create(
        CommonAnswerItem(answer=answer, case_id=pk, seen=to[pk].seen or 0, as_of=to[pk].as_of or 0) for pk in ids
    )
    event = CommonAnswerBegun(case_id=problem.pk, answer_id=answer.pk, cases=len(ids))
    publish(event, actor=Actor.human(author))
    if len(ids) > AT_ONCE:
        hand_to_worker(answer)
    return answer


def _meant(author: User, problem: Case, to: Iterable[int]) -> list[int]:
    return list(cases_of(author, problem).filter(pk__in=list(to)).order_by("pk").values_list("pk", flat=True))


def _is_same(
    known: CommonAnswer, author: User, problem: Case, html: str, outcome: Outcome | None, to: set[int]
) -> bool:
    """Who goes back to a form may have changed it; one that belongs to the problem no more counts as chosen."""
    if (known.author_id, known.html, known.outcome_id) != (author.pk, html, outcome.pk if outcome else None):
        return False
    chosen = set(known.items.values_list("case_id", flat=True))
    return chosen <= to and set(_meant(author, problem, to)) <= chosen


def readable(html: str) -> str:
    """The text made safe; `Refusal` when it is empty, too long, or has braces that are no placeholder."""
    html = safe_html(html)
    if not plain_text(html).strip():
        raise Refusal(_("The message is empty. Write something before sending."))
    if len(html) > MOST_LETTERS:
        raise Refusal(_("The text is too long."))
    if unknown := unknown_in(html):
        told = ", ".join(f"{{{one}}}" for one in unknown[:5])
        raise Refusal(
            _("%(names)s is no placeholder. Choose one of the list, or write it without braces.") % {"names": told}
        )
    return html


@transaction.atomic
def stop_answer(answer: CommonAnswer, *, author: User) -> None:
    """Whom it has not reached gets nothing. Nothing when it has ended."""
    held = hold_own(answer, author)
    if held.ended_at is not None or held.back_at is not None:
        return
    held.stopped_at = held.ended_at = held.moved_at = clock.now()
    held.save(update_fields=["stopped_at", "ended_at", "moved_at"])
    _tell(CommonAnswerStopped, held)


@transaction.atomic
def take_back_answer(answer: CommonAnswer, *, author: User) -> CommonAnswer:
    """What has not left yet is taken back, and its cases stand as before; one still under way stops. Up to 10 are the
    caller's to work off, more the worker's. A second time does nothing more."""
    held = hold_own(answer, author)
    if held.back_at is not None:
        return held
    now = clock.now()
    held.back_at, held.moved_at, held.ended_at = now, now, None
    if held.items.filter(state=AnswerState.WAITING).exists():
        held.stopped_at = held.stopped_at or now
    held.save(update_fields=["back_at", "moved_at", "ended_at", "stopped_at"])
    _tell(CommonAnswerTakenBack, held)
    if held.items.filter(state=AnswerState.SENT).count() > AT_ONCE:
        hand_to_worker(held)
    return held


def hand_to_worker(answer: CommonAnswer) -> None:
    """The worker goes on with it once the transaction is committed."""
    from ancora.cases.problems.jobs import go_on_answering

    later(go_on_answering, lock=f"answer-{answer.pk}", answer_id=answer.pk)


def hold_own(answer: CommonAnswer, author: User) -> CommonAnswer:
    """The answer as it is now, held until the transaction ends; only its author acts on it."""
    held = CommonAnswer.objects.select_for_update(of=("self",)).get(pk=answer.pk)
    if held.author_id != author.pk:
        raise Refusal(_("Only who began it does that."))
    return held


def _tell(event: type, answer: CommonAnswer) -> None:
    publish(event(case_id=answer.problem_id, answer_id=answer.pk), actor=Actor.human(answer.author))

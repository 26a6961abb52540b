"""Using macros: what becomes of a case together with what is written, or at once."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ancora.cases.commands import arrange, status
from ancora.cases.commands.drafts import keep_standing
from ancora.cases.commands.locking import locked
from ancora.cases.events import MacroUsed
from ancora.cases.macros.changes import STATUS, Change, in_order
from ancora.cases.macros.giving import cancel_given, give_planned
from ancora.cases.macros.models import Macro
from ancora.cases.macros.naming import named
from ancora.cases.macros.queries import changes_of, usable_macros
from ancora.cases.models import Case, CaseTag, Note, Outcome, Status, Tag, Task
from ancora.conversations.commands.queue_message import sent_before
from ancora.conversations.models import Message
from ancora.parties.models import Team
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish
from ancora.platform.once import one_at_a_time


@dataclass(frozen=True, slots=True)
class Done:
    """What was changed: the codes that take it back, while the case still has this version."""

    back: list[str]
    version: int


@transaction.atomic
def write_with_macros[T: Message | Note](
    case: Case,
    write: Callable[[], T],
    *,
    changes: Collection[Change],
    macro_ids: Collection[int],
    author: User,
    form_key: UUID | None,
) -> T:
    """What `write` writes, together with the changes of macros that helped: all of it or nothing. A form that was
    sent before changes nothing again."""
    if changes and not author.is_agent:
        raise Refusal(_("Observers read, and write notes; they change nothing else."))
    one_at_a_time(form_key)
    is_repeated = form_key and (sent_before(form_key) or Note.objects.filter(form_key=form_key).exists())
    written = write()
    if not is_repeated:
        make_changes(case, changes, author=author, form_key=form_key)
        if changes and isinstance(written, Message):
            keep_standing(written, case)
        about = {"message_id" if isinstance(written, Message) else "note_id": written.pk}
        count_uses(usable_macros(author).filter(pk__in=macro_ids), case, author, form_key, **about)
    return written


@transaction.atomic
def use_macro(case: Case, macro: Macro, *, author: User, form_key: UUID | None = None) -> Done:
    """Make the changes of a macro at once; the same `form_key` makes them once. When a third party was written to,
    nothing takes them back."""
    case = locked(case)
    changes = changes_of(macro)
    back = _back_from(case, changes)
    if count_uses(usable_macros(author).filter(pk=macro.pk), case, author, form_key):
        given = make_changes(case, changes, author=author, form_key=form_key)
        back = [*back, *(f"untask-{task.pk}" for task in given)]
        if any(task.third_party_id for task in given):
            back = []
    else:
        back = []
    return Done(back, case.version)


@transaction.atomic
def take_changes_back(case: Case, changes: Iterable[Change], *, version: int, author: User) -> None:
    """Undo what `use_macro` did; refused when somebody changed the case since."""
    case = locked(case)
    if case.version != version:
        raise Refusal(_("The case was changed since. Look at it, and change back what should be."))
    for change in in_order(changes):
        _make(case, change, author, is_back=True)


@transaction.atomic
def make_changes(
    case: Case,
    changes: Iterable[Change],
    *,
    author: User | None = None,
    actor: Actor | None = None,
    form_key: UUID | None = None,
) -> list[Task]:
    """All of them, or a refusal that says which one is not possible; gives the tasks that were given, one of each for
    a `form_key`. They are the author's, or those of an `actor` that is nobody; then there is no owner "me"."""
    actor, given = actor or Actor.human(author), []
    for change in in_order(changes):
        try:
            if change.kind == "task":
                given.append(give_planned(case, change, author=author, actor=actor, form_key=form_key))
            else:
                _make(case, change, author, actor)
        except Refusal as refusal:
            words = next((one.words for one in named([change])), change.code)
            told = _("Nothing was done, because “%(change)s” is not possible: %(why)s")
            raise Refusal(told % {"change": words, "why": refusal}) from refusal
    return given


def _make(
    case: Case, change: Change, author: User | None, actor: Actor | None = None, *, is_back: bool = False
) -> None:
    actor, pk = actor or Actor.human(author), change.pk
    match change.kind:
        case "priority":
            arrange.set_priority(case, priority=pk or 0, actor=actor)
        case "tag":
            arrange.add_tag(case, tag=_row(Tag, pk, is_back), actor=actor)
        case "untag":
            arrange.remove_tag(case, tag=_row(Tag, pk, True), actor=actor)
        case "team":
            team = None if change.value == "none" else _row(Team, pk, is_back)
            arrange.hand_off_case(case, team=team, actor=actor)
        case "owner":
            arrange.assign_case(case, owner=_owner(change, author), actor=actor)
        case "untask" if is_back:
            cancel_given(case, pk, author=author)
        case "task" | "untask":
            raise Refusal(_("That choice is no longer offered. Open the page again."))
        case "open":
            status.reopen_case(case, actor=actor)
        case "waiting":
            status.wait_on(case, on=change.value, actor=actor)
        case "resolved":
            status.resolve_case(case, outcome=_row(Outcome, pk, is_back), actor=actor)
        case "closed":
            status.resolve_case(case, outcome=_row(Outcome, pk, is_back), actor=actor)
            status.close_case(case, actor=actor)


def _owner(change: Change, author: User | None) -> User | None:
    if change.value in ("me", "nobody"):
        return author if change.value == "me" else None
    return _row(User, change.pk, False)


def _row(model, pk: int | None, is_unused_fine: bool):
    found = model.objects.filter(pk=pk).first()
    if found is None or not (found.is_active or is_unused_fine):
        raise Refusal(_("it is no longer in use."))
    return found


def _back_from(case: Case, changes: list[Change]) -> list[str]:
    """The codes that bring the case back to where it is now."""
    held = {str(pk) for pk in CaseTag.objects.filter(case=case).values_list("tag_id", flat=True)}
    codes = []
    for change in changes:
        match change.kind:
            case "priority":
                codes.append(f"priority-{case.priority}")
            case "tag" if change.value not in held:
                codes.append(f"untag-{change.value}")
            case "untag" if change.value in held:
                codes.append(f"tag-{change.value}")
            case "team":
                codes += [f"team-{case.team_id or 'none'}", f"owner-{case.owner_id or 'nobody'}"]
            case "owner":
                codes.append(f"owner-{case.owner_id or 'nobody'}")
            case kind if kind in STATUS:
                codes.append(_status_code(case))
    return list(dict.fromkeys(codes))


def _status_code(case: Case) -> str:
    if case.status == Status.WAITING:
        return f"waiting-{case.waiting_on}"
    return f"{case.status}-{case.outcome_id}" if case.is_done and case.outcome_id else "open-again"


def count_uses(macros, case: Case, author: User, form_key: UUID | None, **about) -> int:
    """Counts one use of each, once for a form; how many were counted."""
    counted = 0
    # Held, so that nobody deletes one while it is counted; in one order, so that two of us never wait for each other.
    for pk in _held(macros):
        once = {"source": "macro", "key": f"{form_key}:{pk}"} if form_key else {}
        event = MacroUsed(macro_id=pk, case_id=case.pk, **about)
        if publish(event, actor=Actor.human(author), **once) is None:
            continue
        counted += 1
        with connection.cursor() as cursor:
            cursor.execute(_COUNT, [pk, clock.now().date(), clock.now()])
    return counted


def _held(macros) -> list[int]:
    ids = sorted(macros.values_list("pk", flat=True))
    held = Macro.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return list(held.values_list("pk", flat=True)) if ids else []


_COUNT = """INSERT INTO cases_macrouses AS known (macro_id, day, uses, last_at) VALUES (%s, %s, 1, %s)
    ON CONFLICT (macro_id, day) DO UPDATE
    SET uses = known.uses + 1, last_at = greatest(known.last_at, excluded.last_at)"""

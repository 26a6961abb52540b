"""Tasks that macros and rules give: what is to be done, for whom, due in how much working time."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from html import escape, unescape

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ancora.cases.macros.placeholders import NAMES, filled, name_in, placeholders_in, unknown_in
from ancora.cases.models import Case
from ancora.cases.tasks.models import TaskPlan, TaskUnit
from ancora.parties.calendar_queries import working_time_of
from ancora.parties.models import Calendar
from ancora.parties.working_time import LONGEST_CLOSED, NotReached, WorkingTime
from ancora.platform.accounts.models import User
from ancora.platform.errors import Refusal

MOST_LETTERS = 2000
MOST_AMOUNT = 1000


def kept(plan: TaskPlan) -> TaskPlan:
    """The plan as a row: the one with the same content, if there is one, so that its code stays what it was."""
    fields = ("what", "person_id", "team_id", "third_party_id", "amount", "unit")
    same = TaskPlan.objects.filter(**{name: getattr(plan, name) for name in fields}).order_by("pk").first()
    if same is None:
        plan.save(force_insert=True)
    return same or plan


def require_plan(plan: TaskPlan, *, is_used: bool = True, is_of_rule: bool = False) -> None:
    """Refuses a task without words, with an unknown placeholder, and, unless it is not used, for whom gets none."""
    plan.what = plan.what.replace("\0", "").replace("\r\n", "\n").strip()
    if not plan.what:
        raise Refusal(_("Say what is to be done."))
    if len(plan.what) > MOST_LETTERS:
        raise Refusal(_("The text is too long."))
    if unknown := unknown_in(escape(plan.what)):
        raise Refusal(unknown_words(unknown))
    if is_of_rule and any(one.name in ("agent", "agent first name") for one in placeholders_in(escape(plan.what))):
        raise Refusal(_("A rule is nobody: its task can hold no placeholder for the agent."))
    if plan.amount is not None and not 1 <= plan.amount <= MOST_AMOUNT:
        raise Refusal(_("Choose a due time between 1 and %(most)d.") % {"most": MOST_AMOUNT})
    if is_used and (problem := problem_of(plan)):
        raise Refusal(_("The task cannot be given: %(why)s") % {"why": problem})


def problem_of(plan: TaskPlan, case: Case | None = None) -> str:
    """Why nobody gets it now; empty when somebody does. Without a case its owner is no question."""
    assignee = plan.assignee or (case and case.owner)
    if assignee is None:
        return _("Nobody owns the case.") if case else ""
    is_person = isinstance(assignee, User)
    if not assignee.is_active:
        words = _("%(name)s no longer works here.") if is_person else _("%(name)s is no longer in use.")
        return words % {"name": assignee}
    if is_person and not assignee.is_agent:
        return _("Observers get no tasks.")
    return ""


def words_of(plan: TaskPlan, values: Mapping[str, str] | None = None) -> str:
    """On one line, with `values` in the places of its placeholders."""
    title = worded(plan, values)[0]
    whom = plan.assignee or _("the owner of the case")
    if not plan.amount:
        return _("Task for %(whom)s: %(title)s") % {"whom": whom, "title": title}
    told = {"whom": whom, "time": _length(plan), "title": title}
    return _("Task for %(whom)s, due in %(time)s: %(title)s") % told


def worded(plan: TaskPlan, values: Mapping[str, str] | None = None) -> tuple[str, str]:
    """Its title, and what more there is to say."""
    html = escape(plan.what)
    title, _line, text = unescape(html if values is None else filled(html, values).html).strip().partition("\n")
    return title.strip(), text.strip()


def missing_in(plan: TaskPlan, values: Mapping[str, str]) -> tuple[str, ...]:
    """The placeholders of which nothing is known."""
    return filled(escape(plan.what), values).missing


def due_of(plan: TaskPlan, case: Case, now: datetime) -> datetime | None:
    """So many working hours later, or at the end of the working day that is so many days off, in the calendar of the
    team that gets it, else of the case's, else of the organisation."""
    if not plan.amount:
        return None
    team = plan.team or case.team
    time = _working_time(team and team.calendar_id)
    try:
        if plan.unit == TaskUnit.HOURS:
            return time.due(now, timedelta(hours=plan.amount))
        return _end_of_day(time, now, plan.amount)
    except NotReached as error:
        raise Refusal(_("The working hours hold no such time.")) from error


def unknown_words(written: list[str]) -> str:
    """Which placeholders are unknown, and which are known."""
    named = ", ".join(f"{{{one[:60]}}}" for one in written[:5])
    words = ngettext("%(named)s is no placeholder.", "%(named)s are no placeholders.", len(written))
    names = [f"{{{name_in(get_language(), name)}}}" for name in NAMES]
    known = _("Known are: %(known)s.") % {"known": ", ".join(names)}
    return f"{words % {'named': named}} {known}"


def _length(plan: TaskPlan) -> str:
    if plan.unit == TaskUnit.HOURS:
        words = ngettext("%(count)d working hour", "%(count)d working hours", plan.amount)
    else:
        words = ngettext("%(count)d working day", "%(count)d working days", plan.amount)
    return words % {"count": plan.amount}


def _end_of_day(time: WorkingTime, now: datetime, days: int) -> datetime:
    day = last = now.astimezone(time.zone).date()
    while day - last <= LONGEST_CLOSED:
        day += timedelta(days=1)
        if hours := time.hours_on(day):
            days, last = days - 1, day
            if not days:
                midnight = datetime(day.year, day.month, day.day, tzinfo=time.zone)
                return (midnight + timedelta(minutes=max(one.end for one in hours))).astimezone(UTC)
    raise NotReached


def _working_time(calendar_id: int | None) -> WorkingTime:
    calendars = Calendar.objects.prefetch_related("hours", "days")
    wanted = {"pk": calendar_id} if calendar_id else {"is_default": True}
    return working_time_of(calendars.filter(**wanted).first())

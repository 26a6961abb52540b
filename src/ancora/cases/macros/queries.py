"""Which macros there are for whom, how often they were used, and what one suggests for a case."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.http import Http404
from django.utils.translation import get_language_info, override

from ancora.cases.macros.changes import Change, in_order
from ancora.cases.macros.models import Macro, MacroUses
from ancora.cases.macros.naming import NamedChange, named
from ancora.cases.macros.placeholders import filled, first_name, plain_name
from ancora.cases.models import Case
from ancora.cases.tasks.plans import missing_in, problem_of
from ancora.parties.models import Membership
from ancora.parties.queries import team_ids_of
from ancora.platform import clock
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.ui.dates import spoken

# For how many days uses are told.
DAYS = 30


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a macro would put into a text, in which language, and change. missing: placeholders without a value."""

    macro: Macro
    language: str
    html: str
    missing: tuple[str, ...]
    changes: list[NamedChange]


@dataclass(frozen=True, slots=True)
class Listed:
    """A macro in the settings, with its changes in words and whether the viewer may change it."""

    macro: Macro
    changes: list[NamedChange]
    may_edit: bool


def macros(viewer) -> QuerySet[Macro]:
    """Those of everybody, of the viewer and of the viewer's teams, for administrators those of every team; each with
    `uses` in the last 30 days and `last_used_at`, the most used first."""
    found = Macro.objects.filter(_of_everybody_or(viewer) | (~Q(team=None) if viewer.is_administrator else Q()))
    return _by_use(found.select_related("owner", "team"))


def macros_with_changes(viewer) -> list[Listed]:
    """As `macros`, each with its changes in words and whether the viewer may change it; as many queries for many."""
    found = list(macros(viewer).prefetch_related("tags"))
    changes = {macro.pk: changes_of(macro) for macro in found}
    words = {one.change: one for one in named({change for every in changes.values() for change in every})}
    team_ids = set(team_ids_of(viewer))
    return [
        Listed(macro, [words[one] for one in changes[macro.pk] if one in words], _may_edit(viewer, macro, team_ids))
        for macro in found
    ]


def usable_macros(viewer) -> QuerySet[Macro]:
    """As `macros`, for writing: in use, and of no team the viewer is not in."""
    return _by_use(Macro.objects.filter(_of_everybody_or(viewer), is_active=True))


def macro_for(viewer, pk: int) -> Macro:
    """One macro; not yours → 404."""
    return _one(macros(viewer), pk)


def macro_to_use(viewer, pk: int) -> Macro:
    """One macro for writing; not yours, or switched off → 404."""
    return _one(usable_macros(viewer), pk)


def macro_to_edit(viewer, pk: int) -> Macro:
    """One macro that the viewer may change; else 404."""
    macro = macro_for(viewer, pk)
    if not may_edit(viewer, macro):
        raise Http404("Not yours to change.")
    return macro


def may_edit(viewer, macro: Macro) -> bool:
    """One's own; those of everybody and of one's teams for leads; administrators those of every team."""
    return _may_edit(viewer, macro, team_ids_of(viewer) if macro.team_id else ())


def language_for(case: Case, macro: Macro) -> str:
    """The customer's, else the case's, else the organisation's, else the first in which there is a text."""
    wanted = (case.customer.language, case.language, current_organisation().language)
    there = [language for language, html in macro.texts.items() if html]
    return next((one[:2].lower() for one in wanted if one[:2].lower() in there), there[0] if there else "")


def suggestion(viewer, case: Case, macro: Macro) -> Suggestion:
    """What `viewer` gets when choosing the macro in this case."""
    language = language_for(case, macro)
    text = filled(macro.texts.get(language, ""), values_for(viewer, case, language))
    if not macro.task_id:
        return Suggestion(macro, language, text.html, text.missing, named(changes_of(macro)))
    values = values_for(viewer, case, current_organisation().language)
    missing = dict.fromkeys([*text.missing, *missing_in(macro.task, values)])
    changes = [_with_problem(one, case, macro) for one in named(changes_of(macro), values)]
    return Suggestion(macro, language, text.html, tuple(missing), changes)


def values_for(viewer, case: Case, language: str) -> dict[str, str]:
    """What stands for each placeholder, as plain text in `language`; empty where nothing is known. A rule has no
    viewer."""
    customer = case.customer
    with override(language or None):
        return {
            "first name": first_name(customer.name),
            "name": plain_name(customer.name),
            "case number": f"#{case.reference}",
            "subject": case.subject,
            "team": case.team.name if case.team else "",
            "agent": viewer.name if viewer else "",
            "agent first name": (first_name(viewer.name) or viewer.name) if viewer else "",
            "organisation": current_organisation().name,
            "customer language": _language_name(customer.language or case.language),
            "today": spoken(clock.now(), "j F Y"),
        }


def changes_of(macro: Macro) -> list[Change]:
    """What the macro changes, in the order in which it is made."""
    found = [Change("tag" if one.is_added else "untag", str(one.tag_id)) for one in macro.tags.all()]
    single = {
        "priority": macro.priority,
        "team": macro.to_team_id,
        "task": macro.task_id,
        "owner": macro.owning,
        "waiting": macro.waiting_on,
        "resolved": macro.outcome_id,
    }
    return in_order([*found, *(Change(kind, str(value)) for kind, value in single.items() if value)])


def _with_problem(one: NamedChange, case: Case, macro: Macro) -> NamedChange:
    """Of a task also why nobody would get it now."""
    if one.change.kind != "task":
        return one
    # Who answers, or takes it with the macro, will be its owner.
    is_taken = not case.owner_id and (macro.has_text or macro.owning == "me")
    return replace(one, problem=problem_of(macro.task, None if is_taken else case))


def _may_edit(viewer, macro: Macro, team_ids: Collection[int]) -> bool:
    if macro.owner_id:
        return macro.owner_id == viewer.pk and viewer.is_agent
    return viewer.is_administrator or (viewer.is_lead and (macro.team_id is None or macro.team_id in team_ids))


def _of_everybody_or(viewer) -> Q:
    teams = Membership.objects.filter(user=viewer).values("team_id")
    return Q(owner=None, team=None) | Q(owner=viewer) | Q(team__in=teams)


def _by_use(found: QuerySet[Macro]) -> QuerySet[Macro]:
    days = MacroUses.objects.filter(macro=OuterRef("pk"))
    recent = days.filter(day__gt=clock.now().date() - timedelta(days=DAYS))
    uses = recent.order_by().values("macro").annotate(all=Sum("uses")).values("all")
    last = days.order_by("-day").values("last_at")[:1]
    counted = found.annotate(uses=Coalesce(Subquery(uses), 0), last_used_at=Subquery(last))
    return counted.order_by("-uses", "name", "id")


def _one(found: QuerySet[Macro], pk: int) -> Macro:
    macro = found.filter(pk=pk).first()
    if macro is None:
        raise Http404("No such macro.")
    return macro


def _language_name(code: str) -> str:
    try:
        return str(get_language_info(code[:2].lower())["name_translated"]) if code else ""
    except KeyError:
        return ""

"""Why somebody got a case, as a sentence in the reader's language."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ancora.cases.models import Skill
from ancora.cases.routing.decision import Passed, Rule
from ancora.platform import clock
from ancora.platform.events.queries import Recorded
from ancora.platform.ui.dates import spoken


def skill_labels(recorded: Iterable[Recorded]) -> dict[int, str]:
    """The labels of the skills that these events name; one query, none where no event names one."""
    ids = {pk for event in recorded for pk in event.attrs.get("skills") or ()}
    return dict(Skill.objects.filter(pk__in=ids).values_list("pk", "label")) if ids else {}


def reason_in_words(attrs: dict, *, passed: str, labels: dict[int, str]) -> str:
    """Such as “Italian, Billing; the customer's owner Lena Vogt is away until 14:00; idle for longest, with 3 of 5”.
    `passed`: the name of the customer's owner; empty where nobody but a person chose."""
    if not attrs.get("rule"):
        return ""
    parts = [
        ", ".join(labels.get(pk, f"skill {pk}") for pk in attrs.get("skills") or ()),
        _passed(attrs, passed),
        _("nobody else was free, so the case overflows") if attrs.get("is_overflow") else "",
        _rule(attrs),
    ]
    return "; ".join(part for part in parts if part)


def until_in_words(moment: datetime) -> str:
    """Such as “14:00”, or “27 November, 9:00” on another day."""
    is_today = localtime(moment).date() == localtime(clock.now()).date()
    return spoken(moment, "H:i" if is_today else "j F, H:i")


def minutes_in_words(minutes: int) -> str:
    return ngettext("%(count)d minute", "%(count)d minutes", minutes) % {"count": minutes}


def _rule(attrs: dict) -> str:
    counted = {"holds": attrs.get("holds"), "limit": attrs.get("limit")}
    match attrs["rule"]:
        case Rule.OWNER:
            return _("owner of the customer's last case, now with %(holds)s of %(limit)s") % counted
        case Rule.PULL:
            return _("took the next one")
        case _:
            return _("idle for longest, now with %(holds)s of %(limit)s") % counted


def _passed(attrs: dict, name: str) -> str:
    until = attrs.get("passed_until")
    moment = datetime.fromisoformat(until) if until else None
    said = {"name": name, "moment": until_in_words(moment) if moment else ""}
    match attrs.get("passed"):
        case Passed.AWAY if moment:
            return _("the customer's owner %(name)s was away until %(moment)s") % said
        case Passed.AWAY:
            return _("the customer's owner %(name)s was away") % said
        case Passed.GONE:
            return _("the customer's owner %(name)s was not at the desk") % said
        case Passed.FULL:
            return _("the customer's owner %(name)s had enough cases") % said
        case Passed.UNSKILLED:
            return _("the customer's owner %(name)s lacks a skill") % said
        case Passed.OUTSIDE:
            return _("the customer's owner %(name)s is not in this team") % said
        case _:
            return ""

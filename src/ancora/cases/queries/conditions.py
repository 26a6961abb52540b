"""The conditions of a search as the database understands them."""

import re
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.utils.timezone import make_aware

from ancora.cases.models import CaseTag
from ancora.cases.queries.asked import Asked
from ancora.customers.finding import customers_like
from ancora.platform import clock

_NAMED = re.compile(r"%\((\w+)\)s")


def customers_among(words: str) -> RawSQL:
    """Ids of the customers by the beginning of an address, a telephone number, or a part of the name."""
    statements, parameters = customers_like(words)
    sql = " UNION ".join(statements)
    # Django counts parameters, and knows no names.
    return RawSQL(_NAMED.sub("%s", sql), [parameters[name] for name in _NAMED.findall(sql)])  # noqa: S611


def that(viewer, asked: Asked) -> Q:
    """All conditions of `asked` on a case."""
    found = Q()
    for name, value in asked.conditions:
        found &= _one(viewer, name, value)
    for name, value in asked.without:
        found &= ~_one(viewer, name, value)
    return found


def _one(viewer, name: str, value) -> Q:
    match name, value:
        case "from", str():
            return Q(customer__in=customers_among(value))
        case "tag", str():
            return Q(Exists(CaseTag.objects.filter(case=OuterRef("pk"), tag__label__iexact=value)))
        case "is", "late":
            return Q(clocks__due_at__lte=clock.now())
        case "due", timedelta():
            return Q(clocks__due_at__lte=clock.now() + value)
        case "is", str():
            return Q(status=value)
        case "owner", "me":
            return Q(owner=viewer)
        case "owner", "nobody":
            return Q(owner=None)
        case "owner", str():
            return Q(owner__isnull=False) & (Q(owner__name__icontains=value) | Q(owner__email__istartswith=value))
        case "team", str():
            return Q(team__isnull=False, team__name__icontains=value)
        case "priority", int():
            return Q(priority=value)
        case "before", date():
            return Q(last_message_at__lt=_midnight(value))
        case "after", date():
            return Q(last_message_at__gte=_midnight(value))
    raise ValueError(f"No condition {name!r} with {value!r}.")


def _midnight(day: date) -> datetime:
    """The beginning of the day in the person's zone."""
    return make_aware(datetime.combine(day, time.min))

"""The conditions of a search as the database understands them."""

import re
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.utils.timezone import make_aware

from ancora.cases.models import CaseTag
from ancora.cases.queries.asked import Asked
from ancora.customers.queries import normal_phone
from ancora.platform import clock

_PHONE = re.compile(r"^\+?[\d\s()./-]{6,24}$")
# Ids of customers by the beginning of an address, the end of a telephone number (also where only one of the two has the
# prefix of its country), or a part of the name.
CUSTOMERS_LIKE = """
    SELECT h.customer_id FROM customers_handle h WHERE h.value LIKE %(start)s OR (%(phone)s <> '' AND h.kind = 'phone'
        AND (h.value LIKE %(phone)s
            OR (length(h.value) > 6 AND %(phone)s LIKE '%%' || ltrim(h.value, '+0'))))
    UNION SELECT c.id FROM customers_customer c WHERE public.unaccent(lower(c.name)) LIKE public.unaccent(%(part)s)
"""
_ORDER = re.compile(r"%\((\w+)\)s")


def customers_like(words: str) -> dict[str, str]:
    """The parameters of `CUSTOMERS_LIKE`."""
    lowered = escaped(words.lower())
    digits = normal_phone(words).lstrip("+0") if _PHONE.match(words) else ""
    return {"start": f"{lowered}%", "part": f"%{lowered}%", "phone": f"%{digits}" if digits else ""}


def escaped(text: str) -> str:
    """For LIKE: every character stands for itself."""
    return re.sub(r"([\\%_])", r"\\\1", text)


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
            known = customers_like(value)
            parameters = [known[key] for key in _ORDER.findall(CUSTOMERS_LIKE)]
            return Q(customer__in=RawSQL(_ORDER.sub("%s", CUSTOMERS_LIKE), parameters))  # noqa: S611
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

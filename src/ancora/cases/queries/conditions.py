"""The conditions of a search as the database understands them."""

from datetime import date, datetime, time, timedelta

from django.db.models import BooleanField, Exists, F, Func, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.utils.timezone import make_aware

from ancora.cases.models import CaseTag
from ancora.cases.queries.asked import Asked
from ancora.customers.finding import NAMED, customer_ids, customers_like, is_like
from ancora.platform import clock


def of_customers(words: str) -> Q:
    """Of customers by the beginning of an address, a telephone number, or a part of the name."""
    statements, parameters = customers_like(words)
    sql = " UNION ".join(statements)
    # Django counts parameters, and knows no names.
    return Q(customer__in=RawSQL(NAMED.sub("%s", sql), [parameters[name] for name in NAMED.findall(sql)]))  # noqa: S611


def of_counted_customers(words: str) -> Q:
    """The same, quick also where thousands are alike; it asks how many they are. One query."""
    customers = customer_ids(words, most=MOST_GATHERED)
    if customers is not None:
        # One array instead of hundreds of parameters.
        return Q(customer__in=RawSQL("SELECT unnest(%s::bigint[])", [customers]))
    condition, parameters = is_like(words)
    given = [parameters[name] for name in NAMED.findall(condition)]
    one = f"(SELECT {NAMED.sub('%s', condition)} FROM customers_customer c WHERE c.id = "  # noqa: S608
    return Q(_Asked(F("customer_id"), start=one, given=given))


class _Asked(Func):
    """Asked of one case after the other."""

    output_field = BooleanField()

    def __init__(self, *expressions, start: str, given: list):
        super().__init__(*expressions)
        self.start, self.given = start, given

    def as_sql(self, compiler, connection, **_options):
        column, parameters = compiler.compile(self.source_expressions[0])
        return f"{self.start}{column})", [*self.given, *parameters]


# Of more customers than these each case is asked for its own: so many are alike that the latest soon show some.
MOST_GATHERED = 3000


def that(viewer, asked: Asked, *, from_=of_customers) -> Q:
    """All conditions of `asked` on a case. `from_`: how the words of `from:` become a condition."""
    found = Q()
    for name, value in asked.conditions:
        found &= _one(viewer, name, value, from_)
    for name, value in asked.without:
        found &= ~_one(viewer, name, value, from_)
    return found


def _one(viewer, name: str, value, from_) -> Q:
    match name, value:
        case "from", str():
            return from_(value)
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

"""Changes to customers."""

import json
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ancora.customers.events import CustomerChanged, IdentityBounced, IdentityObserved, IdentityVerified
from ancora.customers.models import Bounce, Customer, Handle, HandleKind, Verification
from ancora.customers.queries import handle_of, handles_of, normal_value
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import SYSTEM, Actor
from ancora.platform.events.publishing import Telling, publish, publish_all


class HandleTaken(Refusal):
    """The address or number already belongs to another customer; it is never moved silently."""


@dataclass(frozen=True, slots=True)
class Sight:
    """An address or a number as a channel saw it, with the name and the language that came with it. `display`: how it
    is shown, where that differs from what it is compared by."""

    kind: str
    value: str
    name: str = ""
    language: str = ""
    verification: str = Verification.WEAK
    display: str = ""

    @property
    def shown(self) -> str:
        return (self.display or self.value).strip()[:320]

    @property
    def key(self) -> tuple[str, str]:
        return str(self.kind), normal_value(self.kind, self.value)


def observe_handle(
    kind: str, value: str, *, name: str = "", language: str = "", verification: str = Verification.WEAK
) -> Handle:
    """The handle of this address or number with its customer; both are made when it is seen for the first time."""
    return observe_handles([Sight(kind, value, name, language, verification)])[0]


@transaction.atomic(savepoint=False)
def observe_handles(sights: list[Sight]) -> list[Handle]:
    """As `observe_handle`, for many; the handles in the same order, the number of statements constant.

    Exact match of the normalised value. Safe when two processes see the same address at once.
    """
    known = handles_of((sight.kind, sight.value) for sight in sights)
    new = {sight.key: sight for sight in reversed(sights) if sight.key not in known}
    if new:
        known |= _first_seen(new)
    for sight in sights:
        _give_name(known[sight.key], sight.name)
    return [known[sight.key] for sight in sights]


@transaction.atomic
def verify_handle(handle: Handle, *, method: str, actor: Actor) -> None:
    """Evidence says that who writes from this handle owns it; `method` is the evidence (dmarc, dkim …)."""
    if handle.verification == Verification.STRONG:
        return
    raised = Handle.objects.filter(pk=handle.pk).exclude(verification=Verification.STRONG)
    if raised.update(verification=Verification.STRONG):
        publish(
            IdentityVerified(customer_id=handle.customer_id, handle_id=handle.pk, kind=handle.kind, method=method),
            actor=actor,
        )
    handle.verification = Verification.STRONG


@transaction.atomic
def note_bounce(kind: str, value: str, *, bounce: Bounce | None, reason: str) -> None:
    """Something we sent to this address or number came back; nothing when no customer has it. The last word counts."""
    handle = handle_of(kind, value)
    if handle is None:
        return
    told = {"bounced_at": clock.now(), "bounce": bounce or "", "bounce_reason": reason[:500].replace("\0", "")}
    Handle.objects.filter(pk=handle.pk).update(**told)
    event = IdentityBounced(customer_id=handle.customer_id, handle_id=handle.pk, kind=handle.kind, bounce=bounce)
    publish(event, actor=SYSTEM)


def note_reached(kind: str, values: list[str]) -> None:
    """There is a sign that these can be reached again: something arrived there, or came from there."""
    normal = [normal_value(kind, value) for value in values]
    marked = Handle.objects.filter(kind=kind, value__in=normal, bounced_at__isnull=False)
    marked.update(bounced_at=None, bounce="", bounce_reason="")


@transaction.atomic
def create_customer(*, name: str, email: str = "", phone: str = "", language: str = "", actor: Actor) -> Customer:
    """A customer typed by hand; `HandleTaken` when another one has the address or number."""
    customer = Customer.objects.create(name=name[:200], language=language, created_at=clock.now())
    for kind, value in ((HandleKind.EMAIL, email), (HandleKind.PHONE, phone)):
        if value:
            add_handle(customer, kind, value, actor=actor)
    return customer


@transaction.atomic
def add_handle(
    customer: Customer, kind: str, value: str, *, verification: str = Verification.NONE, actor: Actor
) -> Handle:
    """One more address or number of this customer; `HandleTaken` when another one has it."""
    known = handle_of(kind, value)
    if known is not None:
        if known.customer_id == customer.pk:
            return known
        raise HandleTaken(
            _("%(value)s already belongs to %(name)s.") % {"value": known.display, "name": known.customer.name or "?"}
        )
    handle = Handle.objects.create(
        customer=customer,
        kind=kind,
        value=normal_value(kind, value),
        display=value.strip()[:320],
        verification=verification,
        created_at=clock.now(),
    )
    publish(_observed(handle), actor=actor)
    return handle


@transaction.atomic
def change_customer(customer: Customer, *, name: str, language: str, remark: str, actor: Actor) -> None:
    """Correct what we know of a customer; nothing is recorded when nothing differs."""
    wanted = {"name": name[:200], "language": language, "remark": remark}
    changed = [field for field, value in wanted.items() if getattr(customer, field) != value]
    if not changed:
        return
    for field in changed:
        setattr(customer, field, wanted[field])
    customer.save(update_fields=changed)
    publish(CustomerChanged(customer_id=customer.pk, fields=changed), actor=actor)


# Two processes that see the same new address take turns; the second finds the first one's row.
_TAKE_TURNS = """
SELECT pg_advisory_xact_lock(746003, turn) FROM (
    SELECT DISTINCT hashtext(name) AS turn FROM unnest(%s::text[]) AS name ORDER BY 1) AS turns
"""
_FIRST_SEEN = """
WITH given AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('customers_customer', 'id')) AS customer, g.* FROM json_to_recordset(%s)
        AS g(kind text, value text, display text, name text, language text, verification text, at timestamptz)
), person AS (
    INSERT INTO customers_customer (id, name, language, remark, created_at)
    SELECT customer, name, language, '', at FROM given
)
INSERT INTO customers_handle (customer_id, kind, value, display, verification, created_at, bounce, bounce_reason)
SELECT customer, kind, value, display, verification, at, '', '' FROM given
"""


def _first_seen(new: dict[tuple[str, str], Sight]) -> dict[tuple[str, str], Handle]:
    now = clock.now().isoformat()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE_TURNS, [[f"{kind}:{value}" for kind, value in new]])
        known = handles_of(new)
        rows = [_row(key, sight, now) for key, sight in new.items() if key not in known]
        cursor.execute(_FIRST_SEEN, [json.dumps(rows)])
    made = handles_of(new.keys() - known.keys())
    publish_all(Telling(_observed(handle), SYSTEM) for handle in made.values())
    return known | made


def _row(key: tuple[str, str], sight: Sight, now: str) -> dict:
    return {
        "kind": key[0],
        "value": key[1],
        "display": sight.shown,
        # Who gives no name is called by the address, until a name comes.
        "name": (sight.name or sight.shown)[:200],
        "language": sight.language[:8],
        "verification": sight.verification,
        "at": now,
    }


def _give_name(handle: Handle, name: str) -> None:
    """Whoever wrote without a name so far has one now."""
    called = handle.customer.name
    if name and called in ("", handle.display) and called != name[:200]:
        Customer.objects.filter(pk=handle.customer_id, name=called).update(name=name[:200])
        handle.customer.name = name[:200]


def _observed(handle: Handle) -> IdentityObserved:
    return IdentityObserved(
        customer_id=handle.customer_id, handle_id=handle.pk, kind=handle.kind, verification=handle.verification
    )

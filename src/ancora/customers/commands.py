"""Changes to customers."""

from django.db import connection, transaction
from django.utils.translation import gettext as _

from ancora.customers.events import CustomerChanged, IdentityObserved, IdentityVerified
from ancora.customers.models import Customer, Handle, HandleKind, Verification
from ancora.customers.queries import handle_of, normal_address, normal_phone
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import SYSTEM, Actor
from ancora.platform.events.publishing import publish


class HandleTaken(Refusal):
    """The address or number already belongs to another customer; it is never moved silently."""


def observe_handle(
    kind: str, value: str, *, name: str = "", language: str = "", verification: str = Verification.WEAK
) -> Handle:
    """The handle of this address or number with its customer; both are made when it is seen for the first time.

    Exact match of the normalised value. Safe when two processes see the same address at once.
    """
    known = handle_of(kind, value)
    if known is not None:
        if name and not known.customer.name:
            Customer.objects.filter(pk=known.customer_id, name="").update(name=name[:200])
            known.customer.name = name[:200]
        return known
    return _first_seen(kind, value, name, language, verification)


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
def create_customer(*, name: str, email: str = "", phone: str = "", language: str = "", actor: Actor) -> Customer:
    """A customer typed by hand; `HandleTaken` when another one has the address or number."""
    customer = Customer.objects.create(name=name[:200], language=language, created_at=clock.now())
    for kind, value in ((HandleKind.EMAIL, email), (HandleKind.PHONE, phone)):
        if value:
            add_handle(customer, kind, value, actor=actor)
    return customer


@transaction.atomic
def add_handle(customer: Customer, kind: str, value: str, *, actor: Actor) -> Handle:
    """One more address or number of this customer; `HandleTaken` when another one has it."""
    known = handle_of(kind, value)
    if known is not None:
        if known.customer_id == customer.pk:
            return known
        raise HandleTaken(
            _("%(value)s already belongs to %(name)s.") % {"value": known.display, "name": known.customer.name or "?"}
        )
    handle = Handle.objects.create(
        customer=customer, kind=kind, value=_normal(kind, value), display=value.strip()[:320], created_at=clock.now()
    )
    _publish_observed(handle, actor)
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


_FIRST_SEEN = """
WITH person AS (
    INSERT INTO customers_customer (name, language, remark, created_at) VALUES (%(name)s, %(language)s, '', %(now)s)
    RETURNING id)
INSERT INTO customers_handle (customer_id, kind, value, display, verification, created_at)
SELECT id, %(kind)s, %(value)s, %(display)s, %(verification)s, %(now)s FROM person RETURNING id, customer_id
"""


def _first_seen(kind: str, value: str, name: str, language: str, verification: str) -> Handle:
    now, normal = clock.now(), _normal(kind, value)
    fields = {"kind": kind, "value": normal, "display": value.strip()[:320], "verification": verification}
    with transaction.atomic(), connection.cursor() as cursor:
        # Two processes that see the same new address take turns; the second finds the first one's row.
        cursor.execute("SELECT pg_advisory_xact_lock(746003, hashtext(%s))", [f"{kind}:{normal}"])
        if (known := handle_of(kind, value)) is not None:
            return known
        cursor.execute(_FIRST_SEEN, {**fields, "name": name[:200], "language": language, "now": now})
        handle_id, customer_id = cursor.fetchone()
        customer = Customer(id=customer_id, name=name[:200], language=language, created_at=now)
        handle = Handle(id=handle_id, customer=customer, created_at=now, **fields)
        _publish_observed(handle, SYSTEM)
    return handle


def _normal(kind: str, value: str) -> str:
    return normal_phone(value) if kind == HandleKind.PHONE else normal_address(value)


def _publish_observed(handle: Handle, actor: Actor) -> None:
    publish(
        IdentityObserved(
            customer_id=handle.customer_id, handle_id=handle.pk, kind=handle.kind, verification=handle.verification
        ),
        actor=actor,
    )

"""What happens to customers."""

from dataclasses import dataclass

from ancora.platform.events.event import Code, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityObserved(Event):
    """A handle was seen for the first time and stands for a customer from now on."""

    type = "identity.observed"
    objects = {"customer_id": "customer", "handle_id": "handle"}
    customer_id: int
    handle_id: int
    kind: Code
    verification: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityVerified(Event):
    """Evidence says that who writes from this handle owns it. `method`: the evidence, such as dmarc or dkim."""

    type = "identity.verified"
    objects = {"customer_id": "customer", "handle_id": "handle"}
    customer_id: int
    handle_id: int
    kind: Code
    method: Code


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityBounced(Event):
    """Something we sent to this handle came back. `bounce`: hard, soft, or none where nobody can tell."""

    type = "identity.bounced"
    objects = {"customer_id": "customer", "handle_id": "handle"}
    customer_id: int
    handle_id: int
    kind: Code
    bounce: Code | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerChanged(Event):
    """An agent corrected what we know of a customer; `fields` names what."""

    type = "customer.changed"
    objects = {"customer_id": "customer"}
    customer_id: int
    fields: list[Code]

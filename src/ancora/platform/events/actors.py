"""Who did it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """kind: customer, human, bot, system or third_party · id: of the customer, user or rule; None for the system
    and for routing, which is a bot."""

    kind: str
    id: int | None = None

    @classmethod
    def human(cls, user) -> "Actor":
        return cls("human", user.pk)

    @classmethod
    def customer(cls, customer) -> "Actor":
        return cls("customer", customer.pk)


SYSTEM = Actor("system")

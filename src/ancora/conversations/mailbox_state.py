"""How a mailbox is: what its page, the API and the monitor tell of it."""

from ancora.conversations.models import Arrival, ArrivalState


def is_backlog_longer_than(most: int) -> bool:
    """Whether more than `most` arrivals wait to be read."""
    waiting = Arrival.objects.filter(state=ArrivalState.PENDING).values_list("pk", flat=True)
    return len(waiting[: most + 1]) > most

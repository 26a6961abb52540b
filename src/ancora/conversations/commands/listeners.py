"""What the worker writes down of the doors it listens at."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction

from ancora.conversations.models import Listener
from ancora.platform import clock

# The worker shows itself three times as often.
SEEN_FOR = timedelta(seconds=60)


def note_listening(kind: str, address: str) -> None:
    fields = {"address": address, "seen_at": clock.now(), "error": ""}
    Listener.objects.update_or_create(kind=kind, defaults=fields)


@transaction.atomic
def note_not_listening(kind: str, address: str, error: str) -> None:
    """Not while another worker listens there."""
    now = clock.now()
    known = Listener.objects.select_for_update().filter(kind=kind).first()
    if known is None or known.error or now - known.seen_at > SEEN_FOR:
        fields = {"address": address, "seen_at": now, "error": error}
        Listener.objects.update_or_create(kind=kind, defaults=fields)


def forget_listener(kind: str) -> None:
    """Listening ended in order."""
    Listener.objects.filter(kind=kind).delete()


def forget_listeners_but(kinds: Iterable[str]) -> None:
    """What is not to be listened at any more is nothing that is missing."""
    Listener.objects.exclude(kind__in=kinds).delete()

"""A person stops a mailbox for a while and lets it go on, or does not want to wait."""

from django.db import transaction

from ancora.conversations.commands.sending_turns import forget_trouble
from ancora.conversations.events import MailboxPaused, MailboxResumed
from ancora.conversations.models import Fetch, Grant, Mailbox, Outgoing, OutgoingState, WaitsFor
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.events.actors import Actor
from ancora.platform.events.publishing import publish

FETCHING, SENDING = "fetching", "sending"


@transaction.atomic
def pause(mailbox: Mailbox, what: str, *, person: User) -> None:
    """Nothing is fetched (`fetching`) or nothing leaves (`sending`) from now on; what waits is kept. Once is enough."""
    # Its key stays: mail that comes in names this row while its events are put in order, and must not wait for it.
    held = Mailbox.objects.select_for_update(no_key=True, of=("self",))
    locked = held.only("pk", f"{what}_paused_at").get(pk=mailbox.pk)
    if getattr(locked, f"{what}_paused_at") is not None:
        return
    words = {f"{what}_paused_at": clock.now(), f"{what}_paused_by": person}
    Mailbox.objects.filter(pk=mailbox.pk).update(**words)
    publish(MailboxPaused(mailbox_id=mailbox.pk, what=what), actor=Actor.human(person))


@transaction.atomic
def resume(mailbox: Mailbox, what: str, *, person: User) -> None:
    """Go on where it stopped; what waits to be sent leaves at once, and its three days count from now."""
    cleared = {f"{what}_paused_at": None, f"{what}_paused_by": None}
    if not Mailbox.objects.filter(pk=mailbox.pk, **{f"{what}_paused_at__isnull": False}).update(**cleared):
        return
    if what == SENDING:
        _send_waiting(mailbox)
    else:
        _look_again(mailbox)
    publish(MailboxResumed(mailbox_id=mailbox.pk, what=what), actor=Actor.human(person))


@transaction.atomic
def look_now(mailbox: Mailbox) -> None:
    """Fetch without waiting for the next attempt: within seconds the worker begins the mailbox anew."""
    _look_again(mailbox)


@transaction.atomic
def send_now(mailbox: Mailbox) -> int:
    """Try everything that waits again now; returns how many messages that are."""
    return _send_waiting(mailbox)


def _look_again(mailbox: Mailbox) -> None:
    _ask_provider_again(mailbox)
    Fetch.objects.update_or_create(mailbox=mailbox, defaults={"asked_at": clock.now()})


def _send_waiting(mailbox: Mailbox) -> int:
    _ask_provider_again(mailbox)
    mails = Outgoing.objects.filter(mailbox=mailbox, account__isnull=True)
    waiting = mails.filter(state=OutgoingState.QUEUED).exclude(waits_for=WaitsFor.MOMENT)
    count = waiting.update(next_at=clock.now(), settled_at=clock.now())
    forget_trouble(mailbox, everything=True)
    return count


def _ask_provider_again(mailbox: Mailbox) -> None:
    Grant.objects.filter(mailbox=mailbox).update(retry_at=None)

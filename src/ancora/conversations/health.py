"""What conversations tell a monitor and the operator: whether mail is fetched, what could not be read or sent."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from ancora.conversations.alerts import open_alerts
from ancora.conversations.commands.listeners import SEEN_FOR
from ancora.conversations.mailbox_state import LATE, is_late, state_of
from ancora.conversations.models import Arrival, ArrivalState, InboundHook, Listener, Mailbox, Outgoing, OutgoingState
from ancora.conversations.queries import SECRETS, SECRETS_OF_GRANT
from ancora.platform import clock
from ancora.platform.http.health import DEGRADED, OK, Reading, declare_health


@dataclass(frozen=True, slots=True)
class MailboxState:
    """`state` is one of `state_of` · `last_fetch_seconds` is None before the first success · `is_late`: not fetched
    for a quarter of an hour although it should have been · `is_sending_paused`."""

    id: int
    name: str
    state: str
    last_fetch_seconds: int | None
    error: str
    is_late: bool
    is_sending_paused: bool


@dataclass(frozen=True, slots=True)
class ListenerState:
    """`seen_seconds`: since the worker last said that it listens there, None when it never did; `is_off`: nobody can
    hand mail over there."""

    kind: str
    address: str
    seen_seconds: int | None
    error: str
    is_off: bool


@dataclass(frozen=True, slots=True)
class Stuck:
    """What should have gone on long ago: arrivals not read, messages not sent, and those of unknown fate."""

    arrivals: int
    outgoing: int
    unknown: int


def mailbox_states() -> list[MailboxState]:
    """Every mailbox in use that is fetched, by name."""
    now = clock.now()
    rows = Mailbox.objects.filter(is_active=True).exclude(imap_host="").defer(*SECRETS, *SECRETS_OF_GRANT)
    return [_state(mailbox, now) for mailbox in rows.select_related("fetch", "grant").order_by("name", "id")]


def listener_states() -> list[ListenerState]:
    """Where mail is listened for, or should be, by kind."""
    now, rows = clock.now(), {row.kind: row for row in Listener.objects.all()}
    missing = {door.kind: str(door) for door in settings.ENVIRONMENT.doors if door.kind not in rows}
    found = [ListenerState(kind, address, None, "", True) for kind, address in missing.items()]
    for row in rows.values():
        seconds = max(0, round((now - row.seen_at).total_seconds()))
        is_off = bool(row.error) or now - row.seen_at > SEEN_FOR
        found.append(ListenerState(row.kind, row.address, seconds, row.error, is_off))
    return sorted(found, key=lambda state: state.kind)


@dataclass(frozen=True, slots=True)
class HookState:
    """`refusal`: why the last post of the provider was not taken, empty when it was."""

    id: int
    name: str
    refusal: str


def hook_states() -> list[HookState]:
    """Every mail provider in use, by name."""
    rows = InboundHook.objects.filter(is_active=True).order_by("name", "id")
    return [HookState(row.pk, row.name, row.refusal if row.is_refusing else "") for row in rows]


def quarantined() -> int:
    return Arrival.objects.filter(state=ArrivalState.QUARANTINED).count()


def stuck() -> Stuck:
    """An import of old mail takes its time, and what a person paused waits for that person: neither is stuck."""
    since = clock.now() - LATE
    pending = Arrival.objects.filter(state=ArrivalState.PENDING, is_silent=False, received_at__lt=since)
    waiting = Outgoing.objects.filter(state__in=["queued", "sending"], mailbox__sending_paused_at__isnull=True)
    return Stuck(
        arrivals=pending.count(),
        outgoing=waiting.filter(next_at__lt=since).count(),
        unknown=Outgoing.objects.filter(state=OutgoingState.UNKNOWN).count(),
    )


def declare() -> None:
    declare_health("mailboxes", _mailboxes)
    declare_health("listeners", _listeners)
    declare_health("refusing_hooks", _hooks)
    declare_health("alerts", _alerts)
    declare_health("quarantine", lambda is_stranger: Reading(quarantined()))


def _state(mailbox: Mailbox, now: datetime) -> MailboxState:
    fetch = getattr(mailbox, "fetch", None)
    succeeded = fetch.succeeded_at if fetch else None
    is_failing = bool(fetch and fetch.failed_at and (succeeded is None or fetch.failed_at > succeeded))
    return MailboxState(
        id=mailbox.pk,
        name=mailbox.name,
        state=state_of(mailbox),
        last_fetch_seconds=None if succeeded is None else max(0, round((now - succeeded).total_seconds())),
        error=(fetch.error or "unknown") if is_failing else "",
        is_late=is_late(mailbox),
        is_sending_paused=mailbox.sending_paused_at is not None,
    )


def _mailboxes(is_stranger: bool) -> Reading:
    states = mailbox_states()
    shown = [
        {
            **({"id": state.id} if is_stranger else {"id": state.id, "name": state.name}),
            "state": state.state,
            "last_fetch_seconds": state.last_fetch_seconds,
            "error": bool(state.error),
        }
        for state in states
    ]
    return Reading(shown, DEGRADED if any(state.is_late for state in states) else OK)


def _listeners(is_stranger: bool) -> Reading:
    states = listener_states()
    shown = [
        {
            **({"kind": state.kind} if is_stranger else {"kind": state.kind, "address": state.address}),
            "seen_seconds": state.seen_seconds,
            "error": bool(state.error),
        }
        for state in states
    ]
    return Reading(shown, DEGRADED if any(state.is_off for state in states) else OK)


def _hooks(is_stranger: bool) -> Reading:
    count = sum(bool(state.refusal) for state in hook_states())
    return Reading(count, DEGRADED if count else OK)


def _alerts(is_stranger: bool) -> Reading:
    """What administrators were told of and is not over."""
    shown = [{"kind": alert.kind, "mailbox": alert.mailbox_id, "since": alert.opened_at} for alert in open_alerts()]
    return Reading(shown, DEGRADED if shown else OK)

"""Looks each minute at what is wrong with mail, and tells administrators of what lasts: once, and once when it is over.

An alert is claimed, and that committed, before a mail is written: however many workers there are, one writes, and a
worker that dies over it leaves it unwritten rather than written twice. The pages and the monitor show it all the same.
"""

import logging
from datetime import timedelta

from django.db import connection, transaction

from ancora.conversations.alert_conditions import Condition, conditions
from ancora.conversations.alert_mail import working_mailboxes, write_to_administrators
from ancora.conversations.alerts import forget_alerts
from ancora.conversations.events import AlertEnded, AlertOpened
from ancora.conversations.mailbox_state import state_of
from ancora.conversations.models import Alert, AlertKind
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM
from ancora.platform.events.publishing import publish

log = logging.getLogger("ancora.alerts")
# Seen at so many looks in a row before it counts: a worker that was down for a day first has to look.
LOOKS = timedelta(minutes=3)
# Not seen for longer, nobody looked meanwhile: it is noticed anew.
GAP = timedelta(minutes=5)
# When no mailbox could send, it is tried again after this long.
AGAIN = timedelta(minutes=10)
_LOCK = 746005


def watch_over() -> None:
    """Notice what is wrong, and tell. Safe to run at any time, by any number of workers."""
    _notice()
    for alert in Alert.objects.filter(end_claimed_at__isnull=True, opened_at__isnull=False).order_by("id"):
        _tell(alert) if alert.ended_at is None else _tell_end(alert)


@transaction.atomic
def _notice() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return
    known = {(row.kind, row.mailbox_id): row for row in Alert.objects.filter(ended_at__isnull=True)}
    for condition in conditions():
        row = known.pop((condition.kind, condition.mailbox_id), None)
        _see(row or _noticed(condition), condition)
    for row in known.values():
        _end(row)


def _noticed(condition: Condition) -> Alert:
    now = clock.now()
    return Alert.objects.create(
        kind=condition.kind, mailbox_id=condition.mailbox_id, noticed_at=now, seen_at=now, opened_at=None
    )


def _see(row: Alert, condition: Condition) -> None:
    """It is still so: opened when that has lasted."""
    now = clock.now()
    if row.opened_at is None and abs(now - row.seen_at) > GAP:
        row.noticed_at = now
    row.seen_at = now
    is_ripe = now - condition.since >= condition.patience and now - row.noticed_at >= min(LOOKS, condition.patience)
    if row.opened_at is None and is_ripe:
        row.opened_at = now
        transaction.on_commit(forget_alerts)
        event = AlertOpened(alert_id=row.pk, mailbox_id=row.mailbox_id, kind=row.kind)
        publish(event, actor=SYSTEM)
    row.save(update_fields=["noticed_at", "seen_at", "opened_at"])


def _end(row: Alert) -> None:
    if row.opened_at is None:
        row.delete()
        return
    row.ended_at = clock.now()
    if row.told_at is None or not _works_again(row):
        # Nobody was told of it, or it is not over but paused or switched off.
        row.end_claimed_at = row.ended_at
    row.save(update_fields=["ended_at", "end_claimed_at"])
    transaction.on_commit(forget_alerts)
    publish(AlertEnded(alert_id=row.pk, mailbox_id=row.mailbox_id, kind=row.kind), actor=SYSTEM)


def _works_again(row: Alert) -> bool:
    if row.kind == AlertKind.QUARANTINE:
        return False
    if row.mailbox is None:
        return True
    if row.kind == AlertKind.SENDING:
        return row.mailbox.is_active and row.mailbox.sending_paused_at is None
    return state_of(row.mailbox) in ("works", "importing")


def _tell(alert: Alert) -> None:
    now = clock.now()
    if alert.claimed_at is not None or (alert.retry_at is not None and now < alert.retry_at <= now + AGAIN):
        return
    # Without one that works only the pages and the monitor tell, until there is one.
    if not (candidates := working_mailboxes(alert)):
        return
    if not Alert.objects.filter(pk=alert.pk, claimed_at__isnull=True, ended_at__isnull=True).update(claimed_at=now):
        return
    if write_to_administrators(alert, candidates, is_over=False):
        Alert.objects.filter(pk=alert.pk).update(told_at=clock.now())
    else:
        # Certainly nothing was sent: whoever looks next may try.
        log.warning("Alert %s could not be mailed to anybody", alert.pk)
        Alert.objects.filter(pk=alert.pk).update(claimed_at=None, retry_at=now + AGAIN)


def _tell_end(alert: Alert) -> None:
    if Alert.objects.filter(pk=alert.pk, end_claimed_at__isnull=True).update(end_claimed_at=clock.now()):
        write_to_administrators(alert, working_mailboxes(alert), is_over=True)

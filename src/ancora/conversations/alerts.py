"""What administrators are told of, in words: on every page of theirs, by mail, to the monitor and to the doctor."""

import time
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from ancora.conversations.models import Alert, AlertKind

# Alerts stand on every page and change rarely; each process looks again after this long.
_FRESH_SECONDS = 5.0
_held: tuple[float, list[Alert]] | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """An alert in words of the reader's language; `reason` is the server's, `url` where something can be done."""

    text: str
    reason: str
    url: str
    since: datetime


def open_alerts() -> list[Alert]:
    """Those that are open, with their mailboxes, the oldest first, as of at most five seconds ago."""
    global _held
    if _held is None or time.monotonic() - _held[0] > _FRESH_SECONDS:
        found = Alert.objects.filter(opened_at__isnull=False, ended_at__isnull=True).select_related("mailbox__fetch")
        shown = found.only(
            "kind", "opened_at", "noticed_at", "mailbox__name", "mailbox__fetch__error", "mailbox__fetch__stopped_at"
        )
        _held = (time.monotonic(), list(shown.order_by("id")))
    return _held[1]


def forget_alerts() -> None:
    """Called by whoever opens or ends one, so that this process sees it at once."""
    global _held
    _held = None


def told(alert: Alert) -> Told:
    name = {"name": alert.mailbox.name if alert.mailbox else ""}
    fetch = getattr(alert.mailbox, "fetch", None) if alert.mailbox else None
    page = reverse("conversations:mailbox", args=[alert.mailbox_id]) if alert.mailbox_id else ""
    since = (fetch.stopped_at if fetch and alert.kind == AlertKind.FETCHING else None) or alert.noticed_at
    match alert.kind:
        case AlertKind.FETCHING:
            return Told(_("Mail of “%(name)s” is not fetched.") % name, fetch.error if fetch else "", page, since)
        case AlertKind.CONSENT:
            return Told(_("The permission for “%(name)s” is gone. Connect it again.") % name, "", page, since)
        case AlertKind.SENDING:
            return Told(_("Answers of “%(name)s” do not leave.") % name, "", page, since)
        case AlertKind.QUARANTINE:
            return Told(_("Several mails could not be read today."), "", reverse("conversations:quarantine"), since)
        case _:
            return Told(_("Mail that came in waits to be read."), "", reverse("conversations:mailboxes"), since)


def over(alert: Alert) -> str:
    """That it works again, in words."""
    name = {"name": alert.mailbox.name if alert.mailbox else ""}
    match alert.kind:
        case AlertKind.FETCHING | AlertKind.CONSENT:
            return _("Mail of “%(name)s” is fetched again.") % name
        case AlertKind.SENDING:
            return _("Answers of “%(name)s” leave again.") % name
        case _:
            return _("Mail that comes in is read again.")

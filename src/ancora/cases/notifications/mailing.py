"""Notifications by mail: one at once, or several together. At most once each: what was handed over, or may have been,
is never sent again."""

from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ancora.cases.notifications.links import link_to, place_of
from ancora.cases.notifications.models import Mail, Notification
from ancora.cases.notifications.wording import words_of
from ancora.cases.queries.cases import visible_cases
from ancora.conversations.channels.email.smtp import PerhapsSent
from ancora.conversations.queries import own_addresses
from ancora.customers.queries import normal_address
from ancora.platform import clock
from ancora.platform.accounts.models import User
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.errors import Refusal

MORNING = 7
# A digest that its hour has missed, since nobody worked then, does not wait another day.
OVERDUE = timedelta(hours=24)
MOST_LINES = 50
# No machine answers it (RFC 3834), and one of ours that sees it begins nothing.
_HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


def mail_one(notification_id: int) -> None:
    """Send what is to be told at once, unless that was done or it was read before; a `Refusal` leaves it to be tried
    again."""
    found = Notification.objects.filter(pk=notification_id, mail=Mail.AT_ONCE).select_related("person").first()
    if found:
        _mail(found.person, Notification.objects.filter(pk=notification_id))


def mail_digests() -> None:
    """To each person one mail with what has gathered: every hour, or in the morning of where they are."""
    waiting = Notification.objects.filter(mailed_at=None, mail__in=[Mail.HOURLY, Mail.DAILY])
    people = User.objects.filter(pk__in=waiting.values("person_id")).order_by("id")
    for person in people:
        kinds = [Mail.HOURLY]
        oldest = waiting.filter(person=person, mail=Mail.DAILY).order_by("id").values_list("at", flat=True).first()
        zone = ZoneInfo(person.time_zone or current_organisation().time_zone)
        if oldest and is_morning(clock.now(), oldest, zone):
            kinds.append(Mail.DAILY)
        # What no server takes now is tried again in an hour; an address that is refused stops nobody else.
        with suppress(Refusal):
            _mail(person, waiting.filter(person=person, mail__in=kinds))


def is_morning(now: datetime, oldest: datetime, zone: ZoneInfo) -> bool:
    """Whether what was told at `oldest` and waits for a morning in `zone` goes out now."""
    return now.astimezone(zone).hour == MORNING or now - oldest >= OVERDUE


def _mail(person: User, which) -> None:
    told = _claimed(person, which)
    if not told:
        return
    try:
        _written(person, told).send()
    except Refusal as refusal:
        if not isinstance(refusal.__cause__, PerhapsSent):
            Notification.objects.filter(pk__in=[one.pk for one in told]).update(mailed_at=None)
            raise


@transaction.atomic
def _claimed(person: User, which) -> list[Notification]:
    """Those still to be mailed, marked as mailed before they are: whoever dies in between sends nothing twice. What
    was read meanwhile, is of a case that the person no longer sees, or would go to an address of ours, is done."""
    held = list(which.filter(mailed_at=None).select_for_update().order_by("id"))
    ids = [one.pk for one in held]
    Notification.objects.filter(pk__in=ids).update(mailed_at=clock.now())
    if not person.is_active or normal_address(person.email) in own_addresses():
        return []
    found = Notification.objects.filter(pk__in=ids, read_at=None, case__in=visible_cases(person))
    return list(found.select_related("case", "actor", "message", "rule", "task__team").order_by("id"))


def _written(person: User, told: list[Notification]) -> EmailMessage:
    with translation.override(person.language or current_organisation().language):
        subject, text = _words(told)
    return EmailMessage(subject, text, to=[person.email], headers=_HEADERS)


def _words(told: list[Notification]) -> tuple[str, str]:
    public = current_organisation().public_address.rstrip("/")
    lines = [_line(one, public) for one in told[:MOST_LINES]]
    if (rest := len(told) - MOST_LINES) > 0:
        lines.append(ngettext("and %(count)s more", "and %(count)s more", rest) % {"count": rest})
    why = _("You chose to get this by mail. You can change that in your settings, under Notifications.")
    lines.append(why + link_to(public, "choices"))
    if len(told) == 1:
        subject = f"{told[0].case} {words_of(told[0])}"
    else:
        subject = ngettext("%(count)s notification", "%(count)s notifications", len(told)) % {"count": len(told)}
    return " ".join(subject.split()), "\n\n".join(lines) + "\n"


def _line(one: Notification, public: str) -> str:
    head = f"{one.case} {one.case.subject or _('(no subject)')}"
    return f"{words_of(one)}\n{' '.join(head.split())}{link_to(public, *place_of(one))}"

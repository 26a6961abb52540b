"""The mail that tells administrators of an alert, sent by a mailbox that works."""

import logging

from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext as _

from ancora.conversations.alerts import over, told
from ancora.conversations.channels.email.smtp import NotSent, PerhapsSent
from ancora.conversations.channels.email.system_mail import send_by, sending_mailboxes
from ancora.conversations.models import Alert, AlertKind, Mailbox
from ancora.platform.accounts.models import User
from ancora.platform.accounts.queries import administrators, current_organisation

log = logging.getLogger("ancora.alerts")


def working_mailboxes(alert: Alert) -> list[Mailbox]:
    """Who may tell of it: mailboxes of which nothing is noticed; the alert's own, should it work again, comes last."""
    troubled = Alert.objects.filter(ended_at__isnull=True, mailbox__isnull=False).values_list("mailbox_id", flat=True)
    found = [mailbox for mailbox in sending_mailboxes() if mailbox.pk not in set(troubled)]
    return sorted(found, key=lambda mailbox: (mailbox.pk == alert.mailbox_id, mailbox.pk))


def write_to_administrators(alert: Alert, candidates: list[Mailbox], *, is_over: bool) -> bool:
    """To each in their own language, by the first of `candidates` that takes it. False when certainly nobody was
    written to."""
    written = [_write(alert, person, candidates, is_over=is_over) for person in administrators()]
    return any(written)


def _write(alert: Alert, person: User, candidates: list[Mailbox], *, is_over: bool) -> bool:
    with translation.override(person.language or current_organisation().language):
        subject, text = _words(alert, is_over=is_over)
    for mailbox in candidates:
        try:
            send_by(mailbox, EmailMessage(subject, text, to=[person.email]))
        except PerhapsSent:
            return True
        except NotSent as error:
            log.warning("Alert %s: mailbox %s cannot tell of it: %s", alert.pk, mailbox.pk, error)
        else:
            return True
    return False


def _words(alert: Alert, *, is_over: bool) -> tuple[str, str]:
    found = told(alert)
    public = current_organisation().public_address.rstrip("/")
    if is_over:
        subject, lines = over(alert), [over(alert)]
    else:
        subject, lines = found.text, [" ".join(filter(None, (found.text, found.reason))), _comfort(alert.kind)]
    if public:
        lines.append(public + found.url)
    return subject, "\n\n".join(lines) + "\n"


def _comfort(kind: str) -> str:
    """What is safe, and what comes next."""
    if kind == AlertKind.QUARANTINE:
        return _("Nothing is lost: the originals are kept. Look at them and try them again.")
    if kind == AlertKind.ARRIVALS:
        safe = _("Nothing is lost: what came in is stored.")
    else:
        safe = _("Nothing is lost: mail waits on its server, and answers are kept.")
    return " ".join((safe, _("This is said once; you will hear when it works again.")))

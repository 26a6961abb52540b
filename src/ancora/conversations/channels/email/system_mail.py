"""Mail of Ancora itself (invitations, password resets), sent through the first mailbox in use."""

import email.policy
import secrets

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils.translation import gettext as _

from ancora.conversations.channels.email.smtp import Account, NotSent, PerhapsSent, Transaction
from ancora.conversations.mailbox_state import is_connected
from ancora.conversations.models import Mailbox
from ancora.conversations.queries import SECRETS_OF_GRANT
from ancora.platform.errors import Refusal

# 7 bit: it passes any server. Nobody's absence note shall answer it.
_POLICY = email.policy.SMTP.clone(cte_type="7bit")
_HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


class NoMailServer(Refusal):
    """No mailbox can send."""


def sending_mailboxes() -> list[Mailbox]:
    """The mailboxes in use that may send now: with a server, not paused, signed in to."""
    found = Mailbox.objects.filter(is_active=True, sending_paused_at__isnull=True).exclude(smtp_host="")
    rows = found.select_related("grant").defer(*SECRETS_OF_GRANT).order_by("id")
    return [mailbox for mailbox in rows if is_connected(mailbox)]


def send_by(mailbox: Mailbox, message: EmailMessage) -> None:
    """Hand a mail of Ancora itself to the server of a mailbox; `NotSent` or `PerhapsSent` when it does not take it."""
    raw = _written(mailbox, message)
    smtp = Transaction(Account.outgoing_of(mailbox), own_name=mailbox.address.rpartition("@")[2])
    try:
        smtp.open()
        answers = smtp.envelope(mailbox.address, message.recipients())
        if refused := [f"{one}: {answer}" for one, answer in answers.items() if not answer.is_accepted]:
            raise NotSent("; ".join(refused))
        answer = smtp.content(raw)
        if not answer.is_accepted:
            raise NotSent(str(answer))
    finally:
        smtp.close()


class SystemMailBackend(BaseEmailBackend):
    """Sends at once, while the person waits; `Refusal` says why it could not be sent."""

    def send_messages(self, email_messages) -> int:
        mailbox = next(iter(sending_mailboxes()), None)
        for message in email_messages or ():
            self._send(mailbox, message)
        return len(email_messages or ())

    def _send(self, mailbox: Mailbox | None, message) -> None:
        if mailbox is None:
            raise NoMailServer(
                _("No mail can be sent: no mailbox with a server for outgoing mail is connected."
                  " An administrator can connect one in the settings.")
            )  # fmt: skip
        if not message.recipients():
            return
        try:
            send_by(mailbox, message)
        except (NotSent, PerhapsSent) as error:
            raise Refusal(_("The mail could not be sent. %(reason)s") % {"reason": error}) from error


def _written(mailbox: Mailbox, message) -> bytes:
    if not message.from_email:
        name = mailbox.name.replace('"', "'")
        message.from_email = f'"{name}" <{mailbox.address}>'
    headers = {**_HEADERS, "Message-ID": f"<{secrets.token_hex(16)}@{mailbox.address.rpartition('@')[2]}>"}
    message.extra_headers = {**headers, **message.extra_headers}
    return message.message(policy=_POLICY).as_bytes()

"""Turns what an invented customer writes into the mail that a server would hand over."""

from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from ancora.conversations.identities import NOWHERE
from ancora.desk.examples.story import Example, Step, content_of


def mail_of(example: Example, step: Step, *, message_id: str, at: datetime, answers: str = "") -> bytes:
    """`answers`: the Message-ID (without angle brackets) of what it answers."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = Address(example.name, addr_spec=example.address)
    mail["To"] = Address(addr_spec=NOWHERE)
    mail["Subject"] = f"Re: {example.subject}" if answers else example.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{message_id}>"
    if answers:
        mail["In-Reply-To"] = mail["References"] = f"<{answers}>"
    mail.set_content(step.text.strip() + "\n")
    if step.file:
        mail.add_attachment(content_of(step.file), maintype="image", subtype="png", filename=step.file)
    return mail.as_bytes()

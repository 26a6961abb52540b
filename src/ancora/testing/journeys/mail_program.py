"""A customer's mail program: writes by SMTP, reads by IMAP, and answers as mail programs do."""

import email
import email.policy
import itertools
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

from ancora.conversations.channels.email.tests.living import until

_numbers = itertools.count(1)


class MailProgram:
    """The mailbox of one person at customer.example."""

    def __init__(self, dovecot, postfix, *, name: str, nick: str) -> None:
        self._dovecot, self._postfix = dovecot, postfix
        self.name, self.address = name, f"{nick}{next(_numbers)}@customer.example"

    def write(self, *, to: str, subject: str, text: str, **headers) -> EmailMessage:
        """Sends a new mail and gives it as it left."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = f"{self.name} <{self.address}>", to, subject
        mail["Date"], mail["Message-ID"] = formatdate(localtime=True), make_msgid(domain="customer.example")
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        self._postfix.send(mail, to=to, sender=self.address)
        return mail

    def answer(self, mail: EmailMessage, text: str) -> EmailMessage:
        """Answers to where the mail wants its answers, quoting it, with the headers of RFC 5322, 3.6.4."""
        subject = mail["Subject"] if mail["Subject"].lower().startswith("re:") else f"Re: {mail['Subject']}"
        quoted = "\n".join(f"> {line}" for line in text_of(mail).splitlines())
        return self.write(
            to=(mail["Reply-To"] or mail["From"]).addresses[0].addr_spec,
            subject=subject,
            text=f"{text}\n\nOn Monday, {mail['From']} wrote:\n{quoted}\n",
            In_Reply_To=mail["Message-ID"],
            References=f"{mail['References'] or ''} {mail['Message-ID']}".strip(),
        )

    def inbox(self) -> list[EmailMessage]:
        """Everything received, the oldest first."""
        return [
            email.message_from_bytes(raw, policy=email.policy.default) for _, raw in self._dovecot.inbox(self.address)
        ]

    def received(self, count: int, *, seconds: float = 15) -> list[EmailMessage]:
        """Waits until there are `count` mails."""
        return until(lambda: len(mails := self.inbox()) >= count and mails, seconds)


def text_of(mail: EmailMessage) -> str:
    return mail.get_body(("plain",)).get_content()


def thread_of(mail: EmailMessage) -> list[str]:
    """The Message-IDs a mail program puts it under, root first, and its own at the end."""
    return [*(mail["References"] or "").split(), mail["Message-ID"]]

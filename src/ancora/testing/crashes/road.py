"""The road that every run goes: which mails come in, and what they must have become at its end."""

from dataclasses import dataclass
from email.message import EmailMessage

SUPPORT, BILLING = "support@shop.example", "billing@shop.example"
CARLA, DARIO, ERICA, FRANCA = (f"{name}@customer.example" for name in ("carla", "dario", "erica", "franca"))
# Enough for a part of its own in the store, and binary.
PICTURE = bytes(range(256)) * 40


@dataclass(frozen=True, slots=True)
class Place:
    """Where one run happens: its database, its home, the names of its mailboxes on the servers, the ports."""

    number: int
    dsn: str
    home: str
    imap_port: int
    postfix_port: int
    peer_port: int

    def at_server(self, address: str) -> str:
        """The mailbox on the mail server that stands for `address` in this run."""
        return f"run{self.number}-{address}"


def earlier() -> EmailMessage:
    """What was there before: its answer is on the way when the worker starts."""
    return _mail("earlier", CARLA, SUPPORT, "My kettle leaks")


def waiting(address: str, place: Place) -> list[EmailMessage]:
    """What lies in a mailbox when the worker starts."""
    both = _mail("both", FRANCA, f"{SUPPORT}, {BILLING}", "To whom it may concern")
    both["Delivered-To"] = address
    if address == BILLING:
        return [_mail("question", place.at_server(DARIO), BILLING, "Which invoice is right?"), both]
    new = _mail("new", ERICA, SUPPORT, "Where is my order?")
    picture = _mail("picture", DARIO, SUPPORT, "It looks like this")
    picture.add_attachment(PICTURE, maintype="image", subtype="png", filename="kettle.png")
    return [new, picture, both, new]


def answer(reply_to: str) -> EmailMessage:
    """Comes while the worker waits, and finds its conversation by the token in the address alone."""
    return _mail("answer", CARLA, reply_to, "Thank you")


# Message-ID → times it arrived.
ARRIVED = {"earlier": 1, "question": 1, "both": 2, "new": 2, "picture": 1, "answer": 1}
CASES = 5
ATTACHMENTS = 1
OUTGOING = 2


def proof(message_id: str, sender: str, to: str) -> EmailMessage:
    """An answer of whoever got a message: evidence that it was sent."""
    mail = _mail(f"proof-{message_id}", sender, to, "Re: I have it")
    mail["In-Reply-To"] = f"<{message_id}>"
    return mail


def _mail(name: str, sender: str, to: str, subject: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Message-ID"] = f"<{name}@customer.example>" if "@" not in name else f"<{name}>"
    mail["Date"] = "Mon, 05 Oct 2026 10:00:00 +0200"
    mail.set_content(f"{subject}, said {sender}.\n")
    return mail

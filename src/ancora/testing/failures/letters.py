"""Mails as the customers of these tests write them."""

from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from ancora.platform import clock

CARLA, DARIO = "Carla Riva <carla@customer.example>", "Dario Neri <dario@customer.example>"


def letter(subject: str, text: str = "It leaks again.", sender: str = CARLA, **headers) -> EmailMessage:
    """A mail with a Message-ID of its own; further headers by name, `In_Reply_To` for example."""
    mail = EmailMessage()
    mail["From"], mail["Subject"] = sender, subject
    named = {"To": "support@shop.example", "Message-ID": make_msgid(domain="customer.example")}
    named |= {"Date": format_datetime(clock.now())}
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in named.items():
        if value is not None:
            mail[name] = value
    mail.set_content(text)
    return mail

"""The website of the demo company, with its chat."""

import base64
import hmac
import json

from ancora.conversations.chats.commands.accounts import save_chat
from ancora.conversations.chats.queries import KIND
from ancora.conversations.models import ChannelAccount, Mailbox
from ancora.customers.models import Handle, HandleKind
from ancora.platform import clock
from ancora.platform.accounts.commands import change_organisation
from ancora.platform.accounts.models import Organisation
from ancora.platform.events.actors import SYSTEM

MOST_PEOPLE = 3
HOUR = 3600
GREETINGS = {
    "en": "Good day, this is Torrefazione Lume. What is it about?",
    "it": "Buongiorno, qui Torrefazione Lume. Di che cosa si tratta?",
}


def chat_of_website() -> ChannelAccount | None:
    """The one it shows; None when an administrator has switched all off."""
    return ChannelAccount.objects.filter(kind=KIND, is_active=True).order_by("id").first()


def open_chat() -> ChannelAccount:
    """The chat of the website, made when there was never one."""
    if found := ChannelAccount.objects.filter(kind=KIND).order_by("id").first():
        return found
    # Whoever looks at the demo in the evening wants to chat all the same.
    hours = {"is_always_open": True}
    settings = {"sites": [], "title": "Torrefazione Lume", "hue": 35, "side": "end", "greetings": GREETINGS}
    settings |= {"phone": "+39 040 5550 140", **hours}
    chat = ChannelAccount(name="Website", mailbox=Mailbox.objects.order_by("id").first(), settings=settings)
    return save_chat(chat, actor=SYSTEM)


def be_found_at(port: int) -> None:
    """Links in mails of the company lead to this port of the machine; where its address was changed by hand, there."""
    organisation, here = Organisation.objects.get(), "http://localhost:"
    known = organisation.public_address
    if known != f"{here}{port}" and (not known or known.startswith(here)):
        organisation.public_address = f"{here}{port}"
        change_organisation(organisation, actor=SYSTEM)


def customers() -> list[Handle]:
    """Some who have an account at the website."""
    found = Handle.objects.filter(kind=HandleKind.EMAIL).select_related("customer").order_by("customer_id", "id")
    return list(found.distinct("customer_id")[:MOST_PEOPLE])


def identity(chat: ChannelAccount, customer: Handle) -> str:
    """What the website's server says of who is signed in, as `docs/chat-on-a-website.md` shows it."""
    head = {"alg": "HS256", "typ": "JWT"}
    claims = {
        "sub": f"customer-{customer.customer_id}",
        "name": customer.customer.name,
        "email": customer.value,
        "email_verified": True,
        "exp": int(clock.now().timestamp()) + HOUR,
    }
    signed = f"{_part(json.dumps(head).encode())}.{_part(json.dumps(claims).encode())}"
    return f"{signed}.{_part(hmac.digest(chat.secret.encode(), signed.encode(), 'sha256'))}"


def _part(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

"""A link in a mail brings a visitor back into the chat, at whatever browser, and proves whose address it is."""

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing
from django.db import transaction
from django.utils.translation import gettext as _

from ancora.conversations.chats.commands.begin import one_at_a_time
from ancora.conversations.chats.queries import account_in_use
from ancora.conversations.chats.visitors import NoVisitor, Standing, digest_of, is_token, standing_of
from ancora.conversations.models import ChannelAccount, ChatVisitor, Conversation
from ancora.customers.commands import add_handle, verify_handle
from ancora.customers.models import Handle, HandleKind, Verification
from ancora.customers.queries import handle_of, normal_address
from ancora.platform import clock
from ancora.platform.accounts.queries import current_organisation
from ancora.platform.errors import Refusal
from ancora.platform.events.actors import SYSTEM
from ancora.platform.keys import KeyChanged

VALID = timedelta(days=7)
_PURPOSE = "chat-return"


@dataclass(frozen=True, slots=True)
class CameBack:
    """The visitor as it stands now, and the handle of the address it has proved."""

    standing: Standing
    handle: Handle


def return_link(conversation: Conversation, address: str, *, language: str) -> str:
    """Where whoever gets mail at `address` goes on in the chat; empty where we do not know our own public address, or
    nobody chats there any more. It is good for a week, and to be sent to that address alone."""
    account = conversation.account
    visitors = ChatVisitor.objects.filter(conversation=conversation, blocked_at=None)
    visitor = visitors.filter(email=normal_address(address)).order_by("-seen_at").first() or visitors.last()
    if visitor is None or account is None or not account.is_active:
        return ""
    return link_with(account, ticket_of(visitor, address), language=language)


def link_with(account: ChannelAccount, ticket: str, *, language: str) -> str:
    """Where a ticket is taken; empty where we do not know our own public address, or that of the chat."""
    public = current_organisation().public_address.rstrip("/")
    if not public:
        return ""
    try:
        return f"{public}/chat/{account.token}/?lang={language}&back=1#{ticket}"
    except KeyChanged:
        return ""


def ticket_of(visitor: ChatVisitor, address: str) -> str:
    """What stands in the link."""
    ends = int((clock.now() + VALID).timestamp())
    return signing.dumps([visitor.pk, normal_address(address), ends], salt=_PURPOSE, compress=True)


@transaction.atomic
def come_back(account_token: str, visitor_token: str, *, ticket: str) -> CameBack:
    """The browser with this token, which is a new one, is in the conversation of the ticket; the address is its
    customer's, and proved. The browser that typed the address has proved nothing by that: it stays what it was. Again
    with the same token it changes nothing. `Refusal` for a ticket that is wrong or too old, `NoVisitor` where there is
    no such chat."""
    account = account_in_use(account_token)
    if not is_token(visitor_token):
        raise Refusal(_("The browser did not say who it is. Load the page again."))
    visitor_id, address = _read(ticket)
    one_at_a_time(visitor_token)
    origin = _origin(account, visitor_id)
    handle = _proved(origin, address)
    if not ChatVisitor.objects.filter(token_digest=digest_of(visitor_token)).exists():
        _join(origin, visitor_token, handle, address)
    return CameBack(standing_of(account_token, visitor_token), handle)


def _read(ticket: str) -> tuple[int, str]:
    try:
        visitor_id, address, ends = signing.loads(ticket[:2000], salt=_PURPOSE)
    except (signing.BadSignature, ValueError):
        raise Refusal(_("This link is not whole. Open it from the mail once more.")) from None
    if ends < clock.now().timestamp():
        raise Refusal(_("This link is older than a week. Answer the mail, or write here."))
    return visitor_id, address


def _origin(account: ChannelAccount, visitor_id: int) -> ChatVisitor:
    """Whose link it is, held: whoever blocks them waits for us, or we for them."""
    known = ChatVisitor.objects.select_for_update(of=("self",), no_key=True)
    known = known.select_related("handle__customer", "conversation__customer")
    origin = known.filter(pk=visitor_id, account=account, blocked_at=None, conversation__isnull=False).first()
    if origin is None:
        raise NoVisitor(_("This chat is not known here any more. Begin a new one."))
    return origin


def _proved(origin: ChatVisitor, address: str) -> Handle:
    """Whoever opens the link reads the mail of that address."""
    handle = handle_of(HandleKind.EMAIL, address)
    if handle is None:
        customer = origin.conversation.customer
        return add_handle(customer, HandleKind.EMAIL, address, verification=Verification.STRONG, actor=SYSTEM)
    verify_handle(handle, method="link", actor=SYSTEM)
    return handle


def _join(origin: ChatVisitor, visitor_token: str, handle: Handle, address: str) -> None:
    now = clock.now()
    # Whom the website vouches for stays that person.
    own = handle if origin.handle.kind == HandleKind.BROWSER else origin.handle
    ChatVisitor.objects.create(
        account_id=origin.account_id,
        token_digest=digest_of(visitor_token),
        handle=own,
        name=origin.name,
        email=address,
        language=origin.language,
        conversation_id=origin.conversation_id,
        began_at=now,
        seen_at=now,
    )

"""A link made in the chat brings its visitor to another device as well. It proves nothing of anybody: who comes by it
is who made it, and no more."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from ancora.conversations.chats.commands.begin import one_at_a_time
from ancora.conversations.chats.queries import account_in_use
from ancora.conversations.chats.visitors import Standing, TooQuick, digest_of, is_token, standing_of
from ancora.conversations.chats.words import topic_of
from ancora.conversations.models import ChannelAccount, ChatVisitor, DeviceLink
from ancora.platform import clock
from ancora.platform.errors import Refusal
from ancora.platform.http.pace import count
from ancora.platform.live.lines import tell

VALID = timedelta(minutes=10)
MOST_A_MINUTE = 6


@transaction.atomic
def make_device_link(account_token: str, visitor_token: str) -> str:
    """The ticket of the link: good for ten minutes and for one device; one that was made before is good no more.
    `TooQuick` for more than six in a minute."""
    standing = standing_of(account_token, visitor_token, is_held=True)
    if standing.conversation_id is None:
        raise Refusal(_("There is nothing to go on with yet. Write a first line."))
    if count(f"chat-link:{standing.visitor_id}") > MOST_A_MINUTE:
        raise TooQuick(60)
    ticket = secrets.token_urlsafe(16)
    made = {"digest": digest_of(ticket), "until": clock.now() + VALID}
    DeviceLink.objects.update_or_create(visitor_id=standing.visitor_id, defaults=made)
    return ticket


@transaction.atomic
def go_on_here(account_token: str, visitor_token: str, *, ticket: str) -> Standing:
    """The browser with this token, which is a new one, is in the conversation too; the other devices are told. Again
    with the same token it changes nothing. `Refusal` for a ticket that was used, replaced, is too old or none."""
    account = account_in_use(account_token)
    if not is_token(visitor_token):
        raise Refusal(_("The browser did not say who it is. Load the page again."))
    one_at_a_time(visitor_token)
    if not ChatVisitor.objects.filter(token_digest=digest_of(visitor_token)).exists():
        _join(_use(account, ticket), visitor_token)
    return standing_of(account_token, visitor_token)


def _use(account: ChannelAccount, ticket: str) -> ChatVisitor:
    """Whose link it is, held: two who come at once take turns, and so does whoever blocks the visitor."""
    links = DeviceLink.objects.filter(digest=digest_of(ticket), until__gt=clock.now())
    held = ChatVisitor.objects.select_for_update(no_key=True).filter(account=account, pk__in=links.values("visitor"))
    origin = held.filter(blocked_at=None, conversation__isnull=False).first()
    if origin is None or not links.filter(visitor=origin).delete()[0]:
        raise Refusal(_("This link is not good any more. Make a new one in the chat where you began."))
    return origin


def _join(origin: ChatVisitor, visitor_token: str) -> None:
    now = clock.now()
    ChatVisitor.objects.create(
        account_id=origin.account_id,
        token_digest=digest_of(visitor_token),
        handle_id=origin.handle_id,
        name=origin.name,
        email=origin.email,
        language=origin.language,
        conversation_id=origin.conversation_id,
        began_at=now,
        seen_at=now,
    )
    # Whoever did not open it themselves learns of it.
    with override(origin.language or None):
        words = _("Another device has joined this conversation by the link that was made here.")
    tell(topic_of(origin.conversation_id), {"kind": "joined", "words": words})

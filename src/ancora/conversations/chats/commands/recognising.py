"""A visitor is known better than before: by what the website says, or by an address it leaves."""

from django.db import transaction
from django.utils.translation import gettext as _

from ancora.conversations.chats.commands.begin import Introduction, hold_all, meet, one_at_a_time, plain
from ancora.conversations.chats.commands.introducing import value_of
from ancora.conversations.chats.keys import keys_of
from ancora.conversations.chats.queries import account_in_use
from ancora.conversations.chats.signed import person_of
from ancora.conversations.chats.visitors import Standing, digest_of, is_token, standing_of
from ancora.conversations.models import ChannelAccount, ChatVisitor
from ancora.customers.models import HandleKind
from ancora.customers.queries import handle_of
from ancora.platform.errors import Refusal


@transaction.atomic
def recognise(account_token: str, visitor_token: str, *, identity: str, language: str = "") -> Standing | None:
    """The visitor as the website vouches for it, with the conversation it has. A browser nobody knows is made known
    only where that person has a conversation; else None, and nothing is kept. `NotSigned` for an identity that proves
    nothing, `NoVisitor` where no such account is in use."""
    account = _account(account_token, visitor_token)
    person, said = person_of(identity, *keys_of(account).believed), plain(Introduction(language=language))
    one_at_a_time(visitor_token)
    hold_all(account, visitor_token, person)
    if not _is_known(account, visitor_token):
        handle = handle_of(HandleKind.USER, value_of(account, person))
        theirs = ChatVisitor.objects.filter(account=account, handle=handle, conversation__isnull=False)
        if handle is None or not theirs.exists():
            return None
    meet(account, visitor_token, said, person)
    return standing_of(account_token, visitor_token)


@transaction.atomic
def leave_address(account_token: str, visitor_token: str, *, email: str, name: str = "") -> str:
    """The visitor may be written to there as well; the address as it is kept. It proves nothing. `NoVisitor` where
    nobody is known by the token; `Refusal` for what is no address."""
    account = _account(account_token, visitor_token)
    said = plain(Introduction(name=name, email=email))
    if not said.email:
        raise Refusal(_("Write your e-mail address."))
    one_at_a_time(visitor_token)
    standing_of(account_token, visitor_token)
    meet(account, visitor_token, said, None)
    return said.email


def _account(account_token: str, visitor_token: str) -> ChannelAccount:
    account = account_in_use(account_token)
    if not is_token(visitor_token):
        raise Refusal(_("The browser did not say who it is. Load the page again."))
    return account


def _is_known(account: ChannelAccount, visitor_token: str) -> bool:
    return ChatVisitor.objects.filter(account=account, token_digest=digest_of(visitor_token)).exists()

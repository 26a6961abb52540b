"""Of whom a sum is asked."""

from ancora.conversations.chats.queries import account_in_use
from ancora.conversations.chats.visitors import NoVisitor, standing_of
from ancora.conversations.models import ChannelAccount
from ancora.platform.http.pace import count, counted_lately
from ancora.selfservice.blocked import is_of_blocked
from ancora.selfservice.proof.challenge import Unproved, challenge_for, is_solved

OFF, AUTOMATIC, ALWAYS = "off", "automatic", "always"
# Beginnings of an account in a minute; one agent answers some thirty chats in an hour.
ABOVE = 60


def demand_proof(account_token: str, visitor_token: str, *, address: str, is_vouched: bool, proof: str) -> None:
    """`Unproved`, with a sum to do, for a browser that nobody knows while more begin than the account allows, or where
    somebody at its address was just blocked; not of whom the website vouches for, and of nobody where the account wants
    none. `Blocked`, `Closed`; `NoVisitor`
    where there is no such chat."""
    if is_vouched or _is_known(account_token, visitor_token):
        return
    account = account_in_use(account_token)
    if proof and is_solved(account.pk, visitor_token, proof):
        return
    if _is_demanded(account, address):
        raise Unproved(challenge_for(account.pk, visitor_token))


def _is_known(account_token: str, visitor_token: str) -> bool:
    try:
        standing_of(account_token, visitor_token)
    except NoVisitor:
        return False
    return True


def is_crowded(account: ChannelAccount) -> bool:
    """Whether more chats begin just now than the account calls usual, and a sum is asked for because of that."""
    above = account.settings.get("proof_above") or ABOVE
    return _mode(account) == AUTOMATIC and counted_lately(_name(account)) > above


def _is_demanded(account: ChannelAccount, address: str) -> bool:
    """Whoever comes without a solution is counted, so that it stays so while they do."""
    mode = _mode(account)
    if mode == AUTOMATIC:
        count(_name(account))
        return is_of_blocked(address) or is_crowded(account)
    return mode == ALWAYS


def _mode(account: ChannelAccount) -> str:
    return account.settings.get("proof") or AUTOMATIC


def _name(account: ChannelAccount) -> str:
    return f"chat-new:{account.pk}"

"""The keys with which a website signs who its people are: the newest, and for a week the one before it, so that the
website can change to the new one without a gap."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ancora.conversations.models import ChannelAccount
from ancora.platform import clock

OVERLAP = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ChatKeys:
    """`older`: the one before, empty where there is none that is still believed; `until`: when that ends."""

    newest: str
    older: str = ""
    until: datetime | None = None

    @property
    def believed(self) -> tuple[str, ...]:
        return (self.newest, self.older) if self.older else (self.newest,)


def keys_of(account: ChannelAccount, *, now: datetime | None = None) -> ChatKeys:
    """As they are now, or at `now`; `KeyChanged` where they were encrypted with another key of this installation."""
    newest, *rest = account.secret.split("\n")
    if not rest:
        return ChatKeys(newest)
    older, _space, until = rest[0].rpartition(" ")
    ends = datetime.fromtimestamp(int(until), UTC)
    return ChatKeys(newest, older, ends) if (now or clock.now()) < ends else ChatKeys(newest)


def kept(newest: str, older: str = "") -> str:
    """How they stand in `secret`: the date of the older one is in it, so that no form can lose it."""
    return f"{newest}\n{older} {int((clock.now() + OVERLAP).timestamp())}" if older else newest

"""What a channel gives the contract suite to try it with: `SAMPLES` in `channels/<kind>/tests/samples.py`."""

from contextlib import AbstractContextManager
from typing import Any, Protocol

from django.test import Client

from ancora.conversations.channels.contract import Capabilities, Outbound
from ancora.conversations.models import Outgoing


class Peer(Protocol):
    """The other side: a real server on loopback, or, where it is our own store, a page that fetches from it. `taken`
    holds what it has, once each, by the text in it."""

    @property
    def taken(self) -> list[str]: ...

    def answering(self, manner: str) -> AbstractContextManager[None]:
        """How it answers one attempt inside of the block: later, refused, or broken (it reads all of it and hangs
        up)."""


class Samples(Protocol):
    """How a channel is knocked at, and who answers."""

    def account(self) -> Any:
        """A stored account of the channel, as an administrator makes one."""

    def deliver(self, client: Client, account: Any, *, text: str, key: str) -> int:
        """Post a message of a customer through the channel's own door; the HTTP status."""

    def forgeries(self, client: Client, account: Any) -> dict[str, int]:
        """Posts that are not proved, by what is wrong with each; the HTTP status of each."""

    def riddle(self, client: Client, account: Any) -> int:
        """Post something that is proved and that nobody can understand; the HTTP status."""

    def raw(self) -> bytes:
        """A message as it is kept."""

    def outbound(self, **changes: Any) -> Outbound:
        """A message of ours that the channel carries."""

    def tight(self) -> Capabilities:
        """The channel where it is at its narrowest: 20 characters, 1 file of 10 bytes, a window of an hour; what it
        does not limit stays without limit."""

    def peer(self) -> AbstractContextManager[Peer]:
        """The other side, listening."""

    def answer(self, peer: Peer, account: Any, author: Any, text: str) -> Outgoing:
        """An answer of an agent on its way to that peer."""

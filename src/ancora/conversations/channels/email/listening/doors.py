"""Where to listen and whom to trust, as the environment says it."""

import ipaddress
from dataclasses import dataclass
from pathlib import Path

type Network = ipaddress.IPv4Network | ipaddress.IPv6Network
UNIX = "unix:"


@dataclass(frozen=True, slots=True)
class Door:
    """kind: smtp or lmtp · host, port: where on the network, or else `path`: the socket file."""

    kind: str
    host: str = ""
    port: int = 0
    path: str = ""

    @classmethod
    def read(cls, kind: str, text: str) -> "Door":
        """From `127.0.0.1:2525`, `[::1]:2525` or `unix:/run/ancora/lmtp`; `ValueError` says what is wrong with it."""
        if text.startswith(UNIX):
            if not (path := text.removeprefix(UNIX)).startswith("/"):
                raise ValueError("after unix: the whole path of a socket file belongs, from / on")
            return cls(kind, path=path)
        host, colon, port = text.rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        if not colon or not port.isdecimal() or not 0 <= int(port) <= 65535:
            raise ValueError("it has no port")
        try:
            return cls(kind, host=str(ipaddress.ip_address(host)), port=int(port))
        except ValueError:
            raise ValueError(f"{host!r} is no IP address") from None

    @property
    def is_here_only(self) -> bool:
        """Reached from this machine alone."""
        return bool(self.path) or ipaddress.ip_address(self.host).is_loopback

    def __str__(self) -> str:
        if self.path:
            return UNIX + self.path
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Rules:
    """trusted: networks whose hosts may hand mail over · largest: bytes a mail may have · certificate, key: files
    for STARTTLS, or neither."""

    trusted: tuple[Network, ...]
    largest: int
    certificate: Path | None = None
    key: Path | None = None

    def trusts(self, peer: object) -> bool:
        """`peer` is what a socket calls the other end; one without an address came through a socket file."""
        if not isinstance(peer, tuple):
            return True
        address = ipaddress.ip_address(peer[0].partition("%")[0])
        address = getattr(address, "ipv4_mapped", None) or address
        return any(address in network for network in self.trusted)


def networks(text: str) -> tuple[Network, ...]:
    """From `127.0.0.0/8 10.1.2.3`; `ValueError` names the word that is none."""
    found = []
    for word in text.replace(",", " ").split():
        try:
            found.append(ipaddress.ip_network(word))
        except ValueError:
            raise ValueError(word) from None
    return tuple(found)

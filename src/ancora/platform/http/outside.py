"""Asks web servers of strangers for something, without becoming their way into our own network.

An address of a stranger may name a machine behind our firewall, may name a public one when it is looked at and a
private one when it is used, and may send us on to either. So: the name is resolved once, every address it has must be
public, and the connection goes to the very address that was checked, anew at each redirect. No cookies, no
referrer, no proxy of the environment, nothing expanded; bytes and seconds are limited, whatever the server does.
"""

import contextlib
import functools
import ipaddress
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import httpcore
import httpx

type IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
AGENT = "Ancora"
MOST_REDIRECTS = 3
# Others below 1024 belong to services that are no web servers.
WEB_PORTS = (80, 443)
DNS_SECONDS, STEP_SECONDS = 3.0, 5.0
# Of a cloud's machines, not of the public although their addresses look so.
INTERNAL = frozenset({ipaddress.ip_address("168.63.129.16")})
# Its addresses carry an IPv4 address that is really meant (RFC 6052).
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_permitted: set[str] = set()


class OutsideTrouble(Exception):
    """Nothing was got. `reason`: bad_address, private, unreachable, too_slow, too_large, refused or encoded."""

    def __init__(self, reason: str, words: str = ""):
        super().__init__(f"{reason}: {words}" if words else reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Got:
    """What a server gave: `address` is where it was after all redirects."""

    content: bytes
    content_type: str
    address: str


@dataclass(frozen=True, slots=True)
class Answered:
    """What a server says to what it was given."""

    status: int
    headers: Mapping[str, str]


def get(address: str, *, most_bytes: int, seconds: float, resolve: Callable[[str], list[str]] | None = None) -> Got:
    """The body behind an http or https address, in at most so many bytes and seconds; else `OutsideTrouble`."""
    with _asking(seconds, resolve) as client:
        for _ in range(MOST_REDIRECTS + 1):
            _check(address)
            with client.stream("GET", address, headers=_HEADERS) as answer:
                if answer.next_request is None:
                    return _read(answer, address, most_bytes)
                address = urljoin(address, answer.headers["Location"])
            client.cookies.clear()
    raise OutsideTrouble("refused", "too many redirects")


def post(
    address: str,
    content: bytes,
    *,
    headers: Mapping[str, str],
    seconds: float,
    resolve: Callable[[str], list[str]] | None = None,
) -> Answered:
    """Give something to an http or https address, and hear in so many seconds what becomes of it: no redirect is
    followed, and no body read; else `OutsideTrouble`."""
    with _asking(seconds, resolve) as client:
        _check(address)
        with client.stream("POST", address, content=content, headers={**_HEADERS, **headers}) as answer:
            return Answered(answer.status_code, answer.headers)


def is_permitted(host: str) -> bool:
    """Whether a test permits this address although it is not public."""
    return host in _permitted


def is_public(address: IpAddress) -> bool:
    """Whether an address belongs to the open internet, also the one inside of an IPv6 address."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped
        if inner is None and address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.scope_id:
            return False
    is_other = address.is_multicast or address.is_reserved or address.is_unspecified or address in INTERNAL
    return address.is_global and not is_other


@contextlib.contextmanager
def permitting(*addresses: str) -> Iterator[None]:
    """Inside of this block these addresses may be reached too: for tests, whose servers are on loopback."""
    _permitted.update(addresses)
    try:
        yield
    finally:
        _permitted.difference_update(addresses)


def resolved(host: str) -> list[str]:
    """Every address of a host name, by DNS; `OutsideTrouble` when there is none or nobody answers in time."""
    import dns.exception
    import dns.resolver

    try:
        return list(dns.resolver.resolve_name(host, lifetime=DNS_SECONDS).addresses())
    except dns.exception.Timeout as error:
        raise OutsideTrouble("too_slow", str(error)) from error
    except (dns.exception.DNSException, OSError, ValueError) as error:
        raise OutsideTrouble("unreachable", str(error)) from error


@contextlib.contextmanager
def _asking(seconds: float, resolve: Callable[[str], list[str]] | None) -> Iterator[httpx.Client]:
    backend = _GuardedBackend(time.monotonic() + seconds, resolve or resolved)
    try:
        with httpx.Client(transport=_GuardedTransport(backend), trust_env=False, timeout=STEP_SECONDS) as client:
            yield client
    except httpx.TimeoutException as error:
        raise OutsideTrouble("too_slow", str(error)) from error
    except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, UnicodeError) as error:
        raise OutsideTrouble("unreachable", str(error)) from error


_HEADERS = {"User-Agent": AGENT, "Accept": "*/*", "Accept-Encoding": "identity", "Connection": "close"}


def _check(address: str) -> None:
    try:
        parts = urlsplit(address)
    except ValueError as error:
        raise OutsideTrouble("bad_address", str(error)) from error
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or parts.username or parts.password:
        raise OutsideTrouble("bad_address")


def _read(answer: httpx.Response, address: str, most_bytes: int) -> Got:
    if not answer.is_success:
        raise OutsideTrouble("refused", str(answer.status_code))
    # What is packed may unpack to anything.
    if answer.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise OutsideTrouble("encoded")
    length = answer.headers.get("Content-Length", "0")
    if length.isdecimal() and int(length[:20]) > most_bytes:
        raise OutsideTrouble("too_large")
    content = bytearray()
    for piece in answer.iter_raw():
        content += piece
        if len(content) > most_bytes:
            raise OutsideTrouble("too_large")
    return Got(bytes(content), answer.headers.get("Content-Type", ""), address)


@functools.cache
def _trusted() -> ssl.SSLContext:
    # 40 ms to make.
    return httpx.create_ssl_context(trust_env=False)


class _GuardedTransport(httpx.HTTPTransport):
    """httpx's own, over a network that was looked at first."""

    def __init__(self, backend: httpcore.NetworkBackend):
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trusted(), max_connections=1, max_keepalive_connections=0, network_backend=backend
        )


class _GuardedBackend(httpcore.NetworkBackend):
    def __init__(self, deadline: float, resolve: Callable[[str], list[str]]):
        self._deadline, self._resolve, self._network = deadline, resolve, httpcore.SyncBackend()

    def connect_tcp(self, host, port, timeout=None, local_address=None, socket_options=None):
        if port not in WEB_PORTS and port < 1024:
            raise OutsideTrouble("bad_address", f"port {port}")
        trouble: Exception = OutsideTrouble("unreachable")
        for address in self._checked(host):
            try:
                stream = self._network.connect_tcp(
                    str(address), port, _left(self._deadline, timeout), None, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                trouble = error
                continue
            return _TimedStream(stream, self._deadline)
        raise trouble

    def _checked(self, host: str) -> list[IpAddress]:
        """The addresses of a host; one that is not public spoils them all."""
        host = host.strip("[]")
        try:
            addresses = [ipaddress.ip_address(host)]
        except ValueError:
            addresses = [ipaddress.ip_address(one) for one in self._resolve(host)]
        if not all(str(one) in _permitted or is_public(one) for one in addresses):
            raise OutsideTrouble("private")
        return addresses


class _TimedStream(httpcore.NetworkStream):
    """A connection that ends with its deadline, however slowly the other side drips."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float):
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes, timeout=None):
        return self._stream.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer, timeout=None):
        self._stream.write(buffer, _left(self._deadline, timeout))

    def close(self):
        self._stream.close()

    def start_tls(self, ssl_context, server_hostname=None, timeout=None):
        stream = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline, timeout))
        return _TimedStream(stream, self._deadline)

    def get_extra_info(self, info):
        return self._stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is up")
    return min(left, timeout or left)

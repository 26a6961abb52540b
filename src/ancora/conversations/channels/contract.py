"""What Ancora and a channel say to each other: plain values, and the one class that a new channel writes.

What always holds, whatever the channel (`tests/test_contract.py` tries it with every one):

 1. What is delivered is proved, kept as it came, committed, and only then acknowledged; it is read afterwards. Of a
    live channel it is read at once, at a door of its own, and what it says is committed before whoever waits is told.
 2. The same delivery again, or the same message in another one, has no further effect.
 3. What cannot be understood is kept for a person; on a live channel whoever sent it is told so at once, in words, and
    has it still. What is not proved leaves nothing behind.
 4. `verify`, `parse` and `render` are pure: no clock, no network, no database; what they need is given to them.
 5. Nothing is cut to fit: what a channel cannot carry is refused in words, before anything is queued.
 6. A message has one attempt to send at a time. `begin` is committed before the first byte that can have an effect:
    a crash before it leaves the message queued, one after it leaves it unknown.
 7. What is unknown is sent again only where the other side knows the same key again (`is_idempotent`).
 8. What becomes of a message only grows: accepted, failed, delivered, read, in whatever order receipts come.
 9. A handle proves as much as its channel says and no more; only proved ones join customers.
10. What a program wrote is never answered by a program.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Protocol


class Proof(StrEnum):
    """How far a handle proves whose it is: anybody may have typed it, it was seen there, its owner was asked."""

    NONE = "none"
    WEAK = "weak"
    STRONG = "strong"


class ReceiptKind(StrEnum):
    """What the other side says of a message of ours."""

    FAILED = "failed"
    DELIVERED = "delivered"
    READ = "read"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLimits:
    """How many files a message may have, and how many bytes they may have together, and each, where that is less."""

    most: int
    most_bytes: int
    most_bytes_each: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a channel can do.

    `is_live`: both sides are there at the same time, and a post is answered with what it did ·
    `carries_html`: else words only · `most_characters`, `files`, `window`: None for no limit, no files, no limit ·
    `window`: we may write so long after the customer last wrote ·
    `may_begin`: we may write first · `receipts`: what it tells of our messages · `shows_typing`: each side sees that
    the other one writes · `handles`: the kinds by which it knows people, with what each proves by itself ·
    `is_idempotent`: the same key sent twice has effect once.
    """

    handles: Mapping[str, Proof]
    is_live: bool = False
    carries_html: bool = False
    most_characters: int | None = None
    files: FileLimits | None = None
    window: timedelta | None = None
    may_begin: bool = False
    receipts: frozenset[ReceiptKind] = frozenset()
    shows_typing: bool = False
    is_idempotent: bool = False


@dataclass(frozen=True, slots=True)
class Posted:
    """What somebody posted to us: the raw body, and the headers by their names in lower case."""

    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Proved:
    """A delivery that comes from the other side: what is kept of it, and the key under which it is kept once."""

    key: str
    raw: bytes


@dataclass(frozen=True, slots=True)
class Writer:
    """Who wrote: a handle as `Capabilities.handles` names its kind, and how far it is proved this time. `address`: what
    answers are addressed to, where that is not the handle."""

    kind: str
    value: str
    name: str = ""
    proof: Proof = Proof.WEAK
    address: str = ""


@dataclass(frozen=True, slots=True)
class ChannelFile:
    filename: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundMessage:
    """A message that came. `key`: the other side's own name for it, the same whenever it is told · `thread_key`: what
    the other side calls the conversation; empty: the channel finds conversations by other means · `reply_to`: the key
    of the message it answers · `auto`: why no person wrote it (`auto_reply`), else empty."""

    key: str
    thread_key: str = ""
    writer: Writer
    text: str
    subject: str = ""
    files: tuple[ChannelFile, ...] = ()
    sent_at: datetime | None = None
    reply_to: str = ""
    language: str = ""
    auto: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundReceipt:
    """What became of a message of ours: `key` is the one it was sent with."""

    key: str
    kind: ReceiptKind
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outbound:
    """A message that is to leave. `key`: its own, the same at every attempt · `thread_key`, `to`: the conversation and
    the handle as the other side calls them · `reply_to`: the key of the message it answers · `last_heard_at`: when the
    customer last wrote there; None: never. A channel that needs more than every other one adds it in a subclass."""

    key: str
    thread_key: str = ""
    to: str
    text: str
    html: str = ""
    author: str = ""
    files: tuple[ChannelFile, ...] = ()
    reply_to: str = ""
    written_at: datetime
    last_heard_at: datetime | None = None


class Answer(Protocol):
    """What a server says about one recipient; `str()` gives its words."""

    @property
    def is_accepted(self) -> bool: ...

    @property
    def is_final(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """One attempt to send. `works` is called once our own way out is known to be open, where that is known first.
    `begin` is called right before the first byte that can have an effect, with what was said of each recipient by
    then; what it raises is let through, and nothing is sent then. `afterwards` takes what is to be done once the
    result is written down, such as taking leave of a server."""

    key: str
    content: bytes = field(repr=False)
    sender: str
    recipients: tuple[str, ...]
    works: Callable[[], None]
    begin: Callable[[Mapping[str, Answer]], None]
    afterwards: Callable[[Callable[[], Any]], Any]


class Ending(StrEnum):
    """How an attempt ended: the other side has it · not now · our own way out is closed, for every message of the
    account · refused for good · perhaps sent, nobody can say."""

    ACCEPTED = "accepted"
    LATER = "later"
    AWAY = "away"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SendResult:
    """`said`: the other side's words, for the screen · `about`: the recipients it is about, all of the attempt when
    empty · `answers`: where each has one of its own · `after`: how long the other side wants to be left alone."""

    ending: Ending
    said: str
    about: tuple[str, ...] = ()
    answers: Mapping[str, Answer] = field(default_factory=dict)
    after: timedelta | None = None


class Rejected(Exception):
    """It is not proved that this comes from the other side: nothing is kept. `code` is the HTTP status."""

    def __init__(self, words: str, code: int = 401):
        super().__init__(words)
        self.code = code


class Unreadable(Exception):
    """It comes from the other side and cannot be understood: it is kept for a person. Its words say why."""


class Forbidden(Exception):
    """The channel cannot carry this message. `reason`: empty, too_long, too_many_files, too_large, file_too_large,
    no_files, window or first; `most` is the limit that it is beyond."""

    def __init__(self, reason: str, most: int = 0):
        super().__init__(f"{reason} ({most})" if most else reason)
        self.reason, self.most = reason, most


class Account(Protocol):
    """What an adapter sees of an account of its channel: the row of a `ChannelAccount`, or a mailbox."""

    pk: int


class Adapter[A: Account](Protocol):
    """One channel. It lives in `channels/<kind>/adapter.py` as `ADAPTER`, or behind an entry point `ancora.channels`
    of another package; `kind` is its name in the database, at most 16 characters, `name` the one people read.
    `settings_form`: the dotted name of the form in which administrators make and change an account; empty: elsewhere.
    """

    kind: str
    name: Any
    settings_form: str

    def capabilities(self, account: A | None = None) -> Capabilities:
        """What this channel can do; with an account, what it can do there."""

    def verify(self, posted: Posted, account: A, now: datetime) -> Proved:
        """Pure. Proves over the raw bytes that the other side sent this, and lately; else `Rejected`."""

    def parse(self, raw: bytes, account: A) -> InboundMessage | InboundReceipt:
        """Pure. What was kept says this; else `Unreadable`. Fields it does not know are passed over."""

    def render(self, outbound: Outbound, capabilities: Capabilities) -> bytes:
        """Pure. The message as it goes over the wire at every attempt; `Forbidden` for what `check`
        forbids."""

    def send(self, account: A, handover: Handover) -> SendResult:
        """One attempt, which ends within minutes. Raises only what `begin` and `works` raise."""


def check(outbound: Outbound, capabilities: Capabilities) -> None:
    """`Forbidden` when a channel cannot carry this message as it is. Pure: every `render` begins with it."""
    check_amount(outbound.text, [len(one.content) for one in outbound.files], capabilities)
    if not capabilities.may_begin and outbound.last_heard_at is None:
        raise Forbidden("first")
    if is_window_closed(capabilities, outbound.last_heard_at, outbound.written_at):
        raise Forbidden("window", int(capabilities.window.total_seconds()) // 3600)


def check_amount(text: str, sizes: Collection[int], capabilities: Capabilities) -> None:
    """`Forbidden` for nothing at all, and for more than a channel carries: a text, and files of these sizes. Pure, and
    the same for what we write there and what is written to us."""
    if not text.strip() and not sizes:
        raise Forbidden("empty")
    most = capabilities.most_characters
    if most is not None and len(text) > most:
        raise Forbidden("too_long", most)
    _check_files(sizes, capabilities.files)


def is_window_closed(capabilities: Capabilities, last_heard_at: datetime | None, now: datetime) -> bool:
    """Whether the customer wrote too long ago for us to write there. Asked when a message is rendered and once more
    when it is sent."""
    if capabilities.window is None:
        return False
    return last_heard_at is None or now - last_heard_at > capabilities.window


def _check_files(sizes: Collection[int], limits: FileLimits | None) -> None:
    if not sizes:
        return
    if limits is None:
        raise Forbidden("no_files")
    if len(sizes) > limits.most:
        raise Forbidden("too_many_files", limits.most)
    if limits.most_bytes_each is not None and max(sizes) > limits.most_bytes_each:
        raise Forbidden("file_too_large", limits.most_bytes_each)
    if sum(sizes) > limits.most_bytes:
        raise Forbidden("too_large", limits.most_bytes)

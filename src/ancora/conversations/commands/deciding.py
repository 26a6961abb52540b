"""What becomes of a mail that was understood: seen before, a report, a loop, or a message for a conversation."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from ancora.conversations.channels.email.parsing import Address, ParsedMail
from ancora.conversations.commands.settle import settle_bounce, settle_unknown_by_answer
from ancora.conversations.identity import content_key, message_key
from ancora.conversations.ladder import Found, Known, Shelf, ancestors, climb
from ancora.conversations.models import Arrival, Mailbox
from ancora.conversations.queries import own_addresses
from ancora.conversations.tokens import reference_in_message_id, without_token
from ancora.platform.addresses import compared_address


@dataclass(frozen=True, slots=True)
class Result:
    """outcome: opened, appended, duplicate, bounce, auto_reply, ignored or quarantined (or pending: to be retried).

    `waits_for`, of a pending one: "room" on the disk or an "older" mail; that is not its fault, and no attempt counts.
    """

    outcome: str
    rung: str = ""
    reason: str = ""
    message_id: int | None = None
    conversation_id: int | None = None
    waits_for: str = ""


@dataclass(slots=True)
class Incoming:
    """A mail being read. `found`: where it belongs, once that is decided; its message then has an id and a moment."""

    arrival: Arrival
    parsed: ParsedMail
    mailbox: Mailbox | None
    found: Found | None = None
    message_id: int = 0
    conversation_id: int = 0
    at: datetime | None = None
    addresses: list[str] = field(init=False)
    message_key: UUID = field(init=False)
    content_key: UUID = field(init=False)

    def __post_init__(self) -> None:
        parsed = self.parsed
        from_address = parsed.from_.address if parsed.from_ else ""
        self.addresses = addresses_of(parsed)
        self.message_key = message_key(self.own_id)
        self.content_key = content_key(from_address, parsed.date, parsed.body_digest)

    @property
    def own_id(self) -> str:
        return self.parsed.message_id or f"none:{self.arrival.file.digest}"

    @property
    def ancestors(self) -> list[str]:
        return [ancestor for _rung, ancestor in ancestors(self.parsed.in_reply_to, self.parsed.references)]

    @property
    def is_first(self) -> bool:
        return self.found is not None and self.found.conversation_id is None

    @property
    def known(self) -> Known:
        return Known(self.message_id, self.message_key, self.content_key, self.conversation_id, is_ours=False)


def shelf_of(mails: list[Incoming]) -> Shelf:
    """What we hold of everything these mails name."""
    return Shelf(
        {name for mail in mails for name in (mail.own_id, *mail.ancestors)},
        {address for mail in mails for address in mail.addresses},
    )


def decide(mail: Incoming, shelf: Shelf) -> Result | None:
    """What became of a mail that is no new message; None for one that is to be filed where `mail.found` says."""
    parsed = mail.parsed
    if same := shelf.named(mail.message_key):
        if once_more := next((one for one in same if one.is_ours or one.content_key == mail.content_key), None):
            return _seen_before(once_more)
        parsed.warnings.append("Another mail has the same Message-ID; both are kept.")
    if parsed.auto == "loop" or is_our_own_machine(parsed):
        return Result("ignored", "", "it came from this installation: a loop")
    if parsed.auto == "bounce" or parsed.dsn:
        if settled := settle_bounce(parsed):
            return Result("bounce", "in_reply_to", "", settled.message_id, settled.conversation_id)
        return Result("bounce", "", "it names no message of ours")
    if answered := [one for one in mail.ancestors if any(known.is_ours for known in shelf.named(message_key(one)))]:
        settle_unknown_by_answer(answered, by=parsed.from_.address if parsed.from_ else "")
    found = climb(parsed, mail.addresses, shelf)
    if parsed.auto == "auto_reply" and found.conversation_id is None and parsed.in_reply_to:
        return Result("ignored", "", "an automatic answer to nothing of ours")
    mail.found = found
    return None


def filed(mail: Incoming) -> Result:
    """What became of a mail that was filed."""
    outcome = "opened" if mail.is_first else "auto_reply" if mail.parsed.auto == "auto_reply" else "appended"
    return Result(outcome, mail.found.rung, "", mail.message_id, mail.conversation_id)


def addresses_of(parsed: ParsedMail) -> list[str]:
    """Every address a mail was sent or delivered to."""
    named = [one.address for one in (*parsed.to, *parsed.cc)]
    return list(dict.fromkeys(compared_address(one) for one in (*parsed.delivered_to, *named) if one))


def mailbox_of(parsed: ParsedMail) -> Mailbox | None:
    """The mailbox a mail is addressed to, plus addresses included."""
    wanted = {without_token(address) for address in addresses_of(parsed)}
    found = [mailbox for mailbox in Mailbox.objects.order_by("id") if wanted & set(mailbox.addresses)]
    return found[0] if found else None


def is_our_own_machine(parsed: ParsedMail) -> bool:
    """Whether a program of this house wrote the mail: answering would never end. A person, or a form of our web
    site, may write with our own address too."""
    is_automatic = parsed.auto is not None or bool(reference_in_message_id(parsed.message_id or ""))
    return is_automatic and is_own(parsed.from_)


def is_own(address: Address | None) -> bool:
    """Whether it is an address of one of our mailboxes, a plus address included."""
    return bool(address and address.address) and without_token(compared_address(address.address)) in own_addresses()


def _seen_before(known: Known) -> Result:
    """The same mail again: a copy of our own, a second mailbox, or plainly twice."""
    if known.is_ours:
        return Result("ignored", "", "our own message", known.message_id, known.conversation_id)
    return Result("duplicate", "", "this mail is already here", known.message_id, known.conversation_id)

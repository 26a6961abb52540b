"""Judges a mail by what this installation knows: its mailboxes, its people, its blocks."""

import functools
import time
from dataclasses import dataclass, field, replace

from ancora.conversations.channels.email.parsing import ParsedMail
from ancora.conversations.channels.email.trust import Policy, Verdict, judge
from ancora.conversations.channels.email.trust.appearance import name_key
from ancora.conversations.channels.email.trust.domains import FREE, domain_of
from ancora.conversations.channels.email.trust.key_lookup import KeyLookup
from ancora.conversations.channels.email.trust.spam import SpamRule, read_rule
from ancora.conversations.models import BlockKind, Mailbox, SenderBlock
from ancora.conversations.queries import own_addresses
from ancora.platform.accounts.models import User
from ancora.platform.accounts.queries import current_organisation

# These change rarely and every mail asks; each process looks again after so many seconds.
_FRESH_SECONDS = {"people": 60.0, "blocks": 5.0}
keys = KeyLookup()


@dataclass(frozen=True, slots=True)
class _People:
    """domains and names nobody outside may look like · addresses: those of colleagues, lower case."""

    domains: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    addresses: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Held:
    people: tuple[float, _People] | None = None
    blocks: tuple[float, dict[tuple[str, str], int]] | None = field(default=None)


_held = _Held()


def judge_mail(raw: bytes, parsed: ParsedMail, mailbox: Mailbox | None, *, is_silent: bool) -> Verdict:
    """Who a mail is from, and whether it is spam: for the border, or because its sender is blocked.

    At most a few seconds of DNS a minute, none for old mail, whose keys are gone. Never raises but for the database.
    """
    verdict = judge(raw, parsed, policy_for(mailbox, looks_up=not is_silent))
    block_id = blocked(parsed.from_.address) if parsed.from_ else None
    return replace(verdict, spam="blocked", block_id=block_id) if block_id else verdict


def policy_for(mailbox: Mailbox | None, *, looks_up: bool) -> Policy:
    """Whom to believe for a mailbox; without one nobody."""
    people = our_people()
    return Policy(
        servers=tuple(mailbox.authserv_ids) if mailbox else (),
        spam_rule=_rule(mailbox.spam_header) if mailbox else None,
        lookup=keys if looks_up else None,
        our_domains=people.domains,
        our_names=people.names,
    )


def our_people() -> _People:
    """Colleagues and the organisation, as of at most a minute ago."""
    if _held.people is None or time.monotonic() - _held.people[0] > _FRESH_SECONDS["people"]:
        people = list(User.objects.filter(is_active=True).values_list("name", "email"))
        addresses = frozenset(email.lower() for _, email in people)
        domains = {domain_of(address) for address in (*own_addresses(), *addresses)} - FREE - {""}
        names = {name_key(name) for name in (*(name for name, _ in people), current_organisation().name)} - {""}
        _held.people = (time.monotonic(), _People(frozenset(domains), frozenset(names), addresses))
    return _held.people[1]


def blocked(address: str) -> int | None:
    """The id of the block that an address falls under, its own or one of its domain or of one above; None without."""
    blocks = _blocks()
    if not blocks:
        return None
    address = address.strip().lower()
    if found := blocks.get((BlockKind.ADDRESS, address)):
        return found
    labels = domain_of(address).split(".")
    above = (".".join(labels[at:]) for at in range(len(labels)))
    return next((found for one in above if (found := blocks.get((BlockKind.DOMAIN, one)))), None)


def is_anybody_blocked() -> bool:
    return bool(_blocks())


def forget_people_and_blocks() -> None:
    """Called by whoever changes blocks or must know of everybody, so that this process looks again."""
    _held.people = _held.blocks = None


def _blocks() -> dict[tuple[str, str], int]:
    if _held.blocks is None or time.monotonic() - _held.blocks[0] > _FRESH_SECONDS["blocks"]:
        rows = SenderBlock.objects.filter(lifted_at__isnull=True).values_list("kind", "value", "pk")
        _held.blocks = (time.monotonic(), {(kind, value): pk for kind, value, pk in rows})
    return _held.blocks[1]


@functools.lru_cache(maxsize=256)
def _rule(text: str) -> SpamRule | None:
    try:
        return read_rule(text)
    except ValueError:
        # The form refuses such a rule; one written by other means marks nothing.
        return None

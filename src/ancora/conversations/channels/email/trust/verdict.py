"""The judgement of one mail: evidence first, then appearance, then spam."""

import logging
from dataclasses import dataclass, field

from ancora.conversations.channels.email.parsing import ParsedMail

from .appearance import appearance
from .border import border_results
from .domains import are_aligned, domain_of
from .fields import Field, fields_of, header_block
from .results import Result
from .signatures import Lookup, check_signatures
from .spam import SpamRule

log = logging.getLogger("ancora.trust")
PASSED, FAILED, UNKNOWN = "passed", "failed", "unknown"
WANTED = frozenset({"authentication-results", "arc-authentication-results", "received", "from", "dkim-signature"})
# Evidence strong enough to say that the handle belongs to who wrote; SPF alone speaks for a server that many share.
STRONG = ("dmarc", "dkim")


@dataclass(frozen=True, slots=True)
class Policy:
    """Whom and what to believe for one mailbox.

    servers: our authserv-ids · spam_rule: how the border marks spam · lookup: gives keys of DKIM, None never looks ·
    our_domains, our_names: what nobody outside may look like (names as `appearance.name_key` makes them).
    """

    servers: tuple[str, ...] = ()
    spam_rule: SpamRule | None = None
    lookup: Lookup | None = None
    our_domains: frozenset[str] = frozenset()
    our_names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Verdict:
    """state: passed, failed, unknown · reasons: codes, the evidence first · spam: why it is spam (border, blocked),
    empty when it is none · block_id: the block that says so."""

    state: str = UNKNOWN
    reasons: tuple[str, ...] = ()
    spam: str = ""
    block_id: int | None = None

    @property
    def is_failed(self) -> bool:
        return self.state == FAILED

    @property
    def proof(self) -> str:
        """The evidence that makes the sender's address a verified one; empty without."""
        return next((code for code in self.reasons if code in STRONG), "") if self.state == PASSED else ""


@dataclass(slots=True)
class _Evidence:
    state: str = UNKNOWN
    reasons: list[str] = field(default_factory=list)


def judge(raw: bytes, parsed: ParsedMail, policy: Policy) -> Verdict:
    """Who a mail is from and whether the border calls it spam. Never raises."""
    try:
        return _judge(raw, parsed, policy)
    except Exception:
        log.exception("A mail could not be judged; its sender counts as unknown")
        return Verdict(UNKNOWN, ("not_checked",))


def _judge(raw: bytes, parsed: ParsedMail, policy: Policy) -> Verdict:
    block = header_block(raw)
    rule = policy.spam_rule
    is_asked = policy.servers or rule or (policy.lookup and b"dkim-signature" in block.lower())
    fields = fields_of(block, WANTED | {rule.name} if rule else WANTED) if is_asked else []
    evidence = _evidence(raw, parsed, fields, policy)
    looks = appearance(parsed.from_, parsed.reply_to, policy.our_domains, policy.our_names)
    is_spam = rule is not None and rule.fits(fields)
    return Verdict(evidence.state, tuple(evidence.reasons + looks), "border" if is_spam else "")


def _evidence(raw: bytes, parsed: ParsedMail, fields: list[Field], policy: Policy) -> _Evidence:
    domain = domain_of(parsed.from_.address) if parsed.from_ else ""
    if not domain or not fields:
        return _Evidence()
    results, is_misplaced = border_results(fields, policy.servers)
    found = _by_border(results, domain)
    if found.state == UNKNOWN and policy.lookup and not _knows_signatures(results):
        found = _by_signature(raw, fields, domain, policy.lookup, found)
    if is_misplaced:
        found.reasons.append("results_misplaced")
    if found.state == PASSED and sum(one.name == "from" for one in fields) != 1:
        # Which of them the evidence speaks for, nobody can say.
        found = _Evidence(UNKNOWN, ["several_from"])
    return found


def _by_border(results: tuple[Result, ...], domain: str) -> _Evidence:
    """DMARC as the border found it; without it what DKIM or SPF say of the sender's own domain."""
    for result in results:
        if result.method == "dmarc" and _speaks_of(result, domain, "header.from"):
            if result.value == "pass":
                return _Evidence(PASSED, ["dmarc"])
            if result.value == "fail":
                return _Evidence(FAILED, ["dmarc_fail"])
    signed = [one for one in results if one.method == "dkim" and _aligned(one, domain, "header.d", "header.i")]
    if any(one.value == "pass" for one in signed):
        return _Evidence(PASSED, ["dkim"])
    sent = [one for one in results if one.method == "spf" and _aligned(one, domain, "smtp.mailfrom", "smtp.mail")]
    if any(one.value == "pass" for one in sent):
        return _Evidence(PASSED, ["spf"])
    doubts = []
    if any(one.value == "fail" for one in signed):
        doubts.append("signature_broken")
    if any(one.value == "fail" for one in sent):
        doubts.append("spf_fail")
    return _Evidence(UNKNOWN, doubts)


def _by_signature(raw: bytes, fields: list[Field], domain: str, lookup: Lookup, before: _Evidence) -> _Evidence:
    """Without a border's word. A signature that does not fit is a doubt: lists and gateways break honest ones."""
    checked = check_signatures(raw, fields, domain, lookup)
    if checked.outcome == "fits":
        return _Evidence(PASSED, ["dkim"])
    return _Evidence(UNKNOWN, before.reasons + ([checked.reason] if checked.reason else []))


def _knows_signatures(results: tuple[Result, ...]) -> bool:
    return any(result.method in ("dmarc", "dkim") for result in results)


def _speaks_of(result: Result, domain: str, name: str) -> bool:
    """A result about another domain than the one that is shown says nothing; one that names none is meant."""
    named = _domain_in(result.properties.get(name, ""))
    return not named or are_aligned(named, domain)


def _aligned(result: Result, domain: str, *names: str) -> bool:
    return any(are_aligned(_domain_in(result.properties.get(name, "")), domain) for name in names)


def _domain_in(value: str) -> str:
    value = value.strip("<> ")
    return domain_of(value) if "@" in value else value.lower()

"""DKIM (RFC 6376) where no border has looked: does a signature of the sender's own domain fit the mail?"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass

from .domains import are_aligned, ascii_host
from .fields import Field

# A hash over more costs longer than anybody should wait for it; a mail with many signatures is an attack or a list.
MAX_BYTES = 12_000_000
MAX_BLOCK = 64_000
MAX_SIGNATURES = 3
MAX_SIGNATURE_CHARS = 6000
# dkimpy looks for `b=` in cubic time where white space runs on.
LONG_SPACE = re.compile(r"\s{100}")
TAG = re.compile(r"(?:^|;)\s*([a-z]+)\s*=\s*([^;]*)")
BODY = re.compile(rb"\r?\n\r?\n")
SPACE = re.compile(rb"[ \t]+")
log = logging.getLogger("ancora.trust.dkim")


class KeyUnknown(Exception):
    """The key cannot be had at present, or there is none any more."""


# Gives the TXT record of `selector._domainkey.domain`; raises `KeyUnknown`.
Lookup = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Checked:
    """outcome: fits, broken, or unknown (no aligned signature, no key, not checked); `reason`: a code."""

    outcome: str
    reason: str = ""


def check_signatures(raw: bytes, fields: list[Field], domain: str, lookup: Lookup) -> Checked:
    """Whether one of the signatures of `domain` (or of one above or below it) fits. Never raises."""
    aligned = _aligned(fields, domain)
    raw = raw.lstrip(b"\r\n") if raw[:1] in (b"\r", b"\n") else raw
    if not aligned:
        return Checked("unknown")
    end = BODY.search(raw)
    if len(raw) > MAX_BYTES or (end.start() if end else len(raw)) > MAX_BLOCK:
        return Checked("unknown", "not_checked")
    found = [_check(raw, at, tags, lookup) for at, tags in aligned[:MAX_SIGNATURES]]
    for outcome in ("fits", "broken", "unknown"):
        for checked in found:
            if checked.outcome == outcome:
                return checked
    return Checked("unknown")


def _aligned(fields: list[Field], domain: str) -> list[tuple[int, dict[str, str]]]:
    """(place among all signatures, its tags) of those that speak for the domain."""
    signatures = [field.value for field in fields if field.name == "dkim-signature"]
    honest = [
        (at, value)
        for at, value in enumerate(signatures)
        if len(value) <= MAX_SIGNATURE_CHARS and not LONG_SPACE.search(value)
    ]
    tagged = [(at, _tags(value)) for at, value in honest]
    return [(at, tags) for at, tags in tagged if are_aligned(tags.get("d", ""), domain)]


def _check(raw: bytes, at: int, tags: dict[str, str], lookup: Lookup) -> Checked:
    import dkim

    # What `l` leaves out may be added by anybody. Ed25519 needs a library that is not here; whoever signs with it
    # signs with RSA besides.
    signs_sender = "from" in tags.get("h", "").lower().split(":")
    if "l" in tags or not signs_sender or tags.get("a", "").lower() != "rsa-sha256":
        return Checked("unknown", "not_checked")
    name = f"{tags.get('s', '')}._domainkey.{ascii_host(tags['d'])}"
    try:
        key = lookup(name)
        dkim.evaluate_pk(name.encode(), key)
        is_test = re.search(rb"(?:^|;)\s*t\s*=[^;]*\by\b", key) is not None
        fits = dkim.DKIM(_prepared(raw, tags), logger=log).verify(at, dnsfunc=lambda name, timeout=0: key)
    except KeyUnknown as error:
        return Checked("unknown", str(error))
    except dkim.ValidationError as error:
        is_broken = "body hash" in str(error)
        return Checked("broken", "signature_broken") if is_broken else Checked("unknown", "not_checked")
    except Exception:  # noqa: BLE001 a foreign library over hostile bytes raises whatever it likes
        return Checked("unknown", "not_checked")
    if is_test:
        return Checked("unknown", "not_checked")
    return Checked("fits") if fits else Checked("broken", "signature_broken")


def _prepared(raw: bytes, tags: dict[str, str]) -> bytes:
    """For `relaxed` the body is brought into its form here: dkimpy needs quadratic time where white space runs on."""
    end = BODY.search(raw)
    if end is None or tags.get("c", "").lower().rpartition("/")[2] != "relaxed" or "/" not in tags.get("c", ""):
        return raw
    body = SPACE.sub(b" ", raw[end.end() :])
    return raw[: end.end()] + body.replace(b" \r\n", b"\r\n").replace(b" \n", b"\n")


def _tags(value: str) -> dict[str, str]:
    return {name: "".join(content.split()) for name, content in TAG.findall(value)}

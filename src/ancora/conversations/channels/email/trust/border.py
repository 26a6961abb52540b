"""Which words of a mail our own border server must have written.

Every server puts its fields on top. What stands above the line `Received: from the sender by our border` was written by
us, what stands below could have been written by anybody. A border removes foreign results with its own name
(RFC 8601, 5); this does not rely on it.
"""

import ipaddress
import re

from .fields import Field
from .results import Result, Results, read_results

MICROSOFT = "mx.microsoft.com"
# The one border known to write its results below its own Received line.
GOOGLE = ".google.com"
OFFICE = (".outlook.com", ".office365.com")
MAX_LINE = 2000
FROM = re.compile(r"from\s+(\S+)\s*(?:\(([^()]*)\))?", re.I)
BY = re.compile(r"\bby\s+([\w.:-]+)", re.I)
LOCAL_TRANSPORT = re.compile(r"\bwith\s+(?:lmtps?a?|local)\b", re.I)
ADDRESS = re.compile(r"\[(?:IPv6:)?([0-9a-f.:]+)\]|\(([0-9a-f.:]+)\)", re.I)
# Below these anybody may have a domain.
SHARED = re.compile(r"(?:ac|co|com|edu|gov|ne|net|or|org)\.[a-z]{2}\Z")


def border_results(fields: list[Field], ours: tuple[str, ...]) -> tuple[tuple[Result, ...], bool]:
    """(the results of our border, whether results with its name stand where a sender could have put them).

    `ours`: authserv-ids, `*.example.com` for all below; empty believes nobody.
    """
    is_misplaced = False
    present = {field.name for field in fields} if ours else set()
    for name in ("authentication-results", "arc-authentication-results"):
        found, is_elsewhere = _results_named(fields, name, ours) if name in present else ((), False)
        if found:
            return found, False
        is_misplaced |= is_elsewhere
    return (), is_misplaced


def is_ours(results: Results, ours: tuple[str, ...]) -> bool:
    """Whether the server that speaks is one of ours. Microsoft 365 names none; it is meant by `mx.microsoft.com`."""
    if not results.server:
        return MICROSOFT in ours and bool(results.results)
    return any(results.server == one or (one.startswith("*.") and results.server.endswith(one[1:])) for one in ours)


def _results_named(fields: list[Field], name: str, ours: tuple[str, ...]) -> tuple[tuple[Result, ...], bool]:
    believed: list[Result] = []
    methods: set[str] = set()
    is_trusted, is_below = True, False
    for field in fields:
        if field.name == "received":
            if believed:
                break
            is_inside = _is_internal(field.value)
            is_below, is_trusted = (
                is_trusted and not is_below and not is_inside and _writes_below(field.value, ours),
                is_trusted and not is_below and is_inside,
            )
        elif field.name == name:
            is_one_of_ours = is_ours(results := read_results(field.value), ours)
            if is_one_of_ours and not (is_trusted or is_below):
                return tuple(believed), not believed
            if is_one_of_ours:
                # The first field that knows of a method has the last word on it.
                believed += [result for result in results.results if result.method not in methods]
                methods |= {result.method for result in results.results}
            if is_below:
                break
    return tuple(believed), False


def _is_internal(received: str) -> bool:
    """Whether a Received line tells of a step inside: no sender named, a local transport, a private address, or two
    hosts of one owner."""
    received = received[:MAX_LINE]
    sender, server = FROM.match(received), BY.search(received)
    if sender is None or LOCAL_TRANSPORT.search(received):
        return True
    if (match := ADDRESS.search(received)) and (address := _address(match[1] or match[2])) and address.is_private:
        return True
    return server is not None and _is_beside(_proven_name(sender), server[1].lower())


def _proven_name(sender: re.Match) -> str:
    """The name of the sending host that the receiving one has looked up, not the one it called itself."""
    helo, words = sender[1].lower(), (sender[2] or "").split()
    if not words:
        return ""
    # Exim writes the proven name first and `([address] helo=…)` behind it, Postfix and Sendmail the other way round.
    if words[0].startswith("["):
        return helo
    # Microsoft writes an address alone.
    if _address(words[0]):
        return helo if helo.endswith(OFFICE) else ""
    return words[0].lower()


def _is_beside(sender: str, server: str) -> bool:
    """Whether a host lies in the same domain as another."""
    if sender.endswith(OFFICE) and server.endswith(OFFICE):
        return True
    domain = server.partition(".")[2]
    if "." not in domain or SHARED.match(domain):
        domain = server
    return sender == domain or sender.endswith("." + domain)


def _writes_below(received: str, ours: tuple[str, ...]) -> bool:
    server = BY.search(received[:MAX_LINE])
    return server is not None and server[1].lower().endswith(GOOGLE) and any(one.endswith(GOOGLE) for one in ours)


def _address(text: str):
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None

"""Where a link of a stranger really leads, in words beside it: a mail may write one host and lead to another."""

import re
from html import escape, unescape
from urllib.parse import unquote

from ancora.conversations.channels.email.trust.domains import are_aligned, ascii_host, domain_of, hosts_in, shown_host

_ANCHOR = re.compile(r'<a\b((?:\s+[\w-]+="[^"]*")*)\s*>(.*?)</a>', re.DOTALL)
_HREF = re.compile(r'\shref="([^"]*)"')
_TITLE = re.compile(r'\stitle="[^"]*"')
_TAG = re.compile(r'<(?:"[^"]*"|[^">])*>')
# As browsers read an address, not as the standard writes it: any slashes, backslashes too, and no white space.
_WEB = re.compile(r"https?:[/\\]*([^/\\?#]*)", re.I)
_IGNORED = re.compile(r"[\t\r\n]")
_PORT = re.compile(r":\d*\Z")
_ADDRESS = re.compile(r"[^\s<>\"(),;:@]+@[^\s<>\"(),;:@]+\.[\w-]{2,}")
MOST_TITLE = 500


def with_true_hosts(html: str) -> str:
    """HTML that was made safe, each link with its target on hover, and the true host behind it where its words name
    another one."""
    return _ANCHOR.sub(_told, html)


def true_host(target: str, words: str) -> str:
    """The host a reader should see beside a link, empty where its words do not mislead."""
    target = _IGNORED.sub("", target).strip()
    if target[:7].lower() == "mailto:":
        return _true_address(unquote(target[7:].partition("?")[0]), words)
    match = _WEB.match(target)
    if match is None:
        return ""
    _user, at, place = match[1].rpartition("@")
    host = ascii_host(_PORT.sub("", unquote(place)))
    is_misleading = any(not are_aligned(host, ascii_host(one)) for one in hosts_in(words))
    is_disguised = bool(at) or "xn--" in host
    return spoken_host(host) if host and (is_misleading or is_disguised) else ""


def spoken_host(host: str) -> str:
    """A host as people read it; one with foreign letters also as DNS knows it, since letters can look alike."""
    shown = shown_host(host)
    return host if shown == host else f"{shown} ({host})"


def _true_address(address: str, words: str) -> str:
    named = _ADDRESS.search(words[:2000])
    if (named and named[0].lower() != address.lower()) or any(
        not are_aligned(domain_of(address), one) for one in hosts_in(words)
    ):
        return address[:200]
    return ""


def _told(match: re.Match) -> str:
    attributes, inner = match[1], match[2]
    found = _HREF.search(attributes)
    if found is None:
        return match[0]
    target = unescape(found[1])
    host = true_host(target, unescape(_TAG.sub(" ", inner)))
    # What the mail itself would show on hover may lie.
    title = escape(target[:MOST_TITLE])
    note = f' <span class="host">→ {escape(host)}</span>' if host else ""
    return f'<a{_TITLE.sub("", attributes)} title="{title}">{inner}</a>{note}'

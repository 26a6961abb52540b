"""Plain text of strangers as safe paragraphs, with its links alive."""

import re
from html import unescape

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from ancora.desk.links import true_host

MOST_OF_A_LINK = 90
# A longer text is cut on the timeline; the whole one is a click away.
MOST_SHOWN = 20_000
_LINK = re.compile(r"https?://[^\s<>&\"']+(?:&amp;[^\s<>&\"']+)*", re.IGNORECASE)
_GAP = re.compile(r"\n[ \t]*\n\s*")
_TRAILING = ".,;:!?)]}"


def paragraphs(text: str) -> SafeString:
    """`text` escaped, blank lines as paragraphs, other line ends kept, web addresses as links."""
    escaped = _LINK.sub(_link, escape(text[:MOST_SHOWN].strip()))
    parts = (part.strip("\n").replace("\n", "<br>") for part in _GAP.split(escaped))
    return SafeString("".join(f"<p>{part}</p>" for part in parts if part))


def marked(excerpt: str) -> SafeString:
    """A search excerpt with its hits (between \\x02 and \\x03) as <mark>."""
    safe = escape(" ".join(excerpt.split(" ")))
    opened, closed = safe.count("\x02"), safe.count("\x03")
    if opened != closed:
        return mark_safe(safe.replace("\x02", "").replace("\x03", ""))  # noqa: S308
    return mark_safe(safe.replace("\x02", "<mark>").replace("\x03", "</mark>"))  # noqa: S308


def rest_of(text: str, shown: str) -> str:
    """What of `text` is not in `shown`: the remainder when it begins with it, else all of it."""
    body, start = text.strip(), shown.strip()
    if len(start) > MOST_SHOWN:
        return body
    return body[len(start) :].strip() if body.startswith(start) else body


def _link(match: re.Match) -> str:
    """A long address is cut where it is read, whole where it leads and on hover."""
    address = match[0]
    end = address.rstrip(_TRAILING)
    whole = unescape(end)
    shown = end if len(whole) <= MOST_OF_A_LINK else f"{escape(whole[: MOST_OF_A_LINK - 1])}…"
    host = true_host(whole, whole)
    note = f' <span class="host">→ {escape(host)}</span>' if host else ""
    title = f' title="{end}"' if shown != end else ""
    link = f'<a href="{end}"{title} target="_blank" rel="noopener noreferrer nofollow">{shown}</a>'
    return f"{link}{note}{address[len(end) :]}"

"""Plain text of strangers as safe paragraphs, with its links alive."""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# A longer text is cut on the timeline; the whole one is a click away.
MOST_SHOWN = 20_000
_LINK = re.compile(r"https?://[^\s<>&\"']+(?:&amp;[^\s<>&\"']+)*", re.IGNORECASE)
_GAP = re.compile(r"\n[ \t]*\n\s*")
_TRAILING = ".,;:!?)]}"


def paragraphs(text: str) -> SafeString:
    """`text` escaped, blank lines as paragraphs, other line ends kept, web addresses as links."""
    escaped = _LINK.sub(_link, escape(text[:MOST_SHOWN].strip()))
    parts = (part.strip("\n").replace("\n", "<br>") for part in _GAP.split(escaped))
    return mark_safe("".join(f"<p>{part}</p>" for part in parts if part))  # noqa: S308


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
    address = match[0]
    end = address.rstrip(_TRAILING)
    return f'<a href="{end}" target="_blank" rel="noopener noreferrer nofollow">{end}</a>{address[len(end) :]}'

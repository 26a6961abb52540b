"""A mail as its sender designed it, its own images in place.

The HTML was made safe when it arrived (cid: images named, remote ones parked in `data-remote-src`); the frame it is
shown in has a content security policy and a sandbox of its own.
"""

import re
from collections.abc import Iterable
from html import escape, unescape
from urllib.parse import unquote

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from ancora.conversations.models import Attachment, Message

_OWN = re.compile(r'\bsrc="cid:([^"]*)"')
_REMOTE = re.compile(r'\bdata-remote-src="https?://([^"]*)"')


def designed(message: Message, *, with_images: bool) -> SafeString:
    """`with_images` also names the images that lie on other servers, always over https."""
    html = with_own_pictures(message.html, Attachment.objects.filter(message=message).exclude(content_id=""))
    if with_images:
        html = _REMOTE.sub(r'src="https://\1"', html)
    return mark_safe(html)  # noqa: S308


def with_own_pictures(html: str, attachments: Iterable[Attachment]) -> str:
    """Safe HTML with the pictures that came, or go, along with it in their places."""
    if "cid:" not in html:
        return html
    named = [(one.pk, one.content_id) for one in attachments if one.content_id]
    places = {content_id.strip("<>"): reverse("desk:attachment", args=[pk]) for pk, content_id in named}
    return _OWN.sub(lambda match: _own(match, places), html)


def has_remote_images(html: str) -> bool:
    return _REMOTE.search(html) is not None


def _own(match: re.Match, places: dict[str, str]) -> str:
    place = places.get(unquote(unescape(match[1])).strip("<>"))
    return f'src="{escape(place)}?inline=1"' if place else ""

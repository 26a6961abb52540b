"""A mail as its sender designed it, its own images in place.

The HTML was made safe when it arrived (cid: images named, remote ones parked in `data-remote-src`); the frame it is
shown in has a content security policy and a sandbox of its own. No browser ever asks another server: remote images
come from here.
"""

import re
from collections.abc import Iterable
from html import escape, unescape
from urllib.parse import unquote

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from ancora.conversations.models import Attachment, Message
from ancora.conversations.remote_images import PARKED, addresses_in
from ancora.desk.links import with_true_hosts

_OWN = re.compile(r'\bsrc="cid:([^"]*)"')


def designed(message: Message, *, with_images: bool) -> SafeString:
    """`with_images` also shows the images that lie on other servers, fetched by this one."""
    html = with_own_pictures(message.html, Attachment.objects.filter(message=message).exclude(content_id=""))
    if with_images:
        numbers = {address: number for number, address in enumerate(addresses_in(message.html))}
        html = PARKED.sub(lambda match: _fetched(match, message.pk, numbers), html)
    return mark_safe(with_true_hosts(html))  # noqa: S308


def with_own_pictures(html: str, attachments: Iterable[Attachment]) -> str:
    """Safe HTML with the pictures that came, or go, along with it in their places."""
    if "cid:" not in html:
        return html
    named = [(one.pk, one.content_id) for one in attachments if one.content_id]
    places = {content_id.strip("<>"): reverse("desk:attachment", args=[pk]) for pk, content_id in named}
    return _OWN.sub(lambda match: _own(match, places), html)


def _own(match: re.Match, places: dict[str, str]) -> str:
    place = places.get(unquote(unescape(match[1])).strip("<>"))
    return f'src="{escape(place)}?inline=1"' if place else ""


def _fetched(match: re.Match, pk: int, numbers: dict[str, int]) -> str:
    number = numbers.get(unescape(match[1]))
    return "" if number is None else f'src="{reverse("desk:image", args=[pk, number])}"'

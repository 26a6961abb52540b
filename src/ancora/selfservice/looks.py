"""How a chat looks on its websites: what an administrator chose, with what holds where nothing was chosen."""

import contextlib
import re
from dataclasses import dataclass

from django.conf import settings as django_settings
from django.utils.translation import get_supported_language_variant, override
from django.utils.translation import gettext as _

from ancora.conversations.models import ChannelAccount
from ancora.platform.accounts.queries import current_organisation

# Hues of OKLCH: lightness and chroma are ours, so that every one of them can be read.
HUES = (215, 150, 265, 340, 35)
SIDES = ("end", "start")
_SITE = re.compile(r"https?://(?:\*\.)?[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::\d{1,5})?")


@dataclass(frozen=True, slots=True)
class Look:
    """`title`: above the chat · `greeting`: the first words · `side`: of the page, as it is read."""

    title: str
    greeting: str
    hue: int
    side: str


def look_of(account: ChannelAccount, language: str) -> Look:
    """In one language."""
    chosen = account.settings
    greeting = str((chosen.get("greetings") or {}).get(language) or "")
    with override(language):
        greeting = greeting or _("Hello. How can we help you?")
    hue, side = chosen.get("hue"), chosen.get("side")
    return Look(
        title=str(chosen.get("title") or current_organisation().name or account.name),
        greeting=greeting,
        hue=hue if hue in HUES else HUES[0],
        side=side if side in SIDES else SIDES[0],
    )


def language_for(asked: str) -> str:
    """The nearest one that we speak to what a page says of itself, else the organisation's."""
    try:
        return get_supported_language_variant(asked[:20].lower())
    except LookupError:
        return current_organisation().language or django_settings.LANGUAGE_CODE


def site_of(written: str) -> str:
    """The origin of a website as a content policy names it; `ValueError` for what is none."""
    site = written.strip().rstrip("/").lower()
    if not _SITE.fullmatch(site):
        raise ValueError(f"no origin: {written[:100]}")
    return site


def frames_of(settings: dict) -> str:
    """Which pages may show the chat, in the words of a content policy; any where the account names none."""
    named, sites = settings.get("sites") or [], ["'self'"]
    for one in named:
        with contextlib.suppress(ValueError):
            sites.append(site_of(str(one)))
    return " ".join(sites) if named else "*"

"""Where a message is shown: said by the surface that shows it, which conversations do not know."""

from django.urls import reverse

_shown_by = ""


def messages_are_shown_by(url_name: str) -> None:
    """A surface says by which address, that takes the id of a message, it shows one. Called in an app's `ready()`."""
    global _shown_by
    _shown_by = url_name


def link_to(message_id: int | None) -> str:
    """Empty for no message, and where nothing shows any."""
    return reverse(_shown_by, args=[message_id]) if _shown_by and message_id else ""

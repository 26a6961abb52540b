"""The mail that a mailbox sends to itself to be tried out."""

from django.utils.translation import gettext as _

from ancora.conversations.channels.email.compose import Draft, build
from ancora.conversations.channels.email.writing import plain_text
from ancora.conversations.models import Mailbox
from ancora.platform import clock

HEADER = "X-Ancora-Trial"


def build_trial(mailbox: Mailbox, code: str, message_id: str, answers: str | None) -> bytes:
    """A mail from the mailbox to itself that carries `code` in its header."""
    words = _("This mail tries out a mailbox and is removed at once. It can be deleted.")
    html = f"<p>{words}</p>"
    draft = Draft(
        message_id=message_id,
        date=clock.now(),
        from_=(mailbox.name, mailbox.address),
        to=[(mailbox.name, mailbox.address)],
        subject=_("Trial mail of Ancora"),
        html=html,
        text=plain_text(html),
        in_reply_to=answers,
        references=[answers] if answers else [],
    )
    marks = f"{HEADER}: {code}\r\nAuto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n"
    return marks.encode("ascii") + build(draft)

"""Tries a mailbox as it stands in a form, before it is saved."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from ancora.conversations.forms import MailboxForm
from ancora.platform.keys import KeyChanged


@dataclass(frozen=True, slots=True)
class TriedStep:
    name: str
    ok: bool
    message: str


# The steps of a trial, as the page names them.
STEP_NAMES = {
    "incoming": _("Signing in to fetch mail"),
    "outgoing": _("Signing in to send mail"),
    "sent": _("Sending a trial mail"),
    "received": _("Fetching the trial mail"),
    "threaded": _("Recognising an answer"),
    "plus_address": _("Plus addresses"),
    "tidied": _("Tidying up"),
}


def try_form(form: MailboxForm) -> list[TriedStep] | None:
    """What each step met: (name for the screen, whether it worked, message); the stored password where none was
    typed. None when the form is wrong."""
    from ancora.conversations.channels.email.trial import try_mailbox

    if not form.is_valid():
        return None
    mailbox = form.instance
    for name, password in form.passwords().items():
        setattr(mailbox, name, password)
    try:
        steps = try_mailbox(mailbox).steps
    except KeyChanged:
        form.add_error(
            None,
            _(
                "The stored password cannot be read: this installation has another key than the one it was stored "
                "with. Type the password anew."
            ),
        )
        return None
    return [TriedStep(str(STEP_NAMES.get(step.name, step.name)), step.ok, step.message) for step in steps]

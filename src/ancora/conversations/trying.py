"""Tries a mailbox as it stands in a form, before it is saved."""

from django.utils.translation import gettext as _

from ancora.conversations.forms import MailboxForm
from ancora.platform.keys import KeyChanged


def try_form(form: MailboxForm):
    """The trial of what was typed, with the stored password where none was typed; None when the form is wrong."""
    from ancora.conversations.channels.email.trial import try_mailbox

    if not form.is_valid():
        return None
    mailbox = form.instance
    for name, password in form.passwords().items():
        setattr(mailbox, name, password)
    try:
        return try_mailbox(mailbox)
    except KeyChanged:
        form.add_error(
            None,
            _(
                "The stored password cannot be read: this installation has another key than the one it was stored "
                "with. Type the password anew."
            ),
        )
        return None

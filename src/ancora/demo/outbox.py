"""What the company sent to people outside, as a Maildir that any mail program opens."""

import mailbox
from pathlib import Path


def sent_mail(home: Path) -> mailbox.Maildir:
    return mailbox.Maildir(home / "sent-mail", create=True)

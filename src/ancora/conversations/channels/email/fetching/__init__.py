"""Mail fetched from the mailboxes' own servers into the intake.

`watch_mailboxes` keeps one IMAP connection per mailbox in use and waits in IDLE; it runs in the worker until told
to stop.

What must always hold: nothing on the server is changed (EXAMINE, BODY.PEEK: no flag set, nothing deleted or moved);
the cursor moves in the transaction that stores what it passes; a mail fetched twice is stored once, by its key.
"""

from ancora.conversations.channels.email.fetching.watching import watch_mailboxes

__all__ = ["watch_mailboxes"]

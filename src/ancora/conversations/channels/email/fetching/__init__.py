"""Mail fetched from the mailboxes' own servers, and what arrived handed to the intake.

`watch_mailboxes` keeps one IMAP connection per mailbox in use and waits in IDLE; `process_arrivals` reads what any
channel stored. Both run in the worker until told to stop.

What must always hold: nothing on the server is changed (BODY.PEEK, EXAMINE: no flag set, nothing deleted or moved);
the cursor moves in the transaction that stores what it passes; a mail fetched twice is stored once, by its key.
"""

from ancora.conversations.channels.email.fetching.arrivals import process_arrivals
from ancora.conversations.channels.email.fetching.watching import watch_mailboxes

__all__ = ["process_arrivals", "watch_mailboxes"]

"""Settings of mailboxes, and mail in quarantine."""

from django.db import models

from ancora.conversations.models.mailbox import Mailbox


class Fetch(models.Model):
    """How far a mailbox has been read: the durable cursors, saved in the transaction of the arrivals they cover.

    Two stretches of UIDs are read side by side, so that new mail never waits for an import: new mail from `last_uid`
    on, and old mail from `old_uid` up to `old_end_uid`.
    """

    mailbox = models.OneToOneField(Mailbox, models.CASCADE, related_name="fetch", primary_key=True)
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    # What the server would give to the next mail, as of the last look: how far behind we are.
    uid_next = models.BigIntegerField(null=True)
    # Mail up to here was on the server when the mailbox was connected: imported silently or left.
    old_until_uid = models.BigIntegerField(default=0)
    old_uid = models.BigIntegerField(default=0)
    old_end_uid = models.BigIntegerField(default=0)
    # About how many old mails there are, how many are here, and since when and from which number on the present
    # stretch runs: what is left and how fast it goes.
    old_total = models.PositiveIntegerField(default=0)
    old_done = models.PositiveIntegerField(default=0)
    old_resumed_at = models.DateTimeField(null=True)
    old_resumed_done = models.PositiveIntegerField(default=0)
    # When a person last asked to look at once: followers begin anew.
    asked_at = models.DateTimeField(null=True)
    succeeded_at = models.DateTimeField(null=True)
    # The first failure since the last success, and the last one.
    stopped_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"fetch of mailbox {self.mailbox_id}"

    @property
    def is_importing(self) -> bool:
        """Whether old mail is still being taken in."""
        return self.old_uid < self.old_end_uid

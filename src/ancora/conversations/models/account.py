from django.db import models
from django.utils.translation import gettext_lazy as _

from ancora.conversations.models.mailbox import Mailbox
from ancora.platform.keys import SecretField


class ChannelAccount(models.Model):
    """One door of a channel that is not a mailbox: the chat of a website, a program of ours that posts messages.

    `kind` names the adapter (see `channels`). Its conversations belong to `mailbox`: who sees it sees them, new cases
    go to its team, and what has to go on by e-mail leaves from it. The address holds `token`, which nobody can guess;
    rows are found by its digest. `secret` signs what passes between us and the other side. `settings` are the
    adapter's own.
    """

    kind = models.CharField(max_length=16, editable=False)
    name = models.CharField(_("name"), max_length=80, help_text=_("As you see it in the list."))
    mailbox = models.ForeignKey(Mailbox, models.PROTECT, related_name="+", verbose_name=_("belongs to the mailbox"))
    is_active = models.BooleanField(_("in use"), default=True)
    token = SecretField(editable=False)
    token_digest = models.CharField(max_length=64, unique=True, editable=False)
    secret = SecretField(_("signing key"), blank=True, default="")
    settings = models.JSONField(default=dict, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    received_at = models.DateTimeField(null=True, editable=False)
    refused_at = models.DateTimeField(null=True, editable=False)
    refusal = models.TextField(blank=True, default="", editable=False)

    def __str__(self) -> str:
        return self.name

    @property
    def is_refusing(self) -> bool:
        """The last thing that happened is that a post was refused."""
        return bool(self.refused_at and (self.received_at is None or self.refused_at > self.received_at))

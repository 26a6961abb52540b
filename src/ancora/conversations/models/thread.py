from django.db import models

from ancora.conversations.models.account import ChannelAccount
from ancora.conversations.models.conversation import Conversation
from ancora.conversations.models.message import Message


class ChannelThread(models.Model):
    """What the other side of an account calls one conversation of ours: what it posts under `thread_key` belongs there.

    It follows its newest message: where a person moved that one, the next one goes too.
    """

    account = models.ForeignKey(ChannelAccount, models.PROTECT, related_name="+", db_index=False)
    thread_key = models.CharField(max_length=200)
    conversation = models.ForeignKey(Conversation, models.PROTECT, related_name="+")
    newest = models.ForeignKey(Message, models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "thread_key"], name="channel_thread_once")]

    def __str__(self) -> str:
        return f"thread of conversation {self.conversation_id}"

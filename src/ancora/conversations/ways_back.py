"""By which channel an answer goes: the one by which the customer wrote."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from ancora.conversations.channels import NoSuchChannel, adapter_of
from ancora.conversations.channels.contract import Capabilities, FileLimits
from ancora.conversations.models import ChannelAccount, ChannelThread, Conversation, Direction, Message, Place
from ancora.platform.errors import Refusal

# What stands as the answer of a recipient who has read a message; surfaces say it in the reader's language.
READ = "read"


@dataclass(frozen=True, slots=True)
class Way:
    """An account of a channel with what the other side calls the conversation and the customer. `answers`: the message
    whose way it is."""

    account: ChannelAccount
    thread_key: str
    to: str
    name: str
    answers: Message

    @property
    def capabilities(self) -> Capabilities:
        return adapter_of(self.account.kind).capabilities(self.account)

    @property
    def last_heard_at(self) -> datetime | None:
        """When the customer last wrote there."""
        found = ChannelThread.objects.filter(account=self.account, thread_key=self.thread_key)
        heard = found.values_list("newest__recorded_at", flat=True).first()
        return heard or (self.answers.recorded_at if self.answers.direction == Direction.IN else None)


def way_back(conversation: Conversation, answers: Message | None = None) -> Way | None:
    """The way of the message that is answered, else of the last one that came in; None: by mail."""
    message = answers or _last_received(conversation)
    return way_of(message) if message is not None else None


def way_of(message: Message) -> Way | None:
    """The way by which a message came or went; None for a mail. `Refusal` where its channel is gone."""
    told = message.addresses.get("channel")
    if not told:
        return None
    account = ChannelAccount.objects.select_related("mailbox").get(pk=told["account"])
    try:
        adapter_of(account.kind)
    except NoSuchChannel as error:
        raise Refusal(_("The package of the channel “%(kind)s” is not installed.") % {"kind": error}) from error
    name = message.from_name if message.direction == Direction.IN else _name_in(message)
    return Way(account, told["thread"], told["to"], name, message)


def channel_of(message: Message) -> str:
    """The name of the account to which an answer to this message goes; empty where it goes by mail."""
    return ways_of([message])[message.pk] if message.addresses.get("channel") else ""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an answer may be on its way. `closes_at`: until when it is taken, None: always · `files`: None: none."""

    closes_at: datetime | None
    files: FileLimits | None


def limits_of(message: Message) -> Limits | None:
    """Of the channel of this message; None by mail, and where the channel is gone."""
    try:
        way = way_of(message)
    except Refusal:
        return None
    if way is None:
        return None
    told = way.capabilities
    heard = way.last_heard_at if told.window else None
    return Limits(heard + told.window if heard else None, told.files)


def ways_of(messages: list[Message]) -> dict[int, str]:
    """The name of the account, or of the channel, of each message by its id; none where all are mails. At most one
    query."""
    if all(one.channel == "email" for one in messages):
        return {}
    # Lines of a chat name no account; those that were queued look like the others.
    named = {one.pk: one.addresses.get("channel", {}).get("account") for one in messages if one.channel != "chat"}
    accounts = ChannelAccount.objects.filter(pk__in=set(named.values()) - {None})
    names = dict(accounts.values_list("pk", "name"))
    return {one.pk: names.get(named.get(one.pk)) or _name_of(one.channel) for one in messages}


def _name_of(kind: str) -> str:
    try:
        return str(adapter_of(kind).name)
    except NoSuchChannel:
        return kind


def _last_received(conversation: Conversation) -> Message | None:
    here = Place.objects.filter(conversation=conversation, until__isnull=True, message__direction=Direction.IN)
    place = here.exclude(message__auto="bounce").select_related("message").order_by("-message_id").first()
    return place.message if place else None


def _name_in(message: Message) -> str:
    return next((name for name, _handle in message.addresses.get("to", [])), "")

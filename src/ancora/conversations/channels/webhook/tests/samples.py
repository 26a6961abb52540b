"""The webhook channel as the contract suite tries it."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from django.test import Client

from ancora.conversations.channels.contract import FileLimits, Outbound
from ancora.conversations.channels.webhook.adapter import ADAPTER
from ancora.conversations.channels.webhook.tests.peer import Program, message, post, program
from ancora.conversations.commands import process_pending, queue_reply
from ancora.conversations.commands.accounts import save_account
from ancora.conversations.models import ChannelAccount, Conversation, Mailbox, Outgoing
from ancora.platform import clock
from ancora.platform.events.actors import SYSTEM


class WebhookSamples:
    def account(self) -> ChannelAccount:
        settings = {"address": "https://shop.example/answers"}
        account = ChannelAccount(kind="webhook", name="Shop app", mailbox=Mailbox.objects.get(), settings=settings)
        return save_account(account, actor=SYSTEM)

    def deliver(self, client: Client, account: ChannelAccount, *, text: str, key: str) -> int:
        return post(client, account, message(id=key, text=text), identity=f"post-{key}")

    def forgeries(self, client: Client, account: ChannelAccount) -> dict[str, int]:
        told, now = message(), clock.now().timestamp()
        other = json.dumps(message(text="Pay here instead")).encode()
        seen = {}
        # A body that another signature belongs to, byte for byte as it came.
        seen["another body"] = post(client, account, other, webhook_signature="v1,bm90IG91cnM=")
        seen["another key"] = post(client, account, told, key="whsec_" + "A" * 43 + "=")
        seen["unsigned"] = post(client, account, told, webhook_signature="")
        seen["no id"] = post(client, account, told, webhook_id="")
        seen["late"] = post(client, account, told, at=now - 301)
        seen["early"] = post(client, account, told, at=now + 301)
        seen["another time"] = post(client, account, told, webhook_timestamp=str(int(now) - 1))
        seen["no time"] = post(client, account, told, webhook_timestamp="soon")
        return seen

    def riddle(self, client: Client, account: ChannelAccount) -> int:
        return post(client, account, {"type": "telepathy", "id": "x"})

    def raw(self) -> bytes:
        return json.dumps(message(id="m-1")).encode()

    def outbound(self, **changes) -> Outbound:
        at = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
        usual = Outbound(key="msg_1", thread_key="t-1", to="u-5", text="It is on its way.", written_at=at)
        return replace(usual, **{"last_heard_at": at, **changes})

    def tight(self):
        narrow = ADAPTER.capabilities(
            ChannelAccount(kind="webhook", settings={"most_characters": 20, "window_hours": 1})
        )
        return replace(narrow, files=FileLimits(most=1, most_bytes=10), window=timedelta(hours=1))

    def peer(self):
        return program()

    def answer(self, peer: Program, account: ChannelAccount, author, text: str) -> Outgoing:
        account.settings["address"] = peer.address
        peer.keys = account.secret.split()
        save_account(account, actor=SYSTEM)
        assert self.deliver(Client(), account, text="Where is my lamp?", key="asked") == 200
        process_pending()
        conversation = Conversation.objects.get()
        return queue_reply(conversation, html=f"<p>{text}</p>", to=[], author=author).outgoing


SAMPLES = WebhookSamples()

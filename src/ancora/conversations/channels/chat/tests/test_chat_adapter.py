"""What is the chat's own: how far a browser is proved, what its posts say, and how a line of ours gets there."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.cases.models import Case
from ancora.conversations.channels.chat.adapter import ADAPTER
from ancora.conversations.channels.chat.posted import Garbled, PostedLine
from ancora.conversations.channels.chat.tests.samples import SAMPLES
from ancora.conversations.channels.contract import (
    ChannelFile,
    Ending,
    FileLimits,
    Forbidden,
    Handover,
    Posted,
    Proof,
    ReceiptKind,
    Rejected,
)
from ancora.conversations.chats.commands import amounts
from ancora.conversations.chats.tests.rooms import SECRET, Browser, open_account, signed
from ancora.conversations.chats.visitors import digest_of
from ancora.conversations.models import Attachment, ChannelAccount, ChatLine, Message, Outgoing
from ancora.platform.events.dispatcher import drain
from ancora.platform.files.store import read

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)
TOKEN, KEY = "t" * 43, UUID(int=7)


def posted(body: bytes | dict, token: str = f"Bearer {TOKEN}") -> Posted:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Posted({"authorization": token} if token else {}, raw)


def understood(body: bytes | dict, now: datetime = NOW):
    """What a post says, without a database."""
    account = ChannelAccount(pk=3, secret=SECRET)
    proved = ADAPTER.verify(posted(body), account, now)
    return proved, ADAPTER.parse(proved.raw, account)


def said_by(identity: str, **more) -> dict:
    return {"client_key": str(KEY), "text": "Hello", "name": "Carla", "identity": identity, **more}


def test_a_browser_proves_nothing_and_who_is_signed_is_proved():
    proved, line = understood({"client_key": str(KEY), "text": "Hello", "name": "Carla", "email": "c@example.org"})
    assert (proved.key, line.key, line.client_key, line.text) == (str(KEY), str(KEY), KEY, "Hello")
    assert (line.writer.kind, line.writer.proof) == ("browser", Proof.NONE)
    assert line.thread_key == digest_of(TOKEN)
    assert line.writer.value == digest_of(TOKEN)[:32]
    # What was typed is told, and is no handle.
    assert (line.introduction.email, line.writer.address) == ("c@example.org", "")
    _proved, line = understood(said_by(signed(sub="4711", name="Carla R.", exp=NOW.timestamp() + 60)))
    assert (line.writer.kind, line.writer.value, line.writer.proof) == ("user", "3:4711", Proof.STRONG)
    assert (line.writer.name, line.introduction.name) == ("Carla R.", "Carla")
    assert all(kind in ADAPTER.capabilities().handles for kind in ("browser", "user", "email"))


def test_what_is_signed_is_proved_whatever_way_it_is_spelled():
    """JSON spells a name in many ways; none of them passes by the signature, and nobody says who was proved."""
    forged = signed(sub="boss", exp=NOW.timestamp() + 60, key="another")
    told = json.dumps(said_by(forged))
    for body in (told, told.replace('"identity"', '"\\u0069dentity"'), f'{{"identity": "", {told[1:]}'):
        with pytest.raises(Rejected):
            understood(body.encode())
    late = signed(sub="1", exp=NOW.timestamp() + 60)
    with pytest.raises(Rejected) as refused:
        understood(said_by(late), NOW + timedelta(hours=1))
    assert refused.value.code == 403
    mine = {"client_key": str(KEY), "text": "x", "person": {"user_id": "boss"}, "visitor": "somebody"}
    for body in (json.dumps(mine).encode(), b"\n" + json.dumps(mine).encode()):
        _proved, line = understood(body)
        assert (line.writer.kind, line.thread_key) == ("browser", digest_of(TOKEN))


def test_signs_are_receipts_and_what_is_neither_is_said():
    _proved, seen = understood({"delivered": 7, "read": 5})
    assert (seen.kind, seen.key, seen.delivered, seen.read) == (ReceiptKind.DELIVERED, "7", 7, 5)
    assert understood({"read": 9, "delivered": "9"})[1].kind == ReceiptKind.READ
    for body in (b"", b"{", b"[]", b"\xff", b"null", b"[" * 10_000, {"text": "x"}, {"client_key": "1", "text": "x"}):
        with pytest.raises(Garbled):
            understood(body)
    assert isinstance(understood({"client_key": str(KEY), "text": 3, "seen": []})[1], PostedLine)
    for token in ("", "Bearer", "Bearer short", f"Basic {TOKEN}"):
        with pytest.raises(Rejected):
            ADAPTER.verify(posted({"client_key": str(KEY)}, token), ChannelAccount(), NOW)


def test_each_file_has_its_measure():
    told, file = ADAPTER.capabilities(), ChannelFile("a.txt", "text/plain", b"123456")
    narrow = replace(told, files=FileLimits(most=2, most_bytes=20, most_bytes_each=5))
    with pytest.raises(Forbidden, match="file_too_large"):
        ADAPTER.render(SAMPLES.outbound(files=(file,)), narrow)
    assert ADAPTER.render(SAMPLES.outbound(files=(replace(file, content=b"12345"),) * 2), narrow)


def test_a_program_answers_in_the_chat(cast, mailbox, program_of):
    account = open_account(mailbox)
    carla, program, key = Browser(account), program_of(cast.marco), uuid4()
    reference = carla.begin("Where is my lamp?", email="carla@example.org").json()["reference"]
    said = {"text": "It is on its way.", "files": [{"filename": "way.txt", "content": "QQ=="}]}
    for _time in range(2):
        answer = program.post(f"/cases/{reference}/replies", said, key=key)
        assert answer.status_code == 201, answer.content
    drain()
    outgoing = Outgoing.objects.get()
    assert (outgoing.account, outgoing.message.channel) == (account, "chat")
    # Nothing is there before it was handed over, and then it is once.
    assert len(carla.lines()) == 1
    handover = Handover(
        key=outgoing.message.message_id,
        content=read(outgoing.file),
        sender="",
        recipients=("chat",),
        works=lambda: None,
        begin=lambda answers: None,
        afterwards=lambda what: None,
    )
    assert [ADAPTER.send(account, handover).ending for _time in range(2)] == [Ending.ACCEPTED] * 2
    [line] = carla.lines(since=1)
    assert (line["text"], line["name"], line["from"]) == ("It is on its way.", "Marco Reale", "agent")
    [file] = line["files"]
    assert carla.get(f"files/{file['id']}-{file['key']}/").content == b"A"
    assert ChatLine.objects.count() == 2
    # Who names an address means a mail.
    by_mail = {"text": "By mail", "to": [{"address": "carla@example.org"}]}
    assert program.post(f"/cases/{reference}/replies", by_mail).status_code == 201
    assert Outgoing.objects.latest("id").account is None


def test_a_conversation_takes_so_many_files_a_day(cast, mailbox, monkeypatch):
    monkeypatch.setattr(amounts, "MOST_DAILY_BYTES", 3_000_000)
    carla = Browser(open_account(mailbox), **{"accept-language": "en"})
    carla.begin()
    assert carla.send_files(SimpleUploadedFile("a.bin", b"a" * 2_000_000)).status_code == 200
    refused = carla.send_files(SimpleUploadedFile("b.bin", b"b" * 1_000_001))
    assert refused.status_code == 400
    assert refused.json()["words"] == "That is more than 3 MB of files in a day. Send the rest tomorrow."
    assert (Attachment.objects.count(), Message.objects.count()) == (1, 2)
    with CaptureQueriesContext(connection) as asked:
        assert carla.write("Words are no files").status_code == 200
    # Neither files are counted for words, nor is the account looked up where nothing is signed.
    assert not [one for one in asked if "sum(f.size)" in one["sql"] or '"conversations_channelaccount"' in one["sql"]]
    ChatLine.objects.update(at=ChatLine.objects.first().at - timedelta(hours=25))
    assert carla.send_files(SimpleUploadedFile("b.bin", b"b" * 1_000_001)).status_code == 200
    assert Case.objects.count() == 1

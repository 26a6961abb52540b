"""What every channel promises, tried with every one that there is."""

import inspect
from dataclasses import replace
from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ancora.conversations.channels import adapter_of, contract, own_kinds
from ancora.conversations.channels.contract import Capabilities, ChannelFile, Forbidden, Proof
from ancora.conversations.commands.intake import process_pending
from ancora.conversations.commands.rescue import rescue
from ancora.conversations.commands.send import send
from ancora.conversations.models import Arrival, Message, Outgoing, Outlet
from ancora.customers.models import HandleKind
from ancora.platform import clock
from ancora.platform.events.dispatcher import drain
from ancora.platform.files.store import read


@pytest.fixture(params=own_kinds())
def kind(request) -> str:
    return request.param


@pytest.fixture
def adapter(kind):
    return adapter_of(kind)


@pytest.fixture
def samples(kind):
    return import_module(f"{contract.__package__}.{kind}.tests.samples").SAMPLES


@pytest.fixture
def account(cast, mailbox, public_address, samples):
    return samples.account()


def test_a_channel_says_what_it_can_do(adapter, kind):
    told = adapter.capabilities()
    assert adapter.kind == kind
    assert len(kind) <= 16
    assert str(adapter.name)
    assert isinstance(told, Capabilities)
    assert set(told.handles) <= set(HandleKind.values)
    assert set(told.handles.values()) <= set(Proof)
    for verb in ("capabilities", "verify", "parse", "render", "send"):
        asked, promised = (inspect.signature(getattr(one, verb)) for one in (adapter, contract.Adapter))
        assert list(asked.parameters) == list(promised.parameters)[1:]


def test_the_same_delivery_again_is_one_message(account, samples, adapter, client_of):
    client = client_of()
    for _ in range(2):
        assert samples.deliver(client, account, text="Where is my lamp?", key="first") == 200
    assert samples.deliver(client, account, text="And the shade?", key="second") == 200
    while process_pending():
        drain()
    found = {one.text.strip(): one for one in Message.objects.select_related("handle").order_by("id")}
    assert list(found) == ["Where is my lamp?", "And the shade?"]
    for message in found.values():
        assert message.channel == adapter.kind
        assert message.handle.kind in adapter.capabilities(account).handles
        assert message.handle.verification != Proof.STRONG
    assert not Arrival.objects.exclude(state="done").exists()


def test_what_is_not_proved_is_refused_and_leaves_nothing(account, samples, client_of):
    answers = samples.forgeries(client_of(), account)
    assert answers
    assert {what for what, status in answers.items() if not 400 <= status < 500} == set()
    assert (Arrival.objects.count(), Message.objects.count()) == (0, 0)


def test_what_nobody_understands_is_kept_for_a_person_or_told_to_who_waits(account, samples, adapter, client_of):
    status, is_live = samples.riddle(client_of(), account), adapter.capabilities(account).is_live
    assert status == (400 if is_live else 200)
    process_pending()
    kept = list(Arrival.objects.all())
    assert [one.state for one in kept] == ([] if is_live else ["quarantined"])
    assert all(one.reason and read(one.file) for one in kept)
    assert Message.objects.count() == 0


def test_reading_and_rendering_are_pure(account, samples, adapter):
    raw, outbound, told = samples.raw(), samples.outbound(), adapter.capabilities(account)
    with CaptureQueriesContext(connection) as asked:
        assert adapter.parse(raw, account) == adapter.parse(raw, account)
        assert outbound.text.encode() in adapter.render(outbound, told)
    assert not asked.captured_queries


def test_what_the_channel_cannot_carry_is_refused_whole(account, samples, adapter):
    tight, usual = samples.tight(), samples.outbound(text="Fine", last_heard_at=clock.now())
    file = ChannelFile("a.txt", "text/plain", b"12345")
    beyond = {
        "empty": replace(usual, text=" \n"),
        "too_long": replace(usual, text="ä" * 21),
        "too_many_files": replace(usual, files=(file, file)),
        "too_large": replace(usual, files=(replace(file, content=b"x" * 11),)),
        "window": replace(usual, last_heard_at=usual.written_at - timedelta(minutes=61)),
        "first": replace(usual, last_heard_at=None),
    }
    unlimited = {
        "too_long": tight.most_characters is None,
        "window": tight.window is None,
        "first": tight.may_begin,
    }
    assert adapter.render(usual, tight)
    for reason, outbound in beyond.items():
        if unlimited.get(reason):
            continue
        with pytest.raises(Forbidden) as refused:
            adapter.render(outbound, tight)
        assert refused.value.reason == reason
    with pytest.raises(Forbidden, match="no_files"):
        adapter.render(replace(usual, files=(file,)), replace(tight, files=None))


def test_an_answer_arrives_once_whatever_happens(account, samples, cast):
    with samples.peer() as peer:
        outgoing = samples.answer(peer, account, cast.marco, "It is on its way.")
        with peer.answering("later"):
            send(outgoing.pk)
        assert state_of(outgoing) == "queued"
        send(outgoing.pk)
        assert peer.taken == []
        is_due(outgoing)
        for _ in range(2):
            send(outgoing.pk)
            rescue()
        assert state_of(outgoing) == "accepted"
        assert [one for one in peer.taken if "It is on its way." in one] == peer.taken
        assert len(peer.taken) == 1


def test_refused_for_good_is_failed_with_their_words(account, samples, cast):
    with samples.peer() as peer:
        outgoing = samples.answer(peer, account, cast.marco, "Not wanted")
        with peer.answering("refused"):
            send(outgoing.pk)
        is_due(outgoing)
        send(outgoing.pk)
        assert state_of(outgoing) == "failed"
        assert Outgoing.objects.get(pk=outgoing.pk).error
        assert peer.taken == []


def test_what_may_have_arrived_is_sent_again_only_where_the_key_is_known_again(account, samples, adapter, cast):
    with samples.peer() as peer:
        outgoing = samples.answer(peer, account, cast.marco, "Perhaps there")
        with peer.answering("broken"):
            send(outgoing.pk)
        is_idempotent = adapter.capabilities(account).is_idempotent
        assert state_of(outgoing) == ("queued" if is_idempotent else "unknown")
        assert Outgoing.objects.get(pk=outgoing.pk).is_perhaps_there == is_idempotent
        is_due(outgoing)
        send(outgoing.pk)
        assert state_of(outgoing) == ("accepted" if is_idempotent else "unknown")
        assert len(peer.taken) <= 1


def state_of(outgoing: Outgoing) -> str:
    return Outgoing.objects.get(pk=outgoing.pk).state


def is_due(outgoing: Outgoing) -> None:
    Outlet.objects.update(retry_at=None)
    Outgoing.objects.filter(pk=outgoing.pk).update(next_at=clock.now())

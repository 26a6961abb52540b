"""The same for every mail provider: what it posts is proved, kept once, and only then answered with 200."""

import json
import subprocess
import threading
from dataclasses import replace
from email.message import EmailMessage
from itertools import count

import pytest
from django.db import close_old_connections

from ancora.conversations import tokens
from ancora.conversations.channels.email.parsing import parse
from ancora.conversations.channels.email.tests.outbox import events_of
from ancora.conversations.channels.email.tests.test_listening_failures import database_away
from ancora.conversations.commands import process_pending, retry_arrival, start_conversation
from ancora.conversations.models import Arrival, Conversation, InboundHook, Mailbox, Message, Outgoing, OutgoingState
from ancora.conversations.tests.hook_peers import PEERS
from ancora.conversations.tests.hook_peers.peer import now
from ancora.platform.files.store import read

CARLA = "carla@customer.example"
DAY = 24 * 60 * 60
# What Ancora has no way around: the address holds the secret.
pytestmark = pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailWarning")


def _mail() -> bytes:
    found = EmailMessage()
    found["From"] = f"Carla Riva <{CARLA}>"
    found["To"] = "support@example.com"
    found["Subject"] = "Caffè freddo"
    found["Message-ID"] = "<question@customer.example>"
    found["Date"] = "Mon, 05 Oct 2026 10:00:00 +0200"
    found.set_content("My coffee arrives cold, perché?\n")
    found.add_alternative("<p>My coffee arrives <b>cold</b>, perché?</p>\n", subtype="html")
    found.add_attachment(bytes(range(256)) + b"\r\n\n\r", maintype="image", subtype="png", filename="cup.png")
    return found.as_bytes(policy=found.policy.clone(linesep="\r\n"))


# Once, because its boundaries are made by chance.
MAIL = _mail()


@pytest.fixture(params=sorted(PEERS))
def peer(request):
    return PEERS[request.param]


@pytest.fixture
def hook(hook_of, peer, provider_server):
    provider_server(peer, MAIL)
    return hook_of(peer)


@pytest.fixture
def bring(post, peer, hook):
    """`bring(to)`: the provider posts the mail for that recipient; gives the status."""
    return lambda to="support@example.com", **told: post(peer, hook, peer.deliver(hook, MAIL, to, **told))


def refusal(hook: InboundHook) -> str:
    return InboundHook.objects.get(pk=hook.pk).refusal


def test_mail_is_kept_whole_and_once_however_often_it_is_posted(bring, post, peer, hook, mailbox):
    what, told, barrier = peer.deliver(hook, MAIL, "support@example.com"), [], threading.Barrier(2)

    def send() -> None:
        barrier.wait(10)
        told.append(post(peer, hook, what))
        close_old_connections()

    threads = [threading.Thread(target=send) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join(30) for thread in threads]
    assert told == [200, 200]
    assert (post(peer, hook, what), bring()) == (200, 200)
    arrival = Arrival.objects.get()
    stored = read(arrival.file)
    assert (arrival.mailbox, arrival.is_silent) == (mailbox, False)
    assert stored.endswith(MAIL) or not peer.gives_raw
    found, whole = parse(stored), parse(MAIL)
    assert (found.subject, found.from_, found.message_id, found.date) == (
        whole.subject, whole.from_, whole.message_id, whole.date,
    )  # fmt: skip
    assert (found.text.strip(), found.html) == (whole.text.strip(), whole.html)
    assert [one.content for one in found.attachments] == [one.content for one in whole.attachments]
    process_pending()
    assert Message.objects.get().subject == "Caffè freddo"
    assert InboundHook.objects.get().received_at is not None


def test_what_is_not_proved_is_refused_and_said_on_the_page(bring, post, peer, hook):
    what = peer.deliver(hook, MAIL, "support@example.com")
    stranger = InboundHook(provider=hook.provider, token="x" * 43)
    assert post(peer, stranger, what) == 404
    if peer.is_signed:
        assert post(peer, hook, peer.wrongly_signed(what)) == 403
        assert "signature is wrong" in refusal(hook)
        assert post(peer, hook, unsigned(what)) == 403
    if peer.is_signed and peer.signs_body and peer.provider != "amazon_ses":
        body = what.body.replace(b": ", b":", 1) if b": " in what.body else what.body + b"&a=b"
        assert post(peer, hook, replace(what, body=body)) == 403
    if peer.has_time:
        for at in (now() - 4 * DAY, now() + DAY):
            assert bring(at=at) == 403
            assert "of another time" in refusal(hook)
    if peer.provider != "sendgrid" and InboundHook.objects.exclude(secret="").update(secret=""):
        assert bring() == 403
        assert "is empty" in refusal(hook)
    InboundHook.objects.update(is_active=False)
    assert bring() == 404
    assert Arrival.objects.count() == 0


def unsigned(what):
    """Nothing in it is called a signature any more."""
    if b"SigningCertURL" in what.body:
        post = {name: value for name, value in json.loads(what.body).items() if name != "Signature"}
        return replace(what, body=json.dumps(post).encode())
    return replace(what, body=what.body.replace(b'"signature"', b'"other"'), headers={})


def test_what_is_proved_and_cannot_be_understood_is_kept_as_it_came(post, peer, hook):
    what = peer.garbage(hook)
    assert post(peer, hook, what) == 200
    arrival = Arrival.objects.get()
    assert (arrival.state, read(arrival.file)) == ("quarantined", what.body)
    assert arrival.reason == refusal(hook)
    assert "in a form that cannot be read" in arrival.reason


def test_mail_finds_its_mailbox_and_conversation_by_the_envelope(bring, peer, hook, cast, mailbox):
    sales = Mailbox.objects.create(name="Sales", address="sales@example.com")
    tells_recipient = peer.provider != "mailtrap"
    start_conversation(mailbox, to=[("", CARLA)], subject="Hi", html="<p>Hello</p>", author=cast.marco)
    if tells_recipient:
        assert bring(tokens.reply_address("support@example.com", Conversation.objects.get().reference)) == 200
        process_pending()
        assert Message.objects.order_by("id").last().rung == "token"
    InboundHook.objects.update(mailbox=sales)
    assert bring("somebody@example.com") == 200
    assert Arrival.objects.order_by("id").last().mailbox == sales
    InboundHook.objects.update(mailbox=None)
    Mailbox.objects.filter(pk=mailbox.pk).update(address="info@example.com")
    assert bring("nobody@example.com") == 200
    arrival = Arrival.objects.order_by("id").last()
    assert (arrival.state, arrival.mailbox) == ("quarantined", None)
    assert ("nobody@example.com" if tells_recipient else "support@example.com") in arrival.reason
    Mailbox.objects.filter(pk=mailbox.pk).update(aliases=["nobody@example.com", "support@example.com"])
    assert retry_arrival(arrival.pk).outcome in ("opened", "duplicate")


@pytest.fixture
def full_disk(tmp_path, settings):
    """A home without any room."""
    home = tmp_path / "small"
    home.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4k", "tmpfs", str(home)], check=False).returncode:
        pytest.skip("a small disk can only be mounted as root")
    (home / "filler").write_bytes(b"x" * 4096)
    settings.ANCORA_HOME = home
    yield home
    subprocess.run(["umount", "-l", str(home)], check=True)


def test_provider_comes_again_when_database_or_disk_cannot_take_it(bring, peer, hook, databases, db, full_disk):
    with database_away(databases, db):
        assert bring() == 503
    assert bring() == 503
    assert Arrival.objects.count() == 0
    subprocess.run(["mount", "-o", "remount,size=1m", str(full_disk)], check=True)
    assert bring() == 200
    assert Arrival.objects.count() == 1


def test_report_settles_the_message_it_names_once(post, peer, hook, cast, mailbox):
    states = {"delivered": "delivered", "bounced": "bounced", "complained": "delivered"}
    if peer.provider == "postal":
        del states["complained"]
    for kind, state in states.items():
        customer = f"customer{next(_numbers)}@customer.example"
        message = start_conversation(mailbox, to=[("", customer)], subject="Hi", html="<p>Hi</p>", author=cast.marco)
        Outgoing.objects.filter(message=message).update(state=OutgoingState.ACCEPTED)
        message.outgoing.recipients.update(state="accepted")
        what = peer.report(hook, kind, message.message_id, customer)
        assert (post(peer, hook, what), post(peer, hook, what)) == (200, 200)
        assert post(peer, hook, peer.report(hook, kind, "unknown@elsewhere.example", customer)) == 200
        expected = state if peer.names_our_message else "accepted"
        assert message.outgoing.recipients.get().state == expected
        assert Outgoing.objects.get(message=message).state == expected
        assert events_of(message.outgoing) == ([f"message.{state}"] if peer.names_our_message else [])
    assert Arrival.objects.count() == 0


_numbers = count(1)

"""Answers leave with a permission instead of a password."""

import base64
import json

import pytest

from ancora.conversations.channels.email.system_mail import SystemMailBackend
from ancora.conversations.channels.email.tests.mail_servers import PASSWORD
from ancora.conversations.channels.email.tests.oauth_boxes import grant_to, grown_old, know
from ancora.conversations.channels.email.tests.outbox import fate
from ancora.conversations.channels.email.tests.smtp_peer import HANG_UP, SmtpPeer, smtp_peer
from ancora.conversations.channels.email.trial import try_mailbox
from ancora.conversations.commands.send import send
from ancora.conversations.models import Grant, Mailbox, Outgoing

CHALLENGE = base64.b64encode(json.dumps({"status": "400", "schemes": "Bearer", "scope": "mail"}).encode()).decode()
GREETING = {"EHLO": "250-peer.example\r\n250-AUTH LOGIN PLAIN XOAUTH2\r\n250 8BITMIME"}


@pytest.fixture
def signs_in(write, provider):
    """`signs_in(peer)`: an answer that waits, of a mailbox that has the permission."""

    def start(peer) -> Outgoing:
        outgoing = write(peer)
        know(provider)
        Mailbox.objects.update(sign_in="other", smtp_user="support@shop.example")
        grant_to(outgoing.mailbox, provider)
        return Outgoing.objects.select_related("mailbox").get(pk=outgoing.pk)

    return start


def strict(provider, **answers) -> SmtpPeer:
    """A peer that speaks AUTH XOAUTH2 as Google's and Microsoft's do, and takes the provider's tokens only."""
    peer = SmtpPeer(**GREETING, **answers)

    def judge() -> str:
        verb, mechanism, words = peer.lines[-1].split()
        assert (verb, mechanism) == ("AUTH", "XOAUTH2")
        user, bearer, *rest = base64.b64decode(words).decode().split("\1")
        assert (user, rest) == ("user=support@shop.example", ["", ""])
        is_good = provider.introspected(bearer.removeprefix("auth=Bearer "))["active"]
        return "235 2.7.0 Accepted" if is_good else f"334 {CHALLENGE}"

    peer.answers |= {"AUTH": judge, "": "535 5.7.8 Username and Password not accepted."}
    return peer


def test_answer_leaves_with_a_token(signs_in, provider):
    peer = strict(provider)
    outgoing = signs_in(peer)
    send(outgoing.pk)
    peer.close()
    assert fate(outgoing) == ("accepted", {"carla": "accepted"})
    assert (len(peer.taken), peer.steps.count("AUTH"), provider.requests) == (1, 1, [])


def test_refused_token_is_renewed_once_and_the_answer_sent_once(signs_in, provider):
    peer = strict(provider)
    outgoing = signs_in(peer)
    provider.expire()
    Grant.objects.update(refreshed_at=Grant.objects.get().refreshed_at - access_age())
    send(outgoing.pk)
    peer.close()
    assert fate(outgoing)[0] == "accepted"
    assert (len(peer.taken), peer.steps.count("AUTH"), peer.steps.count("greeting")) == (1, 2, 2)
    assert provider.requests == [("refresh_token", 200)]


def test_server_that_refuses_every_token_is_asked_twice_and_the_answer_waits(signs_in, provider):
    peer = strict(provider)
    outgoing = signs_in(peer)
    peer.answers["AUTH"] = f"334 {CHALLENGE}"
    Grant.objects.update(refreshed_at=Grant.objects.get().refreshed_at - access_age())
    send(outgoing.pk)
    peer.close()
    outgoing.refresh_from_db()
    assert outgoing.state == "queued"
    assert "does not accept the permission (400 · 535 5.7.8" in outgoing.error
    assert peer.steps.count("AUTH") == 2


def test_consent_gone_leaves_the_answer_queued_with_the_reason(signs_in, provider):
    peer = strict(provider)
    outgoing = signs_in(peer)
    provider.revoke()
    grown_old(outgoing.mailbox)
    send(outgoing.pk)
    peer.close()
    outgoing.refresh_from_db()
    assert (outgoing.state, "AUTH" in peer.steps) == ("queued", False)
    assert "is gone. Connect it again." in outgoing.error


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ({"AUTH": "454 4.7.0 Temporary authentication failure"}, "454 4.7.0"),
        ({"AUTH": HANG_UP}, "closed the connection"),
        ({"AUTH": "504 5.7.4 Unrecognized authentication type"}, "refuses to let us sign in"),
        ({"EHLO": "250 peer.example"}, "does not let anybody sign in"),
    ],
)
def test_other_refusals_are_said_and_cost_no_token(signs_in, provider, answers, words):
    with smtp_peer(**{**GREETING, **answers}) as peer:
        outgoing = signs_in(peer)
        send(outgoing.pk)
    outgoing.refresh_from_db()
    assert outgoing.state == "queued"
    assert words in outgoing.error
    assert provider.requests == []


def test_mail_of_ancora_itself_leaves_with_a_token(signs_in, provider):
    from django.core.mail import EmailMessage

    peer = strict(provider)
    signs_in(peer)
    SystemMailBackend().send_messages([EmailMessage("Hello", "Come in.", None, ["new@example.com"])])
    peer.close()
    assert [recipients for recipients, _raw in peer.taken] == [["new@example.com"]]


def test_trial_signs_in_with_the_token_on_both_sides(db, provider, imap, address):
    """Dovecot takes the token; the peer, too. That no mail arrives is another thing: the peer keeps it."""
    know(provider)
    peer = strict(provider)
    servers = {"imap_host": "127.0.0.1", "imap_port": imap.port, "imap_security": "none", "imap_user": address}
    servers |= {"smtp_host": "127.0.0.1", "smtp_port": peer.port, "smtp_security": "none"}
    box = Mailbox.objects.create(
        name="Shop",
        address=address,
        sign_in="other",
        smtp_user="support@shop.example",
        imap_password=PASSWORD,
        **servers,
    )
    trial = try_mailbox(box, timeout=0.5)
    assert [(step.name, step.ok) for step in trial.steps] == [("incoming", False), ("outgoing", False)]
    assert all("Nobody has given the permission yet" in step.message for step in trial.steps)
    grant_to(box, provider)
    trial = try_mailbox(box, timeout=0.5)
    peer.close()
    assert [(step.name, step.ok) for step in trial.steps][:3] == [
        ("incoming", True),
        ("outgoing", True),
        ("sent", True),
    ]


def access_age():
    from ancora.conversations.channels.email.oauth import access

    return access.YOUNG

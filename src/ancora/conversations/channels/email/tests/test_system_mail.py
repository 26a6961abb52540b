"""Ancora's own mail leaves through the first mailbox in use."""

import pytest
from django.core import mail as django_mail
from django.test import override_settings

from ancora.conversations.channels.email.system_mail import NoMailServer
from ancora.conversations.channels.email.tests.mail_servers import free_port
from ancora.conversations.channels.email.tests.smtp_peer import smtp_peer
from ancora.conversations.models import Mailbox
from ancora.platform.errors import Refusal


@pytest.fixture(autouse=True)
def real_backend():
    backend = {"BACKEND": "ancora.conversations.channels.email.system_mail.SystemMailBackend"}
    with override_settings(MAILERS={"default": backend}):
        yield


def connected(port: int) -> Mailbox:
    return Mailbox.objects.create(
        name="Shop", address="support@shop.example", smtp_host="127.0.0.1", smtp_port=port, smtp_security="none"
    )


def invite() -> None:
    django_mail.send_mail("Invito: è ora", "Entra qui.\n.\nCiao", None, ["new@example.com"])


def test_invitation_comes_from_the_mailbox_and_asks_for_no_automatic_answer(db):
    with smtp_peer() as peer:
        connected(peer.port)
        invite()
    [(recipients, raw)] = peer.taken
    assert recipients == ["new@example.com"]
    assert b'From: "Shop" <support@shop.example>' in raw
    assert b"Auto-Submitted: auto-generated" in raw
    assert raw.isascii()


def test_without_a_mailbox_it_says_what_to_do(db):
    with pytest.raises(NoMailServer, match="connect one in the settings"):
        invite()


def test_refusal_of_the_server_is_told(db):
    with smtp_peer(RCPT="550 5.1.1 nobody here") as peer:
        connected(peer.port)
        with pytest.raises(Refusal, match="nobody here"):
            invite()


def test_server_away_is_told(db):
    connected(free_port())
    with pytest.raises(Refusal, match="refuses connections"):
        invite()

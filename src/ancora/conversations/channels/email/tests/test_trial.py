"""A mailbox tried out against real servers says what works and what does not."""

import pytest

from ancora.conversations.channels.email.tests.mail_servers import PASSWORD, free_port
from ancora.conversations.channels.email.tests.smtp_peer import smtp_peer
from ancora.conversations.channels.email.trial import Trial, try_mailbox
from ancora.conversations.models import Listener, Mailbox
from ancora.platform import clock


@pytest.fixture
def box(db, dovecot, postfix, address):
    """`box(**fields)`: a mailbox, not saved, with working servers unless told otherwise."""

    def make(**fields) -> Mailbox:
        servers = {
            "imap_host": "127.0.0.1",
            "imap_port": dovecot.port,
            "imap_security": "none",
            "imap_user": fields.get("address", address),
            "imap_password": PASSWORD,
            "smtp_host": "127.0.0.1",
            "smtp_port": postfix.port,
            "smtp_security": "none",
        }
        return Mailbox(**{"name": "Support", "address": address, **servers, **fields})

    return make


def failed(trial: Trial) -> list[tuple[str, str]]:
    return [(step.name, step.message) for step in trial.steps if not step.ok]


def test_working_mailbox_passes_every_step_and_keeps_nothing(box, dovecot, address):
    trial = try_mailbox(box())
    assert failed(trial) == []
    assert [step.name for step in trial.steps] == [
        "incoming",
        "outgoing",
        "sent",
        "received",
        "plus_address",
        "threaded",
    ]
    assert dovecot.inbox(address) == []


def test_mailbox_without_plus_addressing_threads_by_message_id(box):
    trial = try_mailbox(box(has_plus_addressing=False))
    assert trial.ok
    assert [step.name for step in trial.steps][-1] == "threaded"


def test_refused_plus_address_suggests_to_switch_it_off(box):
    trial = try_mailbox(box(address="noplus@shop.example"))
    [(name, words)] = failed(trial)
    assert name == "plus_address"
    assert "550" in words
    assert "Switch" in words


@pytest.mark.parametrize(
    ("fields", "step", "words"),
    [
        ({"imap_password": "wrong"}, "incoming", "user name and password"),
        ({"imap_host": "no-such-host.invalid"}, "incoming", "unknown"),
        ({"imap_folder": "Nowhere"}, "incoming", "“Nowhere”"),
        ({"imap_host": ""}, "incoming", "no server for incoming mail"),
        ({"smtp_host": ""}, "outgoing", "no server for outgoing mail"),
        ({"smtp_host": "no-such-host.invalid"}, "outgoing", "unknown"),
        ({"smtp_security": "tls"}, "outgoing", "TLS with 127.0.0.1"),
        ({"smtp_security": "starttls"}, "outgoing", "does not offer STARTTLS"),
        ({"smtp_user": "somebody", "smtp_password": "x"}, "outgoing", "does not let anybody sign in"),
    ],
)
def test_each_mistake_is_named(box, fields, step, words):
    trial = try_mailbox(box(**fields), timeout=5)
    [(name, message)] = failed(trial)
    assert name == step
    assert words in message


def test_both_sides_are_looked_at_when_both_are_wrong(box):
    trial = try_mailbox(box(imap_port=free_port(), smtp_port=free_port()))
    assert [name for name, _ in failed(trial)] == ["incoming", "outgoing"]
    assert all("refuses connections" in words for _, words in failed(trial))


def test_mail_that_never_arrives_is_said(box):
    with smtp_peer() as peer:
        trial = try_mailbox(box(smtp_port=peer.port), timeout=1)
    [(name, words)] = failed(trial)
    assert name == "received"
    assert "did not arrive" in words


def test_late_trial_mail_becomes_no_case(box, arrive):
    with smtp_peer() as peer:
        mailbox = box(smtp_port=peer.port)
        try_mailbox(mailbox, timeout=0.5)
    mailbox.save()
    [(_recipients, raw)] = peer.taken
    assert arrive(raw, mailbox).outcome == "ignored"


def test_mailbox_to_which_mail_is_routed_needs_no_server_to_fetch_from(cast, mailbox):
    Listener.objects.create(kind="lmtp", address="127.0.0.1:2424", seen_at=clock.now())
    incoming = try_mailbox(mailbox).steps[0]
    assert (incoming.name, incoming.ok, incoming.message) == (
        "incoming", True, "Nothing is fetched: mail arrives by LMTP.",
    )  # fmt: skip
    Listener.objects.update(error="Address already in use")
    assert try_mailbox(mailbox).steps[0].ok is False

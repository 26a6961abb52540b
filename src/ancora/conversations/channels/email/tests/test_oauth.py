"""Mailboxes that are signed in to with a permission instead of a password."""

import base64
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection, connections

from ancora.conversations.channels.email.fetching import watch_mailboxes
from ancora.conversations.channels.email.oauth import access, sasl
from ancora.conversations.channels.email.oauth.access import access_token
from ancora.conversations.channels.email.oauth.trouble import OAuthTrouble
from ancora.conversations.channels.email.tests import mail_servers
from ancora.conversations.channels.email.tests.living import fetch_of, looked, process_arrivals, running, until
from ancora.conversations.channels.email.tests.oauth_boxes import grant_to, grown_old, know
from ancora.conversations.channels.email.tests.oauth_provider import CLIENT_ID, CLIENT_SECRET
from ancora.conversations.channels.email.tests.test_fetching import event_types, mail, subjects
from ancora.conversations.models import Grant, Mailbox, Provider
from ancora.platform import clock

pytestmark = pytest.mark.usefixtures("quick")


@pytest.fixture
def box(db, provider, imap, address) -> Mailbox:
    """A mailbox of the local provider, with a permission that was just given."""
    know(provider)
    found = Mailbox.objects.create(
        name="Support",
        address=address,
        sign_in="other",
        imap_host="127.0.0.1",
        imap_port=imap.port,
        imap_security="none",
        imap_user=address,
    )
    grant_to(found, provider)
    return found


def test_mail_is_fetched_with_a_token_and_without_a_password(box, imap, address, provider):
    imap.put(address, mail("signed in"))
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: subjects() == ["signed in"])
    assert provider.requests == []  # the token at hand was good


def test_token_that_has_ended_is_renewed_before_it_is_shown(box, imap, address, provider):
    grown_old(box)
    with running(watch_mailboxes):
        until(lambda: looked(box))
    assert provider.requests == [("refresh_token", 200)]


def test_token_ends_in_the_middle_of_following_and_nothing_is_lost(box, imap, address, provider):
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: looked(box))
        imap.put(address, mail("before"))
        until(lambda: subjects() == ["before"])
        # The server forgets the token and cuts the connection, as the real ones do after an hour.
        provider.expire()
        grown_old(box, expires_at=clock.now() + timedelta(hours=1))
        imap.stop()
        imap.start()
        imap.put(address, mail("after"))
        until(lambda: subjects() == ["before", "after"], 30)
        until(lambda: not fetch_of(box).error)
    assert provider.requests == [("refresh_token", 200)]
    assert Grant.objects.get().access_token in provider.tokens


def test_consent_taken_back_is_said_once_and_the_provider_is_left_alone(box, imap, address, provider):
    with running(watch_mailboxes), running(process_arrivals):
        until(lambda: looked(box))
        provider.revoke()
        grown_old(box)
        imap.stop()
        imap.start()
        until(lambda: "The permission for 127.0.0.1" in fetch_of(box).error, 30)
        assert "Connect it again." in fetch_of(box).error
        assert provider.requests == [("refresh_token", 400)]
        for _time in range(3):
            with pytest.raises(OAuthTrouble, match="Connect it again"):
                access_token(box.pk)
        assert len(provider.requests) == 1
        assert event_types() == ["mailbox.stopped"]

        imap.put(address, mail("waited"))
        grant_to(box, provider)
        until(lambda: subjects() == ["waited"], 30)
    assert event_types() == ["mailbox.stopped", "mailbox.resumed"]


def test_token_that_is_too_young_to_be_renewed_is_not_asked_for_again_and_again(box, provider, imap):
    """A server that refuses every token, because the mailbox is another's, must not make us ask for hundreds."""
    Grant.objects.filter(pk=box.pk).update(access_token="nobody knows this one")
    with running(watch_mailboxes):
        until(lambda: "does not accept the permission" in fetch_of(box).error, 30)
    assert provider.requests == []


def test_refresh_token_that_works_once_is_kept_before_it_is_used(box, provider):
    provider.rotates = True
    for _time in range(3):
        grown_old(box)
        token = access_token(box.pk)
        grant = Grant.objects.get()
        assert (grant.access_token, grant.refresh_token in provider.refresh_tokens) == (token, True)
    assert provider.requests == [("refresh_token", 200)] * 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT refresh_token, access_token FROM conversations_grant")
        assert not any("refresh-" in word or "access-" in word for word in cursor.fetchone())


def test_many_workers_at_once_ask_the_provider_once(box, provider):
    provider.rotates = True
    grown_old(box)

    def ask(_number) -> str:
        try:
            return access_token(box.pk)
        finally:
            connections.close_all()

    provider.gate.acquire()
    with ThreadPoolExecutor(6) as workers:
        answers = workers.map(ask, range(6))
        threading.Timer(0.5, provider.gate.release).start()
        assert len(set(answers)) == 1
    assert provider.requests == [("refresh_token", 200)]


def test_provider_away_for_a_moment_leaves_the_old_token_in_use(box, provider):
    provider.failure = 503, {}, {"Retry-After": "120"}
    old = Grant.objects.get().access_token
    now = clock.now()
    Grant.objects.update(refreshed_at=now - timedelta(minutes=58), expires_at=now + timedelta(minutes=2))
    assert access_token(box.pk) == old
    assert access_token(box.pk) == old
    assert provider.requests == [("refresh_token", 503)]
    assert Grant.objects.get().retry_at > now + timedelta(seconds=110)


def test_provider_away_is_not_hammered_and_forgotten_when_it_is_back(box, provider):
    provider.failure = 500, {"error": "server_error"}, {}
    grown_old(box)
    for _time in range(3):
        with pytest.raises(OAuthTrouble, match="gives no token"):
            access_token(box.pk)
    assert len(provider.requests) == 1
    provider.failure = None
    Grant.objects.update(retry_at=clock.now())
    assert access_token(box.pk) in provider.tokens
    assert Grant.objects.get().failures == 0


def test_wrong_client_secret_is_said_and_the_permission_kept(box, provider):
    Provider.objects.update(client_secret="old")
    grown_old(box)
    with pytest.raises(OAuthTrouble, match=r"does not know this client ID and secret.*has expired"):
        access_token(box.pk)
    assert Grant.objects.get().gone_at is None
    Provider.objects.update(client_secret=CLIENT_SECRET)
    Grant.objects.update(retry_at=None)
    assert access_token(box.pk) in provider.tokens


def test_provider_that_nobody_can_reach_is_said_in_plain_words(box, provider):
    Provider.objects.update(token_url=f"http://127.0.0.1:{mail_servers.free_port()}/token")
    grown_old(box)
    with pytest.raises(OAuthTrouble, match="cannot be asked for a token") as raised:
        access_token(box.pk)
    assert raised.value.reason == "unreachable"


def test_clock_that_was_set_back_does_not_silence_us(box, provider):
    ahead = clock.now() + timedelta(days=3)
    Grant.objects.update(refreshed_at=ahead, expires_at=ahead + timedelta(hours=1), retry_at=ahead)
    assert access_token(box.pk, refused=Grant.objects.get().access_token) in provider.tokens


def test_mailbox_that_nobody_connected_yet_is_left_alone(box):
    Grant.objects.all().delete()
    with pytest.raises(OAuthTrouble, match="Nobody has given the permission yet"):
        access_token(box.pk)
    assert fetch_of(box).error == ""


def test_application_signs_in_without_a_person(box, provider, imap, address, monkeypatch):
    from ancora.conversations.channels.email.oauth import providers

    monkeypatch.setattr(providers, "MICROSOFT", provider.address)
    provider.account = address
    provider_row = Provider.objects.get()
    Provider.objects.create(kind="microsoft", tenant="shop", client_id=CLIENT_ID, client_secret=CLIENT_SECRET)
    provider_row.delete()
    Grant.objects.all().delete()
    Mailbox.objects.update(sign_in="microsoft_app")
    with running(watch_mailboxes):
        until(lambda: looked(box))
    assert provider.requests == [("client_credentials", 200)]


@pytest.mark.parametrize("offered", [{"AUTH=XOAUTH2"}, {"AUTH=OAUTHBEARER"}, {"AUTH=XOAUTH2", "SASL-IR"}])
def test_every_way_to_show_a_token_is_understood(box, imap, address, provider, monkeypatch, offered):
    from ancora.conversations.channels.email.fetching.imap import Imap

    learn = Imap._learn_capabilities

    async def know_less(self) -> None:
        await learn(self)
        kept = {name for name in self._capabilities if not name.startswith("AUTH=") and name != "SASL-IR"}
        self._capabilities = kept | offered

    monkeypatch.setattr(Imap, "_learn_capabilities", know_less)
    with running(watch_mailboxes):
        until(lambda: looked(box))


def challenge(**words) -> bytes:
    return base64.b64encode(json.dumps(words).encode())


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (challenge(status="400", schemes="Bearer", scope="https://mail.google.com/"), "does not accept the permission"),
        (challenge(status="invalid_token"), "does not accept the permission"),
        (challenge(status="403"), "does not cover mail"),
        (b"not base64!", "refuses to let us sign in"),
        (base64.b64encode(b"[1]"), "refuses to let us sign in"),
        (b"", "refuses to let us sign in"),
    ],
)
def test_challenge_is_read_in_plain_words(said, words):
    assert words in sasl.refusal("imap.example.com", said, "AUTHENTICATE failed.")


def test_first_words_are_those_of_the_standards():
    """Google's and Microsoft's documents give this one; RFC 7628, 4.1 the other."""
    first = sasl.first_words("XOAUTH2", "someuser@example.com", "ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg", "", 0)
    assert first == (
        b"dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52YjNSbGNrQmhkSFJoZG1sem"
        b"RHRXVZMjl0Q2cBAQ=="
    )
    bearer = sasl.first_words("OAUTHBEARER", "user@example.com", "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg==",
                              "server.example.com", 143)  # fmt: skip
    assert bearer == (
        b"bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9MTQzAWF1dGg9QmVhcmVyIHZGOWRmd"
        b"DRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"
    )
    assert access.YOUNG < access.EARLY

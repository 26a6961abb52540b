"""The door of mail providers: what does not depend on which of them knocks."""

import hashlib
import json
import logging
import re
import ssl
from dataclasses import replace
from datetime import UTC, datetime
from http.server import ThreadingHTTPServer
from urllib.parse import quote_from_bytes, urlencode

import pytest
from django.test import Client

from ancora.config.logs import JsonFormatter, TextFormatter
from ancora.conversations.channels.email.hooks import amazon_ses, fetching_more, proofs, resend, road
from ancora.conversations.channels.email.parsing import parse
from ancora.conversations.channels.email.tests.certificates import certificate_in
from ancora.conversations.commands import settle_reported, start_conversation
from ancora.conversations.models import Arrival, InboundHook, Outgoing
from ancora.conversations.tests.conftest import answering
from ancora.conversations.tests.hook_peers import PEERS
from ancora.conversations.tests.hook_peers.amazon import CERTIFICATE_URL, TOPIC
from ancora.conversations.views import hooked
from ancora.platform import clock
from ancora.platform.files.store import read
from ancora.testing.threads import serve

pytestmark = pytest.mark.filterwarnings("ignore::anymail.exceptions.AnymailWarning")
MAIL = b"From: carla@customer.example\r\nTo: support@example.com\r\nMessage-ID: <a@b>\r\nSubject: Hi\r\n\r\nHello\r\n"
POSTMARK, AMAZON, MAILGUN = PEERS["Postmark"], PEERS["AmazonSES"], PEERS["Mailgun"]


def refusal() -> str:
    return InboundHook.objects.get().refusal


def test_too_many_refused_posts_are_looked_at_no_more(hook_of, post, monkeypatch):
    monkeypatch.setattr(hooked, "MOST_REFUSALS", 3)
    hook = hook_of(MAILGUN)
    what = MAILGUN.deliver(hook, MAIL, "support@example.com")
    wrong = MAILGUN.wrongly_signed(what)
    assert [post(MAILGUN, hook, wrong) for _ in range(4)] == [403, 403, 403, 429]
    assert post(MAILGUN, hook, what) == 429
    assert post(MAILGUN, hook, what, REMOTE_ADDR="192.0.2.7") == 200


def test_guessed_addresses_count_as_refused(hook_of, monkeypatch):
    monkeypatch.setattr(hooked, "MOST_REFUSALS", 2)
    told = [Client().post(f"/hooks/mail/{'x' * 40}{n}/", b"{}", content_type="text/plain") for n in range(3)]
    assert [one.status_code for one in told] == [404, 404, 429]


def test_post_larger_than_a_mail_is_refused_and_said(hook_of, post, monkeypatch):
    monkeypatch.setattr(road, "MOST_BYTES", 2000)
    hook = hook_of(POSTMARK)
    assert post(POSTMARK, hook, POSTMARK.deliver(hook, MAIL + b"x" * 3000, "support@example.com")) == 413
    assert "larger than a mail" in refusal()


def test_mail_of_forty_megabytes_passes(hook_of, post):
    hook = hook_of(POSTMARK)
    raw = MAIL + b"x" * 40_000_000
    assert post(POSTMARK, hook, POSTMARK.deliver(hook, raw, "support@example.com")) == 200
    assert read(Arrival.objects.get().file).endswith(raw)


def test_somebody_is_there_for_those_who_look(hook_of, client_of):
    hook = hook_of(POSTMARK)
    address = f"/hooks/mail/{hook.token}/"
    assert [client_of().head(address).status_code, client_of().get(address).status_code] == [200, 200]
    assert client_of().put(address).status_code == 405
    assert client_of().get(f"/hooks/mail/{'x' * 43}/").status_code == 404


def test_no_session_and_no_cookie_is_made(hook_of, client_of):
    hook = hook_of(POSTMARK)
    what = POSTMARK.deliver(hook, MAIL, "support@example.com")
    answer = Client(enforce_csrf_checks=True).post(POSTMARK.address(hook), what.body, content_type=what.content_type)
    assert (answer.status_code, len(answer.cookies)) == (200, 0)


def test_bytes_that_are_no_utf8_are_kept_in_a_form(hook_of, post):
    raw = MAIL + bytes(range(128, 256))
    for name in ("Mailgun", "SendGrid"):
        peer = PEERS[name]
        hook = hook_of(peer)
        assert post(peer, hook, peer.deliver(hook, raw, "support@example.com")) == 200
        assert read(Arrival.objects.order_by("id").last().file).endswith(raw)


def test_urlencoded_form_is_read_byte_for_byte(hook_of, post):
    hook, raw = hook_of(MAILGUN), MAIL + bytes(range(128, 256))
    fields = {"recipient": "support@example.com", "sender": "a@b.example", **MAILGUN._signature(None)}
    body = f"{urlencode(fields)}&body-mime={quote_from_bytes(raw)}".encode()
    what = replace(MAILGUN.deliver(hook, raw, "x"), body=body, content_type="application/x-www-form-urlencoded")
    assert post(MAILGUN, hook, what) == 200
    assert read(Arrival.objects.get().file).endswith(raw)


def test_mail_forwarded_to_an_address_of_the_provider_finds_our_mailbox_by_itself(hook_of, post, mailbox):
    hook = hook_of(POSTMARK)
    assert post(POSTMARK, hook, POSTMARK.deliver(hook, MAIL, "451d9b70cf@inbound.postmarkapp.com")) == 200
    assert Arrival.objects.get().mailbox == mailbox


def test_secret_addresses_are_in_no_log(hook_of, post, caplog):
    hook = hook_of(MAILGUN)
    record = logging.makeLogRecord({"msg": "Bad Request: %s", "args": (f"/hooks/mail/{hook.token}/mime",)})
    record.request, record.request_id = f"<POST /hooks/mail/{hook.token}/mime>", "-"
    for formatter in (TextFormatter("%(message)s"), JsonFormatter()):
        assert hook.token not in formatter.format(record)
        assert "/hooks/mail/…" in formatter.format(record)
    post(MAILGUN, hook, MAILGUN.garbage(hook))
    post(MAILGUN, hook, MAILGUN.wrongly_signed(MAILGUN.deliver(hook, MAIL, "support@example.com")))
    assert "could not be understood" in caplog.text
    assert hook.token not in caplog.text
    assert MAILGUN.fields["secret"] not in caplog.text


def test_what_must_be_fetched_is_fetched_or_the_provider_comes_again(hook_of, post, provider_server):
    for name in ("Resend", "Mailtrap"):
        peer = PEERS[name]
        asked = provider_server(peer, MAIL)
        hook = hook_of(peer, typed={**peer.fields, "access_key": "a wrong one"})
        what = peer.deliver(hook, MAIL, "support@example.com")
        assert post(peer, hook, what) == 503
        assert "does not accept the API key" in InboundHook.objects.get(pk=hook.pk).refusal
        assert len(asked) == 1
        hook.access_key = peer.fields["access_key"]
        hook.save()
        assert post(peer, hook, what) == 200
        assert read(Arrival.objects.order_by("id").last().file).endswith(MAIL)


def test_provider_that_cannot_be_reached_is_asked_again_later(hook_of, post, monkeypatch):
    monkeypatch.setattr(resend, "API", "http://127.0.0.1:1")
    peer = PEERS["Resend"]
    hook = hook_of(peer)
    assert post(peer, hook, peer.deliver(hook, MAIL, "support@example.com")) == 503
    assert "cannot be reached to fetch the mail" in refusal()


def test_mail_is_fetched_from_no_address_without_https():
    with pytest.raises(proofs.Refused, match="without https"):
        fetching_more.fetch_named("http://127.0.0.1:1/raw", "https://api.resend.com")


@pytest.fixture
def amazon_server(tmp_path, monkeypatch):
    """Amazon's own server, as far as it is asked to confirm; gives what was asked for."""
    asked, (certificate, key) = [], certificate_in(tmp_path)
    server = ThreadingHTTPServer(("127.0.0.1", 0), answering({"/?Token=t": ("", "", "text/xml", b"<ok/>")}, asked))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    serve(server)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    monkeypatch.setattr(amazon_ses, "AMAZON", re.compile("^(localhost|sns.eu-south-1.amazonaws.com)$"))
    yield asked, f"https://localhost:{server.server_port}/?Token=t"
    server.shutdown()
    server.server_close()


def test_subscription_of_amazon_is_confirmed_and_its_topic_kept(hook_of, post, amazon_server):
    asked, address = amazon_server
    hook = hook_of(AMAZON)
    foreign = AMAZON.notice("", kind="SubscriptionConfirmation", SubscribeURL="https://evil.example/", Token="t")
    assert post(AMAZON, hook, foreign) == 403
    assert (asked, InboundHook.objects.get().topic) == ([], "")
    true = AMAZON.notice("", kind="SubscriptionConfirmation", SubscribeURL=address, Token="t")
    assert post(AMAZON, hook, true) == 200
    assert (asked, InboundHook.objects.get().topic) == (["/?Token=t"], TOPIC)
    away = AMAZON.notice("", kind="SubscriptionConfirmation", SubscribeURL="https://localhost:1/", Token="t")
    assert post(AMAZON, hook, away) == 503


def test_post_of_another_topic_is_refused(hook_of, post):
    hook = hook_of(AMAZON)
    assert post(AMAZON, hook, AMAZON.deliver(hook, MAIL, "support@example.com")) == 200
    assert InboundHook.objects.get().topic == TOPIC
    InboundHook.objects.update(topic="arn:aws:sns:eu-south-1:1:another")
    assert post(AMAZON, hook, AMAZON.deliver(hook, MAIL + b"x", "support@example.com")) == 403
    assert "of another topic" in refusal()


@pytest.mark.parametrize(
    "address", ["https://sns.evil.example/a.pem", "http://sns.eu-south-1.amazonaws.com/a.pem", "file:///a"]
)
def test_certificate_is_taken_from_amazon_alone(hook_of, post, address):
    hook = hook_of(AMAZON)
    what = AMAZON.deliver(hook, MAIL, "support@example.com")
    what = replace(what, body=what.body.replace(CERTIFICATE_URL.encode(), address.encode()))
    assert post(AMAZON, hook, what) == 403
    assert address not in amazon_ses._certificates


def test_published_signature_of_svix_is_recognised():
    """The test vector of the Standard Webhooks specification."""
    headers = {
        "svix-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "svix-timestamp": "1614265330",
        "svix-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    with clock.at(datetime.fromtimestamp(1614265330, UTC)):
        proofs.require_svix(b'{"test": 2432232314}', headers, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        with pytest.raises(proofs.Refused, match="signature is wrong"):
            proofs.require_svix(b'{"test": 2432232315}', headers, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    with pytest.raises(proofs.Refused, match="of another time"):
        proofs.require_svix(b'{"test": 2432232314}', headers, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")


def test_notice_without_the_mail_is_refused_with_the_way_out(hook_of, post):
    hook = hook_of(AMAZON)
    said = {"notificationType": "Received", "mail": {"messageId": "x"}, "receipt": {"action": {"type": "S3"}}}
    assert post(AMAZON, hook, AMAZON.notice(json.dumps(said))) == 422
    assert "Publish to SNS topic" in refusal()


@pytest.mark.parametrize("name", ["MailgunInPieces", "SendGridInPieces", "PostmarkInPieces", "Mailjet", "Brevo"])
def test_plain_mail_that_was_coded_is_not_coded_twice(hook_of, post, provider_server, name):
    raw = MAIL.partition(b"\r\n\r\n")[0] + (
        b"\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8"
        b"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nPerch=C3=A9 2+2=3D4?\r\n"
    )
    peer = PEERS[name]
    provider_server(peer, raw)
    hook = hook_of(peer)
    assert post(peer, hook, peer.deliver(hook, raw, "support@example.com")) == 200
    assert parse(read(Arrival.objects.get().file)).text.strip() == "Perché 2+2=4?"


def test_report_that_does_not_say_whom_it_is_about_settles_only_what_is_certain(hook_of, post, cast, mailbox):
    peer = PEERS["Resend"]
    hook = hook_of(peer)
    to = [("", "a@customer.example"), ("", "b@customer.example")]
    for people in (to, to[:1]):
        message = start_conversation(mailbox, to=people, subject="Hi", html="<p>Hi</p>", author=cast.marco)
        message.outgoing.recipients.update(state="accepted")
        assert post(peer, hook, peer.report(hook, "bounced", message.message_id, "a@customer.example")) == 200
        states = set(message.outgoing.recipients.values_list("state", flat=True))
        assert states == ({"accepted"} if len(people) == 2 else {"bounced"})


def test_unknown_fate_is_settled_by_a_report(cast, mailbox):
    to = [("", "a@customer.example"), ("", "b@customer.example")]
    message = start_conversation(mailbox, to=to, subject="Hi", html="<p>Hi</p>", author=cast.marco)
    Outgoing.objects.update(state="unknown")
    message.outgoing.recipients.update(state="unknown")
    named = {"recipient": "A@customer.example", "words": "250 ok"}
    assert settle_reported([message.message_id], kind="delivered", **named)
    states = dict(message.outgoing.recipients.values_list("address", "state"))
    assert states == {"a@customer.example": "delivered", "b@customer.example": "accepted"}
    assert Outgoing.objects.get().state == "accepted"
    settle_reported([message.message_id], kind="bounced", **named)
    settle_reported([message.message_id], kind="delivered", **named)
    assert Outgoing.objects.get().state == "bounced"
    assert settle_reported(["nobody@elsewhere.example"], kind="bounced", recipient="a@customer.example") is None
    assert settle_reported([], kind="bounced", recipient="a@customer.example") is None


def test_posts_under_another_key_of_the_installation_come_again(hook_of, post, settings):
    hook = hook_of(MAILGUN)
    what, address = MAILGUN.deliver(hook, MAIL, "support@example.com"), MAILGUN.address(hook)
    settings.SECRET_KEY = "another key entirely"
    answer = Client().post(address, what.body, content_type=what.content_type)
    assert answer.status_code == 503
    assert "another key than before" in refusal()


def test_pieces_are_put_together_the_same_way_every_time(hook_of, post):
    peer = PEERS["PostmarkInPieces"]
    hook = hook_of(peer)
    what = peer.deliver(hook, MAIL, "support@example.com")
    digests = set()
    for number in range(2):
        body = json.loads(what.body)
        body["MessageID"] = str(number)
        assert post(peer, hook, replace(what, body=json.dumps(body).encode())) == 200
        stored = read(Arrival.objects.order_by("id").last().file)
        digests.add(hashlib.sha256(stored.partition(b"From:")[2]).hexdigest())
    assert len(digests) == 1
    assert parse(stored).text.strip() == "Hello"

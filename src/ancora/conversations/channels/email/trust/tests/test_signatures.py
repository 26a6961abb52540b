"""DKIM without a border: true signatures over real mails, keys from a DNS of our own."""

import time

import pytest

from ancora.conversations.channels.email.trust.fields import fields_of, header_block
from ancora.conversations.channels.email.trust.key_lookup import PATIENCE_SECONDS, KeyLookup, ask_dns
from ancora.conversations.channels.email.trust.signatures import Checked, KeyUnknown, check_signatures
from ancora.conversations.channels.email.trust.tests.signing import Dns, key_pair, signed
from ancora.platform.http.tests.name_server import name_server

RAW = (
    b"From: Carla <carla@bank.com>\r\nTo: support@example.com\r\nSubject: It leaks\r\n"
    b"Date: Sat, 21 Nov 2026 10:00:00 +0100\r\nMessage-ID: <1@bank.com>\r\n\r\nIt  leaks \t again. \r\n\r\n\r\n"
)
FITS, BROKEN, UNKNOWN = Checked("fits"), Checked("broken", "signature_broken"), Checked("unknown")


def check(raw: bytes, domain: str = "bank.com", dns: Dns | None = None) -> Checked:
    dns = dns or Dns("bank.com", "mail.bank.com", "evil.com")
    return check_signatures(raw, fields_of(header_block(raw)), domain, dns.lookup())


@pytest.mark.parametrize("canonicalize", [(b"relaxed", b"relaxed"), (b"simple", b"simple"), (b"relaxed", b"simple")])
def test_true_signature_fits(canonicalize):
    raw = signed(RAW, "bank.com", canonicalize=canonicalize)
    assert check(raw) == FITS
    assert check(b"Received: later\r\n" + raw) == FITS
    assert check(b"\r\n" + raw) == FITS
    assert check(raw.replace(b"\r\n", b"\n")) == FITS
    assert check(raw.replace(b"again", b"never")) == BROKEN
    assert check(raw.replace(b"It leaks\r\n", b"It is dry\r\n")) == BROKEN
    if canonicalize[1] == b"relaxed":
        assert check(raw.replace(b"It  leaks \t again. ", b"It leaks again.")) == FITS


def test_signature_of_a_subdomain_speaks_for_the_sender():
    assert check(signed(RAW, "mail.bank.com")) == FITS


def test_signature_of_somebody_else_says_nothing_and_asks_nobody():
    dns = Dns("evil.com")
    assert check(signed(RAW, "evil.com"), dns=dns) == UNKNOWN
    assert dns.asked == []


def test_one_true_signature_is_enough():
    raw = signed(RAW, "bank.com")
    broken = raw.replace(b"bh=", b"bh=AAAA", 1)
    lines, _, _ = broken.partition(b"From:")
    assert check(lines + raw) == FITS


def test_second_sender_breaks_the_signature():
    raw = signed(RAW, "bank.com")
    assert check(raw.replace(b"From: ", b"From: Boss <boss@bank.com>\r\nFrom: ", 1)) == BROKEN


@pytest.mark.parametrize(
    "raw",
    [
        signed(RAW, "bank.com", length=True) + b"More, by anybody\r\n",
        signed(RAW, "bank.com").replace(b"h=from : ", b"h=", 1),
        signed(RAW, "bank.com").replace(b"a=rsa-sha256", b"a=ed25519-sha256"),
        signed(RAW, "bank.com").replace(b"v=1;", b"v=1; x=1;"),
        signed(RAW, "bank.com").replace(b"v=1;", b"v=1; v=1;"),
        signed(RAW, "bank.com") + b"x" * 12_000_000,
        b"X: y\r\n" * 12_000 + signed(RAW, "bank.com"),
    ],
    ids=["length", "sender not signed", "ed25519", "expired", "twice", "large", "long header"],
)
def test_what_cannot_be_checked_is_no_failure(raw):
    assert check(raw).outcome == "unknown"
    assert check(raw).reason == "not_checked"


@pytest.mark.parametrize("record", [b"", b"v=DKIM1; p=", b"nonsense", b"v=DKIM1; k=rsa; p=AAAA", b"k=ed25519; p=AAAA"])
def test_useless_key_is_no_failure(record):
    dns = Dns()
    dns.records["one._domainkey.bank.com"] = record
    assert check(signed(RAW, "bank.com"), dns=dns).outcome == "unknown"


def test_key_under_test_proves_nothing():
    dns = Dns("bank.com")
    dns.records["one._domainkey.bank.com"] += b"; t=y"
    assert check(signed(RAW, "bank.com"), dns=dns).outcome == "unknown"


def test_missing_and_silent_dns_are_not_known():
    assert check(signed(RAW, "bank.com"), dns=Dns()) == Checked("unknown", "no_key")
    assert check(signed(RAW, "bank.com"), dns=Dns(silent=True)) == Checked("unknown", "dns_silent")


def test_more_than_three_signatures_are_not_all_tried():
    dns, raw = Dns(), RAW
    for number in range(30):
        raw = signed(raw, f"s{number}.bank.com")
    check(raw, dns=dns)
    assert len(dns.asked) == 3


@pytest.mark.parametrize(
    "body", [b" " * 3_000_000 + b"x\r\n", (b"a" + b"\t " * 900) * 1500 + b"\r\n", b"\r\n" * 1_000_000 + b"x\r\n"]
)
def test_white_space_without_end_costs_little(body):
    raw = signed(RAW, "bank.com", canonicalize=(b"relaxed", b"relaxed")) + body
    start = time.process_time()
    assert check(raw) == BROKEN
    assert time.process_time() - start < 3


def test_signature_of_white_space_costs_little():
    raw = b"DKIM-Signature: d=bank.com; a=rsa-sha256; h=from; b" + b" \r\n" * 1800 + b" x\r\n" + RAW
    start = time.process_time()
    check(raw)
    assert time.process_time() - start < 1


def test_key_is_asked_for_once_an_hour():
    clock = [0.0]
    dns = Dns("bank.com")
    lookup = KeyLookup(ask=dns, now=lambda: clock[0])
    for _ in range(3):
        lookup("one._domainkey.bank.com")
    clock[0] = 3599
    lookup("one._domainkey.bank.com")
    assert len(dns.asked) == 1
    clock[0] = 3601
    lookup("one._domainkey.bank.com")
    assert len(dns.asked) == 2


def test_silent_dns_holds_up_a_minute_of_mail_for_seconds_only():
    clock, asked = [0.0], []

    def ask(name):
        asked.append(name)
        clock[0] += 2.0
        raise TimeoutError

    lookup = KeyLookup(ask=ask, now=lambda: clock[0])
    for number in range(50):
        with pytest.raises(KeyUnknown, match="dns_silent"):
            lookup(f"one._domainkey.{number}.com")
    assert clock[0] == PATIENCE_SECONDS
    clock[0] += 61
    with pytest.raises(KeyUnknown):
        lookup("one._domainkey.new.com")
    assert len(asked) == 4


def test_key_comes_from_dns():
    halves = " ".join(f'"{part.decode()}"' for part in (key_pair()[1][:100], key_pair()[1][100:]))
    with name_server(TXT=f"one._domainkey.bank.com {halves}"):
        assert ask_dns("one._domainkey.bank.com") == key_pair()[1]
        assert ask_dns("two._domainkey.bank.com") is None
        assert ask_dns("a..b") is None
        assert ask_dns("a" * 300) is None


def test_dns_that_does_not_answer_is_left_in_time():
    with name_server(silent=""):
        start = time.monotonic()
        with pytest.raises(TimeoutError):
            ask_dns("one._domainkey.bank.com")
        assert time.monotonic() - start < 10

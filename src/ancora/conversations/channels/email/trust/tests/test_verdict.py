"""The whole judgement of a mail."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ancora.conversations.channels.email.parsing import parse
from ancora.conversations.channels.email.trust import FAILED, PASSED, UNKNOWN, Policy, Verdict, judge
from ancora.conversations.channels.email.trust.appearance import name_key
from ancora.conversations.channels.email.trust.spam import read_rule
from ancora.conversations.channels.email.trust.tests.signing import Dns, signed

OURS = ("mx.example.com",)
DOOR = "Received: from x (x.net [93.184.216.34]) by mx.example.com with ESMTPS\r\n"
RAW = (
    "From: Carla <carla@bank.com>\r\nTo: support@example.com\r\nSubject: It leaks\r\n"
    "Date: Sat, 21 Nov 2026 10:00:00 +0100\r\nMessage-ID: <1@bank.com>\r\n\r\nIt leaks.\r\n"
)


def judged(results: str = "", raw: str = RAW, **policy) -> Verdict:
    head = f"Authentication-Results: mx.example.com; {results}\r\n{DOOR}" if results else DOOR
    mail = (head + raw).encode()
    return judge(mail, parse(mail), Policy(**{"servers": OURS, **policy}))


@pytest.mark.parametrize(
    ("results", "state", "reasons"),
    [
        ("dmarc=pass header.from=bank.com", PASSED, ("dmarc",)),
        ("dmarc=pass", PASSED, ("dmarc",)),
        ("dmarc=fail (p=NONE) header.from=bank.com; arc=pass", FAILED, ("dmarc_fail",)),
        ("dmarc=fail header.from=bank.com; dkim=pass header.d=evil.com", FAILED, ("dmarc_fail",)),
        ("dmarc=pass header.from=evil.com", UNKNOWN, ()),
        ("dmarc=none; dkim=pass header.d=bank.com", PASSED, ("dkim",)),
        ("dkim=pass header.i=@mail.bank.com", PASSED, ("dkim",)),
        ("dmarc=none; dkim=pass header.d=evil.com; spf=pass smtp.mailfrom=a@evil.com", UNKNOWN, ()),
        ("spf=pass smtp.mailfrom=bounce@bank.com", PASSED, ("spf",)),
        ("dmarc=temperror header.from=bank.com; spf=fail smtp.mailfrom=bank.com", UNKNOWN, ("spf_fail",)),
        ("dkim=fail header.d=bank.com; spf=softfail smtp.mailfrom=bank.com", UNKNOWN, ("signature_broken",)),
        ("none", UNKNOWN, ()),
        ("dmarc=bestguesspass header.from=bank.com", UNKNOWN, ()),
    ],
)  # fmt: skip
def test_border_is_believed(results, state, reasons):
    verdict = judged(results)
    assert (verdict.state, verdict.reasons) == (state, reasons)


def test_only_proof_of_the_domain_makes_a_handle_verified():
    assert judged("dmarc=pass").proof == "dmarc"
    assert judged("dkim=pass header.d=bank.com").proof == "dkim"
    assert judged("spf=pass smtp.mailfrom=bank.com").proof == ""
    assert judged("dmarc=fail").proof == ""


def test_forged_results_in_the_mail_itself_prove_nothing():
    forged = "Authentication-Results: mx.example.com; dmarc=pass\r\n" + RAW
    assert judged("", forged) == Verdict(UNKNOWN, ("results_misplaced",))
    assert judged("dmarc=fail header.from=bank.com", forged).state == FAILED


def test_two_senders_are_never_proved():
    assert judged("dmarc=pass", "From: Boss <boss@bank.com>\r\n" + RAW) == Verdict(UNKNOWN, ("several_from",))


def test_signature_is_checked_only_where_the_border_is_silent():
    dns = Dns("bank.com")
    mail = signed(RAW.encode(), "bank.com")
    policy = Policy(servers=OURS, lookup=dns.lookup())
    top = b"Authentication-Results: mx.example.com; dmarc=fail header.from=bank.com\r\n" + DOOR.encode()
    assert judge(top + mail, parse(top + mail), policy).state == FAILED
    assert dns.asked == []
    assert judge(mail, parse(mail), policy) == Verdict(PASSED, ("dkim",))
    silent = b"Authentication-Results: mx.example.com; spf=softfail smtp.mailfrom=x.com\r\n" + DOOR.encode() + mail
    assert judge(silent, parse(silent), policy) == Verdict(PASSED, ("dkim",))


def test_broken_signature_alone_is_a_doubt_and_no_failure():
    mail = signed(RAW.encode(), "bank.com") + b"-- \r\nA list added this.\r\n"
    policy = Policy(lookup=Dns("bank.com").lookup())
    assert judge(mail, parse(mail), policy) == Verdict(UNKNOWN, ("signature_broken",))


def test_mail_without_signature_asks_nobody():
    dns = Dns("bank.com")
    assert judge(RAW.encode(), parse(RAW.encode()), Policy(lookup=dns.lookup())) == Verdict()
    assert dns.asked == []


@pytest.mark.parametrize(
    ("sender", "codes"),
    [
        ("Carla <carla@customer.org>", ()),
        ('"support@bank.com" <x@evil.com>', ("name_has_address",)),
        ('"carla@mail.customer.org" <carla@customer.org>', ()),
        ("Marco Reale <marco@evil.com>", ("name_of_ours",)),
        ('"REALE, Marco" <marco@evil.com>', ("name_of_ours",)),
        ("Mаrco Reale <marco@evil.com>", ("name_of_ours",)),
        ("Marco Reale <marco@ours-shop.com>", ()),
        ("Marco <marco@evil.com>", ()),
        ("Support <help@0urs-shop.com>", ("domain_like_ours",)),
        ("Support <help@ours-shop.com.evil.net>", ("domain_like_ours",)),
    ],
)
def test_appearance_is_looked_at(sender, codes):
    raw = f"From: {sender}\r\nSubject: x\r\n\r\nx\r\n".encode()
    policy = Policy(our_domains=frozenset({"ours-shop.com"}), our_names=frozenset({name_key("Marco Reale")}))
    assert judge(raw, parse(raw), policy).reasons == codes


def test_answers_to_another_domain_are_noticed():
    raw = b"From: a@bank.com\r\nReply-To: b@evil.com\r\n\r\nx\r\n"
    assert judge(raw, parse(raw), Policy()).reasons == ("answers_elsewhere",)
    raw = b"From: a@bank.com\r\nReply-To: b@support.bank.com\r\n\r\nx\r\n"
    assert judge(raw, parse(raw), Policy()).reasons == ()


def test_border_names_spam():
    rule = read_rule("X-Spam-Flag: YES")
    assert judged(raw="X-Spam-Flag: YES\r\n" + RAW, spam_rule=rule).spam == "border"
    assert judged(raw="X-Spam-Flag: NO\r\n" + RAW, spam_rule=rule).spam == ""
    assert judged(raw="X-Spam-Flag: YES\r\n" + RAW).spam == ""


LINES = st.sampled_from(
    [b"Authentication-Results: mx.example.com; ", b"dmarc=pass", b"(", b'"', b";", b"\r\n", b"\n ", b"\r", b"\0",
     b"DKIM-Signature: v=1; a=rsa-sha256; d=bank.com; s=one; h=from; bh=AAAA; b=AAAA", b"From: <a@bank.com>",
     b"From: \xff <b@xn--.com>", b"Received: from a (b [1.2.3.4]) by c", b"Reply-To: c@d.e", b"\xe2\x80\xae", b": "]
)  # fmt: skip


@settings(max_examples=300)
@given(st.lists(st.one_of(LINES, st.binary(max_size=20)), max_size=25))
def test_judgement_never_raises_and_never_fails_without_a_border(pieces):
    raw = b"".join(pieces)
    policy = Policy(
        servers=OURS, spam_rule=read_rule("X-Spam: *a*"), lookup=Dns("bank.com").lookup(),
        our_domains=frozenset({"example.com"}), our_names=frozenset({"marco reale"}),
    )  # fmt: skip
    verdict = judge(raw, parse(raw), policy)
    assert verdict.state in (PASSED, FAILED, UNKNOWN)
    assert "not_checked" not in verdict.reasons or b"DKIM" in raw
    assert judge(raw, parse(raw), Policy(lookup=policy.lookup)).state == UNKNOWN

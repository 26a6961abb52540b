"""Only what our border must have written is believed."""

import pytest

from ancora.conversations.channels.email.trust.border import border_results
from ancora.conversations.channels.email.trust.fields import fields_of

OURS = ("mx.example.com",)
GOOD = b"Authentication-Results: mx.example.com; dmarc=pass header.from=bank.com\r\n"
BAD = b"Authentication-Results: mx.example.com; dmarc=fail header.from=bank.com\r\n"
OTHERS = b"Authentication-Results: mx.elsewhere.com; dmarc=pass header.from=bank.com\r\n"
OUTSIDE = b"Received: from evil (unknown [93.184.216.34]) by mx.example.com (Postfix) with ESMTPS id 1; today\r\n"
LMTP = b"Received: from mx.example.com (mx.example.com [93.184.216.35])\r\n by mail.example.com with LMTP id 2\r\n"
INSIDE = b"Received: from mx.example.com (mx.example.com [93.184.216.35]) by store.example.com with ESMTPS id 2\r\n"
PRIVATE = b"Received: from gate ([10.0.0.7]) by store with ESMTP id 3\r\n"
LIAR = b"Received: from mx.example.com (unknown [93.184.216.34]) by mx.example.com with ESMTP id 4\r\n"
GMAIL = b"Received: from evil.com (evil.com. [93.184.216.34]) by mx.google.com with ESMTPS id 5\r\n"
GMAIL_GOOD = b"Authentication-Results: mx.google.com; dmarc=pass header.from=bank.com\r\n"
GMAIL_INSIDE = b"Received: by 2002:a05:6a10:6ac6:b0:4b5 with SMTP id 6\r\n"


def believed(*lines: bytes, ours=OURS) -> tuple[dict, bool]:
    found, is_misplaced = border_results(fields_of(b"".join(lines)), ours)
    return {one.method: one.value for one in found}, is_misplaced


@pytest.mark.parametrize(
    ("lines", "dmarc"),
    [
        ([GOOD, OUTSIDE], "pass"),
        ([LMTP, GOOD, OUTSIDE], "pass"),
        ([INSIDE, GOOD, OUTSIDE], "pass"),
        ([PRIVATE, LMTP, BAD, OUTSIDE, GOOD], "fail"),
        ([BAD, GOOD, OUTSIDE], "fail"),
        ([OTHERS, BAD, OUTSIDE, GOOD], "fail"),
        ([GOOD], "pass"),
        ([b"ARC-" + GOOD.replace(b"mx", b"i=1; mx", 1), OUTSIDE], "pass"),
        ([OUTSIDE, GOOD], None),
        ([LIAR, GOOD], None),
        ([OUTSIDE, LMTP, GOOD], None),
        ([OTHERS, OUTSIDE], None),
        ([OUTSIDE, b"ARC-" + GOOD.replace(b"mx", b"i=1; mx", 1)], None),
        ([], None),
    ],
)
def test_results_count_only_above_the_line_of_the_sender(lines, dmarc):
    assert believed(*lines)[0].get("dmarc") == dmarc


def test_our_name_in_the_senders_part_is_noticed():
    assert believed(OUTSIDE, GOOD) == ({}, True)
    assert believed(OUTSIDE, OTHERS) == ({}, False)
    assert believed(GOOD, OUTSIDE, GOOD)[1] is False


def test_nobody_is_believed_without_a_name():
    assert believed(GOOD, ours=()) == ({}, False)


def test_several_fields_of_one_border_complete_each_other():
    dkim = b"Authentication-Results: mx.example.com; dkim=pass header.d=bank.com\r\n"
    assert believed(BAD, dkim, OUTSIDE)[0] == {"dmarc": "fail", "dkim": "pass"}


@pytest.mark.parametrize(
    ("lines", "dmarc"),
    [
        ([GMAIL_INSIDE, GMAIL, GMAIL_GOOD], "pass"),
        ([GMAIL, GMAIL, GMAIL_GOOD], None),
        ([GMAIL, OTHERS, GMAIL_GOOD], None),
        ([OUTSIDE, GMAIL_GOOD], None),
    ],
)
def test_google_writes_below_its_own_line(lines, dmarc):
    assert believed(*lines, ours=("mx.google.com",))[0].get("dmarc") == dmarc


def test_microsoft_names_no_server():
    hop = b"Received: from AM0.eurprd04.prod.outlook.com (2603:10a6::12) by DB9.outlook.office365.com (2603:1::1)\r\n"
    door = b"Received: from x.com (93.184.216.34) by VE1.mail.protection.outlook.com (10.1.1.1) with Server\r\n"
    results = b"Authentication-Results: spf=pass smtp.mailfrom=x.com; dmarc=fail action=none header.from=bank.com\r\n"
    assert believed(hop, results, door, ours=("mx.microsoft.com",))[0] == {"spf": "pass", "dmarc": "fail"}
    assert believed(hop, results, door) == ({}, False)
    assert believed(hop, door, results, ours=("mx.microsoft.com",)) == ({}, True)


def test_star_stands_for_all_hosts_of_a_provider():
    results = b"Authentication-Results: mx6.messagingengine.com; dmarc=pass\r\n"
    assert believed(results, ours=("*.messagingengine.com",))[0] == {"dmarc": "pass"}
    evil = b"Authentication-Results: evilmessagingengine.com; dmarc=pass\r\n"
    assert believed(evil, ours=("*.messagingengine.com",))[0] == {}

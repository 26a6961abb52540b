"""Authentication-Results as servers write them."""

import pytest

from ancora.conversations.channels.email.trust.fields import fields_of, header_block
from ancora.conversations.channels.email.trust.results import Result, read_results

GOOGLE = (
    "mx.google.com; dkim=pass header.i=@gmail.com header.s=2016 header.b=AArz/1; arc=pass (i=1 spf=pass);"
    " spf=pass (google.com: domain of a@b.com designates 1.2.3.4 as permitted sender) smtp.mailfrom=a@b.com;"
    " dmarc=pass (p=NONE sp=NONE dis=NONE) header.from=gmail.com"
)


@pytest.mark.parametrize(
    ("value", "server", "methods"),
    [
        (GOOGLE, "mx.google.com", {"dkim": "pass", "arc": "pass", "spf": "pass", "dmarc": "pass"}),
        ("mx.example.com 1; none", "mx.example.com", {}),
        ("mx.example.com", "mx.example.com", {}),
        ("MX.Example.COM;dmarc=FAIL(p=REJECT)", "mx.example.com", {"dmarc": "fail"}),
        ('"mx.example.com"; dkim=pass', "mx.example.com", {"dkim": "pass"}),
        ("i=2; mx.example.com; dkim=pass", "mx.example.com", {"dkim": "pass"}),
        ("(c;o(m)ment; dmarc=pass) mx.example.com; spf=fail", "mx.example.com", {"spf": "fail"}),
        ("mx.example.com; dkim = pass (dmarc=pass)", "mx.example.com", {"dkim": "pass"}),
        ("mx.example.com; dkim/1=pass reason=\"a; dmarc=pass\"", "mx.example.com", {"dkim": "pass"}),
        ("spf=pass (IP is 1.2.3.4) smtp.mailfrom=a.com; dmarc=pass action=none", "", {"spf": "pass", "dmarc": "pass"}),
        ("", "", {}),
        (";;;", "", {}),
        ("mx.example.com; header.from=x.com; =; a", "mx.example.com", {}),
        ("((((", "", {}),
    ],
)  # fmt: skip
def test_header_is_understood(value, server, methods):
    found = read_results(value)
    assert found.server == server
    assert {one.method: one.value for one in found.results} == methods


def test_properties_are_read_with_their_quotes_taken_away():
    found = read_results('x; dkim=pass header.d="a.com" header.i="@a\\"b"; spf=none smtp.mailfrom=<>')
    assert found.results[0] == Result("dkim", "pass", {"header.d": "a.com", "header.i": '@a"b'})
    assert found.results[1].properties == {"smtp.mailfrom": "<>"}


def test_folded_lines_are_one_value_and_order_is_kept():
    block = header_block(b"\r\nA: one\r\n two\r\nB: 1\r\nA: three\r\n\r\nC: body\r\n")
    assert [tuple(field) for field in fields_of(block)] == [("a", "one two"), ("b", "1"), ("a", "three")]


@pytest.mark.parametrize("block", [b"A: x\rB: y\r\n", b"A: x\0\r\n"])
def test_header_that_two_programs_read_in_two_ways_says_nothing(block):
    assert fields_of(block) == []


def test_header_without_end_is_no_header():
    assert header_block(b"A: b\r\n" * 100_000) == b""

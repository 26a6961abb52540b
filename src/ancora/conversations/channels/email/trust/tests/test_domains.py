"""Names of hosts."""

import pytest

from ancora.conversations.channels.email.trust.domains import (
    are_aligned,
    domain_of,
    hosts_in,
    imitates,
    is_one_edit,
    shown_host,
)


@pytest.mark.parametrize(
    ("one", "other", "are"),
    [
        ("example.com", "example.com", True),
        ("Mail.Example.com", "example.com.", True),
        ("example.com", "bounce.mail.example.com", True),
        ("bücher.example", "xn--bcher-kva.example", True),
        ("example.com", "badexample.com", False),
        ("news.example.com", "mail.example.com", False),
        ("evil.co.uk", "bank.co.uk", False),
        ("a.onmicrosoft.com", "b.onmicrosoft.com", False),
        ("com", "example.com", False),
        ("", "example.com", False),
        ("", "", False),
    ],
)
def test_domains_of_one_owner(one, other, are):
    assert are_aligned(one, other) is are
    assert are_aligned(other, one) is are


@pytest.mark.parametrize(
    ("host", "does"),
    [
        ("examp1e-shop.com", True),
        ("exarnple-shop.com", True),
        ("xn--exmple-shop-zij.com", True),
        ("example-shops.com", True),
        ("exmaple-shop.com", True),
        ("mail.examp1e-shop.com", True),
        ("example-shop.com.evil.net", True),
        ("example-shop-com.evil.net", True),
        ("exampleshop.com", True),
        ("another-shop.com", False),
        ("customer.org", False),
        ("", False),
    ],
)
def test_imitation_of_our_domain_is_seen(host, does):
    assert imitates(host, "example-shop.com") is does


def test_short_names_differ_by_chance():
    assert not imitates("lidl.it", "lido.it")
    assert imitates("1ido.it", "lido.it")


@pytest.mark.parametrize(
    ("one", "other", "is_so"),
    [("abc", "abc", True), ("abc", "abd", True), ("abc", "ab", True), ("ab", "abc", True), ("abcd", "abdc", True),
     ("abc", "axyc", False), ("abcd", "badc", False), ("", "a", True), ("", "ab", False), ("abc", "xbc", True)],
)  # fmt: skip
def test_one_letter_of_difference(one, other, is_so):
    assert is_one_edit(one, other) is is_so


def test_domain_and_hosts_are_found():
    assert domain_of("Anna@Bücher.example") == "xn--bcher-kva.example"
    assert domain_of("nobody") == ""
    assert shown_host("xn--bcher-kva.example") == "bücher.example"
    assert shown_host("xn--.example") == ".example"
    assert hosts_in("Go to www.bank.com/login or https://pay.example.org now") == ["www.bank.com", "pay.example.org"]
    assert hosts_in("click here") == []

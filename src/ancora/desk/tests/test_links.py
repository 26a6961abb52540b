"""Links say where they lead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancora.conversations.channels.email.parsing import sanitise
from ancora.desk.links import spoken_host, true_host, with_true_hosts
from ancora.desk.prose import paragraphs


@pytest.mark.parametrize(
    ("target", "words", "host"),
    [
        ("https://bank.com/login", "www.bank.com", ""),
        ("https://www.bank.com/login", "Log in at bank.com", ""),
        ("https://bank.com/", "here", ""),
        ("https://evil.net/bank.com", "www.bank.com", "evil.net"),
        ("https://click.mailer.net/?u=https://bank.com", "https://bank.com/offer", "click.mailer.net"),
        ("https://bank.com@evil.net/", "here", "evil.net"),
        ("https://bank.com:443/x", "bank.com", ""),
        ("https:evil.net/", "bank.com", "evil.net"),
        ("https:///evil.net/", "bank.com", "evil.net"),
        ("https:\\\\evil.net\\@bank.com/", "bank.com", "evil.net"),
        ("ht\ttps://ev\nil.net/", "bank.com", "evil.net"),
        (" HTTPS://EVIL.NET", "bank.com", "evil.net"),
        ("https://%65vil.net/", "bank.com", "evil.net"),
        ("https://xn--pple-43d.com/", "here", "аpple.com (xn--pple-43d.com)"),
        ("https://аpple.com/", "apple.com", "аpple.com (xn--pple-43d.com)"),
        ("http://[::1]/", "bank.com", "[::1]"),
        ("mailto:x@evil.net", "support@bank.com", "x@evil.net"),
        ("mailto:x@evil.net?subject=a", "bank.com", "x@evil.net"),
        ("mailto:support@bank.com", "support@bank.com", ""),
        ("tel:+39051", "bank.com", ""),
        ("", "bank.com", ""),
    ],
)
def test_host_is_told_where_words_mislead(target, words, host):
    assert true_host(target, words) == host


def test_designed_link_has_its_target_on_hover_and_its_host_behind():
    html = sanitise(
        '<a href="https://evil.net/x?a=1&b=2" title="https://bank.com" style="color:red"><b>www.bank.com</b></a>'
    )
    shown = with_true_hosts(html)
    assert 'title="https://evil.net/x?a=1&amp;b=2"' in shown
    assert shown.count("title=") == 1
    assert shown.endswith('</a> <span class="host">→ evil.net</span>')
    assert 'rel="noopener noreferrer nofollow"' in shown


def test_markup_in_a_target_stays_text():
    shown = with_true_hosts(
        sanitise('<a href="https://evil.net/&quot;&gt;&lt;img src=x onerror=alert(1)>">www.bank.com</a>')
    )
    assert "<img" not in shown
    assert with_true_hosts("<a>no target</a>") == "<a>no target</a>"


def test_long_address_of_a_text_is_cut_and_whole_on_hover():
    address = "https://click.mailer.net/" + "x" * 200
    shown = paragraphs(f"See {address}.")
    assert f'href="{address}" title="{address}"' in shown
    assert f">{address[:89]}…</a>." in shown
    assert 'class="host"' not in shown


def test_address_of_a_text_with_a_disguised_host_says_it():
    assert "→ evil.net" in paragraphs("https://bank.com@evil.net/login")
    assert "→ evil.net" not in paragraphs("https://evil.net/login")
    assert "<script" not in paragraphs("https://x.y/<script>alert(1)</script>")


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_link_is_told(target, words):
    assert "<script" not in with_true_hosts(sanitise(f'<a href="https://{target}">{words}</a>')).lower()
    assert isinstance(spoken_host(target), str)

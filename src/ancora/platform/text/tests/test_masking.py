"""What is covered in the words of people, and what is left alone."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancora.platform.text.masking import Sensitive, find_sensitive, masked


def covered(text: str, **options) -> str:
    return masked(text, find_sensitive(text, **options))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("My card is 4111 1111 1111 1111, exp 10/27", "My card is •••• 1111, exp 10/27"),
        ("Carta 5500-0000-0000-0004.", "Carta •••• 0004."),
        ("378282246310005", "•••• 0005"),
        ("Bonifico su IT60 X054 2811 1010 0000 0123 456 grazie", "Bonifico su IT•• •••• 3456 grazie"),
        ("DE89370400440532013000", "DE•• •••• 3000"),
        ("codice fiscale RSSMRA85T10A562S, nato a", "codice fiscale ••••••••, nato a"),
        ("rssmra85t10a562s", "••••••••"),
        ("DNI 54362315K", "DNI ••••••••"),
        ("Steuer-ID: 36 574 261 809", "Steuer-ID: ••••••••"),
        ("my SSN is 536-90-4399", "my SSN is ••••••••"),
        ("PESEL 44051401359", "PESEL ••••••••"),
        ("two: 4111111111111111 and 5500000000000004", "two: •••• 1111 and •••• 0004"),
        ("4111 1111 1111 1111 12/26", "•••• 1111 12/26"),
        ("4111111111111111 12/26 cvv 123", "•••• 1111 12/26 cvv 123"),
        ("4111-1111-1111-1111 123", "•••• 1111 123"),
        ("4111 1111 1111 1111 26", "•••• 1111 26"),
        ("scade il 23 4111 1111 1111 1111", "scade il 23 •••• 1111"),
        ("4111  1111\n1111\u00a01111", "•••• 1111"),
        ("4111\u20131111\u20131111\u20131111", "•••• 1111"),
        ("scan_4111111111111111.jpg", "scan_•••• 1111.jpg"),
        ("• 4111 1111 1111 1111", "• •••• 1111"),
        ("4111 1111 1111 1111 5500 0000 0000 0004", "•••• 1111 •••• 0004"),
        ("4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1", "•••• 1111"),
        ("٤١١١ ١١١١ ١١١١ ١١١١", "•••• 1111"),
        ("DE89\u00a03704\u00a00044\u00a00532\u00a00130\u00a000", "DE•• •••• 3000"),
        ("iban_DE89.3704.0044.0532.0130.00.pdf", "iban_DE•• •••• 3000.pdf"),
        ("cf_RSSMRA85T10A562S.pdf", "cf_••••••••.pdf"),
    ],
)
def test_covered(text, shown):
    assert covered(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Order 4111 1111 1111 1112",  # the check digit is wrong
        "Ordine #100234567890",
        "Parcel 36574261809 has not come",  # a tax number only beside a word that says so
        "0000 0000 0000 0000",
        "4111 1111 1111 1111x",
        "2026-11-26 2026-11-22",  # a valid check digit, and nobody's card begins so
        "IT60 X054 2811 1010 0000 0123 457",
        "RSSMRA85T10A562T",
        "Chiamami al 347 1234567",
        "12/11/2026 at 10:30, 1.234,56 €",
        "",
    ],
)
def test_left_alone(text):
    assert covered(text) == text


def test_phone_numbers_are_covered_where_everybody_reads():
    text = "Chiamami al 347 1234567 o +44 20 7946 0958, ordine 20261126"
    kinds = [find.kind for find in find_sensitive(text, is_public=True)]
    assert kinds == [Sensitive.PHONE, Sensitive.PHONE]
    assert "1234567" not in covered(text, is_public=True)
    assert covered(text, is_public=True).endswith("ordine 20261126")


@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_else_is_changed(before, after):
    text = f"{before} 4111 1111 1111 1111 {after}"
    finds = find_sensitive(text)
    assert all(one.end <= two.start for one, two in itertools.pairwise(finds))
    assert covered(text) == masked(covered(text), find_sensitive(covered(text)))
    rest = text
    for find in reversed(finds):
        rest = rest[: find.start] + rest[find.end :]
    assert rest == "".join(
        text[end:start]
        for end, start in zip([0, *(f.end for f in finds)], [*(f.start for f in finds), len(text)], strict=True)
    )


def test_a_hostile_text_takes_no_time():
    """Backtracking would make it take minutes."""
    for text in ("1 " * 5000, "IT60" + "A " * 5000, "4-" * 5000, "A" * 10_000, "12-34" * 2000):
        find_sensitive(text, is_public=True)
    begun = time.process_time()
    for text in ("4 1 " * 1000, "41 5" * 1000, "4" * 3999 + "a", "55 37 " * 666, "IT60 " * 800, "4\n\n5" * 1000):
        find_sensitive(text)
    assert time.process_time() - begun < 3

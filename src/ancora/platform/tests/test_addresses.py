"""Addresses beyond ASCII: one form to compare, an honest one to show."""

import pytest

from ancora.platform.addresses import compared_address, shown_address


@pytest.mark.parametrize(
    ("address", "compared"),
    [
        (" Carla@Customer.Example ", "carla@customer.example"),
        ("Info@Bücher.example", "info@xn--bcher-kva.example"),
        ("info@BÜCHER.example", "info@xn--bcher-kva.example"),
        ("info@xn--bcher-kva.example", "info@xn--bcher-kva.example"),
        ("info@bu\u0308cher.example", "info@xn--bcher-kva.example"),
        ("josé@x.example", "josé@x.example"),
        ("jose\u0301@x.example", "josé@x.example"),
        ("carla@straße.example", "carla@xn--strae-oqa.example"),
        ("a@-ü-.example", "a@-ü-.example"),
        ("nobody", "nobody"),
        ("ü", "ü"),
        ("a@" + "ü" * 400, "a@" + "ü" * 400),
    ],
)
def test_an_address_has_one_form_to_compare(address, compared):
    assert compared_address(address) == compared


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("carla@customer.example", "carla@customer.example"),
        ("info@xn--bcher-kva.example", "info@bücher.example"),
        ("info@BÜCHER.example", "info@bücher.example"),
        ("a@xn--e1afmkfd.xn--p1ai", "a@пример.рф"),
        ("a@xn--fsqu00a.example", "a@例子.example"),
        # Cyrillic letters that all look Latin, under a Latin ending; the same under a Cyrillic one.
        ("a@xn--80ak6aa92e.com", "a@xn--80ak6aa92e.com"),
        ("a@аррӏе.com", "a@xn--80ak6aa92e.com"),
        # Latin and Cyrillic mixed.
        ("a@pаypal.com", "a@xn--pypal-4ve.com"),
        # A letter that is taken for another.
        ("a@mıcrosoft.example", "a@xn--mcrosoft-tkb.example"),
        ("a@xn--.example", "a@xn--.example"),
        ("a@xn--\u00fc.example", "a@xn--ü.example"),
    ],
)
def test_letters_are_shown_only_where_nobody_poses(address, shown):
    assert shown_address(address) == shown

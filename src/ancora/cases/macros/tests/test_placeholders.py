"""Placeholders, as a table: what is written, what is known, what stands there in the end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancora.cases.macros.placeholders import NAMES, filled, first_name, placeholders_in, plain_name, unknown_in

VALUES = {"first name": "Carla", "name": "Carla Bianchi", "case number": "#1042", "agent": "Anna Ferri", "team": ""}


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>Dear {first name},</p>", "<p>Dear Carla,</p>"),
        ("<p>Dear {first name|there},</p>", "<p>Dear Carla,</p>"),
        ("<p>{First  Name}</p>", "<p>Carla</p>"),
        ("<p>{first&nbsp;name|there}</p>", "<p>Carla</p>"),
        ("<p>Gentile {nome},</p>", "<p>Gentile Carla,</p>"),
        ("<p>{nome completo}: {numero del caso}</p>", "<p>Carla Bianchi: #1042</p>"),
        ("{subject|your question}", "your question"),
        ("{team|our team}", "our team"),
        ("{subject|}", ""),
        ("{subject|a | b}", "a | b"),
        ("{subject|Q&amp;A}", "Q&amp;A"),
        ("{subject| spaced }", "spaced"),
        ("<p><b>{agent}</b> {agent}</p>", "<p><b>Anna Ferri</b> Anna Ferri</p>"),
        ('<a href="https://x.example/{name}">{name}</a>', '<a href="https://x.example/{name}">Carla Bianchi</a>'),
        ("a { b } c", "a { b } c"),
        ("{} {", "{} {"),
        ("", ""),
    ],
)
def test_text_is_filled(html, expected):
    assert filled(html, VALUES).html == expected


def test_values_are_text_whatever_they_hold():
    hostile = {"name": '<img src=x onerror="alert(1)"> & {agent}', "agent": "Anna"}
    assert (
        filled("<p>{name}</p>", hostile).html == "<p>&lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; {agent}</p>"
    )
    assert filled("{subject|&lt;b&gt;}", {}).html == "&lt;b&gt;"


def test_what_is_missing_is_named_once():
    found = filled("{subject} {subject} {team} {name|} {agent}", {"agent": "Anna"})
    assert found.missing == ("subject", "team")
    assert filled("{subject|it}", {}).missing == ()


@pytest.mark.parametrize(
    ("html", "unknown"),
    [
        ("{first name|x} {oggi}", []),
        ("{firstname}", ["firstname"]),
        ("{order|none} {order|none} {x}", ["order|none", "x"]),
        ("{first <b>name</b>}", ["first name"]),
        ("{}", [""]),
        ("{ and }", [" and "]),
        ("{ alone", []),
        ('<a href="/{x}">y</a>', []),
    ],
)
def test_unknown_ones_are_found(html, unknown):
    assert unknown_in(html) == unknown


def test_no_two_have_the_same_name():
    others = [italian for name, italian in NAMES.items() if italian != name]
    assert len({*NAMES, *others}) == len(NAMES) + len(others)


@pytest.mark.parametrize(
    ("name", "first", "whole"),
    [
        ("Carla Bianchi", "Carla", "Carla Bianchi"),
        ("Bianchi, Carla", "Carla", "Bianchi, Carla"),
        ("Carla Bianchi (not verified)", "Carla", "Carla Bianchi"),
        ("Carla", "Carla", "Carla"),
        ("carla@example.org", "", ""),
        ("+39 011 5550", "", ""),
        ("", "", ""),
        ("Bianchi,", "Bianchi", "Bianchi,"),
    ],
)
def test_first_names(name, first, whole):
    assert (first_name(name), plain_name(name)) == (first, whole)


@given(st.text(alphabet="{}|<>abc &;\"'name", max_size=60), st.text(max_size=20))
def test_no_text_breaks_it_and_no_value_becomes_markup(html, value):
    plain = filled(html, {"name": ""}).html.count("<")
    assert filled(html, {"name": value}).html.count("<") <= max(plain, html.count("<"))
    placeholders_in(html)
    unknown_in(html)

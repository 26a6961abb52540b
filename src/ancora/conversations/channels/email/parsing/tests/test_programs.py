"""Replies as the common programs write them, in five languages: nothing but the new words is the reply."""

import re
from html import escape

import pytest

from ancora.conversations.channels.email.parsing import parse
from ancora.conversations.channels.email.parsing.quotes import visible_reply

from .bare_programs import BARE
from .html_programs import PROGRAMS, shown
from .programs import ADDED, GMAIL, MARKED, NEW, OLD, QUOTING

LANGUAGES = sorted(NEW)


def cases(tables: dict) -> list:
    return [
        pytest.param(language, lines[language], id=f"{program}, {language}")
        for program, lines in tables.items()
        for language in LANGUAGES
    ]


def marked(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


@pytest.mark.parametrize(("language", "line"), cases(QUOTING))
def test_words_above_a_marked_quote(language, line):
    found = visible_reply(f"{NEW[language]}\n\n{line}\n{marked(OLD[language])}\n")
    assert found[:3] == (NEW[language], "", True)


@pytest.mark.parametrize(("language", "line"), cases({k: v for k, v in QUOTING.items() if not k.startswith("only")}))
def test_words_above_a_quote_without_marks(language, line):
    found = visible_reply(f"{NEW[language]}\n\n{line}\n\n{OLD[language]}\n")
    assert found[:3] == (NEW[language], "", True)


@pytest.mark.parametrize(("language", "line"), cases(QUOTING))
def test_words_below_a_marked_quote(language, line):
    found = visible_reply(f"{line}\n{marked(OLD[language])}\n\n{NEW[language]}\n")
    assert found.text == NEW[language]


@pytest.mark.parametrize(("language", "line"), cases(BARE))
def test_words_above_a_quote_that_has_no_marks(language, line):
    found = visible_reply(f"{NEW[language]}\n\n{line}\n\n{OLD[language]}\n")
    assert found[:3] == (NEW[language], "", True)


@pytest.mark.parametrize(("language", "line"), cases(BARE))
def test_words_right_above_a_quote_that_has_no_marks(language, line):
    assert visible_reply(f"{NEW[language]}\n{line}\n{OLD[language]}\n").text == NEW[language]


@pytest.mark.parametrize(("language", "line"), cases(MARKED))
def test_words_above_a_line_that_carries_the_mark(language, line):
    assert visible_reply(f"{NEW[language]}\n\n{line}\n{marked(OLD[language])}\n")[:3] == (NEW[language], "", True)


@pytest.mark.parametrize(("language", "line"), cases(ADDED))
@pytest.mark.parametrize("quote", [True, False])
def test_what_a_program_adds_is_a_signature(language, line, quote):
    below = f"\n\n{GMAIL[language]}\n{marked(OLD[language])}" if quote else ""
    assert visible_reply(f"{NEW[language]}\n\n{line}{below}\n") == (NEW[language], line, quote, "")


def html_mail(program: str, language: str, new: str, sign: str) -> str:
    template, manner, name = PROGRAMS[program]
    line = next(lines[name][language] for lines in (QUOTING, BARE, MARKED) if name in lines).strip("\n> ")
    written = [escape(part) for part in line.split("\n") if not part.startswith("---")]
    return template.format(
        new=shown(escape(new, quote=False), manner),
        old=shown(escape(OLD[language], quote=False), manner),
        line=" ".join(written),
        head="<br>".join(f"<b>{part.replace(':', ':</b>', 1)}" for part in written),
        rows="".join(f"<div>{part}</div>" for part in written),
        sign=sign,
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("program", PROGRAMS)
def test_html_of_a_program(program, language):
    sign = "Carla Bianchi<br>Café Bianchi"
    body = html_mail(program, language, NEW[language], sign)
    found = parse(f"From: x@y.z\nContent-Type: text/html; charset=utf-8\n\n{body}".encode())
    # Apple writes the signature into the text, where a name and a firm are words like others.
    own = "\n\nCarla Bianchi\nCafé Bianchi" if program == "apple mail ios" else ""
    assert squeezed(found.reply_text) == squeezed(NEW[language] + own)
    assert OLD[language].split("\n")[0] in found.text
    signed = "{sign}" in PROGRAMS[program][0] and not own
    assert found.signature.removeprefix("--").strip() == ("Carla Bianchi\nCafé Bianchi" if signed else "")


def squeezed(text: str) -> str:
    """Programs differ in how far apart they set paragraphs."""
    return re.sub(r"\n+", "\n", text)

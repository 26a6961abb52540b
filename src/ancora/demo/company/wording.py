"""How the demo company's people and customers begin and end their mails, and how dates read in both languages."""

import random
import re
from datetime import datetime, timedelta
from html import escape

from ancora.demo.company.cast import Customer, Person
from ancora.demo.company.opening_hours import ROME

# fmt: off
MONTHS = {
    "it": [
        "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
        "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
    ],
    "en": [
        "January", "February", "March", "April", "May", "June",
        "July", "August", "September", "October", "November", "December",
    ],
}
WEEKDAYS = {
    "it": ["lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica"],
    "en": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
}
# fmt: on
_PLACEHOLDER = re.compile(r"\{([dwmy])([+-]\d+)?\}")
# Italian says l'8 and dell'11: the two days of a month that begin with a vowel.
_ELISIONS = {"il": "l'", "del": "dell'", "dal": "dall'", "al": "all'"}
_ELIDED = re.compile(rf"\b(il|del|dal|al) ((?:8|11) (?:{'|'.join(MONTHS['it'])}))\b")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


def dated(text: str, at: datetime, language: str) -> str:
    """The text with its date placeholders (see screenplay.py) written out as seen from `at`."""
    today = at.astimezone(ROME)

    def words(match: re.Match[str]) -> str:
        kind, offset = match[1], int(match[2] or 0)
        if kind == "m":
            return MONTHS[language][(today.month - 1 + offset) % 12]
        day = today + timedelta(days=offset)
        if kind == "y":
            return str(day.year)
        if kind == "d":
            return f"{day.day} {MONTHS[language][day.month - 1]}"
        return WEEKDAYS[language][0 if day.weekday() == 6 else day.weekday()]

    written = _PLACEHOLDER.sub(words, text)
    return _ELIDED.sub(lambda match: _ELISIONS[match[1]] + match[2], written) if language == "it" else written


def answer(text: str, customer: Customer, person: Person, *, language: str, is_first: bool, rng: random.Random) -> str:
    """An agent's words with greeting and name; Italian customers are addressed with *lei*."""
    # After the comma of the greeting Italian goes on in lower case, English begins anew.
    begun = (text[0].lower() if language == "it" else text[0].upper()) + text[1:]
    return "\n\n".join(
        [_greeting(customer, language, is_first, rng), begun, _farewell(person, language, is_first, rng)]
    )


def as_html(text: str) -> str:
    """Plain words as the composer would keep them: paragraphs, lists, **bold**."""
    blocks = []
    for block in text.split("\n\n"):
        lines = block.split("\n")
        if all(line.startswith("- ") for line in lines):
            blocks.append("<ul>" + "".join(f"<li>{_inline(line[2:])}</li>" for line in lines) + "</ul>")
        elif all(re.match(r"\d+\. ", line) for line in lines):
            blocks.append("<ol>" + "".join(f"<li>{_inline(line.split('. ', 1)[1])}</li>" for line in lines) + "</ol>")
        else:
            blocks.append("<p>" + "<br>".join(_inline(line) for line in lines) + "</p>")
    return "".join(blocks)


def without_marks(text: str) -> str:
    return _BOLD.sub(r"\1", text)


def signature(customer: Customer, *, is_first: bool) -> str:
    """What ends a customer's mail: a block, a name, or a name and the phone's own line."""
    if customer.signature:
        return customer.signature if "\n--" in customer.signature else f"-- \n{customer.signature}"
    name = customer.name if is_first else customer.first_name
    if customer.client != "phone":
        return name
    return f"{name}\n\n{'Inviato dal telefono' if customer.language == 'it' else 'Sent from my phone'}"


def _inline(line: str) -> str:
    return _BOLD.sub(r"<strong>\1</strong>", escape(line, quote=False))


def _greeting(customer: Customer, language: str, is_first: bool, rng: random.Random) -> str:
    if language == "en":
        return f"{'Dear' if is_first else rng.choice(['Hello', 'Dear', 'Hi'])} {customer.first_name},"
    opening = rng.choice(["Gentile", "Buongiorno"]) if is_first else "Buongiorno"
    return f"{opening} {customer.title} {customer.last_name},"


def _farewell(person: Person, language: str, is_first: bool, rng: random.Random) -> str:
    if language == "en":
        return f"{rng.choice(['Kind regards', 'Best wishes', 'With kind regards'])},\n{person.name}"
    choices = (
        ["Cordiali saluti", "Un cordiale saluto", "Buona giornata"] if is_first else ["Buona giornata", "A presto"]
    )
    return f"{rng.choice(choices)},\n{person.name}"

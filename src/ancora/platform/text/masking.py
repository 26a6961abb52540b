"""Finds numbers in what people write that do not belong into a place others can read, and covers them.

A number is covered only when its check digits are right, and where digits alone prove little only beside a word that
names it: an order number is not to be taken for somebody's tax number.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from itertools import accumulate

import phonenumbers
from stdnum import iban, luhn
from stdnum.be import nn as be_nn
from stdnum.ch import ssn as ch_ssn
from stdnum.de import idnr as de_idnr
from stdnum.es import nif as es_nif
from stdnum.fr import nir as fr_nir
from stdnum.it import codicefiscale
from stdnum.nl import bsn as nl_bsn
from stdnum.pl import pesel as pl_pesel
from stdnum.pt import nif as pt_nif
from stdnum.us import ssn as us_ssn

COVER = "•"
# Words are looked for this many characters before a number.
NEAR = 40


class Sensitive(StrEnum):
    CARD = "card"
    IBAN = "iban"
    TAX = "tax"
    PHONE = "phone"


@dataclass(frozen=True, slots=True)
class Find:
    """A number in a text: its kind, where it stands, and what may be shown of it."""

    kind: Sensitive
    start: int
    end: int
    shown: str


@dataclass(frozen=True, slots=True)
class _Tax:
    """A tax or social security number: how it is written, its check, and the words without which it is not believed
    (none: it cannot be mistaken)."""

    written: re.Pattern
    is_valid: Callable[[str], bool]
    words: re.Pattern | None = None


def _tax(written: str, module, words: str = "") -> _Tax:
    pattern = re.compile(rf"(?<![^\W_]|{COVER})(?:{written})(?![^\W_])", re.IGNORECASE)
    return _Tax(pattern, module.is_valid, re.compile(words, re.IGNORECASE) if words else None)


_DIGITS = r"\d(?:[ .\-/]?\d)"
_TAXES = (
    _tax(r"[A-Z]{6}[0-9LMNP-V]{2}[A-EHLMPR-T][0-9LMNP-V]{2}[A-Z][0-9LMNP-V]{3}[A-Z]", codicefiscale),
    _tax(r"(?:\d{8}|[XYZ]\d{7})[ \-]?[A-Z]", es_nif),
    _tax(r"[12]" + r"(?: ?\d){4} ?(?:\d ?[\dAB])(?: ?\d){6}(?: ?\d){2}", fr_nir),
    _tax(r"756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}", ch_ssn),
    _tax(_DIGITS + "{10}", de_idnr, r"steuer|tax|\bidnr|identifikationsnummer|\btin\b"),
    _tax(_DIGITS + "{10}", be_nn, r"rijksregister|registre national|\bniss\b|\binsz\b|national (?:register|number)"),
    _tax(r"\d{11}", pl_pesel, r"pesel"),
    _tax(_DIGITS + "{8}", nl_bsn, r"\bbsn\b|burgerservice|sofi"),
    _tax(_DIGITS + "{8}", pt_nif, r"\bnif\b|contribuinte"),
    _tax(r"\d{3}[ \-]\d{2}[ \-]\d{4}|\d{9}", us_ssn, r"\bssn\b|social security"),
)
# No number of any kind is shorter; letters may stand for all digits of the Italian one.
_LEAST_DIGITS, _DIGIT, _LETTERED = 7, re.compile(r"\d"), re.compile(r"[A-Z0-9]{16}", re.IGNORECASE)
# Typed with blanks, pasted with whatever a bank puts between, or over two lines.
_BETWEEN = r"[\s.\-\u2010-\u2015]{0,2}"
# Groups of digits, of which some may be a card: a day, an expiry or a code stand before or behind it. What is shown of
# one that was covered begins no other.
_RUN = re.compile(rf"(?<![^\W_])(?<!{COVER * 4} )\d(?:{_BETWEEN}\d){{12,}}(?![^\W_])")
_GROUP = re.compile(r"\d+")
# How the numbers of those who give out cards begin, and how long they are; the usual length is looked for first.
_ISSUED = re.compile(r"4\d{12}(?:\d{3}){0,2}|[56]\d{12,18}|3[04-9]\d{12,17}|2[2-7]\d{14,17}")
_CARD_LENGTHS = (16, 15, 14, 13, 17, 18, 19)
_IBAN = re.compile(rf"(?<![^\W_]|{COVER})[A-Z]{{2}}\d{{2}}(?:{_BETWEEN}[A-Z0-9]){{11,30}}(?![^\W_])", re.IGNORECASE)
_LETTERS = re.compile(r"[^A-Z0-9]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Covered:
    """A text as it may be kept, and of which kinds numbers in it were covered, each once, in order."""

    text: str
    kinds: tuple[Sensitive, ...] = ()


def covered(text: str, *, is_public: bool = False, region: str = "IT") -> Covered:
    """What may be kept of what somebody wrote who has proved nothing, or where others read; see `find_sensitive`. A
    line without a number costs microseconds."""
    if len(_DIGIT.findall(text)) < _LEAST_DIGITS and not _LETTERED.search(text):
        return Covered(text)
    finds = find_sensitive(text, is_public=is_public, region=region)
    return Covered(masked(text, finds), tuple(dict.fromkeys(find.kind for find in finds))) if finds else Covered(text)


def find_sensitive(text: str, *, is_public: bool = False, region: str = "IT") -> list[Find]:
    """Payment cards, bank accounts and tax numbers in `text`, in order, none over another; in a public place
    telephone numbers as well, read as in `region` (ISO 3166) where they name no country."""
    found = [*_ibans(text), *_cards(text), *_tax_numbers(text)]
    if is_public:
        found += _phones(text, region)
    return _apart(found)


def masked(text: str, finds: list[Find]) -> str:
    """`text` with every find covered but for what may be shown."""
    for find in sorted(finds, key=lambda one: -one.start):
        text = text[: find.start] + find.shown + text[find.end :]
    return text


def _apart(found: list[Find]) -> list[Find]:
    """Of two that overlap the longer one, of two that are equally long the first kind."""
    kept: list[Find] = []
    for find in sorted(found, key=lambda one: one.start - one.end):
        if all(find.end <= other.start or other.end <= find.start for other in kept):
            kept.append(find)
    return sorted(kept, key=lambda one: one.start)


def _cards(text: str) -> list[Find]:
    return [find for run in _RUN.finditer(text) for find in _cards_in(list(_GROUP.finditer(text, *run.span())))]


def _cards_in(groups: list[re.Match]) -> list[Find]:
    """Whole groups that stand together and are a card."""
    digits = "".join(str(int(digit)) for group in groups for digit in group[0])
    begins = dict(zip(accumulate((len(group[0]) for group in groups), initial=0), groups, strict=False))
    ends = dict(zip(accumulate(len(group[0]) for group in groups), groups, strict=True))
    found: list[Find] = []
    for length in _CARD_LENGTHS:
        for at, first in begins.items():
            last, number = ends.get(at + length), digits[at : at + length]
            if last and _is_card(number):
                find = Find(Sensitive.CARD, first.start(), last.end(), f"{COVER * 4} {number[-4:]}")
                if all(find.end <= other.start or other.end <= find.start for other in found):
                    found.append(find)
    return found


def _is_card(number: str) -> bool:
    # A line of one and the same digit passes the check, and is no card.
    return bool(_ISSUED.fullmatch(number)) and len(set(number)) > 1 and luhn.is_valid(number)


def _ibans(text: str) -> list[Find]:
    found = []
    for match in _IBAN.finditer(text):
        if end := _end_of_iban(text, match):
            number = _LETTERS.sub("", text[match.start() : end]).upper()
            shown = f"{number[:2]}{COVER * 2} {COVER * 4} {number[-4:]}"
            found.append(Find(Sensitive.IBAN, match.start(), end, shown))
    return found


def _end_of_iban(text: str, match: re.Match) -> int | None:
    """The words behind an account may look like more of it: it ends where its check digits are right."""
    for end in range(match.end(), match.start() + 14, -1):
        is_whole = text[end - 1].isalnum() and not text[end : end + 1].isalnum()
        if is_whole and iban.is_valid(_LETTERS.sub("", text[match.start() : end])):
            return end
    return None


def _tax_numbers(text: str) -> list[Find]:
    found = []
    for tax in _TAXES:
        for match in tax.written.finditer(text):
            is_named = tax.words is None or tax.words.search(text, max(0, match.start() - NEAR), match.start())
            if is_named and tax.is_valid(match[0]):
                found.append(_find(Sensitive.TAX, match, COVER * 8))
    return found


def _phones(text: str, region: str) -> list[Find]:
    found = phonenumbers.PhoneNumberMatcher(text, region, leniency=phonenumbers.Leniency.VALID)
    return [Find(Sensitive.PHONE, one.start, one.end, f"{COVER * 6} {one.raw_string[-2:]}") for one in found]


def _find(kind: Sensitive, match: re.Match, shown: str) -> Find:
    return Find(kind, match.start(), match.end(), shown)

"""Signatures and notices: what a program, a habit or a firm puts below the words that a person wrote."""

import re
from typing import NamedTuple

from .closings import AFTERWORD, is_closing, is_name
from .devices import is_device_line
from .disclaimers import banner_end, disclaimer_start

# Put around a signature that only the HTML shows; text never holds them (they are controls).
SIGNATURE_CUT = "\x02signature\x02"
SIGNATURE_END = "\x02end\x02"

DELIMITER = re.compile(r"^(?:--|—|––|__)[ \t\xa0]*$")
WEAK_DELIMITER = re.compile(r"^[ \t]*(?:-{3,9}|_{3,9}|={2,9}|\*{3,9}|\+{2,9}|~{2,9}|–{3,9}|—{2,9}|·{3,9})[ \t]*$")
FOOTER_RULE = re.compile(r"^[ \t]*(?:_{10,}|-{10,}|={10,}|—{6,})[ \t]*$")
# GitHub's own rule: a dash and a name, alone below an empty line.
DASHED_NAME = re.compile(r"^(?:-|—|–|/)\s{0,1}[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*){0,3}$")
BULLET = re.compile(r"^\s*(?:[-*•–]|\d{1,2}[.)])\s")
CONTACT = re.compile(
    r"[\w.+-]@[\w-]|www\.|https?://|\+?\(?\d[\d ()./-]{5,}\d"
    r"|^(?:via mobile|skype|mob(?:ile|il)?|tel|cell|fax|phone|direct|office|handy|telefono?|teléfono|téléphone"
    r"|cellulare|portable|móvil|whatsapp|linkedin|p\.?\s?iva|c\.?\s?f\.?|vat|ust-?id|siret|nif|cif|ceo|cto|cfo|president)\b"
    r"|\b(?:s\.r\.l\.|srl|s\.p\.a\.|spa|s\.n\.c\.|gmbh|ltd|inc|llc|sarl|s\.?a\.?s|s\.[la]\.|kg|b\.v\.)(?:\W|$)",
    re.IGNORECASE,
)
RULE_STARTS = frozenset("-—–_=*+~· \t")
SENTENCE = re.compile(r"[.?!]\W*$")

# A signature is short: further from the end no delimiter counts.
MAX_SIGNATURE_LINES = 40
MAX_DEVICE_DISTANCE = 6
MAX_CONTACT_LINES = 14
MAX_CONTACT_CHARS = 80
# Longer lines that end like sentences are prose.
MIN_PROSE_CHARS = 60
# A paragraph with more lines of that length is prose, whatever addresses are in it.
MAX_LONG_LINES = 3


class Parted(NamedTuple):
    """The lines a person wrote, the signature below them, and notices of a firm or a program."""

    written: list[str]
    signature: list[str]
    notices: list[str]


def parted(lines: list[str], sender: str = "") -> Parted:
    """Takes apart what stands below (and, of notices, above) the words; `sender` is the name in From."""
    start = banner_end(lines)
    banner, lines = lines[:start], lines[start:]
    lines, boxed = without_boxes(lines)
    notice = last_written(lines, disclaimer_start(lines))
    lines, notices = lines[:notice], lines[notice:]
    cut = last_written(lines, len(lines))
    for find in (footer_start, delimiter_start, device_start, dashed_start):
        cut = last_written(lines, find(lines[:cut]))
    cut = last_written(lines, contact_start(lines[:cut], sender))
    # A notice that a firm puts between the words and the signature leaves the signature a signature.
    signature = [*lines[cut:], *boxed]
    return Parted(lines[:cut], signature, [*banner, *notices])


def without_boxes(lines: list[str]) -> tuple[list[str], list[str]]:
    """The lines without the boxes in which programs put signatures, and what stood in them."""
    starts = [index for index, line in enumerate(lines) if SIGNATURE_CUT in line]
    if not starts:
        return lines, []
    kept, boxed, inside = [], [], 0
    for line in lines:
        if SIGNATURE_CUT in line:
            inside += 1
        elif SIGNATURE_END in line:
            inside = max(0, inside - 1)
        else:
            (boxed if inside else kept).append(line)
    # Who writes into the box of the signature wrote a letter all the same.
    if not any(line.strip() for line in kept) and is_prose(boxed[: disclaimer_start(boxed)], most=0):
        return [line for line in lines if SIGNATURE_CUT not in line and SIGNATURE_END not in line], []
    return kept, boxed


def last_written(lines: list[str], cut: int) -> int:
    while cut and not lines[cut - 1].strip():
        cut -= 1
    return cut


def footer_start(lines: list[str]) -> int:
    """A rule of underscores or dashes near the end: list footers, company signatures."""
    for index in range(len(lines) - 1, max(-1, len(lines) - MAX_SIGNATURE_LINES), -1):
        if lines[index][:1] in RULE_STARTS and FOOTER_RULE.match(lines[index]):
            below = [line for line in lines[index + 1 :] if line.strip()]
            if below and all(len(line) <= MAX_CONTACT_CHARS for line in below) and any(map(CONTACT.search, below)):
                return index
            if not below:
                return index
    return len(lines)


def delimiter_start(lines: list[str]) -> int:
    """The first `-- ` of the end: everything below is signature (RFC 3676 4.3), unless it is plainly prose."""
    for index in range(max(0, len(lines) - MAX_SIGNATURE_LINES), len(lines)):
        line = lines[index]
        if line[:1] not in RULE_STARTS:
            continue
        # The true delimiter ends with a space, which many programs take away.
        if DELIMITER.match(line) and not is_prose(lines[index + 1 :], most=4 if line == "-- " else 1):
            return index
        if WEAK_DELIMITER.match(line) and index and looks_like_signature(lines[index + 1 :]):
            return index
    return len(lines)


def is_prose(lines: list[str], *, most: int) -> bool:
    """Whether more than `most` lines are sentences, or any is an item of a list."""
    sentences = [line for line in lines if len(line) > MIN_PROSE_CHARS and SENTENCE.search(line)]
    return len(sentences) > most


def looks_like_signature(lines: list[str]) -> bool:
    """A few short lines: names, firms, ways to reach them; names alone are two lines at most."""
    written = [line for line in lines if line.strip()]
    if not written or len(written) > MAX_CONTACT_LINES or any(len(line) > MAX_CONTACT_CHARS for line in written):
        return False
    if any(BULLET.match(line) or line.lstrip().startswith(("#", "|")) for line in written):
        return False
    if len(written) > 2 and not any(CONTACT.search(line.strip()) for line in written):
        return False
    plain = [
        line for line in written if not CONTACT.search(line.strip()) and not is_name(line) and not is_closing(line)
    ]
    return len(plain) * 2 <= len(written) and not any(SENTENCE.search(line) and len(line) > 40 for line in plain)


def device_start(lines: list[str]) -> int:
    """`Sent from my iPhone` and its kin, when little follows; two of them in a row are one."""
    found, seen = len(lines), 0
    for index in range(len(lines) - 1, -1, -1):
        if not lines[index].strip():
            continue
        if len(lines[index]) <= 200 and is_device_line(lines, index):
            found = index
            continue
        seen += 1
        if seen >= MAX_DEVICE_DISTANCE or len(lines[index]) > MAX_CONTACT_CHARS or found < len(lines):
            break
    return found


def dashed_start(lines: list[str]) -> int:
    """`- Anna` alone at the end; right below a sentence only without a space, which would make it an item."""
    if len(lines) < 2 or not DASHED_NAME.match(lines[-1].strip()):
        return len(lines)
    above = next((line for line in reversed(lines[:-1]) if line.strip()), "")
    if BULLET.match(above) or DASHED_NAME.match(above.strip()):
        return len(lines)
    apart = not lines[-2].strip()
    return len(lines) - 1 if apart or not lines[-1].strip()[1:2].isspace() else len(lines)


def contact_start(lines: list[str], sender: str) -> int:
    """Where ways to reach somebody begin at the end: below the sender's name, a closing formula, or a name.

    A name alone ("Thanks, Alex") stays: a person wrote it, and it costs one line. What answers a question ("my address
    is:") stays as well, and so does a postscript with all above it.
    """
    start = paragraph_start(lines)
    if any(len(line) > MAX_CONTACT_CHARS for line in lines[start:]):
        return len(lines)
    found = after_closing(lines)
    if found is None or not is_contact(lines[found:]):
        found = named_start(lines, start, sender)
    return len(lines) if any(AFTERWORD.match(line) for line in lines[found:]) else found


def named_start(lines: list[str], start: int, sender: str) -> int:
    """The line of the last paragraph, which begins at `start`, from which it tells how to reach whom it names."""
    block = lines[start:]
    if sum(len(line) > MIN_PROSE_CHARS for line in block) > MAX_LONG_LINES:
        return len(lines)
    if start == 0 or len(block) < 2 or not any(CONTACT.search(line.strip()) for line in block[1:]):
        return len(lines)
    above = next((line for line in reversed(lines[:start]) if line.strip()), "")
    offset = named_from(block, sender)
    if above.rstrip().endswith(":") or (offset and block[offset - 1].rstrip().endswith(":")):
        return len(lines)
    return start + offset


def paragraph_start(lines: list[str]) -> int:
    start = len(lines)
    while start and lines[start - 1].strip() and len(lines) - start < MAX_CONTACT_LINES:
        start -= 1
    return start


def after_closing(lines: list[str]) -> int | None:
    """The first written line below the closing formula nearest to the end."""
    written = 0
    for index in range(len(lines) - 1, max(-1, len(lines) - MAX_SIGNATURE_LINES), -1):
        line = lines[index]
        if not line.strip():
            continue
        if is_closing(line):
            return next((below for below in range(index + 1, len(lines)) if lines[below].strip()), None)
        written += 1
        if written > MAX_CONTACT_LINES or len(line) > MAX_CONTACT_CHARS:
            return None
    return None


def is_contact(lines: list[str]) -> bool:
    """Whether lines below a closing formula are more than a name: a way to reach somebody is among them."""
    written = [line for line in lines if line.strip()]
    if len(written) < 2 or any(len(line) > MAX_CONTACT_CHARS for line in written):
        return False
    if any(line.rstrip().endswith(":") or (len(line) > 40 and SENTENCE.search(line)) for line in written):
        return False
    return is_name(re.split(r"[|,/–]| - ", written[0])[0]) and any(CONTACT.search(line.strip()) for line in written[1:])


def named_from(block: list[str], sender: str) -> int:
    """The offset of the line in a paragraph from which it is a signature; its length when none is."""
    if "@" in sender:
        if any(sender.lower() in line.lower() for line in block):
            return 0
    else:
        names = set(re.findall(r"[^\W\d_]{2,}", sender.lower()))
        for offset, line in enumerate(block[:-1]):
            words = set(re.findall(r"[^\W\d_]{2,}", line.lower()))
            if names and words and len(line) <= 60 and (words <= names or (len(names) > 1 and names <= words)):
                return offset
    # Nobody's name is known: a name, and then at least two different ways to reach it.
    hits = {CONTACT.search(line.strip())[0][:3].lower() for line in block[1:] if CONTACT.search(line.strip())}
    return 0 if is_name(block[0]) and " " in block[0].strip() and len(hits) >= 2 else len(block)

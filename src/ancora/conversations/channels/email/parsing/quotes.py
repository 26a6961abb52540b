"""What a person newly wrote, apart from what they quote: rules over lines, each line read once.

The rules look at one line at a time, with a window of a few lines for headers that were folded.
Every pattern is anchored and bounded, so that hostile text costs no more than friendly text.
"""

import re
from typing import NamedTuple

from .limits import MAX_QUOTE_LINES
from .signatures import split_signature

# Put in place of a quote's beginning that only the HTML shows; text never holds it (it is a control).
HARD_CUT = "\x01quoted\x01"

MARKERS = ("## reply above this line ##", "## rispondi sopra questa riga ##")
ATTRIBUTION_WINDOW = 5
MAX_ATTRIBUTION_CHARS = 400

DIVIDER = re.compile(
    r"^[>\s]*(?:[-_*=]{2,}\s*|\*)(?:original message|original appointment|reply message|forwarded message|forwarded by"
    r"|messaggio originale|messaggio inoltrato|ursprüngliche nachricht|original-?nachricht|weitergeleitete nachricht"
    r"|message d'origine|message original|message d’origine|message transféré|message transmis|mensaje original"
    r"|mensaje reenviado|oorspronkelijk bericht|mensagem original|исходное сообщение|previous replies)\b.{0,80}$",
    re.IGNORECASE,
)
FORWARD = re.compile(
    r"^[>\s]*(?:[-_*=]{2,}\s*(?:forwarded|messaggio inoltrato|weitergeleitete|message (?:transféré|transmis)"
    r"|mensaje reenviado)|(?:begin forwarded message|inizio messaggio inoltrato"
    r"|anfang der weitergeleiteten (?:nachricht|e-mail)|début du message (?:transféré|réexpédié)|inicio del "
    r"mensaje reenviado)\s?:)",
    re.IGNORECASE,
)
LABEL = re.compile(
    r"^[\s>*_|]{0,8}(from|sent|date|to|cc|subject|reply-to|da|inviato|data|a|oggetto|von|gesendet|datum|an|betreff"
    r"|de|envoyé|objet|à|enviado(?: el)?|fecha|para|asunto|van|verzonden|aan|onderwerp|от|отправлено|кому|тема|дата)"
    r"\s?[*_]{0,2}\s?:[*_]{0,2}(?:\s|$|\S)",
    re.IGNORECASE,
)
MAIL_LABELS = {
    "sent", "subject", "inviato", "oggetto", "gesendet", "betreff", "envoyé", "objet", "enviado", "enviado el",
    "asunto", "verzonden", "onderwerp", "отправлено", "тема",
}  # fmt: skip
FROM_LABELS = {"from", "da", "von", "de", "van", "от"}
OPENING = re.compile(
    r"^\s{0,8}[*_]?(?:on|il|in data|il giorno|nel|am|le|el|em|op|den|dnia|w dniu|в|\d{1,4}[./-]\d|"
    r"(?:mon|tue|wed|thu|fri|sat|sun|lun|mar|mer|gio|ven|sab|dom|mo|di|mi|do|fr|sa|so)[a-zì]{0,7}\.?,?\s)",
    re.IGNORECASE,
)
WROTE = re.compile(
    r"(?:\bwrote|\bwrites|\bsaid|ha scritto|\bscrive|\bscrisse|\bschrieb\b.{0,120}|\ba écrit|escribió|\bescreveu"
    r"|\bschreef.{0,120}|\bskrev.{0,120}|napisał\(?a?\)?|написал\(?а?\)?|пишет)\s{0,4}:[\s*_]*$",
    re.IGNORECASE,
)
# Any language: a date, an address in brackets, a colon at the end.
DATED = re.compile(
    r"^(?=.{0,200}\d)[^<>]{0,200}<[^<>\s@]{1,100}@[^<>\s@]{1,200}>\W{0,6}(?:[^\W\d]{2,20}\W{0,3}){0,3}:\s*$"
)
SAID = re.compile(
    r"^\s{0,4}[^\s>].{0,120}\b(?:wrote|writes|ha scritto|schrieb|a écrit|escribió)\s?:\s*$", re.IGNORECASE
)
RULE = re.compile(r"^\s*(?:_{5,}|-{3,}|\*{5,})\s*$")

TEXT, BLANK, QUOTE = "text", "blank", "quote"


class Reply(NamedTuple):
    """The newly written words, the signature below them, and whether anything quoted was found."""

    text: str
    signature: str
    quoted: bool


def visible_reply(text: str, sender: str = "") -> Reply:
    """The new words of a mail. Interleaved answers are kept whole, with what they answer."""
    lines = text.split("\n")
    cut = first_cut(lines[:MAX_QUOTE_LINES])
    forwarded = cut is not None and is_forward("\n".join(lines[cut : cut + 4]))
    kept, quoted = lines[:cut], cut is not None
    kinds = classify(kept)
    start, end = written_range(kinds, kept)
    quoted = quoted or QUOTE in kinds
    written, signature = split_signature(kept[start:end], sender)
    if not signature:
        signature = split_signature([line for line in kept[end:] if not is_quoted(line)], sender)[1]
    reply, below = "\n".join(written).strip("\n").rstrip(), "\n".join(signature).strip()
    if not reply.strip() and forwarded:
        reply, below = text.replace(HARD_CUT, "").strip(), ""
    return Reply(undented(reply), below, quoted)


def is_forward(text: str) -> bool:
    """Whether the text holds a forwarded mail, by the line its program puts above it."""
    return any(FORWARD.match(line) for line in text.split("\n", 2000)[:2000])


def first_cut(lines: list[str]) -> int | None:
    """The line from which everything is somebody else's: a divider, a header block, our own marker."""
    last_quote = next((index for index in range(len(lines) - 1, -1, -1) if is_quoted(lines[index])), -1)
    authors = attributions(lines)
    for index, line in enumerate(lines):
        if HARD_CUT in line or marker_in(line):
            return above_attribution(authors, lines, index)
        if not line or is_quoted(line):
            continue
        if index in authors and authors[index] > last_quote:
            return index
        if is_divider(line) or (":" in line[:40] and is_header_block(lines, index)):
            return above_rule(lines, index)
    return None


def is_divider(line: str) -> bool:
    start = line.lstrip(" \t*")[:1]
    return (
        bool(start)
        and (start in "-_=OoMmUuFfPp" or line.rstrip().endswith(":"))
        and bool(DIVIDER.match(line) or FORWARD.match(line))
    )


def marker_in(line: str) -> bool:
    return "##" in line and any(marker in line.lower() for marker in MARKERS)


def above_rule(lines: list[str], index: int) -> int:
    """A rule drawn above a header block belongs to it, also with empty lines between."""
    above = index - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    return above if above >= 0 and index - above <= 4 and RULE.match(lines[above]) else index


def above_attribution(authors: dict[int, int], lines: list[str], index: int) -> int:
    """The line that says who wrote what follows a marker goes with it."""
    for start in range(max(0, index - ATTRIBUTION_WINDOW - 2), index):
        if start in authors and all(not line.strip(" >\t") for line in lines[authors[start] : index]):
            return start
    return index


def is_header_block(lines: list[str], index: int) -> bool:
    """`From:` followed within a few lines by two more of Sent, To, Subject, in any of the languages."""
    label = LABEL.match(lines[index])
    if label is None:
        return False
    seen = {label[1].lower()}
    for line in lines[index + 1 : index + 8]:
        following = LABEL.match(line)
        if following:
            seen.add(following[1].lower())
        elif not line.strip() and len(seen) > 1:
            break
    # "Da: Roma, A: Milano, Data: ..." is a journey; a mail's header also tells when it was sent, or its subject.
    return len(seen) >= 3 and bool(seen & FROM_LABELS) and bool(seen & MAIL_LABELS)


def attributions(lines: list[str]) -> dict[int, int]:
    """Where `On ... wrote:` starts, with the line after it. Only lines near a closing colon are looked at."""
    found: dict[int, int] = {}
    for closing, line in enumerate(lines):
        if not line.rstrip(" \t*_").endswith(":") or line.startswith(">"):
            continue
        for start in range(max(0, closing - ATTRIBUTION_WINDOW + 1), closing + 1):
            if attribution_end(lines, start) == closing + 1:
                found[start] = closing + 1
                break
    return found


def attribution_end(lines: list[str], index: int) -> int:
    """The line after `On ... wrote:` when it starts here, also folded over some lines; else 0."""
    line = lines[index]
    if len(line) > MAX_ATTRIBUTION_CHARS or not (OPENING.match(line) or ("<" in line and "@" in line)):
        return index + 1 if SAID.match(line[:200]) and next_is_quoted(lines, index + 1) else 0
    joined = ""
    for end in range(index, min(len(lines), index + ATTRIBUTION_WINDOW)):
        part = lines[end].strip()
        if not part or part.startswith(">") or len(joined) + len(part) > MAX_ATTRIBUTION_CHARS:
            return 0
        joined = f"{joined} {part}" if joined else part
        if part.endswith((":", ":*", ": *", ":_")) and (WROTE.search(joined[-200:]) or DATED.match(joined)):
            return end + 1 if any(map(str.isdigit, joined)) or next_is_quoted(lines, end + 1) else 0
    return 0


def next_is_quoted(lines: list[str], index: int) -> bool:
    following = next((line for line in lines[index : index + 4] if line.strip()), "")
    return is_quoted(following)


def is_quoted(line: str) -> bool:
    return line.lstrip(" ").startswith(">")


def classify(lines: list[str]) -> list[str]:
    """What each line is; the line above a quote that names its author belongs to the quote."""
    kinds = [QUOTE if is_quoted(line) else TEXT if line.strip() else BLANK for line in lines]
    if QUOTE not in kinds:
        return kinds
    for start, end in attributions(lines).items():
        kinds[start:end] = [QUOTE] * (end - start)
    return kinds


def written_range(kinds: list[str], lines: list[str]) -> tuple[int, int]:
    """From where to where a person wrote. Quotes before, after or around one block of words are left out."""
    blocks = text_blocks(kinds)
    while len(blocks) > 1 and QUOTE in kinds[blocks[-2][1] : blocks[-1][0]] and is_footer(lines, blocks[-1]):
        blocks.pop()
    if not blocks:
        return 0, 0
    last = blocks[-1]
    return blocks[0][0] if len(blocks) == 1 else first_kept(blocks, kinds), last[1]


def first_kept(blocks: list[tuple[int, int]], kinds: list[str]) -> int:
    """With answers between quotes, the quote above the first answer belongs to it and is kept."""
    leading = kinds[: blocks[0][0]]
    return leading.index(QUOTE) if QUOTE in leading else blocks[0][0]


def text_blocks(kinds: list[str]) -> list[tuple[int, int]]:
    """Stretches of words, between which there are quotes."""
    blocks: list[tuple[int, int]] = []
    start = end = -1
    for index, kind in enumerate([*kinds, QUOTE]):
        if kind == TEXT:
            start, end = (index if start < 0 else start), index + 1
        elif kind == QUOTE and start >= 0:
            blocks.append((start, end))
            start = -1
    return blocks


def is_footer(lines: list[str], block: tuple[int, int]) -> bool:
    """Whether a block below a quote holds nothing but a signature, a list footer, a disclaimer."""
    return not any(line.strip() for line in split_signature(["", *lines[block[0] : block[1]]])[0])


def undented(text: str) -> str:
    """A reply of one line needs no indentation; in more lines it may carry meaning."""
    return text if "\n" in text else text.strip()

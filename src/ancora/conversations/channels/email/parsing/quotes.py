"""What a person newly wrote, apart from what they quote: rules over lines, each line read once.

The rules look at one line at a time, with a window of a few lines for headers that were folded.
Every pattern is anchored and bounded, so that hostile text costs no more than friendly text.
"""

import re
from typing import NamedTuple

from .attributions import (
    ATTRIBUTION_WINDOW,
    GROUPWISE,
    attributions,
    is_quoted,
    next_is_quoted,
    separated,
    spilled,
)
from .closings import closes
from .headings import above_rule, header_block_end, is_divider, is_forward, marker_in, unglued
from .limits import MAX_QUOTE_LINES
from .signatures import parted

# Put in place of a quote's beginning that only the HTML shows; text never holds it (it is a control).
HARD_CUT = "\x01quoted\x01"

TEXT, BLANK, QUOTE = "text", "blank", "quote"

# The person says that the answers stand between the lines of a quote which nothing marks.
ANSWERS_INSIDE = re.compile(
    r"\b(?:(?:my )?(?:answers?|repl(?:y|ies)|comments?|responses?) (?:\w+ ){0,3}(?:inline|in-line|below in|in (?:red"
    r"|blue|green|bold|caps))"
    r"|(?:see|answered|replied|responded) (?:\w+ ){0,3}(?:inline|in-line|in red|in blue)|in ?line (?:below|answers?"
    r"|replies|comments)"
    r"|(?:risposte|rispondo|risposto|commenti) (?:\w+ ){0,4}(?:in rosso|in blu|in verde|in grassetto|nel testo"
    r"|tra le righe|inline)"
    r"|(?:antworten?|kommentare?|geantwortet) (?:\w+ ){0,4}(?:in rot|in blau|im text|inline|zwischen den zeilen|fett)"
    r"|(?:réponses?|réponds|répondu|commentaires) (?:\w+ ){0,4}(?:en rouge|en bleu|en gras|dans le texte"
    r"|entre les lignes)"
    r"|(?:respuestas?|respondo|contesto|comentarios) (?:\w+ ){0,4}(?:en rojo|en azul|en negrita|en el texto"
    r"|entre líneas))\b",
    re.IGNORECASE,
)
# Somebody's own words above such a quote are few.
MAX_POINTER_CHARS = 400
LINK_ALONE = re.compile(r"^\s*[(<\[]?https?://\S+[)>\]]?\s*>?\s*$")
DIFFERENCE = re.compile(r"^(?:\d+(?:,\d+)?[acd]\d+(?:,\d+)?|---|diff .*)\s*$")
BAR = re.compile(r"^[ \t]{0,4}\|(?: |$)")
# A long quoted line that a program broke: what is left of it has no mark.
MIN_BROKEN_CHARS = 60
MAX_REST_CHARS = 40


class Reply(NamedTuple):
    """The newly written words, the signature below them, notices, and whether anything quoted was found."""

    text: str
    signature: str
    quoted: bool
    disclaimer: str = ""


def visible_reply(text: str, sender: str = "") -> Reply:
    """The new words of a mail. Interleaved answers are kept whole, with what they answer."""
    lines = text.split("\n")
    if len(lines) <= MAX_QUOTE_LINES:
        lines = with_marks(separated(unglued(lines)))
    cut, authors = first_cut(lines[:MAX_QUOTE_LINES])
    forwarded = cut is not None and is_forward("\n".join(lines[cut : cut + 4]))
    kept, quoted = lines[:cut], cut is not None
    if quoted and not forwarded and says_answers_inside(kept):
        whole = "\n".join(line for line in lines if HARD_CUT not in line)
        return Reply(whole.strip("\n").rstrip(), "", quoted)
    kinds = classify(kept, authors)
    quoted = quoted or QUOTE in kinds
    start, end, extra = written_range(kinds, kept)
    # Between quotes nothing is a signature: it would take the answers below it along.
    last_quote = max((index for index in range(start, end) if kinds[index] == QUOTE), default=start - 1)
    between, last = kept[start : last_quote + 1], [*kept[last_quote + 1 : end], *extra]
    below = [line for line, kind in zip(kept[end:], kinds[end:], strict=True) if kind != QUOTE]
    reply = apart(between, last, [] if extra else below, sender, quoted=quoted)
    if not reply.text.strip() and forwarded:
        return Reply(text.replace(HARD_CUT, "").strip(), "", quoted)
    return reply


def apart(between: list[str], last: list[str], below: list[str], sender: str, *, quoted: bool) -> Reply:
    """The words without the signature and the notices at their end, or under the quote."""
    found = parted(last, sender)
    signature, notices = found.signature, found.notices
    if below:
        rest = parted(["", *below], sender)
        signature, notices = signature or rest.signature, [*notices, *rest.notices]
    reply = "\n".join([*between, *found.written]).strip("\n").rstrip()
    return Reply(undented(reply), "\n".join(signature).strip(), quoted, "\n".join(notices).strip())


def says_answers_inside(lines: list[str]) -> bool:
    words = "\n".join(lines)[: MAX_POINTER_CHARS + 1]
    return len(words) <= MAX_POINTER_CHARS and ANSWERS_INSIDE.search(words) is not None


def first_cut(lines: list[str]) -> tuple[int | None, dict[int, int]]:
    """The line from which everything is somebody else's: a divider, a header block, our own marker.

    Also where, before it, the lines begin and end that name the author of a marked quote.
    """
    authors = attributions(lines)
    for index, line in enumerate(lines):
        if HARD_CUT in line or marker_in(line):
            return above_attribution(authors, lines, index), authors
        if not line:
            continue
        if index in authors:
            if not next_is_quoted(lines, authors[index]):
                return index, authors
            continue
        if is_quoted(line):
            if line.startswith(">>> ") and GROUPWISE.match(line):
                return index, authors
            continue
        if is_divider(line):
            return above_rule(lines, index), authors
        if ":" in line[:40] and (end := header_block_end(lines, index)):
            start = above_rule(lines, index)
            if not next_is_quoted(lines, end):
                return start, authors
            authors[start] = end
        elif spilled(line):
            return index, authors
    return None, authors


def with_marks(lines: list[str]) -> list[str]:
    """The lines, with the bar by which some programs mark quotes turned into the mark of all others."""
    if not any(BAR.match(line) for line in lines if line[:4].strip()[:1] == "|"):
        return lines
    ends = list(attributions(lines).values())
    ends += filter(None, (header_block_end(lines, index) for index, line in enumerate(lines) if ":" in line[:40]))
    following = (next((line for line in lines[end : end + 3] if line.strip()), "") for end in ends)
    if not any(map(BAR.match, following)):
        return lines
    return [BAR.sub("> ", line) if BAR.match(line) else line for line in lines]


def above_attribution(authors: dict[int, int], lines: list[str], index: int) -> int:
    """The line that says who wrote what follows a marker goes with it."""
    for start in range(max(0, index - ATTRIBUTION_WINDOW - 2), index):
        if start in authors and all(not line.strip(" >\t") for line in lines[authors[start] : index]):
            return start
    return index


def classify(lines: list[str], authors: dict[int, int]) -> list[str]:
    """What each line is; the line above a quote that names its author belongs to the quote."""
    kinds = [QUOTE if is_quoted(line) else TEXT if line.strip() else BLANK for line in lines]
    if QUOTE not in kinds:
        return kinds
    if not authors and is_code(lines):
        return [TEXT if kind == QUOTE else kind for kind in kinds]
    for start, end in authors.items():
        if end <= len(lines):
            kinds[start:end] = [QUOTE] * (end - start)
    for index in range(1, len(lines) - 1):
        if kinds[index] == TEXT and kinds[index - 1] == QUOTE and is_rest_of_quote(lines, kinds, index):
            kinds[index] = QUOTE
    return kinds


def is_code(lines: list[str]) -> bool:
    """Whether the marks are no quotes: a Python session, a difference of two files, arrows in a line of their own."""
    marked = [line.lstrip() for line in lines if is_quoted(line)]
    if all(line.startswith(">>> ") or line == ">>>" for line in marked):
        return True
    return any(line.startswith("< ") for line in lines) and any(DIFFERENCE.match(line) for line in lines)


def is_rest_of_quote(lines: list[str], kinds: list[str], index: int) -> bool:
    """A line between quoted ones that only lost its mark: the rest of a broken line, or a link alone."""
    if kinds[index + 1] != QUOTE:
        return False
    line, above = lines[index], lines[index - 1]
    if LINK_ALONE.match(line):
        return True
    if above.count("(") > above.count(")") and line.rstrip().endswith(")"):
        return True
    rest = line.strip()
    return len(above) >= MIN_BROKEN_CHARS and len(rest) <= MAX_REST_CHARS and rest[:1].islower()


def written_range(kinds: list[str], lines: list[str]) -> tuple[int, int, list[str]]:
    """From where to where a person wrote, and a goodbye from below the quote.

    Quotes before, after or around one block of words are left out.
    """
    blocks = text_blocks(kinds)
    while len(blocks) > 1 and QUOTE in kinds[blocks[-2][1] : blocks[-1][0]] and is_footer(lines, blocks[-1]):
        blocks.pop()
    if not blocks:
        return 0, 0, []
    last = blocks[-1]
    if len(blocks) == 2 and QUOTE not in kinds[: blocks[0][0]] and closes(lines[last[0] : last[1]]):
        return blocks[0][0], blocks[0][1], ["", *lines[last[0] : last[1]]]
    return (blocks[0][0] if len(blocks) == 1 else first_kept(blocks, kinds)), last[1], []


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
    return not any(line.strip() for line in parted(["", *lines[block[0] : block[1]]]).written)


def undented(text: str) -> str:
    """A reply of one line needs no indentation; in more lines it may carry meaning."""
    return text if "\n" in text else text.strip()

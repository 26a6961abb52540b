"""The line in which a program names whose words it quotes: `On Monday, … wrote:`, in many languages.

Such a line starts with a date, or with a name and an address; it ends with a word for writing and a colon; it may be
folded over a few lines. What a person writes about writing ("he wrote on Monday that …") has no address and no whole
date, or is followed by no quote.
"""

import re

ATTRIBUTION_WINDOW = 5
MAX_ATTRIBUTION_CHARS = 400
# Words of a person before an attribution on the same line; paragraphs may be long.
MAX_SHARED_CHARS = 2000

OPENERS = (
    r"on|il giorno|il d[iì]|il|in data|nel giorno|attiv[ao]t?o?|am|vom|le|el d[ií]a|el|en|em|no dia|op|den|d\.|på"
    r"|w dniu|dnia|dne|dňa|dana|pe|la data|în data|la|vào|ngày|στις|в|на|在|tarihinde|a"
)
# Beginnings of the names of months in the languages whose programs write such lines.
MONTHS = (
    r"(?:jan|gen|ene|jän|feb|fév|fev|helm|mar|mär|mrz|maa|apr|avr|abr|huht|mai|may|mag|maj|mei|touk|jun|juin|giu|kesä"
    r"|jul|juil|lug|hein|aug|aoû|aou|ago|elok|sep|set|syys|oct|okt|ott|out|loka|nov|marras|dec|dez|dic|dici|déc|des"
    r"|joulu|sty|lut|kwi|cze|lip|sie|wrz|paź|lis|gru|led|úno|bře|dub|kvě|čer|srp|zář|říj|pro|янв|фев|мар|апр|ма[йя]"
    r"|июн|июл|авг|сен|окт|ноя|дек|tháng)[^\W\d_]{0,9}\.?"
)
DATE = (
    r"(?:\d{1,4}[./-]\s?\d{1,2}[./-]\s?\d{1,4}"
    rf"|\d{{1,2}}(?:st|nd|rd|th|er|º|°|\.)?[\s-]{{1,3}}(?:de\s|of\s)?{MONTHS}"
    rf"|{MONTHS}[\s-]{{1,3}}\d{{1,2}}(?!\d)"
    r"|\d{4}[年.]\s?\d{1,2}|\d{1,2}[:.]\d{2}(?::\d{2})?\s?(?:[ap]\.?m\.?)?,?\s)"
)
WORD = r"[^\W\d_]{1,15}[.,]{0,2}\s{1,3}"
DATED_START = re.compile(
    rf"[\s>*_|\"“•-]{{0,12}}(?:(?:{OPENERS})\s{{1,3}}(?:{WORD}){{0,3}}|(?:{WORD})?){DATE}",
    re.IGNORECASE,
)
TIME = re.compile(r"\d{1,2}[:.]\d{2}")
WHOLE_DATE = re.compile(
    rf"\d{{1,4}}[./-]\s?\d{{1,2}}[./-]\s?\d{{2,4}}|{MONTHS}[\s,]{{1,3}}(?:(?:de|\d{{1,2}}),?\s{{1,3}})?\d{{4}}"
    rf"|\d{{4}}年|(?:{MONTHS}|\d\.?)[^:]{{0,30}}\d{{1,2}}[:.]\d{{2}}",
    re.IGNORECASE,
)
# What follows the name; the Germanic ones stand before it. All are searched in the last part of the line only.
VERB = re.compile(
    r"(?:\b(?:wrote|writes|said|sent|ha\s+scritto|hai\s+scritto|avete\s+scritto|scrive(?:va)?|scrisse|schrieb(?:en)?"
    r"|schreibt|geschrieben|a\s+(?:\S{1,20}\s)?écrit|avez\s+écrit|as\s+écrit|écrivait|écriviez|escribió|escribiste"
    r"|ha\s+escrito|escreveu|schreef|geschreven|skrev|kirjoitti|pisze|napisał\(?a?\)?|nadesłał|napsal\(?a?\)?"
    r"|napísal\(?a?\)?|írta|a\s+scris|yazdı|έγραψε|(?:đã\s+)?viết|написал\(?а?\)?|пишет|писал\(?а?\)?|написа)\b"
    r"|写道|写到|寫道|のメッセージ|書きました|작성)",
    re.IGNORECASE,
)
# A person who speaks of a letter, not a program that quotes one.
TOLD = re.compile(
    r"\b(?:i|we|who|also|even)\s+(?:have\s+)?(?:wrote|sent|said)\b|\bwrote\s+(?:to\s+)?(?:me|us)\b"
    r"|\b(?:mi|ci|vi|gli|le|lo)\s+(?:ha|hai|ho|avete|avevano|aveva)\s+scritto|\bho\s+scritto|\babbiamo\s+scritto"
    r"|\bhat\s+(?:mir|uns)\b.{0,80}\bgeschrieben|\b(?:mir|uns|ihnen|ich|wir)\s+schrieb|\bschrieb(?:en)?\s+(?:mir|uns"
    r"|ich|wir)\b|\bj[e’']\s?(?:vous\s)?ai\s+écrit|\b(?:m[’']|nous\s|vous\s)(?:a|avez|ai)\s+écrit"
    r"|\b(?:me|nos|les|le)\s+(?:escribió|escribieron|ha\s+escrito)",
    re.IGNORECASE,
)
# Nobody is called like that: "on 3 November your colleague wrote:".
OWNED = re.compile(
    r"\b(?:your|our|my|vostr[oaie]|nostr[oaie]|suo|sua|mi[oa]|ihr|ihre|ihrer|unsere?|meine?|votre|notre|su(?= [^\W\d])"
    r"|sus|vuestr[oa]|nuestr[oa])\b|\b(?:said|sent|says)\b",
    re.IGNORECASE,
)
BRACKETED = re.compile(r"[<(\[]\s{0,2}(?:mailto:)?[^\s<>()\[\]@]{1,100}@[^\s<>()\[\]@]{1,200}")
ADDRESS = re.compile(r"[\w.+%-]{1,64}@[\w-]{1,63}\.[\w.-]{2,200}")
ADDRESS_LAST = re.compile(r"@[^\s<>()\[\]]{1,200}\s?(?:<[^<>]{0,200}>)?\s?[>)\]]{1,3}\W{0,6}[:：][\s*_]{0,6}$")
QUOTING = re.compile(
    r"^\W{0,3}(?:quoting|zitat von|citando(?: a)?|citazione da|citation de|citat(?: från)?)\s+\S", re.I
)
# `2011/4/7 Name <address>` without any colon, as Gmail once wrote it.
BARE_DATE = re.compile(r"^\s{0,4}\d{4}[/-]\d{1,2}[/-]\d{1,2}\s.{1,120}<[^<>\s@]{1,100}@[^<>\s@]{1,200}>\s*$")
# The same line with what the person wrote before it.
SHARED = re.compile(
    rf"(?<=\S)[ \t]*(?P<rest>(?:-{{2,}}[ \t]*|(?<=[ \t]))(?:On|Il giorno|Il|In data|Am|Le|El)\s"
    rf"(?:{WORD}){{0,2}}(?i:{DATE}).*)$",
)
# The whole line and the beginning of the quote on one.
SPILLED = re.compile(
    rf"^[\s>*_-]{{0,8}}(?:{OPENERS})\s.{{4,200}}@[\w.-]{{1,200}}[>)\]]{{1,2}},?\s{{0,3}}(?:wrote|ha scritto|a écrit"
    r"|escribió|schrieb|said)\s{0,2}:\s*\S",
    re.IGNORECASE,
)
GROUPWISE = re.compile(r"^>>>\s.{3,200}\d{1,2}[:.]\d{2}.{0,20}>>>\s*$")
DECORATION = " \t\r\xa0*_-~"


def attributions(lines: list[str]) -> dict[int, int]:
    """Where such lines start, each with the line after it. Only lines near a closing colon are looked at."""
    found: dict[int, int] = {}
    after_last = 0
    for closing, line in enumerate(lines):
        if not may_end(line):
            if line[:1] in "12 " and BARE_DATE.match(line) and next_is_quoted(lines, closing + 1):
                found[closing] = closing + 1
            continue
        start = start_of(lines, closing, after_last)
        if start is not None:
            found[start] = after_last = closing + 1
    return found


def may_end(line: str) -> bool:
    """Whether an attribution could end here: with a colon, or with the dashes of Zoho and Lotus."""
    last = line[-1:]
    if not last or last.isalnum() or last in ".,;!?" or line.startswith(">"):
        return False
    bare = line.rstrip(DECORATION)
    if bare.endswith((":", "：")):
        return True
    return len(bare) < len(line.rstrip()) and line.rstrip().endswith("--") and VERB.search(bare[-40:]) is not None


def start_of(lines: list[str], closing: int, lowest: int) -> int | None:
    """The line in which the attribution that ends at `closing` begins: at a date, else at a name."""
    quoted = next_is_quoted(lines, closing + 1)
    joined, named, start = "", None, closing
    while start >= lowest and closing - start < ATTRIBUTION_WINDOW:
        part = lines[start].strip()
        if not part or part.startswith(">") or len(part) + len(joined) > MAX_ATTRIBUTION_CHARS:
            break
        joined = f"{part} {joined}" if joined else part
        if DATED_START.match(part) and names_author(joined, quoted=quoted):
            # Folded between date and time, the line above has the date.
            return start - 1 if start > lowest and TIME.match(part) and DATED_START.match(lines[start - 1]) else start
        if named is None and start_is_free(lines, start) and names_sender(joined, quoted=quoted):
            named = start
        start -= 1
    return named


def start_is_free(lines: list[str], start: int) -> bool:
    return start == 0 or not lines[start - 1].strip()


def names_author(joined: str, *, quoted: bool) -> bool:
    """For a line that begins with a date."""
    tail = joined[-260:]
    has_address = ADDRESS.search(joined) is not None
    if VERB.search(tail):
        if TOLD.search(tail):
            return quoted
        return quoted or has_address or (WHOLE_DATE.search(joined) is not None and not OWNED.search(joined))
    return has_address and ADDRESS_LAST.search(tail) is not None


def names_sender(joined: str, *, quoted: bool) -> bool:
    """For a line that begins with a name, or with nothing known."""
    tail = joined[-260:]
    if not quoted and (len(joined) > 250 or joined[:1].islower() or not BRACKETED.search(joined)):
        return False
    if QUOTING.match(joined):
        return True
    if VERB.search(tail) and (quoted or not TOLD.search(tail)):
        return True
    return quoted and ADDRESS_LAST.search(tail) is not None


def separated(lines: list[str]) -> list[str]:
    """The lines, with an attribution that shares its first line with words of the person put on a line of its own."""
    splits: dict[int, tuple[str, str]] = {}
    for closing, line in enumerate(lines):
        if may_end(line):
            for start in range(closing, max(-1, closing - 3), -1):
                if not lines[start].strip() or lines[start].startswith(">"):
                    break
                if split := shared(lines, start, closing):
                    splits[start] = split
                    break
    if not splits:
        return lines
    return [part for index, line in enumerate(lines) for part in splits.get(index, (line,))]


def shared(lines: list[str], start: int, closing: int) -> tuple[str, str] | None:
    """What the person wrote in the line, and the attribution that begins in it."""
    line = lines[start]
    if len(line) > MAX_SHARED_CHARS or not (match := SHARED.search(line)) or DATED_START.match(line):
        return None
    joined = " ".join([match["rest"], *(part.strip() for part in lines[start + 1 : closing + 1])])
    if not VERB.search(joined[-80:]) or not (ADDRESS.search(joined) or next_is_quoted(lines, closing + 1)):
        return None
    return line[: match.start()].rstrip(), match["rest"]


def spilled(line: str) -> bool:
    """Whether an attribution and the first words of the quote stand on this one line."""
    return "@" in line and len(line) > 30 and SPILLED.match(line[:600]) is not None


def next_is_quoted(lines: list[str], index: int) -> bool:
    following = next((line for line in lines[index : index + 5] if line.strip()), "")
    return is_quoted(following)


def is_quoted(line: str) -> bool:
    first = line[:1]
    return first == ">" or (first == " " and line.lstrip(" ").startswith(">"))

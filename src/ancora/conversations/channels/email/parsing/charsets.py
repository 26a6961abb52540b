"""From bytes to characters, whatever the mail claims about its charset."""

import codecs
import re
from functools import lru_cache

from .limits import MAX_GUESS_BYTES

# What mail programs write, and what they mean (WHATWG Encoding Standard, plus what was seen in the wild).
ALIASES = {
    "ansi": "cp1252",
    "big5": "big5hkscs",
    "cp-850": "cp850",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "iso-8859-1": "cp1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "macintosh": "mac_roman",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "tis-620": "cp874",
    "utf8mb4": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "unicode-1-1-utf-8": "utf-8",
    "windows-874": "cp874",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "x-mac-roman": "mac_roman",
}

# Python codecs that are no charsets, or take quadratic time on hostile input.
NOT_CHARSETS = {"idna", "mbcs", "oem", "palmos", "punycode", "raw_unicode_escape", "unicode_escape", "undefined"}

NOT_ASCII = re.compile("[^\x00-\x7f]")
EIGHT_BIT = re.compile(rb"[\x80-\xff]")
EIGHT_BIT_RUNS = re.compile(rb"[\x80-\xff]+")
WESTERN = "àáâäèéêëìíîïòóôöùúûüçñßœÀÁÂÄÈÉÊËÌÍÎÏÒÓÔÖÙÚÛÜÇÑ€‘’“”«»°…–¿¡ªº£§\xa0".encode("cp1252")
MAX_WESTERN_BYTES = 100_000
# The guesser needs about this much to be right more often than the plainest rule.
MIN_GUESS_BYTES = 24

SURROGATES = re.compile("[\ud800-\udfff]")
CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
LINE_CONTROLS = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]+")


def decode(content: bytes, charset: str | None) -> tuple[str, str | None]:
    """The characters of `content` and a warning when the named charset could not be believed."""
    if content.isascii() and not needs_codec(charset):
        return content.decode("ascii"), None
    codec = codec_name(charset) if charset else None
    if codec and codec != "utf-8" and not (codec == "cp1252" and is_utf8(content)):
        try:
            return content.decode(codec), None
        except (UnicodeError, ValueError, LookupError):
            pass
    elif is_utf8(content):
        return content.decode("utf-8"), None
    if codec in (None, "ascii", "cp1252") or is_utf8(content):
        text = guess(content)
        return text, charset and f"The charset {clean_line(charset[:40])} is wrong or unknown; the text was guessed."
    text = content.decode(codec, "replace")
    # Damaged text keeps its sound characters; text in which none is sound was never in this charset.
    if text.count("\ufffd") * 2 > len(NOT_ASCII.findall(text)):
        text = guess(content)
    return text, f"Some characters are not valid in the charset {codec}."


@lru_cache(maxsize=256)
def codec_name(charset: str) -> str | None:
    """Python's name of a charset, or None when there is none fit for mail."""
    name = charset.strip().strip("\"'").lower().split("*", 1)[0]
    name = ALIASES.get(name, name)
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError, UnicodeError):
        return None
    if found.name.replace("-", "_") in NOT_CHARSETS or not getattr(found, "_is_text_encoding", True):
        return None
    return ALIASES.get(found.name, found.name)


@lru_cache(maxsize=256)
def needs_codec(charset: str | None) -> bool:
    """True for charsets in which ASCII bytes mean something else: UTF-7, UTF-16, ISO-2022, HZ."""
    if not charset:
        return False
    codec = codec_name(charset)
    return bool(codec) and codec.startswith(("utf-7", "utf-16", "utf-32", "iso2022", "hz", "cp037", "cp500", "cp1026"))


def guess(content: bytes) -> str:
    """The most probable reading of bytes without a believable charset."""
    if is_utf8(content):
        return content.decode("utf-8")
    if is_western(content):
        return content.decode("cp1252", "replace")
    if len(content) < MIN_GUESS_BYTES or len(EIGHT_BIT.findall(content)) < MIN_GUESS_BYTES:
        return content.decode(short_codec(content), "replace")
    import charset_normalizer  # 60 ms to load, needed by one mail in a hundred

    eight_bit = next((i for i, byte in enumerate(content) if byte > 127), 0)
    sample = content[max(0, eight_bit - MAX_GUESS_BYTES // 2) :][:MAX_GUESS_BYTES]
    try:
        best = charset_normalizer.from_bytes(sample).best()
        if best is not None and codec_name(best.encoding):
            return content.decode(best.encoding, "replace")
    except (UnicodeError, ValueError, LookupError):
        pass
    return content.decode("cp1252", "replace")


def is_western(content: bytes) -> bool:
    """Letters of Italian, German, French, Spanish, standing mostly alone. The guesser takes them for Czech."""
    runs = EIGHT_BIT_RUNS.findall(content[:MAX_WESTERN_BYTES])
    joined = b"".join(runs)
    return len(joined) < 2 * len(runs) and len(joined.translate(None, WESTERN)) * 10 <= len(joined)


def short_codec(content: bytes) -> str:
    """For a few words: letters of West European languages stand alone among ASCII, Cyrillic ones do not."""
    runs = [len(run) for run in EIGHT_BIT_RUNS.findall(content)]
    if sum(runs) < 3 * len(runs):
        return "cp1252"
    letters = [byte for byte in content if byte >= 0xC0]
    # Small letters, which are the most, lie in the lower half of KOI8-R and in the upper half of windows-1251.
    return "koi8-r" if sum(byte < 0xE0 for byte in letters) * 2 > len(letters) else "cp1251"


def is_utf8(content: bytes) -> bool:
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def clean(text: str) -> str:
    """Text that every store takes: no NUL, no other control but tab and newline, no lone surrogate."""
    if not text.isascii():
        text = SURROGATES.sub("\ufffd", text)
    if not text.isprintable():
        text = CONTROLS.sub("", text)
    return text


def clean_line(text: str) -> str:
    """One line of clean text: a name, a subject, a file name can never bring a line break."""
    if text.isprintable():
        return text.strip()
    return LINE_CONTROLS.sub(" ", SURROGATES.sub("\ufffd", text)).strip()

"""Content-Type and Content-Disposition with their parameters (RFC 2045, RFC 2231, and neither)."""

import re
from urllib.parse import unquote_to_bytes

from .charsets import clean_line, decode
from .headers import Headers, decode_words, unencoded
from .limits import MAX_FILENAME_CHARS, MAX_PARAMETERS_VALUE

PARAMETER = re.compile(r";\s*([^\s=;*\"]+)(?:\*(\d{1,3}))?(\*)?\s*=\s*(\"(?:[^\"\\]|\\.)*\"?|[^;]*)")
# Old Windows programs put paths into quotes without doubling the backslash; only these two are escapes.
ESCAPED = re.compile(r"\\([\"\\])")
# `utf-8'name` and `utf-8""name`, instead of `utf-8''name`.
HALF_MARKED = re.compile(r"(utf-8|us-ascii|iso-8859-\d{1,2}|windows-125\d)(?:'|\"\")", re.IGNORECASE)
PERCENTED = re.compile(r"%[89A-Fa-f][0-9A-Fa-f]")
# Signs that turn the direction of writing, so that `exe` stands where `pdf` seems to.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\u200e\u200f]")
TYPE = re.compile(r"[a-z0-9!#$&^_.+-]+/[a-z0-9!#$&^_.+-]+")


def content_type(headers: Headers, default: str = "text/plain") -> tuple[str, dict[str, str]]:
    """The type in lower case with its parameters; anything unreadable is the default (RFC 2045 5.2)."""
    values = headers.get("content-type")
    if not values:
        return default, {}
    main, parameters = parameterised(values[0])
    match = TYPE.match(main.lower().replace(" ", ""))
    if match:
        return match[0], parameters
    return {"text": "text/plain", "html": "text/html"}.get(main.lower().strip(), default), parameters


def disposition(headers: Headers) -> tuple[str, dict[str, str]]:
    """`inline`, `attachment`, or empty, with the parameters."""
    values = headers.get("content-disposition")
    if not values:
        return "", {}
    main, parameters = parameterised(values[0])
    return main.strip().strip('"').lower(), parameters


def filename(type_parameters: dict[str, str], disposition_parameters: dict[str, str]) -> str:
    """The name the sender gave to a file, decoded, one line, without any folder; may be empty."""
    name = (
        disposition_parameters.get("filename")
        or type_parameters.get("name")
        or disposition_parameters.get("name")
        or ""
    )
    name = TURNING.sub("", unpercented(clean_line(decode_words(name)))).strip().strip('"')
    if len(name) > 2 and name[0] == name[-1] == "'":
        name = name[1:-1]
    name = re.split(r"[/\\]", name)[-1] if name else ""
    if not name.strip(". "):
        return ""
    if len(name) <= MAX_FILENAME_CHARS:
        return name
    stem, dot, extension = name.rpartition(".")
    if dot and len(extension) <= 10:
        return stem[: MAX_FILENAME_CHARS - len(extension) - 1] + "." + extension
    return name[:MAX_FILENAME_CHARS]


def unpercented(name: str) -> str:
    """Percent signs undone where a program forgot to say so: only when they spell letters beyond ASCII."""
    if not PERCENTED.search(name):
        return name
    try:
        return unquote_to_bytes(name).decode("utf-8")
    except UnicodeDecodeError:
        return name


def parameterised(value: bytes) -> tuple[str, dict[str, str]]:
    text = unencoded(value[:MAX_PARAMETERS_VALUE])
    main, semicolon, rest = text.partition(";")
    if not semicolon:
        if "=" not in main:
            return main, {}
        # `attachment filename=a.pdf`, or the parameter alone.
        main, _, rest = main.partition(" ") if " " in main.split("=", 1)[0].strip() else ("", "", main)
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bool, str]]] = {}
    for match in PARAMETER.finditer(";" + rest):
        name, number, extended, content = match[1].lower(), match[2], bool(match[3]), match[4].strip()
        if content.startswith('"'):
            content = ESCAPED.sub(r"\1", content[1:].removesuffix('"'))
        if number is not None or extended:
            pieces.setdefault(name, {}).setdefault(int(number or 0), (extended, content))
        else:
            plain.setdefault(name, content.strip('"'))
    for name, numbered in pieces.items():
        plain[name] = joined(numbered)
    return main, plain


def joined(numbered: dict[int, tuple[bool, str]]) -> str:
    """RFC 2231 continuations put together, then the percent signs and the charset taken away."""
    parts = [numbered[number] for number in sorted(numbered)]
    charset = None
    if parts[0][0]:
        charset, quote, rest = parts[0][1].partition("'")
        if quote and "'" in rest:
            parts[0] = (True, rest.partition("'")[2])
        elif found := HALF_MARKED.match(parts[0][1]):
            charset, parts[0] = found[1], (True, parts[0][1][found.end() :])
        else:
            charset = None
    content = b"".join(
        unquote_to_bytes(text) if extended else text.encode("utf-8", "replace") for extended, text in parts
    )
    return decode(content, charset or None)[0]

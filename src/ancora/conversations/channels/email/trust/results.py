"""Authentication-Results (RFC 8601): which server says what of a mail."""

import re
from dataclasses import dataclass, field

# Honest ones have below 2,000 characters.
MAX_CHARS = 8000
MAX_RESULTS = 50
INSTANCE = re.compile(r"\s*i\s*=\s*\d+\s*;")
PAIR = re.compile(r'([\w.-]+(?:\s*/\s*\d+)?)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;"]*)')


@dataclass(frozen=True, slots=True)
class Result:
    """`method` (dmarc, dkim, spf …) ended with `value` (pass, fail …); properties such as `header.d` beside it."""

    method: str
    value: str
    properties: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Results:
    """`server`: the authserv-id, in lower case; empty when none is named (Microsoft 365 does so)."""

    server: str
    results: tuple[Result, ...]


def read_results(value: str) -> Results:
    """Understands one header as far as it can be; comments are dropped, so that they prove nothing."""
    parts = _split(_uncommented(INSTANCE.sub("", value[:MAX_CHARS], count=1)))
    first = parts[0].strip() if parts else ""
    if "=" in first:
        server = ""
    else:
        server = first.split()[0].strip('"').lower() if first else ""
        parts = parts[1:]
    found = (_result(part) for part in parts[:MAX_RESULTS])
    return Results(server, tuple(one for one in found if one is not None))


def _result(part: str) -> Result | None:
    pairs = [(name.partition("/")[0].strip().lower(), _unquoted(value)) for name, value in PAIR.findall(part)]
    if not pairs or "." in pairs[0][0]:
        return None
    (method, value), *others = pairs
    properties: dict[str, str] = {}
    for name, words in others:
        properties.setdefault(name, words)
    return Result(method, value.lower(), properties)


def _uncommented(text: str) -> str:
    """Without comments, which may lie inside each other; quoted strings stay."""
    kept, depth, is_quoted, is_escaped = [], 0, False, False
    for character in text:
        if is_escaped:
            is_escaped = False
        elif character == "\\":
            is_escaped = True
        elif character == '"' and not depth:
            is_quoted = not is_quoted
        elif character == "(" and not is_quoted:
            depth += 1
            kept.append(" ")
            continue
        elif character == ")" and not is_quoted and depth:
            depth -= 1
            continue
        if not depth:
            kept.append(character)
    return "".join(kept)


def _split(text: str) -> list[str]:
    """At semicolons outside quoted strings."""
    parts, is_quoted, start = [], False, 0
    for at, character in enumerate(text):
        if character == '"' and text[at - 1 : at] != "\\":
            is_quoted = not is_quoted
        elif character == ";" and not is_quoted:
            parts.append(text[start:at])
            start = at + 1
    parts.append(text[start:])
    return parts


def _unquoted(value: str) -> str:
    return re.sub(r"\\(.)", r"\1", value[1:-1]) if len(value) > 1 and value[0] == '"' else value

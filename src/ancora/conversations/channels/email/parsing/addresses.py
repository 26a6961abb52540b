"""Mail addresses with names, from headers as programs really write them."""

import re
from html import unescape
from typing import NamedTuple

from .charsets import clean_line
from .headers import COMMENT, Headers, decode_words, unencoded
from .limits import MAX_ADDRESS_CHARS, MAX_ADDRESSES, MAX_COMMON_ADDRESS, MAX_NAME_CHARS

# Comments inside comments; nobody writes more.
MAX_COMMENT_DEPTH = 3


class Address(NamedTuple):
    """A mailbox: the shown name (may be empty) and the address as written."""

    name: str
    address: str


# The shape of nine addresses in ten; everything else goes the long way.
COMMON = re.compile(r'\s*(?:"([^"\\]*)"|([^"<>,;:()\\@]*?))\s*<([^<>\s@"(),;:]+@[^<>\s@"(),;:]+)>\s*\Z')
BARE = re.compile(r"\s*([^<>\s@\"(),;:]+@[^<>\s@\"(),;:]+)\s*\Z")
# Quoted strings, comments (one level), angle brackets, separators, or a run of anything else.
# A quote that is never closed runs to the end, so that no text is read twice.
TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"?|\((?:[^()\\]|\\.){0,500}\)|<[^<>]*>|[,;:]|[^",;:()<>]+|.', re.DOTALL)
SPACES = re.compile(r"\s+")
ESCAPE = re.compile(r"\\(.)")
ANYWHERE = re.compile(r"[^\s<>\"(),;:@\[\]]{1,64}@[^\s<>\"(),;:@\[\]]{1,255}")
SURNAME = re.compile(r"^[^\W\d_][\w.'’-]{0,40}(?: [^\W\d_][\w.'’-]{0,40}){0,2}$")
ROUTE = re.compile(r"^(?:@[^,:]*,?)+:")


def addresses(headers: Headers, name: str) -> list[Address]:
    """Every mailbox of a header, groups opened, repetitions dropped."""
    found: dict[str, Address] = {}
    for value in headers.get(name, ()):
        for address in parse_addresses(unencoded(value)):
            found.setdefault(address.address.lower(), address)
            if len(found) >= MAX_ADDRESSES:
                return list(found.values())
    return list(found.values())


def parse_addresses(text: str) -> list[Address]:
    """Mailboxes of one header value; what is no address is left out."""
    text = text.strip()
    if "&lt;" in text:
        text = unescape(text)
    if len(text) <= MAX_COMMON_ADDRESS and (common := COMMON.match(text)):
        return listed(common[1] if common[1] is not None else common[2], common[3])
    if bare := BARE.match(text):
        return listed("", bare[1])
    return all_mailboxes(text) or (all_mailboxes(decode_words(text)) if "=?" in text else [])


def all_mailboxes(text: str) -> list[Address]:
    """`Rossi, Mario <mario@x.it>` without quotes is one mailbox: a name alone belongs to the address behind it."""
    found: list[Address] = []
    surname = ""
    for words in mailboxes(text):
        some = one_mailbox(words)
        if len(some) == 1 and surname and some[0].name:
            some = [Address(f"{surname}, {some[0].name}"[:MAX_NAME_CHARS], some[0].address)]
        plain = decode_words("".join(words)).strip()
        surname = plain if not some and SURNAME.match(plain) else ""
        found += some
    return found


def mailboxes(text: str) -> list[list[str]]:
    """The tokens of each mailbox. A colon before any address opens a group; a semicolon closes it."""
    boxes: list[list[str]] = [[]]
    for word in TOKEN.findall(text):
        if word in ",;":
            boxes.append([])
        elif word == ":" and not any("@" in before or "<" in before for before in boxes[-1]):
            boxes[-1] = []
        else:
            boxes[-1].append(word)
    return [box for box in boxes if box]


def one_mailbox(words: list[str]) -> list[Address]:
    angle = next((word for word in reversed(words) if word.startswith("<") and "@" in word), None)
    comments = [word[1:-1] for word in words if word.startswith("(")]
    if angle is not None:
        name = "".join(unquoted(word) for word in words if word is not angle and not word.startswith("("))
        address = ROUTE.sub("", angle[1:-1])
    else:
        plain = "".join(word for word in words if not word.startswith("("))
        found = ANYWHERE.findall(re.sub(r" ?([.@]) ?", r"\1", " ".join(plain.split())))
        if len(found) != 1:
            return [one for address in found for one in listed("", address)]
        address = found[0]
        name = plain.replace(address, "").strip(" <>[]\"'") if address in plain else ""
    return listed(name or " ".join(comments), address)


def uncommented(text: str) -> str:
    """Without comments, which RFC 5322 allows anywhere and inside each other."""
    for _ in range(MAX_COMMENT_DEPTH):
        shorter = COMMENT.sub("", text)
        if shorter == text:
            break
        text = shorter
    return text


def unquoted(word: str) -> str:
    return ESCAPE.sub(r"\1", word[1:-1]) if len(word) > 1 and word.startswith('"') else word


def listed(name: str, address: str) -> list[Address]:
    """The address in its clean form, or nothing when it is none."""
    address = SPACES.sub("", clean_line(decode_words(uncommented(address)))).strip("<>\"'.,;")
    if address.lower().startswith("mailto:"):
        address = address[7:]
    local, at, domain = address.rpartition("@")
    if not at or not local or not domain or len(address) > MAX_ADDRESS_CHARS:
        return []
    name = clean_line(decode_words(name)).strip()
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'":
        name = name[1:-1].strip()
    return [Address("" if name == address else name[:MAX_NAME_CHARS], address)]

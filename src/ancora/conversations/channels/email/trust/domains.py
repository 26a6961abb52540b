"""Names of hosts: whose they are, how they are shown, and what they are made to look like."""

import functools
import re
import unicodedata

_LETTER = r"[a-z0-9\u00a1-\uffff]"
HOST = re.compile(rf"(?:{_LETTER}(?:[-_]|{_LETTER}){{0,62}}\.){{1,8}}{_LETTER}{{2,63}}", re.I)
# Anybody has an address there, so that they say nothing of an organisation that uses one too.
FREE = frozenset({
    "126.com", "163.com", "alice.it", "aol.com", "arcor.de", "bluewin.ch", "free.fr", "freenet.de", "gmail.com",
    "gmx.at", "gmx.ch", "gmx.de", "gmx.net", "googlemail.com", "hotmail.com", "hotmail.fr", "hotmail.it",
    "icloud.com", "laposte.net", "libero.it", "live.com", "mac.com", "mail.com", "mail.ru", "me.com", "msn.com",
    "orange.fr", "outlook.com", "outlook.it", "pm.me", "proton.me", "protonmail.com", "qq.com", "seznam.cz",
    "t-online.de", "tim.it", "tiscali.it", "virgilio.it", "wanadoo.fr", "web.de", "wp.pl", "yahoo.co.uk",
    "yahoo.com", "yahoo.de", "yahoo.es", "yahoo.fr", "yahoo.it", "yandex.com", "yandex.ru", "ymail.com", "zoho.com",
})  # fmt: skip
# Two names this short differ in a letter by chance.
SHORTEST_ALIKE = 9
# Letters and digits that are drawn alike in most type faces, as one of them.
ALIKE = str.maketrans({"0": "o", "1": "l", "i": "l", "5": "s", "8": "b", "3": "e", "|": "l", "-": None, "_": None})
FOREIGN = str.maketrans("аеорсухіјѕԁɡһոԛѡⅼ", "aeopcyxijsdghnqwl")


def domain_of(address: str) -> str:
    """The domain of a mail address, as DNS compares it; empty when there is none."""
    return ascii_host(address.rpartition("@")[2].strip("<> ")) if "@" in address else ""


def ascii_host(host: str) -> str:
    """Lower case, without the last dot, other letters as in DNS (xn--…)."""
    host = host.strip().rstrip(".").lower()
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host


def shown_host(host: str) -> str:
    """As people read it: xn-- labels decoded."""
    return ".".join(_shown_label(label) for label in host.lower().split("."))


def are_aligned(one: str, other: str) -> bool:
    """Whether two domains have one owner: they are equal, or one lies inside the other.

    DMARC (RFC 7489, 3.1) compares organisational domains, for which a list of public suffixes is needed. Without it
    two domains side by side (news.example.com, mail.example.com) count as strangers: too strict, never too lax.
    """
    one, other = ascii_host(one), ascii_host(other)
    if not one or not other:
        return False
    shorter, longer = sorted((one, other), key=len)
    return longer == shorter or ("." in shorter and longer.endswith("." + shorter))


def imitates(host: str, ours: str) -> bool:
    """Whether a person may take a host for ours: letters drawn alike, one letter more, less or other, or ours put in
    front of another domain."""
    labels = host.split(".")
    for start in range(len(labels) - 1):
        one, other = skeleton(".".join(labels[start:])), skeleton(ours)
        if one == other or (min(len(one), len(other)) >= SHORTEST_ALIKE and is_one_edit(one, other)):
            return True
    return host.startswith((ours + ".", ours.replace(".", "-") + "."))


@functools.lru_cache(maxsize=4096)
def skeleton(text: str) -> str:
    """What the eye sees at a glance: without accents, foreign letters and digits as the Latin ones they resemble."""
    text = shown_host(text) if "xn--" in text else text
    if text.isascii():
        plain = text.lower()
    else:
        plain = unicodedata.normalize("NFKD", text).casefold().translate(FOREIGN)
        plain = "".join(character for character in plain if not unicodedata.combining(character))
    return plain.translate(ALIKE).replace("rn", "m").replace("vv", "w")


def is_one_edit(one: str, other: str) -> bool:
    """Whether one letter added, dropped, changed, or two neighbours swapped make one text the other."""
    if abs(len(one) - len(other)) > 1 or one == other:
        return one == other
    start = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        return True
    first, second = one[start:], other[start:]
    if len(first) == len(second):
        return first[1:] == second[1:] or (first[:2] == second[:2][::-1] and first[2:] == second[2:])
    return first[1:] == second or first == second[1:]


def hosts_in(text: str) -> list[str]:
    """Everything in a text that reads as the name of a host."""
    return [match[0].lower() for match in HOST.finditer(text[:2000])]


def _shown_label(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return label[4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label

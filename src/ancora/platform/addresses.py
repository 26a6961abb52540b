"""Mail addresses beyond ASCII: one form to compare them, and one to show them in which nobody poses as another."""

import unicodedata

# Cyrillic and Greek letters that look like Latin ones: a word of nothing else may pose as a Latin word.
LOOKALIKES = frozenset("асԁеһіјӏорԛѕԝхуүѵгпбткмнв" + "αοορνυικχγτηωϲ")
# Latin letters that people take for others.
DOUBTFUL = frozenset("ıĸŀſʼ")
SCRIPTS = ("LATIN", "CYRILLIC", "GREEK", "HEBREW", "ARABIC", "ARMENIAN", "GEORGIAN", "THAI", "DEVANAGARI", "HANGUL")
EAST_ASIAN = {"CJK", "HIRAGANA", "KATAKANA"}
# A domain has at most 253 characters (RFC 1035).
MAX_DOMAIN_CHARS = 253


def compared_address(address: str) -> str:
    """The one form of an address in which it is compared: small letters, the domain in ASCII."""
    address = address.strip()
    if address.isascii() or "@" not in address:
        return address.lower()
    local, _, domain = address.rpartition("@")
    return f"{unicodedata.normalize('NFC', local).lower()}@{ascii_domain(domain)}"


def shown_address(address: str) -> str:
    """The address for people: letters of the domain as they are meant, where they cannot be taken for others."""
    local, at, domain = address.rpartition("@")
    if not at or (domain.isascii() and "xn--" not in domain.lower()):
        return address
    return f"{local}@{shown_domain(domain)}"


def ascii_domain(domain: str) -> str:
    """The domain as servers know it; one that no registry would take stays as it was written, in small letters."""
    if domain.isascii() or len(domain) > MAX_DOMAIN_CHARS:
        return domain.lower()
    import idna  # one address in thousands needs it

    try:
        return idna.encode(domain, uts46=True, transitional=False).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        return unicodedata.normalize("NFC", domain).lower()


def shown_domain(domain: str) -> str:
    labels = ascii_domain(domain).split(".")
    spelled = [spelled_out(label) for label in labels]
    last = script_of(spelled[-1] or "") if len(labels) > 1 else ""
    return ".".join(
        word if word and is_safe(word, last) else label for label, word in zip(labels, spelled, strict=True)
    )


def spelled_out(label: str) -> str | None:
    """The letters of an `xn--` label, or None when it is no sound one."""
    if not label.startswith("xn--"):
        return label if label.isascii() else None
    import idna

    try:
        return idna.decode(label)
    except (idna.IDNAError, UnicodeError):
        return None


def is_safe(word: str, last_script: str) -> bool:
    """Whether a word of one script cannot pose as one of another."""
    if word.isascii():
        return True
    script = script_of(word)
    if not script or not DOUBTFUL.isdisjoint(word):
        return False
    if script in ("CYRILLIC", "GREEK") and script != last_script:
        return not all(letter in LOOKALIKES for letter in word if letter.isalpha())
    return True


def script_of(word: str) -> str:
    """The script of all its letters, or nothing when they are mixed."""
    found = set()
    for letter in word:
        if not letter.isalpha() and not unicodedata.category(letter).startswith("M"):
            continue
        name = unicodedata.name(letter, "").partition(" ")[0]
        found.add("CJK" if name in EAST_ASIAN else name)
    return found.pop() if len(found) == 1 and found <= {*SCRIPTS, "CJK"} else ""

"""OpenPGP in the text itself (RFC 9580 7): the armour around signed words taken off, encrypted blocks found."""

import re

SIGNED = re.compile(
    r"^-----BEGIN PGP SIGNED MESSAGE-----[ \t]*\n(?:[A-Za-z]{1,20}: [^\n]{0,200}\n){0,10}[ \t]*\n", re.MULTILINE
)
SIGNATURE = re.compile(r"^-----BEGIN PGP SIGNATURE-----", re.MULTILINE)
SIGNATURE_END = re.compile(r"^-----END PGP SIGNATURE-----[ \t]*\n?", re.MULTILINE)
MESSAGE = re.compile(r"^[> ]{0,10}-----BEGIN PGP MESSAGE-----", re.MULTILINE)
MESSAGE_END = re.compile(r"^[> ]{0,10}-----END PGP MESSAGE-----[ \t]*\n?", re.MULTILINE)
# Lines that begin with a dash got another one in front (RFC 9580 7.1).
ESCAPED = re.compile(r"^- (?=-|From )", re.MULTILINE)


def unarmoured(text: str) -> tuple[str, str | None, bool]:
    """The text without the armour of a signature; `signed`, `encrypted` or None; whether all of it is inside."""
    if "-----BEGIN PGP " not in text:
        return text, None, True
    begin = SIGNED.search(text)
    if begin is None:
        rest = without_messages(text)
        return text, None if rest == text else "encrypted", not rest.strip()
    signature = SIGNATURE.search(text, begin.end())
    end = SIGNATURE_END.search(text, signature.end()) if signature else None
    if signature is None:
        return text, None, True
    before, after = text[: begin.start()], text[end.end() :] if end else ""
    inside = ESCAPED.sub("", text[begin.end() : signature.start()])
    return before + inside + after, "signed", not before.strip() and not after.strip()


def without_messages(text: str) -> str:
    """The text without its encrypted blocks."""
    kept, position = [], 0
    while begin := MESSAGE.search(text, position):
        end = MESSAGE_END.search(text, begin.end())
        if end is None:
            break
        kept.append(text[position : begin.start()])
        position = end.end()
    return "".join([*kept, text[position:]])

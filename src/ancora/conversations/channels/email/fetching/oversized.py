"""What stands in the place of a mail that cannot be loaded."""

import re

_BODY_HEADERS = re.compile(
    rb"^(?:content-[a-z-]+|mime-version):[^\n]*\n(?:[ \t][^\n]*\n)*", re.IGNORECASE | re.MULTILINE
)


def stand_in(header: bytes, words: str) -> bytes:
    """The mail's own header with `words` as its text, so that sender and subject are seen and can be answered."""
    kept = _BODY_HEADERS.sub(b"", header.replace(b"\r\n", b"\n").strip(b"\n") + b"\n").strip(b"\n")
    described = b"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
    head = kept + b"\n" + described if kept else described
    return (head + b"\n" + words.encode() + b"\n").replace(b"\n", b"\r\n")

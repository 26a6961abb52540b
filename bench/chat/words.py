"""What is said under load: nobody says the same twice."""

import re
from uuid import uuid4

TOKEN = re.compile(r"line-[a-p]{32}")
# No digits: nothing that looks like the number of a card is hidden from anybody.
_LETTERS = str.maketrans("0123456789", "ghijklmnop")
_REST = "– is it possible to change the delivery address of my order, or is it too late for that?"


def new_text() -> str:
    return f"line-{uuid4().hex.translate(_LETTERS)} {_REST}"


def as_said(text: str) -> str:
    """The token of a text that is whole, else what there is of it."""
    token, _space, rest = text.partition(" ")
    return token if rest == _REST else text

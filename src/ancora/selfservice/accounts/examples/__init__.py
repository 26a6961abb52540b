"""How a website's server signs who its visitor is, without any library: one small program for each language. The
documents show the same files, and the tests run them."""

import functools
from pathlib import Path

# (name, file), as they are offered.
LANGUAGES = (
    ("Python", "identity.py.txt"),
    ("JavaScript (Node)", "identity.mjs"),
    ("PHP", "identity.php"),
    ("Ruby", "identity.rb"),
    ("Go", "identity.go"),
)


@functools.cache
def examples() -> list[tuple[str, str]]:
    """(name of the language, program)."""
    return [(name, (Path(__file__).parent / file).read_text()) for name, file in LANGUAGES]

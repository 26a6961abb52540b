"""What the reader of a mail complained of is said in the viewer's language."""

import ast
from pathlib import Path

import pytest
from django.utils.translation import override

from ancora.conversations.channels.email import parsing
from ancora.desk.damage import SENTENCES, in_words

# Speaks to whoever runs the command, of files and not of a mail.
OF_THE_COMMAND = "describe.py"


def said_by_the_reader() -> list[str]:
    """Every sentence in the source of the reader, its blanks as X."""
    found = []
    for path in Path(parsing.__file__).parent.glob("*.py"):
        tree = ast.parse(path.read_text())
        strings = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
        documentation = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree) if path.name != OF_THE_COMMAND else ():
            if isinstance(node, ast.JoinedStr):
                parts = (part.value if isinstance(part, ast.Constant) else "X" for part in node.values)
                found.append("".join(parts))
            elif isinstance(node, ast.Constant) and id(node) not in strings | documentation:
                found.append(str(node.value))
    return [text for text in found if text[:1].isupper() and text.endswith(".") and text.count(" ") > 2]


def test_every_sentence_of_the_reader_is_known():
    said = said_by_the_reader()
    # Which of the two is too long is filled in there.
    said = [text.replace("The X of the mail", "The text of the mail") for text in said]
    assert len(said) > 15
    with override("it"):
        assert [text for text in said if in_words(text) == text] == []


@pytest.mark.parametrize("sentence", SENTENCES)
def test_every_sentence_is_translated_and_keeps_what_is_filled_in(sentence):
    warning = sentence
    for place in ("error", "size", "depth", "most", "charset"):
        warning = warning.replace(f"%({place})s", "x-4.2")
    with override("it"):
        assert in_words(warning) != warning
        assert ("x-4.2" in in_words(warning)) == ("%(" in sentence)
    with override("en"):
        assert in_words(warning) == warning


def test_what_is_not_known_stays():
    with override("it"):
        assert in_words("Something new (100% sure).") == "Something new (100% sure)."

"""Italian is complete: every text has its translation, with the same placeholders."""

import ast
import re

import polib
import pytest

from ancora.testing.catalogue import CATALOGUE, PACKAGE

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
# Where the text stands among the arguments.
PLACES = {"_": 0, "gettext": 0, "ngettext": 0, "pgettext": 1, "npgettext": 1}
TAG = re.compile(r"</?[a-z]+[^>]*>")


@pytest.fixture(scope="module")
def catalogue():
    return polib.pofile(str(CATALOGUE))


def test_every_text_has_an_italian_one(catalogue):
    assert [entry.msgid for entry in catalogue if not entry.translated() or entry.fuzzy] == []


def test_placeholders_and_tags_are_the_same(catalogue):
    wrong = []
    for entry in catalogue:
        for translated in [entry.msgstr] if not entry.msgid_plural else [entry.msgstr_plural[1]]:
            original = entry.msgid_plural or entry.msgid
            for pattern in (PLACEHOLDER, TAG):
                if sorted(pattern.findall(original)) != sorted(pattern.findall(translated)):
                    wrong.append(entry.msgid)
    assert wrong == []


def test_the_compiled_catalogue_is_the_written_one(catalogue):
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    written = {(entry.msgctxt, entry.msgid): (entry.msgstr, entry.msgstr_plural) for entry in catalogue}
    assert {(entry.msgctxt, entry.msgid): (entry.msgstr, entry.msgstr_plural) for entry in compiled} == written


def test_every_text_in_the_code_is_collected(catalogue):
    """Inside of an f-string it is not seen by what collects them, and stays English for ever."""
    known, found = {entry.msgid for entry in catalogue}, set()
    for file in PACKAGE.rglob("*.py"):
        if "tests" not in file.parts:
            found |= {text for text in _texts(ast.parse(file.read_text())) if text not in known}
    assert found == set()


def _texts(tree: ast.AST):
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            place = PLACES.get(call.func.id.removesuffix("_lazy"))
            if place is not None and isinstance(call.args[place], ast.Constant):
                yield call.args[place].value

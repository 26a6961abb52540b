"""Italian is complete: every text has its translation, with the same placeholders."""

import re

import polib
import pytest

from ancora.testing.catalogue import CATALOGUE

PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
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

"""What files of strangers are, by name and bytes."""

import io
import time
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ancora.conversations.attached import DANGEROUS, image_type, mark_by_name, mark_of, shown_name

EXE = b"MZ" + b"\0" * 100 + b"PE\0\0" + b"\0" * 50
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600


def zipped(*names: str, locked: bool = False) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name in names:
            file.writestr(name, b"x")
    packed = bytearray(content.getvalue())
    if locked:
        # The bit that says "encrypted", in every entry of the list at the end.
        at = packed.find(b"PK\x01\x02")
        while at >= 0:
            packed[at + 8] |= 1
            at = packed.find(b"PK\x01\x02", at + 1)
    return bytes(packed)


@pytest.mark.parametrize(
    ("name", "content", "mark"),
    [
        ("leak.jpg", b"\xff\xd8\xff\xe0", ""),
        ("invoice.pdf", b"%PDF-1.7", ""),
        ("notes.txt", b"MZ is a nice pair of letters", ""),
        ("attachment-1.bin", b"\0\1\2", ""),
        ("setup.exe", EXE, "program"),
        ("holiday.jpg", EXE, "program"),
        ("invoice.pdf.exe", b"", "program"),
        ("tool", b"\x7fELF\2", "program"),
        ("update.LNK", b"L\0", "program"),
        ("x.jar", zipped("A.class"), "program"),
        ("run", b"#!/bin/sh\n", "script"),
        ("order.js", b"var a", "script"),
        ("order.vbs.", b"x", "script"),
        ("letter.docm", zipped("[Content_Types].xml", "word/vbaProject.bin"), "macro"),
        ("letter.docx", zipped("[Content_Types].xml", "word/vbaProject.bin"), "macro"),
        ("letter.docx", zipped("[Content_Types].xml", "word/document.xml"), ""),
        ("letter.odt", zipped("mimetype", "content.xml"), ""),
        ("old.xls", OLE + "_VBA_PROJECT".encode("utf-16-le"), "macro"),
        ("old.xls", OLE, ""),
        ("login.html", b"<html>", "page"),
        ("logo.svg", b"<svg>", "page"),
        ("photos.zip", zipped("a.jpg", "b.jpg"), "archive"),
        ("photos.zip", zipped("a.jpg", "deep/b.exe"), "archive_program"),
        ("photos.jpg", zipped("a.scr"), "archive_program"),
        ("photos.zip", zipped("a.jpg", locked=True), "archive_locked"),
        ("photos.zip", zipped("a.exe", locked=True), "archive_program"),
        ("photos.zip", b"PK\x03\x04 broken", "archive"),
        ("photos.rar", b"Rar!\x1a\x07\1\0", "archive"),
        ("x.tar.gz", b"\x1f\x8b\x08", "archive"),
        ("disk.iso", b"", "archive"),
        ("invoice\u202efdp.exe", b"", "disguised"),
        ("invoice.pdf            .exe", b"", "disguised"),
        ("", b"", ""),
    ],
)
def test_file_is_marked_by_what_it_is(name, content, mark):
    assert mark_of(name, content) == mark


def test_zip_bomb_is_neither_unpacked_nor_listed_without_end():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as file:
        for number in range(6000):
            file.writestr(f"{number}.exe", b"")
        file.writestr("zeros", b"\0" * 200_000_000)
    start = time.process_time()
    assert mark_of("bomb.zip", content.getvalue()) == "archive"
    assert time.process_time() - start < 0.5


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("leak.jpg", "leak.jpg"),
        ("perché no.pdf", "perché no.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\a.pdf", "a.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("a\0b\r\nc\u2028d.txt", "abc d.txt"),
        ("a  \t b.txt", "a b.txt"),
        ("..", "file"),
        ("", "file"),
        ("con.txt", "_con.txt"),
        ('a<b>"c|d.txt', "a_b__c_d.txt"),
        ("x" * 300 + ".pdf", "x" * 115 + "….pdf"),
        ("x" * 300, "x" * 119 + "…"),
        (".hidden.", "hidden"),
    ],
)
def test_name_is_what_it_looks_like(name, shown):
    assert shown_name(name) == shown


@given(st.text(max_size=400))
def test_any_name_becomes_a_harmless_one(name):
    shown = shown_name(name)
    assert 0 < len(shown) <= 120
    assert not set(shown) & set('/\\<>:"|?*\0\r\n\t\u202e')
    assert mark_by_name(name) in ("", "archive", *DANGEROUS)


@given(st.binary(max_size=300))
def test_any_bytes_are_looked_at(content):
    assert mark_of("x", b"PK\x03\x04" + content) == "archive"
    assert mark_of("x.zip", content) in ("", "archive", *DANGEROUS)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n...", "image/png"),
        (b"\xff\xd8\xff\xdb", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"RIFF\0\0\0\0WAVE", ""),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ""),
        (b"<html>GIF89a", ""),
        (b"", ""),
    ],
)
def test_image_is_known_by_its_bytes(content, kind):
    assert image_type(content) == kind

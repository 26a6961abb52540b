"""The machine interface: one file, one JSON line, whatever the file."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from ancora.conversations.channels.email.parsing import describe as module
from ancora.conversations.channels.email.parsing.describe import describe, main, saved_name

FIELDS = [
    "file",
    "message_id",
    "date",
    "subject",
    "from",
    "to",
    "cc",
    "reply_to",
    "in_reply_to",
    "references",
    "text",
    "html",
    "reply_text",
    "signature",
    "attachments",
    "auto",
    "dsn",
    "language",
    "warnings",
    "disclaimer",
    "kind",
    "dsn_recipients",
    "feedback",
    "invitation",
    "security",
]
RAW = b"""From: Mario <m@x.it>
To: h@x.it
Subject: Hi
Date: Mon, 3 Nov 2025 10:22:00 +0100
Message-ID: <1@x.it>
Content-Type: multipart/mixed; boundary=x

--x

Hello
--x
Content-Type: application/octet-stream; name="../../x"

\x00\xff\r\n
--x--
"""


def test_object_has_every_field_in_order(tmp_path):
    path = tmp_path / "a.mbox"
    path.write_bytes(RAW)
    found = describe(path)
    assert list(found) == FIELDS
    assert found["from"] == {"name": "Mario", "address": "m@x.it"}
    assert found["date"] == "2025-11-03T09:22:00+00:00"
    content = b"\x00\xff\r\n"
    assert found["attachments"] == [
        {
            "filename": "x",
            "content_type": "application/octet-stream",
            "size": 4,
            "sha256": hashlib.sha256(content).hexdigest(),
            "inline": False,
            "content_id": None,
        }
    ]


def test_attachments_are_saved_byte_exact_inside_the_folder(tmp_path):
    path = tmp_path / "mail" / "a.eml"
    path.parent.mkdir()
    path.write_bytes(RAW)
    describe(path, tmp_path / "out")
    assert [(one.name, one.read_bytes()) for one in (tmp_path / "out").iterdir()] == [("001-x", b"\x00\xff\r\n")]


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("report.pdf", "001-report.pdf"),
        ("../../x", "001-x"),
        ("/etc/passwd", "001-passwd"),
        ("C:\\x\\y.txt", "001-y.txt"),
        ("..", "001-file"),
        ("", "001-file"),
        ("CON", "001-file_CON"),
        ("nul.txt", "001-file_nul.txt"),
        ("a:b*c?.txt", "001-a_b_c_.txt"),
        ("perché.pdf", "001-perché.pdf"),
        (" . ", "001-file"),
        ("a\nb.txt", "001-a_b.txt"),
    ],
)
def test_saved_names_are_harmless(name, saved):
    assert saved_name(1, name) == saved


def test_saved_names_fit_every_file_system():
    assert len(saved_name(1, "é" * 1000 + ".pdf").encode()) < 200


@pytest.mark.parametrize("what", ["missing", "folder", "nul"])
def test_unreadable_file_is_an_object_that_says_so(tmp_path, what):
    path = {"missing": tmp_path / "no.eml", "folder": tmp_path, "nul": Path("a\0b")}[what]
    found = describe(path)
    assert list(found) == FIELDS
    assert len(found["warnings"]) == 1
    assert found["warnings"][0].startswith("The file cannot be read")


def test_folder_that_cannot_be_written_is_a_warning(tmp_path):
    path = tmp_path / "a.eml"
    path.write_bytes(RAW)
    assert any("cannot be saved" in warning for warning in describe(path, path)["warnings"])


def test_bad_mail_is_no_failure(tmp_path, capfdbinary):
    paths = []
    for number, content in enumerate([RAW, b"", b"\0" * 100, b"\xff" * 100]):
        paths.append(tmp_path / str(number))
        paths[-1].write_bytes(content)
    assert main([str(path) for path in paths]) == 0
    lines = capfdbinary.readouterr().out.decode().splitlines()
    assert [json.loads(line)["file"] for line in lines] == [str(path) for path in paths]


def test_importing_brings_neither_django_nor_the_html_libraries():
    code = "import sys; import ancora.conversations.channels.email.parsing.describe; print(sorted(sys.modules))"
    root = Path(module.__file__).parents[5]
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert not {"django", "lxml", "nh3", "fasttext", "charset_normalizer", "psycopg"} & set(eval(run.stdout))

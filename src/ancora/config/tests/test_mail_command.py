"""`ancora mail`, as scripts call it."""

import json
import os
import subprocess
import sys

from ancora.cases.models import Case

MAIL = b"From: carla@customer.example\nTo: support@example.com\nSubject: Hello\nMessage-ID: <q1@c.example>\n\nHi.\n"


def ancora(*words: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-m", "ancora", *words],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path), **environment},
        capture_output=True,
        timeout=60,
        check=False,
    )


def test_delivered_mail_opens_a_case_and_names_it(databases, db, cast, mailbox, tmp_path):
    (tmp_path / "1.eml").write_bytes(MAIL)
    done = ancora(
        "mail", "deliver", str(tmp_path / "1.eml"), "--to", "support@example.com", DATABASE_URL=databases.dsn(db)
    )
    assert done.returncode == 0, done.stderr
    [line] = map(json.loads, done.stdout.splitlines())
    case = Case.objects.get()
    assert (line["outcome"], line["case"], line["conversation"]) == ("opened", case.reference, case.reference)


def test_unknown_mailbox_is_an_error_with_code_two(databases, db, cast, tmp_path):
    done = ancora("mail", "deliver", str(tmp_path), "--to", "x@example.com", DATABASE_URL=databases.dsn(db))
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"x@example.com" in done.stderr


def test_parsing_needs_no_database(tmp_path):
    (tmp_path / "1.eml").write_bytes(MAIL)
    done = ancora("mail", "parse", str(tmp_path / "1.eml"), DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["subject"] == "Hello"

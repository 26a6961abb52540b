"""All SQL stays within PostgreSQL 15: the road of a mail and the record of events run on Debian's binaries too."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

BINARIES = Path("/usr/lib/postgresql/15/bin")
ROOT = Path(__file__).parents[4]
SMOKE = ["src/ancora/cases/tests/test_road.py", "src/ancora/platform/events/tests"]


@pytest.mark.skipif(
    not (BINARIES / "postgres").exists(), reason="no PostgreSQL 15 of Debian here: install postgresql-15"
)
def test_smoke_suite_passes_on_postgresql_15():
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    environment = {**inherited, "PG_BIN": str(BINARIES), "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:xdist", *SMOKE],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-1000:]
    assert " passed" in done.stdout

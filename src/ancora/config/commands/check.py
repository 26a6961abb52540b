"""Linters and the migration check."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[4]
BIN = Path(sys.executable).parent
CHECKS = {
    "ruff": [BIN / "ruff", "check", "src", "bench"],
    "format": [BIN / "ruff", "format", "--check", "src", "bench"],
    "djlint": [BIN / "djlint", "src", "--lint", "--quiet"],
    "import-linter": [BIN / "lint-imports"],
    "migrations": [sys.executable, "-m", "ancora.testing.migrations"],
}


def declare(parser) -> None:
    parser.add_argument("--only", choices=list(CHECKS), help="one of them")


def run(options) -> int:
    failed = []
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "RUFF_NO_CACHE": "true"}
    for name, command in CHECKS.items():
        if options.only in (None, name):
            print(f"— {name}", flush=True)
            if subprocess.call(command, cwd=ROOT, env=environment):
                failed.append(name)
    print(f"Failed: {', '.join(failed)}" if failed else "All checks passed.")
    return 1 if failed else 0

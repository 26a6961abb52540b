"""The measured pieces of work W1 to W5, and the first import of old mail."""

import argparse
import os
import sys
from pathlib import Path

WORKS = ("w1", "w2", "w3", "w4", "w5", "import")


def declare(parser) -> None:
    parser.add_argument("words", nargs="*")


def run(options) -> int:
    parser = argparse.ArgumentParser(prog="ancora bench", description=__doc__)
    parser.add_argument(
        "work", choices=WORKS, help="W1 intake, W2 queue, W3 search, W4 long case, W5 memory, first import of old mail"
    )
    parser.add_argument("--cases", type=int, default=10_000, metavar="N", help="size of the corpus (default: 10,000)")
    parser.add_argument("--mails", type=int, default=50_000, metavar="N", help="mails of the import (default: 50,000)")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    chosen = parser.parse_args(options.words)
    # The corpus lies beside the package, in the source tree.
    sys.path.insert(0, str(Path(__file__).parents[4]))
    # A database of its own, whatever the environment names.
    for name in ("DATABASE_URL", "DATABASE_URL_FILE", "ANCORA_HOME"):
        os.environ.pop(name, None)
    os.environ["ANCORA_LOG_LEVEL"] = "WARNING"
    from bench.installation import fresh

    with fresh() as (home, server):
        from bench.work import measure, show

        result = measure(chosen.work, chosen.cases, chosen.mails, home, server)
    show(result, as_json=chosen.json)
    return 0 if result["ok"] else 1

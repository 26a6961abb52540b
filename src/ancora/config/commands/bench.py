"""The measured pieces of work W1 to W5, and damaged mails by the thousand."""

import argparse
import json
import os
import sys
from pathlib import Path

WORKS = ("w1", "w2", "w3", "w4", "w5", "mutations")


def declare(parser) -> None:
    parser.add_argument("words", nargs="*")


def run(options) -> int:
    parser = argparse.ArgumentParser(prog="ancora bench", description=__doc__)
    parser.add_argument(
        "work",
        choices=WORKS,
        help="W1 intake, W2 queue, W3 search, W4 long case, W5 memory; mutations: the reader on damaged mails",
    )
    parser.add_argument("--cases", type=int, default=10_000, metavar="N", help="size of the corpus (default: 10,000)")
    parser.add_argument("--mails", type=int, default=1000, metavar="N", help="of W1 (default: 1,000)")
    parser.add_argument("--count", type=int, default=200_000, metavar="N", help="mutated mails (default: 200,000)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="which mutated mails (default: 1)")
    parser.add_argument("--mail", type=int, metavar="N", help="write the mutated mail N to standard output instead")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    chosen = parser.parse_args(options.words)
    # The corpus lies beside the package, in the source tree.
    sys.path.insert(0, str(Path(__file__).parents[4]))
    return _mutations(chosen) if chosen.work == "mutations" else _measured(chosen)


def _mutations(chosen) -> int:
    from bench import mutations

    if chosen.mail is not None:
        sys.stdout.buffer.write(mutations.mutated(chosen.mail, chosen.seed, mutations.seeds()))
        return 0
    # Child processes import the package from the same places.
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))
    result = mutations.measure(chosen.count, chosen.seed, progress=_tell if sys.stderr.isatty() else None)
    print(json.dumps(result, indent=None if chosen.json else 2))
    return 0 if result["ok"] else 1


def _tell(done: int) -> None:
    print(f"\r{done} mails", end="", file=sys.stderr, flush=True)


def _measured(chosen) -> int:
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

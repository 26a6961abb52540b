"""The measured pieces of work W1 to W5, and the sweep of crashes."""

import argparse
import os
import sys
from pathlib import Path

WORKS = ("w1", "w2", "w3", "w4", "w5", "crashes")


def declare(parser) -> None:
    parser.add_argument("words", nargs="*")


def run(options) -> int:
    parser = argparse.ArgumentParser(prog="ancora bench", description=__doc__)
    words = "W1 intake, W2 queue, W3 search, W4 long case, W5 memory; crashes: the worker killed everywhere"
    parser.add_argument("work", choices=WORKS, help=words)
    parser.add_argument("--cases", type=int, default=10_000, metavar="N", help="size of the corpus (default: 10,000)")
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.add_argument("--sample", type=int, metavar="K", help="crashes: K points spread over the road (default: all)")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="crashes: another S, other K points")
    parser.add_argument("--lanes", type=int, default=2, metavar="N", help="crashes: N runs at a time (default: 2)")
    chosen = parser.parse_args(options.words)
    # The corpus lies beside the package, in the source tree.
    sys.path.insert(0, str(Path(__file__).parents[4]))
    # A database of its own, whatever the environment names.
    for name in ("DATABASE_URL", "DATABASE_URL_FILE", "ANCORA_HOME"):
        os.environ.pop(name, None)
    os.environ["ANCORA_LOG_LEVEL"] = "WARNING"
    if chosen.work == "crashes":
        return _crashes(chosen)
    from bench.installation import fresh

    with fresh() as (home, server):
        from bench.work import measure, show

        result = measure(chosen.work, chosen.cases, home, server)
    show(result, as_json=chosen.json)
    return 0 if result["ok"] else 1


def _crashes(chosen) -> int:
    from bench.crashes import measure
    from bench.work import show

    result = measure(chosen.sample, chosen.seed, chosen.lanes)
    show(result, as_json=chosen.json)
    return 0 if result["ok"] else 1

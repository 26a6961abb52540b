"""The measured pieces of work W1 to W5, search among a million messages, the first import of old mail, the weight of
the desk, live chat, damaged mails by the thousand, and the sweep of crashes."""

import argparse
import json
import os
import sys
from pathlib import Path

WORKS = ("w1", "w2", "w3", "w4", "w5", "search", "import", "weight", "chat", "mutations", "crashes")
HELP = (
    "W1 intake, W2 queue, W3 search, W4 long case, W5 memory; search: every kind of question among a million messages; "
    "import: the first import of old mail; "
    "weight: what travels to a browser; chat: lines to and fro under load; "
    "mutations: the reader on damaged mails; crashes: the worker killed everywhere"
)
USUAL_MAILS = {"w1": 1000, "import": 50_000, "search": 1_000_000}


def declare(parser) -> None:
    parser.add_argument("words", nargs="*")


def run(options) -> int:
    chosen = _chosen(options.words)
    # The corpus lies beside the package, in the source tree.
    sys.path.insert(0, str(Path(__file__).parents[4]))
    if chosen.work == "mutations":
        return _mutations(chosen)
    # A database of its own, whatever the environment names.
    for name in ("DATABASE_URL", "DATABASE_URL_FILE", "ANCORA_HOME"):
        os.environ.pop(name, None)
    os.environ["ANCORA_LOG_LEVEL"] = "WARNING"
    return {"crashes": _crashes, "chat": _chat}.get(chosen.work, _measured)(chosen)


def _chosen(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="ancora bench", description=__doc__)
    parser.add_argument("work", choices=WORKS, help=HELP)
    parser.add_argument("--cases", type=int, default=10_000, metavar="N", help="size of the corpus (default: 10,000)")
    parser.add_argument(
        "--mails",
        "--messages",
        type=int,
        metavar="N",
        help="of W1 (default: 1,000), of the import (default: 50,000), or to search in (default: 1,000,000)",
    )
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="other mutations or crashes (default: 1)")
    parser.add_argument("--count", type=int, default=200_000, metavar="N", help="mutated mails (default: 200,000)")
    parser.add_argument("--mail", type=int, metavar="N", help="write the mutated mail N to standard output instead")
    parser.add_argument("--sample", type=int, metavar="K", help="crashes: K points spread over the road (default: all)")
    parser.add_argument("--lanes", type=int, default=2, metavar="N", help="crashes: N runs at a time (default: 2)")
    _declare_chat(parser.add_argument_group("chat"))
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    return parser.parse_args(words)


def _declare_chat(group) -> None:
    group.add_argument("--visitors", type=int, default=1000, metavar="N", help="with a stream open (default: 1,000)")
    group.add_argument("--agents", type=int, default=100, metavar="N", help="signed in (default: 100)")
    group.add_argument("--rate", type=float, default=100, metavar="R", help="lines a second, both ways (default: 100)")
    group.add_argument("--seconds", type=float, default=30, metavar="S", help="so long (default: 30)")
    group.add_argument(
        "--kill",
        action="store_true",
        help="web processes and worker are killed by SIGKILL and started again in turn; recover_ms is the longest time "
        "from a kill until the first line posted after it, by or to somebody of that web process, is there",
    )


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


def _crashes(chosen) -> int:
    from bench.crashes import measure
    from bench.work import show

    result = measure(chosen.sample, chosen.seed, chosen.lanes)
    show(result, as_json=chosen.json)
    return 0 if result["ok"] else 1


def _chat(chosen) -> int:
    from bench.chat.arguments import refuse
    from bench.installation import fresh

    asked = {name: getattr(chosen, name) for name in ("visitors", "agents", "rate", "seconds")}
    refuse(**asked)
    with fresh() as (home, server):
        from bench.chat.measure import measure
        from bench.work import show

        result = measure(home, server, **asked, kill=chosen.kill, seed=chosen.seed)
    show({"work": "chat", **result}, as_json=chosen.json)
    return 0 if result["ok"] else 1


def _measured(chosen) -> int:
    from bench.installation import fresh

    mails = chosen.mails or USUAL_MAILS.get(chosen.work, 0)
    with fresh() as (home, server):
        from bench.work import measure, show

        result = measure(chosen.work, chosen.cases, mails, home, server)
    show(result, as_json=chosen.json)
    return 0 if result["ok"] else 1

"""`ancora mail import`: looks through the paths, takes the mails in, says what became of them."""

import json
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ancora.conversations.channels.email.deliver import UNKNOWN_ADDRESS, mailbox_with
from ancora.conversations.channels.email.importing.finding import Found, Wanted, sources
from ancora.conversations.channels.email.importing.progress import Progress
from ancora.conversations.channels.email.importing.taking_in import ALREADY, WAITING, Importing, take_in
from ancora.conversations.models import Mailbox

STOPPED = 130
MOST_NAMED = 20
WORDS = {
    "opened": "opened a case",
    "appended": "went into a case that was there",
    "duplicate": "were here already, from elsewhere",
    "bounce": "are delivery reports",
    "auto_reply": "are automatic answers",
    "ignored": "come from our own mailboxes, or are loops",
    "quarantined": "could not be read and wait in the quarantine",
    WAITING: "are stored and wait to be read by the worker",
    ALREADY: "were taken in before",
}


def main(paths: list[str], to: str, *, wanted: Wanted, is_live: bool = False, as_json: bool = False) -> int:
    """Take in every mail below `paths` for the mailbox `to`. The exit code is 1 when something could not be read,
    2 when no mailbox has this address, 130 when it was stopped; run again it goes on where it was."""
    mailbox = mailbox_with(to)
    if mailbox is None:
        known = ", ".join(box.address for box in Mailbox.objects.order_by("id")) or "none"
        print(f"No mailbox has the address {to}. Mailboxes: {known}.", file=sys.stderr)
        return UNKNOWN_ADDRESS
    places, found = [Path(path) for path in paths], Found()
    progress = Progress(sum(source.size for source in sources(places, wanted, Found())))
    with _stoppable() as stopped:
        importing = Importing(mailbox, not is_live, wanted, stopped, progress.look)
        outcomes = take_in(sources(places, wanted, found), importing, found)
    progress.end()
    was_stopped = stopped()
    (_print_json if as_json else _print)(outcomes, found, was_stopped)
    return STOPPED if was_stopped else 1 if found.unreadable else 0


@contextmanager
def _stoppable() -> Iterator:
    """Ctrl C ends after what was begun; a second one ends at once, and nothing is lost by it either."""
    asked = []

    def ask(number, frame) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(number)
        print("\nStopping after these mails …", file=sys.stderr, flush=True)

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for number, former in before.items():
            signal.signal(number, former)


def _print(outcomes: Counter, found: Found, was_stopped: bool) -> None:
    print(f"{outcomes.total():,} mails" + (", then it was stopped" if was_stopped else "") + ":")
    for name, words in WORDS.items():
        if outcomes[name]:
            print(f"  {outcomes[name]:>9,} {words}")
    if found.left_out:
        print(f"{found.left_out:,} were left out, by their folder.")
    if found.no_mail:
        print(f"{found.no_mail:,} files hold no mail.")
    if found.unreadable:
        print(f"{len(found.unreadable):,} could not be read:", file=sys.stderr)
        for line in found.unreadable[:MOST_NAMED]:
            print(f"  {line}", file=sys.stderr)
    if was_stopped:
        print("Run the same command again: it goes on where it was.")


def _print_json(outcomes: Counter, found: Found, was_stopped: bool) -> None:
    summary = {
        "mails": outcomes.total(),
        **{name: outcomes[name] for name in WORDS},
        "left_out": found.left_out,
        "no_mail": found.no_mail,
        "unreadable": [line.encode("utf-8", "replace").decode() for line in found.unreadable],
        "stopped": was_stopped,
    }
    print(json.dumps(summary, ensure_ascii=False))

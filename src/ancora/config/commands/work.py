"""The worker alone."""

import asyncio
import os
import signal
import sys

from ancora.config.commandline import add_home

# Where processors are few, who looks at a page or waits for a line of a chat goes first.
NICENESS = 5


def declare(parser) -> None:
    add_home(parser)
    parser.add_argument(
        "--with-parent", action="store_true", help="stop when standard input closes (used by `ancora run`)"
    )


def run(options) -> int:
    from ancora.config.start import loaded

    os.nice(NICENESS)
    with loaded(options.home):
        asyncio.run(_work(options.with_parent))
    return 0


async def _work(with_parent: bool) -> None:
    from ancora.config.worker import work

    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    if with_parent:
        # The other end closes with the parent, however it ends.
        loop.add_reader(sys.stdin.fileno(), stop.set)
    await work(stop)

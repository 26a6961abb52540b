"""Finds the subcommand and hands over. Django is loaded only by those that need it."""

import argparse
import importlib
import sys
from pathlib import Path

from ancora import __version__

COMMANDS = {
    "demo": "a living demo company, or a mail to it",
    "setup": "organisation, first administrator and mailbox",
    "run": "web and worker together",
    "serve": "the web server alone",
    "work": "the worker alone: fetches and sends mail, runs jobs",
    "doctor": "what is wrong with this installation, in plain words",
    "upgrade": "backs up, then brings the database to this version",
    "backup": "database and files into one folder",
    "restore": "a backup back into an empty installation",
    "mail": "parse, deliver or import mail from files",
    "bench": "the measured pieces of work W1 to W5, and the first import of old mail",
    "test": "the whole test suite, with everything it needs",
    "check": "linters and the migration check",
    "manage": "Django's own commands, for developers",
}


def run(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="ancora", description="A self-hosted customer-service hub.")
    parser.add_argument("--version", action="version", version=f"ancora {__version__}")
    subcommands = parser.add_subparsers(dest="command", metavar="COMMAND")
    chosen = next((word for word in arguments if word in COMMANDS), None)
    module = None
    for name, summary in COMMANDS.items():
        sub = subcommands.add_parser(name, help=summary, description=summary)
        if name == chosen:
            module = importlib.import_module(f"ancora.config.commands.{name}")
            module.declare(sub)
    if not arguments:
        parser.print_help()
        return 0
    if chosen in ("manage", "test", "bench"):
        # These take any words behind them, options included.
        at = arguments.index(chosen)
        return module.run(argparse.Namespace(command=chosen, words=arguments[at + 1 :])) or 0
    options = parser.parse_args(arguments)
    try:
        return module.run(options) or 0
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130


def add_home(parser: argparse.ArgumentParser) -> None:
    """The option that says where data lives."""
    parser.add_argument("--home", type=Path, metavar="DIR", help="where data lives (default: ANCORA_HOME)")

"""A living demo company to look at, or a mail to it."""

import os
from pathlib import Path

from ancora.config.commandline import add_home


def declare(parser) -> None:
    add_home(parser)
    parser.add_argument("--port", type=int, help="port of the web page (default: 8000, or the next free one)")
    parser.add_argument("--reset", action="store_true", help="forget what was done and start afresh")
    subcommands = parser.add_subparsers(dest="action", metavar="mail")
    mail = subcommands.add_parser("mail", help="send a mail to the running demo, as a customer would")
    mail.add_argument("--from", dest="sender", required=True, metavar="ADDRESS")
    mail.add_argument("--to", metavar="ADDRESS", help="one of the company's addresses (default: its first)")
    mail.add_argument("--subject", default="")
    mail.add_argument("--text", required=True)
    mail.add_argument("--reply-to-case", type=int, metavar="N", help="answer the company's last mail in case N")
    # The parent's value stands when --home is given before `mail`.
    mail.add_argument("--home", type=Path, metavar="DIR", default=None, dest="mail_home")


def run(options) -> int:
    home = getattr(options, "mail_home", None) or options.home or default_home()
    if options.action == "mail":
        from ancora.config.operations.demo_mail import send

        return send(home, options)
    from ancora.config.operations.demo import show

    return show(home, port=options.port, reset=options.reset)


def default_home() -> Path:
    """A place of its own, so that a look at the demo never touches real data."""
    root = os.environ.get("ANCORA_ROOT")
    return (Path(root) / ".ancora" / "demo") if root else Path.home() / ".ancora-demo"

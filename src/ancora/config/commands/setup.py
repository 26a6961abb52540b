"""Organisation, first administrator, mailbox and examples: by questions, or by options alone with --no-input."""

from pathlib import Path

from ancora.config.commandline import add_home


def declare(parser) -> None:
    add_home(parser)
    parser.add_argument("--organisation", metavar="NAME", help="name of the organisation")
    parser.add_argument("--language", help="its language: en or it")
    parser.add_argument("--time-zone", metavar="ZONE", help="its time zone, for example Europe/Rome")
    parser.add_argument("--public-address", metavar="URL", default="", help="where people reach Ancora")
    parser.add_argument("--name", metavar="NAME", help="name of the first administrator")
    parser.add_argument("--email", metavar="ADDRESS", help="his e-mail address, with which he signs in")
    parser.add_argument("--password-file", type=Path, metavar="FILE", help="file that holds his password")
    parser.add_argument("--mailbox", metavar="ADDRESS", help="support address to connect")
    parser.add_argument("--mailbox-name", metavar="NAME", help="its name, as agents and customers see it")
    for kind in ("imap", "smtp"):
        parser.add_argument(f"--{kind}-host", metavar="HOST")
        parser.add_argument(f"--{kind}-port", metavar="PORT")
        parser.add_argument(f"--{kind}-security", choices=["tls", "starttls", "none"])
        parser.add_argument(f"--{kind}-user", metavar="NAME")
        parser.add_argument(f"--{kind}-password-file", type=Path, metavar="FILE")
    parser.add_argument("--imap-folder", metavar="FOLDER")
    parser.add_argument("--old-mail", choices=["ignore", "import"], help="mail that is in the mailbox already")
    parser.add_argument("--no-mailbox", action="store_true", help="connect none now")
    parser.add_argument("--no-trial", action="store_true", help="keep the mailbox without a test")
    parser.add_argument("--examples", action="store_true", help="put in example cases that can be deleted again")
    parser.add_argument("--no-input", action="store_true", help="ask nothing: what is missing is refused")


def run(options) -> int:
    from ancora.config.operations.plainly import plainly
    from ancora.config.start import loaded

    with loaded(options.home, need_schema=False), plainly():
        from ancora.config.operations.setup import set_up

        return set_up(options)

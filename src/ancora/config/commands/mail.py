"""Mail from files: described as JSON, put through the real intake, or taken in as old mail."""

from ancora.config.commandline import add_home


def declare(parser) -> None:
    kinds = parser.add_subparsers(dest="kind", metavar="parse|deliver|import", required=True)
    parsing = kinds.add_parser("parse", help="what a mail says, one JSON object a line; needs no database")
    parsing.add_argument("files", nargs="+", metavar="FILE")
    parsing.add_argument("--save-attachments", metavar="DIR", help="write the attached files there")
    delivering = kinds.add_parser("deliver", help="take mails in as if they had arrived; one JSON object a line")
    delivering.add_argument("paths", nargs="+", metavar="FILE|MAILDIR|MBOX")
    delivering.add_argument("--to", required=True, metavar="ADDRESS", help="the mailbox that receives them")
    add_home(delivering)
    importing = kinds.add_parser("import", help="take in old mail from files; nothing is sent because of it")
    importing.add_argument("paths", nargs="+", metavar="PATH", help="maildirs, mboxes, mails, or folders of them")
    importing.add_argument("--to", required=True, metavar="ADDRESS", help="the mailbox in which the mails belong")
    importing.add_argument("--format", choices=("auto", "maildir", "mbox", "eml"), default="auto")
    importing.add_argument("--folder", action="append", default=[], metavar="NAME", help="only folders of this name")
    manner = importing.add_mutually_exclusive_group()
    manner.add_argument("--silent", action="store_true", help="old dates, and nobody is written to (the default)")
    manner.add_argument("--live", action="store_true", help="as if the mails came now")
    importing.add_argument("--json", action="store_true", help="what became of them as one JSON object")
    add_home(importing)


def run(options) -> int:
    if options.kind == "parse":
        from ancora.conversations.channels.email.parsing import describe

        return describe.main(options.files, options.save_attachments)
    from ancora.config.start import loaded

    with loaded(options.home):
        if options.kind == "import":
            return _import(options)
        from ancora.conversations.channels.email import deliver

        return deliver.main(options.paths, options.to, case_of=_number_of_case)


def _import(options) -> int:
    from ancora.config.operations.plainly import plainly
    from ancora.conversations.channels.email.importing import run
    from ancora.conversations.channels.email.importing.finding import Wanted

    wanted = Wanted(options.format, frozenset(name.lower() for name in options.folder))
    with plainly():
        return run.main(options.paths, options.to, wanted=wanted, is_live=options.live, as_json=options.json)


def _number_of_case(conversation_id: int) -> int | None:
    from ancora.cases.queries import case_of_conversation

    case = case_of_conversation(conversation_id)
    return case.reference if case else None

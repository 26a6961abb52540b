"""Mail from files: described as JSON, or put through the real intake."""

from ancora.config.commandline import add_home


def declare(parser) -> None:
    kinds = parser.add_subparsers(dest="kind", metavar="parse|deliver", required=True)
    parsing = kinds.add_parser("parse", help="what a mail says, one JSON object a line; needs no database")
    parsing.add_argument("files", nargs="+", metavar="FILE")
    parsing.add_argument("--save-attachments", metavar="DIR", help="write the attached files there")
    delivering = kinds.add_parser("deliver", help="take mails in as if they had arrived; one JSON object a line")
    delivering.add_argument("paths", nargs="+", metavar="FILE|MAILDIR|MBOX")
    delivering.add_argument("--to", required=True, metavar="ADDRESS", help="the mailbox that receives them")
    add_home(delivering)


def run(options) -> int:
    if options.kind == "parse":
        from ancora.conversations.channels.email.parsing import describe

        return describe.main(options.files, options.save_attachments)
    from ancora.config.start import loaded

    with loaded(options.home):
        from ancora.conversations.channels.email import deliver

        return deliver.main(options.paths, options.to, case_of=_number_of_case)


def _number_of_case(conversation_id: int) -> int | None:
    from ancora.cases.queries import case_of_conversation

    case = case_of_conversation(conversation_id)
    return case.reference if case else None

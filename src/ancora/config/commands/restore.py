"""A backup back into an empty installation."""

from pathlib import Path

from ancora.config.commandline import add_home


def declare(parser) -> None:
    add_home(parser)
    parser.add_argument("backup", type=Path, metavar="BACKUP", help="a folder called ancora-backup-…")


def run(options) -> int:
    from ancora.config.operations.plainly import plainly
    from ancora.config.start import loaded

    with loaded(options.home, need_schema=False), plainly():
        from ancora.config.operations.restore import restore_backup

        restore_backup(options.backup, say=lambda words: print(words, flush=True))
    return 0

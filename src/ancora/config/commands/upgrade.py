"""Backs up, then brings the database to this version."""

from ancora.config.commandline import add_home


def declare(parser) -> None:
    add_home(parser)
    parser.add_argument("--no-backup", action="store_true", help="do not back up before the database is changed")


def run(options) -> int:
    from ancora.config.operations.plainly import plainly
    from ancora.config.start import loaded

    with loaded(options.home, need_schema=False), plainly():
        from ancora.config.operations.upgrade import upgrade

        upgrade(backup=not options.no_backup, say=lambda words: print(words, flush=True))
    return 0

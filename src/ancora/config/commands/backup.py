"""Database and files into one folder; safe while Ancora is running."""

from pathlib import Path

from ancora.config.commandline import add_home


def declare(parser) -> None:
    add_home(parser)
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="where the backup goes (default: HOME/backups)")


def run(options) -> int:
    from ancora.config.operations.plainly import plainly
    from ancora.config.start import loaded

    with loaded(options.home, need_schema=False), plainly():
        from django.conf import settings

        from ancora.config.operations.backup import make_backup
        from ancora.config.operations.upgrade import is_empty
        from ancora.platform.errors import Refusal

        if is_empty():
            raise Refusal(f"There is nothing to back up: {settings.ANCORA_HOME} holds no data yet.")
        make_backup(options.to or settings.ANCORA_HOME / "backups", say=lambda words: print(words, flush=True))
    return 0

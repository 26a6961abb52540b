"""Django's own commands, for developers."""

import sys


def declare(parser) -> None:
    parser.add_argument("words", nargs="*")


def run(options) -> int:
    from ancora.config.start import loaded

    with loaded(need_schema=False):
        from django.core.management import execute_from_command_line

        execute_from_command_line([sys.argv[0], *options.words])
    return 0

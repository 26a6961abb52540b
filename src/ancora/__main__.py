"""The command `ancora`."""

import sys


def main() -> int:
    from ancora.config.commandline import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())

"""Web and worker together: the web server in this process, the worker in a child that is started again if it ends."""

from ancora.config.commandline import add_home


def declare(parser) -> None:
    add_home(parser)
    parser.add_argument("--port", type=int, help="port to listen on (default: ANCORA_PORT or 8000)")


def run(options) -> int:
    from ancora.config.commands.serve import serve
    from ancora.config.companion import Companion
    from ancora.config.start import loaded

    with loaded(options.home), Companion():
        return serve(options.port)

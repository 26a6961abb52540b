"""The web server alone."""

import signal

from ancora.config.commandline import add_home


def declare(parser) -> None:
    add_home(parser)
    parser.add_argument("--port", type=int, help="port to listen on (default: ANCORA_PORT or 8000)")


def run(options) -> int:
    from ancora.config.start import loaded

    with loaded(options.home):
        return serve(options.port)


def serve(port: int | None = None) -> int:
    """Serve until a signal ends it; Django is loaded."""
    from django.conf import settings

    from ancora.config.operations.assets import collect_assets
    from ancora.config.server import LiveServer, configuration
    from ancora.config.welcome import say_where

    collect_assets()
    listen = settings.ENVIRONMENT.port if port is None else port
    server = LiveServer(configuration(settings.ENVIRONMENT.bind, listen))
    say_where(listen)
    # uvicorn raises the signal once more after it has stopped; the blocks around us are to end in order then.
    signal.signal(signal.SIGTERM, _leave)
    try:
        server.run()
    except KeyboardInterrupt:
        return 0
    return 0 if server.started else 1


def _leave(number, frame) -> None:
    raise SystemExit(0)

"""The web server's application: pages by Django, the live stream beside it."""

from django.core.asgi import get_asgi_application

from ancora.platform.live import endpoint
from ancora.platform.live.hub import listening

_django = get_asgi_application()


async def application(scope, receive, send) -> None:
    if scope["type"] == "lifespan":
        await _live(receive, send)
    elif scope["type"] == "http" and scope["path"] == endpoint.PATH:
        await endpoint.stream(scope, receive, send)
    elif scope["type"] == "http":
        await _django(scope, receive, send)


async def _live(receive, send) -> None:
    await receive()
    async with listening():
        await send({"type": "lifespan.startup.complete"})
        await receive()
    await send({"type": "lifespan.shutdown.complete"})

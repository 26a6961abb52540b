"""The web server: uvicorn that ends open live streams before it waits for them."""

import uvicorn

from ancora.platform.live.hub import hub


class LiveServer(uvicorn.Server):
    """Stops in well under a second with any number of open streams."""

    async def shutdown(self, sockets=None) -> None:
        hub.close_all()
        await super().shutdown(sockets)


def configuration(host: str, port: int) -> uvicorn.Config:
    """One process; more of them may listen behind a proxy."""
    return uvicorn.Config(
        "ancora.config.asgi:application",
        host=host,
        port=port,
        lifespan="on",
        timeout_graceful_shutdown=3,
        # A desk asks again within that time: each connection anew costs more than one that waits.
        timeout_keep_alive=20,
        log_config=None,
        server_header=False,
        proxy_headers=False,
    )

"""The pages as a supervised child of `kliping run`."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import uvicorn

from desk.app import create_app
from desk.office import Office
from kliping.errors import ConfigError
from pipeline.supervise import Heartbeat, Stopping

TICK: Final = 0.2  # seconds between two signs of life
GRACE: Final = 5  # seconds for requests at work when asked to stop; half of what `docker stop` allows


class _Server(uvicorn.Server):
    """Leaves the signals to the supervisor."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def serve(beat: Heartbeat, stopping: Stopping, office: Office) -> None:
    """Serve until `stopping()`. Raises ConfigError where the address is taken or not ours."""
    config = uvicorn.Config(
        create_app(office),
        host=office.web.host,
        port=office.web.port,
        log_config=None,
        access_log=False,  # addresses hold what staff search for
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
    )
    try:
        asyncio.run(_served(_Server(config), beat, stopping))
    except SystemExit:
        raise ConfigError(f"[web] {office.web.host}:{office.web.port}: cannot listen there") from None


async def _served(server: uvicorn.Server, beat: Heartbeat, stopping: Stopping) -> None:
    watch = asyncio.create_task(_watched(server, beat, stopping))
    try:
        await server.serve()
    finally:
        watch.cancel()


async def _watched(server: uvicorn.Server, beat: Heartbeat, stopping: Stopping) -> None:
    while not stopping():
        if server.started:  # the first sign of life says that it listens
            beat()
        await asyncio.sleep(TICK)
    server.should_exit = True

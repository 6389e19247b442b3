"""Listens for the web part: uvicorn with bounds on how many may be connected, and for how long without a request."""

from __future__ import annotations

import asyncio

import uvicorn
from starlette.applications import Starlette
from uvicorn.protocols.http.h11_impl import H11Protocol

IDLE_SECONDS = 10.0
MOST_CONNECTIONS = 256


class ImpatientProtocol(H11Protocol):
    """HTTP as uvicorn speaks it, which hangs up on who stays connected and does not get a request finished."""

    _idle_since: object = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to watch the connection."""
        super().connection_made(transport)
        self.loop.call_later(IDLE_SECONDS, self._look)

    def _look(self) -> None:
        if self.transport.is_closing():
            return
        busy = self.cycle is not None and not self.cycle.response_complete
        # idle at two looks in a row, and nothing was answered in between
        here = (self.cycle,)
        if not busy and self._idle_since == here:
            self.transport.abort()
            return
        self._idle_since = None if busy else here
        self.loop.call_later(IDLE_SECONDS, self._look)


def listen(app: Starlette, host: str, port: int) -> None:
    """Serve until interrupted."""
    uvicorn.run(
        app,
        host=host,
        port=port,
        http=ImpatientProtocol,
        ws="none",
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        limit_concurrency=MOST_CONNECTIONS,
        timeout_graceful_shutdown=5,
    )

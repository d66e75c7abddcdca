"""The server: uvicorn with the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn

from searcher.web.app import application

if TYPE_CHECKING:
    from collections.abc import Callable

    from searcher.web.serving import Serving


def run(serving: Serving, host: str, port: int, tell: Callable[[str], None]) -> None:
    """Serve until the process is told to stop.

    Args:
        serving: How questions are answered.
        host: The address to listen at.
        port: The port.
        tell: Called with the address of the page, once it can be asked for.
    """
    app = application(serving)
    tell(f"http://{host}:{port}/")
    uvicorn.run(app, host=host, port=port, log_level="warning")

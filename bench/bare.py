"""`python -m bench.bare`: a route that says the same to everybody, served as the chat is: what the web alone takes."""

from __future__ import annotations

import json

import uvicorn
from fastapi import FastAPI
from starlette.responses import Response

from ui.serving import listen

__all__ = ["bare_app"]


def bare_app(size: int) -> FastAPI:
    """An application whose `POST /api/ask` gives a constant of that many bytes."""
    app = FastAPI(openapi_url=None)
    body = json.dumps({"text": "x" * max(0, size - 12)}).encode()

    @app.post("/api/ask")
    async def ask(asked: dict) -> Response:  # type: ignore[type-arg]
        return Response(body, media_type="application/json")

    return app


def main() -> None:
    """Serve it on a free port until it is ended; its address is the first line that it prints."""
    with listen("127.0.0.1", 0) as listening:
        print(f"Open http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
        server = uvicorn.Server(uvicorn.Config(bare_app(4000), log_level="warning", access_log=False))
        server.run(sockets=[listening])


if __name__ == "__main__":
    main()

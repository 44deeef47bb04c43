"""The tools `ask` and `search` for agents, by the Model Context Protocol. The only file that knows its library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError
from starlette.types import Receive, Scope, Send

from corpus.errors import QuidError
from ui.api import Ask
from ui.desk import Desk
from ui.errors import error_response, explain
from ui.library import Search

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server

__all__ = ["AgentApp", "NoAgents", "missing", "run_over_stdio"]

LEAST, BELOW = (2, 3), (3, 0)
NEAREST = 3
ABOUT = (
    "Quotes what a collection of documents says, word for word and with the place, and never makes anything up. "
    "Cite the quotations that you use."
)


class NoAgents(QuidError):
    """The package `mcp` isn't there, or not in a version that this program knows."""


def missing() -> str:
    """Why agents can't be served, in one line that says what to type; "" where they can."""
    try:
        found = version("mcp")
    except PackageNotFoundError:
        found = "none"
    parts = tuple(int(part) for part in found.split(".")[:2] if part.isdecimal())
    if LEAST <= parts < BELOW:
        return ""
    least, below = (".".join(map(str, one)) for one in (LEAST, BELOW))
    return (
        f"/mcp is off: expected the package mcp {least} or newer, below {below}, found {found}; "
        "type: .venv/bin/pip install -r requirements-mcp.txt"
    )


class AgentApp:
    """An ASGI application that answers agents over streamable HTTP, or says with 501 why it can't."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if why := missing():
            return await error_response(501, why)(scope, receive, send)
        # Its import takes a second, which a server that no agent calls is spared.
        from mcp.server.streamable_http_manager import StreamableHTTPSessionManager

        manager = StreamableHTTPSessionManager(self._server, stateless=True, json_response=True)
        async with manager.run():
            await manager.handle_request(scope, receive, send)

    @cached_property
    def _server(self) -> Server:
        return _server(self._desk)


def run_over_stdio(desk: Desk) -> None:
    """Answer an agent over standard input and output until it goes; NoAgents where that can't be done."""
    if why := missing():
        raise NoAgents(why.replace("/mcp is off: ", ""))
    import asyncio

    from mcp.server.stdio import stdio_server

    async def run() -> None:
        server = _server(desk)
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    asyncio.run(run())


def _server(desk: Desk) -> Server:
    import mcp_types as types
    from mcp.server.lowlevel import Server

    tools = {
        "ask": (_ask, Ask, "Answers a question with the documents' own sentences, or says that they don't say."),
        "search": (_search, Search, "Finds the passages that come nearest to a question, whether they answer or not."),
    }

    async def list_tools(*_: Any) -> types.ListToolsResult:
        read_only = types.ToolAnnotations(read_only_hint=True, open_world_hint=False)
        return types.ListToolsResult(
            tools=[
                types.Tool(name=name, description=about, input_schema=_schema(model), annotations=read_only)
                for name, (_, model, about) in tools.items()
            ]
        )

    async def call_tool(_: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            if params.name not in tools:
                raise _Mistake(f"no tool {params.name!r}; expected ask or search")
            call, model, _ = tools[params.name]
            text, structured = await call(desk, _checked(model, params.arguments or {}))
        except Exception as error:
            said = str(error) if isinstance(error, _Mistake) else explain(error).error
            return types.CallToolResult(content=[types.TextContent(text=said)], is_error=True)
        return types.CallToolResult(content=[types.TextContent(text=text)], structured_content=structured)

    return Server("quid-pro-quote", instructions=ABOUT, on_list_tools=list_tools, on_call_tool=call_tool)


class _Mistake(Exception):
    """What an agent called isn't there, or was called wrong."""


async def _ask(desk: Desk, asked: Ask) -> tuple[str, dict[str, Any]]:
    """The text, and the answer without what an agent would only have to read through."""
    answer = (await desk.answer(asked.question, asked.earlier)).to_json()
    answer["hits"] = [] if answer["answered"] else answer["hits"][:NEAREST]
    sources = "".join(
        f"\n[{one['number']}] {' > '.join([one['title'], *one['headings']])} "
        f"({one['document']}:{one['start']}-{one['end']})"
        for one in answer["citations"]
    )
    return _said(answer) + ("\n" + sources if sources else ""), answer


def _said(answer: Mapping[str, Any]) -> str:
    """The quotations, below what a language model made of them where there is one."""
    if not (wording := answer["wording"]):
        return str(answer["text"])
    told = f"Worded by the language model {wording['model']}; the documents’ own words are:"
    return f"{wording['text']}\n\n{told}\n\n{answer['text']}"


async def _search(desk: Desk, asked: Search) -> tuple[str, dict[str, Any]]:
    searched_for, found = await desk.search(asked.question, asked.k, asked.earlier)
    hits = [hit.to_json() for hit in found]
    return json.dumps(hits, ensure_ascii=False), {"searched_for": searched_for, "hits": hits}


def _checked(model: type[BaseModel], arguments: Mapping[str, Any]) -> Any:
    try:
        return model.model_validate(dict(arguments))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the arguments"
        raise _Mistake(f"{where}: {str(first['msg']).removeprefix('Value error, ')}") from None


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    schema = model.model_json_schema()
    # How an answer travels is no business of an agent's.
    schema["properties"].pop("stream", None)
    return schema

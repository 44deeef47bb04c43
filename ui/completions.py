"""`/v1`: the same answers in the form of OpenAI's chat completions, for programs that know no other.

The text is the documents' own sentences, with what they are from. Where the owner set up a language model,
what it made of them comes first, and is said to be that.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import AsyncIterator, Iterable, Iterator
from functools import partial
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.responses import Response

from corpus.tokens import token_counter
from qa import Answer, Citation
from qa.answer import Wording
from ui.api import EARLIER_LIMIT, clean_question
from ui.desk import Desk
from ui.errors import Json
from ui.events import stream_of
from ui.markup import source_link

__all__ = ["MODEL", "completion_routes", "rendered", "spoken"]

MODEL = "quid-pro-quote"
_ACTIVE = re.compile(r"(?<=\])\(|<(?=[A-Za-z/!?])")
_MARKDOWN = str.maketrans({character: f"\\{character}" for character in "\\`*_[]<>!|~#"})


class Part(BaseModel):
    """A piece of a message."""

    type: str
    text: str = ""


class Message(BaseModel):
    """A message of the conversation; only what the user says is read."""

    role: str
    content: str | list[Part] | None = None

    @property
    def text(self) -> str:
        """What is said in words."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    """Whether the last piece tells the usage."""

    include_usage: bool = False


class Format(BaseModel):
    """The form of the answer; there is only text."""

    type: Literal["text"]


class Chat(BaseModel):
    """What OpenAI's clients send; what steers a language model is taken and has no effect."""

    model: str = MODEL
    messages: list[Message] = Field(min_length=1, max_length=2000)
    stream: bool = False
    stream_options: StreamOptions | None = None
    n: Literal[1] | None = None
    response_format: Format | None = None
    tool_choice: Literal["none", "auto"] | None = None


def completion_routes(desk: Desk, made: int | None = None) -> APIRouter:
    """`POST /v1/chat/completions`, `GET /v1/models` and `GET /v1/models/{id}`."""
    router = APIRouter(prefix="/v1", default_response_class=Json)
    model = {"id": MODEL, "object": "model", "created": made or int(time.time()), "owned_by": "you"}

    @router.post("/chat/completions", summary="Ask, as OpenAI's clients do")
    async def completions(chat: Chat, request: Request) -> Response:
        """Answers the last message of the user, after the earlier ones.

        The message's `content` ends with the sources, as Markdown; its `citations` are those of /api/ask.
        """
        question, earlier = spoken(chat.messages)
        answer = await desk.answer(question, earlier)
        pieces = rendered(answer, _root(request))
        usage = _usage([question, *earlier], "".join(pieces))
        if not chat.stream:
            return Json(_whole(answer, pieces, usage))
        told = usage if chat.stream_options and chat.stream_options.include_usage else None
        return stream_of(_lines(_chunks(answer, pieces, told)))

    @router.get("/models", summary="List the one model")
    def models() -> Response:
        """Gives the one name that stands for the documents."""
        return Json({"object": "list", "data": [model]})

    @router.get("/models/{id:path}", summary="Say whether a model is there")
    def one(id: str) -> Response:
        """Gives what is known of that name."""
        if id != MODEL:
            raise HTTPException(404, f"no model {id!r}; expected {MODEL!r}")
        return Json(model)

    return router


def spoken(messages: Iterable[Message]) -> tuple[str, list[str]]:
    """The user's last question, and the earlier ones; an HTTPException where none can be asked.

    Earlier ones that could not be asked alone, for being empty or too long, are left out.
    """
    said = [message.text for message in messages if message.role == "user"]
    if not said:
        raise HTTPException(422, "messages: expected one with the role user, found none")
    try:
        question = clean_question(said[-1])
    except ValueError as error:
        raise HTTPException(422, f"messages: {error}") from None
    return question, list(_askable(said[:-1]))[-EARLIER_LIMIT:]


def rendered(answer: Answer, root: str) -> list[str]:
    """The answer's text in pieces, sentence by sentence, and then its sources as a list in Markdown.

    `root` is the address of our pages, "/" at the end. A link, a picture or a tag that a document
    writes is escaped, so that it is shown and nothing is fetched; the citations have it as it stands.
    """
    if not answer.answered:
        return [answer.text]
    worded = [_worded(answer.wording)] if answer.wording else []
    pieces = [f"{' '.join(citation.quote.split())} [{citation.number}]" for citation in answer.citations]
    said = [" " * bool(place) + piece for place, piece in enumerate(pieces)]
    if "".join(said) != answer.text:
        said = [answer.text]
    sources = "\n".join(_source(citation, root) for citation in answer.citations)
    return [*worded, *(_ACTIVE.sub(r"\\\g<0>", piece) for piece in said), f"\n\nSources:\n\n{sources}"]


def _worded(wording: Wording) -> str:
    name = wording.model.translate(_MARKDOWN)
    told = f"Worded by the language model {name}; the documents’ own words are:"
    return _ACTIVE.sub(r"\\\g<0>", wording.text) + f"\n\n{told}\n\n"


def _askable(texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        try:
            yield clean_question(text)
        except ValueError:
            continue


def _source(citation: Citation, root: str) -> str:
    passage = citation.passage
    name = " › ".join(dict.fromkeys((passage.title, *passage.headings)))
    shown = " ".join(name.split()).translate(_MARKDOWN)
    page = f", page {citation.page}" if citation.page else ""
    place = f", {citation.place.translate(_MARKDOWN)}" if citation.place else ""
    link = root + source_link(passage.document_id, citation.start, citation.end)
    return f"- [{citation.number}] [{shown}]({link}){page}{place}"


def _root(request: Request) -> str:
    url = request.url
    return f"{url.scheme}://{url.netloc}{str(request.scope.get('root_path', '')).rstrip('/')}/"


def _usage(asked: Iterable[str], text: str) -> dict[str, int]:
    """Tokens as the embedding model counts them: of the questions read, and of the text given."""
    count = token_counter()
    read, given = sum(map(count, asked)), count(text)
    return {"prompt_tokens": read, "completion_tokens": given, "total_tokens": read + given}


def _extra(answer: Answer) -> dict[str, Any]:
    """What our answers have and OpenAI's don't."""
    whole = answer.to_json()
    return {name: whole[name] for name in ("citations", "answered", "confidence", "searched_for", "wording")}


def _whole(answer: Answer, pieces: list[str], usage: dict[str, int]) -> dict[str, Any]:
    message = {"role": "assistant", "content": "".join(pieces), "refusal": None, **_extra(answer)}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return {**_header("chat.completion"), "choices": [choice], "usage": usage}


def _chunks(answer: Answer, pieces: list[str], usage: dict[str, int] | None) -> Iterator[dict[str, Any]]:
    """The pieces; the citations come along with the end."""
    header = _header("chat.completion.chunk")
    chunk = partial(_chunk, header)
    yield chunk({"role": "assistant", "content": ""})
    for piece in pieces:
        yield chunk({"content": piece})
    yield chunk(_extra(answer), "stop")
    if usage:
        yield {**header, "choices": [], "usage": usage}


def _chunk(header: dict[str, Any], delta: dict[str, Any], reason: str | None = None) -> dict[str, Any]:
    return {**header, "choices": [{"index": 0, "delta": delta, "finish_reason": reason, "logprobs": None}]}


async def _lines(chunks: Iterable[dict[str, Any]]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield f"data: {json.dumps(chunk)}\n\n".encode("ascii")
    yield b"data: [DONE]\n\n"


def _header(kind: str) -> dict[str, Any]:
    return {"id": f"chatcmpl-{uuid.uuid4().hex}", "object": kind, "created": int(time.time()), "model": MODEL}

"""`python -m qa ask`: answer a question from the documents, on the terminal."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from corpus import QuidError
from index import Only, open_index
from index.command_line import add_index_option
from qa.answer import Answer, Disagreement
from qa.answering import MOST_CHARACTERS, Answerer, answerer_over, open_answerer
from qa.recording import Asked
from qa.settings import AnswerSettings, parse_threshold


class BadBatch(QuidError):
    """A line of the batch file is not a question."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("question", nargs="?", metavar="QUESTION", help=f"up to {MOST_CHARACTERS:,} characters")
    what.add_argument("--batch", type=Path, metavar="FILE",
                      help='JSON lines {"question": ..., "earlier": [...]}; writes an answer a line, as JSON')
    parser.add_argument("--earlier", action="append", default=[], metavar="QUESTION",
                        help="an earlier question of the conversation; repeatable, oldest first")
    parser.add_argument("--json", action="store_true", help="the answer as JSON")
    parser.add_argument("--threshold", type=parse_threshold, metavar="X",
                        help="refuse below this confidence, 0 to 1 (default: as calibrated, see calibrate)")
    parser.add_argument("--wording-address", metavar="URL", default=os.environ.get("QUID_WORDING_ADDRESS", ""),
                        help="word the answer by the language model at this address, such as "
                        "http://127.0.0.1:11434/v1; the quotations stay below (see docs/settings.md)")
    parser.add_argument("--wording-model", metavar="NAME", default=os.environ.get("QUID_WORDING_MODEL", ""),
                        help="that model's name there")
    parser.add_argument("--only-document", action="append", default=[], metavar="ID",
                        help="answer from this document alone; repeatable")
    parser.add_argument("--only-source", action="append", default=[], metavar="SOURCE",
                        help="answer from what was read from this path or address alone; repeatable")
    add_index_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """0, for a refusal too."""
    settings = AnswerSettings(threshold=arguments.threshold)
    if arguments.batch:
        asked = list(_read_batch(arguments.batch))
        answerer = _answerer(arguments, settings)
        for question, earlier in asked:
            print(json.dumps(answerer.ask(question, earlier).to_json(), ensure_ascii=False), flush=True)
        return 0
    answer = _answerer(arguments, settings).ask(arguments.question, arguments.earlier)
    print(json.dumps(answer.to_json(), ensure_ascii=False, indent=1) if arguments.json else render(answer))
    return 0


def _answerer(arguments: argparse.Namespace, settings: AnswerSettings) -> Asked:
    """Answers from the index, worded by a language model where one is named."""
    if not arguments.wording_address and not arguments.wording_model:
        return _narrowed(arguments, settings)
    from qa.language_model import language_model
    from qa.worded import WordingAnswerer

    model = language_model(arguments.wording_address, arguments.wording_model)
    answerer = _narrowed(arguments, settings)
    return WordingAnswerer(answerer, model) if model else answerer


def _narrowed(arguments: argparse.Namespace, settings: AnswerSettings) -> Answerer:
    """Answers from all documents, or from those that are named."""
    only = Only(tuple(arguments.only_document), tuple(arguments.only_source))
    if not any((only.documents, only.sources)):
        return open_answerer(arguments.index, settings=settings)
    return answerer_over(open_index(arguments.index).narrowed(only), settings)


def render(answer: Answer) -> str:
    """The answer as a person reads it on a terminal: the text, then where each quotation stands."""
    width = min(100, shutil.get_terminal_size((100, 24)).columns)
    lines = []
    if answer.searched_for != answer.question.strip():
        lines += [f"(searched for: {answer.searched_for})", ""]
    if wording := answer.wording:
        told = f"worded by the language model {wording.model}; the documents’ own words are:"
        lines += [*textwrap.wrap(wording.text, width), "", *textwrap.wrap(f"({told})", width), ""]
    lines += [*textwrap.wrap(answer.text, width), ""]
    if answer.answered:
        for citation in answer.citations:
            place = " > ".join([citation.passage.title, *citation.passage.headings])
            where = (f"page {citation.page}" if citation.page else "", citation.place)
            document = f"{citation.passage.document_id}:{citation.start}-{citation.end}"
            lines += [f"[{citation.number}] {place}", f"    {', '.join(filter(None, (document, *where)))}"]
        lines += ["", *(line for one in answer.disagreements for line in textwrap.wrap(_contradicted(one), width))]
        return "\n".join([*lines, f"confidence {answer.confidence:.0%}"])
    for hit in answer.hits[:3]:
        near = textwrap.shorten(" ".join(hit.passage.text.split()), width - 4, placeholder=" ...")
        lines += [f"near: {hit.passage.context}", f"    {near}"]
    return "\n".join(lines)


def _contradicted(one: Disagreement) -> str:
    said = " against ".join(f"“{text}” [{number}]" for text, number in zip(one.said, one.numbers, strict=True))
    return f"The documents disagree: {said}"


def _read_batch(path: Path) -> Iterator[tuple[str, Sequence[str]]]:
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadBatch(f"{path} can't be read as UTF-8 text ({error}); name a file of JSON lines") from error
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            yield _read_line(f"{path}:{number}", line)


def _read_line(place: str, line: str) -> tuple[str, Sequence[str]]:
    try:
        row: Any = json.loads(line)
    except ValueError:
        raise BadBatch(f'{place} is not JSON; expected {{"question": "...", "earlier": ["..."]}}') from None
    question = row.get("question") if isinstance(row, dict) else None
    earlier = row.get("earlier") or [] if isinstance(row, dict) else None
    if not isinstance(question, str) or not isinstance(earlier, list) or not all(isinstance(e, str) for e in earlier):
        raise BadBatch(f'{place}: expected {{"question": "...", "earlier": ["..."]}}, both of text')
    return question, earlier

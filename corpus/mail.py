"""E-mail (.eml): the subject as the title, who wrote to whom and when, and what was written.

The plain text is read where there is one, else the HTML. Attachments are named and not read;
a message within the message is a section.
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import re
from collections.abc import Iterator
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message

from corpus.building import DocumentBuilder
from corpus.decoding import decode
from corpus.document import Document
from corpus.errors import UnreadableDocument
from corpus.html import add_html
from corpus.naming import title_from_name
from corpus.prose import Placed, add_prose, cleaned

__all__ = ["read_mail"]

_SHOWN = ("From", "To", "Cc", "Date")
_EXPECTED = ("From", "To", "Subject", "Date", "Received", "Message-ID")
_DEEPEST = 5
# Encodings that look like ASCII: to be believed before anything is tried.
_ESCAPED = re.compile(r"iso-2022|hz-gb|utf-7", re.IGNORECASE)
_QUOTED = re.compile(r"(?:> ?)+")
_ORIGINAL = re.compile(
    r"^-{2,} ?(?:Original Message|Forwarded message|Ursprüngliche Nachricht|Message d'origine) ?-{2,}$",
    re.IGNORECASE | re.MULTILINE,
)
_HEADER_LINE = re.compile(r"(From|Sent|To|Cc|Subject|Date|Von|An|Gesendet|Betreff|Datum): (\S.*)")


def read_mail(data: bytes, id: str, source: str) -> Document:
    """A message; its title is its subject, else the file's name."""
    if b"\x00" in data[:1000]:
        raise UnreadableDocument(source, "holds binary data, not an e-mail; save the message as .eml")
    try:
        message = email.message_from_bytes(data, policy=email.policy.compat32)
    except (RecursionError, ValueError, LookupError, IndexError, TypeError) as error:
        raise UnreadableDocument(source, "is an e-mail too damaged to be read; save it anew") from error
    if not any(message.get(name) for name in _EXPECTED):
        raise UnreadableDocument(source, "holds no e-mail: there is no From, To, Subject or Date line at its start")
    builder = DocumentBuilder()
    title = _header(message, "Subject")
    try:
        _add_message(builder, message, source, 0)
    except RecursionError as error:
        raise UnreadableDocument(source, "is an e-mail with messages nested too deep to be read") from error
    return builder.document(id, title or title_from_name(source), source)


def _add_message(builder: DocumentBuilder, message: Message, source: str, depth: int) -> None:
    subject = _header(message, "Subject") or ("Attached message" if depth else "")
    builder.add("heading", subject, min(6, depth + 1))
    place = "attached message" if depth else ""
    for name in _SHOWN:
        if text := _header(message, name):
            builder.add("row", f"{name}: {text}", place=place)
    attached = list(_add_body(builder, message, source, place))
    for part in attached:
        inner = part.get_payload()
        if part.get_content_type() == "message/rfc822" and isinstance(inner, list) and inner and depth < _DEEPEST:
            _add_message(builder, inner[0], source, depth + 1)
        else:
            builder.add("row", f"Attachment: {_file_name(part) or part.get_content_type()}", place=place)


def _add_body(builder: DocumentBuilder, message: Message, source: str, place: str) -> Iterator[Message]:
    """Add what was written, and give what is attached to it."""
    bodies, attached = _parts(message)
    texts = [part for part in bodies if part.get_content_type() != "text/html"]
    for part in texts or bodies:
        text = _text(part, source)
        if part.get_content_type() == "text/html":
            add_html(Placed(builder, place=place, deeper=1), text)  # type: ignore[arg-type]
        else:
            _add_plain(builder, _unflowed(text) if part.get_param("format") == "flowed" else text, place)
    yield from attached


def _parts(message: Message) -> tuple[list[Message], list[Message]]:
    """The parts that are text to be read, of several ways to say the same the best one, and those attached."""
    if not message.is_multipart() or message.get_content_type() == "message/rfc822":
        kind = message.get_content_type()
        is_text = kind in ("text/plain", "text/html", "text/markdown", "text/enriched")
        is_attached = not is_text or message.get_content_disposition() == "attachment"
        return ([], [message]) if is_attached else ([message], [])
    found = [_parts(part) for part in message.get_payload() if isinstance(part, Message)]
    bodies = [body for inner, _ in found for body in inner]
    if message.get_content_type() == "multipart/alternative" and bodies:
        plain = [body for body in bodies if body.get_content_type() == "text/plain"]
        bodies = [body for body in plain if (body.get_payload(decode=True) or b"").strip()][:1] or bodies[-1:]
    return bodies, [part for _, attached in found for part in attached]


def _text(part: Message, source: str) -> str:
    data = part.get_payload(decode=True) or b""
    declared = str(part.get_content_charset() or "")
    if declared and _ESCAPED.search(declared):
        with contextlib.suppress(LookupError):
            return data.decode(declared, "replace").replace("\r\n", "\n")
    try:
        return decode(data, source, declared or None) if data.strip() else ""
    except UnreadableDocument:
        return data.decode("ascii", "replace")


def _add_plain(builder: DocumentBuilder, text: str, place: str) -> None:
    """Add a plain text, in which replies quoted from earlier messages and the signature have a place of their own."""
    body, separator, signature = cleaned(text).partition("\n-- \n")
    written, *earlier = _ORIGINAL.split(body)
    for quoted, run in [*_runs(written), *((True, part) for part in earlier)]:
        where = "quoted reply" if quoted else place
        for chunk in re.split(r"\n\s*\n", run):
            lines = chunk.strip().split("\n")
            if len(lines) > 1 and all(map(_HEADER_LINE.fullmatch, lines)):
                for line in lines:
                    builder.add("row", line, place=where)
            else:
                add_prose(builder, chunk, place=where)
    if separator:
        add_prose(builder, signature, place="signature")


def _runs(text: str) -> Iterator[tuple[bool, str]]:
    """The text in runs of lines that are quoted, without their marks, and lines that are not."""
    run: list[str] = []
    quoted = False
    for line in text.split("\n"):
        mark = _QUOTED.match(line)
        if bool(mark) != quoted and line.strip():
            yield quoted, "\n".join(run)
            run, quoted = [], bool(mark)
        run.append(line[mark.end() :] if mark else line)
    yield quoted, "\n".join(run)


def _unflowed(text: str) -> str:
    """A text of format=flowed (RFC 3676) with its lines joined where they end with a space."""
    return re.sub(r"(?<!^--) \n(?!>|\n)", " ", text, flags=re.MULTILINE)


def _header(message: Message, name: str) -> str:
    """A header as it reads, whatever way its letters are encoded."""
    value = next((str(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")
    # Bytes that no standard allows come as surrogates; mostly they are UTF-8.
    decoded = value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    with contextlib.suppress(MessageError, LookupError, ValueError, AttributeError):
        decoded = str(make_header(decode_header(decoded))) if "=?" in decoded else decoded
    return " ".join(cleaned(decoded).split())


def _file_name(part: Message) -> str:
    try:
        name = part.get_filename() or ""
        return " ".join(cleaned(str(make_header(decode_header(name)))).split())
    except (MessageError, LookupError, ValueError, TypeError):
        return ""

"""A message is read as its reader sees it: who, when, what was written, what is attached."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from blocks_of import parts, places, refusal

from corpus import Document
from corpus.mail import read_mail


def read(data: bytes | EmailMessage) -> Document:
    return read_mail(data if isinstance(data, bytes) else data.as_bytes(), "d", "inbox/the_meeting.eml")


def message(body: str, subject: str = "Plan", **headers: str) -> EmailMessage:
    made = EmailMessage()
    made["Subject"] = subject
    for name, value in headers.items():
        made[name] = value
    made.set_content(body)
    return made


def test_the_subject_is_the_title_and_the_headers_are_rows() -> None:
    document = read(
        message(
            "Hello Bob.\n\nThe meeting is on Friday. Bring the plans.\n\n- one\n- two\n",
            subject="Über die Zone",
            From="Ada Lövelace <ada@example.org>",
            To="bob@example.org",
            Date="Mon, 03 May 2021 10:00:00 +0200",
        )
    )
    assert document.title == "Über die Zone"
    assert parts(document) == [
        ("heading1", "Über die Zone"),
        ("row", "From: Ada Lövelace <ada@example.org>"),
        ("row", "To: bob@example.org"),
        ("row", "Date: Mon, 03 May 2021 10:00:00 +0200"),
        ("paragraph", "Hello Bob."),
        ("paragraph", "The meeting is on Friday. Bring the plans."),
        ("item1", "one"),
        ("item1", "two"),
    ]
    assert document.sections[0].headings == ()


def test_quoted_replies_and_the_signature_have_a_place_of_their_own() -> None:
    document = read(message("Yes.\n\nOn Sunday Bob wrote:\n> When is it?\n>> Older.\n\nBye.\n-- \nAda\nPhone: 12\n"))
    assert list(zip(parts(document), places(document), strict=True))[1:] == [
        (("paragraph", "Yes."), ""),
        (("paragraph", "On Sunday Bob wrote:"), ""),
        (("paragraph", "When is it?\nOlder."), "quoted reply"),
        (("paragraph", "Bye."), ""),
        (("paragraph", "Ada\nPhone: 12"), "signature"),
    ]


def test_what_outlook_puts_below_a_reply_is_quoted() -> None:
    document = read(message("Yes.\n\n-----Original Message-----\nFrom: Bob\nSent: Sunday\n\nWhen is it?\n"))
    assert list(zip(parts(document), places(document), strict=True))[2:] == [
        (("row", "From: Bob"), "quoted reply"),
        (("row", "Sent: Sunday"), "quoted reply"),
        (("paragraph", "When is it?"), "quoted reply"),
    ]


def test_plain_text_is_preferred_and_html_read_where_there_is_nothing_else() -> None:
    both = message("Plain.")
    both.add_alternative("<p>Rich.</p>", subtype="html")
    assert parts(read(both))[1:] == [("paragraph", "Plain.")]
    rich = EmailMessage()
    rich["Subject"] = "Rich"
    rich.set_content("<html><head><style>p{}</style></head><h1>Hi</h1><p>One &amp; two.</p></html>", subtype="html")
    assert parts(read(rich)) == [("heading1", "Rich"), ("heading2", "Hi"), ("paragraph", "One & two.")]


def test_attachments_are_named_and_a_message_within_is_a_section() -> None:
    outer = message("See below.")
    outer.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="Pläne.pdf")
    outer.add_attachment(message("It was so.", subject="Inner", From="c@example.org"))
    document = read(outer)
    assert parts(document)[1:] == [
        ("paragraph", "See below."),
        ("row", "Attachment: Pläne.pdf"),
        ("heading2", "Inner"),
        ("row", "From: c@example.org"),
        ("paragraph", "It was so."),
    ]
    assert places(document)[-1] == "attached message"


@pytest.mark.parametrize(
    ("head", "body", "text"),
    [
        (b"text/plain; charset=windows-1252", "Caf\u00e9 \u20ac 5.".encode("cp1252"), "Café € 5."),
        (b"text/plain; charset=iso-2022-jp", "日本語です。".encode("iso-2022-jp"), "日本語です。"),
        (b"text/plain; charset=nonsense", "Größe.".encode(), "Größe."),
        (b"text/plain; charset=us-ascii", "Größe.".encode(), "Größe."),
        (b"text/plain; format=flowed", b"One line \ngoes on.\nAnother.", "One line goes on.\nAnother."),
    ],
)
def test_bodies_are_decoded_whatever_they_say_of_themselves(head: bytes, body: bytes, text: str) -> None:
    data = b"Subject: A\nContent-Transfer-Encoding: 8bit\nContent-Type: " + head + b"\n\n" + body
    assert parts(read(data))[1:] == [("paragraph", text)]


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        (b"=?utf-8?Q?Gr=C3=BC=C3=9Fe?=", "Grüße"),
        (b"=?utf-8?B?R3LDvMOfZQ==?= =?utf-8?Q?_now?=", "Grüße now"),
        ("Grüße".encode(), "Grüße"),
        (b"=?utf-8?B?xxxxx?=", "=?utf-8?B?xxxxx?="),
        (b"=?nonsense?Q?x?=", "=?nonsense?Q?x?="),
        (b"two\n lines", "two lines"),
        (b"", "The meeting"),
    ],
)
def test_subjects_are_decoded_in_the_usual_ways_and_left_as_they_are_where_broken(subject: bytes, title: str) -> None:
    assert read(b"From: a@example.org\nSubject: " + subject + b"\n\nText.").title == title


def test_what_is_no_message_is_refused_in_one_line() -> None:
    expected = "holds no e-mail: there is no From, To, Subject or Date line at its start"
    assert refusal(read_mail, b"Dear all,\nthis is a letter.\n") == expected
    assert refusal(read_mail, b"\xd0\xcf\x11\xe0\x00\x00").startswith("holds binary data, not an e-mail")
    deep = b"Subject: x\nContent-Type: message/rfc822\n\n" * 5000
    assert refusal(read_mail, deep) == "is an e-mail too damaged to be read; save it anew"

"""Mailboxes and messages: the fields of each mail, and the report of the rest."""

from base64 import b64encode
from datetime import date

import pytest
from source_samples import kind_of, read, read_one
from tables import by_table

from indexer.item import ItemDate

HEAD = (
    b"From: Ann Lee <ann@news.example>\nTo: desk@news.example\nSubject: A quay\n"
    b"Date: Wed, 2 May 2018 23:30:00 -0500\nMessage-ID: <1@news.example>\n"
)


def mail(body: bytes = b"It opens.", headers: bytes = b"", head: bytes = HEAD) -> bytes:
    """Return a message."""
    return head + headers + b"\n" + body


def multipart(kind: str, *parts: bytes, boundary: str = "b") -> bytes:
    """Return the rest of the head and the body of a multipart message."""
    lines = [f"MIME-Version: 1.0\nContent-Type: multipart/{kind}; boundary={boundary}\n\nPreamble\n".encode()]
    lines += [f"--{boundary}\n".encode() + part + b"\n" for part in parts]
    return b"".join([*lines, f"--{boundary}--\n".encode()])


def part(kind: str, body: bytes, headers: bytes = b"") -> bytes:
    """Return a part of a message."""
    return f"Content-Type: {kind}\n".encode() + headers + b"\n" + body


PLAIN, HTML = part("text/plain", b"It opens."), part("text/html", b"<p>It <b>opens</b>.</p><p>Two.</p>")


@pytest.mark.parametrize(
    ("body", "paragraphs"),
    [
        (multipart("alternative", HTML, PLAIN), "It opens."),
        (multipart("alternative", part("text/plain", b" "), HTML), "It opens.|Two."),
        (
            multipart("mixed", multipart("alternative", PLAIN, HTML, boundary="c"), PLAIN),
            "It opens.|It opens.",
        ),
        (multipart("related", HTML), "It opens.|Two."),
        (multipart("mixed", part("message/rfc822", mail(b"Inner."))), "A quay|Inner."),
        (b"Content-Type: text/html; charset=utf-8\n\n<p>Caf&eacute;<br>Two.", "Café|Two."),
        (b"\n<p>It opens.</p><p>Two.</p>", "It opens.|Two."),
        (b"Content-Type: multipart/mixed\n\nNo boundary.", "No boundary."),
        (multipart("mixed", PLAIN).removesuffix(b"--b--\n"), "It opens."),
    ],
)
def test_the_text_of_several_parts_is_chosen(body: bytes, paragraphs: str) -> None:
    """The plain text is preferred; nested parts and a missing end are read."""
    assert "|".join(read_one(HEAD + body).paragraphs) == paragraphs


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (
            b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n",
            b"Fa=C3=A7=\nade.",
        ),
        (
            b"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n",
            b64encode("Façade.".encode()),
        ),
        (b"Content-Type: text/plain; charset=us-ascii\n", "Façade.".encode()),
        (b"Content-Type: text/plain; charset=iso-8859-1\n", "Façade.".encode()),
        (b"Content-Type: text/plain; charset=no-such\n", "Façade.".encode("latin-1")),
        (b"", "Façade.".encode("latin-1")),
    ],
)
def test_missing_or_wrong_charsets_are_detected(headers: bytes, body: bytes) -> None:
    """A text is decoded by its content."""
    assert read_one(mail(body, headers)).paragraphs == ("Façade.",)


def test_charsets_with_ambiguous_bytes_are_used_as_declared() -> None:
    """All bytes of ISO-2022-JP are ASCII."""
    headers = b"Content-Type: text/plain; charset=iso-2022-jp\n"
    assert read_one(mail("港です".encode("iso-2022-jp"), headers)).paragraphs == ("港です",)


@pytest.mark.parametrize(
    ("subject", "title"),
    [
        (b"=?utf-8?q?Fa=C3=A7ade?= open", "Façade open"),
        (b"=?utf-8?b?RmHDpw==?=\n =?utf-8?b?YWRl?=", "Façade"),
        (b"=?utf-8?q?Fa=C3?= =?utf-8?q?=A7ade?=", "Façade"),
        (b"=?iso-8859-1?Q?Fa=E7ade_=28new=29?=", "Façade (new)"),
        ("Façade".encode(), "Façade"),
        ("Façade".encode("latin-1"), "Façade"),
        (b"A\n long\n\tone", "A long one"),
        (b"=?x?y", "=?x?y"),
    ],
)
def test_subjects_are_decoded(subject: bytes, title: str) -> None:
    """Encoded words are merged if a character is split; raw bytes and folded lines are read."""
    assert read_one(mail(head=HEAD.replace(b"A quay", subject))).title == title


@by_table
def test_the_sender_is_the_author(sender: bytes, author: str) -> None:
    """The author is the name, else the address."""
    head = HEAD.replace(b"Ann Lee <ann@news.example>", sender)
    assert read_one(mail(head=head)).author == author


@pytest.mark.parametrize(
    ("stated", "day", "told"),
    [
        (
            b"Received: by a; Fri, 4 May 2018 01:00 +0000\nReceived: by b;\n Thu, 3 May 2018 04:30 +0000\n",
            3,
            0,
        ),
        (b"Date: soon\nReceived: by b; Thu, 3 May 2018 04:30:00 +0000\n", 3, 1),
        (b"Date: soon\n", 2, 1),
    ],
)
def test_missing_or_broken_days_are_inferred(stated: bytes, day: int, told: int) -> None:
    """The day comes from the first receipt of the mail, else from its line in the mailbox."""
    separator = b"From ann@news.example  Wed May  2 23:30:00 2018\n"
    head = b"From: ann@news.example\nMessage-ID: <1>\nSubject: A quay\n"
    items, skipped = read(separator + mail(headers=stated, head=head))
    assert items[0].date == ItemDate(date(2018, 5, day), date(2018, 5, day), "estimated")
    assert len(skipped) == told


@by_table
def test_other_files_are_no_mails(data: bytes) -> None:
    """Articles with a head, responses of servers and tables are none."""
    assert kind_of(data) in {None, "jsonl", "warc", "csv", "text"}

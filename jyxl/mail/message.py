"""A message as bytes, in the forms that old and new Chinese mail programs read.

The headers are written here and not by `email`, whose long file names (RFC 2231 alone) old
versions of QQ and Outlook show as tcmime.123.bin, and which folds From, which some servers
refuse. Equal letters give equal bytes.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from urllib.parse import quote

_WORD = 45
"""The most bytes of UTF-8 in an encoded word, which may have 75 letters."""
_LONGEST_SUBJECT = 200
_ADDRESS = re.compile(r"[!#$%&'*+/=?^_`{|}~.A-Za-z0-9-]{1,64}@[A-Za-z0-9.-]{1,255}")
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class Letter:
    """What is written to a unit.

    address, name: of the office; to: one address; a draft may have '' for both addresses; mark: the
    value of X-Jyxl; message_id, answers: with angle brackets, answers '' if it begins a thread;
    workbook: (its name, its bytes), if there is one.
    """

    address: str
    name: str
    to: str
    subject: str
    text: str
    message_id: str
    date: datetime
    mark: str
    answers: str = ""
    workbook: tuple[str, bytes] | None = None


def message(letter: Letter) -> bytes:
    """The whole message, with CRLF and nothing but ASCII.

    Raises ValueError if an address or an id is none; a subject or a name can hold anything.
    """
    lines = [*_headers(letter)]
    text = letter.text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\r\n")
    plain = [
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: base64",
        "",
        *_base64(text.encode(errors="replace")),
    ]
    if letter.workbook is None:
        lines += plain
    else:
        edge = "=_" + hashlib.sha256(letter.message_id.encode()).hexdigest()[:32]
        lines += [f'Content-Type: multipart/mixed; boundary="{edge}"', ""]
        lines += [f"--{edge}", *plain, f"--{edge}", *_attachment(*letter.workbook), f"--{edge}--"]
    return "\r\n".join([*lines, ""]).encode("ascii")


def is_address(text: str) -> bool:
    """True if a text can stand as an address, as long as the standard allows one to be."""
    return _ADDRESS.fullmatch(text) is not None


def is_id(text: str) -> bool:
    """True if a text can stand as a Message-ID, with its angle brackets, on one line."""
    return re.fullmatch(r"<[!-;=?-~]{1,300}>", text) is not None


def _headers(letter: Letter) -> Iterator[str]:
    for address in filter(None, (letter.address, letter.to)):
        if not is_address(address):
            raise ValueError(f"not an address: {address!r}")
    for token in filter(None, (letter.message_id, letter.answers)):
        if not is_id(token):
            raise ValueError(f"not a message id: {token!r}")
    if not re.fullmatch(r"[ -~]{1,300}", letter.mark):
        raise ValueError(f"not a mark: {letter.mark!r}")
    name = one_line(letter.name)
    shown = f"{' '.join(_words(name))} " if name else ""
    if letter.address:
        yield f"From: {shown}<{letter.address}>"
    if letter.to:
        yield f"To: <{letter.to}>"
    yield "Subject: " + "\r\n ".join(_words(one_line(letter.subject)[:_LONGEST_SUBJECT]))
    yield f"Date: {format_datetime(letter.date)}"
    yield f"Message-ID: {letter.message_id}"
    if letter.answers:
        yield f"In-Reply-To: {letter.answers}"
        yield f"References: {letter.answers}"
    yield f"X-Jyxl: {letter.mark}"
    yield "Auto-Submitted: auto-generated"
    yield "X-Auto-Response-Suppress: All"
    yield "MIME-Version: 1.0"


def _attachment(name: str, data: bytes) -> Iterator[str]:
    """The name stands twice: as encoded words, which old programs read, and by RFC 2231."""
    name = one_line(name)
    words = "\r\n ".join(_words(name))
    yield f'Content-Type: {_SHEET};\r\n name="{words}"'
    yield "Content-Transfer-Encoding: base64"
    yield f"Content-Disposition: attachment;\r\n filename*=utf-8''{quote(name, safe='')}"
    yield ""
    yield from _base64(data)


def one_line(text: str) -> str:
    """The text on one line: whatever cannot be seen, or would end a line, becomes a space."""
    seen = (" " if unicodedata.category(one)[0] in "CZ" else one for one in text)
    return " ".join("".join(seen).split())


def _words(text: str) -> list[str]:
    """The text as encoded words (RFC 2047), none of which divides a character."""
    chunks: list[bytes] = []
    for one in text:
        data = one.encode()
        if chunks and len(chunks[-1]) + len(data) <= _WORD:
            chunks[-1] += data
        else:
            chunks.append(data)
    return [f"=?utf-8?B?{base64.b64encode(chunk).decode('ascii')}?=" for chunk in chunks]


def _base64(data: bytes) -> list[str]:
    return base64.encodebytes(data).decode("ascii").splitlines()

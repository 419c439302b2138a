"""A message as a tree of parts, walked to its leaves: tolerant, bounded, and never recursive."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from jyxl.mail import words

MAX_DEPTH = 40
"""The most parts that may be inside each other."""
MAX_PARTS = 2000
"""The most leaves of a message that are looked at."""
MAX_HEAD = 2**20
"""The most bytes of the headers of a part."""
_LONGEST_HEADER = 2**16
_MOST_HEADERS = 2000

_BLANK = re.compile(rb"(?:\A|\n)\r*\n")
_FIELD = re.compile(rb"^([!-9;-~]{1,100})[ \t]*:[ \t]*", re.MULTILINE)
_KNOWN = frozenset(
    (
        *(b"from", b"to", b"cc", b"subject", b"date", b"received", b"return-path", b"message-id"),
        *(b"mime-version", b"content-type", b"delivered-to", b"reply-to", b"x-mailer", b"sender"),
        *(b"x-qq-mid", b"x-originating-ip", b"in-reply-to", b"references"),
        *(b"content-transfer-encoding", b"dkim-signature", b"authentication-results"),
    )
)
_CONTAINERS = ("message/rfc822", "message/global", "message/news")


@dataclass(frozen=True)
class Head:
    """The headers of a part, in their order: (name in small letters, bytes with folds)."""

    fields: tuple[tuple[str, bytes], ...]

    def get(self, name: str) -> bytes:
        """The bytes of the first header of this name; b'' if there is none."""
        return next((value for key, value in self.fields if key == name), b"")

    def text(self, name: str) -> str:
        return words.text_of(self.get(name))


@dataclass(frozen=True)
class Leaf:
    """A part that holds no parts. within: the types of what it is in, from the outside."""

    head: Head
    kind: str
    parameters: dict[str, str]
    disposition: str
    name: str
    data: bytes
    within: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """What it says, if it is text; the mark-up of a web page is left in."""
        return words.decoded(self.data[:_LONGEST_TEXT], self.parameters.get("charset", ""))


_LONGEST_TEXT = 300_000


@dataclass
class Walk:
    """What was met on the way. cut: what was not looked at, sentences in Chinese; enclosed: the
    headers of the messages inside the message."""

    cut: list[str] = field(default_factory=list)
    enclosed: list[Head] = field(default_factory=list)

    def tell(self, sentence: str) -> None:
        if sentence not in self.cut:
            self.cut.append(sentence)


def head_and_body(raw: bytes) -> tuple[Head, bytes]:
    """The headers of a message or part, and what comes after the blank line."""
    end = _BLANK.search(raw, 0, MAX_HEAD)
    if end is None:
        return _head(raw[:MAX_HEAD]), raw[MAX_HEAD:]
    return _head(raw[: end.start()]), raw[end.end() :]


def _head(block: bytes) -> Head:
    if block.startswith((b"From ", b">From ")):  # the line that an mbox puts first
        block = block.partition(b"\n")[2]
    found = list(_FIELD.finditer(block))[:_MOST_HEADERS]
    ends = [*(one.start() for one in found), len(block)][1:]
    return Head(
        tuple(
            (one[1].decode("ascii").lower(), block[one.end() : end][:_LONGEST_HEADER].strip())
            for one, end in zip(found, ends, strict=True)
        )
    )


def is_message(start: bytes) -> bool:
    """True if bytes begin like a message: with headers, two of them such as all messages have."""
    block = start[: 2**16].removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if not _FIELD.match(block) and not block.startswith((b"From ", b">From ")):
        return False
    end = _BLANK.search(block)
    names = {name.encode() for name, _ in _head(block[: end.start()] if end else block).fields}
    return b"x-document-type" not in names and len(names & _KNOWN) >= 2  # a web page of Office


def leaves(raw: bytes, walk: Walk) -> Iterator[Leaf]:
    """Every leaf in order, also those of messages inside the message.

    Of more than MAX_PARTS, the first are given; what is deeper than MAX_DEPTH is not opened.
    walk: is told about what was left out.
    """
    todo: list[tuple[bytes, tuple[str, ...], str]] = [(raw, (), "text/plain")]
    count = 0
    while todo:
        part, within, default = todo.pop()
        if len(within) > MAX_DEPTH:
            walk.tell(f"邮件一层套一层，超过了 {MAX_DEPTH} 层，再往里的没有看")
            continue
        head, body = head_and_body(part)
        kind, parameters = words.value_of(head.get("content-type"))
        if "/" not in kind:
            kind = default
        if within and within[-1] in _CONTAINERS:
            walk.enclosed.append(head)
        is_other = not within and not kind.startswith(("multipart/", "message/"))
        if is_other and _IN_A_TEXT.search(body, 0, MAX_HEAD):
            kind = UNLABELLED
        if kind.startswith("multipart/"):
            inside = _divided(body, parameters.get("boundary", "")) or _divided(body, "")
            if inside:
                below = _CONTAINERS[0] if kind == "multipart/digest" else "text/plain"
                todo.extend((one, (*within, kind), below) for one in reversed(inside))
                continue
        leaf = _leaf(head, kind, parameters, body, within)
        if leaf.data and (kind in _CONTAINERS or _is_enclosed(leaf)):
            todo.append((leaf.data.lstrip(b"\r\n"), (*within, _CONTAINERS[0]), "text/plain"))
            continue
        count += 1
        if count > MAX_PARTS:
            walk.tell(f"邮件里有 {MAX_PARTS} 个以上的部分，后面的没有看")
            return
        yield leaf


def _is_enclosed(leaf: Leaf) -> bool:
    """True if a part is a message that was attached as a file."""
    is_text = leaf.kind.startswith("text/") and not leaf.name
    is_report = leaf.kind.startswith("message/") or leaf.kind == "text/rfc822-headers"
    return not is_text and not is_report and is_message(leaf.data)


_IN_A_TEXT = re.compile(rb"^--[!-~]{1,70}[ \t]*\r?\nContent-[TD]", re.MULTILINE)
UNLABELLED = "multipart/unlabelled"
"""The type of a body with parts whose headers do not say so."""


def _divided(body: bytes, boundary: str) -> list[bytes]:
    """The parts of a multipart body, at most one more than MAX_PARTS; none if it has no boundary.

    A boundary that is not stated is the first line that begins like one.
    """
    if not boundary:
        guess = re.search(rb"^--([!-~]{1,70})[ \t]*\r?$", body[:MAX_HEAD], re.MULTILINE)
        if guess is None:
            return []
        mark = guess[1]
    else:
        mark = boundary.encode("ascii", "ignore")[:200]
    parts: list[bytes] = []
    start, is_closed = -1, True
    for before, after, is_last in _lines(body, b"--" + mark):
        if start >= 0:  # also after a last boundary that was not the last one
            parts.append(body[start:before])
            if len(parts) > MAX_PARTS:
                return parts
        start, is_closed = _after_line(body, after), is_last
    if not is_closed:  # it was cut off before its last boundary
        parts.append(body[start:])
    return parts


_AFTER = re.compile(rb"(--)?[ \t]{0,100}(?=[\r\n]|\Z)")


def _lines(body: bytes, mark: bytes) -> Iterator[tuple[int, int, bool]]:
    """Every line that is a boundary: where what is before it ends, where its text ends, and
    whether it is the last one."""
    at = body.find(mark)
    while at >= 0:
        found = _AFTER.match(body, at + len(mark))
        if found and (at == 0 or body[at - 1 : at] in (b"\r", b"\n")):
            before = max(at - 1, 0)
            if body[max(at - 2, 0) : at] == b"\r\n":
                before = at - 2
            yield before, found.end(), bool(found[1])
        at = body.find(mark, at + len(mark))


def _after_line(body: bytes, at: int) -> int:
    """The position after the end of the line; a part without headers begins with a blank one."""
    while body[at : at + 1] == b"\r":
        at += 1
    return at + (body[at : at + 1] == b"\n")


def _leaf(
    head: Head, kind: str, parameters: dict[str, str], body: bytes, within: tuple[str, ...]
) -> Leaf:
    disposition, more = words.value_of(head.get("content-disposition"))
    name = words.file_name(more, parameters)
    way = head.get("content-transfer-encoding").split(b";")[0].strip().lower().strip(b"\"'")
    data = _contents(way, body)
    return Leaf(head, kind, parameters, disposition, name, data, within)


def _contents(way: bytes, body: bytes) -> bytes:
    """The bytes of a body. What was labelled wrongly is recognised by how it begins."""
    if body.startswith(BINARY):
        return body
    if way == b"base64" or (way != b"quoted-printable" and body.lstrip().startswith(_IN_BASE64)):
        return words.base64(body)
    if way == b"quoted-printable":
        return binascii.a2b_qp(body)
    if way in (b"x-uuencode", b"uuencode", b"x-uue", b"uue"):
        return next((data for _, data in uuencoded(body)), body)
    return body


BINARY = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
_IN_BASE64 = (b"UEsDB", b"0M8R4KGxGuE")
"""How the same begins in base64."""
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} ([^\r\n]{1,300})\r?\n", re.MULTILINE)


def uuencoded(body: bytes) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of the files that stand in a text as old programs put them there."""
    at = 0
    while begin := _UU_BEGIN.search(body, at):
        data = bytearray()
        at = begin.end()
        while at < len(body):
            end = body.find(b"\n", at) + 1 or len(body)
            line = body[at:end].rstrip()
            try:
                piece = binascii.a2b_uu(line)
            except binascii.Error:
                break
            if not piece:
                break
            data += piece
            at = end
        if data:
            yield words.text_of(begin[1]), bytes(data)

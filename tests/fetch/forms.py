"""Messages as real programs write them: small functions from texts and files to bytes."""

from __future__ import annotations

import base64
from urllib.parse import quote


def encoded(text: str, charset: str, codec: str | None = None) -> str:
    """An encoded word. codec: the true encoding, if the label is only near it."""
    return f"=?{charset}?B?{base64.b64encode(text.encode(codec or charset)).decode()}?="


def head(
    sender: str = "fgj@unit.test",
    subject: str = "年报",
    when: str = "Mon, 10 Jan 2022 09:00:00 +0800",
    message_id: str = "<1@unit.test>",
    more: str = "",
) -> str:
    return (
        f"From: {encoded('张三', 'utf-8')} <{sender}>\r\nTo: office@county.test\r\n"
        f"Subject: {encoded(subject, 'gb18030')}\r\nDate: {when}\r\n"
        f"Message-ID: {message_id}\r\nMIME-Version: 1.0\r\n{more}"
    )


def in_base64(data: bytes) -> str:
    return base64.encodebytes(data).decode().rstrip("\n").replace("\n", "\r\n")


def part(data: bytes, names: bytes | str = b"", kind: str = "application/octet-stream") -> bytes:
    """A part in base64. names: its lines of Content-Disposition, as they are to stand there."""
    lines = names if isinstance(names, bytes) else names.encode()
    return (
        f"Content-Type: {kind}\r\nContent-Transfer-Encoding: base64\r\n".encode()
        + (lines + b"\r\n" if lines else b"")
        + b"\r\n"
        + in_base64(data).encode()
    )


def text(words: str = "请查收。", kind: str = "text/plain", charset: str = "gb2312") -> bytes:
    return (
        f"Content-Type: {kind}; charset={charset}\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{in_base64(words.encode('gb18030' if charset.startswith('gb') else charset))}"
    ).encode()


def mixed(start: str, *parts: bytes, kind: str = "mixed", edge: str = "edge") -> bytes:
    """A message of several parts."""
    lines = [start.encode() + f'Content-Type: multipart/{kind}; boundary="{edge}"\r\n'.encode()]
    lines += [f"--{edge}\r\n".encode() + one for one in parts]
    return b"\r\n".join([*lines, f"--{edge}--".encode(), b""])


def attached(name: str) -> str:
    """Content-Disposition as most programs write it."""
    return f"Content-Disposition: attachment; filename*=UTF-8''{quote(name)}"


def mail(data: bytes, name: str = "年报.xlsx", **about: str) -> bytes:
    """A plain message with one file."""
    return mixed(head(**about), text(), part(data, attached(name)))


def forwarded(raw: bytes, start: str) -> bytes:
    """A message that encloses another one."""
    return mixed(start, text("转发"), b"Content-Type: message/rfc822\r\n\r\n" + raw)


def bounce(raw: bytes, address: str, start: str, action: str = "failed") -> bytes:
    """A report that a message could not be delivered, which encloses it."""
    status = (
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.test\r\n\r\n"
        f"Final-Recipient: rfc822; {address}\r\nAction: {action}\r\nStatus: 5.1.1\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n"
    ).encode()
    enclosed = b"Content-Type: message/rfc822\r\n\r\n" + raw
    return mixed(
        start, text("Undelivered"), status, enclosed, kind='report; report-type="delivery-status"'
    )


def web_bounce(address: str, mark: str, message_id: str, start: str) -> bytes:
    """A bounce as large Chinese providers write it: a web page from a program, nothing else."""
    words = (
        f"<html><body><h3>系统退信</h3><p>收件人 {address} 不存在</p>"
        f"<pre>550 User not found\r\nMessage-ID: {message_id}\r\nX-Jyxl: {mark}\r\n</pre></body></html>"
    )
    return start.encode() + text(words, "text/html", "utf-8")

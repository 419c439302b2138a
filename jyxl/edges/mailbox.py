"""A mailbox to read from, by IMAP or POP3: what the two have in common, and what goes wrong."""

from __future__ import annotations

import socket
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from jyxl.edges import tls
from jyxl.edges.mail_settings import Mail, Server
from jyxl.mail import words
from jyxl.problem import Problem

TIMEOUT = 60.0
"""The seconds that a server may take to answer."""
MAX_BYTES = 64 * 2**20
"""The most bytes of a message that is fetched."""


class Unreachable(Problem):
    """The server cannot be reached, or the connection to it was lost."""


class Unread(Problem):
    """One message could not be fetched; the others can be."""


@dataclass(frozen=True)
class Waiting:
    """A message that has not been fetched. uid: its number in the folder, which never means
    another message as long as uidvalidity is the same; size: in bytes, as the server says."""

    uid: int
    size: int


class Mailbox(Protocol):
    """An open folder of a mailbox. Nothing in it is ever changed, not even marked as read."""

    @property
    def uidvalidity(self) -> int: ...

    def waiting(self, since: date, known: Collection[int]) -> list[Waiting]:
        """The messages that came on this day or later, but for those that are known, in the
        order in which they came. Raises Unreachable."""

    def message(self, uid: int) -> tuple[bytes, str]:
        """The bytes of a message, and when it came: ISO, to the second, in local time, '' if
        the server does not say. Raises Unread and Unreachable."""

    def folders(self) -> list[str]:
        """The names of the folders that there are."""


def stated(mail: Mail) -> Server:
    """The server that mail is fetched from. Raises Problem if the settings name none."""
    if mail.imap is None:
        raise Problem(
            "[mail] 里没有写收信的服务器；请加一行 imap，如 imap = "
            '"imaps://imap.example.cn:993"（或 pop3s://…:995），名字请问管邮箱的人。'
        )
    return mail.imap


def reply(error: BaseException) -> str:
    """What the server said, on one line, whatever its encoding."""
    said = error.args[0] if error.args else ""
    if isinstance(said, bytes):
        return words.text_of(said)
    text = words.text_of(str(said))
    return text.removeprefix("b'").removesuffix("'")[:200]


def no_login(mail: Mail, server: Server, said: str) -> Problem:
    """The sentence that the server refuses the login."""
    secret = mail.provider.secret
    return Problem(
        f"{server.host} 不让 {mail.user} 登录（服务器说：{said or '没有说原因'}）；"
        f"请核对 [mail] 的 address（或 user）和{secret}。{mail.provider.note}"
    )


def why(error: Exception, server: Server) -> str:
    """Why a server cannot be reached, in words, and what else can be done."""
    is_closed = isinstance(error, (TimeoutError, ConnectionRefusedError, socket.gaierror))
    return f"{tls.words(server, error)}。{_FILES if is_closed else ''}"


_FILES = "连不上也可以用文件：在网页邮箱里把邮件另存为 .eml，放进“回收”。"

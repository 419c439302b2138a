"""A folder of an IMAP mailbox, opened for reading alone.

Only the simplest commands are used, and only in ASCII: large Chinese providers answer others
wrongly, or not at all.
"""

from __future__ import annotations

import contextlib
import imaplib
from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError, LoginError

from jyxl import __version__
from jyxl.edges import mailbox
from jyxl.edges.mail_settings import Mail, Server
from jyxl.edges.mailbox import Unreachable, Unread, Waiting
from jyxl.mail import mark
from jyxl.problem import Problem

_AT_A_TIME = 200
"""How many sizes are asked for at a time."""
_SENT = ("Sent", "Sent Messages", "Sent Items", "已发送", "已发送邮件")
"""What the folder of sent messages is called where the server does not mark it."""
_NOBODYS = "0" * 32
"""A key that no message has."""
_LOST = (OSError, imaplib.IMAP4.abort)
_REFUSED = (IMAPClientError, imaplib.IMAP4.error)


@contextlib.contextmanager
def opened(mail: Mail, server: Server, password: str) -> Iterator[Folder]:
    """The folder that the settings name. Raises Problem."""
    with _session(mail, server, password) as client:
        yield Folder(client, server, _examined(client, mail, server))


@contextlib.contextmanager
def _session(mail: Mail, server: Server, password: str) -> Iterator[IMAPClient]:
    """A connection that is logged in, and out at the end. Raises Problem."""
    client = _connected(mail, server)
    try:
        _log_in(client, mail, server, password)
        yield client
    finally:
        with contextlib.suppress(Exception):
            client.logout()
        with contextlib.suppress(Exception):  # after a lost connection, logout leaves it open
            client.shutdown()


def _connected(mail: Mail, server: Server) -> IMAPClient:
    try:
        return IMAPClient(
            server.host,
            server.port,
            ssl=True,
            ssl_context=mail.context(),
            timeout=SocketTimeout(20, mailbox.TIMEOUT),
        )
    except (*_LOST, *_REFUSED) as error:
        raise Unreachable(mailbox.why(error, server)) from error


def _log_in(client: IMAPClient, mail: Mail, server: Server, password: str) -> None:
    try:
        client.login(mail.user, password)
        if client.has_capability("ID"):  # without it, 163 and 126 do not open a folder
            with contextlib.suppress(IMAPClientError):
                client.id_({"name": "jyxl", "version": __version__})
    except UnicodeError as error:
        raise mailbox.no_login(mail, server, "用户名或密码里有英文以外的字符") from error
    except LoginError as error:
        raise mailbox.no_login(mail, server, mailbox.reply(error)) from error
    except _LOST as error:
        raise Unreachable(mailbox.why(error, server)) from error
    except _REFUSED as error:
        raise mailbox.no_login(mail, server, mailbox.reply(error)) from error


def _examined(client: IMAPClient, mail: Mail, server: Server) -> int:
    """Opens the folder with EXAMINE; gives its UIDVALIDITY."""
    try:
        answer = client.select_folder(mail.folder, readonly=True)
        return int(answer.get(b"UIDVALIDITY", 0))
    except _LOST as error:
        raise Unreachable(mailbox.why(error, server)) from error
    except _REFUSED as error:
        said = mailbox.reply(error)
        names = _folders(client)
        if mail.folder in names or not names:
            raise Problem(
                f"{server.host} 不让打开文件夹“{mail.folder}”（服务器说：{said}）；"
                "请在网页邮箱里看看是不是要先允许邮件程序登录。"
            ) from error
        raise Problem(
            f"邮箱里没有文件夹“{mail.folder}”；有的是：{'、'.join(names)}。请改 [mail] 的 folder。"
        ) from error


def among_sent(mail: Mail, server: Server, password: str, keys: Iterable[str]) -> set[str]:
    """Which of these keys of messages of ours are in the folder of sent ones. Raises Problem if
    nobody can tell; a provider need not keep what programs send."""
    with _session(mail, server, password) as client:
        try:
            folders = client.list_folders()
            marked = [name for flags, _, name in folders if b"\\Sent" in flags]
            named = [name for _, _, name in folders if name in _SENT]
            if not (marked or named):
                return set()
            client.select_folder((marked or named)[0], readonly=True)
            if client.search(["HEADER", mark.HEADER, _NOBODYS]):
                return set()  # the server does not look at what is asked
            return {key for key in keys if client.search(["HEADER", mark.HEADER, key])}
        except (*_LOST, *_REFUSED, ValueError, TypeError) as error:
            raise Unreachable(mailbox.why(error, server)) from error


def _folders(client: IMAPClient) -> list[str]:
    try:
        return [str(name) for _, _, name in client.list_folders()]
    except (*_LOST, *_REFUSED):
        return []


class Folder:
    """An open folder, which `mailbox.Mailbox` describes."""

    def __init__(self, client: IMAPClient, server: Server, uidvalidity: int) -> None:
        self._client = client
        self._server = server
        self.uidvalidity = uidvalidity

    def folders(self) -> list[str]:
        return _folders(self._client)

    def waiting(self, since: date, known: Collection[int]) -> list[Waiting]:
        try:
            found = self._client.search(["SINCE", since])
            new = sorted(int(uid) for uid in found if int(uid) not in known)
            sizes: dict[int, int] = {}
            for at in range(0, len(new), _AT_A_TIME):
                answer = self._client.fetch(new[at : at + _AT_A_TIME], ["RFC822.SIZE"])
                sizes |= {uid: int(one.get(b"RFC822.SIZE") or 0) for uid, one in answer.items()}
        except Exception as error:  # the library fails in many ways at what servers send
            raise Unreachable(mailbox.why(error, self._server)) from error
        return [Waiting(uid, sizes[uid]) for uid in new if uid in sizes]

    def message(self, uid: int) -> tuple[bytes, str]:
        try:
            answer = self._client.fetch([uid], ["BODY.PEEK[]", "INTERNALDATE"])
        except _LOST as error:
            raise Unreachable(mailbox.why(error, self._server)) from error
        except Exception as error:  # as above
            raise Unread(f"服务器给的内容读不懂（{mailbox.reply(error)}）") from error
        one: dict[bytes, Any] = answer.get(uid) or {}
        raw, came = one.get(b"BODY[]"), one.get(b"INTERNALDATE")
        if not isinstance(raw, bytes):
            raise Unread("服务器没有给出内容")
        arrived = came.isoformat(timespec="seconds") if isinstance(came, datetime) else ""
        return raw, arrived[:19]

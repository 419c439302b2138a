"""A POP3 mailbox, read and left as it is: what is there is neither deleted nor marked."""

from __future__ import annotations

import contextlib
import hashlib
import poplib
from collections.abc import Collection, Iterator
from datetime import date

from jyxl.edges import mailbox
from jyxl.edges.mail_settings import Mail, Server
from jyxl.edges.mailbox import Unreachable, Unread, Waiting
from jyxl.mail import letter

poplib._MAXLINE = 2**20  # type: ignore[attr-defined]
"""Web pages in messages have lines beyond the 2,048 bytes at which the library gives up."""


@contextlib.contextmanager
def opened(mail: Mail, server: Server, password: str) -> Iterator[Box]:
    """The mailbox. Raises Problem."""
    try:
        client = poplib.POP3_SSL(
            server.host, server.port, timeout=mailbox.TIMEOUT, context=mail.context()
        )
    except (OSError, EOFError, poplib.error_proto) as error:
        raise Unreachable(mailbox.why(error, server)) from error
    try:
        try:
            client.user(mail.user)
            client.pass_(password)
        except UnicodeError as error:
            raise mailbox.no_login(mail, server, "用户名或密码里有英文以外的字符") from error
        except poplib.error_proto as error:
            raise mailbox.no_login(mail, server, mailbox.reply(error)) from error
        except (OSError, EOFError) as error:
            raise Unreachable(mailbox.why(error, server)) from error
        yield Box(client, server)
    finally:
        with contextlib.suppress(Exception):
            client.quit()


class Box:
    """An open mailbox, which `mailbox.Mailbox` describes. Its uids are digests of the unique ids
    that POP3 gives, and are the same in every session."""

    uidvalidity = 0

    def __init__(self, client: poplib.POP3_SSL, server: Server) -> None:
        self._client = client
        self._server = server
        self._number: dict[int, int] = {}

    def folders(self) -> list[str]:
        return ["INBOX"]

    def waiting(self, since: date, known: Collection[int]) -> list[Waiting]:
        try:
            for line in self._client.uidl()[1]:
                number, _, uid = line.partition(b" ")
                self._number[_uid(uid)] = int(number)
            sizes = {int(n): int(size) for n, size in map(bytes.split, self._client.list()[1])}
            return [
                Waiting(uid, sizes.get(number, 0))
                for uid, number in self._number.items()
                if uid not in known and self._is_recent(number, since)
            ]
        except (OSError, EOFError, poplib.error_proto, ValueError) as error:
            raise Unreachable(mailbox.why(error, self._server)) from error

    def _is_recent(self, number: int, since: date) -> bool:
        """True unless the headers say that a message came earlier."""
        try:
            head = b"\r\n".join(self._client.top(number, 0)[1])
        except poplib.error_proto:
            return True
        sent = letter.sent(head)
        return not sent or sent[:10] >= since.isoformat()

    def message(self, uid: int) -> tuple[bytes, str]:
        try:
            lines = self._client.retr(self._number[uid])[1]
        except poplib.error_proto as error:
            if "line too long" in str(error):  # what follows is no longer understood
                raise Unreachable(mailbox.why(error, self._server)) from error
            raise Unread(f"服务器没有给出内容（{mailbox.reply(error)}）") from error
        except (OSError, EOFError) as error:
            raise Unreachable(mailbox.why(error, self._server)) from error
        raw = b"\r\n".join([*lines, b""])
        return raw, letter.sent(raw)


def _uid(text: bytes) -> int:
    return int(hashlib.sha256(text.strip()).hexdigest()[:12], 16)

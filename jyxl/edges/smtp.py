"""The mail server that takes what is sent: one message at a time, and what became of it."""

from __future__ import annotations

import base64
import contextlib
import smtplib
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from jyxl.edges import tls
from jyxl.edges.mail_settings import Mail, Server
from jyxl.mail import message, words
from jyxl.problem import Problem

_PER_CONNECTION = 10
"""Providers close a connection that brings more messages than that."""
_TO_CONNECT, _TO_ANSWER, _TO_PART = 30, 120, 5
"""Seconds."""
_LONGEST_REPLY = 200
_FREQUENT = ("frequen", "too many", "daily", "频率", "频繁", "次数", "上限")
"""What servers say if somebody sends too much: whoever goes on then is locked out."""


class Stop(Problem):
    """Nothing more can be sent in this run."""


@dataclass(frozen=True)
class Taken:
    """The server has the message. reply: what it said."""

    reply: str


@dataclass(frozen=True)
class Refused:
    """The server does not take the message. why: what it said, with its code; code: 5xx."""

    why: str
    code: int


@dataclass(frozen=True)
class Later:
    """The message was not taken now: the server asks to wait, or the connection was lost before
    the text was sent. alone: it is about this recipient, others may fare better."""

    why: str
    alone: bool = False


@dataclass(frozen=True)
class Unanswered:
    """The text was sent, and then the connection was lost: nobody knows whether it was taken."""

    why: str


Answer = Taken | Refused | Later | Unanswered


class Outbox:
    """A connection to the server of an office, opened when it is needed."""

    def __init__(self, mail: Mail, password: str) -> None:
        if mail.smtp is None:
            raise Problem("jyxl.toml 的 [mail] 里没有写 smtp；请问管邮箱的人，如 smtps://…:465。")
        self._mail, self._password, self._server = mail, password, mail.smtp
        self._context = mail.context()
        self._smtp: smtplib.SMTP | None = None
        self._count = 0

    def deliver(self, to: str, data: bytes, begin: Callable[[], None]) -> Answer:
        """Send one message to one address. begin: is called when the server has accepted the
        recipient, right before the text is sent. Raises Stop."""
        begun = False
        try:
            smtp = self._connected()
            if refusal := self._addressed(smtp, to, len(data)) or self._asked(smtp):
                return refusal
            begin()
            begun = True
            smtp.send(data.replace(b"\r\n.", b"\r\n..") + b".\r\n")
            code, said = smtp.getreply()
            self._count += 1
        except (smtplib.SMTPException, OSError) as error:
            self.close()
            why = tls.words(self._server, error)
            return Unanswered(why) if begun else Later(why)
        if code // 100 == 2:
            if self._count >= _PER_CONNECTION:
                self.close()
            return Taken(self._decoded(said))
        return self._refusal(code, said)

    def test(self) -> Iterator[str]:
        """Go through everything but sending; gives a sentence for each step that succeeded.
        Raises Problem, which says what is wrong."""
        try:
            smtp = self._opened()
        except (smtplib.SMTPException, OSError) as error:
            raise Problem(f"{tls.words(self._server, error)}。") from error
        try:
            yield f"连上了 {self._server}，证书可信。"
            self._log_in(smtp)
            yield f"{self._mail.user} 登录成功。"
            refusal = self._addressed(smtp, self._mail.address, 1000)
            if refusal is not None:
                raise Problem(f"服务器不让 {self._mail.address} 发信：{refusal.why}。")
            yield f"可以用 {self._mail.address} 发信（没有真的发）。"
        except (smtplib.SMTPException, OSError) as error:
            raise Problem(f"{tls.words(self._server, error)}。") from error
        finally:
            self.close(smtp)

    def close(self, smtp: smtplib.SMTP | None = None) -> None:
        """Leave the server; the next message opens a new connection."""
        open_, self._smtp, self._count = smtp or self._smtp, None, 0
        if open_ is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                if open_.sock is not None:
                    open_.sock.settimeout(_TO_PART)
                open_.quit()
            with contextlib.suppress(OSError):
                open_.close()

    def _connected(self) -> smtplib.SMTP:
        if self._smtp is None:
            smtp = self._opened()
            try:
                self._log_in(smtp)
            except BaseException:
                self.close(smtp)
                raise
            self._smtp, self._count = smtp, 0
            if smtp.sock is not None:
                smtp.sock.settimeout(_TO_ANSWER)
        return self._smtp

    def _opened(self) -> smtplib.SMTP:
        """A connection by TLS. Raises Stop if that can never succeed."""
        server: Server = self._server
        here = "[127.0.0.1]"  # the name of this computer is nobody's business, nor always ASCII
        try:
            if server.scheme == "smtps":
                return smtplib.SMTP_SSL(
                    server.host, server.port, here, timeout=_TO_CONNECT, context=self._context
                )
            smtp = smtplib.SMTP(server.host, server.port, here, timeout=_TO_CONNECT)
            try:
                smtp.starttls(context=self._context)
                smtp.ehlo()
            except BaseException:
                smtp.close()
                raise
        except smtplib.SMTPNotSupportedError as error:
            raise Stop(
                f"{server} 不提供加密（STARTTLS），没有登录；请改用 smtps://…:465。"
            ) from error
        except (ssl.SSLError, socket.gaierror) as error:
            raise Stop(f"{tls.words(server, error)}。") from error
        return smtp

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        """Raises Stop if the login is refused, which no second try can change."""
        try:
            smtp.login(self._mail.user, self._password)
        except UnicodeEncodeError as error:
            secret = self._mail.provider.secret
            raise Stop(f"{secret}或用户名里有中文或全角字符；请重新输入。") from error
        except smtplib.SMTPNotSupportedError as error:
            raise Stop(self._no_password()) from error
        except smtplib.SMTPAuthenticationError as error:
            said = self._decoded(error.smtp_error)
            if error.smtp_code // 100 == 4:
                raise
            raise Stop(
                f"{self._mail.user} 登录不上（{error.smtp_code} {said}）："
                f"用户名或{self._mail.provider.secret}不对。{self._mail.provider.note}"
            ) from error
        except smtplib.SMTPException as error:
            if type(error) is not smtplib.SMTPException:
                raise
            raise Stop(self._no_password()) from error  # it offers no way that smtplib knows

    def _no_password(self) -> str:
        note = self._mail.provider.note
        return f"{self._server} 不接受用密码登录；请问管邮箱的人。{note}"

    def _addressed(self, smtp: smtplib.SMTP, to: str, size: int) -> Refused | Later | None:
        """MAIL and RCPT; None if the server takes both addresses."""
        smtp.ehlo_or_helo_if_needed()
        options = [f"size={size}"] if smtp.has_extn("size") else []
        code, said = smtp.mail(self._mail.address, options)
        if code // 100 == 5 and code != 552:  # it is not about this message
            raise Stop(f"服务器不让 {self._mail.address} 发信：{self._why(code, said)}。")
        if code // 100 == 2:
            code, said = smtp.rcpt(to)
            if code // 100 == 4 and code != 421:
                self.close()
                return Later(self._why(code, said), alone=True)
        return None if code // 100 == 2 else self._refusal(code, said)

    def _asked(self, smtp: smtplib.SMTP) -> Refused | Later | None:
        """DATA; None if the server waits for the text."""
        smtp.putcmd("data")
        code, said = smtp.getreply()
        return None if code == 354 else self._refusal(code, said)

    def _refusal(self, code: int, said: bytes) -> Refused | Later:
        """What a refusal means. Raises Stop if going on would only make things worse."""
        why = self._why(code, said)
        low = why.lower()
        if code // 100 == 5 and code != 552 and any(one in low for one in _FREQUENT):
            raise Stop(f"服务器说发得太多了：{why}。请过几个小时（或明天）再运行一次。")
        self.close()  # whatever state the server is in now, the next message begins anew
        return Refused(why, code) if code // 100 == 5 else Later(why)

    def _why(self, code: int, said: bytes) -> str:
        return f"{code} {self._decoded(said)}".strip()

    def _decoded(self, said: bytes | str) -> str:
        """A reply as one short line, without our password, should the server repeat it."""
        text = said if isinstance(said, str) else words.decoded(said)
        for secret in (self._password, base64.b64encode(self._password.encode()).decode("ascii")):
            text = text.replace(secret, "***")
        return message.one_line(text)[:_LONGEST_REPLY]

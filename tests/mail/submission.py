"""A mail server that takes messages from an office, as providers do, with faults to order."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
import subprocess
import warnings
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from jyxl.edges.serving import serving as running

OFFICE, CODE = "office@county.test", "QWERTYUIOPASDFGH"
GBK_535 = "535 登录失败，请用授权码".encode("gbk")


@dataclass
class Submission:
    """What the server does and has seen.

    login: the user and the password that it accepts. faults: address → what to answer to its next messages, one after another: a reply that
    begins with the stage, as "rcpt 450 busy", "data 554 no", "mail 553 no"; "cut rcpt" closes
    the connection before the text, "cut data" after it has been taken, "cut before" without
    taking it. call: is called with the address when a text has been taken, before the answer.
    """

    login: tuple[str, str] = (OFFICE, CODE)
    inbox: list[tuple[str, bytes]] = field(default_factory=list)
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    greeting: str = ""
    connections: int = 0
    logins: list[tuple[bytes, bytes]] = field(default_factory=list)
    call: Callable[[str], None] = lambda _: None

    def messages(self) -> list[tuple[str, EmailMessage]]:
        """(address, message) of all that was taken."""
        return [(to, read(data)) for to, data in self.inbox]

    def fault(self, to: str, stage: str) -> str:
        """The reply that is ordered for this stage of the next message to an address."""
        planned = self.faults[to]
        if not planned:
            return ""
        first, _, rest = planned[0].partition(" ")
        if first == "cut":
            if rest == stage or (rest == "before" and stage == "data"):
                planned.pop(0)
                return f"cut {rest}"
        elif first == stage:
            planned.pop(0)
            return rest
        return ""

    # What aiosmtpd calls.

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, name: str, replies: list[str]
    ) -> list[str]:
        session.host_name = name
        self.connections += 1
        return ["421 too busy"] if self.greeting else replies

    async def auth_PLAIN(self, server: SMTP, args: list[str]) -> AuthResult:
        _, user, code = base64.b64decode(args[1]).split(b"\0")
        self.logins.append((user, code))
        if (user.decode(), code.decode()) == self.login:
            return AuthResult(success=True, auth_data=user)
        await server.push(GBK_535)
        return AuthResult(success=False, handled=True)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.encode() != session.auth_data:
            return "553 Mail from must equal authorized user"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self.fault(address, "rcpt")
        if reply.startswith("cut"):
            cast("Any", server.transport).abort()
        elif reply:
            return reply
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        (to,) = envelope.rcpt_tos
        reply = self.fault(to, "data")
        if reply and reply != "cut data":
            if reply == "cut before":
                cast("Any", server.transport).abort()
            return reply
        self.inbox.append((to, cast("bytes", envelope.original_content)))
        self.call(to)
        if reply:
            cast("Any", server.transport).abort()
        return "250 OK queued as 1"


def read(data: bytes) -> EmailMessage:
    return cast("EmailMessage", message_from_bytes(data, policy=policy.default))


@dataclass(frozen=True)
class Authority:
    """A certificate authority of the tests: its certificate, and one for localhost."""

    ca: Path
    cert: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.cert, self.key)
        return context


def authority(folder: Path, host: str = "localhost", days: int = 30) -> Authority:
    """An authority and its certificate for a host, made by openssl."""
    folder.mkdir(parents=True, exist_ok=True)

    def run(*command: str) -> None:
        subprocess.run(["openssl", *command], cwd=folder, check=True, capture_output=True)

    new = ("-newkey", "rsa:2048", "-nodes")
    run("req", "-x509", *new, "-days", "30", "-subj", "/CN=test authority", "-keyout", "ca.key",
        "-out", "ca.pem", "-addext", "keyUsage=critical,keyCertSign,cRLSign")  # fmt: skip
    run("req", *new, "-subj", f"/CN={host}", "-keyout", "key.pem", "-out", "request.pem")
    (folder / "names").write_text(
        f"subjectAltName=DNS:{host}\nbasicConstraints=CA:FALSE\n"
        "subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n"
    )
    run("x509", "-req", "-in", "request.pem", "-CA", "ca.pem", "-CAkey", "ca.key",
        "-CAcreateserial", "-days", str(days), "-extfile", "names", "-out", "cert.pem")  # fmt: skip
    return Authority(folder / "ca.pem", folder / "cert.pem", folder / "key.pem")


@contextlib.contextmanager
def serving(
    submission: Submission, context: ssl.SSLContext, starttls: bool = False
) -> Iterator[int]:
    """Run the server on a free port of localhost, which this gives. starttls: TLS begins when
    the client asks for it."""
    options: dict[str, Any] = {
        "hostname": "mail.test",
        "auth_required": True,
        "auth_exclude_mechanism": ["LOGIN"],
        "data_size_limit": 2_000_000,
        **(
            {"tls_context": context, "require_starttls": True}
            if starttls
            else {"auth_require_tls": False}
        ),
    }

    def start(loop: asyncio.AbstractEventLoop) -> Coroutine[Any, Any, asyncio.Server]:
        def protocol() -> SMTP:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # it warns that AUTH needs TLS, which there is
                return SMTP(submission, loop=loop, **options)

        return loop.create_server(protocol, "127.0.0.1", 0, ssl=None if starttls else context)

    with running(start) as port:
        yield port

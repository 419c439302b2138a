"""A proxy by TLS in front of an IMAP server, which behaves like that of 163: no folder is opened
before the client has sent ID, and the newer commands are not there.

What a client says is kept, so that a test can tell whether it asked for anything that changes the
mailbox. A connection can be cut after so many messages.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field

from jyxl.edges.serving import serving
from tests.fetch.dovecot import Dovecot

_COMMAND = re.compile(rb"(\S+) (?:UID )?([A-Za-z]+)")
_NOT_OFFERED = (b"MOVE", b"UIDPLUS", b"IDLE", b"CONDSTORE", b"QRESYNC", b"SPECIAL-USE", b"ESEARCH")


@dataclass
class Netease:
    """said: every line that clients sent, in order, without the password. cut_after: bodies of
    messages after which a connection is cut, one number for each connection; none are cut when
    the list is empty."""

    port: int = 0
    said: list[str] = field(default_factory=list)
    cut_after: list[int] = field(default_factory=list)

    def commands(self) -> list[str]:
        """What was asked for, in capitals: LOGIN, ID, EXAMINE, …, with UID FETCH as FETCH."""
        found = (_COMMAND.match(line.encode()) for line in self.said)
        return [one[2].decode().upper() for one in found if one]


@contextlib.contextmanager
def running(behind: Dovecot) -> Iterator[Netease]:
    """Run the proxy on a free port of localhost; it has the certificate of the server."""
    proxy = Netease()
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(behind.certificate, behind.certificate.with_name("key.pem"))
    onward = ssl.create_default_context(cafile=str(behind.certificate))

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError, ssl.SSLError):
            there = await asyncio.open_connection(
                "127.0.0.1", behind.imaps, ssl=onward, server_hostname="localhost", limit=2**26
            )
            link = _Link(proxy, reader, writer, *there)
            await asyncio.gather(link.from_client(), link.from_server())

    with serving(
        lambda _: asyncio.start_server(accept, "127.0.0.1", 0, ssl=tls, limit=2**26)
    ) as proxy.port:
        yield proxy


class _Link:
    """One connection through the proxy."""

    def __init__(
        self,
        proxy: Netease,
        client: asyncio.StreamReader,
        to_client: asyncio.StreamWriter,
        server: asyncio.StreamReader,
        to_server: asyncio.StreamWriter,
    ) -> None:
        self.proxy = proxy
        self.client, self.to_client = client, to_client
        self.server, self.to_server = server, to_server
        self.has_id = False
        self.left = proxy.cut_after.pop(0) if proxy.cut_after else -1

    async def from_client(self) -> None:
        try:
            while line := await self.client.readline():
                found = _COMMAND.match(line)
                command = found[2].upper() if found else b""
                shown = b"%s LOGIN" % found[1] if found and command == b"LOGIN" else line
                self.proxy.said.append(shown.decode("utf-8", "replace").strip())
                self.has_id |= command == b"ID"
                if found and command in (b"SELECT", b"EXAMINE", b"STATUS") and not self.has_id:
                    told = b"%s NO %s Unsafe Login. Please contact kefu@188.com for help\r\n"
                    self.to_client.write(told % (found[1], command))
                else:
                    self.to_server.write(line)
        finally:
            self.to_server.close()

    async def from_server(self) -> None:
        try:
            while line := await self.server.readline():
                if b"CAPABILITY" in line:
                    for one in _NOT_OFFERED:
                        line = re.sub(rb" " + one + rb"\b", b"", line)
                if b" BODY[] {" in line:
                    if self.left == 0:
                        self.to_client.transport.abort()
                        return
                    self.left -= 1
                self.to_client.write(line)
        finally:
            self.to_client.close()

"""A mail server on this computer alone, for the demo: what it takes lies in folders, as files."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import hmac
import ipaddress
import secrets
import ssl
import tempfile
from collections.abc import Collection, Coroutine, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from jyxl.edges import files, mail_settings
from jyxl.edges.mail_settings import Mail, Server
from jyxl.edges.mailbox import Unread, Waiting
from jyxl.edges.serving import serving as running

_HERE = "127.0.0.1"
_A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class PostOffice:
    """The server while it runs. folder: has a folder for each address, with messages in the
    order in which they came; password: of all the mailboxes; ca: the certificate to trust."""

    folder: Path
    password: str
    server: Server
    ca: Path

    def mail(self, address: str, name: str) -> Mail:
        """The settings of a program that sends from an address."""
        plain = mail_settings.plain(address, name)
        return replace(plain, smtp=self.server, ca=self.ca, pause=0.0)

    def mailbox(self, address: str) -> Mailbox:
        return Mailbox(self.folder / address)


@dataclass(frozen=True)
class Mailbox:
    """The messages to an address, as edges.mailbox.Mailbox has them. Their uids count from 1."""

    folder: Path
    uidvalidity: int = 1

    def waiting(self, since: date, known: Collection[int]) -> list[Waiting]:
        there = sorted(self.folder.glob("*.eml"))
        numbered = [Waiting(int(one.stem), one.stat().st_size) for one in there]
        return [one for one in numbered if one.uid not in known]

    def message(self, uid: int) -> tuple[bytes, str]:
        """The bytes of a message; when it came is left open, so that its own date counts."""
        try:
            return _place(self.folder, uid).read_bytes(), ""
        except OSError as error:
            raise Unread(files.reason(error)) from error

    def folders(self) -> list[str]:
        return [self.folder.name]


def _place(folder: Path, uid: int) -> Path:
    return folder / f"{uid:04}.eml"


@dataclass
class _Counter:
    """What aiosmtpd calls. addresses: those that have a mailbox here."""

    folder: Path
    addresses: frozenset[str]
    password: str

    async def auth_PLAIN(self, server: SMTP, args: list[str]) -> AuthResult:
        _, user, password = base64.b64decode(args[1]).split(b"\0")
        is_right = hmac.compare_digest(password, self.password.encode())
        return AuthResult(success=is_right, handled=False, auth_data=user)

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.encode() != cast("Any", session).auth_data:  # declared as None
            return "553 Mail from must equal authorized user"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address not in self.addresses:
            return "550 No such mailbox here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        data = envelope.original_content or b""
        for address in envelope.rcpt_tos:
            box = self.folder / address
            uid = len(list(box.glob("*.eml"))) + 1
            files.write(_place(box, uid), data, settled=False)
        return "250 OK"


@contextlib.contextmanager
def serving(folder: Path, addresses: Collection[str]) -> Iterator[PostOffice]:
    """Run the server on a free port of 127.0.0.1, with a certificate that is made for this once.

    addresses: have a mailbox, all others are refused. Raises OSError if no port can be opened.
    """
    counter = _Counter(folder, frozenset(addresses), secrets.token_hex(16))
    with tempfile.TemporaryDirectory() as kept:
        ca = Path(kept) / "ca.pem"
        context = _certified(ca, Path(kept) / "key.pem")
        with running(partial(_opened, counter, context)) as port:
            yield PostOffice(folder, counter.password, Server("smtp+starttls", _HERE, port), ca)


def _opened(
    counter: _Counter, context: ssl.SSLContext, loop: asyncio.AbstractEventLoop
) -> Coroutine[Any, Any, asyncio.Server]:
    """The server, which answers on a loop."""
    options: dict[str, Any] = {
        "hostname": "localhost",
        "auth_required": True,
        "auth_exclude_mechanism": ["LOGIN"],
        "tls_context": context,
        "require_starttls": True,
    }
    return loop.create_server(lambda: SMTP(counter, loop=loop, **options), _HERE, 0)


def _certified(ca: Path, key: Path) -> ssl.SSLContext:
    """The server's side of TLS, with a certificate for 127.0.0.1 that is signed by itself and
    lasts for a day. ca, key: where it and its private key are written."""
    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "jyxl demo")])
    now = datetime.now(UTC)
    usage: dict[str, Any] = dict.fromkeys(
        ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False
    )
    usage |= {"digital_signature": True, "key_cert_sign": True, "crl_sign": False}
    identifier = x509.SubjectKeyIdentifier.from_public_key(private.public_key())
    built = (
        x509.CertificateBuilder(name, name, private.public_key(), x509.random_serial_number())
        .not_valid_before(now - _A_DAY)
        .not_valid_after(now + _A_DAY)
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(_HERE))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .add_extension(
            x509.KeyUsage(**usage, encipher_only=False, decipher_only=False), critical=True
        )
        .add_extension(identifier, False)
        .sign(private, hashes.SHA256())
    )
    ca.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca, key)
    return context

"""A throw-away Dovecot on free ports of localhost, as root or as an ordinary user."""

from __future__ import annotations

import contextlib
import getpass
import imaplib
import os
import shutil
import smtplib
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

if sys.platform != "win32":
    import grp
    import pwd

PROGRAM = "/usr/sbin/dovecot"
OFFICE, PASSWORD = "office@county.test", "SECRETCODEOFTHEOFFICE"


def is_there() -> bool:
    """True if Dovecot 2.3, for which the settings here are, is installed."""
    if not os.path.exists(PROGRAM):
        return False
    told = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=False)
    return told.stdout.startswith("2.3")


@dataclass(frozen=True)
class Dovecot:
    """A server that runs. tls: the folder with cert.pem, which has to be trusted, and key.pem."""

    folder: Path
    imaps: int
    pop3s: int
    lmtp: int

    @property
    def certificate(self) -> Path:
        return self.folder / "tls" / "cert.pem"

    def client(self) -> imaplib.IMAP4_SSL:
        """A second client, which is not the one under test, logged in as the office."""
        context = ssl.create_default_context(cafile=str(self.certificate))
        client = imaplib.IMAP4_SSL("localhost", self.imaps, ssl_context=context)
        client.login(OFFICE, PASSWORD)
        return client

    def put(self, raw: bytes, when: str = "2022-01-10 09:00", folder: str = "INBOX") -> None:
        """Put a message into a folder, with this time of arrival."""
        with self.client() as client:
            self.put_all([(raw, when)], client, folder)

    def put_all(
        self,
        messages: list[tuple[bytes, str]],
        client: imaplib.IMAP4_SSL,
        folder: str = "INBOX",
    ) -> None:
        for raw, when in messages:
            moment = datetime.fromisoformat(when).astimezone(UTC)
            said, why = client.append(folder, "", imaplib.Time2Internaldate(moment), raw)
            assert said == "OK", why

    def deliver(self, raw: bytes) -> None:
        """Deliver a message as another mail server does, by LMTP."""
        with smtplib.LMTP("127.0.0.1", self.lmtp) as server:
            server.sendmail("sender@unit.test", [OFFICE], raw)

    def empty(self) -> None:
        """Remove every message, and the folders with them, so that UIDVALIDITY changes."""
        shutil.rmtree(self.folder / "mail" / OFFICE, ignore_errors=True)

    def state(self) -> dict[str, tuple[bytes, ...]]:
        """Folder → the flags of its messages and their number, as the second client sees them."""
        with self.client() as client:
            found = {}
            for folder in ("INBOX", "Sent"):
                _, count = client.select(folder, readonly=True)
                flags = client.fetch("1:*", "(FLAGS)")[1] if count != [b"0"] else []
                found[folder] = tuple(one for one in flags if isinstance(one, bytes))
            return found


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


@contextlib.contextmanager
def running(user: str | None = None) -> Iterator[Dovecot]:
    """Start the server, and stop it in the end. user: an ordinary user who starts it, if this
    process is root; otherwise whoever runs this process."""
    folder = Path(tempfile.mkdtemp(prefix="dovecot-"))
    try:
        imaps, pop3s, lmtp = _free_ports(3)
        server = Dovecot(folder, imaps, pop3s, lmtp)
        is_root = os.geteuid() == 0 and user is None
        name = user or getpass.getuser()
        _prepare(server, "nobody" if is_root else name)
        (folder / "dovecot.conf").write_text(_settings(server, is_root, name), encoding="utf-8")
        if user is not None:
            _give(folder, user)
        process = subprocess.Popen(
            [PROGRAM, "-F", "-c", str(folder / "dovecot.conf")],
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _wait_for(server, process)
            yield server
        finally:
            process.terminate()
            process.wait(20)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _prepare(server: Dovecot, owner: str) -> None:
    folder = server.folder
    folder.chmod(0o755)
    for name in ("run", "mail", "tls"):
        (folder / name).mkdir()
    if os.geteuid() == 0:
        _give(folder / "mail", owner)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=folder / "tls", check=True, capture_output=True,
    )  # fmt: skip
    (folder / "passwd").write_text(f"{OFFICE}:{{PLAIN}}{PASSWORD}\n")


def _give(folder: Path, user: str) -> None:
    """Make a user the owner of a folder and of all in it."""
    found = pwd.getpwnam(user)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, found.pw_uid, found.pw_gid)


def _wait_for(server: Dovecot, process: subprocess.Popen[bytes]) -> None:
    for _ in range(400):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.imaps), 1):
            return
        if process.poll() is not None:
            break
        time.sleep(0.025)
    log = server.folder / "dovecot.log"
    raise RuntimeError(log.read_text() if log.exists() else "dovecot did not start")


def _settings(server: Dovecot, is_root: bool, user: str) -> str:
    folder = server.folder
    group = grp.getgrgid(pwd.getpwnam(user).pw_gid).gr_name
    owner = "nobody" if is_root else user
    owners = grp.getgrgid(pwd.getpwnam(owner).pw_gid).gr_name
    internal, login = ("dovecot", "dovenull") if is_root else (user, user)
    return f"""
base_dir = {folder}/run
state_dir = {folder}/run
instance_name = test
log_path = {folder}/dovecot.log
protocols = imap pop3 lmtp
listen = 127.0.0.1
default_internal_user = {internal}
default_internal_group = {"dovecot" if is_root else group}
default_login_user = {login}
first_valid_uid = 0
ssl = required
ssl_cert = <{folder}/tls/cert.pem
ssl_key = <{folder}/tls/key.pem
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:{folder}/mail/%u
mail_uid = {owner}
mail_gid = {owners}
mail_fsync = never
passdb {{
  driver = passwd-file
  args = username_format=%u {folder}/passwd
}}
userdb {{
  driver = static
  args = uid={owner} gid={owners} home={folder}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Sent {{
    special_use = \\Sent
    auto = create
  }}
  mailbox 已处理 {{
    auto = create
  }}
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {server.imaps}
    ssl = yes
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = 0
  }}
  inet_listener pop3s {{
    port = {server.pop3s}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    address = 127.0.0.1
    port = {server.lmtp}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
"""

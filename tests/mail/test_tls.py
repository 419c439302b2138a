"""Nothing is said to a server that is not the one it should be, and why is said in words."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from jyxl.edges.smtp import Outbox
from jyxl.problem import Problem
from tests.mail import submission
from tests.mail.conftest import Office
from tests.mail.submission import CODE, Authority, Submission

pytestmark = pytest.mark.slow


def said(office: Office, code: str = CODE) -> list[str]:
    """What jyxl send --test says."""
    return list(Outbox(office.mail, code).test())


def why(office: Office, code: str = CODE) -> str:
    with pytest.raises(Problem) as raised:
        said(office, code)
    return str(raised.value)


def test_all_is_well(office: Office) -> None:
    assert len(said(office)) == 3
    assert office.server.inbox == []


def test_by_starttls(office: Office, authority: Authority) -> None:
    with submission.serving(office.server, authority.context(), starttls=True) as port:
        office.set(smtp=f"smtp+starttls://localhost:{port}")
        assert len(said(office)) == 3
        assert len(office.send()[1].sent) == 3


def test_an_unknown_authority_is_refused_before_the_login(office: Office) -> None:
    office.set(ca="")
    assert "证书不可信" in why(office)
    _, posting = office.send()
    assert "证书不可信" in posting.stopped
    assert office.server.logins == []


@pytest.mark.parametrize("starttls", [False, True])
def test_a_certificate_for_another_name_is_refused(
    office: Office, tmp_path: Path, starttls: bool
) -> None:
    other = submission.authority(tmp_path / "other", host="mail.other.test")
    (office.campaign.folder / "ca.pem").write_bytes(other.ca.read_bytes())
    server = Submission()
    with submission.serving(server, other.context(), starttls) as port:
        scheme = "smtp+starttls" if starttls else "smtps"
        office.set(smtp=f"{scheme}://localhost:{port}")
        assert "不是发给这个服务器名字的" in why(office)
    assert server.logins == []


def test_a_wrong_code(office: Office) -> None:
    assert "535 登录失败，请用授权码" in why(office, "wrong")


def test_a_code_in_full_width(office: Office) -> None:
    assert "全角" in why(office, "ＡＢＣ")


def test_a_sender_that_is_not_the_login(office: Office) -> None:
    office.set(address="other@elsewhere.test", user="office@county.test")
    assert "other@elsewhere.test" in why(office)
    assert "553" in why(office)


def test_a_name_that_there_is_not(office: Office) -> None:
    office.set(smtp="smtps://nowhere.invalid:465")
    assert "找不到服务器“nowhere.invalid”" in why(office)


def test_a_port_at_which_nobody_listens(office: Office) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    office.set(smtp=f"smtps://localhost:{port}")
    assert f"localhost:{port} 不接受连接" in why(office)


@pytest.fixture
def plain() -> Iterator[int]:
    """The port of a server that speaks no TLS at all."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                one, _ = listener.accept()
            except OSError:
                return
            with one, contextlib.suppress(OSError):
                one.sendall(b"220 plain\r\n")
                while line := one.recv(1000):
                    one.sendall(
                        b"250 AUTH PLAIN\r\n" if line[:4].upper() == b"EHLO" else b"502 no\r\n"
                    )

    thread = threading.Thread(target=serve)
    thread.start()
    yield listener.getsockname()[1]
    listener.shutdown(socket.SHUT_RDWR)
    listener.close()
    thread.join(10)


def test_a_server_without_tls_is_not_logged_in_to(office: Office, plain: int) -> None:
    office.set(smtp=f"smtp+starttls://localhost:{plain}")
    assert "不提供加密" in why(office)
    office.set(smtp=f"smtps://localhost:{plain}")
    assert "核对端口" in why(office)

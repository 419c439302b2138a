"""[mail] in jyxl.toml, and the password: what is read, and a sentence for every mistake."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest

from jyxl.edges import mail_settings, secrets
from jyxl.edges.mail_settings import PROVIDERS, Mail, Server
from jyxl.problem import Problem

HEAD = '[mail]\naddress = "office@county.gov.cn"\n'


def read(folder: Path, text: str) -> Mail:
    (folder / "jyxl.toml").write_text(text, encoding="utf-8")
    return mail_settings.read(folder)


def wrong(folder: Path, text: str) -> list[str]:
    with pytest.raises(Problem) as raised:
        read(folder, text)
    return str(raised.value).splitlines()


def test_a_large_provider_needs_only_the_address(tmp_path: Path) -> None:
    mail = read(tmp_path, '[mail]\naddress = "office@163.com"\nname = "县政府办"\n')
    assert mail.smtp == Server("smtps", "smtp.163.com", 465)
    assert mail.imap == Server("imaps", "imap.163.com", 993)
    assert (mail.user, mail.folder, mail.pause) == ("office@163.com", "INBOX", 5.0)
    assert mail.provider.secret == "授权码"


@pytest.mark.parametrize("one", PROVIDERS, ids=lambda one: f"{one.name}{one.domains[:1]}")
def test_every_preset_is_complete(tmp_path: Path, one: mail_settings.Provider) -> None:
    domain = (*one.domains, "county.gov.cn")[0]
    named = "" if one.domains else f'provider = "{one.name}"\n'
    mail = read(tmp_path, f'[mail]\naddress = "office@{domain}"\n{named}')
    assert mail.provider == one
    assert mail.smtp is not None
    assert mail.imap is not None


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtps://mail.gov.cn", Server("smtps", "mail.gov.cn", 465)),
        ("smtps://mail.gov.cn:994", Server("smtps", "mail.gov.cn", 994)),
        ("smtp+starttls://10.1.2.3", Server("smtp+starttls", "10.1.2.3", 587)),
        ("smtp+starttls://mail.gov.cn:25/", Server("smtp+starttls", "mail.gov.cn", 25)),
        (" smtps://mail.gov.cn:465 ", Server("smtps", "mail.gov.cn", 465)),
    ],
)
def test_the_forms_of_a_server(tmp_path: Path, url: str, server: Server) -> None:
    assert read(tmp_path, f'{HEAD}smtp = "{url}"').smtp == server


@pytest.mark.parametrize("scheme", ["imaps", "pop3s"])
def test_the_forms_of_a_mailbox(tmp_path: Path, scheme: str) -> None:
    imap = read(tmp_path, f'{HEAD}imap = "{scheme}://mail.gov.cn"').imap
    assert imap is not None
    assert (imap.scheme, imap.port) == (scheme, {"imaps": 993, "pop3s": 995}[scheme])


@pytest.mark.parametrize(
    "line",
    [
        'smtp = "smtp://mail.gov.cn:25"',
        'smtp = "imaps://mail.gov.cn"',
        'smtp = "mail.gov.cn"',
        'smtp = "smtps://"',
        'smtp = "smtps://mail.gov.cn:99999"',
        'smtp = "smtps://mail.gov.cn:0"',
        'smtp = "smtps://office:code@mail.gov.cn"',
        'smtp = "smtps://mail.gov.cn/inbox"',
        'smtp = "smtps://mail gov.cn"',
        'smtp = "smtps://[::1"',
        "smtp = 465",
        'imap = "imap://mail.gov.cn"',
        'password = "x"',
        'pasword = "x"',
        'name = "县人民政府办公室政务公开和信息化股办公室"',
        'name = "a\\u202eb"',
        'user = "other@county.gov.cn"',
        'folder = "a\\u0000b"',
        'ca = "missing.pem"',
        "pause = -1",
        "pause = nan",
        "pause = true",
        'pause = "5"',
        "limit = 0",
        "limit = 1.5",
        'senders = "nobody"',
        'provider = "某某邮箱"',
    ],
)
def test_a_mistake_is_one_sentence(tmp_path: Path, line: str) -> None:
    (sentence,) = wrong(tmp_path, HEAD + line)
    assert sentence.startswith("jyxl.toml 的 [mail]：")
    assert sentence.endswith("。")
    assert line.partition(" ")[0] in sentence


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    assert len(wrong(tmp_path, '[mail]\naddress = "x"\npause = -1\nsmtp = "smtp://a"\n')) == 3


@pytest.mark.parametrize("text", ["", "mail = 3", "[mail]", '[mail]\naddress = ""'])
def test_without_an_address_it_says_what_to_write(tmp_path: Path, text: str) -> None:
    assert "address" in "".join(wrong(tmp_path, text))


def test_a_broken_authority_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    mail = read(tmp_path, f'{HEAD}ca = "ca.pem"')
    with pytest.raises(Problem, match="ca"):
        mail.context()


def test_verification_cannot_be_switched_off(tmp_path: Path) -> None:
    context = read(tmp_path, HEAD).context()
    assert (context.verify_mode.name, context.check_hostname) == ("CERT_REQUIRED", True)


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("a@163.con", "163.com"),
        ("a@16.com", "163.com"),
        ("a@qqq.com", "qq.com"),
        ("a@sian.com", "sina.com"),
        ("a@163.com", ""),
        ("a@county.gov.cn", ""),
        ("a@unit.test", ""),
    ],
)
def test_an_address_that_was_probably_mistyped(address: str, meant: str) -> None:
    assert (
        (meant in mail_settings.doubtful(address))
        if meant
        else (mail_settings.doubtful(address) == "")
    )


class TestPassword:
    @pytest.fixture(autouse=True)
    def _no_variable(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv(secrets.VARIABLE, raising=False)

    def test_the_environment_comes_first(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(secrets.VARIABLE, " CODE \n")
        assert secrets.password(read(tmp_path, HEAD), None) == "CODE"

    def test_then_the_keyring(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The extra need not be installed: a module with this one function stands for it."""
        stand_in = ModuleType("keyring")
        monkeypatch.setattr(stand_in, "get_password", lambda *who: " ".join(who), raising=False)
        monkeypatch.setitem(sys.modules, "keyring", stand_in)
        assert secrets.password(read(tmp_path, HEAD), None) == "jyxl office@county.gov.cn"

    def test_then_a_person(self, tmp_path: Path) -> None:
        asked: list[str] = []
        found = secrets.password(read(tmp_path, HEAD), lambda text: asked.append(text) or "CODE")
        assert found == "CODE"
        assert "office@county.gov.cn" in asked[0]

    def test_without_anybody_it_is_a_sentence(self, tmp_path: Path) -> None:
        for ask in (None, lambda _: " "):
            with pytest.raises(Problem, match=secrets.VARIABLE):
                secrets.password(read(tmp_path, HEAD), ask)


def test_what_new_writes_is_a_beginning(tmp_path: Path) -> None:
    """Without its number signs, the example in a new campaign's settings is read."""
    from jyxl.steps.new import new

    new(tmp_path / "c", "云溪县", 2021, None, None)
    path = tmp_path / "c" / "jyxl.toml"
    assert not mail_settings.is_stated(tmp_path / "c")
    text = path.read_text(encoding="utf-8")
    for key in ("[mail]", "address", "name", "smtp", "imap"):
        text = text.replace(f"# {key}", key)
    path.write_text(text, encoding="utf-8")
    assert mail_settings.read(tmp_path / "c").address == "office@163.com"

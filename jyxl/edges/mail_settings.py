"""The office's mailbox, as [mail] in the settings states it."""

from __future__ import annotations

import re
import ssl
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from jyxl import characters
from jyxl.edges import campaign as campaigns
from jyxl.edges import roster_checks
from jyxl.mail import message
from jyxl.problem import Problem

Scheme = Literal["smtps", "smtp+starttls", "imaps", "pop3s"]
_PORTS: dict[str, int] = {"smtps": 465, "smtp+starttls": 587, "imaps": 993, "pop3s": 995}
_OUT = ("smtps", "smtp+starttls")
_IN = ("imaps", "pop3s")
_LONGEST_NAME = 15
"""As many Chinese characters as one encoded word holds, so that From is never folded."""
_LONGEST_PAUSE = 600
_KEYS = (
    *("address", "name", "user", "provider", "smtp", "imap", "folder", "ca", "pause"),
    *("senders", "limit"),
)


@dataclass(frozen=True)
class Server:
    """Where a mail server listens; it is always spoken to by TLS. It prints as it is written."""

    scheme: Scheme
    host: str
    port: int

    def __str__(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"


@dataclass(frozen=True)
class Provider:
    """What is known of a large provider.

    name: as people call it; domains: of its addresses; secret: what it calls the password that
    a mail program needs; note: what else has to be known, a sentence or ''.
    """

    name: str
    domains: tuple[str, ...]
    smtp: str
    imap: str
    secret: str = "授权码"
    note: str = ""


_CODE = "授权码在网页邮箱的“设置”里开启 IMAP/SMTP 服务时得到，不是登录网页的密码。"
PROVIDERS = (
    Provider("163", ("163.com",), "smtp.163.com", "imap.163.com", note=_CODE),
    Provider("126", ("126.com",), "smtp.126.com", "imap.126.com", note=_CODE),
    Provider("yeah", ("yeah.net",), "smtp.yeah.net", "imap.yeah.net", note=_CODE),
    Provider(
        "QQ", ("qq.com", "vip.qq.com", "foxmail.com"), "smtp.qq.com", "imap.qq.com", note=_CODE
    ),
    Provider("新浪", ("sina.com",), "smtp.sina.com", "imap.sina.com", note=_CODE),
    Provider("新浪", ("sina.cn",), "smtp.sina.cn", "imap.sina.cn", note=_CODE),
    Provider("搜狐", ("sohu.com",), "smtp.sohu.com", "imap.sohu.com", "独立密码"),
    Provider("139", ("139.com",), "smtp.139.com", "imap.139.com", note=_CODE),
    Provider("189", ("189.cn",), "smtp.189.cn", "imap.189.cn", "专用密码"),
    Provider("阿里云邮箱", ("aliyun.com",), "smtp.aliyun.com", "imap.aliyun.com", "密码"),
    Provider(
        "阿里企业邮", (), "smtp.qiye.aliyun.com", "imap.qiye.aliyun.com", "第三方客户端安全密码"
    ),
    Provider("腾讯企业邮", (), "smtp.exmail.qq.com", "imap.exmail.qq.com", "客户端专用密码"),
    Provider("网易企业邮", (), "smtp.qiye.163.com", "imap.qiye.163.com", "客户端授权密码"),
    Provider(
        "Outlook",
        ("outlook.com", "hotmail.com", "live.cn", "live.com"),
        "smtp+starttls://smtp-mail.outlook.com:587",
        "outlook.office365.com",
        "应用密码",
        "Outlook 多半已经不让程序用密码登录；登录不上的，请用 jyxl send --drafts 写成草稿，自己发。",
    ),
)
_PLAIN = Provider("", (), "", "", "密码（或授权码）", "")


@dataclass(frozen=True)
class Mail:
    """The mailbox of the office.

    user: the login; smtp, imap: None if they are not stated. folder: where returns arrive; ca:
    a certificate authority of the office's own, beside those of the system; pause: seconds
    between two messages; senders: "known" if a return from an address that is not in the roster
    waits for the office, "any" if it counts; limit: the most bytes of a message that is sent.
    """

    address: str
    name: str
    user: str
    smtp: Server | None
    imap: Server | None
    provider: Provider
    folder: str = "INBOX"
    ca: Path | None = None
    pause: float = 5.0
    senders: Literal["known", "any"] = "known"
    limit: int = 20_000_000

    def context(self) -> ssl.SSLContext:
        """How TLS is spoken: certificate and host name are always verified. Raises Problem."""
        context = ssl.create_default_context()
        if self.ca is not None:
            try:
                context.load_verify_locations(self.ca)
            except (OSError, ssl.SSLError) as error:
                raise Problem(
                    f"[mail] 的 ca “{self.ca}”不是证书文件（要 PEM 格式，以 -----BEGIN 开头）。"
                ) from error
        return context


def read(folder: Path) -> Mail:
    """The mailbox that the settings of a campaign state.

    Raises Problem if there is none, and with one sentence for every mistake.
    """
    stated = campaigns.settings_in(folder).get("mail")
    if stated is None:
        raise Problem(
            f"{campaigns.SETTINGS} 里没有 [mail]；请写上邮箱，如\n"
            '[mail]\naddress = "office@163.com"\nname = "县政府办"'
        )
    if not isinstance(stated, dict):
        raise Problem(f"{campaigns.SETTINGS} 的 mail 应写成一节：[mail] 单独一行，下面写 address。")
    mistakes = list(_wrong(stated, folder))
    if mistakes:
        raise Problem("\n".join(f"{campaigns.SETTINGS} 的 [mail]：{one}" for one in mistakes))
    return _mail(stated, folder)


def plain(address: str, name: str) -> Mail:
    """A mailbox at no provider that is known, with no servers yet."""
    return Mail(address, name, address, None, None, _PLAIN)


def is_stated(folder: Path) -> bool:
    """True if the settings of a campaign say anything about mail. Raises Problem."""
    return "mail" in campaigns.settings_in(folder)


def doubtful(address: str) -> str:
    """The domains of providers that an address was probably meant to have; '' if it is as good
    as any."""
    known = {domain for one in PROVIDERS for domain in one.domains} | {"gmail.com"}
    domain = address.rpartition("@")[2].lower()
    near = sorted(one for one in known if _is_near(one, domain))
    return "" if domain in known else "、".join(near)


def _is_near(one: str, other: str) -> bool:
    """True if one letter is wrong, missing or too many, or two neighbours are exchanged."""
    start = _in_common(one, other)
    one, other = one[start:], other[start:]
    end = _in_common(one[::-1], other[::-1])
    one, other = one[: len(one) - end], other[: len(other) - end]
    return max(len(one), len(other)) < 2 or (len(one) == 2 and one == other[::-1])


def _in_common(one: str, other: str) -> int:
    """How many letters are the same at the beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    shortest = min(len(one), len(other))
    return next((number for number, (here, there) in pairs if here != there), shortest)


def takes_strangers(folder: Path) -> bool:
    """True if the settings say that a return from any address counts. Raises Problem."""
    stated = campaigns.settings_in(folder).get("mail")
    return isinstance(stated, dict) and stated.get("senders") == "any"


def _mail(stated: Mapping[str, Any], folder: Path) -> Mail:
    address = stated["address"].strip()
    provider = _provider(stated) or _PLAIN
    ca = stated.get("ca", "")
    return Mail(
        address=address,
        name=" ".join(stated.get("name", "").split()),
        user=stated.get("user", "").strip() or address,
        smtp=_server(stated.get("smtp") or provider.smtp, "smtps"),
        imap=_server(stated.get("imap") or provider.imap, "imaps"),
        provider=provider,
        folder=stated.get("folder", "") or "INBOX",
        ca=folder / ca if ca else None,
        pause=float(stated.get("pause", 5)),
        senders=stated.get("senders", "known"),
        limit=stated.get("limit", 20) * 1_000_000,
    )


def _provider(stated: Mapping[str, Any]) -> Provider | None:
    """The provider that is named, else the one that has the domain of the address."""
    if named := stated.get("provider", ""):
        return next((one for one in PROVIDERS if one.name == named), None)
    domain = stated["address"].strip().rpartition("@")[2].lower()
    return next((one for one in PROVIDERS if domain in one.domains), None)


def _server(text: str, scheme: Scheme) -> Server | None:
    """The server of a URL, or of a bare host name of a preset."""
    text = text.strip()
    if not text:
        return None
    parts = urlsplit(text if "://" in text else f"{scheme}://{text}")
    known: tuple[Scheme, ...] = ("smtps", "smtp+starttls", "imaps", "pop3s")
    found = next(one for one in known if one == parts.scheme)
    return Server(found, parts.hostname or "", parts.port or _PORTS[found])


def _wrong(stated: Mapping[str, Any], folder: Path) -> Iterator[str]:
    """What is wrong, one sentence each."""
    for key in stated:
        if key in ("password", "授权码", "secret"):
            yield (
                f"{key} 不要写在文件里，请删掉这一行；运行时会问，"
                "也可以设环境变量 JYXL_MAIL_PASSWORD。"
            )
        elif key not in _KEYS:
            yield f"没有 {key} 这一项，请检查拼写；可以写的有 {'、'.join(_KEYS)}。"
    odd = [
        key
        for key in _KEYS
        if key in stated and not isinstance(stated[key], int | float if key in _NUMBERS else str)
    ]
    for key in odd:
        what = "数字" if key in _NUMBERS else '加引号的文字，如 "…"'
        yield f"{key} 应为{what}，现在是 {stated[key]!r}。"
    if not odd:
        yield from _wrong_texts(stated)
        yield from _wrong_servers(stated)
        yield from _wrong_rest(stated, folder)


_NUMBERS = ("pause", "limit")


def _wrong_texts(stated: Mapping[str, Any]) -> Iterator[str]:
    address = stated.get("address", "").strip()
    if not address:
        yield "没有写 address，即用来收发的邮箱地址。"
    elif list(roster_checks.mail([address])) or not message.is_address(address):
        yield f"address “{_shown(address)}”不是一个邮箱地址，应如 office@163.com。"
    name = " ".join(stated.get("name", "").split())
    if characters.DISGUISES.search(name):
        yield "name 里有看不见的字符，请重新输入。"
    if len(name) > _LONGEST_NAME:
        yield f"name 太长（最多 {_LONGEST_NAME} 个字）；有的邮箱不收发件人写得很长的信。"
    user = stated.get("user", "").strip()
    local, _, domain = user.rpartition("@")
    if (
        local
        and domain.lower() == address.rpartition("@")[2].lower()
        and user.lower() != (address.lower())
    ):
        yield "address 和登录用的 user 不是同一个邮箱；服务器不许用别人的地址发信，请改成一样。"
    for key in ("user", "folder"):
        if any(unicodedata.category(one).startswith("C") for one in stated.get(key, "")):
            yield f"{key} 里有看不见的字符，请重新输入。"


def _wrong_servers(stated: Mapping[str, Any]) -> Iterator[str]:
    named = stated.get("provider", "")
    known = list(dict.fromkeys(one.name for one in PROVIDERS))
    if named and named not in known:
        yield f"不认识 provider “{_shown(named)}”；认识的有 {'、'.join(known)}，别的请写 smtp 和 imap。"
    for key, schemes, example in (
        ("smtp", _OUT, "smtps://smtp.example.cn:465"),
        ("imap", _IN, "imaps://imap.example.cn:993"),
    ):
        text = stated.get(key, "")
        if text and (why := _not_a_server(text, schemes)):
            yield f"{key} “{_shown(text)}”{why}；应如 {example}。"


def _not_a_server(text: str, schemes: tuple[str, ...]) -> str:
    """Why a text is not the URL of a server, without the full stop; '' if it is one."""
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        return "写得不对"
    if parts.scheme in ("smtp", "imap", "pop3"):
        return "是不加密的，jyxl 不用它；请问管邮箱的人加密的端口"
    if parts.scheme not in schemes:
        return f"应以 {'、'.join(f'{one}://' for one in schemes)} 开头"
    if parts.username or parts.password:
        return "里不要写用户名和密码"
    if not _HOST.fullmatch(parts.hostname or "") or port == 0:
        return "里没有写对服务器的名字和端口"
    return "后面不要再写别的" if parts.path.strip("/") or parts.query or parts.fragment else ""


_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")


def _wrong_rest(stated: Mapping[str, Any], folder: Path) -> Iterator[str]:
    pause, limit = stated.get("pause", 5), stated.get("limit", 20)
    if isinstance(pause, bool) or not 0 <= pause <= _LONGEST_PAUSE:
        yield f"pause 是两封信之间隔的秒数，应在 0 到 {_LONGEST_PAUSE} 之间，现在是 {pause!r}。"
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= 200:
        yield f"limit 是一封信最多的兆数，应是 1 到 200 的整数，现在是 {limit!r}。"
    if stated.get("senders", "known") not in ("known", "any"):
        yield 'senders 应为 "known"（名册以外的地址发来的要你决定）或 "any"（都采用）。'
    ca = stated.get("ca", "")
    if ca and not (folder / ca).is_file():
        yield f"ca 指的证书文件“{_shown(ca)}”没有找到；请放在项目文件夹里，写它的文件名。"


def _shown(text: str) -> str:
    """A text of the settings as it can stand in a sentence."""
    return characters.one_line(" ".join(text.split()))[:80]

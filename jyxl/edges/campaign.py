"""A campaign folder: its settings, its roster, its key and the places of its files."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jyxl import editions, moments
from jyxl.definition import DefinitionError, Edition
from jyxl.edges import buttons, files, roster, supplement
from jyxl.edges.roster import Roster, Unit
from jyxl.form import Form, Lock
from jyxl.identity import Expected, Identity
from jyxl.problem import Problem

SETTINGS = "jyxl.toml"
_LONGEST = 40
"""The most letters of a county's name, which is part of a file name."""
ISSUED, RETURNS, SENT_BACK, MERGED, OWN = "下发", "回收", "退回", "汇总", ".jyxl"
ARCHIVE = (OWN, "archive")
TO_SEND, SENT = "待发", "已发"
REPORTS = "报告"
PAGE = "报送情况.html"
OWN_NAMES = frozenset(
    {ISSUED, SENT_BACK, MERGED, TO_SEND, SENT, REPORTS, OWN, SETTINGS, PAGE, supplement.NAME}
    | set(roster.NAMES)
    | buttons.NAMES
)
"""What is in a campaign's folder and never a return. Returns may be anywhere else."""


@dataclass(frozen=True)
class Campaign:
    """One county in one year. All paths are below `folder`."""

    folder: Path
    county: str
    year: int
    edition: Edition
    deadline: date
    contact: str
    password: str
    key: bytes
    roster: Roster

    @property
    def units(self) -> tuple[Unit, ...]:
        """The units in the order of the roster."""
        return self.roster.units

    @property
    def id(self) -> str:
        """An id that tells campaigns apart without giving the key away."""
        return _id(self.key)

    @cached_property
    def unit(self) -> dict[str, Unit]:
        return {unit.code: unit for unit in self.units}

    @property
    def issued(self) -> Path:
        return self.folder / ISSUED

    @property
    def returns(self) -> Path:
        return self.folder / RETURNS

    @property
    def sent_back(self) -> Path:
        return self.folder / SENT_BACK

    @property
    def to_send(self) -> Path:
        """The messages that are written and not sent yet."""
        return self.folder / TO_SEND

    @property
    def sent(self) -> Path:
        return self.folder / SENT

    @property
    def archive(self) -> Path:
        return archive_of(self.folder)

    @property
    def mail(self) -> Path:
        """The folder of the messages that were fetched, as they came."""
        return self.folder / OWN / "mail"

    @property
    def ledger(self) -> Path:
        return ledger_of(self.folder)

    @property
    def log(self) -> Path:
        """The folder in which defects of jyxl are written down."""
        return self.folder / OWN / "log"

    @property
    def county_workbook(self) -> Path:
        name = f"{self.county}{self.year}年政府信息公开工作年度报告汇总.xlsx"
        return self.folder / MERGED / name

    @property
    def reports(self) -> Path:
        """The folder of the reports that are to be published."""
        return self.folder / REPORTS

    @property
    def handed_up(self) -> Path:
        """The form of the office above, filled with the county's sums."""
        name = f"{self.county}{self.year}年政府信息公开工作年度报告上报表.xlsx"
        return self.folder / MERGED / name

    @property
    def page(self) -> Path:
        """The page that shows where every unit stands."""
        return self.folder / PAGE

    @property
    def expected(self) -> Expected:
        return Expected(
            self.id,
            self.county,
            self.year,
            self.edition.id,
            self.key,
            {unit.code: (unit.name, unit.kind) for unit in self.units},
            {unit.code: unit.former for unit in self.units if unit.former},
            supplement=self.edition.supplement,
        )

    def form(
        self, unit: Unit, round_: int = 0, last: Mapping[str, int] = MappingProxyType({})
    ) -> Form:
        """The facts for which a unit's workbook is made. round_: how often it was sent back; last:
        the unit's figures of last year that are known."""
        identity = Identity(
            self.id,
            self.county,
            self.year,
            self.edition.id,
            unit.code,
            unit.name,
            unit.kind,
            round_,
            self.edition.supplement.digest,
        )
        salt = hmac.new(self.key, b"sheet password", hashlib.sha256).digest()[:16]
        return Form(
            identity,
            f"{moments.day_of(self.deadline)}前",
            self.contact,
            Lock(self.password, salt),
            self.key,
            dict(last),
            self.edition.supplement,
        )

    def relative(self, path: Path) -> str:
        """A path for people and JSON: relative to the campaign, with forward slashes, if it is
        below it; otherwise the whole path. It is shown readably (`files.shown`)."""
        return files.shown(self._place(path))

    def exact(self, path: Path) -> str:
        """The same path, percent-encoded, if it is not exactly what `relative` gives, or ''."""
        return files.exact(self._place(path))

    def _place(self, path: Path) -> str:
        whole = _resolved(path.parent.absolute()) / path.name
        try:
            return whole.relative_to(_resolved(self.folder.absolute())).as_posix()
        except ValueError:
            return str(whole)


def file_name(unit: Unit, year: int, round_: int = 0) -> str:
    """The name of a unit's workbook: <code>-<name>-<year>.xlsx, or …-退回<n>.xlsx."""
    back = f"-退回{round_}" if round_ else ""
    return f"{unit.code}-{unit.name}-{year}{back}.xlsx"


def _id(key: bytes) -> str:
    return hashlib.sha256(b"campaign" + key).hexdigest()[:16]


def id_of(folder: Path) -> str:
    """The id of the campaign in a folder. Raises Problem if its key is lost."""
    return _id(key(folder))


def archive_of(folder: Path) -> Path:
    """The folder with the bytes of every file that came in to the campaign in a folder."""
    return folder / OWN / "archive"


def ledger_of(folder: Path) -> Path:
    """The path of the ledger of the campaign in a folder."""
    return folder / OWN / "ledger.db"


@lru_cache(maxsize=256)
def _resolved(folder: Path) -> Path:
    """The path of a folder without links; it is looked up once for all the files in it."""
    return folder.resolve()


def around(place: Path) -> Path:
    """The campaign folder that a place is in: the nearest one with settings, at the place or
    above it; the place itself if there is none."""
    here = place.resolve()
    for folder in (here, *here.parents):
        if (folder / SETTINGS).is_file():
            return Path(os.path.relpath(folder, here)) if folder != here else place
    return place


def load(folder: Path) -> Campaign:
    """The campaign in a folder. Raises Problem."""
    data = settings(folder)
    signing = key(folder)
    asked = supplement.read(folder, folder / OWN, data["edition"])
    return Campaign(
        folder=folder,
        edition=editions.with_supplement(data["edition"], asked),
        key=signing,
        roster=roster_of(folder),
        county=data["county"],
        year=data["year"],
        deadline=data["deadline"],
        contact=data["contact"],
        password=data["password"],
    )


def key(folder: Path) -> bytes:
    """The key that signs the workbooks of the campaign in a folder. Raises Problem."""
    path = folder / OWN / "key"
    if not path.parent.is_dir():
        raise Problem(
            f"“{folder}”里没有 {OWN} 文件夹，签名密钥、台账和存档都在里面；"
            "复制项目时要连它一起复制（它可能是隐藏的），或者从备份中恢复。"
        )
    try:
        found = bytes.fromhex(files.read(path).decode("ascii").strip())
    except ValueError:
        found = b""
    if len(found) != 32:
        raise Problem(f"签名密钥“{path}”损坏了，请从备份中恢复；没有它，已下发的工作簿都认不出来。")
    return found


def roster_of(folder: Path) -> Roster:
    """The roster of the campaign in a folder. Raises Problem."""
    return roster.read(roster.file_in(folder))


def settings(folder: Path) -> dict[str, Any]:
    """The settings of the campaign in a folder by their names, with the edition itself. Raises
    Problem."""
    path = folder / SETTINGS
    if not path.is_file() and ledger_of(folder).is_file():
        raise Problem(f"“{folder}”里的 {SETTINGS} 不见了，请从备份中恢复。")
    if not path.is_file():
        raise Problem(
            f"“{folder}”不是一个填报项目（里面没有 {SETTINGS}）；"
            "请用 -C 指明项目文件夹，或先用 jyxl new 建立。"
        )
    data = _settings(folder)
    try:
        data["edition"] = editions.load(data["edition"])
    except DefinitionError as error:
        raise Problem(str(error)) from error
    edition, year = data["edition"], data["year"]
    if not edition.covers(year):
        raise Problem(
            f'{SETTINGS} 里的 year = {year} 和 edition = "{edition.id}" 对不上（{edition.id} 年版表式'
            f"不适用于 {year} 年度）；这两项建立项目时就定了，请改回原来的。"
            f"{another(data['county'], year)}"
        )
    return data


def another(county: str, year: int) -> str:
    """How to begin another campaign instead of giving this one another name."""
    return (
        "要做新的一年（或者别的县），请另建项目："
        f"jyxl new 新文件夹 --county {county} --year {year} --last 旧文件夹。"
    )


def settings_in(folder: Path) -> dict[str, Any]:
    """The settings of a campaign as they stand in the file. Raises Problem."""
    try:
        return tomllib.loads(files.read_text(folder / SETTINGS))
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"line (\d+)", str(error))
        place = f"第 {line[1]} 行" if line else "末尾"
        raise Problem(
            f'{SETTINGS} {place}写得不对：文字两头要有英文引号 "，'
            "日期写成 2024-01-05（月、日各两位），井号 # 后面是说明。"
        ) from error


def _settings(folder: Path) -> dict[str, Any]:
    data = settings_in(folder)
    wanted = {"county": str, "year": int, "edition": str, "contact": str, "password": str}
    for name, kind in wanted.items():
        value = data.get(name)
        if not isinstance(value, kind) or isinstance(value, bool) or value == "":
            what = "整数" if kind is int else "加引号的文字"
            raise Problem(f"{SETTINGS} 的 {name} 应为{what}，现在是 {value!r}。")
    fits_a_file_name(data["county"])
    deadline = data.get("deadline")
    try:
        data["deadline"] = deadline if type(deadline) is date else date.fromisoformat(str(deadline))
    except ValueError:
        raise Problem(
            f"{SETTINGS} 的 deadline 应为日期，如 2020-01-20，现在是 {deadline!r}。"
        ) from None
    return data


def _fits(edition: Edition, year: int) -> None:
    if not edition.covers(year):
        raise Problem(
            f"{edition.id} 年版表式不适用于 {year} 年度；{year} 年度应使用 "
            f"{editions.for_year(year).id} 年版。"
        )


def fits_a_file_name(county: str) -> None:
    """Raises Problem if the name of the county cannot be part of a file name."""
    if why := files.unfit(county):
        raise Problem(f"县名“{' '.join(county.split())}”{why}，因为它要用作文件名；请改掉。")
    if len(county) > _LONGEST:
        raise Problem(f"县名太长（最多 {_LONGEST} 个字）。")


def create(
    folder: Path, county: str, year: int, edition_id: str | None, today: date | None = None
) -> Edition:
    """Make a new campaign folder, without its roster; gives its edition. Raises Problem.

    today: if it is not the present day; there is no report yet for a later year.
    """
    if not 2000 <= year <= 2100:
        raise Problem(f"年度应为四位数的年份，现在是 {year}。")
    today = today or date.today()
    if year > today.year:
        raise Problem(
            f"{year} 年度还没有到（今年是 {today.year} 年）；年度是报告的年度，"
            f"如 {today.year} 年初填报的是 {today.year - 1} 年度。"
        )
    fits_a_file_name(county)
    if (folder / SETTINGS).exists() or ledger_of(folder).exists():
        raise Problem(f"“{folder}”里已经有一个填报项目；请换一个文件夹。")
    try:
        edition = editions.load(edition_id) if edition_id else editions.for_year(year)
    except DefinitionError as error:
        raise Problem(str(error)) from error
    _fits(edition, year)
    try:
        for name in (ISSUED, RETURNS, SENT_BACK, MERGED, f"{OWN}/archive"):
            (folder / name).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Problem(f"文件夹“{folder}”建不起来：{files.reason(error)}。") from error
    key_file = folder / OWN / "key"
    if not key_file.exists():
        files.write(key_file, (secrets.token_hex(32) + "\n").encode())
        os.chmod(key_file, 0o600)
    files.write(folder / SETTINGS, _settings_text(county, year, edition.id).encode())
    return edition


def _settings_text(county: str, year: int, edition: str) -> str:
    def quoted(text: str) -> str:
        return json.dumps(text, ensure_ascii=False)

    return f"""# 填报项目的设置。改了截止日期、联系方式或密码后，请重新运行 jyxl issue。
county = {quoted(county)}
year = {year}
edition = {quoted(edition)}
# 各单位交回的截止日期
deadline = {year + 1}-01-20
# 写在填报说明里：交给谁、电话、邮箱
contact = {quoted(county + "人民政府办公室政务公开股")}
# 工作表的保护密码，不要告诉填报单位
password = {quoted(secrets.token_urlsafe(12))}

# 写进报告的联系方式（jyxl report）：去掉下面四行开头的井号，改成自己的。
# [report]
# address = "××路××号"
# postcode = "000000"
# phone = "0000-0000000"

# 要用 jyxl send 发邮件、jyxl fetch 收邮件的，去掉下面三行开头的井号，改成自己的邮箱。
# 授权码（或密码）不要写在这里，运行时会问。不用邮件的，不必管它。
# [mail]
# address = "office@163.com"
# name = "县政府办"
# 163、126、QQ、新浪等邮箱不必再写别的；其他的再写（问管邮箱的人）：
# smtp = "smtps://smtp.example.cn:465"    # 或 smtp+starttls://…:587
# imap = "imaps://imap.example.cn:993"    # 或 pop3s://…:995
"""

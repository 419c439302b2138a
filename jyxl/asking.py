"""Questions to whoever makes a campaign without giving options."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeVar

from jyxl.edges import campaign, files
from jyxl.problem import Problem

_T = TypeVar("_T")


@dataclass(frozen=True)
class Wanted:
    """What a new campaign is to be. last: last year's campaign, or nothing."""

    folder: Path
    county: str
    year: int
    last: tuple[Path, ...]


def new(
    folder: Path | None,
    county: str | None,
    year: int | None,
    ask: Callable[[str], str],
    today: date,
) -> Wanted:
    """Ask for what is not known yet. ask: shows a question and gives the answer."""
    if county is None:
        county = _answer(ask, "县名（如 泾源县）：", _county)
    if year is None:
        usual = today.year - 1
        year = _answer(
            ask, f"报告的年度（直接按回车键就是 {usual}）：", lambda text: _year(text, usual)
        )
    if folder is None:
        place = Path.cwd() / f"{county}{year}"
        question = f"项目文件夹（直接按回车键就是 {files.shown(place)}）："
        folder = _answer(ask, question, lambda text: _path(text) if text else place)
    last = _answer(ask, "上年的项目文件夹（可以拖进来；没有就直接按回车键）：", _last)
    return Wanted(folder, county, year, last)


def _answer(ask: Callable[[str], str], question: str, read: Callable[[str], _T]) -> _T:
    """The first answer that can be read; `read` raises ValueError with what to do instead."""
    hint = ""
    while True:
        try:
            return read(ask(hint + question).strip())
        except ValueError as error:
            hint = f"{error}\n"


def _county(text: str) -> str:
    try:
        campaign.fits_a_file_name(text)
    except Problem as problem:
        raise ValueError(str(problem)) from problem
    return text


def _year(text: str, usual: int) -> int:
    if not text:
        return usual
    if not text.isdecimal() or len(text) != 4:
        raise ValueError(f"年度应为四位数的年份，如 {usual}。")
    return int(text)


def _path(text: str) -> Path:
    """A path as typed or as dropped into a terminal, which puts quotes around it."""
    return Path(text.strip("\"'& "))


def _last(text: str) -> tuple[Path, ...]:
    if not text:
        return ()
    path = _path(text)
    if not (path / campaign.SETTINGS).is_file():
        raise ValueError(f"“{files.shown(path)}”不是一个填报项目（里面没有 {campaign.SETTINGS}）。")
    return (path,)

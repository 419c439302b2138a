"""What is wrong in a roster: every mistake with its rows and how to mend it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from jyxl import characters
from jyxl.definition import UNIT_KINDS
from jyxl.edges import files

_LONGEST_CODE, _LONGEST_NAME = 20, 60
_LONGEST = 220
"""The most bytes that code and name may take in a file name, of which most systems allow 255."""
_GAP = 10
"""If codes of one length end further than this below those of the next, they are no one count."""
_ADDRESS = re.compile(
    r"\A[A-Za-z0-9_!#$%&'*+/=?^`{|}~-]+(\.[A-Za-z0-9_!#$%&'*+/=?^`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])"
)


@dataclass(frozen=True)
class Mistake:
    """Something to mend. rows: as a spreadsheet counts them; what: without the full stop."""

    rows: tuple[int, ...]
    what: str


def code(text: str) -> Iterator[str]:
    """What is wrong with a code."""
    plain = unicodedata.normalize("NFKC", text)
    if why := files.unfit(text):
        yield f"单位代码“{_shown(text)}”{why}，因为它要用作文件名；请改掉"
    elif plain != text:
        yield f"单位代码“{text}”里有全角字符，请改成半角的“{plain}”"
    if len(text) > _LONGEST_CODE:
        yield f"单位代码太长，最多 {_LONGEST_CODE} 个字；请改短"


def name(text: str, of_code: str) -> Iterator[str]:
    """What is wrong with the name of a unit. of_code: its code, which stands before it in the
    names of files."""
    if why := files.unfit(text):
        yield f"单位名称“{_shown(text)}”{why}，因为它要用作文件名；请改掉"
    if len(text) > _LONGEST_NAME:
        yield f"单位名称太长，最多 {_LONGEST_NAME} 个字；请改短"
    elif len(f"{of_code}-{text}".encode()) > _LONGEST:
        yield "单位代码和单位名称合起来太长，不能用作文件名；请改短"


def kind(text: str) -> Iterator[str]:
    """What is wrong with a 类别."""
    if text not in UNIT_KINDS:
        yield (
            f"类别“{_shown(text)}”不认识，应为{'、'.join(UNIT_KINDS)}之一"
            "（街道写“乡镇”，直属事业单位写“部门”）"
        )


def mail(addresses: Iterable[str]) -> Iterator[str]:
    """What is wrong with the addresses of one unit."""
    for one in addresses:
        if not _ADDRESS.fullmatch(one):
            yield f"邮箱“{_shown(one)}”不是完整的邮箱地址，应像 name@example.com；请改正或留空"


def repeated(what: str, values: Mapping[int, str]) -> Iterator[Mistake]:
    """Values that are, or look, equal to one in a row above. values: row → value."""
    first: dict[str, int] = {}
    for row, value in values.items():
        above = first.setdefault(looks(value), row)
        if above == row:
            continue
        if values[above] == value:
            yield Mistake((row,), f"{what}“{value}”和第 {above} 行的重复，请改成不同的")
        else:
            yield Mistake(
                (row,),
                f"{what}“{value}”和第 {above} 行的“{values[above]}”看起来是同一个；"
                "请改成不同的，或删掉多余的一行",
            )


def looks(text: str) -> str:
    """Equal for texts that a person, or a spreadsheet, may take for the same: １０２ and 102,
    001 and 1, 县 公安局 and 县公安局."""
    plain = characters.BLANKS.sub("", unicodedata.normalize("NFKC", text)).casefold()
    return re.sub(r"0*(\d+)", r"\1", plain)


def lost_zeros(codes: Mapping[int, str]) -> Iterator[Mistake]:
    """Codes that seem to have lost the zeros before them. codes: row → code.

    That is so if one is shorter than another that has its zeros, or if the short ones and the
    long ones are no one count: 1, 2, 101, 102, but not 9, 10, 11.
    """
    figures = {row: one for row, one in codes.items() if re.fullmatch(r"[0-9]+", one)}
    longest = max(figures.values(), key=len, default="")
    short = {row: one for row, one in figures.items() if len(one) < len(longest)}
    zeros = [one for one in figures.values() if one.startswith("0") and len(one) > 1]
    if not short or not (zeros or _has_gap(figures.values())):
        return
    model = max(zeros, key=len, default=longest)
    example = next(iter(short.values()))
    yield Mistake(
        tuple(short),
        f"单位代码{_listed(short.values())}的位数比“{model}”少，可能是表格程序去掉了前面的零；"
        f"请把这一列设成文本格式，各代码写成一样长，如“{example.zfill(len(longest))}”",
    )


def _has_gap(codes: Iterable[str]) -> bool:
    by_length = [
        [int(one) for one in group] for _, group in groupby(sorted(codes, key=len), key=len)
    ]
    return any(min(above) - max(below) > _GAP for below, above in pairwise(by_length))


def _listed(codes: Iterable[str], most: int = 5) -> str:
    shown = list(codes)
    return "、".join(f"“{one}”" for one in shown[:most]) + ("等" if len(shown) > most else "")


def _shown(text: str, most: int = 40) -> str:
    """A text for a sentence: on one line, and not too long."""
    line = " ".join(characters.DISGUISES.sub(" ", text).split())
    return line if len(line) <= most else f"{line[:most]}…"


def told(file: str, mistakes: Sequence[Mistake]) -> str:
    """All mistakes of a roster: one sentence, or a list with a line for each."""
    by_what: dict[str, list[int]] = {}
    for mistake in mistakes:
        by_what.setdefault(mistake.what, []).extend(mistake.rows)
    lines = sorted((sorted(set(rows)), what) for what, rows in by_what.items())
    said = [f"第 {_ranges(rows)} 行：{what}。" for rows, what in lines]
    if len(said) == 1:
        return f"单位名册“{file}”{said[0]}"
    heading = f"单位名册“{file}”有 {len(said)} 处要改，改好并保存以后再运行："
    return "\n".join([heading, *(f"  {line}" for line in said)])


def _ranges(rows: Sequence[int]) -> str:
    """Sorted numbers in words: 2、4 至 6."""
    runs = [
        [row for _, row in group]
        for _, group in groupby(enumerate(rows), key=lambda one: one[1] - one[0])
    ]
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]} 至 {run[-1]}" for run in runs)

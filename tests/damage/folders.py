"""What goes wrong with files: their names, packing, files that are no returns, order of arrival.

Each function puts files into 回收/ of a campaign in rounds; the office collects after each round.
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from jyxl.edges.campaign import Campaign
from tests import play, word
from tests.damage import papers
from tests.damage.bombs import directory_of

Round = dict[str, bytes | Callable[[Path], object]]
"""Name → the content of a file, or what makes something else there."""
GOOD = {"t3.new.natural": 3, "t3.granted.natural": 3}
BETTER = {"t3.new.natural": 4, "t3.granted.natural": 4}
BAD = {"t3.new.natural": 3, "t3.granted.natural": "约3", "t4.cases.review.upheld": -1}


def _filled(campaign: Campaign, code: str, typed: dict[str, object]) -> bytes:
    return play.returned(campaign, code, typed)


def _good(campaign: Campaign, code: str = "B02") -> bytes:
    return _filled(campaign, code, dict(GOOD))


def zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return buffer.getvalue()


# names ------------------------------------------------------------------------------


def named_et(campaign: Campaign) -> Iterator[Round]:
    yield {"县水务局.et": _good(campaign)}


def named_xls(campaign: Campaign) -> Iterator[Round]:
    yield {"县水务局.xls": _good(campaign)}


def named_in_capitals(campaign: Campaign) -> Iterator[Round]:
    yield {"县水务局.XLSX": _good(campaign)}


def named_zip(campaign: Campaign) -> Iterator[Round]:
    yield {"县水务局.zip": _good(campaign)}


def named_nothing(campaign: Campaign) -> Iterator[Round]:
    yield {"新建文件": _good(campaign)}


def in_a_folder(campaign: Campaign) -> Iterator[Round]:
    yield {"1 月/周一/水务 😀 ' \".xlsx": _good(campaign)}


def strangers(campaign: Campaign) -> Iterator[Round]:
    yield {
        "~$县水务局.xlsx": b"\x05Excel",
        ".~县水务局.xlsx": b"WPS",
        ".DS_Store": b"\x00\x00\x00\x01Bud1",
        "._县水务局.xlsx": b"\x00\x05\x16\x07",
        "Thumbs.db": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "desktop.ini": b"[.ShellClassInfo]",
        "县水务局.xlsx": _good(campaign),
    }


def named_in_gbk(campaign: Campaign) -> Iterator[Round]:
    yield {os.fsdecode("县水务局.xlsx".encode("gbk")): _good(campaign)}


def named_to_deceive(campaign: Campaign) -> Iterator[Round]:
    yield {"a\x1b[2J.xlsx": _good(campaign), "表\u202exslx.exe": b"MZ"}


# what is no file -------------------------------------------------------------------------


def a_pipe(campaign: Campaign) -> Iterator[Round]:
    yield {"管道.xlsx": os.mkfifo, "县水务局.xlsx": _good(campaign)}


def links(campaign: Campaign) -> Iterator[Round]:
    to = {"一份.xlsx": campaign.ledger, "一夹": campaign.issued, "设备": "/dev/zero", "断了": "无"}
    strange: Round = {name: partial(_link, target=target) for name, target in to.items()}
    yield {**strange, "县水务局.xlsx": _good(campaign)}


def _link(path: Path, target: Path | str) -> None:
    path.symlink_to(target)


def very_deep(campaign: Campaign) -> Iterator[Round]:
    yield {"层/" * 51 + "x.xlsx": b"", "县水务局.xlsx": _good(campaign)}


def a_film(campaign: Campaign) -> Iterator[Round]:
    def make(path: Path) -> None:
        with path.open("wb") as film:
            film.truncate(2**30 + 1)

    yield {"录像.mp4": make, "县水务局.xlsx": _good(campaign)}


# packing -------------------------------------------------------------------------------


def packed(campaign: Campaign) -> Iterator[Round]:
    files = {"报送/水务.xlsx": _good(campaign), "报送/发改.xlsx": _good(campaign, "B01")}
    yield {"a.zip": zipped({**files, "__MACOSX/._水务.xlsx": b"", "报送/Thumbs.db": b""})}


def packed_with_gbk_names(campaign: Campaign) -> Iterator[Round]:
    name = "水务表.xlsx".encode("gb18030")
    data = zipped({"x" * len(name): _good(campaign)})
    yield {"a.zip": data.replace(b"x" * len(name), name)}


def packed_with_paths(campaign: Campaign) -> Iterator[Round]:
    yield {"a.zip": zipped({"../../../../水务.xlsx": _good(campaign), "/etc/x.xlsx": b""})}


def packed_twice(campaign: Campaign) -> Iterator[Round]:
    yield {"a.zip": zipped({"b.zip": zipped({"水务.xlsx": _good(campaign)})})}


def packed_with_a_letter(campaign: Campaign) -> Iterator[Round]:
    yield {"a.zip": zipped({"水务.xlsx": _good(campaign), "说明.pdf": b"%PDF-1.7"})}


def packed_and_loose(campaign: Campaign) -> Iterator[Round]:
    data = _good(campaign)
    yield {"1.xlsx": data}
    yield {"a.zip": zipped({"水务.xlsx": data})}


def packed_empty(campaign: Campaign) -> Iterator[Round]:
    yield {"a.zip": zipped({})}


def packed_bomb(campaign: Campaign) -> Iterator[Round]:
    yield {"a.zip": zipped({"水务.xlsx": bytes(500 * 2**20)})}


def packed_many(campaign: Campaign) -> Iterator[Round]:
    yield {"a.zip": zipped({f"{n}.txt": b"" for n in range(501)})}


def packed_with_password(campaign: Campaign) -> Iterator[Round]:
    data = bytearray(zipped({"水务.xlsx": _good(campaign)}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    yield {"a.zip": bytes(data)}


def packed_without_end(campaign: Campaign) -> Iterator[Round]:
    yield {"a.zip": directory_of(400_000, "水务.xlsx")}


def packed_damaged(campaign: Campaign) -> Iterator[Round]:
    """One member is broken, the other is not."""
    data = zipped({"水务.xlsx": _good(campaign), "发改.xlsx": _good(campaign, "B01")})
    first = struct.pack("<I", zlib.crc32(_good_of(data, "水务.xlsx")))
    yield {"a.zip": data.replace(first, bytes(4))}


def _good_of(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name)


# which unit and when ----------------------------------------------------------------------


def neighbours_workbook(campaign: Campaign) -> Iterator[Round]:
    yield {"县水务局.xlsx": _good(campaign, "B01")}


def two_units_swapped(campaign: Campaign) -> Iterator[Round]:
    yield {"县水务局.xlsx": _good(campaign, "B01"), "县发展和改革局.xlsx": _good(campaign, "B02")}


def same_file_twice(campaign: Campaign) -> Iterator[Round]:
    data = _good(campaign)
    yield {"1.xlsx": data, "2.xlsx": data}


def older_again(campaign: Campaign) -> Iterator[Round]:
    old, new = _good(campaign), _filled(campaign, "B02", dict(BETTER))
    yield {"1.xlsx": old}
    yield {"2.xlsx": new}
    yield {"3.xlsx": old}


def good_then_bad(campaign: Campaign) -> Iterator[Round]:
    yield {"1.xlsx": _good(campaign)}
    yield {"2.xlsx": _filled(campaign, "B02", dict(BAD))}


def returned_unchanged(campaign: Campaign) -> Iterator[Round]:
    yield {"1.xlsx": _filled(campaign, "B02", dict(BAD))}
    yield {"2.xlsx": _back(campaign, 1)}


def returned_unchanged_but_right(campaign: Campaign) -> Iterator[Round]:
    """A sheet is renamed; the workbook sent back has the figures and can be returned as it is."""
    book = play.filled(campaign, "B02", dict(GOOD))
    book["依申请公开"].title = "Sheet3"
    yield {"1.xlsx": play.saved(book)}
    yield {"2.xlsx": _back(campaign, 1)}


def corrected_in_part(campaign: Campaign) -> Iterator[Round]:
    yield {"1.xlsx": _filled(campaign, "B02", dict(BAD))}
    book = play.opened(_back(campaign, 1))
    play.type_in(book, campaign.edition, {"t3.granted.natural": 3})
    yield {"2.xlsx": play.saved(book)}


def corrected(campaign: Campaign) -> Iterator[Round]:
    yield {"1.xlsx": _filled(campaign, "B02", dict(BAD))}
    book = play.opened(_back(campaign, 1))
    play.type_in(book, campaign.edition, {"t3.granted.natural": 3, "t4.cases.review.upheld": None})
    yield {"2.xlsx": play.saved(book)}


def corrected_in_the_first_copy(campaign: Campaign) -> Iterator[Round]:
    yield {"1.xlsx": _filled(campaign, "B02", dict(BAD))}
    yield {"2.xlsx": _good(campaign)}


def _report(campaign: Campaign, figure: str, title: str = papers.TITLE) -> bytes:
    """A report in Word with the figures of GOOD, or with another one."""
    names = [
        f"t3.{row}.{column}" for row in ("new", "concluded") for column in ("natural", "total")
    ]
    texts = dict.fromkeys([*names, "t3.granted.natural", "t3.granted.total"], figure)
    return word.sent(campaign.edition, texts, title)


def word_then_workbook(campaign: Campaign) -> Iterator[Round]:
    yield {"1.docx": _report(campaign, "3")}
    book = play.opened(_back(campaign, 1))
    yield {"2.xlsx": play.saved(book)}


def word_after_workbook(campaign: Campaign) -> Iterator[Round]:
    yield {"1.xlsx": _good(campaign)}
    yield {"2.docx": _report(campaign, "3")}
    yield {"3.docx": _report(campaign, "4")}


def word_beside_workbook(campaign: Campaign) -> Iterator[Round]:
    yield {"a.zip": zipped({"1.docx": _report(campaign, "3"), "2.xlsx": _good(campaign)})}


def word_while_a_workbook_is_mended(campaign: Campaign) -> Iterator[Round]:
    yield {"1.xlsx": _filled(campaign, "B02", dict(BAD))}
    yield {"2.docx": _report(campaign, "3")}


def word_renamed(campaign: Campaign) -> Iterator[Round]:
    data = _report(campaign, "3", "2021年政府信息公开工作年度报告")
    yield {"年报.docx": data}
    yield {"县水务局.docx": data}


def word_named_after_another(campaign: Campaign) -> Iterator[Round]:
    yield {"河口镇.docx": _report(campaign, "3")}


def _back(campaign: Campaign, round_: int) -> bytes:
    return (campaign.sent_back / f"B02-县水务局-2021-退回{round_}.xlsx").read_bytes()


FOLDERS: dict[str, Callable[[Campaign], Iterator[Round]]] = {
    way.__name__: way
    for way in (
        *(named_et, named_xls, named_in_capitals, named_zip, named_nothing, in_a_folder, strangers),
        *(packed, packed_with_gbk_names, packed_with_paths, packed_twice, packed_with_a_letter),
        *(packed_and_loose, packed_empty, packed_bomb, packed_many, packed_with_password),
        *(packed_damaged, neighbours_workbook, two_units_swapped, same_file_twice, older_again),
        *(good_then_bad, returned_unchanged, returned_unchanged_but_right, corrected_in_part),
        *(corrected, corrected_in_the_first_copy, named_in_gbk, named_to_deceive, a_pipe, links),
        *(very_deep, a_film, packed_without_end, word_then_workbook, word_after_workbook),
        *(word_beside_workbook, word_while_a_workbook_is_mended, word_renamed),
        word_named_after_another,
    )
}


def _short(name: str) -> str:
    folders = name.split("/")
    return name if len(folders) < 4 else f"{folders[0]}/…/{folders[-1]}"


def outcomes(campaign: Campaign, way: Callable[[Campaign], Iterator[Round]]) -> list[str]:
    """'round: file verdict codes' for every file that came."""
    told = []
    for number, things in enumerate(way(campaign), 1):
        for name, what in things.items():
            if callable(what):
                what(campaign.returns / name)
            else:
                play.hand_in(campaign, name, what, f"2022-01-1{number} 09:00")
        collected = play.collect(campaign)
        told += [
            f"{number}: {_short(name)} unread"
            for name in things
            if any(
                f"回收/{name.split('/')[0]}{end}" in one
                for one in collected.problems
                for end in "”/"
            )
        ]
        for one in collected.received:
            if not one.seen_here:
                codes = [code for code, _ in play.told(one, notes=True)]
                file = one.file.removeprefix("回收/")
                told.append(" ".join([f"{number}: {file} {one.verdict}", *codes]))
    return told

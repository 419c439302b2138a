"""The bytes of a message: what every program reads in them, and that nobody can add to them."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jyxl.mail import mark, message, texts
from jyxl.mail.message import Letter
from jyxl.mail.texts import FILES, NAMES
from jyxl.problem import Problem
from tests.mail.submission import read
from tests.office.conftest import missing

LONG = "B01-" + "县发展和改革局（镕喆）及其所属单位" * 3 + "-2021.xlsx"
BOOK = bytes(range(256)) * 9
HEADERS = {
    *("From", "To", "Subject", "Date", "Message-ID", "X-Jyxl", "Auto-Submitted"),
    *("X-Auto-Response-Suppress", "MIME-Version", "Content-Type"),
}


def letter(**parts: Any) -> Letter:
    whole: dict[str, Any] = {
        "address": "office@163.com",
        "name": "云溪县政府办",
        "to": "unit@qq.com",
        "subject": "云溪县2021年政府信息公开工作年度报告：请填报（县发展和改革局镕喆）",
        "text": "县发展和改革局：\n　　随信附上。\n.\n",
        "message_id": "<abc@163.com>",
        "date": datetime(2022, 1, 5, 9, 0, tzinfo=UTC),
        "mark": "0123456789abcdef B01 issue 0 abc",
        "workbook": (LONG, BOOK),
    }
    return Letter(**{**whole, **parts})


def raw_headers(data: bytes) -> list[str]:
    """The names of the headers as they stand, and of nothing else."""
    head = data.partition(b"\r\n\r\n")[0].decode("ascii")
    return re.findall(r"^([\w-]+): ", head, re.MULTILINE)


class TestForm:
    def test_every_line_is_ascii_and_short(self) -> None:
        data = message.message(letter())
        lines = data.split(b"\r\n")
        assert b"\n" not in b"".join(lines)
        assert max(map(len, lines)) < 998
        assert not any(line.startswith(b".") for line in lines)

    def test_from_is_on_one_line(self) -> None:
        data = message.message(letter(name="一二三四五六七八九十一二三四五"))
        (line,) = re.findall(rb"^From: .*\r\n(?! )", data, re.MULTILINE)
        assert line.count(b"=?") == 1
        assert line.endswith(b"<office@163.com>\r\n")

    def test_a_name_stands_as_encoded_words_and_by_rfc_2231(self) -> None:
        data = message.message(letter()).decode("ascii")
        assert re.search(r'^ name="=\?utf-8\?B\?', data, re.MULTILINE)
        assert re.search(r"^ filename\*=utf-8''B01-%E5%8E%BF", data, re.MULTILINE)
        assert all(len(word) <= 75 for word in re.findall(r"=\?.*?\?=", data))

    def test_no_encoded_word_divides_a_character(self) -> None:
        data = message.message(letter(subject="汉" * 150)).decode("ascii")
        for word in re.findall(r"=\?utf-8\?B\?(.*?)\?=", data):
            base64.b64decode(word).decode("utf-8")

    def test_equal_letters_give_equal_bytes(self) -> None:
        assert message.message(letter()) == message.message(letter())

    def test_the_text_and_the_workbook_come_back(self) -> None:
        parsed = read(message.message(letter()))
        (book,) = parsed.iter_attachments()
        assert (book.get_filename(), book.get_content()) == (LONG, BOOK)
        body = parsed.get_body()
        assert isinstance(body, EmailMessage)
        assert body.get_content().replace("\r\n", "\n") == letter().text
        assert parsed.defects == []

    def test_a_draft_may_have_no_addresses(self) -> None:
        assert HEADERS - set(raw_headers(message.message(letter(to="", address="")))) == {
            "From",
            "To",
        }


ANY = st.text(st.characters(codec=None), max_size=300) | st.sampled_from(
    [
        "x\r\nBcc: thief@evil.test",
        "x\nBcc: thief@evil.test\n\nbody",
        "x\r\n\r\n<html>",
        "\u2028Bcc: a\u2029\x85\x0b\x0c\x00",
        '"; name="evil.exe',
        "=?utf-8?B?DQpCY2M6IGE=?=",
        "x\r\n--=_ \r\n",
    ]
)


class TestNothingIsAdded:
    @given(subject=ANY, name=ANY, text=ANY, book=ANY)
    def test_through_subject_names_or_text(
        self, subject: str, name: str, text: str, book: str
    ) -> None:
        made = letter(subject=subject, name=name, text=text, workbook=(book, BOOK))
        data = message.message(made)
        assert sorted(raw_headers(data)) == sorted(HEADERS)
        assert data.isascii()
        assert b"\r" not in data.replace(b"\r\n", b"")
        assert b"\n" not in data.replace(b"\r\n", b"")
        parsed = read(data)
        assert str(parsed["to"]).strip("<>") == "unit@qq.com"
        parts = [part for part in parsed.walk() if not part.is_multipart()]
        assert [part.get_content_type() for part in parts] == [
            "text/plain",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ]
        assert parts[1].get_payload(decode=True) == BOOK

    @given(ANY)
    def test_through_an_address_an_id_or_a_mark(self, text: str) -> None:
        for key in ("to", "address", "message_id", "answers", "mark"):
            try:
                data = message.message(letter(**{key: text}))
            except ValueError:
                continue
            assert set(raw_headers(data)) <= HEADERS | {"In-Reply-To", "References"}
            assert len(raw_headers(data)) == len(set(raw_headers(data)))

    @given(st.dictionaries(st.sampled_from(NAMES), ANY))
    def test_through_what_is_put_into_a_template(self, values: dict[str, str]) -> None:
        for what in FILES:
            subject, text = texts.template(what).filled(values)
            data = message.message(letter(subject=subject, text=text))
            assert sorted(raw_headers(data)) == sorted(HEADERS)


class TestTemplates:
    def test_what_is_put_in_is_not_looked_at_again(self) -> None:
        template = texts.template("issue", "主题：{单位}\n{单位}{年度}\n")
        assert template.filled({"单位": "{年度}", "年度": "2021"}) == ("{年度}", "{年度}2021\n")

    @pytest.mark.parametrize(
        "own",
        ["", "没有主题\n正文", "主题：\n正文", "主题：甲", "主题：甲\n", "主题：甲\n{单位名称}"],
    )
    def test_one_that_is_none_is_a_sentence(self, own: str) -> None:
        with pytest.raises(Problem, match=r"邮件-下发\.txt"):
            texts.template("issue", own)

    @pytest.mark.parametrize("what", FILES)
    def test_ours_use_only_names_that_there_are(self, what: Any) -> None:
        subject, text = texts.template(what).filled({name: name for name in NAMES})
        assert "{" not in subject + text
        assert subject
        assert text


class TestMark:
    @given(st.text(min_size=1, max_size=20), st.integers(0, 999))
    def test_it_comes_back(self, unit: str, round_: int) -> None:
        try:
            unit.encode()
        except UnicodeEncodeError:
            return
        made = mark.Mark("0123", unit, "return", round_, "abc")
        assert str(made).isascii()
        assert mark.parsed(str(made)) == made

    @given(st.text(max_size=60))
    def test_anything_else_is_none(self, text: str) -> None:
        found = mark.parsed(text)
        assert found is None or found.what in FILES


PARSERS = """
const fs = require('fs');
const { simpleParser } = require('mailparser');
const PostalMime = require('postal-mime');
(async () => {
  const out = [];
  for (const path of process.argv.slice(1)) {
    const data = fs.readFileSync(path);
    const one = await simpleParser(data);
    const two = await new (PostalMime.default || PostalMime)().parse(data);
    out.push({
      mailparser: [one.subject, one.from.value[0].name, one.to.value[0].address, one.text,
        one.attachments.map(a => [a.filename, a.content.toString('hex')])],
      postal: [two.subject, two.from.name, two.to[0].address, two.text,
        two.attachments.map(a => [a.filename, Buffer.from(a.content).toString('hex')])],
    });
  }
  console.log(JSON.stringify(out));
})();
"""
CACHE = Path(__file__).parents[2] / ".node" / "mail"
PACKAGES = {"mailparser": "3.7.2", "postal-mime": "2.4.3"}


@pytest.fixture(scope="module")
def modules() -> Path:
    """A node_modules folder with both libraries, fetched once."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        missing("Node with npm")
    folder = CACHE / "node_modules"
    if not all((folder / name / "package.json").exists() for name in PACKAGES):
        CACHE.mkdir(parents=True, exist_ok=True)
        wanted = [f"{name}@{version}" for name, version in PACKAGES.items()]
        quiet = ["--no-audit", "--no-fund", "--silent"]
        command = [str(npm), "install", "--prefix", str(CACHE), *quiet, *wanted]
        if subprocess.run(command, check=False, capture_output=True).returncode:
            missing("mailparser or postal-mime (npm could not fetch them)")
    return folder


@pytest.mark.slow
def test_two_parsers_that_are_not_python_read_the_same(modules: Path, tmp_path: Path) -> None:
    letters = [
        letter(),
        letter(subject="a", name="", workbook=("a.xlsx", b"")),
        letter(subject="汉" * 150, text="一\n\n二\n", workbook=("𠮷野家 & 'x'.xlsx", BOOK)),
    ]
    paths = []
    for number, one in enumerate(letters):
        paths.append(tmp_path / f"{number}.eml")
        paths[-1].write_bytes(message.message(one))
    done = subprocess.run(
        ["node", "-e", PARSERS, *map(str, paths)],
        env={"NODE_PATH": str(modules), "PATH": "/usr/local/bin:/usr/bin:/bin"},
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    for one, found in zip(letters, json.loads(done.stdout), strict=True):
        assert one.workbook is not None
        book = [[one.workbook[0], one.workbook[1].hex()]]
        for parser in ("mailparser", "postal"):
            subject, name, to, text, attached = found[parser]
            assert (subject, name, to) == (one.subject, one.name, one.to), parser
            assert text.replace("\r\n", "\n").strip() == one.text.strip(), parser
            assert attached == book, parser

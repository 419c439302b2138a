"""jyxl send as a command: statuses, JSON, questions, and where the password is not."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jyxl.contract import ByHandJson, DraftJson, PostedJson
from tests.mail.conftest import Office
from tests.mail.submission import CODE

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ended:
    status: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.out)
        return found


def send(office: Office, *options: str, code: str | None = CODE) -> Ended:
    """Run the program for real, with the password in the environment."""
    environment = {
        name: value for name, value in os.environ.items() if name != "JYXL_MAIL_PASSWORD"
    }
    done = subprocess.run(
        [
            sys.executable,
            "-X",
            "utf8",
            "-m",
            "jyxl",
            "send",
            "-C",
            office.campaign.folder,
            *options,
        ],
        cwd=ROOT,
        env={**environment, **({"JYXL_MAIL_PASSWORD": code} if code else {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def test_yes_sends_and_json_says_what(office: Office) -> None:
    ended = send(office, "--yes", "--json")
    assert (ended.status, ended.err) == (0, "")
    assert ended.json.keys() == PostedJson.__annotations__.keys()
    first = ended.json["drafts"][0]
    assert first.keys() == DraftJson.__annotations__.keys()
    assert first["unit"] == {"code": "B01", "name": "县发展和改革局"}
    assert (first["to"], first["what"], first["round"]) == ("fgj@unit.test", "issue", 0)
    assert (office.campaign.folder / first["file"]).parent == office.campaign.sent
    (by_hand,) = ended.json["by_hand"]
    assert by_hand.keys() == ByHandJson.__annotations__.keys()
    assert by_hand["unit"]["code"] == "Z01"
    assert (ended.json["sent"], ended.json["unsure"], ended.json["stopped"]) == (3, [], None)
    again = send(office, "--yes", "--json").json
    assert (again["drafts"], again["sent"]) == ([], 0)


def test_nothing_leaves_without_a_yes(office: Office) -> None:
    for options in ((), ("--json",)):
        ended = send(office, *options)
        assert ended.status == 2
        assert "--yes" in ended.err
    assert ended.json["sent"] == 0
    assert len(ended.json["drafts"]) == 3
    assert office.server.logins == []


def test_drafts_need_neither_mailbox_nor_password(office: Office) -> None:
    path = office.campaign.folder / "jyxl.toml"
    path.write_text(path.read_text("utf-8").partition("\n[mail]\n")[0], "utf-8")
    ended = send(office, "--drafts", code=None)
    assert (ended.status, ended.err) == (0, "")
    assert len(list(office.campaign.to_send.rglob("*.eml"))) == 4
    assert "fgj@unit.test" in ended.out
    without = send(office, "--yes", code=None)
    assert without.status == 2
    assert "[mail]" in without.err


def test_without_a_password_it_says_so(office: Office) -> None:
    ended = send(office, "--yes", code=None)
    assert ended.status == 2
    assert "JYXL_MAIL_PASSWORD" in ended.err


def test_what_was_not_sent_is_said_last(office: Office) -> None:
    office.server.faults["fgj@unit.test"] = ["rcpt 550 no such user"]
    office.server.faults["swj@unit.test"] = ["cut data"]
    ended = send(office, "--yes", "--json")
    assert ended.status == 2
    assert [one["why"] for one in ended.json["unsent"]] == ["550 no such user"]
    assert [one["to"] for one in ended.json["unsure"]] == ["swj@unit.test"]
    assert ended.json["sent"] == 1
    assert "存疑" in ended.err


def test_the_login_can_be_tried(office: Office) -> None:
    ended = send(office, "--test")
    assert (ended.status, len(ended.out.splitlines())) == (0, 3)
    ended = send(office, "--test", code="wrong")
    assert (ended.status, ended.out.count("。")) == (2, 1)
    assert "授权码" in ended.err


def test_the_password_is_nowhere(office: Office) -> None:
    """Neither in what is printed nor in any file, also if the server says it back."""
    office.server.faults["fgj@unit.test"] = [
        f"data 554 {CODE} {base64.b64encode(CODE.encode()).decode()}"
    ]
    office.server.faults["swj@unit.test"] = ["cut data"]
    ended = [send(office, "--yes"), send(office, "--test"), send(office, "--yes", "--json")]
    secret = (CODE, base64.b64encode(CODE.encode()).decode(), CODE.lower())
    written = [path.read_bytes() for path in office.campaign.folder.rglob("*") if path.is_file()]
    assert office.server.logins
    for one in secret:
        assert all(one not in end.out + end.err for end in ended)
        assert all(one.encode() not in data for data in written)


@pytest.mark.slow
def test_many_units(office: Office) -> None:
    """Of 400 units only those with something due get a message, within seconds."""
    lines = [f"C{n:04},第{n}局,部门,,,u{n}@unit.test" for n in range(400)]
    roster = "\n".join(["单位代码,单位名称,类别,联络人,电话,邮箱", *lines, ""])
    (office.campaign.folder / "units.csv").write_text(roster, "utf-8")
    for n in range(400):
        (office.campaign.issued / f"C{n:04}-第{n}局-2021.xlsx").write_bytes(b"PK%d" % n)
    first = send(office, "--yes", "--json")
    assert (first.status, first.json["sent"]) == (0, 400), first.err
    (office.campaign.issued / "C0007-第7局-2021.xlsx").write_bytes(b"PK anew")
    again = send(office, "--yes", "--json")
    assert [one["unit"]["code"] for one in again.json["drafts"]] == ["C0007"]

"""The locks hold in LibreOffice: no password but the right one opens a sheet.

The lock on the structure, which LibreOffice does not read from xlsx, carries the same hash;
what Excel does with it is computed here according to ECMA-376 (part 1, 18.2.29).
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import shutil
import struct
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest

from jyxl import editions
from jyxl.layout import CHECKS, GUIDE, IDENTITY
from jyxl.writer import unit
from tests.office.conftest import Office, missing
from tests.office.fillings import form

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
SCRIPT = Path(__file__).with_name("unprotect.py")
LONG = "一个比十五个字符长得多的口令，老的散列在这里就不管用了2019"
WRONG = ("", "云溪2018", "云溪", "云溪2019 ", "a", LONG[:15])


def python_with_uno() -> str:
    for program in (sys.executable, "/usr/bin/python3", shutil.which("python3")):
        if (
            program
            and not subprocess.run(
                [program, "-c", "import uno"], capture_output=True, check=False
            ).returncode
        ):
            return program
    missing("LibreOffice's Python bridge (python3-uno)")
    raise AssertionError


def locked(password: str) -> bytes:
    edition = editions.load("2021")
    made = form(edition, "部门")
    return unit.workbook(edition, replace(made, lock=replace(made.lock, password=password)))


@pytest.mark.parametrize("password", ["云溪2019", LONG])
@pytest.mark.office
def test_only_the_right_password_opens(office: Office, password: str) -> None:
    python = python_with_uno()
    path = office.folder / f"locked-{len(password)}.xlsx"
    path.write_bytes(locked(password))
    wrong = [word for word in WRONG if word != password]
    outcome = subprocess.run(
        [python, SCRIPT, office.program, office.profile(0), path, *wrong, password],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    opened = json.loads(outcome.stdout.strip().splitlines()[-1])
    assert {word: opened[word] for word in wrong} == {word: [] for word in wrong}
    edition = editions.load("2021")
    sheets = [GUIDE, *(table.sheet for table in edition.tables), CHECKS, IDENTITY]
    assert opened[password] == sheets


@pytest.mark.parametrize("password", ["云溪2019", LONG])
def test_only_the_right_password_opens_the_structure(password: str) -> None:
    data = locked(password)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        book = ElementTree.fromstring(package.read("xl/workbook.xml"))
    (lock,) = book.findall(f"{MAIN}workbookProtection")
    assert lock.get("lockStructure") == "1"
    assert lock.get("workbookPassword") is None
    assert [word for word in (*WRONG, password) if opens(lock, word)] == [password]


def opens(lock: ElementTree.Element, password: str) -> bool:
    assert lock.get("workbookAlgorithmName") == "SHA-512"
    salt = base64.b64decode(lock.get("workbookSaltValue", ""))
    digest = hashlib.sha512(salt + password.encode("utf-16-le")).digest()
    for spin in range(int(lock.get("workbookSpinCount", ""))):
        digest = hashlib.sha512(digest + struct.pack("<I", spin)).digest()
    return base64.b64encode(digest).decode() == lock.get("workbookHashValue")

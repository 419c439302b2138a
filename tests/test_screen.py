"""What the terminal shows if there are very many files."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from jyxl import messages, returns_screen, screen
from jyxl.steps.collect import Received
from jyxl.terms import Reception


def received(count: int, verdict: Reception) -> list[Received]:
    findings = (messages.finding("S-FOREIGN"),) if verdict == "refused" else ()
    return [
        Received(f"{verdict}-{n}.xlsx", f"{n:064x}", None, None, verdict, findings)
        for n in range(count)
    ]


def shown(outcomes: list[Received]) -> str:
    console = Console(file=io.StringIO(), width=120)
    console.print(returns_screen.checked(outcomes))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


@pytest.mark.parametrize(("accepted", "listed"), [(0, True), (199, True), (200, False)])
def test_of_very_many_files_those_that_did_not_pass_are_listed(accepted: int, listed: bool) -> None:
    text = shown([*received(accepted, "accepted"), *received(1, "refused")])
    assert "refused-0.xlsx" in text
    assert text.count("accepted-") == (accepted if listed else 0)
    assert ("通过的 200 个没有列出" in text) is not listed


def test_where_all_of_very_many_passed_there_is_no_empty_table() -> None:
    text = shown(received(201, "accepted"))
    assert "收到的文件" not in text
    assert "通过的 201 个没有列出" in text


def test_of_a_hundred_thousand_only_the_first_are_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "MOST", 3)
    text = shown(received(10, "refused"))
    assert [f"refused-{n}.xlsx" in text for n in range(5)] == [True, True, True, False, False]
    assert text.count("另有 7 个没有列出") == 2  # the files, and what was found in them
    heading, *lines = screen.listed("退回：", map(str, range(4)))
    assert [str(one) for one in (heading, *lines)] == [
        *("退回：", "  0", "  1", "  2"),
        "  另有 1 个没有列出；用 --json 可以看全部。",
    ]

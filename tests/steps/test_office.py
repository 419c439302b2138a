"""What came earlier never supersedes, and the office has the last word."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from jyxl import contract
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Allowed, Rejected
from jyxl.edges.ledger import open_ledger
from jyxl.edges.standing import Standing, standings
from jyxl.explaining import ALLOWED, is_allowed, is_empty_explanation
from jyxl.layout import CHECKS, EXPLANATIONS, STATUS, sheet
from jyxl.messages import CATALOGUE
from jyxl.problem import Problem
from jyxl.steps import rule
from jyxl.steps.collect import Collected, Received, Settled
from jyxl.verdict_words import ATTEMPTS
from tests import play
from tests.damage.folders import zipped

LICENCES = "t2.licence.decisions"
YUAN = {"t2.charges.fees": 251000}
WARNING = "T2-U/charges.fees"
GBK = "旧版.xlsx".encode("gbk")


def good(campaign: Campaign, code: str, licences: int) -> bytes:
    return play.returned(campaign, code, {LICENCES: licences})


def accept(campaign: Campaign, file: str, because: str = "电话核实过") -> tuple[str, Settled]:
    with open_ledger(campaign) as ledger:
        judged, settled = rule.accept(campaign, ledger, file, because)
    return judged.decision, settled


def reject(
    campaign: Campaign, code: str, because: str = "许可数请核实", at: str | None = None
) -> Settled:
    with open_ledger(campaign) as ledger:
        _, settled = rule.reject(campaign, ledger, code, because, at)
    return settled


def codes(received: Received) -> list[str]:
    return [found.code for found in received.findings]


def last(collected: Collected) -> tuple[str, list[str]]:
    return collected.received[-1].verdict, codes(collected.received[-1])


class TestOlder:
    def test_an_older_file_is_held_with_the_cells_that_differ(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "new.xlsx", good(campaign, "B01", 9), "2022-01-12 09:00")
        play.collect(campaign)
        play.hand_in(campaign, "a-old.xlsx", good(campaign, "B01", 7), "2022-01-10 09:00")
        collected = play.collect(campaign)
        (held,) = [one for one in collected.received if not one.seen_here]
        assert (held.verdict, codes(held)) == ("held", ["S-OLDER"])
        assert LICENCES in held.findings[0].place.cells
        assert held.findings[0].place.spot == LICENCES
        assert play.figure(campaign, LICENCES) == 9

    def test_it_counts_once_the_office_accepts_it(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "new.xlsx", good(campaign, "B01", 9), "2022-01-12 09:00")
        play.collect(campaign)
        play.hand_in(campaign, "old.xlsx", good(campaign, "B01", 7), "2022-01-10 09:00")
        play.collect(campaign)
        decision, _ = accept(campaign, "回收/old.xlsx", "单位说以这份为准")
        assert decision == "accepted"
        assert play.figure(campaign, LICENCES) == 7
        (ruling,) = play.status(campaign)["B01"].rulings
        assert (ruling.is_allowed, ruling.because) == (True, "单位说以这份为准")
        assert play.status(campaign)["B01"].attempts == ()
        assert play.collect(campaign).attempts == ()
        assert play.figure(campaign, LICENCES) == 7

    def test_with_equal_figures_there_is_nothing_to_decide(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "new.xlsx", good(campaign, "B01", 9), "2022-01-12 09:00")
        play.collect(campaign)
        again = play.saved(play.opened(good(campaign, "B01", 9)))
        play.hand_in(campaign, "old.xlsx", again + b"", "2022-01-10 09:00")
        collected = play.collect(campaign)
        assert collected.attempts == ()

    def test_an_older_faulty_file_is_not_sent_back(self, campaign: Campaign) -> None:
        """Otherwise a unit that has passed would get an error workbook."""
        play.hand_in(campaign, "new.xlsx", good(campaign, "B01", 9), "2022-01-12 09:00")
        play.collect(campaign)
        faulty = play.returned(campaign, "B01", {LICENCES: "约7"})
        play.hand_in(campaign, "old.xlsx", faulty, "2022-01-10 09:00")
        collected = play.collect(campaign)
        old = next(one for one in collected.received if one.file.endswith("old.xlsx"))
        assert (old.verdict, codes(old), old.sent_back) == ("held", ["S-OLDER", "F-1"], None)
        assert list(campaign.sent_back.glob("*.xlsx")) == []
        decision, settled = accept(campaign, "old.xlsx")
        assert decision == "returned"
        assert len(settled.sent) == 1
        assert play.figure(campaign, LICENCES) == 9

    def test_a_newer_return_says_what_it_changes(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "1.xlsx", good(campaign, "B01", 7))
        play.collect(campaign)
        play.hand_in(campaign, "2.xlsx", good(campaign, "B01", 9), "2022-01-11 09:00")
        (new,) = [one for one in play.collect(campaign).received if not one.seen_here]
        assert (new.verdict, codes(new)) == ("accepted", ["S-NEWER"])
        assert new.findings[0].place.cells == (LICENCES,)
        assert "由 7 变为 9" in new.findings[0].message

    def test_a_superseded_return_that_comes_again_is_held(self, campaign: Campaign) -> None:
        first = good(campaign, "B01", 7)
        play.hand_in(campaign, "1.xlsx", first)
        play.collect(campaign)
        play.hand_in(campaign, "2.xlsx", good(campaign, "B01", 9), "2022-01-11 09:00")
        play.collect(campaign)
        play.hand_in(campaign, "3.xlsx", first, "2022-01-12 09:00")
        assert last(play.collect(campaign)) == ("held", ["S-AGAIN"])
        assert play.figure(campaign, LICENCES) == 9
        assert accept(campaign, "3.xlsx")[0] == "accepted"
        assert play.figure(campaign, LICENCES) == 7

    def test_copies_of_all_that_came_change_nothing(self, campaign: Campaign) -> None:
        first = good(campaign, "B01", 7)
        play.hand_in(campaign, "1.xlsx", first)
        play.collect(campaign)
        play.hand_in(campaign, "2.xlsx", good(campaign, "B01", 9), "2022-01-11 09:00")
        play.collect(campaign)
        play.hand_in(campaign, "备份/1.xlsx", first)
        collected = play.collect(campaign)
        assert {one.verdict for one in collected.received} == {"duplicate"}
        assert collected.attempts == ()

    def test_after_the_newer_one_is_rejected_an_older_one_still_waits(
        self, campaign: Campaign
    ) -> None:
        play.hand_in(campaign, "new.xlsx", good(campaign, "B01", 9), "2022-01-12 09:00")
        play.collect(campaign)
        play.hand_in(campaign, "old.xlsx", good(campaign, "B01", 7), "2022-01-10 09:00")
        play.collect(campaign)
        reject(campaign, "B01")
        assert play.status(campaign)["B01"].state == "returned"
        assert accept(campaign, "old.xlsx")[0] == "accepted"
        assert play.figure(campaign, LICENCES) == 7

    def test_an_earlier_version_can_be_chosen(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "1.xlsx", good(campaign, "B01", 7))
        play.collect(campaign)
        play.hand_in(campaign, "2.xlsx", good(campaign, "B01", 9), "2022-01-11 09:00")
        play.collect(campaign)
        assert accept(campaign, "1.xlsx")[0] == "accepted"
        assert play.figure(campaign, LICENCES) == 7
        with pytest.raises(Problem, match="现在就是"):
            accept(campaign, "1.xlsx")

    def test_moving_a_held_file_away_settles_it(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "new.xlsx", good(campaign, "B01", 9), "2022-01-12 09:00")
        play.collect(campaign)
        path = play.hand_in(campaign, "old.xlsx", good(campaign, "B01", 7), "2022-01-10 09:00")
        assert len(play.collect(campaign).attempts) == 1
        path.unlink()
        assert play.collect(campaign).attempts == ()
        assert play.status(campaign)["B01"].attempts == ()

    @pytest.mark.skipif(os.name == "nt", reason="names are in Unicode there")
    @pytest.mark.parametrize(("name", "inside"), [(GBK, b""), (GBK, GBK), (b"a.zip", GBK)])
    def test_a_held_file_with_a_name_in_gbk_stays_on_the_list(
        self, campaign: Campaign, name: bytes, inside: bytes
    ) -> None:
        """Its own name, or that of the zip, or both."""
        play.hand_in(campaign, "new.xlsx", good(campaign, "B01", 9), "2022-01-12 09:00")
        play.collect(campaign)
        data = good(campaign, "B01", 7)
        if inside:
            instead = "x" * len(inside)
            data = zipped({instead: data}).replace(instead.encode(), inside)
        path = play.hand_in(campaign, os.fsdecode(name), data, "2022-01-10 09:00")
        assert [one.lies for one in play.collect(campaign).attempts] == [True]
        path.unlink()
        assert play.collect(campaign).attempts == ()

    def test_a_file_that_was_changed_since_it_came_is_not_accepted_unseen(
        self, campaign: Campaign
    ) -> None:
        play.hand_in(campaign, "县水务局.xlsx", good(campaign, "B01", 5))
        play.collect(campaign)
        play.hand_in(campaign, "县水务局.xlsx", good(campaign, "B01", 6))
        with pytest.raises(Problem, match="又改过"):
            accept(campaign, "县水务局.xlsx")


class TestSender:
    def test_another_units_workbook_is_held_and_can_be_accepted(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "县水务局.xlsx", good(campaign, "B01", 5))
        assert last(play.collect(campaign)) == ("held", ["S-SENDER"])
        assert play.status(campaign)["B01"].state == "missing"
        assert accept(campaign, "县水务局.xlsx", "县发展和改革局起错了名")[0] == "accepted"
        assert play.status(campaign)["B01"].state == "accepted"
        assert play.figure(campaign, LICENCES) == 5

    def test_it_is_settled_once_both_units_have_passed(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "县水务局.xlsx", good(campaign, "B01", 5))
        assert len(play.collect(campaign).attempts) == 1
        play.hand_in(campaign, "b01.xlsx", good(campaign, "B01", 6), "2022-01-11 09:00")
        assert len(play.collect(campaign).attempts) == 1
        play.hand_in(campaign, "b02.xlsx", good(campaign, "B02", 1), "2022-01-11 09:00")
        assert play.collect(campaign).attempts == ()


class TestReject:
    def test_it_stops_counting_and_goes_back_with_the_remark(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "1.xlsx", good(campaign, "B01", 7))
        play.collect(campaign)
        table = campaign.edition.table["t2"]
        address = sheet(table).address(LICENCES)
        settled = reject(campaign, "B01", "=许可数比台账多", f"{table.sheet}!{address}")
        standing = play.status(campaign)["B01"]
        assert (standing.state, standing.rounds) == ("returned", 1)
        assert standing.latest is not None
        assert [(one.code, one.place.spot) for one in standing.latest.findings] == [
            ("O-1", LICENCES)
        ]
        (sent,) = settled.sent.values()
        book = play.opened((campaign.folder / sent).read_bytes())
        assert book[table.sheet][address].value == 7
        assert not campaign.county_workbook.exists() or settled.merged.path is None

    def test_corrected_it_counts_again(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "1.xlsx", good(campaign, "B01", 7))
        play.collect(campaign)
        (sent,) = reject(campaign, "B01").sent.values()
        book = play.opened((campaign.folder / sent).read_bytes())
        play.type_in(book, campaign.edition, {LICENCES: 6})
        play.hand_in(campaign, "2.xlsx", book, "2022-01-12 09:00")
        assert last(play.collect(campaign))[0] == "accepted"
        assert play.figure(campaign, LICENCES) == 6
        assert not (campaign.folder / sent).exists()
        assert (campaign.sent_back / "已处理" / Path(sent).name).is_file()

    @pytest.mark.parametrize("saves_again", [False, True])
    def test_sent_again_as_it_was_it_does_not_count(
        self, campaign: Campaign, saves_again: bool
    ) -> None:
        play.hand_in(campaign, "1.xlsx", good(campaign, "B01", 7))
        play.collect(campaign)
        (sent,) = reject(campaign, "B01").sent.values()
        data = (campaign.folder / sent).read_bytes()
        data = play.saved(play.opened(data)) if saves_again else data
        play.hand_in(campaign, "2.xlsx", data, "2022-01-12 09:00")
        assert last(play.collect(campaign)) == ("returned", ["S-UNCHANGED", "O-1"])

    def test_a_name_that_was_accepted_does_not_keep_it_from_going_back(
        self, campaign: Campaign
    ) -> None:
        play.hand_in(campaign, "县水务局.xlsx", good(campaign, "B01", 5))
        play.collect(campaign)
        accept(campaign, "县水务局.xlsx")
        settled = reject(campaign, "B01")
        assert play.status(campaign)["B01"].state == "returned"
        assert len(settled.sent) == 1

    def test_the_office_may_change_its_mind(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "1.xlsx", good(campaign, "B01", 7))
        play.collect(campaign)
        reject(campaign, "B01")
        assert accept(campaign, "1.xlsx")[0] == "accepted"
        assert play.status(campaign)["B01"].state == "accepted"
        assert play.figure(campaign, LICENCES) == 7

    def test_no_older_return_takes_the_place_of_a_rejected_one(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "1.xlsx", good(campaign, "B01", 7))
        play.collect(campaign)
        play.hand_in(campaign, "2.xlsx", good(campaign, "B01", 9), "2022-01-11 09:00")
        play.collect(campaign)
        settled = reject(campaign, "B01")
        assert play.status(campaign)["B01"].state == "returned"
        assert settled.merged.path is None
        assert not campaign.county_workbook.exists()
        assert settled.merged.old is not None
        assert settled.merged.old.is_file()

    def test_what_was_rejected_before_the_last_time_does_not_count_again(
        self, campaign: Campaign
    ) -> None:
        play.hand_in(campaign, "1.xlsx", good(campaign, "B01", 7))
        play.collect(campaign)
        reject(campaign, "B01")
        play.hand_in(campaign, "2.xlsx", good(campaign, "B01", 9), "2022-01-11 09:00")
        play.collect(campaign)
        reject(campaign, "B01")
        again = play.saved(play.opened(good(campaign, "B01", 7)))
        play.hand_in(campaign, "3.xlsx", again, "2022-01-12 09:00")
        assert last(play.collect(campaign)) == ("returned", ["S-UNCHANGED", "O-1"])

    def test_a_corrected_return_stays_if_a_rejected_one_comes_again(
        self, campaign: Campaign
    ) -> None:
        first = good(campaign, "B01", 7)
        play.hand_in(campaign, "1.xlsx", first)
        play.collect(campaign)
        reject(campaign, "B01")
        play.hand_in(campaign, "2.xlsx", good(campaign, "B01", 9), "2022-01-11 09:00")
        play.collect(campaign)
        again = play.saved(play.opened(first))
        play.hand_in(campaign, "3.xlsx", again, "2022-01-12 09:00")
        play.collect(campaign)
        assert play.figure(campaign, LICENCES) == 9

    def test_both_are_in_the_ledger_with_reason_and_time(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "县水务局.xlsx", good(campaign, "B01", 5))
        play.collect(campaign)
        accept(campaign, "县水务局.xlsx", "甲")
        reject(campaign, "B01", "乙")
        found = [one for one in play.events(campaign) if isinstance(one, Allowed | Rejected)]
        assert [(one.because, one.unit, len(one.time)) for one in found] == [
            ("甲", "B01", 19),
            ("乙", "B01", 19),
        ]

    def test_a_run_cut_short_is_carried_out_by_the_next(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "1.xlsx", good(campaign, "B01", 7))
        play.collect(campaign)
        counts = play.status(campaign)["B01"].in_force
        assert counts is not None
        with open_ledger(campaign) as ledger:
            ledger.add([Rejected(counts.sha256, counts.file, "B01", "丙", "2022-01-12T09:00:00")])
        play.collect(campaign)
        standing = play.status(campaign)["B01"]
        assert (standing.state, (campaign.folder / standing.sent_back).is_file()) == (
            "returned",
            True,
        )

    @pytest.mark.parametrize("at", ["C5", "校验!C5", "主动公开!A1", "不存在!C5", "主动公开!"])
    def test_a_place_that_is_no_cell_is_refused(self, campaign: Campaign, at: str) -> None:
        play.hand_in(campaign, "1.xlsx", good(campaign, "B01", 7))
        play.collect(campaign)
        with pytest.raises(Problem):
            reject(campaign, "B01", "丁", at)
        assert play.status(campaign)["B01"].state == "accepted"

    def test_what_does_not_count_cannot_be_rejected(self, campaign: Campaign) -> None:
        with pytest.raises(Problem, match="还没有一份通过"):
            reject(campaign, "B01")


class TestAccept:
    @pytest.mark.parametrize("file", ["没有.xlsx", "", "../1.xlsx"])
    def test_a_file_that_never_came(self, campaign: Campaign, file: str) -> None:
        with pytest.raises(Problem, match="没有收过"):
            accept(campaign, file)

    def test_no_reason_no_decision(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "县水务局.xlsx", good(campaign, "B01", 5))
        play.collect(campaign)
        with pytest.raises(Problem, match="理由"):
            accept(campaign, "县水务局.xlsx", " ")

    def test_a_refused_file_cannot_count(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "县水务局.docx", b"PK not a workbook")
        play.collect(campaign)
        with pytest.raises(Problem, match="拒收"):
            accept(campaign, "县水务局.docx")

    def test_errors_cannot_be_accepted_but_an_unexplained_warning_can(
        self, campaign: Campaign
    ) -> None:
        play.hand_in(campaign, "1.xlsx", play.returned(campaign, "B01", {LICENCES: "约7"}))
        play.hand_in(campaign, "2.xlsx", play.returned(campaign, "B02", YUAN))
        play.collect(campaign)
        with pytest.raises(Problem, match="错误"):
            accept(campaign, "1.xlsx")
        assert accept(campaign, "2.xlsx", "确有其事")[0] == "accepted"
        assert not play.status(campaign)["B02"].to_read

    def test_two_files_of_one_name_are_asked_back(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "甲/县水务局.xlsx", good(campaign, "B01", 5))
        play.hand_in(campaign, "乙/县水务局.xlsx", good(campaign, "B01", 6))
        play.collect(campaign)
        with pytest.raises(Problem, match="2 份"):
            accept(campaign, "县水务局.xlsx")
        assert accept(campaign, "回收/乙/县水务局.xlsx")[0] == "accepted"


class TestExplanations:
    def explained(self, campaign: Campaign, words: str) -> None:
        book = play.filled(campaign, "B01", YUAN)
        play.explain(book, campaign.edition, "部门", WARNING, words)
        play.hand_in(campaign, "1.xlsx", book)
        play.collect(campaign)

    def test_they_wait_until_the_office_has_accepted_them(self, campaign: Campaign) -> None:
        self.explained(campaign, "情况属实")
        assert play.status(campaign)["B01"].to_read
        assert "待阅（没有说出原因）" in texts(campaign, EXPLANATIONS)
        assert "1 处说明待阅" in texts(campaign, STATUS)
        assert "可疑数字还有 1 处没有认可" in texts(campaign, CHECKS)
        assert accept(campaign, "1.xlsx", "已问过水费")[0] == "accepted"
        assert not play.status(campaign)["B01"].to_read
        assert "已问过水费" in texts(campaign, EXPLANATIONS)
        assert "1 处说明待阅" not in texts(campaign, STATUS)
        assert "没有认可" not in texts(campaign, CHECKS)

    def test_what_the_office_let_count_is_not_said_by_the_unit(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "1.xlsx", play.filled(campaign, "B01", YUAN))
        play.collect(campaign)
        assert accept(campaign, "1.xlsx", "已问过水费")[0] == "accepted"
        (one,) = play.status(campaign)["B01"].explanations
        assert (one.words, one.allowed) == ("", "已问过水费")
        page = openpyxl.load_workbook(campaign.county_workbook)[EXPLANATIONS]
        assert [cell.value for cell in page[3]][5:7] == [None, "已问过水费"]

    @pytest.mark.parametrize("words", ["情况属实", "无误。", "核实无误", "已核", "数据准确无误！"])
    def test_words_that_say_nothing(self, words: str) -> None:
        assert is_empty_explanation(words)

    @pytest.mark.parametrize("words", ["土地出让收入", "新增 3 个窗口", "含上年结转的水资源费"])
    def test_words_that_say_something(self, words: str) -> None:
        assert not is_empty_explanation(words)

    def test_the_longest_text_is_judged_at_once(self) -> None:
        assert is_empty_explanation("核对" * 16000)


class TestAttempts:
    def test_a_refused_file_is_put_down_to_its_unit(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "县水务局.docx", b"PK\x03\x04word", "2022-01-14 09:00")
        collected = play.collect(campaign)
        standing = play.status(campaign)["B02"]
        assert standing.state == "missing"
        assert [one.words for one in standing.attempts] == ["打不开的文件（1 月 14 日）"]
        (notice,) = [one.notice for one in collected.received]
        assert notice == "退回/B02-县水务局-没有采用.txt"
        text = (campaign.folder / notice).read_bytes().decode("utf-8-sig")
        assert text.startswith("县水务局：\r\n")
        assert "县水务局.docx" in text
        assert "B02-县水务局-2021.xlsx" in text

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ({"t3.new.natural": 1}, "请在退回的“B02-县水务局-2021-退回1.xlsx”里改好"),
            ({}, "你单位先前交的一份已经通过，照常有效"),
        ],
    )
    def test_who_has_a_return_is_told_what_becomes_of_it(
        self, campaign: Campaign, typed: dict[str, object], told: str
    ) -> None:
        play.hand_in(campaign, "a.xlsx", play.returned(campaign, "B02", typed), "2022-01-10 09:00")
        play.hand_in(campaign, "县水务局.pdf", b"%PDF-1.7", "2022-01-14 09:00")
        play.collect(campaign)
        text = (campaign.sent_back / "B02-县水务局-没有采用.txt").read_text(encoding="utf-8-sig")
        assert told in text
        assert "随信附上" not in text

    @pytest.mark.parametrize(
        ("file", "code"),
        [
            ("县水务局/表.xlsx", "B02"),
            ("河口镇.zip/县水务局.pdf", "B02"),
            ("河口镇/a/b.pdf", "Z01"),
        ],
    )
    def test_by_its_folder_too(self, campaign: Campaign, file: str, code: str) -> None:
        play.hand_in(campaign, file, b"%PDF-1.4")
        play.collect(campaign)
        assert [len(play.status(campaign)[one].attempts) for one in ("B01", code)] == [0, 1]

    def test_two_names_leave_it_open(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "县水务局和河口镇.pdf", b"%PDF-1.4")
        collected = play.collect(campaign)
        assert [one.unit for one in collected.attempts] == [""]
        assert (collected.received[0].notice or "").startswith("退回/不明单位-")

    def test_what_is_settled_is_on_no_list(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "县水务局.pdf", b"%PDF-1.4")
        notice = play.collect(campaign).received[0].notice
        play.hand_in(campaign, "b02.xlsx", good(campaign, "B02", 1), "2022-01-14 09:00")
        collected = play.collect(campaign)
        assert collected.attempts == ()
        assert [one.still_open for one in collected.received] == [False, False]
        assert not (campaign.folder / (notice or "")).exists()
        assert (campaign.sent_back / "已处理" / Path(notice or "").name).is_file()

    def test_an_unknown_file_is_settled_when_it_is_gone(self, campaign: Campaign) -> None:
        path = play.hand_in(campaign, "扫描件.pdf", b"%PDF-1.4")
        play.collect(campaign)
        assert len(list(campaign.sent_back.glob("*.txt"))) == 1
        path.unlink()
        play.collect(campaign)
        assert list(campaign.sent_back.glob("*.txt")) == []

    def test_a_unit_that_passed_in_the_same_run_is_not_sent_back_to(
        self, campaign: Campaign
    ) -> None:
        faulty = play.returned(campaign, "B01", {LICENCES: "约7"})
        play.hand_in(campaign, "1.xlsx", faulty, "2022-01-10 09:00")
        play.hand_in(campaign, "2.xlsx", good(campaign, "B01", 7), "2022-01-11 09:00")
        play.collect(campaign)
        assert list(campaign.sent_back.glob("*.xlsx")) == []
        assert not play.status(campaign)["B01"].is_waited_for

    def test_every_code_that_refuses_has_its_words(self) -> None:
        refusing = {"S-TYPE", "S-DAMAGED", "S-PASSWORD", "S-SIZE", "S-TIMEOUT", "S-ARCHIVE"}
        identity = {"S-FOREIGN", "S-FORGED", "S-CAMPAIGN", "S-YEAR", "S-EDITION", "S-UNIT"}
        held = {"S-STALE", "S-SWAP", "S-SENDER", "S-STRANGER", "S-OLDER", "S-AGAIN", "S-PARTIAL"}
        word = {"S-TRACKED", "S-GRID", "S-TWICE", "S-WHOSE", "S-BESIDE", "S-AWAITED"}
        assert ATTEMPTS.keys() == refusing | identity | held | word
        assert ATTEMPTS.keys() <= CATALOGUE.keys()

    def test_no_message_says_at_which_level_the_office_is(self) -> None:
        told = "".join(one.message + one.advice for one in CATALOGUE.values())
        assert "县政府" not in told + ALLOWED
        assert "县里" not in told

    @pytest.mark.parametrize("office", ["收表办公室", "县政府办公室"])
    def test_what_the_office_accepted_is_known_in_old_ledgers_too(self, office: str) -> None:
        assert is_allowed(f"{office}认可：已电话核实")


class TestStanding:
    def on(self, campaign: Campaign, today: date) -> dict[str, Standing]:
        with open_ledger(campaign) as ledger:
            found = standings(campaign, ledger.events, today)
        return {one.unit.code: one for one in found}

    def test_late_and_overdue_are_two_things(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "1.xlsx", good(campaign, "B01", 1), "2022-01-21 09:00")
        play.collect(campaign)
        after = self.on(campaign, date(2022, 1, 22))
        assert [(one.late, one.overdue) for one in after.values()] == [
            (True, False),
            (False, True),
            (False, True),
        ]
        assert not self.on(campaign, date(2022, 1, 20))["B02"].overdue

    def test_the_json_says_the_same(self, campaign: Campaign) -> None:
        play.hand_in(campaign, "县水务局.pdf", b"%PDF-1.4")
        play.hand_in(campaign, "1.xlsx", good(campaign, "B01", 1))
        play.collect(campaign)
        reject(campaign, "B01", "请核实")
        shown = contract.status(campaign, list(play.status(campaign).values()))["units"]
        assert json.loads(json.dumps(shown)) == shown
        first, second, _ = shown
        assert [(one["decision"], one["because"]) for one in first["rulings"]] == [
            ("rejected", "请核实")
        ]
        assert [(one["file"], one["verdict"]) for one in second["attempts"]] == [
            ("回收/县水务局.pdf", "refused")
        ]


def texts(campaign: Campaign, name: str) -> str:
    page = play.opened(campaign.county_workbook.read_bytes())[name]
    return "\n".join(str(cell.value) for row in page.iter_rows() for cell in row if cell.value)

"""A real scheduler and two workers, which share no disk with the campaign, give what one worker
gives; what may happen to them costs nothing but time, or is told."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from jyxl import editions
from jyxl.cli import run
from jyxl.edges import campaign as campaigns
from jyxl.edges import engine, pool
from jyxl.edges.campaign import Campaign
from jyxl.edges.pool import FEW, spread
from jyxl.problem import Problem
from jyxl.submission import Entries
from jyxl.writer import unit as unit_writer
from tests import play
from tests.edges.engine import ROOT, Programs, programs, without
from tests.edges.test_pool import _expected, _told, _trapped, values
from tests.mail.submission import authority

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        sys.platform == "win32", reason="programs are stopped and killed by signals"
    ),
]

COUNTY = "云溪县"
SIZE = FEW + 6
ROSTER = "单位代码,单位名称,类别\n" + "".join(f"B{n:02},第{n}局,部门\n" for n in range(SIZE))
DEADLINE = 0.8


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Programs]:
    with programs(tmp_path_factory.mktemp("engine"), workers=2, watched=COUNTY) as made:
        yield made


def _jyxl(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-X", "utf8", "-m", "jyxl", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "JYXL_WORKERS": "1", **environment},
        capture_output=True,
        encoding="utf-8",
    )


def _slow(number: int) -> int:
    time.sleep(0.05)
    return number


def _campaign(folder: Path) -> Campaign:
    """A campaign whose returns have arrived; all but one in five must go back."""
    campaign = play.campaign(folder, ROSTER, county=COUNTY)
    for number, unit in enumerate(campaign.units):
        confirmed = dict.fromkeys((table.key for table in campaign.edition.tables), True)
        typed = {"t3.new.natural": number % 5}
        book = unit_writer.workbook(
            campaign.edition, campaign.form(unit), Entries(typed, confirmed=confirmed)
        )
        (campaign.returns / f"{unit.name}.xlsx").write_bytes(book)
    return campaign


def _files(campaign: Campaign) -> dict[str, bytes]:
    """What was made for others to read, but not the page, which shows when it was made."""
    folders = (campaign.issued, campaign.sent_back, campaign.county_workbook.parent)
    return {
        campaign.relative(path): path.read_bytes()
        for folder in folders
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# the same as with one worker ------------------------------------------------------


def test_the_same_bytes_come_out_as_with_one_worker(two: Programs, tmp_path: Path) -> None:
    here = _campaign(tmp_path / "here")
    shutil.copytree(here.folder, tmp_path / "there" / here.folder.name)
    there = campaigns.load(tmp_path / "there" / here.folder.name)
    for path in there.issued.iterdir():
        path.unlink()
    on = ("--on", two.address)

    issued = _jyxl("issue", "-C", there.folder, *on)
    assert issued.stderr == ""
    assert issued.returncode == 0

    returns = sorted(here.returns.iterdir())
    checked = [_jyxl("check", "--json", *returns, *how) for how in ((), on)]
    assert checked[0].stdout == checked[1].stdout
    assert [(one.returncode, one.stderr) for one in checked] == [(1, ""), (1, "")]

    collected = [
        _jyxl("collect", "--json", "-C", here.folder),
        _jyxl("collect", "--json", "-C", there.folder, *on),
    ]
    assert collected[0].stdout == collected[1].stdout
    assert [(one.returncode, one.stderr) for one in collected] == [(0, ""), (0, "")]
    assert len(json.loads(collected[1].stdout)["units"]["returned"]) == SIZE - SIZE // 5
    assert len(list(there.sent_back.glob("*.xlsx"))) >= FEW
    assert _files(here) == _files(there)

    opened = two.opened()
    assert {Path(path).suffix for path in opened} == {".toml"}
    assert not any(COUNTY in path for path in opened)


def test_the_work_is_done_there_and_not_in_a_process_of_a_worker(two: Programs) -> None:
    with engine.connect(two.address, ["2021"]) as workers:
        pids = set(values(spread(_slow_pid, range(4 * FEW), workers)))
        own = set(workers._client.run(os.getpid).values())
        assert workers.count == 2
    assert len(pids) == 2
    assert not pids & {os.getpid(), *own}


def _slow_pid(_: int) -> int:
    time.sleep(0.02)
    return os.getpid()


# what may go wrong ----------------------------------------------------------------


def test_a_file_that_kills_hangs_or_takes_all_memory_costs_itself_alone(two: Programs) -> None:
    traps = {1: "raises", 3: "sleeps", 6: "dies", 7: "dies", 9: "adds", 31: "grows"}
    with engine.connect(two.address, ["2021"]) as workers:
        before = workers._client.run(os.getpid)
        done = spread(partial(_trapped, traps), range(4 * FEW), workers, deadline=DEADLINE)
        assert _told(done) == _expected(range(4 * FEW), traps)
        assert workers._client.run(os.getpid) == before


def test_a_worker_that_is_killed_in_the_middle_costs_time_alone(two: Programs) -> None:
    with engine.connect(two.address, ["2021"]) as workers:
        done = spread(_slow, range(4 * FEW), workers)
        first = next(done)
        os.kill(min(workers._client.run(os.getpid).values()), signal.SIGKILL)
        assert values([first, *done]) == list(range(4 * FEW))


def test_a_worker_that_is_killed_whenever_it_has_work_is_told(tmp_path: Path) -> None:
    """What Dask gives up, since one worker after another died, is like work whose process died."""
    with programs(tmp_path) as made:
        made.start_worker()
        with engine.connect(made.address, ["2021"]) as workers:
            fate = workers.submit(_kill_the_worker)
            with pytest.raises(pool.BrokenExecutor):
                fate.result()
            assert _told(spread(abs, [-3], workers)) == [3]


def _kill_the_worker() -> None:
    os.kill(os.getppid(), signal.SIGKILL)
    time.sleep(600)


def test_a_machine_that_hangs_or_is_lost_costs_time_alone(tmp_path: Path) -> None:
    with programs(tmp_path, {"DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "2s"}) as made:
        made.start_worker(nanny=False)
        made.start_worker()
        with engine.connect(made.address, ["2021"]) as workers:
            done = spread(_slow, range(4 * FEW), workers)
            first = next(done)
            made.signal(1, signal.SIGSTOP)
            assert values([first, *done]) == list(range(4 * FEW))
            made.signal(1, signal.SIGKILL)
            assert values(spread(_slow, range(FEW), workers)) == list(range(FEW))


def test_an_engine_whose_workers_are_all_lost_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "PATIENCE", 4.0)
    with programs(tmp_path) as made:
        made.start_worker()
        with engine.connect(made.address, ["2021"]) as workers:
            done = spread(_slow, range(4 * FEW), workers)
            next(done)
            made.signal(1, signal.SIGKILL)
            with pytest.raises(Problem, match=r"没有计算节点.*再运行一次"):
                list(done)


def test_a_scheduler_that_goes_away_in_the_middle_is_told_and_nothing_is_lost(
    tmp_path: Path,
) -> None:
    campaign = _campaign(tmp_path / "there")
    shutil.copytree(campaign.folder, tmp_path / "here" / campaign.folder.name)
    with programs(tmp_path / "engine") as made:
        made.start_worker()
        arguments = ["collect", "--json", "-C", str(campaign.folder), "--on", made.address]
        with subprocess.Popen(
            [sys.executable, "-W", "error", "-X", "utf8", "-m", "jyxl", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        ) as collecting:
            while not any(campaign.archive.glob("*")) and collecting.poll() is None:
                time.sleep(0.002)
            made.signal(0, signal.SIGKILL)
            said, told = collecting.communicate(timeout=60)
    assert (collecting.returncode, said) == (2, "")
    assert told.count("\n") == 1
    assert f"计算引擎 {made.address} 断开了" in told
    assert len(list(campaign.archive.glob("*"))) == SIZE
    assert {one.state for one in play.status(campaign).values()} == {"missing"}

    here = campaigns.load(tmp_path / "here" / campaign.folder.name)
    again = _jyxl("collect", "--json", "-C", campaign.folder)
    assert again.stdout == _jyxl("collect", "--json", "-C", here.folder).stdout
    assert _files(campaign) == _files(here)


def test_a_scheduler_that_hangs_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "PATIENCE", 4.0)
    with programs(tmp_path) as made:
        made.start_worker()
        with engine.connect(made.address, ["2021"]) as workers:
            done = spread(_slow, range(4 * FEW), workers)
            next(done)
            made.signal(0, signal.SIGSTOP)
            with pytest.raises(Problem, match="没有回应"):
                list(done)


@pytest.mark.parametrize("pause", [0, engine.KNOCK + 3])
def test_a_scheduler_that_goes_away_between_two_tasks_is_told(tmp_path: Path, pause: float) -> None:
    """At first the connection is tried again for some seconds, then it is closed."""
    with programs(tmp_path) as made:
        made.start_worker()
        with engine.connect(made.address, ["2021"]) as workers:
            assert values(spread(abs, [-1], workers)) == [1]
            made.signal(0, signal.SIGKILL)
            time.sleep(pause)
            with pytest.raises(Problem, match=r"断开了.*再运行一次"):
                list(spread(abs, range(FEW), workers))


# what is not there, or is another -------------------------------------------------


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("tcp://127.0.0.1:1", "连不上"),
        ("tls://127.0.0.1:1", "证书"),
        ("tcp://no.such.host.invalid:8786", "连不上"),
        ("tcp://127.0.0.1", "应像 tcp://"),
        ("http://127.0.0.1:8786", "应像 tcp://"),
        ("inproc://1", "应像 tcp://"),
        ("", "应像 tcp://"),
    ],
)
def test_an_address_at_which_there_is_no_engine_is_one_sentence(
    address: str, sentence: str, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"PK")
    assert run(["check", str(file), "--on", address]) == 2
    said, told = capfd.readouterr()
    assert said == ""
    assert sentence in told
    assert told.count("\n") == 1


def test_an_engine_without_workers_and_the_address_of_a_worker_are_told(tmp_path: Path) -> None:
    with programs(tmp_path) as made:
        with pytest.raises(Problem, match="没有计算节点"):
            engine.connect(made.address, [])
        worker = made.start_worker()
        with pytest.raises(Problem, match=f"连不上计算引擎 {worker}"):
            engine.connect(worker, [])


def test_a_worker_with_another_jyxl_or_without_the_edition_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    shutil.copytree(ROOT / "templates" / "2021", own / "cloud")
    text = (own / "cloud" / "edition.toml").read_text(encoding="utf-8")
    text = text.replace('id = "2021"', 'id = "cloud"')
    (own / "cloud" / "edition.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv(editions.VARIABLE, str(own))
    older = tmp_path / "older"
    (older / "jyxl").mkdir(parents=True)
    (older / "jyxl" / "__init__.py").write_text('__version__ = "0.0.9"\n', encoding="utf-8")
    other = tmp_path / "other"
    for name in ("jyxl", "templates"):
        shutil.copytree(ROOT / name, other / name)
    with open(other / "jyxl" / "moments.py", "a", encoding="utf-8") as module:
        module.write("# changed\n")
    without(tmp_path / "none")

    with programs(tmp_path / "engine") as made:
        good = made.start_worker(settings={editions.VARIABLE: str(own)})
        with engine.connect(made.address, ["cloud"]) as workers:
            assert values(spread(abs, range(FEW), workers)) == list(range(FEW))
            late = made.start_worker()
            with pytest.raises(Problem, match=f"{late} 上没有 cloud 年版表式"):
                values(spread(_slow, range(10 * FEW), workers))
        with pytest.raises(Problem, match=f"{late} 上没有 cloud 年版表式") as told:
            engine.connect(made.address, ["cloud"])
        assert good not in str(told.value)
        with engine.connect(made.address, ["2021"]) as workers:
            made.signal(2, signal.SIGKILL)
            changed = made.start_worker(other)
            with pytest.raises(Problem, match=f"{changed} 上的 jyxl 程序"):
                values(spread(_slow, range(10 * FEW), workers))
            made.signal(3, signal.SIGKILL)
            missing, old = made.start_worker(tmp_path / "none"), made.start_worker(older)
        with pytest.raises(Problem) as told:
            engine.connect(made.address, ["2021"])
    assert f"{old} 上的 jyxl 是 0.0.9，这里是 " in str(told.value)
    assert f"{missing} 上" in str(told.value)


def test_with_tls_as_dask_is_configured(tmp_path: Path) -> None:
    own = authority(tmp_path / "tls")
    files = {"CA_FILE": own.ca}
    for side in ("SCHEDULER", "WORKER", "CLIENT"):
        files |= {f"{side}__CERT": own.cert, f"{side}__KEY": own.key}
    settings = {f"DASK_DISTRIBUTED__COMM__TLS__{name}": str(path) for name, path in files.items()}
    settings["DASK_DISTRIBUTED__COMM__REQUIRE_ENCRYPTION"] = "true"
    file = tmp_path / "a.xlsx"
    file.write_bytes(b"PK")
    with programs(tmp_path / "engine", settings, protocol="tls") as made:
        made.start_worker(settings=settings)
        assert made.address.startswith("tls://")
        checked = _jyxl("check", "--json", file, "--on", made.address, **settings)
        assert (checked.returncode, checked.stderr) == (1, "")
        assert json.loads(checked.stdout)[0]["verdict"] == "refused"
        strange = {**settings, **_other_certificate(tmp_path / "other")}
        refused = _jyxl("check", "--json", file, "--on", made.address, **strange)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert "证书" in refused.stderr


def _other_certificate(folder: Path) -> dict[str, str]:
    """The settings of a client whose certificate is from another authority."""
    other = authority(folder)
    start = "DASK_DISTRIBUTED__COMM__TLS__CLIENT__"
    return {f"{start}CERT": str(other.cert), f"{start}KEY": str(other.key)}


def test_without_dask_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(Problem, match=r"pip install jyxl\[dask\]"):
        engine.connect("tcp://127.0.0.1:8786", [])

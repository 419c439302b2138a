"""python -m tests.fetch.soak [--units 500] [--kills 3]

Plays a campaign by mail over real servers: the workbooks go out, the returns come in, a tenth of
them faulty, the error workbooks go back and come in again. Every tenth connection is cut while a message
is fetched, and fetches are killed. In the end, the returns, the ledger and the county workbook must be
those of the same returns by folder; prints what differs, and exits with 1 if anything does.
"""

from __future__ import annotations

import argparse
import hashlib
import logging
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from jyxl.edges import campaign as campaigns
from jyxl.edges import mail_settings
from jyxl.edges.campaign import Campaign
from jyxl.edges.events import Arrived, Judged, SentBack
from jyxl.edges.ledger import open_ledger
from jyxl.mail import letter
from jyxl.steps.send import prepare, transmit
from tests import play
from tests.fetch import dovecot, forms, netease
from tests.fetch.dovecot import OFFICE, PASSWORD, Dovecot
from tests.fetch.netease import Netease
from tests.mail import submission
from tests.mail.submission import CODE, Submission

ROOT = Path(__file__).parents[2]
FAULT = "t3.new.natural"
"""Five requests came in, and nothing says what became of them."""


@dataclass(frozen=True)
class Told:
    """differences: what is not the same by mail and by folder. returned: how many were sent back
    in the first round."""

    differences: tuple[str, ...]
    killed: int
    returned: int
    seconds: float


@dataclass
class _Soak:
    campaign: Campaign
    server: Dovecot
    proxy: Netease
    outbox: Submission
    dice: random.Random
    kills: int
    killed: int = 0
    delivered: set[str] = field(default_factory=set)

    def send(self) -> dict[str, bytes]:
        """Send all that is owed; gives unit → the workbook that reached it."""
        before = len(self.outbox.inbox)
        with open_ledger(self.campaign) as ledger:
            mail = mail_settings.read(self.campaign.folder)
            ready = prepare(self.campaign, ledger, mail)
            done = transmit(self.campaign, ledger, mail, CODE, ready.drafts, waits=(0.0,))
        assert not done.problem, done.problem
        code_of = {unit.mail: unit.code for unit in self.campaign.units}
        return {
            code_of[to]: letter.read(raw).files[0].data for to, raw in self.outbox.inbox[before:]
        }

    def answer(self, books: Mapping[str, bytes], day: int, faulty: set[str]) -> None:
        """Every unit fills in its workbook and sends it, each in the way of its mail program."""
        messages = []
        for number, (code, book) in enumerate(books.items()):
            typed = {FAULT: 5 if code in faulty else 0, "t2.licence.decisions": number % 9}
            filled = play.type_in(
                play.confirm(play.opened(book), self.campaign.edition),
                self.campaign.edition,
                typed,
            )
            data = play.saved(filled)
            self.delivered.add(hashlib.sha256(data).hexdigest())
            messages.append((self._message(code, data, day), f"2022-01-{day} 09:{number % 60:02}"))
        self.dice.shuffle(messages)
        with self.server.client() as client:
            self.server.put_all(messages, client)

    def _message(self, code: str, data: bytes, day: int) -> bytes:
        name = f"{self.campaign.unit[code].name}年报.xlsx"
        about = forms.head(f"u{code}@unit.test", "回复", message_id=f"<{code}.{day}@unit.test>")
        gbk = b'Content-Disposition: attachment; filename="' + name.encode("gbk") + b'"'
        match self.dice.randrange(4):
            case 0:
                return forms.mixed(about, forms.text(), forms.part(data, gbk))
            case 1:
                return forms.forwarded(forms.mail(data, name), about)
            case 2:
                return forms.mixed(about, forms.part(data, "", "text/plain"))
        return forms.mixed(about, forms.text(), forms.part(data, forms.attached(name)))

    def fetch(self) -> None:
        """Fetch until all is there, killed as often as is still to be done."""
        command = [sys.executable, "-m", "jyxl", "fetch", "-C", str(self.campaign.folder), "--json"]
        env = {**os.environ, "PYTHONPATH": str(ROOT), "JYXL_MAIL_PASSWORD": PASSWORD}
        known = self._kept()
        while self.kills:
            self.proxy.cut_after = [2]
            with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL) as process:
                until = time.monotonic() + 60
                while self._kept() < known + 3 and time.monotonic() < until:
                    time.sleep(0.005)
                process.send_signal(signal.SIGKILL)
            known = self._kept()
            self.kills -= 1
            self.killed += 1
            if self.killed == 2:  # one kill is for the second round
                break
        self.proxy.cut_after = [1, -1]
        subprocess.run(command, env=env, stdout=subprocess.DEVNULL, check=True)

    def _kept(self) -> int:
        return len(list(self.campaign.mail.glob("*.eml")))


def soak(home: Path, server: Dovecot, units: int, kills: int) -> Told:
    began = time.monotonic()
    roster = "单位代码,单位名称,类别,邮箱\n" + "".join(
        f"{n:03},第{n:03}号局,部门,u{n:03}@unit.test\n" for n in range(units)
    )
    campaign = play.campaign(home / "soak", roster)
    authority = submission.authority(home / "authority")
    trusted = server.certificate.read_bytes() + authority.ca.read_bytes()
    (campaign.folder / "ca.pem").write_bytes(trusted)
    outbox = Submission()
    with submission.serving(outbox, authority.context()) as port, netease.running(server) as proxy:
        lines = [
            *("", "[mail]", f'address = "{OFFICE}"', 'ca = "ca.pem"', "pause = 0"),
            *(f'smtp = "smtps://localhost:{port}"', f'imap = "imaps://localhost:{proxy.port}"', ""),
        ]
        with (campaign.folder / "jyxl.toml").open("a", encoding="utf-8") as settings:
            settings.write("\n".join(lines))
        shutil.copytree(campaign.folder, home / "by-folder")
        dice = random.Random(1)
        run = _Soak(campaigns.load(campaign.folder), server, proxy, outbox, dice, kills)
        twin = campaigns.load(home / "by-folder")
        faulty = {f"{n:03}" for n in range(0, units, 10)}
        run.answer(run.send(), 10, faulty)
        run.fetch()
        play.collect(run.campaign)
        _by_folder(run.campaign, twin)
        back = run.send()
        run.answer(back, 15, set())
        run.fetch()
        play.collect(run.campaign)
        _by_folder(run.campaign, twin)
        differences = tuple(_differences(run, twin, faulty, back))
    return Told(differences, run.killed, len(back), time.monotonic() - began)


def _by_folder(source: Campaign, twin: Campaign) -> None:
    """Hand in what came by mail as files, at the same places and times, and collect."""
    shutil.copytree(source.returns, twin.returns, dirs_exist_ok=True)
    play.collect(twin)


def _differences(
    run: _Soak, twin: Campaign, faulty: set[str], back: Mapping[str, bytes]
) -> list[str]:
    found = []
    digests = [
        hashlib.sha256(path.read_bytes()).hexdigest()
        for path in run.campaign.returns.rglob("*")
        if path.is_file()
    ]
    if sorted(digests) != sorted(run.delivered):
        found.append(f"{len(run.delivered)} were sent, {len(digests)} have come")
    if set(back) != faulty:
        found.append(f"sent back: {sorted(back)}")
    kinds = (Arrived, Judged, SentBack)
    mine, other = (
        [one for one in play.events(which) if isinstance(one, kinds)]
        for which in (run.campaign, twin)
    )
    if mine != other:
        found.append(f"the ledgers differ: {len(mine)} and {len(other)} events")
    if run.campaign.county_workbook.read_bytes() != twin.county_workbook.read_bytes():
        found.append("the county workbooks differ")
    states = {one.state for one in play.status(run.campaign).values()}
    if states != {"accepted"}:
        found.append(f"states: {states}")
    return found


def main() -> int:
    options = argparse.ArgumentParser(prog="python -m tests.fetch.soak")
    options.add_argument("--units", type=int, default=500)
    options.add_argument("--kills", type=int, default=3)
    asked = options.parse_args()
    logging.disable()  # the servers of the tests write down every connection
    with tempfile.TemporaryDirectory() as home, dovecot.running() as server:
        told = soak(Path(home), server, asked.units, asked.kills)
    print(f"{asked.units} units, {told.returned} sent back, {told.killed} kills,"
          f" {told.seconds:.0f} s")  # fmt: skip
    for one in told.differences:
        print("DIFFERENT:", one)
    return 1 if told.differences else 0


if __name__ == "__main__":
    sys.exit(main())

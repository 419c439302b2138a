"""The command line: parse, call a step, print. This is the only module that prints or exits.

Heavy imports happen inside the commands, so that --help is instant.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from jyxl import characters, terminal
from jyxl.chinese_click import CONTEXT, Group, sentence
from jyxl.problem import Problem

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from jyxl.asking import Wanted
    from jyxl.edges.campaign import Campaign
    from jyxl.edges.outcome import Failed

_folder = click.option(
    "-C",
    "folder",
    type=click.Path(path_type=Path),
    metavar="目录",
    help="项目文件夹；不写就是当前文件夹所在的项目。",
)
_as_json = click.option("--json", "as_json", is_flag=True, help="输出 JSON（键名为英文）。")
_on = click.option(
    "--on", metavar="地址", help="用计算引擎（Dask）做，如 tcp://主机:8786；一个县用不着。"
)


def _units(context: click.Context, parameter: click.Parameter, begun: str) -> list[str]:
    from jyxl import completion

    return completion.units(context, parameter, begun)


@click.group(
    cls=Group,
    context_settings=CONTEXT,
    help="政府信息公开工作年度报告：下发工作簿，收表校验，退回改正，汇总成县级报表。",
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=lambda context, _, wanted: _versions(context) if wanted else None,
    help="显示版本，连同 Python、系统和程序库的版本。",
)
@click.pass_context
def cli(context: click.Context) -> None:
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@cli.command(help="用自带的样例（泾源县 2019 年）把整个过程演一遍。")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("demo"), metavar="[目录]")
@click.option(
    "--mail", is_flag=True, help="用邮件来演：信经过这台电脑上的邮件服务器，不会发到外面。"
)
def demo(folder: Path, mail: bool) -> None:
    from jyxl import demo_screen
    from jyxl.steps.demo import demo as play

    played = play(folder, _say, mail)
    _show(demo_screen.demo(played))
    different = (*played.different, *played.own_different)
    if different:
        raise Problem(f"汇总数与公布的报告有 {len(different)} 格不同：{different[:5]}。")
    _undone([*played.reported.problems, *played.misprinted])


@cli.command(help="建立一个填报项目：设置、单位名册和各个文件夹。没写的会问。")
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[目录]")
@click.option("--county", metavar="县名", help="县名，如 泾源县。")
@click.option("--year", type=int, metavar="年度", help="报告的年度，如 2019。")
@click.option("--edition", metavar="版本", help="表式版本；不写就按年度选。")
@click.option(
    "--units",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="单位名册（xlsx、csv、xls 或 ods）；不写就生成一份空的。",
)
@click.option(
    *("--last", "last_year"),
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="路径",
    help="上年的数在哪里，可以写几次；上年的项目连名册、指标一起带来。",
)
def new(
    folder: Path | None,
    county: str | None,
    year: int | None,
    edition: str | None,
    units: Path | None,
    last_year: tuple[Path, ...],
) -> None:
    from jyxl.edges import buttons
    from jyxl.steps.new import new as make

    if folder is None or county is None or year is None:
        wanted = _asked(folder, county, year)
        folder, county, year = wanted.folder, wanted.county, wanted.year
        last_year = last_year or wanted.last
    roster = make(folder, county, year, edition, units, last=last_year)
    if buttons.has_desk():
        _buttons(folder)
    _say(f"已建立 {county} {year} 年度的填报项目：{folder}")
    if roster is not None:
        _say(roster.told)
    untaken: tuple[str, ...] = ()
    if last_year and roster is not None:
        untaken = _last(folder, last_year, is_new=True)
    if not _this_run().is_clicked:
        fill = f"在 {folder / 'units.xlsx'} 里填好单位；" if roster is None else ""
        _say(
            f"下一步：{fill}看一下 {folder / 'jyxl.toml'} 里的截止日期和联系方式，"
            f"再运行 jyxl issue -C {folder}"
        )
    if last_year and roster is None:
        raise Problem(f"上年的数要对着名册找；填好名册以后，请运行 jyxl last -C {folder} 路径。")
    _undone(untaken)


@cli.command(help="把“1 下发”“2 收表”等按钮放进项目文件夹，双击就能用。")
@_folder
def desk(folder: Path | None) -> None:
    place = _place(folder)
    _say(f"已放进 {place.absolute()}：{'、'.join(path.stem for path in _buttons(place))}。")


def _buttons(folder: Path) -> list[Path]:
    """Lay the buttons for all commands that are of use in a campaign, by mail only if that is
    set up."""
    from jyxl.edges import buttons, campaign

    unused = set() if "mail" in campaign.settings(folder) else buttons.MAIL
    return buttons.lay(folder, cli.commands.keys() - unused)


@cli.command(help="取得上年的数：从上年的项目、汇总表、表格或公布的报告。")
@_folder
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="路径…")
@_as_json
def last(folder: Path | None, paths: tuple[Path, ...], as_json: bool) -> None:
    _undone(_last(folder, paths, as_json))


def _last(
    folder: Path | None, paths: tuple[Path, ...], as_json: bool = False, is_new: bool = False
) -> tuple[str, ...]:
    """Take last year's figures in; gives what was not taken. is_new: the campaign was just made,
    so nothing was issued."""
    from jyxl import contract, last_screen
    from jyxl.edges.ledger import open_ledger
    from jyxl.steps.last import last as take_in

    campaign = _campaign(folder)
    with open_ledger(campaign) as ledger:
        taken = take_in(campaign, ledger, paths)
    if as_json:
        _print_json(contract.last(taken))
    else:
        _show(last_screen.last(campaign, taken))
        if taken.units and not is_new and not _this_run().is_clicked:
            _say("下一步：运行 jyxl issue，下发的工作簿里就有上年数；已下发的请重新下发。")
    return taken.problems


def _asked(folder: Path | None, county: str | None, year: int | None) -> Wanted:
    """What is to be made, with the answers to what is not given. Raises click's error if nobody
    can be asked."""
    from datetime import date

    from jyxl import asking

    context = click.get_current_context()
    given = {"folder": folder, "county": county, "year": year}
    if not _is_somebody_there():
        missing = next(
            one for one in context.command.params if given.get(one.name or "", 0) is None
        )
        raise click.MissingParameter(ctx=context, param=missing)
    try:
        return asking.new(folder, county, year, input, date.today())
    except EOFError:
        raise click.Abort from None


@cli.command(help="给每个单位生成一个锁定的填报工作簿，放进“下发”。")
@_folder
@click.option(
    *("--unit", "units"),
    multiple=True,
    metavar="单位",
    shell_complete=_units,
    help="只给这个代码或名称的单位；可以写几次。",
)
@_on
def issue(folder: Path | None, units: tuple[str, ...], on: str | None) -> None:
    from jyxl import screen
    from jyxl.edges import log
    from jyxl.edges.last_year import known
    from jyxl.edges.ledger import open_ledger
    from jyxl.steps.issue import issue as make
    from jyxl.steps.status import renew_page

    campaign = _campaign(folder)
    executor = _executor(on, [campaign.edition.id])
    with executor as workers, open_ledger(campaign) as ledger, screen.progress() as tick:
        last = known(ledger.events, campaign.units)
        issued = make(campaign, units, lambda done, of: tick("生成", done, of), workers, last)
        unwritten = renew_page(campaign, ledger) if campaign.page.exists() else []
    _say(campaign.roster.told)
    _say(f"已生成 {len(issued.paths)} 个工作簿，在 {campaign.issued}")
    if last:
        without = [one.name for one in campaign.units if one.code not in last]
        _say(
            f"有上年数的 {len(last)} 个单位"
            + (f"；没有的：{'、'.join(without)}" if without else "")
        )
    if issued.put_away:
        names = "、".join(one.name for one in issued.put_away)
        _say(f"名册里已经没有的，移到了 下发/作废：{names}")
    where = "" if folder is None else f" -C {folder}"
    if not _this_run().is_clicked:
        _say(f"下一步：发给各单位；收回来的放进 {campaign.returns}，再运行 jyxl collect{where}")
    problems = [*issued.problems, *unwritten]
    _undone(problems, issued.failed, log.failures(campaign.log, issued.failed))


@cli.command(help="收邮件：把邮箱里交回来的文件放进“回收”；邮箱里什么都不改。")
@_folder
@click.option(
    "--since",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="日期",
    help="从哪一天的信看起，如 2024-01-05；不写就从截止日期前两个月看起。",
)
@click.option("--test", is_flag=True, help="只试能不能登录、有哪些文件夹，什么都不收。")
@_as_json
def fetch(folder: Path | None, since: datetime | None, test: bool, as_json: bool) -> None:
    from jyxl import contract, mail_screen, screen
    from jyxl.edges import mail_settings
    from jyxl.edges.ledger import open_ledger
    from jyxl.edges.secrets import password
    from jyxl.steps import fetch as fetching

    campaign = _campaign(folder)
    mail = mail_settings.read(campaign.folder)
    secret = password(mail, _hidden())
    if test:
        for sentence in fetching.tested(mail, secret):
            _say(sentence)
        return
    with open_ledger(campaign) as ledger, screen.progress(not as_json) as tick:
        got = fetching.fetch(
            campaign,
            ledger,
            mail,
            lambda: fetching.opened(mail, secret),
            since.date() if since else None,
            tick,
        )
    if as_json:
        _print_json(contract.fetched(got))
    else:
        _show(mail_screen.fetched(campaign, got))
        where = "" if folder is None else f" -C {folder}"
        if got.files:
            _say(f"下一步：jyxl collect{where}")
    _undone(got.problems, got.failed, got.log)


@cli.command(help="收表：读“回收”（或给出的文件、文件夹），校验，退回有错的，汇总。")
@_folder
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[路径]…")
@_on
@_as_json
def collect(folder: Path | None, paths: tuple[Path, ...], on: str | None, as_json: bool) -> None:
    from jyxl import contract, returns_screen, screen
    from jyxl.edges import enrolment, inbox
    from jyxl.edges.ledger import open_ledger
    from jyxl.steps.collect import collect as take_in

    campaign = _campaign(folder)
    inbox.vet(paths, record=True)
    executor = _executor(on, [campaign.edition.id])
    with executor as workers, open_ledger(campaign) as ledger, screen.progress(not as_json) as tick:
        collected = take_in(campaign, ledger, paths, tick, workers)
        changes = enrolment.changes(campaign, ledger.events, collected.standings)
    if as_json:
        _print_json(contract.collected(campaign, collected))
    else:
        _show(returns_screen.collected(campaign, collected))
    _warn(changes)
    _undone(collected.problems, collected.failed, collected.log)


@cli.command(help="把该发的（下发、退回、通知、催报）写成邮件，列出来，问过再发。")
@_folder
@click.option("--remind", is_flag=True, help="也催还没有交（或没有改好）的单位。")
@click.option("--drafts", is_flag=True, help="只写进“待发”，不发。")
@click.option("--yes", is_flag=True, help="不问，列出以后就发。")
@click.option("--test", is_flag=True, help="只试能不能登录和发信，什么都不发。")
@_as_json
def send(
    folder: Path | None, remind: bool, drafts: bool, yes: bool, test: bool, as_json: bool
) -> None:
    from jyxl import contract, mail_screen, screen
    from jyxl.edges import mail_settings
    from jyxl.edges.ledger import open_ledger
    from jyxl.edges.secrets import password
    from jyxl.edges.smtp import Outbox
    from jyxl.steps.send import found_by, prepare, transmit
    from jyxl.steps.status import renew_page

    campaign = _campaign(folder)
    is_stated = not drafts or mail_settings.is_stated(campaign.folder)
    mail = mail_settings.read(campaign.folder) if is_stated else None
    secret = cache(lambda: password(mail, _hidden()) if mail else "")
    if test and mail is not None:
        for sentence in Outbox(mail, secret()).test():
            _say(sentence)
        return
    posting = None
    problems: list[str] = []
    with open_ledger(campaign) as ledger:
        find = found_by(mail, secret) if mail and not drafts else None
        with screen.progress(not as_json) as tick:
            prepared = prepare(campaign, ledger, mail, remind, tick, find=find)
        if not as_json:
            _show(mail_screen.prepared(campaign, prepared))
        count = len(prepared.drafts)
        if count and not drafts and not yes and (as_json or not _is_somebody_there()):
            problems.append(
                f"{count} 封写好了，没有发；要发的请加 --yes，只要草稿的请加 --drafts。"
            )
        elif count and not drafts and mail is not None and (yes or _agreed(count)):
            code = secret()
            with screen.progress(not as_json) as tick:
                posting = transmit(campaign, ledger, mail, code, prepared.drafts, tick)
            problems.extend(renew_page(campaign, ledger))
    if as_json:
        _print_json(contract.posted(campaign, prepared, posting))
    elif posting is not None:
        _show(mail_screen.posted(posting))
    problems.extend([posting.problem] if posting and posting.problem else [])
    _undone([*prepared.problems, *problems])


@cli.command(help="采用一份待定的文件，或认可一份表的说明；理由留在台账里。")
@_folder
@click.argument("file", metavar="文件")
@click.option("--because", required=True, metavar="理由", help="为什么采用。")
def accept(folder: Path | None, file: str, because: str) -> None:
    from jyxl import returns_screen
    from jyxl.edges.ledger import open_ledger
    from jyxl.steps.rule import accept as let_count

    campaign = _campaign(folder)
    with open_ledger(campaign) as ledger:
        judged, settled = let_count(campaign, ledger, file, because)
    _show(returns_screen.ruled(judged, settled))
    _undone(settled.problems, settled.failed, settled.log)


@cli.command(help="把一个单位已通过的表退回，附上意见；它不再计入汇总。")
@_folder
@click.argument("unit", metavar="单位", shell_complete=_units)
@click.option("--because", required=True, metavar="意见", help="要单位改什么。")
@click.option("--at", metavar="工作表!单元格", help="意见是针对哪一格的，如 主动公开!C5。")
def reject(folder: Path | None, unit: str, because: str, at: str | None) -> None:
    from jyxl import returns_screen
    from jyxl.edges.ledger import open_ledger
    from jyxl.steps.rule import reject as send

    campaign = _campaign(folder)
    with open_ledger(campaign) as ledger:
        judged, settled = send(campaign, ledger, unit, because, at)
    _show(returns_screen.ruled(judged, settled))
    _undone(settled.problems, settled.failed, settled.log)


@cli.command(help="按现在已通过的表重新汇总；--into 把汇总的数填进上级发来的表。")
@_folder
@click.option(
    *("--into", "form"),
    type=click.Path(path_type=Path),
    metavar="文件",
    help="上级发来的表；填好的是“汇总”里的一个新文件，原表不动。",
)
@click.option("--as", "named", metavar="名称", help="表里的单位名称，和项目的县名写法不同时用。")
@_as_json
def merge(folder: Path | None, form: Path | None, named: str | None, as_json: bool) -> None:
    from jyxl import above_screen, contract, standing_screen
    from jyxl.edges import enrolment
    from jyxl.edges.ledger import open_ledger
    from jyxl.steps.hand_up import hand_up
    from jyxl.steps.merge import merge as combine

    if named is not None and form is None:
        raise Problem("--as 要和 --into 一起用：--into 后面写上级发来的表。")
    campaign = _campaign(folder)
    with open_ledger(campaign) as ledger:
        handed = hand_up(campaign, ledger, form, named or "") if form is not None else None
        merged, standings = combine(campaign, ledger)
        changes = enrolment.changes(campaign, ledger.events, standings)
    if as_json:
        _print_json(contract.merge(campaign, standings, merged.path, handed))
    else:
        _show(standing_screen.merged(standings, merged))
        if handed is not None:
            _show(above_screen.handed_up(campaign, handed))
    _warn(changes)
    _undone([merged.problem] if merged.problem else [])


@cli.command(help="出报告：Word、网页和数据，放进“报告”；已有的 Word 只改里面的数。")
@_folder
@click.option("--units", is_flag=True, help="也给每个已通过的单位出它自己的报告。")
@click.option(
    "--check",
    "written",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="只核对这份写好的 Word 或网页；有不对的，退出码为 1。",
)
@_on
@_as_json
def report(
    folder: Path | None, units: bool, written: Path | None, on: str | None, as_json: bool
) -> None:
    if written is not None and units:
        raise Problem("--check 只核对一份报告，不和 --units 一起用。")
    if written is not None:
        _proofread(folder, written, as_json)
        return
    from jyxl import contract, report_screen, screen
    from jyxl.edges import log
    from jyxl.edges.ledger import open_ledger
    from jyxl.steps.report import report as make

    campaign = _campaign(folder)
    executor = _executor(on, [campaign.edition.id])
    with executor as workers, open_ledger(campaign) as ledger, screen.progress(not as_json) as tick:
        done = make(campaign, ledger, units, tick, workers)
    if as_json:
        _print_json(contract.report(campaign, done))
    else:
        _show(report_screen.reported(campaign, done))
    _undone(done.problems, done.failed, log.failures(campaign.log, done.failed))


def _proofread(folder: Path | None, written: Path, as_json: bool) -> None:
    from jyxl import contract, report_screen
    from jyxl.edges.ledger import open_ledger
    from jyxl.steps.report_check import check

    campaign = _campaign(folder)
    with open_ledger(campaign) as ledger:
        outcome = check(campaign, ledger, written)
    if as_json:
        _print_json(contract.proofread(outcome))
    else:
        _show(report_screen.proofread(outcome))
    if outcome.findings:
        raise SystemExit(1)


@cli.command(
    help="调整汇总数：一格增减多少，写明理由；不写就列出所有的调整。",
    context_settings={"ignore_unknown_options": True},
)
@_folder
@click.argument("cell", required=False, metavar="[单元格]")
@click.argument("amount", required=False, metavar="[增减]")
@click.option("--because", default="", metavar="理由", help="为什么调整或撤回。")
@click.option("--withdraw", type=int, metavar="序号", help="撤回这一号调整。")
@_as_json
def adjust(
    folder: Path | None,
    cell: str | None,
    amount: str | None,
    because: str,
    withdraw: int | None,
    as_json: bool,
) -> None:
    from jyxl import above_screen, contract
    from jyxl.edges.ledger import open_ledger
    from jyxl.steps import adjust as adjusting

    campaign = _campaign(folder)
    if cell is not None and amount is None:
        raise Problem("请写明增减多少，如 jyxl adjust 依申请公开!D5 -3 --because 理由。")
    if cell is not None and withdraw is not None:
        raise Problem("一次只能做一件：要么调整一格，要么用 --withdraw 撤回一号调整。")
    with open_ledger(campaign) as ledger:
        if cell is not None and amount is not None:
            made = adjusting.adjust(campaign, ledger, cell, amount, because)
        elif withdraw is not None:
            made = adjusting.withdraw(campaign, ledger, withdraw, because)
        else:
            made = adjusting.listed(campaign, ledger)
    if as_json:
        _print_json(contract.adjusted(campaign, made))
    else:
        _show(above_screen.adjusted(campaign, made))
    _undone([made.merged.problem] if made.merged and made.merged.problem else [])


@cli.command(help="查一个汇总数的来源：哪个单位、哪个文件、哪一格。")
@_folder
@click.argument("figure", metavar="单元格")
@click.option(
    "--below",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="目录",
    help="下级的项目文件夹，或者放着几个项目的文件夹；可以写几次。",
)
@_as_json
def trace(folder: Path | None, figure: str, below: tuple[Path, ...], as_json: bool) -> None:
    from jyxl import above_screen, contract
    from jyxl.edges.ledger import open_ledger
    from jyxl.steps import trace as tracing

    campaign = _campaign(folder)
    known = tracing.at(below)
    with open_ledger(campaign) as ledger:
        found = tracing.trace(tracing.Known(campaign, ledger.events), figure, known)
    if as_json:
        _print_json(contract.traced(found))
    else:
        _show(above_screen.traced(found))


@cli.command(help="看各单位的报送情况：谁没交、谁被退回、谁已通过、谁迟了。")
@_folder
@click.option(
    "--html",
    "page",
    type=click.Path(path_type=Path),
    metavar="文件",
    help="写成一个网页，用浏览器看或打印。",
)
@_as_json
def status(folder: Path | None, page: Path | None, as_json: bool) -> None:
    from jyxl import contract, standing_screen
    from jyxl.edges import enrolment
    from jyxl.edges.ledger import open_ledger
    from jyxl.edges.standing import attempts
    from jyxl.steps.status import status as look_up
    from jyxl.steps.status import write_page

    campaign = _campaign(folder)
    with open_ledger(campaign) as ledger:
        if page is not None:
            write_page(campaign, ledger, page)
        standings = look_up(campaign, ledger)
        undecided = [one for one in attempts(campaign, ledger.events) if one.verdict == "held"]
        changes = enrolment.changes(campaign, ledger.events, standings)
    if as_json:
        _print_json(contract.status(campaign, standings, undecided))
    elif page is not None:
        _say(f"报送情况写在 {page}，用浏览器打开。")
    else:
        _show(standing_screen.status(campaign, standings, undecided))
    _warn(changes)


@cli.command(help="只校验几个工作簿，不记录，不退回。有没通过的，退出码为 1。")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="文件…")
@_on
@_as_json
def check(paths: tuple[Path, ...], on: str | None, as_json: bool) -> None:
    from jyxl import contract, editions, returns_screen
    from jyxl.edges import log
    from jyxl.steps.check import check as judge

    with _executor(on, editions.available()) as workers:
        checked = judge(paths, workers)
    if as_json:
        _print_json([contract.received(outcome) for outcome in checked.received])
    else:
        _show(returns_screen.checked(checked.received))
    _undone(checked.problems, checked.failed, log.failures(_this_run().log, checked.failed))
    if any(outcome.verdict != "accepted" for outcome in checked.received):
        raise SystemExit(1)


@cli.command(help="把整个项目打成一个压缩包，留作备份，或者换一台电脑接着做。")
@_folder
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[文件]")
def pack(folder: Path | None, file: Path | None) -> None:
    from jyxl.edges.ledger import open_ledger
    from jyxl.steps.pack import pack as make

    campaign = _campaign(folder)
    with open_ledger(campaign) as ledger:
        packed = make(campaign, ledger, file)
    _say(f"已打包 {packed.count} 个文件并核对过：{packed.path}")
    _say(
        "里面有签名密钥和工作表密码，只给接手的人。换电脑：解开以后在解开的文件夹里先运行 "
        "jyxl doctor，再接着做；原来的文件夹不要再用。"
    )
    _warn(packed.skipped)


@cli.command(help="检查这台电脑和项目（或备份）是否完好。有不对的，退出码为 2。")
@_folder
@click.argument("file", required=False, type=click.Path(path_type=Path), metavar="[文件]")
@click.option("--rebuild", is_flag=True, help="台账丢了或坏了时，按存档重新建立。")
def doctor(folder: Path | None, file: Path | None, rebuild: bool) -> None:
    if rebuild:
        _rebuild(folder)
        return
    from jyxl import doctor_screen
    from jyxl.steps import doctor as looking
    from jyxl.steps.machine import machine

    place = _place(folder)
    lines = looking.packed(file) if file is not None else machine(place)
    _show(doctor_screen.doctor(lines))
    if file is None:
        in_campaign = looking.doctor(place)
        _show(doctor_screen.doctor(in_campaign))
        lines += in_campaign
    wrong = [line.what for line in lines if not line.is_right]
    if wrong:
        raise Problem(f"有 {len(wrong)} 项不对：{'、'.join(wrong)}；请照上面写的办。")


def _rebuild(folder: Path | None) -> None:
    from jyxl import doctor_screen, screen
    from jyxl.edges import log
    from jyxl.steps.rebuild import rebuild

    campaign = _campaign(folder)
    with screen.progress() as tick:
        rebuilt = rebuild(campaign, tick)
    _show(doctor_screen.rebuilt(campaign, rebuilt))
    path = log.failures(campaign.log, rebuilt.failed)
    _undone(rebuilt.problems, rebuilt.failed, path)


@cli.command(help="列出表式版本；给出版本时列出它的表和规则。")
@click.argument("edition", required=False, metavar="[版本]")
def editions(edition: str | None) -> None:
    from jyxl import edition_screen
    from jyxl import editions as all_editions

    if edition is None:
        _show(edition_screen.editions([all_editions.load(one) for one in all_editions.available()]))
    else:
        _show(edition_screen.edition(all_editions.load(edition)))


def _versions(context: click.Context) -> None:
    from jyxl.edges import machine

    _say("\n".join(machine.versions()))
    context.exit()


@dataclass
class _Run:
    """What a run finds out on its way. log: the folder in which a defect is recorded; without
    one it is a temporary folder. is_clicked: by a button, which says itself what comes next."""

    log: Path | None = None
    is_clicked: bool = False


def _this_run() -> _Run:
    return click.get_current_context().ensure_object(_Run)


def _campaign(folder: Path | None) -> Campaign:
    """The campaign that a command works in: the one in this folder, or the one that the current
    folder is in. From here on, defects are logged in its folder."""
    from jyxl.edges import campaign as campaigns

    campaign = campaigns.load(_place(folder))
    _this_run().log = campaign.log
    return campaign


def _executor(
    on: str | None, editions: Sequence[str]
) -> contextlib.AbstractContextManager[Executor | None]:
    """The workers of the engine at an address, for a `with`; None for those of this machine.
    editions: what the workers must have. Raises Problem."""
    if on is None:
        return contextlib.nullcontext()
    from jyxl.edges import engine

    return engine.connect(on, editions)


def _place(folder: Path | None) -> Path:
    """The folder of the campaign that a command works in."""
    from jyxl.edges.campaign import around

    return around(Path(".")) if folder is None else folder


def _show(shown: Any) -> None:
    from jyxl import screen

    with terminal.output() as stream:
        screen.console(stream).print(shown)


def _is_somebody_there() -> bool:
    """True if a question can be put to a person."""
    return sys.stdin is not None and sys.stdin.isatty()


def _agreed(count: int) -> bool:
    asked = f"发这 {count} 封吗？输入 y 再回车就发，直接回车不发"
    answer = click.prompt(asked, default="", show_default=False)
    return str(answer).strip().lower() in ("y", "yes", "是", "ｙ")


def _hidden() -> Callable[[str], str] | None:
    """How to ask for a password; None if there is nobody to ask."""
    if not _is_somebody_there():
        return None
    return lambda text: str(click.prompt(text, hide_input=True, default="", show_default=False))


def _print_json(data: Any) -> None:
    with terminal.output() as stream:
        text = json.dumps(data, ensure_ascii=not terminal.is_utf8(stream), indent=2)
        click.echo(characters.escaped(text), file=stream)


def _undone(
    problems: Sequence[str], failed: Sequence[Failed] = (), log: Path | None = None
) -> None:
    """Raises Problem, which says last on the screen what could not be done, if there is any."""
    from jyxl import screen

    told = [*problems, *([screen.failed(failed, log)] if failed else [])]
    if told:
        raise Problem("\n".join(told))


def _warn(sentences: Sequence[str]) -> None:
    """Print what the user should know, beside the output."""
    for one in sentences:
        terminal.say(one)


def _say(text: str) -> None:
    with terminal.output() as stream:
        click.echo(terminal.folded(text, stream), file=stream)


def start() -> None:
    """The entry point of a process of its own, which ends with it at once: to take apart all the
    libraries takes a fifth of a second, and serves nobody."""
    status = run()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(status)


def main() -> None:
    """The same as a function that can be called: it raises SystemExit."""
    sys.exit(run())


def run(arguments: Sequence[str] | None = None, is_clicked: bool = False) -> int:
    """Run a command line, by default that of this process; gives the exit status. This is the one
    place where outcomes become exit statuses."""
    return _run(
        lambda run: cli.main(arguments, prog_name="jyxl", standalone_mode=False, obj=run),
        _Run(is_clicked=is_clicked),
    )


def _run(command: Callable[[_Run], Any], run: _Run | None = None) -> int:
    from jyxl.definition import DefinitionError

    run = run or _Run()
    try:
        with terminal.prepared():
            result = command(run)
            return result if isinstance(result, int) else 0
    except (Problem, DefinitionError) as problem:
        terminal.say(str(problem))
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except (click.Abort, KeyboardInterrupt):
        terminal.say("已中断；再运行一次会接着做完。")
    except click.ClickException as error:
        terminal.say(sentence(error))
    except terminal.ReaderGone:
        return 0
    except MemoryError:
        terminal.say("内存不够，没有做完；请关掉别的程序，再运行一次会接着做完。")
    except Exception as error:
        terminal.say(_unexpected(error, run.log))
    return 2


def _unexpected(error: Exception, folder: Path | None) -> str:
    """What was not foreseen, as one sentence; the details go to a file for the maintainers."""
    from jyxl.edges import files, log

    path = log.write(folder, ["".join(traceback.format_exception(error))])
    where = f"请把 {path} 发给维护人员" if path else ""
    if isinstance(error, OSError):
        what = f"“{files.shown(error.filename)}”" if error.filename else ""
        hint = f"看不出原因的，{where}。" if where else ""
        return f"没有做完：{what}{files.reason(error)}；解决以后再运行一次会接着做完。{hint}"
    name = type(error).__name__
    return f"jyxl 自身出了错（{name}: {error}），已收的表都还在{where and '；'}{where}。"

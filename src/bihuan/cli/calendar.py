"""`bihuan calendar`: the working calendar, and entering a year's notice when the State Council has published it."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from bihuan.cli._telling import Told
from bihuan.duties.commands import announce_year, recompute_all
from bihuan.duties.forms import Notice
from bihuan.duties.queries import calendar, wordings
from bihuan.duties.types import Difference, told_days
from bihuan.kernel.actor import Actor
from bihuan.kernel.complaints import complaints
from bihuan.kernel.refusal import Refused
from bihuan.organisations import clocks
from bihuan.policy.calendar import ZONE
from bihuan.policy.toml import line_of, words_of

KEYS = {"year", "notice", "holidays", "workdays", "reason"}


@click.group()
def command() -> None:
    """工作日历：查看一天，录入、更正年度放假安排。"""


@command.command()
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
def day(day: datetime) -> None:
    """说明某一天上不上班。"""
    known, on = calendar(), day.date()
    words = "上班" if known.is_working(on) else "休息"
    note = "（该年放假安排尚未公布，暂按周一至周五计算）" if known.provisional(on) else ""
    click.echo(f"{on}：{known.name(on)}，{words}{note}")


@command.command()
@click.argument("year", type=click.IntRange(2004, 2099))
def history(year: int) -> None:
    """一年放假安排的历次文本，现行的在前。"""
    found = wordings(year)
    if not found:
        raise click.ClickException(f"{year}年的放假安排还没有录入")
    for row in found:
        entered = f"（{row.announced_at.astimezone(ZONE):%Y-%m-%d %H:%M}录入）" if row.announced_at else ""
        click.echo(f"{row.notice or '随系统提供的国务院办公厅放假安排'}{entered}")
        click.echo(f"  {told_days(row.days)}")
        if row.reason:
            click.echo(f"  理由：{row.reason}")


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--reason", default="", help="更正时去掉了原来的日子，或者缺少法定节日的理由。")
def announce(file: Path, reason: str) -> None:
    """录入或更正一年的放假安排，并重新计算所有受影响的到期时间。

    FILE 是 TOML：year、notice（文件名称文号）、[holidays] 日期 = "节日名称"、workdays = [调休上班的日期]。
    """
    notice = _read(file, reason)
    try:
        announced = announce_year(wording=notice.wording, actor=Actor.clockwork(""), now=clocks.real())
    except Refused as refused:
        hint = "（用 --reason 写明）" if refused.refusal.field == "reason" else ""
        raise Told(f"{refused.refusal.reason}{hint}") from None
    for line in _told(announced.difference):
        click.echo(line)
    moved = recompute_all(announced.edition, clock=clocks.here)
    verb = "录入" if announced.difference.first else "更正"
    click.echo(f"已{verb}{notice.year}年放假安排，重新计算到期时间 {moved} 项。")


def _told(difference: Difference) -> list[str]:
    """What the notice changes, and what it lacks."""
    changes = [] if difference.first else [f"与原来的安排相比：{difference.words or '日期不变'}"]
    missing = [f"注意：缺少{'、'.join(difference.missing)}"] if difference.missing else []
    return changes + missing


def _read(file: Path, reason: str) -> Notice:
    """The notice as the file gives it, checked as the page checks it. ClickException in plain words."""
    try:
        said = tomllib.loads(file.read_text("utf-8"))
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file} 不是 UTF-8 文本；请另存为 UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        where = f"第{line}行" if (line := line_of(error)) else "文件末尾"
        raise click.ClickException(f"{file} 不是正确的 TOML：{where}：{words_of(error)}") from error
    if strangers := sorted(said.keys() - KEYS):
        raise click.ClickException(f"{file} 中有不认识的项：{'、'.join(strangers)}")
    holidays, workdays = said.get("holidays", {}), said.get("workdays", [])
    if not isinstance(holidays, dict) or not isinstance(workdays, list):
        raise click.ClickException(f"{file}：[holidays] 下一行一天，写 日期 = 节日名称；workdays 是日期的列表")
    form: dict[str, Any] = {
        "year": said.get("year"),
        "notice": said.get("notice", ""),
        "holidays": "\n".join(f"{on} {name}" for on, name in holidays.items()),
        "workdays": "\n".join(str(on) for on in workdays),
        "reason": reason or said.get("reason", ""),
    }
    try:
        return Notice(**form)
    except ValidationError as error:
        raise click.ClickException("；".join(str(one) for one in complaints(error, Notice))) from error

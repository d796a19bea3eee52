"""`bihuan calendar`: the working calendar, and entering a year's notice when the State Council has published it."""

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import click

from bihuan.duties.commands import announce_year
from bihuan.duties.queries import calendar
from bihuan.kernel.actor import Actor
from bihuan.policy.calendar import WORKDAY


@click.group()
def command() -> None:
    """工作日历：查看一天，录入年度放假安排。"""


@command.command()
@click.argument("day", type=click.DateTime(["%Y-%m-%d"]))
def day(day: datetime) -> None:
    """说明某一天上不上班。"""
    known, on = calendar(), day.date()
    words = "上班" if known.is_working(on) else "休息"
    note = "（该年放假安排尚未公布，暂按周一至周五计算）" if known.provisional(on) else ""
    click.echo(f"{on}：{known.name(on)}，{words}{note}")


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def announce(file: Path) -> None:
    """录入一年的放假安排，并重新计算所有暂定的到期时间。

    FILE 是 TOML：year、notice（文件名称文号）、[holidays] 日期 = "节日名称"、workdays = [调休上班的日期]。
    """
    year, notice, days = _read(file)
    changed = announce_year(year=year, notice=notice, days=days, actor=Actor.clockwork(""), now=datetime.now(UTC))
    click.echo(f"已录入{year}年放假安排，重新计算到期时间 {changed} 项。")


def _read(file: Path) -> tuple[int, str, dict[date, str]]:
    """The notice as the file gives it. ClickException in plain words for what does not fit."""
    try:
        said = tomllib.loads(file.read_text("utf-8"))
        year, notice = int(said["year"]), str(said["notice"])
        days = {date.fromisoformat(on): str(name) for on, name in said["holidays"].items()}
        days |= {date.fromisoformat(str(on)): WORKDAY for on in said.get("workdays", ())}
    except (KeyError, ValueError, AttributeError, TypeError) as error:
        raise click.ClickException(f"{file} 不是完整的放假安排：{error}") from error
    if strangers := sorted(str(on) for on in days if on.year != year):
        raise click.ClickException(f"这些日期不在{year}年：{'、'.join(strangers)}")
    return year, notice, days

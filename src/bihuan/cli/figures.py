"""`bihuan figures`: reckon the figures again from the record, and compare."""

import sys

import click

from bihuan.assessment import commands, queries
from bihuan.cli._telling import Told
from bihuan.organisations import queries as organisations


@click.group()
def command() -> None:
    """考核指标：由办理记录重新统计。"""


@command.command()
@click.option("--period", default="", help="只看一期，如 2026-11、2026-Q4、2026；不写为全部。")
@click.option("--jurisdiction", default="", help="只看一个辖区；不写为全部。")
@click.option("--check", is_flag=True, help="只核对，不改动。")
def recount(period: str, jurisdiction: str, check: bool) -> None:
    """由办理记录重新统计，与现有的逐行核对；有不同的，说出第一处，并以 1 退出。"""
    of = None
    if period and (of := queries.known_period(period)) is None:
        raise Told(f"没有“{period}”这一期；写成 2026-11、2026-Q4 或 2026")
    places = [place.code for place in organisations.jurisdictions()]
    if jurisdiction and jurisdiction not in places:
        raise Told(f"没有辖区“{jurisdiction}”")
    wrong = 0
    for place in [jurisdiction] if jurisdiction else places:
        found = commands.recount(place, period=of, check=check)
        wrong += found.differing
        click.echo(f"{place}：核对了{found.subjects}件，{found.differing}行不同")
        if found.first:
            click.echo(f"  第一处在 {found.first.table}\n  现有：{found.first.kept or '没有'}", err=True)
            click.echo(f"  重新统计：{found.first.reckoned or '没有'}", err=True)
    if wrong and not check:
        click.echo("已按办理记录改正")
    sys.exit(1 if wrong else 0)

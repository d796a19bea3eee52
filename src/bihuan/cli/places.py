"""`bihuan places`: the list of places of a jurisdiction, and loading one from a table."""

from datetime import UTC, datetime
from pathlib import Path

import click

from bihuan.cli._acting import official
from bihuan.cli._telling import Told
from bihuan.intake.place_lists import lines_of
from bihuan.intake.sheets import BadSheet
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.localities import commands, queries
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post


@click.group()
def command() -> None:
    """地点名录：查看，导入。"""


@command.command("list")
@click.argument("jurisdiction")
@click.option("--like", default="", metavar="词", help="只列名称含有这些词的，或代码以此开头的。")
def listed(jurisdiction: str, like: str) -> None:
    """列出一个辖区的地点名录。"""
    try:
        code = organisations.jurisdiction(jurisdiction).code
    except Unknown:
        raise click.ClickException(f"没有辖区“{jurisdiction}”") from None
    found = queries.like(code, like, most=100) if like else queries.every(code)
    for row in found:
        click.echo(f"{row.code}\t{row.full_name}")


@command.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--jurisdiction", required=True, help="辖区代码。")
@click.option("--complete", is_flag=True, help="这份表是全部地点：名录中有而表里没有的，停用。")
@click.option("--account", help="以哪个系统管理员的名义导入；只有一名时可不写。")
def load(file: Path, jurisdiction: str, complete: bool, account: str | None) -> None:
    """导入地点名录（csv、xlsx，“代码”“名称”两列）：新的录入，名称不同的更名；一行不合格，整份不导入。"""
    try:
        place = organisations.jurisdiction(jurisdiction)
        units = [unit.code for unit in organisations.units(place.code)]
        told = f"{place.name}有{{}}名系统管理员"
        standing = official(place, units, Post.ADMINISTRATOR, account, told=told, at=datetime.now(UTC))
        lines = lines_of(file)
        done = commands.load(lines=lines, complete=complete, actor=standing.actor, now=standing.now)
    except Refused as refused:
        raise Told(refused.refusal.reason) from refused
    except BadSheet as bad:
        raise Told(str(bad)) from bad
    except Unknown as unknown:
        raise click.ClickException(f"没有辖区“{unknown}”") from unknown
    click.echo(f"{place.name}：新增{done.added}个，更名{done.renamed}个，停用{done.ended}个，未变{done.same}个。")

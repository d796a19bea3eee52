"""`bihuan unit`: units that end, at the console of the server."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime

import click
from pydantic import ValidationError

from bihuan.clockwork import commands as clockwork
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import commands, queries
from bihuan.organisations.forms import EndUnit, KeepUnit, MergeUnits

BASIS = click.option("--basis", required=True, metavar="文号", help="依据：机构改革方案、批复等。")
ON = click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="自哪一天起；不写为今天。")


@contextmanager
def _told() -> Iterator[None]:
    """What stands against it, in plain words, with an exit code."""
    try:
        yield
    except Refused as refused:
        raise click.ClickException("；".join(one.reason for one in refused.all)) from None
    except Unknown as unknown:
        raise click.ClickException(f"没有 {unknown}") from None
    except ValidationError:
        raise click.ClickException("依据、原因须填写，最多200字。") from None


def _here(jurisdiction: str, on: datetime | None) -> tuple[Actor, datetime, date]:
    """Who acts, what time it is there, and the day that is meant."""
    now = datetime.now(UTC) + queries.jurisdiction(jurisdiction).offset
    return Actor.installer(jurisdiction), now, on.date() if on else queries.today(now)


@click.group()
def command() -> None:
    """单位：撤销，合并，取消撤销，列出已撤销和将要撤销的。"""


@command.command("list")
@click.argument("jurisdiction")
def listed(jurisdiction: str) -> None:
    """列出辖区已撤销和将要撤销的单位：日期、单位、承接单位、是否已经办理。"""
    with _told():
        queries.jurisdiction(jurisdiction)
    for row in queries.endings(jurisdiction):
        said = (str(row.from_on), row.unit, row.unit_name, row.successor_name or "没有承接单位")
        click.echo("\t".join((*said, "已撤销" if row.done_at else "待撤销")))


@command.command()
@click.argument("jurisdiction")
@click.argument("unit")
@click.option("--successor", default="", metavar="单位", help="承接单位；不写的，工单退回受理单位重新分派。")
@ON
@BASIS
def end(jurisdiction: str, unit: str, successor: str, on: datetime | None, basis: str) -> None:
    """自某日起撤销单位：JURISDICTION 辖区代码，UNIT 单位代码。"""
    with _told():
        actor, now, from_on = _here(jurisdiction, on)
        fields = EndUnit(from_on=from_on, successor=successor, basis=basis)
        commands.end_unit(code=unit, fields=fields, actor=actor, now=now)
        clockwork.catch_up(jurisdiction)
    click.echo(f"{unit} 自{from_on}起撤销")


@command.command()
@click.argument("jurisdiction")
@click.argument("units", nargs=-1, required=True)
@click.option("--into", required=True, metavar="单位", help="并入哪个单位。")
@ON
@BASIS
def merge(jurisdiction: str, units: Sequence[str], into: str, on: datetime | None, basis: str) -> None:
    """自某日起把几个单位并入另一个：JURISDICTION 辖区代码，UNITS 单位代码。"""
    with _told():
        actor, now, from_on = _here(jurisdiction, on)
        fields = MergeUnits(units=tuple(units), successor=into, from_on=from_on, basis=basis)
        commands.merge_units(fields=fields, actor=actor, now=now)
        clockwork.catch_up(jurisdiction)
    click.echo(f"{'、'.join(units)} 自{from_on}起并入 {into}")


@command.command()
@click.argument("jurisdiction")
@click.argument("unit")
@click.option("--reason", required=True, metavar="原因", help="为什么不再撤销。")
def keep(jurisdiction: str, unit: str, reason: str) -> None:
    """取消撤销：JURISDICTION 辖区代码，UNIT 单位代码。"""
    with _told():
        actor, now, _ = _here(jurisdiction, None)
        commands.keep_unit(code=unit, fields=KeepUnit(reason=reason), actor=actor, now=now)
    click.echo(f"{unit} 不再撤销")

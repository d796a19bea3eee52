"""`bihuan webhooks`: endpoints of other systems, to which events go."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import click
from pydantic import ValidationError

from bihuan.cli._telling import Told
from bihuan.kernel.actor import Actor
from bihuan.kernel.complaints import complaints
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import queries as organisations
from bihuan.policy.calendar import ZONE
from bihuan.webhooks import commands, queries
from bihuan.webhooks.types import NewEndpoint, Redeliver


@click.group()
def command() -> None:
    """事件推送：设置、列出、暂停、恢复、重新推送。"""


def _at_home(code: str) -> tuple[Actor, datetime, datetime]:
    """Who acts at the console, what time it is there, and really."""
    at = datetime.now(UTC)
    try:
        place = organisations.jurisdiction(code)
    except Unknown:
        raise click.ClickException(f"没有辖区“{code}”") from None
    return Actor.installer(place.code), at + place.offset, at


def _told(does: Callable[[], object], id: int) -> None:
    try:
        does()
    except Refused as refused:
        raise Told(refused.refusal.reason) from refused
    except Unknown:
        raise click.ClickException(f"没有编号为{id}的推送") from None
    click.echo("已办理")


@command.command("list")
@click.argument("jurisdiction")
def listed(jurisdiction: str) -> None:
    """列出一个辖区的推送：编号、名称、状态、等待、已送达、地址。"""
    actor, _, _ = _at_home(jurisdiction)
    for row in queries.endpoints(actor):
        state = row.state.label if row.why == "none" else f"{row.state.label}（{row.why.label}）"
        since = f"\t自{row.failing_since.astimezone(ZONE):%Y-%m-%d %H:%M}没有被接收" if row.failing_since else ""
        click.echo(f"{row.id}\t{row.label}\t{state}\t等待{row.waiting}\t已送达{row.sent}\t{row.address}{since}")


@command.command()
@click.argument("jurisdiction")
@click.argument("address")
@click.option("--label", required=True, help="接收系统的名称。")
@click.option("--account", required=True, help="只推送这个账号看得到的事项。")
@click.option("--kinds", default="", help="事件种类，如 “case.* matter.*”；不写为全部。")
def add(jurisdiction: str, address: str, label: str, account: str, kinds: str) -> None:
    """设置推送，显示编号和签名密钥；密钥只显示这一次。"""
    actor, now, at = _at_home(jurisdiction)
    try:
        fields = NewEndpoint(label=label, address=address, account=account, kinds=kinds)
        id, secret = commands.add(fields=fields, actor=actor, now=now, at=at)
    except ValidationError as invalid:
        raise Told("；".join(f"{one.label}：{one.text}" for one in complaints(invalid, NewEndpoint))) from invalid
    except Refused as refused:
        raise Told(refused.refusal.reason) from refused
    click.echo(f"{id}\t{secret}")


@command.command()
@click.argument("jurisdiction")
@click.argument("id", type=int)
def suspend(jurisdiction: str, id: int) -> None:
    """暂停推送；以后的事件保留，恢复时按顺序推送。"""
    actor, now, at = _at_home(jurisdiction)
    _told(lambda: commands.suspend(id=id, actor=actor, now=now, at=at), id)


@command.command()
@click.argument("jurisdiction")
@click.argument("id", type=int)
def resume(jurisdiction: str, id: int) -> None:
    """恢复推送，先推送保留的。"""
    actor, now, at = _at_home(jurisdiction)
    _told(lambda: commands.resume(id=id, actor=actor, now=now, at=at), id)


@command.command()
@click.argument("jurisdiction")
@click.argument("id", type=int)
def end(jurisdiction: str, id: int) -> None:
    """结束推送，不再恢复。"""
    actor, now, at = _at_home(jurisdiction)
    _told(lambda: commands.end(id=id, actor=actor, now=now, at=at), id)


@command.command()
@click.argument("jurisdiction")
@click.argument("id", type=int)
@click.option("--hours", default=24, show_default=True, type=click.IntRange(1, 720), help="最近多少小时发生的。")
def redeliver(jurisdiction: str, id: int, hours: int) -> None:
    """按原来的编号重新推送最近已经送达的事件。"""
    actor, now, _ = _at_home(jurisdiction)
    span = Redeliver(from_at=now - timedelta(hours=hours), until_at=now + timedelta(minutes=1))
    _told(lambda: commands.redeliver(id=id, fields=span, actor=actor, now=now), id)

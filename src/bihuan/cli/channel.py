"""`bihuan channel`: which unit takes in the requests of a channel."""

from datetime import UTC, datetime

import click

from bihuan.cli._telling import Told
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import commands, queries


@click.group()
def command() -> None:
    """渠道：列出受理单位，交给另一个单位。"""


@command.command("list")
@click.argument("jurisdiction")
def listed(jurisdiction: str) -> None:
    """列出辖区的渠道：代码、名称、今天的受理单位。"""
    try:
        place = queries.jurisdiction(jurisdiction)
    except Unknown:
        raise click.ClickException(f"没有辖区 {jurisdiction}") from None
    desks = queries.desks(place.code, now=datetime.now(UTC) + place.offset)
    for channel in queries.pack_of(place.code).channels.values():
        click.echo("\t".join((channel.code, channel.label, desks.get(channel.code, "还没有受理单位"))))


@command.command()
@click.argument("jurisdiction")
@click.argument("channel")
@click.argument("unit")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="自哪一天起；不写为今天。")
def give(jurisdiction: str, channel: str, unit: str, on: datetime | None) -> None:
    """把渠道交给一个单位受理：JURISDICTION 辖区代码，CHANNEL 渠道代码，UNIT 单位代码。"""
    try:
        now = datetime.now(UTC) + queries.jurisdiction(jurisdiction).offset
        from_on = on.date() if on else queries.today(now)
        commands.give_channel(
            jurisdiction=jurisdiction,
            channel=channel,
            unit=unit,
            from_on=from_on,
            actor=Actor.installer(jurisdiction),
            now=now,
        )
    except Refused as refused:
        raise Told(refused.refusal.reason) from None
    except Unknown as unknown:
        raise click.ClickException(f"没有辖区 {unknown}") from None
    click.echo(f"渠道 {channel} 自{from_on}起由 {unit} 受理")

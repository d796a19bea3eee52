"""`bihuan clock`: the clock of a training jurisdiction."""

from datetime import UTC, datetime, timedelta

import click
from pydantic import TypeAdapter, ValidationError
from rich.console import Console

from bihuan.clockwork import commands as clockwork
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import queries
from bihuan.policy.calendar import ZONE

OUT = Console(highlight=False, soft_wrap=True)


def _span(context: click.Context, option: click.Parameter, said: str | None) -> timedelta | None:
    """A span of time in ISO 8601: P2D, PT4H or P1DT30M."""
    try:
        return None if said is None else TypeAdapter(timedelta).validate_python(said)
    except ValidationError:
        raise click.BadParameter("时长应为 ISO 8601 格式，例如 P2D（两天）、PT4H（四小时）") from None


@click.command()
@click.argument("jurisdiction")
@click.option("--advance", metavar="P2D", callback=_span, help="向前拨多久；不给则只显示时间。")
def command(jurisdiction: str, advance: timedelta | None) -> None:
    """查看或向前拨动教学环境的时钟。"""
    try:
        seen = queries.jurisdiction(jurisdiction).offset
        now = datetime.now(UTC) + seen
        if advance is not None:
            actor = Actor("console", "系统管理员", jurisdiction)
            to = now + advance
            now = clockwork.advance_clock(jurisdiction=jurisdiction, to=to, seen=seen, actor=actor, now=now)
    except Unknown:
        raise click.ClickException(f"没有辖区 {jurisdiction}") from None
    except OverflowError:
        raise click.ClickException("拨得太远") from None
    except Refused as refused:
        raise click.ClickException(refused.refusal.reason) from None
    OUT.print(f"{jurisdiction}：{now.astimezone(ZONE):%Y-%m-%d %H:%M:%S}")

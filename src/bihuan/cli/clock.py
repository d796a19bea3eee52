"""`bihuan clock`: the clock of a training jurisdiction."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import click
from pydantic import TypeAdapter, ValidationError
from rich.console import Console

from bihuan.cli._telling import Told
from bihuan.clockwork import commands as clockwork
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import commands as organisations
from bihuan.organisations import queries
from bihuan.policy.calendar import ZONE

OUT = Console(highlight=False, soft_wrap=True)


def _span(context: click.Context, option: click.Parameter, said: str | None) -> timedelta | None:
    """A span of time in ISO 8601: P2D, PT4H or P1DT30M."""
    try:
        return None if said is None else TypeAdapter(timedelta).validate_python(said)
    except ValidationError:
        raise click.BadParameter("时长应为 ISO 8601 格式，例如 P2D（两天）、PT4H（四小时）") from None


class _OfOnePlace(click.Group):
    """A group that takes what names no command of its own as a jurisdiction."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        known = args[0] in self.commands
        return super().resolve_command(ctx, args if known else ["show", *args])


@contextmanager
def _told(jurisdiction: str) -> Iterator[None]:
    """Say what is wrong in one line."""
    try:
        yield
    except Unknown:
        raise click.ClickException(f"没有辖区 {jurisdiction}") from None
    except OverflowError:
        raise click.ClickException("拨得太远") from None
    except Refused as refused:
        raise Told(refused.refusal.reason) from None


@click.group(cls=_OfOnePlace)
def command() -> None:
    """查看、向前拨动或拨回教学环境的时钟：bihuan clock 辖区 [--advance P2D]，bihuan clock reset 辖区。"""


@command.command()
@click.argument("jurisdiction")
@click.option("--advance", metavar="P2D", callback=_span, help="向前拨多久；不给则只显示时间。")
def show(jurisdiction: str, advance: timedelta | None) -> None:
    """查看或向前拨动教学环境的时钟。"""
    with _told(jurisdiction):
        seen = queries.jurisdiction(jurisdiction).offset
        now = datetime.now(UTC) + seen
        if advance is not None:
            actor = Actor.installer(jurisdiction)
            to = now + advance
            now = clockwork.advance_clock(jurisdiction=jurisdiction, to=to, seen=seen, actor=actor, now=now)
    OUT.print(f"{jurisdiction}：{now.astimezone(ZONE):%Y-%m-%d %H:%M:%S}")


@command.command()
@click.argument("jurisdiction")
def reset(jurisdiction: str) -> None:
    """把教学环境的时钟拨回现在；其后的日子已经封存的，只拨回到封存之后的第一天。"""
    with _told(jurisdiction):
        actor, real = Actor.installer(jurisdiction), datetime.now(UTC)
        now = organisations.reset_clock(jurisdiction=jurisdiction, actor=actor, now=real)
    OUT.print(f"{jurisdiction}：{now.astimezone(ZONE):%Y-%m-%d %H:%M:%S}")
    if now > real:
        OUT.print("此前的日子已经封存，不能拨回到现在；要从头开始的，请另建教学环境。")

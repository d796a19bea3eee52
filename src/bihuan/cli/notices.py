"""`bihuan notices`: whether notices get out of the house."""

import secrets
from datetime import UTC, datetime

import click

from bihuan.carriers import commands, writing
from bihuan.carriers.types import CarrierKind, Claimed, Outcome, Told, is_mail, is_mobile
from bihuan.cli._telling import Told as Words
from bihuan.kernel.refusal import Unknown
from bihuan.notices.types import Group
from bihuan.organisations import queries as organisations


@click.group()
def command() -> None:
    """通知外发：试发。"""


@command.command("try")
@click.argument("carrier", type=click.Choice([str(kind) for kind in CarrierKind]))
@click.option("--to", required=True, help="收件的邮箱，或手机号码。")
@click.option("--jurisdiction", required=True, help="用哪个辖区的设置。")
def try_(carrier: str, to: str, jurisdiction: str) -> None:
    """按一个辖区的设置，当场试发一条，说出对方的答复。"""
    kind = CarrierKind(carrier)
    if not (is_mobile(to) if kind is CarrierKind.SMS else is_mail(to)):
        raise click.ClickException(f"--to {'不是手机号码' if kind is CarrierKind.SMS else '不是邮箱地址'}")
    try:
        place = organisations.jurisdiction(jurisdiction)
        said, secret = commands.settings_of(kind, place.code)
    except Unknown as unknown:
        told = f"没有辖区“{jurisdiction}”" if str(unknown) == jurisdiction else f"{jurisdiction}没有设置{kind.label}"
        raise click.ClickException(told) from None
    at = datetime.now(UTC)
    trial = Claimed(
        id=secrets.token_hex(16),
        rows=(),
        attempt=1,
        jurisdiction=place.code,
        kind=kind,
        to=to,
        told=(Told(Group.OPENED, "试发", "这是一条试发的通知", None, 1, ""),),
        settings=said,
        secret=secret,
    )
    tried = writing.give(trial, at=at, listed=commands.listed())
    if tried.outcome is not Outcome.SENT:
        raise Words(f"没有发出（{tried.outcome.label}）：{tried.error}")
    click.echo(f"已发出：{trial.id}")

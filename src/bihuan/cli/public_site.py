"""`bihuan public-site`: where citizens submit requests by themselves."""

from datetime import UTC, datetime

import click

from bihuan.cli._telling import Told
from bihuan.intake import commands, queries
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import queries as organisations


@click.command()
@click.argument("jurisdiction")
@click.option("--open", "channel", metavar="渠道", help="开通，来件归入这个网上渠道。")
@click.option("--close", "close", is_flag=True, help="关闭：不再收新的，已提交的仍可查进度。")
def command(jurisdiction: str, channel: str | None, close: bool) -> None:
    """查看、开通或关闭一个辖区的群众网上诉求页面。"""
    if channel and close:
        raise click.UsageError("--open 和 --close 只能选一个")
    try:
        now = datetime.now(UTC) + organisations.jurisdiction(jurisdiction).offset
        actor = Actor.installer(jurisdiction)
        if channel:
            commands.open_public_site(jurisdiction=jurisdiction, channel=channel, actor=actor, now=now)
        elif close:
            commands.close_public_site(jurisdiction=jurisdiction, actor=actor, now=now)
        site = queries.public_site(jurisdiction)
    except Unknown:
        raise click.ClickException(f"没有辖区 {jurisdiction}，或它没有开通网上诉求页面") from None
    except Refused as refused:
        raise Told(refused.refusal.reason) from None
    state = f"已开通，渠道：{site.pack.channels[site.channel].label}" if site.channel else "已关闭"
    click.echo(f"/p/{jurisdiction}/ {state}")

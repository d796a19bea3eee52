"""`bihuan token`: the tokens by which other systems sign as a person."""

from datetime import UTC, datetime

import click
from rich.console import Console

from bihuan.access import queries as access
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import commands, queries
from bihuan.organisations.types import Standing
from bihuan.policy.calendar import ZONE

OUT = Console(highlight=False, soft_wrap=True)


def _operator(account: str, at: datetime) -> tuple[Actor, Standing]:
    """Who acts at the console, and where the account is at home."""
    standing = queries.by_account(account, at=at)
    if standing is None:
        raise click.ClickException(f"没有账号 {account}，或已停用")
    return Actor.installer(standing.actor.jurisdiction), standing


@click.group()
def command() -> None:
    """接口令牌：签发、列出、收回。"""


@command.command()
@click.argument("account")
@click.option("--label", required=True, help="用途，收回时按此指定。")
@click.option("--days", default=90, show_default=True, type=int, help="有效天数，最长90天，到期前由本人续期。")
@click.option(
    "--scopes",
    default="read,act",
    show_default=True,
    help="权限，逗号分隔：read 查询，act 办理，disclose 查看诉求人完整信息（须已启用二次验证并限定网络），"
    "calendar 订阅到期日历（只能单独使用）。",
)
@click.option("--network", "networks", multiple=True, help="只能从这个网络使用，如 10.20.0.0/16；可以给出多个。")
def issue(account: str, label: str, days: int, scopes: str, networks: tuple[str, ...]) -> None:
    """为账号签发令牌，只显示这一次。"""
    wanted = {scope.strip() for scope in scopes.split(",") if scope.strip()}
    if not 0 < len(label.strip()) <= 64:
        raise click.BadParameter("须为1至64个字", param_hint="--label")
    at = datetime.now(UTC)
    actor, standing = _operator(account, at)
    try:
        token = commands.issue_token(
            account=account,
            label=label.strip(),
            scopes=wanted,
            days=days,
            networks=networks,
            second_factor=access.second_factor(account, standing.jurisdiction),
            actor=actor,
            now=standing.now,
            at=at,
        )
    except Refused as refused:
        raise click.ClickException(refused.refusal.reason) from None
    OUT.print(token)
    if queries.person(account, standing.jurisdiction.code, now=standing.now).provisional:
        words = "注意：这个账号还没有更换一次性密码；本人登录更换以前，用这个令牌的请求一律答 401"
        click.echo(words, err=True)


@command.command("list")
@click.argument("account", required=False)
@click.option("--jurisdiction", help="这个辖区所有账号的令牌。")
def list_(account: str | None, jurisdiction: str | None) -> None:
    """列出仍可使用的令牌：账号、用途、权限、网络、到期时间。"""
    at = datetime.now(UTC)
    if (account is None) == (jurisdiction is None):
        raise click.UsageError("请给出账号，或用 --jurisdiction 给出辖区")
    if account is not None:
        _operator(account, at)
        found = {account: access.tokens(account, at=at)}
    else:
        found = access.tokens_of(_known(jurisdiction or ""), at=at)
    for holder, rows in sorted(found.items()):
        for row in rows:
            networks = " ".join(row.networks) or "不限网络"
            until = f"{row.expires_at.astimezone(ZONE):%Y-%m-%d %H:%M}到期"
            click.echo("\t".join((holder, row.label, ",".join(row.scopes), networks, until)))


def _known(jurisdiction: str) -> str:
    try:
        return queries.jurisdiction(jurisdiction).code
    except Unknown:
        raise click.ClickException(f"没有“{jurisdiction}”这个辖区") from None


@command.command()
@click.argument("account")
@click.option("--label", help="签发时的用途。")
@click.option("--all", "every", is_flag=True, help="收回这个账号的全部令牌。")
def revoke(account: str, label: str | None, every: bool) -> None:
    """收回账号的令牌：这一用途的，或全部的；立即失效。"""
    at = datetime.now(UTC)
    if (label is None) != every:
        raise click.UsageError("请用 --label 给出用途，或用 --all 全部收回")
    actor, standing = _operator(account, at)
    wanted = [label.strip()] if label else sorted({row.label for row in access.tokens(account, at=at)})
    for one in wanted:
        try:
            commands.revoke_token(account=account, label=one, actor=actor, now=standing.now, at=at)
        except Unknown:
            raise click.ClickException(f"账号 {account} 没有有效的“{one}”令牌") from None
        OUT.print(f"已收回 {account} 的“{one}”令牌", markup=False)

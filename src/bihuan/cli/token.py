"""`bihuan token`: the tokens by which other systems sign as a person."""

from datetime import UTC, datetime

import click
from rich.console import Console

from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Unknown
from bihuan.organisations import commands, queries

OUT = Console(highlight=False, soft_wrap=True)
SCOPES = ("read", "act")


def _operator(account: str, at: datetime) -> tuple[Actor, datetime]:
    """Who acts at the console, and what time it is where the account is at home."""
    standing = queries.by_account(account, at=at)
    if standing is None:
        raise click.ClickException(f"没有账号 {account}，或已停用")
    return Actor("console", "系统管理员", standing.actor.jurisdiction), standing.now


@click.group()
def command() -> None:
    """接口令牌：签发、收回。"""


@command.command()
@click.argument("account")
@click.option("--label", required=True, help="用途，收回时按此指定。")
@click.option("--days", default=90, show_default=True, type=click.IntRange(1, 3650), help="有效天数。")
@click.option("--scopes", default=",".join(SCOPES), show_default=True, help="权限，逗号分隔：read 查询，act 办理。")
def issue(account: str, label: str, days: int, scopes: str) -> None:
    """为账号签发令牌，只显示这一次。"""
    wanted = {scope.strip() for scope in scopes.split(",") if scope.strip()}
    if not wanted or not wanted <= set(SCOPES):
        raise click.BadParameter(f"只能是 {'、'.join(SCOPES)}", param_hint="--scopes")
    if not 0 < len(label.strip()) <= 64:
        raise click.BadParameter("须为1至64个字", param_hint="--label")
    at = datetime.now(UTC)
    actor, now = _operator(account, at)
    token = commands.issue_token(
        account=account, label=label.strip(), scopes=wanted, days=days, actor=actor, now=now, at=at
    )
    OUT.print(token)


@command.command()
@click.argument("account")
@click.option("--label", required=True, help="签发时的用途。")
def revoke(account: str, label: str) -> None:
    """收回账号的这一用途的全部令牌，立即失效。"""
    at = datetime.now(UTC)
    actor, now = _operator(account, at)
    try:
        commands.revoke_token(account=account, label=label.strip(), actor=actor, now=now, at=at)
    except Unknown:
        raise click.ClickException(f"账号 {account} 没有有效的“{label}”令牌") from None
    OUT.print(f"已收回 {account} 的“{label}”令牌")

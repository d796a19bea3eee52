"""`bihuan account`: what an operator does for accounts at the console of the server."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from rich.console import Console

from bihuan.access import commands
from bihuan.cli._telling import Told
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import commands as organisations
from bihuan.organisations import queries

OUT = Console(highlight=False, soft_wrap=True)


def _standing(account: str, at: datetime) -> tuple[Actor, datetime]:
    standing = queries.by_account(account, at=at)
    if standing is None:
        raise click.ClickException(f"没有账号 {account}，或已停用")
    return Actor.installer(standing.actor.jurisdiction), standing.now


@contextmanager
def _told() -> Iterator[None]:
    """A "no" of the domain in plain words, with an exit code."""
    try:
        yield
    except Refused as refused:
        raise Told(refused.refusal.reason) from None
    except Unknown as unknown:
        raise click.ClickException(f"没有 {unknown}") from None


@click.group()
def command() -> None:
    """账号：解锁、重置密码、解除二次验证、全部退出；待确认的任命；是否要求二次验证。"""


@command.command()
@click.argument("account", required=False)
@click.option("--network", metavar="地址", help="不解锁账号，而是解除这个网络地址输错过多后的等待。")
def unlock(account: str | None, network: str | None) -> None:
    """解除连续输错后的登录锁定；--network 解除一个网络的等待。"""
    if (account is None) == (network is None):
        raise click.ClickException("请写明账号，或者用 --network 写明网络地址")
    if account is None:
        with _told():
            commands.forget_network(address=str(network))
        OUT.print(f"来自 {network} 的登录不再等待")
        return
    actor, now = _standing(account, datetime.now(UTC))
    with _told():
        commands.unlock(account=account, actor=actor, now=now)
    OUT.print(f"已解除 {account} 的登录锁定")


@command.command("password")
@click.argument("account")
def password(account: str) -> None:
    """重置密码：打印一次性密码，本人登录后须修改。"""
    at = datetime.now(UTC)
    actor, now = _standing(account, at)
    with _told():
        OUT.print(commands.give_password(account=account, actor=actor, now=now, at=at))


@command.command("second-factor")
@click.argument("account")
@click.option("--reason", required=True, help="解除原因，记入办理记录。")
def second_factor(account: str, reason: str) -> None:
    """解除二次验证，本人下次登录时重新启用。"""
    at = datetime.now(UTC)
    actor, now = _standing(account, at)
    with _told():
        commands.reset_second_factor(account=account, reason=reason, actor=actor, now=now, at=at)
    OUT.print(f"已解除 {account} 的二次验证")


@command.command("sign-out")
@click.argument("account")
def sign_out(account: str) -> None:
    """退出账号的全部登录，收回全部接口令牌。"""
    at = datetime.now(UTC)
    actor, now = _standing(account, at)
    with _told():
        commands.sign_out_everywhere(account=account, actor=actor, now=now, at=at)
    OUT.print(f"已退出 {account} 的全部登录")


@command.command("appointments")
@click.argument("jurisdiction")
def appointments(jurisdiction: str) -> None:
    """列出辖区待确认的任命：编号、人员、单位、职务、提出人。"""
    with _told():
        place = queries.jurisdiction(jurisdiction)
    for row in queries.proposals(place.code):
        click.echo("\t".join((str(row.id), row.account, row.unit, row.post, row.proposed_by)))


@command.command("confirm")
@click.argument("jurisdiction")
@click.argument("number", type=int)
def confirm(jurisdiction: str, number: int) -> None:
    """确认一项任命：没有另一位系统管理员、单位又没有主要负责人能确认的，才由运维人员在服务器上确认。"""
    with _told():
        now = datetime.now(UTC) + queries.jurisdiction(jurisdiction).offset
        actor = Actor.installer(jurisdiction)
        organisations.confirm_post(proposal=number, actor=actor, now=now)
    OUT.print(f"已确认第{number}项任命")


@command.command("require-second-factor")
@click.argument("jurisdiction")
@click.option("--off", is_flag=True, help="不再要求；只有教学环境可以。")
@click.option("--reason", required=True, help="原因，记入办理记录。")
def require_second_factor(jurisdiction: str, off: bool, reason: str) -> None:
    """规定辖区是否要求二次验证。"""
    with _told():
        now = datetime.now(UTC) + queries.jurisdiction(jurisdiction).offset
        commands.rule_second_factor(
            jurisdiction=jurisdiction,
            required=not off,
            reason=reason,
            actor=Actor.installer(jurisdiction),
            now=now,
        )
    OUT.print(f"{jurisdiction}：{'不要求' if off else '要求'}二次验证")

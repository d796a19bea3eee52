"""`bihuan keys`: the keys under which requesters' identities are encrypted."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import sleep

import click
from rich.console import Console
from rich.progress import Progress

from bihuan.requesters import commands, queries, vault
from bihuan.requesters.cipher import BadKeys, Keyring

ROUNDS_WITHOUT_PROGRESS = 20
OUT = Console(highlight=False)


@contextmanager
def _told() -> Iterator[None]:
    """Say what is wrong with the keys in one line."""
    try:
        yield
    except BadKeys as error:
        raise click.ClickException(str(error)) from None


@click.group()
def command() -> None:
    """诉求人身份的加密密钥：生成、查看、更换。"""


@command.command()
def generate() -> None:
    """生成新密钥文件（已有时不覆盖）。"""
    try:
        path = vault.write_keys(Keyring.fresh(), new=True)
    except FileExistsError:
        raise click.ClickException(f"密钥文件 {vault.key_file()} 已经存在，没有改动") from None
    OUT.print(f"已生成 {path}。请另行妥善备份：丢失密钥，诉求人身份无法恢复。")


@command.command()
def status() -> None:
    """每把密钥加密了多少条身份（不显示密钥）。"""
    with _told():
        for use in queries.key_use():
            state = "当前" if use.current else "旧" if use.held else "缺失，无法解密"
            OUT.print(f"{use.label}  {use.rows} 条  {state}")


@command.command()
@click.option("--drop-old", is_flag=True, help="全部重新加密后，从密钥文件中删除旧密钥。")
@click.option("--batch", default=500, show_default=True, help="每批条数。")
def rotate(drop_old: bool, batch: int) -> None:
    """更换密钥并重新加密；网站不停，中断后再次执行即接着做。"""
    with _told():
        if queries.outstanding():
            OUT.print(f"上次更换尚未做完，接着做；当前密钥 {vault.ring().label}")
        else:
            with vault.key_file_held():
                OUT.print(f"已加入新密钥 {commands.add_key()}")
        unreadable = _reseal_all(batch)
        if unreadable:
            shown = "、".join(map(str, sorted(unreadable)[:20]))
            raise click.ClickException(f"有 {len(unreadable)} 条身份没有密钥可解（编号 {shown}），旧密钥保留")
        OUT.print(f"全部身份已由 {vault.ring().label} 加密")
        if drop_old:
            with vault.key_file_held():
                gone = commands.drop_old_keys()
            OUT.print(f"已删除旧密钥：{'、'.join(gone) or '无'}。更换前的备份须用旧密钥才能读取。")


def _reseal_all(batch: int) -> set[int]:
    """Go round until no row is left that could be sealed anew; rows that others hold come in the next round."""
    idle = 0
    with Progress(console=OUT) as progress:
        bar = progress.add_task("重新加密", total=queries.outstanding())
        while True:
            done, unreadable = 0, set[int]()
            for step in commands.reseal_all(size=batch):
                done += step.done
                unreadable.update(step.unreadable)
                progress.advance(bar, step.done)
            left = queries.outstanding() - len(unreadable)
            idle = 0 if done else idle + 1
            if left <= 0 or idle > ROUNDS_WITHOUT_PROGRESS:
                break
            sleep(0.1 * idle)
    if left > 0:
        raise BadKeys(f"还有 {left} 条身份正被占用，请稍后再次执行")
    return unreadable

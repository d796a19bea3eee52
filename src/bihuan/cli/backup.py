"""`bihuan backup`: one sealed file of database, attachments, seals and keys."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from bihuan.care import backup, passphrases
from bihuan.startup.reaching import database
from bihuan.startup.trouble import Trouble


@click.command()
@click.argument("target")
@click.option("--key-file", type=click.Path(path_type=Path), help="备份密钥文件；不给则用环境变量，或在终端输入口令。")
@click.option("--without-keys", is_flag=True, help="不含诉求人身份密钥（须另行保管）。")
@click.option("--keep", type=click.IntRange(1), help="TARGET 是目录时，只保留最新的几份。")
def command(target: str, key_file: Path | None, without_keys: bool, keep: int | None) -> None:
    """备份到文件 TARGET（加密、同一时刻）；TARGET 是目录时自动命名。网站不必停。"""
    place = Path(target)
    if target.endswith("/") and not place.is_dir():
        raise click.ClickException(f"没有目录 {target}；请先建立，或者去掉末尾的 / 写成文件名")
    if keep and not place.is_dir():
        raise click.ClickException("--keep 只用于目录")
    try:
        passphrase = passphrases.given(key_file) or _asked()
        now = datetime.now(UTC)
        file = backup.named(place, now) if place.is_dir() else place
        with database() as url:
            manifest, totals = backup.back_up(url, file, passphrase, now=now, with_keys=not without_keys)
    except Trouble as trouble:
        raise click.ClickException(str(trouble)) from trouble
    rows = sum(manifest.tables.values())
    megabytes = file.stat().st_size / 1e6
    click.echo(
        f"已备份到 {file}：{rows} 行、{totals.attachments} 个附件，{megabytes:.1f} MB（PostgreSQL {manifest.postgres}）"
    )
    if not manifest.with_keys:
        click.echo("注意：备份不含诉求人身份密钥，请另行妥善保管，否则恢复后身份无法读取。")
    for old in backup.keep_newest(place, keep) if keep else []:
        click.echo(f"已删除旧备份 {old}")
    for digest in totals.missing:
        click.echo(f"附件缺失或已损坏：{digest}", err=True)
    if totals.missing:
        click.echo(f"备份已写成，但有 {len(totals.missing)} 个附件缺失或已损坏，请查明原因。", err=True)
        sys.exit(1)


def _asked() -> bytes:
    if not sys.stdin.isatty():
        raise Trouble("请用 --key-file、BIHUAN_BACKUP_KEY_FILE 或 BIHUAN_BACKUP_PASSPHRASE 给出备份口令")
    said: str = click.prompt("备份口令", hide_input=True, confirmation_prompt="再输入一遍")
    return passphrases.strong(said.encode())

"""`bihuan restore`: a backup into a fresh installation, and the proof that it is what it was."""

import sys
from pathlib import Path

import click

from bihuan.care import passphrases, restore
from bihuan.care.strongbox import Damaged, WrongPassphrase
from bihuan.startup.trouble import Trouble


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key-file", type=click.Path(path_type=Path), help="备份密钥文件；不给则用环境变量，或在终端输入口令。")
@click.option("--check", is_flag=True, help="只检查备份能否打开、是否完整，不恢复。")
def command(file: Path, key_file: Path | None, check: bool) -> None:
    """把备份 FILE 恢复到新的数据目录与空数据库，随后核验；数据目录或数据库不是空的则拒绝。"""
    try:
        passphrase = passphrases.given(key_file) or _asked()
        if check:
            _tell(restore.check(file, passphrase))
            return
        clean = restore.restore(file, passphrase, click.echo)
    except (Trouble, Damaged, WrongPassphrase) as trouble:
        raise click.ClickException(str(trouble)) from trouble
    click.echo("恢复完成，各表行数与备份时一致。" if clean else "恢复完成，但核验发现不符，见上。", err=not clean)
    sys.exit(0 if clean else 1)


def _tell(checked: restore.Checked) -> None:
    manifest, totals = checked.manifest, checked.totals
    click.echo(f"备份完整：{manifest.made_at}，版本 {manifest.version}，PostgreSQL {manifest.postgres}")
    click.echo(
        f"{sum(manifest.tables.values())} 行，{totals.attachments} 个附件，{'含' if manifest.with_keys else '不含'}密钥"
    )
    for where, seal in manifest.seals.items():
        click.echo(f"{where} 最后封存：{seal}")
    if totals.missing:
        click.echo(f"备份时已缺失的附件：{'、'.join(totals.missing)}")


def _asked() -> bytes:
    if not sys.stdin.isatty():
        raise Trouble("请用 --key-file、BIHUAN_BACKUP_KEY_FILE 或 BIHUAN_BACKUP_PASSPHRASE 给出备份口令")
    said: str = click.prompt("备份口令", hide_input=True)
    return said.encode()

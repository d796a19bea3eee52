"""`bihuan jurisdiction`: founding a city or district at the console of the server."""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from bihuan.care import here, workbook
from bihuan.cli._telling import Told, tell
from bihuan.intake.sheets import BadSheet
from bihuan.kernel.actor import Actor
from bihuan.kernel.complaints import complaints
from bihuan.kernel.fields import Fields
from bihuan.kernel.refusal import Refused
from bihuan.kernel.system_words import words_of
from bihuan.organisations import commands, queries
from bihuan.organisations.forms import Founding, NewPerson
from bihuan.organisations.types import Founded, Standing
from bihuan.record import scope
from bihuan.startup.packs import known, lay, sound
from bihuan.startup.trouble import Trouble

OPTIONS = {
    "code": "--code", "name": "--name", "pack": "--pack", "office": "--office", "office_type": "--office-type",
    "prefix": "--prefix", "account": "--account",
}  # fmt: skip
"""Field of a form → the option that fills it."""


@contextmanager
def _told() -> Iterator[None]:
    """What stands against it, in plain words, with an exit code."""
    try:
        yield
    except Refused as refused:
        hints = [f"{one.reason}{_hint(one.field)}" for one in refused.all]
        raise Told("；".join(hints)) from None
    except Trouble as trouble:
        raise Told(str(trouble)) from None


def _hint(field: str | None) -> str:
    return f"（{OPTIONS[field]}）" if field in OPTIONS else ""


def _form(form: type[Fields], said: Mapping[str, object], *, but: Mapping[str, str] = {}) -> Any:
    """The form filled in, or in plain words why not; `but` names the option of a field where it has another one."""
    try:
        return form(**said)
    except ValidationError as error:
        options = {**OPTIONS, **but}
        found = complaints(error, form)
        told = [f"{one}（{options[one.field]}）" if one.field in options else str(one) for one in found]
        raise click.ClickException("；".join(told)) from None


@click.group()
def command() -> None:
    """辖区：设立，列出，查看开通前还缺什么，用工作簿录入和导出。"""


@command.command()
@click.option("--pack", "pack_ref", metavar="ID", help="规则包，例如 wendeng-2021-10。")
@click.option(
    "--pack-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="规则包文件，检查后放入本机的规则包目录（BIHUAN_PACKS）。",
)
@click.option("--code", required=True, help="辖区代码，小写字母开头，设立后不能改。")
@click.option("--name", required=True, metavar="名称", help="辖区名称，例如 某某区。")
@click.option("--office", required=True, metavar="单位名称", help="首个单位：受理平台或清单管理机构。")
@click.option("--office-type", default="", metavar="类型", help="首个单位的类型代码；不写用受理渠道最多的类型。")
@click.option("--administrator", "names", required=True, multiple=True, metavar="姓名", help="系统管理员；可写两次。")
@click.option("--account", "accounts", multiple=True, metavar="账号", help="系统管理员的账号；不写用“代码.admin”。")
@click.option("--prefix", default="", help="工单编号前缀，大写字母；不写用规则包的。")
@click.option("--training", is_flag=True, help="教学环境：时钟可以拨快，任命不须第二人确认；以后不能改为正式。")
def found(
    pack_ref: str | None,
    pack_file: Path | None,
    code: str,
    name: str,
    office: str,
    office_type: str,
    names: Sequence[str],
    accounts: Sequence[str],
    prefix: str,
    training: bool,
) -> None:
    """设立辖区：首个单位、系统管理员和一次性密码。"""
    if (pack_ref is None) == (pack_file is None):
        raise click.UsageError("请用 --pack 写明规则包，或用 --pack-file 给出规则包文件")
    if len(accounts) > len(names):
        raise click.UsageError("--account 比 --administrator 多")
    given = [*accounts, *(f"{code}.admin{number or ''}" for number in range(len(accounts), len(names)))]
    said = {
        "code": code, "name": name, "office": office, "office_type": office_type, "prefix": prefix,
        "training": training,
    }  # fmt: skip
    with _told():
        fields: Founding = _form(Founding, said | {"pack": pack_ref or sound(pack_file or Path()).ref})
        people = [
            _form(NewPerson, {"name": who, "account": account}, but={"name": "--administrator"})
            for who, account in zip(names, given, strict=True)
        ]
        laid = None
        if pack_file is not None:
            _, laid = lay(pack_file)
        else:
            known(fields.pack)
        try:
            done = commands.found(
                fields=fields, administrators=people, actor=Actor.installer(code), now=datetime.now(UTC)
            )
        except Refused:
            if laid is not None:
                laid.unlink()
            raise
    _tell(done, fields, laid)


def _tell(done: Founded, fields: Founding, laid: Path | None) -> None:
    rulebook = queries.pack_of(done.code)
    click.echo(f"已设立{done.name}（{done.code}），适用《{rulebook.instrument.title}》（{rulebook.ref}）")
    if laid is not None:
        click.echo(f"规则包放在 {laid}")
    click.echo(f"首个单位：{fields.office}（{done.unit}）")
    for account, password in done.passwords:
        click.echo(f"系统管理员账号 {account}，一次性密码 {password}")
    click.echo("密码只显示这一次，请当面告知本人；首次登录须更换密码，并启用二次验证")
    click.echo(f"登录：{_address()}/sign-in/")
    click.echo("接下来：系统管理员登录，按“单位与职务”中的“开通清单”办理；开通前还缺：")
    _tell_lacks(done.code)


def _address() -> str:
    return os.environ.get("BIHUAN_ADDRESS") or f"http://127.0.0.1:{os.environ.get('BIHUAN_PORT', '8000')}"


def _tell_lacks(code: str) -> bool:
    """Print what is missing; answers whether the office can do without all of it."""
    with scope.reading(Actor.installer(code)):
        found = here.lacks(code)
    for lack in found:
        click.echo(f"  [{'必须' if lack.weight == 'failure' else '建议'}] {lack.words}（{lack.page}）")
    return all(lack.weight != "failure" for lack in found)


@command.command("list")
def listed() -> None:
    """列出辖区：代码、名称、规则包、正式还是教学。"""
    for place in queries.jurisdictions():
        click.echo("\t".join((place.code, place.name, place.pack, "教学" if place.training else "正式")))


@command.command()
@click.argument("code")
def check(code: str) -> None:
    """列出辖区开通前还缺什么；缺必须的以 1 退出。"""
    if code not in {place.code for place in queries.jurisdictions()}:
        raise click.ClickException(f"没有辖区 {code}")
    if not _tell_lacks(code):
        raise click.exceptions.Exit(1)
    click.echo("可以开通")


def _tell_still_lacking(done: workbook.Report) -> None:
    """What the office still lacks with the workbook, before it may open."""
    wanted = [lack for lack in done.lacks if lack.weight == "failure"]
    if wanted:
        click.echo(f"录入以后，开通前还缺{len(wanted)}项必须的：")
    for lack in wanted:
        tell(f"  {lack.words}（{lack.page}）")
    if not wanted:
        click.echo("开通前必须的都齐了，可以开通")


CODE = click.option("--code", default="", metavar="代码", help="辖区代码；只有一个辖区时可不写。")
FILE = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


def _standing(code: str) -> Standing:
    """The installer in the jurisdiction that is named, or in the only one there is."""
    known = {place.code: place for place in queries.jurisdictions()}
    if not code and len(known) == 1:
        (code,) = known
    if code not in known:
        told = "、".join(known) or "没有，请先用 bihuan jurisdiction found 设立"
        raise click.ClickException(f"没有辖区“{code}”；现有：{told}" if code else f"请用 --code 写明辖区；现有：{told}")
    return Standing(Actor.installer(code), known[code], datetime.now(UTC) + known[code].offset)


def _must_be_new(file: Path) -> None:
    if file.exists():
        raise click.ClickException(f"{file} 已存在，请换一个文件名")


def _beside(file: Path) -> Path:
    """Where the passwords of a workbook are written: what is there of an earlier one stays."""
    names = (f"{file.stem}-一次性密码{number}.txt" for number in ("", *range(2, 10_000)))
    return next(path for path in map(file.with_name, names) if not path.exists())


@command.command()
@FILE
@CODE
def template(file: Path, code: str) -> None:
    """写出一份空的工作簿：单位、人员、职务、渠道、各种名单、地点、放假安排、时限调整。"""
    _must_be_new(file)
    workbook.template(file, queries.pack_of(_standing(code).jurisdiction.code))
    click.echo(f"已写出 {file}；怎样填写见其中的“{workbook.NOTES}”，可以写的代码和名称见“{workbook.CODES}”")


@command.command()
@FILE
@CODE
def export(file: Path, code: str) -> None:
    """把辖区现有的单位、人员、名单写成一份工作簿。"""
    _must_be_new(file)
    workbook.export(file, _standing(code))
    file.chmod(0o600)
    click.echo(f"已写出 {file}")


@command.command("import")
@FILE
@CODE
@click.option("--dry-run", is_flag=True, help="只检查，什么也不录入。")
@click.option(
    "--passwords",
    type=click.Path(dir_okay=False, path_type=Path),
    help="一次性密码写到哪个文件（仅本人可读）；不写为工作簿旁边的“…-一次性密码.txt”，已有的不覆盖，依次编号。",
)
def carry_in(file: Path, code: str, dry_run: bool, passwords: Path | None) -> None:
    """录入一份工作簿：全部录入，或者一处不对就都不录入；已有的不再录入。"""
    standing = _standing(code)
    if passwords is not None:
        _must_be_new(passwords)
    kept = passwords or _beside(file)

    def keep(told: Sequence[workbook.OneTime]) -> None:
        with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as out:
            out.write("单位\t姓名\t账号\t一次性密码\n")
            out.writelines(f"{'、'.join(o.units)}\t{o.name}\t{o.account}\t{o.password}\n" for o in told)
            out.flush()
            os.fsync(out.fileno())

    try:
        book = workbook.read(file, queries.pack_of(standing.jurisdiction.code))
        label = "检查" if dry_run else "录入"
        with click.progressbar(length=len(book.lines), label=label, file=sys.stderr, show_pos=True) as bar:
            done = workbook.carry_in(book, standing=standing, dry=dry_run, keep=keep, step=bar.update)
    except BadSheet as bad:
        raise Told(str(bad)) from None
    except OSError as error:
        raise click.ClickException(f"不能写入 {kept}：{words_of(error)}；什么也没有录入") from None
    for one in done.wrong:
        tell(str(one))
    for one in done.left:
        tell(f"注意：{one}", err=True)
    if done.wrong:
        raise click.ClickException(f"{len(done.wrong)}处不对，什么也没有录入")
    for plan in workbook.PLANS:
        counts = [(done.added, "录入"), (done.waiting, "待确认"), (done.same, "已有")]
        told = "，".join(f"{word}{count[plan.name]}" for count, word in counts if count[plan.name])
        if told:
            click.echo(f"{plan.name}：{told}")
    if not book.lines:
        click.echo("工作簿各表都是空的，没有可以录入的内容")
    elif not done.changes:
        click.echo("工作簿里写的都已有，没有改动")
    _tell_still_lacking(done)
    if dry_run:
        click.echo("检查完毕，没有不对的地方；什么也没有录入")
    elif done.passwords:
        click.echo(f"{len(done.passwords)}个一次性密码写在 {kept}（仅您可读），请当面告知本人后删除")

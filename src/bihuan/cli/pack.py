"""`bihuan pack`: a regulation pack held against what the program can carry out, and against another version."""

import logging
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from pathlib import Path

import click

from bihuan.cli._telling import Told, tell
from bihuan.cli.main import set_up_django
from bihuan.policy.loader import Unusable, all_packs, load, pack
from bihuan.policy.pack import Carried, Pack
from bihuan.policy.reading import Fault, PackError
from bihuan.vetting.check import check as examine
from bihuan.vetting.difference import differences


@click.group()
def command() -> None:
    """规则文件：检查一部规定能否由程序落实，比较两个版本，自某一天起采用另一版本。"""


@command.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(file: Path) -> None:
    """检查规则文件，一次列出全部错误；有错误即以 1 退出。不需要数据库。"""
    logging.getLogger("bihuan").addHandler(logging.NullHandler())  # what is wrong elsewhere is not asked here
    verdict = examine(file)
    for fault in verdict.faults:
        tell(_line(file, "错误", fault))
    for remark in verdict.remarks:
        tell(_line(file, "注意", remark))
    if verdict.faults:
        click.echo(f"{file}：{len(verdict.faults)}处错误，不能采用。", err=True)
        sys.exit(1)
    assert verdict.pack is not None, "what has no fault was read"
    for line in _coverage(verdict.pack):
        tell(line)
    tell(f"{verdict.pack.ref}（{verdict.pack.instrument.title}）：没有错误，可以采用。")


@command.command()
@click.argument("before")
@click.argument("after")
def diff(before: str, after: str) -> None:
    """比较两个版本：文件、条款、规范、参数、时限、渠道、单位类型、职务。BEFORE、AFTER 是规则文件或 id/version。"""
    logging.getLogger("bihuan").addHandler(logging.NullHandler())
    lines = list(differences(_named(before), _named(after)))
    for line in lines:
        tell(line)
    click.echo(f"共{len(lines)}处不同。" if lines else "内容相同。")


@command.command()
@click.argument("code")
@click.argument("ref", metavar="ID/VERSION")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="自哪一天起适用；最早为明天。")
@click.option("--basis", required=True, metavar="文号", help="印发修订文件的文号。")
@click.option("--approver", required=True, metavar="姓名", help="在依据文件上签发的人。")
@click.option("--dry-run", is_flag=True, help="只检查、列出不同，不采用。")
def adopt(code: str, ref: str, on: datetime, basis: str, approver: str, dry_run: bool) -> None:
    """辖区 CODE 自某一天零时起采用规则的另一版本：先检查并列出不同；此前登记的仍按原来的版本办理。"""
    set_up_django()
    adopting = import_module("bihuan.cli._adopting")
    adopting.adopt(code, {"pack": ref, "from_on": on.date(), "basis": basis, "approver": approver}, dry_run=dry_run)


def _named(said: str) -> Pack:
    """The pack in a file, or of that name. ClickException in plain words."""
    try:
        return load(Path(said)) if Path(said).is_file() else pack(said)
    except (PackError, Unusable) as error:
        raise Told(str(error)) from None
    except KeyError:
        known = "、".join(one.ref for one in all_packs())
        raise click.ClickException(f"没有“{said}”这个文件，也没有这个规则；已有的规则：{known}") from None


def _line(file: Path, kind: str, fault: Fault) -> str:
    return f"{file}:{fault.line}: [{kind}] {fault.words}"


def _coverage(told: Pack) -> Iterator[str]:
    """How far each clause is carried out, and by which norms."""
    states = Counter(clause.state for clause in told.clauses.values())
    yield f"条款 {len(told.clauses)} 条：{'，'.join(f'{state.label} {states[state]}' for state in Carried)}"
    for clause in told.clauses.values():
        norms = "、".join((*clause.norms, *clause.also))
        partly = f"（{clause.partly}）" if clause.partly else ""
        yield f"  {clause.id}　{clause.state.label}{partly}{'：' if norms else ''}{norms}"
    limits = sum(len(rules) for rules in told.limits.values())
    defaults = sum(binding.clause is None for binding in told.bindings.values())
    yield f"规范 {len(told.bindings)} 项（以默认值确立的 {defaults} 项），时限 {limits} 项"

"""`bihuan import`: register a table of letters that came by a channel."""

import sys
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table as Shown

from bihuan.cli._acting import official
from bihuan.intake import commands as intake
from bihuan.intake import importing
from bihuan.intake import queries as letters_kept
from bihuan.intake.importing import Counts, Told
from bihuan.intake.letters import Column, Letter, column_named, guess, trouble_with
from bihuan.intake.sheets import BadSheet, Row, Sheet, Table, open_sheet, sheet_names
from bihuan.kernel.cells import CUT
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post, Standing
from bihuan.record.types import Done

OUT = Console(highlight=False)


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--jurisdiction", required=True, help="辖区代码。")
@click.option("--channel", required=True, help="来件渠道代码。")
@click.option(
    "--map", "maps", multiple=True, metavar="列=字段", help="某一列是什么，如 留言详情=诉求内容；可多次给出。"
)
@click.option("--dry-run", is_flag=True, help="只检查，什么也不写入。")
@click.option("--rejects", type=click.Path(dir_okay=False, path_type=Path), help="退回的行写入此 xlsx，附原因。")
@click.option(
    "--receipts", type=click.Path(dir_okay=False, path_type=Path), help="登记结果（工单号、查询码）写入此 xlsx。"
)
@click.option("--sheet", "sheet_name", metavar="名称", help="工作簿里的哪一张工作表；只有一张有内容时可不写。")
@click.option("--account", help="以哪个受理员的名义登记；渠道受理单位只有一名受理员时可不写。")
def command(
    file: Path,
    jurisdiction: str,
    channel: str,
    maps: tuple[str, ...],
    dry_run: bool,
    rejects: Path | None,
    receipts: Path | None,
    sheet_name: str | None,
    account: str | None,
) -> None:
    """批量登记来件表（csv、xlsx）：逐行检查，已登记的不再登记，不合格的退回。"""
    try:
        standing = _registrar(jurisdiction, channel, account)
        letters_kept.registration(channel, standing.actor)
        sheet = _sheet(file, sheet_name)
        columns, is_new = _columns(sheet, standing, channel, maps)
        if is_new and not dry_run:
            intake.keep_columns(
                channel=channel,
                headings=importing.signature(sheet.headings),
                columns=columns,
                actor=standing.actor,
                now=standing.now,
            )
        rejects = rejects or (None if dry_run else Path(f"{file.stem}-退回.xlsx"))
        counts, cut = _run(sheet, columns, channel, standing, dry_run, rejects, receipts)
        if counts.registered and not dry_run:
            _note(file, channel, standing, counts)
    except Refused as refused:
        raise click.ClickException(str(refused)) from refused
    except BadSheet as bad:
        raise click.ClickException(str(bad)) from bad
    except Unknown as unknown:
        raise click.ClickException(f"没有辖区“{unknown}”") from unknown
    _report(counts, cut, dry_run, rejects, receipts)


def _sheet(file: Path, name: str | None) -> Sheet:
    """The sheet that was asked for; where there are several with content, one must be named."""
    if name is not None:
        return open_sheet(file, name)
    names = sheet_names(file)
    if len(names) > 1:
        raise BadSheet(f"{file.name} 里有{len(names)}张工作表：{'、'.join(names)}；请用 --sheet 指明")
    return open_sheet(file, next(iter(names), None))


def _registrar(jurisdiction: str, channel: str, account: str | None) -> Standing:
    """Who registers: the named account, or the only registrar of the channel's desk."""
    place = organisations.jurisdiction(jurisdiction)
    desk = organisations.desk_of(channel, place.code)
    told = f"渠道“{channel}”的受理单位有{{}}名受理员"
    return official(place, [desk] if desk else [], Post.REGISTRAR, account, told=told, at=datetime.now(UTC))


def _columns(sheet: Sheet, standing: Standing, channel: str, maps: tuple[str, ...]) -> tuple[dict[str, Column], bool]:
    """What each column holds, and whether that was not known before: given, kept, guessed or asked for."""
    kept = letters_kept.column_plan(standing.jurisdiction.code, channel, importing.signature(sheet.headings))
    columns = kept or guess(sheet.headings)
    if maps:
        columns = columns | dict(_given(text, sheet.headings) for text in maps)
    elif kept is None and sys.stdin.isatty() and sys.stdout.isatty():
        columns = _asked(columns)
    if trouble := trouble_with(columns):
        raise click.ClickException(f"{trouble}；请用 --map 列=字段 指明。表头：{'、'.join(sheet.headings)}")
    return columns, columns != kept


def _given(text: str, headings: tuple[str, ...]) -> tuple[str, Column]:
    heading, _, word = text.partition("=")
    if heading not in headings:
        raise click.ClickException(f"表里没有“{heading}”这一列；表头：{'、'.join(headings)}")
    try:
        return heading, column_named(word)
    except ValueError as error:
        raise click.ClickException(str(error)) from error


def _asked(columns: dict[str, Column]) -> dict[str, Column]:
    """Show the guess, and ask column by column where it is wrong."""
    table = Shown("列", "作为", title="列的对应关系")
    for heading, column in columns.items():
        table.add_row(heading, column.label)
    OUT.print(table)
    if click.confirm("对应关系正确吗", default=True):
        return columns
    choices = click.Choice([column.label for column in Column])
    return {
        heading: column_named(click.prompt(f"“{heading}”是", type=choices, default=column.label, show_choices=False))
        for heading, column in columns.items()
    }


def _run(
    sheet: Sheet,
    columns: dict[str, Column],
    channel: str,
    standing: Standing,
    dry: bool,
    rejects: Path | None,
    receipts: Path | None,
) -> tuple[Counts, int]:
    """The import, with its progress shown and its tables written beside; also how many of their cells were cut."""
    with ExitStack() as stack:
        refused = _table(stack, rejects, "行号", "退回原因", *sheet.headings)
        done = _table(stack, receipts, "渠道原编号", "工单号", "查询码")
        words = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
        bar = stack.enter_context(Progress(*words, console=OUT, transient=True, disable=not OUT.is_terminal))
        task = bar.add_task("检查" if dry else "登记", total=1.0)

        def reject(row: Row, reason: str) -> None:
            if refused:
                refused.write((str(row.line), reason, *row.cells))

        def register(letter: Letter, receipt: Done) -> None:
            if done:
                done.write((letter.fields.origin_number, receipt.number, receipt.secret))

        def progress(share: float, counts: Counts) -> None:
            bar.update(task, completed=share)

        told = Told(reject, register, progress)
        counts = importing.run(
            sheet, columns, channel=channel, actor=standing.actor, now=standing.now, dry=dry, told=told
        )
        return counts, sum(table.cut for table in (refused, done) if table)


def _table(stack: ExitStack, path: Path | None, *headings: str) -> Table | None:
    return stack.enter_context(closing(Table(path, headings))) if path else None


def _note(file: Path, channel: str, standing: Standing, counts: Counts) -> None:
    intake.note_import(
        channel=channel,
        digest=importing.file_digest(file),
        registered=counts.registered,
        known=counts.known,
        rejected=counts.rejected,
        actor=standing.actor,
        now=standing.now,
    )


def _report(counts: Counts, cut: int, dry: bool, rejects: Path | None, receipts: Path | None) -> None:
    done = "可登记" if dry else "登记"
    OUT.print(f"共{counts.lines}行：{done}{counts.registered}件，此前已登记{counts.known}件，退回{counts.rejected}行。")
    for note, number in counts.notes.most_common():
        OUT.print(f"  {done}的{number}件：{note.label}")
    for reason, number in counts.reasons.most_common():
        OUT.print(f"  退回{number}行：{reason}")
    if counts.rejected and rejects:
        OUT.print(f"退回的行已写入 {rejects}")
    if cut:
        OUT.print(f"其中{cut}格文字过长，只写了前一部分，以“{CUT}”结尾；全文见原表")
    if counts.registered and receipts and not dry:
        OUT.print(f"登记结果已写入 {receipts}")

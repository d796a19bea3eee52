"""`bihuan import`: register a table of letters that came by a channel."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from bihuan.cli._acting import official
from bihuan.cli._telling import Told as Said
from bihuan.cli._telling import plain
from bihuan.intake import importing
from bihuan.intake import queries as letters_kept
from bihuan.intake.importing import Counts, Told
from bihuan.intake.letters import Column, Letter, are_headings, column_named
from bihuan.intake.moments import Order
from bihuan.intake.outputs import NoOutput, Receipts, Table, unused
from bihuan.intake.plans import Plan, place_of, plan
from bihuan.intake.reading import Reader
from bihuan.intake.sheets import BadSheet, Row, SeveralSheets, Sheet, opened
from bihuan.kernel.cells import CUT
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post, Standing
from bihuan.policy.loader import pack
from bihuan.record.types import Done

OUT = Console(highlight=False, soft_wrap=True)


class Import(click.Group):
    """A table is imported by its name alone; what else can be done with tables has a word of its own."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What is no word of ours belongs to the import."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["letters", *args]
        return super().parse_args(ctx, args)


@click.group(cls=Import)
def command() -> None:
    """批量登记来件表（csv、xlsx）：bihuan import 文件 …；补发查询码：bihuan import codes --again 文件 …。"""


def _of_a_table(function: Any) -> Any:
    """The options by which a table is read."""
    for option in reversed(
        (
            click.option("--jurisdiction", required=True, help="辖区代码。"),
            click.option("--channel", required=True, help="来件渠道代码。"),
            click.option("--sheet", "sheet_name", metavar="名称", help="工作簿里的哪一张表；只有一张有内容时可不写。"),
            click.option("--header-row", type=click.IntRange(1), metavar="行号", help="表头在第几行；不写则自动查找。"),
            click.option(
                "--map",
                "maps",
                multiple=True,
                metavar="列=字段",
                help="某一列是什么，如 留言详情=诉求内容、第4列=不导入；可多次给出，优先于其他依据。",
            ),
            click.option("--accept-guess", is_flag=True, help="按表头推断的对应关系无误，照此办理。"),
            click.option(
                "--dates",
                type=click.Choice([order.value for order in Order]),
                help="来件时间里年月日的顺序：ymd、mdy（月/日/年）、dmy（日/月/年）。",
            ),
            click.option("--account", help="以哪个受理员的名义登记；渠道受理单位只有一名受理员时可不写。"),
        )
    ):
        function = option(function)
    return function


FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@command.command("letters", hidden=True)
@click.argument("file", type=FILE)
@_of_a_table
@click.option("--accept-cells", is_flag=True, help="单元格里像另一行的文字，确是这一格的内容。")
@click.option("--dry-run", is_flag=True, help="只检查，什么也不写入。")
@click.option("--rejects", type=NEW_FILE, help="退回的行写入此 xlsx，附原因；已有的文件不覆盖。")
@click.option("--receipts", type=NEW_FILE, help="登记结果（工单号、查询码）写入此 xlsx 或 csv；已有的文件不覆盖。")
def letters(
    file: Path, accept_cells: bool, dry_run: bool, rejects: Path | None, receipts: Path | None, **said: Any
) -> None:
    """批量登记来件表（csv、xlsx）：逐行检查，已登记的不再登记，不合格的退回。"""
    with _told(), ExitStack() as stack:
        standing, sheet, planned = _begun(stack, file, dry=dry_run, **said)
        _sure_of_cells(sheet, sure=accept_cells, dry=dry_run)
        run = _Run(sheet, planned, said["channel"], standing, dry_run, _order(said["dates"]))
        default = None if dry_run else unused(Path(f"{file.stem}-退回.xlsx"))
        counts = run.carry_out(rejects or default, None if dry_run else receipts)
        if not dry_run:
            run.note(importing.file_digest(file), counts)


@command.command("codes")
@click.option(
    "--again", "file", type=FILE, required=True, metavar="文件", help="登记过的来件表，给其中各件补发查询码。"
)
@_of_a_table
@click.option("--receipts", type=NEW_FILE, help="新的查询码写入此 xlsx 或 csv；不写则在当前文件夹另取新名。")
def codes(file: Path, receipts: Path | None, **said: Any) -> None:
    """给一份来件表登记的各件补发查询码（登记结果遗失时用），原查询码作废。"""
    with _told(), ExitStack() as stack:
        standing, sheet, planned = _begun(stack, file, dry=False, **said)
        channel = said["channel"]
        out = stack.enter_context(closing(Receipts(receipts or unused(Path(f"{file.stem}-查询码.xlsx")))))
        reader = Reader(planned.columns, channel, standing.now, indexed=False, order=_order(said["dates"]))
        reader = reader.of(pack(standing.jurisdiction.pack))
        counts = importing.renew(sheet, reader, actor=standing.actor, now=standing.now, receipts=out.add)
        OUT.print(f"补发{counts.renewed}件；表中未登记或内容不同的{counts.others}行。")
    if out.lines:
        OUT.print(f"新的查询码已写入 {out.path}")


@contextmanager
def _told() -> Iterator[None]:
    """Whatever stands in the way is told in words."""
    try:
        yield
    except Refused as refused:
        raise Said(str(refused)) from refused
    except SeveralSheets as several:
        raise Said(f"{several}；请用 --sheet 指明") from several
    except (BadSheet, NoOutput) as bad:
        raise Said(str(bad)) from bad
    except Unknown as unknown:
        raise click.ClickException(f"没有辖区“{unknown}”") from unknown


def _begun(
    stack: ExitStack,
    file: Path,
    *,
    dry: bool,
    jurisdiction: str,
    channel: str,
    sheet_name: str | None,
    header_row: int | None,
    maps: tuple[str, ...],
    accept_guess: bool,
    dates: str | None,
    account: str | None,
) -> tuple[Standing, Sheet, Plan]:
    """Who registers, the table, and how it will be read, which is told and agreed."""
    standing = _registrar(jurisdiction, channel, account)
    place = letters_kept.registration(channel, standing.actor, now=standing.now).place.code

    def kept(headings: Sequence[str]) -> Any:
        return letters_kept.column_plan(place, channel, headings)

    sheet = stack.enter_context(
        opened(file, sheet_name, heading_line=header_row, knows=lambda names: are_headings(names) or kept(names))
    )
    planned = plan(sheet, kept(sheet.headings), named=header_row is not None)
    planned = planned.given(dict(_given(text, planned) for text in maps))
    return standing, sheet, _agreed(sheet, planned, sure=accept_guess, dry=dry)


def _registrar(jurisdiction: str, channel: str, account: str | None) -> Standing:
    """Who registers: the named account, or the only registrar of the channel's desk."""
    place = organisations.jurisdiction(jurisdiction)
    desk = letters_kept.desk_of(channel, place.code, now=datetime.now(UTC) + place.offset)
    told = f"渠道“{channel}”的受理单位有{{}}名受理员"
    return official(place, [desk], Post.REGISTRAR, account, told=told, at=datetime.now(UTC))


def _order(dates: str | None) -> Order | None:
    return Order(dates) if dates else None


def _given(text: str, planned: Plan) -> tuple[int, Column]:
    heading, _, word = text.rpartition("=")
    at = place_of(heading, planned.headings)
    if at is None:
        raise Said(f"表里没有“{heading}”这一列；表头：{'、'.join(planned.headings)}")
    try:
        return at, column_named(word)
    except ValueError as error:
        raise click.ClickException(str(error)) from error


def _agreed(sheet: Sheet, planned: Plan, *, sure: bool, dry: bool) -> Plan:
    """The plan once a person has agreed to what was guessed; a dry run shows what would be."""
    _tell(sheet, planned)
    by_hand = sys.stdin.isatty() and sys.stdout.isatty()
    if planned.must_be_agreed and not sure and by_hand:
        planned = _asked(planned)
    elif planned.must_be_agreed and not sure and not dry:
        columns = "、".join(f"{one.heading}→{one.column.label}" for one in planned.guessed)
        raise Said(
            f"这样的表头是第一次导入，对应关系是按表头推断的{f'（{columns}）' if columns else ''}："
            "核对上面所列，无误的加 --accept-guess；有误的用 --map 列=字段 逐列指明（不要的写 列=不导入），"
            "表头不对的用 --header-row 指明"
        )
    if planned.trouble:
        how = "--map 列=字段" + (" 和 --header-row 行号" if planned.perhaps_a_letter else "")
        raise Said(f"{planned.trouble}；请用 {how} 指明。表头：{'、'.join(planned.headings)}")
    return planned


def _tell(sheet: Sheet, planned: Plan) -> None:
    """How the table will be read, always."""
    OUT.print(f"表头在第{sheet.heading_line}行。" + (f"其上{len(sheet.above)}行不导入：" if sheet.above else ""))
    for line in sheet.above:
        OUT.print(plain(f"  {line[:80]}"), markup=False)
    for at, one in enumerate(planned.planned, 1):
        if one.used:
            OUT.print(plain(f"  第{at}列 {one.heading} → {one.column.label}（{one.origin.label}）"), markup=False)
    if planned.ignored:
        OUT.print(plain(f"  不导入：{'、'.join(planned.ignored)}"), markup=False)


def _asked(planned: Plan) -> Plan:
    """Ask whether the guess is right, and column by column where it is wrong."""
    if click.confirm("对应关系正确吗", default=True):
        return planned
    choices = click.Choice([column.label for column in Column])
    return planned.given(
        {
            at: column_named(
                click.prompt(plain(f"“{one.heading}”是"), type=choices, default=one.column.label, show_choices=False)
            )
            for at, one in enumerate(planned.planned)
        }
    )


def _sure_of_cells(sheet: Sheet, *, sure: bool, dry: bool) -> None:
    """Ask about cells that hold what looks like further lines of the table."""
    if not sheet.doubts or sure:
        return
    for doubt in sheet.doubts:
        OUT.print(plain(f"  第{doubt.line}行“{doubt.heading}”里有像另一行的文字：{doubt.text[:60]}"), markup=False)
    if dry:
        return
    by_hand = sys.stdin.isatty() and sys.stdout.isatty()
    if not by_hand or not click.confirm("这些文字确是所在格的内容吗", default=False):
        raise click.ClickException(
            f"第{sheet.doubts[0].line}行等{len(sheet.doubts)}处，一格里有像另一行的文字，可能是引号放错，漏了来件；"
            "请核对，确是这一格的内容的加 --accept-cells"
        )


def _whole(counts: Counts, *, dry: bool) -> str:
    """That every line of the table was taken, or why there was nothing to take; empty where some were sent back."""
    if counts.rejected:
        return ""
    if not counts.lines:
        return "表里没有来件，没有可以登记的。"
    if not counts.registered:
        return f"表中{counts.lines}行此前都已登记，没有新的，也没有退回的。"
    known = f"，另{counts.known}行此前已登记" if counts.known else ""
    if dry:
        return f"没有退回的行：{counts.registered}件都可以登记{known}；只是检查，什么也没有写入。"
    return f"全部登记：{counts.registered}件都已登记{known}，没有退回的行。"


class _Run:
    """One import: its outputs opened first, its progress shown, its result told."""

    def __init__(
        self, sheet: Sheet, planned: Plan, channel: str, standing: Standing, dry: bool, order: Order | None
    ) -> None:
        self._sheet, self._plan, self._channel = sheet, planned, channel
        self._standing, self._dry, self._order = standing, dry, order

    def carry_out(self, rejects: Path | None, receipts: Path | None) -> Counts:
        """Register the letters, with their tables written beside."""
        with ExitStack() as stack:
            refused = (
                stack.enter_context(closing(Table(rejects, ("行号", "退回原因", *self._plan.headings))))
                if rejects
                else None
            )
            done = stack.enter_context(closing(Receipts(receipts))) if receipts else None
            words = TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()
            bar = stack.enter_context(Progress(*words, console=OUT, transient=True, disable=not OUT.is_terminal))
            task = bar.add_task("检查" if self._dry else "登记", total=1.0)

            def reject(row: Row, reason: str) -> None:
                if refused:
                    refused.write((str(row.line), reason, *row.cells))

            def register(letters: Sequence[tuple[Letter, Done]]) -> None:
                if done:
                    done.add([(letter.fields.origin_number, one.number, one.secret) for letter, one in letters])

            def progress(share: float, counts: Counts) -> None:
                bar.update(task, completed=share)

            counts = importing.run(
                self._sheet,
                self._plan.columns,
                channel=self._channel,
                actor=self._standing.actor,
                now=self._standing.now,
                dry=self._dry,
                order=self._order,
                told=Told(reject, register, progress),
            )
        self._report(counts, refused, done)
        return counts

    def note(self, digest: str, counts: Counts) -> None:
        """Keep that the table was registered, and how it was read."""
        actor, now = self._standing.actor, self._standing.now
        importing.note(self._plan, counts, channel=self._channel, digest=digest, actor=actor, now=now)

    def _report(self, counts: Counts, refused: Table | None, done: Receipts | None) -> None:
        word = "可登记" if self._dry else "登记"
        OUT.print(
            f"共{counts.lines}行：{word}{counts.registered}件，此前已登记{counts.known}件，退回{counts.rejected}行。"
        )
        for note, number in counts.notes.most_common():
            OUT.print(f"  {word}的{number}件：{note.label}", markup=False)
        for reason, number in counts.reasons.most_common():
            OUT.print(plain(f"  退回{number}行：{reason}"), markup=False)
        if whole := _whole(counts, dry=self._dry):
            OUT.print(whole)
        if refused and refused.lines:
            OUT.print(f"退回的行已写入 {refused.path}", markup=False)
            if refused.cut:
                OUT.print(f"其中{refused.cut}格文字过长，只写了前一部分，以“{CUT}”结尾；全文见原表", markup=False)
        if done and done.lines:
            OUT.print(f"登记结果已写入 {done.path}", markup=False)

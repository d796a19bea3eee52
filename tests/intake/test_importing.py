"""A table of letters becomes cases, each as if it had been registered by hand."""

import os
import pty
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner, Result
from django.apps import apps
from django.db import connection
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from bihuan.cases import queries as case_queries
from bihuan.cases.models import Case, CaseText
from bihuan.cases.types import AppealType, CaseFilters
from bihuan.cli.import_ import command
from bihuan.duties.models import Duty
from bihuan.intake import commands, importing, queries
from bihuan.intake.importing import Counts, Told
from bihuan.intake.letters import Letter, are_headings, digest_of, guess, searched, signature
from bihuan.intake.models import ColumnPlan, Source
from bihuan.intake.numbers import opens
from bihuan.intake.outputs import read_receipts
from bihuan.intake.sheets import opened
from bihuan.intake.types import Register
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.policy.calendar import ZONE
from bihuan.record.queries import events
from bihuan.record.types import Done
from bihuan.requesters import queries as requesters
from bihuan.text.folding import grams
from tests.intake import tables
from tests.towns import START, Town, found
from tests.waits import LATE, somebody_waits, until

HEADINGS = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "姓名", "电话", "诉求类型", "紧急程度")
LINES = (
    ("1001", "", "路灯不亮", "2025/2/27 15:40:04", "小区门口路灯坏了三天。", "王某", "13800001234", "投诉", "一般"),
    ("1002", "U0042", "咨询落户", "2025-02-28", "外地户口怎样落户？", "", "", "咨询", ""),
    ("1003", "", "井盖缺失", "2025-03-01 08:05", "人民路井盖缺失，十分危险。", "", "", "", "紧急"),
)


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where outputs come to lie that nobody named."""
    monkeypatch.chdir(tmp_path)


def table(path: Path, lines: Sequence[Sequence[str]] = LINES) -> Path:
    """A csv table with these lines."""
    return tables.table(path, [HEADINGS, *lines])


def load(town: Town, path: Path, *, dry: bool = False, told: Told = Told()) -> Counts:  # noqa: B008
    """Import the table as the town's registrar."""
    actor = town.actor("desk.registrar")
    with opened(path, knows=are_headings) as sheet:
        columns = guess(sheet.headings)
        return importing.run(sheet, columns, channel=town.channel, actor=actor, now=START, dry=dry, told=told)


def rows_of(town: Town) -> dict[str, list[dict[str, Any]]]:
    """Everything that registering wrote for a town, but for what must differ: numbers, ids, codes and seals."""
    wanted = {
        "cases_case": "SELECT * FROM cases_case WHERE jurisdiction = %s",
        "cases_casetext": "SELECT t.* FROM cases_casetext t JOIN cases_case c ON c.id = case_id"
        " WHERE jurisdiction = %s",
        "cases_participation": "SELECT p.* FROM cases_participation p JOIN cases_case c ON c.id = case_id"
        " WHERE jurisdiction = %s",
        "intake_source": "SELECT * FROM intake_source WHERE jurisdiction = %s",
        "duties_duty": "SELECT * FROM duties_duty WHERE jurisdiction = %s",
        "requesters_requester": "SELECT * FROM requesters_requester WHERE jurisdiction = %s",
        "record_chain": "SELECT * FROM record_chain WHERE jurisdiction = %s AND subject LIKE 'case:%%'",
        "record_event": "SELECT * FROM record_event WHERE jurisdiction = %s AND subject LIKE 'case:%%'",
        "record_counter": "SELECT * FROM record_counter WHERE jurisdiction = %s",
    }
    return {name: _plain_rows(sql, town) for name, sql in wanted.items()}


DIFFERS = {"id", "case_id", "number", "query_mark", "requester", "subject", "head", "hash", "salt", "commitment"}
SEALED = {"sealed", "phone", "phone_tail8", "phone_tail4"}
"""These are sealed or hashed by town and number: that they are there is all that can be compared."""


def _plain_rows(sql: str, town: Town) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [town.code])
        names = [column.name for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    hidden = SEALED | ({"name"} if "sealed" in names else set())
    plain = [
        {name: value is not None if name in hidden else _plain(value, town) for name, value in row.items()}
        for row in rows
    ]
    return sorted(({k: v for k, v in row.items() if k not in DIFFERS} for row in plain), key=repr)


def _prefix(town: Town) -> str:
    """What the numbers of its cases begin with, as the search keeps them."""
    return {"tmany": "ma", "tone": "on"}.get(town.code, "wx")


def _plain(value: object, town: Town) -> object:
    if isinstance(value, str | dict):
        return repr(value).replace(town.code, "TOWN").replace(f"{_prefix(town)}2025", "NUMBER")
    if isinstance(value, list) and all(isinstance(one, int) for one in value):
        return sorted(set(value) - set(grams(f"{_prefix(town)}2025")))
    return bytes(value) if isinstance(value, memoryview) else value


def test_letters_are_written_exactly_as_if_registered_one_by_one(db: None, tmp_path: Path) -> None:
    many, single = found("tmany", "wendeng-2021-10", prefix="MA"), found("tone", "wendeng-2021-10", prefix="ON")
    letters: list[Register] = []
    path = table(tmp_path / "letters.csv")
    load(many, path, told=Told(registered=lambda done: letters.extend(letter.fields for letter, _ in done)))
    assert len(letters) == len(LINES)
    for fields in letters:
        commands.register(fields=fields, actor=single.actor("desk.registrar"), now=START)
    assert rows_of(many) == rows_of(single)


def test_running_it_twice_adds_nothing(wendeng: Town, tmp_path: Path) -> None:
    path = table(tmp_path / "letters.csv")
    first = load(wendeng, path)
    before = rows_of(wendeng)
    second = load(wendeng, path)
    assert (first.registered, first.known, first.rejected) == (3, 0, 0)
    assert (second.registered, second.known, second.rejected) == (0, 3, 0)
    assert rows_of(wendeng) == before


def test_letters_without_a_number_are_known_again(wendeng: Town, tmp_path: Path) -> None:
    path = table(tmp_path / "letters.csv", [("", *line[1:]) for line in LINES])
    assert load(wendeng, path).registered == 3
    assert load(wendeng, path).known == 3


def test_a_dry_run_tells_the_same_and_writes_nothing(wendeng: Town, tmp_path: Path) -> None:
    path = table(tmp_path / "letters.csv")
    before = rows_of(wendeng)
    dry = load(wendeng, path, dry=True)
    assert rows_of(wendeng) == before
    assert load(wendeng, path) == dry


def test_lines_that_do_not_fit_are_sent_back_and_the_others_registered(wendeng: Town, tmp_path: Path) -> None:
    tomorrow = f"{START + timedelta(days=1):%Y-%m-%d}"
    lines = [
        *LINES,
        LINES[0],
        ("1001", "", "别的事", "2025-02-01", "完全是另一件事。", "", "", "", ""),
        ("1004", "", "将来", tomorrow, "明天的来信。", "", "", "", ""),
        ("1005", "", "脱敏", "2025-02-01", "姓名是脱敏的。", "王*", "13800001234", "", ""),
        ("1006", "", "没有姓名", "2025-02-01", "只有电话。", "", "13800001234", "", ""),
    ]
    sent_back: dict[int, str] = {}
    told = Told(rejected=lambda row, reason: sent_back.update({row.line: reason}))
    counts = load(wendeng, table(tmp_path / "letters.csv", lines), told=told)
    assert (counts.lines, counts.registered, counts.known, counts.rejected) == (8, 3, 0, 5)
    assert sent_back[5] == "与前面一行重复（第2行）"
    assert sent_back[6] == "渠道原编号与前面一行相同，内容不同（第2行）"
    assert sent_back[7].startswith("来件时间不能晚于现在（")
    assert "脱敏后的内容" in sent_back[8]
    assert sent_back[9] == "诉求人姓名：请填写诉求人姓名（或填写其他联系方式，或注明匿名）"


def test_a_long_table_is_registered_in_order_across_batches(
    wendeng: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "BATCH", 10)
    lines = [(f"{n}", "", f"第{n}件", "2025-02-01", "" if n == 27 else "路灯不亮。", *[""] * 4) for n in range(45)]
    lines += [lines[3], ("44", "", "别的事", "2025-02-01", "另一件事。", *[""] * 4)]
    sent_back: dict[int, str] = {}
    receipts: list[tuple[str, str]] = []
    told = Told(
        rejected=lambda row, reason: sent_back.update({row.line: reason}),
        registered=lambda done: receipts.extend((letter.fields.origin_number, one.number) for letter, one in done),
    )
    counts = load(wendeng, table(tmp_path / "letters.csv", lines), told=told)
    assert (counts.lines, counts.registered, counts.known, counts.rejected) == (47, 44, 0, 3)
    assert sent_back == {
        29: "诉求内容为空",
        47: "与前面一行重复（第5行）",
        48: "渠道原编号与前面一行相同，内容不同（第46行）",
    }
    assert [origin for origin, _ in receipts] == [f"{n}" for n in range(45) if n != 27]
    assert [number for _, number in receipts] == sorted(number for _, number in receipts)


def test_an_imported_letter_is_found_by_its_words_and_its_requester(wendeng: Town, tmp_path: Path) -> None:
    load(wendeng, table(tmp_path / "letters.csv"))
    actor = wendeng.actor("desk.registrar")
    (found,) = case_queries.ledger(actor, CaseFilters(words="路灯"), now=START)
    assert found.title == "路灯不亮"
    requester = Case.objects.get(number=found.number).requester
    assert requesters.masked([requester])[requester].phone == "138****1234"


@pytest.mark.parametrize("anonymous", [False, True])
def test_an_imported_letter_owes_what_a_registered_one_owes(anonymous: bool, wendeng: Town) -> None:
    actor, who = wendeng.actor("desk.registrar"), {} if anonymous else {"name": "王某", "phone": "13800001234"}
    forms = [
        Register.model_validate(
            {"channel": wendeng.channel, "title": "路灯", "content": "路灯不亮", "anonymous": anonymous}
            | {"appeal_type": appeal_type, "urgency": urgency, **who}
        )
        for appeal_type in AppealType
        for urgency in ("normal", "urgent")
    ]
    one_by_one = [commands.register(fields=form, actor=actor, now=START).number for form in forms]
    letters = [Letter(n, form, (), digest_of(form), searched(form)) for n, form in enumerate(forms)]
    together = [done.number for done in commands.register_many(letters=letters, actor=actor, now=START)]
    assert [owed(number) for number in together] == [owed(number) for number in one_by_one]
    assert len({tuple(owed(number)) for number in together}) > 1, "limits differ by kind"


def owed(number: str) -> list[tuple[object, ...]]:
    """The duties on a case, without their ids."""
    columns = ("kind", "norm", "clause", "holder", "post", "limit", "basis", "opened_at", "due_at", "first_due_at")
    return list(
        Duty.objects.filter(subject=f"case:{number}")
        .order_by("kind")
        .values_list(*columns, "provisional", "next_step_at", "outcome", "steps_taken")
    )


def test_letters_already_registered_are_refused_all_together(wendeng: Town) -> None:
    actor = wendeng.actor("desk.registrar")
    form = {"channel": wendeng.channel, "title": "路灯", "content": "路灯不亮", "anonymous": True}
    fields = [Register.model_validate({**form, "appeal_type": "HELP", "origin_number": f"{n}"}) for n in range(3)]
    letters = [Letter(n, one, (), digest_of(one), searched(one)) for n, one in enumerate(fields)]
    first = commands.register(fields=fields[1], actor=actor, now=START)
    with pytest.raises(Refused, match=f"渠道原编号1已登记为{first.number}"):
        commands.register_many(letters=letters, actor=actor, now=START)
    assert queries.known_origins(wendeng.code, wendeng.channel, ["0", "1", "2"]) == {"1"}
    done = commands.register_many(letters=[letters[0], letters[2]], actor=actor, now=START)
    numbers = [one.number for one in (first, *done)]
    assert [number[-6:-1] for number in numbers] == ["00001", "00002", "00003"], "no number is lost by a refusal"


def test_only_a_registrar_of_the_desk_imports(wendeng: Town, tmp_path: Path) -> None:
    path = table(tmp_path / "letters.csv")
    with opened(path) as sheet, pytest.raises(Refused, match="只有⟨registrar⟩或诉求人可以“登记”"):
        importing.run(
            sheet,
            guess(sheet.headings),
            channel=wendeng.channel,
            actor=wendeng.actor("unit.handler"),
            now=START,
            dry=True,
        )


def bihuan_import(*words: str | Path) -> Result:
    """The command as it is typed, where nobody can be asked."""
    return CliRunner().invoke(command, [str(word) for word in words], catch_exceptions=False)


def where(town: Town) -> tuple[str, ...]:
    """Into which books."""
    return "--jurisdiction", town.code, "--channel", town.channel


def lines_of(path: Path) -> list[list[str]]:
    """The lines of a workbook."""
    return [[str(cell) for cell in row] for row in CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()]


def told_of(town: Town) -> list[str]:
    """What the record of the jurisdiction tells of imports."""
    return [event.kind for event in events(f"jurisdiction:{town.code}") if event.kind.startswith("intake.")]


def test_the_command_registers_tells_and_writes_the_tables(wendeng: Town, tmp_path: Path) -> None:
    path = table(tmp_path / "letters.csv", [*LINES, ("1004", "", "空", "2025-02-01", "", "", "", "", "")])
    rejects, receipts = tmp_path / "rejects.xlsx", tmp_path / "receipts.xlsx"
    said = bihuan_import(path, *where(wendeng), "--accept-guess", "--rejects", rejects, "--receipts", receipts)
    assert said.exit_code == 0, said.output
    assert "第3列 留言主题 → 标题（按表头）" in said.output
    assert "共4行：登记3件，此前已登记0件，退回1行。" in said.output
    assert "退回1行：诉求内容为空" in said.output
    headings, row = lines_of(rejects)
    assert headings == ["行号", "退回原因", *HEADINGS]
    assert row[:3] == ["5", "诉求内容为空", "1004"]
    written = lines_of(receipts)[1:]
    assert [(origin, len(code)) for origin, _, code in written] == [("1001", 10), ("1002", 10), ("1003", 10)]
    for origin, number, code in written:
        assert queries.case_of_source(wendeng.code, wendeng.channel, origin) == number
        assert queries.requester_of(wendeng.code, number, code)
    assert told_of(wendeng) == ["intake.columns-kept", "intake.letters-imported"]
    again = bihuan_import(path, *where(wendeng), "--rejects", tmp_path / "again.xlsx")
    assert "共4行：登记0件，此前已登记3件，退回1行。" in again.output
    assert "留言主题 → 标题（沿用上次）" in again.output, "what was agreed to once is told, and not asked again"
    assert len(told_of(wendeng)) == 2


def test_the_command_tells_how_many_cells_of_the_rejects_it_cut(wendeng: Town, tmp_path: Path) -> None:
    path = table(tmp_path / "letters.csv", [("1001", "标题", "长" * 40_000, "2025-02-01", "", "", "", "", "")])
    rejects = tmp_path / "rejects.xlsx"
    said = bihuan_import(path, *where(wendeng), "--accept-guess", "--rejects", rejects)
    assert "退回1行" in said.output
    assert "其中1格文字过长" in said.output
    _, row = lines_of(rejects)
    assert [cell.endswith("…（已截断）") for cell in row].count(True) == 1


def test_a_first_import_of_headings_is_agreed_to_and_kept_only_once_something_was_registered(
    wendeng: Town, tmp_path: Path
) -> None:
    path = tables.text(tmp_path / "letters.csv", "编号,内容,经办科室\n1001,路灯坏了,三科\n")
    refused = bihuan_import(path, *where(wendeng))
    assert refused.exit_code == 1
    assert "第2列 内容 → 诉求内容（按表头）" in refused.output, "what is guessed is told"
    assert "不导入：经办科室" in refused.output
    assert "编号→渠道原编号、内容→诉求内容" in refused.output
    assert "--accept-guess" in refused.output
    part = bihuan_import(path, *where(wendeng), "--map", "内容=诉求内容")
    assert (part.exit_code, "（编号→渠道原编号）" in part.output) == (1, True), "every column that is used"
    assert "可登记1件" in bihuan_import(path, *where(wendeng), "--dry-run").output, "a dry run shows what would be"
    assert told_of(wendeng) == []
    maps = ("--map", "编号=渠道原编号", "--map", "内容=content")
    assert "登记1件" in bihuan_import(path, *where(wendeng), *maps).output
    assert told_of(wendeng) == ["intake.columns-kept", "intake.letters-imported"]
    tables.text(path, "编号,内容,经办科室\n1002,井盖缺失,三科\n")
    assert "登记1件" in bihuan_import(path, *where(wendeng)).output


def test_what_registered_nothing_keeps_no_guess(wendeng: Town, tmp_path: Path) -> None:
    path = tables.text(tmp_path / "letters.csv", "编号,内容\n1001,\n")
    assert "退回1行" in bihuan_import(path, *where(wendeng), "--accept-guess").output
    assert bihuan_import(path, *where(wendeng)).exit_code == 1
    assert told_of(wendeng) == []


def test_what_is_given_wins_over_headings_and_over_what_was_kept(wendeng: Town, tmp_path: Path) -> None:
    path = tables.text(tmp_path / "letters.csv", "编号,内容,详情\n1001,简述一,路灯坏了三天\n")
    first = bihuan_import(path, *where(wendeng), "--map", "详情=诉求内容", "--map", "编号=渠道原编号")
    assert (first.exit_code, "不导入：内容" in first.output) == (0, True)
    tables.text(path, "编号,内容,详情\n1002,简述二,井盖缺失\n")
    other = bihuan_import(path, *where(wendeng), "--map", "内容=诉求内容", "--map", "第3列=不导入")
    assert "登记1件" in other.output, other.output
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM cases_casetext ORDER BY case_id")
        assert [content for (content,) in cursor.fetchall()] == ["路灯坏了三天", "简述二"]


def test_a_plan_that_an_earlier_release_may_have_guessed_is_asked_again(wendeng: Town, tmp_path: Path) -> None:
    headings, columns = ["编号", "内容", "电话（承办单位）"], ["origin_number", "content", "phone"]
    plan = {"jurisdiction": wendeng.code, "channel": wendeng.channel, "headings": signature(headings)}
    ColumnPlan.objects.create(**plan, columns=list(zip(headings, columns, strict=True)))
    sound = {**plan, "headings": "another"}
    ColumnPlan.objects.create(**sound, columns=[["内容（必填）", "content"], ["时间（办结）", "ignored"]])
    import_module("bihuan.intake.migrations.0004_columns_agreed").ask_again(apps, None)
    assert dict(ColumnPlan.objects.values_list("headings", "agreed")) == {signature(headings): False, "another": True}
    path = tables.text(tmp_path / "letters.csv", f"{','.join(headings)}\n1001,路灯坏了,0631-8450001\n")
    assert bihuan_import(path, *where(wendeng)).exit_code == 1
    assert "不导入：电话（承办单位）" in bihuan_import(path, *where(wendeng), "--accept-guess").output
    assert ColumnPlan.objects.get(**plan).agreed


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--map", "丙=标题"), "表里没有“丙”这一列"),
        (("--map", "第3列=标题"), "表里没有“第3列”这一列"),
        (("--map", "甲=题目"), "没有“题目”这一项"),
        (("--map", "甲=诉求内容", "--map", "内容=诉求内容"), "“甲”、“内容”这2列同为“诉求内容”"),
        (("--map", "内容=不导入", "--map", "甲=标题"), "没有指明哪一列是“诉求内容”"),
        (("--account", "nobody"), "没有账号“nobody”"),
        (("--account", "wd.unit.handler"), "只有受理员或诉求人可以“登记”"),
        (("--header-row", "7"), "第7行不能作表头"),
        (("--sheet", "一月"), "没有工作表“一月”"),
    ],
)
def test_wrong_words_are_told(wendeng: Town, tmp_path: Path, words: tuple[str, ...], reason: str) -> None:
    path = tables.text(tmp_path / "letters.csv", "甲,内容\n1001,路灯坏了\n")
    said = bihuan_import(path, *where(wendeng), "--accept-guess", *words)
    assert said.exit_code == 1
    assert reason in said.output
    assert told_of(wendeng) == []


def test_an_unknown_jurisdiction_or_channel_is_told(wendeng: Town, tmp_path: Path) -> None:
    path = table(tmp_path / "letters.csv")
    assert "没有辖区“nowhere”" in bihuan_import(path, "--jurisdiction", "nowhere", "--channel", "hotline").output
    said = bihuan_import(path, "--jurisdiction", wendeng.code, "--channel", "pigeon")
    assert "规则中没有渠道“pigeon”；有：" in said.output
    assert f"{wendeng.channel}（" in said.output, "and which there are"


def test_a_quote_without_its_other_registers_nothing(wendeng: Town, tmp_path: Path) -> None:
    path = tables.text(tmp_path / "letters.csv", '编号,标题,诉求内容\nT-1,路灯,"小张说灯坏了\nT-2,井盖,西门井盖翘起\n')
    said = bihuan_import(path, *where(wendeng), "--accept-guess")
    assert (said.exit_code, "第2行：引号没有闭合" in said.output) == (1, True)
    assert not Case.objects.exists()


def test_a_cell_that_holds_what_looks_like_another_line_is_asked_about(wendeng: Town, tmp_path: Path) -> None:
    path = tables.text(tmp_path / "letters.csv", '编号,标题,内容\nT-1,灯,"坏了\nT-2,井盖,翘起"\n')
    asked = bihuan_import(path, *where(wendeng), "--accept-guess")
    assert asked.exit_code == 1
    assert "第2行“内容”里有像另一行的文字：T-2,井盖,翘起" in asked.output
    assert not Case.objects.exists()
    assert "可登记1件" in bihuan_import(path, *where(wendeng), "--dry-run").output
    assert "登记1件" in bihuan_import(path, *where(wendeng), "--accept-guess", "--accept-cells").output


def test_headings_below_a_title_are_found_told_and_agreed_to(wendeng: Town, tmp_path: Path) -> None:
    path = tables.text(tmp_path / "letters.csv", "某市热线明细表,,\n编号,标题,内容\nT-1,路灯,路灯不亮\n")
    maps = ("--map", "编号=渠道原编号", "--map", "标题=标题", "--map", "内容=诉求内容")
    asked = bihuan_import(path, *where(wendeng), *maps)
    assert (asked.exit_code, "表头在第2行。其上1行不导入：\n  某市热线明细表" in asked.output) == (1, True)
    assert "登记1件" in bihuan_import(path, *where(wendeng), *maps, "--header-row", "2").output
    tables.text(path, "某市热线明细表（二月）,,\n编号,标题,内容\nT-2,井盖,井盖缺失\n")
    assert "登记1件" in bihuan_import(path, *where(wendeng)).output, "the headings are known by now"


def test_headings_that_were_agreed_to_are_found_below_a_title_though_no_word_of_them_is_known(
    wendeng: Town, tmp_path: Path
) -> None:
    path = tables.text(tmp_path / "letters.csv", "甲方：某局,乙方：某公司\n列甲,列乙\nT-1,路灯不亮\n")
    maps = ("--map", "列甲=渠道原编号", "--map", "列乙=诉求内容")
    assert "登记1件" in bihuan_import(path, *where(wendeng), "--header-row", "2", *maps).output
    tables.text(path, "甲方：某局,乙方：某公司\n列甲,列乙\nT-2,井盖缺失\n")
    assert "登记1件" in bihuan_import(path, *where(wendeng)).output


def test_moments_are_read_in_the_order_that_is_said(wendeng: Town, tmp_path: Path) -> None:
    path = tables.text(tmp_path / "letters.csv", "编号,时间,内容\n1,1/13/2025 03:05 PM,路灯不亮\n2,2025-01-14,井盖\n")
    unsaid = bihuan_import(path, *where(wendeng), "--accept-guess", "--dry-run")
    assert "退回1行：来件时间看不懂，可写作 2025-01-31" in unsaid.output
    assert "（mdy）" in unsaid.output
    assert "登记2件" in bihuan_import(path, *where(wendeng), "--accept-guess", "--dates", "mdy").output
    (source,) = queries.sources(queries.case_of_source(wendeng.code, wendeng.channel, "1"))
    assert f"{source.received_at.astimezone(ZONE):%Y-%m-%d %H:%M}" == "2025-01-13 15:05"


def test_what_is_no_telephone_number_keeps_no_letter_out(wendeng: Town, tmp_path: Path) -> None:
    rows = [("编号", "内容", "姓名", "联系电话")]
    rows += [(f"T-{n}", f"第{n}件", "王某", phone) for n, phone in enumerate(("-", "转", "１３９００００００１３"))]
    said = bihuan_import(tables.table(tmp_path / "letters.csv", rows), *where(wendeng), "--accept-guess")
    assert "登记3件" in said.output
    assert "登记的2件：没有电话，不安排电话回访" in said.output
    assert "登记的2件：电话栏不是电话号码，原文记入其他联系方式" in said.output
    assert Case.objects.filter(callback_wanted=True).count() == 1
    assert len(requesters.find_by_phone(wendeng.code, "13900000013")) == 1


# ——— receipts


def test_nothing_is_registered_where_the_receipts_cannot_be_written_or_are_there(wendeng: Town, tmp_path: Path) -> None:
    path = table(tmp_path / "letters.csv")
    receipts = tmp_path / "nowhere" / "r.xlsx"
    said = bihuan_import(path, *where(wendeng), "--accept-guess", "--receipts", receipts)
    assert (said.exit_code, "不能写入" in said.output) == (1, True)
    (tmp_path / "r.xlsx").write_text("of yesterday")
    said = bihuan_import(path, *where(wendeng), "--accept-guess", "--receipts", tmp_path / "r.xlsx")
    assert (said.exit_code, "已存在，不覆盖" in said.output) == (1, True)
    said = bihuan_import(path, *where(wendeng), "--accept-guess", "--rejects", tmp_path / "r.xlsx")
    assert (said.exit_code, "已存在，不覆盖" in said.output) == (1, True)
    assert (tmp_path / "r.xlsx").read_text() == "of yesterday"
    assert not Case.objects.exists()


def test_a_batch_whose_receipts_find_no_room_is_not_registered(wendeng: Town, tmp_path: Path) -> None:
    def full(done: Sequence[tuple[Letter, Done]]) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        load(wendeng, table(tmp_path / "letters.csv"), told=Told(registered=full))
    assert rows_of(wendeng)["cases_case"] == []


def test_rejects_without_a_name_find_one_of_their_own(wendeng: Town, tmp_path: Path) -> None:
    path = table(tmp_path / "letters.csv", [("1004", "", "空", "2025-02-01", "", "", "", "", "")])
    for _ in range(2):
        assert "退回1行" in bihuan_import(path, *where(wendeng), "--accept-guess").output
    assert sorted(one.name for one in tmp_path.glob("*.xlsx")) == ["letters-退回-2.xlsx", "letters-退回.xlsx"]


@pytest.mark.django_db(transaction=True)
def test_whoever_is_killed_in_the_middle_has_the_code_of_every_letter_that_was_registered(tmp_path: Path) -> None:
    town = found("twd", "wendeng-2021-10", prefix="RX")
    lines = [(f"{n}", "", f"第{n}件", "2025-02-01", f"第{n}件的内容。", "", "", "", "") for n in range(5_000)]
    path, receipts = table(tmp_path / "letters.csv", lines), tmp_path / "r.xlsx"
    words = [str(path), *where(town), "--accept-guess", "--receipts", str(receipts)]
    journal = tmp_path / "r.csv"
    with _held_at(f"{importing.BATCH + 500}"):
        killed = _started(*words)
        until(lambda: somebody_waits() or killed.poll() is not None)
        assert killed.poll() is None, killed.communicate()
        killed.kill()
        killed.communicate()
    assert Case.objects.filter(jurisdiction=town.code).count() == 2 * importing.BATCH
    _all_have_their_codes(town, read_receipts(journal))
    again = _started(*words[:-1], str(tmp_path / "again.xlsx"))
    said, _ = again.communicate(timeout=LATE)
    assert again.returncode == 0, said.decode()
    assert Case.objects.filter(jurisdiction=town.code).count() == len(lines)
    _all_have_their_codes(town, [*read_receipts(journal), *lines_of(tmp_path / "again.xlsx")])


@contextmanager
def _held_at(origin: str) -> Iterator[None]:
    """Meanwhile the batch that holds this letter is told of, and its commit waits; at the end it goes through."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN PERFORM pg_advisory_xact_lock(4500); RETURN NULL; END'"
        )
        cursor.execute(
            f"CREATE CONSTRAINT TRIGGER hold AFTER INSERT ON {Source._meta.db_table} DEFERRABLE INITIALLY DEFERRED"
            f" FOR EACH ROW WHEN (NEW.origin_number = '{origin}') EXECUTE FUNCTION hold()"
        )
        cursor.execute("SELECT pg_advisory_lock(4500)")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(4500)")
            cursor.execute("DROP FUNCTION hold CASCADE")  # waits until the commit is through


def _started(*words: str, stdin: int = subprocess.DEVNULL, stdout: int = subprocess.PIPE) -> "subprocess.Popen[bytes]":
    """The command as a process of its own, over the tests' database."""
    url = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    command = [sys.executable, "-m", "bihuan.cli.main", "import", *words]
    env = {**os.environ, "DATABASE_URL": url}
    return subprocess.Popen(command, env=env, stdin=stdin, stdout=stdout, stderr=subprocess.STDOUT)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_below_blank_headings_every_letter_is_taken_from_its_own_columns(
    wendeng: Town, tmp_path: Path, kind: str
) -> None:
    rows = [
        ("编号", "", "标题", "", "诉求内容", "联系电话"),
        ("T-1", "序1", "路灯不亮", "重点", "东门外三盏路灯不亮。", "13900000001"),
        ("T-2", "序2", "井盖松动", "一般", "西门井盖松动。", "13900000002"),
    ]
    path = tmp_path / f"t.{kind}"
    (tables.table if kind == "csv" else tables.workbook)(path, rows)
    said = bihuan_import(path, *where(wendeng), "--accept-guess")
    assert "登记2件，此前已登记0件，退回0行" in said.output
    assert "全部登记：2件都已登记，没有退回的行" in said.output
    again = bihuan_import(path, *where(wendeng), "--accept-guess")
    assert "表中2行此前都已登记，没有新的，也没有退回的" in again.output
    assert "2件：表里没有姓名栏，以电话联系" in said.output
    texts = set(CaseText.objects.values_list("content", flat=True))
    assert texts == {"东门外三盏路灯不亮。", "西门井盖松动。"}


@pytest.mark.django_db(transaction=True)
def test_on_a_terminal_what_was_guessed_is_asked(tmp_path: Path) -> None:
    town = found("twd", "wendeng-2021-10", prefix="RX")
    path = tables.text(tmp_path / "letters.csv", "编号,详情,内容\n1001,路灯坏了三天,简述\n")
    ours, its = pty.openpty()
    asked = _started(str(path), *where(town), stdin=its, stdout=its)
    os.close(its)
    said = b""
    for question, answer in (
        ("对应关系正确吗", "n"),
        ("“编号”是", "渠道原编号"),
        ("“详情”是", "诉求内容"),
        ("“内容”是", "不导入"),
    ):
        said += _heard(ours, until=question.encode())
        os.write(ours, f"{answer}\n".encode())  # typed before it is asked, it may be lost with the terminal's settings
    said += _heard(ours)
    os.close(ours)
    assert asked.wait(LATE) == 0, said.decode()
    assert "对应关系正确吗" in said.decode()
    assert [text for (text,) in CaseText.objects.values_list("content")] == ["路灯坏了三天"]


def _heard(terminal: int, until: bytes | None = None) -> bytes:
    """What is said on a terminal until these words, or until nobody is there any more."""
    said = b""
    with suppress(OSError):  # Linux tells so that the other side is gone
        while (until is None or until not in said) and (block := os.read(terminal, 4096)):
            said += block
    assert until is None or until in said, said.decode()
    return said


def _all_have_their_codes(town: Town, receipts: Iterable[Sequence[str]]) -> None:
    codes = {number: code for _, number, code in receipts}
    rows = list(Case.objects.filter(jurisdiction=town.code).values_list("number", "query_mark"))
    assert rows
    assert [number for number, mark in rows if not opens(bytes(mark), town.code, codes.get(number, ""))] == []


def test_the_codes_of_a_table_can_be_issued_again(wendeng: Town, tmp_path: Path) -> None:
    path, first = table(tmp_path / "letters.csv"), tmp_path / "first.xlsx"
    bihuan_import(path, *where(wendeng), "--accept-guess", "--receipts", first)
    old = {number: code for _, number, code in lines_of(first)[1:]}
    changed = (LINES[0][0], "", "路灯不亮", LINES[0][3], "完全是另一件事。", *[""] * 4)
    tables.table(path, [HEADINGS, changed, *LINES[1:], ("1009", "", "新", "2025-02-01", "没登记过。", *[""] * 4)])
    again = tmp_path / "again.xlsx"
    said = bihuan_import("codes", "--again", path, *where(wendeng), "--receipts", again)
    assert said.exit_code == 0, said.output
    assert "补发2件；表中未登记或内容不同的2行。" in said.output
    written = lines_of(again)[1:]
    assert [origin for origin, *_ in written] == ["1002", "1003"]
    for _, number, code in written:
        assert queries.requester_of(wendeng.code, number, code)
        with pytest.raises(Unknown):
            queries.requester_of(wendeng.code, number, old[number])
        assert events(f"case:{number}")[-1].kind == "case.query-code-renewed"
    kept = next(number for number in old if number not in {number for _, number, _ in written})
    assert queries.requester_of(wendeng.code, kept, old[kept]), "what the table does not hold stays as it is"


def test_codes_are_issued_again_by_a_registrar_of_the_desk_alone(wendeng: Town, tmp_path: Path) -> None:
    path = table(tmp_path / "letters.csv")
    bihuan_import(path, *where(wendeng), "--accept-guess")
    said = bihuan_import("codes", "--again", path, *where(wendeng), "--account", "wd.unit.handler")
    assert (said.exit_code, "只有受理员" in said.output) == (1, True)
    assert list(tmp_path.glob("*查询码*")) == []


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_table_at_the_same_time_register_every_letter_once(tmp_path: Path) -> None:
    town = found("twd", "wendeng-2021-10", prefix="RX")
    lines = [(f"{n}", "", f"第{n}件", "2025-02-01", f"第{n}件的内容。", "", "", "", "") for n in range(300)]
    path = table(tmp_path / "letters.csv", lines)

    def import_it(_: int) -> Counts:
        try:
            return load(town, path)
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as together:
        counts = list(together.map(import_it, range(3)))
    assert sum(count.registered for count in counts) == 300
    assert all(count.registered + count.known == 300 for count in counts)
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM cases_case WHERE jurisdiction = %s ORDER BY number", [town.code])
        sequences = [int(number[12:17]) for (number,) in cursor.fetchall()]
    assert sequences == list(range(1, 301)), "gapless"


def test_of_several_sheets_one_must_be_named(wendeng: Town, tmp_path: Path) -> None:
    path = tmp_path / "letters.xlsx"
    with Workbook(path) as book:
        for name in ("一月", "二月"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, HEADINGS)
            sheet.write_row(1, 0, LINES[0])
    asked = (path, "--jurisdiction", "wd", "--channel", wendeng.channel, "--dry-run")
    unnamed = bihuan_import(*asked)
    assert (unnamed.exit_code, "有2张工作表：一月、二月；请用 --sheet 指明" in unnamed.output) == (1, True)
    named = bihuan_import(*asked, "--sheet", "二月")
    assert "可登记1件" in named.output, named.output

"""A table of letters becomes cases, each as if it had been registered by hand."""

import csv
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from django.db import connection
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from bihuan.cases.types import AppealType, Urgency
from bihuan.cases.words import query_of
from bihuan.cli.import_ import command
from bihuan.duties.models import Duty
from bihuan.intake import commands, importing, queries
from bihuan.intake.importing import Counts, Told
from bihuan.intake.letters import Letter, digest_of, guess, words_of
from bihuan.intake.sheets import open_sheet
from bihuan.intake.types import Register
from bihuan.kernel.refusal import Refused
from bihuan.record.queries import events
from bihuan.requesters import queries as requesters
from tests.towns import START, Town, found

HEADINGS = ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情", "姓名", "电话", "诉求类型", "紧急程度")
LINES = (
    ("1001", "", "路灯不亮", "2025/2/27 15:40:04", "小区门口路灯坏了三天。", "王某", "13800001234", "投诉", "一般"),
    ("1002", "U0042", "咨询落户", "2025-02-28", "外地户口怎样落户？", "", "", "咨询", ""),
    ("1003", "", "井盖缺失", "2025-03-01 08:05", "人民路井盖缺失，十分危险。", "", "", "", "紧急"),
)


def table(path: Path, lines: Sequence[Sequence[str]] = LINES) -> Path:
    """A csv table with these lines."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([HEADINGS, *lines])
    return path


def load(town: Town, path: Path, *, dry: bool = False, told: Told = Told()) -> Counts:  # noqa: B008
    """Import the table as the town's registrar."""
    sheet = open_sheet(path)
    actor = town.actor("desk.registrar")
    return importing.run(sheet, guess(sheet.headings), channel=town.channel, actor=actor, now=START, dry=dry, told=told)


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


def _plain(value: object, town: Town) -> object:
    if isinstance(value, str | dict):
        return repr(value).replace(town.code, "TOWN")
    return bytes(value) if isinstance(value, memoryview) else value


def test_letters_are_written_exactly_as_if_registered_one_by_one(db: None, tmp_path: Path) -> None:
    many, single = found("tmany", "wendeng-2021-10", prefix="MA"), found("tone", "wendeng-2021-10", prefix="ON")
    letters: list[Register] = []
    path = table(tmp_path / "letters.csv")
    load(many, path, told=Told(registered=lambda letter, done: letters.append(letter.fields)))
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
    assert sent_back[7] == "来件时间不能晚于现在。"
    assert "脱敏后的内容" in sent_back[8]
    assert sent_back[9] == "请填写诉求人姓名和联系电话（或其他联系方式），或注明匿名"


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
        registered=lambda letter, done: receipts.append((letter.fields.origin_number, done.number)),
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
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT title, requester FROM cases_case JOIN cases_casetext ON case_id = id WHERE words @@ %s::tsquery",
            [query_of("路灯")],
        )
        ((title, requester),) = cursor.fetchall()
    assert title == "路灯不亮"
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
        for urgency in Urgency
    ]
    one_by_one = [commands.register(fields=form, actor=actor, now=START).number for form in forms]
    letters = [Letter(n, form, (), digest_of(form), words_of(form)) for n, form in enumerate(forms)]
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
    fields = [Register.model_validate({**form, "origin_number": f"{n}"}) for n in range(3)]
    letters = [Letter(n, one, (), digest_of(one), words_of(one)) for n, one in enumerate(fields)]
    first = commands.register(fields=fields[1], actor=actor, now=START)
    with pytest.raises(Refused, match=f"渠道原编号1已登记为{first.number}"):
        commands.register_many(letters=letters, actor=actor, now=START)
    assert queries.known_origins(wendeng.code, wendeng.channel, ["0", "1", "2"]) == {"1"}
    done = commands.register_many(letters=[letters[0], letters[2]], actor=actor, now=START)
    numbers = [one.number for one in (first, *done)]
    assert [number[-6:-1] for number in numbers] == ["00001", "00002", "00003"], "no number is lost by a refusal"


def test_only_a_registrar_of_the_desk_imports(wendeng: Town, tmp_path: Path) -> None:
    sheet = open_sheet(table(tmp_path / "letters.csv"))
    with pytest.raises(Refused, match="只有受理员或诉求人可以“登记”"):
        importing.run(
            sheet,
            guess(sheet.headings),
            channel=wendeng.channel,
            actor=wendeng.actor("unit.handler"),
            now=START,
            dry=True,
        )


def bihuan_import(*words: str | Path) -> Result:
    """The command as it is typed."""
    return CliRunner().invoke(command, [str(word) for word in words], catch_exceptions=False)


def test_the_command_registers_tells_and_writes_the_tables(wendeng: Town, tmp_path: Path) -> None:
    path = table(tmp_path / "letters.csv", [*LINES, ("1004", "", "空", "2025-02-01", "", "", "", "", "")])
    rejects, receipts = tmp_path / "rejects.xlsx", tmp_path / "receipts.xlsx"
    where = ("--jurisdiction", wendeng.code, "--channel", wendeng.channel)
    said = bihuan_import(path, *where, "--rejects", rejects, "--receipts", receipts)
    assert said.exit_code == 0, said.output
    assert "共4行：登记3件，此前已登记0件，退回1行。" in said.output
    assert "退回1行：诉求内容为空" in said.output
    headings, row = CalamineWorkbook.from_path(rejects).get_sheet_by_index(0).to_python()
    assert headings == ["行号", "退回原因", *HEADINGS]
    assert row[:3] == ["5", "诉求内容为空", "1004"]
    written = CalamineWorkbook.from_path(receipts).get_sheet_by_index(0).to_python()[1:]
    assert [(origin, len(str(code))) for origin, _, code in written] == [("1001", 10), ("1002", 10), ("1003", 10)]
    for origin, number, _ in written:
        assert queries.case_of_source(wendeng.code, wendeng.channel, str(origin)) == number
    told = [event.kind for event in events(f"jurisdiction:{wendeng.code}")]
    assert told[-2:] == ["intake.columns-kept", "intake.letters-imported"]
    assert "共4行：登记0件，此前已登记3件，退回1行。" in bihuan_import(path, *where, "--rejects", rejects).output
    assert [event.kind for event in events(f"jurisdiction:{wendeng.code}")] == told


def test_the_command_tells_how_many_cells_of_the_rejects_it_cut(wendeng: Town, tmp_path: Path) -> None:
    path = table(tmp_path / "letters.csv", [("1001", "标题", "长" * 40_000, "2025-02-01", "", "", "", "", "")])
    rejects = tmp_path / "rejects.xlsx"
    where = ("--jurisdiction", wendeng.code, "--channel", wendeng.channel, "--rejects", rejects)
    said = bihuan_import(path, *where)
    assert "退回1行" in said.output
    assert "其中1格文字过长" in said.output
    _, row = CalamineWorkbook.from_path(rejects).get_sheet_by_index(0).to_python()
    assert [str(cell).endswith("…（已截断）") for cell in row].count(True) == 1


def test_columns_given_once_are_kept(wendeng: Town, tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    path.write_text("甲,乙\n1001,路灯坏了\n")
    where = ("--jurisdiction", wendeng.code, "--channel", wendeng.channel)
    refused = bihuan_import(path, *where)
    assert refused.exit_code == 1
    assert "没有指明哪一列是“诉求内容”" in refused.output
    maps = ("--map", "甲=渠道原编号", "--map", "乙=content")
    assert "可登记1件" in bihuan_import(path, *where, *maps, "--dry-run").output
    assert bihuan_import(path, *where).exit_code == 1, "a dry run keeps nothing"
    assert "登记1件" in bihuan_import(path, *where, *maps).output
    path.write_text("甲,乙\n1002,井盖缺失\n")
    assert "登记1件" in bihuan_import(path, *where).output


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--map", "丙=标题"), "表里没有“丙”这一列"),
        (("--map", "甲=题目"), "没有“题目”这一项"),
        (("--account", "nobody"), "没有账号“nobody”"),
        (("--account", "wd.unit.handler"), "只有受理员或诉求人可以“登记”"),
    ],
)
def test_wrong_words_are_told(wendeng: Town, tmp_path: Path, words: tuple[str, ...], reason: str) -> None:
    path = tmp_path / "letters.csv"
    path.write_text("甲,内容\n1001,路灯坏了\n")
    said = bihuan_import(path, "--jurisdiction", wendeng.code, "--channel", wendeng.channel, *words)
    assert said.exit_code == 1
    assert reason in said.output


def test_an_unknown_jurisdiction_or_channel_is_told(wendeng: Town, tmp_path: Path) -> None:
    path = table(tmp_path / "letters.csv")
    assert "没有辖区“nowhere”" in bihuan_import(path, "--jurisdiction", "nowhere", "--channel", "hotline").output
    said = bihuan_import(path, "--jurisdiction", wendeng.code, "--channel", "pigeon", "--account", "wd.desk.registrar")
    assert "规则中没有渠道“pigeon”" in said.output


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

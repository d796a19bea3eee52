"""A city is carried in as one workbook: all of it or nothing, everything wrong at once, and twice adds nothing."""

import re
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import CliRunner
from django.db import transaction
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from bihuan.audit.queries import verify
from bihuan.care import here, workbook
from bihuan.cli import jurisdiction
from bihuan.demo import determining, founding, together
from bihuan.demo.huainan import HUAINAN
from bihuan.demo.plans import PlacePlan
from bihuan.demo.wendeng import WENDENG
from bihuan.duties import commands as duties
from bihuan.duties.forms import Adjust, Notice
from bihuan.joint import queries as joint
from bihuan.kernel.actor import Actor
from bihuan.localities import commands as places
from bihuan.localities import queries as localities
from bihuan.localities.types import EndLocality
from bihuan.organisations import commands, queries
from bihuan.organisations.forms import AmendEntry, ChangeUnit, EndEntry, Founding, NewPerson
from bihuan.organisations.models import Appointment, Person, Unit
from bihuan.organisations.types import HashedPassword, Post, Standing
from bihuan.policy import norms
from bihuan.policy.loader import pack
from bihuan.record.queries import events
from bihuan.vetting.limits import ADJUSTABLE
from tests.towns import FOUNDER

pytestmark = pytest.mark.django_db
Rows = Mapping[str, Sequence[Sequence[object]]]
HEADINGS = {plan.name: [column.heading for column in plan.columns] for plan in workbook.PLANS}
KEEPERS = ("受理员", "派单员", "审核员", "回访员")
THREE = ("主要负责人", "分管负责人", "经办人")
NOTICE = "国务院办公厅关于2031年部分节假日安排的通知"
OTHERS = (
    ("区委区政府", "leadership", "区委区政府", ("区领导",)),
    ("区委办", "two_offices", "区委办、政府办", ("督办员",)),
    ("龙山镇", "town", "镇", THREE),
    ("编办", "staffing", "区委编办", THREE),
    ("司法局", "justice", "区司法局", THREE),
    ("纪委", "discipline", "区纪委监委", ("经办人",)),
    ("组织部", "personnel", "区委组织部", ("考核员",)),
)


def city(departments: int = 2) -> dict[str, list[list[object]]]:
    """A whole city: the bodies that the regulation wants, and so many departments with three people each."""
    units: list[list[object]] = [["nc.office", "诉求中心", "centre", "", "", ""]]
    people: list[list[object]] = []
    posts: list[list[object]] = []

    def settle(unit: str, code: str, wanted: Sequence[str]) -> None:
        for number, post in enumerate(wanted):
            people.append([f"{code}.{number}", f"{unit}{post}"])
            posts.append([unit, f"{code}.{number}", post, "2026-01-01", "", ""])

    settle("诉求中心", "nc.office", KEEPERS)
    for post in ("主要负责人", "督办员"):  # one of them besides what they do
        posts.append(["诉求中心", "nc.office.3", post, "2026-01-01", "", ""])
    for name, code, kind, wanted in OTHERS:
        units.append([f"nc.{code}", name, kind, "", "", "是"])
        settle(name, f"nc.{code}", wanted)
    for number in range(departments):
        units.append([f"nc.d{number}", f"第{number}局", "区直部门", "编办" if number == 0 else "", "", "是"])
        settle(f"第{number}局", f"nc.d{number}", THREE)
    return {
        "单位": units,
        "人员": people,
        "职务": posts,
        "渠道": [[label, "诉求中心", ""] for label in ("12345政务服务热线", "grid", "12345政务服务热线网站")],
        "派单目录": [["A-1", "路灯维护", "第0局", "第1局、龙山镇", "三定规定", "2026-01-01", ""]],
        "分管": [["第0局", "nc.leadership.0", "2026-01-01"]],
        "联络员": [["龙山镇", "nc.town.1", "2026-01-01"]],
        "攻坚哨事项": [["T-1", "占道经营", "第0局", "属地管理清单", "2026-01-01", ""]],
        "认定联络人": [["编办", "nc.staffing.2", "2026-01-01"], ["诉求中心", "nc.office.1", "2026-01-01"]],
        "地点": [["9901", "新城区"], ["990101", "龙山镇"]],
        "放假安排": [
            ["2031", "2031-01-01", "", "元旦", NOTICE, "其余节日以后再通知"],
            ["2031", "2031-10-01", "2031-10-07", "国庆节", NOTICE, ""],
            ["2031", "2031-09-27", "2031-09-28", "调休上班", NOTICE, ""],
        ],
        "时限调整": [["签收", "", "", "", "6wh", "2026-02-01", "2030-08-01", "试行", "纪要〔2026〕1号"]],
    }


def written(path: Path, rows: Rows, headings: Mapping[str, Sequence[str]] = HEADINGS) -> Path:
    with Workbook(path) as book:
        for name, lines in rows.items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate([headings.get(name, HEADINGS["人员"]), *lines]):
                sheet.write_row(number, 0, line)
    return path


@pytest.fixture
def place() -> str:
    """A founded city with nobody but its administrator."""
    fields = Founding(code="nc", name="新城区", pack="wendeng-2021-10", office="诉求中心", prefix="NC")
    people = [NewPerson(name="甲", account="nc.admin"), NewPerson(name="乙", account="nc.second")]
    commands.found(fields=fields, administrators=people, actor=FOUNDER, now=datetime.now(UTC))
    return "nc"


def run(*words: object) -> tuple[int, str]:
    done = CliRunner().invoke(jurisdiction.command, list(map(str, words)))
    return done.exit_code, done.output


def counts() -> tuple[int, ...]:
    return Unit.objects.count(), Person.objects.count(), Appointment.objects.count(), len(localities.every("nc"))


def test_a_city_is_carried_in_at_once_and_a_second_time_adds_nothing(place: str, tmp_path: Path) -> None:
    file = written(tmp_path / "city.xlsx", city())
    before = counts()
    code, said = run("import", file, "--dry-run")
    assert (code, "什么也没有录入" in said) == (0, True), said
    assert counts() == before
    code, said = run("import", file)
    assert code == 0, said
    assert (counts(), "单位：录入9" in said) == ((10, 2 + 4 + 13 + 6, 2 + 4 + 2 + 13 + 6, 2), True), said
    kept = tmp_path / "city-一次性密码.txt"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    lines = [line.split("\t") for line in kept.read_text("utf-8").splitlines()]
    assert len(lines) == 1 + 23
    assert lines[0] == ["单位", "姓名", "账号", "一次性密码"]
    assert lines[1][:3] == ["诉求中心", "诉求中心受理员", "nc.office.0"]
    assert all(Person.objects.get(account=account).check_password(once) for _unit, _name, account, once in lines[1:3])
    assert all(Person.objects.values_list("provisional", flat=True))
    assert queries.desks("nc", now=datetime.now(UTC)).keys() == {"hotline", "grid", "web"}
    assert [row.account for row in joint.liaisons("nc", now=datetime.now(UTC))] == ["nc.town.1"]
    assert [row.account for row in joint.portfolios("nc", now=datetime.now(UTC))] == ["nc.leadership.0"]
    assert [row.responders for row in joint.topics("nc")] == [("nc.d0",)]
    assert queries.unit("nc.d0", "nc", now=datetime.now(UTC)).parent == "nc.staffing"
    assert [lack for lack in here.lacks("nc") if lack.weight == "failure"] == []
    seen, told = counts(), len(events("jurisdiction:nc"))
    code, said = run("import", file)
    assert (code, "单位：已有10\n" in said, "：录入" in said) == (0, True, False), said
    assert (counts(), len(events("jurisdiction:nc"))) == (seen, told)
    assert [path.name for path in tmp_path.glob("*.txt")] == ["city-一次性密码.txt"]
    assert run("import", file, "--passwords", kept)[0] == 1, "no file is written over"
    assert verify("nc").clean


def test_what_was_written_out_is_there_when_it_is_carried_in(place: str, tmp_path: Path) -> None:
    assert run("import", written(tmp_path / "city.xlsx", city()))[0] == 0
    out, before = tmp_path / "out.xlsx", counts()
    assert run("export", out, "--code", "nc")[0] == 0
    code, said = run("import", out)
    assert (code, counts()) == (0, before), said
    assert run("export", out)[0] == 1, "no file is written over"
    for plan, line in (("单位", 10), ("人员", 25), ("职务", 27), ("渠道", 3), ("派单目录", 1), ("地点", 2)):
        assert f"{plan}：已有{line}\n" in said


def test_everything_wrong_is_told_at_once_with_its_cell_and_nothing_is_kept(place: str, tmp_path: Path) -> None:
    wrong = city()
    wrong["单位"] += [
        ["大写", "甲局", "department", "", "", ""],
        ["nc.x", "乙局", "协会", "", "", ""],
        ["nc.y", "第1局", "department", "", "", ""],
        ["nc.z", "供电公司", "utility", "", "", ""],
        ["nc.w", "丙局", "department", "没有的局", "", ""],
    ]
    wrong["人员"] += [["nc.admin", "丙"], ["nc.new", ""], ["nc.d0.0", "又一人"]]
    wrong["职务"] += [
        ["第0局", "nc.nobody", "经办人", "", "", ""],
        ["第0局", "nc.d0.0", "镇长", "", "", ""],
        ["无此局", "nc.d0.0", "经办人", "", "", ""],
        ["第0局", "nc.d0.0", "联络员", "某日", "", ""],
        ["乙局", "nc.d0.0", "经办人", "", "", ""],
        ["诉求中心", "nc.admin", "受理员", "", "", ""],
    ]
    wrong["渠道"] += [["信鸽", "诉求中心", ""], ["hotline", "第0局", ""]]
    wrong["派单目录"] += [["A-2", "", "第0局", "第0局", "", "", ""], ["A-1", "别的", "第0局", "", "三定规定", "", ""]]
    wrong["联络员"] += [["第0局", "nc.d0.2", ""]]
    wrong["分管"] += [["第1局", "nc.d0.1", ""]]
    wrong["攻坚哨事项"] += [["T-2", "x", "龙山镇", "x", "", ""]]
    wrong["认定联络人"] += [["第0局", "nc.d0.2", ""], ["司法局", "nc.d0.2", ""]]
    wrong["放假安排"] += [
        ["2032", "2032-01-01", "2032-03-01", "元旦", NOTICE, ""],
        ["32", "2032-01-01", "", "元旦", NOTICE, ""],
        ["2033", "2033-01-01", "", "元旦", "", ""],
        ["2034", "2034-05-01", "", "劳动节", NOTICE, "理由"],
        ["2034", "2034-05-01", "", "劳动节", NOTICE, ""],
        ["2035", "2035-05-01", "", "劳动节", NOTICE, ""],
    ]
    wrong["时限调整"] += [
        ["签收时间", "", "", "", "6wh", "", "", "试行", "纪要"],
        ["签收", "紧急", "grid", "", "6wh", "", "", "试行", "纪要"],
        ["签收", "", "", "", "六小时", "", "", "", "纪要"],
        ["派单", "", "", "", "99wh", "2026-03-01", "2026-02-01", "试行", "纪要"],
    ]
    wrong["地点"] += [["99010101", ""]]
    wrong["别的表"] = [["x", "y"]]
    before, file = counts(), written(tmp_path / "city.xlsx", wrong)
    code, said = run("import", file)
    assert (code, counts()) == (1, before), said
    told = {line.partition("：")[0] for line in said.splitlines()}
    assert told >= {
        "单位 A12", "单位 C13", "单位 B14", "单位 E15", "单位 D16", "人员 B25", "人员 B26", "人员 A27",
        "职务 B27", "职务 C28", "职务 A29", "职务 D30", "职务 B32", "地点 B4",
        "渠道 A5", "渠道 B6", "派单目录 B3", "派单目录 E3", "派单目录 A4", "联络员 B3", "分管 B3", "攻坚哨事项 C3",
        "认定联络人 A4", "认定联络人 B5", "放假安排 C5", "放假安排 A6", "放假安排 E7", "放假安排 B9", "放假安排 F10",
        "时限调整 A3", "时限调整 A4", "时限调整 E5", "时限调整 H5", "时限调整 G6", "别的表 表名",
    }, said  # fmt: skip
    assert "职务 A31" not in told, "what rests on a wrong unit is not told a second time"
    assert not (tmp_path / "city-一次性密码.txt").exists()


def test_a_sheet_without_its_columns_and_a_file_that_is_none(place: str, tmp_path: Path) -> None:
    file = written(tmp_path / "a.xlsx", {"人员": [["nc.a", "甲"]]}, {"人员": ["账号", "名字"]})
    code, said = run("import", file)
    assert (code, "人员 表头" in said, "缺少姓名" in said) == (1, True, True), said
    (none := tmp_path / "b.xlsx").write_text("不是工作簿")
    assert run("import", none)[0] == 1
    assert run("import", tmp_path / "missing.xlsx")[0] == 1
    assert run("import", file, "--code", "nowhere")[0] == 1
    kept = tmp_path / "kept.txt"
    kept.write_text("mine")
    assert run("import", file, "--passwords", kept)[0] == 1
    assert kept.read_text() == "mine"


def test_where_the_passwords_cannot_be_written_nothing_is_kept(place: str, tmp_path: Path) -> None:
    before, file = counts(), written(tmp_path / "city.xlsx", city())
    code, said = run("import", file, "--passwords", tmp_path / "no" / "folder.txt")
    assert (code, counts(), "什么也没有录入" in said) == (1, before, True), said


def told(said: str) -> dict[str, str]:
    """Cell → what is wrong with it."""
    lines = (line.partition("：") for line in said.splitlines())
    return {cell: reason for cell, _, reason in lines if " " in cell and reason}


def test_every_wrong_cell_of_every_line_is_told(place: str, tmp_path: Path) -> None:
    rows = city()
    rows["单位"] += [["Bad Code", "", "协会", "没有的局", "", "也许"], ["nc.office", "第0局", "utility", "", "", ""]]
    rows["职务"] += [
        ["无此局", "nc.nobody", "镇长", "某日", "某日", "也许"],
        ["第0局", "nc.d0.2", "经办人", "某日", "", "不"],
    ]
    rows["派单目录"] += [["", "", "无那局", "第1局、也没有", "", "某日", "某日"]]
    rows["渠道"] += [["信鸽", "无这局", "某日"]]
    rows["时限调整"] += [["签收时间", "特急", "电波", "抱怨", "六小时", "某日", "某日", "", "", "甲", "学会"]]
    rows["放假安排"] += [["32", "某日", "某日", "节9", "", ""]]
    code, said = run("import", written(tmp_path / "city.xlsx", rows))
    cells = told(said)
    last = {name: len(lines) + 1 for name, lines in rows.items()}
    wanted = {
        *(f"单位 {column}{last['单位'] - 1}" for column in "ABCDF"),
        *(f"单位 {column}{last['单位']}" for column in "ABE"),
        *(f"职务 {column}{last['职务'] - 1}" for column in "ABCDEF"),
        *(f"职务 {column}{last['职务']}" for column in "DF"),
        *(f"派单目录 {column}{last['派单目录']}" for column in "ABCDEFG"),
        *(f"渠道 {column}{last['渠道']}" for column in "ABC"),
        *(f"时限调整 {column}{last['时限调整']}" for column in "ABCDEFGHIJK"),
        *(f"放假安排 {column}{last['放假安排']}" for column in "ABCDE"),
    }
    assert (code, wanted - cells.keys()) == (1, set()), said


def test_whom_units_lack_is_told_of_all_of_them_whatever_else_is_wrong(place: str, tmp_path: Path) -> None:
    rows = city(3)
    rows["单位"] += [["nc.d9", "第九局", "department", "", "", ""], ["Bad Code", "某局", "department", "", "", ""]]
    rows["职务"] = [line for line in rows["职务"] if line[1] not in ("nc.d0.2", "nc.d1.0", "nc.d1.1")]
    rows["职务"][-1][3] = "某日"  # the handler of 第2局: told there, and not as missing
    rows["渠道"] += [["信鸽", "诉求中心", ""]]
    code, said = run("import", written(tmp_path / "city.xlsx", rows))
    lacking = {cell: reason for cell, reason in told(said).items() if "不能启用" in reason}
    assert (code, set(lacking)) == (1, {"单位 F10", "单位 F11", "单位 F13", "单位 F14"}), said
    assert "缺经办人" in lacking["单位 F10"]
    assert "缺主要负责人、分管负责人，" in lacking["单位 F11"]
    assert "缺主要负责人、分管负责人、经办人" in lacking["单位 F13"]
    assert "渠道 A5" in told(said)


def test_posts_and_entries_that_make_no_sense_for_a_unit_are_refused_with_the_reason(
    place: str, tmp_path: Path
) -> None:
    rows = city()
    rows["单位"] += [["nc.village", "民政社区", "village", "", "", ""]]
    rows["人员"] += [["nc.v", "社区主任"]]
    rows["职务"] += [["民政社区", "nc.v", "审核员", "", "", ""], ["民政社区", "nc.v", "主要负责人", "", "", ""]]
    rows["派单目录"] += [["A-2", "楼道灯", "民政社区", "诉求中心", "三定", "", ""]]
    code, said = run("import", written(tmp_path / "city.xlsx", rows))
    cells = told(said)
    post, lead = f"职务 C{len(rows['职务'])}", f"派单目录 C{len(rows['派单目录']) + 1}"
    assert (code, set(cells)) == (1, {post, lead, lead.replace("C", "D")}), said
    assert "受理平台的职务" in cells[post]
    assert "主要负责人" in cells[post], "what may be held there"
    assert "不承办工单" in cells[lead]


def test_what_the_file_says_twice_is_told_under_both_lines_as_the_files(place: str, tmp_path: Path) -> None:
    assert run("import", written(tmp_path / "city.xlsx", city()))[0] == 0
    rows = city()
    rows["单位"] += [["nc.new", "第0局", "department", "", "", ""], ["nc.d1", "第1分局", "department", "", "", ""]]
    rows["人员"] += [["nc.d0.0", "别人"]]
    rows["职务"] += [["nc.d0", "nc.d0.0", "head", "2026/1/1", "", ""]]
    rows["派单目录"] += [["A-1", "路灯", "第0局", "", "三定", "2026年1月1日", ""]]
    rows["地点"] += [["9901", "旧城区"]]
    rows["放假安排"] += [["2031", "2031-10-07", "", "国庆节", NOTICE, ""]]
    code, said = run("import", written(tmp_path / "twice.xlsx", rows))
    cells = told(said)
    people, posts = len(rows["人员"]) + 1, len(rows["职务"]) + 1
    pairs = {
        "单位 B10": "第12行", "单位 B12": "第10行", "单位 A11": "第13行", "单位 A13": "第11行",
        f"人员 A{people}": f"第{people - 6}行", f"人员 A{people - 6}": f"第{people}行",
        f"职务 A{posts}": f"第{posts - 6}行", f"职务 A{posts - 6}": f"第{posts}行",
        "派单目录 A2": "第3行", "派单目录 A3": "第2行", "地点 A2": "第4行", "地点 A4": "第2行",
        "放假安排 B3": "第5行", "放假安排 B5": "第3行",
    }  # fmt: skip
    people_at = [line[0] for line in rows["人员"]].index("nc.d0.0") + 2
    assert people_at == people - 6, "the test counts right"
    assert (code, {cell: other for cell, other in pairs.items() if other not in cells.get(cell, "")}) == (1, {}), said
    assert not any("现为" in cells[cell] for cell in pairs)


def test_days_are_understood_as_people_write_them(place: str, tmp_path: Path) -> None:
    rows: dict[str, list[list[object]]] = city()
    days = ["2026/1/31", "2026年1月31日", "20260131", date(2026, 1, 31), 46053]
    for line, on in zip(rows["职务"], days, strict=False):
        line[3] = on
    file = tmp_path / "city.xlsx"
    with Workbook(file) as book:
        form = book.add_format({"num_format": "yyyy/m/d"})
        for name, lines in rows.items():
            sheet = book.add_worksheet(name)
            for number, line in enumerate([HEADINGS[name], *lines]):
                for place_, cell in enumerate(line):
                    if isinstance(cell, date):
                        sheet.write_datetime(number, place_, cell, form)
                    else:
                        sheet.write(number, place_, cell)
    code, said = run("import", file)
    assert code == 0, said
    of_desk = Appointment.objects.filter(person__account__startswith="nc.office.").exclude(post="supervisor")
    begun = of_desk.values_list("from_on", flat=True)
    assert {str(on) for on in begun} == {"2026-01-31"}


def test_what_is_wrong_says_what_is_right(place: str, tmp_path: Path) -> None:
    rows = {
        "单位": [["Bad Code", "甲局", "区直部", "", "", ""]],
        "人员": [["丙", "丙"]],
        "职务": [["诉求中芯", "nc.admln", "受理", "31/1/2026", "", ""]],
        "渠道": [["热线", "诉求中心", ""]],
        "时限调整": [["签收时间", "", "", "", "6wh", "", "", "试行", "纪要"]],
    }
    _code, said = run("import", written(tmp_path / "few.xlsx", rows))
    cells = told(said)
    for cell, right in {
        "单位 A2": "xc.zhujian", "单位 C2": "区直部门", "人员 A2": "xc.zhangsan", "职务 A2": "诉求中心",
        "职务 B2": "nc.admin", "职务 C2": "受理员", "职务 D2": "2026年1月31日", "渠道 A2": "12345政务服务热线",
        "时限调整 A2": "签收",
    }.items():  # fmt: skip
        assert right in cells[cell], cells


def test_columns_that_are_not_read_are_told_and_a_file_that_is_not_there_is_no_damaged_one(
    place: str, tmp_path: Path
) -> None:
    headings = {"人员": ["账号", "姓名", "备注"], "地点": ["代码", "名称"]}
    rows = {"人员": [["nc.a", "甲", "请假中", "x"]], "地点": [["9901", ""], ["99x", "某镇"]]}
    code, said = run("import", written(tmp_path / "a.xlsx", rows, headings))
    assert ("人员 C列：没有“备注”这一列" in said, "人员 D列" in said) == (True, True), said
    assert (code, set(told(said)) >= {"地点 B2", "地点 A3"}) == (1, True), said
    assert "第2行" not in said.replace("注意", "")
    assert "没有文件" in run("import", tmp_path / "missing.xlsx")[1]
    (table := tmp_path / "a.csv").write_text("账号,姓名\nnc.a,甲\n")
    assert "文本文件" in run("import", table)[1]
    assert run("import", written(tmp_path / "b.xlsx", {"人员": [["nc.a", "甲", "x"]]}, headings))[0] == 0


def test_the_template_offers_what_may_be_chosen_and_tells_which_posts_units_need(place: str, tmp_path: Path) -> None:
    assert run("template", tmp_path / "t.xlsx")[0] == 0
    with ZipFile(tmp_path / "t.xlsx") as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist() if "worksheets/" in name}
    names = CalamineWorkbook.from_path(str(tmp_path / "t.xlsx")).sheet_names
    offered = {name: texts[f"xl/worksheets/sheet{number}.xml"] for number, name in enumerate(names, 1)}
    for name, column, source in (
        ("单位", "C2", "代码"),
        ("职务", "A2", "单位"),
        ("职务", "B2", "人员"),
        ("职务", "C2", "代码"),
    ):
        assert re.search(
            rf'<dataValidation type="list"[^>]*sqref="{column}:[^>]*><formula1>\'?{source}', offered[name]
        ), name
    book = CalamineWorkbook.from_path(str(tmp_path / "t.xlsx"))
    codes = book.get_sheet_by_name(workbook.CODES).to_python()
    labels = [row[0] for row in codes[1:] if row[0]]
    assert labels == [kind.label for kind in pack("wendeng-2021-10/1").unit_types.values()]
    told_of = {str(row[0]): row[1:3] for row in book.get_sheet_by_name(workbook.NOTES).to_python()}
    assert told_of["区直部门"][0] == "主要负责人、分管负责人、经办人"
    assert told_of["区直部门"][1] == "主要负责人、分管负责人、经办人、联络员、督办员、系统管理员、运维员"
    assert told_of["村（社区）"] == ["没有", "主要负责人、分管负责人、系统管理员、运维员"]
    assert str(told_of["区委区政府"][0]) == "区领导"


def test_what_the_office_still_lacks_with_the_workbook_is_told(place: str, tmp_path: Path) -> None:
    rows = {**city(), "渠道": [["hotline", "诉求中心", ""]]}
    code, said = run("import", written(tmp_path / "city.xlsx", rows), "--dry-run")
    assert (code, "渠道“网格员上报”还没有受理单位" in said) == (0, True), said
    assert "第0局" not in said


@pytest.mark.parametrize("ref", ["wendeng-2021-10", "huainan-2021-55"])
def test_the_template_holds_what_the_regulation_wants(ref: str, tmp_path: Path) -> None:
    fields = Founding(code="nc", name="新城区", pack=ref, office="诉求中心")
    commands.found(fields=fields, administrators=[], actor=FOUNDER, now=datetime.now(UTC))
    file = tmp_path / "template.xlsx"
    assert run("template", file)[0] == 0
    assert workbook.read(file, queries.pack_of("nc")) == workbook.Book()
    assert ("联络员" in {plan.name for plan in workbook.plans(queries.pack_of("nc"))}) == (ref == "wendeng-2021-10")
    assert run("import", file)[0] == 0


def test_an_administrator_proposes_what_needs_a_second_person(place: str, tmp_path: Path) -> None:
    rows = {name: lines for name, lines in city().items() if name in ("单位", "人员", "职务", "渠道", "派单目录")}
    file = written(tmp_path / "city.xlsx", rows)
    standing = queries.by_account("nc.admin", at=datetime.now(UTC))
    assert isinstance(standing, Standing)
    rulebook = queries.pack_of("nc")
    done = workbook.carry_in(workbook.read(file, rulebook), standing=standing, dry=False)
    assert done.wrong == []
    assert done.waiting["职务"] == len(queries.proposals("nc")) > 0
    again = workbook.carry_in(workbook.read(file, rulebook), standing=standing, dry=False)
    assert (sum(again.added.values()), again.passwords) == (0, [])

    # 第三天：另一位确认，再录入同一份，单位启用、渠道有了受理单位（管理手册“第一周”）
    second = queries.by_account("nc.second", at=datetime.now(UTC))
    assert second is not None
    for proposal in queries.proposals("nc"):
        commands.confirm_post(proposal=proposal.id, actor=second.actor, now=second.now)
    opened = workbook.carry_in(workbook.read(file, rulebook), standing=standing, dry=False)
    assert (opened.wrong, sum(opened.waiting.values())) == ([], 0)
    assert queries.desks("nc", now=datetime.now(UTC)).keys() == {"hotline", "grid", "web"}
    assert not Unit.objects.filter(active=False).exists()
    assert [lack for lack in here.lacks("nc") if lack.weight == "failure"] == []


def test_eighty_units_and_more_than_two_hundred_people(place: str, tmp_path: Path) -> None:
    code, said = run("import", written(tmp_path / "city.xlsx", city(80)))
    assert code == 0, said
    assert Unit.objects.count() == 1 + 7 + 80
    assert Person.objects.count() == 2 + 4 + 13 + 240


def sheets(path: Path) -> dict[str, list[list[str]]]:
    """Every cell of a workbook, but for the notes."""
    book = CalamineWorkbook.from_path(str(path))
    return {
        name: [list(map(str, row)) for row in book.get_sheet_by_name(name).to_python()]
        for name in book.sheet_names
        if name not in (workbook.NOTES, workbook.CODES)
    }


class Undone(Exception):
    """Nothing of it is kept."""


@pytest.fixture
def emptied() -> Callable[[], AbstractContextManager[None]]:
    """A time of which the database remembers nothing afterwards."""

    @contextmanager
    def forgotten() -> Iterator[None]:
        with suppress(Undone), transaction.atomic():
            yield
            raise Undone

    return forgotten


def founded(plan: PlacePlan, now: datetime) -> None:
    """A training city as it is set up, with what an administrator would enter besides."""
    place = founding.found(plan, pack(plan.pack), HashedPassword("!"), now, lambda: None)
    rulebook, keeper = place.pack, next(a for (_, post), a in place.actors.items() if post == Post.ADMINISTRATOR)
    if rulebook.binds(norms.WHISTLE_BLOW):
        together.set_up(place, now)
    if rulebook.binds(norms.DETERMINATION_REFER):
        determining.set_up(place, now)
    first, second = plan.units[0].code, plan.units[1].code
    units = place.code_of(first), place.code_of(second)
    change = ChangeUnit(name=plan.units[1].name, parent=units[0], superior_body=plan.units[1].superior, basis="批复")
    commands.change_unit(code=units[1], fields=change, actor=keeper, now=now)
    kind = rulebook.channels[next(iter(plan.channels))].owner_unit_type
    commands.found_unit(
        jurisdiction=plan.code, code="x.new", name="筹建中的单位", type_code=kind, actor=FOUNDER, now=now
    )
    later = queries.today(now) + timedelta(days=20)
    entry = queries.entries(plan.code)[0]
    wording = AmendEntry(matter="另一种写法", lead=entry.lead, co_units=entry.co_units, basis="新三定", from_on=later)
    commands.amend_responsibility(code=entry.code, fields=wording, actor=keeper, now=now)
    ends = EndEntry(until_on=later, reason="并入")
    commands.end_responsibility(code=queries.entries(plan.code)[-1].code, fields=ends, actor=keeper, now=now)
    who = next(a for (unit, post), a in place.actors.items() if post == Post.HANDLER)
    unit = next(iter(who.seats)).unit
    commands.appoint(account=who.account, unit=unit, post="deputy", from_on=later, acting=True, actor=FOUNDER, now=now)
    commands.dismiss(
        account=who.account, unit=unit, post="deputy", until_on=later + timedelta(days=9), actor=FOUNDER, now=now
    )
    for limit, from_on in (("7wh", queries.today(now)), ("8wh", later)):
        rule = next(r for rules in rulebook.limits.values() for r in rules if r.name == "sign_in")
        fields = Adjust(rule=rule.key, limit=limit, from_on=from_on, reason="试行", basis="纪要")
        duties.adjust_limit(fields=fields, adjustable=ADJUSTABLE, actor=keeper, now=now)
    days = "2036-01-01 元旦\n2036-10-01至2036-10-07 国庆节"
    notice = Notice(year=2036, notice=NOTICE, holidays=days, workdays="2036-09-27\n2036-09-28", reason="以后补")
    duties.enter_notice(fields=notice, actor=keeper, now=now)


@pytest.mark.parametrize("plan", [WENDENG, HUAINAN], ids=["wendeng", "huainan"])
def test_a_founded_city_is_the_same_after_it_was_carried_into_an_empty_one(
    plan: PlacePlan, emptied: Callable[[], AbstractContextManager[None]], tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    before, after = tmp_path / "before.xlsx", tmp_path / "after.xlsx"
    with emptied():
        founded(plan, now)
        assert run("export", before)[0] == 0
    assert queries.jurisdictions() == ()
    commands.found_jurisdiction(
        code=plan.code, name=plan.name, pack_ref=plan.pack, training=True, actor=FOUNDER, now=now
    )
    code, said = run("import", before)
    assert code == 0, said
    assert run("export", after)[0] == 0
    first, second = sheets(before), sheets(after)
    assert first == second
    filled = {name for name, rows in first.items() if len(rows) > 1}
    assert filled == {plan.name for plan in workbook.plans(queries.pack_of(plan.code))}
    code, said = run("import", after, "--passwords", tmp_path / "none.txt")
    assert (code, "：录入" in said) == (0, False), said
    assert verify(plan.code).clean


def retold(path: Path, name: str, number: int, **cells: str) -> Path:
    """The same workbook with other cells in one line: heading → what stands there."""
    rows = sheets(path)
    headings, line = rows[name][0], rows[name][number]
    for heading, cell in cells.items():
        line[headings.index(heading)] = cell
    written(path.with_name("retold.xlsx"), {n: told[1:] for n, told in rows.items()})
    return path.with_name("retold.xlsx")


CHANGED = (
    ("单位", {"名称": "改名的局"}, "B", "单位页"),
    ("单位", {"类型": "镇"}, "C", "单位页"),
    ("单位", {"启用": "否"}, "F", "单位页"),
    ("人员", {"姓名": "改名的人"}, "B", "核对"),
    ("职务", {"任职日期": "2026-01-02"}, "D", "单位页"),
    ("职务", {"免职日期": "2030-01-01"}, "E", "单位页"),
    ("职务", {"临时代理": "是"}, "F", "单位页"),
    ("渠道", {"受理单位": "司法局", "自哪一天起": ""}, "B", "渠道页"),
    ("派单目录", {"承办单位": "司法局"}, "C", "派单目录页"),
    ("派单目录", {"协办单位": ""}, "D", "派单目录页"),
    ("派单目录", {"至哪一天": "2030-01-01"}, "G", "派单目录页"),
    ("分管", {"分管领导账号": "nc.admin"}, "B", "分管领导页"),
    ("联络员", {"联络员账号": "nc.town.2", "自哪一天起": "2025-12-01"}, "B", "联络员页"),
    ("攻坚哨事项", {"依据": "另一份清单"}, "D", "清单页"),
    ("认定联络人", {"联络人账号": "nc.staffing.0"}, "B", "认定联络人页"),
    ("地点", {"名称": "改名的区"}, "B", "地点页"),
    ("放假安排", {"最后一天": "2031-01-02"}, "D", "工作日历页"),
    ("放假安排", {"通知名称和文号": "另一份通知"}, "E", "工作日历页"),
    ("时限调整", {"调整为": "9wh"}, "E", "时限页"),
    ("时限调整", {"至哪一天": ""}, "G", "时限页"),
)


@pytest.mark.parametrize(("name", "cells", "column", "page"), CHANGED, ids=[f"{c[0]}{c[2]}" for c in CHANGED])
def test_a_line_that_says_something_else_than_what_stands_is_told(
    place: str, tmp_path: Path, name: str, cells: dict[str, str], column: str, page: str
) -> None:
    assert run("import", written(tmp_path / "city.xlsx", city()))[0] == 0
    out = tmp_path / "out.xlsx"
    assert run("export", out)[0] == 0
    before = verify("nc")
    code, said = run("import", retold(out, name, 1, **cells))
    told = [line for line in said.splitlines() if line.startswith(f"{name} {column}2")]
    assert (code, len(told)) == (1, 1), said
    assert page in told[0], told
    assert verify("nc") == before


def test_a_later_day_in_a_list_is_what_holds_from_then_on(place: str, tmp_path: Path) -> None:
    assert run("import", written(tmp_path / "city.xlsx", city()))[0] == 0
    later = str(queries.today(datetime.now(UTC)) + timedelta(days=30))
    rows = {
        "派单目录": [["A-1", "路灯维护和改造", "第1局", "", "三定规定", later, ""]],
        "联络员": [["龙山镇", "nc.town.1", "2026-01-01"]],
        "攻坚哨事项": [["T-1", "占道经营", "第1局", "清单", later, ""]],
    }
    code, said = run("import", written(tmp_path / "more.xlsx", rows))
    assert (code, "派单目录：录入1" in said, "联络员：已有1" in said) == (0, True, True), said
    assert [str(e.from_on) for e in queries.entries("nc", code="A-1")] == [later, "2026-01-01"]
    assert [t.responders for t in joint.topics("nc")] == [("nc.d1",), ("nc.d0",)]
    assert run("import", tmp_path / "more.xlsx")[0] == 0


def test_what_has_ended_is_not_entered_again_by_an_old_workbook(place: str, tmp_path: Path) -> None:
    file, now = written(tmp_path / "city.xlsx", city()), datetime.now(UTC)
    assert run("import", file)[0] == 0
    today, actor = queries.today(now), Actor.installer("nc")
    commands.dismiss(account="nc.d0.2", unit="nc.d0", post="handler", until_on=today, actor=actor, now=now)
    commands.close_account(account="nc.d0.2", actor=actor, now=now, at=now)
    commands.end_responsibility(code="A-1", fields=EndEntry(until_on=today, reason="并入"), actor=actor, now=now)
    places.end(code="990101", fields=EndLocality(reason="撤并"), actor=actor, now=now)
    code, said = run("import", file, "--passwords", tmp_path / "none.txt")
    lines = {line.partition("：")[0]: line for line in said.splitlines()}
    people = city()["人员"].index(["nc.d0.2", "第0局经办人"]) + 2
    posts = [row[1:3] for row in city()["职务"]].index(["nc.d0.2", "经办人"]) + 2
    assert code == 1
    assert lines.keys() >= {f"人员 A{people}", f"职务 D{posts}", "派单目录 F2", "地点 A3"}, said
    assert "停用" in lines[f"人员 A{people}"]
    assert str(today) in lines[f"职务 D{posts}"]


def mutated(name: str, number: int, column: int, value: object) -> dict[str, list[list[object]]]:
    """The city with one wrong cell."""
    rows = city(6)
    rows[name][number][column] = value
    return rows


@pytest.mark.parametrize(
    ("wrong", "cell", "more"),
    [
        # 单位代码写错：职务、派单目录、分管、联络员各表都指着它
        (("单位", 2, 0, "nc two_offices"), "单位 A4", "另有1行因此还没有核对"),
        (("单位", 3, 0, "Nc.龙"), "单位 A5", "另有5行因此还没有核对"),
        (("单位", 3, 1, "龙川镇"), "职务 A10", "另有4处也这样写：职务 A11、职务 A12、派单目录 D2、联络员 A2"),
        (("单位", 8, 2, "局"), "单位 C10", "另有6行因此还没有核对"),
        (("单位", 4, 2, "编"), "单位 C6", "因此还没有核对"),
        (("人员", 7, 0, "nc.town 1"), "人员 A9", "另有2行因此还没有核对"),
        (("人员", 7, 0, "nc.town.9"), "职务 B11", "另有1处也这样写：联络员 B2"),
        (("职务", 9, 2, "分管领导"), "职务 C11", "另有1行因此还没有核对"),
        (("职务", 0, 0, "诉求所"), "职务 A2", "另有3行因此还没有核对"),
    ],
)
def test_one_wrong_cell_is_told_once_with_what_follows_from_it(
    wrong: tuple[str, int, int, object], cell: str, more: str, place: str, tmp_path: Path
) -> None:
    code, said = run("import", written(tmp_path / "city.xlsx", mutated(*wrong)))
    assert (code, list(told(said))) == (1, [cell]), said
    assert more in said, said
    assert counts()[0] == 1


def test_a_word_that_is_not_known_is_told_once_with_the_cells_that_have_it_too(place: str, tmp_path: Path) -> None:
    rows = city(6)
    for line in rows["职务"]:
        if line[2] == "经办人":
            line[2] = "经办员"
    code, said = run("import", written(tmp_path / "city.xlsx", rows))
    assert (code, len(told(said))) == (1, 1), said
    assert "等" in said, said


def test_what_changes_nothing_and_what_lacks_nothing_is_said(place: str, tmp_path: Path) -> None:
    file = written(tmp_path / "city.xlsx", city())
    code, said = run("import", file)
    assert (code, "没有改动" in said) == (0, False), said
    code, said = run("import", file)
    assert (code, "工作簿里写的都已有，没有改动" in said) == (0, True), said
    wanted = any(lack.weight == "failure" for lack in here.lacks(place))
    assert ("开通前必须的都齐了" in said) != wanted, said
    code, said = run("import", written(tmp_path / "empty.xlsx", dict.fromkeys(city(), ())))
    assert (code, "各表都是空的" in said) == (0, True), said

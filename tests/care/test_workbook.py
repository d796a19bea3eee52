"""A city is carried in as one workbook: all of it or nothing, everything wrong at once, and twice adds nothing."""

import stat
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from xlsxwriter import Workbook

from bihuan.audit.queries import verify
from bihuan.care import here, workbook
from bihuan.cli import jurisdiction
from bihuan.joint import queries as joint
from bihuan.localities import queries as localities
from bihuan.organisations import commands, queries
from bihuan.organisations.forms import Founding, NewPerson
from bihuan.organisations.models import Appointment, Person, Unit
from bihuan.organisations.types import Standing
from bihuan.record.queries import events
from tests.towns import FOUNDER

pytestmark = pytest.mark.django_db
Rows = Mapping[str, Sequence[Sequence[object]]]
HEADINGS = {plan.name: [column.heading for column in plan.columns] for plan in workbook.PLANS}
KEEPERS = ("受理员", "派单员", "审核员", "回访员")
THREE = ("主要负责人", "分管负责人", "经办人")
OTHERS = (
    ("区委区政府", "leadership", "区委区政府", ("区领导",)),
    ("区委办", "two_offices", "区委办、政府办", ("督办员",)),
    ("龙山镇", "town", "镇", THREE),
    ("编办", "staffing", "区委编办", THREE),
    ("司法局", "justice", "区司法局", THREE),
    ("纪委", "discipline", "区纪委监委", ("督办员",)),
)


def city(departments: int = 2) -> dict[str, list[list[object]]]:
    """A whole city: the bodies that the regulation wants, and so many departments with three people each."""
    units: list[list[object]] = [["nc.office", "诉求中心", "centre", "", "", ""]]
    people: list[list[object]] = []
    posts: list[list[object]] = []

    def settle(unit: str, code: str, wanted: Sequence[str]) -> None:
        for number, post in enumerate(wanted):
            people.append([f"{code}.{number}", f"{unit}{post}"])
            posts.append([unit, f"{code}.{number}", post, "2026-01-01", ""])

    settle("诉求中心", "nc.office", KEEPERS)
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
        "派单目录": [["A-1", "路灯维护", "第0局", "第1局、龙山镇", "三定规定", "2026-01-01"]],
        "分管": [["第0局", "nc.leadership.0", "2026-01-01"]],
        "联络员": [["龙山镇", "nc.town.1", "2026-01-01"]],
        "攻坚哨事项": [["T-1", "占道经营", "第0局", "属地管理清单", "2026-01-01"]],
        "地点": [["9901", "新城区"], ["990101", "龙山镇"]],
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
    assert (counts(), "单位：录入8" in said) == ((9, 2 + 4 + 12 + 6, 2 + 4 + 12 + 6, 2), True), said
    kept = tmp_path / "city-一次性密码.txt"
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    lines = [line.split("\t") for line in kept.read_text("utf-8").splitlines()]
    assert len(lines) == 22
    assert all(Person.objects.get(account=account).check_password(once) for account, _name, once in lines[:2])
    assert all(Person.objects.values_list("provisional", flat=True))
    assert queries.desks("nc", now=datetime.now(UTC)).keys() == {"hotline", "grid", "web"}
    assert [row.account for row in joint.liaisons("nc", now=datetime.now(UTC))] == ["nc.town.1"]
    assert [row.account for row in joint.portfolios("nc", now=datetime.now(UTC))] == ["nc.leadership.0"]
    assert [row.responders for row in joint.topics("nc")] == [("nc.d0",)]
    assert queries.unit("nc.d0", "nc", now=datetime.now(UTC)).parent == "nc.staffing"
    assert [lack for lack in here.lacks("nc") if lack.weight == "failure"] == []
    seen, told = counts(), len(events("jurisdiction:nc"))
    code, said = run("import", file, "--passwords", tmp_path / "none.txt")
    assert (code, "单位：已有9\n" in said, "：录入" in said) == (0, True, False), said
    assert (counts(), len(events("jurisdiction:nc"))) == (seen, told)
    assert not (tmp_path / "none.txt").exists()
    assert verify("nc").clean


def test_what_was_written_out_is_there_when_it_is_carried_in(place: str, tmp_path: Path) -> None:
    assert run("import", written(tmp_path / "city.xlsx", city()))[0] == 0
    out, before = tmp_path / "out.xlsx", counts()
    assert run("export", out, "--code", "nc")[0] == 0
    code, said = run("import", out)
    assert (code, counts()) == (0, before), said
    assert run("export", out)[0] == 1, "no file is written over"
    for plan, line in (("单位", 9), ("人员", 24), ("职务", 24), ("渠道", 3), ("派单目录", 1), ("地点", 2)):
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
        ["第0局", "nc.nobody", "经办人", "", ""],
        ["第0局", "nc.d0.0", "镇长", "", ""],
        ["无此局", "nc.d0.0", "经办人", "", ""],
        ["第0局", "nc.d0.0", "联络员", "某日", ""],
        ["乙局", "nc.d0.0", "经办人", "", ""],
        ["诉求中心", "nc.admin", "受理员", "", ""],
    ]
    wrong["渠道"] += [["信鸽", "诉求中心", ""], ["hotline", "第0局", ""]]
    wrong["派单目录"] += [["A-2", "", "第0局", "第0局", "", ""], ["A-1", "别的", "第0局", "", "三定规定", ""]]
    wrong["联络员"] += [["第0局", "nc.d0.2", ""]]
    wrong["分管"] += [["第1局", "nc.d0.0", ""]]
    wrong["攻坚哨事项"] += [["T-2", "x", "龙山镇", "x", ""]]
    wrong["地点"] += [["99010101", ""]]
    wrong["别的表"] = [["x", "y"]]
    before, file = counts(), written(tmp_path / "city.xlsx", wrong)
    code, said = run("import", file)
    assert (code, counts()) == (1, before), said
    told = {line.partition("：")[0] for line in said.splitlines()}
    assert told >= {
        "单位 A11", "单位 C12", "单位 B13", "单位 E14", "单位 D15", "人员 B24", "人员 B25", "人员 B26",
        "职务 B24", "职务 C25", "职务 A26", "职务 D27", "职务 B29", "地点 第2行",
        "渠道 A5", "渠道 B6", "派单目录 B3", "派单目录 E3", "派单目录 A4", "联络员 B3", "分管 B3", "攻坚哨事项 C3",
        "别的表 表名",
    }, said  # fmt: skip
    assert "职务 A28" not in told, "what rests on a wrong unit is not told a second time"
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


@pytest.mark.parametrize("ref", ["wendeng-2021-10", "huainan-2021-55"])
def test_the_template_holds_what_the_regulation_wants(ref: str, tmp_path: Path) -> None:
    fields = Founding(code="nc", name="新城区", pack=ref, office="诉求中心")
    commands.found(fields=fields, administrators=[], actor=FOUNDER, now=datetime.now(UTC))
    file = tmp_path / "template.xlsx"
    assert run("template", file)[0] == 0
    lines, wrong = workbook.read(file, queries.pack_of("nc"))
    assert (lines, wrong) == ([], [])
    assert ("联络员" in {plan.name for plan in workbook.plans(queries.pack_of("nc"))}) == (ref == "wendeng-2021-10")
    assert run("import", file)[0] == 0


def test_an_administrator_proposes_what_needs_a_second_person(place: str, tmp_path: Path) -> None:
    rows = {name: lines for name, lines in city().items() if name in ("单位", "人员", "职务", "渠道", "派单目录")}
    file = written(tmp_path / "city.xlsx", rows)
    standing = queries.by_account("nc.admin", at=datetime.now(UTC))
    assert isinstance(standing, Standing)
    rulebook = queries.pack_of("nc")
    done = workbook.carry_in(*workbook.read(file, rulebook), standing=standing, dry=False)
    assert done.wrong == []
    assert done.waiting["职务"] == len(queries.proposals("nc")) > 0
    again = workbook.carry_in(*workbook.read(file, rulebook), standing=standing, dry=False)
    assert (sum(again.added.values()), again.passwords) == (0, [])


def test_eighty_units_and_more_than_two_hundred_people(place: str, tmp_path: Path) -> None:
    code, said = run("import", written(tmp_path / "city.xlsx", city(80)))
    assert code == 0, said
    assert Unit.objects.count() == 1 + 6 + 80
    assert Person.objects.count() == 2 + 4 + 12 + 240

"""The list of places: how it is kept, how a place is found, and that cases lie at places that are on it."""

import resource
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from bihuan.audit.queries import verify
from bihuan.cases import queries as cases
from bihuan.cases.types import CaseFilters
from bihuan.cli import places as console
from bihuan.intake import commands as intake
from bihuan.intake.letters import Letter, digest_of, searched
from bihuan.intake.types import Register
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.localities import commands, queries
from bihuan.localities.types import EndLocality, Line, Loaded, NewLocality, RenameLocality, Unclear
from bihuan.record import scope
from bihuan.record.queries import events
from bihuan.web.views import places
from tests.api.clients import Api
from tests.intake.books import far_apart, long
from tests.localities.listing import NAMES, lines, with_list
from tests.public.citizens import SAID, Citizen, open_site
from tests.towns import START, Town, found, settle
from tests.walks import filled
from tests.walls.roles import as_the_site
from tests.web.officials import NUMBER, Office, Page, typed_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(wendeng: Town) -> Town:
    """A town with a list of places."""
    with_list(wendeng)
    return wendeng


@pytest.fixture
def chief(listed: Town) -> Actor:
    """Its administrator."""
    return listed.actor("chief")


def registered(town: Town, **fields: object) -> str:
    """A case at a place; answers its number."""
    form = Register.model_validate({**filled("register", town, START), **fields})
    return intake.register(fields=form, actor=town.actor("desk.registrar"), now=START).number


def full(code: str) -> str:
    row = queries.named(code, "wd")
    assert row is not None
    return row.full_name


def test_a_place_is_told_with_the_places_in_which_it_lies(listed: Town) -> None:
    assert full("990101001") == "东河区 新桥街道 花园社区"
    assert full("9902") == "西河区"
    assert [(row.code, row.below) for row in queries.below("", "wd")] == [("9901", 2), ("9902", 1)]
    assert [row.name for row in queries.below("990101", "wd")] == ["花园社区", "学府社区"]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", ""),
        ("990101001", "990101001"),
        ("东河区  新桥街道 花园社区", "990101001"),
        ("花园社区", "990101001"),
        ("学府", "990101002"),
        ("柳林 花园", "990102001"),
        ("柳林镇", "990102"),
        ("西河区", "9902"),
    ],
)
def test_a_name_a_part_of_one_or_a_code_tells_the_place(listed: Town, said: str, code: str) -> None:
    assert queries.meant("wd", said).code == code


def test_where_several_places_could_be_meant_they_are_offered_and_one_is_picked(listed: Town) -> None:
    doubtful = queries.meant("wd", "花园")
    assert (doubtful.code, doubtful.trouble) == ("", Unclear.SEVERAL)
    assert [row.code for row in doubtful.offered] == ["990101001", "990102001"]
    assert queries.meant("wd", "花园", picked="990102001").code == "990102001"
    assert queries.meant("wd", "花园", picked="9902").code == "", "what was not offered cannot be picked"
    assert queries.meant("wd", "月球").trouble == Unclear.NONE


def test_a_list_adds_renames_and_where_it_is_complete_ends(listed: Town, chief: Actor) -> None:
    assert commands.load(lines=lines(), actor=chief, now=START) == Loaded(0, 0, 0, 8)
    changed = {code: name for code, name in NAMES.items() if code != "990201"}
    changed |= {"990101": "新桥北街道", "990103": "河湾街道"}
    assert commands.load(lines=lines(changed), actor=chief, now=START) == Loaded(1, 1, 0, 6)
    assert full("990101002") == "东河区 新桥北街道 学府社区"
    assert commands.load(lines=lines(changed), complete=True, actor=chief, now=START) == Loaded(0, 0, 1, 8)
    assert queries.known(["990201", "990103"], "wd").keys() == {"990103"}
    assert full("990201") == "西河区 新桥镇", "what was taken off keeps its name"
    last = events("jurisdiction:wd")[-1]
    assert (last.kind, last.sentence) == ("localities.loaded", "导入地点名录：新增0个，更名0个，停用1个，未变8个")
    assert verify("wd").clean


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ([Line(9, "99x1", "某区")], "第9行地点代码：格式不对：2至16位数字，下级代码以上级代码开头，如 371003104"),
        ([Line(9, "9903", "")], "第9行地点名称：请填写"),
        ([Line(9, "9903", "长" * 65)], "第9行地点名称：不能超过64个字"),
        ([Line(9, " 9901 ", "又一区")], "第9行的代码9901与第2行重复"),
        ([Line(n, "x", "某区") for n in range(9, 20)], "另有6行"),
    ],
)
def test_one_bad_line_and_nothing_of_the_list_is_taken(listed: Town, chief: Actor, more: list[Line], said: str) -> None:
    before = queries.every("wd")
    with pytest.raises(Refused, match=said):
        commands.load(lines=[*lines({"9901": "改名区"}), *more], actor=chief, now=START)
    assert queries.every("wd") == before


def test_nobody_but_the_administrator_keeps_the_list(listed: Town, chief: Actor) -> None:
    clerk = listed.actor("desk.registrar")
    for attempt in (
        lambda: commands.load(lines=lines(), actor=clerk, now=START),
        lambda: commands.add(fields=NewLocality(code="9909", name="某区"), actor=clerk, now=START),
        lambda: commands.rename(code="9901", fields=RenameLocality(name="某", basis="某"), actor=clerk, now=START),
        lambda: commands.end(code="9901", fields=EndLocality(reason="某"), actor=clerk, now=START),
    ):
        with pytest.raises(Refused, match="只有系统管理员可以办理"):
            attempt()
    with pytest.raises(Refused, match="代码9901已是“东河区”"):
        commands.add(fields=NewLocality(code="9901", name="某区"), actor=chief, now=START)
    with pytest.raises(Unknown):
        commands.rename(code="8801", fields=RenameLocality(name="某", basis="某"), actor=chief, now=START)


def test_a_place_that_ends_takes_along_what_lies_in_it_and_may_come_back(listed: Town, chief: Actor) -> None:
    commands.end(code="990101", fields=EndLocality(reason="撤并"), actor=chief, now=START)
    assert queries.known(["990101", "990101001", "990102"], "wd").keys() == {"990102"}
    assert events("jurisdiction:wd")[-1].facts["below"] == 2
    commands.add(fields=NewLocality(code="990101", name="新桥街道"), actor=chief, now=START)
    assert queries.known(["990101", "990101001"], "wd").keys() == {"990101"}


def test_a_case_lies_at_a_place_that_is_on_the_list_or_at_none(listed: Town, chief: Actor) -> None:
    number = registered(listed, place_code="990101001", place="3号楼北侧")
    clerk = listed.actor("desk.registrar")
    shown = cases.view(number, clerk, now=START)
    assert (shown.locality, shown.where) == ("东河区 新桥街道 花园社区", "东河区 新桥街道 花园社区 3号楼北侧")
    with pytest.raises(Refused, match="地点名录中没有代码8801") as refused:
        registered(listed, place_code="8801")
    assert refused.value.refusal.field == "place_code"
    commands.end(code="990101001", fields=EndLocality(reason="撤并"), actor=chief, now=START)
    with pytest.raises(Refused, match="或者已经停用"):
        registered(listed, place_code="990101001")
    assert cases.view(number, clerk, now=START).locality == "东河区 新桥街道 花园社区"


def test_many_at_once_are_held_to_the_list_too(listed: Town) -> None:
    forms = [
        Register.model_validate({**filled("register", listed, START), "origin_number": f"N-{n}", "place_code": code})
        for n, code in enumerate(("990101001", "", "8801"))
    ]
    letters = [Letter(n, one, (), digest_of(one), searched(one)) for n, one in enumerate(forms)]
    clerk = listed.actor("desk.registrar")
    with pytest.raises(Refused, match="没有代码8801"):
        intake.register_many(letters=letters, actor=clerk, now=START)
    assert len(intake.register_many(letters=letters[:2], actor=clerk, now=START)) == 2


def test_the_list_of_another_jurisdiction_does_not_count(listed: Town) -> None:
    far = found("ws", "wendeng-2021-10", prefix="YX")
    with pytest.raises(Refused, match="没有代码9901"):
        registered(far, place_code="9901")
    assert queries.meant("ws", "花园社区").trouble == Unclear.NONE


def test_the_ledger_is_narrowed_to_a_place_with_all_that_lies_in_it(listed: Town) -> None:
    inside = {registered(listed, place_code=code) for code in ("9901", "990101", "990101002")}
    registered(listed, place_code="990201")
    road = registered(listed, place="柳林路12号")
    clerk = listed.actor("desk.registrar")

    def seen(place: str) -> set[str]:
        return {row.number for row in cases.ledger(clerk, CaseFilters(place=place), now=START)}

    assert seen("东河区") == inside
    assert seen("9901") == inside
    assert len(seen("新桥街道")) == 2
    assert seen("柳林路") == {road}
    with as_the_site(), scope.reading(clerk):
        assert seen("东河区") == inside


def test_an_official_types_a_name_and_is_asked_which_one_without_javascript(listed: Town) -> None:
    office = Office(listed)
    clerk = office["desk.registrar"]
    form = typed_for("register", listed, START)
    shown = clerk.send("/cases/new/", "/cases/new/", {**form, "place_code": "花园"}, 422)
    assert "名录里有几处符合，请选一处。" in shown.text
    assert "place_code-picked" in shown.form("/cases/new/").controls
    assert shown.form("/cases/new/").values["title"] == [form["title"]], "what was typed is not lost"
    picked = clerk.send(shown, "/cases/new/", {"place_code-picked": "990102001", "title": ""}, 422)
    assert picked.form("/cases/new/").values["place_code"] == ["东河区 柳林镇 花园村"], "it is not asked again"
    assert "请选一处" not in picked.text
    done = clerk.send(shown, "/cases/new/", {"place_code-picked": "990102001"}, 200)
    number = next(link for link in done.links if NUMBER.fullmatch(link)).split("/")[2]
    page = clerk.read(f"/cases/{number}/")
    assert "东河区 柳林镇 花园村" in page.text
    assert "没有这个地方" in clerk.send("/cases/new/", "/cases/new/", {**form, "place_code": "月球"}, 422).text
    wrong = clerk.send("/cases/new/", "/cases/new/", {**form, "title": "", "place_code": "学府社区"}, 422)
    assert wrong.form("/cases/new/").values["place_code"] == ["学府社区"]


def test_where_there_is_no_list_nobody_is_asked_for_a_place_from_it(wendeng: Town) -> None:
    office, citizen = Office(wendeng), Citizen(open_site(wendeng))
    assert "place_code" not in office["desk.registrar"].read("/cases/new/").form("/cases/new/").controls
    assert "place_code" not in citizen.read("submit/").form("").controls


def test_what_is_typed_is_looked_up_and_only_the_own_list_is(listed: Town) -> None:
    clerk, elsewhere = Office(listed)["unit.handler"], found("ws", "wendeng-2021-10", prefix="YX")
    open_site(listed)
    for url in ("/places/?place_code=花园", "/p/wd/places/?q=花园"):
        offered = clerk.client.get(url).content.decode()
        assert ["东河区 新桥街道 花园社区" in offered, "柳林镇 花园村" in offered] == [True, True], url
        assert offered.count("<option") == 2
    assert Client().get("/places/?place_code=花园").status_code == 302
    assert clerk.client.get("/places/").content.decode().count("<option") == 2, (
        "the widest places, before anything is typed"
    )
    assert Client().get(f"/p/{elsewhere.code}/places/?q=花园").status_code == 404


def test_a_citizen_names_the_place_without_javascript(listed: Town) -> None:
    citizen = Citizen(open_site(listed))
    shown = citizen.send("submit/", citizen.fill_in({**SAID, "place_code": "花园"}), 422)
    assert "名录里有几处符合，请选一处。" in shown.text
    assert SAID["content"] in shown.html
    number = citizen.submit({**SAID, "place_code": "花园", "place_code-picked": "990101001"})
    assert cases.view(number, listed.actor("desk.registrar"), now=START).place_code == "990101001"
    assert "东河区 新桥街道 花园社区" in citizen.read("case/").text


def test_the_page_of_the_list_adds_loads_renames_and_ends(listed: Town, tmp_path: Path) -> None:
    chief = Office(listed)["chief"]
    url = "/units/places/"
    chief.send(url, url, {"code": "990202", "name": "沿河街道"})
    assert full("990202") == "西河区 沿河街道"
    twice = chief.send(url, url, {"code": "990202", "name": "沿河街道"}, 422)
    assert "代码990202已是" in twice.text
    table = tmp_path / "list.csv"
    table.write_bytes("区划代码,名称,备注\n9903,南河区,\n990301,稻香镇,新设\n".encode("gb18030"))
    with table.open("rb") as file:
        answer = chief.client.post(url, {"do": "load", "file": file})
    assert (answer.status_code, full("990301")) == (302, "南河区 稻香镇")
    assert "稻香镇" in chief.read(f"{url}?q=稻香").text
    chief.send(f"{url}990301/", f"{url}990301/", {"name": "稻香街道", "basis": "区划调整批复"})
    assert "更名为稻香街道" in chief.read(f"{url}990301/").text
    page = chief.read(f"{url}9903/")
    chief.send(page, f"{url}9903/", {"reason": "撤并"})
    assert "停用" in chief.read(f"{url}9903/").text
    assert not queries.known(["9903", "990301"], "wd")
    chief.read(f"{url}8801/", 404)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "没有内容"),
        ("名称\n某区\n".encode(), "表里没有“代码”这一列"),
        ("代码,名称\n".encode(), "表里没有地点"),
        ("代码,名称\n9909\n".encode(), "第2行地点名称：请填写"),
        (b"\xff\xff\xff", "既不是 UTF-8 也不是 GB18030"),
        (b"PK\x03\x04 no book", "不是可以读的 Excel 文件"),
    ],
)
def test_a_table_that_is_none_changes_nothing(listed: Town, content: bytes, said: str, tmp_path: Path) -> None:
    chief, before = Office(listed)["chief"], queries.every("wd")
    table = tmp_path / "list.csv"
    table.write_bytes(content)
    with table.open("rb") as file:
        answer = chief.client.post("/units/places/", {"do": "load", "file": file})
    page = Page(answer)
    assert (page.status, said in page.text) == (422, True), page.text
    assert queries.every("wd") == before


def test_whoever_does_not_keep_the_list_is_refused_before_the_table_is_read(
    listed: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "lines_of", lambda *_: pytest.fail("the table was read"))
    table = SimpleUploadedFile("list.xlsx", far_apart())
    answer = Office(listed)["unit.handler"].client.post("/units/places/", {"do": "load", "file": table})
    assert answer.status_code == 403


@pytest.mark.parametrize("make", [far_apart, partial(long, 600_000)], ids=["two cells", "600,000 rows"])
def test_a_workbook_that_claims_too_much_takes_no_memory_of_the_site(listed: Town, make: Callable[[], bytes]) -> None:
    content = make()
    chief, before = Office(listed)["chief"], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    answer = chief.client.post("/units/places/", {"do": "load", "file": SimpleUploadedFile("list.xlsx", content)})
    assert (answer.status_code, "表格太大" in Page(answer).text) == (422, True)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024  # in KB


def test_a_clerk_reads_the_list_and_is_offered_no_form(listed: Town) -> None:
    clerk = Office(listed)["unit.handler"]
    for url in ("/units/places/", "/units/places/9901/"):
        assert not {form.action for form in clerk.read(url).forms} & {"/units/places/", "/units/places/9901/"}
    assert clerk.client.post("/units/places/", {"code": "9909", "name": "某区"}).status_code == 422
    assert queries.named("9909", "wd") is None


def test_the_console_loads_a_list_in_the_name_of_the_administrator(listed: Town, tmp_path: Path) -> None:
    table = tmp_path / "list.csv"
    table.write_text("code,name\n9901,东河新区\n")
    done = CliRunner().invoke(console.command, ["import", str(table), "--jurisdiction", "wd"])
    assert (done.exit_code, done.output) == (0, "wd：新增0个，更名1个，停用0个，未变0个。\n")
    assert events("jurisdiction:wd")[-1].account == "wd.chief"
    said = CliRunner().invoke(console.command, ["list", "wd", "--like", "柳林 花园"]).output
    assert said == "990102001\t东河新区 柳林镇 花园村\n"
    settle("wd", listed.desk, "second", "administrator")
    doubtful = CliRunner().invoke(console.command, ["import", str(table), "--jurisdiction", "wd"])
    assert (doubtful.exit_code, "有2名系统管理员，请用 --account 指明" in doubtful.output) == (1, True)
    assert CliRunner().invoke(console.command, ["import", str(table), "--jurisdiction", "no"]).exit_code == 1


def test_the_api_tells_the_list_and_takes_codes_from_it(listed: Town) -> None:
    clerk = Api("wd.desk.registrar")
    assert [place["code"] for place in clerk.get("/places?q=花园").json()["items"]] == ["990101001", "990102001"]
    assert len(clerk.get("/places").json()["items"]) == len(NAMES)
    assert Api("wd.unit.handler").get("/places").status_code == 200
    body = {**filled("register", listed, START), "place_code": "990101001"}
    body.pop("received_at", None)
    made = clerk.post("/cases", body).json()
    assert clerk.get(f"/cases/{made['number']}").json()["locality"] == "东河区 新桥街道 花园社区"
    assert [row["number"] for row in clerk.get("/cases?place=东河区").json()["items"]] == [made["number"]]
    assert clerk.get("/cases?place=西河区").json()["items"] == []
    refused = clerk.post("/cases", {**body, "place_code": "8801"})
    assert (refused.status_code, "地点名录中没有代码8801" in refused.json()["detail"]) == (409, True)


def test_rows_below_tell_how_many_lie_in_them(listed: Town) -> None:
    assert replace(queries.below("9901", "wd")[0], below=0) == queries.named("990101", "wd")

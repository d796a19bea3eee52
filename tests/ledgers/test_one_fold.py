"""Whoever looks for something need not write it as it was written: one table of pairs, every place that is searched."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest

from bihuan.cases import queries as cases
from bihuan.cases.types import CaseFilters
from bihuan.clockwork import jobs
from bihuan.dispatch.queries import suggestions
from bihuan.intake import commands as intake
from bihuan.intake.types import Register
from bihuan.joint import queries as joint
from bihuan.joint.models import Undertaking
from bihuan.joint.types.rows import JointFilters
from bihuan.localities import commands as localities
from bihuan.localities import queries as places
from bihuan.localities.models import Locality
from bihuan.localities.types import NewLocality
from bihuan.matters import queries as matters
from bihuan.matters.models import Matter
from bihuan.matters.types import Act as M
from bihuan.matters.types.rows import MatterFilters
from bihuan.organisations import commands as organisations
from bihuan.privacy.commands import _empty
from tests.api.clients import Staff
from tests.joint.walks import LINKAGE, JointWalk, with_bodies
from tests.matters.walks import MatterWalk
from tests.towns import FOUNDER, START, Town, settle
from tests.walks import Walk
from tests.web.officials import Office

pytestmark = pytest.mark.django_db

PAIRS = (
    ("世纪大道１２３号", "世纪大道123号"),
    ("物業費糾紛", "物业费纠纷"),
    ("（0631）8450000", "0631-8450000"),
    ("ＡＢＣ大厦", "abc大厦"),
    ("１２ 号 楼", "12号楼"),
    ("买买提·艾力超市", "買買提艾力超市"),
)
BOTH = [*PAIRS, *(pair[::-1] for pair in PAIRS)]
NEITHER = "不在其中的字"
both_ways = pytest.mark.parametrize(("written", "asked"), BOTH)


def registered(town: Town, **said: Any) -> str:
    fields = Register.model_validate(
        {"channel": town.channel, "appeal_type": "HELP", "anonymous": True, "title": "无", "content": "无", **said}
    )
    return intake.register(fields=fields, actor=town.actor("desk.registrar"), now=START).number


def narrowed(town: Town, **said: str) -> list[str]:
    return [row.number for row in cases.ledger(town.actor("desk.registrar"), CaseFilters(**said), now=START)]


def test_cases_by_words_and_by_place_on_the_page_and_by_the_api(wendeng: Town) -> None:
    desk, page = Staff(wendeng)["desk.registrar"], Office(wendeng)["desk.registrar"]
    for written, asked in BOTH:
        at, of = registered(wendeng, place=written), registered(wendeng, title=written)
        for name, wanted in (("place", [at]), ("words", [of, at])):
            assert narrowed(wendeng, **{name: asked})[: len(wanted)] == wanted, (name, asked)
            told = desk.get(f"/cases?{urlencode({name: asked})}").json()["items"]
            assert [row["number"] for row in told][: len(wanted)] == wanted, (name, asked)
            shown = page.read(f"/cases/?{urlencode({'q' if name == 'words' else name: asked})}").text
            assert at in shown
        assert of not in narrowed(wendeng, place=asked), "the place is where it lies, not what it says"
    assert narrowed(wendeng, place=NEITHER) == narrowed(wendeng, words=NEITHER) == []


def test_the_region_is_the_place_as_it_is_told_and_every_word_of_it_counts(wendeng: Town) -> None:
    settle(wendeng.code, wendeng.desk, "chief", "administrator")
    for code, name in (("9901", "东河区"), ("990101", "ＡＢＣ新桥街道")):
        localities.add(fields=NewLocality(code=code, name=name), actor=wendeng.actor("chief"), now=START)
    there = registered(wendeng, place_code="990101", place="世纪大道１２３号")
    for asked in ("东河区abc新桥街道世纪大道123", "新桥街道 大道123号", "東河區", "990101", "99"):
        assert narrowed(wendeng, place=asked) == [there], asked
    for asked in ("新桥街道 大道124号", "990102", NEITHER):
        assert narrowed(wendeng, place=asked) == [], asked


@pytest.mark.parametrize("path", ["/cases/?place=路", "/cases/?q=路", "/matters/?q=路", "/joint/?q=路"])
def test_one_character_is_told_in_every_ledger(wendeng: Town, huainan: Town, path: str) -> None:
    town = huainan if path.startswith("/matters") else wendeng
    assert "请输入两个字以上。" in Office(town)["desk.registrar"].read(path).text


@pytest.mark.parametrize(
    "path", ["/cases?place=路", "/cases?words=路", "/matters?words=路", "/linkages?words=路", "/whistles?words=路"]
)
def test_one_character_is_refused_by_every_list(wendeng: Town, path: str) -> None:
    assert Staff(wendeng)["desk.registrar"].get(path).status_code == 422


def test_matters(huainan: Town) -> None:
    def asked_for(said: str) -> list[str]:
        return [row.number for row in matters.ledger(keeper, MatterFilters(words=said), now=walk.now)]

    walk = MatterWalk(huainan, START + timedelta(days=60))
    keeper = walk.actor("office.list_keeper")
    made = []
    for n, (written, asked) in enumerate(BOTH):
        own = {"channel": huainan.channel, "origin_number": f"来件{n:04d}", "tier1_due_at": START}
        walk.do(M.REPORT, case="", title="无", content=f"反映{written}的事", **own)
        made.append(walk.number)
        assert asked_for(asked)[0] == walk.number
        assert asked_for(f"来件{n:04d}") == [walk.number]
    assert asked_for(NEITHER) == []
    walk.do(M.REGISTER)
    (listed,) = [row.list_number for row in matters.ledger(keeper, MatterFilters(number=walk.number), now=walk.now)]
    assert listed is not None
    assert asked_for(listed) == asked_for(listed[2:]) == [walk.number], "by its number on the list too"
    Matter.objects.update(folded="", grams=None)
    office = Office(huainan)["office.list_keeper"]
    assert "正在重建检索索引" in office.read(f"/matters/?{urlencode({'q': '物业费'})}").text
    assert (asked_for(listed), asked_for(listed[2:])) == ([walk.number], [])
    jobs.index(0)
    assert asked_for(listed[2:]) == [walk.number]
    assert len(asked_for("反映物业费纠纷")) == 2
    _empty("matter", made[1])
    assert len(asked_for("反映物业费纠纷")) == 1
    jobs.index(0)
    assert len(asked_for("反映物业费纠纷")) == 1


def test_linkages_and_whistles(wendeng: Town) -> None:
    def asked_for(said: str) -> list[str]:
        return [row.number for row in joint.ledger(desk, JointFilters(words=said), now=START)]

    town = with_bodies(wendeng)
    desk, made = town.actor("desk.dispatcher"), []
    for written, asked in PAIRS:
        walk = JointWalk(town, LINKAGE, Walk(town)).begin(task=f"请到{written}")
        made.append(walk.number)
        assert asked_for(asked) == asked_for(written) == [walk.number], asked
    assert asked_for(NEITHER) == []
    assert len(asked_for("小区门口路灯不亮")) == len(asked_for("阳光小区")) == len(PAIRS), "what the request says"
    assert asked_for(made[2].lower()) == [made[2]]
    Undertaking.objects.update(folded="", grams=None)
    assert (asked_for("世纪大道"), asked_for(made[0])) == ([], [made[0]])
    assert "正在重建检索索引" in Office(town)["desk.dispatcher"].read(f"/joint/?{urlencode({'q': '世纪大道'})}").text
    jobs.index(0)
    assert asked_for("世纪大道") == [made[0]]
    _empty("linkage", made[0])
    assert asked_for("世纪大道") == []


@both_ways
def test_similar_requests(wendeng: Town, written: str, asked: str) -> None:
    number = registered(wendeng, title=written)
    assert [row.number for row in cases.similar(wendeng.actor("desk.registrar"), asked)] == [number]
    assert cases.similar(wendeng.actor("desk.registrar"), NEITHER) == []


def test_what_everybody_writes_makes_no_request_similar_and_what_is_rare_comes_first(wendeng: Town) -> None:
    said = "请有关部门尽快处理为盼"
    for street in ("文山路", "昆嵛路", "米山路", "世纪大道", "龙山路", "珠海路", "天福路", "峰山路"):
        registered(wendeng, title="一件事", content=f"{street}的事，{said}")
    bridge = registered(wendeng, title="抱龙河桥", content="抱龙河人行桥栏杆断裂")
    also = registered(wendeng, title="栏杆", content=f"公园栏杆断裂，{said}")
    desk = wendeng.actor("desk.registrar")
    assert cases.similar(desk, said) == []
    found = cases.similar(desk, f"抱龙河人行桥的栏杆断裂了，{said}")
    assert [row.number for row in found] == [bridge, also]


@both_ways
def test_suggested_units(wendeng: Town, written: str, asked: str) -> None:
    organisations.enter_responsibility(
        jurisdiction=wendeng.code,
        code="ZR-1",
        matter=f"{written}管理",
        lead=wendeng.other,
        co_units=(),
        basis="三定规定",
        from_on=START.date(),
        actor=FOUNDER,
        now=START,
    )
    found = suggestions({"n": f"家门口的{asked}", "other": NEITHER}, wendeng.code, now=START)
    assert [one.entry.code for one in found["n"]] == ["ZR-1"]
    assert found["n"][0].words[0] in (
        "世纪大道123号",
        "物业费纠纷",
        "06318450000",
        "abc大厦",
        "12号楼",
        "买买提艾力超市",
    )
    assert found["other"] == ()


@both_ways
def test_places(wendeng: Town, written: str, asked: str) -> None:
    settle(wendeng.code, wendeng.desk, "chief", "administrator")
    written, asked = f"{written}院", f"{asked}院"
    for code, name in (("9901", "东河区"), ("990101", written)):
        localities.add(fields=NewLocality(code=code, name=name), actor=wendeng.actor("chief"), now=START)
    glued = [] if "（" in written + asked else [f"东河区{asked}"]  # a bracket before a number divides
    for said in (asked, *glued, f"東河區 {asked}", f"{asked} 东河区", "９９０１０１"):
        assert [row.code for row in places.like(wendeng.code, said)] == ["990101"], said
        assert places.meant(wendeng.code, said).code == "990101"
    assert places.like(wendeng.code, NEITHER) == ()
    Locality.objects.update(folded="")
    assert [row.code for row in places.like(wendeng.code, written)] == ["990101"], "before the job, by what is written"
    jobs.index(0)
    assert [row.code for row in places.like(wendeng.code, asked)] == ["990101"]

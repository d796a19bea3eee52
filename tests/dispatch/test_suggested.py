"""Which units the responsibility list suggests for what somebody wrote, and by which words it suggests none."""

import pytest

from bihuan.dispatch.queries import suggestions
from bihuan.organisations import commands as organisations
from tests.joint.walks import third, with_bodies
from tests.towns import FOUNDER, START, Town


def enter(town: Town, *entries: tuple[str, str]) -> None:
    """Put these matters on the list: what, and whose it is."""
    for number, (matter, lead) in enumerate(entries):
        organisations.enter_responsibility(
            jurisdiction=town.code,
            code=f"ZR-{number}",
            matter=matter,
            lead=lead,
            co_units=(),
            basis="三定规定",
            from_on=START.date(),
            actor=FOUNDER,
            now=START,
        )


def suggested(town: Town, text: str) -> list[str]:
    """The units that are suggested, the nearest first."""
    return [one.entry.lead for one in suggestions({"n": text}, town.code, now=START)["n"]]


@pytest.mark.parametrize(
    ("matter", "text"),
    [
        ("物业管理", "仓库管理混乱，货车乱停。"),
        ("供水管网维修", "请问手机维修点几点开门。"),
        ("公共设施管理维护", "公共设施坏了没有人管。"),
        ("居民小区服务中心建设", "居民小区里狗叫扰民。"),
        ("侵权行为举报", "我要举报。"),
    ],
)
def test_one_word_that_is_said_of_every_work_suggests_nobody(matter: str, text: str, wendeng: Town) -> None:
    enter(wendeng, (matter, wendeng.unit))
    assert suggested(wendeng, text) == []


@pytest.mark.parametrize(
    ("matter", "text"),
    [
        ("路灯维护", "小区门口路灯不亮。"),
        ("拖欠工资", "三个月工资没有发。"),
        ("噪声扰民查处", "楼下烧烤店半夜扰民，噪声很大。"),
        ("物业管理", "物业管理费太高。"),
    ],
)
def test_one_word_that_tells_of_what_it_is_suggests_its_unit(matter: str, text: str, wendeng: Town) -> None:
    enter(wendeng, (matter, wendeng.unit), ("仓库检查", wendeng.other))
    assert suggested(wendeng, text) == [wendeng.unit]


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("昨天买的家用吸尘器响得厉害。", False),
        ("店家说质量监督不归他管。", True),
        ("家用电器漏电。", True),
        ("这款电器漏电。", False),
    ],
)
def test_a_short_word_in_a_long_matter_suggests_nobody(text: str, fits: bool, wendeng: Town) -> None:
    """家用 stands in 家用电器产品质量监督 by chance: it is a quarter of what that says."""
    enter(wendeng, ("家用电器产品质量监督", wendeng.unit), ("家用水表检定与更换监督", wendeng.unit))
    assert suggested(wendeng, text) == ([wendeng.unit] if fits else [])


def test_a_short_word_suggests_where_it_is_most_of_a_term(wendeng: Town) -> None:
    enter(wendeng, ("路灯管理；占道经营和流动摊贩查处", wendeng.unit), ("新建住宅区配套幼儿园移交", wendeng.other))
    assert suggested(wendeng, "门口路灯坏了。") == [wendeng.unit]


@pytest.mark.parametrize(("matter", "fits"), [("老旧楼院公用车棚维护", True), ("车棚内充电收费监管和价格公示", False)])
def test_a_short_word_suggests_where_it_ends_what_a_term_is_about(matter: str, fits: bool, wendeng: Town) -> None:
    enter(wendeng, (matter, wendeng.unit), ("仓库检查", wendeng.other))
    assert suggested(wendeng, "车棚塌了，我们院的车棚没有人修。") == ([wendeng.unit] if fits else [])


def test_what_many_units_have_suggests_none_of_them(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    assert town.township
    theirs = ((town.unit, "绿化"), (town.other, "照明"), (third(town), "排水"), (town.township, "保洁"))
    enter(town, *((f"火车站广场{what}", unit) for unit, what in theirs))
    assert suggested(town, "火车站广场有人摆摊。") == []
    assert suggested(town, "火车站广场照明不亮。") == [town.other]

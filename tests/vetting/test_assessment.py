"""`[assessment]`: what a regulation may say of figures and scores, and everything that is refused in it."""

from fractions import Fraction
from pathlib import Path

import pytest

from bihuan.assessment import rules
from bihuan.feedback.types import Satisfied
from bihuan.policy.assessment import METRICS, Rating, Replace
from bihuan.policy.loader import load
from bihuan.policy.reading import read
from bihuan.vetting.check import check
from tests.assessment.test_figures import counted
from tests.vetting.edits import base

GOOD = """
group = [
  { code = "towns", label = "镇街", unit_types = ["town", "subdistrict"] },
  { code = "others", label = "部门", unit_types = ["department"] },
]
band = [
  { code = "few", label = "较少", by = "valid", from = 10 },
  { code = "many", label = "较多", by = "valid", from = 200 },
]
component = [{ metric = "satisfaction", weight = 60 }, { metric = "on_time", weight = 40 }]
deduction = [{ count = "reminder.stands", points = "0.5" }]
"""


def written(text: str) -> str:
    """Wendeng's regulation with that table of assessment."""
    return f"{base('wd').partition('[assessment]')[0]}[assessment]\n{text}"


def told(tmp_path: Path, text: str) -> list[str]:
    """What is told of it."""
    path = tmp_path / "somewhere.toml"
    path.write_text(text, encoding="utf-8")
    return [fault.what for fault in read(path).faults]


WRONG: dict[str, tuple[str, str, str]] = {
    "an unknown metric": ('"on_time"', '"speed"', "没有指标 speed"),
    "a metric twice": ('"on_time"', '"satisfaction"', "指标 satisfaction 写了两次"),
    "a metric that is no share": ('"on_time"', '"days"', "不是越高越好的比率"),
    "a metric of which more is worse": ('"on_time"', '"rework"', "不是越高越好的比率"),
    "weights that are not all": ("weight = 40", "weight = 30", "权重（weight）之和应为100，现为90"),
    "no weight": (", weight = 40", "", "缺少 weight"),
    "a weight of nothing": ("weight = 40", "weight = 0", "weight 不能小于1"),
    "a weight in quotes": ("weight = 40", 'weight = "40"', "weight 应为整数"),
    "an unknown atom": ('"reminder.stands"', '"reminders"', "程序没有这一统计项"),
    "an atom that is no count": ('"reminder.stands"', '"cycle.days"', "不能逐件计分"),
    "points that are no decimal": ('"0.5"', '"half"', "points 应写成分数"),
    "points of three decimals": ('"0.5"', '"0.505"', "points 应写成分数"),
    "negative points": ('"0.5"', '"-1"', "points 应写成分数"),
    "a clause that is not there": ('points = "0.5"', 'points = "0.5", clause = "WD-99"', "没有条款 WD-99"),
    "a deduction twice": (
        'points = "0.5" }',
        'points = "0.5" }, { count = "reminder.stands", points = "1" }',
        "reminder.stands 写了两次",
    ),
    "an unknown type of unit": ('"department"', '"bureau"', "没有单位类型 bureau"),
    "a type in two groups": ('["department"]', '["department", "town"]', "单位类型 town 已在分组 towns 中"),
    "a group of nobody": ('["department"]', "[]", "要写明有哪些单位类型"),
    "a group twice": ('"others"', '"towns"', "已有 towns"),
    "a group with a Chinese code": ('"others"', '"部门"', "code 应为小写字母"),
    "bands that overlap": ("from = 10", "from = 10, below = 300", "分档 few 和 many 重叠"),
    "two bands from one number": ("from = 200", "from = 10", "重叠"),
    "a band that ends before it begins": ("from = 10", "from = 10, below = 10", "below 应大于 from"),
    "a band by something else": ('by = "valid", from = 10', 'by = "people", from = 10', "分档只能按有效回访件数"),
    "a strange key": ("component", 'colour = "red"\ncomponent', "[assessment] 没有 colour 这一项"),
    "a strange key inside": ("weight = 40", "weight = 40, at = 1", "[component] 没有 at 这一项"),
    "an item that is no table": ('{ metric = "satisfaction", weight = 60 }', '"satisfaction"', "应写成 { … }"),
    "an unknown rating": ("component", 'rating = [{ code = "fine", label = "尚可" }]\ncomponent', "没有 fine 这种评价"),
    "a rating twice": (
        "component",
        'rating = [{ code = "yes", label = "满意", satisfied = true }, { code = "yes", label = "满意" }]\ncomponent',
        "评价 yes 写了两次",
    ),
    "nothing that satisfies": (
        "component",
        'rating = [{ code = "yes", label = "满意" }]\ncomponent',
        "没有一种评价算满意",
    ),
    "an unknown way to replace": ("component", 'replace = "often"\ncomponent', "replace 没有 often"),
    "a limit that is none": ("component", 'appeal = "soon"\ncomponent', "appeal 应写成时限"),
    "less than nobody": ("component", "min_valid = -1\ncomponent", "min_valid 不能小于0"),
    "no month in a row": ("component", "consecutive = 0\ncomponent", "consecutive 不能小于1"),
    "a share of more than all": ("component", 'bottom = { share = "120%" }\ncomponent', "share 应写成百分比"),
    "more than the most": (
        "component",
        'bottom = { share = "10%", least = 4, most = 3 }\ncomponent',
        "least 不能大于 most",
    ),
    "a year by an unknown metric": (
        "component",
        'yearly = { metric = "joy", below = "95%" }\ncomponent',
        "没有指标 joy",
    ),
    "a target of more than all": (
        "component",
        'target = { plan = "年度考核", weight = "101" }\ncomponent',
        "weight 不能大于100",
    ),
    "a metric of an unknown atom": (
        "component",
        'metric = [{ code = "joy", label = "喜悦", over = ["call.joy"], under = ["call.valid"] }]\ncomponent',
        "程序没有统计项 call.joy",
    ),
    "a metric of nothing": (
        "component",
        'metric = [{ code = "joy", label = "喜悦", over = [], under = ["call.valid"] }]\ncomponent',
        "指标要写明 over",
    ),
    "a metric in the place of another": (
        "component",
        'metric = [{ code = "solved", label = "解决", over = ["call.solved"], under = ["call.valid"] }]\ncomponent',
        "已有 solved",
    ),
    "an exclusion twice": (
        "component",
        'exclusion = [{ code = "a", label = "甲" }, { code = "a", label = "乙" }]\ncomponent',
        "已有 a",
    ),
}


def test_what_is_right_passes_and_says_what_it_said(tmp_path: Path) -> None:
    path = tmp_path / "somewhere.toml"
    path.write_text(written(GOOD), encoding="utf-8")
    assert check(path).faults == ()
    said = load(path).assessed
    assert [band.below for band in said.bands] == [200, None]
    assert said.band_of(9) is None
    assert said.band_of(200) is said.bands[1]
    assert said.group_of("department") is said.groups["others"]
    assert said.group_of("utility") is None
    assert said.deductions[0].points == Fraction(1, 2)


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_refused_in_words(name: str, tmp_path: Path) -> None:
    old, new, words = WRONG[name]
    assert old in GOOD
    assert any(words in fault for fault in told(tmp_path, written(GOOD.replace(old, new, 1))))


def test_no_score_without_its_norm(tmp_path: Path) -> None:
    text = written(GOOD).replace('norms = ["assess.score"]', "").replace(', "assess.score"]', "]")
    text = text.replace('also = ["assess.score"]', "")
    assert any("没有确立规范 assess.score" in fault for fault in told(tmp_path, text))


def test_the_ratings_are_those_that_requesters_can_give() -> None:
    assert {(one.value, one.label) for one in Rating} == {(one.value, one.label) for one in Satisfied}


THREE_RATES = """
replace = "never"
rank = false
rating = [
  { code = "very", label = "满意", satisfied = true },
  { code = "yes", label = "满意", satisfied = true },
  { code = "basic", label = "基本满意", satisfied = true },
  { code = "no", label = "不满意" },
]
band = [
  { code = "first", label = "一档", by = "valid", from = 500 },
  { code = "second", label = "二档", by = "valid", from = 200 },
  { code = "third", label = "三档", by = "valid", from = 50 },
  { code = "fourth", label = "四档", by = "valid", from = 0 },
]
component = [
  { metric = "response", weight = 30 },
  { metric = "solved", weight = 35 },
  { metric = "satisfaction", weight = 35 },
]
metric = [
  { code = "pleased", label = "满意", over = ["call.satisfied", "call.solved"], under = ["call.valid", "call.valid"] },
]
"""


def test_another_city_says_its_three_rates_without_code(tmp_path: Path) -> None:
    path = tmp_path / "somewhere.toml"
    path.write_text(written(THREE_RATES), encoding="utf-8")
    said = load(path).assessed
    assert (said.replace, said.rank, said.satisfied) == (Replace.NEVER, False, {"very", "yes", "basic"})
    sums = {"response.met": 9, "response.late": 1, "call.valid": 40, "call.solved": 30, "call.satisfied": 36}
    found = rules.score(said, "u", counted(sums))
    assert found.result == 30 * Fraction(9, 10) + 35 * Fraction(3, 4) + 35 * Fraction(9, 10)
    own = rules.figure(said.metrics["pleased"], "u", counted(sums))
    assert (own.n, own.d) == (66, 80)
    assert own.metric.words == "（回访满意 + 回访已解决） ÷ （有效回访 + 有效回访）"
    band = said.band_of(40)
    assert band
    assert band.code == "fourth"
    assert "pleased" not in METRICS

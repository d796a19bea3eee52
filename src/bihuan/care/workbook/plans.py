"""The sheets of the workbook: their columns, what is written in them, and how what they hold is changed later."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bihuan.cases.types import AppealType
from bihuan.kernel.norm import Norm
from bihuan.organisations import rules
from bihuan.organisations.types import DESK_POSTS, UnitFacts
from bihuan.policy import norms
from bihuan.policy.calendar import WORKDAY
from bihuan.policy.limits import LimitName
from bihuan.policy.pack import SELECTORS, Capacity, Pack, UnitType
from bihuan.vetting.bodies import bodies
from bihuan.vetting.limits import ADJUSTABLE

YES, NO = "是", "否"
NOTES, CODES = "说明", "代码"
"""Sheets that tell how to fill in the others, and are not read."""
UNIT, ACCOUNT, YES_OR_NO = "unit", "account", "yes"
"""What is written in a column besides what the regulation lists: units and accounts stand in their own sheets."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: the field that it fills, its heading, what is written in it, and of which list that is."""

    key: str
    heading: str
    told: str = ""
    of: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A sheet of the workbook; one of a norm is there only where the regulation binds it.

    `changed` tells what to do where a line says something else than what stands. By the columns `keys` a line with days
    names what it is about; where one row of it follows the other, a later day is a change from then on.
    """

    name: str
    columns: tuple[Column, ...]
    changed: str
    norm: Norm | None = None
    keys: tuple[str, ...] = ()
    follows: bool = True


_DAY = "2026-01-31、2026/1/31、2026年1月31日或日期格式；"
_FROM = Column("from_on", "自哪一天起", f"{_DAY}不填为今天")
_UNTIL = Column("until_on", "至哪一天", f"{_DAY}自这一天起不再适用；没有期限的不填")
_UNIT = Column("unit", "单位", "名称或代码", UNIT)
_LATER = "自以后某一天起的变更，可写明那一天"
UNITS = Plan("单位", (
    Column("code", "代码", "小写字母、数字、点、横线，录入后不能改"),
    Column("name", "名称"),
    Column("type", "类型", "名称或代码", "unit_type"),
    Column("parent", "隶属单位", "名称或代码，可不填", UNIT),
    Column("superior_body", "上级主管机关", "驻地单位和公共服务企业必填"),
    Column("active", "启用", "是、否；不填为是", YES_OR_NO),
), "变更须写依据，请在单位页办理")  # fmt: skip
PEOPLE = Plan("人员", (
    Column("account", "账号", "小写字母、数字、点、横线，录入后不能改"), Column("name", "姓名"),
), "请核对账号和姓名")  # fmt: skip
POSTS = Plan("职务", (
    _UNIT,
    Column("account", "账号", "“人员”一表里的，或已有的", ACCOUNT),
    Column("post", "职务", "名称或代码；哪类单位须有、可有哪些职务，见“说明”末尾的表", "post"),
    Column("from_on", "任职日期", f"{_DAY}不填为今天"),
    Column("until_on", "免职日期", f"{_DAY}自这一天起不再担任；没有定下的不填"),
    Column("acting", "临时代理", "是、否；不填为否", YES_OR_NO),
), "任免请在单位页办理", keys=("unit", "account", "post"), follows=False)  # fmt: skip
CHANNELS = Plan("渠道", (
    Column("channel", "渠道", "名称或代码", "channel"), Column("unit", "受理单位", "名称或代码", UNIT), _FROM,
), f"{_LATER}，或在渠道页办理", keys=("channel",))  # fmt: skip
ENTRIES = Plan("派单目录", (
    Column("code", "目录编号"),
    Column("matter", "事项"),
    Column("lead", "承办单位", "名称或代码；须是承办单位", UNIT),
    Column("co_units", "协办单位", "名称或代码，用顿号分开，可不填；须是承办单位"),
    Column("basis", "依据"),
    _FROM,
    _UNTIL,
), f"{_LATER}，或在派单目录页办理", keys=("code",))  # fmt: skip
PORTFOLIOS = Plan("分管", (
    _UNIT, Column("account", "分管领导账号", "现任领导的账号", ACCOUNT), _FROM,
), f"{_LATER}，或在分管领导页办理", norms.LINKAGE_COORDINATE, ("unit",))  # fmt: skip
LIAISONS = Plan("联络员", (
    _UNIT, Column(
        "account", "联络员账号",
        "本单位现任的分管负责人（“职务”一表写“分管负责人”）：联络员是从分管负责人中明确的名单，不是另一个职务", ACCOUNT,
    ), _FROM,
), f"{_LATER}，或由本单位在联络员页办理", norms.WHISTLE_LIAISON, ("unit",))  # fmt: skip
TOPICS = Plan("攻坚哨事项", (
    Column("code", "清单编号"),
    Column("matter", "事项"),
    Column("responders", "配合部门", "名称或代码，用顿号分开"),
    Column("basis", "依据"),
    _FROM,
    _UNTIL,
), f"{_LATER}，或在攻坚哨事项清单页办理", norms.WHISTLE_TOPICS, ("code",))  # fmt: skip
CONTACTS = Plan("认定联络人", (
    _UNIT, Column("account", "联络人账号", "本单位在岗的人员", ACCOUNT), _FROM,
), f"{_LATER}，或由本单位在认定联络人页办理", norms.DETERMINATION_CONTACTS, ("unit",))  # fmt: skip
PLACES = Plan("地点", (
    Column("code", "代码", "下级的代码以上级的代码开头"), Column("name", "名称"),
), "更名须写依据，请在地点页办理")  # fmt: skip
CALENDAR = Plan("放假安排", (
    Column("year", "年份"),
    Column("first", "第一天", _DAY.rstrip("；")),
    Column("last", "最后一天", f"{_DAY}不填为同一天"),
    Column("name", "名称", f"节日名称；调休上班的日子写“{WORKDAY}”"),
    Column("notice", "通知名称和文号", "一年的各行写同一个"),
    Column("reason", "理由", "缺少法定节日的须说明，一年写一行即可"),
), "更正须先看影响，请在工作日历页办理")  # fmt: skip
LIMITS = Plan("时限调整", (
    Column("limit_name", "时限", "名称或代码", "limit"),
    Column("urgency", "紧急程度", "规则按紧急程度分列的填写", "urgency"),
    Column("channel", "渠道", "规则按渠道分列的填写", "channel"),
    Column("appeal_type", "诉求类型", "规则按诉求类型分列的填写", "appeal_type"),
    Column("limit", "调整为", "5个工作日写5wd，4个工作小时4wh，30天30d，2小时2h，15分钟15min，当日endOfDay"),
    Column("from_on", "自哪一天起", f"{_DAY}最早为明天；还没有办过工单的辖区可以更早"),
    _UNTIL,
    Column("reason", "理由"),
    Column("basis", "依据"),
    Column("category", "主题分类", "规则按主题分类分列的填写", "category"),
    Column("unit_type", "单位类型", "规则按单位类型分列的填写", "unit_type"),
), f"{_LATER}，或在时限页办理", keys=("limit_name", *SELECTORS))  # fmt: skip
PLANS = (
    UNITS, PEOPLE, POSTS, CHANNELS, ENTRIES, PORTFOLIOS, LIAISONS, TOPICS, CONTACTS, PLACES, CALENDAR, LIMITS,
)  # fmt: skip


def plans(rulebook: Pack) -> tuple[Plan, ...]:
    """The sheets that the regulation wants."""
    return tuple(plan for plan in PLANS if plan.norm is None or rulebook.binds(plan.norm))


@dataclass(frozen=True, slots=True)
class Listed:
    """What a cell may say: how that is called, and code → label of what there is."""

    what: str
    known: Mapping[str, str]


def listed(rulebook: Pack) -> dict[str, Listed]:
    """What the regulation lists of that which is written in columns; what it has none of is left out."""
    found = {
        "unit_type": Listed("单位类型", {one.code: one.label for one in rulebook.unit_types.values()}),
        "post": Listed("职务", {one.code: one.label for one in rulebook.posts.values()}),
        "channel": Listed("渠道", {one.code: one.label for one in rulebook.channels.values()}),
        "limit": Listed("时限", {name: LimitName(name).label for name in rulebook.limits if name in ADJUSTABLE}),
        "urgency": Listed("紧急程度", {one.code: one.label for one in rulebook.urgencies.values()}),
        "appeal_type": Listed("诉求类型", {str(one): one.label for one in AppealType}),
        "category": Listed("主题分类", {one.code: one.label for one in rulebook.categories.values()}),
    }
    return {of: one for of, one in found.items() if one.known}


def notes(rulebook: Pack) -> Iterator[tuple[str, ...]]:
    """What each column holds, and which posts the types of units need and may have under the regulation."""
    yield "表", "列", "怎样填写"
    for plan in plans(rulebook):
        for column in plan.columns:
            where = f"；可以写的见“{CODES}”一表" if column.of in listed(rulebook) else ""
            yield plan.name, column.heading, (column.told or "必填") + where
        yield plan.name, "已有而不同的", f"指出是哪一格、现在是什么，不录入；{plan.changed}"
    yield NOTES, "", "其他的列（例如备注）不读取，录入时说明；别的表、写错的表名不录入"
    yield ()
    yield "单位类型", "须有的职务", "可以有的职务"
    for kind in rulebook.unit_types.values():
        may = "、".join(rulebook.posts[post].label for post in rules.posts_of(kind.code, rulebook))
        yield kind.label, "、".join(needed(kind, rulebook)) or "没有", may


ASKED_OF_EACH = frozenset({Capacity.DESK, Capacity.HANDLING, Capacity.TOWNSHIP})
"""What whole kinds of units are for, each of which is asked for its posts by itself (`rules.lacking`, channels)."""


def needed(kind: UnitType, rulebook: Pack) -> tuple[str, ...]:
    """The labels of the posts that a unit of that type must have filled, to be given work or to do what it is for."""
    bare = UnitFacts(kind.code, "", kind.label, kind.code, None, "", active=False)
    owns = kind.code in {channel.owner_unit_type for channel in rulebook.channels.values()}
    owed = (one.post for one in bodies(rulebook) if kind.serves(one.capacity) and one.capacity not in ASKED_OF_EACH)
    of_desks = (one.post for one in bodies(rulebook) if owns and one.capacity == Capacity.DESK)
    wanted = (*(DESK_POSTS if owns else ()), *of_desks, *owed)
    named = (rulebook.posts[post].label for post in wanted if post in rulebook.posts)
    return tuple(dict.fromkeys((*rules.lacking(bare, rulebook), *named)))

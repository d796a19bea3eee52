"""考核: what is counted, which figures are made of it, and how a regulation weighs them; all of it data.

An atom is something that is counted of facts; a metric is a quotient of sums of atoms. Everything is an integer or a
`Fraction`: what is shown is never compared.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Self

from bihuan.kernel.vocabulary import Vocabulary


class Rating(Vocabulary):
    """What a requester can say of an answer."""

    VERY = "very", "非常满意"
    YES = "yes", "满意"
    BASIC = "basic", "基本满意"
    NO = "no", "不满意"


class Replace(Vocabulary):
    """Which call-back counts in a period: the last of that period, or the first for good."""

    PERIOD = "period", "取本期最后一次有效回访"
    NEVER = "never", "取第一次有效回访"


class State(Vocabulary):
    """How the question of a duty was decided, whether it was done in time."""

    MET = "met", "按时履行"
    LATE = "late", "逾期履行"
    UNMET = "unmet", "未履行"
    OPEN_LATE = "open_late", "逾期尚未履行"


class As(Vocabulary):
    """As what a unit answers for something."""

    LEAD = "lead", "承办"
    CO = "co", "协办、报到"
    REPORTING = "reporting", "报送"
    CENTRE = "centre", "受理平台"
    OTHER = "other", "其他"


class Counted(Vocabulary):
    """The duties whose being in time is a figure: `kinds` names them as subject and kind."""

    HANDLE = (
        "handle",
        "办理答复、重办、配合办理",
        ("case.handle", "case.rework", "linkage.joint_work", "whistle.joint_work"),
    )
    SIGN_IN = "sign_in", "签收", ("case.sign_in",)
    RESPONSE = "response", "首次联系诉求人", ("case.first_contact",)
    CHECK_IN = "check_in", "报到、受理联动", ("whistle.check_in", "linkage.linkage_accept")
    CALLBACK = "callback", "回访", ("case.callback",)
    LIST_HANDLE = "list_handle", "清单办理反馈", ("matter.list_handle", "matter.list_rework")
    PROMISE = "promise", "兑现承诺", ("case.commitment_fulfil", "matter.commitment_fulfil")

    def __init__(self, value: str, label: str = "", kinds: tuple[str, ...] = ()) -> None:
        self.kinds = kinds


GROUP_OF: Mapping[str, Counted] = {kind: group for group in Counted for kind in group.kinds}
"""Kind of duty → the figure to which it belongs."""


class Source(Vocabulary):
    """Of which facts an atom is counted."""

    DUTY = "duty", "职责"
    RESULT = "result", "办理结果"
    EVENT = "event", "办理经过"


@dataclass(frozen=True, slots=True)
class Atom:
    """Something that is counted, with the facts of which it is: each once for a unit, on its day.

    `total` names as what a unit is counted where all units are taken together: "" where nothing is counted twice.
    """

    code: str
    label: str
    source: Source
    total: str = ""


def _of_duties() -> Iterator[Atom]:
    for group in Counted:
        for state in State:
            yield Atom(f"{group}.{state}", f"{group.label}：{state.label}", Source.DUTY)
        yield Atom(f"{group}.first_met", f"{group.label}：在首次到期时间前履行", Source.DUTY)
        yield Atom(f"{group}.fell_due", f"{group.label}：逾期的", Source.DUTY)
        yield Atom(f"{group}.ended_late", f"{group.label}：逾期后了结的", Source.DUTY)


_RESULTS = {
    "call.valid": "有效回访",
    "call.satisfied": "回访满意",
    "call.solved": "回访已解决",
    "call.partly": "回访部分解决",
    "call.contacted": "回访说承办单位联系过",
    "call.contact_asked": "回访问到承办单位是否联系",
    "call.true": "回访说答复属实",
    "call.truth_asked": "回访问到答复是否属实",
    "year.satisfied": "本年最后一次有效回访满意",
    "cycle.closed": "办结",
    "cycle.days": "派单至审签的工作日",
    "bad.all": "回访不满意",
    "bad.fixed": "回访不满意、以后回访满意或已解决",
}
_CENTRES = {
    "registered": "登记",
    "accepted": "受理",
    "answered_at_once": "当即答复",
    "merged": "并单",
    "transferred": "移交",
    "declined": "不予受理",
    "withdrawn": "撤回",
    "dispatch_hours": "受理至首次派单的工作分钟",
}
_BOTH = {
    "dispatched": "派单",
    "first_dispatched": "首次派单",
    "redispatched": "改派、撤回派单",
    "returned": "同意退单",
    "wrong_dispatch": "派单差错",
    "extended": "延期",
    "reworked": "重办",
    "reopened": "重新办理",
    "terminated": "终止办理",
}
_UNITS = {
    "graded": "配合情况评价",
    "grade_points": "配合情况评价分",
    "whistle": "吹哨",
    "misdirected": "吹错哨",
    "reminder.stands": "工作提醒",
    "reminder.decided": "工作提醒的回复经审核",
    "reminder.accepted": "工作提醒的整改得到认可",
    "order.stands": "督办单",
    "order.rejected": "督办单的回复不予认可",
    "coloured.yellow": "黄色督办单",
    "coloured.orange": "橙色督办单",
    "coloured.red": "红色督办单",
    "matter.entered": "清单交办",
    "matter.reopened": "清单重新办理",
    "matter.struck": "销号",
    "matter.struck_on_time": "期限内报送而销号",
    "matter.left": "清单改交办、撤出",
    "matter.feedback": "清单反馈",
    "matter.sent_back": "清单退回补办",
}

ATOMS: Mapping[str, Atom] = {
    atom.code: atom
    for atom in (
        *_of_duties(),
        *(Atom(code, label, Source.RESULT, As.LEAD) for code, label in _RESULTS.items()),
        *(Atom(code, label, Source.EVENT, As.CENTRE) for code, label in (_CENTRES | _BOTH).items()),
        *(Atom(code, label, Source.EVENT) for code, label in _UNITS.items()),
    )
}
"""Code → everything that is counted."""
PLAIN = frozenset(ATOMS) - {"cycle.days", "dispatch_hours", "grade_points"}
"""Those of which each fact counts one."""


class When(Vocabulary):
    """When what a term counts is counted."""

    DURING = "", "本期"
    UNTIL = "until", "至期末累计"
    BEFORE = "before", "至期初累计"


@dataclass(frozen=True, slots=True)
class Term:
    """A sum of an atom, added or taken away."""

    atom: str
    when: When = When.DURING
    sign: int = 1

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "call.valid", "-returned", "until:handle.fell_due"; ValueError for what is not counted."""
        rest = text.removeprefix("-")
        when, colon, atom = rest.rpartition(":")
        if atom not in ATOMS or (colon and when not in (When.UNTIL, When.BEFORE)):
            raise ValueError(text)
        return cls(atom, When(when), -1 if rest != text else 1)

    @property
    def words(self) -> str:
        """As a formula tells it."""
        when = "" if self.when is When.DURING else f"{self.when.label}："
        return f"{when}{ATOMS[self.atom].label}"


@dataclass(frozen=True, slots=True)
class Metric:
    """A quotient of sums of atoms; `scale` is what a share of one is written as, 1 for a mean. `worse` where the
    larger is the worse. Where `whole`, only all units together have it, for others count its parts."""

    code: str
    label: str
    over: tuple[Term, ...]
    under: tuple[Term, ...]
    words: str
    unit: str = "%"
    scale: int = 100
    divisor: int = 1
    worse: bool = False
    whole: bool = False

    def value(self, n: int, d: int) -> Fraction | None:
        """n ÷ d as what is compared; None where there is nothing to divide by."""
        return Fraction(n, d * self.divisor) if d else None


def _terms(texts: Sequence[str]) -> tuple[Term, ...]:
    return tuple(Term.parse(text) for text in texts)


def _metric(
    code: str,
    label: str,
    over: Sequence[str],
    under: Sequence[str],
    words: str,
    *,
    unit: str = "%",
    scale: int = 100,
    divisor: int = 1,
    worse: bool = False,
    whole: bool = False,
) -> Metric:
    return Metric(code, label, _terms(over), _terms(under), words, unit, scale, divisor, worse, whole)


def _in_time(group: Counted) -> tuple[str, ...]:
    return tuple(f"{group}.{state}" for state in State)


_LATE = "按时 ÷（按时 + 逾期履行 + 未履行 + 逾期尚未履行）；每项职责只计一次，计入应当做完或做完的那一天"
METRICS: Mapping[str, Metric] = {
    metric.code: metric
    for metric in (
        _metric(
            "satisfaction",
            "群众综合满意率",
            ("call.satisfied",),
            ("call.valid",),
            "回访满意 ÷ 有效回访；热线和网格合并计算，联系上并答了是否解决、是否满意的为有效",
        ),
        _metric("solved", "解决率", ("call.solved",), ("call.valid",), "回访已解决 ÷ 有效回访；部分解决的不算解决"),
        _metric("on_time", "按时办结率", ("handle.met",), _in_time(Counted.HANDLE), f"办理、重办、配合办理：{_LATE}"),
        _metric(
            "on_time_first",
            "按时办结率（不计延期）",
            ("handle.first_met",),
            _in_time(Counted.HANDLE),
            "在首次到期时间前履行的 ÷ 同一分母；延期、暂停都不计",
        ),
        _metric("sign_in", "签收及时率", ("sign_in.met",), _in_time(Counted.SIGN_IN), f"签收：{_LATE}"),
        _metric("response", "响应率", ("response.met",), _in_time(Counted.RESPONSE), f"首次联系诉求人：{_LATE}"),
        _metric("check_in", "报到及时率", ("check_in.met",), _in_time(Counted.CHECK_IN), f"报到、受理联动：{_LATE}"),
        _metric(
            "closing",
            "办结率",
            ("cycle.closed",),
            ("cycle.closed", "until:handle.fell_due", "-until:handle.ended_late"),
            "办结 ÷（办结 + 期末逾期未办结）",
        ),
        _metric(
            "reached",
            "有效回访率",
            ("call.valid",),
            _in_time(Counted.CALLBACK),
            "有效回访 ÷ 有了结果的回访职责；由受理平台回访，只有合计",
            whole=True,
        ),
        _metric(
            "contacted",
            "承办单位联系率",
            ("call.contacted",),
            ("call.contact_asked",),
            "回访说承办单位联系过 ÷ 问到这一项的有效回访",
        ),
        _metric("returned", "退单率", ("returned",), ("dispatched",), "同意退单 ÷ 派单", worse=True),
        _metric("wrong", "误派率", ("wrong_dispatch",), ("dispatched",), "认定为派单差错的 ÷ 派单", worse=True),
        _metric(
            "accuracy",
            "派单准确率",
            ("first_dispatched", "-returned", "-redispatched"),
            ("first_dispatched",),
            "1 −（同意退单 + 改派、撤回派单）÷ 首次派单",
        ),
        _metric("rework", "重办率", ("reworked",), ("cycle.closed",), "发回重办 ÷ 办结", worse=True),
        _metric("extended", "延期率", ("extended",), ("dispatched",), "同意（告知）延期 ÷ 派单", worse=True),
        _metric(
            "bad_fixed",
            "差评整改率",
            ("bad.fixed",),
            ("bad.all",),
            "回访不满意、以后回访满意或已解决的 ÷ 回访不满意的；有后一次回访的，计入后一次的月份",
        ),
        _metric(
            "cooperation",
            "联动配合得分",
            ("grade_points",),
            ("graded",),
            "评价分（好100、较好85、一般60、差0）之和 ÷（100 × 评价次数）",
            divisor=100,
        ),
        _metric("misdirected", "吹错哨率", ("misdirected",), ("whistle",), "裁定吹错的哨 ÷ 吹哨", worse=True),
        _metric(
            "rectified",
            "提醒整改率",
            ("reminder.accepted",),
            ("reminder.decided",),
            "整改得到认可的 ÷ 回复经审核的工作提醒",
        ),
        _metric("promise", "承诺兑现率", ("promise.met",), _in_time(Counted.PROMISE), f"按期报告兑现：{_LATE}"),
        _metric("direct", "直接答复率", ("answered_at_once",), ("registered",), "当即答复 ÷ 登记"),
        _metric(
            "days",
            "平均办理天数",
            ("cycle.days",),
            ("cycle.closed",),
            "首次派单至审签的工作日之和 ÷ 办结",
            unit="个工作日",
            scale=1,
            worse=True,
        ),
        _metric(
            "dispatch_time",
            "平均派单时长",
            ("dispatch_hours",),
            ("first_dispatched",),
            "登记至首次派单的工作时间之和 ÷ 首次派单",
            unit="个工作小时",
            scale=1,
            divisor=60,
            worse=True,
            whole=True,
        ),
        _metric(
            "struck",
            "销号率",
            ("matter.struck",),
            (
                "before:matter.entered",
                "before:matter.reopened",
                "-before:matter.struck",
                "-before:matter.left",
                "matter.entered",
                "matter.reopened",
            ),
            "销号 ÷（期初在办 + 本期交办 + 本期重新办理）",
        ),
        _metric(
            "struck_on_time",
            "按时销号率",
            ("matter.struck_on_time",),
            ("matter.struck",),
            "最后一次反馈没有逾期而销号的 ÷ 销号",
        ),
        _metric("sent_back", "清单退回率", ("matter.sent_back",), ("matter.feedback",), "退回补办 ÷ 反馈", worse=True),
    )
}
"""Code → the figures that every regulation has, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class Group:
    """Units that are compared with each other."""

    code: str
    label: str
    unit_types: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Band:
    """Units of a group with about as much to do: `least` valid call-backs and more, below `below`, where it says so."""

    code: str
    label: str
    least: int
    below: int | None = None

    def holds(self, n: int) -> bool:
        """Whether so many belong into it."""
        return self.least <= n and (self.below is None or n < self.below)


@dataclass(frozen=True, slots=True)
class Component:
    """A metric that makes a part of the score."""

    metric: str
    weight: int


@dataclass(frozen=True, slots=True)
class Deduction:
    """Points for each of something; a bonus where they are given."""

    count: str
    points: Fraction
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Yearly:
    """Below which share of a year a unit is spoken to."""

    metric: str
    below: Fraction
    min_valid: int
    clause: str | None = None


@dataclass(frozen=True, slots=True)
class Bottom:
    """How many units of a group count as its last."""

    share: Fraction = Fraction(1, 10)
    least: int = 1
    most: int = 3
    min_group: int = 5


@dataclass(frozen=True, slots=True)
class Target:
    """The share of this score in the yearly assessment of goals."""

    plan: str
    weight: Fraction


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A ground on which a result may be left out."""

    code: str
    label: str
    unreasonable: bool = True
    hearing: bool = False


SATISFIED = frozenset({str(Rating.VERY), str(Rating.YES)})
"""What counts as satisfied where the regulation does not say."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a regulation says of it; all that it leaves out stands here as the program's default."""

    replace: Replace = Replace.PERIOD
    min_valid: int = 10
    rank: bool = True
    consecutive: int = 2
    gap: int = 2
    bottom: Bottom = Bottom()
    yearly: Yearly | None = None
    appeal: str = "3wd"
    freeze: str = "5wd"
    bonus_most: Fraction = Fraction(2)
    satisfied: frozenset[str] = SATISFIED
    ratings: Mapping[str, str] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    bands: tuple[Band, ...] = ()
    metrics: Mapping[str, Metric] = field(default_factory=lambda: METRICS)
    """Code → the metrics of the engine and those of the regulation."""
    components: tuple[Component, ...] = ()
    deductions: tuple[Deduction, ...] = ()
    bonuses: tuple[Deduction, ...] = ()
    exclusions: Mapping[str, Exclusion] = field(default_factory=dict)
    target: Target | None = None

    def group_of(self, unit_type: str) -> Group | None:
        """The group in which units of that type are compared; None where they are in none."""
        return next((group for group in self.groups.values() if unit_type in group.unit_types), None)

    def band_of(self, valid: int) -> Band | None:
        """The band for so many valid call-backs."""
        return next((band for band in self.bands if band.holds(valid)), None)


NONE = Assessment()
"""What holds where a regulation has no table of its own: figures, and no score."""

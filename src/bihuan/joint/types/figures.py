"""Figures of how the two mechanisms are carried out: their words, their formulas, their rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from bihuan.cases.types import Part
from bihuan.duties.types import Share
from bihuan.joint.types import Kind, WhistleType
from bihuan.kernel.vocabulary import Vocabulary


class Side(Vocabulary):
    """In what capacity a unit takes part."""

    LEAD = "lead", "牵头"
    MEMBER = "member", "参加"
    DESK = "desk", "平台"


class Figure(Vocabulary):
    """What is counted of a unit, of one mechanism, in a period."""

    LED = "led", "牵头件数"
    ROUTINE = "routine", "常规哨"
    TOUGH = "tough", "攻坚哨"
    KEY = "key", "重点哨"
    EMERGENCY = "emergency", "应急哨"
    FILED = "filed", "按时报备"
    FILED_LATE = "filed_late", "逾期报备"
    CONCLUDED = "concluded", "按时牵头办结"
    CONCLUDED_LATE = "concluded_late", "逾期牵头办结"
    FORMED = "formed", "备案表按时报送"
    FORMED_LATE = "formed_late", "备案表逾期报送"
    SOLVED = "solved", "问题已解决"
    REPORTED = "reported", "报⟨leadership⟩"
    AGAIN = "again", "办后重复反映"
    SATISFIED = "satisfied", "诉求人满意"
    DISSATISFIED = "dissatisfied", "诉求人不满意"
    SOLVED_BY_REQUESTER = "solved_by_requester", "诉求人认为已解决"
    UNSOLVED_BY_REQUESTER = "unsolved_by_requester", "诉求人认为未解决"
    MISMATCH = "mismatch", "单位报满意、平台回访不满意"
    OBJECTED = "objected", "吹哨异议已裁定"
    WRONG = "wrong", "吹错哨"
    ASKED = "asked", "参加件数"
    CAME = "came", "按时受理、报到"
    CAME_LATE = "came_late", "逾期受理、报到"
    CAME_UNMET = "came_unmet", "未受理、未报到"
    FINISHED = "finished", "按时配合办毕"
    FINISHED_LATE = "finished_late", "逾期配合办毕"
    FINISHED_UNMET = "finished_unmet", "未履行配合"
    NOTIFIED = "notified", "被通报消极配合"
    EXPLAINED = "explained", "已说明情况"
    GOOD = "good", "评价“好”"
    FAIRLY_GOOD = "fairly_good", "评价“较好”"
    AVERAGE = "average", "评价“一般”"
    POOR = "poor", "评价“差”"
    TAKEN = "taken", "受理报备件数"
    ACKNOWLEDGED = "acknowledged", "按时确认报备"
    ACKNOWLEDGED_LATE = "acknowledged_late", "逾期确认报备"
    RULED = "ruled", "按时裁定异议"
    RULED_LATE = "ruled_late", "逾期裁定异议"
    REMINDED = "reminded", "按时督促提醒"
    REMINDED_LATE = "reminded_late", "逾期督促提醒"


F = Figure
LATE: Mapping[Figure, Figure] = {
    F.FILED: F.FILED_LATE,
    F.CONCLUDED: F.CONCLUDED_LATE,
    F.FORMED: F.FORMED_LATE,
    F.CAME: F.CAME_LATE,
    F.FINISHED: F.FINISHED_LATE,
    F.ACKNOWLEDGED: F.ACKNOWLEDGED_LATE,
    F.RULED: F.RULED_LATE,
    F.REMINDED: F.REMINDED_LATE,
}
"""What was in time → the same, late, of which a rate is made."""
UNMET: Mapping[Figure, Figure] = {F.CAME: F.CAME_UNMET, F.FINISHED: F.FINISHED_UNMET}
"""What was in time → the same, never done, where units could go on without; it stands in the whole of the rate."""
SHARED = (F.SATISFIED, F.DISSATISFIED, F.SOLVED_BY_REQUESTER, F.UNSOLVED_BY_REQUESTER, F.MISMATCH)
"""What the platform's call-back said: one result for whoever led and whoever took part."""
GRADES = (F.GOOD, F.FAIRLY_GOOD, F.AVERAGE, F.POOR)
GROUPS: Mapping[Side, Mapping[str, tuple[Figure, ...]]] = {
    Side.LEAD: {
        "件数": (F.LED, F.ROUTINE, F.TOUGH, F.KEY, F.EMERGENCY),
        "报备": (F.FILED,),
        "牵头办结": (F.CONCLUDED,),
        "备案表": (F.FORMED,),
        "结果": (F.SOLVED, F.REPORTED, F.AGAIN),
        "回访结果": SHARED,
        "吹错哨": (F.OBJECTED, F.WRONG),
    },
    Side.MEMBER: {
        "件数": (F.ASKED,),
        "受理、报到": (F.CAME,),
        "配合办毕": (F.FINISHED,),
        "通报与说明": (F.NOTIFIED, F.EXPLAINED),
        "配合评价": GRADES,
        "回访结果": SHARED,
    },
    Side.DESK: {
        "件数": (F.TAKEN,),
        "确认报备": (F.ACKNOWLEDGED,),
        "裁定异议": (F.RULED,),
        "督促提醒": (F.REMINDED,),
    },
}
"""The figures of each side, as a table has them: heading → what stands below it, in the order of the work."""
SIDES: Mapping[Side, tuple[Figure, ...]] = {
    side: tuple(figure for figures in groups.values() for figure in figures) for side, groups in GROUPS.items()
}
WHISTLES_ALONE = frozenset({F.ROUTINE, F.TOUGH, F.KEY, F.EMERGENCY, F.OBJECTED, F.WRONG, F.RULED})
"""What linkages do not know."""
TOTALS: Mapping[Side, Figure] = {Side.LEAD: F.LED, Side.MEMBER: F.ASKED, Side.DESK: F.TAKEN}
PARTS: Mapping[Side, tuple[Part, ...]] = {
    Side.LEAD: (Part.LEAD,),
    Side.MEMBER: (Part.CO, Part.RESPONDER),
    Side.DESK: (Part.DESK,),
}

FORMULAS: Mapping[Figure, str] = {
    F.LED: "期内提出的联动、吹哨，撤销的不计；按提出时间归期，以下各项都在其中清点",
    F.ROUTINE: "其中现为常规哨的",
    F.TOUGH: "其中现为攻坚哨的",
    F.KEY: "其中现为重点哨的",
    F.EMERGENCY: "其中因应急类情况吹哨的",
    F.FILED: "提出时电子报备，或电话报备在时限内由平台登记的；逾期的另计",
    F.CONCLUDED: "“牵头联合办理”职责在时限内履行的；逾期履行和逾期未履行的另计",
    F.FORMED: "备案表的填报和审签都在时限内完成的；有一项逾期的另计",
    F.SOLVED: "结束联合办理时登记“已解决”的",
    F.REPORTED: "由主要负责人报⟨leadership⟩的（含升为重点哨）",
    F.AGAIN: "该工单此后因不满意重办或办结后重新办理的",
    F.OBJECTED: "报到部门提出吹错哨、平台已经裁定的",
    F.WRONG: "其中至少一个部门经平台裁定为吹错哨的",
    F.SATISFIED: "备案表审签以后，平台最近一次有效回访非常满意、满意或基本满意的；牵头单位和参加到最后的单位同一结果",
    F.DISSATISFIED: "备案表审签以后，平台最近一次有效回访不满意的；牵头单位和参加到最后的单位同一结果",
    F.SOLVED_BY_REQUESTER: "同一次回访，诉求人认为已解决的；部分解决的不计",
    F.UNSOLVED_BY_REQUESTER: "同一次回访，诉求人认为未解决的",
    F.MISMATCH: "备案表填写的回访情况为“满意”，平台回访不满意的",
    F.ASKED: "期内提出、参加到最后的；经同意退出和裁定吹错哨的不计",
    F.CAME: "“受理联动”“报到”职责在时限内履行的；逾期的、到结束也没有履行的各另计",
    F.FINISHED: "“配合办理”职责在时限内履行的；逾期的、到结束也没有履行的各另计",
    F.NOTIFIED: "被牵头单位通报消极配合的",
    F.EXPLAINED: "被通报后已经说明情况的",
    F.GOOD: "备案表评价为“好”的",
    F.FAIRLY_GOOD: "备案表评价为“较好”的",
    F.AVERAGE: "备案表评价为“一般”的",
    F.POOR: "备案表评价为“差”的",
    F.TAKEN: "期内向平台报备的联动、吹哨",
    F.ACKNOWLEDGED: "“确认报备”职责在时限内履行的；逾期的另计",
    F.RULED: "“裁定吹错哨异议”职责在时限内履行的；逾期的另计",
    F.REMINDED: "“督促提醒”职责在时限内履行的；逾期的另计",
}
"""How each figure is counted, in words."""


@dataclass(frozen=True, slots=True)
class Period:
    """A year, a quarter or a month; `until` is its last day."""

    name: str
    label: str
    since: date
    until: date


@dataclass(frozen=True, slots=True)
class UnitFigures:
    """How one unit carries out one mechanism, on one side, in a period."""

    unit: str
    name: str
    kind: Kind
    side: Side
    counts: Mapping[Figure, int]
    groups: "tuple[FigureGroup, ...]" = ()


@dataclass(frozen=True, slots=True)
class FigureCell:
    """A figure as it is shown: how many, how many late and never done beside it, and the share in time of all."""

    figure: Figure
    count: int
    late_figure: Figure | None = None
    late: int = 0
    unmet_figure: Figure | None = None
    unmet: int = 0

    @property
    def beside(self) -> tuple[tuple[Figure, int], ...]:
        """What stands beside the count where there is any of it."""
        pairs = ((self.late_figure, self.late), (self.unmet_figure, self.unmet))
        return tuple((figure, count) for figure, count in pairs if figure is not None and count)

    @property
    def percent(self) -> str:
        """Share in time of what was in time, late (or overdue and open) or never done; empty without a limit."""
        return Share(self.count, self.count + self.late + self.unmet).percent if self.late_figure is not None else ""


@dataclass(frozen=True, slots=True)
class FigureGroup:
    """Figures that stand below one heading."""

    label: str
    cells: tuple[FigureCell, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """A case of a town that was reported again although no whistle was ever blown on it, nor other units asked."""

    case: str
    title: str
    unit: str
    name: str
    registered_at: datetime
    reworks: int
    reopened: int
    duplicates: tuple[str, ...]

    @property
    def times(self) -> int:
        """How often it was reported again."""
        return self.reworks + self.reopened + len(self.duplicates)

    @property
    def evidence(self) -> str:
        """What the records show of it."""
        said = (
            (self.reworks, f"不满意发回重办{self.reworks}次"),
            (self.reopened, f"办结后重新办理{self.reopened}次"),
            (len(self.duplicates), f"重复来件{len(self.duplicates)}件（{'、'.join(self.duplicates)}）"),
        )
        return "；".join(words for times, words in said if times)


@dataclass(frozen=True, slots=True)
class Misdirected:
    """A department that the platform ruled to have been called wrongly."""

    whistle: str
    case: str
    title: str
    unit: str
    name: str
    whistle_type: WhistleType | None
    department: str
    why: str
    ruled_at: datetime


@dataclass(frozen=True, slots=True)
class Suspicion:
    """A town of which there are signs of one of the failings, with the cases that show it."""

    unit: str
    name: str
    silent: tuple[Repeated, ...] = ()
    wrong: tuple[Misdirected, ...] = ()


@dataclass(frozen=True, slots=True)
class Carried:
    """How the mechanisms are carried out in a period, as far as the actor may see."""

    period: Period
    whole: bool
    """Whether every unit is shown, or the actor's own alone."""
    rows: tuple[UnitFigures, ...]
    silent: tuple[Suspicion, ...]
    wrong: tuple[Suspicion, ...]
    repeats: int
    wrongs: int

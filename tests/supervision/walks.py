"""Walking what supervision sends through the commands: every state is reached as a user would reach it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Any, ClassVar, Self

from bihuan.attachments import commands as attachments
from bihuan.cases.types import Act as CaseAct
from bihuan.duties import queries as duties
from bihuan.kernel.actor import Actor
from bihuan.policy.calendar import ZONE
from bihuan.record.commands import ACTS
from bihuan.record.types import Done
from bihuan.supervision import commands
from bihuan.supervision import queries as supervision
from bihuan.supervision.types import (
    ColouredAct,
    ColouredStage,
    DirectiveFacts,
    Kind,
    OrderAct,
    OrderGround,
    OrderStage,
    ReminderAct,
    ReminderGround,
    ReminderStage,
    UrgeAct,
    UrgeStage,
)
from tests.again import again
from tests.joint.walks import with_bodies
from tests.scans import scanned
from tests.towns import START, Town, found, pack_of, settle
from tests.walks import TO_HANDLING, Walk, WithCase, at_stage

A = UrgeAct
DOERS: Mapping[str, str] = {
    A.SEND: "offices.supervisor",
    A.REPEAT: "offices.supervisor",
    A.REPLY: "unit.handler",
    A.SETTLE: "clockwork",
    A.LAPSE: "clockwork",
}
"""Who does an act of an urge when everything goes by the book."""


def with_supervisors(town: Town, now: datetime = START) -> Town:
    """A town with both offices, and a supervisor in the desk."""
    able = {capacity for kind in pack_of(town.code).unit_types.values() for capacity in kind.capacities}
    if {"leadership", "staffing"} <= able:
        town = with_bodies(town, now)
    for post in ("supervisor", "head"):
        if not town.actor(f"desk.{post}", now).seats:
            settle(town.code, town.desk, f"desk.{post}", post, now)
    return town


@again
def settled() -> Town:
    """Wendeng with everybody who supervises."""
    return with_supervisors(found("wd", "wendeng-2021-10", prefix="WX"))


def filled(act: str, subject: str = "") -> dict[str, Any]:
    """A form of an urge filled in as the book says."""
    forms: dict[str, dict[str, Any]] = {
        A.SEND: {"subject": subject, "demand": "请抓紧办理，两日内回复进展。"},
        A.REPEAT: {"demand": "仍未回复，请立即回复。"},
        A.REPLY: {"progress": "已联系维修单位，正在备料。"},
    }
    return forms.get(act, {})


R = ReminderAct
REMINDER_DOERS: Mapping[str, str] = {
    R.ADD_SUBJECT: "clockwork",
    R.ISSUE: "desk.supervisor",
    R.SEND_DRAFT: "desk.supervisor",
    R.DROP: "desk.supervisor",
    R.RECEIVE: "unit.handler",
    R.REPLY: "unit.deputy",
    R.ACCEPT: "desk.supervisor",
    R.REJECT: "desk.supervisor",
    R.UPHOLD: "desk.head",
    R.WITHDRAW: "desk.head",
    R.ESCALATE: "desk.supervisor",
    R.FALL_AWAY: "clockwork",
}
"""The same of a reminder."""


def a_working_day(now: datetime, after: int = 7) -> str:
    """The first working day at least so many days later."""
    on, known = now.astimezone(ZONE).date() + timedelta(days=after), duties.calendar()
    return (on if known.is_working(on) else known.working_day(known.worked_before(on))).isoformat()


OA = OrderAct
ORDER_DOERS: Mapping[str, str] = {
    OA.ISSUE: "offices.supervisor",
    OA.SEND_DRAFT: "offices.supervisor",
    OA.DROP: "offices.supervisor",
    OA.RECEIVE: "unit.handler",
    OA.REPORT: "unit.handler",
    OA.TRACK: "offices.supervisor",
    OA.ASK_TIME: "unit.deputy",
    OA.GIVE_TIME: "offices.supervisor",
    OA.REFUSE_TIME: "offices.supervisor",
    OA.REPLY: "unit.head",
    OA.ACCEPT: "offices.supervisor",
    OA.REJECT: "offices.supervisor",
    OA.RAISE: "offices.supervisor",
    OA.WITHDRAW: "offices.supervisor",
    OA.FALL_AWAY: "clockwork",
}
"""The same of an order."""


def filled_of_order(act: str, town: Town, now: datetime, subject: str = "") -> dict[str, Any]:
    """A form of an order filled in as the book says."""
    said = {"order_kind": "general", "facts": "久拖不决，群众反映强烈。", "demand": "限期办结，说明原因。"}
    forms: dict[str, dict[str, Any]] = {
        OA.ISSUE: {**said, "unit": town.unit, "about": [subject], "ground": "unsolved"},
        OA.SEND_DRAFT: said,
        OA.DROP: {"reason": "已经办结。"},
        OA.REPORT: {"progress": "已完成招标。"},
        OA.TRACK: {"checked_how": "on_site", "finding": "正在施工。"},
        OA.ASK_TIME: {"days": 3, "reason": "等待设备到货。"},
        OA.REFUSE_TIME: {"reason": "已经拖延过久。"},
        OA.REPLY: {"situation": "路灯已全部修复。", "measures": "已约谈责任人。"},
        OA.ACCEPT: {"checked_how": "on_site", "opinion": "已经解决。"},
        OA.REJECT: {"reason": "仍有两盏不亮。", "due_on": a_working_day(now)},
        OA.RAISE: {**said, "order_kind": "listed", "ground": "unsolved"},
        OA.WITHDRAW: {"reason": "事实有误。"},
    }
    return forms.get(act, {})


def filled_of_reminder(act: str, town: Town, now: datetime, subject: str = "") -> dict[str, Any]:
    """A form of a reminder filled in as the book says."""
    said = {
        "facts": "三件工单逾期未办结，经催办没有回复。",
        "demand": "逐件办结，并说明逾期的原因。",
        "rectify_by": a_working_day(now),
    }
    forms: dict[str, dict[str, Any]] = {
        R.ISSUE: {**said, "unit": town.unit, "about": [subject], "ground": "late"},
        R.SEND_DRAFT: said,
        R.ADD_SUBJECT: {"duty": 1},
        R.DROP: {"reason": "已经办结。"},
        R.REPLY: {"situation": "情况属实。", "measures": "已增派人手，逐件办结。"},
        R.ACCEPT: {"checked_how": "papers", "opinion": "整改到位。"},
        R.REJECT: {"reason": "仍有一件没有办结。", "due_on": a_working_day(now)},
        R.UPHOLD: {"reason": "逾期是等待检测报告所致。"},
        R.WITHDRAW: {"reason": "提醒的事实有误。"},
        R.ESCALATE: {**filled_of_order(OA.RAISE, town, now), "order_kind": "general"},
    }
    return forms.get(act, {})


Forms = Callable[[str, Town, datetime, str], Mapping[str, Any]]


@dataclass
class DirectiveWalk(WithCase):
    """What is sent about a case, walking with it; time goes on ten minutes with every act."""

    kind: ClassVar[Kind]
    first: ClassVar[str]
    """The act by which people send it."""
    doers: ClassVar[Mapping[str, str]]
    forms: ClassVar[Forms]

    town: Town
    case: Walk
    number: str = ""

    @property
    def facts(self) -> DirectiveFacts:
        """It as the rules see it."""
        return supervision.facts(self.kind, self.number)

    def begin(self, **fields: Any) -> Self:
        """Send it to a unit about a case that it handles."""
        self._handled().do(self.first, **fields)
        return self

    def _handled(self) -> Self:
        if not self.case.number:
            self.case.along(*TO_HANDLING)
        return self

    def do(self, act: str, by: str | None = None, version: int | None = None, **fields: Any) -> Done:
        """Do an act by the book, with what differs given."""
        self.case.later(minutes=10)
        entry = ACTS[(self.kind, act)]
        said = type(self).forms(act, self.town, self.now, f"case:{self.case.number}")
        form = entry.fields.model_validate({**said, **fields})
        target = {} if act == self.first else {"number": self.number}
        actor = self.actor(by or self.doers[act])
        done = entry.run(**target, fields=form, actor=actor, now=self.now, version=version)
        self.number = done.number
        return done

    def _suggested(self, suggest: Callable[..., Done], by: str, ground: ReminderGround | OrderGround) -> Self:
        self._handled().case.later(minutes=10)
        done = suggest(
            duty=duties.standing_on(f"case:{self.case.number}")[0].id,
            by=by,
            ground=ground,
            facts="逾期未办结。",
            demand="抓紧办结。",
            actor=self.actor("clockwork"),
            now=self.now,
        )
        self.number = done.number
        return self


class UrgeWalk(DirectiveWalk):
    """One urge with the case that it is about."""

    kind, first, doers = Kind.URGE, A.SEND, DOERS
    forms = staticmethod(lambda act, town, now, subject: filled(act, subject))


def _settled(walk: UrgeWalk) -> None:
    walk.case.along(*TO_HANDLING)
    owed = duties.standing_on(walk.case.facts.subject)
    walk.begin(duty=next(one.id for one in owed if one.kind == "handle"))
    walk.case.along(CaseAct.ANSWER, CaseAct.SIGN_OFF)


def _lapsed(walk: UrgeWalk) -> None:
    walk.begin()
    walk.case.do(CaseAct.WITHDRAW)


WAYS: Mapping[UrgeStage, Callable[[UrgeWalk], object]] = {
    UrgeStage.SENT: lambda w: w.begin(),
    UrgeStage.REPLIED: lambda w: w.begin().along(A.REPLY),
    UrgeStage.SETTLED: _settled,
    UrgeStage.LAPSED: _lapsed,
}
"""One way to every stage."""


def walk_to(stage: UrgeStage, town: Town, now: datetime = START) -> UrgeWalk:
    """A new urge at that stage."""
    return at_stage(stage, WAYS, UrgeWalk(town, Walk(town, now)))


class ReminderWalk(DirectiveWalk):
    """One reminder with the case that it is about."""

    kind, first, doers = Kind.REMINDER, R.ISSUE, REMINDER_DOERS
    forms = staticmethod(filled_of_reminder)

    def suggested(self) -> Self:
        """The clock suggests to remind whoever handles a case."""
        return self._suggested(commands.suggest_reminder, self.town.desk, ReminderGround.LATE)


REMINDER_WAYS: Mapping[ReminderStage, Callable[[ReminderWalk], object]] = {
    ReminderStage.DRAFT: lambda w: w.suggested(),
    ReminderStage.DROPPED: lambda w: w.suggested().along(R.DROP),
    ReminderStage.ISSUED: lambda w: w.begin(),
    ReminderStage.RECTIFYING: lambda w: w.begin().along(R.RECEIVE),
    ReminderStage.REPLIED: lambda w: w.begin().along(R.RECEIVE, R.REPLY),
    ReminderStage.ACCEPTED: lambda w: w.begin().along(R.RECEIVE, R.REPLY, R.ACCEPT),
    ReminderStage.WITHDRAWN: lambda w: w.begin().along(R.WITHDRAW),
    ReminderStage.ESCALATED: lambda w: w.begin().along(R.ESCALATE),
}
"""One way to every stage."""


def reminder_at(stage: ReminderStage, town: Town, now: datetime = START) -> ReminderWalk:
    """A new reminder at that stage."""
    return at_stage(stage, REMINDER_WAYS, ReminderWalk(town, Walk(town, now)))


class OrderWalk(DirectiveWalk):
    """One order with the case that it is about."""

    kind, first, doers = Kind.ORDER, OA.ISSUE, ORDER_DOERS
    forms = staticmethod(filled_of_order)

    def actor(self, short: str) -> Actor:
        """The person of that short name; a town without both offices has a supervision body."""
        found = super().actor(short)
        return found if found.seats or short != "offices.supervisor" else super().actor("supervision.supervisor")

    def suggested(self, by: str = "") -> Self:
        """The clock suggests to order whoever handles a case."""
        return self._suggested(
            commands.suggest_order, by or self.town.supervision or self.town.desk, OrderGround.OVERDUE
        )


ORDER_WAYS: Mapping[OrderStage, Callable[[OrderWalk], object]] = {
    OrderStage.DRAFT: lambda w: w.suggested(),
    OrderStage.DROPPED: lambda w: w.suggested().along(OA.DROP),
    OrderStage.ISSUED: lambda w: w.begin(),
    OrderStage.HANDLING: lambda w: w.begin().along(OA.RECEIVE),
    OrderStage.REPLIED: lambda w: w.begin().along(OA.RECEIVE, OA.REPLY),
    OrderStage.RELEASED: lambda w: w.begin().along(OA.RECEIVE, OA.REPLY, OA.ACCEPT),
    OrderStage.RAISED: lambda w: w.begin().along(OA.RAISE),
    OrderStage.WITHDRAWN: lambda w: w.begin().along(OA.WITHDRAW),
}
"""One way to every stage."""


def order_at(stage: OrderStage, town: Town, now: datetime = START) -> OrderWalk:
    """A new order at that stage."""
    return at_stage(stage, ORDER_WAYS, OrderWalk(town, Walk(town, now)))


CA = ColouredAct
COLOURED_DOERS: Mapping[str, str] = {
    CA.REGISTER: "offices.supervisor",
    CA.DISTRIBUTE: "offices.supervisor",
    CA.ADD_UNITS: "offices.supervisor",
    CA.RECEIVE: "unit.handler",
    CA.REPLY: "unit.head",
    CA.SEND_BACK: "offices.supervisor",
    CA.ANSWER_UP: "offices.supervisor",
    CA.RELEASE: "offices.supervisor",
    CA.RAISE: "offices.supervisor",
    CA.VOID: "offices.supervisor",
    CA.COME_BACK: "clockwork",
    CA.FALL_AWAY: "clockwork",
}
"""The same of a coloured order."""
DOCUMENTS = count(1)
"""No superior body gives a number twice."""
SCANNED = frozenset({CA.REGISTER, CA.RAISE, CA.RELEASE})
"""What is proved by a scan."""


def filled_of_coloured(act: str, town: Town, now: datetime, subject: str = "") -> dict[str, Any]:
    """A form of a coloured order filled in as the book says, but for its scan."""
    today = now.astimezone(ZONE).date().isoformat()
    said = {
        "colour": "yellow",
        "superior": "市政务服务热线办公室",
        "document_number": f"威热督〔2025〕{next(DOCUMENTS)}号",
        "issued_on": today,
        "received_on": today,
        "demand": "路灯久修不亮，限期办结并答复。",
    }
    forms: dict[str, dict[str, Any]] = {
        CA.REGISTER: {**said, "about": [subject] if subject.removeprefix("case:") else []},
        CA.DISTRIBUTE: {"units": [town.unit], "task": "修复路灯，说明拖延原因。"},
        CA.ADD_UNITS: {"units": [town.other], "task": "配合供电。"},
        CA.REPLY: {"situation": "路灯已全部修复。", "measures": "已约谈责任人。"},
        CA.SEND_BACK: {"unit": town.unit, "reason": "没有说明原因。", "due_on": a_working_day(now)},
        CA.ANSWER_UP: {
            "opinion": "属实，同意。",
            "answer": "已全部修复。",
            "document_number": "文热复〔2025〕3号",
            "answered_on": today,
        },
        CA.RELEASE: {"document_number": "威热函〔2025〕9号", "on": today, "outcome": "同意解除。"},
        CA.RAISE: {**said, "colour": "orange"},
        CA.VOID: {"reason": "重复登记。"},
    }
    return forms.get(act, {})


@dataclass
class ColouredWalk(DirectiveWalk):
    """One coloured order with the case that it is about."""

    kind, first, doers = Kind.COLOURED, CA.REGISTER, COLOURED_DOERS
    forms = staticmethod(filled_of_coloured)

    def do(self, act: str, by: str | None = None, version: int | None = None, **fields: Any) -> Done:
        """Do an act by the book, with its scan."""
        if act in SCANNED and "scan" not in fields:
            fields["scan"] = [self.scan(self.actor(by or COLOURED_DOERS[act]))]
        return super().do(act, by, version, **fields)

    def scan(self, actor: Actor, page: bytes = b"", name: str = "督办单.png") -> int:
        """Upload the scan of a page."""
        return attachments.store(
            jurisdiction=self.town.code, name=name, data=page or scanned(), actor=actor, now=self.now
        ).id


COLOURED_WAYS: Mapping[ColouredStage, Callable[[ColouredWalk], object]] = {
    ColouredStage.REGISTERED: lambda w: w.begin(),
    ColouredStage.DISTRIBUTED: lambda w: w.begin().along(CA.DISTRIBUTE),
    ColouredStage.ANSWERED: lambda w: w.begin().along(CA.DISTRIBUTE, CA.RECEIVE, CA.REPLY, CA.ANSWER_UP),
    ColouredStage.RELEASED: lambda w: w.begin().along(CA.DISTRIBUTE, CA.RECEIVE, CA.REPLY, CA.ANSWER_UP, CA.RELEASE),
    ColouredStage.RAISED: lambda w: w.begin().along(CA.DISTRIBUTE, CA.RAISE),
    ColouredStage.VOID: lambda w: w.begin().along(CA.VOID),
    ColouredStage.LAPSED: lambda w: w.begin().along(CA.DISTRIBUTE, CA.FALL_AWAY),
}
"""One way to every stage."""


def coloured_at(stage: ColouredStage, town: Town, now: datetime = START) -> ColouredWalk:
    """A new coloured order at that stage."""
    return at_stage(stage, COLOURED_WAYS, ColouredWalk(town, Walk(town, now)))

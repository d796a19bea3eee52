"""Walking meetings through the commands: the clock plans them, the office holds them, units report."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from bihuan.clockwork.commands import sweep
from bihuan.kernel.actor import Actor
from bihuan.meetings import queries as meetings
from bihuan.meetings.models import Meeting
from bihuan.meetings.types import KIND, MeetingAct, MeetingFacts, MeetingStage
from bihuan.organisations import commands as organisations
from bihuan.policy.calendar import ZONE
from bihuan.record.commands import ACTS
from bihuan.record.types import Done
from tests.towns import FOUNDER, START, Town, settle

A, S = MeetingAct, MeetingStage
DOERS: Mapping[str, str] = {
    A.CALL: "office.list_keeper",
    A.CONVENE: "office.list_keeper",
    A.HOLD: "office.list_keeper",
    A.DECIDE: "office.list_keeper",
    A.STRIKE: "office.list_keeper",
    A.RETURN: "office.list_director",
    A.SIGN: "office.list_director",
    A.REPORT: "unit.deputy",
    A.CLOSE: "office.list_keeper",
}
"""Who does an act when everything goes by the book."""
BEGIN = frozenset({A.CALL})


def filled(act: str, town: Town, now: datetime) -> dict[str, Any]:
    """A form filled in as the book says."""
    today = now.astimezone(ZONE).date().isoformat()
    forms: dict[str, dict[str, Any]] = {
        A.CALL: {"topic": "城北片区停水", "reason": "涉及三千户，等不到月底会商。"},
        A.CONVENE: {
            "held_on": today,
            "starts": "上午9时",
            "place": "市政府三楼会议室",
            "units": [town.unit, town.other],
            "attendees": "市政府办公室主任\n城管局局长",
            "progress": "清单在办3件。",
            "analysis": "供水类诉求上升。",
            "difficult": "城北片区停水。",
            "policy": "无",
        },
        A.HOLD: {"held_on": today, "attended": "市政府办公室主任\n城管局局长", "minutes": "会议听取了办理情况。"},
        A.DECIDE: {"kind": "task", "text": "一周内恢复供水。", "units": [town.unit]},
        A.STRIKE: {"nth": 1, "reason": "登记有误"},
        A.RETURN: {"reason": "补充责任单位。"},
        A.REPORT: {"result": "已恢复供水。", "done": True},
    }
    return forms.get(act, {})


def leading(town: Town) -> None:
    """The leading group, with a leader in it."""
    unit = f"{town.code}.leading"
    organisations.found_unit(
        jurisdiction=town.code, code=unit, name=unit, type_code="leading_group", actor=FOUNDER, now=START
    )
    settle(town.code, unit, "leading.leader", "leader")
    organisations.activate_unit(jurisdiction=town.code, code=unit, actor=FOUNDER, now=START)


def planned(town: Town) -> str:
    """Number of the newest meeting of a month."""
    return str(Meeting.objects.filter(jurisdiction=town.code).exclude(rhythm="").latest("id").number)


@dataclass
class MeetingWalk:
    """One meeting; time goes on ten minutes with every act."""

    town: Town
    now: datetime = START
    number: str = ""

    @property
    def facts(self) -> MeetingFacts:
        """It as the rules see it."""
        return meetings.facts(self.number)

    def actor(self, short: str) -> Actor:
        """The person of that name."""
        return self.town.actor(short, self.now)

    def begin(self) -> Self:
        """The clock plans the meeting of the month."""
        sweep(self.town.code, self.now)
        self.number = planned(self.town)
        return self

    def later(self, **span: int) -> Self:
        """Let time go by, and the clock do what it demands."""
        self.now += timedelta(**span)
        sweep(self.town.code, self.now)
        return self

    def do(self, act: str, by: str | None = None, version: int | None = None, **fields: Any) -> Done:
        """Do an act by the book."""
        self.now += timedelta(minutes=10)
        entry = ACTS[(KIND, act)]
        form = entry.fields.model_validate({**filled(act, self.town, self.now), **fields})
        target = {} if act in BEGIN else {"number": self.number}
        done = entry.run(**target, fields=form, actor=self.actor(by or DOERS[act]), now=self.now, version=version)
        self.number = done.number
        return done

    def along(self, *acts: str) -> Self:
        """Do several acts by the book."""
        for one in acts:
            self.do(one)
        return self


TO_SIGNED = (A.CONVENE, A.HOLD, A.DECIDE, A.SIGN)
WAYS: Mapping[MeetingStage, Callable[[MeetingWalk], object]] = {
    S.PLANNED: lambda w: w.begin(),
    S.CONVENED: lambda w: w.begin().along(A.CONVENE),
    S.HELD: lambda w: w.begin().along(A.CONVENE, A.HOLD, A.DECIDE),
    S.SIGNED: lambda w: w.begin().along(*TO_SIGNED),
    S.CLOSED: lambda w: w.begin().along(*TO_SIGNED, A.REPORT, A.CLOSE),
    S.LAPSED: lambda w: w.begin().later(days=60),
}
"""One way to every stage."""


def meeting_at(stage: MeetingStage, town: Town, now: datetime = START) -> MeetingWalk:
    """The meeting of a month at that stage."""
    walk = MeetingWalk(town, now)
    WAYS[stage](walk)
    assert walk.facts.stage is stage
    return walk


def decided(town: Town, now: datetime, *subjects: str) -> str:
    """A meeting that was called, held and signed, and made these subjects weighty; answers its number."""
    walk = MeetingWalk(town, now)
    walk.along(A.CALL, A.CONVENE, A.HOLD)
    walk.do(A.DECIDE, kind="key", text="列为重点事项。", about=list(subjects), units=[])
    walk.do(A.SIGN)
    return walk.number

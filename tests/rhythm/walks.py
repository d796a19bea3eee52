"""Walking regular work through the commands: the clock opens it, whoever owes it does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bihuan.kernel.actor import Actor
from bihuan.policy.calendar import ZONE
from bihuan.record.commands import ACTS
from bihuan.record.types import Done
from bihuan.rhythm import queries as rhythms
from bihuan.rhythm.jobs import keep
from bihuan.rhythm.models import Rhythm
from bihuan.rhythm.types import KIND, RhythmAct, RhythmFacts, RhythmStage
from tests.towns import START, Town

A, S = RhythmAct, RhythmStage
DOERS: Mapping[str, str] = {
    A.DO: "unit.head",
    A.LOG_TRAINING: "desk.supervisor",
    A.LOG_BRIEFING: "unit.head",
    A.LOG_REVIEW: "office.list_director",
    A.ENTER_TRAINING: "desk.supervisor",
    A.ENTER_BRIEFING: "unit.head",
    A.ENTER_REVIEW: "office.list_director",
}
"""Who does an act when everything goes by the book."""
BEGIN = frozenset({A.ENTER_TRAINING, A.ENTER_BRIEFING, A.ENTER_REVIEW})


def filled(act: str, town: Town, now: datetime) -> dict[str, Any]:
    """A form filled in as the book says."""
    done_on = now.astimezone(ZONE).date().isoformat()
    training = {
        "done_on": done_on,
        "way": "session",
        "topic": "首接负责、吹哨报到工作流程",
        "units": [town.unit, town.other],
        "people": "两单位分管负责人、联络人共4人",
    }
    said = {"done_on": done_on, "summary": "本季度办理情况总体平稳。", "decided": "由办公室牵头解决路灯问题。"}
    briefing = {**said, "heard_by": "局长", "reported_by": "分管副局长"}
    forms: dict[str, dict[str, Any]] = {
        A.DO: {"done_on": done_on, "summary": "已完成。"},
        A.LOG_TRAINING: training,
        A.ENTER_TRAINING: training,
        A.LOG_BRIEFING: briefing,
        A.ENTER_BRIEFING: briefing,
        A.LOG_REVIEW: said,
        A.ENTER_REVIEW: said,
    }
    return forms[act]


def opened(town: Town, code: str, unit: str = "") -> str:
    """The newest number of such work."""
    rows = Rhythm.objects.filter(jurisdiction=town.code, code=code)
    return str((rows.filter(unit=unit) if unit else rows).latest("id").number)


@dataclass
class RhythmWalk:
    """The work of one period; time goes on ten minutes with every act."""

    town: Town
    now: datetime = START
    code: str = "briefing"
    number: str = ""

    @property
    def facts(self) -> RhythmFacts:
        """It as the rules see it."""
        return rhythms.facts(self.number)

    def actor(self, short: str) -> Actor:
        """The person of that name."""
        return self.town.actor(short, self.now)

    def begin(self, variant: int | None = None) -> "RhythmWalk":
        """The clock opens what the period wants; with a variant, it is one of all that may be done still."""
        keep(self.town.code, self.now)
        self.number = opened(self.town, self.code, self.town.unit if self.code == "briefing" else "")
        if variant is not None:
            today = self.now.astimezone(ZONE).date()
            due = Rhythm.objects.filter(jurisdiction=self.town.code, stage=S.DUE, code=self.code, begins_on__lte=today)
            numbers = list(due.order_by("id").values_list("number", flat=True))
            self.number = numbers[variant % len(numbers)] if numbers else self.number
        return self

    def later(self, **span: int) -> "RhythmWalk":
        """Let time go by, and the clock do what it demands."""
        self.now += timedelta(**span)
        keep(self.town.code, self.now)
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


WAYS: Mapping[RhythmStage, Callable[[RhythmWalk], object]] = {
    S.DUE: lambda w: w.begin(),
    S.DONE: lambda w: w.begin().do(A.LOG_BRIEFING),
    S.MISSED: lambda w: w.begin().later(days=250),
}
"""One way to every stage."""


def rhythm_at(stage: RhythmStage, town: Town, now: datetime = START) -> RhythmWalk:
    """The work of a quarter at that stage."""
    walk = RhythmWalk(town, now)
    WAYS[stage](walk)
    assert walk.facts.stage is stage
    return walk

"""Walking instructions of leaders through the commands: every state is reached as a user would reach it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any, Self

from bihuan.attachments import commands as attachments
from bihuan.instructions import queries as instructions
from bihuan.instructions.types import KIND, InstructionAct, InstructionFacts, InstructionStage
from bihuan.kernel.actor import Actor
from bihuan.policy.calendar import ZONE
from bihuan.record.commands import ACTS
from bihuan.record.types import Done
from tests.joint.walks import joint_bodies
from tests.scans import scanned
from tests.towns import START, Town
from tests.walks import TO_HANDLING, Walk, WithCase, at_stage

A, S = InstructionAct, InstructionStage
DOERS: Mapping[str, str] = {
    A.GIVE: "leaders.leader",
    A.ENTER: "desk.dispatcher",
    A.CALL_IN: "desk.dispatcher",
    A.VERIFY: "leaders.leader",
    A.REJECT: "leaders.leader",
    A.ADD_SCAN: "desk.dispatcher",
    A.ADD_TASKS: "desk.dispatcher",
    A.REPORT: "unit.deputy",
    A.REPORT_UP: "desk.dispatcher",
    A.CLOSE: "leaders.leader",
    A.AGAIN: "leaders.leader",
    A.REVOKE: "leaders.leader",
}
"""Who does an act of an instruction when everything goes by the book, where the town has leaders with accounts."""
BEGIN = frozenset({A.GIVE, A.ENTER, A.CALL_IN})
SCANNED = frozenset({A.ENTER, A.ADD_SCAN})
"""What is proved by a scan, whoever does it."""
DECIDE = frozenset({A.VERIFY, A.REJECT, A.CLOSE, A.AGAIN, A.REVOKE})
REFERENCES = count(1)


def decider(town: Town) -> str:
    """Who confirms: the leader, where there are leaders with accounts; else whoever supervises."""
    return "leaders.leader" if joint_bodies(town) else "supervision.supervisor"


def filled(act: str, town: Town, now: datetime, subject: str = "") -> dict[str, Any]:
    """A form of an instruction filled in as the book says, but for its scan."""
    whole = {
        "text": "请城管局牵头，一周内修复路灯，并报告办理情况。",
        "purpose": "supervise",
        "about": [subject] if subject.removeprefix("case:") else [],
        "topic": "路灯久修不亮",
        "not_secret": True,
        "units": [town.unit],
        "task": "修复路灯，说明拖延原因。",
    }
    by = {
        "leader": "分管副区长",
        "leader_account": f"{town.code}.leaders.leader" if joint_bodies(town) else "",
        "issued_on": now.astimezone(ZONE).date().isoformat(),
    }
    forms: dict[str, dict[str, Any]] = {
        A.GIVE: whole,
        A.ENTER: {**whole, **by, "reference": f"区政办批〔2025〕{next(REFERENCES)}号"},
        A.CALL_IN: {**whole, **by, "emergency": "路灯漏电，随时可能伤人。"},
        A.REJECT: {"reason": "没有作过这一批示。"},
        A.ADD_SCAN: {"reference": f"区政办批〔2025〕{next(REFERENCES)}号"},
        A.ADD_TASKS: {"units": [town.other], "task": "配合供电。"},
        A.REPORT: {"result": "路灯已全部修复。"},
        A.REPORT_UP: {"report": "责任单位已办结，现场核实属实。"},
        A.CLOSE: {"outcome": "已办结，同意。"},
        A.AGAIN: {"reason": "仍有两盏不亮。", "units": [town.unit], "task": "全部修复。"},
        A.REVOKE: {"reason": "情况已经变化。"},
    }
    return forms.get(act, {})


@dataclass
class InstructionWalk(WithCase):
    """One instruction with the case that it names; time goes on ten minutes with every act."""

    town: Town
    case: Walk
    number: str = ""

    @property
    def facts(self) -> InstructionFacts:
        """It as the rules see it."""
        return instructions.facts(self.number)

    def begin(self, act: str = A.ENTER, **fields: Any) -> Self:
        """Begin one about a case that a unit handles."""
        if not self.case.number:
            self.case.along(*TO_HANDLING)
        self.do(act, **fields)
        return self

    def doer(self, act: str) -> str:
        """Who does the act in this town."""
        return decider(self.town) if act in DECIDE else DOERS[act]

    def do(self, act: str, by: str | None = None, version: int | None = None, **fields: Any) -> Done:
        """Do an act by the book."""
        self.case.later(minutes=10)
        entry, who = ACTS[(KIND, act)], by or self.doer(act)
        said = {**filled(act, self.town, self.now, f"case:{self.case.number}"), **fields}
        if "scan" in entry.fields.model_fields and "scan" not in said and (act in SCANNED or "leader" not in who):
            said["scan"] = [self.scan(self.actor(who))]
        target = {} if act in BEGIN else {"number": self.number}
        form = entry.fields.model_validate(said)
        done = entry.run(**target, fields=form, actor=self.actor(who), now=self.now, version=version)
        self.number = done.number
        return done

    def scan(self, actor: Actor, page: bytes = b"", name: str = "批示.png") -> int:
        """Upload the scan of a page."""
        return attachments.store(
            jurisdiction=self.town.code, name=name, data=page or scanned(), actor=actor, now=self.now
        ).id


WAYS: Mapping[InstructionStage, Callable[[InstructionWalk], object]] = {
    S.ENTERED: lambda w: w.begin(),
    S.IN_FORCE: lambda w: w.begin().along(A.VERIFY),
    S.REPORTED: lambda w: w.begin().along(A.VERIFY, A.REPORT, A.REPORT_UP),
    S.CLOSED: lambda w: w.begin().along(A.VERIFY, A.REPORT, A.REPORT_UP, A.CLOSE),
    S.VOID: lambda w: w.begin().along(A.REJECT),
}
"""One way to every stage."""


def instruction_at(stage: InstructionStage, town: Town, now: datetime = START) -> InstructionWalk:
    """A new instruction at that stage."""
    return at_stage(stage, WAYS, InstructionWalk(town, Walk(town, now)))

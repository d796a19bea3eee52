"""Walking clues through the commands: every state is reached as a user would reach it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import count
from typing import Any, Self

from bihuan.accountability import commands
from bihuan.accountability import queries as clues
from bihuan.accountability.commands import Finding
from bihuan.accountability.types import KIND, ClueAct, ClueFacts, ClueStage
from bihuan.attachments import commands as attachments
from bihuan.duties import queries as duties
from bihuan.kernel.actor import Actor
from bihuan.organisations import commands as organisations
from bihuan.organisations.queries import named
from bihuan.policy.calendar import ZONE
from bihuan.record.commands import ACTS
from bihuan.record.types import Done
from tests.again import again, history
from tests.scans import scanned
from tests.supervision.walks import with_supervisors
from tests.towns import FOUNDER, START, Town, pack_of, settle
from tests.walks import TO_HANDLING, Walk, WithCase, at_stage

A, S = ClueAct, ClueStage
DOERS: Mapping[str, str] = {
    A.OPEN: "desk.assessor",
    A.FIND_AGAIN: "clockwork",
    A.ADD_EVIDENCE: "desk.assessor",
    A.ASK: "desk.assessor",
    A.EXPLAIN: "unit.deputy",
    A.GO_ON: "clockwork",
    A.DISMISS: "desk.assessor",
    A.VERIFY: "desk.assessor",
    A.SEND_BACK: "desk.head",
    A.APPROVE: "desk.head",
    A.REFER: "desk.assessor",
    A.RECEIVE: "desk.assessor",
    A.GUIDE: "discipline.handler",
    A.RESULT: "desk.assessor",
    A.FILE: "personnel.assessor",
}
"""Who does an act of a clue when everything goes by the book, and it is handed over to a party body."""
BY_RECIPIENT = frozenset({A.RECEIVE, A.RESULT})
REFERENCES = count(1)


def with_accountable(town: Town, now: datetime = START) -> Town:
    """A town with its assessor, the discipline body and the personnel department; where clues are opened."""
    town = with_supervisors(town, now)
    if not pack_of(town.code).binds("account.clue") or town.actor("desk.assessor", now).seats:
        return town
    return _with_accountable(town, pack_of(town.code).digest, now)


@partial(again, after=lambda town, *_: history(town.code))
def _with_accountable(town: Town, digest: str, now: datetime) -> Town:
    """The same as long as the regulation and what happened in the town are the same."""
    types = pack_of(town.code).unit_types.values()
    settle(town.code, town.desk, "desk.assessor", "assessor", now)
    for short, capacity, posts in (
        ("discipline", "discipline", ("handler",)),
        ("personnel", "personnel", ("assessor",)),
    ):
        code = f"{town.code}.{short}"
        if named([code], town.code, now=now):
            continue
        kind = next(t.code for t in types if capacity in t.capacities)
        organisations.found_unit(jurisdiction=town.code, code=code, name=code, type_code=kind, actor=FOUNDER, now=now)
        for post in posts:
            settle(town.code, code, f"{short}.{post}", post, now)
        organisations.activate_unit(jurisdiction=town.code, code=code, actor=FOUNDER, now=now)
    return town


def filled(act: str, town: Town, now: datetime, subject: str = "") -> dict[str, Any]:
    """A form of a clue filled in as the book says, but for its scan."""
    situation = next(iter(pack_of(town.code).situations), "other")
    forms: dict[str, dict[str, Any]] = {
        A.OPEN: {
            "unit": town.unit,
            "situation": situation,
            "about": subject if subject.partition(":")[2] else "",
            "facts": "答复称已修复，现场查看仍不亮。",
        },
        A.FIND_AGAIN: {"detector": "untrue", "events": ["case:none#1#再次发现"]},
        A.ADD_EVIDENCE: {"evidence": "现场照片。"},
        A.ASK: {"question": "请说明答复与现场不符的原因。"},
        A.EXPLAIN: {"explanation": "施工队误报，已重新安排。"},
        A.DISMISS: {"reason": "单位说明属实。"},
        A.VERIFY: {
            "situation": situation,
            "finding": "经现场核实，答复与事实不符。",
            "consequence": "群众反复来电。",
            "severity": "ordinary",
        },
        A.SEND_BACK: {"reason": "请补充现场核实的时间。"},
        A.APPROVE: {"opinion": "同意移交。", "party_body": "区住建局党组"},
        A.REFER: {"document_number": f"文社协责移〔2025〕{next(REFERENCES)}号", "suggestion": "建议对责任人批评教育。"},
        A.RECEIVE: {"taken_by": "机要室", "taken_at": now.isoformat()},
        A.GUIDE: {"guidance": "请尽快查明责任人。"},
        A.RESULT: {
            "outcome": "talk",
            "result": "对分管负责人谈话提醒。",
            "result_posts": "分管副局长",
            "concluded_on": now.astimezone(ZONE).date().isoformat(),
        },
        A.FILE: {"note": "记入本年度考核。"},
    }
    return forms.get(act, {})


@dataclass
class ClueWalk(WithCase):
    """One clue with the case that it is about; time goes on ten minutes with every act."""

    town: Town
    case: Walk
    number: str = ""

    @property
    def facts(self) -> ClueFacts:
        """It as the rules see it."""
        return clues.facts(self.number)

    def begin(self, **fields: Any) -> Self:
        """Open one about a case that a unit handles."""
        if not self.case.number:
            self.case.along(*TO_HANDLING)
        self.do(A.OPEN, **fields)
        return self

    def doer(self, act: str) -> str:
        """Who does the act: the recipient itself where it works with the program."""
        inside = self.number and not self.facts.outside
        return "discipline.handler" if act in BY_RECIPIENT and inside else DOERS[act]

    def do(self, act: str, by: str | None = None, version: int | None = None, **fields: Any) -> Done:
        """Do an act by the book."""
        self.case.later(minutes=10)
        entry, who = ACTS[(KIND, act)], by or self.doer(act)
        said = {**filled(act, self.town, self.now, f"case:{self.case.number}"), **fields}
        if "scan" in entry.fields.model_fields and "scan" not in said:
            said["scan"] = [self.scan(self.actor(who))]
        target = {} if act == A.OPEN else {"number": self.number}
        form = entry.fields.model_validate(said)
        done = entry.run(**target, fields=form, actor=self.actor(who), now=self.now, version=version)
        self.number = done.number
        return done

    def scan(self, actor: Actor) -> int:
        """Upload the scan of a page."""
        return attachments.store(
            jurisdiction=self.town.code, name="回执.png", data=scanned(), actor=actor, now=self.now
        ).id

    def silent(self) -> Self:
        """The unit says nothing until after its limit."""
        self.case.now = max(self.case.now, self.facts.duties["clue_explain"])
        self.do(A.GO_ON)
        return self


TO_REFERRED = (A.ASK, A.EXPLAIN, A.VERIFY, A.APPROVE, A.REFER)
WAYS: Mapping[ClueStage, Callable[[ClueWalk], object]] = {
    S.OPENED: lambda w: w.begin(),
    S.ASKED: lambda w: w.begin().along(A.ASK),
    S.EXPLAINED: lambda w: w.begin().along(A.ASK, A.EXPLAIN),
    S.VERIFIED: lambda w: w.begin().along(A.ASK, A.EXPLAIN, A.VERIFY),
    S.APPROVED: lambda w: w.begin().along(*TO_REFERRED[:-1]),
    S.REFERRED: lambda w: w.begin().along(*TO_REFERRED),
    S.RESULTED: lambda w: w.begin().along(*TO_REFERRED, A.RECEIVE, A.RESULT),
    S.CLOSED: lambda w: w.begin().along(*TO_REFERRED, A.RECEIVE, A.RESULT, A.FILE),
    S.DISMISSED: lambda w: w.begin().along(A.DISMISS),
}
"""One way to every stage."""


def clue_at(stage: ClueStage, town: Town, now: datetime = START) -> ClueWalk:
    """A new clue at that stage."""
    return at_stage(stage, WAYS, ClueWalk(town, Walk(town, now)))


def found_by_record(town: Town, case: Walk, **differs: Any) -> str:
    """What the clock opens by an event of the case's record."""
    situation = next(iter(pack_of(town.code).situations))
    said: dict[str, Any] = {
        "jurisdiction": town.code,
        "unit": town.unit,
        "situation": situation,
        "about": f"case:{case.number}",
        "of_case": case.number,
        "detector": "untrue",
        "facts": "回访认为答复与事实不符。",
        "events": ((f"case:{case.number}", 1, "登记"),),
    }
    return commands.find(Finding(**{**said, **differs}), pack=pack_of(town.code), now=case.now)


__all__ = ["TO_REFERRED", "ClueWalk", "clue_at", "duties", "filled", "found_by_record", "with_accountable"]

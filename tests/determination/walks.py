"""Walking determinations and referrals through the commands: every state is reached as a user would reach it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from bihuan.cases.models import Case as CaseRow
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import DutyKind as CaseDuty
from bihuan.cases.types import Stage as CaseStage
from bihuan.determination import queries as determination
from bihuan.determination.types import (
    Act,
    DeterminationFacts,
    ReferralAct,
    ReferralFacts,
    ReferralStage,
    Stage,
)
from bihuan.kernel.stages import Move
from bihuan.organisations import commands as organisations
from bihuan.organisations.queries import named
from bihuan.record.commands import ACTS
from bihuan.record.types import Done
from tests.again import again, history
from tests.joint.walks import entered, seal, with_bodies
from tests.towns import FOUNDER, START, UNIT_POSTS, Town, pack_of, settle
from tests.walks import Walk, WithCase, at_stage, found_a_gap, known_here
from tests.walks import walk_to as case_at

A, C, R = Act, CaseAct, ReferralAct

DOERS: Mapping[str, str] = {
    A.ADD_PARTIES: "desk.dispatcher",
    A.STATE_POSITION: "unit.handler",
    A.SUBMIT: "desk.dispatcher",
    A.DECLINE: "desk.dispatcher",
    A.ASK_MATERIAL: "justice.handler",
    A.ADD_MATERIAL: "desk.dispatcher",
    A.OPINE: "staffing.handler",
    A.ISSUE_UNIT: "staffing.deputy",
    A.ISSUE_GAP: "staffing.deputy",
    A.ISSUE_UNREASONABLE: "staffing.deputy",
    A.ASSIGN: "desk.dispatcher",
    A.REPORT: "desk.reviewer",
    A.DESIGNATE: "leaders.leader",
    A.VERIFY: "leaders.leader",
    A.DENY: "leaders.leader",
    A.TAKE_BACK: "desk.dispatcher",
    A.ENTER_RESPONSIBILITY: "staffing.handler",
    A.NAME_CONTACT: "justice.handler",
    A.DISSOLVE: "clockwork",
}
"""Who does an act of a determination when everything goes by the book."""
REFERRAL_DOERS: Mapping[str, str] = {
    R.EXPLAIN: "other.handler",
    R.ADD_EVIDENCE: "desk.dispatcher",
    R.SEND: "desk.dispatcher",
    R.DROP: "desk.reviewer",
    R.SIGN_LETTER: "desk.head",
    R.RECEIPT: "discipline.handler",
    R.RESULT: "discipline.handler",
}
"""The same of a referral."""


def filled(act: str, town: Town) -> dict[str, Any]:
    """A form of a determination filled in as the book says."""
    opinion = {"opinion_number": "认定〔2025〕3号", "opinion": "按三定规定研究认定。", "law": "三定规定第二条"}
    forms: dict[str, dict[str, Any]] = {
        A.ADD_PARTIES: {"parties": [f"{town.code}.third"]},
        A.STATE_POSITION: {"position": "不属于本单位职责。", "law": "三定规定第三条"},
        A.SUBMIT: {
            "background": "诉求人反映小区外路灯不亮，两家单位均称不归其管理。",
            "law": "《城市照明管理规定》第四条；两家单位三定规定",
            "question": "该路段路灯由谁维护。",
            "missing": "多次催促仍未说明。",
        },
        A.DECLINE: {"reason": "职责清楚，由现承办单位继续办理。"},
        A.ASK_MATERIAL: {"reason": "请补充该路段移交协议。"},
        A.ADD_MATERIAL: {"material": "移交协议见附件。"},
        A.OPINE: {"outcome": "unit", "unit": town.other, "opinion": "应由该单位承办。", "law": "三定规定第二条"},
        A.ISSUE_UNIT: {**opinion, "unit": town.other},
        A.ISSUE_GAP: {**opinion, "reasonableness": "涉及夜间出行安全，要求合理。"},
        A.ISSUE_UNREASONABLE: {**opinion, "reasonableness": "要求单独为其加装，超出公共服务范围。"},
        A.ASSIGN: {"requirements": "尽快修复并答复。"},
        A.REPORT: {"gap": "开发企业注销后无人接管。", "suggestion": "建议指定市政单位先行修复。"},
        A.DENY: {"reason": "没有作过这个批示。"},
        A.DESIGNATE: {"text": "由该单位牵头，从速修复。", "unit": town.other},
        A.TAKE_BACK: {"reason": "向诉求人解释。"},
        A.ENTER_RESPONSIBILITY: {
            "code": "ZR-2025-01",
            "matter": "开发企业注销后小区外路灯维护",
            "lead": town.other,
            "basis": "研究意见",
        },
        A.NAME_CONTACT: {"account": f"{town.code}.justice.handler"},
    }
    return forms.get(act, {})


def filled_of_referral(act: str, now: datetime = START) -> dict[str, Any]:
    """A form of a referral filled in as the book says."""
    forms: dict[str, dict[str, Any]] = {
        R.EXPLAIN: {"explanation": "本单位经费不足，暂未安排。"},
        R.ADD_EVIDENCE: {"evidence": "会议纪要载明其当场拒绝。"},
        R.SEND: {"document_number": "文社协移〔2025〕1号", "verified": "经派单员电话核实，情况属实。"},
        R.DROP: {"reason": "该单位已派员办理。"},
        R.RECEIPT: {"taken_by": "信访室", "taken_at": now.isoformat()},
        R.RESULT: {"result": "对分管负责人批评教育。", "concluded_on": now.date().isoformat()},
    }
    return forms.get(act, {})


def with_determiners(town: Town, now: datetime = START) -> Town:
    """A town with everybody who determines: 编办, 司法局, the leadership, the discipline body; where there is any."""
    if not pack_of(town.code).binds("determination.refer"):
        return town
    town = with_bodies(town, now)
    if named([f"{town.code}.justice"], town.code, now=now):
        return town
    return _with_determiners(town, pack_of(town.code).digest, now)


@partial(again, after=lambda town, *_: history(town.code))
def _with_determiners(town: Town, digest: str, now: datetime) -> Town:
    """The same as long as the regulation and what happened in the town are the same."""
    types = pack_of(town.code).unit_types.values()
    justice = next(t.code for t in types if "determination" in t.capacities and "staffing" not in t.capacities)
    discipline = next(t.code for t in types if "discipline" in t.capacities)
    for short, kind, posts in (("justice", justice, UNIT_POSTS), ("discipline", discipline, ("handler",))):
        code = f"{town.code}.{short}"
        if named([code], town.code, now=now):
            continue
        organisations.found_unit(jurisdiction=town.code, code=code, name=code, type_code=kind, actor=FOUNDER, now=now)
        for post in posts:
            settle(town.code, code, f"{short}.{post}", post, now)
        organisations.activate_unit(jurisdiction=town.code, code=code, actor=FOUNDER, now=now)
    if not town.actor("desk.head", now).seats:
        settle(town.code, town.desk, "desk.head", "head", now)
    return replace(town, supervision=f"{town.code}.offices")


@dataclass
class DeterminationWalk(WithCase):
    """One determination walking through a town with its case; time goes on ten minutes with every act."""

    town: Town
    case: Walk
    number: str = ""

    @property
    def facts(self) -> DeterminationFacts:
        """The determination as the rules see it."""
        return determination.facts(self.number)

    def begin(self, **fields: Any) -> "DeterminationWalk":
        """Register, dispatch and sign in a case, and have its lead ask who is responsible."""
        self.case.along(C.REGISTER, C.DISPATCH, C.SIGN_IN)
        return self.start(C.REQUEST_DETERMINATION, **fields)

    def start(self, act: str = C.OPEN_DETERMINATION, **fields: Any) -> "DeterminationWalk":
        """Begin the determination of the case as it stands."""
        self.case.do(act, **fields)
        self.number = determination.standing_on(self.case.number)
        return self

    def do(self, act: str, by: str | None = None, version: int | None = None, **fields: Any) -> Done:
        """Do an act by the book, with what differs given."""
        self.case.later(minutes=10)
        entry = ACTS[("determination", act)]
        said = {**known_here(entry.fields, filled(act, self.town), self.town), **fields}
        if act == A.OPINE and said["outcome"] == "gap":
            said.pop("unit", None)
        if "opinion_number" in said and "opinion_number" not in fields:
            said["opinion_number"] = f"认定〔2025〕{self.number[-4:]}号"
        form = entry.fields.model_validate(said)
        actor = self.actor(by or DOERS[act])
        return entry.run(number=self.number, fields=form, actor=actor, now=self.now, version=version)

    def designated(self, by: str = "desk.dispatcher", **fields: Any) -> Done:
        """Somebody enters that a leader named a unit."""
        return self.do(A.DESIGNATE, by=by, **{**entered(self.town, self.actor(by), self.now), **fields})

    def heard(self, **fields: Any) -> "DeterminationWalk":
        """Both bodies say what they hold, after the other unit has."""
        if self.town.other in self.facts.silent:
            self.do(A.STATE_POSITION, by="other.handler")
        for body in ("staffing", "justice"):
            self.do(A.OPINE, by=f"{body}.handler", **fields)
        return self


def to_submitted(walk: DeterminationWalk) -> DeterminationWalk:
    """The dispute file is with 编办 and 司法局."""
    return walk.begin().along(A.SUBMIT)


def to_determined(walk: DeterminationWalk) -> DeterminationWalk:
    """The written opinion names a unit."""
    return to_submitted(walk).heard().along(A.ISSUE_UNIT)


def to_gap(walk: DeterminationWalk) -> DeterminationWalk:
    """The written opinion finds a gap."""
    return to_submitted(walk).heard(outcome="gap").along(A.ISSUE_GAP)


def _dissolved(walk: DeterminationWalk) -> None:
    to_submitted(walk)
    walk.case.do(C.WITHDRAW)
    walk.do(A.DISSOLVE)


WAYS: Mapping[Stage, Callable[[DeterminationWalk], object]] = {
    Stage.DRAFT: lambda w: w.begin(),
    Stage.SUBMITTED: to_submitted,
    Stage.DETERMINED: to_determined,
    Stage.GAP: to_gap,
    Stage.UNREASONABLE: lambda w: to_submitted(w).heard(outcome="gap").along(A.ISSUE_UNREASONABLE),
    Stage.REPORTED: lambda w: to_gap(w).along(A.REPORT),
    Stage.DESIGNATED: lambda w: to_gap(w).along(A.REPORT, A.DESIGNATE),
    Stage.FOLLOW_UP: lambda w: to_gap(w).along(A.REPORT, A.DESIGNATE, A.ASSIGN),
    Stage.SETTLED: lambda w: to_determined(w).along(A.ASSIGN),
    Stage.DECLINED: lambda w: w.begin().along(A.DECLINE),
    Stage.TAKEN_BACK: lambda w: to_submitted(w).along(A.TAKE_BACK),
    Stage.DISSOLVED: _dissolved,
}
"""One way to every stage."""


def walk_to(stage: Stage, town: Town, now: datetime = START) -> DeterminationWalk:
    """A new determination at that stage."""
    return at_stage(stage, WAYS, DeterminationWalk(town, Walk(town, now)))


@dataclass
class ReferralWalk(WithCase):
    """One refusal on its way to whoever is competent, with the case it happened in."""

    town: Town
    case: Walk
    number: str = ""

    @property
    def facts(self) -> ReferralFacts:
        """The referral as the rules see it."""
        return determination.referral(self.number)

    def begin(self) -> "ReferralWalk":
        """A determined unit refuses."""
        walk = DeterminationWalk(self.town, self.case)
        to_determined(walk).along(A.ASSIGN)
        return self.start()

    def start(self, **fields: Any) -> "ReferralWalk":
        """Put the refusal of the case's lead on file."""
        self.case.do(C.RECORD_REFUSAL, **fields)
        self.number = determination.open_referral(self.case.number, self.case.facts.lead or "")
        return self

    def do(self, act: str, by: str | None = None, version: int | None = None, **fields: Any) -> Done:
        """Do an act by the book, with what differs given."""
        self.case.later(minutes=10)
        entry = ACTS[("referral", act)]
        form = entry.fields.model_validate({**filled_of_referral(act, self.now), **fields})
        actor = self.actor(by or REFERRAL_DOERS[act])
        return entry.run(number=self.number, fields=form, actor=actor, now=self.now, version=version)


REFERRAL_WAYS: Mapping[ReferralStage, Callable[[ReferralWalk], object]] = {
    ReferralStage.OPEN: lambda w: w.begin(),
    ReferralStage.SENT: lambda w: w.begin().along(R.EXPLAIN, R.SEND),
    ReferralStage.DROPPED: lambda w: w.begin().along(R.DROP),
}
"""One way to every stage."""


def referral_at(stage: ReferralStage, town: Town, now: datetime = START) -> ReferralWalk:
    """A new referral at that stage."""
    return at_stage(stage, REFERRAL_WAYS, ReferralWalk(town, Walk(town, now)))


def case_ready_for(move: Move, town: Town) -> Walk | None:
    """A case at which a row of its table that belongs to determinations may be walked; None for every other row."""
    match move.act, move.origin:
        case C.REQUEST_DETERMINATION | C.OPEN_DETERMINATION | C.TAKE_BACK, _:
            return case_at(move.origin, town)  # type: ignore[arg-type]
        case C.ADJUDICATE, _:
            walk = case_at(move.origin, with_determiners(town))  # type: ignore[arg-type]
            return walk.along(C.OPEN_DETERMINATION)
        case C.REPORT_GAP, _:
            return found_a_gap(Walk(town))
        case C.ASSIGN_DETERMINED, CaseStage.ADJUDICATING:
            return to_determined(DeterminationWalk(with_determiners(town), Walk(town))).case
        case C.ASSIGN_DETERMINED, _:
            gap = to_gap(DeterminationWalk(with_determiners(town), Walk(town)))
            return gap.along(A.REPORT, A.DESIGNATE).case
        case C.RECORD_REFUSAL, stage:
            return _designated(Walk(town), stage)
        case C.NOTICE_SILENCE, stage:
            return _designated(Walk(town), stage).later(days=20)
        case C.NO_REFUSAL, CaseStage() as stage:
            return silent(town, stage)
    return None


_TO_CALLBACK = (C.SIGN_IN, C.ANSWER, C.SIGN_OFF, C.APPROVE)
_AFTER_SILENCE: Mapping[CaseStage, tuple[str, ...]] = {
    CaseStage.DISPATCHED: (),
    CaseStage.HANDLING: (C.SIGN_IN,),
    CaseStage.AWAITING: (C.SIGN_IN, C.AWAIT_REQUESTER),
    CaseStage.HUNG: (C.SIGN_IN, C.HANG),
    CaseStage.SIGN_OFF: (C.SIGN_IN, C.ANSWER),
    CaseStage.SUBMITTED: (C.SIGN_IN, C.ANSWER, C.SIGN_OFF),
    CaseStage.CALLBACK: _TO_CALLBACK,
    CaseStage.REWORK: (*_TO_CALLBACK, C.RECORD_CALLBACK, C.REWORK),
    CaseStage.CLOSED: (*_TO_CALLBACK, C.RECORD_CALLBACK, C.CLOSE),
    CaseStage.TERMINATED: (C.SIGN_IN, C.REQUEST_TERMINATION, C.APPROVE_TERMINATION),
    CaseStage.WITHDRAWN: (C.WITHDRAW,),
}
"""What is done after all while the desk still has to check the silence."""


def silent(town: Town, stage: CaseStage = CaseStage.DISPATCHED) -> Walk:
    """A case whose designated lead did not sign in, which the desk has to check; it went on to the stage meanwhile."""
    walk = _designated(Walk(town), CaseStage.DISPATCHED)
    walk.at(walk.facts.duties[CaseDuty.SIGN_IN]).do(C.NOTICE_SILENCE)
    if stage is CaseStage.RETURN_REVIEW:  # once it is designated no more
        CaseRow.objects.filter(number=walk.number).update(designated=False)
        return walk.along(C.REQUEST_RETURN)
    for act in _AFTER_SILENCE[stage]:
        said: dict[str, Any] = {}
        if (act, stage) == (C.RECORD_CALLBACK, CaseStage.REWORK):
            said = {"solved": "no", "satisfied": "no"}
        if act == C.REQUEST_TERMINATION:
            said = {"attachments": seal(walk.actor("unit.handler"), walk.now)}
        walk.do(act, **said)
    return walk


def _designated(walk: Walk, stage: object) -> Walk:
    """A case whose lead was designated, at a stage where it may refuse."""
    walk.do(C.REGISTER)
    walk.do(C.DISPATCH, basis_kind="designation")
    if stage == CaseStage.DISPATCHED:
        return walk
    walk.do(C.SIGN_IN)
    if stage == CaseStage.HANDLING:
        return walk
    walk.along(C.ANSWER, C.SIGN_OFF, C.APPROVE)
    walk.do(C.RECORD_CALLBACK, solved="no", satisfied="no")
    return walk.along(C.REWORK)

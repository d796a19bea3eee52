"""The stage tables of linkages and whistles: every move there is, in the order of the work."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bihuan.cases import stages as cases
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import Stage as CaseStage
from bihuan.joint.types import (
    CLOCK,
    CO_UNIT,
    DESK,
    DISPATCHER,
    LEAD_HANDLER,
    LEAD_HEAD,
    LEAD_SIGNER,
    LEADER,
    OFFICES,
    RESPONDER,
    TOWN_HANDLER,
    TOWN_HEAD,
    TOWN_SIGNER,
    Act,
    DutyKind,
    Kind,
    Stage,
)
from bihuan.kernel.norm import Norm
from bihuan.kernel.stages import Branch, Move, Role, StageTable
from bihuan.policy import norms as n

ENDS = frozenset({Stage.SIGNED, Stage.VOID, Stage.DISSOLVED})
GONE = (Stage.VOID, Stage.DISSOLVED)
"""Where nothing stands on the case any more."""
OPEN = tuple(stage for stage in Stage if stage not in ENDS)
WORKING = (Stage.ACTIVE, Stage.ESCALATED)
S, A, D = Stage, Act, DutyKind


@dataclass(frozen=True, slots=True)
class _Cast:
    """Who plays what, and by which norms, in one of the two instruments."""

    handler: Role
    signer: Role
    head: Role
    member: Role
    join: Norm
    filing: Norm
    work: Norm
    convene: Norm
    passive: Norm
    report: Norm
    district: Norm
    grade: Norm
    form: Norm
    signed: Norm


LINKED = _Cast(
    LEAD_HANDLER,
    LEAD_SIGNER,
    LEAD_HEAD,
    CO_UNIT,
    n.LINKAGE_REQUEST,
    n.LINKAGE_FILING,
    n.LINKAGE_COOPERATE,
    n.LINKAGE_CONVENE,
    n.LINKAGE_PASSIVE,
    n.LINKAGE_REPORT,
    n.LINKAGE_COORDINATE,
    n.LINKAGE_GRADE,
    n.LINKAGE_FORM,
    n.LINKAGE_FORM_SIGNED,
)
WHISTLED = _Cast(
    TOWN_HANDLER,
    TOWN_SIGNER,
    TOWN_HEAD,
    RESPONDER,
    n.WHISTLE_PRE_STUDY,
    n.WHISTLE_FILING,
    n.WHISTLE_RESPOND,
    n.WHISTLE_CONVENE,
    n.WHISTLE_PASSIVE,
    n.WHISTLE_REPORT,
    n.WHISTLE_COORDINATE,
    n.WHISTLE_GRADE,
    n.WHISTLE_FORM,
    n.WHISTLE_FORM_SIGNED,
)


def _together(c: _Cast) -> Iterator[Move]:
    """What the two instruments have in common."""
    yield Move(S.ACTIVE, A.ADD_UNITS, S.ACTIVE, (c.handler,), c.join, lapses=(D.RETARGET,))
    for stage in OPEN:
        yield Move(stage, A.ACKNOWLEDGE, stage, (DESK,), c.filing, discharges=(D.FILING,))
    for stage in WORKING:
        yield Move(stage, A.RECORD_WORK, stage, (c.member,), c.work)
        yield Move(stage, A.FINISH, stage, (c.member,), c.work)
        yield Move(stage, A.HOLD_MEETING, stage, (c.handler,), c.convene)
        yield Move(stage, A.NOTIFY, stage, (c.handler,), c.passive, opens=(D.REMIND,))
    for stage in OPEN:
        yield Move(stage, A.REMIND, stage, (DISPATCHER,), c.passive, discharges=(D.REMIND,))
    for stage in (*OPEN, S.SIGNED):
        yield Move(stage, A.EXPLAIN, stage, (c.member,), c.passive)
    yield Move(S.ACTIVE, A.REPORT, S.ESCALATED, (c.head,), c.report, opens=(D.INSTRUCTION,))
    yield Move(S.ESCALATED, A.INSTRUCT, S.ACTIVE, (LEADER, DISPATCHER), c.district, discharges=(D.INSTRUCTION,))
    yield Move(
        S.ACTIVE,
        A.CONCLUDE,
        S.CONCLUDED,
        (c.handler,),
        c.convene,
        opens=(D.FILE_FORM,),
        discharges=(D.CONCLUDE,),
        lapses=(D.ACCEPT, D.CHECK_IN, D.WORK, D.RETURN_DECISION, D.RULING),
    )
    yield Move(S.CONCLUDED, A.GRADE, S.CONCLUDED, (c.handler,), c.grade)
    yield Move(S.CONCLUDED, A.FILE_FORM, S.FORM, (c.handler,), c.form, opens=(D.SIGN_FORM,), discharges=(D.FILE_FORM,))
    yield Move(
        S.FORM,
        A.SEND_BACK_FORM,
        S.CONCLUDED,
        (c.signer,),
        c.signed,
        opens=(D.FILE_FORM,),
        discharges=(D.SIGN_FORM,),
    )
    yield Move(S.FORM, A.SIGN_FORM, S.SIGNED, (c.signer,), c.signed, discharges=(D.SIGN_FORM,), lapses_all=True)
    yield Move(S.ACTIVE, A.VOID, S.VOID, (c.handler,), c.join, lapses_all=True)
    yield Move(S.SIGNED, A.RENEW, S.ACTIVE, (c.handler,), n.JOINT_AGAIN, opens=(D.FILING, D.CONCLUDE))
    for stage in OPEN:
        yield Move(stage, A.DISSOLVE, S.DISSOLVED, (CLOCK,), n.JOINT_ENDS, lapses_all=True)


def _linkage() -> Iterator[Move]:
    """What linkages have of their own: a co-unit accepts, and asks out at the lead alone."""
    yield Move(None, A.REQUEST, S.ACTIVE, (LEAD_HANDLER,), n.LINKAGE_REQUEST, opens=(D.FILING, D.CONCLUDE))
    for stage in WORKING:
        yield Move(stage, A.ACCEPT, stage, (CO_UNIT,), n.LINKAGE_COOPERATE)
        yield Move(stage, A.RETURN, stage, (CO_UNIT,), n.LINKAGE_COOPERATE, opens=(D.RETURN_DECISION,))
        for act in (A.RELEASE, A.KEEP):
            yield Move(stage, act, stage, (LEAD_HANDLER,), n.LINKAGE_COOPERATE, discharges=(D.RETURN_DECISION,))


def _whistle() -> Iterator[Move]:
    """What whistles have of their own: check-in, wrong targets, three degrees, emergencies."""
    yield Move(None, A.BLOW, S.ACTIVE, (TOWN_HANDLER,), n.WHISTLE_BLOW, opens=(D.CONCLUDE,))
    for stage in OPEN:
        yield Move(stage, A.FILE, stage, (TOWN_HANDLER,), n.WHISTLE_FILING, opens=(D.FILING,), discharges=(D.CALL,))
        yield Move(stage, A.RECORD_CALL, stage, (DESK,), n.WHISTLE_FILING, discharges=(D.CALL, D.FILING))
        yield Move(stage, A.NOTE_EMERGENCY, stage, (OFFICES,), n.WHISTLE_EMERGENCY)
    for stage in WORKING:
        yield Move(stage, A.CHECK_IN, stage, (RESPONDER,), n.WHISTLE_CHECK_IN)
        yield Move(stage, A.CONTACT_UPWARD, stage, (RESPONDER,), n.WHISTLE_UPWARD)
        yield Move(stage, A.OBJECT, stage, (RESPONDER,), n.WHISTLE_MISDIRECTED, opens=(D.RULING,))
        for act in (A.UPHOLD, A.OVERRULE):
            yield Move(stage, act, stage, (DISPATCHER,), n.WHISTLE_MISDIRECTED, discharges=(D.RULING,))
    yield Move(S.ACTIVE, A.RAISE_TO_TOUGH, S.ACTIVE, (TOWN_HANDLER,), n.WHISTLE_TYPE)
    yield Move(
        S.CONCLUDED,
        A.RAISE_TO_TOUGH,
        S.ACTIVE,
        (TOWN_HANDLER,),
        n.WHISTLE_TYPE,
        opens=(D.CONCLUDE,),
        lapses=(D.FILE_FORM,),
    )
    yield Move(
        S.CONCLUDED,
        A.RAISE_TO_KEY,
        S.ESCALATED,
        (TOWN_HEAD,),
        n.WHISTLE_KEY,
        opens=(D.INSTRUCTION, D.CONCLUDE),
        lapses=(D.FILE_FORM,),
    )


LINKAGE = StageTable("linkage", "首接联动", ENDS, [*_linkage(), *_together(LINKED)])
WHISTLE = StageTable("whistle", "吹哨报到", ENDS, [*_whistle(), *_together(WHISTLED)])
TABLES: Mapping[Kind, StageTable] = {Kind.LINKAGE: LINKAGE, Kind.WHISTLE: WHISTLE}


def _branch(kind: Kind, act: CaseAct, chart: Norm) -> Branch:
    """An answer goes up to be signed off once the form of the joint handling stands with the case."""
    words = "备案表随办理结果上传"
    return Branch(cases.TABLE, TABLES[kind], CaseStage.HANDLING, act, S.SIGNED, CaseStage.SIGN_OFF, words, chart)


BRANCHES: Mapping[Kind, Branch] = {
    Kind.LINKAGE: _branch(Kind.LINKAGE, CaseAct.LINK, n.LINKAGE_CHART),
    Kind.WHISTLE: _branch(Kind.WHISTLE, CaseAct.WHISTLE, n.WHISTLE_CHART),
}

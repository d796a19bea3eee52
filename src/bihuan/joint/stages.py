"""The stage tables of linkages and whistles: every move there is, in the order of the work."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bihuan.cases import stages as cases
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import Stage as CaseStage
from bihuan.joint.types import (
    ASKED,
    CLOCK,
    CO_UNIT,
    DESK,
    DESK_SIGNER,
    DISPATCHER,
    JOIN,
    LEAD_HANDLER,
    LEAD_HEAD,
    LEAD_SIGNER,
    LEADER,
    NAMED_BY,
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
from bihuan.kernel.stages import Branch, Move, Role, StageTable, Weight
from bihuan.kernel.vocabulary import Vocabulary
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
    begun: Norm
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
    asked: tuple[DutyKind, ...]


LINKED = _Cast(
    LEAD_HANDLER,
    LEAD_SIGNER,
    LEAD_HEAD,
    CO_UNIT,
    JOIN[Kind.LINKAGE],
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
    ASKED[Kind.LINKAGE],
)
WHISTLED = _Cast(
    TOWN_HANDLER,
    TOWN_SIGNER,
    TOWN_HEAD,
    RESPONDER,
    JOIN[Kind.WHISTLE],
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
    ASKED[Kind.WHISTLE],
)
OUTLIVES = (DutyKind.FILING, DutyKind.REMIND, DutyKind.EXPLAIN)
"""What is still owed when the form is signed or the joint handling was taken back."""


def _together(c: _Cast) -> Iterator[Move]:
    """What the two instruments have in common."""
    aimed = (D.RETARGET,) if D.CHECK_IN in c.asked else ()
    yield Move(S.ACTIVE, A.ADD_UNITS, S.ACTIVE, (c.handler,), c.join, discharges=aimed, may_open=c.asked)
    for stage in (*OPEN, S.SIGNED, S.VOID):
        yield Move(stage, A.ACKNOWLEDGE, stage, (DESK,), c.filing, discharges=(D.FILING,))
    for stage in (*OPEN, S.SIGNED):
        yield Move(stage, A.REMIND, stage, (DISPATCHER,), c.passive, discharges=(D.REMIND,), may_open=(D.EXPLAIN,))
        yield Move(stage, A.EXPLAIN, stage, (c.member,), c.passive, settles=(D.EXPLAIN,))
    for stage in WORKING:
        yield Move(stage, A.RECORD_WORK, stage, (c.member,), c.work)
        yield Move(
            stage,
            A.FINISH,
            stage,
            (c.member,),
            c.work,
            settles=(D.ACCEPT, D.WORK),
        )
        yield Move(stage, A.HOLD_MEETING, stage, (c.handler,), c.convene)
        yield Move(stage, A.NOTIFY, stage, (c.handler,), c.passive, opens=(D.REMIND,))
    yield Move(S.ACTIVE, A.REPORT, S.ESCALATED, (c.head,), c.report, opens=(D.INSTRUCTION,))
    yield Move(
        S.CONCLUDED,
        A.REPORT,
        S.ESCALATED,
        (c.head,),
        c.report,
        opens=(D.INSTRUCTION, D.CONCLUDE),
        discharges=(D.DIFFICULTY,),
        lapses=(D.FILE_FORM,),
    )
    # 没有备案表的，结束即告完成；没有解决的，主要负责人仍须决定是否汇报
    yield Move(
        S.SIGNED,
        A.REPORT,
        S.ESCALATED,
        (c.head,),
        c.report,
        opens=(D.INSTRUCTION, D.CONCLUDE),
        discharges=(D.DIFFICULTY,),
        unless=c.form,
    )
    for stage in (S.CONCLUDED, S.FORM):
        yield Move(stage, A.NO_REPORT, stage, (c.head,), c.report, discharges=(D.DIFFICULTY,))
    yield Move(S.SIGNED, A.NO_REPORT, S.SIGNED, (c.head,), c.report, discharges=(D.DIFFICULTY,), unless=c.form)
    yield Move(
        S.ESCALATED,
        A.INSTRUCT,
        S.ACTIVE,
        (LEADER, DISPATCHER),
        c.district,
        discharges=(D.INSTRUCTION,),
        may_open=(*c.asked, D.VERIFY),
        settles=aimed,
    )
    yield from _instructions(c)
    yield Move(
        S.ACTIVE,
        A.CONCLUDE,
        S.CONCLUDED,
        (c.handler,),
        c.convene,
        opens=(D.FILE_FORM,),
        discharges=(D.CONCLUDE,),
        lapses=c.asked,
        may_open=(D.DIFFICULTY,),
        given=c.form,
    )
    yield Move(
        S.ACTIVE,
        A.CONCLUDE,
        S.SIGNED,
        (c.handler,),
        c.convene,
        discharges=(D.CONCLUDE,),
        lapses=c.asked,
        may_open=(D.DIFFICULTY,),
        unless=c.form,
    )
    for stage, unless in ((S.CONCLUDED, None), (S.ACTIVE, c.form)):
        yield Move(stage, A.GRADE, stage, (c.handler,), c.grade, unless=unless)
    yield Move(
        S.CONCLUDED,
        A.FILE_FORM,
        S.FORM,
        (c.handler,),
        c.form,
        opens=(D.SIGN_FORM,),
        discharges=(D.FILE_FORM,),
        given=c.signed,
    )
    yield Move(S.CONCLUDED, A.FILE_FORM, S.SIGNED, (c.handler,), c.form, discharges=(D.FILE_FORM,), unless=c.signed)
    yield Move(
        S.FORM,
        A.SEND_BACK_FORM,
        S.CONCLUDED,
        (c.signer,),
        c.signed,
        opens=(D.FILE_FORM,),
        discharges=(D.SIGN_FORM,),
    )
    yield Move(S.FORM, A.SIGN_FORM, S.SIGNED, (c.signer,), c.signed, discharges=(D.SIGN_FORM,))
    gone = (D.CONCLUDE, *aimed, D.REMIND, D.EXPLAIN, *c.asked)
    yield Move(S.ACTIVE, A.VOID, S.VOID, (c.handler,), c.join, lapses=gone)
    yield Move(
        S.SIGNED,
        A.RENEW,
        S.ACTIVE,
        (c.handler,),
        n.JOINT_AGAIN,
        opens=(D.FILING, D.CONCLUDE),
        may_open=c.asked,
    )
    # 随工单终止不由规定取舍：没有条款的，依据就是联合办理本身的条款
    for stage in OPEN:
        for norm, unless in ((n.JOINT_ENDS, None), (c.begun, n.JOINT_ENDS)):
            lapses = (*OUTLIVES, D.DIFFICULTY, D.EMERGENCY)
            yield Move(stage, A.DISSOLVE, S.DISSOLVED, (CLOCK,), norm, lapses=lapses, lapses_all=True, unless=unless)


def _instructions(c: _Cast) -> Iterator[Move]:
    """An instruction that somebody else entered is confirmed by the leader, or by who stands for them; one that is
    denied puts the difficulty before the district again, and whom it called goes."""
    confirms = (LEADER, OFFICES, DESK_SIGNER, c.signer)
    for stage in S:
        yield Move(stage, A.VERIFY, stage, confirms, c.district, settles=(D.VERIFY,))
    back: dict[Stage, tuple[tuple[DutyKind, ...], tuple[DutyKind, ...]]] = {
        S.ACTIVE: ((D.INSTRUCTION,), ()),
        S.CONCLUDED: ((D.INSTRUCTION, D.CONCLUDE), (D.FILE_FORM, D.DIFFICULTY)),
        S.FORM: ((D.INSTRUCTION, D.CONCLUDE), (D.SIGN_FORM, D.DIFFICULTY)),
    }
    for stage in S:
        opens, lapses = back.get(stage, ((), ()))
        yield Move(
            stage,
            A.DENY,
            S.ESCALATED if stage in back else stage,
            confirms,
            c.district,
            opens=opens,
            lapses=lapses,
            frees=(*c.asked, D.EXPLAIN, D.REMIND) if stage in OPEN else (),
            settles=(D.VERIFY,),
            absolves=True,
        )


def _linkage() -> Iterator[Move]:
    """What linkages have of their own: a co-unit accepts, and asks out at the lead alone."""
    yield Move(
        None,
        A.REQUEST,
        S.ACTIVE,
        (LEAD_HANDLER,),
        n.LINKAGE_REQUEST,
        opens=(D.FILING, D.CONCLUDE),
        may_open=LINKED.asked,
    )
    for stage in WORKING:
        yield Move(stage, A.ACCEPT, stage, (CO_UNIT,), n.LINKAGE_COOPERATE, settles=(D.ACCEPT,))
        yield Move(stage, A.RETURN, stage, (CO_UNIT,), n.LINKAGE_COOPERATE, may_open=(D.RETURN_DECISION,))
        yield Move(
            stage,
            A.RELEASE,
            stage,
            (LEAD_HANDLER, NAMED_BY),
            n.LINKAGE_COOPERATE,
            settles=(D.RETURN_DECISION,),
            may_open=(D.RETURN_DECISION,),
            frees=(*LINKED.asked, D.EXPLAIN, D.REMIND),
            absolves=True,
        )
        yield Move(
            stage,
            A.KEEP,
            stage,
            (LEAD_HANDLER, NAMED_BY),
            n.LINKAGE_COOPERATE,
            settles=(D.RETURN_DECISION,),
            may_open=(D.RETURN_DECISION,),
        )


def _whistle() -> Iterator[Move]:
    """What whistles have of their own: check-in, wrong targets, three degrees, emergencies."""
    yield Move(
        None,
        A.BLOW,
        S.ACTIVE,
        (TOWN_HANDLER, TOWN_HEAD),
        n.WHISTLE_BLOW,
        opens=(D.CONCLUDE,),
        may_open=(D.FILING, D.CALL, D.EMERGENCY, D.VERIFY, *WHISTLED.asked),
    )
    for stage in S:
        yield Move(
            stage, A.DENY_KEY, stage, (LEADER, OFFICES, DESK_SIGNER, TOWN_SIGNER), n.WHISTLE_KEY, settles=(D.VERIFY,)
        )
    for stage in OPEN:
        yield Move(stage, A.FILE, stage, (TOWN_HANDLER,), n.WHISTLE_FILING, opens=(D.FILING,), discharges=(D.CALL,))
        yield Move(stage, A.RECORD_CALL, stage, (DESK,), n.WHISTLE_FILING, discharges=(D.CALL, D.FILING))
    for stage in (*OPEN, S.SIGNED, S.VOID):
        yield Move(stage, A.NOTE_EMERGENCY, stage, (OFFICES,), n.WHISTLE_EMERGENCY, settles=(D.EMERGENCY,))
    for stage in WORKING:
        yield Move(stage, A.CHECK_IN, stage, (RESPONDER,), n.WHISTLE_CHECK_IN, settles=(D.CHECK_IN,))
        yield Move(stage, A.CONTACT_UPWARD, stage, (RESPONDER,), n.WHISTLE_UPWARD)
        yield Move(stage, A.OBJECT, stage, (RESPONDER,), n.WHISTLE_MISDIRECTED, opens=(D.RULING,))
        yield Move(
            stage,
            A.UPHOLD,
            stage,
            (DISPATCHER,),
            n.WHISTLE_MISDIRECTED,
            discharges=(D.RULING,),
            may_open=(D.RULING, D.RETARGET),
            frees=(*WHISTLED.asked, D.EXPLAIN, D.REMIND),
            absolves=True,
        )
        yield Move(
            stage,
            A.OVERRULE,
            stage,
            (DISPATCHER,),
            n.WHISTLE_MISDIRECTED,
            discharges=(D.RULING,),
            may_open=(D.RULING,),
        )
    yield Move(
        S.ACTIVE,
        A.RAISE_TO_TOUGH,
        S.ACTIVE,
        (TOWN_HANDLER,),
        n.WHISTLE_TYPE,
        may_open=(*WHISTLED.asked, D.EMERGENCY),
        frees=(D.CHECK_IN,),
        settles=(D.RETARGET,),
    )
    ended: tuple[tuple[Stage, tuple[DutyKind, ...], Norm | None], ...]
    ended = ((S.CONCLUDED, (D.FILE_FORM,), None), (S.SIGNED, (), WHISTLED.form))
    for stage, form, unless in ended:
        yield Move(
            stage,
            A.RAISE_TO_TOUGH,
            S.ACTIVE,
            (TOWN_HANDLER,),
            n.WHISTLE_TYPE,
            opens=(D.CONCLUDE,),
            discharges=(D.DIFFICULTY,),
            lapses=form,
            may_open=(*WHISTLED.asked, D.EMERGENCY),
            frees=(D.CHECK_IN,),
            settles=(D.RETARGET,),
            unless=unless,
        )
        yield Move(
            stage,
            A.RAISE_TO_KEY,
            S.ESCALATED,
            (TOWN_HEAD,),
            n.WHISTLE_KEY,
            opens=(D.INSTRUCTION, D.CONCLUDE),
            discharges=(D.DIFFICULTY,),
            lapses=form,
            unless=unless,
        )


UNDONE = (D.EXPLAIN, D.REMIND, D.FILE_FORM, D.SIGN_FORM, D.DIFFICULTY)
_DENIED = "批示不实，凭它交办的不再承担；重新批示后再产生"
_WEIGHTS: Mapping[Weight, tuple[Vocabulary, ...]] = {
    Weight.CHOICE: (
        *(A.RELEASE, A.KEEP, A.UPHOLD, A.OVERRULE, A.REPORT, A.NO_REPORT),
        *(A.VERIFY, A.DENY, A.DENY_KEY),
    ),
    Weight.SIDE: (A.ADD_UNITS, A.RECORD_WORK, A.CONTACT_UPWARD, A.HOLD_MEETING, A.RENEW),
    Weight.AGAINST: (A.RETURN, A.OBJECT, A.NOTIFY, A.RAISE_TO_TOUGH, A.RAISE_TO_KEY, A.SEND_BACK_FORM, A.VOID),
}
_ADVANCES: Mapping[Vocabulary, tuple[Vocabulary, ...]] = {
    A.ACCEPT: (D.WORK,),
    A.CHECK_IN: (D.WORK,),
    A.RECORD_WORK: (D.WORK,),
    A.GRADE: (D.FILE_FORM, D.CONCLUDE),
}
_PARALLEL = (
    *(A.ACKNOWLEDGE, A.NOTE_EMERGENCY, A.ACCEPT, A.CHECK_IN),
    *(A.RECORD_WORK, A.CONTACT_UPWARD, A.FINISH, A.EXPLAIN),
)
_RAISED = "汇报、升级后仍须结束并填表，届时重新产生"
_TAKEN_BACK = "已没有参加单位，撤销后无可结束、无可另定"
LINKAGE = StageTable(
    "linkage",
    "首接联动",
    ENDS,
    [*_linkage(), *_together(LINKED)],
    weights=_WEIGHTS,
    advances=_ADVANCES,
    parallel=_PARALLEL,
    goals=(S.SIGNED,),
    exceptions={
        (A.VOID, D.CONCLUDE): _TAKEN_BACK,
        (A.RELEASE, D.REMIND): "同意退出的，对该单位的通报不再有对象",
        (A.REPORT, D.FILE_FORM): _RAISED,
        **{(A.DENY, kind): _DENIED for kind in (*LINKED.asked, *UNDONE)},
    },
)
WHISTLE = StageTable(
    "whistle",
    "吹哨报到",
    ENDS,
    [*_whistle(), *_together(WHISTLED)],
    weights=_WEIGHTS,
    advances=_ADVANCES,
    parallel=_PARALLEL,
    goals=(S.SIGNED,),
    exceptions={
        (A.VOID, D.CONCLUDE): _TAKEN_BACK,
        (A.VOID, D.RETARGET): _TAKEN_BACK,
        (A.UPHOLD, D.REMIND): "裁定吹错哨的，对该部门的通报不再有对象",
        (A.REPORT, D.FILE_FORM): _RAISED,
        **{(A.DENY, kind): _DENIED for kind in (*WHISTLED.asked, *UNDONE)},
        (A.RAISE_TO_TOUGH, D.FILE_FORM): _RAISED,
        (A.RAISE_TO_KEY, D.FILE_FORM): _RAISED,
    },
)
TABLES: Mapping[Kind, StageTable] = {Kind.LINKAGE: LINKAGE, Kind.WHISTLE: WHISTLE}


def _branch(kind: Kind, act: CaseAct, uploaded: Norm, chart: Norm) -> Branch:
    """An answer goes up to be signed off once the form of the joint handling stands with the case."""
    return Branch(
        cases.TABLE,
        TABLES[kind],
        CaseStage.HANDLING,
        act,
        S.SIGNED,
        CaseStage.SIGN_OFF,
        words="备案表随办理结果上传",
        given=uploaded,
        otherwise="联合办理结束",
        chart=chart,
    )


BRANCHES: Mapping[Kind, Branch] = {
    Kind.LINKAGE: _branch(Kind.LINKAGE, CaseAct.LINK, n.LINKAGE_FORM_UPLOADED, n.LINKAGE_CHART),
    Kind.WHISTLE: _branch(Kind.WHISTLE, CaseAct.WHISTLE, n.WHISTLE_FORM_UPLOADED, n.WHISTLE_CHART),
}

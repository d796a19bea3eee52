"""The stage tables of determinations and of referrals: every move there is, in the order of the work."""

from collections.abc import Mapping

from bihuan.determination.types import (
    CENTRE_SIGNER,
    CLOCK,
    CONTACT_OF_DESK,
    DESK_HEADS,
    DISCIPLINE,
    DISPATCHER,
    JUSTICE,
    LEADER,
    OFFICES,
    PARTY,
    REFUSER,
    STAFFING,
    STAFFING_SIGNER,
    Act,
    DutyKind,
    ReferralAct,
    ReferralDuty,
    ReferralStage,
    Stage,
)
from bihuan.kernel.stages import Move, StageTable, Weight
from bihuan.policy import norms as n

ENDS = frozenset({Stage.SETTLED, Stage.DECLINED, Stage.TAKEN_BACK, Stage.DISSOLVED})
OPEN = tuple(stage for stage in Stage if stage not in ENDS)
ON_THE_CASE = tuple(stage for stage in OPEN if stage is not Stage.FOLLOW_UP)
"""Stages in which the case waits for what is determined."""
_HEARING = (Stage.DRAFT, Stage.SUBMITTED)
_AFTER_WORD = (Stage.DESIGNATED, Stage.FOLLOW_UP, Stage.SETTLED, Stage.DISSOLVED)
"""Where the district may be said to have named a unit."""
_CONFIRMS = (LEADER, OFFICES, DESK_HEADS)
S, A, D = Stage, Act, DutyKind

DETERMINATION = StageTable(
    "determination",
    "责任主体认定",
    ENDS,
    [
        # 请求、启动、整理
        *(
            Move(None, act, S.DRAFT, (who,), norm, opens=(D.SUBMIT,), may_open=(D.POSITION, D.CONTACT))
            for act, who, norm in (
                (A.REQUEST, PARTY, n.DETERMINATION_REQUEST),
                (A.OPEN, DISPATCHER, n.DETERMINATION_REFER),
            )
        ),
        *(
            Move(stage, A.ADD_PARTIES, stage, (DISPATCHER,), n.DETERMINATION_POSITIONS, may_open=(D.POSITION,))
            for stage in _HEARING
        ),
        *(
            Move(stage, A.STATE_POSITION, stage, (PARTY,), n.DETERMINATION_POSITIONS, settles=(D.POSITION,))
            for stage in _HEARING
        ),
        Move(
            S.DRAFT,
            A.SUBMIT,
            S.SUBMITTED,
            (DISPATCHER,),
            n.DETERMINATION_REFER,
            opens=(D.STAFFING_OPINION, D.JUSTICE_OPINION, D.ISSUE),
            discharges=(D.SUBMIT,),
            may_open=(D.CONTACT,),
        ),
        Move(
            S.DRAFT,
            A.DECLINE,
            S.DECLINED,
            (DISPATCHER,),
            n.DETERMINATION_REFER,
            discharges=(D.SUBMIT,),
            lapses=(D.POSITION,),
        ),
        # 会商、认定
        Move(
            S.SUBMITTED,
            A.OPINE,
            S.SUBMITTED,
            (STAFFING, JUSTICE),
            n.DETERMINATION_JOINT,
            settles=(D.STAFFING_OPINION, D.JUSTICE_OPINION),
        ),
        Move(S.SUBMITTED, A.ASK_MATERIAL, S.SUBMITTED, (STAFFING, JUSTICE), n.DETERMINATION_JOINT, opens=(D.MATERIAL,)),
        Move(S.SUBMITTED, A.ADD_MATERIAL, S.SUBMITTED, (DISPATCHER,), n.DETERMINATION_REFER, discharges=(D.MATERIAL,)),
        *(
            Move(
                S.SUBMITTED,
                act,
                target,
                (STAFFING_SIGNER,),
                n.DETERMINATION_OPINION,
                opens=(owed,),
                discharges=(D.ISSUE,),
                lapses=(D.POSITION, D.MATERIAL),
            )
            for act, target, owed in (
                (A.ISSUE_UNIT, S.DETERMINED, D.ASSIGN),
                (A.ISSUE_GAP, S.GAP, D.REPORT),
                (A.ISSUE_UNREASONABLE, S.UNREASONABLE, D.TAKE_BACK),
            )
        ),
        # 派单、专报、批示
        Move(S.DETERMINED, A.ASSIGN, S.SETTLED, (DISPATCHER,), n.DETERMINATION_ASSIGN, discharges=(D.ASSIGN,)),
        Move(
            S.GAP,
            A.REPORT,
            S.REPORTED,
            (CENTRE_SIGNER,),
            n.SPECIAL_REPORT,
            opens=(D.DESIGNATION,),
            discharges=(D.REPORT,),
        ),
        Move(
            S.REPORTED,
            A.DESIGNATE,
            S.DESIGNATED,
            (LEADER, DISPATCHER),
            n.DISTRICT_DESIGNATES,
            opens=(D.ASSIGN,),
            discharges=(D.DESIGNATION,),
            may_open=(D.VERIFY,),
        ),
        *(Move(stage, A.VERIFY, stage, _CONFIRMS, n.DISTRICT_DESIGNATES, settles=(D.VERIFY,)) for stage in _AFTER_WORD),
        Move(
            S.DESIGNATED,
            A.DENY,
            S.REPORTED,
            _CONFIRMS,
            n.DISTRICT_DESIGNATES,
            opens=(D.DESIGNATION,),
            lapses=(D.ASSIGN,),
            settles=(D.VERIFY,),
        ),
        *(
            Move(stage, A.DENY, stage, _CONFIRMS, n.DISTRICT_DESIGNATES, settles=(D.VERIFY,))
            for stage in _AFTER_WORD
            if stage is not S.DESIGNATED
        ),
        Move(
            S.DESIGNATED,
            A.ASSIGN,
            S.FOLLOW_UP,
            (DISPATCHER,),
            n.DISTRICT_DESIGNATES,
            opens=(D.FOLLOW_UP,),
            discharges=(D.ASSIGN,),
        ),
        *(
            Move(
                stage,
                A.TAKE_BACK,
                S.TAKEN_BACK,
                (DISPATCHER,),
                n.DETERMINATION_TAKE_BACK,
                discharges=(D.TAKE_BACK,),
                lapses_all=True,
            )
            for stage in (S.SUBMITTED, S.UNREASONABLE)
        ),
        # 跟进
        Move(
            S.FOLLOW_UP,
            A.ENTER_RESPONSIBILITY,
            S.SETTLED,
            (STAFFING,),
            n.RESPONSIBILITY_FOLLOW_UP,
            discharges=(D.FOLLOW_UP,),
        ),
        # 联络人、终止
        *(
            Move(
                stage,
                A.NAME_CONTACT,
                stage,
                (STAFFING, JUSTICE, CONTACT_OF_DESK),
                n.DETERMINATION_CONTACTS,
                settles=(D.CONTACT,),
            )
            for stage in S
        ),
        *(
            Move(stage, A.DISSOLVE, S.DISSOLVED, (CLOCK,), norm, lapses_all=True, unless=unless)
            for stage in ON_THE_CASE
            for norm, unless in ((n.DETERMINATION_ENDS, None), (n.DETERMINATION_REFER, n.DETERMINATION_ENDS))
        ),
    ],
    weights={
        Weight.CHOICE: (A.ISSUE_UNIT, A.ISSUE_GAP, A.ISSUE_UNREASONABLE, A.VERIFY, A.DENY),
        Weight.SIDE: (A.ADD_PARTIES, A.ASK_MATERIAL),
        Weight.AGAINST: (A.DECLINE, A.TAKE_BACK),
    },
    advances={A.OPINE: (D.ISSUE,), A.ADD_MATERIAL: (D.ISSUE,)},
    parallel=(A.STATE_POSITION, A.OPINE, A.ADD_MATERIAL),
    goals=(S.SETTLED, S.TAKEN_BACK),
    exceptions={
        (A.TAKE_BACK, D.MATERIAL): "收回后不再会商，不需要补充材料",
        (A.DENY, D.ASSIGN): "批示不实，没有可派的承办单位，重新批示后再产生",
    },
)

REFERRAL_ENDS = frozenset({ReferralStage.SENT, ReferralStage.DROPPED})
R, RA, RD = ReferralStage, ReferralAct, ReferralDuty
REFERRAL = StageTable(
    "referral",
    "拒不承担移交",
    REFERRAL_ENDS,
    [
        Move(None, RA.RECORD, R.OPEN, (DISPATCHER,), n.REFUSAL_REFERRED, opens=(RD.EXPLAIN, RD.REFER)),
        Move(R.OPEN, RA.EXPLAIN, R.OPEN, (REFUSER,), n.REFUSAL_REFERRED, discharges=(RD.EXPLAIN,)),
        Move(R.OPEN, RA.ADD_EVIDENCE, R.OPEN, (DISPATCHER,), n.REFUSAL_REFERRED),
        Move(
            R.OPEN,
            RA.SEND,
            R.SENT,
            (DISPATCHER,),
            n.REFUSAL_REFERRED,
            opens=(RD.SIGN_LETTER,),
            discharges=(RD.REFER,),
            lapses=(RD.EXPLAIN,),
        ),
        # 签发、签收、结果：移交以后仍须办完
        Move(
            R.SENT,
            RA.SIGN_LETTER,
            R.SENT,
            (DESK_HEADS,),
            n.REFUSAL_REFERRED,
            discharges=(RD.SIGN_LETTER,),
            may_open=(RD.RECEIPT, RD.RESULT),
        ),
        Move(R.SENT, RA.RECEIPT, R.SENT, (DISCIPLINE, DISPATCHER), n.REFUSAL_REFERRED, discharges=(RD.RECEIPT,)),
        Move(R.SENT, RA.RESULT, R.SENT, (DISCIPLINE, DISPATCHER), n.REFUSAL_REFERRED, discharges=(RD.RESULT,)),
        Move(R.OPEN, RA.DROP, R.DROPPED, (CENTRE_SIGNER,), n.REFUSAL_REFERRED, lapses_all=True),
    ],
    weights={Weight.SIDE: (RA.ADD_EVIDENCE,), Weight.AGAINST: (RA.DROP,)},
    parallel=(RA.EXPLAIN,),
    goals=(R.SENT,),
    exceptions={(RA.DROP, RD.REFER): "负责人决定不移交的，无可移交"},
)
TABLES: Mapping[str, StageTable] = {table.subject: table for table in (DETERMINATION, REFERRAL)}

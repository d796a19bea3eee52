"""The stage table of a listed matter: every move there is, in the order of the work."""

from bihuan.kernel.stages import Move, StageTable, Weight
from bihuan.matters.types import (
    CLOCK,
    CO_HANDLER,
    COORDINATED,
    DIRECTOR,
    KEEPER,
    LEAD_DEPUTY,
    LEAD_HANDLER,
    LEAD_HEAD,
    LEADER,
    OFFICE_HEADS,
    PROMISER,
    REPORTER,
    SUPERVISOR,
    Act,
    DutyKind,
    Stage,
)
from bihuan.policy import norms as n

ENDS = frozenset({Stage.STRUCK_OFF, Stage.DROPPED, Stage.JOINED})
OPEN = tuple(stage for stage in Stage if stage not in ENDS)

_KEEP, _HAND, _SUPER = (KEEPER,), (LEAD_HANDLER,), (SUPERVISOR,)
_URGERS = (KEEPER, DIRECTOR, SUPERVISOR)
S, A, D = Stage, Act, DutyKind
_PROMISE = (D.COMMITMENT_FULFIL,)
_CONTROLLED = (D.COMMITMENT_CHECK, D.COMMITMENT_BROKEN)
"""What the office owes of a promise; taking the matter up again decides it."""
_BASIS = (D.VERIFY, D.KEY_PAPER)
TRACKED = (S.ASSIGNED, S.HANDLING, S.FEEDBACK, S.REVIEW)
"""Where the supervision body follows what the unit does about a key matter."""
_FOLLOWED = (D.TRACK,)
_HELPED = (D.COOPERATE,)
_MAY_BE_OWED = {**dict.fromkeys(TRACKED, _FOLLOWED), S.CONFIRMED: (D.SUPERVISION_FEEDBACK, D.STRIKE_OFF)}
_MAY_BE_LET_OFF = {**dict.fromkeys(TRACKED, _FOLLOWED), S.CONFIRMED: (D.SUPERVISION_FEEDBACK,)}
"""What an instruction that was not given makes owed or lets off, by stage: what is key is followed, and heard of."""
_CONFIRMS = (LEADER, SUPERVISOR, OFFICE_HEADS)
_CLASSED = tuple(stage for stage in Stage if stage not in (Stage.CANDIDATE, Stage.LISTED, Stage.DROPPED, Stage.JOINED))
"""Where it has been said how much a matter weighs."""

TABLE = StageTable(
    "matter",
    "清单事项",
    ENDS,
    [
        # 候选、登记、分类
        Move(None, A.PROPOSE, S.CANDIDATE, (CLOCK,), n.LIST_OVERDUE, opens=(D.REPORT, D.REGISTER)),
        Move(None, A.REPORT, S.CANDIDATE, (REPORTER,), n.LIST_REPORT, opens=(D.REGISTER,)),
        Move(S.CANDIDATE, A.EXPLAIN, S.CANDIDATE, (REPORTER,), n.LIST_REPORT, discharges=(D.REPORT,)),
        Move(
            S.CANDIDATE,
            A.REGISTER,
            S.LISTED,
            _KEEP,
            n.LIST_REGISTER,
            opens=(D.CLASSIFY,),
            discharges=(D.REGISTER,),
            lapses=(D.REPORT,),
        ),
        Move(S.CANDIDATE, A.DROP, S.DROPPED, (KEEPER, CLOCK), n.LIST_DROP, discharges=(D.REGISTER,), lapses_all=True),
        # 工单已经终结的候选事项，规定没有“不予列入”的，也由系统去掉
        Move(
            S.CANDIDATE,
            A.DROP,
            S.DROPPED,
            (CLOCK,),
            n.LIST_REGISTER,
            discharges=(D.REGISTER,),
            lapses_all=True,
            unless=n.LIST_DROP,
        ),
        Move(S.CANDIDATE, A.JOIN, S.JOINED, _KEEP, n.LIST_REGISTER, discharges=(D.REGISTER,), lapses_all=True),
        Move(
            S.LISTED,
            A.CLASSIFY,
            S.CLASSIFIED,
            _KEEP,
            n.LIST_CLASSIFY,
            opens=(D.ASSIGN,),
            discharges=(D.CLASSIFY,),
            may_open=_BASIS,
        ),
        Move(S.CLASSIFIED, A.CLASSIFY, S.CLASSIFIED, _KEEP, n.LIST_CLASSIFY, may_open=_BASIS),
        Move(
            S.HANDLING,
            A.CLASSIFY,
            S.HANDLING,
            _KEEP,
            n.LIST_CLASSIFY,
            may_open=(*_BASIS, *_FOLLOWED),
            frees=_FOLLOWED,
        ),
        # 重点的依据：批示由本人或督查机构核实，会商纪要补附
        *(Move(stage, A.VERIFY, stage, _CONFIRMS, n.LIST_KEY_BASIS, settles=(D.VERIFY,)) for stage in _CLASSED),
        Move(
            S.CLASSIFIED,
            A.DENY,
            S.LISTED,
            _CONFIRMS,
            n.LIST_KEY_BASIS,
            opens=(D.CLASSIFY,),
            lapses=(D.ASSIGN, D.KEY_PAPER),
            settles=(D.VERIFY,),
        ),
        *(
            Move(
                stage,
                A.DENY,
                stage,
                _CONFIRMS,
                n.LIST_KEY_BASIS,
                settles=(D.VERIFY,),
                may_open=_MAY_BE_OWED.get(stage, ()),
                frees=_MAY_BE_LET_OFF.get(stage, ()),
            )
            for stage in _CLASSED
            if stage is not S.CLASSIFIED
        ),
        *(
            Move(stage, A.ADD_KEY_PAPER, stage, _KEEP, n.LIST_KEY_BASIS, discharges=(D.KEY_PAPER,))
            for stage in _CLASSED
        ),
        # 交办、签收
        Move(
            S.CLASSIFIED,
            A.ASSIGN,
            S.ASSIGNED,
            _KEEP,
            n.LIST_ASSIGN,
            opens=(D.SIGN_IN, D.HANDLE),
            discharges=(D.ASSIGN,),
            may_open=(*_FOLLOWED, *_HELPED),
        ),
        *(
            Move(
                stage,
                A.REASSIGN,
                S.ASSIGNED,
                _KEEP,
                n.LIST_ASSIGN,
                opens=(D.SIGN_IN, D.HANDLE),
                lapses_all=True,
                may_open=(*_FOLLOWED, *_HELPED),
            )
            for stage in (S.ASSIGNED, S.HANDLING)
        ),
        # 承办单位撤销而没有单位承接的，重新交办
        *(
            Move(stage, A.LEAD_ENDED, S.CLASSIFIED, (CLOCK,), n.LIST_ASSIGN, opens=(D.ASSIGN,), lapses_all=True)
            for stage in (S.ASSIGNED, S.HANDLING, S.FEEDBACK)
        ),
        Move(S.ASSIGNED, A.SIGN_IN, S.HANDLING, _HAND, n.LIST_SIGN_IN, discharges=(D.SIGN_IN,)),
        # 催办督办
        *(
            Move(
                stage,
                A.URGE,
                stage,
                _URGERS,
                n.LIST_URGE,
                opens=(D.URGE_REPLY,),
                settles=_FOLLOWED,
                may_open=_FOLLOWED,
            )
            for stage in (S.ASSIGNED, S.HANDLING, S.FEEDBACK)
        ),
        *(
            Move(stage, A.REPLY_URGE, stage, _HAND, n.LIST_URGE, discharges=(D.URGE_REPLY,))
            for stage in (S.ASSIGNED, S.HANDLING, S.FEEDBACK)
        ),
        # 跟踪督办：重点事项由督查考核机构跟踪问果，直至确认办结；没有跟踪过的，确认办结后补上再反馈
        *(
            Move(
                stage,
                A.TRACK,
                stage,
                _SUPER,
                n.LIST_URGE,
                opens=_FOLLOWED,
                discharges=_FOLLOWED,
                may_open=(D.TRACK_REPLY,),
            )
            for stage in TRACKED
        ),
        *(Move(stage, A.REPLY_TRACK, stage, _HAND, n.LIST_TRACK, discharges=(D.TRACK_REPLY,)) for stage in TRACKED),
        Move(S.CONFIRMED, A.TRACK, S.CONFIRMED, _SUPER, n.LIST_URGE),
        Move(S.HANDLING, A.RECORD_PROGRESS, S.HANDLING, _HAND, n.LIST_HANDLE),
        # 配合单位
        *(
            Move(stage, A.RECORD_COOPERATION, stage, (CO_HANDLER,), n.LIST_COOPERATE, settles=_HELPED)
            for stage in (S.ASSIGNED, S.HANDLING, S.FEEDBACK)
        ),
        # 协调解决困难：清单管理机构协调，任务落实到单位
        *(
            Move(stage, A.COORDINATE, stage, (KEEPER, DIRECTOR), n.LIST_COORDINATE, may_open=(D.COORDINATION,))
            for stage in (S.CLASSIFIED, *TRACKED)
        ),
        *(
            Move(stage, A.REPORT_COORDINATION, stage, (COORDINATED,), n.LIST_COORDINATE, settles=(D.COORDINATION,))
            for stage in _CLASSED
        ),
        # 要求保密的，由清单管理机构转达
        Move(S.HANDLING, A.RELAY, S.HANDLING, _HAND, n.IDENTITY_PROTECTED, opens=(D.RELAY,)),
        *(
            Move(stage, A.ANSWER_RELAY, stage, _KEEP, n.IDENTITY_PROTECTED, discharges=(D.RELAY,))
            for stage in (S.HANDLING, S.FEEDBACK, S.REVIEW)
        ),
        # 反馈
        Move(S.HANDLING, A.DRAFT_FEEDBACK, S.FEEDBACK, _HAND, n.LIST_HANDLE, opens=(D.SIGN,), may_open=(D.RELAY,)),
        Move(S.FEEDBACK, A.DRAFT_FEEDBACK, S.FEEDBACK, _HAND, n.LIST_HANDLE, may_open=(D.RELAY,)),
        Move(S.FEEDBACK, A.SEND_BACK_DRAFT, S.HANDLING, (LEAD_HEAD,), n.LIST_FEEDBACK_PROOF, discharges=(D.SIGN,)),
        Move(
            S.FEEDBACK,
            A.SUBMIT_FEEDBACK,
            S.REVIEW,
            (LEAD_HEAD, LEAD_HANDLER, LEAD_DEPUTY),
            n.LIST_FEEDBACK_PROOF,
            opens=(D.REVIEW,),
            discharges=(D.SIGN, D.HANDLE, D.REWORK),
            forfeits=(D.URGE_REPLY,),
            lapses=_HELPED,
            settles=(D.URGE_REPLY,),
        ),
        # 审核、督查反馈、销号
        Move(
            S.REVIEW,
            A.CONFIRM,
            S.CONFIRMED,
            _KEEP,
            n.LIST_REVIEW,
            opens=(D.SUPERVISION_FEEDBACK, D.STRIKE_OFF),
            discharges=(D.REVIEW,),
            forfeits=_FOLLOWED,
            lapses=(D.TRACK_REPLY,),
            settles=_FOLLOWED,
            may_open=_PROMISE,
        ),
        Move(
            S.REVIEW,
            A.SEND_BACK,
            S.HANDLING,
            _KEEP,
            n.LIST_SEND_BACK,
            opens=(D.REWORK,),
            discharges=(D.REVIEW,),
            may_open=(*_FOLLOWED, *_HELPED),
        ),
        Move(
            S.CONFIRMED,
            A.SUPERVISE,
            S.CONFIRMED,
            _SUPER,
            n.LIST_SUPERVISION_FEEDBACK,
            opens=(D.STRIKE_OFF,),
            discharges=(D.SUPERVISION_FEEDBACK,),
        ),
        Move(
            S.CONFIRMED,
            A.SEND_BACK,
            S.HANDLING,
            (DIRECTOR, SUPERVISOR),
            n.LIST_SEND_BACK,
            opens=(D.REWORK,),
            discharges=_CONTROLLED,
            lapses=_PROMISE,
            lapses_all=True,
            may_open=(*_FOLLOWED, *_HELPED),
        ),
        Move(S.CONFIRMED, A.STRIKE_OFF, S.STRUCK_OFF, (DIRECTOR,), n.LIST_STRIKE_OFF, discharges=(D.STRIKE_OFF,)),
        Move(
            S.CONFIRMED,
            A.STRIKE_OFF_AND_TRACK,
            S.TRACKING,
            (DIRECTOR,),
            n.LIST_TRACK,
            opens=(D.RECHECK,),
            discharges=(D.STRIKE_OFF,),
        ),
        # 承诺事项：确认办结后生效，销号以后继续跟踪
        *(
            move
            for stage in (S.CONFIRMED, S.TRACKING, S.STRUCK_OFF)
            for move in (
                Move(
                    stage,
                    A.FULFIL_PROMISE,
                    stage,
                    (LEAD_HANDLER, PROMISER),
                    n.COMMITMENT_KEEP,
                    opens=(D.COMMITMENT_CHECK,),
                    discharges=_PROMISE,
                ),
                Move(
                    stage,
                    A.CHECK_PROMISE,
                    stage,
                    _KEEP,
                    n.COMMITMENT_KEEP,
                    discharges=_CONTROLLED,
                    may_open=(D.COMMITMENT_BROKEN,),
                ),
                Move(
                    stage,
                    A.RENEW_PROMISE,
                    stage,
                    _KEEP,
                    n.COMMITMENT_KEEP,
                    discharges=(D.COMMITMENT_BROKEN,),
                    forfeits=_PROMISE,
                    may_open=_PROMISE,
                ),
                Move(stage, A.BREAK_PROMISE, stage, (CLOCK,), n.COMMITMENT_KEEP, opens=(D.COMMITMENT_BROKEN,)),
            )
        ),
        # 销号后跟踪
        Move(S.TRACKING, A.RECHECK, S.TRACKING, _SUPER, n.LIST_TRACK, opens=(D.RECHECK,), discharges=(D.RECHECK,)),
        Move(S.TRACKING, A.END_TRACKING, S.STRUCK_OFF, _SUPER, n.LIST_TRACK, discharges=(D.RECHECK,)),
        Move(
            S.TRACKING,
            A.REOPEN,
            S.ASSIGNED,
            _SUPER,
            n.LIST_TRACK,
            opens=(D.SIGN_IN, D.HANDLE),
            discharges=(D.RECHECK, *_CONTROLLED),
            lapses=_PROMISE,
            may_open=(*_FOLLOWED, *_HELPED),
        ),
    ],
    weights={
        Weight.CHOICE: (A.VERIFY, A.DENY, A.RECHECK, A.END_TRACKING, A.REOPEN),
        Weight.SIDE: (A.REASSIGN, A.URGE, A.RECORD_PROGRESS, A.COORDINATE, A.RELAY, A.STRIKE_OFF_AND_TRACK),
        Weight.AGAINST: (A.DROP, A.SEND_BACK_DRAFT, A.SEND_BACK),
    },
    advances={
        A.SIGN_IN: (D.HANDLE,),
        A.RECORD_PROGRESS: (D.HANDLE, D.REWORK),
        A.DRAFT_FEEDBACK: (D.HANDLE, D.REWORK),
        A.SUPERVISE: (D.STRIKE_OFF,),
    },
    parallel=(A.EXPLAIN, A.RECORD_PROGRESS, A.RECORD_COOPERATION, A.REPORT_COORDINATION),
    goals=(S.STRUCK_OFF,),
    exceptions={
        (A.DENY, D.ASSIGN): "批示不实，重新分类后再交办",
        (A.DENY, D.KEY_PAPER): "批示不实，重新分类后再产生",
        (A.DENY, D.TRACK): "批示不实，不再是重点事项",
        (A.DENY, D.SUPERVISION_FEEDBACK): "批示不实，不再是重点事项",
        (A.REASSIGN, D.RELAY): "承办单位不再办理，不再替它转达",
        (A.SEND_BACK, D.STRIKE_OFF): "补办后再次确认办结时，重新产生",
        (A.SEND_BACK, D.SUPERVISION_FEEDBACK): "补办后再次确认办结时，重新产生",
    },
)

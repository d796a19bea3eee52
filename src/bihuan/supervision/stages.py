"""The stage tables of supervision: every move there is, in the order of the work."""

from collections.abc import Mapping

from bihuan.kernel.stages import Move, StageTable, Weight
from bihuan.policy import norms as n
from bihuan.supervision.types import (
    ADDRESSEE,
    ANSWERS,
    CLOCK,
    ISSUER,
    ISSUER_HEAD,
    KEEPER,
    OFFICER,
    ORDERED,
    ORDERED_HEAD,
    ORDERED_SIGNER,
    RECEIVER,
    REGISTRAR,
    ColouredAct,
    ColouredDuty,
    ColouredStage,
    Kind,
    OrderAct,
    OrderDuty,
    OrderStage,
    ReminderAct,
    ReminderDuty,
    ReminderStage,
    UrgeAct,
    UrgeDuty,
    UrgeStage,
)

S, A, D = UrgeStage, UrgeAct, UrgeDuty
URGE = StageTable(
    Kind.URGE,
    "催办",
    frozenset({S.REPLIED, S.SETTLED, S.LAPSED}),
    [
        Move(None, A.SEND, S.SENT, (ISSUER, CLOCK), n.SUPERVISE_URGE, opens=(D.REPLY,)),
        Move(S.SENT, A.REPEAT, S.SENT, (ISSUER, CLOCK), n.SUPERVISE_URGE),
        Move(S.SENT, A.REPLY, S.REPLIED, (ADDRESSEE,), n.SUPERVISE_URGE, discharges=(D.REPLY,)),
        # 催办的任务办结的，随之了结；转给别的单位或者不再要求的，随之终止
        Move(S.SENT, A.SETTLE, S.SETTLED, (CLOCK,), n.SUPERVISE_URGE, discharges=(D.REPLY,)),
        Move(S.SENT, A.LAPSE, S.LAPSED, (CLOCK,), n.SUPERVISE_URGE, lapses=(D.REPLY,)),
    ],
    weights={Weight.SIDE: (A.REPEAT,)},
    goals=(S.REPLIED, S.SETTLED),
)
R, RA, RD = ReminderStage, ReminderAct, ReminderDuty
_REPLYING = (R.ISSUED, R.RECTIFYING)
_remind, _rectify = n.SUPERVISE_REMIND, n.SUPERVISE_RECTIFY
REMINDER = StageTable(
    Kind.REMINDER,
    "工作提醒",
    frozenset({R.DROPPED, R.ACCEPTED, R.WITHDRAWN, R.ESCALATED}),
    [
        # 建议、发出
        Move(None, RA.SUGGEST, R.DRAFT, (CLOCK,), _remind, opens=(RD.DECIDE,)),
        Move(R.DRAFT, RA.ADD_SUBJECT, R.DRAFT, (CLOCK,), _remind),
        Move(None, RA.ISSUE, R.ISSUED, (OFFICER,), _remind, opens=(RD.RECEIPT, RD.REPLY)),
        Move(
            R.DRAFT,
            RA.SEND_DRAFT,
            R.ISSUED,
            (OFFICER,),
            _remind,
            opens=(RD.RECEIPT, RD.REPLY),
            discharges=(RD.DECIDE,),
        ),
        Move(R.DRAFT, RA.DROP, R.DROPPED, (OFFICER,), _remind, discharges=(RD.DECIDE,)),
        # 签收、整改、回复
        Move(R.ISSUED, RA.RECEIVE, R.RECTIFYING, (RECEIVER,), _remind, discharges=(RD.RECEIPT,)),
        *(
            Move(
                stage,
                RA.REPLY,
                R.REPLIED,
                (ANSWERS,),
                _rectify,
                opens=(RD.VERDICT,),
                discharges=(RD.RECEIPT, RD.REPLY),
            )
            for stage in _REPLYING
        ),
        # 认定
        Move(R.REPLIED, RA.ACCEPT, R.ACCEPTED, (OFFICER,), _rectify, discharges=(RD.VERDICT,)),
        Move(R.REPLIED, RA.REJECT, R.RECTIFYING, (OFFICER,), _rectify, opens=(RD.REPLY,), discharges=(RD.VERDICT,)),
        Move(R.REPLIED, RA.UPHOLD, R.WITHDRAWN, (ISSUER_HEAD,), _rectify, discharges=(RD.VERDICT,)),
        *(
            Move(stage, RA.WITHDRAW, R.WITHDRAWN, (ISSUER_HEAD,), _remind, lapses=(RD.RECEIPT, RD.REPLY))
            for stage in _REPLYING
        ),
        # 提醒以后没有整改的，转为督办单
        *(
            Move(
                stage,
                RA.ESCALATE,
                R.ESCALATED,
                (OFFICER,),
                _remind,
                discharges=(RD.VERDICT,),
                lapses=(RD.RECEIPT, RD.REPLY),
                given=n.SUPERVISE_ORDER,
            )
            for stage in (*_REPLYING, R.REPLIED)
        ),
        # 单位撤销、没有承接的
        *(
            Move(stage, RA.FALL_AWAY, R.WITHDRAWN, (CLOCK,), _remind, lapses_all=True)
            for stage in (R.DRAFT, *_REPLYING, R.REPLIED)
        ),
    ],
    weights={
        Weight.CHOICE: (RA.ACCEPT, RA.REJECT, RA.UPHOLD, RA.SEND_DRAFT, RA.DROP),
        Weight.AGAINST: (RA.WITHDRAW, RA.ESCALATE),
    },
    advances={RA.RECEIVE: (RD.REPLY,)},
    goals=(R.ACCEPTED,),
)
OS, OA, OD = OrderStage, OrderAct, OrderDuty
_OWING = (OS.ISSUED, OS.HANDLING)
_UNDER_WAY = (*_OWING, OS.REPLIED)
_THEIRS = (OD.RECEIPT, OD.REPLY, OD.PROGRESS)
_order = n.SUPERVISE_ORDER
ORDER = StageTable(
    Kind.ORDER,
    "督办单",
    frozenset({OS.DROPPED, OS.RELEASED, OS.RAISED, OS.WITHDRAWN}),
    [
        # 建议、发出
        Move(None, OA.SUGGEST, OS.DRAFT, (CLOCK,), _order, opens=(OD.DECIDE,)),
        Move(None, OA.ISSUE, OS.ISSUED, (OFFICER,), _order, opens=(OD.RECEIPT, OD.REPLY), may_open=(OD.PROGRESS,)),
        Move(
            OS.DRAFT,
            OA.SEND_DRAFT,
            OS.ISSUED,
            (OFFICER,),
            _order,
            opens=(OD.RECEIPT, OD.REPLY),
            discharges=(OD.DECIDE,),
            may_open=(OD.PROGRESS,),
        ),
        Move(OS.DRAFT, OA.DROP, OS.DROPPED, (OFFICER,), _order, discharges=(OD.DECIDE,)),
        # 签收、进展、督查
        Move(OS.ISSUED, OA.RECEIVE, OS.HANDLING, (ORDERED,), _order, discharges=(OD.RECEIPT,)),
        *(
            Move(stage, OA.REPORT, stage, (ORDERED,), _order, discharges=(OD.PROGRESS,), may_open=(OD.PROGRESS,))
            for stage in _OWING
        ),
        *(Move(stage, OA.TRACK, stage, (OFFICER,), _order) for stage in _UNDER_WAY),
        # 延长回复时限
        Move(OS.HANDLING, OA.ASK_TIME, OS.HANDLING, (ORDERED_SIGNER,), _order, opens=(OD.TIME_DECISION,)),
        *(
            Move(OS.HANDLING, word, OS.HANDLING, (OFFICER,), _order, discharges=(OD.TIME_DECISION,))
            for word in (OA.GIVE_TIME, OA.REFUSE_TIME)
        ),
        # 回复、认定
        *(
            Move(
                stage,
                OA.REPLY,
                OS.REPLIED,
                (ORDERED_HEAD,),
                _order,
                opens=(OD.VERDICT,),
                discharges=_THEIRS,
                lapses=(OD.TIME_DECISION,),
            )
            for stage in _OWING
        ),
        Move(OS.REPLIED, OA.ACCEPT, OS.RELEASED, (OFFICER,), _order, discharges=(OD.VERDICT,)),
        Move(OS.REPLIED, OA.REJECT, OS.HANDLING, (OFFICER,), _order, opens=(OD.REPLY,), discharges=(OD.VERDICT,)),
        # 提级、撤回、单位撤销
        *(
            Move(stage, word, end, (OFFICER,), _order, discharges=(OD.VERDICT, OD.TIME_DECISION), lapses=_THEIRS)
            for word, end in ((OA.RAISE, OS.RAISED), (OA.WITHDRAW, OS.WITHDRAWN))
            for stage in _UNDER_WAY
        ),
        *(
            Move(stage, OA.FALL_AWAY, OS.WITHDRAWN, (CLOCK,), _order, lapses_all=True)
            for stage in (OS.DRAFT, *_UNDER_WAY)
        ),
    ],
    weights={
        Weight.CHOICE: (OA.ACCEPT, OA.REJECT, OA.GIVE_TIME, OA.REFUSE_TIME, OA.SEND_DRAFT, OA.DROP),
        Weight.SIDE: (OA.TRACK, OA.ASK_TIME),
        Weight.AGAINST: (OA.RAISE, OA.WITHDRAW),
    },
    advances={OA.RECEIVE: (OD.REPLY,), OA.REPORT: (OD.REPLY,)},
    goals=(OS.RELEASED,),
)
CS, CA, CD = ColouredStage, ColouredAct, ColouredDuty
_coloured = n.SUPERVISE_COLOURED
COLOURED = StageTable(
    Kind.COLOURED,
    "三色督办单",
    frozenset({CS.RELEASED, CS.RAISED, CS.VOID, CS.LAPSED}),
    [
        # 登记、分派
        Move(None, CA.REGISTER, CS.REGISTERED, (KEEPER, REGISTRAR), _coloured, opens=(CD.DISTRIBUTE,)),
        Move(
            CS.REGISTERED,
            CA.DISTRIBUTE,
            CS.DISTRIBUTED,
            (KEEPER,),
            _coloured,
            opens=(CD.RECEIPT, CD.REPLY),
            discharges=(CD.DISTRIBUTE,),
        ),
        Move(
            CS.DISTRIBUTED,
            CA.ADD_UNITS,
            CS.DISTRIBUTED,
            (KEEPER,),
            _coloured,
            opens=(CD.RECEIPT, CD.REPLY),
            lapses=(CD.ANSWER,),
        ),
        # 签收、回复，各单位各自办理
        Move(CS.DISTRIBUTED, CA.RECEIVE, CS.DISTRIBUTED, (ORDERED,), _coloured, settles=(CD.RECEIPT,)),
        Move(
            CS.DISTRIBUTED,
            CA.REPLY,
            CS.DISTRIBUTED,
            (ORDERED_HEAD,),
            _coloured,
            settles=(CD.RECEIPT, CD.REPLY),
            may_open=(CD.ANSWER,),
        ),
        # 审核回复：退回重办，或者答复上级
        Move(
            CS.DISTRIBUTED,
            CA.SEND_BACK,
            CS.DISTRIBUTED,
            (KEEPER,),
            _coloured,
            opens=(CD.REPLY,),
            lapses=(CD.ANSWER,),
        ),
        Move(
            CS.DISTRIBUTED,
            CA.ANSWER_UP,
            CS.ANSWERED,
            (KEEPER,),
            _coloured,
            opens=(CD.OUTCOME,),
            discharges=(CD.ANSWER,),
        ),
        # 上级认定：解除，或者升级
        Move(CS.ANSWERED, CA.RELEASE, CS.RELEASED, (KEEPER,), _coloured, discharges=(CD.OUTCOME,)),
        *(
            Move(
                stage,
                CA.RAISE,
                CS.RAISED,
                (KEEPER,),
                _coloured,
                discharges=(CD.OUTCOME,),
                lapses=(CD.RECEIPT, CD.REPLY, CD.ANSWER),
            )
            for stage in (CS.DISTRIBUTED, CS.ANSWERED)
        ),
        Move(CS.REGISTERED, CA.VOID, CS.VOID, (KEEPER,), _coloured, discharges=(CD.DISTRIBUTE,)),
        # 单位撤销、没有承接的
        Move(CS.DISTRIBUTED, CA.COME_BACK, CS.DISTRIBUTED, (CLOCK,), _coloured, opens=(CD.ANSWER,)),
        *(
            Move(stage, CA.FALL_AWAY, CS.LAPSED, (CLOCK,), _coloured, lapses_all=True)
            for stage in (CS.REGISTERED, CS.DISTRIBUTED, CS.ANSWERED)
        ),
    ],
    weights={
        Weight.CHOICE: (CA.ANSWER_UP, CA.SEND_BACK, CA.RELEASE),
        Weight.SIDE: (CA.ADD_UNITS,),
        Weight.AGAINST: (CA.RAISE, CA.VOID),
    },
    advances={CA.RECEIVE: (CD.REPLY,)},
    parallel=(CA.RECEIVE, CA.REPLY),
    exceptions={
        (CA.ADD_UNITS, CD.ANSWER): "加派的单位回复以后，仍由登记的机构答复上级",
        (CA.SEND_BACK, CD.ANSWER): "单位重新回复以后，仍由登记的机构答复上级",
        (CA.RAISE, CD.ANSWER): "上级已经升级，答复随新的督办单",
    },
    goals=(CS.RELEASED,),
)
TABLES: Mapping[str, StageTable] = {
    Kind.URGE: URGE,
    Kind.REMINDER: REMINDER,
    Kind.ORDER: ORDER,
    Kind.COLOURED: COLOURED,
}

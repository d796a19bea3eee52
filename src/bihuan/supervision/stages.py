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
    OFFICER,
    RECEIVER,
    Kind,
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
    frozenset({R.DROPPED, R.ACCEPTED, R.WITHDRAWN}),
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
        # 单位撤销、没有承接的
        *(
            Move(stage, RA.FALL_AWAY, R.WITHDRAWN, (CLOCK,), _remind, lapses_all=True)
            for stage in (R.DRAFT, *_REPLYING, R.REPLIED)
        ),
    ],
    weights={
        Weight.CHOICE: (RA.ACCEPT, RA.REJECT, RA.UPHOLD, RA.SEND_DRAFT, RA.DROP),
        Weight.AGAINST: (RA.WITHDRAW,),
    },
    advances={RA.RECEIVE: (RD.REPLY,)},
    goals=(R.ACCEPTED,),
)
TABLES: Mapping[str, StageTable] = {Kind.URGE: URGE, Kind.REMINDER: REMINDER}

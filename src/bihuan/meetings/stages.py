"""The stage table of meetings, in the order of the work."""

from bihuan.kernel.stages import Move, Role, StageTable, Weight
from bihuan.meetings.types import ANSWERS, DIRECTOR, KEEPER, KIND, MeetingAct, MeetingDuty, MeetingStage
from bihuan.policy import norms as n

S, A, D = MeetingStage, MeetingAct, MeetingDuty
CLOCK = Role("时钟", ())
_agenda = n.RHYTHM_MEETING_AGENDA
TABLE = StageTable(
    KIND,
    "工作会商会议",
    frozenset({S.CLOSED, S.LAPSED}),
    [
        Move(None, A.PLAN, S.PLANNED, (CLOCK,), n.RHYTHM_MEETING, opens=(D.HOLD,), given=_agenda),
        Move(None, A.CALL, S.PLANNED, (KEEPER,), n.RHYTHM_MEETING_ADHOC, opens=(D.HOLD,), given=_agenda),
        Move(S.PLANNED, A.CONVENE, S.CONVENED, (KEEPER,), _agenda),
        Move(S.CONVENED, A.CONVENE, S.CONVENED, (KEEPER,), _agenda),
        Move(S.CONVENED, A.HOLD, S.HELD, (KEEPER,), _agenda, opens=(D.MINUTES,), discharges=(D.HOLD,)),
        Move(S.HELD, A.DECIDE, S.HELD, (KEEPER,), _agenda),
        Move(S.HELD, A.STRIKE, S.HELD, (KEEPER,), _agenda),
        Move(S.HELD, A.RETURN, S.HELD, (DIRECTOR,), _agenda),
        Move(
            S.HELD,
            A.SIGN,
            S.SIGNED,
            (DIRECTOR,),
            _agenda,
            opens=(D.CLOSE,),
            may_open=(D.TASK,),
            discharges=(D.MINUTES,),
        ),
        Move(S.SIGNED, A.REPORT, S.SIGNED, (ANSWERS,), _agenda, may_open=(D.TASK,), settles=(D.TASK,)),
        Move(S.SIGNED, A.CLOSE, S.CLOSED, (KEEPER,), _agenda, discharges=(D.CLOSE,)),
        *(Move(stage, A.LAPSE, S.LAPSED, (CLOCK,), _agenda, forfeits=(D.HOLD,)) for stage in (S.PLANNED, S.CONVENED)),
    ],
    weights={Weight.SIDE: (A.DECIDE, A.STRIKE), Weight.AGAINST: (A.RETURN,)},
    advances={A.CONVENE: (D.HOLD,), A.DECIDE: (D.MINUTES,)},
    parallel=(A.REPORT,),
    goals=(S.CLOSED,),
)

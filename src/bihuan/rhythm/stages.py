"""The stage table of regular work: it is due, and then it is done or missed."""

from bihuan.kernel.norm import Norm
from bihuan.kernel.stages import Move, Role, StageTable
from bihuan.policy import norms as n
from bihuan.rhythm.types import HOLDER, KIND, RhythmAct, RhythmDuty, RhythmStage

S, A, D = RhythmStage, RhythmAct, RhythmDuty
CLOCK = Role("时钟", ())
LOGS = (
    (A.LOG_TRAINING, A.ENTER_TRAINING, n.RHYTHM_TRAINING),
    (A.LOG_BRIEFING, A.ENTER_BRIEFING, n.RHYTHM_BRIEFING),
    (A.LOG_REVIEW, A.ENTER_REVIEW, n.OFFICE_RULEBOOK),
)
"""How a log is kept: of what was due, and besides; by which norm."""


def _logged(log: RhythmAct, enter: RhythmAct, norm: Norm) -> tuple[Move, Move]:
    return (
        Move(S.DUE, log, S.DONE, (HOLDER,), norm, discharges=(D.DO,), given=n.RHYTHM_KEEP),
        Move(None, enter, S.DONE, (HOLDER,), norm, given=n.RHYTHM_KEEP),
    )


TABLE = StageTable(
    KIND,
    "定期工作",
    frozenset({S.DONE, S.MISSED}),
    [
        Move(None, A.OPEN, S.DUE, (CLOCK,), n.RHYTHM_KEEP, opens=(D.DO,)),
        Move(S.DUE, A.DO, S.DONE, (HOLDER,), n.RHYTHM_KEEP, discharges=(D.DO,)),
        *(row for log, enter, norm in LOGS for row in _logged(log, enter, norm)),
        Move(S.DUE, A.MISS, S.MISSED, (CLOCK,), n.RHYTHM_KEEP, forfeits=(D.DO,)),
    ],
    goals=(S.DONE,),
)

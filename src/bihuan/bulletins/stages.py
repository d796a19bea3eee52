"""The stage table of bulletins, in the order of the work."""

from bihuan.bulletins.types import DIRECTOR, DRAFTS, KIND, BulletinAct, BulletinDuty, BulletinStage
from bihuan.kernel.stages import Move, Role, StageTable, Weight
from bihuan.policy import norms as n

S, A, D = BulletinStage, BulletinAct, BulletinDuty
_norm = n.RHYTHM_BULLETIN
TABLE = StageTable(
    KIND,
    "办理情况通报",
    frozenset({S.ISSUED}),
    [
        Move(None, A.DRAW_UP, S.DRAFT, (Role("时钟", ()),), _norm, opens=(D.ISSUE,)),
        Move(S.DRAFT, A.EDIT, S.DRAFT, (DRAFTS,), _norm, advances=(D.ISSUE,)),
        Move(S.DRAFT, A.STRIKE_NAME, S.DRAFT, (DRAFTS,), _norm),
        Move(S.DRAFT, A.SUBMIT, S.SIGNING, (DRAFTS,), _norm, advances=(D.ISSUE,)),
        Move(S.SIGNING, A.RETURN, S.DRAFT, (DIRECTOR,), _norm),
        Move(S.SIGNING, A.ISSUE, S.ISSUED, (DIRECTOR,), _norm, discharges=(D.ISSUE,)),
        Move(S.ISSUED, A.CORRECT, S.ISSUED, (DIRECTOR,), _norm),
    ],
    weights={Weight.SIDE: (A.STRIKE_NAME, A.CORRECT), Weight.AGAINST: (A.RETURN,)},
)

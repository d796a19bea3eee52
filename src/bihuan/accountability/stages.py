"""The stage table of clues: every move there is, in the order of the work."""

from bihuan.accountability.types import (
    ANSWERS,
    ASSESSOR,
    DISCIPLINE,
    HEADS,
    KIND,
    OFFICER,
    OPENS,
    PERSONNEL,
    ClueAct,
    ClueDuty,
    ClueStage,
)
from bihuan.cases.types import CLOCK
from bihuan.kernel.stages import Move, StageTable, Weight
from bihuan.policy import norms as n

S, A, D = ClueStage, ClueAct, ClueDuty
_clue = n.ACCOUNT_CLUE
_OPEN = (S.OPENED, S.ASKED, S.EXPLAINED, S.VERIFIED, S.APPROVED)
"""The stages at which what is found again is added."""
TABLE = StageTable(
    KIND,
    "问责线索",
    frozenset({S.CLOSED, S.DISMISSED}),
    [
        # 提出、发现、补充
        Move(None, A.OPEN, S.OPENED, (OPENS, OFFICER), _clue, opens=(D.SCREEN,)),
        Move(None, A.FIND, S.OPENED, (CLOCK,), _clue, opens=(D.SCREEN,)),
        *(Move(stage, A.FIND_AGAIN, stage, (CLOCK,), _clue) for stage in _OPEN),
        Move(S.OPENED, A.ADD_EVIDENCE, S.OPENED, (ASSESSOR, OFFICER), _clue),
        # 初核、听取说明
        Move(S.OPENED, A.ASK, S.ASKED, (ASSESSOR,), _clue, opens=(D.EXPLAIN,), discharges=(D.SCREEN,)),
        Move(S.OPENED, A.DISMISS, S.DISMISSED, (ASSESSOR,), _clue, discharges=(D.SCREEN,)),
        Move(S.ASKED, A.EXPLAIN, S.EXPLAINED, (ANSWERS,), _clue, opens=(D.VERIFY,), discharges=(D.EXPLAIN,)),
        Move(S.ASKED, A.GO_ON, S.EXPLAINED, (CLOCK,), _clue, opens=(D.VERIFY,), forfeits=(D.EXPLAIN,)),
        # 核实、批准：核实的人不批准
        Move(S.EXPLAINED, A.VERIFY, S.VERIFIED, (ASSESSOR, OFFICER), _clue, opens=(D.APPROVE,), discharges=(D.VERIFY,)),
        Move(S.EXPLAINED, A.DISMISS, S.DISMISSED, (ASSESSOR, OFFICER), _clue, discharges=(D.VERIFY,)),
        Move(S.VERIFIED, A.SEND_BACK, S.EXPLAINED, (HEADS,), _clue, opens=(D.VERIFY,), discharges=(D.APPROVE,)),
        Move(S.VERIFIED, A.APPROVE, S.APPROVED, (HEADS,), _clue, opens=(D.REFER,), discharges=(D.APPROVE,)),
        # 移交、签收、指导、结果
        Move(
            S.APPROVED,
            A.REFER,
            S.REFERRED,
            (ASSESSOR,),
            _clue,
            opens=(D.RECEIPT, D.RESULT),
            discharges=(D.REFER,),
        ),
        Move(S.REFERRED, A.RECEIVE, S.REFERRED, (DISCIPLINE, ASSESSOR), _clue, discharges=(D.RECEIPT,)),
        Move(S.REFERRED, A.GUIDE, S.REFERRED, (DISCIPLINE,), n.ACCOUNT_GUIDE, given=_clue),
        Move(
            S.REFERRED,
            A.RESULT,
            S.RESULTED,
            (DISCIPLINE, ASSESSOR),
            _clue,
            opens=(D.DOSSIER,),
            discharges=(D.RESULT,),
            given=n.ACCOUNT_DOSSIER,
        ),
        Move(
            S.REFERRED,
            A.RESULT,
            S.CLOSED,
            (DISCIPLINE, ASSESSOR),
            _clue,
            discharges=(D.RESULT,),
            unless=n.ACCOUNT_DOSSIER,
        ),
        # 归档
        Move(S.RESULTED, A.FILE, S.CLOSED, (PERSONNEL,), n.ACCOUNT_DOSSIER, discharges=(D.DOSSIER,), given=_clue),
    ],
    weights={
        Weight.CHOICE: (A.ASK, A.VERIFY, A.APPROVE, A.SEND_BACK),
        Weight.SIDE: (A.ADD_EVIDENCE, A.GUIDE),
        Weight.AGAINST: (A.DISMISS,),
    },
    parallel=(A.FIND_AGAIN,),
    goals=(S.CLOSED,),
)

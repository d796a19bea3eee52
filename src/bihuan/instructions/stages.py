"""The stage table of instructions: every move there is, in the order of the work."""

from bihuan.instructions.types import (
    ANSWERS,
    CALLS_IN,
    ENTERS,
    KEEPER,
    KEEPER_HEAD,
    KIND,
    LEADER,
    OFFICER,
    InstructionAct,
    InstructionDuty,
    InstructionStage,
)
from bihuan.kernel.stages import Move, StageTable, Weight
from bihuan.policy import norms as n

S, A, D = InstructionStage, InstructionAct, InstructionDuty
_by_post = n.INSTRUCTION_BY_POST
_DECIDES = (LEADER, OFFICER, KEEPER_HEAD)
"""The leader, else whoever supervises, else the head of the unit that keeps it: the rule says which of them."""
TABLE = StageTable(
    KIND,
    "领导批示",
    frozenset({S.CLOSED, S.VOID}),
    [
        # 作出、登记、核实
        Move(None, A.GIVE, S.IN_FORCE, (LEADER,), _by_post, opens=(D.REPORT,), may_open=(D.TASK,)),
        Move(None, A.ENTER, S.ENTERED, (ENTERS,), _by_post, opens=(D.VERIFY,)),
        Move(
            None,
            A.CALL_IN,
            S.IN_FORCE,
            (CALLS_IN,),
            n.INSTRUCTION_SCAN,
            opens=(D.SCAN, D.REPORT),
            may_open=(D.TASK,),
            given=_by_post,
        ),
        # 随事项办理的：领导本人办理，或者登记后已经核实
        Move(None, A.RECORD, S.IN_FORCE, _DECIDES, _by_post, opens=(D.REPORT,)),
        Move(
            S.ENTERED,
            A.VERIFY,
            S.IN_FORCE,
            _DECIDES,
            _by_post,
            opens=(D.REPORT,),
            may_open=(D.TASK,),
            discharges=(D.VERIFY,),
        ),
        Move(S.ENTERED, A.REJECT, S.VOID, _DECIDES, _by_post, discharges=(D.VERIFY,)),
        # 补件、交办、报告
        Move(S.IN_FORCE, A.ADD_SCAN, S.IN_FORCE, (KEEPER,), n.INSTRUCTION_SCAN, discharges=(D.SCAN,), given=_by_post),
        Move(S.IN_FORCE, A.ADD_TASKS, S.IN_FORCE, (KEEPER,), n.INSTRUCTION_TASKS, may_open=(D.TASK,), given=_by_post),
        Move(S.IN_FORCE, A.REPORT, S.IN_FORCE, (ANSWERS,), n.INSTRUCTION_TASKS, settles=(D.TASK,), given=_by_post),
        # 上报、审结
        Move(S.IN_FORCE, A.REPORT_UP, S.REPORTED, (KEEPER,), _by_post, opens=(D.CLOSE,), discharges=(D.REPORT,)),
        Move(S.REPORTED, A.CLOSE, S.CLOSED, _DECIDES, _by_post, discharges=(D.CLOSE,)),
        Move(
            S.REPORTED,
            A.AGAIN,
            S.IN_FORCE,
            _DECIDES,
            _by_post,
            opens=(D.REPORT,),
            may_open=(D.TASK,),
            discharges=(D.CLOSE,),
        ),
        # 撤销
        Move(
            S.IN_FORCE,
            A.REVOKE,
            S.VOID,
            (LEADER, OFFICER),
            _by_post,
            lapses=(D.SCAN, D.TASK, D.REPORT),
        ),
    ],
    weights={
        Weight.CHOICE: (A.VERIFY, A.REJECT, A.CLOSE, A.AGAIN),
        Weight.SIDE: (A.ADD_TASKS,),
        Weight.AGAINST: (A.REVOKE,),
    },
    parallel=(A.REPORT,),
    goals=(S.CLOSED,),
)

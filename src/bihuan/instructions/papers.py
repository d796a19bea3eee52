"""The paper of an instruction: 批示办理单."""

from datetime import datetime

from bihuan.documents.commands import paper
from bihuan.documents.types.sheets import InstructionSheet
from bihuan.instructions import queries, rules
from bihuan.instructions.types import KEEPING_UNIT, KIND
from bihuan.instructions.types.rows import InstructionTask
from bihuan.kernel.actor import Actor
from bihuan.policy import norms
from bihuan.policy.calendar import told
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.names import put


@paper(subject=KIND, sheet=InstructionSheet, by=KEEPING_UNIT, ask=rules.is_in_force)
def instruction(number: str, actor: Actor, now: datetime) -> InstructionSheet:
    """The 批示办理单 with what units were to do, what they reported, and what the leader made of it."""
    view = queries.view(number, actor, now=now)
    found, rulebook = view.facts, load_pack(view.facts.pack)
    return InstructionSheet(
        number=found.number,
        title=found.title,
        leader=found.leader,
        issued_on=found.issued_on,
        reference=found.reference,
        keeper=found.unit_name,
        purpose=found.purpose.label,
        content=found.text,
        subjects=tuple(f"{one.number} {one.title}".strip() for one in view.targets) or (found.topic,),
        tasks=tuple(map(_task, view.tasks)),
        results=tuple(_result(one, put(one.reported_post, rulebook)) for one in view.tasks if one.reported_at),
        report=found.report,
        outcome=found.outcome,
        clause=put(rulebook.cite(norms.INSTRUCTION_BY_POST).words, rulebook),
    )


def _task(task: InstructionTask) -> str:
    """What a unit is to do, and until when it reports."""
    until = f"，{told(task.due_at)}前报告" if task.due_at else ""
    return f"{task.unit_name}：{task.task}（{told(task.at)}交办{until}）"


def _result(task: InstructionTask, post: str) -> str:
    """What a unit reported, and by whom that is signed."""
    at = told(task.reported_at) if task.reported_at else ""
    done = f"，{task.done_on}办结" if task.done_on else ""
    return f"{task.unit_name}：{task.result.rstrip('。')}。（{task.reported_by_name}，{post}，{at}{done}）"

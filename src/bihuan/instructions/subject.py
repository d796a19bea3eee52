"""The instruction of a leader (领导批示), declared once."""

from collections.abc import Mapping

from bihuan.cases.subject import CASE
from bihuan.instructions import queries
from bihuan.instructions.commands import LIFE
from bihuan.instructions.models import LeaderInstruction, Participation
from bihuan.instructions.types import KIND, InstructionFacts, InstructionStage
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.policy import norms
from bihuan.subjects.declaration import MenuEntry, MenuGroup, StageTraits, StandsOn, SubjectType, Tone
from bihuan.subjects.evidence import Evidence, NumberSeries

_T = StageTraits
TRAITS: Mapping[Vocabulary, StageTraits] = {
    InstructionStage.ENTERED: _T(Tone.CHECK),
    InstructionStage.IN_FORCE: _T(Tone.RUN),
    InstructionStage.REPORTED: _T(Tone.CHECK),
    InstructionStage.CLOSED: _T(Tone.DONE),
    InstructionStage.VOID: _T(Tone.DONE),
}
INSTRUCTION: SubjectType[InstructionFacts] = SubjectType(
    life=LIFE,
    traits=TRAITS,
    row=LeaderInstruction,
    parts=Participation,
    lead="",
    stands_on=StandsOn(CASE, "of_case"),
    evidence=Evidence(numbers=(NumberSeries(KIND, r"(\d{4})P(\d+)$"),)),
    several=queries.facts_of,
    view=queries.view,
    briefs=queries.briefs,
    folder="instructions",
    template="instructions/page.html",
    short="批示",
    menu=MenuEntry("领导批示", order=8, norm=norms.INSTRUCTION_BY_POST, group=MenuGroup.SUPERVISION),
)
SUBJECTS = (INSTRUCTION,)

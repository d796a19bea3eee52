"""Regular work (定期工作), declared once."""

from collections.abc import Mapping

from bihuan.kernel.vocabulary import Vocabulary
from bihuan.policy import norms
from bihuan.rhythm import queries
from bihuan.rhythm.commands import LIFE
from bihuan.rhythm.models import Participation, Rhythm
from bihuan.rhythm.types import KIND, RhythmFacts, RhythmStage
from bihuan.subjects.declaration import MenuEntry, MenuGroup, StageTraits, SubjectType, Tone
from bihuan.subjects.evidence import Evidence, NumberSeries

TRAITS: Mapping[Vocabulary, StageTraits] = {
    RhythmStage.DUE: StageTraits(Tone.RUN),
    RhythmStage.DONE: StageTraits(Tone.DONE),
    RhythmStage.MISSED: StageTraits(Tone.DONE),
}
RHYTHM: SubjectType[RhythmFacts] = SubjectType(
    life=LIFE,
    traits=TRAITS,
    row=Rhythm,
    parts=Participation,
    lead="",
    evidence=Evidence(numbers=(NumberSeries(KIND, r"(\d{4})G(\d+)$"),)),
    several=queries.facts_of,
    view=queries.view,
    briefs=queries.briefs,
    folder="rhythms",
    template="rhythms/page.html",
    classifier="项",
    menu=MenuEntry("定期工作", order=12, norm=norms.RHYTHM_KEEP, group=MenuGroup.MEETINGS),
)
SUBJECTS = (RHYTHM,)

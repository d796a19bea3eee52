"""The clue (问责线索), declared once."""

from collections.abc import Mapping

from bihuan.accountability import queries
from bihuan.accountability.commands import LIFE
from bihuan.accountability.models import Clue, Participation
from bihuan.accountability.types import KIND, LETTER, ClueFacts, ClueStage
from bihuan.cases.subject import CASE
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.policy import norms
from bihuan.subjects.declaration import MenuEntry, MenuGroup, StageTraits, StandsOn, SubjectType, Tone
from bihuan.subjects.evidence import Evidence, NumberSeries

_T = StageTraits
TRAITS: Mapping[Vocabulary, StageTraits] = {
    ClueStage.OPENED: _T(Tone.CHECK),
    ClueStage.ASKED: _T(Tone.WAIT),
    ClueStage.EXPLAINED: _T(Tone.CHECK),
    ClueStage.VERIFIED: _T(Tone.CHECK),
    ClueStage.APPROVED: _T(Tone.RUN),
    ClueStage.REFERRED: _T(Tone.WAIT),
    ClueStage.RESULTED: _T(Tone.CHECK),
    ClueStage.CLOSED: _T(Tone.DONE),
    ClueStage.DISMISSED: _T(Tone.DONE),
}
CLUE: SubjectType[ClueFacts] = SubjectType(
    life=LIFE,
    traits=TRAITS,
    row=Clue,
    parts=Participation,
    lead="",
    stands_on=StandsOn(CASE, "of_case"),
    evidence=Evidence(numbers=(NumberSeries(KIND, rf"(\d{{4}}){LETTER}(\d+)$"),)),
    several=queries.facts_of,
    view=queries.view,
    briefs=queries.briefs,
    folder="clues",
    template="clues/page.html",
    short="线索",
    menu=MenuEntry("问责线索", order=9, norm=norms.ACCOUNT_CLUE, group=MenuGroup.ASSESSMENT),
)
SUBJECTS = (CLUE,)

"""The meeting (工作会商会议), declared once."""

from collections.abc import Mapping

from bihuan.kernel.vocabulary import Vocabulary
from bihuan.meetings import queries
from bihuan.meetings.commands import LIFE
from bihuan.meetings.models import Meeting, Participation
from bihuan.meetings.types import KIND, MeetingFacts, MeetingStage
from bihuan.policy import norms
from bihuan.subjects.declaration import MenuEntry, MenuGroup, StageTraits, SubjectType, Tone
from bihuan.subjects.evidence import Evidence, NumberSeries

_T = StageTraits
TRAITS: Mapping[Vocabulary, StageTraits] = {
    MeetingStage.PLANNED: _T(Tone.WAIT),
    MeetingStage.CONVENED: _T(Tone.RUN),
    MeetingStage.HELD: _T(Tone.CHECK),
    MeetingStage.SIGNED: _T(Tone.RUN),
    MeetingStage.CLOSED: _T(Tone.DONE),
    MeetingStage.LAPSED: _T(Tone.DONE),
}
MEETING: SubjectType[MeetingFacts] = SubjectType(
    life=LIFE,
    traits=TRAITS,
    row=Meeting,
    parts=Participation,
    lead="",
    evidence=Evidence(
        numbers=(
            NumberSeries(KIND, r"(\d{4})M(\d+)$"),
            NumberSeries("minutes", r"〔(\d{4})〕第(\d+)期$", column="minutes_number"),
        )
    ),
    several=queries.facts_of,
    view=queries.view,
    briefs=queries.briefs,
    folder="meetings",
    template="meetings/page.html",
    short="会商会议",
    classifier="次",
    menu=MenuEntry("会商会议", order=9, norm=norms.RHYTHM_MEETING_AGENDA, group=MenuGroup.MEETINGS),
)
SUBJECTS = (MEETING,)

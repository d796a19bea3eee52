"""The bulletin (办理情况通报), declared once."""

from collections.abc import Mapping

from bihuan.bulletins import queries
from bihuan.bulletins.commands import LIFE
from bihuan.bulletins.models import Bulletin, Participation
from bihuan.bulletins.types import KIND, BulletinFacts, BulletinStage
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.policy import norms
from bihuan.subjects.declaration import MenuEntry, MenuGroup, StageTraits, SubjectType, Tone
from bihuan.subjects.evidence import Evidence, NumberSeries

TRAITS: Mapping[Vocabulary, StageTraits] = {
    BulletinStage.DRAFT: StageTraits(Tone.RUN),
    BulletinStage.SIGNING: StageTraits(Tone.CHECK),
    BulletinStage.ISSUED: StageTraits(Tone.DONE),
}
BULLETIN: SubjectType[BulletinFacts] = SubjectType(
    life=LIFE,
    traits=TRAITS,
    row=Bulletin,
    parts=Participation,
    lead="",
    evidence=Evidence(
        numbers=(
            NumberSeries(KIND, r"(\d{4})B(\d+)$"),
            NumberSeries("issue", r"〔(\d{4})〕(\d+)号$", column="issue_number"),
        )
    ),
    several=queries.facts_of,
    view=queries.view,
    briefs=queries.briefs,
    folder="bulletins",
    template="bulletins/page.html",
    short="通报",
    classifier="期",
    menu=MenuEntry("通报", order=11, norm=norms.RHYTHM_BULLETIN, group=MenuGroup.MEETINGS),
)
SUBJECTS = (BULLETIN,)

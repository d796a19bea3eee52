"""Linkages (首接联动) and whistles (吹哨报到), declared once: they share their tables, and one function makes both."""

from collections.abc import Mapping
from functools import partial

from django.db.models import Q

from bihuan.cases.subject import CASE
from bihuan.joint import queries
from bihuan.joint.commands import LIVES, let_see
from bihuan.joint.models import Participation, Undertaking
from bihuan.joint.rules import CASES_WITH_LEAD
from bihuan.joint.types import JointFacts, Kind, Stage, WhistleType
from bihuan.joint.types.happenings import Concluded, JointBegun
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.policy import norms
from bihuan.subjects.declaration import MenuEntry, StageTraits, StandsOn, SubjectType, Tone
from bihuan.subjects.evidence import Digest, Evidence, Facts, NumberSeries, Told, both, lead, text

TRAITS: Mapping[Vocabulary, StageTraits] = {
    Stage.ACTIVE: StageTraits(Tone.RUN, with_unit=True),
    Stage.ESCALATED: StageTraits(Tone.HOLD, with_unit=True),
    Stage.CONCLUDED: StageTraits(Tone.RUN, with_unit=True),
    Stage.FORM: StageTraits(Tone.CHECK, with_unit=True),
    Stage.SIGNED: StageTraits(Tone.DONE),
    Stage.VOID: StageTraits(Tone.DONE),
    Stage.DISSOLVED: StageTraits(Tone.DONE),
}


def _concluded(told: Told, facts: Facts) -> None:
    """Whoever had not done their part stood notified to the centre as passive, where there are such notices: nothing of
    theirs is waived."""
    for owed in told.waived:
        if owed.holder in facts["unfinished"] and owed.holder not in facts.get("unnotified", ()):
            told.let_off(f"{owed.holder}已被通报消极配合，职责“{owed.kind}”却按免除了结，应为未履行")


def _joint(kind: Kind, letter: str, menu: MenuEntry | None = None) -> SubjectType[JointFacts]:
    return SubjectType(
        life=LIVES[kind],
        traits=TRAITS,
        row=Undertaking,
        parts=Participation,
        told_by="kind",
        lead="initiator",
        stands_on=StandsOn(
            CASE,
            "case",
            rests=Q(emergency=""),  # an emergency waits for nobody
            over=(
                (~Q(case__stage__in=CASES_WITH_LEAD), "case__stage_at"),
                (Q(assignment__until__isnull=False), "assignment__until"),
            ),
        ),
        key=Q(whistle_type=str(WhistleType.KEY)),
        evidence=Evidence(
            numbers=(NumberSeries(str(kind), rf"(\d{{4}}){letter}(\d+)$"),),
            digests=(Digest("联动要求", Undertaking, ("task",), where=Q(kind=str(kind)), lasting=True),),
            replay={JointBegun: both(lead("initiator"), text("联动要求")), Concluded: _concluded},
        ),
        let_see=let_see,
        several=queries.facts_of,
        view=partial(queries.view, kind=kind),
        briefs=queries.briefs,
        folder=f"{kind}s",
        template="joint/page.html",
        classifier="项",
        menu=menu,
    )


LINKAGE = _joint(Kind.LINKAGE, "L")
WHISTLE = _joint(Kind.WHISTLE, "S", MenuEntry("联动吹哨", order=2, norm=norms.WHISTLE_BLOW))
SUBJECTS = (LINKAGE, WHISTLE)

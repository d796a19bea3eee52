"""The listed matter (清单事项), declared once, and what it writes to the record of its case."""

from collections.abc import Mapping

from django.db.models import Q

from bihuan.cases.subject import CASE
from bihuan.kernel.erasure import ERASED
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.matters import queries
from bihuan.matters.commands import LIFE, let_see
from bihuan.matters.models import Feedback, Matter, Participation
from bihuan.matters.types import MatterClass, MatterFacts, Stage
from bihuan.matters.types.happenings import (
    CandidateProposed,
    CandidateReported,
    FeedbackDrafted,
    ListFollowed,
    ListLeft,
    MatterAssigned,
    MatterLeadEnded,
    MatterReassigned,
    UnsolvedProposed,
)
from bihuan.policy import norms
from bihuan.subjects.declaration import Contribution, MenuEntry, StageTraits, StandsOn, SubjectType, Tone
from bihuan.subjects.evidence import Digest, Evidence, NumberSeries, lead, no_lead, text

_T = StageTraits
TRAITS: Mapping[Vocabulary, StageTraits] = {
    Stage.CANDIDATE: _T(Tone.WAIT),
    Stage.LISTED: _T(Tone.WAIT),
    Stage.CLASSIFIED: _T(Tone.WAIT),
    Stage.ASSIGNED: _T(Tone.WAIT, with_unit=True),
    Stage.HANDLING: _T(Tone.RUN, with_unit=True),
    Stage.FEEDBACK: _T(Tone.CHECK, with_unit=True),
    Stage.REVIEW: _T(Tone.CHECK, with_unit=True),
    Stage.CONFIRMED: _T(Tone.CHECK, with_unit=True),
    Stage.TRACKING: _T(Tone.CHECK, with_unit=True),
    Stage.STRUCK_OFF: _T(Tone.DONE),
    Stage.DROPPED: _T(Tone.DONE),
    Stage.JOINED: _T(Tone.DONE),
}
_SUMMARY = text("事项概述")
MATTER: SubjectType[MatterFacts] = SubjectType(
    life=LIFE,
    traits=TRAITS,
    row=Matter,
    parts=Participation,
    stands_on=StandsOn(CASE, "case"),
    key=Q(matter_class__in=(str(MatterClass.KEY), str(MatterClass.SPECIAL))),
    evidence=Evidence(
        numbers=(
            NumberSeries("matter", r"(\d{4})H(\d+)$"),
            NumberSeries("list", r"〔(\d{4})〕(\d+)$", column="list_number"),
        ),
        digests=(
            Digest("事项概述", Matter, ("title", "content"), lasting=True),
            Digest("第{version}版反馈", Feedback, ("result",), of="matter__number", where=~Q(matter__title=ERASED)),
        ),
        replay={
            CandidateProposed: _SUMMARY,
            UnsolvedProposed: _SUMMARY,
            CandidateReported: _SUMMARY,
            FeedbackDrafted: text("第{feedback_version}版反馈"),
            MatterAssigned: lead(),
            MatterReassigned: lead(),
            MatterLeadEnded: no_lead,
        },
    ),
    joined=queries.secret_behind,
    let_see=let_see,
    several=queries.facts_of,
    view=queries.view,
    briefs=queries.briefs,
    folder="matters",
    template="matters/page.html",
    menu=MenuEntry("清单事项", order=4, norm=norms.LIST_REGISTER),
)
SUBJECTS = (MATTER,)
CONTRIBUTIONS = (
    Contribution(CASE, Evidence(replay={ListFollowed: lead(), ListLeft: text("第{answer_version}版答复")})),
)

"""The case (诉求工单), declared once."""

from collections.abc import Mapping

from django.db.models import Q

from bihuan.cases import queries
from bihuan.cases.commands import LIFE, let_see
from bihuan.cases.models import Case, CaseText, Participation
from bihuan.cases.types import CaseFacts, Stage
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.subjects.declaration import MenuEntry, StageTraits, SubjectType, Tone
from bihuan.subjects.evidence import Digest, Evidence, NumberSeries

_T = StageTraits
TRAITS: Mapping[Vocabulary, StageTraits] = {
    Stage.REGISTERED: _T(Tone.WAIT, "received"),
    Stage.DECLINE_REVIEW: _T(Tone.CHECK, "received"),
    Stage.TRIAGE: _T(Tone.WAIT, "dispatched"),
    Stage.DISPATCHED: _T(Tone.WAIT, "dispatched", with_unit=True),
    Stage.RETURN_REVIEW: _T(Tone.CHECK, "dispatched", with_unit=True),
    Stage.ADJUDICATING: _T(Tone.HOLD, "dispatched", paused=True),
    Stage.ESCALATED: _T(Tone.HOLD, "dispatched", paused=True),
    Stage.HANDLING: _T(Tone.RUN, "handled", with_unit=True),
    Stage.LISTED: _T(Tone.WAIT, "handled", with_unit=True),
    Stage.AWAITING: _T(Tone.HOLD, "handled", paused=True, with_unit=True),
    Stage.HUNG: _T(Tone.HOLD, "handled", paused=True, with_unit=True),
    Stage.REWORK: _T(Tone.WAIT, "handled", with_unit=True),
    Stage.SIGN_OFF: _T(Tone.CHECK, "handled", with_unit=True),
    Stage.SUBMITTED: _T(Tone.CHECK, "reviewed", with_unit=True),
    Stage.CALLBACK: _T(Tone.CHECK, "asked", with_unit=True),
    Stage.CLOSED: _T(Tone.DONE, "ended"),
    Stage.ARCHIVED: _T(Tone.DONE, "ended"),
    Stage.NOT_ACCEPTED: _T(Tone.DONE),
    Stage.TRANSFERRED: _T(Tone.DONE),
    Stage.MERGED: _T(Tone.DONE),
    Stage.TERMINATED: _T(Tone.DONE),
    Stage.WITHDRAWN: _T(Tone.DONE),
}
CASE: SubjectType[CaseFacts] = SubjectType(
    life=LIFE,
    traits=TRAITS,
    row=Case,
    parts=Participation,
    evidence=Evidence(
        numbers=(NumberSeries("case", r"^[A-Z]+(\d{8})\d{2}(\d+)\d$"),),
        digests=(Digest("诉求内容", CaseText, ("case__title", "content"), of="case__number", lasting=True),),
    ),
    key=Q(key=True),
    let_see=let_see,
    several=queries.facts_of,
    of_requester=True,
    view=queries.view,
    briefs=queries.briefs,
    folder="cases",
    template="cases/page.html",
    short="工单",
    menu=MenuEntry("工单台账", order=1),
)
SUBJECTS = (CASE,)

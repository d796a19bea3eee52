"""Determinations (责任主体认定) and referrals (拒不承担移交), declared once, and what they write to a case's record."""

from django.db.models import Case, Q, Value, When

from bihuan.cases.subject import CASE
from bihuan.determination import queries
from bihuan.determination.commands import LIFE, REFERRAL_LIFE
from bihuan.determination.models import Determination, Participation, Referral, ReferralParticipation, SpecialReport
from bihuan.determination.stages import ON_THE_CASE
from bihuan.determination.types import DeterminationFacts, Outcome, ReferralFacts, ReferralStage, Stage
from bihuan.determination.types.happenings import CaseTakenBack, GapReported, OpinionIssued
from bihuan.kernel.erasure import ERASED
from bihuan.policy import norms
from bihuan.subjects.declaration import Contribution, MenuEntry, StageTraits, StandsOn, SubjectType, Tone
from bihuan.subjects.evidence import Digest, Evidence, NumberSeries, no_lead, text

_T = StageTraits
_FOUND = Case(When(outcome=str(Outcome.UNIT), then="unit"), default=Value(""))
"""The unit that the opinion names; one that the district designates later stands in the same column."""
DETERMINATION: SubjectType[DeterminationFacts] = SubjectType(
    life=LIFE,
    traits={
        Stage.DRAFT: _T(Tone.RUN),
        Stage.SUBMITTED: _T(Tone.CHECK),
        Stage.DETERMINED: _T(Tone.WAIT),
        Stage.GAP: _T(Tone.WAIT),
        Stage.UNREASONABLE: _T(Tone.WAIT),
        Stage.REPORTED: _T(Tone.HOLD),
        Stage.DESIGNATED: _T(Tone.WAIT),
        Stage.FOLLOW_UP: _T(Tone.RUN),
        Stage.SETTLED: _T(Tone.DONE),
        Stage.DECLINED: _T(Tone.DONE),
        Stage.TAKEN_BACK: _T(Tone.DONE),
        Stage.DISSOLVED: _T(Tone.DONE),
    },
    row=Determination,
    parts=Participation,
    lead="",
    stands_on=StandsOn(
        CASE, "case", over=((Q(stage__in=ON_THE_CASE, case__stage__in=sorted(CASE.table.ends)), "case__stage_at"),)
    ),
    evidence=Evidence(
        numbers=(
            NumberSeries(LIFE.table.subject, r"(\d{4})R(\d+)$"),
            NumberSeries("special-report", r"〔(\d{4})〕第(\d+)期", model=SpecialReport),
        ),
        digests=(
            Digest(
                "认定意见",
                Determination,
                ("opinion_number", "outcome", _FOUND, "opinion"),
                where=Q(issued_at__isnull=False) & ~Q(opinion=ERASED),
            ),
            Digest(
                "专报",
                SpecialReport,
                ("background", "gap", "reasonableness", "suggestion"),
                of="determination__number",
                where=~Q(background=ERASED),
            ),
        ),
        replay={OpinionIssued: text("认定意见"), GapReported: text("专报")},
    ),
    several=queries.facts_of,
    narrowed=queries.as_told_to,
    view=queries.view,
    briefs=queries.briefs,
    folder="determinations",
    template="determination/page.html",
    classifier="项",
    menu=MenuEntry("责任认定", order=3, norm=norms.DETERMINATION_REFER),
)
REFERRAL: SubjectType[ReferralFacts] = SubjectType(
    life=REFERRAL_LIFE,
    traits={
        ReferralStage.OPEN: _T(Tone.RUN),
        ReferralStage.SENT: _T(Tone.DONE),
        ReferralStage.DROPPED: _T(Tone.DONE),
    },
    row=Referral,
    parts=ReferralParticipation,
    lead="",
    stands_on=StandsOn(CASE, "case"),
    evidence=Evidence(numbers=(NumberSeries(REFERRAL_LIFE.table.subject, r"(\d{4})Y(\d+)$"),)),
    several=queries.referrals_of,
    view=queries.referral_view,
    briefs=queries.referral_briefs,
    folder="referrals",
    template="determination/referral.html",
)
SUBJECTS = (DETERMINATION, REFERRAL)
CONTRIBUTIONS = (Contribution(CASE, Evidence(replay={CaseTakenBack: no_lead})),)

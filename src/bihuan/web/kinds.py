"""The kinds of subject that have pages: cases and listed matters, each with what its page shows besides."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext

from bihuan.cases import commands as case_commands
from bihuan.cases import queries as cases
from bihuan.cases.types import Act, CaseView, DutyKind, Stage
from bihuan.commitments import queries as commitments
from bihuan.determination import commands as determination_commands
from bihuan.determination import queries as determination
from bihuan.determination.types.rows import DeterminationBrief
from bihuan.dispatch import queries as dispatch
from bihuan.dispatch.types import Answered, ExtensionRequested, RelayRequested, RequesterAwaited
from bihuan.feedback import commands as feedback_commands
from bihuan.feedback import queries as feedback
from bihuan.intake import queries as intake
from bihuan.joint import commands as joint_commands
from bihuan.joint import queries as joint
from bihuan.joint.stages import BRANCHES, GONE
from bihuan.joint.types import Kind as Instrument
from bihuan.joint.types import Stage as JointStage
from bihuan.joint.types.rows import JointBrief, JointView
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Unknown
from bihuan.matters import commands as matter_commands
from bihuan.matters import queries as matters
from bihuan.matters.types import REPORTER
from bihuan.matters.types.happenings import FeedbackDrafted
from bihuan.matters.types.rows import MatterView
from bihuan.organisations.types import Standing
from bihuan.policy import norms
from bihuan.policy.loader import pack
from bihuan.policy.pack import LimitRule, Pack
from bihuan.record.reading import Asked, Reading
from bihuan.web.subjects import Begun, Elsewhere, Kind
from bihuan.web.words import label_of

Readings = Mapping[str, Reading[Any] | Asked[Any]]
Told = Mapping[str, list[Any]]


def _read_of_case(view: CaseView, standing: Standing) -> Readings:
    """What stands on a case and may be read with it; of determinations only where it was disputed, or ruled upon."""
    case, actor = view.facts, standing.actor
    found: dict[str, Reading[Any] | Asked[Any]] = {
        "answers": dispatch.answers_of(case.number),
        "callbacks": feedback.callbacks_of(case.number),
        "sources": intake.sources_of(case.number),
    }
    if pack(case.pack).binds(norms.LINKAGE_REQUEST) and case.lead is not None:
        found["together"] = joint.of_case(case.number, actor)
    if DutyKind.DETERMINATION in case.duties or case.adjudicated or case.designated:
        found["determined"], found["referred"] = determination.of_case(case.number, actor)
    return found


HOLDING = frozenset(set(Stage) - {Stage.HANDLING, Stage.REWORK, Stage.DISPATCHED, Stage.TRIAGE})
"""Stages in which the newest answer is not about to be replaced."""


def _of_case(view: CaseView, standing: Standing, told: Told) -> dict[str, Any]:
    """The answers, call-backs and sources of a case; whom the responsibility list suggests for it."""
    number = view.facts.number
    answers, callbacks = told["answers"], told["callbacks"]
    may_dispatch = case_commands.LIFE.table.row(view.facts.stage, Act.DISPATCH) and standing.actor.holds("dispatcher")
    text = f"{view.facts.title}\n{view.content}"
    together = joint.newest_first(told.get("together", []))
    determined = determination.newest_first(told.get("determined", []))
    return {
        "answers": dispatch.newest_first(answers),
        "holding": HOLDING,
        "commitments": commitments.of_subject(view.facts.subject) if view.facts.answered_by else (),
        "callbacks": feedback.in_order(callbacks),
        "sources": intake.labelled(told["sources"]),
        "joined": cases.briefs(view.children, standing.actor) if view.children else {},
        "accounts": {a.by for a in answers} | {a.signed_off_by for a in answers} | {c.by for c in callbacks},
        "suggestions": dispatch.suggestions(
            {number: text}, standing.jurisdiction.code, now=standing.now, accused={number: view.facts.accused}
        )[number]
        if may_dispatch
        else (),
        "together": together,
        "shared": joint.shared([one.number for one in together if one.stage == JointStage.SIGNED]),
        "begun": begun(together),
        "relayed": RELAYED,
        "determined": determined,
        "elsewhere": _settled_elsewhere(together, determined),
        "referred": determination.newest_first(told.get("referred", [])),
        **_listing(view, standing),
    }


RELAYED = (RelayRequested.kind, RequesterAwaited.kind, ExtensionRequested.kind, Answered.kind)
"""What a unit asks the desk to pass on, where it may not know who asks."""


_FORM_OF = {Instrument.LINKAGE: DutyKind.LINKAGE_FORM, Instrument.WHISTLE: DutyKind.WHISTLE_FORM}


def _settled_elsewhere(
    together: Sequence[JointBrief], determined: Sequence[DeterminationBrief]
) -> dict[str, Elsewhere]:
    """Where what a case owes is settled by what stands on it: the form of a joint handling, a determination."""
    found = {
        str(_FORM_OF[one.kind]): Elsewhere(one.kind.label, one.number, f"/{one.kind}s/{one.number}/")
        for one in reversed(together)
        if one.stage not in GONE
    }
    for one in determined[:1]:
        where = Elsewhere(DETERMINATION.label, one.number, DETERMINATION.page_of(one.number))
        found[str(DutyKind.DETERMINATION)] = where
    return found


def begun(found: Sequence[JointBrief]) -> list[Begun]:
    """What stands on a case of joint handling, as it is drawn with the case."""
    return [Begun(BRANCHES[one.kind], f"{one.kind}:{one.number}", one.stage) for one in found if one.stage not in GONE]


def _listing(view: CaseView, standing: Standing) -> dict[str, Any]:
    """The listed matters that a case became, and whether the actor may report it, where the regulation has a list."""
    if not pack(view.facts.pack).binds(norms.LIST_REPORT):
        return {}
    listed = matters.of_case(view.facts.number, standing.actor)
    late = any(d.overdue for d in view.duties)
    return {"listed": listed, "may_report": late and not listed and standing.actor.holds(*REPORTER.posts)}


def _nothing_besides(view: Any, standing: Standing) -> Readings:
    return {}


def _of_matter(view: MatterView, standing: Standing, told: Told) -> dict[str, Any]:
    """Those who drafted, confirmed and struck off."""
    drafted = {a for f in view.feedbacks for a in (f.by, f.submitted_by, f.signer)}
    settled = {a for r in view.rounds for a in (r.confirmed_by, r.supervised_by, r.struck_off_by)}
    return {"accounts": drafted | settled, "relayed": (RelayRequested.kind, FeedbackDrafted.kind)}


def _of_joint(view: JointView, standing: Standing, told: Told) -> dict[str, Any]:
    """Who filled the form in, and who answers whistles for the units."""
    liaisons = joint.liaisons(standing.jurisdiction.code, now=standing.now)
    return {
        "accounts": {view.form.drafted_by} if view.form else set(),
        "liaisons": {row.unit: row.name for row in liaisons if row.in_force},
    }


def _joint(instrument: Instrument, url: str) -> Kind:
    def facts(number: str, actor: Actor) -> Any:
        return joint.visible_facts(number, actor, kind=instrument)

    def view(number: str, actor: Actor, *, now: Any) -> JointView:
        return joint.view(number, actor, now=now, kind=instrument)

    return Kind(
        str(instrument),
        instrument.label,
        url,
        joint_commands.LIVES[instrument],
        facts,
        view,
        joint.briefs,
        joint.DUTY_LABELS,
        "joint/page.html",
        _nothing_besides,
        _of_joint,
        joint.facts_of,
    )


def _in_the_view(view: Any, standing: Standing, told: Told) -> dict[str, Any]:
    return {"accounts": set()}


CASE = Kind(
    "case",
    "工单",
    "/cases/",
    case_commands.LIFE,
    cases.visible_facts,
    cases.view,
    cases.briefs,
    cases.DUTY_LABELS,
    "cases/page.html",
    _read_of_case,
    _of_case,
    cases.facts_of,
    feedback_commands.look_ahead,
    frozenset({*_FORM_OF.values(), DutyKind.DETERMINATION}),
)
MATTER = Kind(
    "matter",
    "清单事项",
    "/matters/",
    matter_commands.LIFE,
    matters.visible_facts,
    matters.view,
    matters.briefs,
    matters.DUTY_LABELS,
    "matters/page.html",
    _nothing_besides,
    _of_matter,
    matters.facts_of,
)
LINKAGE, WHISTLE = _joint(Instrument.LINKAGE, "/linkages/"), _joint(Instrument.WHISTLE, "/whistles/")
DETERMINATION = Kind(
    "determination",
    "责任主体认定",
    "/determinations/",
    determination_commands.LIFE,
    determination.visible_facts,
    determination.view,
    determination.briefs,
    determination.DUTY_LABELS,
    "determination/page.html",
    _nothing_besides,
    _in_the_view,
    determination.facts_of,
)
REFERRAL = Kind(
    "referral",
    "拒不承担移交",
    "/referrals/",
    determination_commands.REFERRAL_LIFE,
    determination.visible_referral,
    determination.referral_view,
    determination.referral_briefs,
    determination.REFERRAL_DUTY_LABELS,
    "determination/referral.html",
    _nothing_besides,
    _in_the_view,
    determination.referrals_of,
)
KINDS = {kind.word: kind for kind in (CASE, MATTER, LINKAGE, WHISTLE, DETERMINATION, REFERRAL)}


def kind_of(word: str) -> Kind:
    """The kind of subject of that word. Raises Unknown."""
    try:
        return KINDS[word]
    except KeyError:
        raise Unknown(word) from None


SPECS = {
    **CASE.life.specs,
    **{
        f"{known.word}.{kind}": spec
        for known in (MATTER, LINKAGE, WHISTLE, DETERMINATION, REFERRAL)
        for kind, spec in known.life.specs.items()
    },
}
"""Every kind of duty there is."""


def scope_words(rule: LimitRule, rulebook: Pack) -> str:
    """For what a limit holds, in words."""
    return gettext("、").join(map(label_of, rulebook.selected(rule))) or gettext("全部")

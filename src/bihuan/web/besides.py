"""What the pages of subjects show of other packages."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bihuan.cases import queries as cases
from bihuan.cases.subject import CASE
from bihuan.cases.types import Act, CaseFacts, CaseView, DutyKind, Stage
from bihuan.commitments import queries as commitments
from bihuan.determination import queries as determination
from bihuan.determination.subject import DETERMINATION
from bihuan.determination.types.rows import DeterminationBrief
from bihuan.dispatch import queries as dispatch
from bihuan.dispatch.types import Answered, ExtensionRequested, RelayRequested, RequesterAwaited
from bihuan.feedback import commands as feedback_commands
from bihuan.feedback import queries as feedback
from bihuan.intake import queries as intake
from bihuan.joint import commands as joint_commands
from bihuan.joint import queries as joint
from bihuan.joint.stages import BRANCHES, GONE
from bihuan.joint.subject import LINKAGE, WHISTLE
from bihuan.joint.types import JOIN
from bihuan.joint.types import Kind as Instrument
from bihuan.joint.types import Stage as JointStage
from bihuan.joint.types.rows import JointBrief, JointView
from bihuan.kernel.stages import Branch
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.matters import queries as matters
from bihuan.matters.subject import MATTER
from bihuan.matters.types import REPORTER
from bihuan.matters.types.happenings import FeedbackDrafted
from bihuan.matters.types.rows import MatterView
from bihuan.organisations.types import Standing
from bihuan.policy import norms
from bihuan.policy.loader import pack
from bihuan.record.reading import Asked, Reading
from bihuan.subjects.registry import REGISTRY
from bihuan.supervision import queries as supervision

Readings = Mapping[str, Reading[Any] | Asked[Any]]
Told = Mapping[str, list[Any]]


def _reads_nothing(view: Any, standing: Standing) -> Readings:
    return {}


def _names_nobody(view: Any, standing: Standing, told: Told) -> dict[str, Any]:
    return {"accounts": set()}


def _nothing_ahead(facts: Iterable[Any]) -> None:
    """Rules that read nothing besides."""


@dataclass(frozen=True, slots=True)
class Besides:
    """What the page of a kind of subject shows of other packages."""

    readings: Callable[[Any, Standing], Readings] = _reads_nothing
    details: Callable[[Any, Standing, Told], dict[str, Any]] = _names_nobody
    """From what the readings found; `accounts` are those whose names it tells, `begun` is what began in the subject,
    `elsewhere` tells where duties are settled that another subject settles."""
    ahead: Callable[[Iterable[Any]], None] = _nothing_ahead
    """Reads at once, for several within one look, what their rules would each ask for."""
    elsewhere: frozenset[str] = frozenset()
    """Kinds of duty that another subject settles."""


@dataclass(frozen=True, slots=True)
class Begun:
    """A life that began in the subject's own, drawn with it."""

    branch: Branch
    subject: str
    stage: Vocabulary


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another subject, on whose page a duty of this one is settled."""

    label: str
    number: str
    url: str


def _read_of_case(view: CaseView, standing: Standing) -> Readings:
    """What stands on a case and may be read with it; of determinations only where it was disputed, or ruled upon."""
    case, actor = view.facts, standing.actor
    found: dict[str, Reading[Any] | Asked[Any]] = {
        "answers": dispatch.answers_of(case.number),
        "callbacks": feedback.callbacks_of(case.number),
        "sources": intake.sources_of(case.number),
    }
    rulebook = pack(case.pack)
    if case.lead is not None and any(map(rulebook.binds, JOIN.values())):
        found["together"] = joint.of_case(case.number, actor)
    if DutyKind.DETERMINATION in case.duties or case.adjudicated or case.designated:
        found["determined"], found["referred"] = determination.of_case(case.number, actor)
    if case.key:
        found["key_marks"], found["key_looks"] = supervision.marks_of(case.number), supervision.looks_of(case.number)
    return found


def _look_ahead(found: Iterable[CaseFacts]) -> None:
    told = [*found]
    feedback_commands.look_ahead(told)
    joint_commands.look_ahead(told)


HOLDING = frozenset(set(Stage) - {Stage.HANDLING, Stage.REWORK, Stage.DISPATCHED, Stage.TRIAGE})
"""Stages in which the newest answer is not about to be replaced."""


def _of_case(view: CaseView, standing: Standing, told: Told) -> dict[str, Any]:
    """The answers, call-backs and sources of a case; whom the responsibility list suggests for it."""
    number = view.facts.number
    answers, callbacks = told["answers"], told["callbacks"]
    may_dispatch = CASE.table.row(view.facts.stage, Act.DISPATCH) and standing.actor.holds("dispatcher")
    text = f"{view.facts.title}\n{view.content}"
    together = joint.newest_first(told.get("together", []))
    determined = determination.newest_first(told.get("determined", []))
    return {
        "answers": dispatch.newest_first(answers),
        "holding": HOLDING,
        "commitments": commitments.of_subject(view.facts.subject) if view.facts.answered_by else (),
        "key_marks": sorted(told.get("key_marks", ()), key=lambda one: one.id),
        "key_looks": sorted(told.get("key_looks", ()), key=lambda one: one.id),
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
        str(_FORM_OF[one.kind]): Elsewhere(one.kind.label, one.number, REGISTRY[one.kind].page_of(one.number))
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


BESIDES: Mapping[str, Besides] = {
    CASE.word: Besides(
        _read_of_case,
        _of_case,
        ahead=_look_ahead,
        elsewhere=frozenset({*_FORM_OF.values(), DutyKind.DETERMINATION}),
    ),
    MATTER.word: Besides(details=_of_matter),
    LINKAGE.word: Besides(details=_of_joint),
    WHISTLE.word: Besides(details=_of_joint),
}
_NOTHING = Besides()


def besides_of(word: str) -> Besides:
    """What the page of a kind of subject shows besides."""
    return BESIDES.get(word, _NOTHING)

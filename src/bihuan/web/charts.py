"""Flow charts: what a regulation prints as one, drawn from the stage tables; of a subject, with its way."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from bihuan.cases.subject import CASE
from bihuan.joint import queries as joint
from bihuan.joint.stages import BRANCHES, GONE
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Unknown
from bihuan.kernel.stages import Branch, StageTable
from bihuan.organisations.types import Standing
from bihuan.policy.pack import Pack
from bihuan.record import queries as record
from bihuan.record.reading import gather
from bihuan.subjects.declaration import Kind
from bihuan.subjects.registry import REGISTRY
from bihuan.web.flow import Course, Flow, draw
from bihuan.web.subjects import way_of
from bihuan.web.words import label_of, label_under


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart that a regulation has: of one table, or of two of which one begins in the other."""

    word: str
    table: StageTable
    branch: Branch | None = None

    def title(self, rulebook: Pack) -> str:
        """As the regulation prints it, or as its table is called."""
        if self.branch is None:
            return _("%(what)s办理流程图") % {"what": label_of(self.table.label)}
        return rulebook.cite(self.branch.chart).text or self.branch.chart.title

    def citation(self, rulebook: Pack) -> str:
        """The clause behind it; empty where it is drawn for the regulation's own stage table."""
        return rulebook.cite(self.branch.chart).words if self.branch else ""

    def stands_in(self, rulebook: Pack) -> bool:
        """Whether the regulation has it."""
        if self.branch is not None:
            return rulebook.binds(self.branch.chart)
        return any(m.holds(rulebook.binds) for m in self.table.moves if m.origin is None)

    def draw(self, rulebook: Pack, courses: Mapping[str, Course]) -> Flow:
        """The chart, written out; a chart that the regulation prints draws what it commands, not the defaults."""

        of_others = {branch.begins.norm for branch in BRANCHES.values() if self.branch not in (None, branch)}

        def drawn(norm: Norm) -> bool:
            bound = rulebook.binds(norm) and norm not in of_others
            return bound and (self.branch is None or rulebook.binding(norm).clause is not None)

        tables = [self.table, *([self.branch.table] if self.branch else [])]
        known = [courses.get(table.subject, Course(table)) for table in tables]
        shown = [replace(course, table=course.table.under(rulebook.binds)) for course in known]
        branches = [self.branch.under(rulebook.binds)] if self.branch else []
        return draw(shown, drawn, branches=branches, say=partial(label_under, rulebook), written=True)


CHARTS: Mapping[str, Chart] = {
    **{kind.word: Chart(kind.word, kind.table) for kind in REGISTRY if kind.word not in BRANCHES},
    **{str(kind): Chart(str(kind), branch.main, branch) for kind, branch in BRANCHES.items()},
}


def charts_of(rulebook: Pack) -> list[Chart]:
    """The charts that a regulation has, those that it prints first."""
    found = [chart for chart in CHARTS.values() if chart.stands_in(rulebook)]
    return sorted(found, key=lambda chart: chart.branch is None)


def chart_of(rulebook: Pack, word: str) -> Chart:
    """The chart of that word. Raises Unknown."""
    chart = CHARTS.get(word)
    if chart is None or not chart.stands_in(rulebook):
        raise Unknown(word)
    return chart


def courses_of(kind: Kind, facts: Any, standing: Standing) -> dict[str, Course]:
    """Stage table → where the subject stands in it, and the joint handling with its case, as far as the actor sees."""
    found = [(kind, facts)]
    if kind is CASE:
        (joined,) = gather(joint.of_case(facts.number, standing.actor))
        found += [
            (REGISTRY[row.kind], joint.facts(row.number)) for row in joint.newest_first(joined) if row.stage not in GONE
        ]
    elif kind.word in BRANCHES:
        found += _case_of(facts, standing)
    recorded = record.events_of([one.subject for _, one in found])
    return {
        known.table.subject: Course(known.table, one.stage, way_of(recorded[one.subject]), _open(known, one, standing))
        for known, one in found
    }


def word_for(kind: Kind, courses: Mapping[str, Course], rulebook: Pack, asked: str) -> str:
    """Which chart of a subject is meant: the one that was asked for, else that of what began in it, else the first."""
    if asked:
        return asked
    branches = [word for word in BRANCHES if word in courses]
    fits = [chart.word for chart in charts_of(rulebook) if chart.table is kind.table]
    return (branches or fits or [kind.word])[0]


def _case_of(facts: Any, standing: Standing) -> list[tuple[Kind, Any]]:
    try:
        return [(CASE, CASE.see(facts.case, standing.actor))]
    except Unknown:
        return []


def _open(kind: Kind, facts: Any, standing: Standing) -> list[str]:
    offers = kind.life.offers(facts, standing.actor, standing.now)
    return [offer.act for offer in offers if offer.mine and offer.refusal is None]

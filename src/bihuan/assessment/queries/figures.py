"""Figures of units in a period, and the rows behind each number."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import F, Model, Q, QuerySet, Value
from django.db.models.functions import Coalesce

from bihuan.assessment import rules
from bihuan.assessment.models import Duty, Event, Result
from bihuan.assessment.rules.figures import Summing, Sums, Totals
from bihuan.assessment.types import Board, FactRow, Period, Rows, ScoreCard, Sight, UnitFigures
from bihuan.joint import queries as joint
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Unknown
from bihuan.organisations import queries as organisations
from bihuan.organisations.queries import name_of
from bihuan.organisations.types import Post, UnitFacts
from bihuan.policy.assessment import ATOMS, Assessment, Atom, Source, State, Term, When
from bihuan.policy.pack import Capacity, Pack
from bihuan.record import stream
from bihuan.record.types import subject_of
from bihuan.subjects.registry import REGISTRY

CONSUMER = "figures"
WHOLE = frozenset({Capacity.OFFICE, Capacity.SUPERVISION})
"""Who sees the figures of all units: the list office and the body that supervises; the desk where there is no office,
for then it is the platform and not one channel of several."""
_SHOWN = frozenset({Capacity.HANDLING, Capacity.DESK})
FIRST = date(1992, 1, 1)
COUNTED = 1000
"""Of more rows it is not counted how many the reader does not see: PostgreSQL asks of each whether it is shown."""


def period_named(name: str, *, now: datetime) -> Period:
    """The period of that name; without one that can be read, this month."""
    return rules.named(name) or rules.month_of(organisations.today(now))


def known_period(name: str) -> Period | None:
    """The period of that name, as 2026-11; None for anything else."""
    return rules.named(name)


def periods(*, now: datetime) -> tuple[Period, ...]:
    """The periods that can be chosen."""
    return rules.offered(organisations.today(now))


def _read_until(now: datetime) -> datetime:
    """Until when the record was read, by the clock of the jurisdiction."""
    behind = max((lag.seconds for lag in stream.lags() if lag.name == CONSUMER), default=0)
    return now - timedelta(seconds=behind)


def _sight(actor: Actor, units: Iterable[UnitFacts], pack: Pack, now: datetime) -> Sight:
    """Whose figures the actor sees: a unit its own and those of its group, a leader those of the portfolio."""
    known = {unit.code: unit for unit in units}
    own = actor.units & known.keys()
    if any(pack.can(known[unit].type, capacity) for unit in own for capacity in _whole(pack)):
        return Sight(whole=True, figures=frozenset(), rows=frozenset(own))
    groups = {group.code for unit in own if (group := pack.assessed.group_of(known[unit].type))}
    peers = {code for code, unit in known.items() if _group(unit, pack.assessed) in groups}
    led = _led(actor, now) if actor.holds(Post.LEADER) else frozenset[str]()
    return Sight(whole=False, figures=frozenset(own | peers | led), rows=frozenset(own | led))


def _whole(pack: Pack) -> frozenset[Capacity]:
    has_office = any(Capacity.OFFICE in kind.capacities for kind in pack.unit_types.values())
    return WHOLE if has_office else WHOLE | {Capacity.DESK}


def _led(actor: Actor, now: datetime) -> frozenset[str]:
    rows = joint.portfolios(actor.jurisdiction, now=now)
    return frozenset(row.unit for row in rows if row.in_force and row.account == actor.account)


_SUMS = """
SELECT measure, '', unit, part, excluded, sum(n)::bigint FROM assessment_count
WHERE jurisdiction = %(here)s AND period = ANY(%(months)s) GROUP BY measure, unit, part, excluded
UNION ALL
SELECT measure, so_far.word, unit, part, excluded, sum(n)::bigint FROM assessment_count
JOIN unnest(%(words)s::text[], %(atoms)s::text[], %(before)s::text[]) AS so_far (word, atom, before)
  ON measure = so_far.atom AND period < so_far.before
WHERE jurisdiction = %(here)s AND length(period) = 7 GROUP BY measure, so_far.word, unit, part, excluded"""


def _sums(jurisdiction: str, period: Period, terms: Iterable[Term]) -> Sums:
    """All sums of a period, and those since the beginning that some term asks for."""
    first = {When.UNTIL: period.until + timedelta(days=1), When.BEFORE: period.since}
    so_far = sorted({(term.when, term.atom, f"{first[term.when]:%Y-%m}") for term in terms if term.when in first})
    said: dict[str, str | list[str]] = {
        "here": jurisdiction,
        "months": list(period.months),
        "words": [str(word) for word, _, _ in so_far],
        "atoms": [atom for _, atom, _ in so_far],
        "before": [month for _, _, month in so_far],
    }
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, said)
        rows = cursor.fetchall()
    return {
        Summing(measure, When(when), unit, part, excluded): n
        for measure, when, unit, part, excluded, n in rows
        if measure in ATOMS
    }


def _totals(jurisdiction: str, period: Period, assessment: Assessment) -> Totals:
    metrics = assessment.metrics.values()
    terms = [term for metric in metrics for term in (*metric.over, *metric.under)]
    return rules.totals(_sums(jurisdiction, period, terms))


def board(actor: Actor, period: Period, *, now: datetime) -> Board:
    """The figures of a period: of all together, and of every unit that the actor may see."""
    pack = organisations.pack_of(actor.jurisdiction, now=now)
    units = organisations.units(actor.jurisdiction)
    seen = _sight(actor, units, pack, now)
    said = pack.assessed
    found = _totals(actor.jurisdiction, period, said)

    def of(code: str, name: str, group: str) -> UnitFigures:
        figures = {metric.code: rules.figure(metric, code, found) for metric in said.metrics.values()}
        return UnitFigures(code, name, group, figures, seen.opens(code))

    shown = [unit for unit in units if seen.shows(unit.code) and _measured(unit, pack)]
    lines = [of(unit.code, unit.name, _group(unit, said)) for unit in shown]
    order = [*said.groups, ""]
    return Board(
        period=period,
        until=_read_until(now),
        metrics=said.metrics,
        total=of("", "合计", ""),
        units=tuple(sorted(lines, key=lambda line: (order.index(line.group), line.unit))),
        groups={code: group.label for code, group in said.groups.items()},
        thresholds=_thresholds(said),
        low=frozenset(line.unit for line in lines if _is_low(line, period, said)),
        low_metric=said.yearly.metric if said.yearly else "",
    )


def _is_low(line: UnitFigures, period: Period, said: Assessment) -> bool:
    """Whether a unit's share of a whole year lies below the bound, counted of so many as the regulation wants."""
    if said.yearly is None or len(period.months) < 12:
        return False
    found = line.figures[said.yearly.metric]
    return found.d >= said.yearly.min_valid and rules.below(found.n, found.d, said.yearly.below)


def _thresholds(said: Assessment) -> Mapping[str, tuple[Fraction, ...]]:
    return {said.yearly.metric: (said.yearly.below,)} if said.yearly else {}


def _measured(unit: UnitFacts, pack: Pack) -> bool:
    """Whether units of that type have anything that is counted."""
    return any(pack.can(unit.type, capacity) for capacity in _SHOWN)


def _group(unit: UnitFacts, said: Assessment) -> str:
    group = said.group_of(unit.type)
    return group.code if group else ""


def score_card(actor: Actor, unit: str, period: Period, *, now: datetime) -> ScoreCard:
    """The score of a unit with all its terms. Raises Unknown where the actor may not see it, or it has none."""
    pack = organisations.pack_of(actor.jurisdiction, now=now)
    units = organisations.units(actor.jurisdiction)
    found = next((one for one in units if one.code == unit), None)
    said = pack.assessed
    seen = _sight(actor, units, pack, now)
    group = said.group_of(found.type) if found else None
    if found is None or group is None or not said.components or not seen.shows(unit):
        raise Unknown(unit)
    return ScoreCard(
        unit=unit,
        name=found.name,
        group=group.label,
        period=period,
        until=_read_until(now),
        score=rules.score(said, unit, _totals(actor.jurisdiction, period, said)),
        opens=seen.opens(unit),
    )


class _Source(NamedTuple):
    """The rows of an atom: their table, which of them, by which day, how many each counts, and if they tell a state."""

    model: type[Model]
    which: Q
    on: str
    n: str = ""
    tells_state: bool = False


_DUTY_STATES = {
    "first_met": (Q(first_met=True), "decided_on"),
    "fell_due": (Q(fell_due=True), "decided_on"),
    "ended_late": (Q(fell_due=True, ended_on__isnull=False), "ended_on"),
}
_RESULTS: Mapping[str, tuple[Q, str, str]] = {
    "call.valid": (Q(), "first_on", ""),
    "call.satisfied": (Q(satisfied=True), "first_on", ""),
    "call.solved": (Q(month_solved="yes"), "first_on", ""),
    "call.partly": (Q(month_solved="partly"), "first_on", ""),
    "call.contacted": (Q(month_contacted=True), "first_on", ""),
    "call.contact_asked": (Q(month_contacted__isnull=False), "first_on", ""),
    "call.true": (Q(month_true=True), "first_on", ""),
    "call.truth_asked": (Q(month_true__isnull=False), "first_on", ""),
    "year.satisfied": (Q(year_is_satisfied=True), "first_on", ""),
    "cycle.closed": (Q(), "closed_on", ""),
    "cycle.days": (Q(), "closed_on", "days"),
    "bad.all": (Q(), "bad_on", ""),
    "bad.fixed": (Q(fixed=True), "bad_on", ""),
}


def _source(atom: Atom) -> _Source:
    if atom.source is Source.EVENT:
        return _Source(Event, Q(atom=atom.code), "on", "n")
    if atom.source is Source.RESULT:
        which, on, n = _RESULTS[atom.code]
        return _Source(Result, which & Q(**{f"{on}__isnull": False}), on, n)
    counted, _, state = atom.code.partition(".")
    which, on = _DUTY_STATES.get(state, (Q(state=state), "decided_on"))
    return _Source(Duty, Q(counted=counted) & which, on, "", True)


def _between(period: Period, when: When) -> tuple[date, date]:
    if when is When.DURING:
        return period.since, period.until
    return FIRST, period.until if when is When.UNTIL else period.since - timedelta(days=1)


def rows(
    actor: Actor,
    term: Term,
    unit: str,
    period: Period,
    *,
    raw: bool = False,
    after: int = 0,
    limit: int = 50,
    now: datetime,
    beside: Sequence[Term] = (),
) -> Rows:
    """The rows that a term counts: those of the actor's own units and portfolio, and those of subjects that the actor
    sees. `beside` are the terms with which it makes a number. Raises Unknown where the actor may not open them."""
    units = organisations.units(actor.jurisdiction)
    who = _sight(actor, units, organisations.pack_of(actor.jurisdiction, now=now), now)
    if not who.opens(unit):
        raise Unknown(unit)
    atom = ATOMS[term.atom]
    source = _source(atom)
    since, until = _between(period, term.when)
    found = _narrowed(source, actor.jurisdiction, unit, atom, raw=raw)
    found = found.filter(**{f"{source.on}__gte": since, f"{source.on}__lte": until})
    sums = rules.totals(_sums(actor.jurisdiction, period, [term, *beside]))
    total = sums.of([Term(term.atom, term.when)], unit, raw=raw)
    each = Coalesce(F(source.n), Value(0)) if source.n else Value(1)
    told = found.filter(pk__gt=after).annotate(each=each, unit_name=name_of("unit")).order_by("pk")
    page = list(told[: limit + 1])
    lines = [
        FactRow(
            row.pk,
            row.subject,
            row.unit,
            row.unit_name,
            getattr(row, source.on),
            row.each,
            State(row.state).label if source.tells_state else "",
            row.excluded,
            None,
        )
        for row in page[:limit]
    ]
    titles = _titles(lines, actor)
    told_of = [replace(line, title=titles.get(line.subject)) for line in lines]
    shown = [line for line in told_of if line.unit in who.rows or line.title is not None]
    seen = list(found.annotate(each=each).values_list("each", flat=True)[: COUNTED + 1])
    hidden = max(total - sum(seen), 0) if len(seen) <= COUNTED else 0
    unseen = hidden + sum(line.n for line in lines) - sum(line.n for line in shown)
    return Rows(
        atom=atom,
        n=total,
        rows=tuple(shown),
        unseen=unseen,
        more=lines[-1].id if len(page) > limit else None,
        unit_name=next((one.name for one in units if one.code == unit), unit),
        sums=tuple(sums.of([one], unit, raw=raw) for one in beside),
    )


def _titles(lines: Iterable[FactRow], actor: Actor) -> dict[str, str]:
    """The titles of those subjects of rows that the actor sees."""
    numbers: dict[str, list[str]] = {}
    for line in lines:
        word, _, number = line.subject.partition(":")
        numbers.setdefault(word, []).append(number)
    return {
        subject_of(word, number): brief.title
        for word, of in numbers.items()
        for number, brief in REGISTRY[word].briefs(of, actor).items()
    }


def _narrowed(source: _Source, jurisdiction: str, unit: str, atom: Atom, *, raw: bool) -> QuerySet[Any]:
    found = source.model._default_manager.filter(source.which, jurisdiction=jurisdiction)
    if unit:
        found = found.filter(unit=unit)
    elif atom.total:
        found = found.filter(part=atom.total)
    return found if raw else found.filter(excluded=False)

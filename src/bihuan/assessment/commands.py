"""How facts and their sums are kept: by reading the record; and how they are reckoned again beside it."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, fields

from django.db import connection
from django.db.models import Model

from bihuan.assessment.models import Count, Duty, Event, Result
from bihuan.assessment.queries import deriving
from bihuan.assessment.rules import counting
from bihuan.assessment.types import Differing, DutyFact, EventFact, Fact, Period, Recounted, ResultFact, Sum
from bihuan.record import queries as record
from bihuan.record import stream
from bihuan.record.retrying import whole
from bihuan.record.stream import Begins, Consumer

FIGURES = stream.consumes(Consumer("figures", begins=Begins.BEGINNING))
ROUND = 500
"""So many events are read, or subjects reckoned again, in a transaction."""
_TABLES: tuple[tuple[type[Model], type[Fact]], ...] = ((Duty, DutyFact), (Result, ResultFact), (Event, EventFact))
_ADD = """
INSERT INTO assessment_count (jurisdiction, period, measure, unit, part, channel, excluded, n)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::text[], %s::bool[], %s::bigint[])
ON CONFLICT (jurisdiction, period, measure, unit, part, channel, excluded)
DO UPDATE SET n = assessment_count.n + excluded.n"""


def take_in(*, most: int = ROUND) -> int | None:
    """Reckon anew what the next events of the record touch; answers how many events, None where another worker does."""
    with stream.batch(FIGURES, most=most) as events:
        if events is None:
            return None
        if events:
            found = deriving.families({event.subject for event in events})
            _replace(_subjects(found), [fact for facts in deriving.facts_of(found).values() for fact in facts])
        return len(events)


def _subjects(found: Mapping[str, Sequence[str]]) -> list[str]:
    return sorted(subject for family in found.values() for subject in family)


def _kept(model: type[Model], fact: type[Fact], subjects: Collection[str]) -> dict[Fact, int]:
    """The rows that are kept of subjects, each with its key."""
    names = [field.name for field in fields(fact)]
    rows = model._default_manager.filter(subject__in=subjects).values_list("pk", *names)
    return {fact(*row[1:]): row[0] for row in rows}


def _replace(subjects: Collection[str], facts: Sequence[Fact]) -> None:
    """Keep these facts of subjects, and no others; the sums follow by the differences."""
    gone: dict[type[Model], list[int]] = {}
    come: dict[type[Model], list[dict[str, object]]] = {}
    differences: Counter[Sum] = Counter()
    for model, kind in _TABLES:
        before = _kept(model, kind, subjects)
        after = {one for one in facts if isinstance(one, kind)}
        old, new = before.keys() - after, sorted(after - before.keys(), key=repr)
        names = [field.name for field in fields(kind)]
        gone[model] = [before[one] for one in old]
        come[model] = [dict(zip(names, astuple(one), strict=True)) for one in new]
        for sign, changed in ((-1, old), (1, new)):
            for at, n in counting.sums(changed, sign).items():
                differences[at] += n
    if gone[Duty]:
        Duty.objects.filter(pk__in=gone[Duty]).delete()
    if gone[Result]:
        Result.objects.filter(pk__in=gone[Result]).delete()
    if gone[Event]:
        Event.objects.filter(pk__in=gone[Event]).delete()
    Duty.objects.bulk_create([Duty(**row) for row in come[Duty]], batch_size=1000)
    Result.objects.bulk_create([Result(**row) for row in come[Result]], batch_size=1000)
    Event.objects.bulk_create([Event(**row) for row in come[Event]], batch_size=1000)
    _add({at: n for at, n in differences.items() if n})


def _add(sums: Mapping[Sum, int]) -> None:
    if sums:
        rows = sorted((*at, n) for at, n in sums.items())
        with connection.cursor() as cursor:
            cursor.execute(_ADD, [list(column) for column in zip(*rows, strict=True)])


def recount(jurisdiction: str, *, period: Period | None = None, check: bool = False) -> Recounted:
    """Reckon all facts of a jurisdiction again from the record (with `period`, of what happened in it), and compare.

    With `check` nothing is changed; else the kept tables say what was reckoned. What happens meanwhile is read
    first and looked at again, so that it is no difference.
    """
    while take_in():
        continue
    found = _Found()
    for heads in _rounds(jurisdiction, period):
        _compare(heads, found, check=check)
    _compare_sums(jurisdiction, period, found, check=check)
    return Recounted(found.subjects, found.rows, found.differing, found.first)


class _Found:
    """What a recount has found so far."""

    def __init__(self) -> None:
        self.subjects = self.rows = self.differing = 0
        self.first: Differing | None = None

    def differ(self, table: str, kept: Iterable[object], reckoned: Iterable[object]) -> None:
        """Note rows that stand on one side alone."""
        sides = (sorted(map(repr, kept)), sorted(map(repr, reckoned)))
        if not any(sides):
            return
        self.differing += sum(map(len, sides))
        if self.first is None:
            mine, theirs = (side[0] if side else "" for side in sides)
            self.first = Differing(table, mine or theirs, mine, theirs)


def _rounds(jurisdiction: str, period: Period | None) -> Iterator[list[str]]:
    """The subjects to look at, some at a time."""
    if period:
        named = record.subjects_between(jurisdiction, period.since, period.until)
        kept = {
            subject
            for model, on in ((Duty, "decided_on"), (Result, "first_on"), (Result, "closed_on"), (Event, "on"))
            for subject in model._default_manager.filter(
                jurisdiction=jurisdiction, **{f"{on}__gte": period.since, f"{on}__lte": period.until}
            ).values_list("subject", flat=True)
        }
        subjects = sorted(named | kept)
        for at in range(0, len(subjects), ROUND):
            yield subjects[at : at + ROUND]
        return
    last = ""
    while subjects := record.subjects_after(last, jurisdiction=jurisdiction, most=ROUND):
        yield [subject for subject in subjects if subject.partition(":")[0] not in deriving.JOINT]
        last = subjects[-1]


def _compare(subjects: Sequence[str], found: _Found, *, check: bool) -> None:
    """Compare what is kept of subjects, and of what stands on them, with what the record says."""
    families = deriving.families(subjects)
    differing = _differing(families)
    if differing:  # or somebody did something meanwhile
        while take_in():
            continue
        differing = _differing(deriving.families(differing))
    found.subjects += len(subjects)
    found.rows += sum(len(reckoned) for _, _, reckoned in differing.values())
    for model, kept, reckoned in differing.values():
        found.differ(model, kept - reckoned, reckoned - kept)
    if differing and not check:
        _mend(list(differing))


def _differing(families: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, set[Fact], set[Fact]]]:
    """Head → the first table in which something differs, with what is kept there and what was reckoned."""
    found = {}
    with stream.still(FIGURES):
        reckoned = deriving.facts_of(families)
        subjects = _subjects(families)
        heads = {subject: head for head, family in families.items() for subject in family}
        for model, kind in _TABLES:
            kept: dict[str, set[Fact]] = {head: set() for head in families}
            for fact in _kept(model, kind, subjects):
                kept[heads[fact.subject]].add(fact)
            for head, facts in reckoned.items():
                mine = {fact for fact in facts if isinstance(fact, kind)}
                if mine != kept[head] and head not in found:
                    found[head] = (model._meta.db_table, kept[head], mine)
    return found


@whole
def _mend(heads: Sequence[str]) -> None:
    """Keep what the record says."""
    with stream.still(FIGURES):
        found = deriving.families(heads)
        _replace(_subjects(found), [fact for facts in deriving.facts_of(found).values() for fact in facts])


def _compare_sums(jurisdiction: str, period: Period | None, found: _Found, *, check: bool) -> None:
    """Compare the sums that are kept with the facts that are kept."""
    with stream.still(FIGURES):
        reckoned: Counter[Sum] = Counter()
        for model, kind in _TABLES:
            names = [field.name for field in fields(kind)]
            rows = model._default_manager.filter(jurisdiction=jurisdiction).values_list(*names)
            reckoned.update(counting.sums(kind(*row) for row in rows.iterator(chunk_size=5000)))
        columns = Sum._fields
        kept = {
            Sum(*row[:-1]): row[-1]
            for row in Count.objects.filter(jurisdiction=jurisdiction).exclude(n=0).values_list(*columns, "n")
        }
        mine = {at: n for at, n in reckoned.items() if n}
        among = [at for at in kept.keys() | mine.keys() if _in(at, period)]
        found.rows += len(among)
        wrong = [at for at in among if kept.get(at) != mine.get(at)]
        found.differ(
            "assessment_count",
            [(at, kept[at]) for at in wrong if at in kept],
            [(at, mine[at]) for at in wrong if at in mine],
        )
        if wrong and not check:
            _add({at: mine.get(at, 0) - kept.get(at, 0) for at in wrong})


def _in(at: Sum, period: Period | None) -> bool:
    return period is None or at.period[:7] in period.months

"""How the tables of a kind of subject are asked: statements written from its declaration."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping

from bihuan.audit.replay import COMMON, Replay
from bihuan.privacy.types import Erased
from bihuan.subjects.declaration import Kind
from bihuan.subjects.evidence import Facts, Note, NumberSeries, Told
from bihuan.subjects.registry import REGISTRY


def rows_of(kind: Kind) -> str:
    """The rows of its own."""
    table = kind.row._meta.db_table
    return f"(SELECT * FROM {table} WHERE {kind.told_by} = '{kind.word}')" if kind.told_by else table


def leads_of(kind: Kind) -> str:
    """The rows of those who lead `s` now."""
    return f"{kind.parts._meta.db_table} p WHERE p.{kind.life.sight.of} = s.id AND p.part = 'lead' AND p.until IS NULL"


def ends_of(kind: Kind) -> list[str]:
    """The stages in which nothing is owed."""
    return sorted(map(str, kind.table.ends))


def surviving(kind: Kind) -> list[str]:
    """The kinds of duty that may be open although it has ended."""
    return sorted(str(name) for name, spec in kind.duties.items() if spec.survives)


def with_unit(kind: Kind) -> list[str]:
    """The stages in which exactly one unit leads."""
    return sorted(str(stage) for stage, traits in kind.traits.items() if traits.with_unit)


def kept(kind: Kind) -> str:
    """For an array of numbers: number, stage, whether it has ended, lead, the units that lead, its regulation."""
    lead = f"s.{kind.lead}" if kind.lead else "NULL::text"
    leads = f"(SELECT array_agg(p.unit) FROM {leads_of(kind)})" if kind.lead else "NULL::text[]"
    columns = f"s.number, s.stage, s.closed_at IS NOT NULL, {lead}, {leads}, s.pack"
    return f"SELECT {columns} FROM {rows_of(kind)} s WHERE s.number = ANY(%s)"


def texts(kind: Kind, numbers: Collection[str]) -> Mapping[str, Mapping[str, str]]:
    """Number → name of a text → the digest of what stands there now."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for digest in REGISTRY.digests_of(kind):
        for number, name, is_now in digest.kept(numbers):
            found[number][name] = is_now
    return found


def numbers(kind: Kind) -> Iterator[tuple[str, str]]:
    """First word of the counters' names → what selects jurisdiction, counter and place of all that is numbered."""
    for one in (series for known in REGISTRY.evidence_of(kind) for series in known.numbers):
        yield one.counter, _numbered(one, one.model._meta.db_table if one.model else rows_of(kind))


def _numbered(series: NumberSeries, table: str) -> str:
    found = f"regexp_match(n.{series.column}, '{series.pattern}')"
    return (
        f"SELECT jurisdiction, '{series.counter}/' || jurisdiction || '/' || ({found})[1] AS counter,"
        f" coalesce(({found})[2]::int, 0) AS place FROM {table} n WHERE n.{series.column} IS NOT NULL"
    )


def replay(kind: Kind) -> Replay:
    """One that lives such a subject again."""
    said = {event.kind: note for known in REGISTRY.evidence_of(kind) for event, note in known.replay.items()}
    return Replay(kind.table, {**COMMON, Erased.kind: _erased(kind), **said})


def _erased(kind: Kind) -> Note:
    lasting = [digest.name for digest in REGISTRY.digests_of(kind) if digest.lasting]

    def note(told: Told, facts: Facts) -> None:
        digest: str = facts["digest"]
        told.texts = dict.fromkeys(lasting, digest)

    return note

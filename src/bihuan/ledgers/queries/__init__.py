"""Reading the ledgers: pages, counts, saved views and exports. Every question starts at what the actor may see."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Q

from bihuan.cases import queries as cases
from bihuan.cases.types import CaseFilters
from bihuan.duties import queries as duties
from bihuan.joint import queries as joint
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Unknown
from bihuan.ledgers import rules
from bihuan.ledgers.models import Export, SavedView
from bihuan.ledgers.queries import of_assessment, of_cases, of_figures, of_joint, of_matters
from bihuan.ledgers.queries.parts import MASKED, Ledger, Source, Table
from bihuan.ledgers.types import (
    COUNTED,
    SIZE,
    Asked,
    Choice,
    Column,
    ExportRow,
    Filter,
    Place,
    Row,
    Shown,
    State,
    Value,
    ViewRow,
    Which,
)
from bihuan.matters import queries as matters
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import JurisdictionFacts
from bihuan.policy.loader import pack as load_pack
from bihuan.requesters import queries as requesters
from bihuan.requesters.types import MaskedIdentity

_LEDGERS: Mapping[Which, Ledger] = {
    Which.CASE: of_cases.LEDGER,
    Which.MATTER: of_matters.LEDGER,
    Which.JOINT: of_joint.LEDGER,
}
_TABLES: Mapping[Which, Table] = {Which.FIGURES: of_figures.TABLE, Which.ASSESSMENT: of_assessment.TABLE}
_NOT_FOUND_UNTIL: Mapping[Which, Callable[[Actor], datetime | None]] = {
    Which.CASE: cases.not_found_until,
    Which.MATTER: matters.not_found_until,
    Which.JOINT: joint.not_found_until,
}
BATCH = 2000
"""Rows that an export reads at a time."""


def columns(which: Which) -> tuple[Column, ...]:
    """Every column of the ledger."""
    return _TABLES[which].columns if which in _TABLES else _LEDGERS[which].columns


def chosen(asked: Asked) -> tuple[Column, ...]:
    """The columns that are shown."""
    if asked.which in _TABLES:
        return _TABLES[asked.which].columns
    return tuple(s.column for s in _LEDGERS[asked.which].chosen(asked))


def filters(which: Which, place: JurisdictionFacts) -> tuple[Filter, ...]:
    """What the ledger can be narrowed by in that jurisdiction."""
    if which in _TABLES:
        return _TABLES[which].known
    types = load_pack(place.pack).unit_types
    handling = {code for code, kind in types.items() if "handling" in kind.capacities}
    units = [Choice(u.code, u.name) for u in organisations.units(place.code) if u.type in handling]
    return _LEDGERS[which].filters(place, units)


def read(which: Which, typed: Mapping[str, Sequence[str]], known: Sequence[Filter]) -> rules.Reading:
    """What was asked in an address, and what of it could not be read."""
    every = columns(which)
    return rules.read(which, typed, known, [c.key for c in every], [c.key for c in every if c.usual])


def told(asked: Asked, known: Sequence[Filter]) -> str:
    """A question in words."""
    return rules.told(asked, known)


def page(asked: Asked, actor: Actor, place: Place, *, now: datetime) -> Shown:
    """One page, by its number or from a row on; which pages there are besides."""
    ledger, back = _LEDGERS[asked.which], place.before is not None
    skipped = SIZE * (place.page - 1) if place.page and place.after is None and not back else 0
    ids = _ids(ledger, asked, actor, place, skipped, now)
    more, shown = len(ids) > SIZE, ids[:SIZE]
    if back:
        shown.reverse()
    behind = more if back else bool(skipped or place.after is not None)
    return Shown(
        rows=tuple(_rows(ledger, ledger.chosen(asked), shown, now=now)),
        columns=tuple(s.column for s in ledger.chosen(asked)),
        page=place.page if behind else 1,
        before=shown[0] if shown and behind else None,
        after=shown[-1] if shown and (back or more) else None,
    )


def _ids(ledger: Ledger, asked: Asked, actor: Actor, place: Place, skipped: int, now: datetime) -> list[int]:
    """The ids of a page and one more; those of a page asked for from behind backwards."""
    if skipped and ledger.which is Which.CASE and not asked.values:
        return cases.seen_after(actor, skipped, SIZE + 1, oldest_first=asked.oldest_first)
    edge = place.before if place.before is not None else place.after
    falling = asked.oldest_first == (place.before is not None)
    above, below = (0, edge) if falling else (edge or 0, None)
    rows = ledger.narrowed(actor, asked, now, above, below).order_by("-id" if falling else "id")
    return list(rows.values_list("id", flat=True)[skipped : skipped + SIZE + 1])


def _rows(ledger: Ledger, sources: Sequence[Source], ids: Sequence[int], *, now: datetime) -> Iterator[Row]:
    """The rows of these ids, in their order, in one statement and one more where identities are shown."""
    if not ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(_statement(ledger, sources), {"ids": list(ids), "low": min(ids), "high": max(ids), "now": now})
        found = cursor.fetchall()
    masked = _masked(sources, found)
    says = [(at, s.say) for at, s in enumerate(sources, 4) if s.say is not None]
    veiled = [(at, s.identity) for at, s in enumerate(sources, 4) if s.identity is not None]
    for row in found:
        values = list(row)
        for at, say in says:
            values[at] = say(values[at])
        for at, tell in veiled:
            who = masked.get(values[at])
            values[at] = tell(who) if who else None
        yield Row(values[0], values[1], values[2], values[3], tuple(values[4:]))


def _statement(ledger: Ledger, sources: Sequence[Source]) -> str:
    needed = {"next", *(join for s in sources for join in s.joins)}
    joins = "\n".join(sql for name, sql in ledger.joins.items() if name in needed)
    late = "coalesce(next.due_at < %(now)s AND next.paused_at IS NULL, false)"
    cells = ", ".join(["s.id, s.number, s.stage", late, *(s.sql for s in sources)])
    return (
        f"SELECT {cells}\nFROM unnest(%(ids)s::bigint[]) WITH ORDINALITY asked (id, place)"
        f" JOIN {ledger.table} s ON s.id = asked.id AND s.id BETWEEN %(low)s AND %(high)s"
        f"\n{joins}\nORDER BY asked.place"
    )


def _masked(sources: Sequence[Source], found: Sequence[tuple[Any, ...]]) -> Mapping[int, MaskedIdentity]:
    at = next((at for at, s in enumerate(sources, 4) if MASKED in s.joins), None)
    ids = {row[at] for row in found if row[at] is not None} if at is not None else ()
    return requesters.masked(ids) if ids else {}


def counted(asked: Asked, actor: Actor, *, now: datetime, most: int = COUNTED) -> int:
    """How many rows there are; of more than `most` it is only known that there are more (`most` + 1)."""
    if asked.which in _TABLES:
        return len(_TABLES[asked.which].rows(actor, asked, now))
    if asked.which is Which.CASE and not asked.values:
        return cases.count_seen(actor, most + 1)
    rows = _LEDGERS[asked.which].narrowed(actor, asked, now, 0, None)
    return int(rows.order_by()[: most + 1].count())


def not_found_until(asked: Asked, actor: Actor) -> datetime | None:
    """Until when the ledger's subjects were registered that a search may not find yet; None where it finds all."""
    return _NOT_FOUND_UNTIL[asked.which](actor) if {"q", "place"} & asked.values.keys() else None


def batches(asked: Asked, actor: Actor, *, now: datetime) -> Iterator[list[tuple[Value, ...]]]:
    """Every row that the pages show, in their order, some thousands at a time."""
    if asked.which in _TABLES:
        yield list(_TABLES[asked.which].rows(actor, asked, now))
        return
    ledger, above, below = _LEDGERS[asked.which], 0, None
    sources, order = ledger.chosen(asked), "id" if asked.oldest_first else "-id"
    while True:
        rows = ledger.narrowed(actor, asked, now, above, below).order_by(order)
        ids = list(rows.values_list("id", flat=True)[:BATCH])
        if not ids:
            return
        yield [row.values for row in _rows(ledger, sources, ids, now=now)]
        above, below = (ids[-1], None) if asked.oldest_first else (0, ids[-1])


def cases_of_requesters(
    found: Sequence[int], actor: Actor, asked: Asked, *, now: datetime
) -> tuple[Shown, list[tuple[str, int]]]:
    """The newest cases of these requesters that the actor may see, a page of them, with who stands in each."""
    seen = cases.narrowed(actor, CaseFilters(requesters=tuple(found)), now=now).order_by("-id")[:SIZE]
    known = [(row.id, row.number, row.requester) for row in seen if row.requester is not None]
    ledger = _LEDGERS[Which.CASE]
    sources = ledger.chosen(asked)
    rows = tuple(_rows(ledger, sources, [id for id, _, _ in known], now=now))
    shown = Shown(rows, tuple(s.column for s in sources), 1, None, None)
    return shown, [(number, requester) for _, number, requester in known]


def searched_before(subject: str) -> bool:
    """Whether the record has such a chain."""
    return duties.chain_exists(subject)


def kept_by(actor: Actor, now: datetime) -> Q:
    """A condition: the view is the actor's to keep or forget.

    What is shared stays with the unit: its people keep it when whoever saved it has left.
    """
    here = Q(unit__in=sorted(actor.units)) & ~Q(unit="")
    left = here & Q(~organisations.held_post("", now, unit="unit"))
    return Q(account=actor.account) & (Q(unit="") | here) | left


def views(which: Which, actor: Actor, *, now: datetime) -> list[ViewRow]:
    """The actor's own views and those that colleagues share with the unit."""
    private, shared = Q(account=actor.account, unit=""), Q(unit__in=sorted(actor.units))
    rows = SavedView.objects.filter(private | shared, which=which)
    left = rows.annotate(left=~organisations.held_post("", now, unit="unit"))
    return [
        ViewRow(v.id, v.name, v.query, bool(v.unit), v.default and mine, mine or v.left, v.by)
        for v in left.order_by("name", "id")
        for mine in [v.account == actor.account]
    ]


def exports(actor: Actor) -> list[ExportRow]:
    """What the actor asked to be exported, the newest first."""
    rows = Export.objects.filter(account=actor.account, jurisdiction=actor.jurisdiction)
    return [_export(row) for row in rows.order_by("-id")[:20]]


def export(id: int, actor: Actor) -> ExportRow:
    """One of the actor's own exports. Raises Unknown."""
    row = Export.objects.filter(id=id, account=actor.account, jurisdiction=actor.jurisdiction).first()
    if row is None:
        raise Unknown(str(id))
    return _export(row)


def place_of_file(id: int) -> Path:
    """Where the file of an export lies."""
    return Path(settings.DATA_FOLDER) / "exports" / f"{id}.xlsx"


def _export(row: Export) -> ExportRow:
    return ExportRow(
        id=row.id,
        number=f"DC{row.id:06d}",
        which=Which(row.which),
        query=row.query,
        told=row.told,
        reason=row.reason,
        state=State(row.state),
        asked_at=row.asked_at,
        done=row.done,
        cut=row.cut,
        total=row.total,
        ready_at=row.ready_at,
        expires_at=row.expires_at,
        trouble=row.trouble,
        size=row.size,
        fetched=row.fetched,
    )

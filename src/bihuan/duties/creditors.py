"""To whom duties are owed: asked of every stage table when it is built.

Whoever owes a duty, or is checked by it, never lets it lapse: only its creditors do, the requester, and the clock. And
nothing ends while a duty on it is open, unless the duty is one that survives its subject. What the table says of its
rows is all that is asked here; `Life.advance` holds every act to what its row says.
"""

from collections.abc import Iterator, Mapping
from functools import cache

from bihuan.duties.types import DutySpec
from bihuan.kernel.actor import REQUESTER
from bihuan.kernel.stages import Move, Role, StageTable
from bihuan.kernel.vocabulary import Vocabulary

Possible = dict[Vocabulary | None, frozenset[Vocabulary]]


def ask(table: StageTable, specs: Mapping[str, DutySpec]) -> None:
    """Raise ValueError with the first row that lets off whom it may not, or the first end that leaves a duty open."""
    for fault in faults(table, specs):
        raise ValueError(f"{table.subject}: {fault}")


def faults(table: StageTable, specs: Mapping[str, DutySpec]) -> Iterator[str]:
    """Everything in the table that is against the two rules, in words for whoever wrote it."""
    if strange := {kind for move in table.moves for kind in (*move.opens, *move.may_open)} - specs.keys():
        yield f"its rows open {', '.join(sorted(strange))}, of which nothing says who owes it"
        return
    possible = possibly_open(table, specs)
    for spec in specs.values():
        if spec.part in spec.waived_by:
            yield f"{spec.kind}: whoever owes it is named as its creditor"
    used: set[tuple[Vocabulary, Vocabulary]] = set()
    for move in table.moves:
        for kind in _lapsing(move, possible[move.origin], specs):
            for role in move.who:
                if _lets_off(role, move, specs[kind]):
                    continue
                if (move.act, kind) in table.exceptions:
                    used.add((move.act, kind))
                else:
                    yield f"{move.origin or 'beginning'}.{move.act}: {role.label} may not let off {kind}"
    yield from (f"{act}: the exception for {kind} excepts nothing" for act, kind in table.exceptions.keys() - used)
    for end in table.ends:
        yield from _left_open(table, end, possible.get(end, frozenset()), specs)


def _left_open(
    table: StageTable, end: Vocabulary, possible: frozenset[Vocabulary], specs: Mapping[str, DutySpec]
) -> Iterator[str]:
    doing = {kind for move in table.rows_from(end) for kind in (*move.discharges, *move.settles)}
    for kind in sorted(possible):
        if not specs[kind].survives:
            yield f"{end}: ends while {kind} may be open"
        elif kind not in doing:
            yield f"{end}: {kind} survives, and no row from there fulfils it"


def possibly_open(table: StageTable, specs: Mapping[str, DutySpec]) -> Possible:
    """Which duties may be open at each stage, by what the rows open and end."""
    found: Possible = {None: frozenset()}
    changed = True
    while changed:
        changed = False
        for move in table.moves:
            if move.origin not in found:
                continue
            after = found.get(move.target, frozenset()) | _after(move, found[move.origin], specs)
            if found.get(move.target) != after:
                found[move.target], changed = after, True
    return {move.origin: found.get(move.origin, frozenset()) for move in table.moves} | found


def _after(move: Move, before: frozenset[Vocabulary], specs: Mapping[str, DutySpec]) -> frozenset[Vocabulary]:
    barred = {kind for kind in before if any(bar.stops(move) for bar in specs[kind].bars)}
    gone = {*barred, *move.discharges, *move.forfeits, *_all_lapsing(move, before, specs)}
    return before - gone | {*move.opens, *move.may_open}


def _all_lapsing(move: Move, before: frozenset[Vocabulary], specs: Mapping[str, DutySpec]) -> frozenset[Vocabulary]:
    """Of what is open, the kinds that the move lets lapse whosever they are."""
    named = before & frozenset(move.lapses)
    return named | {kind for kind in before if not specs[kind].survives} if move.lapses_all else named


def _lapsing(move: Move, before: frozenset[Vocabulary], specs: Mapping[str, DutySpec]) -> list[Vocabulary]:
    """The kinds that the move can let lapse, of all holders or of single ones."""
    return sorted(
        (_all_lapsing(move, before, specs) | frozenset(move.frees)) - frozenset((*move.discharges, *move.forfeits))
    )


def _lets_off(role: Role, move: Move, spec: DutySpec) -> bool:
    """Whether somebody in this role is the duty's creditor, the clock, the requester, or speaks for the requester."""
    if not role.posts or REQUESTER in role.posts or any(REQUESTER in other.posts for other in move.who):
        return True
    return role.part is not None and role.part in spec.waived_by


@cache
def waivable(table: StageTable) -> Mapping[tuple[str | None, str], frozenset[str] | None]:
    """Stage and act of each row → the kinds that may be waived by it; None where it may waive whatever is open."""
    found: dict[tuple[str | None, str], frozenset[str] | None] = {}
    for move in table.moves:
        key = (move.origin and str(move.origin), str(move.act))
        before = found.get(key, frozenset())
        named = frozenset(map(str, (*move.lapses, *move.frees)))
        found[key] = None if move.lapses_all or before is None else before | named
    return found

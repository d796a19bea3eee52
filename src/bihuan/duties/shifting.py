"""What becomes of a subject's parts and duties when a unit ends: what passes on, and what falls away."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from bihuan.duties.types import DutySpec

LEAD = "lead"


@dataclass(frozen=True, slots=True)
class Shift:
    """What becomes of the parts and duties on one subject.

    `passing` are the parts in which the successor takes the unit's place, `ending` those that nobody takes instead
    (part, unit), `lapses` the duties that nobody owes instead (kind, unit).
    """

    passing: tuple[str, ...] = ()
    ending: tuple[tuple[str, str], ...] = ()
    lapses: tuple[tuple[str, str], ...] = ()
    hands_over: bool = False
    """Whether the successor takes over what the unit owes there."""

    @property
    def something(self) -> bool:
        """Whether anything becomes of it at all."""
        return bool(self.passing or self.ending or self.lapses or self.hands_over)


def shift(
    parts: Mapping[str, Collection[str]],
    owed: Iterable[tuple[str, str]],
    specs: Mapping[str, DutySpec],
    *,
    unit: str,
    successor: str,
    helping: Collection[str] = (),
    goes_back: bool = True,
) -> Shift:
    """Who takes part how once the successor (empty: nobody) stands in the unit's place; `owed` are kind and holder.

    A part that the successor takes already it goes on taking, with what it owes itself. Whoever leads is none of those
    who help (`helping`): it does not ask itself. Where a unit leads and nobody follows, the subject goes back by an act
    of its own (`goes_back`).
    """
    owed = list(owed)
    mine = {part for part, units in parts.items() if unit in units}
    theirs = {part for part, units in parts.items() if successor and successor in units}
    passing = mine - theirs if successor else set[str]()
    if LEAD in passing | theirs:
        passing -= set(helping)
    ending = {(part, unit) for part in mine - passing if part != LEAD or not goes_back}
    if LEAD in passing:
        ending |= {(part, successor) for part in theirs & set(helping)}
    lapses = {(kind, holder) for kind, holder in owed if (_part(kind, specs), holder) in ending}
    over = bool(successor) and any(holder == unit and (kind, holder) not in lapses for kind, holder in owed)
    return Shift(tuple(sorted(passing)), tuple(sorted(ending)), tuple(sorted(lapses)), over)


def _part(kind: str, specs: Mapping[str, DutySpec]) -> str:
    return str(specs[kind].part) if kind in specs else ""

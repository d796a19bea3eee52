"""Living a subject again by its record alone: the stage, the unit and the duties that it must have now."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

from bihuan.duties.creditors import waivable
from bihuan.duties.types import HandedOver, Outcome
from bihuan.kernel.stages import Move, StageTable
from bihuan.subjects.evidence import Facts, Note, Owed, Told

_read = json.JSONDecoder().decode


_LEDGER = frozenset({"moves", "settles", "lapses", "opens"})


class Replay:
    """Goes along the events of the subjects of one stage table."""

    def __init__(self, table: StageTable, notes: Mapping[str, Note]) -> None:
        self._rows: dict[tuple[str | None, str, str | None], tuple[Move, ...]] = {}
        for move in table.moves:
            step = (move.origin and str(move.origin), str(move.act), str(move.target))
            self._rows[step] = (*self._rows.get(step, ()), move)
        self._waivable = waivable(table)
        self._notes = notes

    def follow(self, told: Told, sequence: int, kind: str, text: str, *, old: bool) -> None:
        """Take in one event; an old one was written before duties had creditors."""
        facts: Facts = _read(text)
        told.length, told.old, told.waived = sequence, old, []
        if "stage" in facts:
            self._let_off(told, facts)
            self._move(told, facts)
        if not _LEDGER.isdisjoint(facts):
            _ledger(told, facts)
        if note := self._notes.get(kind):
            note(told, facts)

    def _move(self, told: Told, facts: Facts) -> None:
        act, stage = facts["act"], facts.get("stage")
        step = (told.stage, act, stage)
        moves = self._rows.get(step)
        if moves is None:
            told.broken.append((told.length, f"环节表中没有这一步：由“{told.stage or '起始'}”经“{act}”到“{stage}”"))
        else:
            told.steps[step] = moves
        told.stage = stage

    def _let_off(self, told: Told, facts: Facts) -> None:
        """No duty is waived by a step of whoever owes it, or is checked by it."""
        may = self._waivable.get((told.stage, facts["act"]))
        if may is not None:
            for kind in sorted({*_waived(facts)} - may):
                told.let_off(f"经“{facts['act']}”免除了职责“{kind}”，这一步无权免除")


def _ledger(told: Told, facts: Facts) -> None:
    for kind, due_at, *of in facts.get("moves", ()):
        for owed in told.owed:
            if owed.kind == kind and of in ([], [owed.holder]):
                owed.due_at = datetime.fromisoformat(due_at)
    lapsed = ((kind, Outcome.WAIVED.value) for kind in facts.get("lapses", ()))
    for kind, outcome, *of in [*facts.get("settles", ()), *lapsed]:
        owed_now = next((owed for owed in told.owed if owed.kind == kind and of in ([], [owed.holder])), None)
        if owed_now is None:
            told.broken.append((told.length, f"了结了并未产生的职责“{kind}”"))
        else:
            told.owed.remove(owed_now)
            if outcome == Outcome.WAIVED:
                told.waived.append(owed_now)
        told.done.append(f"{kind}:{outcome}")
    told.owed += [Owed(kind, holder, datetime.fromisoformat(due)) for kind, holder, due in facts.get("opens", ())]


def _waived(facts: Facts) -> Iterator[str]:
    yield from facts.get("lapses", ())
    yield from (kind for kind, outcome, *_ in facts.get("settles", ()) if outcome == Outcome.WAIVED)


def hand_over(told: Told, facts: Facts) -> None:
    """A unit ended: what it owed, and that it led, went to another."""
    for owed in told.owed:
        if owed.holder == facts["before"]:
            owed.holder = facts["after"]
    if told.lead == facts["before"]:
        told.lead = facts["after"]


COMMON: Mapping[str, Note] = {HandedOver.kind: hand_over}
"""What may happen to any subject."""

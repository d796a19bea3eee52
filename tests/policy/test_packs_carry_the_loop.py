"""Every regulation, the invented one included, keeps the closed loop on every stage table."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bihuan.cases.types import Stage
from bihuan.cli import _engine
from bihuan.cli._engine import Subject
from bihuan.kernel.actor import REQUESTER
from bihuan.kernel.stages import Move
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.matters.types import Stage as MatterStage
from bihuan.policy import norms
from bihuan.policy.loader import all_packs, pack
from bihuan.policy.pack import Pack
from tests.facts import without

PACKS = all_packs(folders=[Path(__file__).parent.parent / "packs"])
SUBJECTS = _engine.subjects()
BOTH = [
    pytest.param(subject, pack, id=f"{subject.table.subject}-{pack.id}")
    for subject in SUBJECTS
    for pack in PACKS
    if any(pack.binds(move.norm) for move in subject.table.moves if move.origin is None)
]

Situation = tuple[Vocabulary | None, frozenset[str]]
"""A stage with the kinds of duty that are open there."""


def rows(subject: Subject, pack: Pack, stage: Vocabulary | None) -> Iterator[Move]:
    return (move for move in subject.table.rows_from(stage) if pack.binds(move.norm))


def after(subject: Subject, pack: Pack, situation: Situation, move: Move) -> Situation:
    """The stage and the open duties once the move is made."""
    owed = frozenset() if move.lapses_all else situation[1] - set(move.discharges) - set(move.lapses)
    return move.target, owed | {kind for kind in move.opens if pack.binds(subject.duties[kind].norm)}


def situations(subject: Subject, pack: Pack) -> dict[Situation, list[str]]:
    """Every situation that can come about, with one way to it."""
    start: Situation = (None, frozenset())
    found: dict[Situation, list[str]] = {start: []}
    waiting = [start]
    while waiting:
        situation = waiting.pop()
        for move in rows(subject, pack, situation[0]):
            later = after(subject, pack, situation, move)
            if later not in found:
                found[later] = [*found[situation], move.act]
                waiting.append(later)
    return found


@pytest.mark.clause("HN-0", "HN-2.2c", "WD-2.0", "WD-2.1b")
@pytest.mark.parametrize(("subject", "pack"), BOTH)
def test_whatever_is_open_always_has_an_open_duty(subject: Subject, pack: Pack) -> None:
    for (stage, owed), way in situations(subject, pack).items():
        if stage is not None and stage not in subject.table.ends:
            assert owed, f"{stage.label} without a duty after {' → '.join(way)}"


GOALS = {"case": {Stage.CLOSED}, "matter": {MatterStage.STRUCK_OFF}}
"""What the loop is there for, where ending otherwise (transferred, terminated, dropped) is not enough."""


def stuck(subject: Subject, pack: Pack) -> set[str]:
    """The stages from which officials do not come to the goal: that the requester may take it back ends nothing."""
    reached = {stage for stage, _ in situations(subject, pack)}
    ending = {stage for stage in reached if stage in subject.table.ends}
    others = ending - GOALS.get(subject.table.subject, ending)
    ending -= others
    while more := {s for s in reached - ending if any(m.target in ending for m in rows(subject, pack, s) if own(m))}:
        ending |= more
    return {stage.label for stage in reached - ending - others if stage is not None}


def own(move: Move) -> bool:
    """Whether officials make the move of themselves, and not where the requester wishes it."""
    return not any(REQUESTER in role.posts for role in move.who)


@pytest.mark.parametrize(("subject", "pack"), BOTH)
def test_every_open_stage_can_still_reach_an_end(subject: Subject, pack: Pack) -> None:
    assert stuck(subject, pack) == set()


def test_a_regulation_in_which_nobody_signs_off_is_found() -> None:
    (case,) = (subject for subject in SUBJECTS if subject.table.subject == "case")
    assert "待审签" in stuck(case, without(pack("wendeng-2021-10"), norms.SIGN_OFF))


@pytest.mark.parametrize(("subject", "pack"), BOTH)
def test_every_duty_that_a_pack_knows_has_a_limit(subject: Subject, pack: Pack) -> None:
    known = [spec for spec in subject.duties.values() if spec.limit and pack.binds(spec.norm)]
    assert known
    for spec in known:
        for urgency in ("normal", "urgent"):
            assert pack.limit(spec.limit, urgency=urgency).limit.amount > 0


@pytest.mark.parametrize(("subject", "pack"), BOTH)
def test_every_post_that_must_act_is_a_post_of_the_pack(subject: Subject, pack: Pack) -> None:
    for stage, _ in situations(subject, pack):
        for move in rows(subject, pack, stage):
            for role in move.who:
                assert not role.posts or set(role.posts) & {*pack.posts, REQUESTER}, f"{move.act.label}: {role.label}"

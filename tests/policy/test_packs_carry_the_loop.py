"""Every regulation, the invented one included, keeps the closed loop on every stage table."""

from pathlib import Path

import pytest

from bihuan.kernel.actor import REQUESTER
from bihuan.kernel.norm import Norm
from bihuan.policy import norms
from bihuan.policy.loader import all_packs, pack
from bihuan.policy.pack import Pack
from bihuan.vetting import engine, loop
from bihuan.vetting.engine import Subject
from tests.facts import without

PACKS = all_packs(folders=[Path(__file__).parent.parent / "packs"])
SUBJECTS = engine.subjects()
BOTH = [
    pytest.param(subject, pack, id=f"{subject.table.subject}-{pack.id}")
    for subject in SUBJECTS
    for pack in PACKS
    if loop.begins(subject, pack)
]


@pytest.mark.clause("HN-0", "HN-2.2c", "WD-2.0", "WD-2.1b")
@pytest.mark.parametrize(("subject", "pack"), BOTH)
def test_whatever_is_open_always_has_an_open_duty(subject: Subject, pack: Pack) -> None:
    life = loop.Life(subject, pack)
    assert loop.idle(life) == {}
    assert loop.left_alone(life) == {}


@pytest.mark.parametrize(("subject", "pack"), BOTH)
def test_every_open_stage_can_still_reach_an_end(subject: Subject, pack: Pack) -> None:
    assert loop.stuck(loop.Life(subject, pack)) == []


@pytest.mark.parametrize(
    ("norm", "stage"),
    [
        (norms.SIGN_OFF, "待审签"),
        (norms.CLOSE, "待回访"),
    ],
)
def test_f81_a_withdrawal_is_no_end_and_rules_are_asked(norm: Norm, stage: str) -> None:
    """Packs without one of these passed, because the requester can take back what nobody can finish."""
    (case,) = (subject for subject in SUBJECTS if subject.table.subject == "case")
    lacking = without(pack("wendeng-2021-10"), norm)
    lost = loop.ways_lacking(loop.Life(case, lacking))
    assert {where.label: names for where, names in lost.items()} == {stage: [norm.name]}


@pytest.mark.parametrize(("subject", "pack"), BOTH)
def test_every_duty_that_a_pack_knows_has_a_limit(subject: Subject, pack: Pack) -> None:
    held = [spec for spec in subject.duties.values() if spec.holds(pack.binds)]
    known = [spec for spec in held if spec.limit]
    assert known or not any(spec.limit for spec in subject.duties.values()), "their days are set by an act"
    for spec in known:
        for urgency in ("normal", "urgent"):
            assert pack.limit(spec.limit, urgency=urgency).limit.amount > 0


@pytest.mark.parametrize(("subject", "pack"), BOTH)
def test_every_post_that_must_act_is_a_post_of_the_pack(subject: Subject, pack: Pack) -> None:
    walked = loop.Life(subject, pack).walked
    assert walked
    for move, _ in walked:
        for role in move.who:
            assert not role.posts or set(role.posts) & {*pack.posts, REQUESTER}, move.act.label

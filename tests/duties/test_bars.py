"""An act waits for the duties that bar it, and names the norm of the duty."""

from dataclasses import replace
from typing import Any

import pytest

from bihuan.cases.commands import LIFE as CASES
from bihuan.determination.commands.life import LIFE as DETERMINATIONS
from bihuan.determination.commands.life import REFERRAL_LIFE
from bihuan.duties.life import Life
from bihuan.duties.types import Bar, DutySpec
from bihuan.joint.commands import LIVES
from bihuan.kernel.norm import Norm
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.matters.commands.life import LIFE as MATTERS
from bihuan.policy.loader import all_packs
from bihuan.policy.pack import Pack
from tests.facts import case, owed

ALL: list[Life[Any]] = [CASES, MATTERS, *LIVES.values(), DETERMINATIONS, REFERRAL_LIFE]
BARS = [
    pytest.param(life, spec, bar, id=f"{life.table.subject}: {spec.kind} bars {bar.act}")
    for life in ALL
    for spec in life.specs.values()
    for bar in spec.bars
]


def binding(norm: Norm) -> Pack:
    """A regulation that binds it."""
    return next(pack for pack in all_packs() if pack.binds(norm))


def barred(life: Life[Any], act: Vocabulary, *kinds: str, pack: Pack) -> tuple[str, str] | None:
    """Norm and words of the refusal under a regulation, with these duties open."""
    facts = replace(case(), duties=owed(*kinds))  # of any subject the mover asks for its duties alone
    refusal = life._barred(act, facts, pack)
    return refusal and (refusal.norm.name, refusal.reason)


@pytest.mark.parametrize(("life", "spec", "bar"), BARS)
def test_an_act_waits_for_the_duty_that_bars_it(life: Life[Any], spec: DutySpec, bar: Bar) -> None:
    pack = binding(spec.norm)
    assert barred(life, bar.act, spec.kind, pack=pack) == (spec.norm.name, bar.reason)
    assert barred(life, bar.act, pack=pack) is None
    others = [kind for kind, other in life.specs.items() if all(one.act != bar.act for one in other.bars)]
    assert barred(life, bar.act, *others, pack=pack) is None, "what does not bar it"
    for other in (other for other in all_packs() if not other.binds(spec.norm)):
        assert barred(life, bar.act, spec.kind, pack=other) is None, "a regulation that does not ask for it"


@pytest.mark.parametrize("life", ALL, ids=lambda life: life.table.subject)
def test_every_bar_is_of_an_act_that_the_table_knows(life: Life[Any]) -> None:
    known = {move.act for move in life.table.moves}
    assert {bar.act for spec in life.specs.values() for bar in spec.bars} <= known


def test_the_first_bar_in_the_order_of_the_duties_is_told() -> None:
    sign_off = next(move.act for move in CASES.table.moves if move.act == "sign_off")
    pack = binding(CASES.specs["linkage_form"].norm)
    found = barred(CASES, sign_off, "whistle_form", "linkage_form", pack=pack)
    assert found == barred(CASES, sign_off, "linkage_form", pack=pack)

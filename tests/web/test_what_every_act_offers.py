"""The same of every act of linkages, whistles, listed matters, determinations and referrals (F93, F94)."""

from collections.abc import Mapping
from typing import Any

import pytest

from bihuan.determination.stages import TABLES as DETERMINATION
from bihuan.determination.types import Act as D
from bihuan.determination.types import Stage
from bihuan.joint.stages import TABLES as JOINT
from bihuan.kernel.stages import Move, StageTable
from bihuan.matters.stages import TABLE as MATTERS
from bihuan.record.commands import ACTS
from tests.determination import conftest as determiners
from tests.determination import test_squares as determination_squares
from tests.determination.walks import DOERS as DETERMINATION_DOERS
from tests.determination.walks import REFERRAL_DOERS
from tests.joint import conftest as joint
from tests.joint import test_squares as joint_squares
from tests.joint.walks import DOERS as JOINT_DOERS
from tests.matters import test_squares as matter_squares
from tests.towns import Town
from tests.web.test_what_forms_offer import attempt, faults, offer_of

pytestmark = pytest.mark.django_db


class _Told(Exception):
    """What a walk fills in, before anything is done with it."""

    def __init__(self, said: dict[str, Any]) -> None:
        super().__init__()
        self.said = said


def by_the_book(word: str, walk: Any, who: str, act: str, **fields: Any) -> dict[str, Any]:
    """The form of an act as the walk fills it in; the act is not done."""

    def note(said: dict[str, Any]) -> None:
        raise _Told(said)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ACTS[(word, act)].fields, "model_validate", note)
        with pytest.raises(_Told) as told:
            walk.do(act, by=who, **fields)
    return told.value.said


def rows(word: str, table: StageTable, doers: Mapping[str, str]) -> list[Any]:
    """The rows that people walk on the pages of such a subject."""
    return [
        pytest.param(word, move, id=f"{word}-{move.origin}-{move.act}")
        for move in table.moves
        if move.origin is not None and doers.get(move.act, "clockwork") not in ("clockwork", "requester")
    ]


def wrong(word: str, walk: Any, who: str, act: str, **fields: Any) -> list[str]:
    """Everything that the form of an act offers and the command refuses, or wants and the form does not mark."""
    said = by_the_book(word, walk, who, act, **fields)
    offer = offer_of(word, walk, who, act)
    assert offer is not None, "whoever does it by the book is offered it"
    assert attempt(word, walk, who, act, said) == (), "as filled in it is accepted"
    needs = {name for name, why in offer.needs.items() if said.get(name) and any(one.holds(_said(said)) for one in why)}
    told = {
        refusal.field for refusal in attempt(word, walk, who, act, {n: v for n, v in said.items() if n not in needs})
    }
    late = [f"{act}.{name} is not told with the others" for name in needs - told] if needs else []
    return [*faults(word, walk, who, act, said), *late]


def _said(said: Mapping[str, Any]) -> Any:
    return lambda name: str(said.get(name) or "")


@pytest.mark.parametrize(
    ("word", "move"),
    [one for kind, table in JOINT.items() for one in rows(str(kind), table.under(joint_squares.BINDS), JOINT_DOERS)],
)
def test_of_joint_handling(word: str, move: Move, db: None) -> None:
    kind = next(kind for kind in JOINT if kind == word)
    walk = joint_squares.ready_for(kind, move, joint.settled())
    assert wrong(word, walk, JOINT_DOERS[move.act], move.act) == []


@pytest.mark.parametrize(("word", "move"), rows("matter", MATTERS, matter_squares.DOERS))
def test_of_listed_matters(word: str, move: Move, huainan: Town) -> None:
    walk = matter_squares.ready_for(move, huainan)
    assert wrong(word, walk, matter_squares.doer_of(move), move.act) == []


@pytest.mark.parametrize(
    ("word", "move"),
    [
        one
        for table in DETERMINATION.values()
        for one in rows(table.subject, table, {**DETERMINATION_DOERS, **REFERRAL_DOERS})
    ],
)
def test_of_determinations_and_referrals(word: str, move: Move, db: None) -> None:
    walk = determination_squares.ready_for(move, determiners.settled())
    doers = DETERMINATION_DOERS if word == "determination" else REFERRAL_DOERS
    if move.act == D.NAME_CONTACT and move.origin in (Stage.DRAFT, Stage.DECLINED):  # the centre's own
        account = f"{walk.case.town.code}.desk.dispatcher"
        assert wrong(word, walk, "desk.reviewer", move.act, account=account) == []
    else:
        assert wrong(word, walk, doers[move.act], move.act) == []

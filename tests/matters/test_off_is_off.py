"""F112: what a regulation leaves off refuses nobody at the door either, where no life has begun yet."""

from pathlib import Path

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import Stage as CaseStage
from bihuan.kernel.refusal import Refused
from bihuan.matters.commands import LIFE
from bihuan.matters.types import Act, Stage
from bihuan.organisations import commands as organisations
from bihuan.policy import loader, norms
from tests.matters.walks import MatterWalk
from tests.town_fixtures import Founding
from tests.towns import FOUNDER, START, Town, found
from tests.vetting.edits import base, off
from tests.walks import Walk


@pytest.fixture
def town(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Town:
    """A town whose list is open to everything, and whose units need name no superior."""
    monkeypatch.setenv(loader.MORE_FOLDERS, str(tmp_path))
    monkeypatch.setattr(loader, "LOOKED_EVERY", 0.0)
    text = off("listing.entry-guard", "organisation.superior-body")(base("hn"))
    (tmp_path / "somewhere.toml").write_text(text, encoding="utf-8")
    loader.look_again()
    return found("sw", "somewhere-2031-1", prefix="SWX")


def test_what_is_not_overdue_is_reported_where_nothing_guards_the_list(town: Town, huainan: Town) -> None:
    walk = MatterWalk(town).with_case()
    walk.do(Act.REPORT, done="", why_unresolved="")
    assert walk.facts.stage is Stage.CANDIDATE
    with pytest.raises(Refused) as refused:
        MatterWalk(huainan).with_case().do(Act.REPORT, done="", why_unresolved="")
    assert refused.value.refusal.norm is norms.LIST_ENTRY_GUARD


def test_a_matter_is_given_to_helpers_where_they_owe_their_help(somewhere: Founding) -> None:
    town = somewhere(off("listing.cooperate"), of="hn")
    walk = MatterWalk(town).with_overdue_case().along(Act.REPORT, Act.REGISTER, Act.CLASSIFY)
    (offer,) = (o for o in LIFE.offers(walk.facts, walk.actor("office.list_keeper"), walk.now) if o.act == Act.ASSIGN)
    assert "co_units" in offer.left_off
    with pytest.raises(Refused, match="本地规定没有“配合单位”这一项") as refused:
        walk.do(Act.ASSIGN, co_units=[town.other])
    assert refused.value.refusal.field == "co_units"
    walk.do(Act.ASSIGN)


def test_a_case_ends_with_its_candidate_where_nobody_drops_any(somewhere: Founding) -> None:
    """What stands on a case ends with it, whatever the regulation says of dropping."""
    town = somewhere(off("listing.drop-with-reason"), of="hn")
    walk = MatterWalk(town).with_overdue_case().along(Act.REPORT)
    assert not [
        o for o in LIFE.offers(walk.facts, walk.actor("office.list_keeper"), walk.now) if o.act == Act.DROP and o.mine
    ]
    case = Walk(town, walk.now, number=walk.case)
    case.along(CaseAct.REQUEST_TERMINATION, CaseAct.APPROVE_TERMINATION)
    assert (case.facts.stage, walk.facts.stage) == (CaseStage.TERMINATED, Stage.DROPPED)
    assert verify(town.code).findings == ()


def test_a_superior_is_named_where_that_is_wanted(town: Town, huainan: Town) -> None:
    def enter(place: Town, kind: str) -> None:
        code = f"{place.code}.new"
        organisations.found_unit(
            jurisdiction=place.code, code=f"{code}.{kind}", name=kind, type_code=kind, actor=FOUNDER, now=START
        )

    kinds = loader.pack("huainan-2021-55").unit_types.values()
    kind = next(one.code for one in kinds if one.needs_superior)
    with pytest.raises(Refused) as refused:
        enter(huainan, kind)
    assert refused.value.refusal.norm is norms.SUPERIOR_BODY
    enter(town, kind)
    with pytest.raises(Refused, match="没有“guild”这种单位类型"):
        enter(town, "guild")

"""Rules of determinations and referrals, asked with facts alone."""

import pytest

from bihuan.cases.types import Part
from bihuan.determination import rules
from bihuan.determination.types import Outcome
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.refusal import Refusal
from bihuan.organisations.types import UnitFacts
from bihuan.policy import norms
from bihuan.policy.loader import pack
from tests.towns import START

PACK = pack("wendeng-2021-10")


def unit(type_code: str, code: str = "u", *, active: bool = True, superior: str = "") -> UnitFacts:
    """A unit of a type."""
    return UnitFacts(code, "wd", code, type_code, None, superior, active)


@pytest.mark.clause("WD-4a")
def test_a_dispute_goes_to_the_staffing_office_and_the_justice_bureau_together() -> None:
    staffing, justice = unit("staffing", "s"), unit("justice", "j")
    bodies = rules.bodies_of([unit("department"), justice, staffing], PACK)
    assert bodies == {Part.STAFFING: staffing, Part.JUSTICE: justice}
    assert rules.may_hand_to(bodies) is None
    for missing, name in ((Part.STAFFING, "编办"), (Part.JUSTICE, "司法局")):
        refusal = rules.may_hand_to({part: body for part, body in bodies.items() if part != missing})
        assert refusal is not None
        assert name in refusal.reason


@pytest.mark.clause("WD-4b")
@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize("named", [None, "u"])
def test_an_opinion_names_a_unit_or_a_gap_and_never_both(outcome: Outcome, named: str | None) -> None:
    found = unit("department") if named else None
    said = {"named": named, "desk": "d", "pack": PACK, "norm": norms.DETERMINATION_OPINION}
    refusal = rules.may_find(outcome, found, **said)  # type: ignore[arg-type]
    assert (refusal is None) == ((outcome == Outcome.UNIT) == bool(named))


@pytest.mark.parametrize("type_code", sorted(PACK.unit_types))
def test_whoever_is_responsible_is_an_active_unit_that_handles_and_not_the_desk(type_code: str) -> None:
    handling = "handling" in PACK.unit_types[type_code].capacities
    norm = norms.DETERMINATION_OPINION
    assert (rules.may_carry(unit(type_code), desk="d", pack=PACK, norm=norm) is None) == handling
    assert rules.may_carry(unit(type_code, active=False), desk="d", pack=PACK, norm=norm) is not None
    assert rules.may_carry(unit(type_code, "d"), desk="d", pack=PACK, norm=norm) is not None
    party = rules.may_be_party(unit(type_code), desk="d", there=(), pack=PACK)
    assert (party is None) == handling


def test_a_dispute_goes_without_a_units_word_only_with_a_reason() -> None:
    assert rules.may_submit_without((), missing="") is None
    assert rules.may_submit_without(("甲局",), missing="三次催促") is None
    refusal = rules.may_submit_without(("甲局",), missing="")
    assert refusal is not None
    assert (refusal.field, "甲局" in refusal.reason) == ("missing", True)


@pytest.mark.clause("WD-4j", "A1-8")
def test_a_refusal_goes_to_the_discipline_body_or_to_the_superior_of_a_unit_from_above() -> None:
    discipline = unit("discipline", "区纪委监委")
    assert rules.route(unit("department"), discipline, PACK) == "区纪委监委"
    assert rules.route(unit("utility", superior="市供电公司"), discipline, PACK) == "市供电公司"
    assert isinstance(rules.route(unit("department"), None, PACK), Refusal)


@pytest.mark.clause("WD-4g")
@pytest.mark.parametrize(
    ("type_code", "may"), [("staffing", True), ("justice", True), ("centre", True), ("town", False)]
)
def test_each_of_the_three_bodies_names_one_of_its_own(type_code: str, may: bool) -> None:
    own, other = (Actor("x", "甲", "wd", frozenset({Seat(u, "deputy")})) for u in ("u", "v"))
    said = {"unit": unit(type_code), "staff": {"a"}, "pack": PACK}
    assert (rules.may_name("a", actor=own, **said) is None) == may  # type: ignore[arg-type]
    assert rules.may_name("a", actor=other, **said) is not None  # type: ignore[arg-type]
    assert rules.may_name("b", actor=own, **said) is not None  # type: ignore[arg-type]


def test_a_new_contact_does_not_begin_before_the_last_one() -> None:
    on = START.date()
    assert rules.may_begin_on(on, last=None) is None
    assert rules.may_begin_on(on, last=on) is None
    assert rules.may_begin_on(on.replace(year=2020), last=on) is not None

"""Rules of joint handling, asked with facts alone."""

from datetime import timedelta

import pytest

from bihuan.joint import rules
from bihuan.joint.types import Emergency, Grade, Kind, MemberFacts, WhistleType
from bihuan.kernel.actor import Actor, Seat
from bihuan.organisations.types import AppointmentRow, UnitFacts
from bihuan.policy.loader import pack
from tests.towns import START

PACK = pack("wendeng-2021-10")


def unit(type_code: str, code: str = "u", active: bool = True) -> UnitFacts:
    """A unit of a type."""
    return UnitFacts(code, "wd", code, type_code, None, "", active)


@pytest.mark.clause("WD-3.0", "WD-3.3a")
@pytest.mark.parametrize("type_code", sorted(PACK.unit_types))
def test_towns_blow_and_departments_residents_and_utilities_come(type_code: str) -> None:
    township = type_code in ("town", "subdistrict", "zone")
    handling = "handling" in PACK.unit_types[type_code].capacities
    assert (rules.may_blow(unit(type_code), PACK) is None) == township
    asked = rules.may_ask(Kind.WHISTLE, unit(type_code), lead="t", desk="d", there=(), pack=PACK)
    assert (asked is None) == (handling and not township)
    linked = rules.may_ask(Kind.LINKAGE, unit(type_code), lead="t", desk="d", there=(), pack=PACK)
    assert (linked is None) == handling, "toward another town one uses the linkage"


def test_nobody_is_asked_twice_nor_the_lead_itself_nor_who_is_not_active() -> None:
    def ask(**said: object) -> str:
        found = {"lead": "t", "desk": "d", "there": (), "pack": PACK, **said}
        one = found.pop("unit", unit("department"))
        refusal = rules.may_ask(Kind.LINKAGE, one, **found)  # type: ignore[arg-type]
        return refusal.reason if refusal else ""

    assert ask() == ""
    assert "已经参加" in ask(there=("u",))
    assert "本单位自己" in ask(lead="u")
    assert "尚未启用" in ask(unit=unit("department", active=False))
    assert "没有这个" in ask(unit=None)


@pytest.mark.clause("WD-3.1c", "WD-3.1d")
@pytest.mark.parametrize("whistle_type", list(WhistleType))
@pytest.mark.parametrize("emergency", [None, Emergency.ACCIDENT])
@pytest.mark.parametrize("instruction", ["", "区里批示。"])
def test_a_key_whistle_needs_an_instruction_and_an_emergency_is_no_routine(
    whistle_type: WhistleType, emergency: Emergency | None, instruction: str
) -> None:
    refusal = rules.may_be_blown_as(whistle_type, emergency=emergency, instruction=instruction)
    wrong = (whistle_type == WhistleType.KEY and not instruction) or (
        whistle_type == WhistleType.ROUTINE and emergency is not None
    )
    assert (refusal is not None) == wrong


def test_a_unit_has_until_the_cases_own_limit_and_no_longer() -> None:
    latest = START + timedelta(days=3)
    assert rules.may_be_due(Kind.LINKAGE, None, now=START, latest=latest) is None
    assert rules.may_be_due(Kind.LINKAGE, latest, now=START, latest=latest) is None
    late = rules.may_be_due(Kind.LINKAGE, latest + timedelta(minutes=1), now=START, latest=latest)
    assert late is not None
    assert late.norm.name == "linkage.convene"
    assert rules.may_be_due(Kind.LINKAGE, START, now=START, latest=latest) is not None


@pytest.mark.clause("WD-2.2f", "WD-3.2e")
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("grade", list(Grade))
def test_a_grade_below_good_says_why(kind: Kind, grade: Grade) -> None:
    member = MemberFacts("u", "u", "", START, None, START)
    assert (rules.may_grade(kind, member, grade=grade, reason="") is None) == (grade == Grade.GOOD)
    assert rules.may_grade(kind, member, grade=grade, reason="来得晚。") is None


@pytest.mark.clause("WD-2.2h", "WD-3.2g")
def test_the_deputy_signs_or_the_head_where_there_is_none_or_says_why() -> None:
    deputy = AppointmentRow("a", "甲", "u", "deputy", START.date(), None, False)

    def sign(post: str, *, deputies: tuple[AppointmentRow, ...] = (deputy,), absence: str = "") -> bool:
        seat = Seat("u", post)
        said = {"deputies": deputies, "absence": absence, "seal": (1,), "pack": PACK}
        return rules.may_sign(Kind.LINKAGE, seat=seat, **said) is None  # type: ignore[arg-type]

    assert sign("deputy")
    assert not sign("head")
    assert sign("head", absence="外出。")
    assert sign("head", deputies=())


@pytest.mark.clause("WD-3.3f")
def test_a_liaison_is_named_by_the_unit_itself() -> None:
    deputy = AppointmentRow("a", "甲", "u", "deputy", START.date(), None, False)
    own, other = (Actor("x", "乙", "wd", frozenset({Seat(u, "head")})) for u in ("u", "v"))
    assert rules.may_be_liaison("a", unit="u", actor=own, deputies=(deputy,)) is None
    assert rules.may_be_liaison("a", unit="u", actor=other, deputies=(deputy,)) is not None
    assert rules.may_be_liaison("b", unit="u", actor=own, deputies=(deputy,)) is not None

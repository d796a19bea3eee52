"""A body that the regulation itself brings in sees and handles no secret request that complains of it."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from bihuan.audit.queries import verify
from bihuan.cases import queries as cases
from bihuan.cases.types import Act as C
from bihuan.cases.types import Part
from bihuan.determination.types import Act as D
from bihuan.determination.types import ReferralAct as R
from bihuan.instructions import queries as instructions
from bihuan.joint.types import Act as J
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.matters import queries as matters
from bihuan.matters.types import Act as M
from bihuan.matters.types import MatterClass
from bihuan.organisations import commands as organisations
from bihuan.policy import norms
from bihuan.record import queries as record
from bihuan.record.types import Done, EventRow
from tests.determination.walks import DeterminationWalk, ReferralWalk, to_gap, with_determiners
from tests.joint.walks import WHISTLE, JointWalk, with_bodies
from tests.matters.walks import MatterWalk, propose_candidates
from tests.towns import FOUNDER, OFFICE_POSTS, START, SUPERVISION_POSTS, Town, pack_of, settle
from tests.walks import Walk


@dataclass
class Accusing(Walk):
    """A secret case, or an open one, that complains of some bodies."""

    accused: list[str] = field(default_factory=list)
    secret: bool = True

    def do(self, act: str, by: str | None = None, version: int | None = None, **fields: Any) -> Done:
        """Do an act by the book."""
        usual = {C.REGISTER: {"accused": self.accused, "secrecy_requested": self.secret}}
        return super().do(act, by, version, **{**usual.get(C(act), {}), **fields})


def late(town: Town, *accused: str, secret: bool = True) -> Walk:
    """A case that its unit did not settle in time."""
    return Accusing(town, accused=[*accused], secret=secret).along(C.REGISTER, C.DISPATCH, C.SIGN_IN).later(days=40)


def kept_off(walk: Walk) -> list[EventRow]:
    """What the record tells of why a case is on no list."""
    return [event for event in record.events(walk.facts.subject) if event.kind == "case.kept-off-list"]


def another(town: Town, short: str, capacity: str, posts: tuple[str, ...]) -> str:
    """A second body of the kind, after the first in every list."""
    code, types = f"{town.code}.z{short}", pack_of(town.code).unit_types.values()
    kind = next(t.code for t in types if capacity in t.capacities)
    organisations.found_unit(jurisdiction=town.code, code=code, name=code, type_code=kind, actor=FOUNDER, now=START)
    for post in posts:
        settle(town.code, code, f"z{short}.{post}", post)
    organisations.activate_unit(jurisdiction=town.code, code=code, actor=FOUNDER, now=START)
    return code


@pytest.mark.parametrize("body", ["office", "supervision"])
def test_what_complains_of_the_lists_own_bodies_goes_on_no_list(body: str, huainan: Town) -> None:
    """The clock, the desk's report and the closing as unsolved alike; the supervision body sees it if it may."""
    accused = getattr(huainan, body)
    walk = late(huainan, accused)
    assert propose_candidates(huainan.code, walk.now) == 0
    assert matters.open_of_case(walk.number) == ""
    (told,) = kept_off(walk)
    assert told.account == "clockwork"
    assert accused in told.sentence
    watching = walk.facts.parts.get(Part.SUPERVISION, frozenset())
    assert watching == (frozenset({huainan.supervision}) if body == "office" else frozenset())
    assert propose_candidates(huainan.code, walk.now) == 0
    assert [event.sequence for event in kept_off(walk)] == [told.sequence], "told once"
    with pytest.raises(Refused, match="不列入清单") as refused:
        MatterWalk(huainan, walk.now, case=walk.number, actors=walk.actors).do(M.REPORT)
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.IDENTITY_PROTECTED, "case")
    assert walk.facts.duties, "the desk and the unit go on owing it"
    assert verify(huainan.code).findings == ()


@pytest.mark.parametrize("secret", [False, True])
def test_what_is_open_or_complains_of_somebody_else_is_listed_as_ever(secret: bool, huainan: Town) -> None:
    assert huainan.office
    assert huainan.supervision
    accused = (huainan.other,) if secret else (huainan.office, huainan.supervision)
    walk = late(huainan, *accused, secret=secret)
    assert propose_candidates(huainan.code, walk.now) == 1


def test_another_body_of_the_kind_keeps_the_list_and_supervises(huainan: Town) -> None:
    office = another(huainan, "office", "office", OFFICE_POSTS)
    supervision = another(huainan, "supervision", "supervision", SUPERVISION_POSTS)
    assert huainan.office
    assert huainan.supervision
    of = late(huainan, huainan.office, huainan.supervision)
    walk = MatterWalk(huainan, of.now, case=of.number, actors=of.actors)
    walk.do(M.REPORT)
    assert walk.facts.parts[Part.OFFICE] == {office}
    for act in (M.REGISTER, M.CLASSIFY, M.ASSIGN):
        walk.do(act, by="zoffice.list_keeper")
    assert walk.facts.parts[Part.SUPERVISION] == {supervision}
    with pytest.raises(Unknown):
        matters.view(walk.number, walk.actor("supervision.supervisor"), now=walk.now)
    assert walk.facts.matter_class == MatterClass.GENERAL


def test_a_copy_goes_to_none_of_whom_something_put_to_the_matter_complains(huainan: Town) -> None:
    """What was put to the matter is told in its record: whoever that accuses gets no copy of either."""
    kept = MatterWalk(huainan).with_overdue_case().along(M.PROPOSE, M.EXPLAIN, M.REGISTER, M.CLASSIFY)
    spare = another(huainan, "supervision", "supervision", SUPERVISION_POSTS)
    assert huainan.supervision
    of = late(huainan, huainan.supervision)
    secret = MatterWalk(huainan, of.now, case=of.number, actors=of.actors).along(M.PROPOSE)
    secret.do(M.JOIN, into=kept.number)
    kept.at(secret.now).do(M.ASSIGN)
    assert kept.facts.parts[Part.SUPERVISION] == {spare}


def whistled(town: Town, *accused: str) -> JointWalk:
    """A whistle of an emergency."""
    case = Accusing(town, accused=[*accused])
    return JointWalk(town, WHISTLE, case).begin(
        whistle_type="tough", emergency="accident", off_list_reason="清单中没有。"
    )


def test_an_office_that_is_accused_hears_of_no_emergency(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    walk = whistled(town, f"{town.code}.offices")
    assert Part.SUPERVISION not in walk.facts.parts
    assert Part.SUPERVISION not in walk.case.facts.parts
    assert "emergency_notice" not in walk.facts.duties
    assert walk.facts.duties
    other = whistled(town, town.unit)
    assert other.facts.parts[Part.SUPERVISION] == {f"{town.code}.offices"}


def test_an_office_that_is_accused_hears_of_none_that_is_raised_to_one(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    walk = JointWalk(town, WHISTLE, Accusing(town, accused=[f"{town.code}.offices"])).begin()
    walk.do(J.RAISE_TO_TOUGH, emergency="accident")
    assert Part.SUPERVISION not in walk.facts.parts
    assert Part.SUPERVISION not in walk.case.facts.parts


def test_a_leadership_that_is_accused_is_reported_nothing(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    walk = JointWalk(town, WHISTLE, Accusing(town, accused=[f"{town.code}.leaders"])).begin()
    with pytest.raises(Refused, match="被反映单位") as refused:
        walk.do(J.REPORT)
    assert refused.value.refusal.norm == norms.IDENTITY_PROTECTED
    assert Part.LEADERS not in walk.case.facts.parts


def test_a_key_whistle_rests_on_no_leader_of_whom_it_complains(wendeng: Town) -> None:
    town = with_bodies(wendeng)
    with pytest.raises(Refused, match="被反映单位"):
        JointWalk(town, WHISTLE, Accusing(town, accused=[f"{town.code}.leaders"])).ordered()


@pytest.mark.parametrize("body", ["staffing", "justice"])
def test_a_body_that_is_accused_determines_nothing(body: str, wendeng: Town) -> None:
    town = with_determiners(wendeng)
    walk = DeterminationWalk(town, Accusing(town, accused=[f"{town.code}.{body}"])).begin()
    with pytest.raises(Refused, match="被反映单位"):
        walk.do(D.SUBMIT)
    assert not walk.case.facts.parts.keys() & {Part.STAFFING, Part.JUSTICE}


def test_a_leadership_that_is_accused_gets_no_special_report(wendeng: Town) -> None:
    town = with_determiners(wendeng)
    walk = to_gap(DeterminationWalk(town, Accusing(town, accused=[f"{town.code}.leaders"])))
    with pytest.raises(Refused, match="被反映单位"):
        walk.do(D.REPORT)
    assert Part.LEADERS not in walk.case.facts.parts


def test_a_discipline_body_that_is_accused_gets_no_refusal(wendeng: Town) -> None:
    town = with_determiners(wendeng)
    walk = ReferralWalk(town, Accusing(town, accused=[f"{town.code}.discipline"])).begin()
    walk.do(R.EXPLAIN)
    with pytest.raises(Refused, match="被反映单位"):
        walk.do(R.SEND)


def test_an_instruction_is_confirmed_by_no_office_that_is_accused(huainan: Town) -> None:
    """Nor by a leader's own body; without another one the unit's head confirms it."""
    spare = another(huainan, "supervision", "supervision", SUPERVISION_POSTS)
    assert huainan.supervision
    of = late(huainan, huainan.supervision)
    walk = MatterWalk(huainan, of.now, case=of.number, actors=of.actors).along(M.PROPOSE, M.EXPLAIN, M.REGISTER)
    walk.do(
        M.CLASSIFY,
        matter_class="key",
        key_basis="instruction",
        leader="市长",
        reference="市政批〔2025〕7号",
        issued_on=date(2025, 3, 3).isoformat(),
        instruction="抓紧办理。",
        attachments=[walk.scan("office.list_keeper")],
    )
    (found,) = instructions.of_subject(walk.facts.subject)
    assert found.holder == spare


def test_the_desk_names_later_of_whom_it_was_and_these_get_it_no_more(wendeng: Town) -> None:
    walk = Accusing(wendeng).along(C.REGISTER, C.DISPATCH)
    walk.do(C.REDISPATCH)
    assert walk.facts.parts[Part.FORMER] == {wendeng.unit}
    done = walk.do(C.NAME_ACCUSED, accused=[wendeng.unit, wendeng.unit])
    assert done.sentence == f"补记被反映单位：{wendeng.unit}"
    assert walk.facts.accused == (wendeng.unit,)
    assert Part.FORMER not in walk.facts.parts, "whoever merely could read it still reads nothing any more"
    with pytest.raises(Unknown):
        cases.view(walk.number, walk.actor("unit.handler"), now=walk.now)
    with pytest.raises(Refused, match="不能交给它") as refused:
        walk.do(C.REDISPATCH, lead=wendeng.unit)
    assert refused.value.refusal.norm == norms.IDENTITY_PROTECTED
    with pytest.raises(Refused, match="已经登记为被反映单位"):
        walk.do(C.NAME_ACCUSED, accused=[wendeng.unit])
    assert verify(wendeng.code).findings == ()


@pytest.mark.parametrize("secret", [True, False])
def test_who_has_a_secret_request_gives_it_up_before_being_named(secret: bool, wendeng: Town) -> None:
    walk = Accusing(wendeng, secret=secret).along(C.REGISTER, C.DISPATCH)
    if secret:
        with pytest.raises(Refused, match="先改派、撤回派单") as refused:
            walk.do(C.NAME_ACCUSED, accused=[wendeng.unit])
        assert refused.value.refusal.field == "accused"
        assert walk.facts.accused == ()
    else:
        assert walk.do(C.NAME_ACCUSED, accused=[wendeng.unit])
    with pytest.raises(Refused, match="没有这个单位"):
        walk.do(C.NAME_ACCUSED, accused=["nowhere"])


def test_what_is_on_the_list_names_nobody_who_keeps_or_watches_it(huainan: Town) -> None:
    of = Accusing(huainan).along(C.REGISTER, C.DISPATCH, C.SIGN_IN).later(days=40)
    walk = MatterWalk(huainan, of.now, case=of.number, actors=of.actors)
    of.at(walk.along(M.REPORT, M.REGISTER, M.CLASSIFY, M.ASSIGN).now)
    with pytest.raises(Refused, match="正参与清单事项") as refused:
        of.do(C.NAME_ACCUSED, accused=[huainan.supervision])
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.IDENTITY_PROTECTED, "accused")
    assert of.facts.accused == ()
    assert of.do(C.NAME_ACCUSED, accused=[huainan.other])

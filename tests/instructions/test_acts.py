"""Every act that rests on an instruction, with every part of it missing; what follows when it is confirmed or not."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bihuan.attachments import commands as attachments
from bihuan.audit.queries import verify
from bihuan.determination.types import Stage as Determined
from bihuan.joint import queries as joint
from bihuan.joint.commands import LIVES
from bihuan.joint.types import Kind, Stage, WhistleType
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.matters.types import Act as M
from bihuan.matters.types import MatterClass
from bihuan.matters.types import Stage as Weighed
from bihuan.policy import norms
from bihuan.policy.loader import pack
from bihuan.record.queries import events
from tests.again import again
from tests.determination.walks import A as D
from tests.determination.walks import walk_to as determination_at
from tests.determination.walks import with_determiners
from tests.joint.test_side_doors import spoken
from tests.joint.walks import LINKAGE, WHISTLE, A, JointWalk, entered, third, to_concluded, with_bodies
from tests.matters.walks import MatterWalk
from tests.towns import Town, found
from tests.walks import Walk


@again
def settled() -> Town:
    return with_bodies(found("wd", "wendeng-2021-10", prefix="WX"))


@pytest.fixture
def district(db: None) -> Town:
    """Wendeng with its leaders, both offices, a third department and the staffing office."""
    return settled()


def _blow(town: Town, **fields: Any) -> object:
    return JointWalk(town, WHISTLE, Walk(town)).ordered(**fields)


def _instruct(kind: Kind) -> Callable[..., object]:
    def act(town: Town, **fields: Any) -> object:
        return JointWalk(town, kind, Walk(town)).begin().along(A.REPORT).instructed(**fields)

    return act


def _designate(town: Town, **fields: Any) -> object:
    return determination_at(Determined.REPORTED, with_determiners(town)).designated(**fields)


RESTING = {
    "a key whistle": (_blow, "instruction", "WD-3.1d"),
    "an instruction on a linkage": (_instruct(LINKAGE), "", "WD-2.3e"),
    "an instruction on a whistle": (_instruct(WHISTLE), "", "WD-3.1d"),
    "a designation": (_designate, "", "WD-4e"),
}
"""Act → how it is done whole, the field of the form in which the instruction's words stand, and the clause."""
EMPTY = {"leader": "", "leader_account": "", "issued_on": None, "reference": "", "scan": ()}


@pytest.mark.clause("WD-2.3e", "WD-3.1d")
@pytest.mark.parametrize("resting", RESTING)
def test_no_part_of_an_instruction_may_be_missing(resting: str, district: Town) -> None:
    act, words, clause = RESTING[resting]
    for part, nothing in {**EMPTY, **({words: ""} if words else {})}.items():
        with pytest.raises(Refused) as refused:
            act(district, **{part: nothing})
        refusal = refused.value.refusal
        assert refusal.field in (part, "whistle_type"), part
        assert pack("wendeng-2021-10").cite(refusal.norm).clause_id == clause
    act(district)


@pytest.mark.clause("WD-3.1d")
def test_a_key_whistle_is_blown_at_once_by_the_head_alone_and_the_leader_sees_it(district: Town) -> None:
    walk = JointWalk(district, WHISTLE, Walk(district))
    with pytest.raises(Refused, match="主要负责人"):
        walk.begin(whistle_type="key", instruction="领导口头同意")
    walk = JointWalk(district, WHISTLE, Walk(district)).ordered()
    leader = walk.actor("leaders.leader")
    assert joint.visible_facts(walk.number, leader).whistle_type is WhistleType.KEY
    assert ("instruction_verify", f"{district.code}.leaders") in joint.owed_by(walk.facts.subject)
    with pytest.raises(Refused, match="本人"):
        walk.do(A.VERIFY, by="leaders.second")
    with pytest.raises(Refused):
        walk.do(A.VERIFY, by="township.head")
    walk.do(A.VERIFY)
    assert "instruction_verify" not in walk.facts.duties
    assert walk.facts.whistle_type is WhistleType.KEY
    (told,) = joint.view(walk.number, leader, now=walk.now).instructions
    assert not told.pending
    assert told.entered_by == f"{district.code}.township.head"
    assert [str(f) for f in verify(district.code).findings] == []


@pytest.mark.clause("WD-3.1d")
def test_a_key_whistle_whose_instruction_is_denied_goes_on_as_what_the_town_may_blow(district: Town) -> None:
    walk = JointWalk(district, WHISTLE, Walk(district)).ordered()
    acts = {offer.act: offer for offer in LIVES[WHISTLE].offers(walk.facts, walk.actor("leaders.leader"), walk.now)}
    assert A.DENY_KEY in acts
    assert A.DENY not in acts, "it would mean nothing here"
    walk.do(A.DENY_KEY)
    assert walk.facts.whistle_type is WhistleType.ROUTINE
    assert walk.facts.stage is Stage.ACTIVE
    assert walk.facts.present, "whoever was called stays"
    for subject in (walk.facts.subject, f"case:{walk.case.number}"):
        assert any(event.kind == "instructions.denied" for event in events(subject)), subject
    assert [str(f) for f in verify(district.code).findings] == []


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("stage", [Stage.ACTIVE, Stage.CONCLUDED, Stage.FORM])
def test_a_denied_instruction_puts_the_difficulty_before_the_district_again(
    kind: Kind, stage: Stage, district: Town
) -> None:
    walk = JointWalk(district, kind, Walk(district)).begin().along(A.REPORT)
    walk.instructed(units=[third(district)])
    come = A.ACCEPT if kind == LINKAGE else A.CHECK_IN
    if stage is not Stage.ACTIVE:
        for unit in ("other", "third"):
            walk.do(come, by=f"{unit}.handler")
            walk.do(A.FINISH, by=f"{unit}.handler")
        walk.do(A.CONCLUDE, no_meeting_reason="电话会商")
    if stage is Stage.FORM:
        for unit in (district.other, third(district)):
            walk.do(A.GRADE, unit=unit)
        walk.do(A.FILE_FORM)
    assert walk.facts.stage is stage
    walk.do(A.DENY)
    assert walk.facts.stage is Stage.ESCALATED
    assert {"district_instruction", "joint_conclude"} <= set(walk.facts.duties)
    assert not {"instruction_verify", "joint_file_form", "joint_sign_form"} & set(walk.facts.duties)
    assert third(district) not in {m.unit for m in walk.facts.present}, "called by what nobody decided"
    assert not any(holder == third(district) for _, holder in joint.owed_by(walk.facts.subject))
    report = joint.view(walk.number, walk.actor("desk.dispatcher"), now=walk.now).reports[0]
    assert report.instructed_at is None
    with pytest.raises(Unknown):
        joint.visible_facts(walk.number, walk.actor("third.handler"))
    walk.do(A.INSTRUCT)
    assert walk.facts.stage is Stage.ACTIVE
    assert [str(f) for f in verify(district.code).findings] == []


def test_who_acts_in_person_needs_no_paper_and_bears_the_title_of_the_post(district: Town) -> None:
    walk = JointWalk(district, LINKAGE, Walk(district)).begin().along(A.REPORT)
    walk.do(A.INSTRUCT, leader="市长")
    view = joint.view(walk.number, walk.actor("desk.dispatcher"), now=walk.now)
    assert view.reports[0].instruction_by == "区领导"
    assert view.instructions == ()
    assert "instruction_verify" not in walk.facts.duties


def test_what_waits_to_be_confirmed_outlives_what_it_was_about(district: Town) -> None:
    walk = JointWalk(district, LINKAGE, Walk(district)).begin().along(A.REPORT)
    walk.instructed()
    walk.case.do("withdraw")
    walk.do(A.DISSOLVE)
    assert "instruction_verify" in walk.facts.duties
    walk.do(A.DENY)
    assert walk.facts.stage is Stage.DISSOLVED
    assert walk.facts.duties == {}


def test_a_second_instruction_waits_beside_the_first(district: Town) -> None:
    walk = JointWalk(district, LINKAGE, Walk(district)).begin().along(A.REPORT)
    walk.instructed()
    walk.do(A.REPORT)
    walk.instructed(reference="区政办批〔2025〕13号")
    walk.do(A.VERIFY)
    assert "instruction_verify" in walk.facts.duties, "the first was not confirmed with it"
    walk.do(A.VERIFY)
    assert "instruction_verify" not in walk.facts.duties


def test_where_the_leader_has_left_the_successor_confirms(district: Town) -> None:
    from bihuan.organisations import commands as organisations
    from tests.towns import FOUNDER

    walk = JointWalk(district, LINKAGE, Walk(district)).begin().along(A.REPORT)
    walk.instructed()
    gone = walk.now.date()
    organisations.dismiss(
        account=f"{district.code}.leaders.leader", unit=f"{district.code}.leaders", post="leader", until_on=gone,
        actor=FOUNDER, now=walk.now,
    )  # fmt: skip
    walk.case.later(hours=1)
    walk.do(A.VERIFY, by="leaders.second")
    assert "instruction_verify" not in walk.facts.duties


def test_an_instruction_is_of_today_or_before_and_its_scan_is_a_picture(district: Town) -> None:
    walk = JointWalk(district, LINKAGE, Walk(district)).begin().along(A.REPORT)
    tomorrow = (walk.now + timedelta(days=1)).date().isoformat()
    with pytest.raises(Refused, match="不能晚于今天"):
        walk.instructed(issued_on=tomorrow)
    with pytest.raises(Refused, match="在任"):
        walk.instructed(leader_account=f"{district.code}.lead.head")
    dispatcher = walk.actor("desk.dispatcher")
    sound = attachments.store(
        jurisdiction=district.code, name="批示.wav", data=spoken(), actor=dispatcher, now=walk.now
    )
    with pytest.raises(Refused, match="应为图片或 PDF") as refused:
        walk.instructed(scan=(sound.id,))
    assert refused.value.refusal.field == "scan"
    assert entered(district, dispatcher, walk.now)["scan"]
    to_concluded(walk.do(A.INSTRUCT) and walk)


@pytest.mark.clause("HN-3.2b")
def test_no_part_of_an_instruction_that_makes_a_matter_a_key_one_may_be_missing(huainan: Town) -> None:
    walk = MatterWalk(huainan).with_overdue_case().along(M.REPORT, M.REGISTER)
    for part in ("leader", "issued_on", "reference", "instruction", "attachments"):
        nothing = {"issued_on": None, "attachments": ()}.get(part, "")
        with pytest.raises(Refused) as refused:
            walk.instructed(**{part: nothing})
        assert refused.value.refusal.field == part
        assert pack("huainan-2021-55").cite(refused.value.refusal.norm).clause_id == "HN-3.2b"
    walk.instructed()
    assert ("instruction_verify", f"{huainan.code}.supervision") in joint.owed_by(walk.facts.subject)
    with pytest.raises(Refused):
        walk.do(M.VERIFY, by="office.list_keeper")
    walk.do(M.VERIFY)
    assert "instruction_verify" not in walk.facts.duties
    assert [str(f) for f in verify(huainan.code).findings] == []


@pytest.mark.clause("HN-3.2b")
def test_a_matter_whose_instruction_is_denied_weighs_what_it_weighed_before(huainan: Town) -> None:
    fresh = MatterWalk(huainan).with_overdue_case().along(M.REPORT, M.REGISTER).instructed()
    fresh.do(M.DENY)
    assert (fresh.facts.stage, fresh.facts.matter_class) == (Weighed.LISTED, None)
    assert "list_classify" in fresh.facts.duties
    fresh.do(M.CLASSIFY)

    before = MatterWalk(huainan, fresh.now).with_overdue_case().along(M.REPORT, M.REGISTER).classified(MatterClass.KEY)
    before.along(M.ASSIGN, M.SIGN_IN).instructed("special")
    assert before.facts.matter_class is MatterClass.SPECIAL
    before.do(M.DENY, by="office.list_director")
    assert (before.facts.stage, before.facts.matter_class) == (Weighed.HANDLING, MatterClass.KEY)
    assert [str(f) for f in verify(huainan.code).findings] == []


@pytest.mark.clause("HN-2.3a", "HN-3.2b")
def test_what_an_instruction_makes_lighter_is_struck_off_once_that_is_confirmed(huainan: Town) -> None:
    """Whoever keeps the list takes no key matter from the supervision body by an instruction that nobody gave."""
    walk = MatterWalk(huainan).with_overdue_case().along(M.REPORT, M.REGISTER).classified(MatterClass.KEY)
    walk.along(M.ASSIGN, M.SIGN_IN).instructed("general")
    walk.along(M.DRAFT_FEEDBACK, M.SUBMIT_FEEDBACK, M.CONFIRM)
    with pytest.raises(Refused, match="调低分类所凭的批示还没有核实") as refused:
        walk.do(M.STRIKE_OFF)
    assert refused.value.refusal.norm == norms.LIST_KEY_BASIS
    walk.do(M.DENY)
    with pytest.raises(Refused, match="重点事项没有督查记录，不能销号"):
        walk.do(M.STRIKE_OFF)

    other = MatterWalk(huainan, walk.now).with_overdue_case().along(M.REPORT, M.REGISTER)
    other.classified(MatterClass.KEY).along(M.ASSIGN, M.SIGN_IN).instructed("general")
    other.along(M.DRAFT_FEEDBACK, M.SUBMIT_FEEDBACK, M.CONFIRM, M.VERIFY, M.STRIKE_OFF)
    assert other.facts.stage == Weighed.STRUCK_OFF
    assert [str(f) for f in verify(huainan.code).findings] == []


@pytest.mark.clause("HN-3.2b")
def test_a_key_matter_becomes_a_general_one_by_a_whole_instruction_alone(huainan: Town) -> None:
    walk = MatterWalk(huainan).with_overdue_case().along(M.REPORT, M.REGISTER)
    walk.do(M.CLASSIFY, matter_class="key", key_basis="meeting", reference="会商纪要〔2025〕第3期")
    walk.along(M.ASSIGN, M.SIGN_IN)
    with pytest.raises(Refused, match="不再列为重点"):
        walk.do(M.CLASSIFY, matter_class="general")
    for part in ("leader", "issued_on", "reference", "instruction", "attachments"):
        with pytest.raises(Refused) as refused:
            walk.instructed("general", **{part: {"issued_on": None, "attachments": ()}.get(part, "")})
        assert refused.value.refusal.field == part
    walk.instructed("general")
    assert walk.facts.matter_class is MatterClass.GENERAL
    assert {"key_paper", "instruction_verify"} <= set(walk.facts.duties), "the minutes of the meeting are owed still"
    walk.do(M.DENY, by="office.list_director")
    assert (walk.facts.matter_class, walk.facts.paperless) == (MatterClass.KEY, True)
    walk.do(M.ADD_KEY_PAPER)
    assert "key_paper" not in walk.facts.duties
    assert [str(f) for f in verify(huainan.code).findings] == []


@pytest.mark.clause("HN-3.2b")
def test_the_minutes_of_a_meeting_are_owed_until_they_stand_with_the_matter(huainan: Town) -> None:
    walk = MatterWalk(huainan).with_overdue_case().along(M.REPORT, M.REGISTER)
    walk.do(M.CLASSIFY, matter_class="key", key_basis="meeting", reference="会商纪要〔2025〕第3期")
    assert walk.facts.paperless
    assert "key_paper" in walk.facts.duties
    walk.do(M.ADD_KEY_PAPER)
    assert not walk.facts.paperless
    assert "key_paper" not in walk.facts.duties
    with pytest.raises(Refused):
        walk.do(M.ADD_KEY_PAPER)


@pytest.mark.clause("WD-4e")
def test_a_denied_designation_waits_for_the_district_again_and_frees_whoever_has_the_case(district: Town) -> None:
    town = with_determiners(district)
    walk = determination_at(Determined.REPORTED, town)
    walk.designated(unit=third(town))
    walk.do(D.DENY)
    assert walk.facts.stage is Determined.REPORTED
    assert {"district_designation"} == set(walk.facts.duties) - {"determination_contact"}
    assert walk.facts.unit == ""
    assert third(town) not in walk.facts.parts["party"]

    walk.designated(unit=third(town))
    walk.do(D.ASSIGN)
    assert walk.case.facts.designated
    walk.do(D.DENY)
    assert walk.facts.stage is Determined.FOLLOW_UP
    assert not walk.case.facts.designated, "the unit may return the case"
    walk.case.do("request_return", by="third.handler")
    assert [str(f) for f in verify(town.code).findings] == []

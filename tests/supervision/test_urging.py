"""催办: whoever supervises urges a unit about what it owes, and the unit replies or does it."""

from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases import queries as cases
from bihuan.cases.types import Act as CaseAct
from bihuan.clockwork.commands import sweep
from bihuan.duties import queries as duties
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Overtaken, Refused, Unknown
from bihuan.matters.types import Stage as MatterStage
from bihuan.policy import norms
from bihuan.record import queries as record
from bihuan.supervision import commands
from bihuan.supervision import queries as supervision
from bihuan.supervision.types import Kind, UrgeStage
from bihuan.supervision.types.forms import UrgeSelected
from tests.joint.walks import JointWalk
from tests.joint.walks import Kind as Joint
from tests.matters.walks import walk_to as matter_at
from tests.supervision.walks import A, UrgeWalk, walk_to, with_supervisors
from tests.towns import Town, end_unit, found, found_desk, settle
from tests.vetting.edits import off
from tests.walks import TO_HANDLING, SecretWalk, Walk

OWED = "urge_reply"


def owed(subject: str) -> list[tuple[str, str]]:
    """Kind and holder of what is owed on a subject."""
    return [(kind, holder) for kind, holder, _ in duties.owed_on([subject])[subject]]


def handle(case: Walk) -> int:
    """The duty to answer the request."""
    return next(one.id for one in duties.standing_on(case.facts.subject) if one.kind == "handle")


def late(walk: UrgeWalk) -> UrgeWalk:
    """The reply is overdue."""
    walk.case.later(days=7)
    return walk


@pytest.mark.clause("WD-6.1a")
def test_a_late_case_is_urged_by_whoever_supervises_and_did_not_see_it(district: Town) -> None:
    case = Walk(district).along(*TO_HANDLING).later(days=40)
    offices = district.actor("offices.supervisor", case.now)
    with pytest.raises(Unknown):
        cases.visible_facts(case.number, offices)
    before = duties.owed_on([case.facts.subject])
    walk = UrgeWalk(district, case).begin()
    urge = walk.facts
    assert (urge.issuer, urge.unit, urge.stage) == (f"{district.code}.offices", district.unit, UrgeStage.SENT)
    assert owed(urge.subject) == [(OWED, district.unit)]
    assert cases.visible_facts(case.number, offices).number == case.number
    assert duties.owed_on([case.facts.subject]) == before, "nothing restarts a clock"
    assert urge.number in record.events(case.facts.subject)[-1].sentence
    walk.do(A.REPLY, by="unit.deputy", expected_on=walk.now.date().isoformat())
    assert walk.facts.stage == UrgeStage.REPLIED
    assert duties.owed_on([case.facts.subject]) == before
    assert "回复催办" in record.events(case.facts.subject)[-1].sentence
    assert verify().findings == ()


def test_what_was_urged_and_is_done_wants_no_reply(district: Town) -> None:
    case = Walk(district).along(*TO_HANDLING)
    walk = UrgeWalk(district, case).begin(by="desk.supervisor", duty=handle(case))
    walk.case.along(CaseAct.ANSWER)
    assert walk.facts.stage == UrgeStage.SENT
    walk.case.do(CaseAct.SIGN_OFF)
    assert walk.facts.stage == UrgeStage.SETTLED
    assert duties.done_on([walk.facts.subject])[walk.facts.subject] == [f"{OWED}:met"]
    assert record.events(walk.facts.subject)[-1].at == walk.case.now


def test_what_was_settled_after_the_reply_was_due_was_replied_to_late(district: Town) -> None:
    case = Walk(district).along(*TO_HANDLING)
    walk = late(UrgeWalk(district, case).begin(duty=handle(case)))
    walk.case.along(CaseAct.ANSWER, CaseAct.SIGN_OFF)
    assert duties.done_on([walk.facts.subject])[walk.facts.subject] == [f"{OWED}:late"]


def test_whoever_gives_a_case_back_is_not_urged_about_it_any_more(district: Town) -> None:
    case = Walk(district).along(CaseAct.REGISTER, CaseAct.DISPATCH)
    walk = UrgeWalk(district, case).begin(duty=handle(case))
    walk.case.along(CaseAct.REQUEST_RETURN, CaseAct.APPROVE_RETURN)
    assert walk.facts.stage == UrgeStage.LAPSED
    assert owed(walk.facts.subject) == []


def test_an_urge_makes_nobodys_form_stale(district: Town) -> None:
    """The handler opened the page before somebody urged them: what they typed goes in."""
    walk = UrgeWalk(district, Walk(district).along(*TO_HANDLING))
    seen = walk.case.facts.version
    walk.begin()
    assert walk.case.facts.version == seen + 1
    walk.case.do(CaseAct.RECORD_CONTACT, version=seen)
    with pytest.raises(Overtaken):
        walk.case.do(CaseAct.ANSWER, version=seen)
    with pytest.raises(Overtaken):
        walk.case.do(CaseAct.ANSWER, version=walk.case.facts.version + 1)


def test_urged_again_once_the_reply_is_overdue(district: Town) -> None:
    walk = UrgeWalk(district, Walk(district)).begin()
    with pytest.raises(Refused, match="还没有到回复时限"):
        walk.do(A.REPEAT)
    with pytest.raises(Refused, match=walk.number):
        UrgeWalk(district, walk.case).begin()
    before = duties.owed_on([walk.facts.subject])
    late(walk).do(A.REPEAT)
    assert walk.facts.times == 2
    assert duties.owed_on([walk.facts.subject]) == before
    assert "第2次" in record.events(walk.case.facts.subject)[-1].sentence


def test_after_a_reply_somebody_may_urge_anew(district: Town) -> None:
    walk = UrgeWalk(district, Walk(district)).begin().along(A.REPLY)
    again = UrgeWalk(district, walk.case).begin()
    assert again.number != walk.number


@pytest.mark.parametrize("who", ["unit.head", "desk.dispatcher", "leaders.leader"])
def test_nobody_else_urges(who: str, district: Town) -> None:
    with pytest.raises(Refused) as refused:
        UrgeWalk(district, Walk(district)).begin(by=who)
    assert refused.value.refusal.norm == norms.SUPERVISE_URGE


def test_what_is_elsewhere_answers_like_what_does_not_exist(district: Town) -> None:
    elsewhere = Walk(found("we", "wendeng-2021-10", prefix="WE")).along(*TO_HANDLING)
    walk = UrgeWalk(district, Walk(district).along(*TO_HANDLING))
    told = set()
    for subject in (f"case:{elsewhere.number}", "case:WX0", "nothing:1", "urging:1", ""):
        fields = {"subject": subject or "WX0"}
        with pytest.raises(Refused) as refused:
            walk.begin(**fields)
        assert refused.value.refusal.field == "subject"
        told.add(refused.value.refusal.reason)
    assert len(told) == 1
    mine = duties.standing_on(f"case:{elsewhere.number}")[0]
    with pytest.raises(Refused) as refused:
        walk.begin(duty=mine.id)
    assert refused.value.refusal.field == "duty"


def test_a_desk_urges_about_what_it_took_in_alone(district: Town) -> None:
    """Another desk's case answers like one that does not exist, to it; not to whoever supervises all."""
    found_desk(district.code, "second")
    case = Walk(district).along(*TO_HANDLING)
    settle(district.code, f"{district.code}.second", "second.supervisor", "supervisor")
    with pytest.raises(Refused) as refused:
        UrgeWalk(district, case).begin(by="second.supervisor")
    assert refused.value.refusal.field == "subject"


def test_whoever_is_complained_of_in_secret_takes_nothing_up(district: Town) -> None:
    case = SecretWalk(district)
    case.do(CaseAct.REGISTER, accused=[f"{district.code}.offices"])
    case.along(CaseAct.DISPATCH)
    with pytest.raises(Refused) as refused:
        UrgeWalk(district, case).begin()
    assert refused.value.refusal.field == "subject"


def test_a_number_alone_will_do(district: Town) -> None:
    case = Walk(district).along(*TO_HANDLING)
    assert UrgeWalk(district, case).begin(subject=case.number).facts.of_case == case.number


def test_joint_handling_is_urged_too(district: Town) -> None:
    joint = JointWalk(district, Joint.LINKAGE, Walk(district)).begin()
    walk = UrgeWalk(district, joint.case).begin(subject=f"linkage:{joint.number}")
    assert walk.facts.about[0].subject == f"linkage:{joint.number}"
    assert walk.facts.of_case == joint.case.number
    assert district.supervision in joint.facts.parts["supervision"]


def test_many_at_once_each_with_its_result(district: Town) -> None:
    cases_ = [Walk(district).along(*TO_HANDLING) for _ in range(3)]
    now = cases_[-1].later(days=40).now
    done = UrgeWalk(district, cases_[0]).begin(by="desk.supervisor")
    ids = [duties.standing_on(case.facts.subject)[0].id for case in cases_]
    fields = UrgeSelected(duties=(*ids, 999_999), demand="请抓紧办理。")
    sent = commands.urge_selected(fields=fields, actor=district.actor("desk.supervisor", now), now=now)
    assert [one.done for one in sent] == [done.facts.about[0].duty != ids[0], True, True, False]
    assert {one.subject for one in sent[:3]} == {case.facts.subject for case in cases_}
    assert sent[-1].subject == ""
    assert verify().findings == ()


def test_the_clock_urges_in_the_name_of_a_unit(district: Town) -> None:
    case = Walk(district).along(*TO_HANDLING)
    duty = duties.standing_on(case.facts.subject)[0].id
    clock = Actor.clockwork(district.code)
    done = commands.urge(duty=duty, by=district.desk, demand="任务已到期，请办理并回复。", actor=clock, now=case.now)
    urge = supervision.facts(Kind.URGE, done.number)
    assert (urge.issuer, urge.unit) == (district.desk, district.unit)
    with pytest.raises(Unknown):
        commands.urge(duty=duty, by=district.unit, demand="不行。", actor=clock, now=case.now)


@pytest.mark.clause("HN-3.3")
def test_a_listed_matter_is_urged_by_whoever_supervises(huainan: Town) -> None:
    matter = matter_at(MatterStage.HANDLING, huainan)
    case = Walk(huainan, matter.now, number=matter.facts.case)
    walk = UrgeWalk(huainan, case).begin(by="supervision.supervisor", subject=f"matter:{matter.number}")
    assert walk.facts.unit == huainan.unit
    assert owed(walk.facts.subject) == [(OWED, huainan.unit)]


def test_the_sweep_ends_what_no_act_ended(district: Town) -> None:
    """The unit ends and another follows: it replies in its place; where none does, nobody replies."""
    follows, ends = UrgeWalk(district, Walk(district)).begin(), UrgeWalk(district, Walk(district)).begin()
    assert follows.facts.unit == ends.facts.unit == district.unit
    end_unit(district, district.unit, follows.now, successor=district.other)
    sweep(district.code, follows.now + timedelta(minutes=1))
    assert follows.facts.unit == district.other
    assert owed(follows.facts.subject) == [(OWED, district.other)]
    assert verify().findings == ()


def test_a_unit_that_nobody_follows_owes_no_reply(district: Town) -> None:
    walk = UrgeWalk(district, Walk(district)).begin()
    end_unit(district, district.unit, walk.now)
    sweep(district.code, walk.now + timedelta(minutes=1))
    assert walk.facts.stage == UrgeStage.LAPSED
    assert owed(walk.facts.subject) == []


def test_a_regulation_without_it_knows_no_urges(huainan: Town, somewhere: object) -> None:
    town = with_supervisors(somewhere(off("supervise.urge")))  # type: ignore[operator]
    with pytest.raises(Refused, match="没有“催办”这一环节"):
        UrgeWalk(town, Walk(town)).begin(by="desk.supervisor")


def test_what_is_overdue_is_shown_oldest_first(district: Town) -> None:
    first = Walk(district).along(*TO_HANDLING)
    second = Walk(district, first.now + timedelta(hours=3)).along(*TO_HANDLING)
    now = second.later(days=40).now
    desk = district.actor("desk.supervisor", now)
    rows = supervision.overdue(desk, now=now)
    numbers = [row.number for row in rows]
    assert {first.number, second.number} <= set(numbers)
    assert [row.duty.due_at for row in rows] == sorted(row.duty.due_at for row in rows)
    assert all(row.duty.holder == district.unit for row in rows)
    page = supervision.overdue(desk, now=now, limit=1)
    onward = supervision.overdue(desk, now=now, after=(page[0].duty.due_at, page[0].duty.id))
    assert [row.duty.id for row in (*page, *onward)] == [row.duty.id for row in rows]
    assert supervision.overdue(district.actor("offices.supervisor", now), now=now) == []
    urged = UrgeWalk(district, first).begin(
        by="desk.supervisor", duty=rows[0].duty.id if numbers[0] == first.number else None
    )
    told = {row.duty.id: row.urged for row in supervision.overdue(desk, now=now)}
    assert urged.facts.about[0].duty is not None
    assert (told[urged.facts.about[0].duty] or urged).number == urged.number


@pytest.mark.parametrize("stage", UrgeStage)
def test_who_sees_an_urge(stage: UrgeStage, district: Town) -> None:
    walk = walk_to(stage, district)
    for short in ("offices.supervisor", "unit.handler"):
        assert supervision.view(walk.number, walk.actor(short), now=walk.now, kind=walk.facts.kind).facts.number
    for short in ("other.handler", "desk.dispatcher"):
        with pytest.raises(Unknown):
            supervision.view(walk.number, walk.actor(short), now=walk.now, kind=walk.facts.kind)

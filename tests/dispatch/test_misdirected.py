"""What the desk sent to the wrong unit: taken back before it signs, or given to another, wherever that can be."""

from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases import commands as moves
from bihuan.cases import queries as cases
from bihuan.cases.types import Act, DutyKind, Part, Stage, at_work
from bihuan.duties.models import Duty
from bihuan.joint.jobs import dissolve_stranded
from bihuan.joint.models import Undertaking
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.record.queries import events
from tests.determination.walks import case_ready_for
from tests.towns import Town
from tests.walks import Walk, led_by_a_town, walk_to

MISDIRECTED = (Stage.DISPATCHED, Stage.HANDLING, Stage.RETURN_REVIEW, Stage.REWORK)


def _outcomes(walk: Walk, holder: str) -> dict[str, str]:
    """What became of the duties of a unit on the case."""
    done = Duty.objects.filter(subject=f"case:{walk.number}", holder=holder, discharged_at__isnull=False)
    return dict(done.order_by("id").values_list("kind", "outcome"))


def test_a_dispatch_is_taken_back_before_it_is_signed_for(wendeng: Town) -> None:
    walk = Walk(wendeng).along(Act.REGISTER)
    due = walk.facts.duties[DutyKind.DISPATCH]
    walk.along(Act.DISPATCH, Act.RECALL)
    case = walk.facts
    assert (case.stage, case.lead, case.returns, case.designated) == (Stage.TRIAGE, None, 0, False)
    assert set(case.duties) == {DutyKind.DISPATCH}
    assert case.duties[DutyKind.DISPATCH] >= due, "it is owed until when it was owed before"
    assert set(_outcomes(walk, wendeng.unit).values()) == {"waived"}, "nothing of it is the unit's"
    with pytest.raises(Unknown):
        cases.visible_facts(walk.number, walk.actor("unit.handler"))
    told = events(f"case:{walk.number}")[-1]
    assert (told.kind, told.facts["wrong_dispatch"], told.facts["unit"]) == ("case.recalled", True, wendeng.unit)
    walk.do(Act.DISPATCH, lead=wendeng.other)
    assert walk.facts.lead == wendeng.other


def test_whoever_takes_back_late_still_has_an_hour_to_dispatch(wendeng: Town) -> None:
    walk = Walk(wendeng).along(Act.REGISTER, Act.DISPATCH)
    walk.later(days=3).do(Act.RECALL, reason="核实后不属该单位。")
    assert walk.facts.duties[DutyKind.DISPATCH] >= walk.now + timedelta(hours=1)
    assert set(_outcomes(walk, wendeng.unit).values()) == {"waived"}, "late by the desk's error and not its own"


def test_after_ten_minutes_a_reason_is_wanted(wendeng: Town) -> None:
    walk = Walk(wendeng).along(Act.REGISTER, Act.DISPATCH).later(minutes=1)
    with pytest.raises(Refused) as refused:
        walk.do(Act.RECALL)
    assert (refused.value.refusal.norm.name, refused.value.refusal.field) == ("dispatch.misdirected", "reason")


def test_what_is_signed_for_is_not_taken_back(wendeng: Town) -> None:
    walk = walk_to(Stage.HANDLING, wendeng)
    with pytest.raises(Refused, match="当前阶段"):
        walk.do(Act.RECALL)


@pytest.mark.parametrize("stage", MISDIRECTED)
def test_the_desk_gives_the_case_to_another_unit(stage: Stage, wendeng: Town) -> None:
    walk = walk_to(stage, wendeng)
    before, began = walk.facts, walk.now
    walk.do(Act.REDISPATCH)
    case = walk.facts
    assert (case.stage, case.lead, case.returns) == (Stage.DISPATCHED, wendeng.other, 0)
    assert (case.first_receiver, case.registered_at) == (wendeng.unit, before.registered_at)
    assert set(case.duties) == {DutyKind.SIGN_IN, DutyKind.HANDLE}, "the new unit owes what a unit owes at first"
    assert case.duties[DutyKind.HANDLE] > began
    assert not Duty.objects.filter(subject=case.subject, holder=wendeng.unit, discharged_at__isnull=True).exists(), (
        "the former one owes nothing any more"
    )
    assert (case.assigned_at, case.signed_in_at, case.contacted_at) == (walk.now, None, None)
    told = events(case.subject)[-1]
    assert (told.kind, told.facts["unit"], told.facts["lead"]) == ("case.redispatched", wendeng.unit, wendeng.other)
    assert "reason" in (told.private or {})
    participants = cases.view(walk.number, walk.actor("desk.caller"), now=walk.now).participants
    assert [(p.unit, p.departure) for p in participants if p.part == Part.LEAD] == [
        (wendeng.unit, "replaced"),
        (wendeng.other, ""),
    ]
    assert verify().clean
    walk.do(Act.SIGN_IN, by="other.handler")
    walk.do(Act.ANSWER, by="other.handler")


def test_from_a_return_under_review_the_decision_is_made_and_nobody_is_blamed(wendeng: Town) -> None:
    walk = walk_to(Stage.RETURN_REVIEW, wendeng)
    walk.later(days=30).do(Act.REDISPATCH)
    assert _outcomes(walk, wendeng.desk)[DutyKind.RETURN_DECISION] == "late"
    assert _outcomes(walk, wendeng.unit)[DutyKind.HANDLE] == "waived", "what it could not keep was not its to do"


def test_who_let_its_time_run_out_is_not_let_off_by_another_getting_the_case(wendeng: Town) -> None:
    walk = walk_to(Stage.HANDLING, wendeng).later(days=30)
    walk.do(Act.REDISPATCH)
    assert _outcomes(walk, wendeng.unit)[DutyKind.HANDLE] == "unmet"
    assert walk.facts.duties[DutyKind.HANDLE] > walk.now, "the new unit has its whole time"


def test_the_former_lead_reads_what_it_did_until_the_day_ends_and_does_nothing(wendeng: Town) -> None:
    walk = walk_to(Stage.HANDLING, wendeng)
    walk.do(Act.REDISPATCH)
    former = walk.actor("unit.handler")
    seen = cases.visible_facts(walk.number, former)
    assert wendeng.unit not in at_work(seen.parts), "nor does it see who asks"
    with pytest.raises(Refused):
        walk.do(Act.RECORD_CONTACT)
    moves.end_former(wendeng.code, walk.now)
    cases.visible_facts(walk.number, former)
    walk.later(days=1)
    assert moves.end_former(wendeng.code, walk.now) == 1
    with pytest.raises(Unknown):
        cases.visible_facts(walk.number, former)


def test_a_case_may_come_back_and_go_again_on_one_day(wendeng: Town) -> None:
    walk = walk_to(Stage.DISPATCHED, wendeng)
    walk.do(Act.REDISPATCH)
    walk.do(Act.REDISPATCH, lead=wendeng.unit)
    walk.do(Act.REDISPATCH)
    assert walk.facts.lead == wendeng.other


def test_it_goes_to_another_unit(wendeng: Town) -> None:
    walk = walk_to(Stage.HANDLING, wendeng)
    with pytest.raises(Refused) as refused:
        walk.do(Act.REDISPATCH, lead=wendeng.unit)
    assert refused.value.refusal.field == "lead"


def test_what_is_asked_for_has_no_object_any_more(wendeng: Town) -> None:
    walk = walk_to(Stage.HANDLING, wendeng)
    walk.along(Act.REQUEST_EXTENSION, Act.REQUEST_TERMINATION, Act.REDISPATCH)
    walk.do(Act.SIGN_IN, by="other.handler")
    with pytest.raises(Refused, match="没有待审批的延期申请"):
        walk.do(Act.APPROVE_EXTENSION)


@pytest.mark.parametrize("act", [Act.LINK, Act.WHISTLE])
def test_joint_handling_dissolves(act: Act, wendeng: Town) -> None:
    whistled = act is Act.WHISTLE
    walk = led_by_a_town(wendeng) if whistled else walk_to(Stage.HANDLING, wendeng)
    walk.do(act, by="township.handler" if whistled else None)
    walk.do(Act.REDISPATCH, lead=wendeng.unit if whistled else wendeng.township)
    assert not {DutyKind.LINKAGE_FORM, DutyKind.WHISTLE_FORM} & set(walk.facts.duties)
    assert set(walk.facts.parts) & {Part.CO, Part.RESPONDER} == set(), "whoever helped takes no part any more"
    assert dissolve_stranded(wendeng.code, walk.now) == 1
    assert Undertaking.objects.get(case_id=walk.number).stage == "dissolved"
    assert verify().clean


@pytest.mark.clause("WD-2.1d")
def test_a_designated_lead_is_changed_by_the_desk_and_that_is_told(wendeng: Town) -> None:
    walk = Walk(wendeng).along(Act.REGISTER)
    walk.do(Act.DISPATCH, co_units=[wendeng.other])
    walk.do(Act.REDISPATCH, lead=wendeng.township)
    assert "指定首接单位" in events(f"case:{walk.number}")[-1].sentence
    assert (walk.facts.designated, walk.facts.parts.get(Part.CO)) == (False, None)


def test_whom_a_determination_named_only_a_determination_changes(wendeng: Town) -> None:
    from bihuan.cases.stages import TABLE

    row = TABLE.row(Stage.ADJUDICATING, Act.ASSIGN_DETERMINED)
    walk = case_ready_for(row, wendeng)
    assert walk is not None
    walk.do(Act.ASSIGN_DETERMINED)
    for act in (Act.RECALL, Act.REDISPATCH):
        with pytest.raises(Refused) as refused:
            walk.do(act, reason="换一个单位。")
        assert refused.value.refusal.norm.name == "return.barred-for-adjudicated-lead"

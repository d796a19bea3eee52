"""重点办件: marked by what shows whence it came, looked after by whoever supervises, whom nobody else lets off."""

import io
import wave
from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.commands import LIFE
from bihuan.cases.types import DUTIES, Act, DutyKind, Part, Stage
from bihuan.clockwork.commands import sweep
from bihuan.duties import queries as duties
from bihuan.duties.models import Duty
from bihuan.joint.types import Kind as JointKind
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.policy import loader, norms
from bihuan.policy.calendar import ZONE
from bihuan.record import queries as record
from bihuan.supervision import queries
from bihuan.supervision.models import Directive, KeyMark
from bihuan.supervision.types import Kind
from tests.cases.test_bodies_accused import another
from tests.duties.test_ladder import take
from tests.joint.walks import JointWalk
from tests.supervision.test_ladder import sent
from tests.supervision.test_shipped_ladders import CONTACTED, day_by_day, late
from tests.supervision.test_urging import owed
from tests.supervision.walks import ColouredWalk, a_working_day, with_supervisors
from tests.town_fixtures import Founding
from tests.towns import Town, end_unit
from tests.vetting.edits import put
from tests.walks import TO_CALLBACK, TO_HANDLING, A, KeyWalk, Walk, office_day

SUPERVISE, FEEDBACK = DutyKind.KEY_SUPERVISE, DutyKind.KEY_FEEDBACK


def blocking(somewhere: Founding) -> Town:
    """A town in which a case of the media is closed after the supervision body told what it found."""
    label = 'label = "媒体问政栏目曝光"\n'
    return with_supervisors(somewhere(put(label, f"{label}blocks = true\n")))


def holders(walk: Walk, kind: str) -> list[str]:
    """Who owes that on the case."""
    return sorted(holder for owing, holder in owed(walk.facts.subject) if owing == kind)


@pytest.mark.clause("A1-5")
def test_a_mark_lets_the_supervision_body_in_and_changes_no_clock(district: Town) -> None:
    walk = Walk(district).along(*TO_HANDLING)
    offices = district.actor("offices.supervisor", walk.now)
    with pytest.raises(Unknown):
        LIFE.see(walk.number, offices)
    before = duties.owed_on([walk.facts.subject])[walk.facts.subject]
    walk.do(A.MARK_KEY)
    after = duties.owed_on([walk.facts.subject])[walk.facts.subject]
    assert {one for one in after if one[0] != SUPERVISE} == {*before}, "the mark changes no clock"
    assert holders(walk, SUPERVISE) == [f"{district.code}.offices"]
    assert LIFE.see(walk.number, offices).key
    (told,) = [e for e in record.events(walk.facts.subject) if e.kind == "supervision.key-marked"]
    assert told.clause == "A1-5"
    assert "媒体问政栏目曝光（《行风热线》2025年第9期" in told.sentence
    assert verify(district.code).findings == ()


def test_what_it_came_with_is_asked_for_by_class(district: Town) -> None:
    walk = Walk(district).along(*TO_HANDLING)
    for left_out, said in (("document", ""), ("received_on", None), ("scan", [])):
        with pytest.raises(Refused) as refused:
            walk.do(A.MARK_KEY, **{left_out: said})
        assert refused.value.refusal.field == left_out
    with pytest.raises(Refused) as refused:
        walk.do(A.MARK_KEY, received_on=(walk.now + timedelta(days=1)).date().isoformat())
    assert refused.value.refusal.field == "received_on"
    with pytest.raises(Refused, match="规定列出的"):
        walk.do(A.MARK_KEY, key_class="rumour")
    assert not walk.facts.key
    assert not KeyMark.objects.exists()
    walk.do(A.MARK_KEY)
    with pytest.raises(Refused, match="已经列为"):
        walk.do(A.MARK_KEY)
    walk.do(A.MARK_KEY, key_class="gov_cn", document="中国政府网留言第3号")
    assert holders(walk, SUPERVISE) == [f"{district.code}.offices"], "one look is owed for both"


def test_a_scan_that_is_no_picture_marks_nothing(district: Town) -> None:
    walk = Walk(district).along(*TO_HANDLING)
    sound = io.BytesIO()
    with wave.open(sound, "wb") as said:
        said.setparams((1, 2, 8000, 0, "NONE", ""))
        said.writeframes(bytes(1600))
    recording = walk.scan(walk.actor("desk.registrar"), sound.getvalue(), "来源.wav")
    with pytest.raises(Refused, match="图片或 PDF"):
        walk.do(A.MARK_KEY, scan=[recording])
    assert not walk.facts.key


def test_what_a_superior_body_ordered_in_a_colour_is_shown_by_the_order(district: Town) -> None:
    case, other = Walk(district).along(*TO_HANDLING), Walk(district).along(*TO_HANDLING)
    order = ColouredWalk(district, case).begin().number
    by_order = {"key_class": "superior", "document": "", "received_on": None, "by": "offices.supervisor"}
    with pytest.raises(Refused) as refused:
        case.do(A.MARK_KEY, **by_order)
    assert refused.value.refusal.field == "order"
    case.do(A.MARK_KEY, **by_order, order=order)
    assert queries.key_case(case.number)[0][0].order == order
    other.do(A.MARK_KEY)
    with pytest.raises(Refused, match="所涉的不是本件"):
        other.do(A.MARK_KEY, **by_order, order=order)
    with pytest.raises(Refused, match=f"没有{order}"):
        other.do(A.MARK_KEY, **{**by_order, "by": "desk.registrar"}, order=order)
    assert verify(district.code).findings == ()


def test_looks_follow_each_other_until_the_case_has_ended(district: Town) -> None:
    walk = KeyWalk(district).along(*TO_HANDLING)
    next_on = a_working_day(walk.now, 3)
    walk.do(A.SUPERVISE_KEY, next_on=next_on)
    due_at = walk.facts.duties[SUPERVISE]
    assert due_at.astimezone(ZONE).date().isoformat() == next_on
    walk.along(A.ANSWER, A.SIGN_OFF, A.APPROVE)
    assert holders(walk, FEEDBACK) == [f"{district.code}.offices"], "the answer passed: what was found is told"
    assert walk.facts.duties[SUPERVISE] == due_at
    walk.along(A.RECORD_CALLBACK, A.CLOSE)
    assert {SUPERVISE, FEEDBACK} <= walk.facts.duties.keys(), "the end lets nobody off"
    walk.later(days=90)
    sweep(district.code, walk.now)
    assert walk.facts.stage is Stage.CLOSED, "what is not looked at is not put away"
    with pytest.raises(Refused) as refused:
        walk.do(A.SUPERVISE_KEY, next_on=office_day(walk.now + timedelta(days=5)))
    assert refused.value.refusal.field == "next_on"
    walk.do(A.SUPERVISE_KEY)
    assert not walk.facts.duties.keys() & {SUPERVISE, FEEDBACK}
    with pytest.raises(Refused, match="已经登记"):
        walk.do(A.SUPERVISE_KEY)
    sweep(district.code, walk.later(days=1).now)
    assert walk.facts.stage is Stage.ARCHIVED
    assert len(queries.key_case(walk.number)[1]) == 2
    assert verify(district.code).findings == ()


def test_what_is_taken_up_again_is_looked_after_again(district: Town) -> None:
    walk = KeyWalk(district).along(*TO_CALLBACK, A.RECORD_CALLBACK, A.CLOSE, A.SUPERVISE_KEY)
    assert not holders(walk, SUPERVISE)
    walk.do(A.REOPEN)
    assert holders(walk, SUPERVISE) == [f"{district.code}.offices"]
    assert verify(district.code).findings == ()


@pytest.mark.parametrize(
    ("by", "act"),
    [
        (by, act)
        for by in ("desk.registrar", "desk.dispatcher", "unit.handler")
        for act in (A.SUPERVISE_KEY, A.UNMARK_KEY)
    ],
)
def test_whoever_is_supervised_neither_looks_nor_takes_the_mark_away(district: Town, by: str, act: Act) -> None:
    walk = KeyWalk(district).along(*TO_HANDLING)
    with pytest.raises(Refused, match="督办员"):
        walk.do(act, by=by)


def test_no_act_of_others_lets_the_supervision_body_off() -> None:
    for kind in (SUPERVISE, FEEDBACK):
        assert DUTIES[kind].survives
        assert not DUTIES[kind].waived_by
        assert not [m.act for m in LIFE.table.moves if kind in (*m.lapses, *m.forfeits)]
        settling = {m.act for m in LIFE.table.moves if kind in (*m.discharges, *m.settles, *m.frees)}
        assert settling == {A.SUPERVISE_KEY, A.UNMARK_KEY}
    assert all(
        [role.part for role in m.who] == [Part.SUPERVISION]
        for m in LIFE.table.moves
        if m.act in (A.SUPERVISE_KEY, A.UNMARK_KEY)
    )


def test_with_the_last_class_nobody_owes_a_look_and_what_was_late_was_never_done(district: Town) -> None:
    walk = KeyWalk(district).along(*TO_HANDLING)
    walk.do(A.MARK_KEY, key_class="gov_cn", document="中国政府网留言第3号")
    walk.do(A.UNMARK_KEY)
    assert walk.facts.key, "it is one by another way still"
    assert holders(walk, SUPERVISE)
    walk.at(walk.facts.duties[SUPERVISE] + timedelta(days=1))
    with pytest.raises(Refused, match="没有列为这一种"):
        walk.do(A.UNMARK_KEY)
    walk.do(A.UNMARK_KEY, key_class="gov_cn")
    assert not walk.facts.key
    assert not holders(walk, SUPERVISE)
    (ended,) = Duty.objects.filter(subject=walk.facts.subject, kind=str(SUPERVISE))
    assert ended.outcome == "unmet"
    assert verify(district.code).findings == ()


def test_ladders_count_a_marked_case_and_what_stands_on_it(district: Town) -> None:
    plain, marked = Walk(district).along(*CONTACTED), KeyWalk(district).along(*CONTACTED)
    joint = JointWalk(district, JointKind.LINKAGE, KeyWalk(district)).begin()
    assert not queries.is_key(plain.facts.subject)
    assert queries.is_key(marked.facts.subject)
    assert queries.is_key(joint.facts.subject), "what is done together for a key case is key work"
    offices = f"{district.code}.offices"
    for walk in (plain, marked):
        begun = late(district, "handle", walk.number)
        take(district, begun)
    day_by_day(district, late(district, "handle", marked.number), 7)
    orders = {d.of_case: d.issuer for d in Directive.objects.filter(kind=Kind.ORDER)}
    assert orders.get(marked.number) == offices, "a key case is ordered by whoever supervises"
    assert orders.get(plain.number) != offices
    assert sent(Kind.ORDER)
    listed = queries.overdue(
        district.actor("offices.supervisor", marked.now), now=late(district, "handle", marked.number), key=True
    )
    numbers = {row.number for row in listed}
    assert marked.number in numbers
    assert plain.number not in numbers


def test_a_class_that_blocks_waits_for_what_was_found(somewhere: Founding) -> None:
    town = blocking(somewhere)
    walk = KeyWalk(town).along(*TO_CALLBACK, A.RECORD_CALLBACK)
    with pytest.raises(Refused, match="反馈以后才能办结"):
        walk.do(A.CLOSE)
    walk.along(A.SUPERVISE_KEY, A.CLOSE)
    assert walk.facts.stage is Stage.CLOSED


def test_whoever_is_not_called_back_waits_for_a_look_at_the_answer(somewhere: Founding) -> None:
    town = blocking(somewhere)
    walk = KeyWalk(town)
    walk.do(A.REGISTER, callback_wanted=False)
    walk.along(A.DISPATCH, A.SIGN_IN, A.SUPERVISE_KEY, A.ANSWER, A.SIGN_OFF)
    with pytest.raises(Refused, match="反馈以后才能办结"):
        walk.do(A.CLOSE_WITHOUT_CALLBACK)
    walk.along(A.SUPERVISE_KEY, A.CLOSE_WITHOUT_CALLBACK)
    assert walk.facts.stage is Stage.CLOSED


def test_whom_a_secret_request_complains_of_does_not_look_after_it(district: Town) -> None:
    accused = {"accused": [f"{district.code}.offices"], "secrecy_requested": True}
    walk = Walk(district)
    walk.do(A.REGISTER, **accused)
    with pytest.raises(Refused) as refused:
        walk.do(A.MARK_KEY)
    assert refused.value.refusal.norm == norms.IDENTITY_PROTECTED
    other = another(district, "offices", "supervision", ("supervisor",))
    walk.do(A.MARK_KEY)
    assert holders(walk, SUPERVISE) == [other]
    assert walk.facts.parts[str(Part.SUPERVISION)] == {other}


def test_a_body_that_ends_leaves_its_key_cases_to_whoever_follows(district: Town) -> None:
    walk = KeyWalk(district).along(*TO_HANDLING)
    other = another(district, "offices", "supervision", ("supervisor",))
    end_unit(district, f"{district.code}.offices", walk.later(days=1).now, successor=other)
    sweep(district.code, walk.later(days=1).now)
    assert holders(walk, SUPERVISE) == [other]


def test_a_regulation_that_lists_no_class_is_refused(somewhere: Founding) -> None:
    with pytest.raises(loader.Unusable, match=r"没有确立规范 supervise.key-class"):
        somewhere(put(', "supervise.key-class"]', "]"))

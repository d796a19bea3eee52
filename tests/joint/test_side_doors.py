"""What a rule asks at the front door it asks at every other: a second round, a later answer, a further department."""

import io
import wave
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from bihuan.attachments import commands as attachments
from bihuan.audit.queries import verify
from bihuan.cases.types import Act as CaseAct
from bihuan.duties import queries as duties
from bihuan.joint import queries as joint
from bihuan.joint.types import Act, DutyKind, Emergency, Kind, Stage, WhistleType
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Refused
from bihuan.organisations import commands as organisations
from bihuan.policy import norms as n
from bihuan.record.queries import events
from tests.joint.walks import JointWalk, cover, list_topic, third, to_concluded, to_signed, with_bodies
from tests.towns import FOUNDER, START, Town
from tests.walks import SecretWalk, Walk

A, C, D = Act, CaseAct, DutyKind
LINKAGE, WHISTLE = Kind.LINKAGE, Kind.WHISTLE
BOTH = pytest.mark.parametrize("kind", [LINKAGE, WHISTLE])


@pytest.fixture
def town(wendeng: Town) -> Town:
    return with_bodies(wendeng)


def begun(town: Town, kind: Kind, **fields: Any) -> JointWalk:
    """A linkage or whistle that has just begun."""
    return JointWalk(town, kind, Walk(town)).begin(**fields)


def no(norm: Norm, field: str | None, done: Callable[[], object]) -> None:
    """What is done is refused under that norm, and the field is to blame."""
    with pytest.raises(Refused) as found:
        done()
    assert (found.value.refusal.norm, found.value.refusal.field) == (norm, field), found.value.refusal.reason


def spoken() -> bytes:
    """A file that is no picture."""
    kept = io.BytesIO()
    with wave.open(kept, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(1600))
    return kept.getvalue()


def owed(it: JointWalk) -> dict[tuple[str, str], str]:
    """How each duty of each unit ended; empty while it is open; the last of a kind."""
    rows = duties.of_subject(it.facts.subject, labels={}, now=it.now)
    return {(row.kind, row.holder.rpartition(".")[2]): row.outcome for row in sorted(rows, key=lambda row: row.id)}


@BOTH
@pytest.mark.clause("WD-2.3d", "WD-3.3b")
def test_an_answer_that_was_written_before_the_form_is_held_to_it_too(town: Town, kind: Kind) -> None:
    it = begun(town, kind)
    handler, deputy = f"{it.lead}.handler", f"{it.lead}.deputy"
    to_concluded(it, resolved=False)
    it.case.do(C.ANSWER, by=handler, outcome="SOLVED", follow_up="satisfied")
    it.along(A.GRADE, A.NO_REPORT)
    it.do(A.FILE_FORM, follow_up="dissatisfied")
    it.do(A.SIGN_FORM)
    no(n.ANSWER_TRUTH_DECLARED, None, lambda: it.case.do(C.SIGN_OFF, by=deputy))
    it.case.do(C.SEND_BACK_DRAFT, by=deputy)
    it.case.do(
        C.ANSWER, by=handler, outcome="SOLVED", follow_up="satisfied", differs_because="备案后配件到货，已修复。"
    )
    it.case.do(C.SIGN_OFF, by=deputy)
    assert verify().findings == ()


@BOTH
@pytest.mark.clause("WD-2.4e", "WD-3.4e")
def test_whoever_is_asked_once_more_is_told_of_once_more(town: Town, kind: Kind) -> None:
    it = to_signed(begun(town, kind).along(A.NOTIFY))
    handler, deputy = f"{it.lead}.handler", f"{it.lead}.deputy"
    it.case.do(C.ANSWER, by=handler)
    it.case.do(C.SIGN_OFF, by=deputy)
    it.case.do(C.SEND_BACK)
    it.do(A.RENEW)
    passive = n.LINKAGE_PASSIVE if kind == LINKAGE else n.WHISTLE_PASSIVE
    no(passive, None, lambda: it.do(A.CONCLUDE))
    it.along(A.NOTIFY, A.CONCLUDE)
    assert owed(it)[D.WORK, "other"] == "unmet"
    assert owed(it)[D.REMIND, "desk"] == ""
    assert verify().findings == ()


@pytest.mark.clause("WD-3.2c")
def test_whoever_is_called_once_more_came_after_that(town: Town) -> None:
    it = to_signed(begun(town, WHISTLE))
    it.case.do(C.ANSWER, by="township.handler")
    it.case.do(C.SIGN_OFF, by="township.deputy")
    it.case.do(C.SEND_BACK)
    before = it.now
    it.do(A.RENEW)
    no(n.WHISTLE_CHECK_IN, "arrived_at", lambda: it.do(A.CHECK_IN, arrived_at=before.isoformat()))
    it.do(A.CHECK_IN)


@pytest.mark.clause("WD-3.1d")
def test_a_tough_whistle_is_one_to_which_departments_are_called(town: Town) -> None:
    it = begun(town, WHISTLE).along(A.CHECK_IN, A.FINISH, A.RAISE_TO_TOUGH)
    assert {owed(it)[D.CHECK_IN, "other"], owed(it)[D.WORK, "other"]} == {""}, "called anew"
    no(n.WHISTLE_PASSIVE, None, lambda: it.do(A.CONCLUDE, resolved=False))
    it.along(A.CHECK_IN, A.FINISH)
    it.do(A.CONCLUDE, resolved=False)
    it.do(A.RAISE_TO_KEY)
    assert it.facts.whistle_type == WhistleType.KEY
    assert verify().findings == ()


@pytest.mark.clause("WD-3.1c")
def test_an_emergency_under_a_routine_whistle_calls_within_the_half_hour_and_tells_both_offices(town: Town) -> None:
    it = begun(town, WHISTLE)
    late = it.facts.duties[D.CHECK_IN]
    it.do(A.RAISE_TO_TOUGH, off_list_reason="", emergency="accident")
    assert it.facts.emergency == Emergency.ACCIDENT
    assert it.facts.duties[D.CHECK_IN] == it.now + timedelta(minutes=30) < late
    assert owed(it)[D.EMERGENCY, "offices"] == ""
    assert events(it.facts.subject)[-1].sentence.startswith("升为攻坚哨（")
    it.along(A.NOTE_EMERGENCY, A.CHECK_IN, A.FINISH, A.CONCLUDE)
    assert verify().findings == ()


@pytest.mark.clause("WD-3.1a")
def test_whoever_did_not_come_to_a_routine_whistle_comes_as_soon_as_to_a_tough_one(town: Town) -> None:
    it = begun(town, WHISTLE)
    late = it.facts.duties[D.CHECK_IN]
    it.do(A.RAISE_TO_TOUGH)
    assert it.facts.duties[D.CHECK_IN] < late
    it.along(A.CHECK_IN, A.FINISH, A.CONCLUDE)
    assert verify().findings == ()


@pytest.mark.clause("WD-3.3c")
def test_a_further_department_is_called_by_its_duty(town: Town) -> None:
    it = begun(town, WHISTLE)
    no(n.WHISTLE_PRE_STUDY, "basis", lambda: it.do(A.ADD_UNITS, basis=""))
    no(n.WHISTLE_PRE_STUDY, "basis", lambda: it.do(A.RAISE_TO_TOUGH, units=[third(town)], basis=""))
    it.do(A.ADD_UNITS, basis="三定规定第五条")
    assert events(it.facts.subject)[-1].private["basis"] == "三定规定第五条"
    to_signed(JointWalk(town, WHISTLE, Walk(town)).begin())


@pytest.mark.clause("WD-3.3c")
def test_a_further_department_of_a_second_round_is_called_by_its_duty(town: Town) -> None:
    it = to_signed(begun(town, WHISTLE))
    it.case.do(C.ANSWER, by="township.handler")
    it.case.do(C.SIGN_OFF, by="township.deputy")
    it.case.do(C.SEND_BACK)
    no(n.WHISTLE_PRE_STUDY, "basis", lambda: it.do(A.RENEW, units=[town.other, third(town)], basis=""))
    it.do(A.RENEW, basis="")
    assert it.facts.stage == Stage.ACTIVE


@pytest.mark.clause("WD-3.1e", "WD-3.3c")
def test_a_department_outside_the_entry_is_not_called_by_the_way(town: Town) -> None:
    list_topic(town, responders=[town.other])
    it = begun(town, WHISTLE, whistle_type="tough", topic="GJ-01")
    no(n.WHISTLE_TOPICS, "beyond_reason", lambda: it.do(A.ADD_UNITS))
    it.do(A.ADD_UNITS, beyond_reason="现场另有一处须断电。")
    view = joint.view(it.number, it.actor("lead.handler"), now=it.now, kind=WHISTLE)
    assert (view.beyond_entry, view.beyond_reason) == ((third(town),), "现场另有一处须断电。")
    assert verify().findings == ()


@pytest.mark.clause("WD-3.3c")
@pytest.mark.parametrize("through", ["add", "raise", "anew"])
def test_whom_the_platform_ruled_out_the_town_does_not_call_again(town: Town, through: str) -> None:
    it = begun(town, WHISTLE).along(A.OBJECT, A.UPHOLD)

    def again() -> object:
        if through == "add":
            return it.do(A.ADD_UNITS, units=[town.other])
        if through == "raise":
            return it.do(A.RAISE_TO_TOUGH, units=[town.other])
        it.do(A.VOID)
        return JointWalk(town, WHISTLE, it.case).start(units=[town.other])

    no(n.WHISTLE_MISDIRECTED, "units", again)


@pytest.mark.clause("WD-3.3c")
def test_the_district_may_call_whom_the_platform_ruled_out(town: Town) -> None:
    it = begun(town, WHISTLE, units=[town.other, third(town)]).along(A.OBJECT, A.UPHOLD, A.REPORT)
    it.do(A.INSTRUCT, units=[town.other])
    assert {unit.unit for unit in it.facts.present} == {town.other, third(town)}


@BOTH
@pytest.mark.clause("WD-F2", "WD-F3", "WD-2.2e", "WD-3.2e")
def test_nobody_makes_up_what_a_requester_says_who_was_never_reached(town: Town, kind: Kind) -> None:
    it = begun(town, kind)
    handler = f"{it.lead}.handler"
    it.case.do(C.RECORD_CONTACT, by=handler, reached=False)
    it.case.later(hours=3)
    it.case.do(C.RECORD_CONTACT, by=handler, reached=False)
    to_concluded(it).along(A.GRADE)
    filled = n.LINKAGE_FORM if kind == LINKAGE else n.WHISTLE_FORM
    no(filled, "follow_up", lambda: it.do(A.FILE_FORM, follow_up="satisfied"))
    it.do(A.FILE_FORM, follow_up=None)
    it.do(A.SIGN_FORM)
    form = joint.form_of(it.case.number, kind)
    assert form is not None
    assert form.follow_up == ""


def test_whom_the_desk_could_not_reach_for_a_unit_said_nothing_either(town: Town) -> None:
    case = SecretWalk(town)
    it = JointWalk(town, LINKAGE, case).begin()
    case.do(C.ANSWER_RELAY, outcome="unreached", said="无人接听。")
    case.later(hours=3)
    case.do(C.ANSWER_RELAY, outcome="unreached", said="仍无人接听。")
    to_concluded(it).along(A.GRADE)
    no(n.LINKAGE_FORM, "follow_up", lambda: it.do(A.FILE_FORM))
    it.do(A.FILE_FORM, follow_up=None)


@BOTH
def test_whoever_was_reached_in_the_end_is_asked(town: Town, kind: Kind) -> None:
    it = begun(town, kind)
    handler = f"{it.lead}.handler"
    it.case.do(C.RECORD_CONTACT, by=handler, reached=False)
    it.case.later(hours=3)
    it.case.do(C.RECORD_CONTACT, by=handler, reached=False)
    it.case.do(C.RECORD_CONTACT, by=handler, reached=True)
    to_concluded(it).along(A.GRADE)
    filled = n.LINKAGE_FORM if kind == LINKAGE else n.WHISTLE_FORM
    no(filled, "follow_up", lambda: it.do(A.FILE_FORM, follow_up=None))
    it.do(A.FILE_FORM)


@BOTH
@pytest.mark.clause("WD-2.2h", "WD-3.2g")
def test_a_seal_is_a_picture_or_a_pdf(town: Town, kind: Kind) -> None:
    it = to_concluded(begun(town, kind)).along(A.GRADE, A.FILE_FORM)
    actor = it.actor("lead.deputy")
    sound = attachments.store(jurisdiction=town.code, name="盖章件.wav", data=spoken(), actor=actor, now=it.now)
    signed = n.LINKAGE_FORM_SIGNED if kind == LINKAGE else n.WHISTLE_FORM_SIGNED
    no(signed, "seal", lambda: it.do(A.SIGN_FORM, seal=(sound.id,)))
    it.do(A.SIGN_FORM)


@BOTH
@pytest.mark.clause("WD-2.2f", "WD-3.2e")
def test_nobody_grades_well_against_their_own_word_without_saying_why(town: Town, kind: Kind) -> None:
    it = begun(town, kind).along(A.NOTIFY, A.CONCLUDE)
    graded = n.LINKAGE_GRADE if kind == LINKAGE else n.WHISTLE_GRADE
    no(graded, "reason", lambda: it.do(A.GRADE))
    it.do(A.GRADE, reason="通报当晚已补办。")


@pytest.mark.clause("WD-2.3e")
def test_what_is_entered_for_the_district_is_of_the_leader_in_charge(town: Town) -> None:
    cover(town, town.unit)
    it = begun(town, LINKAGE).along(A.REPORT)
    other = {"leader_account": f"{town.code}.leaders.second"}
    no(n.LINKAGE_COORDINATE, "leader_account", lambda: it.instructed(**other))
    it.instructed()
    assert it.facts.stage == Stage.ACTIVE


@BOTH
@pytest.mark.clause("WD-2.4b", "WD-3.4b")
def test_nobody_of_a_unit_that_joined_calls_back_or_reviews(town: Town, kind: Kind) -> None:
    it = to_signed(begun(town, kind))
    it.case.do(C.ANSWER, by=f"{it.lead}.handler")
    it.case.do(C.SIGN_OFF, by=f"{it.lead}.deputy")
    for short, post in (("desk.reviewer", "handler"), ("desk.caller", "handler")):
        organisations.appoint(
            account=f"{town.code}.{short}",
            unit=town.other,
            post=post,
            from_on=START.date(),
            actor=FOUNDER,
            now=it.now,
        )
    no(n.REVIEW, None, lambda: it.case.do(C.APPROVE))
    organisations.dismiss(
        account=f"{town.code}.desk.reviewer",
        unit=town.other,
        post="handler",
        until_on=it.now.date(),
        actor=FOUNDER,
        now=it.now,
    )
    it.case.actors.clear()
    it.case.do(C.APPROVE)
    no(n.SEPARATION, None, lambda: it.case.do(C.RECORD_CALLBACK))

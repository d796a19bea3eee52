"""What the record shows: for each detector a history that opens a clue, and the near miss that opens none."""

from datetime import date, timedelta

import pytest

from bihuan.accountability import queries as clues
from bihuan.accountability.commands import detecting, filing
from bihuan.accountability.models import Clue
from bihuan.accountability.rules import detection
from bihuan.accountability.types import ClueStage
from bihuan.audit.queries import verify
from bihuan.determination.types.happenings import RefusalNoted, SilenceNoticed
from bihuan.duties.commands import due_after
from bihuan.joint.types import Kind
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import clocks
from bihuan.record import sealing
from bihuan.record.models import Event
from bihuan.record.stream import StreamEvent
from tests.accountability.walks import clue_at, with_accountable
from tests.determination.walks import ReferralWalk, _designated
from tests.joint.walks import A as JA
from tests.joint.walks import JointWalk, to_concluded
from tests.record.streams import all_ended
from tests.supervision.walks import CA, ColouredWalk, OrderWalk
from tests.towns import START, Town, found, pack_of
from tests.walks import TO_CALLBACK, TO_HANDLING, Walk
from tests.years import announce

C = "record_callback"
FIELDS = list(StreamEvent.__dataclass_fields__)


def looked_at(town: Town) -> list[tuple[str, str, str]]:
    """Detector, situation and unit of every clue, after all events of the town were looked at."""
    for row in Event.objects.filter(jurisdiction=town.code).order_by("id"):
        detecting.look_at(StreamEvent(**{name: getattr(row, name) for name in FIELDS}), now=row.at)
    rows = Clue.objects.filter(jurisdiction=town.code).order_by("id")
    return [(c.detector, c.situation, c.unit.rpartition(".")[2]) for c in rows]


def evidence(town: Town) -> list[str]:
    """What stands as evidence with the only clue of a town."""
    (clue,) = Clue.objects.filter(jurisdiction=town.code)
    view = clues.view(clue.number, town.actor("desk.assessor", clue.started_at), now=clue.started_at)
    assert all(one.sequence for one in view.evidence), "references to events alone"
    return [one.text for one in view.evidence]


def answered(town: Town, **answer: object) -> Walk:
    """A case whose answer passed the desk."""
    walk = Walk(town).along(*TO_HANDLING)
    walk.do("answer", **answer)
    return walk.along("sign_off", "approve")


def called_back(town: Town, walk: Walk, **said: object) -> list[tuple[str, str, str]]:
    """What comes of a call-back of the case."""
    walk.do(C, **{"reached": True, "solved": "yes", "satisfied": "yes", **said})
    return looked_at(town)


@pytest.mark.clause("A1-7(1)")
def test_an_answer_that_says_satisfied_is_denied_by_the_requester(held: Town) -> None:
    walk = answered(held, follow_up="satisfied")
    assert called_back(held, walk, satisfied="no", solved="no") == [("satisfied_denied", "perfunctory", "unit")]
    assert evidence(held) == ["答复写明诉求人满意", "回访：诉求人不满意"]
    assert looked_at(held) == [("satisfied_denied", "perfunctory", "unit")], "looked at twice it opens one"
    assert verify().findings == ()


def test_basically_satisfied_or_nothing_said_denies_nothing(held: Town) -> None:
    assert called_back(held, answered(held, follow_up="satisfied"), satisfied="basic") == []
    assert called_back(held, answered(held, follow_up=None), satisfied="no", solved="no") == []


@pytest.mark.clause("A1-7(1)")
def test_a_requester_who_was_not_contacted_denies_the_answer(held: Town) -> None:
    assert called_back(held, answered(held), contacted_by_unit=False) == [("contact_denied", "perfunctory", "unit")]
    assert "回访：承办单位没有联系" in evidence(held)


def test_who_was_not_reached_or_not_asked_denies_no_contact(held: Town) -> None:
    walk = answered(held)
    walk.do(C, reached=False, solved=None, satisfied=None, contacted_by_unit=None, facts_true=None)
    assert looked_at(held) == []
    assert called_back(held, answered(held)) == []


@pytest.mark.clause("A1-7(1)")
def test_an_answer_that_is_not_true(held: Town) -> None:
    assert called_back(held, answered(held), facts_true=False) == [("untrue", "perfunctory", "unit")]


def test_sent_back_as_untrue_twice_and_not_once(held: Town) -> None:
    walk = Walk(held).along(*TO_HANDLING, "answer", "sign_off")
    walk.do("send_back", reason_code="not_factual", reason="现场没有修复。")
    assert looked_at(held) == []
    walk.along("answer", "sign_off")
    walk.do("send_back", reason_code="wording", reason="答复中有错字。")
    assert looked_at(held) == []
    walk.along("answer", "sign_off")
    walk.do("send_back", reason_code="not_factual", reason="现场仍未修复。")
    assert looked_at(held) == [("untrue", "perfunctory", "unit")]
    assert evidence(held) == ["审核以与事实不符退回"] * 2


@pytest.mark.clause("WD-4j", "A1-7(2)")
def test_a_refusal_on_file_opens_a_clue_and_the_referral_goes_on(held: Town) -> None:
    walk = ReferralWalk(held, _designated(Walk(held), "dispatched")).start()
    town = held
    found_ones = [one for one in looked_at(town) if one[0] == "refused"]
    assert [situation for _, situation, _ in found_ones] == ["not_led"]
    (clue,) = Clue.objects.filter(detector="refused")
    assert clue.express
    assert walk.facts.number


def test_a_silence_that_was_none_opens_nothing(held: Town) -> None:
    walk = _designated(Walk(held), "dispatched")
    walk.at(walk.facts.duties["sign_in"]).do("notice_silence")
    walk.do("no_refusal", reason="系统故障，已电话签收。")
    assert [one for one in looked_at(held) if one[0] == "refused"] == []


@pytest.mark.clause("A1-7(2)")
def test_a_designated_lead_that_wants_to_return_evades_and_one_that_is_late_does_not(held: Town) -> None:
    walk = _designated(Walk(held), "dispatched")
    with pytest.raises(Refused):
        walk.do("request_return")
    assert [one for one in looked_at(held) if one[0] == "evaded"] == [("evaded", "not_led", "unit")]
    late = Walk(held, walk.now).along("register", "dispatch").later(days=30)
    with pytest.raises(Refused):
        late.do("request_return")
    assert len([one for one in looked_at(held) if one[0] == "evaded"]) == 1


def graded(town: Town, walk: JointWalk, grade: str) -> list[tuple[str, str, str]]:
    """What comes of a grade of the linkage."""
    to_concluded(walk).do(JA.GRADE, grade=grade, reason="多次催促才到场。")
    return [one for one in looked_at(town) if one[0] == "not_cooperating"]


@pytest.mark.clause("A1-7(3)", "WD-3.4e")
def test_a_poor_grade_or_two_average_ones_in_a_quarter(held: Town) -> None:
    assert graded(held, JointWalk(held, Kind.LINKAGE, Walk(held)).begin(), "poor") == [
        ("not_cooperating", "not_cooperating", "other")
    ]


def test_one_average_grade_opens_nothing_and_a_second_does(held: Town) -> None:
    assert graded(held, JointWalk(held, Kind.LINKAGE, Walk(held)).begin(), "average") == []
    assert graded(held, JointWalk(held, Kind.LINKAGE, Walk(held)).begin(), "average") == [
        ("not_cooperating", "not_cooperating", "other")
    ]


@pytest.mark.clause("A1-7(4)")
def test_two_orders_about_one_case_and_not_one(held: Town) -> None:
    case = Walk(held)
    OrderWalk(held, case).begin()
    assert [one for one in looked_at(held) if one[0] == "not_done"] == []
    OrderWalk(held, case).begin()
    assert [one for one in looked_at(held) if one[0] == "not_done"] == [("not_done", "not_done", "unit")]


@pytest.mark.parametrize(
    ("acts", "kind", "late", "detector"),
    [((), "sign_in", "1wd", "not_led"), (("sign_in",), "handle", "5wd", "not_done")],
    ids=["not_led", "not_done"],
)
def test_what_stays_undone_is_found_when_it_is_late_enough_and_not_before(
    acts: tuple[str, ...], kind: str, late: str, detector: str, held: Town
) -> None:
    walk = Walk(held).along("register", "dispatch", *acts)
    due = walk.facts.duties[kind]
    until, _ = due_after(late, pack_of(held.code), due)
    assert detecting.look(held.code, until - timedelta(minutes=1)) == 0
    assert detecting.look(held.code, until) == 1
    assert detecting.look(held.code, until + timedelta(hours=1)) == 1
    (clue,) = Clue.objects.filter(jurisdiction=held.code)
    assert (clue.detector, clue.unit) == (detector, held.unit)
    assert len(evidence(held)) == 1


@pytest.mark.clause("A1-7(6)")
def test_reworked_twice_without_a_plan_and_not_once(held: Town) -> None:
    walk = Walk(held).along(*TO_CALLBACK)
    for times in (1, 2):
        walk.do(C, reached=True, solved="no", satisfied="no")
        walk.do("rework")
        found_ones = [one for one in looked_at(held) if one[0] == "no_plan"]
        assert found_ones == ([] if times == 1 else [("no_plan", "unsolved", "unit")])
        walk.along("sign_in", "answer", "sign_off", "approve")


@pytest.mark.clause("A1-7(7)")
def test_an_order_that_is_raised_in_colour_and_no_yellow_one_alone(held: Town) -> None:
    walk = ColouredWalk(held, Walk(held)).begin().along(CA.DISTRIBUTE)
    assert [one for one in looked_at(held) if one[0] == "ignored"] == []
    walk.number = str(walk.do(CA.RAISE).began)
    walk.do(CA.DISTRIBUTE)
    assert [one for one in looked_at(held) if one[0] == "ignored"] == [("ignored", "ignored", "unit")]


def counted(town: Town, person: str = "personnel.assessor") -> dict[str, int]:
    """What stands in the dossier of the unit."""
    for row in Event.objects.filter(jurisdiction=town.code).order_by("id"):
        filing.enter(StreamEvent(**{name: getattr(row, name) for name in FIELDS}))
    found = clues.dossier(town.unit, town.actor(person), year=2025, now=START)
    assert sum(n for _, n in found.counts) == len(found.lines)
    return {str(what): n for what, n in found.counts if n}


@pytest.mark.clause("A1-6", "WD-5e")
def test_personnel_keeps_a_dossier_of_each_unit_and_nobody_else_reads_it(held: Town) -> None:
    OrderWalk(held, Walk(held)).begin()
    clue_at(ClueStage.RESULTED, held)
    assert counted(held) == {"ordered": 1, "handed_over": 1, "result": 1}
    assert counted(held) == {"ordered": 1, "handed_over": 1, "result": 1}, "entered once"
    for person in ("desk.assessor", "unit.head", "discipline.handler", "offices.supervisor"):
        with pytest.raises(Unknown):
            counted(held, person)
    with pytest.raises(Unknown):
        clues.dossier("no.such", held.actor("personnel.assessor"), year=2025, now=START)
    assert clues.dossier(held.unit, held.actor("personnel.assessor"), year=2024, now=START).lines == ()
    first = clues.dossier(held.unit, held.actor("personnel.assessor"), year=2025, now=START, limit=2)
    assert (len(first.lines), first.onward) == (2, first.lines[-1].id)
    rest = clues.dossier(held.unit, held.actor("personnel.assessor"), year=2025, now=START, after=first.onward)
    assert len(rest.lines) == 1


def test_the_kinds_named_by_word_are_those_of_refusals() -> None:
    assert (RefusalNoted.kind, SilenceNoticed.kind) == (detection.REFUSED, detection.SILENT)


@pytest.mark.django_db(transaction=True)
def test_the_stream_is_read_once() -> None:
    town = with_accountable(found("dt", "wendeng-2021-10", prefix="DT"))
    detecting.detect()
    answered(town).do(C, reached=True, solved="yes", satisfied="yes", facts_true=False)
    all_ended()
    while detecting.detect():
        continue
    assert [c.detector for c in Clue.objects.filter(jurisdiction="dt")] == ["untrue"]


@pytest.mark.django_db(transaction=True)
def test_a_notice_of_a_year_is_of_no_place_and_keeps_nothing_from_being_read() -> None:
    """The record was read no farther for any place."""
    town = with_accountable(found("dt", "wendeng-2021-10", prefix="DT"))
    detecting.detect()
    announce(2031, {date(2031, 1, 1): "元旦"}, START)
    answered(town).do(C, reached=True, solved="yes", satisfied="yes", facts_true=False)
    all_ended()
    while detecting.detect():
        continue
    assert [c.detector for c in Clue.objects.filter(jurisdiction="dt")] == ["untrue"]


@pytest.mark.django_db(transaction=True)
def test_what_is_read_after_its_day_was_sealed_opens_a_clue_now() -> None:
    """Nobody read the record for a night: the clue begins when it is found, and its limits run from then."""
    town = with_accountable(found("dt", "wendeng-2021-10", prefix="DT"))
    detecting.detect()
    walk = answered(town)
    walk.do(C, reached=True, solved="yes", satisfied="yes", facts_true=False)
    all_ended()
    now = clocks.here("dt")
    sealing.seal_finished("dt", now)
    while detecting.detect():
        continue
    (clue,) = Clue.objects.filter(jurisdiction="dt")
    assert clue.started_at >= now > walk.now

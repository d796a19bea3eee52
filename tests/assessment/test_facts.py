"""Facts are kept from the record: every duty once, every result for each unit that shares it."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from bihuan.assessment import commands, queries
from bihuan.assessment.models import Count, Duty, Result
from bihuan.assessment.queries import telling
from bihuan.assessment.types import Figure
from bihuan.cases.types import Act
from bihuan.duties.jobs import climb
from bihuan.joint.types import Act as JointAct
from bihuan.joint.types import Kind
from bihuan.policy.assessment import Term
from bihuan.record.models import Consumer
from bihuan.subjects.registry import REGISTRY
from tests.assessment.reading import duties, happened, read, shared, sums
from tests.joint.walks import JointWalk, to_signed, with_bodies
from tests.towns import START, Town, found
from tests.walks import TO_HANDLING, Walk

pytestmark = pytest.mark.django_db(transaction=True)
SECOND = timedelta(seconds=1)
TODAY = date(2025, 3, 3)
A, J = Act, JointAct


@pytest.fixture
def town() -> Iterator[Town]:
    yield with_bodies(found("fi", "wendeng-2021-10", prefix="FI"))
    Consumer.objects.all().delete()


def climbed(walk: Walk, moment: object) -> None:
    """The ladder is climbed at a moment."""
    climb(walk.town.code, moment, labels=REGISTRY.duty_labels)  # type: ignore[arg-type]


def test_a_duty_counts_once_on_the_day_its_question_was_decided(town: Town) -> None:
    walk = Walk(town).along(*TO_HANDLING)
    read()
    case = f"case:{walk.number}"
    assert duties(case) == {"dispatch": [("met", TODAY)], "sign_in": [("met", TODAY)]}
    due = walk.facts.duties["handle"]
    walk.at(due + SECOND)
    read()
    assert "handle" not in duties(case), "nobody told yet that it fell due"
    climbed(walk, due + SECOND)
    read()
    late = date(2025, 3, 10)
    assert duties(case)["handle"] == [("open_late", late)]
    assert sums(town.code, "2025-03")["handle.open_late", "unit"] == 1
    walk.later(days=40).along(A.ANSWER, A.SIGN_OFF)
    read()
    assert duties(case)["handle"] == [("late", late)], "on the same day"
    march = sums(town.code, "2025-03")
    assert ("handle.open_late", "unit") not in march
    assert march["handle.late", "unit"] == march["handle.fell_due", "unit"] == 1
    assert sums(town.code, "2025-04")["handle.ended_late", "unit"] == 1


def test_what_was_let_off_is_no_fact_and_never_done_is_one(town: Town) -> None:
    walk = Walk(town).along(A.REGISTER, A.DISPATCH)
    case = f"case:{walk.number}"
    due = walk.facts.duties["sign_in"]
    climbed(walk, due + SECOND)
    read()
    assert duties(case)["sign_in"] == [("open_late", due.date())]
    walk.at(due + timedelta(minutes=1)).do(A.RECALL, reason="派错了单位。")
    read()
    assert "sign_in" not in duties(case), "a decision said that it was not the unit's"
    assert ("sign_in.open_late", "unit") not in sums(town.code, "2025-03")
    other = Walk(town, walk.now).along(A.REGISTER, A.DISPATCH)
    due = other.facts.duties["sign_in"]
    other.at(due + SECOND).do(A.WITHDRAW)
    read()
    assert duties(f"case:{other.number}")["sign_in"] == [("unmet", due.date())]
    (row,) = Duty.objects.filter(subject=f"case:{other.number}", kind="case.sign_in")
    assert row.excluded, "withdrawn: shown beside, and left out"


def test_the_result_belongs_to_whoever_signed_and_whoever_helped(town: Town) -> None:
    joint = to_signed(JointWalk(town, Kind.LINKAGE, Walk(town)).begin())
    walk = joint.case
    joint_units = {(1, "unit"): "lead", (1, "other"): "co"}
    read()
    assert shared(walk.number) == {}, "no answer was signed"
    walk.along(A.ANSWER, A.SIGN_OFF, A.APPROVE, A.RECORD_CALLBACK, A.CLOSE)
    read()
    assert shared(walk.number) == joint_units
    march = sums(town.code, "2025-03")
    for unit in ("unit", "other"):
        assert march["call.valid", unit] == march["call.satisfied", unit] == march["cycle.closed", unit] == 1
    assert happened(f"linkage:{joint.number}") == {("graded", "other"): 1, ("grade_points", "other"): 100}


def test_who_was_released_shares_nothing(town: Town) -> None:
    joint = JointWalk(town, Kind.LINKAGE, Walk(town)).begin(units=[town.other, f"{town.code}.third"])
    joint.along(J.ACCEPT, J.FINISH)
    joint.do(J.RETURN, by="third.handler")
    joint.do(J.RELEASE, unit=f"{town.code}.third")
    joint.along(J.CONCLUDE, J.GRADE, J.FILE_FORM, J.SIGN_FORM)
    joint.case.along(A.ANSWER, A.SIGN_OFF, A.APPROVE, A.RECORD_CALLBACK, A.CLOSE)
    read()
    assert shared(joint.case.number) == {(1, "unit"): "lead", (1, "other"): "co"}


def test_a_later_call_back_replaces_within_the_month_and_the_year(town: Town) -> None:
    walk = Walk(town, START).along(*TO_HANDLING, A.ANSWER, A.SIGN_OFF, A.APPROVE)
    walk.do(A.RECORD_CALLBACK, solved="no", satisfied="no")
    walk.do(A.REWORK)
    walk.along(A.SIGN_IN, A.ANSWER, A.SIGN_OFF, A.APPROVE, A.RECORD_CALLBACK, A.CLOSE)
    read()
    (row,) = Result.objects.filter(subject=f"case:{walk.number}")
    assert (row.month_satisfied, row.satisfied, row.year_is_satisfied, row.fixed) == ("yes", True, True, True)
    other = Walk(town, START).along(*TO_HANDLING, A.ANSWER, A.SIGN_OFF, A.APPROVE)
    other.do(A.RECORD_CALLBACK, solved="no", satisfied="no")
    other.do(A.REWORK)
    other.later(days=30).along(A.SIGN_IN, A.ANSWER, A.SIGN_OFF, A.APPROVE, A.RECORD_CALLBACK, A.CLOSE)
    read()
    (row,) = Result.objects.filter(subject=f"case:{other.number}")
    assert (row.month_satisfied, row.satisfied, row.year_satisfied, row.year_is_satisfied) == ("no", False, "yes", True)
    march, april = sums(town.code, "2025-03"), sums(town.code, "2025-04")
    assert (march["call.valid", "unit"], march["call.satisfied", "unit"]) == (2, 1)
    assert ("call.valid", "unit") not in april, "it changes nothing in a month gone by, and counts in none"
    assert april["bad.all", "unit"] == april["bad.fixed", "unit"] == 1


def test_a_recount_finds_what_was_changed_and_mends_it(town: Town) -> None:
    to_signed(JointWalk(town, Kind.WHISTLE, Walk(town)).begin())
    Walk(town).along(*TO_HANDLING, A.ANSWER, A.SIGN_OFF, A.APPROVE, A.RECORD_CALLBACK, A.CLOSE)
    read()
    assert commands.recount(town.code, check=True).differing == 0
    Duty.objects.filter(kind="case.sign_in").update(state="late")
    Count.objects.filter(measure="cycle.closed").update(n=7)
    wrong = commands.recount(town.code, check=True)
    assert wrong.differing > 2
    assert wrong.first
    assert wrong.first.table == "assessment_duty"
    commands.recount(town.code)
    assert commands.recount(town.code, check=True).first is None


@pytest.mark.clause("HN-5.2c")
def test_how_satisfied_people_are_is_counted_for_each_unit_and_leads_to_each_call_back() -> None:
    town = found("fh", "huainan-2021-55", prefix="FH")
    for satisfied in ("yes", "very", "no"):
        walk = Walk(town).along(*TO_HANDLING, A.ANSWER, A.SIGN_OFF, A.APPROVE)
        walk.do(A.RECORD_CALLBACK, satisfied=satisfied)
    read()
    desk, period = town.actor("desk.dispatcher"), queries.known_period("2025-03")
    assert period
    board = queries.board(desk, period, now=START)
    mine = next(line for line in board.units if line.unit == town.unit).figures["satisfaction"]
    assert (mine.n, mine.d) == (2, 3)
    assert telling.value(mine) == "66.67%"
    (over, under) = (queries.rows(desk, term, town.unit, period, now=START) for term in mine_terms(mine))
    assert (len(over.rows), len(under.rows)) == (2, 3)
    Consumer.objects.all().delete()


def mine_terms(figure: Figure) -> tuple[Term, Term]:
    """What is above and below."""
    return figure.metric.over[0], figure.metric.under[0]

"""How the two mechanisms are carried out: every figure counts what happened, and leads to it."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bihuan.cases.types import Act as CaseAct
from bihuan.joint import queries as joint
from bihuan.joint.rules import figures as rules
from bihuan.joint.types import Kind
from bihuan.joint.types.figures import (
    FORMULAS,
    LATE,
    SHARED,
    SIDES,
    TOTALS,
    UNMET,
    Carried,
    Figure,
    Repeated,
    Side,
    UnitFigures,
)
from bihuan.joint.types.rows import JointFilters
from bihuan.kernel.actor import Actor
from bihuan.ledgers import queries as ledgers
from bihuan.ledgers.types import Asked, Which
from bihuan.policy.loader import pack
from tests.joint.walks import LINKAGE, WHISTLE, A, JointWalk, third, to_concluded, to_signed
from tests.towns import START, Town
from tests.walks import TO_CALLBACK, Walk, led_by_a_town, merge_into_another

C, F = CaseAct, Figure
PACK = pack("wendeng-2021-10")


def carried(walk: Walk, who: str = "desk.dispatcher") -> Carried:
    """What somebody sees of the year."""
    return joint.carried_out(walk.actor(who), joint.period_named("2025", now=walk.now), now=walk.now)


def row(found: Carried, unit: str, kind: Kind, side: Side) -> UnitFigures:
    """The one line of a unit."""
    return next(r for r in found.rows if (r.unit, r.kind, r.side) == (unit, kind, side))


def counts(found: Carried, unit: str, kind: Kind, side: Side) -> dict[Figure, int]:
    """What a line says, without what is nought."""
    return {figure: n for figure, n in row(found, unit, kind, side).counts.items() if n}


@pytest.mark.clause("WD-2.4a")
def test_a_linkage_that_went_well_counts_for_the_lead_and_for_the_co_unit(district: Town) -> None:
    walk = to_signed(JointWalk(district, LINKAGE, Walk(district)).begin().along(A.ACKNOWLEDGE))
    found = carried(walk.case)
    assert counts(found, district.unit, LINKAGE, Side.LEAD) == {
        F.LED: 1, F.FILED: 1, F.CONCLUDED: 1, F.FORMED: 1, F.SOLVED: 1,
    }  # fmt: skip
    assert counts(found, district.other, LINKAGE, Side.MEMBER) == {F.ASKED: 1, F.CAME: 1, F.FINISHED: 1, F.GOOD: 1}
    assert counts(found, district.desk, LINKAGE, Side.DESK) == {F.TAKEN: 1, F.ACKNOWLEDGED: 1}
    assert found.whole
    assert not found.silent
    assert not found.wrong


@pytest.mark.clause("WD-3.4a")
def test_a_whistle_that_went_badly_says_so_of_whom_it_concerns(district: Town) -> None:
    walk = JointWalk(district, WHISTLE, Walk(district)).begin(whistle_type="tough", off_list_reason="清单中没有。")
    walk.case.later(days=3)
    walk.along(A.CHECK_IN, A.NOTIFY, A.REMIND, A.EXPLAIN)
    walk.case.later(days=30)
    walk.do(A.FINISH)
    walk.do(A.CONCLUDE, resolved=False)
    walk.do(A.GRADE, grade="poor", reason="三天后才到。")
    found = carried(walk.case)
    town = district.township
    assert town is not None
    assert counts(found, town, WHISTLE, Side.LEAD) == {
        F.LED: 1, F.TOUGH: 1, F.FILED: 1, F.CONCLUDED_LATE: 1,
    }  # fmt: skip
    assert counts(found, district.other, WHISTLE, Side.MEMBER) == {
        F.ASKED: 1, F.CAME_LATE: 1, F.FINISHED_LATE: 1, F.NOTIFIED: 1, F.EXPLAINED: 1, F.POOR: 1,
    }  # fmt: skip
    assert counts(found, district.desk, WHISTLE, Side.DESK) == {F.TAKEN: 1, F.ACKNOWLEDGED_LATE: 1, F.REMINDED: 1}


def test_what_rests_is_not_late_and_what_was_called_late_was_filed_late(district: Town) -> None:
    resting = JointWalk(district, LINKAGE, Walk(district)).begin()
    resting.case.do(C.HANG)
    called = JointWalk(district, WHISTLE, Walk(district, resting.now)).begin(filing="phone")
    called.case.later(days=20)
    called.do(A.RECORD_CALL)
    found = carried(called.case)
    assert F.CAME_LATE not in counts(found, district.other, LINKAGE, Side.MEMBER)
    assert counts(found, district.township or "", WHISTLE, Side.LEAD)[F.FILED_LATE] == 1


def test_what_was_reported_again_afterwards_counts_as_such(district: Town) -> None:
    walk = to_signed(JointWalk(district, LINKAGE, Walk(district)).begin())
    walk.case.along(C.ANSWER, C.SIGN_OFF, C.APPROVE)
    walk.case.do(C.RECORD_CALLBACK, solved="no", satisfied="no")
    assert F.AGAIN not in counts(carried(walk.case), district.unit, LINKAGE, Side.LEAD)
    walk.case.do(C.REWORK)
    assert counts(carried(walk.case), district.unit, LINKAGE, Side.LEAD)[F.AGAIN] == 1


RESULT = {F.SATISFIED, F.DISSATISFIED, F.SOLVED_BY_REQUESTER, F.UNSOLVED_BY_REQUESTER, F.MISMATCH}


def _result(found: Carried, unit: str, side: Side) -> dict[Figure, int]:
    return {figure: n for figure, n in counts(found, unit, LINKAGE, side).items() if figure in RESULT}


def _helped(walk: JointWalk, *units: str) -> None:
    """These units did their part, and the form is signed."""
    for unit in units:
        walk.do(A.ACCEPT, by=f"{unit}.handler")
        walk.do(A.FINISH, by=f"{unit}.handler")
    if len(units) > 1:
        walk.do(A.HOLD_MEETING)
    walk.do(A.CONCLUDE)
    for unit in units:
        walk.do(A.GRADE, unit=f"{walk.town.code}.{unit}")
    walk.along(A.FILE_FORM, A.SIGN_FORM)


@pytest.mark.clause("WD-2.4c", "WD-2.4d")
def test_one_result_of_the_call_back_is_shared_by_all_who_stayed(district: Town) -> None:
    """F30: it counts once for the lead and once for each unit that stayed, and for none that was released."""
    walk = JointWalk(district, LINKAGE, Walk(district)).begin(units=[district.other, third(district)])
    _helped(walk, "other", "third")
    case, lead = walk.case, district.unit
    shared = joint.view(walk.number, walk.actor("unit.handler"), now=walk.now).shared
    assert shared is not None
    assert [(one.unit, one.side) for one in shared.units][:1] == [(lead, Side.LEAD)]
    assert (shared.called_at, shared.solved, shared.satisfied, shared.mismatch) == (None, None, None, False)
    assert _result(carried(case), lead, Side.LEAD) == {}

    case.along(C.ANSWER, C.SIGN_OFF, C.APPROVE)
    case.do(C.RECORD_CALLBACK, reached=False, solved=None, satisfied=None, facts_true=None)
    assert _result(carried(case), lead, Side.LEAD) == {}, "whoever was not reached said nothing"
    case.later(days=1).do(C.RECORD_CALLBACK, solved="no", satisfied="no")
    bad = {F.DISSATISFIED: 1, F.UNSOLVED_BY_REQUESTER: 1, F.MISMATCH: 1}
    stayed = [one.unit for one in shared.units[1:]]
    assert stayed
    for unit, side in ((lead, Side.LEAD), *((unit, Side.MEMBER) for unit in stayed)):
        assert _result(carried(case), unit, side) == bad
    assert _result(carried(case, "other.handler"), district.other, Side.MEMBER) == bad, "it reads its own"

    # Done again, the next call-back is the result of the round.
    case.do(C.REWORK)
    assert _result(carried(case), lead, Side.LEAD) == bad
    case.along(C.SIGN_IN, C.ANSWER, C.SIGN_OFF, C.APPROVE)
    case.do(C.RECORD_CALLBACK, solved="partly", satisfied="basic")
    for unit, side in ((lead, Side.LEAD), *((unit, Side.MEMBER) for unit in stayed)):
        assert _result(carried(case), unit, side) == {F.SATISFIED: 1}
    again = joint.view(walk.number, walk.actor("other.handler"), now=walk.now).shared
    assert again is not None
    assert (again.solved, again.satisfied, again.follow_up, again.mismatch) == ("partly", "basic", "satisfied", False)


@pytest.mark.clause("WD-2.4d")
def test_whoever_was_released_shares_no_result(district: Town) -> None:
    walk = JointWalk(district, LINKAGE, Walk(district)).begin(units=[district.other, third(district)])
    walk.along(A.RETURN, A.RELEASE)
    _helped(walk, "third")
    walk.case.along(C.ANSWER, C.SIGN_OFF, C.APPROVE, C.RECORD_CALLBACK)
    shared = joint.view(walk.number, walk.actor("unit.handler"), now=walk.now).shared
    assert shared is not None
    assert {one.unit for one in shared.units} == {district.unit, third(district)}
    found = carried(walk.case)
    assert _result(found, third(district), Side.MEMBER) == {F.SATISFIED: 1, F.SOLVED_BY_REQUESTER: 1}
    assert district.other not in {line.unit for line in found.rows if line.side is Side.MEMBER}


@pytest.mark.clause("WD-3.4b", "WD-3.4c")
def test_of_a_whistle_town_and_departments_share_the_result(district: Town) -> None:
    walk = to_signed(JointWalk(district, WHISTLE, Walk(district)).begin())
    walk.case.do(C.ANSWER, by="township.handler")
    walk.case.do(C.SIGN_OFF, by="township.deputy")
    walk.case.along(C.APPROVE, C.RECORD_CALLBACK)
    found, good = carried(walk.case), {F.SATISFIED: 1, F.SOLVED_BY_REQUESTER: 1}
    for unit, side in ((district.township or "", Side.LEAD), (district.other, Side.MEMBER)):
        assert {f: n for f, n in counts(found, unit, WHISTLE, side).items() if f in RESULT} == good


def test_what_is_not_signed_has_no_result_yet(district: Town) -> None:
    walk = to_concluded(JointWalk(district, LINKAGE, Walk(district)).begin())
    assert joint.view(walk.number, walk.actor("unit.handler"), now=walk.now).shared is None
    assert joint.shared([]) == {}


def _lived(town: Town) -> Walk:
    """Two linkages, two whistles, one of them wrong: a year's worth."""
    first = to_signed(JointWalk(town, LINKAGE, Walk(town)).begin().along(A.ACKNOWLEDGE))
    second = JointWalk(town, LINKAGE, Walk(town, first.now)).begin().along(A.REPORT)
    third = to_concluded(JointWalk(town, WHISTLE, Walk(town, second.now)).begin()).along(A.GRADE)
    fourth = JointWalk(town, WHISTLE, Walk(town, third.now)).begin().along(A.OBJECT, A.UPHOLD)
    return fourth.case.later(days=40)


@pytest.mark.parametrize("who", ["desk.dispatcher", "unit.handler", "other.handler", "township.handler"])
def test_every_figure_leads_to_exactly_the_rows_that_it_counts(district: Town, who: str) -> None:
    walk = _lived(district)
    actor, found = walk.actor(who), carried(walk, who)
    assert found.rows
    for line in found.rows:
        assert found.whole or line.unit in actor.units, "nobody reads the figures of another unit but the platform"
        for figure, n in line.counts.items():
            unit, side = (None, None) if line.side is Side.DESK else (line.unit, line.side)
            filters = JointFilters(kind=line.kind, figure=figure, unit=unit, side=side)
            assert joint.narrowed(actor, filters, now=walk.now).count() == n, (line.unit, figure)
            values = {"kind": str(line.kind), "figure": str(figure), "from": "2025-01-01", "to": "2025-12-31"}
            asked = Asked(Which.JOINT, values | ({"of": unit, "side": str(side)} if unit else {}))
            assert ledgers.counted(asked, actor, now=walk.now) == n, "the ledger shows the same"


def test_totals_add_up_and_shares_are_shares(district: Town) -> None:
    walk = _lived(district)
    found = carried(walk)
    for kind in Kind:
        led = sum(r.counts[F.LED] for r in found.rows if (r.kind, r.side) == (kind, Side.LEAD))
        every = joint.narrowed(walk.actor("desk.dispatcher"), JointFilters(kind=kind), now=walk.now).count()
        assert led == every == row(found, district.desk, kind, Side.DESK).counts[F.TAKEN]
    for line in found.rows:
        for figure, late in LATE.items():
            if figure in line.counts:
                assert line.counts[figure] + line.counts[late] <= line.counts[TOTALS[line.side]]


@given(
    met=st.integers(0, 500),
    late=st.integers(0, 500),
)
def test_a_share_is_never_rounded_up_to_the_whole(met: int, late: int) -> None:
    one = UnitFigures("u", "u", Kind.LINKAGE, Side.MEMBER, {F.ASKED: met + late, F.CAME: met, F.CAME_LATE: late})
    cell = next(cell for group in rules.groups(one) for cell in group.cells if cell.figure is F.CAME)
    if met + late == 0:
        assert cell.percent == "–"
        return
    share = float(cell.percent.removesuffix("%"))
    assert 0 <= share <= 100
    assert (share == 100) == (late == 0)


def test_every_figure_has_its_formula_and_stands_on_one_side() -> None:
    shown = [figure for figures in SIDES.values() for figure in figures]
    assert {figure for figure in shown if shown.count(figure) > 1} == set(SHARED), "one result for lead and members"
    assert set(shown) == FORMULAS.keys()
    assert set(shown) | set(LATE.values()) | set(UNMET.values()) == set(Figure)


@pytest.mark.parametrize(
    ("name", "since", "until"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-Q1", date(2024, 1, 1), date(2024, 3, 31)),
        ("2024-Q4", date(2024, 10, 1), date(2024, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-12", date(2024, 12, 1), date(2024, 12, 31)),
    ],
)
def test_years_quarters_and_months_are_known_by_their_names(name: str, since: date, until: date) -> None:
    found = rules.period(name)
    assert found is not None
    assert (found.since, found.until) == (since, until)


@pytest.mark.parametrize("name", ["", "24", "2024-Q5", "2024-13", "2024-00", "1024", "２０２４", "2024-1", "2024-Q1 "])
def test_what_names_no_period_is_none(name: str) -> None:
    assert rules.period(name) is None


def test_figures_of_another_period_do_not_count_here(district: Town) -> None:
    walk = JointWalk(district, LINKAGE, Walk(district)).begin()
    actor = walk.actor("desk.dispatcher")
    for name, there in (("2025-03", True), ("2025-Q1", True), ("2025-04", False), ("2024", False)):
        found = joint.carried_out(actor, joint.period_named(name, now=walk.now), now=walk.now)
        assert bool(found.rows) is there, name


@pytest.mark.clause("WD-3.4d")
def test_a_town_that_never_whistles_while_people_come_again_is_shown_case_by_case(district: Town) -> None:
    quiet = led_by_a_town(district)
    quiet.do(C.ANSWER, by="township.handler")
    quiet.do(C.SIGN_OFF, by="township.deputy")
    quiet.along(C.APPROVE)
    assert not carried(quiet).silent
    quiet.do(C.RECORD_CALLBACK, solved="no", satisfied="no")
    quiet.do(C.REWORK)
    merged = Walk(district, quiet.now).along(C.REGISTER)
    merged.do(C.MERGE, parent=quiet.number, reason="同一件事。", requester_told="电话告知")
    quiet.at(merged.now)
    found = carried(quiet)
    (town,) = found.silent
    (sign,) = town.silent
    assert (town.unit, sign.case, sign.times) == (district.township, quiet.number, 2)
    assert sign.evidence == f"不满意发回重办1次；重复来件1件（{merged.number}）"
    assert carried(quiet, "township.handler").silent == found.silent, "the town sees its own"
    assert not carried(quiet, "unit.handler").silent
    quiet.do(C.SIGN_IN, by="township.handler")
    quiet.do(C.WHISTLE, by="township.handler")
    assert not carried(quiet).silent, "it has whistled now"


def test_a_department_that_does_not_whistle_is_not_blamed_for_it(district: Town) -> None:
    walk = Walk(district).along(*TO_CALLBACK)
    walk.do(C.RECORD_CALLBACK, solved="no", satisfied="no")
    walk.do(C.REWORK)
    assert not carried(walk).silent
    merge_into_another(Walk(district, walk.now).along(C.REGISTER))
    assert not carried(walk).silent


@pytest.mark.clause("WD-3.4d")
def test_a_town_that_whistles_wrongly_is_shown_with_every_ruling(district: Town) -> None:
    walk = JointWalk(district, WHISTLE, Walk(district)).begin().along(A.OBJECT)
    assert not carried(walk.case).wrong
    walk.do(A.UPHOLD)
    found = carried(walk.case)
    (town,) = found.wrong
    (sign,) = town.wrong
    assert (town.unit, sign.whistle, sign.department) == (district.township, walk.number, district.other)
    assert sign.why == "该事项不属于本部门职责。"
    assert counts(found, district.township or "", WHISTLE, Side.LEAD)[F.WRONG] == 1
    assert F.ASKED not in {f for r in found.rows if r.unit == district.other for f, n in r.counts.items() if n}
    overruled = JointWalk(district, WHISTLE, Walk(district, walk.now)).begin().along(A.OBJECT, A.OVERRULE)
    found = carried(overruled.case)
    told = counts(found, district.township or "", WHISTLE, Side.LEAD)
    assert (told[F.OBJECTED], told[F.WRONG]) == (2, 1), "an objection that does not hold is nobody's fault"


def test_the_regulation_sets_from_how_many_times_on_it_is_a_sign() -> None:
    def repeated(case: str, reworks: int) -> Repeated:
        return Repeated(case, "路灯不亮", "t", "某镇", START, reworks, 0, ())

    assert rules.fewest_repeats(PACK) == rules.fewest_wrong(PACK) == 1
    found = rules.silent([repeated("a", 0), repeated("b", 1), repeated("c", 2)], PACK)
    assert [sign.case for town in found for sign in town.silent] == ["b", "c"]


def test_nobody_counts_what_another_jurisdiction_does(district: Town, qingshan: Town) -> None:
    walk = _lived(district)
    stranger: Actor = Walk(qingshan, walk.now).actor("desk.dispatcher")
    found = joint.carried_out(stranger, joint.period_named("2025", now=walk.now), now=walk.now + timedelta(days=1))
    assert found.rows == ()

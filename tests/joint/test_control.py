"""Nobody ends what checks them: filing, ruling, asking-out, reminder, designation, difficulty, form."""

from datetime import timedelta
from itertools import combinations_with_replacement
from typing import Any

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.queries import facts as case_facts
from bihuan.cases.types import Act as CaseAct
from bihuan.dispatch import queries as dispatch
from bihuan.duties import queries as duties
from bihuan.duties.types import Outcome
from bihuan.joint import queries as joint
from bihuan.joint.types import Act, DutyKind, Kind, Stage
from bihuan.joint.types.figures import Figure
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Refused
from bihuan.organisations import commands as organisations
from bihuan.policy import norms as n
from bihuan.record.queries import events
from tests.joint.walks import JointWalk, third, to_concluded, to_signed, with_bodies
from tests.towns import FOUNDER, START, Town, settle
from tests.walks import Walk

A, C, D = Act, CaseAct, DutyKind
LINKAGE, WHISTLE = Kind.LINKAGE, Kind.WHISTLE
BOTH = pytest.mark.parametrize("kind", [LINKAGE, WHISTLE])


@pytest.fixture
def town(wendeng: Town) -> Town:
    return with_bodies(wendeng)


def walk(town: Town, kind: Kind, **fields: Any) -> JointWalk:
    """A linkage or whistle that has just begun."""
    return JointWalk(town, kind, Walk(town)).begin(**fields)


def refused(norm: Norm, walk: JointWalk, act: str, field: str | None = None, **said: Any) -> None:
    """The act is refused under the norm and changes nothing."""
    before = walk.facts
    with pytest.raises(Refused) as found:
        walk.do(act, **said)
    assert (found.value.refusal.norm, found.value.refusal.field) == (norm, field)
    assert walk.facts == before


def outcomes(walk: JointWalk) -> dict[tuple[str, str], str]:
    """How each duty of each unit ended; empty while it is open."""
    rows = duties.of_subject(walk.facts.subject, labels={}, now=walk.now)
    return {(row.kind, row.holder.rpartition(".")[2]): row.outcome for row in rows}


def clean() -> None:
    """`verify` finds nothing."""
    assert verify().findings == ()


@pytest.mark.clause("WD-3.2b")
def test_a_form_is_not_signed_while_the_platform_was_never_told(town: Town) -> None:
    whistle = to_concluded(walk(town, WHISTLE, filing="phone")).along(A.GRADE, A.FILE_FORM)
    refused(n.WHISTLE_FILING, whistle, A.SIGN_FORM)
    whistle.along(A.FILE, A.SIGN_FORM)
    assert outcomes(whistle)[D.CALL, "township"] == Outcome.MET
    clean()


@pytest.mark.clause("WD-3.2b")
def test_filing_late_settles_it_late(town: Town) -> None:
    whistle = to_concluded(walk(town, WHISTLE, filing="phone")).along(A.GRADE, A.FILE_FORM)
    whistle.case.later(days=5)
    whistle.along(A.FILE, A.SIGN_FORM)
    assert outcomes(whistle)[D.CALL, "township"] == Outcome.LATE
    period = joint.period_named("2025", now=whistle.now)
    rows = joint.carried_out(town.actor("desk.reviewer", whistle.now), period, now=whistle.now).rows
    counts = next(row.counts for row in rows if row.unit == town.township and row.kind == WHISTLE)
    assert (counts[Figure.FILED], counts[Figure.FILED_LATE]) == (0, 1)


@pytest.mark.clause("WD-3.3c")
def test_an_objection_is_ruled_on_before_the_joint_handling_ends(town: Town) -> None:
    whistle = walk(town, WHISTLE).along(A.OBJECT, A.NOTIFY)
    refused(n.WHISTLE_MISDIRECTED, whistle, A.CONCLUDE)
    whistle.do(A.UPHOLD)
    assert outcomes(whistle)[D.CHECK_IN, "other"] == Outcome.WAIVED, "it was not the department's to do"
    assert whistle.facts.present == ()


@pytest.mark.clause("WD-2.2c")
def test_an_asking_out_is_decided_before_the_joint_handling_ends(town: Town) -> None:
    linkage = walk(town, LINKAGE).along(A.RETURN, A.NOTIFY)
    refused(n.LINKAGE_COOPERATE, linkage, A.CONCLUDE)
    linkage.along(A.KEEP)
    to_signed(linkage)
    clean()


@BOTH
@pytest.mark.clause("WD-2.4e", "WD-3.4e", "WD-2.2b")
def test_reminder_and_filing_outlive_the_signed_form(town: Town, kind: Kind) -> None:
    it = walk(town, kind).along(A.NOTIFY, A.CONCLUDE)
    it.do(A.GRADE, grade="poor", reason="始终没有到场。")
    it.along(A.FILE_FORM, A.SIGN_FORM)
    ended = outcomes(it)
    assert (ended[D.REMIND, "desk"], ended[D.FILING, "desk"]) == ("", "")
    assert it.facts.stage == Stage.SIGNED
    clean()
    it.do(A.REMIND)
    assert outcomes(it)[D.EXPLAIN, "other"] == ""
    it.along(A.EXPLAIN, A.ACKNOWLEDGE)
    assert {outcomes(it)[pair] for pair in ((D.REMIND, "desk"), (D.EXPLAIN, "other"), (D.FILING, "desk"))} == {"met"}
    clean()


@BOTH
@pytest.mark.clause("WD-2.3c", "WD-3.4e")
def test_a_unit_that_did_nothing_is_not_let_off(town: Town, kind: Kind) -> None:
    it = walk(town, kind).along(A.NOTIFY, A.CONCLUDE)
    came = D.ACCEPT if kind == LINKAGE else D.CHECK_IN
    assert (outcomes(it)[D.WORK, "other"], outcomes(it)[came, "other"]) == ("unmet", "unmet")
    period = joint.period_named("2025", now=it.now)
    rows = joint.carried_out(town.actor("desk.reviewer", it.now), period, now=it.now).rows
    row = next(row for row in rows if row.unit == town.other and row.kind == kind)
    assert (row.counts[Figure.CAME_UNMET], row.counts[Figure.FINISHED_UNMET]) == (1, 1)
    assert (row.counts[Figure.CAME], row.counts[Figure.CAME_LATE], row.counts[Figure.FINISHED_LATE]) == (0, 0, 0)
    cells = {cell.figure: cell for group in row.groups for cell in group.cells}
    assert (cells[Figure.FINISHED].percent, cells[Figure.FINISHED].unmet) == ("0.00%", 1)
    clean()


@pytest.mark.clause("WD-2.1c", "WD-2.1d")
def test_every_designated_co_unit_is_asked(town: Town) -> None:
    case = Walk(town).along(C.REGISTER)
    case.do(C.DISPATCH, co_units=[town.other, third(town)])
    case.do(C.SIGN_IN)
    with pytest.raises(Refused) as found:
        JointWalk(town, LINKAGE, case).start(units=[town.other])
    assert (found.value.refusal.norm, found.value.refusal.field) == (n.DESIGNATE_LEAD, "units")
    linkage = JointWalk(town, LINKAGE, case).start(units=[third(town), town.other, town.township])
    assert {m.unit: m.designated for m in linkage.facts.members} == {
        third(town): True,
        town.other: True,
        town.township: False,
    }


@pytest.mark.clause("WD-2.1c", "WD-2.2c")
def test_whom_the_centre_named_the_centre_alone_lets_go(town: Town) -> None:
    case = Walk(town).along(C.REGISTER)
    case.do(C.DISPATCH, co_units=[town.other])
    case.do(C.SIGN_IN)
    linkage = JointWalk(town, LINKAGE, case).start(units=[town.other, third(town)]).along(A.RETURN)
    assert outcomes(linkage)[D.RETURN_DECISION, "desk"] == ""
    refused(n.DESIGNATE_LEAD, linkage, A.RELEASE, "unit")
    refused(n.DESIGNATE_LEAD, linkage, A.KEEP, "unit")
    linkage.do(A.RETURN, by="third.handler")
    assert outcomes(linkage)[D.RETURN_DECISION, "unit"] == ""
    refused(n.LINKAGE_COOPERATE, linkage, A.RELEASE, "unit", by="desk.dispatcher", unit=third(town))
    linkage.do(A.RELEASE, by="desk.dispatcher")
    assert outcomes(linkage)[D.RETURN_DECISION, "desk"] == Outcome.MET
    assert outcomes(linkage)[D.RETURN_DECISION, "unit"] == "", "the lead still has to answer the other"
    linkage.do(A.RELEASE, unit=third(town))
    told = [event.sentence for event in events(f"case:{case.number}")]
    assert any(town.other in sentence and "退出" in sentence for sentence in told)
    linkage.along(A.VOID)
    clean()


@pytest.mark.clause("WD-2.2e")
def test_nobody_takes_back_what_a_designated_unit_stands_in(town: Town) -> None:
    case = Walk(town).along(C.REGISTER)
    case.do(C.DISPATCH, co_units=[town.other])
    case.do(C.SIGN_IN)
    linkage = JointWalk(town, LINKAGE, case).start()
    refused(n.LINKAGE_REQUEST, linkage, A.VOID)


FATES = list(combinations_with_replacement(("works", "lets go", "keeps", "idle"), 2))


@pytest.mark.parametrize("fates", [*FATES, ("works", "lets go", "idle")], ids=", ".join)
def test_every_designated_unit_ends_graded_or_released_by_the_desk(town: Town, fates: tuple[str, ...]) -> None:
    named = [town.other, third(town), town.township][: len(fates)]
    case = Walk(town).along(C.REGISTER)
    case.do(C.DISPATCH, co_units=named)
    case.do(C.SIGN_IN)
    linkage = JointWalk(town, LINKAGE, case).start(units=named)
    for unit, fate in zip(named, fates, strict=True):
        short = unit.rpartition(".")[2]
        if fate in ("lets go", "keeps"):
            linkage.do(A.RETURN, by=f"{short}.handler")
            linkage.do(A.RELEASE if fate == "lets go" else A.KEEP, by="desk.dispatcher", unit=unit)
        if fate in ("works", "keeps"):
            linkage.do(A.ACCEPT, by=f"{short}.handler")
            linkage.do(A.FINISH, by=f"{short}.handler")
        if fate == "idle":
            linkage.do(A.NOTIFY, unit=unit)
    if linkage.facts.present:
        linkage.do(A.CONCLUDE, no_meeting_reason="电话商定")
        for member in linkage.facts.present:
            linkage.do(A.GRADE, unit=member.unit, grade="average", reason="按实际情况")
        linkage.along(A.FILE_FORM, A.SIGN_FORM)
        assert {m.unit for m in linkage.facts.members if m.there and m.grade} == {
            u for u, fate in zip(named, fates, strict=True) if fate != "lets go"
        }
    else:
        linkage.do(A.VOID)
    assert all(m.leaving for m in linkage.facts.members if not m.there)
    assert verify().findings == ()


@BOTH
@pytest.mark.clause("WD-2.3d", "WD-3.3b")
def test_what_is_not_solved_together_the_head_decides_about(town: Town, kind: Kind) -> None:
    it = to_concluded(walk(town, kind), resolved=False)
    assert outcomes(it)[D.DIFFICULTY, it.lead] == ""
    it.along(A.GRADE, A.FILE_FORM)
    norm = n.LINKAGE_REPORT if kind == LINKAGE else n.WHISTLE_REPORT
    refused(norm, it, A.SIGN_FORM)
    it.case.do(C.ANSWER, by=f"{it.lead}.handler", outcome="PARTIAL")
    with pytest.raises(Refused):
        it.case.do(C.SIGN_OFF, by=f"{it.lead}.deputy")
    it.do(A.NO_REPORT)
    it.do(A.SIGN_FORM)
    assert outcomes(it)[D.DIFFICULTY, it.lead] == Outcome.MET
    clean()


@BOTH
@pytest.mark.clause("WD-2.3d", "WD-3.3b")
def test_what_is_not_solved_together_can_still_be_reported(town: Town, kind: Kind) -> None:
    it = to_concluded(walk(town, kind), resolved=False).along(A.REPORT)
    assert (it.facts.stage, it.facts.resolved) == (Stage.ESCALATED, None)
    it.do(A.INSTRUCT)
    assert {unit.unit for unit in it.facts.present if unit.finished_at is None} == {town.other}, "asked once more"
    to_signed(it)
    clean()


@BOTH
@pytest.mark.clause("WD-2.3b", "WD-3.3b")
def test_an_answer_against_the_form_says_why(town: Town, kind: Kind) -> None:
    it = to_concluded(walk(town, kind), resolved=False).along(A.GRADE, A.NO_REPORT)
    it.do(A.FILE_FORM, follow_up="dissatisfied")
    it.do(A.SIGN_FORM)
    assert (it.case.facts.form_resolved, it.case.facts.form_follow_up) == (False, "dissatisfied")
    handler = f"{it.lead}.handler"
    for said in ({"outcome": "SOLVED"}, {"outcome": "PARTIAL", "follow_up": "satisfied"}):
        with pytest.raises(Refused, match="请说明理由") as no:
            it.case.do(C.ANSWER, by=handler, **said)
        assert no.value.refusal.field == "differs_because"
    it.case.do(C.ANSWER, by=handler, follow_up="satisfied", differs_because="备案后配件到货，已修复。")
    told = events(it.case.facts.subject)[-1]
    assert "与备案表“未解决，诉求人不满意”不一致" in told.sentence
    assert told.private == {"differs_because": "备案后配件到货，已修复。"}
    (answer,) = dispatch.answers(it.case.number)
    assert (answer.contradicts_form, answer.differs_because) == ("未解决，诉求人不满意", "备案后配件到货，已修复。")
    clean()


@BOTH
def test_nothing_is_to_be_decided_where_all_is_solved(town: Town, kind: Kind) -> None:
    it = to_concluded(walk(town, kind))
    norm = n.LINKAGE_REPORT if kind == LINKAGE else n.WHISTLE_REPORT
    refused(norm, it, A.NO_REPORT)
    refused(norm, it, A.REPORT)


@pytest.mark.clause("WD-2.3b")
def test_several_co_units_are_called_together_or_it_says_why_not(town: Town) -> None:
    linkage = walk(town, LINKAGE, units=[town.other, third(town)])
    for short in ("other", "third"):
        linkage.do(A.ACCEPT, by=f"{short}.handler")
        linkage.do(A.FINISH, by=f"{short}.handler")
    refused(n.LINKAGE_CONVENE, linkage, A.CONCLUDE, "no_meeting_reason")
    linkage.do(A.HOLD_MEETING)
    linkage.do(A.CONCLUDE)
    assert events(linkage.facts.subject)[-1].facts.get("no_meeting_reason", "") == ""


@BOTH
@pytest.mark.clause("WD-2.2h", "WD-3.2g")
def test_whoever_fills_in_the_form_does_not_sign_it(town: Town, kind: Kind) -> None:
    it = to_concluded(walk(town, kind)).along(A.GRADE)
    unit = f"{town.code}.{it.lead}"
    organisations.appoint(
        account=f"{town.code}.{it.lead}.deputy",
        unit=unit,
        post="handler",
        from_on=START.date(),
        actor=FOUNDER,
        now=it.now,
    )
    it.do(A.FILE_FORM, by="lead.deputy")
    refused(n.SEPARATION, it, A.SIGN_FORM)


@BOTH
@pytest.mark.clause("WD-2.2h", "WD-3.2g")
def test_the_head_signs_where_the_deputy_is_away_and_says_how_long(town: Town, kind: Kind) -> None:
    it = to_concluded(walk(town, kind)).along(A.GRADE, A.FILE_FORM)
    norm = n.LINKAGE_FORM_SIGNED if kind == LINKAGE else n.WHISTLE_FORM_SIGNED
    by = {"by": "lead.head"}
    refused(norm, it, A.SIGN_FORM, "absence_kind", absence="出差", **by)
    refused(norm, it, A.SIGN_FORM, "absence_kind", absence_kind="vacant", **by)
    refused(norm, it, A.SIGN_FORM, "absence_until", absence_kind="travel", **by)
    yesterday = (it.now - timedelta(days=1)).date()
    refused(norm, it, A.SIGN_FORM, "absence_until", absence_kind="sick", absence_until=yesterday, **by)
    it.do(A.SIGN_FORM, absence_kind="travel", absence_until=(it.now + timedelta(days=1)).date(), **by)
    form = joint.form_of(it.case.number, kind)
    assert form is not None
    assert form.absence.startswith("出差，至2025-03-")


def test_the_head_signs_without_a_word_where_there_is_no_deputy(town: Town) -> None:
    linkage = to_concluded(walk(town, LINKAGE)).along(A.GRADE, A.FILE_FORM)
    settle(town.code, town.unit, "unit.heir", "handler", START)
    organisations.dismiss(
        account=f"{town.code}.unit.deputy",
        unit=town.unit,
        post="deputy",
        until_on=linkage.now.date(),
        actor=FOUNDER,
        now=linkage.now,
    )
    linkage.do(A.SIGN_FORM, by="lead.head")
    assert case_facts(linkage.case.number).duties.get("linkage_form") is None

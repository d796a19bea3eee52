"""故事七：谁都不管的事：联合认定为职责空白且诉求合理；专报；批示指定单位；编办定责列入派单目录，下一件按目录派单。"""

from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases import queries as cases
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import Part
from bihuan.cases.types import Stage as CaseStage
from bihuan.determination import queries as determination
from bihuan.determination.types import Outcome, Stage, Verdict
from bihuan.dispatch import queries as dispatch
from bihuan.duties.queries import owed_on
from bihuan.kernel.refusal import Refused, Unknown
from tests.determination.walks import A, DeterminationWalk, to_determined, to_submitted, with_determiners
from tests.towns import Town
from tests.walks import REQUEST, Walk

C = CaseAct


def owed(walk: DeterminationWalk) -> set[tuple[str, str]]:
    """Kind and holder of what is owed on the determination."""
    subject = walk.facts.subject
    return {(kind, holder) for kind, holder, _ in owed_on([subject])[subject]}


def proposed(walk: Walk) -> list[str]:
    """Codes of the entries of the responsibility list that are proposed for a case."""
    text = f"{REQUEST['title']}\n{REQUEST['content']}"
    found = dispatch.suggestions({walk.number: text}, walk.town.code, now=walk.now)
    return [suggestion.entry.code for suggestion in found[walk.number]]


@pytest.mark.clause("WD-4a", "WD-4b", "WD-4d", "WD-4e", "WD-4f", "WD-4h")
def test_nobody_is_competent_and_the_next_such_case_is_dispatched_by_the_list(wendeng: Town) -> None:
    town = with_determiners(wendeng)
    walk = DeterminationWalk(town, Walk(town)).begin()
    assert walk.facts.stage == Stage.DRAFT
    assert {("determination_submit", town.desk), ("determination_position", town.other)} <= owed(walk)
    assert "determination" in walk.case.facts.duties, "the centre must see it through"
    assert walk.case.facts.stage == CaseStage.HANDLING, "until it is handed over the lead's clock runs"

    walk.do(A.STATE_POSITION, by="other.handler")
    walk.do(A.SUBMIT, missing="")
    case = walk.case.facts
    assert case.stage == CaseStage.ADJUDICATING
    staffing, justice = f"{town.code}.staffing", f"{town.code}.justice"
    assert (case.parts[Part.STAFFING], case.parts[Part.JUSTICE]) == ({staffing}, {justice})
    assert {
        ("staffing_opinion", staffing),
        ("justice_opinion", justice),
        ("determination_issue", staffing),
    } <= owed(walk)

    with pytest.raises(Refused, match="还没有提出会商意见"):
        walk.do(A.ISSUE_GAP)
    walk.heard(outcome="gap")
    walk.do(A.ISSUE_GAP)
    assert (walk.facts.outcome, walk.facts.verdict) == (Outcome.GAP, Verdict.REASONABLE)
    assert not {Part.STAFFING, Part.JUSTICE} & walk.case.facts.parts.keys(), "their opinion is given"
    with pytest.raises(Unknown):
        cases.visible_facts(walk.case.number, walk.actor("justice.handler"))

    walk.do(A.REPORT)
    assert walk.case.facts.stage == CaseStage.ESCALATED
    assert walk.facts.report_number == "群众诉求专报〔2025〕第1期"
    assert ("district_designation", f"{town.code}.leaders") in owed(walk)
    walk.do(A.DESIGNATE)
    walk.do(A.ASSIGN)

    case = walk.case.facts
    assert (case.stage, case.lead, case.designated) == (CaseStage.DISPATCHED, town.other, True)
    assert case.first_receiver == town.unit, "the first receiver stays in the history"
    limit = case.duties["handle"] - walk.now
    assert timedelta() < limit < timedelta(days=6), "quickly: three working days, not five"
    assert owed(walk) >= {("responsibility_follow_up", staffing)}

    other = Walk(town, walk.now).along(C.REGISTER)
    assert proposed(other) == [], "nobody's yet"
    walk.do(A.ENTER_RESPONSIBILITY)
    assert walk.facts.stage == Stage.SETTLED
    assert proposed(other.at(walk.now)) == ["ZR-2025-01"]
    entry = next(e for e in dispatch.suggestions({"x": "路灯维护"}, town.code, now=walk.now)["x"]).entry
    assert (entry.lead, walk.facts.number in entry.basis) == (town.other, True)
    other.do(C.DISPATCH, lead=entry.lead, basis_kind="list_entry", basis=f"派单目录{entry.code}")
    assert other.facts.lead == town.other

    walk.case.do(C.SIGN_IN, by="other.handler")
    walk.case.do(C.ANSWER, by="other.handler")
    walk.case.do(C.SIGN_OFF, by="other.deputy")
    walk.case.along(C.APPROVE, C.RECORD_CALLBACK)
    assert walk.case.do(C.CLOSE).stage == CaseStage.CLOSED
    assert [str(broken) for broken in verify(town.code).findings] == []


@pytest.mark.clause("WD-4c", "WD-4i")
def test_the_determined_unit_gets_the_case_with_a_new_limit_and_may_not_return_it(wendeng: Town) -> None:
    town = with_determiners(wendeng)
    walk = DeterminationWalk(town, Walk(town)).begin()
    registered, first_due = walk.case.facts.registered_at, walk.case.facts.duties["handle"]
    walk.along(A.SUBMIT)
    walk.case.later(days=3)
    walk.heard().along(A.ISSUE_UNIT)
    assert walk.facts.opinion_number.startswith("认定")
    walk.do(A.ASSIGN)
    case = walk.case.facts
    assert (case.lead, case.adjudicated) == (town.other, True)
    assert case.registered_at == registered, "the requester sees the true age"
    assert case.duties["handle"] > first_due
    walk.case.do(C.SIGN_IN, by="other.handler")
    for act in (C.REQUEST_RETURN, C.REQUEST_DETERMINATION):
        with pytest.raises(Refused, match="经联合认定的承办主体") as refused:
            walk.case.do(act, by="other.handler")
        assert refused.value.refusal.norm.name == "return.barred-for-adjudicated-lead"
        assert refused.value.refusal.evidence
    assert [str(broken) for broken in verify(town.code).findings] == []


@pytest.mark.clause("WD-4d")
def test_an_unreasonable_request_goes_back_to_the_centre_with_the_opinion(wendeng: Town) -> None:
    town = with_determiners(wendeng)
    walk = to_submitted(DeterminationWalk(town, Walk(town))).heard(outcome="gap")
    walk.do(A.ISSUE_UNREASONABLE)
    assert owed(walk) >= {("determination_take_back", town.desk)}
    with pytest.raises(Refused, match="不能“报送专报”"):
        walk.do(A.REPORT)
    walk.do(A.TAKE_BACK)
    case = walk.case.facts
    assert (case.stage, case.lead) == (CaseStage.TRIAGE, None)
    assert set(case.duties) == {"dispatch"}
    walk.case.along(C.DISPATCH, C.SIGN_IN)
    assert [str(broken) for broken in verify(town.code).findings] == []


@pytest.mark.clause("WD-4a")
def test_only_the_centre_hands_a_dispute_over(wendeng: Town) -> None:
    town = with_determiners(wendeng)
    walk = DeterminationWalk(town, Walk(town)).begin()
    for person in ("unit.handler", "unit.head", "staffing.handler", "other.handler"):
        with pytest.raises((Refused, Unknown)):
            walk.do(A.SUBMIT, by=person)
    with pytest.raises(Refused, match="请写明原因"):
        walk.do(A.SUBMIT, missing="")
    walk.do(A.DECLINE)
    assert walk.case.facts.stage == CaseStage.HANDLING
    assert "determination" not in walk.case.facts.duties


@pytest.mark.clause("WD-4h")
def test_the_whistling_town_may_ask_too(wendeng: Town) -> None:
    town = with_determiners(wendeng)
    case = Walk(town).along(C.REGISTER)
    case.do(C.DISPATCH, lead=town.township)
    case.do(C.SIGN_IN, by="township.handler")
    case.do(C.WHISTLE, by="township.handler")
    case.do(C.REQUEST_DETERMINATION, by="township.handler")
    walk = DeterminationWalk(town, case, determination.standing_on(case.number))
    walk.along(A.SUBMIT).heard().along(A.ISSUE_UNIT, A.ASSIGN)
    assert walk.case.facts.lead == town.other
    assert [str(broken) for broken in verify(town.code).findings] == []


@pytest.mark.clause("WD-4c")
def test_what_was_determined_is_dispatched_by_its_determination_alone(wendeng: Town) -> None:
    town = with_determiners(wendeng)
    case = Walk(town).along(C.REGISTER)
    with pytest.raises(Refused, match="先启动责任主体认定"):
        case.do(C.DISPATCH, basis_kind="adjudication", basis="认定意见书〔2025〕3号")
    walk = to_determined(DeterminationWalk(town, Walk(town)))
    walk.case.do(C.ASSIGN_DETERMINED)
    assert (walk.facts.stage, walk.case.facts.lead) == (Stage.SETTLED, town.other), "done on the case, it is the same"


@pytest.mark.clause("WD-4g")
def test_each_of_the_three_bodies_names_a_person_and_owes_one_until_it_does(wendeng: Town) -> None:
    from bihuan.determination.commands import name_contact
    from bihuan.determination.types.forms import NameContact

    town = with_determiners(wendeng)
    walk = to_submitted(DeterminationWalk(town, Walk(town)))
    bodies = {town.desk, f"{town.code}.staffing", f"{town.code}.justice"}
    assert {holder for kind, holder in owed(walk) if kind == "determination_contact"} == bodies
    walk.do(A.NAME_CONTACT)
    with pytest.raises(Refused, match="在岗"):
        walk.do(A.NAME_CONTACT, by="staffing.handler", account=f"{town.code}.justice.handler")
    fields = NameContact(account=f"{town.code}.staffing.deputy")
    staffing = f"{town.code}.staffing"
    with pytest.raises(Refused, match="由本单位明确"):
        name_contact(unit=staffing, fields=fields, actor=walk.actor("justice.handler"), now=walk.now)
    name_contact(unit=staffing, fields=fields, actor=walk.actor("staffing.head"), now=walk.now)
    assert {holder for kind, holder in owed(walk) if kind == "determination_contact"} == {town.desk}
    rows = determination.contacts(town.code, now=walk.now)
    assert {row.unit for row in rows} == {staffing, f"{town.code}.justice"}
    another = to_submitted(DeterminationWalk(town, Walk(town, walk.now)))
    assert "determination_contact" not in another.facts.duties, "owed once, not on every determination"
    assert [str(broken) for broken in verify(town.code).findings] == []


def test_a_request_that_is_withdrawn_ends_its_determination(wendeng: Town) -> None:
    from bihuan.determination.jobs import dissolve_settled

    town = with_determiners(wendeng)
    walk = to_submitted(DeterminationWalk(town, Walk(town)))
    assert dissolve_settled(town.code, walk.now) == 0
    walk.case.do(C.WITHDRAW)
    assert dissolve_settled(town.code, walk.now) == 1
    assert walk.facts.stage == Stage.DISSOLVED
    assert [str(broken) for broken in verify(town.code).findings] == []

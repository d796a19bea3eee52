"""问责线索: opened, the unit heard, verified and approved by two people, handed over, and what came of it."""

from datetime import timedelta

import pytest
from django.db import transaction

from bihuan.accountability import queries as clues
from bihuan.accountability.jobs import go_on
from bihuan.accountability.types import ClueStage, Route
from bihuan.accountability.types.rows import ClueFilters
from bihuan.audit.queries import verify
from bihuan.duties import queries as duties
from bihuan.duties.types import Outcome
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import commands as organisations
from bihuan.policy import norms
from bihuan.record import queries as record
from tests.accountability.walks import TO_REFERRED, A, ClueWalk, clue_at, found_by_record, with_accountable
from tests.supervision.test_urging import owed
from tests.towns import FOUNDER, UNIT_POSTS, Town, end_unit, pack_of, settle
from tests.walks import TO_HANDLING, Walk

S = ClueStage


def seen_by(walk: ClueWalk, *people: str) -> set[str]:
    """Who of these sees the clue."""

    def sees(person: str) -> bool:
        try:
            clues.view(walk.number, walk.actor(person), now=walk.now)
        except Unknown:
            return False
        return True

    return {person for person in people if sees(person)}


EVERYBODY = (
    "desk.assessor",
    "desk.head",
    "desk.dispatcher",
    "offices.supervisor",
    "unit.head",
    "unit.handler",
    "other.head",
    "discipline.handler",
    "personnel.assessor",
)
AT_FIRST = {"desk.assessor", "desk.head", "offices.supervisor"}


@pytest.mark.clause("A1-7", "WD-5d", "A1-7(1)")
def test_a_clue_is_heard_verified_approved_by_another_and_handed_over_to_the_party_body(held: Town) -> None:
    """故事22（前半）：逐步扩大可见范围。"""
    case = Walk(held).along(*TO_HANDLING)
    before = duties.owed_on([case.facts.subject])
    walk = ClueWalk(held, case).begin()
    assert (walk.facts.stage, owed(walk.facts.subject)) == (S.OPENED, [("clue_screen", held.desk)])
    assert seen_by(walk, *EVERYBODY) == AT_FIRST
    walk.do(A.ADD_EVIDENCE)
    walk.do(A.ASK)
    assert owed(walk.facts.subject) == [("clue_explain", held.unit)]
    assert seen_by(walk, *EVERYBODY) == {*AT_FIRST, "unit.head", "unit.handler"}
    with pytest.raises(Refused, match="不能"):
        walk.do(A.VERIFY)
    walk.along(A.EXPLAIN, A.VERIFY)
    assert owed(walk.facts.subject) == [("clue_approve", held.desk)]
    walk.do(A.APPROVE)
    assert (walk.facts.route, walk.facts.recipient, walk.facts.outside) == (Route.PARTY, "区住建局党组", True)
    assert seen_by(walk, "discipline.handler", "personnel.assessor") == set()
    walk.do(A.REFER)
    assert seen_by(walk, "discipline.handler", "personnel.assessor") == {"personnel.assessor"}
    assert owed(walk.facts.subject) == [("clue_receipt", held.desk), ("clue_result", held.desk)]
    with pytest.raises(Refused, match="还没有签收"):
        walk.do(A.RESULT)
    with pytest.raises(Refused) as refused:
        walk.do(A.RECEIVE, scan=[])
    assert refused.value.refusal.field == "scan"
    walk.along(A.RECEIVE, A.RESULT)
    assert owed(walk.facts.subject) == [("clue_dossier", f"{held.code}.personnel")]
    walk.do(A.FILE)
    assert (walk.facts.stage, owed(walk.facts.subject)) == (S.CLOSED, [])
    assert duties.owed_on([case.facts.subject]) == before, "nothing touches the case"
    view = clues.view(walk.number, walk.actor("desk.assessor"), now=walk.now)
    assert [one.what for one in view.evidence] == ["提出线索", "补充证据"]
    assert any("A1-7" in words for words in view.citations)
    assert verify().findings == ()


@pytest.mark.clause("A1-7")
def test_a_unit_that_says_nothing_is_verified_all_the_same(held: Town) -> None:
    """故事22：不说明的，未履行，照常核实、移交、归档。"""
    walk = clue_at(S.ASKED, held)
    assert go_on(held.code, walk.now) == 0
    late = walk.facts.duties["clue_explain"]
    assert go_on(held.code, late) == 1
    assert walk.facts.stage is S.EXPLAINED
    last = duties.of_subject(walk.facts.subject, labels={}, now=late)
    assert [duty.outcome for duty in last if duty.kind == "clue_explain"] == [Outcome.UNMET]
    walk.case.now = late
    walk.along(A.VERIFY, A.APPROVE, A.REFER)
    assert walk.facts.explanation == ""
    assert verify().findings == ()


@pytest.mark.clause("A1-1", "A1-2")
def test_whoever_verified_does_not_approve(held: Town) -> None:
    settle(held.code, held.desk, "both.assessor", "assessor")
    organisations.appoint(
        account=f"{held.code}.both.assessor",
        unit=held.desk,
        post="deputy",
        from_on=Walk(held).now.date(),
        actor=FOUNDER,
        now=Walk(held).now,
    )
    walk = clue_at(S.EXPLAINED, held)
    walk.do(A.VERIFY, by="both.assessor")
    for act in (A.APPROVE, A.SEND_BACK):
        with pytest.raises(Refused) as refused:
            walk.do(act, by="both.assessor")
        assert refused.value.refusal.norm == norms.THREE_POWERS
    walk.do(A.SEND_BACK)
    assert (walk.facts.stage, walk.facts.verified_by) == (S.EXPLAINED, "")
    walk.do(A.VERIFY)
    walk.do(A.APPROVE, by="both.assessor")
    assert verify().findings == ()


@pytest.mark.clause("WD-4j", "A1-7(2)")
def test_an_express_refusal_goes_to_the_discipline_body_by_both_clauses(held: Town) -> None:
    """故事23：拒不承担的移交区纪委监委。"""
    walk = clue_at(S.EXPLAINED, held)
    walk.do(A.VERIFY, situation="not_led", express=True)
    with pytest.raises(Refused) as refused:
        walk.do(A.APPROVE)
    assert refused.value.refusal.field == "party_body"
    walk.do(A.APPROVE, party_body="")
    assert (walk.facts.route, walk.facts.recipient_unit) == (Route.DISCIPLINE, f"{held.code}.discipline")
    walk.do(A.REFER)
    assert owed(walk.facts.subject) == [
        ("clue_receipt", f"{held.code}.discipline"),
        ("clue_result", f"{held.code}.discipline"),
    ]
    with pytest.raises(Refused, match="登记"):
        walk.do(A.RECEIVE, by="desk.assessor")
    walk.along(A.RECEIVE, A.RESULT, A.FILE)
    view = clues.view(walk.number, walk.actor("discipline.handler"), now=walk.now)
    assert [any(clause in words for words in view.citations) for clause in ("WD-4j", "A1-7")] == [True, True]
    assert verify().findings == ()


@pytest.mark.clause("A1-4c")
def test_what_breaks_rules_gravely_goes_to_the_discipline_body(held: Town) -> None:
    walk = clue_at(S.EXPLAINED, held)
    with pytest.raises(Refused) as refused:
        walk.do(A.VERIFY, severity="breach", consequence="无。")
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.ACCOUNT_SITUATIONS, "consequence")
    walk.do(A.VERIFY, severity="breach")
    walk.do(A.APPROVE, party_body="")
    assert (walk.facts.route, walk.facts.outside) == (Route.DISCIPLINE, False)


@pytest.mark.clause("A1-8")
def test_a_utility_is_handed_over_to_its_superior_body(held: Town) -> None:
    """故事23（后半）：公共服务企业交由其上级主管机关。"""
    kind = next(t.code for t in pack_of(held.code).unit_types.values() if t.needs_superior)
    utility, walk = f"{held.code}.gas", ClueWalk(held, Walk(held).along(*TO_HANDLING))
    organisations.found_unit(
        jurisdiction=held.code,
        code=utility,
        name="燃气公司",
        type_code=kind,
        superior_body="市燃气集团",
        actor=FOUNDER,
        now=walk.now,
    )
    for post in UNIT_POSTS:
        settle(held.code, utility, f"gas.{post}", post)
    organisations.activate_unit(jurisdiction=held.code, code=utility, actor=FOUNDER, now=walk.now)
    walk.do(A.OPEN, unit=utility)
    walk.do(A.ASK)
    walk.do(A.EXPLAIN, by="gas.head")
    walk.do(A.VERIFY, express=True)
    walk.do(A.APPROVE, party_body="")
    assert (walk.facts.route, walk.facts.recipient, walk.facts.outside) == (Route.SUPERIOR, "市燃气集团", True)
    view = clues.view(walk.number, walk.actor("desk.assessor"), now=walk.now)
    assert [any(clause in words for words in view.citations) for clause in ("A1-8", "WD-4j")] == [True, True]
    walk.along(A.REFER, A.RECEIVE, A.RESULT, A.FILE)
    assert verify().findings == ()


def test_another_route_wants_a_reason(held: Town) -> None:
    walk = clue_at(S.VERIFIED, held)
    with pytest.raises(Refused) as refused:
        walk.do(A.APPROVE, route="discipline", party_body="")
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.ACCOUNT_CLUE, "route_reason")
    walk.do(A.APPROVE, route="discipline", party_body="", route_reason="涉及党组主要负责人。")
    assert walk.facts.recipient_unit == f"{held.code}.discipline"


@pytest.mark.clause("HN-2.7a")
def test_in_huainan_the_discipline_body_guides_the_party_body(huainan: Town) -> None:
    town = with_accountable(huainan)
    walk = clue_at(S.REFERRED, town)
    assert walk.facts.route == Route.GUIDED
    assert seen_by(walk, "discipline.handler", "personnel.assessor") == {"discipline.handler", "personnel.assessor"}
    walk.do(A.GUIDE)
    walk.do(A.GUIDE, guidance="请说明进展。")
    assert walk.facts.guidance.splitlines() == ["请尽快查明责任人。", "请说明进展。"]
    walk.along(A.RECEIVE, A.RESULT, A.FILE)
    assert verify().findings == ()


@pytest.mark.clause("HN-2.7b")
def test_in_huainan_what_is_severe_is_copied(huainan: Town) -> None:
    town = with_accountable(huainan)
    walk = clue_at(S.EXPLAINED, town)
    walk.do(A.VERIFY, severity="severe")
    walk.do(A.APPROVE)
    assert (walk.facts.route, walk.facts.copies) == (
        Route.COPIED,
        (f"{town.code}.discipline", f"{town.code}.personnel"),
    )
    walk.do(A.REFER)
    assert "抄送" in record.events(walk.facts.subject)[-1].sentence
    assert seen_by(walk, "discipline.handler", "personnel.assessor") == {"discipline.handler", "personnel.assessor"}


def test_one_clue_is_open_for_a_unit_situation_and_subject(held: Town) -> None:
    walk = ClueWalk(held, Walk(held)).begin()
    first = walk.number
    with pytest.raises(Refused) as refused:
        walk.do(A.OPEN)
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.ACCOUNT_CLUE, "unit")
    assert first in refused.value.refusal.reason
    walk.do(A.OPEN, situation="other")
    walk.do(A.OPEN, about="")
    for wrong, field in (({"unit": held.desk}, "unit"), ({"situation": "no_such"}, "situation")):
        with pytest.raises(Refused) as refused:
            walk.do(A.OPEN, **wrong)
        assert refused.value.refusal.field == field
    walk.number = first
    walk.do(A.DISMISS)
    walk.do(A.OPEN)


def test_the_clock_opens_with_evidence_adds_to_what_is_open_and_concludes_nothing(held: Town) -> None:
    case = Walk(held).along(*TO_HANDLING)
    with transaction.atomic():
        number = found_by_record(held, case)
    walk = ClueWalk(held, case, number)
    assert (walk.facts.stage, walk.facts.detector, walk.facts.severity) == (S.OPENED, "untrue", "")
    assert owed(walk.facts.subject) == [("clue_screen", held.desk)]
    version = walk.facts.version
    assert found_by_record(held, case) == number
    assert walk.facts.version == version, "the same evidence adds nothing"
    assert found_by_record(held, case, events=((f"case:{case.number}", 2, "派单"),)) == number
    view = clues.view(number, walk.actor("desk.assessor"), now=walk.now)
    assert [(one.sequence, one.url != "") for one in view.evidence] == [(1, True), (2, True)]
    walk.do(A.DISMISS, version=version)
    case.later(days=89)
    assert found_by_record(held, case) == "", "dismissed on the same evidence"
    assert found_by_record(held, case, events=((f"case:{case.number}", 3, "签收"),)) != ""
    assert verify().findings == ()


def test_after_ninety_days_the_same_evidence_opens_again(held: Town) -> None:
    case = Walk(held).along(*TO_HANDLING)
    walk = ClueWalk(held, case, found_by_record(held, case))
    walk.do(A.DISMISS)
    case.later(days=91)
    assert found_by_record(held, case) not in ("", walk.number)


def test_what_complains_in_secret_of_the_unit_is_not_shown_to_it(held: Town) -> None:
    case = Walk(held)
    case.do("register", accused=[held.unit], secrecy_requested=True)
    walk = ClueWalk(held, case)
    with pytest.raises(Refused) as refused:
        walk.do(A.OPEN)
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.IDENTITY_PROTECTED, "unit")
    assert found_by_record(held, case) == ""
    walk.do(A.OPEN, about="")


def test_the_list_tells_of_what_one_sees(held: Town) -> None:
    walk = clue_at(S.OPENED, held)
    for short, sees in (("desk.assessor", True), ("offices.supervisor", True), ("unit.head", False)):
        rows = clues.ledger(walk.actor(short), ClueFilters(), now=walk.now)
        assert [row.number for row in rows] == [walk.number] * sees, short
    (row,) = clues.ledger(walk.actor("desk.assessor"), ClueFilters(unit=held.unit, open=True), now=walk.now)
    assert (row.clause, row.next_duty) == ("A1-7(1)", "初核问责线索")
    assert clues.ledger(walk.actor("desk.assessor"), ClueFilters(open=False), now=walk.now) == []


def test_a_successor_answers_for_a_unit_that_ends(held: Town) -> None:
    walk = clue_at(S.ASKED, held)
    end_unit(held, held.unit, walk.now, successor=held.other)
    from bihuan.clockwork.commands import sweep

    walk.case.later(minutes=1)
    sweep(held.code, walk.now)
    assert owed(walk.facts.subject) == [("clue_explain", held.other)]
    assert walk.facts.unit == held.unit, "it goes on naming the unit that did it"
    walk.do(A.EXPLAIN, by="other.head")
    assert verify().findings == ()


def test_what_is_typed_of_days_is_held_against_the_letter(held: Town) -> None:
    walk = clue_at(S.REFERRED, held)
    tomorrow = walk.now + timedelta(days=1)
    with pytest.raises(Refused) as refused:
        walk.do(A.RECEIVE, taken_at=tomorrow.isoformat())
    assert refused.value.refusal.field == "taken_at"
    walk.do(A.RECEIVE)
    with pytest.raises(Refused) as refused:
        walk.do(A.RESULT, concluded_on="2024-01-02")
    assert refused.value.refusal.field == "concluded_on"
    assert TO_REFERRED[-1] == A.REFER


@pytest.mark.clause("A1-7(4)", "A1-7(5)", "A1-7(8)", "A1-7(9)", "WD-3.4d")
def test_every_situation_that_the_regulation_names_is_opened_by_hand_and_cited_by_its_clause(held: Town) -> None:
    walk = ClueWalk(held, Walk(held))
    clauses = {
        "perfunctory": "A1-7(1)",
        "not_led": "A1-7(2)",
        "not_cooperating": "A1-7(3)",
        "not_done": "A1-7(4)",
        "emergency": "A1-7(5)",
        "unsolved": "A1-7(6)",
        "ignored": "A1-7(7)",
        "leak_rude": "A1-7(8)",
        "whistle_misuse": "WD-3.4d",
        "other": "A1-7(9)",
    }
    assert clauses.keys() == pack_of(held.code).situations.keys()
    for code in clauses:
        walk.begin(situation=code)
    walk.along(A.ASK, A.EXPLAIN)
    walk.do(A.VERIFY, situation="other")
    assert record.events(walk.facts.subject)[-1].clause == "A1-7(9)", "the clause of the situation is cited"
    rows = clues.ledger(walk.actor("desk.assessor"), ClueFilters(), now=walk.now)
    assert {row.situation: row.clause for row in rows} == clauses


def test_what_is_on_file_is_not_found_again(held: Town) -> None:
    walk = ClueWalk(held, Walk(held)).begin()
    walk.do(A.FIND_AGAIN)
    before = walk.facts
    with pytest.raises(Refused) as refused:
        walk.do(A.FIND_AGAIN)
    assert refused.value.refusal.field == "events"
    assert walk.facts == before
    walk.do(A.FIND_AGAIN, events=["case:none#1#再次发现", "case:none#2#第三次发现"])
    assert clues.evidence_in_records(walk.facts.id) == {("case:none", 1), ("case:none", 2)}

"""What an older version left behind is named: each of its states, put into the database behind everybody's back."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from bihuan.accountability.types import ClueStage
from bihuan.audit.queries import verify
from bihuan.audit.tables import surviving
from bihuan.bulletins.types import BulletinStage
from bihuan.cases.types import Act as C
from bihuan.cases.types import Stage as CaseStage
from bihuan.determination.types import ReferralStage as Referred
from bihuan.determination.types import Stage as Determined
from bihuan.duties import queries as duties
from bihuan.instructions.types import InstructionStage
from bihuan.joint.types import Act, Kind
from bihuan.joint.types import Stage as JointStage
from bihuan.matters.types import Act as M
from bihuan.matters.types import Stage as MatterStage
from bihuan.meetings.types import MeetingStage
from bihuan.rhythm.types import RhythmStage
from bihuan.subjects.declaration import Kind as Sort
from bihuan.subjects.registry import REGISTRY
from bihuan.supervision.types import ColouredStage, OrderStage, ReminderStage, UrgeStage
from tests.accountability.walks import clue_at, with_accountable
from tests.audit.tampering import retold
from tests.bulletins.walks import bulletin_at
from tests.determination.walks import referral_at, with_determiners
from tests.determination.walks import walk_to as determination_at
from tests.instructions.walks import instruction_at
from tests.joint.walks import JointWalk, with_bodies
from tests.joint.walks import walk_to as joint_at
from tests.matters.walks import MatterWalk, to_confirmed
from tests.matters.walks import walk_to as matter_at
from tests.meetings.walks import meeting_at
from tests.rhythm.walks import rhythm_at
from tests.supervision.walks import coloured_at, order_at, reminder_at, with_supervisors
from tests.supervision.walks import walk_to as urge_at
from tests.towns import Town
from tests.walks import TO_HANDLING, Walk, answer, joined
from tests.walks import walk_to as case_at


def put(statement: str, *parameters: Any) -> None:
    """Run one statement as somebody at the database's own console; it must hit something."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        assert cursor.rowcount > 0, statement


def told(subject: str) -> set[str]:
    """Why `verify` finds something about a subject."""
    return {finding.reason for finding in verify().findings if finding.subject == subject}


def remarked(subject: str) -> set[str]:
    """What it remarks beside its verdict."""
    return {remark.reason for remark in verify().remarks if remark.subject == subject}


def late(town: Town) -> tuple[Walk, MatterWalk]:
    """A case that its unit did not settle in time, and the candidate that it became."""
    case = Walk(town).along(*TO_HANDLING).later(days=20)
    return case, MatterWalk(town, case.now, case=case.number, actors=case.actors).along(M.PROPOSE, M.EXPLAIN)


class TestStruckOffAndStillOpen:
    """F25: the case and its matter each go their own way."""

    def test_on_the_ledger_while_the_case_is_still_with_its_first_unit(self, huainan: Town) -> None:
        case, matter = late(huainan)
        matter.along(M.REGISTER)
        put("UPDATE cases_case SET stage = 'handling' WHERE number = %s", case.number)
        assert "还在清单上，工单却没有随清单办理" in told(matter.facts.subject)

    def test_struck_off_while_the_case_still_stands_on_the_list(self, huainan: Town) -> None:
        matter = to_confirmed(MatterWalk(huainan)).along(M.STRIKE_OFF)
        put("UPDATE cases_case SET stage = 'listed', closed_at = NULL WHERE number = %s", matter.case)
        assert "清单事项已经销号，工单却还列在清单" in told(f"case:{matter.case}")

    def test_on_the_list_without_a_matter(self, huainan: Town) -> None:
        case = Walk(huainan).along(*TO_HANDLING)
        put("UPDATE cases_case SET stage = 'listed' WHERE number = %s", case.number)
        assert "列在清单，清单上却没有这一件" in told(case.facts.subject)


def test_closed_and_still_a_candidate(huainan: Town) -> None:
    """F26: the case was answered and closed, and its candidate waits to be entered."""
    case, matter = late(huainan)
    case.at(matter.now).along(C.ANSWER, C.SIGN_OFF, C.APPROVE, C.RECORD_CALLBACK, C.CLOSE)
    assert told(matter.facts.subject) == set()
    put("UPDATE matters_matter SET stage = 'candidate', closed_at = NULL WHERE number = %s", matter.number)
    assert "工单已经终结，这一件却还是待列入的事项" in told(matter.facts.subject)


class TestJoinedAndDroppedOutOfTheLoop:
    """F27: a request that was joined to another, and nobody tells its requester what became of it."""

    def test_nobody_owes_the_result(self, wendeng: Town) -> None:
        child, parent = joined(wendeng)
        answer(parent)
        put("DELETE FROM duties_duty WHERE subject = %s AND kind = 'tell_result'", child.facts.subject)
        assert "主单已有答复，却没有人负责告知本件诉求人" in told(child.facts.subject)

    def test_the_parent_ended_without_an_answer(self, wendeng: Town) -> None:
        child, parent = joined(wendeng)
        put("UPDATE cases_case SET stage = 'withdrawn', closed_at = now() WHERE number = %s", parent.number)
        assert "主单已终结而没有答复，本件却没有恢复单独办理" in told(child.facts.subject)

    def test_joined_to_nothing(self, wendeng: Town) -> None:
        child, _ = joined(wendeng)
        put("UPDATE cases_case SET parent_id = NULL WHERE number = %s", child.number)
        assert "已并单，却没有主单" in told(child.facts.subject)


def waived_of_old(subject: str, kinds: set[str]) -> None:
    """Ledger and record say that these duties were waived where they ended as never done; every hash is right."""

    def waived(text: str) -> str:
        facts = json.loads(text)
        ended = [one for one in facts["settles"] if one[0] in kinds and one[1] == "unmet"]
        facts["settles"] = [one for one in facts["settles"] if one not in ended]
        facts["lapses"] = sorted([*facts.get("lapses", ()), *(one[0] for one in ended)])
        return json.dumps(facts, ensure_ascii=False)

    retold(subject, waived)
    put(
        "UPDATE duties_duty SET outcome = 'waived' WHERE subject = %s AND outcome = 'unmet' AND kind = ANY(%s)",
        subject,
        sorted(kinds),
    )


class TestLetOffWhatWasNotDone:
    """F04: what somebody did not do stands as 免除."""

    @pytest.mark.parametrize("kind", [Kind.LINKAGE, Kind.WHISTLE])
    def test_a_unit_that_was_notified_as_passive(self, kind: Kind, wendeng: Town) -> None:
        town = with_bodies(wendeng)
        walk = JointWalk(town, kind, Walk(town)).begin().along(Act.NOTIFY, Act.CONCLUDE)
        ended = duties.done_on([walk.facts.subject])[walk.facts.subject]
        kinds = {one.partition(":")[0] for one in ended if one.endswith(":unmet")}
        assert "joint_work" in kinds
        assert told(walk.facts.subject) == set()
        waived_of_old(walk.facts.subject, kinds)
        reasons = {f"{town.other}已被通报消极配合，职责“{kind}”却按免除了结，应为未履行" for kind in kinds}
        assert told(walk.facts.subject) == reasons

    def overdue(self, town: Town) -> Walk:
        """A case that was withdrawn long after its unit should have handled it."""
        walk = Walk(town).along(*TO_HANDLING).later(days=40).along(C.WITHDRAW)
        assert told(walk.facts.subject) == set()
        waived_of_old(walk.facts.subject, {"handle"})
        return walk

    def test_what_lapsed_after_its_due_moment(self, wendeng: Town) -> None:
        walk = self.overdue(wendeng)
        assert told(walk.facts.subject) == {f"{wendeng.unit}的职责“handle”逾期未做，却按免除了结，应为未履行"}

    def test_what_an_older_version_wrote_is_remarked(self, wendeng: Town) -> None:
        walk = self.overdue(wendeng)
        put("UPDATE record_milestone SET event = (SELECT max(id) FROM record_event) WHERE name = 'creditors'")
        assert told(walk.facts.subject) == set()
        assert f"{wendeng.unit}的职责“handle”逾期未做，却按免除了结，应为未履行" in remarked(walk.facts.subject)

    def test_what_a_decision_took_from_its_holder_is_no_fault(self, wendeng: Town) -> None:
        """Given back late, and rightly: it was never that unit's to handle."""
        walk = Walk(wendeng).along(C.REGISTER, C.DISPATCH, C.REQUEST_RETURN).later(days=40).along(C.APPROVE_RETURN)
        assert "handle:waived" in duties.done_on([walk.facts.subject])[walk.facts.subject]
        assert told(walk.facts.subject) == set()

    def test_what_rested_before_it_was_due_is_no_fault(self, wendeng: Town) -> None:
        walk = Walk(wendeng).along(*TO_HANDLING, C.AWAIT_REQUESTER).later(days=40).along(C.WITHDRAW)
        assert "handle:waived" in duties.done_on([walk.facts.subject])[walk.facts.subject]
        assert told(walk.facts.subject) == set()


ENDED: dict[str, Callable[[Town], Any]] = {
    "case": lambda town: case_at(CaseStage.CLOSED, town),
    "matter": lambda town: matter_at(MatterStage.STRUCK_OFF, town),
    "linkage": lambda town: joint_at(Kind.LINKAGE, JointStage.SIGNED, with_bodies(town)),
    "whistle": lambda town: joint_at(Kind.WHISTLE, JointStage.SIGNED, with_bodies(town)),
    "determination": lambda town: determination_at(Determined.SETTLED, with_determiners(town)),
    "referral": lambda town: referral_at(Referred.SENT, with_determiners(town)),
    "rhythm": lambda town: rhythm_at(RhythmStage.DONE, town),
    "meeting": lambda town: meeting_at(MeetingStage.CLOSED, town),
    "bulletin": lambda town: bulletin_at(BulletinStage.ISSUED, town),
    "clue": lambda town: clue_at(ClueStage.CLOSED, with_accountable(town)),
    "instructing": lambda town: instruction_at(InstructionStage.CLOSED, with_supervisors(town)),
    "coloured": lambda town: coloured_at(ColouredStage.RELEASED, with_supervisors(town)),
    "ordering": lambda town: order_at(OrderStage.RELEASED, with_supervisors(town)),
    "reminder": lambda town: reminder_at(ReminderStage.ACCEPTED, with_supervisors(town)),
    "urging": lambda town: urge_at(UrgeStage.REPLIED, with_supervisors(town)),
}
"""Something of every kind that has ended."""


@pytest.mark.parametrize("subject", [*REGISTRY], ids=lambda subject: subject.word)
def test_ended_and_still_owed(subject: Sort, wendeng: Town, huainan: Town) -> None:
    """F131: it ended while somebody owed something on it."""
    name = ENDED[subject.word](
        huainan if subject.word in ("matter", "rhythm", "meeting", "bulletin") else wendeng
    ).facts.subject
    assert told(name) == set()
    put(
        "UPDATE duties_duty SET discharged_at = NULL, outcome = '' WHERE id = ("
        " SELECT max(id) FROM duties_duty WHERE subject = %s AND NOT kind = ANY(%s))",
        name,
        surviving(subject),
    )
    assert "已经终结，却还有未了结的职责" in told(name)

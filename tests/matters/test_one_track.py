"""One request has one track: what becomes of the case is told to the matter, and the other way round."""

from dataclasses import dataclass
from typing import Any

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.stages import ENDS as CASE_ENDS
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import Stage as CaseStage
from bihuan.duties.models import Duty
from bihuan.kernel.refusal import Refused
from bihuan.matters.queries import open_of_case
from bihuan.matters.types import Act, Stage
from bihuan.record.queries import events
from bihuan.record.types import Done
from tests.matters.walks import MatterWalk
from tests.towns import Town
from tests.walks import WAYS, A, Walk

EARLY = "领导要求提前列入。"


@dataclass
class ReportedWalk(Walk):
    """A case that its desk reports for the list as soon as it is registered."""

    matter: MatterWalk | None = None

    def do(self, act: str, by: str | None = None, version: int | None = None, **fields: Any) -> Done:
        """Do an act by the book, and report the case after its first."""
        done = super().do(act, by, version, **fields)
        if act == CaseAct.REGISTER:
            self.matter = MatterWalk(self.town, self.now, case=self.number, actors=self.actors)
            self.matter.do(Act.REPORT, override_reason=EARLY)
            self.now = self.matter.now
        return done


@pytest.mark.clause("HN-1.2", "HN-2.2c")
@pytest.mark.parametrize("end", sorted(CASE_ENDS - {CaseStage.ARCHIVED}))
def test_a_case_that_ends_is_no_candidate_any_more(end: CaseStage, huainan: Town) -> None:
    """F26: whatever ends the case drops its open candidate at once, by the clock's hand."""
    case = ReportedWalk(huainan)
    WAYS[end](case)
    assert case.facts.stage == end
    matter = case.matter
    assert matter is not None
    assert (matter.facts.stage, matter.facts.duties) == (Stage.DROPPED, {})
    dropped = events(matter.facts.subject)[-1]
    assert (dropped.account, dropped.private) == ("clockwork", {"reason": f"工单已{end.label.removeprefix('已')}"})
    assert dropped.facts["lapses"] == ["list_register"]
    with pytest.raises(Refused, match="不予列入"):
        matter.at(max(matter.now, case.now)).do(Act.REGISTER, override_reason=EARLY)
    assert verify(huainan.code).findings == ()


@pytest.mark.clause("HN-1.2")
def test_an_entry_that_is_overdue_when_the_case_ends_was_never_made(huainan: Town) -> None:
    matter = MatterWalk(huainan).with_overdue_case().along(Act.PROPOSE)
    case = Walk(huainan, matter.now, number=matter.case).later(days=10)
    case.along(A.ANSWER, A.SIGN_OFF, A.APPROVE, A.RECORD_CALLBACK, A.CLOSE)
    assert matter.facts.stage == Stage.DROPPED
    outcomes = Duty.objects.filter(subject=matter.facts.subject).values_list("kind", "outcome")
    assert dict(outcomes) == {"list_report": "unmet", "list_register": "unmet"}


@pytest.mark.clause("HN-1.2")
def test_of_what_was_put_together_the_late_parent_is_the_candidate(huainan: Town) -> None:
    """A late case is given back and put to another one, late as well, whose candidate the office once dropped."""
    parent = MatterWalk(huainan).with_overdue_case().along(Act.PROPOSE, Act.DROP)
    case = Walk(huainan, parent.now).along(A.REGISTER, A.DISPATCH, A.REQUEST_RETURN).later(days=20)
    child = MatterWalk(huainan, case.now, case=case.number).along(Act.PROPOSE)
    case.at(child.now).along(A.APPROVE_RETURN)
    case.do(A.MERGE, parent=parent.case, reason="同一盏路灯。", requester_told="电话告知")
    assert child.facts.stage == Stage.DROPPED
    again = open_of_case(parent.case)
    assert again not in ("", parent.number)
    assert verify(huainan.code).findings == ()

"""What cannot be solved for now is explained to whoever asked, by what the policy says."""

import pytest

from bihuan.cases.types import Act
from bihuan.kernel.refusal import Refused
from bihuan.policy import norms as n
from bihuan.record.queries import events
from tests.towns import Town
from tests.walks import TO_HANDLING, Walk


@pytest.mark.clause("WD-2.3f")
def test_an_explanation_rests_on_a_policy_and_was_given_to_the_requester(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    for said, norm, field in (
        ({"policy_basis": ""}, n.ANSWER_EXPLAINED, "policy_basis"),
        ({"feedback_method": None, "feedback_at": None, "feedback_by": ""}, n.ANSWER_TWO_PARTS, "feedback_method"),
    ):
        with pytest.raises(Refused) as found:
            walk.do(Act.ANSWER, outcome="EXPLAINED", **said)
        assert (found.value.refusal.norm, found.value.refusal.field) == (norm, field)
    walk.do(Act.ANSWER, outcome="EXPLAINED")


@pytest.mark.clause("WD-2.3f")
def test_nothing_is_hung_up_without_a_word_to_the_requester(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    with pytest.raises(Refused) as found:
        walk.do(Act.HANG, requester_told="")
    assert (found.value.refusal.norm, found.value.refusal.field) == (n.ANSWER_EXPLAINED, "requester_told")
    walk.do(Act.HANG, requester_told="电话说明改造计划")
    assert events(walk.facts.subject)[-1].private["requester_told"] == "电话说明改造计划"


def test_nobody_is_told_where_nobody_is_known(wendeng: Town) -> None:
    walk = Walk(wendeng)
    walk.do(Act.REGISTER, anonymous=True, name="", phone="", address="", callback_wanted=False)
    walk.along(Act.DISPATCH, Act.SIGN_IN)
    walk.do(Act.HANG, requester_told="")

"""Refusing by doing nothing: the clock sees a designated unit that does not sign in or does not act, once."""

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act, DutyKind, Stage
from bihuan.clockwork.commands import sweep
from bihuan.determination import queries
from bihuan.duties.models import Duty
from bihuan.joint.types import Act as J
from bihuan.kernel.refusal import Refused
from bihuan.record.queries import events
from tests.determination.walks import ReferralWalk, silent
from tests.joint.walks import LINKAGE, JointWalk, with_bodies
from tests.towns import Town
from tests.walks import Walk

CHECK = DutyKind.REFUSAL_CHECK


def designated(town: Town, *acts: Act) -> Walk:
    """A case whose lead was designated."""
    walk = Walk(town).along(Act.REGISTER)
    walk.do(Act.DISPATCH, basis_kind="designation")
    return walk.along(*acts)


def swept(walk: Walk) -> bool:
    """Whether the desk owes the check after the clock went by."""
    sweep(walk.town.code, walk.now)
    return CHECK in walk.facts.duties


def opened(walk: Walk) -> int:
    """How often the desk was asked to check."""
    return Duty.objects.filter(subject=walk.facts.subject, kind=CHECK).count()


def clean(town: Town) -> None:
    """The record and the ledger agree."""
    assert [str(finding) for finding in verify(town.code).findings] == []


@pytest.mark.clause("WD-4j", "WD-4i")
def test_a_designated_lead_that_does_not_sign_in_is_checked_once_an_assignment(district: Town) -> None:
    walk = designated(district)
    walk.at(walk.facts.duties[DutyKind.SIGN_IN])
    assert not swept(walk)
    assert swept(walk.later(minutes=1))
    told = [event.sentence for event in events(walk.facts.subject)[-3:]]  # that it fell due, and is urged, beside it
    assert any("逾期没有签收，由派单员核查是否拒不承担" in sentence for sentence in told)
    with pytest.raises(Refused, match="还没有核查"):
        walk.do(Act.RECALL)
    walk.do(Act.NO_REFUSAL)
    assert not swept(walk.later(days=30))
    assert opened(walk) == 1
    walk.do(Act.RECALL, reason="该单位无人办理。")
    walk.do(Act.DISPATCH, basis_kind="designation")
    assert swept(walk.later(days=10)), "another assignment, another silence"
    assert opened(walk) == 2
    clean(district)


def test_whoever_acts_neither_here_nor_on_what_stands_on_the_case_is_checked(district: Town) -> None:
    town = with_bodies(district)
    walk = designated(town, Act.SIGN_IN, Act.RECORD_CONTACT)
    assert not swept(walk.later(days=3))
    together = JointWalk(town, LINKAGE, walk).start()
    assert not swept(walk.later(days=5))
    together.do(J.HOLD_MEETING)
    assert not swept(walk.later(days=5)), "what it does together with others is done"
    assert swept(walk.later(days=5))
    assert "到时限没有任何办理" in events(walk.facts.subject)[-1].sentence
    clean(town)


def test_an_attempt_to_return_is_no_act(district: Town) -> None:
    walk = designated(district, Act.SIGN_IN).later(days=6)
    with pytest.raises(Refused):
        walk.do(Act.REQUEST_RETURN)
    assert swept(walk.later(days=3))


def test_a_lead_that_was_not_designated_is_not_checked(district: Town) -> None:
    assert not swept(Walk(district).along(Act.REGISTER, Act.DISPATCH).later(days=20))


@pytest.mark.clause("WD-4j")
def test_silence_is_evidence_of_the_refusal_that_the_desk_puts_on_file(district: Town) -> None:
    walk = silent(district)
    refusal = ReferralWalk(district, walk).start()
    assert CHECK not in walk.facts.duties
    assert not swept(walk.later(days=30)), "what is on file need not be checked"
    view = queries.referral_view(refusal.number, refusal.actor("desk.dispatcher"), now=walk.now)
    assert any("逾期没有签收" in piece.text for piece in view.evidence)
    clean(district)


def test_the_check_is_owed_still_when_the_case_is_closed(district: Town) -> None:
    walk = silent(district, Stage.CLOSED).later(days=60)
    with pytest.raises(Refused, match="还没有核查"):
        walk.do(Act.ARCHIVE)
    walk.along(Act.NO_REFUSAL, Act.ARCHIVE)
    assert walk.facts.stage is Stage.ARCHIVED
    clean(district)

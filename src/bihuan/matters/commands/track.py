"""One request has one track: where a matter goes, its case goes too, in the same transaction."""

from collections.abc import Callable, Mapping
from typing import Any

from bihuan.cases import commands as cases
from bihuan.cases import queries as case_queries
from bihuan.cases.stages import LISTABLE, RELISTABLE
from bihuan.cases.types import Act, CaseFacts, Departure, DutyKind, Part, Stage
from bihuan.dispatch.commands import keep_answer
from bihuan.duties import commands as duties
from bihuan.duties.life import Locked
from bihuan.duties.types import Opening
from bihuan.matters import queries, rules
from bihuan.matters.types import MatterFacts
from bihuan.matters.types.happenings import CaseListed, CaseListedAgain, ListFollowed, ListLeft
from bihuan.matters.types.rows import FeedbackRow
from bihuan.organisations.queries import person_names, unit_names
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.policy.pack import Pack

WITH_THE_MATTER = "随清单事项的办理期限"


def enter(case: Locked[CaseFacts], matter: MatterFacts) -> None:
    """The case goes on the list: its unit owes nothing of it any more; what is handled together rests."""
    said = {"matter": matter.number, "list_number": matter.list_number or ""}
    again = case.move.act is Act.ENTER_LIST_AGAIN
    anew = again or case.facts.stage is Stage.CLOSED
    changes: dict[str, object] = {"round": case.facts.round + 1, "closure": ""} if anew else {}
    happening = CaseListedAgain(**said) if again else CaseListed(**said)
    cases.LIFE.advance(case, happening, changes=changes, openings=_until(case, matter))
    cases.LIFE.rest(case.facts.number, why=Stage.LISTED.label, by=case)
    if matter.lead is not None:
        follow(cases.LIFE.along(case.facts.number, Act.FOLLOW_LIST, by=case), matter)


def follow(case: Locked[CaseFacts], matter: MatterFacts) -> None:
    """The case goes to the matter's unit, until the matter's moment."""
    assert matter.lead is not None
    assert matter.until is not None
    moved = duties.put(case.facts.subject, DutyKind.LISTED, due_at=matter.until, why=WITH_THE_MATTER)
    happening = ListFollowed(
        matter=matter.number,
        lead=matter.lead,
        lead_name=unit_names([matter.lead]).get(matter.lead, matter.lead),
        due_at=matter.until.astimezone(ZONE),
    )
    cases.LIFE.advance(case, happening, changes=_given(case, matter), moved=moved)


def leave(case: Locked[CaseFacts], matter: MatterFacts) -> None:
    """The matter was struck off: what its unit fed back is the case's answer; the requester is asked, or it ends."""
    said = queries.sent_feedback(matter.number)
    assert said is not None
    assert said.submitted_at is not None
    number, calls = case.facts.number, case.move.act is Act.LEAVE_LIST
    version, digest = keep_answer(number, **_answer(case.facts, said))
    moved = cases.LIFE.go_on(number, by=case)
    happening = ListLeft(
        matter=matter.number,
        list_number=matter.list_number or "",
        outcome=said.outcome,
        onward="转回访" if calls else "办结",
        answer_version=version,
        digest=digest,
    )
    changes: dict[str, object] = {
        "answered_by": said.by,
        "signed_off_by": said.signer or said.submitted_by,
        "reviewed_by": matter.confirmed_by,
        "closure": "" if calls else str(said.outcome),
    }
    cases.LIFE.advance(case, happening, changes=changes, moved=moved)


def _answer(case: CaseFacts, said: FeedbackRow) -> dict[str, Any]:
    """A unit's feedback as the answer of the case; an anonymous requester was told nothing."""
    told = {
        "feedback_method": said.told_method,
        "feedback_at": said.told_at,
        "feedback_by": person_names([said.by]).get(said.by, said.by),
    }
    return {
        "at": said.submitted_at,
        "by": said.by,
        "unit": said.unit,
        "to_requester": said.result,
        "to_platform": said.result,
        "outcome": str(said.outcome),
        "policy_basis": said.policy_basis,
        **({} if case.anonymous else told),
        "signed_off_by": said.signer or said.submitted_by,
        "signed_off_at": said.submitted_at,
    }


def _given(case: Locked[CaseFacts], matter: MatterFacts) -> dict[str, object]:
    """Let the matter's unit lead the case in the place of the one that did; answers the case's columns."""
    number, now = case.facts.number, case.now
    if matter.lead is None or matter.lead == case.facts.lead:
        return {}
    cases.leave(number, parts=[Part.LEAD, Part.CO, Part.RESPONDER], how=Departure.REPLACED, now=now)
    ground, basis = queries.lead_of(matter.number)
    cases.join(number, {matter.lead: str(Part.LEAD)}, now=now, basis_kind=ground, basis=basis)
    return {
        "lead": matter.lead,
        "first_receiver": case.facts.first_receiver or matter.lead,
        "designated": False,
        "adjudicated": False,
        "assigned_at": now,
        "signed_in_at": None,
    }


def _until(case: Locked[CaseFacts], matter: MatterFacts) -> Mapping[str, Opening]:
    """The desk's duty to see the case through the list: until the matter's moment, once it has one."""
    if matter.until is None:
        return {}
    facts, due_at = case.facts, matter.until
    opening = cases.LIFE.opening(DutyKind.LISTED, facts, facts.parts, case.pack, due_at=due_at, basis=WITH_THE_MATTER)
    return {DutyKind.LISTED: opening}


TAKES: Mapping[Act, Callable[[Locked[CaseFacts], MatterFacts], None]] = {
    Act.ENTER_LIST: enter,
    Act.ENTER_LIST_AGAIN: enter,
    Act.FOLLOW_LIST: follow,
    Act.LEAVE_LIST: leave,
    Act.CLOSE_LISTED: leave,
}
"""What is done to the case by each of its acts that only a matter takes it along."""


def take_along(by: Locked[MatterFacts], act: Act | None = None) -> None:
    """Take the matter's case along by an act, after the matter's own: on the list, with it, or off it.

    A case of a matter that was listed before cases went along is put on the list first, if its unit still has it.
    One that has ended by itself, or lies elsewhere, goes its own way.
    """
    if by.facts.case is None:
        return
    case = case_queries.facts(by.facts.case)
    if act is Act.ENTER_LIST_AGAIN and case.stage in RELISTABLE:
        _take(by, act)
    elif case.stage in LISTABLE or rules.is_unsolved(case):
        _take(by, Act.ENTER_LIST)
    if act in (Act.FOLLOW_LIST, Act.LEAVE_LIST) and case_queries.facts(case.number).stage is Stage.LISTED:
        _take(by, act if act is Act.FOLLOW_LIST else leaving(case, by.pack))


def _take(by: Locked[MatterFacts], act: Act) -> None:
    assert by.facts.case is not None
    TAKES[act](cases.LIFE.along(by.facts.case, act, by=by), queries.facts(by.facts.number))


def leaving(case: CaseFacts, pack: Pack) -> Act:
    """How a case leaves the list: its requester is asked, unless nobody can be or wants to be."""
    asked = case.callback_wanted and not case.anonymous and pack.binds(norms.CALLBACK)
    return Act.LEAVE_LIST if asked else Act.CLOSE_LISTED

"""A case at which a row of the case table may be walked, for the squares and for the races."""

from collections.abc import Mapping

from bihuan.cases.stages import TABLE
from bihuan.cases.types import Act, Stage
from bihuan.kernel.stages import Move
from tests.determination.walks import case_ready_for
from tests.joint.walks import with_bodies
from tests.matters.walks import beside
from tests.towns import Town, end_unit, found
from tests.walks import (
    BEFORE,
    TO_HANDLING,
    WAYS,
    A,
    KeyWalk,
    Walk,
    at_stage,
    heard_ready_for,
    led_by_a_town,
    walk_to,
    with_a_relay,
)

PROMISES: Mapping[str, tuple[Act, ...]] = {
    Act.FULFIL_PROMISE: (),
    Act.CHECK_PROMISE: (Act.FULFIL_PROMISE,),
    Act.RENEW_PROMISE: (Act.BREAK_PROMISE,),
    Act.BREAK_PROMISE: (),
}
"""What is done with a promise, and what must have happened to it before."""
SPECIAL: Mapping[str, Mapping[str, object]] = {
    Act.ANSWER_AT_ONCE: {"appeal_type": "CONSULT"},
    Act.HAND_OVER: {"urgency": "urgent"},
    Act.CLOSE_WITHOUT_CALLBACK: {"callback_wanted": False},
}
"""What must be registered, that the act may be done at all."""
CONDITIONS: Mapping[str, Act] = {
    Act.APPROVE_EXTENSION: A.REQUEST_EXTENSION,
    Act.REFUSE_EXTENSION: A.REQUEST_EXTENSION,
    Act.APPROVE_TERMINATION: A.REQUEST_TERMINATION,
    Act.REFUSE_TERMINATION: A.REQUEST_TERMINATION,
    Act.CLOSE: A.RECORD_CALLBACK,
}
"""What must be done just before."""
LATER: Mapping[str, int] = {Act.ARCHIVE: 60, Act.END_WAIT: 20}
"""So many days must have gone by."""
BY_A_MATTER = {Act.ENTER_LIST, Act.ENTER_LIST_AGAIN, Act.FOLLOW_LIST, Act.LEAVE_LIST, Act.CLOSE_LISTED}
"""By which a matter takes its case along."""
DETERMINED = (Stage.ADJUDICATING, Stage.ESCALATED)
"""Where a case never is under a regulation with a list; nor does such a one ask whether a unit refuses."""
KEY = (Act.MARK_KEY, Act.SUPERVISE_KEY, Act.UNMARK_KEY)
"""What is done about a key case; a regulation with a list knows key matters instead."""
UNWALKED = {
    *((stage, Act.ENTER_LIST_AGAIN) for stage in DETERMINED),
    *((Stage.LISTED, act) for act in (Act.NO_REFUSAL, *KEY)),
}
WALKED = [m for m in TABLE.moves if m.origin is not None and (m.origin, m.act) not in UNWALKED]
"""Every row."""


def with_a_list() -> Town:
    """A town whose regulation has a list."""
    return found("hl", "huainan-2021-55", prefix="HL")


def ready_for(move: Move, town: Town) -> Walk:
    """A case at which the row may be walked: in the town, or in one with a list where the row needs that."""
    walk = _at_the_origin(move, town)
    if condition := CONDITIONS.get(move.act):
        walk.do(condition)
    if move.act == Act.REWORK:
        walk.do(A.RECORD_CALLBACK, solved="no", satisfied="no")
    walk.along(*BEFORE.get(move.act, ()))
    if move.act in LATER:
        walk.later(days=LATER[move.act])
    if move.act == Act.LEAD_ENDED:
        end_unit(walk.town, walk.facts.lead or "", walk.now)
    return walk


def _at_the_origin(move: Move, town: Town) -> Walk:
    assert isinstance(move.origin, Stage)
    if move.act in (Act.SET_STATUTORY_LIMIT, Act.NOTIFY_EXTENSION):
        return walk_to(move.origin, found("qt", "qingshan-2030-3", prefix="QT"))
    if move.act in BY_A_MATTER:
        return beside(move, with_a_list())
    if move.origin is Stage.LISTED:
        return walk_to(move.origin, with_a_list())
    if move.act in KEY:
        walking = Walk if move.act == Act.MARK_KEY else KeyWalk
        return at_stage(move.origin, WAYS, walking(with_bodies(town)))
    if move.act in PROMISES:
        walk = Walk(town).promised(move.origin)
        if move.act in (Act.RENEW_PROMISE, Act.BREAK_PROMISE):
            walk.later(days=20)
        return walk.along(*PROMISES[move.act])
    if move.act in (Act.RELAY, Act.ANSWER_RELAY):
        return with_a_relay(move.origin, town)
    if ready := case_ready_for(move, town) or heard_ready_for(move, town):
        return ready
    if move.act in (Act.CONFIRM_HANG, Act.DENY_HANG):
        return Walk(town).along(*TO_HANDLING, A.HANG)
    if move.act == Act.WHISTLE:
        return led_by_a_town(town)
    if special := SPECIAL.get(move.act):
        walk = Walk(town)
        walk.do(Act.REGISTER, **special)
        if move.act == Act.CLOSE_WITHOUT_CALLBACK:
            walk.along(A.DISPATCH, A.SIGN_IN, A.ANSWER, A.SIGN_OFF)
        return walk
    return walk_to(move.origin, town)

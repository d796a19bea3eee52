"""A limit that a person sets is not on a day off without a word (F53)."""

from datetime import date, timedelta

import pytest

from bihuan.cases.types import Act as C
from bihuan.duties.rules import may_fall_on
from bihuan.kernel.refusal import Refused
from bihuan.matters.types import Act as M
from bihuan.matters.types import MatterClass
from bihuan.policy import norms
from bihuan.policy.calendar import Calendar
from bihuan.record.commands import ACTS
from tests.matters.walks import MatterWalk, to_class, to_confirmed
from tests.towns import Town
from tests.walks import Walk, promise


def test_the_refusal_names_the_next_working_day() -> None:
    found = may_fall_on(date(2025, 4, 5), Calendar.shipped(), on_free_day=False, field="due_on")
    assert found is not None
    assert "清明" in found.reason
    assert "2025-04-07" in found.reason


def asks(walk: Walk | MatterWalk, act: str, field: str, **more: object) -> None:
    """On the next Saturday only if that is meant; it names the Monday after."""
    saturday = walk.now.date() + timedelta(days=(5 - walk.now.weekday()) % 7 or 7)
    following = Calendar.shipped().working_day(Calendar.shipped().worked_before(saturday))
    with pytest.raises(Refused, match=str(following)) as refused:
        walk.do(act, **{field: saturday, "on_free_day": False, **more})
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.WORKING_TIME, field)
    walk.do(act, **{field: saturday, "on_free_day": True, **more})


def test_hanging_and_looking_again(wendeng: Town) -> None:
    walk = Walk(wendeng).along(C.REGISTER, C.DISPATCH, C.SIGN_IN)
    asks(walk, C.HANG, "review_on")
    walk.do(C.CONFIRM_HANG)
    asks(walk, C.REVIEW_HUNG, "review_on")


def test_the_limits_of_a_matter(huainan: Town) -> None:
    walk = to_class(MatterWalk(huainan))
    asks(walk, M.ASSIGN, "due_on")
    asks(walk, M.REASSIGN, "due_on", lead=huainan.other, reason="改交办。")


def test_what_is_made_good_and_looked_at_again(huainan: Town) -> None:
    walk = to_class(MatterWalk(huainan)).along(M.ASSIGN, M.SIGN_IN, M.DRAFT_FEEDBACK, M.SUBMIT_FEEDBACK)
    asks(walk, M.SEND_BACK, "due_on")
    tracked = to_confirmed(MatterWalk(huainan, walk.now), MatterClass.SPECIAL).along(M.SUPERVISE)
    asks(tracked, M.STRIKE_OFF_AND_TRACK, "recheck_on")
    asks(tracked, M.RECHECK, "recheck_on")
    asks(tracked, M.REOPEN, "due_on")


def test_no_day_that_a_person_sets_is_without_the_tick() -> None:
    """A form with such a day has the tick beside it, but where a superior body set the day: it stands on its paper."""
    days = {"due_on", "promise_due_on", "recheck_on", "review_on"}
    without = {
        f"{kind}/{act} {name}"
        for (kind, act), entry in ACTS.items()
        for name in days & entry.fields.model_fields.keys()
        if "on_free_day" not in entry.fields.model_fields
    }
    assert without == {"coloured/register due_on", "coloured/raise due_on"}


def test_the_day_of_a_promise(wendeng: Town) -> None:
    walk = Walk(wendeng).along(C.REGISTER, C.DISPATCH, C.SIGN_IN, C.RECORD_CONTACT)
    told = promise(wendeng, walk.now)
    asks(walk, C.ANSWER, "promise_due_on", **{name: told[name] for name in ("outcome", "promise", "promise_person")})

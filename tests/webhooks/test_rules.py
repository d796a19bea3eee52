"""What the rules of webhooks say to which facts."""

from datetime import timedelta

import pytest

from bihuan.kernel.actor import Actor, Seat
from bihuan.outbound.trying import GIVEN_UP
from bihuan.policy import norms
from bihuan.webhooks import queries, rules
from bihuan.webhooks.types import DeliveryState, EndpointState
from tests.facts import NOW
from tests.rule_tables import Row, asked

N = norms.IDENTITY_PROTECTED
KNOWN = ("dispatch.dispatched", "feedback.closed")


def somebody(post: str) -> Actor:
    return Actor("a", "a", "town", frozenset({Seat("unit", post)}))


tend = asked(rules.may_tend, actor=somebody("operator"))
barred = asked(queries.barred, actor=somebody("operator"))
call = asked(rules.may_call, why="")
bind = asked(rules.may_bind, known=True)
add = asked(rules.may_add, labels=("一",), label="二")
tell = asked(rules.may_tell, kinds=("dispatch.*",), known=KNOWN)
of = asked(rules.is_of, kind="dispatch.dispatched", wanted=("dispatch.dispatched",))
change = asked(rules.may_change, state=EndpointState.ACTIVE)
suspend = asked(rules.may_suspend, state=EndpointState.ACTIVE)
resume = asked(rules.may_resume, state=EndpointState.SUSPENDED)
drop_secret = asked(rules.may_drop_secret, two=True)
redeliver = asked(rules.may_redeliver, times=1)
pass_by = asked(rules.may_pass_by, state=DeliveryState.WAITING)
given_up = asked(rules.is_given_up, since=NOW, at=NOW + GIVEN_UP)
MANY = tuple(map(str, range(rules.MOST)))

ROWS = (
    tend.allows("the operator"),
    tend.allows("the administrator", actor=somebody("administrator")),
    tend.allows("the console", actor=Actor.installer("town")),
    tend.refuses("the head of a unit", N, actor=somebody("head")),
    barred.allows("the operator"),
    barred.refuses("the head of a unit", N, actor=somebody("head")),
    call.allows("an address against which nothing stands"),
    call.refuses("one that may not be called", N, "address", why="地址须以 https:// 开头。"),
    bind.allows("an open account of the place"),
    bind.refuses("one that is not", N, "account", known=False),
    add.allows("another label"),
    add.refuses("the same label", N, "label", label="一"),
    add.allows("the last", labels=MANY[1:], label="二"),
    add.refuses("one too many", N, labels=MANY, label="二"),
    tell.allows("a sort of which there is one"),
    tell.allows("all", kinds=()),
    tell.allows("one by its name", kinds=("feedback.closed", "dispatch.*")),
    tell.refuses("one that is not there", N, "kinds", kinds=("dispatch.*", "feedback.close")),
    tell.refuses("a sort of which there is none", N, "kinds", kinds=("dispatched.*",)),
    tell.refuses("a star that stands for no sort", N, "kinds", kinds=("disp*",)),
    of.gives("one that is named", True),
    of.gives("one of all", True, wanted=()),
    of.gives("one of a sort that is named", True, wanted=("feedback.closed", "dispatch.*")),
    of.gives("one of another sort", False, wanted=("dispatch", "dispatched.*", "feedback.closed")),
    of.gives("one whose sort only begins alike", False, kind="dispatched.other", wanted=("dispatch.*",)),
    change.allows("one in use"),
    change.allows("one that is suspended", state=EndpointState.SUSPENDED),
    change.refuses("one that has ended", N, state=EndpointState.ENDED),
    suspend.allows("one in use"),
    suspend.refuses("one that is suspended", N, state=EndpointState.SUSPENDED),
    resume.allows("one that is suspended"),
    resume.refuses("one in use", N, state=EndpointState.ACTIVE),
    resume.refuses("one that has ended", N, state=EndpointState.ENDED),
    drop_secret.allows("the former of two"),
    drop_secret.refuses("the only one", N, two=False),
    redeliver.allows("one event"),
    redeliver.refuses("none", N, times=0),
    pass_by.allows("one that waits"),
    pass_by.refuses("one on its way", N, state=DeliveryState.SENDING),
    pass_by.refuses("one that was taken in", N, state=DeliveryState.SENT),
    given_up.gives("as long as it is tried", True),
    given_up.gives("a little less", False, at=NOW + GIVEN_UP - timedelta(seconds=1)),
    given_up.gives("never failing", False, since=None),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_of_webhooks_says(row: Row) -> None:
    row.holds()

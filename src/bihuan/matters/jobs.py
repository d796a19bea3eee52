"""The clockwork of the list."""

from datetime import datetime

from bihuan.cases.types import Act
from bihuan.duties.ladder import Made, NotYet, Taking, action
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused
from bihuan.matters import commands as matters
from bihuan.matters import queries, rules
from bihuan.matters.types.forms import NoFields
from bihuan.organisations import queries as organisations
from bihuan.policy.ladders import Do
from bihuan.policy.pack import Capacity
from bihuan.record.commands import ACTS
from bihuan.record.types import subject_of


def take_along_listed(jurisdiction: str, now: datetime) -> int:
    """Put the cases on the list whose matters came there before cases went along; answers how many."""
    taken = 0
    for number in queries.parted(jurisdiction):
        try:
            act = ACTS[("case", Act.ENTER_LIST)]
            act.run(number=number, fields=NoFields(), actor=Actor.clockwork(jurisdiction), now=now)
            taken += 1
        except Refused:  # done by another worker meanwhile
            continue
    return taken


def follow_key(jurisdiction: str, now: datetime) -> int:
    """Let the key matters be followed that were given to their units before that was owed; answers how many."""
    actor = Actor.clockwork(jurisdiction)
    return sum(
        matters.begin_following(number=number, actor=actor, now=now) for number in queries.unfollowed(jurisdiction)
    )


@action(Do.LIST, alone=True)
def put_on_list(step: Taking) -> Made:
    """Propose the case behind the duty, unless it is on its way already or was not to be listed.

    Raises NotYet where the jurisdiction has no office yet that keeps the list.
    """
    duty = step.duty
    if duty.on != "case" or duty.kind not in rules.TIER_1:
        return Made()
    if not organisations.units_with(Capacity.OFFICE, duty.jurisdiction, now=step.now):
        raise NotYet
    matters.hold_books(duty.jurisdiction, step.now)
    if queries.open_of_case(duty.number):
        return Made()
    if not matters.put_forward(number=duty.number, actor=step.actor, now=step.now):
        return Made()
    return Made(subject_of("matter", queries.open_of_case(duty.number)))

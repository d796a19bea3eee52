"""The clockwork of the list."""

from datetime import datetime, timedelta

from bihuan.cases import queries as case_queries
from bihuan.cases.types import Act
from bihuan.duties import commands as duties
from bihuan.duties import queries as duty_queries
from bihuan.duties.types import DutyFacts
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused
from bihuan.matters import commands as matters
from bihuan.matters import queries, rules
from bihuan.matters.types.forms import NoFields
from bihuan.organisations import queries as organisations
from bihuan.policy import norms
from bihuan.policy.pack import Capacity
from bihuan.record.commands import ACTS
from bihuan.record.retrying import whole

AT_ITS_MOMENT = timedelta(microseconds=1)
"""A duty is not overdue yet at its due moment."""


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


def propose_candidates(jurisdiction: str, now: datetime, *, batch: int = 100) -> int:
    """Make every case that its unit did not settle in time a candidate, once; answers how many.

    Any number of workers may run it at the same time: each takes duties that no other has taken. A regulation without
    a list, and a jurisdiction without its office, leaves the duties as they are.
    """
    laws = organisations.packs_of(jurisdiction, now=now)
    but = frozenset(law.ref for law in laws if not law.binds(norms.LIST_OVERDUE))
    if len(but) == len(laws) or not organisations.units_with(Capacity.OFFICE, jurisdiction, now=now):
        return 0
    proposed, seen = 0, batch
    while seen == batch:
        seen, fresh = _propose_batch(jurisdiction, now, batch, but)
        proposed += fresh
    return proposed


@whole
def _propose_batch(jurisdiction: str, now: datetime, batch: int, but: frozenset[str]) -> tuple[int, int]:
    """How many duties were looked at, and of how many the case was proposed; `but` are the versions without a list."""
    overdue = duty_queries.due_steps(jurisdiction, now=now - AT_ITS_MOMENT, limit=batch)
    if not overdue:
        return 0, 0
    matters.hold_books(jurisdiction, now)
    proposed = sum(_propose(duty, now, but) for duty in overdue)
    duties.step_taken([duty.id for duty in overdue])
    return len(overdue), proposed


def _propose(duty: DutyFacts, now: datetime, but: frozenset[str]) -> bool:
    """Propose the case behind the duty, unless it is on its way already."""
    kind, number = duty.subject.split(":", 1)
    if kind != "case" or duty.kind not in rules.TIER_1 or queries.open_of_case(number):
        return False
    if but and case_queries.facts(number).pack in but:
        return False
    return matters.put_forward(number=number, actor=Actor.clockwork(duty.jurisdiction), now=now)

"""Notices of years: entered, and what follows from them computed at once, as the clockwork would soon."""

from collections.abc import Mapping
from datetime import date, datetime

from bihuan.duties import commands
from bihuan.duties.types import Wording
from bihuan.kernel.actor import Actor
from bihuan.organisations import queries
from tests.towns import FOUNDER


def announce(
    year: int,
    days: Mapping[date, str],
    now: datetime,
    *,
    notice: str = "教学用放假安排",
    reason: str = "",
    actor: Actor = FOUNDER,
) -> int:
    """Enter a notice at the time of the actor's jurisdiction; answers how many due moments moved."""
    entered = commands.announce_year(wording=Wording(year, notice, days, reason), actor=actor, now=now)
    return recompute(entered.edition, now, actor)


def recompute(edition: int, now: datetime, actor: Actor = FOUNDER) -> int:
    """Compute anew, when it is so late in the actor's jurisdiction; answers how many due moments moved."""
    offsets = {place.code: place.offset for place in queries.jurisdictions()}
    real = now - offsets[actor.jurisdiction] if actor.jurisdiction else now
    return commands.recompute_all(edition, clock=lambda place: real + offsets[place])

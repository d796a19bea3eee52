"""The clockwork of determinations."""

import logging
from datetime import datetime

from bihuan.cases import queries as case_queries
from bihuan.cases.types import Act as CaseAct
from bihuan.determination import queries
from bihuan.determination.types import Act
from bihuan.determination.types.forms import NoFields
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused
from bihuan.organisations.queries import packs_of
from bihuan.policy import norms
from bihuan.policy.limits import LimitName
from bihuan.policy.pack import NoLimit, Pack
from bihuan.record.commands import ACTS

log = logging.getLogger(__name__)


def dissolve_settled(jurisdiction: str, now: datetime) -> int:
    """End the determinations for which no case waits any more; answers how many."""
    ended = 0
    for number in queries.stranded(jurisdiction):
        try:
            act = ACTS[("determination", Act.DISSOLVE)]
            act.run(number=number, fields=NoFields(), actor=Actor.clockwork(jurisdiction), now=now)
            ended += 1
        except Refused:  # done by another worker meanwhile, or the case waits again
            continue
    return ended


def notice_silence(jurisdiction: str, now: datetime) -> int:
    """Ask the desk to check whoever was designated or determined and does nothing; answers of how many cases."""
    return sum(_notice_silence(jurisdiction, pack, now) for pack in packs_of(jurisdiction, now=now))


def _notice_silence(jurisdiction: str, pack: Pack, now: datetime) -> int:
    if not pack.binds(norms.REFUSAL_REFERRED):
        return 0
    if LimitName.SILENCE not in pack.limits:
        log.error("%s", NoLimit(pack.ref, LimitName.SILENCE).words)
        return 0
    noticed = 0
    quiet_since = now - pack.limit("silence").limit.at_least
    for number in case_queries.perhaps_silent(jurisdiction, under=pack.ref, quiet_since=quiet_since, now=now):
        try:
            act = ACTS[("case", CaseAct.NOTICE_SILENCE)]
            act.run(number=number, fields=NoFields(), actor=Actor.clockwork(jurisdiction), now=now)
            noticed += 1
        except Refused:  # it did something elsewhere, or another worker noticed it meanwhile
            continue
    return noticed

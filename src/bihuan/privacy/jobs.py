"""The clockwork of personal data: thin; what it does is told here in one place."""

import logging
from datetime import datetime, timedelta

from procrastinate.contrib.django import app

from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused
from bihuan.organisations import clocks
from bihuan.organisations.queries import packs_of
from bihuan.policy.limits import LimitName, Unit
from bihuan.policy.pack import Pack
from bihuan.privacy import commands, queries
from bihuan.privacy.types import Erase, EraseGround

_log = logging.getLogger(__name__)


@app.periodic(cron="7 2 * * *")
@app.task(name="privacy.sweep", queueing_lock="privacy.sweep")
def sweep(timestamp: int) -> None:
    """Every night, in every jurisdiction: erase what was kept long enough."""
    for number in queries.left_over():
        commands.complete(number)
    for jurisdiction, now in clocks.everywhere().items():
        try:
            erase_expired(jurisdiction, now)
        except Exception:
            _log.exception("the erasure in %s failed", jurisdiction)


def erase_expired(jurisdiction: str, now: datetime) -> int:
    """Erase the personal data of cases that ended longer ago than their regulation keeps them; answers how many."""
    return sum(_erase_expired(jurisdiction, pack, now) for pack in packs_of(jurisdiction, now=now))


def _erase_expired(jurisdiction: str, pack: Pack, now: datetime) -> int:
    kept = kept_for(pack)
    if kept is None:
        return 0
    basis = pack.limit(LimitName.RETENTION).basis or pack.instrument.title
    fields = Erase(ground=EraseGround.EXPIRED, basis=f"保存满{kept.days}天：{basis}"[:200])
    last, erased = 0, 0
    while found := queries.expired(jurisdiction, under=pack.ref, closed_before=now - kept, after=last):
        last = found[-1][0]
        for _, number in found:
            try:
                commands.erase(number=number, fields=fields, actor=Actor.clockwork(jurisdiction), now=now)
                erased += 1
            except Refused:  # a listed matter of the case is still open
                continue
    return erased


def kept_for(pack: Pack) -> timedelta | None:
    """How long personal data are kept after the end; None where the regulation's pack sets no limit."""
    if LimitName.RETENTION not in pack.limits:
        return None
    limit = pack.limit(LimitName.RETENTION).limit
    if limit.unit is not Unit.DAYS:
        raise ValueError("个人信息保存期限须以天计")
    return timedelta(days=limit.amount)

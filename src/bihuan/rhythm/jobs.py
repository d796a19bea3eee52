"""The clockwork of regular work: what a period wants is opened, what nobody did is missed."""

from datetime import datetime

from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import queries as organisations
from bihuan.policy import norms
from bihuan.policy.pack import Pack
from bihuan.policy.rhythms import Period, Rhythm, period_of
from bihuan.rhythm import commands, queries
from bihuan.rhythm.types import MissRhythm


def keep(jurisdiction: str, now: datetime) -> int:
    """Open what the present period wants, and say of what two periods ago wanted that it was missed; answers how much
    was opened."""
    today = organisations.today(now)
    pack = organisations.pack_of(jurisdiction, now=now)
    _miss(jurisdiction, now)
    if not pack.binds(norms.RHYTHM_KEEP):
        return 0
    wanted = {work.code: (work, period_of(work.every, today)) for work in pack.rhythms.values()}
    there = queries.opened(jurisdiction, [(code, period.key) for code, (_, period) in wanted.items()])
    opened = 0
    for work, period in wanted.values():
        opened += _open(work, period, there, pack, jurisdiction, now)
    return opened


def _open(
    work: Rhythm,
    period: Period,
    there: set[tuple[str, str, str]],
    pack: Pack,
    jurisdiction: str,
    now: datetime,
) -> int:
    """What one kind of work wants of the units that are to do it; one of them at all, where it is not for each."""
    known = {unit for code, key, unit in there if (code, key) == (work.code, period.key)}
    if known and not work.each:
        return 0
    units = organisations.units_with(work.capacity, jurisdiction, now=now)
    held = {(a.unit, a.post) for a in organisations.holders([unit.code for unit in units], now)} if units else set()
    able = [unit for unit in units if (unit.code, work.post) in held and unit.code not in known]
    wanted = able if work.each else able[:1]
    opened = 0
    for unit in wanted:
        try:
            commands.open_one(
                work=work,
                period=period,
                unit=unit,
                pack=pack,
                actor=Actor.clockwork(jurisdiction),
                now=now,
            )
        except Refused:  # opened by another worker meanwhile
            continue
        opened += 1
    return opened


def _miss(jurisdiction: str, now: datetime) -> None:
    for number in queries.to_miss(jurisdiction, organisations.today(now)):
        try:
            commands.miss(number=number, fields=MissRhythm(), actor=Actor.clockwork(jurisdiction), now=now)
        except (Refused, Unknown):  # not yet, or done by another worker meanwhile
            continue

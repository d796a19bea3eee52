"""What the co-units of a matter owe: to help its lead until its limit, and to tell what they did."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bihuan.attachments import commands as attachments
from bihuan.cases.types import Part
from bihuan.duties.life import Locked
from bihuan.duties.types import Opening, Singly
from bihuan.kernel.actor import Actor
from bihuan.matters import queries, rules
from bihuan.matters.commands.life import LIFE
from bihuan.matters.types import Act, DutyKind, MatterFacts
from bihuan.matters.types.forms import RecordCooperation
from bihuan.matters.types.happenings import CooperationRecorded
from bihuan.organisations import queries as organisations
from bihuan.policy import norms
from bihuan.record.commands import command
from bihuan.record.types import Done

WITH_THE_MATTER = "随清单事项的办理期限"


def asked(locked: Locked[MatterFacts], units: Iterable[str], until: datetime) -> tuple[Opening, ...]:
    """What these co-units owe from now on, until the matter's own moment."""
    if not locked.pack.binds(norms.LIST_COOPERATE):
        return ()
    return tuple(_of(locked, unit, until) for unit in units)


def _of(locked: Locked[MatterFacts], unit: str, until: datetime) -> Opening:
    parts: Mapping[str, frozenset[str]] = {Part.CO: frozenset({unit})}
    return LIFE.opening(DutyKind.COOPERATE, locked.facts, parts, locked.pack, due_at=until, basis=WITH_THE_MATTER)


def asked_again(locked: Locked[MatterFacts], until: datetime, *, anew: bool) -> tuple[Opening, ...]:
    """What the co-units that are still there owe when the matter comes back: who did nothing, or all of them anew."""
    matter = locked.facts
    there = matter.parts.get(Part.CO, frozenset())
    told = queries.cooperation(matter)
    return asked(locked, (row.unit for row in told if row.unit in there and (anew or row.told_at is None)), until)


@command(subject="matter", act=Act.RECORD_COOPERATION, fields=RecordCooperation, ask=rules.may_record_cooperation)
def record_cooperation(
    *, number: str, fields: RecordCooperation, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """A co-unit tells what it did about the matter."""
    locked = LIFE.begin(number, Act.RECORD_COOPERATION, actor=actor, now=now, version=version)
    unit = min(rules.owing(locked.facts, actor))
    attachments.bind(ids=fields.attachments, subject_kind="matter", subject_number=number, actor=actor)
    happening = CooperationRecorded(
        unit=unit,
        unit_name=organisations.unit_names([unit]).get(unit, unit),
        work=fields.work,
        attachments=fields.attachments,
    )
    its_own = replace(locked, seat=replace(locked.seat, unit=unit))
    return LIFE.advance(its_own, happening, singly=Singly(settles=((DutyKind.COOPERATE, unit),)))

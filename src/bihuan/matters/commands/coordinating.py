"""The office settles what is hard about a matter with others, and units do what was settled."""

from dataclasses import replace
from datetime import datetime

from bihuan.attachments import commands as attachments
from bihuan.cases.rules import may_go_to
from bihuan.cases.types import Part
from bihuan.duties.queries import owed_pairs
from bihuan.duties.types import Singly
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refusal
from bihuan.matters import queries, rules
from bihuan.matters.commands.life import LIFE, end_of, falls_on, join
from bihuan.matters.types import Act, DutyKind, MatterFacts
from bihuan.matters.types.forms import Coordinate, ReportCoordination
from bihuan.matters.types.happenings import CoordinationReported, MatterCoordinated
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post
from bihuan.policy.pack import Pack
from bihuan.record.commands import command
from bihuan.record.types import Done


def _owing(subject: str) -> frozenset[str]:
    """The units that have not reported yet what was settled with them."""
    return frozenset(holder for kind, holder in owed_pairs(subject) if kind == DutyKind.COORDINATION)


@command(subject="matter", act=Act.COORDINATE, fields=Coordinate)
def coordinate(*, number: str, fields: Coordinate, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The office settled what was hard: units do their part by their day."""
    locked = LIFE.begin(number, Act.COORDINATE, actor=actor, now=now, version=version)
    matter, pack = locked.facts, locked.pack
    units = organisations.named(fields.units, matter.jurisdiction, now=now) if fields.units else {}
    owing = _owing(matter.subject) if fields.units else frozenset()
    locked.grant(
        *(rules.may_coordinate_with(units.get(unit), owing=owing, pack=pack) for unit in fields.units),
        may_go_to(fields.units, case=matter, known=units, reason=fields.accused_reason, field="units"),
        *(may_go_to(fields.units, case=one, known=units, field="units") for one in queries.secret_behind(number)),
        rules.may_coordinate_until(fields.due_on, today=organisations.today(now)),
        falls_on(fields.due_on, fields.on_free_day, "due_on") if fields.due_on else None,
    )
    join(number, Part.COORDINATED, fields.units, now=now)
    opens = [
        LIFE.opening(
            DutyKind.COORDINATION,
            matter,
            {str(Part.COORDINATED): frozenset({unit})},
            pack,
            due_at=end_of(fields.due_on, pack) if fields.due_on else None,
            basis="协调时确定的时限" if fields.due_on else "",
        )
        for unit in dict.fromkeys(fields.units)
    ]
    happening = MatterCoordinated(
        with_whom=fields.with_whom,
        how=fields.how,
        result=fields.result,
        units=fields.units,
        unit_names="、".join(units[unit].name for unit in fields.units) or "无",
        task=fields.task,
        due_on=fields.due_on,
        accused_reason=fields.accused_reason,
    )
    return LIFE.advance(locked, happening, singly=Singly(opens=tuple(opens)))


def _may_report(matter: MatterFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_report_coordination(_owing(matter.subject), actor)


@command(subject="matter", act=Act.REPORT_COORDINATION, fields=ReportCoordination, ask=_may_report)
def report_coordination(
    *, number: str, fields: ReportCoordination, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """A unit tells what it did of what was settled with it, or why not."""
    locked = LIFE.begin(number, Act.REPORT_COORDINATION, actor=actor, now=now, version=version)
    owing = _owing(locked.facts.subject)
    unit = min(seat.unit for seat in actor.seats if seat.unit in owing and seat.post == Post.HANDLER)
    attachments.bind(ids=fields.attachments, subject_kind="matter", subject_number=number, actor=actor)
    happening = CoordinationReported(
        unit=unit,
        unit_name=organisations.unit_names([unit]).get(unit, unit),
        work=fields.work,
        attachments=fields.attachments,
    )
    its_own = replace(locked, seat=replace(locked.seat, unit=unit))
    return LIFE.advance(its_own, happening, singly=Singly(settles=((str(DutyKind.COORDINATION), unit),)))

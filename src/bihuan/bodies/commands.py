"""Seats of bodies are placed by posts; whoever succeeds in a post is the member, and a note says so."""

from datetime import datetime

from bihuan.bodies import queries, rules
from bihuan.bodies.models import SeatPosition
from bihuan.bodies.types import MemberChanged, PlaceSeat, SeatPlaced
from bihuan.kernel.actor import Actor
from bihuan.kernel.happening import Happening
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Unknown, granted
from bihuan.organisations import queries as organisations
from bihuan.organisations.rules import may_administer
from bihuan.policy import norms
from bihuan.policy.pack import Pack
from bihuan.record.commands import NOWHERE, append, begin, command, lock


def _tell(
    jurisdiction: str, body: str, happening: Happening, norm: Norm, pack: Pack, actor: Actor, now: datetime
) -> None:
    key = queries.chain_of(jurisdiction, body)
    try:
        chain = lock(key)
    except Unknown:  # the first that is told of it
        chain = begin(key, jurisdiction)
    seat = min(actor.seats, default=NOWHERE)
    append(chain, happening, actor=actor, seat=seat, norm=norm, pack=pack, now=now)


@command()
def place_seat(*, seat: str, fields: PlaceSeat, actor: Actor, now: datetime) -> None:
    """Say by which post of which unit a seat is held from a day on; the administrator's act."""
    granted(may_administer(actor))
    place, today = actor.jurisdiction, organisations.today(now)
    pack = organisations.pack_of(place, now=now)
    if seat not in pack.seats:
        raise Unknown(seat)
    found = pack.seats[seat]
    unit = organisations.named([fields.unit], place, now=now).get(fields.unit) if fields.unit else None
    running = queries.running(place, seat)
    granted(
        rules.may_place(fields, unit, running=running, today=today, pack=pack),
        rules.heads_office(fields.post, of_office=pack.bodies[found.body].office, pack=pack),
        binds=pack.binds,
        pack=pack.ref,
    )
    rows = SeatPosition.objects.filter(jurisdiction=place, seat=seat, until_on__isnull=True)
    rows.update(until_on=fields.from_on)
    SeatPosition.objects.create(
        jurisdiction=place, seat=seat, unit=fields.unit, post=fields.post, from_on=fields.from_on
    )
    position = f"{unit.name}{pack.called(fields.post)}" if unit else "空缺"
    told = SeatPlaced(
        seat=seat,
        role=found.role,
        text=found.text,
        unit=fields.unit,
        post=fields.post,
        position=position,
        from_on=fields.from_on,
    )
    norm = norms.BODY_OFFICE if pack.bodies[found.body].office else norms.BODY_ROSTER
    _tell(place, found.body, told, norm, pack, actor, now)


@command(repeatable=True)
def follow(*, jurisdiction: str, actor: Actor, now: datetime) -> int:
    """Note who succeeded in the posts that stand for seats; answers how many."""
    pack, today = organisations.pack_of(jurisdiction, now=now), organisations.today(now)
    if not pack.seats:
        return 0
    placed, changed = queries.positions(jurisdiction, today), 0
    for body in queries.bodies(jurisdiction, pack, today) if placed else ():
        for seat in body.seats:
            row, holding = placed.get(seat.code), "、".join(seat.holders)
            if row is None or row.noted == holding:
                continue
            SeatPosition.objects.filter(pk=row.pk).update(noted=holding)
            told = MemberChanged(
                seat=seat.code,
                role=seat.role,
                text=seat.text,
                before=row.noted or "空缺",
                after=holding or "空缺",
            )
            _tell(jurisdiction, body.code, told, norms.SUCCESSION, pack, actor, now)
            changed += 1
    return changed

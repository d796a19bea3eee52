"""A unit ends: its successor follows in linkages and whistles, and in the lists behind them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bihuan.cases.commands import HELPING
from bihuan.cases.types import Part
from bihuan.duties import commands as duties
from bihuan.duties.queries import owed_pairs
from bihuan.duties.shifting import Shift, shift
from bihuan.joint import queries, rules
from bihuan.joint.commands.life import LIVES, hold
from bihuan.joint.models import Entrusted, Liaison, Participation, Portfolio, Undertaking, WhistleTopic
from bihuan.joint.types import MEMBERS, DutyKind, JointFacts, Leaving
from bihuan.joint.types.happenings import TopicEnded, TopicEntered, UnitCovered
from bihuan.kernel.actor import Actor
from bihuan.kernel.happening import Happening
from bihuan.kernel.norm import Norm
from bihuan.organisations import commands as organisation_commands
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Passing
from bihuan.policy import norms
from bihuan.policy.loader import pack as load_pack
from bihuan.record.commands import NOWHERE, append, lock
from bihuan.record.types import subject_of


def _pass_on(passing: Passing, actor: Actor, now: datetime) -> None:
    """What is handled jointly, then the lists."""
    for _, number in queries.held_by(passing.unit, passing.jurisdiction):
        _pass_one(number, passing, actor, now)
    _pass_topics(passing, actor, now)
    _end_entrusted(passing, actor, now)


def _pass_one(number: str, passing: Passing, actor: Actor, now: datetime) -> None:
    chain = hold(queries.facts(number))
    joint = queries.facts(number)
    if joint.initiator == passing.unit and joint.case_lead != passing.successor:
        passing = replace(passing, successor="", successor_name="")  # the case goes back, and this ends with it
    unit, successor = passing.unit, passing.successor
    moved = shift(
        joint.parts, owed_pairs(joint.subject), LIVES[joint.kind].specs, unit=unit, successor=successor, helping=HELPING
    )
    if not moved.something:
        return
    moved = replace(moved, lapses=(*moved.lapses, *_decisions(joint, moved)))
    for part, leaving in moved.ending:
        rows = Participation.objects.filter(undertaking_id=joint.id, unit=leaving, part=part, until__isnull=True)
        rows.update(until=now, leaving=str(Leaving.REFORMED))
    _follow_in(joint, moved, passing, now)
    if Part.LEAD in moved.passing:
        Undertaking.objects.filter(number=number).update(
            initiator=successor, assignment_id=joint.case_assignment or joint.assignment
        )
    duties.hand_over(chain, moved, passing, pack=load_pack(joint.pack), actor=actor, now=now)


def _follow_in(joint: JointFacts, moved: Shift, passing: Passing, now: datetime) -> None:
    """The successor takes these parts from now on, with what the unit was asked and did so far."""
    there = Participation.objects.filter(undertaking_id=joint.id, unit=passing.unit, part__in=moved.passing)
    rows = list(there.filter(until__isnull=True))
    there.filter(until__isnull=True).update(until=now, leaving=str(Leaving.REFORMED))
    for row in rows:
        row.pk, row.unit, row.since = None, passing.successor, now
    Participation.objects.bulk_create(rows)


def _decisions(joint: JointFacts, moved: Shift) -> Iterator[tuple[str, str]]:
    """What others owe because of a unit that takes part no more, where they owe it because of no other one."""
    part = str(MEMBERS[joint.kind])
    gone = {unit for named, unit in moved.ending if named == part}
    owed = owed_pairs(joint.subject) if gone else []
    asking_out = [m for m in joint.present if m.asked_out_at and m.unit not in gone]
    reminded = [m for m in rules.to_remind(joint) if m.unit not in gone]
    for kind, holder in owed:
        if kind in (DutyKind.RETURN_DECISION, DutyKind.RULING) and not asking_out:
            yield kind, holder
        if kind == DutyKind.REMIND and not reminded:
            yield kind, holder


def _note(happening: Happening, norm: Norm, actor: Actor, now: datetime) -> None:
    pack, chain = organisations.pack_of(actor.jurisdiction), lock(subject_of("jurisdiction", actor.jurisdiction))
    append(chain, happening, actor=actor, seat=NOWHERE, norm=norm, pack=pack, now=now)


def _pass_topics(passing: Passing, actor: Actor, now: datetime) -> None:
    """The list of tough whistles names the successor from that day on; an entry that names nobody any more ends."""
    known = WhistleTopic.objects.filter(jurisdiction=passing.jurisdiction, until_on__isnull=True)
    for topic in known.filter(responders__contains=[passing.unit]).order_by("code"):
        named = (passing.successor if unit == passing.unit else unit for unit in topic.responders)
        responders = tuple(dict.fromkeys(unit for unit in named if unit))
        on = max(passing.on, topic.from_on)
        WhistleTopic.objects.filter(pk=topic.pk).update(until_on=on)
        if not responders:
            ended = TopicEnded(code=topic.code, until_on=on, reason=f"{passing.name}撤销")
            _note(ended, norms.WHISTLE_TOPICS, actor, now)
            continue
        WhistleTopic.objects.create(
            jurisdiction=passing.jurisdiction,
            code=topic.code,
            matter=topic.matter,
            responders=list(responders),
            basis=topic.basis,
            from_on=on,
        )
        entered = TopicEntered(
            code=topic.code, matter=topic.matter, responders=responders, basis=topic.basis, from_on=on
        )
        _note(entered, norms.WHISTLE_TOPICS, actor, now)


def _end_entrusted(passing: Passing, actor: Actor, now: datetime) -> None:
    """Its liaison was one of its deputies, and is none any more; the leader who covers it covers the successor, unless
    another one does."""
    _end(Liaison, passing)
    covering = _end(Portfolio, passing)
    if covering is None or not passing.successor:
        return
    if Portfolio.objects.filter(unit=passing.successor, until_on__isnull=True).exists():
        return
    on = max(passing.on, covering.from_on)
    Portfolio.objects.create(
        jurisdiction=passing.jurisdiction, unit=passing.successor, account=covering.account, from_on=on
    )
    covered = UnitCovered(unit=passing.successor, account=covering.account, from_on=on, succeeded="")
    _note(covered, norms.LINKAGE_COORDINATE, actor, now)


def _end(kept: type[Entrusted], passing: Passing) -> Entrusted | None:
    """Nobody is that of the unit any more; answers who was."""
    standing = kept._default_manager.filter(unit=passing.unit, until_on__isnull=True)
    row = standing.first()
    if row is not None:
        standing.update(until_on=max(passing.on, row.from_on))
    return row


organisation_commands.passes_on(_pass_on)

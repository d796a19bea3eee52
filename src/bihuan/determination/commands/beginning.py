"""How a determination begins: the lead or the whistling town asks, or the centre does not know whose it is."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bihuan.cases import commands as cases
from bihuan.cases.rules import may_go_to
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import CaseFacts, Part
from bihuan.determination import queries, rules
from bihuan.determination.commands.hearing import say
from bihuan.determination.commands.life import LIFE, contacts_owed, named, positions_owed
from bihuan.determination.models import Determination, Participation
from bihuan.determination.stages import DETERMINATION
from bihuan.determination.types import Act, DeterminationFacts, Stage
from bihuan.determination.types.forms import OpenDetermination, RequestDetermination, StatePosition
from bihuan.determination.types.happenings import DeterminationBegun, DeterminationOpened
from bihuan.dispatch.queries import lead_is_determined
from bihuan.duties.life import Locked
from bihuan.duties.types import Singly
from bihuan.kernel.actor import Actor
from bihuan.kernel.needs import Allowed
from bihuan.kernel.refusal import Refusal
from bihuan.organisations import queries as organisations
from bihuan.policy import norms
from bihuan.policy.pack import Pack
from bihuan.record.commands import begin, command, count_up
from bihuan.record.types import Done


def _others(case: CaseFacts, actor: Actor, pack: Pack) -> Allowed:
    return {"parties": lambda unit: unit.code not in (case.lead, case.desk)}


def _may_request(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_request(case, actor, now, pack, determined=lead_is_determined(case))


@command(
    subject="case",
    act=CaseAct.REQUEST_DETERMINATION,
    fields=RequestDetermination,
    ask=_may_request,
    choices=_others,
    required=rules.asked_of_request,
)
def request_determination(
    *, number: str, fields: RequestDetermination, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """The lead asks who is responsible and says at once what it holds, where units are heard.

    Only the centre hands the dispute over.
    """
    locked = cases.LIFE.begin(number, CaseAct.REQUEST_DETERMINATION, actor=actor, now=now, version=version)
    locked.grant(*locked.beyond(fields), *locked.lacks(fields))
    lead = locked.seat.unit
    found = _begin(locked, Act.REQUEST, dispute=fields.dispute, parties=(lead, *fields.parties), requested_by=lead)
    if locked.pack.binds(norms.DETERMINATION_POSITIONS):
        own = StatePosition(
            position=fields.position,
            law=fields.law,
            suggested_unit=fields.suggested_unit,
            attachments=fields.attachments,
        )
        say(LIFE.begin(found.number, Act.STATE_POSITION, actor=actor, now=now), own)
    return _told(locked, found, fields.dispute)


@command(subject="case", act=CaseAct.OPEN_DETERMINATION, fields=OpenDetermination, ask=rules.may_open)
def begin_determination(
    *, number: str, fields: OpenDetermination, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """The centre does not know whose the case is, and begins to gather what the units hold."""
    locked = cases.LIFE.begin(number, CaseAct.OPEN_DETERMINATION, actor=actor, now=now, version=version)
    lead = locked.facts.lead
    parties = tuple(dict.fromkeys((*((lead,) if lead else ()), *fields.parties)))
    found = _begin(locked, Act.OPEN, dispute=fields.dispute, parties=parties, requested_by="")
    return _told(locked, found, fields.dispute)


def _told(locked: Locked[CaseFacts], found: DeterminationFacts, dispute: str) -> Done:
    by = organisations.unit_names([locked.seat.unit]).get(locked.seat.unit, "")
    happening = DeterminationOpened(number=found.number, by=by, dispute=dispute)
    return replace(cases.LIFE.advance(locked, happening), began=found.number)


def _begin(
    locked: Locked[CaseFacts], act: Act, *, dispute: str, parties: Sequence[str], requested_by: str
) -> DeterminationFacts:
    """Write what begins and begin its life, in the transaction of the case's act."""
    case, now, seat = locked.facts, locked.now, locked.seat
    locked.grant(rules.may_begin(standing=queries.standing_on(case.number)))
    known = named(locked, seat.unit, *parties)
    there: set[str] = set()
    for code in parties:
        locked.grant(rules.may_be_party(known.get(code), desk=case.desk, there=there, pack=locked.pack))
        there.add(code)
    locked.grant(may_go_to(parties, case=case, known=known, field="parties"))
    place, year = organisations.jurisdiction(case.jurisdiction), organisations.today(now).year
    sequence = count_up(f"determination/{place.code}/{year}", place.code)
    row = Determination.objects.create(
        number=f"{place.prefix}{year}R{sequence:04d}",
        jurisdiction=case.jurisdiction,
        pack=case.pack,
        case_id=case.number,
        title=case.title,
        stage=str(Stage.DRAFT),
        stage_at=now,
        started_at=now,
        started_by=locked.actor.account,
        requested_by=requested_by,
        dispute=dispute,
    )
    taking_part = [(case.desk, Part.DESK), *((unit, Part.PARTY) for unit in parties)]
    Participation.objects.bulk_create(
        Participation(determination=row, unit=unit, part=part, since=now) for unit, part in taking_part
    )
    found = queries.facts(row.number)
    move = DETERMINATION.row(None, act)
    assert move is not None
    asked = [unit for unit in parties if unit != requested_by]
    opens = (
        *positions_owed(found, asked, locked.pack),
        *contacts_owed(found, [case.desk], locked.pack, now=now),
    )
    LIFE.open_first(
        begin(found.subject, case.jurisdiction),
        found,
        DeterminationBegun(
            case=case.number,
            by=known[seat.unit].name,
            requested_by=requested_by,
            parties=tuple(parties),
            party_names=tuple(known[unit].name for unit in parties),
            dispute=dispute,
        ),
        move=move,
        seat=seat,
        actor=locked.actor,
        now=now,
        singly=Singly(opens=opens),
    )
    return found

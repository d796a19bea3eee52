"""What is gathered and held before anything is decided: positions, the dispute file, the two bodies' opinions."""

from bihuan.cases import commands as cases
from bihuan.cases.rules import impartial, may_go_to, may_go_to_body
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import DutyKind as CaseDuty
from bihuan.cases.types import Part
from bihuan.determination import rules
from bihuan.determination.commands.life import (
    LIFE,
    act,
    bind,
    contacts_owed,
    digest,
    let_see,
    named,
    on_case,
    positions_owed,
    take_part,
    tell_case,
)
from bihuan.determination.models import Determination, Opinion, Position
from bihuan.determination.types import BODIES, OPINION_OF, Act, DeterminationFacts, DutyKind
from bihuan.determination.types.forms import (
    AddMaterial,
    AddParties,
    Opine,
    StatePosition,
    Submit,
    WithReason,
)
from bihuan.determination.types.happenings import (
    CaseAdjudicated,
    CaseNotReferred,
    Declined,
    FileSubmitted,
    MaterialAdded,
    MaterialAsked,
    Opined,
    PartiesAdded,
    PositionStated,
)
from bihuan.duties.life import Locked
from bihuan.duties.types import Singly
from bihuan.organisations import queries as organisations
from bihuan.policy import norms
from bihuan.record.types import Done


@act(Act.ADD_PARTIES, AddParties, choices=rules.further_parties)
def add_parties(locked: Locked[DeterminationFacts], fields: AddParties) -> Done:
    """The centre asks further units what they hold."""
    file = locked.facts
    known = named(locked, *fields.parties)
    there = set(file.parts.get(Part.PARTY, frozenset()))
    desk = min(file.parts[Part.DESK])
    for code in fields.parties:
        locked.grant(rules.may_be_party(known.get(code), desk=desk, there=there, pack=locked.pack))
        there.add(code)
    locked.grant(may_go_to(fields.parties, case=file, known=known, field="parties"))
    take_part(file, Part.PARTY, fields.parties, now=locked.now)
    happening = PartiesAdded(parties=fields.parties, party_names=tuple(known[code].name for code in fields.parties))
    return LIFE.advance(locked, happening, singly=Singly(opens=positions_owed(file, fields.parties, locked.pack)))


@act(Act.STATE_POSITION, StatePosition)
def state_position(locked: Locked[DeterminationFacts], fields: StatePosition) -> Done:
    """A unit says what it holds about who is responsible; it may say so again."""
    return say(locked, fields)


def say(locked: Locked[DeterminationFacts], fields: StatePosition) -> Done:
    """Keep what a unit holds, inside the command of whoever says it."""
    unit = locked.seat.unit
    known = named(locked, unit, fields.suggested_unit)
    if fields.suggested_unit:
        desk = min(locked.facts.parts[Part.DESK])
        found = known.get(fields.suggested_unit)
        locked.grant(rules.may_suggest(found, desk=desk, pack=locked.pack))
    bind(locked, fields.attachments)
    Position.objects.create(
        determination_id=locked.facts.number,
        unit=unit,
        at=locked.now,
        by=locked.actor.account,
        position=fields.position,
        law=fields.law,
        suggested=fields.suggested_unit or "",
        attachments=list(fields.attachments),
    )
    happening = PositionStated(
        unit=unit,
        unit_name=known[unit].name,
        position=fields.position,
        law=fields.law,
        suggested_unit=fields.suggested_unit,
        attachments=fields.attachments,
    )
    return LIFE.advance(locked, happening, singly=Singly(settles=((DutyKind.POSITION, unit),)))


@act(Act.SUBMIT, Submit, ask=rules.may_submit)
def submit(locked: Locked[DeterminationFacts], fields: Submit) -> Done:
    """The centre completes the dispute file and hands it to both bodies; the case waits, its clocks stand still."""
    file, now = locked.facts, locked.now
    known = [unit for part in BODIES for unit in organisations.units_with(part.capacity, file.jurisdiction)]
    bodies = rules.bodies_of([*impartial(known, file), *known], locked.pack)
    silent = sorted(unit.name for unit in named(locked, *file.silent).values())
    locked.grant(
        rules.may_hand_to(bodies),
        *(may_go_to_body([body], case=file) for body in bodies.values()),
        rules.may_submit_without(silent, missing=fields.missing),
    )
    names = tuple(bodies[part].name for part in BODIES)
    bind(locked, fields.attachments)
    _let_wait(locked, {bodies[part].code: str(part) for part in BODIES}, names)
    parts = dict(file.parts)
    for part in BODIES:
        parts |= {part: take_part(file, part, [bodies[part].code], now=now)[part]}
    dispute = fields.dispute or _dispute(file.number)
    told = {"background": fields.background, "law": fields.law, "question": fields.question}
    happening = FileSubmitted(
        bodies=names,
        dispute=dispute,
        missing=fields.missing,
        attachments=fields.attachments,
        digest=digest(fields.background, dispute, fields.law, fields.question),
        **told,
    )
    opens = contacts_owed(file, [bodies[part].code for part in BODIES], locked.pack, now=now)
    return LIFE.advance(
        locked,
        happening,
        parts=parts,
        singly=Singly(opens=opens),
        changes={**told, "dispute": dispute, "missing": fields.missing, "submitted_at": now},
    )


def _let_wait(locked: Locked[DeterminationFacts], bodies: dict[str, str], names: tuple[str, ...]) -> None:
    """The case waits for what is determined: its clocks stand still, both bodies see it meanwhile."""
    case = on_case(locked, CaseAct.ADJUDICATE)
    cases.LIFE.rest(case.facts.number, why="责任主体认定", by=case)
    let_see(case.facts.number, bodies, now=locked.now)
    cases.LIFE.advance(case, CaseAdjudicated(number=locked.facts.number, bodies=names))


def _dispute(number: str) -> str:
    """What was written when the determination began."""
    return Determination.objects.values_list("dispute", flat=True).get(number=number)


@act(Act.DECLINE, WithReason)
def decline(locked: Locked[DeterminationFacts], fields: WithReason) -> Done:
    """The centre hands nothing over: the case goes on where it is."""
    happening = CaseNotReferred(number=locked.facts.number, reason=fields.reason)
    tell_case(locked, happening, lapses=[CaseDuty.DETERMINATION])
    return LIFE.advance(locked, Declined(reason=fields.reason))


@act(Act.ASK_MATERIAL, WithReason)
def ask_material(locked: Locked[DeterminationFacts], fields: WithReason) -> Done:
    """The staffing or the justice body needs more to go on."""
    return LIFE.advance(locked, MaterialAsked(reason=fields.reason))


@act(Act.ADD_MATERIAL, AddMaterial)
def add_material(locked: Locked[DeterminationFacts], fields: AddMaterial) -> Done:
    """The centre adds to the dispute file."""
    bind(locked, fields.attachments)
    return LIFE.advance(locked, MaterialAdded(material=fields.material, attachments=fields.attachments))


@act(Act.OPINE, Opine, ask=rules.may_opine, required=rules.asked_of_opinion)
def opine(locked: Locked[DeterminationFacts], fields: Opine) -> Done:
    """The staffing or the justice body says what it holds."""
    file, unit = locked.facts, locked.seat.unit
    known = named(locked, unit, fields.unit)
    locked.grant(
        *locked.lacks(fields),
        rules.may_find(
            fields.outcome,
            known.get(fields.unit or ""),
            named=fields.unit,
            desk=min(file.parts[Part.DESK]),
            pack=locked.pack,
            norm=norms.DETERMINATION_JOINT,
        ),
    )
    bind(locked, fields.attachments)
    body = rules.part_of(file, locked.actor)
    Opinion.objects.create(
        determination_id=file.number,
        unit=unit,
        body=body,
        at=locked.now,
        by=locked.actor.account,
        outcome=str(fields.outcome),
        suggested=fields.unit or "",
        opinion=fields.opinion,
        law=fields.law,
    )
    happening = Opined(
        unit=unit,
        unit_name=known[unit].name,
        outcome=fields.outcome,
        suggested_unit=fields.unit,
        opinion=fields.opinion,
        law=fields.law,
        attachments=fields.attachments,
    )
    return LIFE.advance(locked, happening, singly=Singly(settles=((OPINION_OF[body], unit),)))

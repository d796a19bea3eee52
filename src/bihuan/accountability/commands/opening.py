"""A clue begins: somebody lays it before the assessor, or the record shows it to the clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bihuan.accountability import queries, rules
from bihuan.accountability.commands.life import LIFE, act, bind, keep, refer_to
from bihuan.accountability.models import Clue, Participation
from bihuan.accountability.stages import TABLE
from bihuan.accountability.types import (
    AT_SUPERVISION,
    AT_THE_DESK,
    KIND,
    LETTER,
    MOST_EVIDENCE,
    ClueAct,
    ClueFacts,
    ClueStage,
)
from bihuan.accountability.types.forms import ClueFoundOnceMore, OpenClue
from bihuan.accountability.types.happenings import ClueFound, ClueFoundAgain, ClueOpened
from bihuan.cases import queries as cases
from bihuan.cases.rules import may_go_to
from bihuan.cases.types import Part
from bihuan.duties.life import Locked
from bihuan.kernel.actor import CLOCKWORK, Actor, Seat
from bihuan.kernel.refusal import Refusal, Refused, granted
from bihuan.kernel.stages import Move
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post, UnitFacts
from bihuan.policy import norms
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Capacity, Pack
from bihuan.record.commands import begin, command, count_up
from bihuan.record.types import Done
from bihuan.subjects import naming
from bihuan.subjects.declaration import Kind
from bihuan.subjects.naming import Taken
from bihuan.subjects.registry import REGISTRY

KEEPING = frozenset({Capacity.DESK, Capacity.OFFICE})
MOST_FOUND = 20
"""So many pieces of evidence come at once."""
RESTS = timedelta(days=90)
"""So long after a dismissal the same evidence opens nothing."""
CLOCK_SEAT = Seat(unit="", post=CLOCKWORK)


@dataclass(frozen=True, slots=True)
class Desk:
    """From where a clue begins: the regulation in force, the row and the seat of whoever begins it."""

    pack: Pack
    move: Move
    seat: Seat
    keeps: bool
    """Whether the unit of the seat keeps clues itself, and does not supervise alone."""


def _desk_of(actor: Actor, now: datetime) -> Desk:
    """From where somebody begins a clue. Raises Refused."""
    place = organisations.jurisdiction(actor.jurisdiction, now=now)
    pack = load_pack(place.pack)
    able = {
        unit.code: pack.unit_types[unit.type].capacities
        for unit in organisations.named(actor.units, place.code, now=now).values()
        if unit.active and unit.type in pack.unit_types
    }
    parts = {
        str(Part.ISSUER): frozenset(code for code, can in able.items() if can & KEEPING),
        str(Part.SUPERVISION): frozenset(code for code, can in able.items() if Capacity.SUPERVISION in can),
    }
    found = TABLE.find(None, ClueAct.OPEN, actor, parts, pack.binds)
    if isinstance(found, Refusal):
        raise Refused(found, pack=pack.ref)
    move, seat = found
    return Desk(pack, move, seat, seat.post != Post.SUPERVISOR)


def must_open(actor: Actor, now: datetime) -> None:
    """Whether somebody may lay a clue open from any of their posts. Raises Refused, with who may."""
    _desk_of(actor, now)


def may_open(actor: Actor, now: datetime) -> bool:
    """Whether somebody may lay a clue open from any of their posts."""
    try:
        must_open(actor, now)
    except Refused:
        return False
    return True


def _nameable() -> list[Kind]:
    """The kinds of subject that a clue may be about: what units handle."""
    return [kind for kind in REGISTRY if kind.let_see is not None]


def _about(desk: Desk, fields: OpenClue, actor: Actor) -> Taken | None:
    if not fields.about:
        return None
    (taken,) = naming.all_taken(
        [fields.about],
        actor,
        unit=desk.seat.unit,
        supervises=not desk.keeps,
        among=_nameable(),
        pack=desk.pack.ref,
    )
    return taken


def _bodies(capacity: Capacity, jurisdiction: str, about: str, now: datetime) -> list[UnitFacts]:
    """The bodies of that capacity of whom what a clue is about does not complain in secret."""
    return queries.without_accused(organisations.units_with(capacity, jurisdiction, now=now), about)


def _keeper(jurisdiction: str, about: str, desk: str, now: datetime) -> UnitFacts | Refusal:
    offices, desks = (_bodies(one, jurisdiction, about, now) for one in (Capacity.OFFICE, Capacity.DESK))
    return rules.keeper_of(offices, desks, desk=desk)


def _officer(jurisdiction: str, about: str, now: datetime) -> str:
    """The first body that supervises in which somebody does; empty where there is none."""
    bodies = _bodies(Capacity.SUPERVISION, jurisdiction, about, now)
    held = organisations.holders([body.code for body in bodies], now) if bodies else ()
    return next((a.unit for a in held if a.post == Post.SUPERVISOR), "")


def _desk_of_case(number: str) -> str:
    """The unit that took in a case; empty where there is no case."""
    return cases.facts(number).desk if number else ""


def _write_down(
    *,
    unit: UnitFacts,
    situation: str,
    about: str,
    of_case: str,
    express: bool,
    facts: str,
    detector: str,
    keeper: UnitFacts,
    officer: str,
    stage: ClueStage,
    pack: Pack,
    actor: Actor,
    now: datetime,
) -> ClueFacts:
    place, year = organisations.jurisdiction(actor.jurisdiction, now=now), organisations.today(now).year
    sequence = count_up(f"{KIND}/{place.code}/{year}", place.code)
    row = Clue.objects.create(
        number=f"{place.prefix}{year}{LETTER}{sequence:05d}",
        jurisdiction=place.code,
        pack=pack.ref,
        of_case=of_case,
        title=f"{unit.name}：{pack.situation_label(situation)}"[:300],
        stage=str(stage),
        stage_at=now,
        started_at=now,
        started_by=actor.account,
        unit=unit.code,
        keeper=keeper.code,
        situation=situation,
        about=about,
        detector=detector,
        express=express,
        facts=facts,
    )
    there = ((keeper.code, Part.ISSUER, AT_THE_DESK), (officer, Part.SUPERVISION, AT_SUPERVISION))
    Participation.objects.bulk_create(
        Participation(clue=row, unit=code, part=str(part), since=now, posts=list(map(str, posts)))
        for code, part, posts in there
        if code
    )
    return queries.facts(row.number)


@command(subject=KIND, act=ClueAct.OPEN, fields=OpenClue)
def open_one(*, fields: OpenClue, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Lay before the assessor what a unit may be held to account for."""
    desk = _desk_of(actor, now)
    pack, taken = desk.pack, _about(desk, fields, actor)
    about = taken.subject if taken else ""
    unit = organisations.named([fields.unit], actor.jurisdiction, now=now).get(fields.unit)
    own = desk.seat.unit
    known = {unit.code: unit} if unit else {}
    case_desk = own if desk.keeps else _desk_of_case(taken.of_case if taken else "")
    keeper = _keeper(actor.jurisdiction, about, case_desk, now)
    granted(
        rules.may_concern(unit, pack=pack),
        rules.may_be_situation(fields.situation, pack=pack),
        rules.may_be_another(standing=queries.standing(actor.jurisdiction, fields.unit, fields.situation, about)),
        *(
            may_go_to([fields.unit], case=one, known=known, field="unit")
            for one in (naming.accusing([about]) if about else ())
        ),
        keeper if isinstance(keeper, Refusal) else None,
        binds=pack.binds,
        pack=pack.ref,
    )
    assert unit is not None, "asked by the rule"
    assert isinstance(keeper, UnitFacts), "asked by the rule"
    if taken is not None and not desk.keeps:
        naming.let_see(taken, own, now)
    found = _write_down(
        unit=unit,
        situation=fields.situation,
        about=about,
        of_case=taken.of_case if taken else "",
        express=fields.express,
        facts=fields.facts,
        detector="",
        keeper=keeper,
        officer=_officer(actor.jurisdiction, about, now) if desk.keeps else own,
        stage=ClueStage.OPENED,
        pack=pack,
        actor=actor,
        now=now,
    )
    bind(found.number, fields.attachments, actor)
    keep(found.id, at=now, by=actor.account, what="提出线索", text=fields.facts, files=fields.attachments)
    happening = ClueOpened(
        unit=unit.code,
        unit_name=unit.name,
        situation=fields.situation,
        label=pack.situation_label(fields.situation),
        subject=about.partition(":")[2],
        express=fields.express,
        situation_told=fields.facts,
        attachments=fields.attachments,
    )
    return LIFE.open_first(
        begin(found.subject, found.jurisdiction),
        found,
        happening,
        move=desk.move,
        seat=desk.seat,
        actor=actor,
        now=now,
    )


@dataclass(frozen=True, slots=True)
class Finding:
    """What the record shows of a unit: in which situation, on which subject, and where that stands."""

    jurisdiction: str
    unit: str
    situation: str
    about: str
    of_case: str
    detector: str
    facts: str
    events: tuple[tuple[str, int, str], ...]
    """Key of a subject, sequence of an event of its record, what that shows."""
    express: bool = False

    @property
    def places(self) -> frozenset[tuple[str, int]]:
        """Where the evidence stands."""
        return frozenset((subject, sequence) for subject, sequence, _ in self.events)


def find(finding: Finding, *, pack: Pack, now: datetime) -> str:
    """Open a clue by what the record shows, or add to the one that is open; answers its number, empty for none."""
    return _find(finding=finding, pack=pack, actor=Actor.clockwork(finding.jurisdiction), now=now)


@command(repeatable=True)
def _find(*, finding: Finding, pack: Pack, actor: Actor, now: datetime) -> str:
    """The same evidence opens nothing for ninety days after it was dismissed. It never concludes: people decide."""
    if not pack.binds(norms.ACCOUNT_CLUE) or finding.situation not in pack.situations:
        return ""
    place = finding.jurisdiction
    if number := queries.standing(place, finding.unit, finding.situation, finding.about):
        return _find_again(number, finding, actor, now)
    known = queries.looked_into(place, finding.unit, finding.situation, finding.about, dismissed_since=now - RESTS)
    unit = organisations.named([finding.unit], place, now=now).get(finding.unit)
    if finding.places <= known or unit is None or rules.may_concern(unit, pack=pack) is not None:
        return ""
    accusing = naming.accusing([finding.about]) if finding.about else []
    keeper = _keeper(place, finding.about, _desk_of_case(finding.of_case), now)
    if isinstance(keeper, Refusal) or any(
        may_go_to([unit.code], case=one, known={}, field="unit") is not None for one in accusing
    ):
        return ""
    found = _write_down(
        unit=unit,
        situation=finding.situation,
        about=finding.about,
        of_case=finding.of_case,
        express=finding.express,
        facts=finding.facts,
        detector=finding.detector,
        keeper=keeper,
        officer=_officer(place, finding.about, now),
        stage=ClueStage.OPENED,
        pack=pack,
        actor=actor,
        now=now,
    )
    refer_to(found.id, at=now, by=actor.account, events=finding.events)
    move = TABLE.row(None, ClueAct.FIND, pack.binds)
    assert move is not None, "it stands in the table"
    happening = ClueFound(
        unit=unit.code,
        unit_name=unit.name,
        situation=finding.situation,
        label=pack.situation_label(finding.situation),
        subject=finding.about.partition(":")[2],
        detector=finding.detector,
        express=finding.express,
        events=_told(finding.events),
    )
    LIFE.open_first(begin(found.subject, place), found, happening, move=move, seat=CLOCK_SEAT, actor=actor, now=now)
    return found.number


def _find_again(number: str, finding: Finding, actor: Actor, now: datetime) -> str:
    clue = queries.facts(number)
    there = queries.evidence_in_records(clue.id)
    room = max(MOST_EVIDENCE - queries.evidence_count(clue.id), 0)
    new = [event for event in finding.events if event[:2] not in there][: min(room, MOST_FOUND)]
    if new and LIFE.has(clue, ClueAct.FIND_AGAIN):
        lines = tuple(f"{subject}#{sequence}#{text}" for subject, sequence, text in new)
        find_again(
            number=number, fields=ClueFoundOnceMore(detector=finding.detector, events=lines), actor=actor, now=now
        )
    return number


@act(ClueAct.FIND_AGAIN, ClueFoundOnceMore)
def find_again(locked: Locked[ClueFacts], fields: ClueFoundOnceMore) -> Done:
    """The same shows once more: further evidence, and nothing else."""
    there = queries.evidence_in_records(locked.facts.id)
    events = [event for event in map(_read, fields.events) if event[:2] not in there]
    locked.grant(rules.may_be_found_again(new=len(events)))
    refer_to(locked.facts.id, at=locked.now, by=locked.actor.account, events=events)
    happening = ClueFoundAgain(detector=fields.detector, count=len(events), events=_told(events))
    return LIFE.advance(locked, happening)


def _read(line: str) -> tuple[str, int, str]:
    subject, sequence, text = line.split("#", 2)
    return subject, int(sequence), text


def _told(events: Sequence[tuple[str, int, str]]) -> tuple[str, ...]:
    return tuple(f"{subject}#{sequence}" for subject, sequence, _ in events)

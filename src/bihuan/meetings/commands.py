"""Meetings are planned, convened, held, minuted and signed; units do and report what was decided."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from bihuan.attachments import commands as attachments
from bihuan.cases.rules import may_go_to
from bihuan.cases.types import Part
from bihuan.duties import commands as duty_commands
from bihuan.duties import queries as duties
from bihuan.duties.life import Life, Locked, beyond
from bihuan.duties.queries import owed_pairs
from bihuan.duties.rules import may_fall_on
from bihuan.duties.shifting import shift
from bihuan.duties.sight import Sight, must_see
from bihuan.duties.types import Opening, Singly
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.fields import Fields
from bihuan.kernel.refusal import Refusal, Refused, granted
from bihuan.kernel.stages import Move
from bihuan.meetings import queries, rules
from bihuan.meetings.models import Decision as DecisionKept
from bihuan.meetings.models import Meeting, Participation, Task
from bihuan.meetings.stages import TABLE
from bihuan.meetings.types import (
    DUTIES,
    KIND,
    CallMeeting,
    CloseMeeting,
    ConveneMeeting,
    DecidedAtMeeting,
    DecisionReported,
    DecisionStruck,
    EnterDecision,
    EnterMeeting,
    LapseMeeting,
    MeetingAct,
    MeetingAgenda,
    MeetingCalled,
    MeetingClosed,
    MeetingConvened,
    MeetingDecided,
    MeetingDecision,
    MeetingDuty,
    MeetingFacts,
    MeetingHeld,
    MeetingLapsed,
    MeetingPlanned,
    MinutesReturned,
    MinutesSigned,
    ReportDecision,
    ReturnMinutes,
    SignMinutes,
    StrikeDecision,
)
from bihuan.organisations import clocks
from bihuan.organisations import commands as organisation_commands
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Passing, UnitFacts
from bihuan.policy.calendar import ZONE
from bihuan.policy.limits import LimitName
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Capacity, Pack
from bihuan.policy.rhythms import Regular
from bihuan.record import queries as record
from bihuan.record.commands import Ask, append, begin, command, count_up, lock
from bihuan.record.types import Done, subject_of
from bihuan.rhythm import commands as rhythm
from bihuan.rhythm.rules import may_begin_once
from bihuan.rhythm.types import RhythmFacts, RhythmStage
from bihuan.subjects import naming
from bihuan.subjects.declaration import Kind
from bihuan.subjects.registry import REGISTRY

A, D = MeetingAct, MeetingDuty
Form = TypeVar("Form", bound=Fields)
Write = Callable[[Locked[MeetingFacts], Form], Done]
LETTER = "M"


def _write(number: str, columns: Mapping[str, object]) -> None:
    Meeting.objects.filter(number=number).update(**columns)


SIGHT = Sight("meetings_meeting", "meetings_taking_part", "meeting_id")
LIFE: Life[MeetingFacts] = Life(TABLE, DUTIES, queries.facts, must_see, _write, SIGHT)

Draw = Callable[[str, datetime], MeetingAgenda]
"""What the data say now of what a meeting of a jurisdiction is about."""
_DRAWN: list[Draw] = []


def draws_agenda(draw: Draw) -> None:
    """Declare who draws up the agenda from the data; the package that sees all of them."""
    _DRAWN[:] = [draw]


def drawn_up(meeting: MeetingFacts) -> Mapping[str, object]:
    """What the form of the convening begins with: what was convened already, else what the data say."""
    told = {name: getattr(meeting, name) for name in ("progress", "analysis", "difficult", "policy")}
    if meeting.held_on is not None:
        more = ("held_on", "starts", "place", "units", "attendees")
        return told | {name: getattr(meeting, name) for name in more}
    if not _DRAWN:
        return {}
    found = _DRAWN[0](meeting.jurisdiction, clocks.here(meeting.jurisdiction))
    topic = f"{meeting.topic}\n" if meeting.topic else ""
    return {
        "progress": found.progress,
        "analysis": found.analysis,
        "difficult": f"{topic}{found.difficult}",
        "policy": found.policy,
    }


def act(
    word: MeetingAct,
    form: type[Form],
    *,
    ask: Ask | None = None,
    begins: Callable[[MeetingFacts], Mapping[str, object]] | None = None,
) -> Callable[[Write[Form]], Callable[..., Done]]:
    """Declare an act of a meeting."""

    def declare(write: Write[Form]) -> Callable[..., Done]:
        def run(*, number: str, fields: Form, actor: Actor, now: datetime, version: int | None = None) -> Done:
            return write(LIFE.begin(number, word, actor=actor, now=now, version=version), fields)

        run.__module__, run.__doc__ = write.__module__, write.__doc__
        run.__qualname__ = run.__name__ = write.__name__
        return command(subject=KIND, act=word, fields=form, ask=ask, begins=begins)(run)

    return declare


def _number(actor: Actor, now: datetime) -> str:
    place, year = organisations.jurisdiction(actor.jurisdiction, now=now), organisations.today(now).year
    return f"{place.prefix}{year}{LETTER}{count_up(f'{KIND}/{place.code}/{year}', place.code):05d}"


def _create(
    number: str, unit: UnitFacts, title: str, pack: Pack, actor: Actor, now: datetime, **columns: object
) -> MeetingFacts:
    row = Meeting.objects.create(
        number=number,
        jurisdiction=actor.jurisdiction,
        pack=pack.ref,
        stage="planned",
        stage_at=now,
        started_at=now,
        started_by=actor.account,
        title=title,
        unit=unit.code,
        **columns,
    )
    _join(row.pk, {unit.code: Part.OFFICE}, now)
    return queries.facts(row.number)


def _join(meeting: int, units: Mapping[str, Part], now: datetime) -> None:
    there = set(Participation.objects.filter(meeting_id=meeting, until__isnull=True).values_list("unit", "part"))
    Participation.objects.bulk_create(
        Participation(meeting_id=meeting, unit=unit, part=str(part), since=now)
        for unit, part in units.items()
        if (unit, str(part)) not in there
    )


def _begun(
    found: MeetingFacts,
    happening: MeetingPlanned | MeetingCalled,
    *,
    move: Move,
    seat: Seat,
    openings: Mapping[str, Opening],
    actor: Actor,
    now: datetime,
) -> Done:
    chain = begin(found.subject, found.jurisdiction)
    return LIFE.open_first(chain, found, happening, move=move, seat=seat, actor=actor, now=now, openings=openings)


@command()
def plan(*, work: RhythmFacts, actor: Actor, now: datetime) -> Done:
    """The meeting that a month wants is to be held by the day of the regular work."""
    pack = load_pack(work.pack)
    move = TABLE.row(None, A.PLAN, pack.binds)
    assert move is not None, "the table's first row"
    unit = organisations.named([work.unit], work.jurisdiction, now=now)[work.unit]
    number = _number(actor, now)  # whoever counts waits until others have: what they planned is seen from here on
    granted(may_begin_once(work.title, there=bool(queries.of_rhythm([work.number]))))
    found = _create(number, unit, work.title, pack, actor, now, rhythm=work.number)
    due_at = datetime.combine(work.due_on, pack.hours.closes, ZONE)
    hold = LIFE.opening(D.HOLD, found, found.parts, pack, due_at=due_at, basis=f"定期工作{work.number}")
    told = MeetingPlanned(title=found.title, rhythm=work.number)
    seat = Seat(unit="", post=actor.account)
    return _begun(found, told, move=move, seat=seat, openings={D.HOLD: hold}, actor=actor, now=now)


@command(subject=KIND, act=A.CALL, fields=CallMeeting)
def call(*, fields: CallMeeting, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Something weighty does not wait for the meeting of the month."""
    pack = organisations.pack_of(actor.jurisdiction, now=now)
    offices = {one.code: one for one in organisations.units_with(Capacity.OFFICE, actor.jurisdiction, now=now)}
    found = TABLE.find(None, A.CALL, actor, {str(Part.OFFICE): frozenset(offices)}, pack.binds)
    if isinstance(found, Refusal):
        raise Refused(found, pack=pack.ref)
    move, seat = found
    able = organisations.units_with(Capacity.LEADERSHIP, actor.jurisdiction, now=now) if fields.of_group else ()
    granted(*beyond(fields, pack), rules.may_meet(group=fields.of_group, leaders=able), binds=pack.binds, pack=pack.ref)
    title = f"{'议事协调机构会议' if fields.of_group else '临时会商会议'}：{fields.topic}"
    made = _create(_number(actor, now), offices[seat.unit], title, pack, actor, now, **dict(fields))
    _join(made.id, {one.code: Part.LEADERS for one in able}, now)
    told = MeetingCalled(**dict(fields))
    return _begun(made, told, move=move, seat=seat, openings={}, actor=actor, now=now)


def _names(units: Sequence[str], jurisdiction: str, now: datetime) -> Mapping[str, UnitFacts]:
    return organisations.named(units, jurisdiction, now=now) if units else {}


@act(A.CONVENE, ConveneMeeting, begins=drawn_up)
def convene(locked: Locked[MeetingFacts], fields: ConveneMeeting) -> Done:
    """Who meets when and where, about what: the units are told, and see it."""
    found, now = locked.facts, locked.now
    units = _names(fields.units, found.jurisdiction, now)
    locked.grant(
        rules.may_convene_on(fields.held_on, today=organisations.today(now)),
        *(rules.may_attend(units.get(unit), field="units") for unit in fields.units),
    )
    _join(found.id, dict.fromkeys(fields.units, Part.ATTENDEE), now)
    said = dict(fields)
    names = "、".join(units[unit].name for unit in fields.units)
    changes = {**said, "units": list(fields.units)}
    return LIFE.advance(locked, MeetingConvened(**said, unit_names=names), changes=changes)


@act(A.HOLD, EnterMeeting)
def hold(locked: Locked[MeetingFacts], fields: EnterMeeting) -> Done:
    """It was held: what the month wanted is done."""
    found, now, actor = locked.facts, locked.now, locked.actor
    planned_on, today = organisations.today(found.started_at), organisations.today(now)
    locked.grant(rules.may_have_been_held(fields.held_on, planned_on=planned_on, today=today))
    attachments.bind(ids=fields.attachments, subject_kind=KIND, subject_number=found.number, actor=actor)
    changes = {
        "held_on": fields.held_on,
        "attended": fields.attended,
        "minutes": fields.minutes,
    }
    done = LIFE.advance(locked, MeetingHeld(**dict(fields)), changes=changes)
    if found.rhythm:
        rhythm.done_by(
            Regular.MEETING,
            found.subject,
            number=found.rhythm,
            done_on=fields.held_on,
            summary=found.title,
            actor=actor,
            now=now,
        )
    return done


def nameable() -> list[Kind]:
    """What a decision may name: what units handle."""
    return [kind for kind in REGISTRY if kind.let_see is not None]


def _may_decide(meeting: MeetingFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_decide_more(meeting)


def _may_be_read_by(
    there: frozenset[str], about: Iterable[str], jurisdiction: str, now: datetime, *, field: str = ""
) -> list[Refusal | None]:
    """Whoever takes part reads every decision: none is about what complains in secret of one of them."""
    accusing = naming.accusing(sorted(about))
    known = _names(sorted(there), jurisdiction, now) if accusing else {}
    return [may_go_to(sorted(there), case=one, known=known, field=field) for one in accusing]


@act(A.DECIDE, EnterDecision, ask=_may_decide)
def decide(locked: Locked[MeetingFacts], fields: EnterDecision) -> Done:
    """Write down one thing that was decided."""
    found, now = locked.facts, locked.now
    taken = naming.all_taken(
        fields.about,
        locked.actor,
        unit=locked.seat.unit,
        supervises=False,
        among=nameable(),
        pack=locked.pack.ref,
    )
    units = _names(fields.units, found.jurisdiction, now)
    about = [one.subject for one in taken]
    before = queries.decisions_of(found.id)
    there = frozenset(unit for one in before for unit in one.units).union(*found.parts.values()) - {*fields.units}
    read = frozenset(subject for one in before for subject in one.subjects).union(about)
    locked.grant(
        *(rules.may_do_task(units.get(unit), pack=locked.pack) for unit in fields.units),
        *_may_be_read_by(frozenset(fields.units), read, found.jurisdiction, now, field="units"),
        *_may_be_read_by(there, about, found.jurisdiction, now, field="about"),
        rules.may_be_due(fields.due_on, today=organisations.today(now)),
        may_fall_on(fields.due_on, duties.calendar(), on_free_day=fields.on_free_day, field="due_on"),
    )
    nth = queries.next_place(found.id)
    DecisionKept.objects.create(
        meeting_id=found.id,
        nth=nth,
        kind=str(fields.kind),
        text=fields.text,
        subjects=about,
        units=list(fields.units),
        due_on=fields.due_on,
        at=now,
    )
    told = MeetingDecided(
        nth=nth,
        decision=fields.kind,
        text=fields.text,
        subjects=tuple(about),
        units=fields.units,
        unit_names="、".join(units[unit].name for unit in fields.units) or "无",
        due_on=fields.due_on,
    )
    return LIFE.advance(locked, told)


@act(A.STRIKE, StrikeDecision)
def strike(locked: Locked[MeetingFacts], fields: StrikeDecision) -> Done:
    """A decision was written down wrongly."""
    standing = {one.nth for one in queries.decisions_of(locked.facts.id)}
    locked.grant(rules.may_strike(fields.nth, standing))
    DecisionKept.objects.filter(meeting_id=locked.facts.id, nth=fields.nth).update(struck=fields.reason)
    return LIFE.advance(locked, DecisionStruck(nth=fields.nth, reason=fields.reason))


@act(A.RETURN, ReturnMinutes)
def give_back(locked: Locked[MeetingFacts], fields: ReturnMinutes) -> Done:
    """The minutes are to be mended."""
    return LIFE.advance(locked, MinutesReturned(reason=fields.reason))


def _may_sign(meeting: MeetingFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    minuted_by = record.hands(meeting.subject, (MeetingHeld.kind, MeetingDecided.kind, DecisionStruck.kind))
    return rules.may_sign(meeting, actor, minuted_by=minuted_by)


@act(A.SIGN, SignMinutes, ask=_may_sign)
def sign(locked: Locked[MeetingFacts], fields: SignMinutes) -> Done:
    """The minutes get their number; what was decided binds the units, and the subjects tell of it."""
    found, now = locked.facts, locked.now
    decisions, year = queries.decisions_of(found.id), organisations.today(now).year
    standing = _names([unit for one in decisions for unit in one.units], found.jurisdiction, now)
    there = frozenset(unit for one in decisions for unit in one.units).union(*found.parts.values())
    named = {subject for one in decisions for subject in one.subjects}
    locked.grant(
        *(rules.may_bind(one, standing) for one in decisions),
        *_may_be_read_by(there, named, found.jurisdiction, now),
    )
    number = f"会商纪要〔{year}〕第{count_up(f'minutes/{found.jurisdiction}/{year}', found.jurisdiction)}期"
    tasked = [(one, unit) for one in decisions for unit in one.units]
    Task.objects.bulk_create(Task(meeting_id=found.id, decision_id=one.id, unit=unit) for one, unit in tasked)
    _join(found.id, dict.fromkeys((unit for _, unit in tasked), Part.ADDRESSEE), now)
    tasks = tuple(
        _task(locked, unit, queries.waiting_of(found.id, unit)[0][1])
        for unit in dict.fromkeys(unit for _, unit in tasked)
    )
    done = LIFE.advance(
        locked,
        MinutesSigned(minutes_number=number, decisions=len(decisions)),
        changes={"minutes_number": number},
        openings={D.CLOSE: _close_after(locked, decisions)},
        singly=Singly(opens=tasks),
    )
    _tell(locked, decisions, number)
    return done


def _task(locked: Locked[MeetingFacts], unit: str, decision: MeetingDecision) -> Opening:
    """What a unit owes next: what is due first of what it has not reported."""
    parts = {str(Part.ADDRESSEE): frozenset({unit})}
    if decision.due_on is None:
        return LIFE.opening(D.TASK, locked.facts, parts, locked.pack)
    due_at = datetime.combine(decision.due_on, locked.pack.hours.closes, ZONE)
    return LIFE.opening(D.TASK, locked.facts, parts, locked.pack, due_at=due_at, basis=f"会商第{decision.nth}项决定")


def _close_after(locked: Locked[MeetingFacts], decisions: Iterable[MeetingDecision]) -> Opening:
    """The office says that all is done by its limit after the last of it is due."""
    pack, found = locked.pack, locked.facts
    task = pack.limit(LimitName.DECISION_TASK)
    last, _ = duty_commands.due_after(str(task.limit), pack, locked.now)
    for one in decisions:
        if one.due_on is not None:
            last = max(last, datetime.combine(one.due_on, pack.hours.cut_off, ZONE))
    rule = pack.limit(LimitName.MEETING_CLOSE)
    last = min(last.astimezone(ZONE), datetime.combine(last.astimezone(ZONE).date(), pack.hours.cut_off, ZONE))
    due_at, _ = duty_commands.due_after(str(rule.limit), pack, last)
    basis = f"最后一项决定到期后，{pack.source(rule).words}"
    return LIFE.opening(D.CLOSE, found, found.parts, pack, due_at=due_at, basis=basis)


def _tell(locked: Locked[MeetingFacts], decisions: Iterable[MeetingDecision], minutes: str) -> None:
    """The record of each subject that is named tells what was decided of it."""
    for one in decisions:
        told = DecidedAtMeeting(
            number=locked.facts.number, minutes_number=minutes, nth=one.nth, decision=one.kind, text=one.text
        )
        for subject in one.subjects:
            append(
                lock(subject),
                told,
                actor=locked.actor,
                seat=locked.seat,
                norm=locked.move.norm,
                pack=locked.pack,
                now=locked.now,
            )


def _may_report(meeting: MeetingFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_report(meeting, actor)


@act(A.REPORT, ReportDecision, ask=_may_report)
def report(locked: Locked[MeetingFacts], fields: ReportDecision) -> Done:
    """A unit tells what it did of the decision that is due first, or why not; then the next one is due."""
    found, now, actor = locked.facts, locked.now, locked.actor
    seat = found.seat_owing(actor)
    assert seat is not None, "asked by the rule"
    locked = replace(locked, seat=seat)
    (task, _), *further = queries.waiting_of(found.id, seat.unit)
    Task.objects.filter(pk=task).update(
        result=fields.result, done=fields.done, reported_at=now, reported_by_name=actor.name
    )
    attachments.bind(ids=fields.attachments, subject_kind=KIND, subject_number=found.number, actor=actor)
    told = DecisionReported(
        unit_name=organisations.unit_names([seat.unit]).get(seat.unit, seat.unit),
        whether="已完成" if fields.done else "没有完成，已说明",
        result=fields.result,
        attachments=fields.attachments,
    )
    opens = (_task(locked, seat.unit, further[0][1]),) if further else ()
    return LIFE.advance(locked, told, singly=Singly(settles=((str(D.TASK), seat.unit),), opens=opens))


@act(A.CLOSE, CloseMeeting)
def close(locked: Locked[MeetingFacts], fields: CloseMeeting) -> Done:
    """Everything is done or explained."""
    return LIFE.advance(locked, MeetingClosed(opinion=fields.opinion), changes={"opinion": fields.opinion})


@act(A.LAPSE, LapseMeeting)
def lapse(locked: Locked[MeetingFacts], fields: LapseMeeting) -> Done:
    """Two months went by without it."""
    work = rhythm.LIFE.facts(locked.facts.rhythm) if locked.facts.rhythm else None
    locked.grant(rules.may_lapse(missed=work is not None and work.stage is RhythmStage.MISSED))
    return LIFE.advance(locked, MeetingLapsed(title=locked.facts.title))


def _pass_on(passing: Passing, actor: Actor, now: datetime) -> None:
    """What a unit that ends had to hold or do its successor does."""
    for number in queries.held_by(passing.unit, passing.jurisdiction):
        _pass(number, passing, actor, now)


def _pass(number: str, passing: Passing, actor: Actor, now: datetime) -> None:
    chain, found = lock(subject_of(KIND, number)), queries.facts(number)
    unit, successor = passing.unit, passing.successor
    if successor:
        Meeting.objects.filter(pk=found.id, unit=unit).update(unit=successor)
        Task.objects.filter(meeting_id=found.id, unit=unit).update(unit=successor)
    moved = shift(found.parts, owed_pairs(found.subject), DUTIES, unit=unit, successor=successor, goes_back=False)
    if not moved.something:
        return
    there = Participation.objects.filter(meeting_id=found.id, until__isnull=True)
    rows = list(there.filter(unit=unit, part__in=moved.passing))
    there.filter(unit=unit, part__in=[*moved.passing, *(part for part, _ in moved.ending)]).update(until=now)
    for row in rows:
        row.pk, row.unit, row.since = None, successor, now
    Participation.objects.bulk_create(rows)
    duty_commands.hand_over(chain, moved, passing, pack=load_pack(found.pack), actor=actor, now=now)


organisation_commands.passes_on(_pass_on)

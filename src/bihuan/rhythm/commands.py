"""Regular work is opened by the clock, done by whom it is for, or missed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from bihuan.attachments import commands as attachments
from bihuan.cases.types import Part
from bihuan.duties import commands as duty_commands
from bihuan.duties.life import Life, Locked
from bihuan.duties.queries import owed_pairs
from bihuan.duties.shifting import shift
from bihuan.duties.sight import Sight, must_see
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Refusal, granted
from bihuan.organisations import commands as organisation_commands
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Passing, UnitFacts
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Capacity, Pack
from bihuan.policy.rhythms import Period, Rhythm, period_of
from bihuan.record.commands import begin, command, count_up, lock
from bihuan.record.types import Done, subject_of
from bihuan.rhythm import queries, rules
from bihuan.rhythm.models import Log, Participation
from bihuan.rhythm.models import Rhythm as Row
from bihuan.rhythm.stages import TABLE
from bihuan.rhythm.types import (
    DUTIES,
    HOLDER,
    KIND,
    BriefingLogged,
    DoRhythm,
    LogBriefing,
    LogReview,
    LogTraining,
    MissRhythm,
    ReviewLogged,
    RhythmAct,
    RhythmDone,
    RhythmDuty,
    RhythmFacts,
    RhythmMissed,
    RhythmOpened,
    RhythmStage,
    TrainingLogged,
)


def _write(number: str, columns: Mapping[str, object]) -> None:
    Row.objects.filter(number=number).update(**columns)


LETTER = "G"
SIGHT = Sight("rhythm_rhythm", "rhythm_taking_part", "rhythm_id")
LIFE: Life[RhythmFacts] = Life(TABLE, DUTIES, queries.facts, must_see, _write, SIGHT)


@command()
def open_one(*, work: Rhythm, period: Period, unit: UnitFacts, pack: Pack, actor: Actor, now: datetime) -> Done:
    """The work of a period is to be done by a unit; the list office sees it, too."""
    number = _number(actor, now)  # whoever counts waits until others have: what they opened is seen from here on
    known = queries.opened(actor.jurisdiction, [(work.code, period.key)])
    units = {of for code, key, of in known if (code, key) == (work.code, period.key)}
    granted(rules.may_begin_once(work.label, there=unit.code in units if work.each else bool(units)))
    found = _create(number, work, period, unit, pack, actor, now)
    move = TABLE.row(None, RhythmAct.OPEN)
    assert move is not None, "the table's first row"
    due_at = datetime.combine(found.due_on, pack.hours.closes, ZONE)
    basis = work.basis or f"定期工作：{work.every.label}"
    opening = LIFE.opening(RhythmDuty.DO, found, found.parts, pack, due_at=due_at, basis=basis)
    opening = replace(opening, post=work.post, clause=work.clause or opening.clause)
    told = RhythmOpened(title=found.title, period=period.key, unit=unit.code, unit_name=unit.name, due_on=found.due_on)
    return LIFE.open_first(
        begin(found.subject, found.jurisdiction),
        found,
        told,
        move=move,
        seat=Seat(unit="", post=actor.account),
        actor=actor,
        now=now,
        openings={RhythmDuty.DO: opening},
    )


def _number(actor: Actor, now: datetime) -> str:
    place, year = organisations.jurisdiction(actor.jurisdiction, now=now), organisations.today(now).year
    return f"{place.prefix}{year}{LETTER}{count_up(f'{KIND}/{place.code}/{year}', place.code):05d}"


def _create(
    number: str,
    work: Rhythm,
    period: Period,
    unit: UnitFacts,
    pack: Pack,
    actor: Actor,
    now: datetime,
    *,
    stage: RhythmStage = RhythmStage.DUE,
    summary: str = "",
) -> RhythmFacts:
    due_on = period.ends_on + timedelta(days=work.due)
    row = Row.objects.create(
        number=number,
        jurisdiction=actor.jurisdiction,
        pack=pack.ref,
        stage=str(stage),
        stage_at=now,
        started_at=now,
        started_by=actor.account,
        code=work.code,
        title=f"{work.label}（{period.key}）",
        every=str(work.every),
        period=period.key,
        unit=unit.code,
        post=work.post,
        begins_on=period.begins_on,
        ends_on=period.ends_on,
        due_on=due_on,
        summary=summary,
        closed_at=None if stage is RhythmStage.DUE else now,
    )
    watching = _watching(actor.jurisdiction, now)
    there = {unit.code: Part.KEEPER} | ({watching: Part.OFFICE} if watching and watching != unit.code else {})
    Participation.objects.bulk_create(
        Participation(rhythm=row, unit=code, part=str(part), since=now) for code, part in there.items()
    )
    return queries.facts(number)


def _watching(jurisdiction: str, now: datetime) -> str:
    """Who keeps the overview: the list office, else the desk."""
    for capacity in (Capacity.OFFICE, Capacity.DESK):
        if units := organisations.units_with(capacity, jurisdiction, now=now):
            return units[0].code
    return ""


def _may_do(work: RhythmFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_do_here(work, actor)


@command(subject=KIND, act=RhythmAct.DO, fields=DoRhythm, ask=_may_do)
def do(*, number: str, fields: DoRhythm, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """Whoever it is for tells that it was done."""
    locked = LIFE.begin(number, RhythmAct.DO, actor=actor, now=now, version=version)
    today = organisations.today(now)
    locked.grant(rules.may_be_done_on(fields.done_on, begins_on=locked.facts.begins_on, today=today))
    attachments.bind(ids=fields.attachments, subject_kind=KIND, subject_number=number, actor=actor)
    return _done(locked, fields.done_on, fields.summary, "", fields.attachments)


def _done(locked: Locked[RhythmFacts], done_on: date, summary: str, by: str, files: Sequence[int] = ()) -> Done:
    title = locked.facts.title
    happening = RhythmDone(title=title, done_on=done_on, by=by, summary=summary, attachments=tuple(files))
    return LIFE.advance(locked, happening, changes={"done_by": by, "summary": summary})


def done_by(
    code: str,
    by: str,
    *,
    done_on: date,
    summary: str,
    actor: Actor,
    now: datetime,
    unit: str = "",
    number: str = "",
) -> str:
    """That work, or the oldest such that is due and had begun on that day, is done by something that tells of it
    (`by`), in the transaction of whoever does that; answers its number, or nothing where none was due or somebody else
    owes it."""
    number = number or queries.open_now(actor.jurisdiction, code, unit, not_after=done_on)
    if not number:
        return ""
    work = queries.facts(number)
    if work.stage is not RhythmStage.DUE or rules.may_do(work, actor) is not None:
        return ""
    _done(LIFE.begin(number, RhythmAct.DO, actor=actor, now=now, ask=False), done_on, summary, by)
    return number


Logged = LogTraining | LogBriefing | LogReview


def _happening(fields: Logged, names: Mapping[str, str]) -> TrainingLogged | BriefingLogged | ReviewLogged:
    if isinstance(fields, LogTraining):
        told = "、".join(names.get(unit, unit) for unit in fields.units)
        return TrainingLogged(**dict(fields), unit_names=told)
    return BriefingLogged(**dict(fields)) if isinstance(fields, LogBriefing) else ReviewLogged(**dict(fields))


def _keep_log(found: RhythmFacts, fields: Logged, actor: Actor, now: datetime) -> None:
    """Write the log, with its files; units that were trained see it."""
    said = {name: value for name, value in dict(fields).items() if name != "attachments"}
    units = list(said.get("units", ()))
    Log.objects.create(rhythm_id=found.id, **{**said, "units": units})
    there = frozenset[str]().union(*found.parts.values())
    Participation.objects.bulk_create(
        Participation(rhythm_id=found.id, unit=unit, part=str(Part.ADDRESSEE), since=now)
        for unit in dict.fromkeys(units)
        if unit not in there
    )
    attachments.bind(ids=fields.attachments, subject_kind=KIND, subject_number=found.number, actor=actor)


def _against_log(
    fields: Logged, begins_on: date, jurisdiction: str, pack: Pack, now: datetime
) -> tuple[tuple[Refusal | None, ...], Mapping[str, str]]:
    """What is against a log as it was filled in, and the names of the units that it names."""
    asked = fields.units if isinstance(fields, LogTraining) else ()
    known = organisations.named(asked, jurisdiction, now=now) if asked else {}
    against = (
        rules.may_be_done_on(fields.done_on, begins_on=begins_on, today=organisations.today(now)),
        rules.may_train([known.get(unit) for unit in asked], pack=pack),
    )
    return against, {code: unit.name for code, unit in known.items()}


def _log(number: str, act: RhythmAct, fields: Logged, actor: Actor, now: datetime, version: int | None) -> Done:
    """What was due is done, as its log tells."""
    locked = LIFE.begin(number, act, actor=actor, now=now, version=version)
    found = locked.facts
    against, names = _against_log(fields, found.begins_on, found.jurisdiction, locked.pack, now)
    locked.grant(*against)
    _keep_log(found, fields, actor, now)
    changes = {"summary": _told(fields)}
    return LIFE.advance(locked, _happening(fields, names), changes=changes)


def _told(fields: Logged) -> str:
    return fields.topic if isinstance(fields, LogTraining) else fields.summary


def _enter(act: RhythmAct, log: RhythmAct, fields: Logged, actor: Actor, now: datetime) -> Done:
    """What was done is logged: of the oldest that is due and had begun, else as something done besides."""
    code = rules.ENTERED[act]
    place = organisations.jurisdiction(actor.jurisdiction, now=now)
    pack = load_pack(place.pack)
    work = pack.rhythms.get(code)
    able = organisations.units_with(work.capacity, place.code, now=now) if work else ()
    mine = [unit for unit in able if unit.code in actor.units]
    granted(rules.may_enter(act, actor, [unit.code for unit in mine], pack=pack), binds=pack.binds, pack=pack.ref)
    assert work is not None, "asked by the rule"
    unit = next(one for one in mine if actor.holds(work.post, *rules.HEADS, unit=one.code))
    if due := queries.open_now(place.code, code, unit.code, not_after=fields.done_on):
        return _log(due, log, fields, actor, now, None)
    against, names = _against_log(fields, _SINCE, place.code, pack, now)
    granted(*against, binds=pack.binds, pack=pack.ref)
    period = period_of(work.every, fields.done_on)
    number, summary = _number(actor, now), _told(fields)
    found = _create(number, work, period, unit, pack, actor, now, stage=RhythmStage.DONE, summary=summary)
    _keep_log(found, fields, actor, now)
    move = TABLE.row(None, act, pack.binds)
    seat = HOLDER.seat(actor, found.parts)
    assert move is not None, "asked by the rule"
    assert seat is not None, "asked by the rule"
    return LIFE.open_first(
        begin(found.subject, place.code), found, _happening(fields, names), move=move, seat=seat, actor=actor, now=now
    )


def may_enter(norm: Norm, actor: Actor, now: datetime) -> bool:
    """Whether the actor may log, in the jurisdiction as it is now, what that norm wants."""
    pack = organisations.pack_of(actor.jurisdiction, now=now)
    act = next(act for act, code in rules.ENTERED.items() if code.norm == norm)
    work = pack.rhythms.get(rules.ENTERED[act])
    if work is None or not actor.holds(work.post, *rules.HEADS):
        return False
    units = organisations.units_with(work.capacity, actor.jurisdiction, now=now)
    return rules.may_enter(act, actor, [unit.code for unit in units], pack=pack) is None


_SINCE = date(2000, 1, 1)
"""What was done besides has no period in which it must lie."""


def _may_log(act: RhythmAct) -> Callable[[RhythmFacts, Actor, datetime, Pack], Refusal | None]:
    def ask(work: RhythmFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
        return rules.may_log(work, act, actor)

    return ask


A = RhythmAct


@command(subject=KIND, act=A.LOG_TRAINING, fields=LogTraining, ask=_may_log(A.LOG_TRAINING))
def log_training(*, number: str, fields: LogTraining, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The training that was due was held."""
    return _log(number, A.LOG_TRAINING, fields, actor, now, version)


@command(subject=KIND, act=A.LOG_BRIEFING, fields=LogBriefing, ask=_may_log(A.LOG_BRIEFING))
def log_briefing(*, number: str, fields: LogBriefing, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The head heard how the work goes."""
    return _log(number, A.LOG_BRIEFING, fields, actor, now, version)


@command(subject=KIND, act=A.LOG_REVIEW, fields=LogReview, ask=_may_log(A.LOG_REVIEW))
def log_review(*, number: str, fields: LogReview, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The rules of the house were gone through."""
    return _log(number, A.LOG_REVIEW, fields, actor, now, version)


@command(subject=KIND, act=A.ENTER_TRAINING, fields=LogTraining)
def enter_training(*, fields: LogTraining, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """People were trained, because it was due or besides."""
    return _enter(A.ENTER_TRAINING, A.LOG_TRAINING, fields, actor, now)


@command(subject=KIND, act=A.ENTER_BRIEFING, fields=LogBriefing)
def enter_briefing(*, fields: LogBriefing, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The head heard how the work goes, because it was due or besides."""
    return _enter(A.ENTER_BRIEFING, A.LOG_BRIEFING, fields, actor, now)


@command(subject=KIND, act=A.ENTER_REVIEW, fields=LogReview)
def enter_review(*, fields: LogReview, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The rules of the house were gone through, because it was due or besides."""
    return _enter(A.ENTER_REVIEW, A.LOG_REVIEW, fields, actor, now)


@command(subject=KIND, act=RhythmAct.MISS, fields=MissRhythm)
def miss(*, number: str, fields: MissRhythm, actor: Actor, now: datetime, version: int | None = None) -> Done:
    """The next but one began: it was not done."""
    locked = LIFE.begin(number, RhythmAct.MISS, actor=actor, now=now, version=version)
    locked.grant(rules.may_miss(locked.facts, today=organisations.today(now)))
    return LIFE.advance(locked, RhythmMissed(title=locked.facts.title))


def _pass_on(passing: Passing, actor: Actor, now: datetime) -> None:
    """What a unit that ends had to do its successor does."""
    for number in queries.held_by(passing.unit, passing.jurisdiction):
        _pass(number, passing, actor, now)


def _pass(number: str, passing: Passing, actor: Actor, now: datetime) -> None:
    chain, found = lock(subject_of(KIND, number)), queries.facts(number)
    unit, successor = passing.unit, passing.successor
    moved = shift(found.parts, owed_pairs(found.subject), DUTIES, unit=unit, successor=successor, goes_back=False)
    if successor:
        Row.objects.filter(pk=found.id, unit=unit).update(unit=successor)
    if not moved.something:
        return
    there = Participation.objects.filter(rhythm_id=found.id, until__isnull=True)
    rows = list(there.filter(unit=unit, part__in=moved.passing))
    there.filter(unit=unit, part__in=[*moved.passing, *(part for part, _ in moved.ending)]).update(until=now)
    for row in rows:
        row.pk, row.unit, row.since = None, successor, now
    Participation.objects.bulk_create(rows)
    duty_commands.hand_over(chain, moved, passing, pack=load_pack(found.pack), actor=actor, now=now)


organisation_commands.passes_on(_pass_on)

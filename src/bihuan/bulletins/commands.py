"""Bulletins are drawn up by the clock, written, laid before the director with their figures, and issued."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import astuple
from datetime import datetime
from typing import TypeVar

from bihuan.bulletins import queries, reckoning, rules
from bihuan.bulletins.models import Bulletin, Correction, Line, Naming, Participation
from bihuan.bulletins.stages import TABLE
from bihuan.bulletins.types import (
    DUTIES,
    KIND,
    TEXTS,
    BulletinAct,
    BulletinCorrected,
    BulletinDrawnUp,
    BulletinDuty,
    BulletinEdited,
    BulletinFacts,
    BulletinFigures,
    BulletinIssued,
    BulletinReturned,
    BulletinSubmitted,
    CorrectBulletin,
    EditBulletin,
    IssueBulletin,
    NameStruck,
    ReturnBulletin,
    StrikeName,
    SubmitBulletin,
)
from bihuan.cases.types import Part
from bihuan.duties import commands as duty_commands
from bihuan.duties.life import Life, Locked
from bihuan.duties.queries import owed_pairs
from bihuan.duties.shifting import shift
from bihuan.duties.sight import Sight, must_see
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.fields import Fields
from bihuan.kernel.refusal import Refusal, granted
from bihuan.organisations import commands as organisation_commands
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Passing
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Pack
from bihuan.policy.rhythms import Regular
from bihuan.record import queries as record
from bihuan.record.commands import Ask, begin, command, count_up, lock
from bihuan.record.types import Done, subject_of
from bihuan.rhythm import commands as rhythm
from bihuan.rhythm import queries as rhythms
from bihuan.rhythm.rules import may_begin_once
from bihuan.rhythm.types import RhythmFacts

A, D = BulletinAct, BulletinDuty
Form = TypeVar("Form", bound=Fields)
Write = Callable[[Locked[BulletinFacts], Form], Done]
LETTER = "B"


def _write(number: str, columns: Mapping[str, object]) -> None:
    Bulletin.objects.filter(number=number).update(**columns)


SIGHT = Sight("bulletins_bulletin", "bulletins_taking_part", "bulletin_id")
LIFE: Life[BulletinFacts] = Life(TABLE, DUTIES, queries.facts, must_see, _write, SIGHT)


def act(
    word: BulletinAct,
    form: type[Form],
    *,
    ask: Ask | None = None,
    begins: Callable[[BulletinFacts], Mapping[str, object]] | None = None,
) -> Callable[[Write[Form]], Callable[..., Done]]:
    """Declare an act of a bulletin."""

    def declare(write: Write[Form]) -> Callable[..., Done]:
        def run(*, number: str, fields: Form, actor: Actor, now: datetime, version: int | None = None) -> Done:
            return write(LIFE.begin(number, word, actor=actor, now=now, version=version), fields)

        run.__module__, run.__doc__ = write.__module__, write.__doc__
        run.__qualname__ = run.__name__ = write.__name__
        return command(subject=KIND, act=word, fields=form, ask=ask, begins=begins)(run)

    return declare


@command()
def draw_up(*, work: RhythmFacts, actor: Actor, now: datetime) -> Done:
    """A quarter is over: its bulletin begins, with the figures and with those who are to be named."""
    pack, year = load_pack(work.pack), organisations.today(now).year
    place = organisations.jurisdiction(work.jurisdiction, now=now)
    number = f"{place.prefix}{year}{LETTER}{count_up(f'{KIND}/{place.code}/{year}', place.code):05d}"
    # Whoever counts waits until others have: what they drew up is seen from here on.
    granted(may_begin_once(work.title, there=bool(queries.of_rhythm([work.number]))))
    row = Bulletin.objects.create(
        number=number,
        jurisdiction=place.code,
        pack=pack.ref,
        stage="draft",
        stage_at=now,
        started_at=now,
        started_by=actor.account,
        title=work.title,
        rhythm=work.number,
        period=work.period,
        begins_on=work.begins_on,
        ends_on=work.ends_on,
        unit=work.unit,
    )
    Participation.objects.create(bulletin=row, unit=work.unit, part=str(Part.OFFICE), since=now)
    _reckon(row.pk, work.jurisdiction, work, now)
    _name(row.pk, work, now)
    found = queries.facts(row.number)
    move = TABLE.row(None, A.DRAW_UP)
    assert move is not None, "the table's first row"
    due_at = datetime.combine(work.due_on, pack.hours.closes, ZONE)
    opening = LIFE.opening(D.ISSUE, found, found.parts, pack, due_at=due_at, basis=f"定期工作{work.number}")
    return LIFE.open_first(
        begin(found.subject, found.jurisdiction),
        found,
        BulletinDrawnUp(title=found.title, period=found.period),
        move=move,
        seat=Seat(unit="", post=actor.account),
        actor=actor,
        now=now,
        openings={D.ISSUE: opening},
    )


def _reckon(
    bulletin: int, jurisdiction: str, span: RhythmFacts | BulletinFacts, now: datetime
) -> list[BulletinFigures]:
    """Write the table of units as the ledgers say it of the period now."""
    figures = reckoning.by_unit(jurisdiction, span.begins_on, span.ends_on, now=now)
    there = {one.unit for one in queries.lines_of(bulletin)}
    for one in figures:
        counted = {
            "entered": one.entered,
            "struck": one.struck,
            "open": one.open,
            "overdue": one.overdue,
            "decided": one.decided,
            "met": one.met,
        }
        if one.unit in there:
            Line.objects.filter(bulletin_id=bulletin, unit=one.unit).update(
                entered=one.entered,
                struck=one.struck,
                open=one.open,
                overdue=one.overdue,
                decided=one.decided,
                met=one.met,
            )
        else:
            Line.objects.create(bulletin_id=bulletin, unit=one.unit, **counted)
    return figures


def _name(bulletin: int, work: RhythmFacts, now: datetime) -> None:
    """Propose to name who did not do what is to be done regularly; the editor keeps or strikes each."""
    behind = [one for one in rhythms.behind(work.jurisdiction, now=now) if one.due_on >= work.begins_on]
    behind = [one for one in behind if one.number != work.number]
    Naming.objects.bulk_create(
        Naming(
            bulletin_id=bulletin,
            nth=nth,
            unit=one.unit,
            text=f"{one.title}应于{one.due_on}前完成，{'没有完成' if one.closed_at else '逾期没有完成'}",
        )
        for nth, one in enumerate(behind, 1)
    )


def _written(bulletin: BulletinFacts) -> Mapping[str, object]:
    """What the form begins with: the texts as they are."""
    return {name: getattr(bulletin, name) for name in TEXTS}


@act(A.EDIT, EditBulletin, begins=_written)
def edit(locked: Locked[BulletinFacts], fields: EditBulletin) -> Done:
    """Write its texts."""
    return LIFE.advance(locked, BulletinEdited(**dict(fields)), changes=dict(fields))


@act(A.STRIKE_NAME, StrikeName)
def strike_name(locked: Locked[BulletinFacts], fields: StrikeName) -> Done:
    """A unit is not named after all."""
    found = locked.facts
    named = queries.named_in(found.id)
    locked.grant(rules.may_strike_name(fields.nth, named))
    Naming.objects.filter(bulletin_id=found.id, nth=fields.nth).update(struck=fields.reason)
    unit = named[fields.nth]
    name = organisations.unit_names([unit]).get(unit, unit)
    return LIFE.advance(locked, NameStruck(nth=fields.nth, unit_name=name, reason=fields.reason))


def _may_submit(bulletin: BulletinFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_submit(bulletin)


@act(A.SUBMIT, SubmitBulletin, ask=_may_submit)
def submit(locked: Locked[BulletinFacts], fields: SubmitBulletin) -> Done:
    """Lay it before the director: from now on its figures stand."""
    found = locked.facts
    figures = _reckon(found.id, found.jurisdiction, found, locked.now)
    told = json.dumps([astuple(one) for one in figures], ensure_ascii=False)
    happening = BulletinSubmitted(ends_on=found.ends_on, digest=hashlib.sha256(told.encode()).hexdigest())
    return LIFE.advance(locked, happening)


@act(A.RETURN, ReturnBulletin)
def give_back(locked: Locked[BulletinFacts], fields: ReturnBulletin) -> Done:
    """The text is to be mended."""
    return LIFE.advance(locked, BulletinReturned(reason=fields.reason))


def _may_issue(bulletin: BulletinFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return rules.may_issue(
        actor, written_by=record.hands(bulletin.subject, (BulletinEdited.kind, BulletinSubmitted.kind))
    )


@act(A.ISSUE, IssueBulletin, ask=_may_issue)
def issue(locked: Locked[BulletinFacts], fields: IssueBulletin) -> Done:
    """It gets its number; the units of its table are told and see it; what the quarter wanted is done."""
    found, now = locked.facts, locked.now
    today = organisations.today(now)
    sequence = count_up(f"issue/{found.jurisdiction}/{today.year}", found.jurisdiction)
    number = f"通报〔{today.year}〕{sequence}号"
    told = {one.unit for one in queries.lines_of(found.id)} | {*queries.named_in(found.id).values()}
    units = sorted(told - {found.unit})
    Participation.objects.bulk_create(
        Participation(bulletin_id=found.id, unit=unit, part=str(Part.ADDRESSEE), since=now) for unit in units
    )
    done = LIFE.advance(
        locked,
        BulletinIssued(issue_number=number, units=tuple(units)),
        changes={"issue_number": number, "issued_on": today},
    )
    rhythm.done_by(
        Regular.BULLETIN,
        found.subject,
        number=found.rhythm,
        done_on=today,
        summary=number,
        actor=locked.actor,
        now=now,
    )
    return done


@act(A.CORRECT, CorrectBulletin)
def correct(locked: Locked[BulletinFacts], fields: CorrectBulletin) -> Done:
    """A note says what was wrong; the text stays."""
    nth = queries.corrected(locked.facts.id) + 1
    Correction.objects.create(
        bulletin_id=locked.facts.id, nth=nth, note=fields.note, at=locked.now, by_name=locked.actor.name
    )
    return LIFE.advance(locked, BulletinCorrected(nth=nth, note=fields.note))


def _pass_on(passing: Passing, actor: Actor, now: datetime) -> None:
    """What a unit that ends had to issue its successor does."""
    for number in queries.held_by(passing.unit, passing.jurisdiction):
        _pass(number, passing, actor, now)


def _pass(number: str, passing: Passing, actor: Actor, now: datetime) -> None:
    chain, found = lock(subject_of(KIND, number)), queries.facts(number)
    unit, successor = passing.unit, passing.successor
    if successor:
        Bulletin.objects.filter(pk=found.id, unit=unit).update(unit=successor)
    moved = shift(found.parts, owed_pairs(found.subject), DUTIES, unit=unit, successor=successor, goes_back=False)
    if not moved.something:
        return
    there = Participation.objects.filter(bulletin_id=found.id, until__isnull=True)
    rows = list(there.filter(unit=unit, part__in=moved.passing))
    there.filter(unit=unit, part__in=[*moved.passing, *(part for part, _ in moved.ending)]).update(until=now)
    for row in rows:
        row.pk, row.unit, row.since = None, successor, now
    Participation.objects.bulk_create(rows)
    duty_commands.hand_over(chain, moved, passing, pack=load_pack(found.pack), actor=actor, now=now)


organisation_commands.passes_on(_pass_on)

"""The ledger's writes: called inside the command of the package whose subject it is, which records them."""

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Greatest
from procrastinate.contrib.django import app

from bihuan.duties import ladder, queries, rules
from bihuan.duties.forms import Adjust, EndAdjustment, Notice
from bihuan.duties.ladder import Planned, Taking
from bihuan.duties.models import (
    AnnouncedYear,
    Duty,
    DutyFigure,
    DutyStanding,
    Extension,
    FigureCount,
    Interruption,
    LimitOverride,
)
from bihuan.duties.shifting import Shift
from bihuan.duties.types import (
    AdjustmentEnded,
    Announcement,
    Climbed,
    Climber,
    Difference,
    DueCorrected,
    DueRecomputed,
    Ending,
    FellAway,
    HandedOver,
    Impact,
    LimitAdjusted,
    Moved,
    Opening,
    Outcome,
    Owed,
    Singly,
    StepOutcome,
    StepTold,
    Wording,
    YearAnnounced,
    YearCorrected,
)
from bihuan.kernel.actor import Actor
from bihuan.kernel.happening import Happening
from bihuan.kernel.refusal import Busy, Refusal, Refused, Unknown, granted
from bihuan.organisations import queries as organisations
from bihuan.organisations import rules as administration
from bihuan.organisations.clocks import Clock
from bihuan.organisations.types import Passing
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE, PauseRule, Reckoning, counted_on
from bihuan.policy.ladders import Do
from bihuan.policy.limits import Limit, LimitName, Unit
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import SELECTORS, LimitRule, Pack, key_of
from bihuan.record import scope
from bihuan.record.commands import NOWHERE, Told, append, append_all, begin, begin_edition, command, lock
from bihuan.record.retrying import whole
from bihuan.record.types import Chain, subject_of
from bihuan.record.unit_of_work import ask, write

log = logging.getLogger(__name__)
FIRST_DAY = date(1992, 1, 1)
_OPEN = """
INSERT INTO duties_duty (jurisdiction, subject, kind, norm, clause, pack, holder, post, "limit", basis, rule, opened_at,
  due_at, first_due_at, set_due_at, provisional, calendar_edition, outcome, ladder, next_step_at, steps_taken)
VALUES """
_ROW = "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, '', %s, %s, 0)"


def due(opening: Opening, pack: Pack, now: datetime) -> tuple[datetime, bool]:
    """When the duty will be due, and whether that is provisional."""
    if opening.due_at is not None:
        return opening.due_at, False
    return due_after(opening.limit, pack, now)


def due_after(limit: str, pack: Pack, now: datetime) -> tuple[datetime, bool]:
    """When a limit that begins now will be over, and whether that is provisional."""
    reckoning = queries.reckon_from(now, Limit.parse(limit), pack)
    return reckoning.due_at, reckoning.provisional


def open_all(
    openings: Sequence[Opening],
    *,
    subject: str,
    jurisdiction: str,
    pack: Pack,
    now: datetime,
    scope: Mapping[str, str] = MappingProxyType({}),
) -> list[tuple[str, str, datetime]]:
    """Open duties on a subject; answers kind, holder and due moment of each. By `scope` limits and ladders differ."""
    if not openings:
        return []
    parameters: list[str | datetime | bool | int | None] = []
    opened, edition = [], queries.calendar_edition()
    for o in openings:
        due_at, provisional = due(o, pack, now)
        climbs = _climbs(o, subject.partition(":")[0], due_at, pack, now, scope)
        parameters += [jurisdiction, subject, o.kind, o.norm.name, o.clause, pack.ref, o.holder, o.post, o.limit]
        parameters += [
            o.basis,
            o.rule.key if o.rule else "",
            now,
            due_at,
            o.first_due_at or due_at,
            o.due_at,
            provisional,
            edition,
            *climbs,
        ]
        opened.append((str(o.kind), o.holder, due_at))
    write(_OPEN + ", ".join([_ROW] * len(openings)), parameters, of=subject, rows=len(openings))
    return opened


def _climbs(
    o: Opening, subject: str, due_at: datetime, pack: Pack, now: datetime, scope: Mapping[str, str]
) -> tuple[str, datetime]:
    """By which ladder a duty is climbed that begins now, and when its first step is taken."""
    called = f"{subject}.{o.kind}"
    key = ladder.key_for(called, pack, scope, holder=o.holder)
    return key, ladder.first_step(due_at, called, key, pack, now=now)


OPENED = (
    'subject, jurisdiction, kind, norm, clause, pack, holder, post, "limit", basis, rule, opened_at, due_at,'
    " first_due_at, provisional, calendar_edition, outcome, ladder, next_step_at, steps_taken"
)


def opened(
    o: Opening,
    due_at: datetime,
    provisional: bool,
    *,
    on: str,
    jurisdiction: str,
    pack: Pack,
    now: datetime,
    scope: Mapping[str, str],
) -> tuple[object, ...]:
    """The columns `OPENED` of a duty that begins now on a subject of a kind, but for its subject: for imports."""
    rule = o.rule.key if o.rule else ""
    said = (jurisdiction, str(o.kind), o.norm.name, o.clause, pack.ref, o.holder, o.post, o.limit, o.basis, rule)
    since, until = now.isoformat(), due_at.isoformat()  # written once and not for every row
    key, first = _climbs(o, on, due_at, pack, now, scope)
    return (*said, since, until, until, provisional, queries.calendar_edition(), "", key, first.isoformat(), 0)


_DISCHARGE = """
UPDATE duties_duty SET discharged_at = %s, next_step_at = NULL, paused_at = NULL, outcome = ended.outcome
FROM unnest(%s::bigint[], %s::text[]) AS ended (id, outcome)
WHERE duties_duty.id = ended.id AND subject = %s AND discharged_at IS NULL"""


def ended(subject: str, ending: Ending) -> list[tuple[Owed, Outcome]]:
    """What is owed on a subject under lock and ends by an act, with how: reckoned here, for the event tells it."""
    owed = ask(queries.owing(subject)) if ending.touches else ()
    return [(duty, outcome) for duty in owed if (outcome := ending.outcome(duty))]


def discharge(subject: str, ending: Ending) -> tuple[list[tuple[str, ...]], list[str]]:
    """End what is owed on a subject under lock.

    Answers kind and outcome of each that was done (and whose it was, where single units were meant) or ended unmet,
    and what was waived.
    """
    if not (over := ended(subject, ending)):
        return [], []
    ids, outcomes = [duty.id for duty, _ in over], [str(outcome) for _, outcome in over]
    write(_DISCHARGE, [ending.now, ids, outcomes, subject], of=subject, rows=len(over))
    rows = [(duty.kind, str(outcome), duty.holder) for duty, outcome in over]
    single = {*ending.singly.settles, *ending.singly.lapses}
    mine = [(kind, outcome) for kind, outcome, _ in rows if kind in ending.done]
    others = [row for row in rows if row[0] not in ending.done]
    named = [(k, outcome, holder) for k, outcome, holder in others if (k, holder) in single or outcome == Outcome.UNMET]
    waived = [kind for kind, outcome, holder in others if (kind, holder) not in single and outcome != Outcome.UNMET]
    return [*mine, *named], waived


RULE = PauseRule.WORKING_TIME
"""How a pause that begins now is given back."""
_PAUSE = """
WITH stopped AS (
  UPDATE duties_duty SET paused_at = %(now)s, next_step_at = NULL
  WHERE subject = %(subject)s AND kind = ANY(%(kinds)s) AND discharged_at IS NULL AND paused_at IS NULL RETURNING id)
INSERT INTO duties_interruption (duty_id, from_at, why, reckoned_by, by_itself)
SELECT id, %(now)s, %(why)s, %(rule)s, %(by_itself)s FROM stopped"""


def pause(subject: str, kinds: Sequence[str], *, why: str, now: datetime, by_itself: bool = False) -> int:
    """Stop the clocks of the open duties of these kinds; answers how many. What rests `by_itself` is not resumed with
    its subject."""
    said: dict[str, Any] = {"subject": subject, "kinds": list(kinds), "why": why, "now": now}
    said |= {"rule": RULE, "by_itself": by_itself}
    with connection.cursor() as cursor:
        cursor.execute(_PAUSE, said)
        return int(cursor.rowcount)


def resume(subject: str, *, now: datetime) -> list[Moved]:
    """Let the stopped clocks of the subject run again, with the time that was not counted put behind."""
    moved: list[Moved] = []
    alone = Interruption.objects.filter(duty=OuterRef("pk"), until_at__isnull=True, by_itself=True)
    stopped = Duty.objects.filter(subject=subject, discharged_at__isnull=True, paused_at__isnull=False)
    for duty in stopped.filter(~Exists(alone)):
        running = Interruption.objects.filter(duty=duty, until_at__isnull=True)
        if duty.set_due_at is not None and running.filter(reckoned_by=PauseRule.CLOSINGS).exists():
            duty.set_due_at = queries.put_off_by_closings(duty, until=now)
        running.update(until_at=Greatest(F("from_at"), Value(now)))
        duty.paused_at = None
        moved.append((duty.kind, _reckon_again(duty), duty.holder))
    return moved


def extend(subject: str, kind: str, *, limit: str, why: str, now: datetime) -> datetime | None:
    """Allow more time on the open duty of that kind; answers the new due moment, None where none is open."""
    duty = Duty.objects.filter(subject=subject, kind=kind, discharged_at__isnull=True).first()
    if duty is None:
        return None
    Extension.objects.create(duty=duty, limit=limit, why=why, at=now)
    return _reckon_again(duty)


def put(subject: str, kind: str, *, due_at: datetime, why: str) -> list[Moved]:
    """Let the open duty of that kind be due when a person says; answers what moved."""
    duty = Duty.objects.filter(subject=subject, kind=kind, discharged_at__isnull=True).first()
    if duty is None or duty.due_at == due_at:
        return []
    duty.set_due_at, duty.limit, duty.basis = due_at, "", why
    duty.save(update_fields=["limit", "basis"])
    return [(duty.kind, _reckon_again(duty), duty.holder)]


def hasten(subject: str, kinds: Collection[str], *, until: datetime, why: str) -> list[Moved]:
    """Let nobody who owes one of these kinds have longer than until then; answers what moved."""
    moved: list[Moved] = []
    open_ones = Duty.objects.filter(subject=subject, kind__in=[*map(str, kinds)], discharged_at__isnull=True)
    for duty in open_ones.filter(due_at__gt=until).order_by("id"):
        duty.set_due_at, duty.limit, duty.basis = until, "", why
        duty.save(update_fields=["limit", "basis"])
        moved.append((duty.kind, _reckon_again(duty), duty.holder))
    return moved


def count_by(subject: str, kinds: Collection[str], *, limit: str, basis: str) -> list[Moved]:
    """Let the open duties of these kinds be counted by another limit from their beginning; answers what moved.

    What is due at a moment that a person set stays due then.
    """
    moved: list[Moved] = []
    for duty in _counted(subject, kinds):
        duty.limit, duty.basis, duty.rule = limit, basis, ""
        duty.save(update_fields=["limit", "basis", "rule"])
        moved.append((duty.kind, _reckon_again(duty), duty.holder))
    return moved


def would_be_due(subject: str, kinds: Collection[str], *, limit: str) -> list[datetime]:
    """When the open duties of these kinds would be due by another limit; writes nothing."""
    return [queries.reckon_by(duty, Limit.parse(limit)).due_at for duty in _counted(subject, kinds)]


def _counted(subject: str, kinds: Collection[str]) -> QuerySet[Duty]:
    """The open duties of these kinds that are counted by a limit."""
    open_ones = Duty.objects.filter(subject=subject, kind__in=[*map(str, kinds)], discharged_at__isnull=True)
    return open_ones.exclude(limit="").order_by("id")


_RECKONED = (
    "due_at", "set_due_at", "provisional", "next_step_at", "paused_at", "recomputed_at", "calendar_edition",
)  # fmt: skip


def _reckon_again(duty: Duty, *, recomputed_at: datetime | None = None) -> datetime:
    """Compute a duty's due moment anew from its facts; while it is paused no step of it comes."""
    reckoning = queries.reckon_duty(duty)
    if recomputed_at and (reckoning.due_at, reckoning.provisional) != (duty.due_at, duty.provisional):
        duty.recomputed_at = recomputed_at
    duty.calendar_edition = queries.calendar_edition()
    duty.due_at, duty.provisional = reckoning.due_at, reckoning.provisional
    told = queries.steps_told([duty.id])[duty.id] if duty.steps_taken and duty.paused_at is None else ()
    duty.next_step_at = ladder.next_step(queries.climber_of(duty), told) if duty.paused_at is None else None
    duty.save(update_fields=[*_RECKONED])
    return reckoning.due_at


def step_again(subjects: Sequence[str], kinds: Iterable[str], do: Do) -> None:
    """What the steps of a word made of these open duties is over: they come once more at their moments, or when the
    clock goes on."""
    asked: dict[str, str | list[str]] = {
        "subjects": list(subjects),
        "kinds": [str(kind) for kind in kinds],
        "step": f"{do}@%",
    }
    with connection.cursor() as cursor:
        cursor.execute(_LAPSE, asked)
        cursor.execute(_LOOK_AGAIN, asked)


_OPEN_ON = "d.discharged_at IS NULL AND d.subject = ANY(%(subjects)s) AND d.kind = ANY(%(kinds)s)"
_LAPSE = f"""
UPDATE duties_step s SET outcome = 'lapsed', again_at = NULL FROM duties_duty d
WHERE d.id = s.duty_id AND s.outcome = 'taken' AND s.step LIKE %(step)s AND {_OPEN_ON}"""  # noqa: S608 constants only
_LOOK_AGAIN = f"""
UPDATE duties_duty d SET next_step_at = LEAST(d.next_step_at, d.due_at)
WHERE d.paused_at IS NULL AND {_OPEN_ON}"""  # noqa: S608 constants only

ROUND, ALONE = 500, 50
"""So many duties take steps in one transaction, and so many of them steps that run commands."""
TRIED_AGAIN = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=25))
"""After how long a step that failed is tried again; then it is left to the operator."""
ASKED_AGAIN = Limit(1, Unit.WORKING_DAYS)
LOOKED_AGAIN = timedelta(hours=1)
"""After how long a step is asked again whose needs do not hold, and one for which something is not there yet."""


@command(repeatable=True)
def take_steps(*, labels: Mapping[str, str], actor: Actor, now: datetime, most: int = ROUND) -> Climbed:
    """Take the steps that are due of some duties of the actor's jurisdiction; `labels` name the kinds of duty.

    Any number of workers may do it at once: each takes duties of subjects that nobody else holds.
    """
    ids, chains = queries.hold_what_climbs(actor.jurisdiction, now=now, most=most)
    climbing = _Climbing(chains, actor, now)
    told = queries.steps_told(ids) if ids else {}
    for duty in queries.climbers(ids, labels=labels, now=now) if ids else ():
        climbing.climb(duty, told.get(duty.id, []))
    climbing.write()
    return Climbed(len(ids) == most or climbing.left, climbing.made)


class _Climbing:
    """One round: what its steps tell and what becomes of them is written together."""

    def __init__(self, chains: dict[str, Chain], actor: Actor, now: datetime) -> None:
        self.chains, self.actor, self.now = chains, actor, now
        self.made = Counter[str]()
        self.left = False
        self._alone = 0
        self._notes: list[tuple[Taking, Happening]] = []
        self._steps: dict[tuple[int, str, int], dict[str, str | int | datetime | None]] = {}
        self._duties: list[tuple[int, datetime | None, int]] = []

    def climb(self, duty: Climber, told: list[StepTold]) -> None:
        """Take all steps of a duty that are due now, in order."""
        coming = ladder.coming(duty, told)
        due = [p for p in coming if p.at < self.now]
        if self._alone >= ALONE and any(ladder.ACTIONS[p.step.do].alone for p in due):
            self.left = True
            return
        known = {one.place: one for one in told}
        last = {p.step.key: p.occurrence for p in due}
        later = [p.at for p in coming if p.at >= self.now]
        for p in due:
            if p.occurrence < last[p.step.key]:
                self._told(duty, p, StepOutcome.SUPERSEDED)
            elif p.step.do is Do.WARN and self.now > duty.due_at:
                self._told(duty, p, StepOutcome.TOO_LATE)
            elif not ladder.holds(p.step.needs, duty, self.now):
                hours = load_pack(duty.pack).hours
                later.append(counted_on(self.now, ASKED_AGAIN, calendar=queries.calendar(), hours=hours))
            else:
                later += self._take(Taking(duty, p, self.now, load_pack(duty.pack)), known.get(p.place))
        fresh = sum((duty.id, *p.place) in self._steps and p.place not in known for p in due)
        self._duties.append((duty.id, min(later, default=None), fresh))

    def _take(self, step: Taking, before: StepTold | None) -> list[datetime]:
        """Take one step; answers when to ask again, where it was not taken."""
        registered = ladder.ACTIONS[step.step.do]
        if registered.alone:
            self._alone += 1
            self._tell()
            self.chains.clear()  # what it does may move this subject and others of the round
        try:
            with transaction.atomic() if registered.alone else nullcontext():
                made = registered.act(step)
        except ladder.NotYet:
            return [self.now + LOOKED_AGAIN]
        except OperationalError:  # another was in the way: the round is tried again
            raise
        except Exception as error:
            log.exception("the step %s of the duty %s failed", step.step.key, step.duty.id)
            return self._failed(step, error, (before.attempts if before else 0) + 1)
        self.made[step.step.do] += bool(made.key or made.happening)
        self._told(step.duty, step.planned, StepOutcome.TAKEN, made=made.key)
        if made.happening:
            self._notes.append((step, made.happening))
        return []

    def _failed(self, step: Taking, error: Exception, attempts: int) -> list[datetime]:
        again = self.now + TRIED_AGAIN[attempts - 1] if attempts <= len(TRIED_AGAIN) else None
        why = error.refusal.reason if isinstance(error, Refused) else type(error).__name__
        self._told(step.duty, step.planned, StepOutcome.FAILED, attempts=attempts, again_at=again, why=why[:200])
        return [again] if again else []

    def _told(self, duty: Climber, planned: Planned, outcome: StepOutcome, **said: str | int | datetime | None) -> None:
        of = load_pack(duty.pack).ladder(duty.called, duty.ladder)
        self._steps[(duty.id, *planned.place)] = {
            "jurisdiction": duty.jurisdiction,
            "ladder": of.name if of else "",
            "level": planned.step.level or "",
            "planned_at": planned.at,
            "taken_at": self.now,
            "outcome": outcome,
            "made": "",
            "event": None,
            "attempts": 0,
            "again_at": None,
            "why": "",
            **said,
        }

    def _tell(self) -> None:
        """Put the notes into the records of their subjects, one of each subject at a time."""
        while waiting := self._notes:
            wave: dict[str, tuple[Taking, Happening]] = {}
            self._notes = []
            for one in waiting:
                if wave.setdefault(one[0].duty.subject, one) is not one:
                    self._notes.append(one)
            told = [
                (self.chains.get(subject) or lock(subject), Told(said, norms.norm(step.duty.norm), step.pack))
                for subject, (step, said) in wave.items()
            ]
            for (step, _), end in zip(wave.values(), append_all(told, actor=self.actor, now=self.now), strict=True):
                self.chains[end.subject] = end
                self._steps[(step.duty.id, *step.planned.place)]["event"] = end.length

    def write(self) -> None:
        """Write what became of the steps, and when the next ones come."""
        self._tell()
        with connection.cursor() as cursor:
            if self._steps:
                rows = ((*place, *said.values()) for place, said in self._steps.items())
                cursor.execute(_STEPS, [list(column) for column in zip(*rows, strict=True)])
            if self._duties:
                cursor.execute(_CLIMBED, [list(column) for column in zip(*self._duties, strict=True)])


_STEPS = """
INSERT INTO duties_step (duty_id, step, occurrence, jurisdiction, ladder, level, planned_at, taken_at, outcome, made,
  event, attempts, again_at, why)
SELECT * FROM unnest(%s::bigint[], %s::text[], %s::smallint[], %s::text[], %s::text[], %s::text[], %s::timestamptz[],
  %s::timestamptz[], %s::text[], %s::text[], %s::int[], %s::smallint[], %s::timestamptz[], %s::text[])
ON CONFLICT (duty_id, step, occurrence) DO UPDATE SET taken_at = EXCLUDED.taken_at, outcome = EXCLUDED.outcome,
  made = EXCLUDED.made, event = EXCLUDED.event, attempts = EXCLUDED.attempts, again_at = EXCLUDED.again_at,
  why = EXCLUDED.why"""
_CLIMBED = """
UPDATE duties_duty d SET next_step_at = told.at, steps_taken = d.steps_taken + told.steps
FROM unnest(%s::bigint[], %s::timestamptz[], %s::smallint[]) told (id, at, steps)
WHERE d.id = told.id AND d.discharged_at IS NULL AND d.paused_at IS NULL"""


def hand_over(chain: Chain, shift: Shift, passing: Passing, *, pack: Pack, actor: Actor, now: datetime) -> None:
    """Give what a unit that ends owes on a subject to its successor, its clocks running on, and record it.

    The subject's package, which holds the chain, writes who takes part. What `shift` lets lapse ends unmet where its
    moment is over, and waived otherwise.
    """
    settled, _ = discharge(chain.subject, Ending(now=now, singly=Singly(lapses=shift.lapses)))
    happening: Happening
    if passing.successor:
        mine = Duty.objects.filter(subject=chain.subject, holder=passing.unit, discharged_at__isnull=True)
        mine.update(holder=passing.successor)
        happening = HandedOver(
            before=passing.unit,
            before_name=passing.name,
            after=passing.successor,
            after_name=passing.successor_name,
            basis=passing.basis,
        )
    else:
        happening = FellAway(unit=passing.unit, name=passing.name, basis=passing.basis)
    extra: dict[str, object] = {"settles": [list(one) for one in settled]} if settled else {}
    append(chain, happening, actor=actor, seat=NOWHERE, norm=norms.SUCCESSION, pack=pack, now=now, extra=extra)


AGAIN_AFTER = timedelta(minutes=10)
"""No act is under way for so long: what began before a notice was entered has ended by then."""
RECOMPUTE = "duties.recompute"
BATCH = 500


@command()
def announce_year(*, wording: Wording, actor: Actor, now: datetime, by: str = "") -> Announcement:
    """Enter a year's notice, its first wording or a later one; from the commit on everybody reckons by it.

    `now` is the time of the actor's jurisdiction, the real one where the actor is of none. What is open is computed
    anew by `recompute_all`; the clockwork does so once more when acts that began before have ended.
    """
    edition = begin_edition(queries.CALENDAR)
    places = organisations.jurisdictions()
    former = next((row.days for row in queries.wordings(wording.year)), None)
    granted(rules.may_announce(wording, former=former, training=all(place.training for place in places)))
    changes = rules.difference(former, wording.days)
    real = now - next((place.offset for place in places if place.code == actor.jurisdiction), timedelta())
    AnnouncedYear.objects.create(
        year=wording.year,
        edition=edition,
        notice=wording.notice,
        days={on.isoformat(): name for on, name in sorted(wording.days.items())},
        reason=wording.reason,
        by=by or actor.account,
        announced_at=real,
    )
    subject = subject_of("calendar", str(wording.year))
    chain = lock(subject) if queries.chain_exists(subject) else begin(subject, "")
    _note(chain, _announcement(wording, changes), None, actor, real)
    app.configure_task(RECOMPUTE, schedule_in={"seconds": int(AGAIN_AFTER.total_seconds())}).defer(edition=edition)
    return Announcement(edition, changes)


def _announcement(wording: Wording, changes: Difference) -> Happening:
    if changes.first:
        return YearAnnounced(year=wording.year, notice=wording.notice)
    words = changes.words or "日期不变"
    return YearCorrected(year=wording.year, notice=wording.notice, changes=words, reason=wording.reason)


def recompute_all(edition: int, *, clock: Clock) -> int:
    """Compute anew what is due after the notice that began an edition of the calendar; answers how much moved.

    Only what these days may move is looked at, in each jurisdiction by its own clock, subject by subject in a
    transaction of its own; of what does not move the edition alone is noted.
    """
    wording, former = queries.wording_entered(edition)
    span = rules.days_affected(wording.year, former, wording.days)
    if span is None:
        return 0
    kind = DueRecomputed if former is None else DueCorrected
    places = [place.code for place in organisations.jurisdictions()]
    return sum(_recompute_in(place, edition, span, wording.year, kind, clock) for place in places)


def _recompute_in(
    jurisdiction: str,
    edition: int,
    span: tuple[date, date],
    year: int,
    kind: type[DueRecomputed | DueCorrected],
    clock: Clock,
) -> int:
    actor, moved, last = Actor.clockwork(jurisdiction), 0, 0
    while True:
        now = clock(jurisdiction)
        found = _look_at(edition, span, after=last, actor=actor, now=now)
        for subject in sorted({duty.subject for duty, reckoning in found if duty.due_at != reckoning.due_at}):
            try:
                moved += recompute(subject=subject, year=year, kind=kind, actor=actor, now=now)
            except Busy:  # nobody comes back to it: the queue begins the job again
                raise
            except Refused:  # done by another worker meanwhile, or discharged
                continue
        if len(found) < BATCH:
            return moved
        last = found[-1][0].id


@whole
def _look_at(
    edition: int, span: tuple[date, date], *, after: int, actor: Actor, now: datetime
) -> list[tuple[Duty, Reckoning]]:
    """The next duties that these days may move, with when they are due now; those that do not move are done with."""
    with scope.acting(actor):
        batch = queries.outdated(edition, span, actor.jurisdiction, after=after, size=BATCH)
        found = queries.reckonings(batch)
        _confirm([(duty, reckoning) for duty, reckoning in found if duty.due_at == reckoning.due_at], now)
    return found


_CONFIRM = """
UPDATE duties_duty d SET calendar_edition = %(edition)s, provisional = new.provisional,
  recomputed_at = CASE WHEN d.provisional <> new.provisional THEN %(now)s ELSE d.recomputed_at END
FROM unnest(%(ids)s::bigint[], %(due)s::timestamptz[], %(provisional)s::boolean[]) new (id, due_at, provisional)
WHERE d.id = new.id AND d.due_at = new.due_at AND d.calendar_edition < %(edition)s AND d.discharged_at IS NULL"""


def _confirm(found: Sequence[tuple[Duty, Reckoning]], now: datetime) -> None:
    """Note that duties do not move, unless somebody has moved them since they were read."""
    if not found:
        return
    said: dict[str, Any] = {
        "edition": queries.calendar_edition(),
        "now": now,
        "ids": [duty.id for duty, _ in found],
        "due": [duty.due_at for duty, _ in found],
        "provisional": [reckoning.provisional for _, reckoning in found],
    }
    with connection.cursor() as cursor:
        cursor.execute(_CONFIRM, said)


@command()
def recompute(*, subject: str, year: int, kind: type[DueRecomputed | DueCorrected], actor: Actor, now: datetime) -> int:
    """Compute the due moments of a subject anew; answers how many moved. Raises Refused where none does."""
    chain = lock(subject)
    words: list[str] = []
    moved: list[Moved] = []
    pack = None
    open_here = Duty.objects.filter(subject=subject, discharged_at__isnull=True).order_by("id")
    for duty in open_here.exclude(calendar_edition=queries.calendar_edition()):
        before, after = duty.due_at, _reckon_again(duty, recomputed_at=now)
        if before != after:
            words.append(f"{duty.kind}: {before.isoformat()} → {after.isoformat()}")
            moved.append((duty.kind, after, duty.holder))
            pack = load_pack(duty.pack)
    if not moved:
        raise Refused(Refusal("没有需要重新计算的到期时间。", norms.WORKING_TIME))
    _note(chain, kind(year=year, duties=tuple(words)), pack, actor, now, moved)
    return len(moved)


def _note(
    chain: Chain,
    happening: Happening,
    pack: Pack | None,
    actor: Actor,
    now: datetime,
    moved: Sequence[Moved] = (),
) -> None:
    append(
        chain,
        happening,
        actor=actor,
        seat=min(actor.seats, default=NOWHERE),
        norm=norms.WORKING_TIME,
        pack=pack,
        now=now,
        extra={"moves": told_moves(moved)} if moved else None,
    )


def told_moves(moved: Iterable[Moved]) -> list[list[str]]:
    """How an event tells which due moments moved, to when, and whose they are."""
    return [[kind, due_at.isoformat(), holder] for kind, due_at, holder in moved]


def weigh_notice(*, fields: Notice, actor: Actor) -> Impact:
    """What a year's notice would change, and move in the administrator's jurisdiction; writes nothing."""
    granted(administration.may_administer(actor))
    wording = fields.wording
    with scope.acting(actor):
        former = next((row.days for row in queries.wordings(wording.year)), None)
        training = all(place.training for place in organisations.jurisdictions())
        granted(rules.may_announce(wording, former=former, training=training))
        moving, first = queries.would_move(wording, actor.jurisdiction)
    return Impact(rules.difference(former, wording.days), moving, tuple(first))


@command()
def enter_notice(*, fields: Notice, actor: Actor, now: datetime) -> Announcement:
    """Enter a year's notice by the administrator's form.

    That the administrator did so stands in the jurisdiction's record. The calendar serves every jurisdiction: what
    follows from the notice is done by the clockwork, everywhere and soon.
    """
    granted(administration.may_administer(actor))
    place = organisations.jurisdiction(actor.jurisdiction, now=now)
    everywhere, real = Actor.clockwork(""), now - place.offset
    announced = announce_year(wording=fields.wording, actor=everywhere, now=real, by=actor.account)
    happening = _announcement(fields.wording, announced.difference)
    _note(lock(subject_of("jurisdiction", place.code)), happening, load_pack(place.pack), actor, now)
    app.configure_task(RECOMPUTE).defer(edition=announced.edition)
    return announced


@command()
def adjust_limit(*, fields: Adjust, adjustable: Collection[str], actor: Actor, now: datetime) -> None:
    """Count by another limit from a day on; duties opened before keep theirs. `adjustable`: limits that duties have.

    The day is tomorrow at the earliest: today's duties have one limit. A city that has had none may name any day.
    """
    granted(administration.may_administer(actor))
    pack = organisations.pack_of(actor.jurisdiction, now=now)
    rule, limit = rules.rule_named(fields.rule, pack), Limit.parse(fields.limit)
    if isinstance(rule, Refusal):
        raise Refused(rule)
    chain = lock(subject_of("jurisdiction", actor.jurisdiction))
    any_yet = Duty.objects.filter(jurisdiction=actor.jurisdiction).exists()
    earliest = organisations.today(now) + timedelta(days=1) if any_yet else None
    granted(rules.may_adjust(rule, limit, from_on=fields.from_on, earliest=earliest, adjustable=adjustable))
    _end_overrides(actor.jurisdiction, rule, fields.from_on)
    LimitOverride.objects.create(
        jurisdiction=actor.jurisdiction,
        name=rule.name,
        **_scope(rule),
        limit=str(limit),
        before=str(rule.limit),
        from_on=fields.from_on,
        reason=fields.reason,
        basis=fields.basis,
        entered_by=actor.account,
        entered_at=now,
    )
    begin_edition(queries.LIMITS)
    happening = LimitAdjusted(
        name=rule.name,
        scope=fields.rule,
        label=LimitName(rule.name).label,
        before=rule.limit.words,
        after=limit.words,
        from_on=fields.from_on,
        reason=fields.reason,
        basis=fields.basis,
    )
    _note(chain, happening, pack, actor, now)


def _scope(rule: LimitRule) -> dict[str, str]:
    """For what a rule holds, as a row keeps it."""
    return {name: getattr(rule, name) or "" for name in SELECTORS}


def _end_overrides(jurisdiction: str, rule: LimitRule, on: date) -> None:
    """What was adjusted before holds until then; what would begin only then or later never does."""
    standing = LimitOverride.objects.filter(
        jurisdiction=jurisdiction,
        name=rule.name,
        until_on__isnull=True,
        **_scope(rule),
    )
    for known in standing:
        LimitOverride.objects.filter(id=known.id).update(until_on=max(on, known.from_on))


@command()
def end_adjustment(*, id: int, fields: EndAdjustment, actor: Actor, now: datetime) -> None:
    """Go back to the regulation's own limit from a day on."""
    granted(administration.may_administer(actor))
    chain = lock(subject_of("jurisdiction", actor.jurisdiction))
    known = LimitOverride.objects.filter(id=id, jurisdiction=actor.jurisdiction, until_on__isnull=True).first()
    if known is None:
        raise Unknown(str(id))
    granted(rules.may_end(until_on=fields.until_on, tomorrow=organisations.today(now) + timedelta(days=1)))
    LimitOverride.objects.filter(id=id).update(until_on=max(fields.until_on, known.from_on))
    begin_edition(queries.LIMITS)
    happening = AdjustmentEnded(
        name=known.name,
        scope=key_of(known.name, {name: getattr(known, name) for name in SELECTORS}),
        label=LimitName(known.name).label,
        until_on=fields.until_on,
        reason=fields.reason,
    )
    _note(chain, happening, organisations.pack_of(actor.jurisdiction, now=now), actor, now)


_COUNT_DONE = """
INSERT INTO duties_dutyfigure (jurisdiction, day, pack, norm, holder, met, late, unmet, waived)
SELECT jurisdiction, (discharged_at AT TIME ZONE 'Asia/Shanghai')::date AS day, pack, norm, coalesce(holder, ''),
  count(*) FILTER (WHERE outcome = 'met'), count(*) FILTER (WHERE outcome = 'late'),
  count(*) FILTER (WHERE outcome = 'unmet'), count(*) FILTER (WHERE outcome = 'waived')
FROM duties_duty
WHERE jurisdiction = %(here)s AND holder = ANY(%(units)s) AND discharged_at >= %(since)s
GROUP BY GROUPING SETS ((jurisdiction, day, pack, norm, holder), (jurisdiction, day, pack, norm))"""
_COUNT_OPEN = """
INSERT INTO duties_dutystanding (jurisdiction, pack, norm, holder, open, overdue)
SELECT jurisdiction, pack, norm, coalesce(holder, ''), count(*),
  count(*) FILTER (WHERE due_at < %(now)s AND paused_at IS NULL)
FROM duties_duty WHERE jurisdiction = %(here)s AND discharged_at IS NULL
GROUP BY GROUPING SETS ((jurisdiction, pack, norm, holder), (jurisdiction, pack, norm))"""
STILL_WRITING = timedelta(days=1)
"""So long after its end a day may still get a settled duty, from a transaction that took its time."""


@whole
def count_figures(jurisdiction: str, now: datetime) -> bool:
    """Count what is owed now and what was settled on the days that may still change; False while another does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended('figures ' || %s, 0))", [jurisdiction])
        if not cursor.fetchone()[0]:
            return False
        known = FigureCount.objects.filter(jurisdiction=jurisdiction).first()
        since = datetime.combine(known.again_from if known else FIRST_DAY, time(), ZONE)
        units = [unit.code for unit in organisations.units(jurisdiction)]
        asked: dict[str, Any] = {"here": jurisdiction, "units": units, "since": since, "now": now}
        DutyFigure.objects.filter(jurisdiction=jurisdiction, day__gte=since.date()).delete()
        cursor.execute(_COUNT_DONE, asked)
        DutyStanding.objects.filter(jurisdiction=jurisdiction).delete()
        cursor.execute(_COUNT_OPEN, asked)
        again = {"counted_at": now, "again_from": organisations.today(now - STILL_WRITING)}
        FigureCount.objects.update_or_create(jurisdiction=jurisdiction, defaults=again)
    return True

"""What is owed, by whom, until when, and why then."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache, reduce
from operator import or_

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, Exists, Expression, F, Model, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Concat, JSONObject, TruncDate

from bihuan.duties import rules
from bihuan.duties.models import (
    AnnouncedYear,
    Duty,
    DutyFigure,
    DutyStanding,
    FigureCount,
    Interruption,
    LimitOverride,
    Step,
)
from bihuan.duties.models import Extension as DutyExtension
from bihuan.duties.primary import posts_for
from bihuan.duties.types import (
    ADJUSTED,
    BY_LAW,
    Climber,
    Counted,
    Counts,
    Days,
    DecidedDuty,
    DueNext,
    DutyFacts,
    DutyFilters,
    DutyRow,
    Explanation,
    Figures,
    LastOwed,
    Moving,
    OpenDuty,
    Opening,
    Outcome,
    OverdueRow,
    OverrideRow,
    Owed,
    StepOutcome,
    StepTold,
    Tally,
    ToldDuty,
    Unheld,
    Wording,
    WordingRow,
)
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.refusal import Unknown
from bihuan.organisations.queries import name_of, today, type_of
from bihuan.organisations.types import Post
from bihuan.policy.calendar import (
    ZONE,
    Calendar,
    Extension,
    Pause,
    PauseRule,
    Reckoning,
    after_working_time,
    explain,
    explain_put_off,
    put_off,
    put_off_by,
    reckon,
    working_time,
)
from bihuan.policy.ladders import FALL_DUE
from bihuan.policy.limits import Limit
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.loader import usable
from bihuan.policy.pack import LimitRule, Pack
from bihuan.record import editions
from bihuan.record.reading import Reading, gather, reading, seen
from bihuan.record.types import Chain
from bihuan.record.unit_of_work import Question

CALENDAR, LIMITS = "calendar", "limits"
"""Under these names the editions of the calendar and of the adjusted limits are told."""


def calendar_edition() -> int:
    """The edition of the calendar by which this answer reckons."""
    return editions.edition(CALENDAR)


def calendar() -> Calendar:
    """The calendar of this answer: the shipped one with the years entered since."""
    return calendar_of(calendar_edition())


@lru_cache(maxsize=8)
def calendar_of(edition: int) -> Calendar:
    """The calendar as it stood in an edition."""
    rows = AnnouncedYear.objects.filter(edition__lte=edition).order_by("edition")
    years = {row.year: {date.fromisoformat(on): name for on, name in row.days.items()} for row in rows}
    return Calendar.shipped().with_years(years) if years else Calendar.shipped()


def adjusted_limits(jurisdiction: str, now: datetime) -> tuple[OverrideRow, ...]:
    """The limits that the jurisdiction counts by instead of its regulation's, today."""
    return _adjusted_on(jurisdiction, now.astimezone(ZONE).date(), editions.edition(LIMITS))


@lru_cache(maxsize=256)
def _adjusted_on(jurisdiction: str, on: date, edition: int) -> tuple[OverrideRow, ...]:
    return overrides(jurisdiction, on=on)


def overrides(jurisdiction: str, *, on: date | None = None) -> tuple[OverrideRow, ...]:
    """Every limit that the jurisdiction adjusted, the newest first, or those in force on a day."""
    rows = LimitOverride.objects.filter(jurisdiction=jurisdiction).order_by("-from_on", "-id")
    if on is not None:
        rows = rows.filter(from_on__lte=on).exclude(until_on__lte=on)
    return tuple(
        OverrideRow(
            o.id, o.name, o.urgency, o.channel, o.appeal_type, o.category, o.unit_type,
            Limit.parse(o.limit), Limit.parse(o.before), o.from_on, o.until_on, o.reason, o.basis,
            o.entered_by, o.entered_at,
        )
        for o in rows
    )  # fmt: skip


def in_force(openings: Sequence[Opening], *, jurisdiction: str, pack: Pack, now: datetime) -> list[Opening]:
    """The same duties, with the limits that the jurisdiction adjusted in the place of the regulation's."""
    adjusted = adjusted_limits(jurisdiction, now) if openings else ()
    return [_in_force(opening, adjusted, pack) for opening in openings]


def _in_force(opening: Opening, adjusted: Sequence[OverrideRow], pack: Pack) -> Opening:
    rule = opening.rule
    found = next((o for o in adjusted if rule is not None and o.fits(rule)), None)
    if found is None or rule is None:
        return opening
    return replace(opening, limit=str(found.limit), clause="", basis=found.words(pack.source(rule).words))


def limit_today(rule: LimitRule, pack: Pack, *, jurisdiction: str, now: datetime) -> tuple[Limit, str]:
    """What something that begins now is counted by where the regulation has this rule, and where that comes from."""
    source = pack.source(rule).words
    found = next((o for o in adjusted_limits(jurisdiction, now) if o.fits(rule)), None)
    return (found.limit, found.words(source)) if found else (rule.limit, source)


def limit_for(name: str, scope: Mapping[str, str], pack: Pack, *, holder: str) -> LimitRule:
    """The limit that a unit has, by its type where the regulation differs by that. NoLimit where it sets none."""
    kind = type_of(holder) if pack.by_unit_type(name) else None
    return pack.limit(name, unit_type=kind, **scope)


def reckon_from(
    start: datetime, limit: Limit, pack: Pack, pauses: Sequence[Pause] = (), extensions: Sequence[Extension] = ()
) -> Reckoning:
    """The due moment, by the calendar of this answer."""
    return reckon(start, limit, calendar=calendar(), hours=pack.hours, pauses=pauses, extensions=extensions)


FOLLOWERS: dict[str, str] = {}
"""Kind of subject that ends with the duty that it is about → SQL, the numbers of those that go on about a duty `d`."""
_OWING = """
SELECT d.id, d.kind, d.holder, d.due_at, d.paused_at, {} FROM duties_duty d
WHERE d.subject = %s AND d.discharged_at IS NULL ORDER BY d.id"""


def owing(subject: str) -> Question[tuple[Owed, ...]]:
    """What is owed on a subject, and what is about it, for whoever ends some of it."""
    told = [f"ARRAY(SELECT '{kind}:' || f.number FROM ({about}) f)" for kind, about in FOLLOWERS.items()]  # noqa: S608
    sql = _OWING.format(" || ".join(["'{}'::text[]", *told]))
    return Question(sql, [subject], lambda rows: tuple(Owed(*row) for row in rows), of=subject)


_SPANS = """
SELECT duty_id, from_at, until_at, why, reckoned_by, NULL FROM duties_interruption
WHERE duty_id = ANY(%(ids)s::bigint[])
UNION ALL
SELECT duty_id, at, NULL, why, NULL, "limit" FROM duties_extension WHERE duty_id = ANY(%(ids)s::bigint[])
ORDER BY 1, 2"""


@dataclass(frozen=True, slots=True)
class Spans:
    """What moved a duty's due moment: when its clock stood still, and what was allowed besides."""

    pauses: list[Pause] = field(default_factory=list)
    extensions: list[Extension] = field(default_factory=list)


def _spans(ids: Iterable[int]) -> Mapping[int, Spans]:
    """The spans of some duties, in one statement."""
    found: dict[int, Spans] = defaultdict(Spans)
    with connection.cursor() as cursor:
        cursor.execute(_SPANS, {"ids": list(ids)})
        for id, at, until_at, why, rule, limit in cursor.fetchall():
            if limit is None:
                found[id].pauses.append(Pause(at, until_at, why, PauseRule(rule)))
            else:
                found[id].extensions.append(Extension(Limit.parse(limit), why))
    return found


def reckon_duty(duty: Duty) -> Reckoning:
    """A duty's due moment from its facts: start, limit or the moment that a person set, pauses, extensions."""
    return _reckon(duty, _spans([duty.id])[duty.id], calendar())


def reckon_by(duty: Duty, limit: Limit) -> Reckoning:
    """A duty's due moment if it were counted by another limit from its beginning."""
    spans = _spans([duty.id])[duty.id]
    return reckon_from(duty.opened_at, limit, load_pack(duty.pack), spans.pauses, spans.extensions)


def _reckon(duty: Duty, spans: Spans, known: Calendar) -> Reckoning:
    """When the duty is due by a calendar; a pause by closings has moved the moment itself that a person set."""
    hours, pauses, extensions = load_pack(duty.pack).hours, spans.pauses, spans.extensions
    if duty.limit:
        limit = Limit.parse(duty.limit)
        return reckon(duty.opened_at, limit, calendar=known, hours=hours, pauses=pauses, extensions=extensions)
    pauses = [pause for pause in pauses if pause.reckoned_by is PauseRule.WORKING_TIME]
    due_at = put_off(
        duty.set_due_at or duty.due_at,
        start=duty.opened_at,
        calendar=known,
        hours=hours,
        pauses=pauses,
        extensions=extensions,
    )
    return Reckoning(due_at, False)


def left_of(subject: str, kind: str, pack: Pack, *, since: datetime) -> timedelta | None:
    """How much working time is left of what the first duty of the kind since then was given; None where there was none.

    One that was settled after its due moment has used all that it was given.
    """
    spans = Duty.objects.filter(subject=subject, kind=kind, opened_at__gte=since, discharged_at__isnull=False)
    found = list(spans.order_by("opened_at").values_list("opened_at", "due_at", "discharged_at"))
    if not found:
        return None

    def between(begin: datetime, end: datetime) -> timedelta:
        return working_time(begin, end, calendar=calendar(), hours=pack.hours)

    given = between(*found[0][:2])
    return given - sum((between(begin, min(due, ended or due)) for begin, due, ended in found), timedelta())


def in_working_time(length: timedelta, pack: Pack, *, now: datetime) -> datetime:
    """When so much working time has passed."""
    return after_working_time(now, length, calendar=calendar(), hours=pack.hours)


def worked_minutes(begin: datetime, end: datetime, *, pack: Pack) -> int:
    """Minutes of working time between two moments, whole ones."""
    return int(working_time(begin, end, calendar=calendar(), hours=pack.hours).total_seconds() // 60)


def worked_days(begin: date, end: date) -> int:
    """How many working days lie from a day until before another one."""
    known = calendar()
    return known.worked_before(end) - known.worked_before(begin)


def opened_last(subject: str, kinds: Collection[str]) -> datetime | None:
    """When the last open duty of these kinds was opened."""
    rows = Duty.objects.filter(subject=subject, kind__in=kinds, discharged_at__isnull=True)
    return rows.order_by("-opened_at").values_list("opened_at", flat=True).first()


def put_off_by_closings(duty: Duty, *, until: datetime) -> datetime:
    """When a duty whose moment a person set is due after its clock stood still until then, by the older rule."""
    assert duty.paused_at is not None, "the clock stood still"
    hours = load_pack(duty.pack).hours
    pause = Pause(duty.paused_at, until, "")
    return put_off_by(duty.due_at, pause, start=duty.opened_at, calendar=calendar(), hours=hours)


def explain_duty(id: int) -> Explanation:
    """How the duty's due moment came about, day by day. Raises Unknown."""
    duty = Duty.objects.filter(id=id).first()
    if duty is None:
        raise Unknown(str(id))
    return _explain(duty, _spans([id])[id])


def _explain(duty: Duty | ToldDuty, spans: Spans) -> Explanation:
    pack = load_pack(duty.pack)
    citation = pack.cite(duty.norm).words
    if not duty.limit:
        source = f"由办理人逐件确定（{duty.basis}）" if duty.basis else "由办理人逐件确定"
        note = f"应于{duty.due_at.astimezone(ZONE):%Y-%m-%d %H:%M}前完成。{_moved_words(duty, spans)}"
        return Explanation(duty.id, duty.opened_at, duty.due_at, "逐件确定", source, citation, (), False, note)
    limit = Limit.parse(duty.limit)
    told = explain(
        duty.opened_at,
        limit,
        calendar=calendar_of(duty.calendar_edition),
        hours=pack.hours,
        pauses=spans.pauses,
        extensions=spans.extensions,
    )
    note = told.words + ("放假安排公布或更正后，到期时间已重新计算。" if duty.recomputed_at else "")
    source = _source(duty, pack)
    return Explanation(
        duty.id, duty.opened_at, duty.due_at, limit.words, source, citation, told.days, duty.provisional, note
    )


def _moved_words(duty: Duty | ToldDuty, spans: Spans) -> str:
    """What moved the moment that a person set."""
    set_due_at, hours = duty.set_due_at or duty.due_at, load_pack(duty.pack).hours
    known, pauses = calendar_of(duty.calendar_edition), spans.pauses
    words = explain_put_off(set_due_at, start=duty.opened_at, calendar=known, hours=hours, pauses=pauses)
    granted = "".join(f"延期{e.limit.words}（{e.why}）。" for e in spans.extensions)
    before = f"原定{set_due_at.astimezone(ZONE):%Y-%m-%d %H:%M}。" if set_due_at != duty.due_at else ""
    return before + words + granted


def _source(duty: Duty | ToldDuty, pack: Pack) -> str:
    """Where the duty's limit comes from: an adjustment, a clause, or a basis of its own."""
    if duty.basis.startswith(BY_LAW):
        return duty.basis
    rule = pack.limit_of(duty.rule)
    of = f"（适用于：{'、'.join(pack.selected(rule))}）" if rule is not None and rule.selectors else ""
    if duty.basis.startswith(ADJUSTED):
        return duty.basis + of
    return (pack.quote(duty.clause) if duty.clause else pack.default(duty.basis)).words + of


def place(id: int, jurisdiction: str) -> tuple[str, str]:
    """The subject on which a duty of the jurisdiction stands, and its holder. Raises Unknown."""
    row = Duty.objects.filter(id=id, jurisdiction=jurisdiction).values_list("subject", "holder").first()
    if row is None:
        raise Unknown(str(id))
    return row


def posts_owing(subjects: Collection[str]) -> dict[tuple[str, str, str], str]:
    """Subject, kind and holder of every open duty of these subjects → the post that owes it."""
    rows = Duty.objects.filter(subject__in=sorted(subjects), discharged_at__isnull=True).order_by("id")
    return {(subject, kind, holder): post for subject, kind, holder, post in rows.values_list(*_OF_A_POST)}


_OF_A_POST = ("subject", "kind", "holder", "post")


def chain_exists(subject: str) -> bool:
    """Whether the record knows the subject."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM record_chain WHERE subject = %s", [subject])
        return cursor.fetchone() is not None


def visible_to(actor: Actor) -> QuerySet[Duty]:
    """Duties of the actor's own units; what stands on a subject that the actor may see is asked through it."""
    return Duty.objects.filter(jurisdiction=actor.jurisdiction, holder__in=actor.units)


def _owed_in(seats: Iterable[Seat]) -> Q:
    """What is owed by the posts that these seats hold; a head also answers for what a deputy owes."""
    owed_here = Q(pk__in=[])
    for seat in seats:
        posts = (seat.post, Post.DEPUTY) if seat.post == Post.HEAD else (seat.post,)
        owed_here |= Q(holder=seat.unit, post__in=posts)
    return owed_here


Beside = Callable[[Actor, datetime], Q]
_BESIDE: list[Beside] = []


def answers_beside(beside: Beside) -> None:
    """Declare what somebody answers for beside their posts, as a condition on duties: it is theirs too."""
    _BESIDE.append(beside)


def _theirs(actor: Actor, now: datetime) -> Q:
    """What the actor owes by their posts, or answers for beside them."""
    return reduce(or_, (beside(actor, now) for beside in _BESIDE), _owed_in(actor.seats))


def owed(
    actor: Actor,
    filters: DutyFilters,
    *,
    labels: dict[str, str],
    now: datetime,
    after: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[DutyRow]:
    """Duties of the actor's units by due moment, after a keyset position (due moment, id)."""
    rows = visible_to(actor)
    if filters.open_only:
        rows = rows.filter(discharged_at__isnull=True)
    if filters.holder:
        rows = rows.filter(holder=filters.holder)
    if filters.mine:
        rows = rows.filter(_theirs(actor, now))
    if filters.one_a_subject:
        rows = rows.filter(~Exists(_before(actor, filters, now)))
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.subject:
        rows = rows.filter(subject=filters.subject)
    if filters.among:
        rows = rows.filter(subject__in=filters.among)
    if filters.overdue is True:
        rows = rows.filter(discharged_at__isnull=True, due_at__lt=now, paused_at__isnull=True)
    elif filters.overdue is False:
        rows = rows.exclude(discharged_at__isnull=True, due_at__lt=now, paused_at__isnull=True)
    if after is not None:
        rows = rows.filter(Q(due_at__gt=after[0]) | Q(due_at=after[0], id__gt=after[1]))
    return rows_of(rows.order_by("due_at", "id")[:limit], labels=labels, now=now)


def overdue_on(
    visible: Q,
    jurisdiction: str,
    *,
    holder: str = "",
    besides: Collection[str] = (),
    kind: str = "",
    on: date | None = None,
    labels: dict[str, str],
    now: datetime,
    after: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[DutyRow]:
    """What is overdue on subjects that the caller says are visible, the oldest first, after a keyset position: what one
    unit owes, or all but some; or what is still due on a day, and was due on an earlier one."""
    until = now if on is None else _midnight(on + timedelta(days=1))
    rows = _running(visible, jurisdiction, besides).filter(due_at__lt=until)
    if on is not None:
        rows = rows.filter(due_at__gte=max(now, _midnight(on)) if until > now else _midnight(on))
    exact = {"holder": holder, "kind": kind}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if after is not None:
        rows = rows.filter(Q(due_at__gt=after[0]) | Q(due_at=after[0], id__gt=after[1]))
    return rows_of(rows.order_by("due_at", "id")[:limit], labels=labels, now=now)


def _running(visible: Q, jurisdiction: str, besides: Collection[str]) -> QuerySet[Duty]:
    rows = Duty.objects.filter(visible, jurisdiction=jurisdiction, discharged_at__isnull=True)
    return rows.filter(paused_at__isnull=True).exclude(holder__in=besides)


def _midnight(on: date) -> datetime:
    return datetime.combine(on, time(), ZONE)


def load_on(
    visible: Q, jurisdiction: str, *, besides: Collection[str] = (), until: date, now: datetime
) -> list[tuple[str, str, date, int]]:
    """How much is due until the end of a day on subjects that the caller says are visible: unit, its name, day, number;
    what is overdue is not among it."""
    rows = _running(visible, jurisdiction, besides)
    rows = rows.filter(due_at__gte=now, due_at__lt=_midnight(until + timedelta(days=1)))
    told = rows.annotate(day=TruncDate("due_at", tzinfo=ZONE)).values("holder", "day").annotate(many=Count("id"))
    return list(told.order_by("holder", "day").values_list("holder", name_of("holder"), "day", "many"))


def due_by_day(
    visible: Q, jurisdiction: str, *, besides: Collection[str] = (), since: date, until: date, now: datetime
) -> list[tuple[date, str, int, int]]:
    """How much is due from one day to another on subjects that the caller says are visible: day, kind, how much of it
    is still to come, how much is overdue."""
    rows = _running(visible, jurisdiction, besides)
    rows = rows.filter(due_at__gte=_midnight(since), due_at__lt=_midnight(until + timedelta(days=1)))
    late = Q(due_at__lt=now)
    told = rows.annotate(day=TruncDate("due_at", tzinfo=ZONE)).values("day", "kind")
    told = told.annotate(coming=Count("id", filter=~late), late=Count("id", filter=late))
    return list(told.order_by("day", "kind").values_list("day", "kind", "coming", "late"))


def due_between(
    visible: Q,
    jurisdiction: str,
    *,
    besides: Collection[str] = (),
    since: datetime,
    until: datetime,
    labels: dict[str, str],
    now: datetime,
    limit: int,
) -> list[DutyRow]:
    """What is due from one moment to another on subjects that the caller says are visible, the first first."""
    rows = _running(visible, jurisdiction, besides).filter(due_at__gte=since, due_at__lt=until)
    return rows_of(rows.order_by("due_at", "id")[:limit], labels=labels, now=now)


def overdue_counted(visible: Q, jurisdiction: str, *, besides: Collection[str], now: datetime, most: int) -> int:
    """How much of it there is that others than some owe, counted no farther than that."""
    return _running(visible, jurisdiction, besides).filter(due_at__lt=now)[:most].count()


def _before(actor: Actor, filters: DutyFilters, now: datetime) -> QuerySet[Duty]:
    """What is owed earlier on the same subject, among what the list shows.

    It is looked for among the few that stand on the subject. By its column the holder would be taken for as good an
    index, and each row compared with everything that the unit owes.
    """
    earlier = Q(due_at__lt=OuterRef("due_at")) | Q(due_at=OuterRef("due_at"), id__lt=OuterRef("id"))
    on_subject = Duty.objects.filter(earlier, subject=OuterRef("subject"), discharged_at__isnull=True)
    by = on_subject.alias(unit=Concat("holder", Value("")))
    rows = by.filter(jurisdiction=actor.jurisdiction, unit__in=actor.units)
    if filters.mine:
        rows = rows.filter(_theirs(actor, now))
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    return rows.filter(due_at__lt=now, paused_at__isnull=True) if filters.overdue else rows


def overdue_of(jurisdiction: str, kinds: Collection[str], *, before: datetime, limit: int = 2000) -> list[OverdueRow]:
    """The open duties of these kinds that were due before a moment and do not rest, the oldest first."""
    rows = Duty.objects.filter(
        jurisdiction=jurisdiction,
        kind__in=[*map(str, kinds)],
        discharged_at__isnull=True,
        paused_at__isnull=True,
        due_at__lt=before,
    )
    found = rows.order_by("due_at")[:limit].values_list("subject", "kind", "holder", "due_at")
    return [OverdueRow(*row) for row in found]


def owed_where(asked: OpenDuty, *, of: str, now: datetime) -> Exists:
    """An expression: an open duty of that kind stands on the row's subject; `of` is what its key begins with."""
    owed = Duty.objects.filter(subject=Concat(Value(of), OuterRef("number")), discharged_at__isnull=True)
    if asked.post:
        owed = owed.filter(post=asked.post)
    if asked.clause:
        owed = owed.filter(clause=asked.clause)
    if asked.overdue:
        owed = owed.filter(due_at__lt=now, paused_at__isnull=True)
    if asked.due_since:
        owed = owed.filter(due_at__gte=asked.due_since)
    if asked.due_until:
        owed = owed.filter(due_at__lt=asked.due_until)
    return Exists(owed)


def of_kind(kind: str, number: OuterRef, *, of: str) -> QuerySet[Duty]:
    """The duties of a kind on the row's subject, open or not; `of` is what its key begins with."""
    return Duty.objects.filter(subject=Concat(Value(of), number), kind=kind)


def owed_by_unit_where(unit: str, *, of: str) -> Exists:
    """An expression: the unit owes something on the row's subject; `of` is what its key begins with."""
    owed = Duty.objects.filter(subject=Concat(Value(of), OuterRef("number")), holder=unit)
    return Exists(owed.filter(discharged_at__isnull=True))


def owing_among(units: Collection[str]) -> set[str]:
    """Those of these units that owe something now."""
    owed = Duty.objects.filter(holder__in=sorted(units), discharged_at__isnull=True)
    return set(owed.values_list("holder", flat=True).distinct())


def owed_pairs(subject: str) -> list[tuple[str, str]]:
    """Kind and holder of every open duty of a subject."""
    return [(kind, holder) for kind, holder, _ in owed_on([subject])[subject]]


def kept_where(subject: Expression, kinds: Collection[str], *, holder: F) -> Exists:
    """An expression: the holder has done what these kinds ask for on the subject in time, whatever else was late."""
    return Exists(Duty.objects.filter(subject=subject, kind__in=kinds, holder=holder, outcome=Outcome.MET))


def late_where(subject: Expression, kinds: Collection[str], *, holder: F, now: datetime) -> Exists:
    """An expression: the holder has done something of these kinds late or never, or is late with it now."""
    owed = Duty.objects.filter(subject=subject, kind__in=kinds, holder=holder)
    overdue = Q(discharged_at__isnull=True, paused_at__isnull=True, due_at__lt=now)
    return Exists(owed.filter(Q(outcome__in=[Outcome.LATE, Outcome.UNMET]) | overdue))


def unmet_where(subject: Expression, kinds: Collection[str], *, holder: F) -> Exists:
    """An expression: the holder never did something of these kinds."""
    return Exists(Duty.objects.filter(subject=subject, kind__in=kinds, holder=holder, outcome=Outcome.UNMET))


def done_where(subject: Expression, kinds: Collection[str]) -> Exists:
    """An expression: what one of these kinds asks for was done on the subject, in time or late."""
    return Exists(Duty.objects.filter(subject=subject, kind__in=kinds, outcome__in=[Outcome.MET, Outcome.LATE]))


def of_subject(subject: str, *, labels: dict[str, str], now: datetime, open_only: bool = False) -> list[DutyRow]:
    """Every duty of a subject, the open ones last and explained; the caller has asked whether the actor may see it."""
    (found,) = gather(reading_of(subject))
    return explained([d for d in found if not (open_only and d.discharged_at)], labels=labels, now=now)


@reading
def reading_of(subject: str) -> Reading[ToldDuty]:
    """Every duty of a subject with what moved it, to be read with other lists."""
    return Reading(Duty.objects.filter(subject=subject), ToldDuty, {"named": name_of("holder"), **_all_that_moved()})


def _all_that_moved() -> dict[str, str | Combinable]:
    return {"moved": _moved(Interruption), "allowed": _moved(DutyExtension)}


def told_duty(id: int) -> ToldDuty:
    """A duty with what moved it. Raises Unknown."""
    (found,) = gather(Reading(Duty.objects.filter(id=id), ToldDuty, {"named": name_of("holder"), **_all_that_moved()}))
    if not found:
        raise Unknown(str(id))
    told: ToldDuty = found[0]
    return told


def in_full(told: ToldDuty, *, labels: dict[str, str], now: datetime) -> DutyRow:
    """A duty as its own page shows it, explained whether it is open or done."""
    row = _row(told, labels, {told.holder: told.named}, now)
    return replace(row, explanation=_explain(told, _told(told)))


def explained(found: Iterable[ToldDuty], *, labels: dict[str, str], now: datetime) -> list[DutyRow]:
    """Duties as pages show them, the open ones last and with how their moments came about."""
    never = datetime.max.replace(tzinfo=UTC)
    ordered = sorted(found, key=lambda d: (d.discharged_at or never, d.due_at, d.id))
    names = {duty.holder: duty.named for duty in ordered}
    return [
        replace(_row(duty, labels, names, now), explanation=None if duty.discharged_at else _explain(duty, _told(duty)))
        for duty in ordered
    ]


def _moved(spans: type[Model]) -> ArraySubquery:
    """What moved a duty's due moment, read with the duty."""
    columns = {field.name: F(field.name) for field in spans._meta.concrete_fields if field.name not in ("id", "duty")}
    told = spans._default_manager.filter(duty=OuterRef("pk")).annotate(told=JSONObject(**columns))
    return ArraySubquery(told.order_by("id").values("told"))


def _told(duty: ToldDuty) -> Spans:
    """The spans that were read with a duty."""
    allowed = sorted(duty.allowed, key=lambda extension: extension.at)
    return Spans(list(duty.moved), [Extension(Limit.parse(e.limit), e.why) for e in allowed])


def rows_of(duties: QuerySet[Duty], *, labels: dict[str, str], now: datetime) -> list[DutyRow]:
    """The rows that pages and API show; `labels` names the kinds."""
    found = list(duties.annotate(named=name_of("holder")))
    names = {duty.holder: duty.named for duty in found}
    return [_row(duty, labels, names, now) for duty in found]


def _row(d: Duty | ToldDuty, labels: dict[str, str], names: dict[str, str], now: datetime) -> DutyRow:
    pack = load_pack(d.pack)
    post = pack.posts.get(d.post)
    return DutyRow(
        id=d.id,
        subject=d.subject,
        kind=d.kind,
        label=labels.get(d.kind, d.kind),
        norm=d.norm,
        clause=d.clause,
        citation=pack.cite(d.norm).words,
        holder=d.holder,
        holder_name=names.get(d.holder, d.holder),
        post=d.post,
        post_label=post.label if post else d.post,
        limit=d.limit,
        limit_words=Limit.parse(d.limit).words if d.limit else "逐件确定",
        basis=d.basis,
        opened_at=d.opened_at,
        due_at=d.due_at,
        first_due_at=d.first_due_at,
        provisional=d.provisional,
        paused=d.paused_at is not None,
        overdue=d.discharged_at is None and d.paused_at is None and d.due_at < now,
        discharged_at=d.discharged_at,
        outcome=d.outcome,
    )


_TO_CLIMB = """
SELECT d.id, c.subject, c.jurisdiction, c.length, c.head
FROM duties_duty d JOIN record_chain c ON c.subject = d.subject
WHERE d.discharged_at IS NULL AND d.next_step_at < %s AND d.jurisdiction = %s
ORDER BY d.next_step_at LIMIT %s FOR UPDATE OF c SKIP LOCKED"""
_CLIMBERS = """
SELECT d.id, d.jurisdiction, d.subject, d.kind, d.norm, d.pack, d.ladder, d.holder, coalesce(u.name, d.holder), d.post,
  d.opened_at, d.due_at
FROM duties_duty d LEFT JOIN organisations_unit u ON u.code = d.holder
WHERE d.id = ANY(%s) AND d.discharged_at IS NULL AND d.next_step_at < %s ORDER BY d.next_step_at, d.id"""


def hold_what_climbs(jurisdiction: str, *, now: datetime, most: int) -> tuple[list[int], dict[str, Chain]]:
    """Duties whose next step is due, and the chains of their subjects, locked; others take others, and nobody waits."""
    with connection.cursor() as cursor:
        cursor.execute(_TO_CLIMB, [now, jurisdiction, most])
        found = cursor.fetchall()
    chains = {subject: Chain(subject, place, length, bytes(head)) for _, subject, place, length, head in found}
    return [row[0] for row in found], chains


def climbers(ids: Sequence[int], *, labels: Mapping[str, str], now: datetime) -> list[Climber]:
    """These duties as they are now that their subjects are held; without those that were settled or moved before."""
    with connection.cursor() as cursor:
        cursor.execute(_CLIMBERS, [list(ids), now])
        return [Climber(*(*row, labels.get(row[3], row[3]))) for row in cursor.fetchall()]


def climber_of(duty: Duty | ToldDuty) -> Climber:
    """What the ladder asks of a duty that was read already."""
    told = (duty.id, duty.jurisdiction, duty.subject, duty.kind, duty.norm, duty.pack, duty.ladder, duty.holder)
    return Climber(*told, duty.holder, duty.post, duty.opened_at, duty.due_at, duty.kind)


def steps_told(ids: Iterable[int]) -> Mapping[int, list[StepTold]]:
    """What was done about these duties at the moments of their ladders, in order."""
    found: dict[int, list[StepTold]] = defaultdict(list)
    columns = ("step", "occurrence", "planned_at", "outcome", "taken_at", "made", "attempts", "again_at", "why")
    rows = Step.objects.filter(duty_id__in=list(ids)).order_by("planned_at", "id")
    for id, *row in rows.values_list("duty_id", *columns):
        found[id].append(StepTold(*row))
    return found


LADDERS = """
SELECT j.code AS jurisdiction, j.name, greatest(0, extract(epoch FROM clock_timestamp() + j.clock_offset - (
  SELECT d.next_step_at FROM duties_duty d WHERE d.jurisdiction = j.code AND d.discharged_at IS NULL
    AND d.next_step_at IS NOT NULL ORDER BY d.next_step_at LIMIT 1)))::int AS late,
  (SELECT count(*) FROM duties_step s WHERE s.jurisdiction = j.code AND s.outcome = 'failed')::int AS failed
FROM organisations_jurisdiction j"""
"""The view `duties_ladders`, read with the owner's rights: how late the ladder is climbed by each place's own clock."""


def extensions_of(id: int) -> int:
    """How often more time was allowed on a duty."""
    return DutyExtension.objects.filter(duty=id).count()


_ON_SUBJECT = """
SELECT id, jurisdiction, subject, kind, norm, clause, holder, post, "limit", basis, opened_at, due_at, first_due_at,
  provisional, paused_at, discharged_at, outcome
FROM duties_duty WHERE subject = %(subject)s
  AND CASE WHEN %(id)s::bigint IS NULL THEN discharged_at IS NULL ELSE id = %(id)s END
ORDER BY paused_at IS NOT NULL, due_at, id"""


def standing_on(subject: str, *, id: int | None = None) -> list[DutyFacts]:
    """What is owed on a subject, due first before what stands still; or the one of that id there, open or not."""
    with connection.cursor() as cursor:
        cursor.execute(_ON_SUBJECT, {"subject": subject, "id": id})
        return [DutyFacts(*row) for row in cursor.fetchall()]


def subjects_of(ids: Collection[int], jurisdiction: str) -> dict[int, str]:
    """Id → subject of these duties of the jurisdiction."""
    rows = Duty.objects.filter(id__in=[*ids], jurisdiction=jurisdiction)
    return dict(rows.values_list("id", "subject"))


def counts(actor: Actor, *, now: datetime) -> Counts:
    """How many duties the actor owes and how many the actor's units do, and how many of them are overdue, by kind."""
    return seen(("counts", actor.jurisdiction, actor.seats, now), lambda: _counts(actor, now))


def _counts(actor: Actor, now: datetime) -> Counts:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, holder, post, count(*), count(*) FILTER (WHERE due_at < %s AND paused_at IS NULL)"
            " FROM duties_duty WHERE holder = ANY(%s) AND jurisdiction = %s AND discharged_at IS NULL"
            " GROUP BY kind, holder, post ORDER BY kind",
            [now, sorted(actor.units), actor.jurisdiction],
        )
        found = cursor.fetchall()
    mine, of_units = dict[str, Tally](), dict[str, Tally]()
    for kind, holder, post, owed, late in found:
        of_units[kind] = of_units.get(kind, Tally()) + Tally(owed, late)
        if actor.holds(*posts_for(post), unit=holder):
            mine[kind] = mine.get(kind, Tally()) + Tally(owed, late)
    return Counts(mine, of_units)


def open_on(subjects: Iterable[str], *, labels: dict[str, str], now: datetime) -> Mapping[str, list[DutyRow]]:
    """Every open duty of these subjects, whoever owes it; the caller has asked whether the actor may see them."""
    wanted = sorted(set(subjects))
    found: dict[str, list[DutyRow]] = defaultdict(list)
    rows = Duty.objects.filter(subject__in=wanted, discharged_at__isnull=True).order_by("due_at", "id")
    for row in rows_of(rows, labels=labels, now=now) if wanted else ():
        found[row.subject].append(row)
    return found


def next_due(subjects: Iterable[str], *, now: datetime) -> dict[str, DueNext]:
    """The open duty of each subject that is due first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (subject) subject, kind, holder, due_at, due_at < %s AND paused_at IS NULL"
            " FROM duties_duty WHERE subject = ANY(%s) AND discharged_at IS NULL ORDER BY subject, due_at",
            [now, list(subjects)],
        )
        return {row[0]: DueNext(*row[1:]) for row in cursor.fetchall()}


def overdue_subjects(jurisdiction: str, kind: str, *, now: datetime, limit: int = 200) -> list[str]:
    """The numbers of subjects on which an open duty of the kind is overdue, the oldest first."""
    late = Duty.objects.filter(jurisdiction=jurisdiction, kind=kind, discharged_at__isnull=True, due_at__lt=now)
    return [
        subject.partition(":")[2] for subject in late.order_by("due_at", "id").values_list("subject", flat=True)[:limit]
    ]


def first_due(subject: str, kind: str) -> datetime | None:
    """When the subject's latest duty of that kind was first due, whatever was allowed since."""
    rows = Duty.objects.filter(subject=subject, kind=kind).exclude(outcome="waived").order_by("-opened_at")
    return rows.values_list("first_due_at", flat=True).first()


def last_due(subject: str, kind: str) -> datetime | None:
    """When the newest duty of that kind was due, open or done."""
    return Duty.objects.filter(subject=subject, kind=kind).order_by("-id").values_list("due_at", flat=True).first()


def owed_on(subjects: Sequence[str]) -> dict[str, list[tuple[str, str, datetime]]]:
    """Kind, holder and due moment of every open duty of these subjects, for the verification."""
    found: dict[str, list[tuple[str, str, datetime]]] = defaultdict(list)
    rows = Duty.objects.filter(subject__in=list(subjects), discharged_at__isnull=True)
    for subject, kind, holder, due_at in rows.values_list("subject", "kind", "holder", "due_at"):
        found[subject].append((kind, holder, due_at))
    return found


def holders_of(subject: str, kind: str) -> dict[str, LastOwed]:
    """Every unit that owed that kind on the subject, in the order of asking, with what it owed the last time."""
    found: dict[str, LastOwed] = {}
    rows = Duty.objects.filter(subject=subject, kind=kind).order_by("id")
    for holder, opened_at, due_at, outcome in rows.values_list("holder", "opened_at", "due_at", "outcome"):
        found[holder] = LastOwed(opened_at, due_at, Outcome(outcome) if outcome else None)
    return found


def decided_on(subjects: Collection[str]) -> dict[str, list[DecidedDuty]]:
    """Subject → its duties that have ended or were told to have fallen due at their present due moment."""
    found: dict[str, list[DecidedDuty]] = {subject: [] for subject in subjects}
    told = Step.objects.filter(
        duty=OuterRef("pk"), step=FALL_DUE.key, outcome=StepOutcome.TAKEN, taken_at__gte=OuterRef("due_at")
    )
    rows = Duty.objects.filter(subject__in=sorted(found)).annotate(told_late=Exists(told)).order_by("id")
    for row in rows.values_list(*DecidedDuty._fields):
        found[row[1]].append(DecidedDuty(*row))
    return found


def done_on(subjects: Sequence[str]) -> dict[str, list[str]]:
    """`kind:outcome` of every duty of these subjects that is done with, for the verification."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT subject, array_agg(kind || ':' || outcome) FROM duties_duty"
            " WHERE subject = ANY(%s) AND discharged_at IS NOT NULL GROUP BY subject",
            [list(subjects)],
        )
        return defaultdict(list, cursor.fetchall())


def misreckoned(jurisdiction: str | None, *, size: int = 1000) -> Iterator[tuple[str, str, datetime, datetime]]:
    """Subject, kind, stored and computed due moment of the open duties that are not due when their facts say today.

    Under a regulation whose file is gone or wrong nobody can say.
    """
    known = calendar()
    duties = Duty.objects.filter(discharged_at__isnull=True).order_by("id")
    if jurisdiction is not None:
        duties = duties.filter(jurisdiction=jurisdiction)
    last = 0
    while batch := list(duties.filter(id__gt=last)[:size]):
        spans = _spans(duty.id for duty in batch)
        for duty in (duty for duty in batch if usable(duty.pack)):
            right = _reckon(duty, spans[duty.id], known).due_at
            if right != duty.due_at:
                yield duty.subject, duty.kind, duty.due_at, right
        last = batch[-1].id


EVERYBODY = ""
"""As holder of a figure: all units of the jurisdiction together."""


def figures(
    jurisdiction: str, pack_id: str, *, since: date, until: date, holders: Collection[str] | None = None
) -> Counted:
    """How every norm of a regulation fares: open and overdue now, settled from one day until another (included).

    They were counted by the clockwork; `holders` narrows them to what these units owe.
    """
    counted = FigureCount.objects.filter(jurisdiction=jurisdiction).values_list("counted_at", flat=True).first()
    whose = [EVERYBODY] if holders is None else holders
    here = Q(jurisdiction=jurisdiction, pack__startswith=f"{pack_id}/", holder__in=whose)
    owed = DutyStanding.objects.filter(here).values("norm").annotate(a=Sum("open"), b=Sum("overdue"))
    settled = DutyFigure.objects.filter(here, day__gte=since, day__lte=until).values("norm")
    done = settled.annotate(a=Sum("met"), b=Sum("late"), c=Sum("unmet"), d=Sum("waived"))
    by_norm = {row["norm"]: Figures(row["a"], row["b"]) for row in owed}
    for row in done:
        known = by_norm.get(row["norm"], Figures())
        by_norm[row["norm"]] = replace(known, met=row["a"], late=row["b"], unmet=row["c"], waived=row["d"])
    return Counted(counted, by_norm)


OPEN, OVERDUE = "open", "overdue"


def of_norm(
    actor: Actor,
    norm: str,
    pack_id: str,
    state: str,
    *,
    since: datetime,
    until: datetime,
    labels: dict[str, str],
    now: datetime,
    after: tuple[datetime, int] | None = None,
    limit: int = 50,
) -> list[DutyRow]:
    """Duties of a norm that the actor's units owe (open, overdue) or settled in a period (met, late, unmet, waived)."""
    rows = visible_to(actor).filter(norm=norm, pack__startswith=f"{pack_id}/")
    by = "due_at" if state in (OPEN, OVERDUE) else "discharged_at"
    if by == "due_at":
        rows = rows.filter(discharged_at__isnull=True)
    else:
        rows = rows.filter(discharged_at__gte=since, discharged_at__lt=until, outcome=state)
    if state == OVERDUE:
        rows = rows.filter(due_at__lt=now, paused_at__isnull=True)
    if after is not None:
        rows = rows.filter(Q(**{f"{by}__gt": after[0]}) | Q(**{by: after[0], "id__gt": after[1]}))
    return rows_of(rows.order_by(by, "id")[:limit], labels=labels, now=now)


def owed_by_unit(jurisdiction: str) -> dict[str, Figures]:
    """How many duties every unit of the jurisdiction owed when they were counted last."""
    rows = DutyStanding.objects.filter(jurisdiction=jurisdiction).exclude(holder=EVERYBODY).values("holder")
    counted = rows.annotate(a=Sum("open"), b=Sum("overdue")).values_list("holder", "a", "b")
    return {holder: Figures(owed, late) for holder, owed, late in counted}


def open_of(holder: str, jurisdiction: str) -> dict[tuple[str, str], int]:
    """How many duties a unit owes now, by post and kind: what whoever takes up the post takes over.

    A count alone, so that it is right for every reader, whatever cases they see.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT post, kind, n FROM duties_owing WHERE holder = %s AND jurisdiction = %s ORDER BY post, kind",
            [holder, jurisdiction],
        )
        return {(post, kind): n for post, kind, n in cursor.fetchall()}


def open_in_all(jurisdiction: str) -> int:
    """How many duties are open in the jurisdiction: a count alone, right for every reader."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(sum(n), 0)::int FROM duties_owing WHERE jurisdiction = %s", [jurisdiction])
        ((total,),) = cursor.fetchall()
    return int(total)


def open_in_posts(units: Iterable[str], jurisdiction: str) -> dict[tuple[str, str], int]:
    """How many duties are open in each post of these units, by unit and post."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT holder, post, sum(n)::int FROM duties_owing WHERE jurisdiction = %s AND holder = ANY(%s)"
            " GROUP BY holder, post",
            [jurisdiction, sorted(units)],
        )
        return {(unit, post): n for unit, post, n in cursor.fetchall()}


_UNHELD = """
SELECT o.holder, u.name, o.post, sum(o.n)::int FROM duties_owing o JOIN organisations_unit u ON u.code = o.holder
WHERE o.jurisdiction = %s AND NOT EXISTS (
  SELECT FROM organisations_appointment a JOIN organisations_person p ON p.id = a.person_id
  WHERE p.is_active AND a.unit_id = o.holder AND (a.post = o.post OR o.post = 'deputy' AND a.post = 'head')
    AND daterange(a.from_on, a.until_on) @> %s
) GROUP BY o.holder, u.name, o.post ORDER BY o.holder, o.post"""


def unheld(jurisdiction: str, *, now: datetime) -> tuple[Unheld, ...]:
    """Open duties of posts that nobody holds today, by unit and post; a head answers for what a deputy owes."""
    with connection.cursor() as cursor:
        cursor.execute(_UNHELD, [jurisdiction, today(now)])
        return tuple(Unheld(*row) for row in cursor.fetchall())


def wording_entered(edition: int) -> tuple[WordingRow, Days | None]:
    """The notice that began an edition of the calendar, and the days of its year's wording before. Raises Unknown."""
    row = AnnouncedYear.objects.filter(edition=edition).first()
    if row is None:
        raise Unknown(str(edition))
    known = wordings(row.year)
    here = next(n for n, wording in enumerate(known) if wording.edition == edition)
    return known[here], next((wording.days for wording in known[here + 1 :]), None)


def years_entered() -> tuple[int, ...]:
    """The years of which a notice was entered, beside those that came with the program."""
    return tuple(AnnouncedYear.objects.order_by("year").values_list("year", flat=True).distinct())


def wordings(year: int) -> tuple[WordingRow, ...]:
    """Every wording of a year's notice, the one that holds first; the last may be what came with the program."""
    entered = [_kept(row) for row in AnnouncedYear.objects.filter(year=year).order_by("-edition")]
    if shipped := Calendar.shipped().announced(year):
        entered.append(WordingRow(year, 0, "", shipped, "", "", None))
    return tuple(entered)


def _kept(row: AnnouncedYear) -> WordingRow:
    days = {date.fromisoformat(on): name for on, name in row.days.items()}
    return WordingRow(row.year, row.edition, row.notice, days, row.reason, row.by, row.announced_at)


def _affected(span: tuple[date, date]) -> QuerySet[Duty]:
    """The open duties that may be due at another moment when these days mean something else, soonest due first."""
    since = datetime.combine(span[0], time(), ZONE)
    until = datetime.combine(span[1] + timedelta(days=1), time(), ZONE)
    return Duty.objects.filter(discharged_at__isnull=True, due_at__gte=since, opened_at__lt=until)


def outdated(edition: int, span: tuple[date, date], jurisdiction: str, *, after: int, size: int) -> list[Duty]:
    """Open duties reckoned by an earlier edition of the calendar that these days may move, from an id on."""
    rows = _affected(span).filter(jurisdiction=jurisdiction, calendar_edition__lt=edition, id__gt=after)
    return list(rows.order_by("id")[:size])


def reckonings(duties: Sequence[Duty]) -> list[tuple[Duty, Reckoning]]:
    """These duties with when they are due by the calendar of this answer."""
    known, spans = calendar(), _spans(duty.id for duty in duties)
    return [(duty, _reckon(duty, spans[duty.id], known)) for duty in duties]


def would_move(wording: Wording, jurisdiction: str, *, most: int = 200) -> tuple[int, list[Moving]]:
    """How many open duties a year's notice would put elsewhere, and the first of them, soonest due first."""
    now = calendar()
    span = rules.days_affected(wording.year, now.announced(wording.year), wording.days)
    if span is None:
        return 0, []
    known = now.with_years({wording.year: wording.days})
    duties = list(_affected(span).filter(jurisdiction=jurisdiction).order_by("due_at", "id"))
    spans = _spans(duty.id for duty in duties)
    moving = [
        Moving(duty.subject, duty.kind, duty.holder, duty.due_at, after)
        for duty in duties
        if (after := _reckon(duty, spans[duty.id], known).due_at) != duty.due_at
    ]
    return len(moving), moving[:most]


def counted_at() -> dict[str, datetime]:
    """Jurisdiction → when its duties were counted last."""
    return dict(FigureCount.objects.values_list("jurisdiction", "counted_at"))

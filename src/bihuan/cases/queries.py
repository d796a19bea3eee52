"""Reading cases: every path starts at `visible_to`."""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import datetime
from functools import cache
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.expressions import Combinable, RawSQL
from django.db.models.functions import Concat, JSONObject

from bihuan.cases.models import Case, CaseText, Participation
from bihuan.cases.stages import ANSWERED, ENDS, OPEN, REFUSABLE
from bihuan.cases.types import (
    CONFIDANTS,
    AppealType,
    CaseBrief,
    CaseDetails,
    CaseFacts,
    CaseFilters,
    CaseRow,
    CaseSaid,
    CaseView,
    ClosureType,
    DispatchedCase,
    DutyKind,
    OwnText,
    Part,
    ParticipantRow,
    Section,
    SimilarCase,
    Stage,
    told_place,
)
from bihuan.duties import queries as duties
from bihuan.duties.sight import TAKING_PART, must_see, parts_of, posts_by_unit, visible_among
from bihuan.duties.types import OpenDuty
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Unknown
from bihuan.localities import queries as localities
from bihuan.organisations.queries import name_of, unit_names
from bihuan.organisations.types import Post
from bihuan.policy.loader import pack as load_pack
from bihuan.record import queries as record
from bihuan.record.planning import BY_VALUES
from bihuan.record.reading import Reading, gather, reading
from bihuan.record.searching import among, holders, holding, newest_unknown, passing_grams, with_grams
from bihuan.record.unit_of_work import Question, Row, ask
from bihuan.requesters import queries as requesters
from bihuan.text.folding import SECTION, fold, grams
from bihuan.text.questions import Term, terms

DUTY_LABELS = {str(kind): kind.label for kind in DutyKind}

_PLAIN = (
    "number, jurisdiction, pack, stage, title, appeal_type, urgency, channel, anonymous, callback_wanted,"
    " registered_at, closed_at, desk, lead, first_receiver, designated, adjudicated, assigned_at, signed_in_at,"
    " contacted_at, round, returns, extensions, reworks, registered_by, proposed_by, answered_by, signed_off_by,"
    " reviewed_by, closure, parent_id, requester, subject_code, statutory_limit,"
    " statutory_basis, secret, accused, form_resolved, form_follow_up, waits, key"
)
_FACTS = f"""
SELECT {_PLAIN},
  (SELECT length FROM record_chain WHERE subject = 'case:' || c.number),
  (SELECT array_agg({TAKING_PART}) FROM cases_participation WHERE case_id = c.id AND until IS NULL),
  (SELECT array_agg(kind) FROM duties_duty WHERE subject = 'case:' || c.number AND discharged_at IS NULL),
  (SELECT array_agg(due_at) FROM duties_duty WHERE subject = 'case:' || c.number AND discharged_at IS NULL)
FROM cases_case c WHERE number = """  # noqa: S608 constants only


def facts(number: str) -> CaseFacts:
    """What the rules need to know of a case, in one statement. Raises Unknown. Asks nobody's permission."""
    return ask(learning(number))


def learning(number: str) -> Question[CaseFacts]:
    """The question that `facts` asks."""

    def read(rows: list[Row]) -> CaseFacts:
        if not rows:
            raise Unknown(number)
        return _facts(rows[0])

    return Question(_FACTS_OF_ONE, [number], read)


_FACTS_OF_ONE = f"{_FACTS}%s"


def facts_of(numbers: Iterable[str]) -> list[CaseFacts]:
    """The same of several cases, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_FACTS}ANY(%s)", [list(numbers)])
        return [_facts(row) for row in cursor.fetchall()]


def _facts(row: tuple[Any, ...]) -> CaseFacts:
    *plain, version, parts, kinds, dues = row
    said = dict(zip(_names(), plain, strict=True))
    said["stage"], said["appeal_type"] = Stage(said["stage"]), AppealType(said["appeal_type"])
    said["parent"] = said.pop("parent_id")
    said["accused"] = tuple(said["accused"])
    return CaseFacts(
        **said, version=version, parts=parts_of(parts or ()), duties=dict(zip(kinds or (), dues or (), strict=True))
    )


@cache
def _names() -> tuple[str, ...]:
    return tuple(name.strip() for name in _PLAIN.split(","))


def at_its_stage_since(number: str) -> datetime:
    """Since when a case is where it is."""
    since: datetime = Case.objects.values_list("stage_at", flat=True).get(number=number)
    return since


def visible_to(actor: Actor) -> QuerySet[Case]:
    """The cases in which one of the actor's units takes part now."""
    return visible_among(Case.objects.all(), Participation.objects.all(), "case", actor)


def visible_facts(number: str, actor: Actor) -> CaseFacts:
    """The facts of a case that the actor may see. Raises Unknown."""
    case = facts(number)
    must_see(case, actor)
    return case


def ledger(
    actor: Actor, filters: CaseFilters, *, now: datetime, after: int | None = None, limit: int = 50
) -> list[CaseRow]:
    """The newest cases first, after a keyset position (the id of the last row seen)."""
    rows = narrowed(actor, filters, now=now, below=after)
    return _rows(rows.order_by("-id")[:limit], now=now)


_EXACT = ("stage", "lead", "channel", "appeal_type", "urgency", "closure", "subject_code", "number")


def narrowed(
    actor: Actor, filters: CaseFilters, *, now: datetime, above: int = 0, below: int | None = None
) -> QuerySet[Case]:
    """The cases that the actor may see, narrowed; `above` and `below` are ids between which they lie."""
    rows = _seen_between(actor, above, below).filter(
        **{name: value for name in _EXACT if (value := getattr(filters, name))}
    )
    if filters.open is not None:
        rows = rows.filter(stage__in=OPEN) if filters.open else rows.exclude(stage__in=OPEN)
    if filters.place:
        rows = rows.filter(_lies_in(filters.place, actor.jurisdiction, above, below))
    if filters.since:
        rows = rows.filter(registered_at__gte=filters.since)
    if filters.until:
        rows = rows.filter(registered_at__lt=filters.until)
    if filters.numbers is not None:
        rows = rows.filter(number__in=filters.numbers)
    if filters.requesters is not None:
        rows = rows.filter(_known_to(actor), requester__in=filters.requesters)
    if filters.of_duties:
        rows = rows.filter(duties.owed_where(_asked_of_duties(filters), of="case:", now=now), stage__in=OPEN)
    return rows.filter(_found(terms(filters.words), above, below)) if filters.words else rows


def _known_to(actor: Actor) -> Q:
    """The cases of which the actor may learn who asks."""
    ways = [
        Exists(Participation.objects.filter(case=OuterRef("pk"), part=part, unit__in=units, until__isnull=True))
        for part, posts in CONFIDANTS.items()
        if (units := {seat.unit for seat in actor.seats if seat.post in posts})
    ]
    return Q(Q(secret=False), *ways, _connector=Q.OR)


def _seen_between(actor: Actor, above: int, below: int | None) -> QuerySet[Case]:
    """The same rule; the ids bound the parts as well, or the database reads them from their beginning."""
    if not above and below is None:
        return visible_to(actor)
    span = {"gt": above} | ({"lt": below} if below is not None else {})
    cases = Case.objects.filter(**{f"id__{edge}": id for edge, id in span.items()})
    parts = Participation.objects.filter(**{f"case_id__{edge}": id for edge, id in span.items()})
    return visible_among(cases, parts, "case", actor)


def _asked_of_duties(filters: CaseFilters) -> OpenDuty:
    return OpenDuty(filters.post, filters.clause, filters.overdue, filters.due_since, filters.due_until)


_SEEN = "SELECT case_id FROM ({parts}) mine GROUP BY case_id"
_MINE = (
    "SELECT case_id FROM cases_taking_part"
    " WHERE unit = %s AND (pg_column_size(posts) <= 16 OR posts = '{}' OR posts && %s::varchar[])"
)
"""The actor's own parts alone, so that no policy need ask again of every one on the way to a page far behind. No array
of 16 bytes or less holds anything: most rows are known by that, without having their posts unpacked and compared."""


def seen_after(actor: Actor, skip: int, most: int, *, oldest_first: bool = False) -> list[int]:
    """So many ids of the ledger after so many others: all of it is read from one index alone."""
    sql = f"{{seen}} ORDER BY case_id {'' if oldest_first else 'DESC'} OFFSET %s LIMIT %s"
    return _of_seen(sql, actor, skip, most)


def count_seen(actor: Actor, most: int) -> int:
    """How many cases the actor may see, counted no farther than that: read from one index alone."""
    sql = "SELECT count(*) FROM ({seen} ORDER BY case_id DESC LIMIT %s) counted"
    return next(iter(_of_seen(sql, actor, most)), 0)


def _of_seen(sql: str, actor: Actor, *bounds: int) -> list[int]:
    mine = posts_by_unit(actor)
    if not mine:
        return []
    seen = _SEEN.format(parts=" UNION ALL ".join([_MINE] * len(mine)))
    with connection.cursor() as cursor:
        cursor.execute(sql.format(seen=seen), [*(said for pair in mine.items() for said in pair), *bounds])
        return [number for (number,) in cursor.fetchall()]


def _found(asked: Sequence[Term], above: int, below: int | None) -> Q:
    """Whether the case holds every term: all such cases are told at once where they are few, and else, between two ids,
    asked one by one for their grams, and for their folded text where these do not tell."""
    if len(asked) == 1 and asked[0].exact:
        return with_grams("cases_grams", "case_id", asked)
    few = holders("cases_holding", asked)
    if few is not None:
        return among(few)
    unsure = [term for term in asked if not term.exact]
    texts = CaseText.objects.filter(holding(unsure, F("folded")), case=OuterRef("pk"))
    passing = passing_grams("cases_grams", "case_id", asked, above, below)
    return passing & Q(Exists(texts)) if unsure else passing


_PLACE = Func(F("folded"), Value(SECTION), Value(Section.PLACE + 1), function="split_part", output_field=TextField())


def _lies_in(place: str, jurisdiction: str, above: int, below: int | None) -> Q:
    """Whether the case's place holds every term, or lies at a place from the list with that code."""
    asked = terms(place)
    texts = CaseText.objects.filter(holding(asked, _PLACE), case=OuterRef("pk"))
    found = _found(asked, above, below) & Q(Exists(texts))
    (code, *more) = (term.folded for term in asked)
    if more or not code.isdecimal():
        return found
    return found | Q(place_code__in=localities.codes_below(jurisdiction, code))


def not_found_until(actor: Actor) -> datetime | None:
    """When the newest of the actor's cases that the search may not know yet was registered; None where it knows all."""
    newest = newest_unknown("cases_grams", "case_id")
    rows = visible_to(actor).filter(id__lte=newest).order_by("-id") if newest else Case.objects.none()
    return rows.values_list("registered_at", flat=True).first()


def _rows(cases: Iterable[Case], *, now: datetime) -> list[CaseRow]:
    found = list(cases)
    names = unit_names([c.desk for c in found] + [c.lead for c in found if c.lead])
    subjects = [f"case:{c.number}" for c in found]
    next_due = duties.next_due(subjects, now=now)
    return [
        CaseRow(
            id=c.id,
            number=c.number,
            title=c.title,
            stage=Stage(c.stage),
            appeal_type=AppealType(c.appeal_type),
            urgency=c.urgency,
            urgency_label=load_pack(c.pack).urgency(c.urgency).label,
            channel=c.channel,
            channel_label=load_pack(c.pack).channels[c.channel].label,
            desk_name=names.get(c.desk, c.desk),
            lead=c.lead,
            lead_name=names.get(c.lead or "", ""),
            registered_at=c.registered_at,
            closed_at=c.closed_at,
            closure=ClosureType(c.closure) if c.closure else None,
            next_duty=DUTY_LABELS.get(due.kind, due.kind) if (due := next_due.get(f"case:{c.number}")) else "",
            next_due_at=due.due_at if due else None,
            overdue=due.overdue if due else False,
        )
        for c in found
    ]


def briefs(numbers: Iterable[str], actor: Actor) -> dict[str, CaseBrief]:
    """Number → what a list of duties tells of the case, for those that the actor may see."""
    rows = visible_to(actor).filter(number__in=list(numbers))
    return {
        number: CaseBrief(
            number,
            title,
            Stage(stage),
            load_pack(pack).urgent(urgency),
            AppealType(appeal_type),
            subject_code,
            tuple(accused),
        )
        for number, title, stage, pack, urgency, appeal_type, subject_code, accused in rows.values_list(
            "number", "title", "stage", "pack", "urgency", "appeal_type", "subject_code", "accused"
        )
    }


def to_accept(actor: Actor, *, most: int) -> int:
    """How many cases somebody of the actor's desks may accept, counted no farther than that: nobody owes it, for the
    dispatcher may give out a case that nobody accepted."""
    desks = sorted({seat.unit for seat in actor.seats if seat.post == Post.REGISTRAR})
    if not desks:
        return 0
    waiting = visible_to(actor).filter(stage=Stage.REGISTERED, desk__in=desks)
    return int(waiting.order_by()[:most].count())


JUST_SENT = 20
"""So many of the cases that just went out are shown."""


def for_desk(numbers: Iterable[str], actor: Actor, *, since: datetime) -> tuple[dict[str, str], list[DispatchedCase]]:
    """Number → title and content of what waits for its unit; and what the actor's desks gave to units since then, that
    nobody has signed for, the newest first."""
    content = Subquery(CaseText.objects.filter(case=OuterRef("pk")).values("content"))
    waiting = visible_to(actor).filter(number__in=list(numbers))
    sent = visible_to(actor).filter(stage=Stage.DISPATCHED, desk__in=sorted(actor.units), assigned_at__gte=since)
    told, given = gather(
        Reading(waiting, CaseSaid, {"content": content}),
        Reading(sent.filter(adjudicated=False), DispatchedCase, {"lead_name": name_of("lead"), "at": "assigned_at"}),
    )
    newest = sorted(given, key=lambda case: case.at, reverse=True)[:JUST_SENT]
    return {c.number: f"{c.title}\n{c.content or ''}" for c in told}, newest


RECENT, ALIKE = 2000, 3
"""How many of the newest cases are compared with a new one, and how many grams they must share to be shown."""
COMMON, COMMON_OF_MANY = 5, 10
"""A gram that more than so many of these cases have, and more than one in so many, tells nothing."""
_HELD = 'ARRAY(SELECT DISTINCT gram FROM unnest("cases_casetext"."grams") gram WHERE gram = ANY (%s::int4[]))'
_SIMILAR = f"""
WITH near AS MATERIALIZED ({{recent}}),
counted AS (SELECT gram, count(*) AS n, (SELECT count(*) FROM near) AS of_all
    FROM near, unnest(near.held) gram GROUP BY gram),
telling AS (SELECT gram, ln((1.0 + of_all) / n) AS weight FROM counted WHERE n <= greatest(%s, of_all / %s))
SELECT c.number, c.title, c.stage, c.place, c.registered_at, count(*)
FROM near CROSS JOIN unnest(near.held) AS said(gram) JOIN telling ON telling.gram = said.gram
JOIN cases_case c ON c.id = near.case_id
GROUP BY c.id HAVING count(*) >= %s ORDER BY sum(weight) DESC, c.id DESC LIMIT %s {BY_VALUES}"""  # noqa: S608 constants only


def similar(actor: Actor, text: str, *, most: int = 5) -> list[SimilarCase]:
    """Recent cases that the actor may see and that share grams with the text, the nearest first.

    A gram counts the more, the fewer of these cases have it.
    """
    said = grams(fold(text[:1000]))
    if len(said) < ALIKE:
        return []
    recent = visible_to(actor).order_by("-id").values("id")[:RECENT]
    texts = CaseText.objects.filter(case__in=recent).annotate(held=RawSQL(_HELD, [said]))  # noqa: S611 constants only
    inner, bound = texts.values_list("case_id", "held").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_SIMILAR.format(recent=inner), [*bound, COMMON, COMMON_OF_MANY, ALIKE, most])
        return [SimilarCase(number, title, Stage(stage), *told) for number, title, stage, *told in cursor.fetchall()]


def known_places(actor: Actor, *, most: int = 200) -> list[str]:
    """Places of the recent cases that the actor may see, the most frequent first."""
    recent = visible_to(actor).order_by("-id").values("id")[:RECENT]
    rows = Case.objects.filter(id__in=recent).exclude(place="").values("place").annotate(n=Count("id"))
    return [str(row["place"]) for row in rows.order_by("-n", "place")[:most]]


def view(number: str, actor: Actor, *, now: datetime) -> CaseView:
    """All that a case page shows but for the acts. Raises Unknown."""
    case = visible_facts(number, actor)
    (told,), owed = gather(_details_of(number), duties.reading_of(case.subject))
    pack = load_pack(case.pack)
    return CaseView(
        facts=case,
        content=told.content or "",
        place_code=told.place_code,
        locality=told.locality or "",
        place=told.place,
        subject_code=told.subject_code,
        secret=told.secret,
        accused_names=tuple(unit_names(case.accused).values()) if case.accused else (),
        channel_label=pack.channels[case.channel].label,
        pressing=pack.urgency(case.urgency),
        category=pack.categories[case.subject_code].label if case.subject_code in pack.categories else "",
        instrument=f"《{pack.instrument.title}》（{pack.instrument.number}）",
        requester=requesters.masked([case.requester]).get(case.requester) if case.requester else None,
        participants=told.participants,
        duties=tuple(duties.explained(owed, labels=DUTY_LABELS, now=now)),
        children=told.merged,
    )


@reading
def _details_of(number: str) -> Reading[CaseDetails]:
    text = CaseText.objects.filter(case=OuterRef("pk")).values("content")
    merged = Case.objects.filter(parent=OuterRef("number"), stage=Stage.MERGED).order_by("number").values("number")
    columns = {f.name: F(f.name) for f in fields(ParticipantRow) if f.name != "name"} | {"name": name_of("unit")}
    mine = Q(case=OuterRef("pk"))
    ever = mine & Q(until__isnull=True) | mine & Q(until__isnull=False)  # present and past parts have an index each
    parts = Participation.objects.filter(ever).annotate(told=JSONObject(**columns))
    said: dict[str, str | Combinable] = {
        "content": Subquery(text),
        "merged": ArraySubquery(merged),
        "participants": ArraySubquery(parts.order_by("since", "id").values("told")),
        "locality": localities.full_name_of("jurisdiction", "place_code"),
    }
    return Reading(Case.objects.filter(number=number), CaseDetails, said)


def query_mark_of(number: str, actor: Actor) -> bytes | None:
    """What is kept of the query code of a case that the actor may see, or says to be their own."""
    mark = visible_to(actor).filter(number=number).values_list("query_mark", flat=True).first()
    return bytes(mark) if mark is not None else None


def own(actor: Actor) -> OwnText:
    """What a requester said, and where it lies. Raises Unknown."""
    text = CaseText.objects.filter(case=OuterRef("pk")).values("content")
    row = (
        visible_to(actor)
        .filter(number=actor.own)
        .annotate(
            content=Subquery(text),
            desk_name=name_of("desk"),
            lead_name=name_of("lead"),
            locality=localities.full_name_of("jurisdiction", "place_code"),
        )
        .first()
    )
    if row is None:
        raise Unknown(actor.own)
    where = told_place(row.locality or "", row.place)
    return OwnText(row.title, row.content or "", where, row.desk_name, row.lead_name or "", bytes(row.query_mark))


def content(number: str) -> str:
    """What the requester said; the caller has made sure that whoever reads it may see the case."""
    return CaseText.objects.filter(case__number=number).values_list("content", flat=True).first() or ""


def to_archive(jurisdiction: str, *, closed_before: datetime, skip: int = 0, limit: int = 200) -> list[str]:
    """Cases closed long enough ago to be archived, the oldest first, but for so many that were looked at already."""
    rows = Case.objects.filter(jurisdiction=jurisdiction, stage=Stage.CLOSED, closed_at__lt=closed_before)
    return list(rows.order_by("closed_at", "id").values_list("number", flat=True)[skip : skip + limit])


def perhaps_silent(jurisdiction: str, *, under: str, quiet_since: datetime, now: datetime) -> list[str]:
    """Cases under a version of the regulation, of designated or determined units, that are to be checked for a refusal,
    by what the case alone tells."""
    number = OuterRef("number")
    unsigned = duties.of_kind(DutyKind.SIGN_IN, number, of="case:").filter(discharged_at__isnull=True, due_at__lt=now)
    done = record.acted(Concat(Value("case:"), number), unit=OuterRef("lead"), after=quiet_since)
    there = Case.objects.filter(jurisdiction=jurisdiction, pack=under, stage__in=[str(s) for s in REFUSABLE])
    rows = _unchecked(there)
    named = rows.filter(Q(designated=True) | Q(adjudicated=True), assigned_at__isnull=False)
    quiet = Q(Exists(unsigned)) | Q(~Exists(done), assigned_at__lt=quiet_since, stage_at__lt=quiet_since)
    return list(named.filter(quiet).order_by("id").values_list("number", flat=True))


def _unchecked(rows: QuerySet[Case]) -> QuerySet[Case]:
    """Those whose unit was not checked for a refusal since it has the case."""
    checks = duties.of_kind(DutyKind.REFUSAL_CHECK, OuterRef("number"), of="case:")
    return rows.exclude(Exists(checks.filter(opened_at__gte=OuterRef("assigned_at"))))


def was_checked(number: str) -> bool:
    """Whether its unit was checked for a refusal since it has the case."""
    return not _unchecked(Case.objects.filter(number=number)).exists()


def at_stage_since(number: str) -> datetime | None:
    """When the case came to its stage."""
    return Case.objects.filter(number=number).values_list("stage_at", flat=True).first()


def held_by(unit: str, jurisdiction: str) -> list[str]:
    """Numbers of the cases in which a unit takes part or owes something and that are open, or may be opened again."""
    mine = Exists(Participation.objects.filter(case=OuterRef("pk"), unit=unit, until__isnull=True))
    accused = Q(accused__contains=[unit], stage__in=[*map(str, OPEN)])
    going_on = Q(mine, stage__in=[*map(str, OPEN), str(Stage.CLOSED)])
    owing = Q(duties.owed_by_unit_where(unit, of="case:"))
    rows = Case.objects.filter(going_on | owing | accused, jurisdiction=jurisdiction)
    return list(rows.order_by("number").values_list("number", flat=True))


def joined(number: str) -> list[str]:
    """Numbers of the cases that were joined to this one, in order."""
    return ask(joining(number))


_JOINED = f"SELECT number FROM cases_case WHERE parent_id = %s AND stage = '{Stage.MERGED}' ORDER BY number"  # noqa: S608


def joining(number: str) -> Question[list[str]]:
    """The question that `joined` asks."""
    return Question(_JOINED, [number], lambda rows: [row[0] for row in rows])


def left_behind(jurisdiction: str) -> list[str]:
    """Cases joined to one whose answer passed, and never told of it; or that ended without one: all still to follow.

    Those whose text was erased have nobody any more who could be told.
    """
    rows = Case.objects.filter(jurisdiction=jurisdiction, stage=Stage.MERGED, parent__isnull=False)
    told = duties.of_kind(DutyKind.TELL_RESULT, OuterRef("number"), of="case:")
    untold = ~Exists(told.filter(opened_at__gte=OuterRef("closed_at")))
    answered = Q(untold, parent__stage__in=ANSWERED, requester__isnull=False)
    ended = Q(parent__stage__in=ENDS - ANSWERED)
    kept = Exists(CaseText.objects.filter(case=OuterRef("pk")).exclude(content=""))
    return list(rows.filter(kept, answered | ended).order_by("id").values_list("number", flat=True))


def led_by(number: str) -> str:
    """Upon which kind of basis its lead has the case; empty where it has none."""
    leads = Participation.objects.filter(case__number=number, part=Part.LEAD, until__isnull=True)
    return leads.values_list("basis_kind", flat=True).first() or ""


def designated(case: str | OuterRef) -> QuerySet[Participation]:
    """The co-units that the desk named when it dispatched the case, as far as they still take part."""
    rows = Participation.objects.filter(case__number=case, part=Part.CO, until__isnull=True).exclude(basis_kind="")
    return rows.order_by("id")

"""Reading where requests came from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import connection
from django.db.models import F

from bihuan.cases import queries as cases
from bihuan.cases.models import Case, CaseText
from bihuan.cases.stages import TABLE
from bihuan.cases.types import Act, CaseFacts, Part, Section
from bihuan.intake import rules
from bihuan.intake.letters import Column, Columns, Letter, signature
from bihuan.intake.models import ColumnPlan, PublicSite, Source
from bihuan.intake.numbers import opens
from bihuan.intake.types import CaseSupplemented, CaseWithdrawn, DeclineProposed, Registration, Site, SourceRow
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refusal, Refused, Unknown, granted
from bihuan.localities import queries as localities
from bihuan.organisations import queries as organisations
from bihuan.policy.loader import all_packs
from bihuan.policy.loader import pack as load_pack
from bihuan.record import queries as record
from bihuan.record.reading import Reading, gather, reading
from bihuan.record.unit_of_work import ahead
from bihuan.text.entries import Entry, entry_of

_KNOWN = """
SELECT given.number FROM unnest(%s::text[]) AS given (number), LATERAL (
  SELECT FROM intake_source WHERE jurisdiction = %s AND channel = %s
    AND origin_number = given.number AND NOT origin_number = '' LIMIT 1) AS known"""
"""Looks every number up in the index; a list of them makes the database read all that was ever registered."""


def registration(channel: str, actor: Actor, *, now: datetime) -> Registration:
    """How the actor may register requests of the channel. Raises Refused."""
    ahead(organisations.finding_desk(channel, actor.jurisdiction, now=now))
    place = organisations.jurisdiction(actor.jurisdiction, now=now)
    organisations.as_taken_up(place)
    pack = load_pack(place.pack)
    desk = desk_of(channel, place.code, now=now)
    if actor.is_requester:
        granted(rules.may_be_public(channel, pack=pack))
    found = TABLE.find(None, Act.REGISTER, actor, {str(Part.DESK): frozenset({desk})}, pack.binds)
    if isinstance(found, Refusal):
        raise Refused(found)
    return Registration(place, pack, channel, desk, *found)


def ground_to_decline(subject: str) -> str:
    """On which ground it was last proposed not to accept a request."""
    told = [e for e in record.events(subject) if e.kind == DeclineProposed.kind]
    return str(told[-1].facts["ground"]) if told else ""


def desk_of(channel: str, jurisdiction: str, *, now: datetime) -> str:
    """The unit that takes in the requests of a channel. Raises Refused."""
    desk = organisations.desk_of(channel, jurisdiction, now=now)
    granted(rules.may_take_in(channel=channel, desk=desk, pack=organisations.pack_of(jurisdiction, now=now)))
    assert desk is not None
    return desk


def public_sites() -> tuple[Site, ...]:
    """The public sites there are, open or not, by jurisdiction."""
    channels = {s.jurisdiction: s.channel if s.open else None for s in PublicSite.objects.all()}
    return tuple(
        Site(place, load_pack(place.pack), channels[place.code])
        for place in organisations.jurisdictions()
        if place.code in channels
    )


def public_site(jurisdiction: str) -> Site:
    """The public site of a jurisdiction. Raises Unknown."""
    found = PublicSite.objects.filter(jurisdiction=jurisdiction).first()
    if found is None:
        raise Unknown(jurisdiction)
    place = organisations.jurisdiction(jurisdiction)
    organisations.as_taken_up(place)
    return Site(place, load_pack(place.pack), found.channel if found.open else None)


def requester_of(jurisdiction: str, number: str, code: str) -> Actor:
    """The requester whom a case number and its query code tell; raises Unknown, alike for either being wrong."""
    claimed = Actor.requester(jurisdiction, own=number)
    mark = cases.query_mark_of(number, claimed)
    if not opens(mark or b"", jurisdiction, code) or mark is None:
        raise Unknown(number)
    return claimed


def came_on(case: CaseFacts) -> frozenset[date]:
    """The days on which a request came in, by any of its sources, and on which it was registered."""
    received = Source.objects.filter(case__number=case.number).values_list("received_at", flat=True)
    return frozenset(organisations.today(at) for at in (*received, case.registered_at))


def column_plan(jurisdiction: str, channel: str, headings: Sequence[str]) -> Columns | None:
    """What somebody agreed to of a table with these headings before."""
    rows = ColumnPlan.objects.filter(jurisdiction=jurisdiction, channel=channel, headings=signature(headings))
    kept = rows.filter(agreed=True).values_list("columns", flat=True).first()
    return tuple(Column(column) for _, column in kept) if kept is not None else None


def case_of_source(jurisdiction: str, channel: str, origin_number: str) -> str:
    """Number of the case that a channel's request became; empty where there is none."""
    row = Source.objects.filter(jurisdiction=jurisdiction, channel=channel, origin_number=origin_number)
    return row.values_list("case__number", flat=True).first() or ""


def cases_of_origin(jurisdiction: str, origin_number: str) -> tuple[str, ...]:
    """Numbers of the cases that any channel knows by this number; who may see them is asked elsewhere."""
    channels = sorted({channel for pack in all_packs() for channel in pack.channels})  # all that a number is kept under
    rows = Source.objects.filter(jurisdiction=jurisdiction, channel__in=channels, origin_number=origin_number)
    return tuple(rows.exclude(origin_number="").values_list("case__number", flat=True)[:50])


def registered_as(jurisdiction: str, channel: str, letters: Sequence[Letter]) -> dict[str, str]:
    """The cases that letters of a channel became word for word: the channel's number → the case's."""
    said = {letter.fields.origin_number: letter.fields for letter in letters}
    rows = Source.objects.filter(jurisdiction=jurisdiction, channel=channel, origin_number__in=list(said))
    found = list(rows.values_list("origin_number", "case_id", "case__number", "case__title"))
    texts = dict(CaseText.objects.filter(case_id__in=[case for _, case, *_ in found]).values_list("case_id", "content"))
    return {
        origin: number
        for origin, case, number, title in found
        if (title, texts[case]) == (said[origin].title, said[origin].content)
    }


def not_indexed() -> int:
    """How many cases the search does not know yet."""
    return CaseText.objects.filter(grams__isnull=True).count()


def entries_of(contents: Mapping[int, str]) -> dict[int, Entry]:
    """What the search keeps of cases, put together from all that they hold: their ids → what each of them says."""
    rows = Case.objects.filter(id__in=contents).values_list(
        "id", "number", "jurisdiction", "title", "place_code", "place"
    )
    found = {id: told for id, *told in rows}
    origins = Source.objects.filter(case__in=contents).order_by("id").values_list("case_id", "origin_number")
    numbers: dict[int, list[str]] = {}
    for case, origin in origins:
        numbers.setdefault(case, []).append(origin)
    codes: dict[str, set[str]] = {}
    for _, jurisdiction, _, code, _ in found.values():
        codes.setdefault(jurisdiction, set()).add(code)
    places = {one: localities.full_names(listed - {""}, one) for one, listed in codes.items()}
    added = record.private_facts([f"case:{number}" for number, *_ in found.values()], CaseSupplemented.kind)
    entries = {}
    for id, (number, jurisdiction, title, code, place) in found.items():
        entry = entry_of(title, contents[id], f"{places[jurisdiction].get(code, '')} {place}", "")
        for said in added[f"case:{number}"]:
            entry = entry.with_also(Section.CONTENT, str(said["text"]))
        for one in (*numbers.get(id, ()), number):
            entry = entry.with_also(Section.NUMBERS, one)
        entries[id] = entry
    return entries


def known_origins(jurisdiction: str, channel: str, numbers: list[str]) -> set[str]:
    """Which of a channel's numbers are registered already: for imports."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [numbers, jurisdiction, channel])
        return {number for (number,) in cursor.fetchall()}


@reading
def sources_of(number: str) -> Reading[SourceRow]:
    """The sources of a case and of those merged into it, to be read with other lists; `labelled` completes them."""
    own = Source.objects.filter(case__number=number) | Source.objects.filter(case__parent__number=number)
    return Reading(own, SourceRow, {"channel_label": F("case__pack"), "case": F("case__number")})


def labelled(found: Iterable[SourceRow]) -> list[SourceRow]:
    """Sources in the order in which they came, each with the label that its regulation gives the channel."""
    ordered = sorted(found, key=lambda source: (source.received_at, source.case))
    return [replace(s, channel_label=load_pack(s.channel_label).channels[s.channel].label) for s in ordered]


def sources(number: str) -> list[SourceRow]:
    """The sources of a case and of those merged into it; the caller has made sure that the actor may see it."""
    (found,) = gather(sources_of(number))
    return labelled(found)


def was_taken_back_by_desk(subject: str) -> bool:
    """Whether the desk entered the withdrawal, not the requester by the query code."""
    back = next((event for event in reversed(record.events(subject)) if event.kind == CaseWithdrawn.kind), None)
    return back is not None and bool(back.unit)

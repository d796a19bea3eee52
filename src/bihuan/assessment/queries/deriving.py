"""What the record and the ledger of duties say of subjects, as facts: the same for the consumer and for a recount.

A case and what stands on it belong together: its units share one result. Everything else stands by itself.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial

from bihuan.assessment.rules import cases, duties
from bihuan.assessment.rules.events import Counting
from bihuan.assessment.types import Background, Fact, Scale, Told
from bihuan.duties import queries as ledger
from bihuan.duties.types import DecidedDuty
from bihuan.joint import queries as joint
from bihuan.joint.types import Kind
from bihuan.organisations import queries as organisations
from bihuan.policy.assessment import NONE
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.loader import usable
from bihuan.policy.pack import Pack
from bihuan.record import queries as record
from bihuan.record.types import subject_of
from bihuan.subjects.registry import REGISTRY
from bihuan.supervision.types import Kind as Sent

CASE, JOINT = "case", frozenset(map(str, Kind))
SENT = frozenset(map(str, (Sent.REMINDER, Sent.ORDER)))


def families(subjects: Iterable[str]) -> dict[str, list[str]]:
    """Head of a family → all of it: cases with their linkages and whistles, and everything else by itself."""
    heads, upon = set[str](), set[str]()
    for subject in subjects:
        word, _, number = subject.partition(":")
        if word in JOINT:
            upon.add(number)
        elif word in REGISTRY:
            heads.add(subject)
    heads |= {subject_of(CASE, case) for case in joint.cases_under(upon).values()}
    numbers = [head.partition(":")[2] for head in heads if head.startswith(f"{CASE}:")]
    standing = joint.subjects_upon(numbers) if numbers else {}
    return {head: [head, *standing.get(head.partition(":")[2], ())] for head in sorted(heads)}


def facts_of(found: Mapping[str, Sequence[str]]) -> dict[str, list[Fact]]:
    """Head of a family → everything that is counted of it."""
    everything = [subject for family in found.values() for subject in family]
    told = {subject: (place, events) for subject, (place, events) in _told(everything)}
    owed = ledger.decided_on(everything)
    reading = _Places()
    return {
        head: list(_family(family, told, owed, reading)) if told.get(head) else [] for head, family in found.items()
    }


def _told(subjects: Collection[str]) -> Iterator[tuple[str, tuple[str, list[Told]]]]:
    for subject, events in record.public_of(subjects).items():
        if events:
            rows = [Told(e.id, e.at, organisations.today(e.at), e.kind, e.unit, e.facts) for e in events]
            yield subject, (events[0].jurisdiction, rows)


class _Places:
    """How time is counted and words are read, once for each place and day."""

    def __init__(self) -> None:
        self.packs: dict[tuple[str, date], Pack | None] = {}

    def pack(self, jurisdiction: str, at: datetime) -> Pack | None:
        """The regulation under which something stands that began then; None where its file cannot be used now, which
        stops nobody else: a recount puts right what was read without it."""
        key = jurisdiction, organisations.today(at)
        if key not in self.packs:
            ref = organisations.jurisdiction(jurisdiction, now=at).pack
            self.packs[key] = load_pack(ref) if usable(ref) else None
        return self.packs[key]


def _no_minutes(begin: datetime, end: datetime) -> int:
    return 0


def _family(
    family: Sequence[str],
    told: Mapping[str, tuple[str, list[Told]]],
    owed: Mapping[str, Sequence[DecidedDuty]],
    reading: _Places,
) -> Iterator[Fact]:
    head, *upon = family
    background = Background()
    if head.startswith(f"{CASE}:"):
        place, events = told[head]
        pack = reading.pack(place, events[0].at)
        said = pack.assessed if pack else NONE
        minutes = partial(ledger.worked_minutes, pack=pack) if pack else _no_minutes
        case = cases.Reading(head, place, Scale(said.satisfied, said.replace), minutes, ledger.worked_days)
        case.read(events)
        yield from case.events()
        yield from case.results([cases.Helped(told[subject][1]) for subject in upon if subject in told])
        background = case.background
    for subject in (subject for subject in family if subject in told):
        place, events = told[subject]
        yield from _events(subject, place, events, background)
        yield from _duties(subject, place, owed[subject], background)


def _events(subject: str, place: str, events: Sequence[Told], background: Background) -> Iterator[Fact]:
    word = subject.partition(":")[0]
    counting = Counting(subject, place, background)
    if word in JOINT:
        yield from counting.joint(word, events)
    elif word in SENT:
        yield from counting.sent(word, events)
    elif word == Sent.COLOURED:
        yield from counting.coloured(events)
    elif word == "matter":
        yield from counting.matter(events)


def _duties(subject: str, place: str, owed: Sequence[DecidedDuty], background: Background) -> Iterator[Fact]:
    specs = REGISTRY[subject.partition(":")[0]].duties
    for duty in owed:
        spec = specs.get(duty.kind)
        if fact := duties.decided(duty, place, spec.part if spec else "", background):
            yield fact

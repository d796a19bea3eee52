"""What was promised, of subjects that the caller has made sure the actor may see."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import Exists, ForeignKey, Model, OuterRef, Q, QuerySet
from django.db.models.functions import Substr

from bihuan.cases.types import DutyKind
from bihuan.commitments.models import OVER, Commitment
from bihuan.commitments.types import (
    CommitmentFilters,
    CommitmentLine,
    CommitmentRow,
    CommitmentView,
    GoingOn,
    PromiseBroken,
    PromiseChecked,
    PromiseFulfilled,
    PromiseMade,
    PromiseRenewed,
    Standing,
)
from bihuan.duties.sight import visible_among
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Unknown
from bihuan.organisations.queries import person_names, unit_names
from bihuan.record import queries as record
from bihuan.record.unit_of_work import Question
from bihuan.subjects.declaration import Kind
from bihuan.subjects.registry import REGISTRY

FULFIL = str(DutyKind.COMMITMENT_FULFIL)


def of_subject(subject: str) -> tuple[CommitmentRow, ...]:
    """Every commitment of the subject, the newest first; one that waits for its review is told as such."""
    found = list(Commitment.objects.filter(subject=subject).order_by("-id"))
    if not found:
        return ()
    units, people = unit_names({c.unit for c in found}), person_names({c.person for c in found})
    return tuple(
        CommitmentRow(
            id=c.pk,
            text=c.text,
            unit=c.unit,
            unit_name=units.get(c.unit, c.unit),
            person=people.get(c.person, c.person),
            due_on=c.due_on,
            first_due_on=c.first_due_on,
            made_at=c.made_at,
            standing=Standing(c.standing),
            claimed_at=c.claimed_at,
            result=c.result,
            times=c.times,
            number=c.number,
        )
        for c in found
    )


def _keepers() -> list[Kind]:
    """The kinds of subject of which something can be promised."""
    return [kind for kind in REGISTRY if FULFIL in kind.duties]


def _seen(kind: Kind, actor: Actor) -> QuerySet[Model]:
    """Of the subjects of that kind, the one of a commitment, where the actor sees it."""
    pointing = (key for key in kind.parts._meta.concrete_fields if isinstance(key, ForeignKey))
    way = next(key.name for key in pointing if key.related_model is kind.row)
    here = kind.row._default_manager.filter(number=Substr(OuterRef("subject"), len(kind.word) + 2))
    return visible_among(here, kind.parts._default_manager.all(), way, actor)


def visible_to(actor: Actor) -> QuerySet[Commitment]:
    """What holds, or held, of the subjects that the actor sees."""
    ways = [Q(Exists(_seen(kind, actor)), subject__startswith=f"{kind.word}:") for kind in _keepers()]
    mine = Commitment.objects.filter(jurisdiction=actor.jurisdiction).exclude(number="")
    return mine.filter(Q(*ways, _connector=Q.OR))


def ledger(
    actor: Actor, filters: CommitmentFilters, *, after: int | None = None, limit: int = 50
) -> list[CommitmentLine]:
    """What was promised, the newest first, after a keyset position (an id)."""
    exact = {"standing": filters.standing and str(filters.standing), "unit": filters.unit, "number": filters.number}
    rows = visible_to(actor).filter(**{name: value for name, value in exact.items() if value})
    if filters.open is not None:
        rows = rows.exclude(standing__in=OVER) if filters.open else rows.filter(standing__in=OVER)
    if after is not None:
        rows = rows.filter(id__lt=after)
    found = list(rows.order_by("-id")[:limit])
    return _lines(found, actor, unit_names({c.unit for c in found}))


def _lines(found: Sequence[Commitment], actor: Actor, units: Mapping[str, str]) -> list[CommitmentLine]:
    people = person_names({c.person for c in found})
    told = {
        kind.word: kind.briefs([c.subject.partition(":")[2] for c in found if c.subject.startswith(kind.word)], actor)
        for kind in _keepers()
        if any(c.subject.startswith(f"{kind.word}:") for c in found)
    }
    lines = []
    for c in found:
        word, _, number = c.subject.partition(":")
        lines.append(
            CommitmentLine(
                id=c.pk,
                number=c.number,
                subject=number,
                kind=word,
                title=told[word][number].title,
                url=REGISTRY[word].page_of(number),
                text=c.text,
                unit=c.unit,
                unit_name=units.get(c.unit, c.unit),
                person=people.get(c.person, c.person),
                due_on=c.due_on,
                first_due_on=c.first_due_on,
                made_at=c.made_at,
                standing=Standing(c.standing),
                times=c.times,
            )
        )
    return lines


def view(number: str, actor: Actor) -> CommitmentView:
    """One that the actor may see, with what the record of its subject tells of it. Raises Unknown."""
    found = visible_to(actor).filter(number=number).first()
    if found is None:
        raise Unknown(number)
    told = record.events(found.subject)
    begun = next((n for n, e in enumerate(told) if e.kind == PromiseMade.kind and e.at >= found.made_at), len(told))
    ended = next((n for n, e in enumerate(told) if n > begun and e.kind == PromiseMade.kind), len(told))
    events = tuple(e for e in told[begun:ended] if e.kind in TOLD_OF)
    names = unit_names({found.unit, *(event.unit for event in events)})
    return CommitmentView(
        row=_lines([found], actor, names)[0],
        claimed_at=found.claimed_at,
        result=found.result,
        events=events,
        names=names,
    )


TOLD_OF = frozenset(
    happening.kind for happening in (PromiseMade, PromiseFulfilled, PromiseChecked, PromiseBroken, PromiseRenewed)
)
"""What the record of a subject tells of what was promised of it."""


def running(subject: str) -> CommitmentRow | None:
    """The commitment of the subject that is neither kept nor over."""
    return next((c for c in of_subject(subject) if str(c.standing) not in OVER), None)


_GOING_ON = "SELECT id, unit, due_on, standing FROM commitments_commitment WHERE subject = %s AND standing <> ALL(%s)"


def going_on(subject: str) -> Question[GoingOn | None]:
    """What was promised of the subject and is not over, if anything was: a question for an act on it."""
    return Question(_GOING_ON, [subject, OVER], lambda rows: GoingOn(*rows[0]) if rows else None)


def in_force(subject: str) -> bool:
    """Whether something that was promised is still to be kept."""
    rows = Commitment.objects.filter(subject=subject)
    return bool(rows.exclude(standing__in=[*OVER, str(Standing.DRAFT)]).exists())


def past(jurisdiction: str, today: date, *, limit: int = 200) -> list[str]:
    """Subjects of which what was promised is past its day, the oldest first."""
    rows = Commitment.objects.filter(jurisdiction=jurisdiction, standing=str(Standing.OPEN), due_on__lt=today)
    return list(rows.order_by("due_on", "id").values_list("subject", flat=True)[:limit])


def still_promised(unit: str) -> int:
    """How many promises a unit has still to keep."""
    rows = Commitment.objects.filter(unit=unit)
    return int(rows.exclude(standing__in=[*OVER, str(Standing.DRAFT)]).count())

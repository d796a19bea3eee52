"""What pages, rules and papers ask of bulletins; every list starts at `visible_to`."""

from collections.abc import Iterable
from datetime import datetime

from django.db import connection
from django.db.models import QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from bihuan.bulletins.models import Bulletin, Correction, Line, Naming, Participation
from bihuan.bulletins.types import (
    DUTIES,
    KIND,
    BulletinBrief,
    BulletinCorrection,
    BulletinFacts,
    BulletinFigures,
    BulletinFilters,
    BulletinLine,
    BulletinListed,
    BulletinNaming,
    BulletinStage,
    BulletinView,
)
from bihuan.cases.types import ParticipantRow
from bihuan.duties import queries as duties
from bihuan.duties.sight import TAKING_PART, must_see, parts_of, visible_among
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Unknown
from bihuan.organisations.queries import name_of, unit_names
from bihuan.policy.loader import pack as load_pack
from bihuan.record.reading import Reading, gather
from bihuan.record.unit_of_work import Row

DUTY_LABELS = {name: spec.kind.label for name, spec in DUTIES.items()}
_PLAIN = (
    "id, number, jurisdiction, pack, stage, title, rhythm, period, begins_on, ends_on, unit, overview, experience,"
    " problems, demands, issue_number, issued_on, started_at, started_by, closed_at"
)
_OWED = f"FROM duties_duty WHERE subject = '{KIND}:' || b.number AND discharged_at IS NULL"
_FACTS = f"""
SELECT {", ".join(f"b.{name}" for name in _PLAIN.split(", "))}, coalesce(u.name, b.unit),
  coalesce((SELECT length FROM record_chain WHERE subject = '{KIND}:' || b.number), 0),
  (SELECT array_agg({TAKING_PART}) FROM bulletins_participation WHERE bulletin_id = b.id AND until IS NULL),
  (SELECT array_agg(kind ORDER BY id) {_OWED}), (SELECT array_agg(due_at ORDER BY id) {_OWED})
FROM bulletins_bulletin b LEFT JOIN organisations_unit u ON u.code = b.unit WHERE """  # noqa: S608 constants


def facts(number: str) -> BulletinFacts:
    """What the rules need to know of a bulletin. Raises Unknown. Asks nobody's permission."""
    found = facts_of([number])
    if not found:
        raise Unknown(number)
    return found[0]


def facts_of(numbers: Iterable[str]) -> list[BulletinFacts]:
    """The same of several, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_FACTS} b.number = ANY(%s) ORDER BY b.id", [list(numbers)])
        return [_facts(row) for row in cursor.fetchall()]


def _facts(row: Row) -> BulletinFacts:
    *plain, unit_name, version, parts, kinds, dues = row
    said = dict(zip(_PLAIN.split(", "), plain, strict=True))
    said |= {"stage": BulletinStage(said["stage"]), "issue_number": said["issue_number"] or ""}
    return BulletinFacts(
        **said,
        unit_name=unit_name,
        version=version,
        parts=parts_of(parts or ()),
        duties=dict(zip(kinds or (), dues or (), strict=True)),
    )


def visible_to(actor: Actor) -> QuerySet[Bulletin]:
    """The bulletins in which one of the actor's units takes part."""
    return visible_among(Bulletin.objects.all(), Participation.objects.all(), "bulletin", actor)


def ledger(
    actor: Actor, filters: BulletinFilters, *, now: datetime, after: int | None = None, limit: int = 50
) -> list[BulletinListed]:
    """The bulletins in which the actor's units take part, the newest first, after a keyset position (an id)."""
    exact = {"stage": filters.stage, "number": filters.number}
    rows = visible_to(actor).filter(**{name: value for name, value in exact.items() if value})
    if after is not None:
        rows = rows.filter(id__lt=after)
    return [
        BulletinListed(
            id=one.pk,
            number=one.number,
            title=one.title,
            stage=BulletinStage(one.stage),
            period=one.period,
            issue_number=one.issue_number or "",
            issued_on=one.issued_on,
        )
        for one in rows.order_by("-id")[:limit]
    ]


_BRIEF: dict[str, str | Combinable] = {"told_stage": "stage"}


def briefs(numbers: Iterable[str], actor: Actor) -> dict[str, BulletinBrief]:
    """Number → what a list of duties tells, for those that the actor may see."""
    (found,) = gather(Reading(visible_to(actor).filter(number__in=list(numbers)), BulletinBrief, _BRIEF))
    return {one.number: one for one in found}


def named_in(bulletin: int) -> dict[int, str]:
    """Place → unit of the namings that stand."""
    return dict(Naming.objects.filter(bulletin_id=bulletin, struck="").values_list("nth", "unit"))


def corrected(bulletin: int) -> int:
    """How often it was corrected."""
    return Correction.objects.filter(bulletin_id=bulletin).count()


def lines_of(bulletin: int) -> list[BulletinFigures]:
    """The table of units, in the order of their codes."""
    rows = Line.objects.filter(bulletin_id=bulletin).order_by("unit")
    return [BulletinFigures(r.unit, r.entered, r.struck, r.open, r.overdue, r.decided, r.met) for r in rows]


def of_rhythm(rhythms: Iterable[str]) -> set[str]:
    """Of these numbers of regular work, those of which there is a bulletin."""
    return set(Bulletin.objects.filter(rhythm__in=list(rhythms)).values_list("rhythm", flat=True))


_NOTHING: dict[str, str | Combinable] = dict.fromkeys(
    ("basis_kind", "basis", "departure"), Cast(Value(""), TextField())
)


def view(number: str, actor: Actor, *, now: datetime) -> BulletinView:
    """All that a page shows but for the acts. Raises Unknown."""
    found = facts(number)
    must_see(found, actor)
    rulebook = load_pack(found.pack)
    rows = Participation.objects.filter(bulletin_id=found.id)
    (there,) = gather(Reading(rows, ParticipantRow, {"name": name_of("unit"), **_NOTHING}))
    figures, namings = lines_of(found.id), list(Naming.objects.filter(bulletin_id=found.id).order_by("nth"))
    names = unit_names({*(one.unit for one in figures), *(one.unit for one in namings)})
    corrections = Correction.objects.filter(bulletin_id=found.id).order_by("nth") if found.closed_at else ()
    return BulletinView(
        facts=found,
        instrument=f"《{rulebook.instrument.title}》（{rulebook.instrument.number}）",
        participants=tuple(sorted(there, key=lambda p: (p.since, p.part, p.unit))),
        duties=tuple(duties.of_subject(found.subject, labels=DUTY_LABELS, now=now)),
        lines=tuple(BulletinLine(one.unit, names.get(one.unit, one.unit), one) for one in figures),
        namings=tuple(
            BulletinNaming(one.nth, one.unit, names.get(one.unit, one.unit), one.text, one.struck) for one in namings
        ),
        corrections=tuple(BulletinCorrection(one.nth, one.note, one.at, one.by_name) for one in corrections),
    )


def held_by(unit: str, jurisdiction: str) -> list[str]:
    """Numbers of what a unit takes part in that is not issued yet."""
    mine = Participation.objects.filter(unit=unit, until__isnull=True).values("bulletin_id")
    rows = Bulletin.objects.filter(pk__in=mine, jurisdiction=jurisdiction).exclude(stage=BulletinStage.ISSUED)
    return list(rows.order_by("number").values_list("number", flat=True))

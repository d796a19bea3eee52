"""Writing an instruction down: by whom and how it was given, who keeps it, and who takes part."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bihuan.cases.types import Part
from bihuan.instructions import queries
from bihuan.instructions.models import LeaderInstruction, Participation, Target
from bihuan.instructions.types import KIND, InstructionFacts, Medium, Purpose
from bihuan.kernel.actor import Actor
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post, UnitFacts
from bihuan.policy.pack import Pack
from bihuan.record.commands import count_up

LETTER = "P"


@dataclass(frozen=True, slots=True)
class Given:
    """By whom and how an instruction was given, and who keeps it."""

    leader: str
    account: str
    body: str
    issued_on: date
    medium: Medium
    unit: str
    post: str
    reference: str = ""
    emergency: str = ""
    scan: tuple[int, ...] = ()
    entered_by: str = ""


def manned(bodies: Sequence[UnitFacts], now: datetime) -> list[UnitFacts]:
    """Those of the bodies in which somebody supervises."""
    held = organisations.holders([body.code for body in bodies], now) if bodies else ()
    manned = {a.unit for a in held if a.post == Post.SUPERVISOR}
    return [body for body in bodies if body.code in manned]


def write_down(
    given: Given,
    *,
    text: str,
    purpose: Purpose,
    topic: str,
    about: Sequence[str],
    of_case: str,
    stage: Vocabulary,
    pack: Pack,
    officers: Sequence[UnitFacts],
    actor: Actor,
    now: datetime,
) -> InstructionFacts:
    """Write an instruction with the subjects that it names and who takes part."""
    place, year = organisations.jurisdiction(actor.jurisdiction, now=now), organisations.today(now).year
    sequence = count_up(f"{KIND}/{place.code}/{year}", place.code)
    row = LeaderInstruction.objects.create(
        number=f"{place.prefix}{year}{LETTER}{sequence:05d}",
        jurisdiction=place.code,
        pack=pack.ref,
        of_case=of_case,
        title=f"{given.leader}批示（{given.reference or given.issued_on}）",
        stage=str(stage),
        stage_at=now,
        started_at=now,
        started_by=actor.account,
        leader=given.leader,
        account=given.account,
        issued_on=given.issued_on,
        medium=str(given.medium),
        reference=given.reference,
        text=text,
        purpose=str(purpose),
        topic=topic,
        emergency=given.emergency,
        scan=list(given.scan),
        unit=given.unit,
        post=given.post,
        entered_by=given.entered_by,
    )
    Target.objects.bulk_create(Target(instruction=row, subject=subject) for subject in about)
    officer = given.unit if any(o.code == given.unit for o in officers) else next((o.code for o in officers), "")
    there: tuple[tuple[str, Part, list[str]], ...] = (
        (given.unit, Part.ISSUER, []),
        (given.body, Part.LEADERS, [Post.LEADER]),
        (officer, Part.SUPERVISION, []),
    )
    Participation.objects.bulk_create(
        Participation(instruction=row, unit=unit, part=str(part), since=now, posts=posts)
        for unit, part, posts in there
        if unit
    )
    return queries.facts(row.number)

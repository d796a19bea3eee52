"""The two movers, how an act is declared, how the case moves along, and how units come to take part."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from bihuan.attachments import commands as attachments
from bihuan.cases import commands as cases
from bihuan.cases import queries as case_queries
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import CaseFacts, Part
from bihuan.determination import queries
from bihuan.determination.models import Determination, Participation, Referral
from bihuan.determination.stages import DETERMINATION, REFERRAL
from bihuan.determination.types import (
    DETERMINATION_DUTIES,
    REFERRAL_DUTIES,
    Act,
    DeterminationFacts,
    DutyKind,
    ReferralFacts,
)
from bihuan.duties.life import Life, Locked
from bihuan.duties.sight import Sight, must_see
from bihuan.duties.types import Opening
from bihuan.kernel.actor import Actor
from bihuan.kernel.fields import Fields
from bihuan.kernel.happening import Happening
from bihuan.kernel.needs import Choosing, Requiring
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post, UnitFacts
from bihuan.policy.pack import Pack
from bihuan.record.commands import Ask, command, lock_all
from bihuan.record.types import Chain, Done
from bihuan.record.unit_of_work import update

Form = TypeVar("Form", bound=Fields)
Write = Callable[[Locked[DeterminationFacts], Form], Done]


def _write(number: str, columns: Mapping[str, object]) -> None:
    update(Determination, {"number": number}, columns)


def _write_referral(number: str, columns: Mapping[str, object]) -> None:
    update(Referral, {"number": number}, columns)


SIGHT = Sight(
    "determination_determination", "determinations_taking_part", "determination_id", upon="'case:' || s.case_id"
)
SIGHT_OF_REFERRAL = Sight("determination_referral", "referrals_taking_part", "referral_id")
LIFE: Life[DeterminationFacts] = Life(DETERMINATION, DETERMINATION_DUTIES, queries.facts, must_see, _write, SIGHT)
REFERRAL_LIFE: Life[ReferralFacts] = Life(
    REFERRAL, REFERRAL_DUTIES, queries.referral, must_see, _write_referral, SIGHT_OF_REFERRAL
)


def act(
    word: Act,
    form: type[Form],
    *,
    ask: Ask | None = None,
    choices: Choosing | None = None,
    required: Requiring | None = None,
) -> Callable[[Write[Form]], Callable[..., Done]]:
    """Declare an act of a determination; the case is locked first, then it."""

    def declare(write: Write[Form]) -> Callable[..., Done]:
        def run(*, number: str, fields: Form, actor: Actor, now: datetime, version: int | None = None) -> Done:
            locked = LIFE.begin(number, word, actor=actor, now=now, version=version)
            locked.grant(*locked.beyond(fields))
            return write(locked, fields)

        run.__module__, run.__doc__ = write.__module__, write.__doc__
        run.__qualname__ = run.__name__ = write.__name__
        return command(subject="determination", act=word, fields=form, ask=ask, choices=choices, required=required)(run)

    return declare


def hold(seen: DeterminationFacts) -> Chain:
    """Lock the case and the determination of its responsibility, always in this order; answers the upper chain."""
    return lock_all([f"case:{seen.case}", seen.subject])[seen.subject]


def on_case(locked: Locked[DeterminationFacts], word: CaseAct) -> Locked[CaseFacts]:
    """The case under lock, with the row along which the same person moves it in the same breath."""
    return cases.LIFE.begin(locked.facts.case, word, actor=locked.actor, now=locked.now)


def tell_case(
    locked: Locked[DeterminationFacts], happening: Happening, *, settles: Sequence[str] = (), lapses: Sequence[str] = ()
) -> None:
    """Tell in the case's record what happened to the determination."""
    cases.note(
        locked.facts.case,
        happening,
        actor=locked.actor,
        seat=locked.seat,
        norm=locked.move.norm,
        now=locked.now,
        settles=settles,
        lapses=lapses,
    )


def bind(locked: Locked[Any], ids: Sequence[int]) -> None:
    """Put files beside what is locked."""
    kind, _, number = locked.facts.subject.partition(":")
    attachments.bind(ids=ids, subject_kind=kind, subject_number=number, actor=locked.actor)


def named(locked: Locked[Any], *units: str | None) -> dict[str, UnitFacts]:
    """The units of these codes that the jurisdiction has."""
    return organisations.named([unit for unit in units if unit], locked.facts.jurisdiction, now=locked.now)


def take_part(
    facts: DeterminationFacts, part: Part, units: Iterable[str], *, now: datetime
) -> dict[str, frozenset[str]]:
    """Let units take part in the determination where they do not yet; answers the parts afterwards."""
    there, wanted = facts.parts.get(part, frozenset()), tuple(units)
    of = Determination.objects.values_list("id", flat=True).get(number=facts.number)
    Participation.objects.bulk_create(
        Participation(determination_id=of, unit=unit, part=part, since=now) for unit in wanted if unit not in there
    )
    return {**facts.parts, str(part): there | frozenset(wanted)}


def leave(facts: DeterminationFacts, part: Part, units: Sequence[str], *, now: datetime) -> None:
    """Units take this part in the determination no more."""
    there = Participation.objects.filter(determination__number=facts.number, part=part, until__isnull=True)
    there.filter(unit__in=list(units)).update(until=now)


def let_see(case: str, parts: Mapping[str, str], *, now: datetime) -> None:
    """Let units (unit → part) take part in the case, where they do not yet."""
    there = case_queries.facts(case).parts
    cases.join(case, {u: part for u, part in parts.items() if u not in there.get(part, frozenset())}, now=now)


def positions_owed(facts: DeterminationFacts, units: Iterable[str], pack: Pack) -> tuple[Opening, ...]:
    """Each of these units owes what it holds."""
    return tuple(LIFE.opening(DutyKind.POSITION, facts, {str(Part.PARTY): frozenset({u})}, pack) for u in units)


def contacts_owed(facts: DeterminationFacts, units: Iterable[str], pack: Pack, *, now: datetime) -> tuple[Opening, ...]:
    """Each of these units owes the name of a contact, if it lacks one and does not owe it elsewhere."""
    lacking = queries.without_contact(units, facts.jurisdiction, now=now)
    desk = facts.parts.get(Part.DESK, frozenset())
    return tuple(
        replace(
            LIFE.opening(DutyKind.CONTACT, facts, {str(Part.DESK): frozenset({unit})}, pack),
            post=Post.DISPATCHER if unit in desk else Post.HANDLER,
        )
        for unit in lacking
        if not queries.lacking_contact(unit)
    )


def digest(*texts: str) -> str:
    """The digest of texts with a line's end between them."""
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()

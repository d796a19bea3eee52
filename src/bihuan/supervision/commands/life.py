"""The movers of supervision, how an act is declared, how something is sent, and what the subjects' records tell of it.

What is named is locked first, then what was sent about it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import TypeVar

from bihuan.attachments import commands as attachments
from bihuan.cases.types import Part
from bihuan.duties import queries as duties
from bihuan.duties.life import Life, Locked
from bihuan.duties.sight import Sight, must_see
from bihuan.duties.types import Opening
from bihuan.kernel.actor import CLOCKWORK, Actor, Seat
from bihuan.kernel.fields import Fields
from bihuan.kernel.happening import Happening
from bihuan.kernel.needs import Choosing
from bihuan.kernel.refusal import Refusal, Refused, Unknown, granted
from bihuan.kernel.stages import Move
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations import queries as organisations
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.pack import Capacity, Pack
from bihuan.record.commands import Ask, append, begin, command, count_up, lock
from bihuan.record.types import Done
from bihuan.subjects import naming
from bihuan.subjects.naming import Taken
from bihuan.subjects.registry import REGISTRY
from bihuan.supervision import queries, rules
from bihuan.supervision.models import About, Directive, Participation, Reply
from bihuan.supervision.stages import TABLES
from bihuan.supervision.types import (
    DUTIES,
    ISSUES,
    AboutRow,
    DirectiveFacts,
    Kind,
    OrderGround,
    ReminderGround,
    Urged,
    Verdict,
)
from bihuan.supervision.types.happenings import OrderSuggested, ReminderSuggested

Form = TypeVar("Form", bound=Fields)
Write = Callable[[Locked[DirectiveFacts], Form], Done]
LETTERS: Mapping[Kind, str] = {Kind.URGE: "C", Kind.REMINDER: "T", Kind.ORDER: "D", Kind.COLOURED: "Z"}
"""Kind → the letter in its number."""


def _write(number: str, columns: Mapping[str, object]) -> None:
    Directive.objects.filter(number=number).update(**columns)


NAMED = "unnest(ARRAY(SELECT a.subject FROM supervision_about a WHERE a.directive_id = s.id))"
SIGHT = Sight("supervision_directive", "directives_taking_part", "directive_id", upon=NAMED)
LIVES: Mapping[Kind, Life[DirectiveFacts]] = {
    kind: Life(TABLES[kind], DUTIES[kind], partial(queries.facts, kind), must_see, _write, SIGHT) for kind in Kind
}
URGE_LIFE = LIVES[Kind.URGE]


def act(
    kind: Kind,
    word: Vocabulary,
    form: type[Form],
    *,
    ask: Ask | None = None,
    begins: Callable[[DirectiveFacts], Mapping[str, object]] | None = None,
    choices: Choosing | None = None,
) -> Callable[[Write[Form]], Callable[..., Done]]:
    """Declare an act of what was sent; what it is about is locked first, for its record tells of the act."""

    def declare(write: Write[Form]) -> Callable[..., Done]:
        def run(*, number: str, fields: Form, actor: Actor, now: datetime, version: int | None = None) -> Done:
            return write(LIVES[kind].begin(number, word, actor=actor, now=now, version=version), fields)

        run.__module__, run.__doc__ = write.__module__, write.__doc__
        run.__qualname__ = run.__name__ = write.__name__
        return command(subject=kind, act=word, fields=form, ask=ask, begins=begins, choices=choices)(run)

    return declare


@dataclass(frozen=True, slots=True)
class Desk:
    """From where something is sent: the regulation in force, the unit, and the seat of whoever sends."""

    pack: Pack
    move: Move
    seat: Seat
    unit: str
    unit_name: str
    supervises: bool
    """Whether the unit may take up whatever the jurisdiction has, and not only what it takes part in."""


SENDING: Mapping[Part, frozenset[Capacity]] = {
    Part.ISSUER: ISSUES,
    Part.SUPERVISION: frozenset({Capacity.SUPERVISION}),
    Part.DESK: frozenset({Capacity.DESK}),
}
"""As what units take part where they begin something → what such a unit is for."""


def desk_of(kind: Kind, word: Vocabulary, actor: Actor, now: datetime, *, by: str = "") -> Desk:
    """From where somebody sends, or the clock in the name of the unit `by`. Raises Refused."""
    place = organisations.jurisdiction(actor.jurisdiction, now=now)
    pack = load_pack(place.pack)
    able = {
        unit.code: pack.unit_types[unit.type].capacities
        for unit in organisations.named({by} if by else actor.units, place.code, now=now).values()
        if unit.active and unit.type in pack.unit_types and pack.unit_types[unit.type].capacities & ISSUES
    }
    parts = {str(part): frozenset(code for code, can in able.items() if can & such) for part, such in SENDING.items()}
    found = TABLES[kind].find(None, word, actor, parts, pack.binds)
    if isinstance(found, Refusal):
        raise Refused(found, pack=pack.ref)
    move, seat = found
    unit = seat.unit or by
    if unit not in able:
        raise Unknown(unit)
    names = organisations.unit_names([unit])
    return Desk(pack, move, seat, unit, names.get(unit, unit), Capacity.SUPERVISION in able[unit])


def name(directive: int, about: Sequence[AboutRow]) -> None:
    """Write down what something is about."""
    About.objects.bulk_create(
        About(
            directive_id=directive,
            subject=one.subject,
            duty=one.duty,
            duty_kind=one.duty_kind,
            clause=one.clause,
            due_at=one.due_at,
        )
        for one in about
    )


def take_up(named: str, desk: Desk, actor: Actor) -> Taken | None:
    """Lock what somebody names, where they see it, or supervise all there is; None where there is no such thing."""
    among = queries.supervised(sent=actor.account == CLOCKWORK)
    return naming.take_up(named, actor, unit=desk.unit, supervises=desk.supervises, among=among)


def all_taken(named: Sequence[str], desk: Desk, actor: Actor) -> list[Taken]:
    """Everything that is named, under its lock, each once. Raises Refused where something is not there."""
    among, of = queries.supervised(sent=actor.account == CLOCKWORK), desk.pack.ref
    return naming.all_taken(named, actor, unit=desk.unit, supervises=desk.supervises, among=among, pack=of)


def about_of(subject: str, owed: Urged | None) -> AboutRow:
    """A subject with what the unit owes on it, where it owes anything."""
    if owed is None:
        return AboutRow(subject, None, "", "", "", None)
    return AboutRow(subject, owed.id, owed.kind, owed.label, owed.clause, owed.due_at)


def let_see(taken: Taken, desk: Desk, now: datetime) -> None:
    """Let the unit that sends something take part in what it is about, from now on, where it does not yet."""
    naming.let_see(taken, desk.unit, now)


def look_into(draft: DirectiveFacts, now: datetime) -> None:
    """Let a body that supervises take part in what a draft is about when it sends it; a desk takes part already."""
    unit = organisations.named([draft.issuer], draft.jurisdiction, now=now).get(draft.issuer)
    if unit is None or not load_pack(draft.pack).can(unit.type, Capacity.SUPERVISION):
        return
    for one in draft.about:
        word, _, number = one.subject.partition(":")
        kind = REGISTRY[word]
        if kind.let_see is not None and not any(unit.code in there for there in kind.life.facts(number).parts.values()):
            kind.let_see(number, unit.code, now)


def write_down(
    kind: Kind,
    desk: Desk,
    *,
    title: str,
    unit: str,
    about: Sequence[AboutRow],
    of_case: str,
    stage: Vocabulary,
    actor: Actor,
    now: datetime,
    sent: bool = True,
    parts: Sequence[tuple[str, Part]] = (),
    **columns: object,
) -> DirectiveFacts:
    """Write what is sent, with what it is about and who takes part; its life begins with what follows.

    Of what is not sent yet the unit sees nothing. `parts` say who takes part where it is not sent from one to another.
    """
    place, year = organisations.jurisdiction(actor.jurisdiction, now=now), organisations.today(now).year
    sequence = count_up(f"{kind}/{place.code}/{year}", place.code)
    row = Directive.objects.create(
        number=f"{place.prefix}{year}{LETTERS[kind]}{sequence:05d}",
        kind=str(kind),
        jurisdiction=place.code,
        pack=desk.pack.ref,
        of_case=of_case,
        title=title,
        issuer=desk.unit,
        unit=unit,
        stage=str(stage),
        stage_at=now,
        started_at=now,
        started_by=actor.account,
        **columns,
    )
    name(row.pk, about)
    Participation.objects.bulk_create(
        Participation(directive=row, unit=code, part=str(part), since=now)
        for code, part in parts or ((desk.unit, Part.ISSUER), *(((unit, Part.ADDRESSEE),) if sent else ()))
    )
    return queries.facts(kind, row.number)


def open_first(
    found: DirectiveFacts,
    desk: Desk,
    happening: Happening,
    *,
    openings: Mapping[str, Opening] | None = None,
    also_opens: Sequence[Vocabulary] = (),
    actor: Actor,
    now: datetime,
) -> Done:
    """Begin the life of what was written down."""
    return LIVES[found.kind].open_first(
        begin(found.subject, found.jurisdiction),
        found,
        happening,
        move=desk.move,
        seat=desk.seat,
        actor=actor,
        now=now,
        openings=openings,
        also_opens=also_opens,
    )


def tell(
    about: Sequence[AboutRow], happening: Happening, *, move: Move, seat: Seat, pack: Pack, actor: Actor, now: datetime
) -> None:
    """Tell in the record of each subject what was sent about it, or what came of that."""
    for one in about:
        append(lock(one.subject), happening, actor=actor, seat=seat, norm=move.norm, pack=pack, now=now)


def tell_of(locked: Locked[DirectiveFacts], happening: Happening) -> None:
    """The same of an act on what was sent."""
    tell(
        locked.facts.about,
        happening,
        move=locked.move,
        seat=locked.seat,
        pack=locked.pack,
        actor=locked.actor,
        now=locked.now,
    )


def suggest(
    kind: Kind,
    word: Vocabulary,
    suggested: type[OrderSuggested] | type[ReminderSuggested],
    *,
    duty: int,
    by: str,
    ground: OrderGround | ReminderGround,
    title: str,
    facts: str,
    demand: str,
    once: bool,
    actor: Actor,
    now: datetime,
) -> Done:
    """Lay before the unit `by` what it might send to whoever owes a duty; people decide.

    Where it is said `once`, a draft about the subject that still waits for them is enough.
    """
    subject, holder = duties.place(duty, actor.jurisdiction)
    desk = desk_of(kind, word, actor, now, by=by)
    taken = all_taken([subject], desk, actor)[0]
    standing = queries.standing_draft(kind, by, subject, holder) if once else ""
    owed = queries.urged(taken.subject, id=duty)
    answer = rules.may_urge(owed, issuer=by, standing=standing)
    granted(answer, binds=desk.pack.binds, subject=taken.subject, pack=desk.pack.ref)
    assert owed is not None, "asked by the rule"
    found = write_down(
        kind,
        desk,
        title=title,
        unit=owed.holder,
        about=[about_of(taken.subject, owed)],
        of_case=taken.of_case,
        stage=desk.move.target,
        actor=actor,
        now=now,
        sent=False,
        ground=str(ground),
        facts=facts,
        demand=demand,
    )
    happening = suggested(
        unit=found.unit,
        unit_name=found.unit_name,
        ground=ground,  # type: ignore[arg-type]
        subjects=(taken.number,),
        problem=facts,
        demand=demand,
    )
    return open_first(found, desk, happening, actor=actor, now=now)


def begins_draft(draft: DirectiveFacts) -> dict[str, object]:
    """With what the form begins by which a draft is sent."""
    return {"facts": draft.facts, "demand": draft.demand}


def bind(found: DirectiveFacts, ids: Sequence[int], actor: Actor) -> None:
    """Put files beside what was sent."""
    attachments.bind(ids=ids, subject_kind=str(found.kind), subject_number=found.number, actor=actor)


def say(locked: Locked[DirectiveFacts], text: str, **more: object) -> None:
    """Keep what the unit says."""
    Reply.objects.create(
        directive_id=locked.facts.id,
        at=locked.now,
        by=locked.actor.account,
        by_name=locked.actor.name,
        post=locked.pack.called(locked.seat.post),
        text=text,
        **more,
    )


def judge(
    locked: Locked[DirectiveFacts], verdict: Verdict, opinion: str, checked_how: str = "", *, unit: str = ""
) -> None:
    """Keep beside the last reply, of that unit where several were asked, what was found of it."""
    last = queries.last_reply(locked.facts.id, unit=unit)
    assert last is not None, "what is judged was said"
    Reply.objects.filter(pk=last).update(
        verdict=str(verdict),
        checked_how=checked_how,
        opinion=opinion,
        judged_at=locked.now,
        judged_by_name=locked.actor.name,
    )

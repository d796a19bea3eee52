"""The bodies without which the norms of a regulation are carried out by nobody, and whom each must have in office.

Read off what the engine declares: duties and rows that come about, what rules say besides (`held_by`), in whose name
ladders send. `bihuan pack check` asks whether a regulation has such types of unit at all; the opening checklist asks
whether a city has such units, with somebody in them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bihuan.cases.types import Part
from bihuan.duties.types import DutySpec
from bihuan.kernel.actor import REQUESTER
from bihuan.kernel.norm import WANTED
from bihuan.kernel.stages import Move
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.policy import norms
from bihuan.policy.ladders import By, Do, Ladder, Step
from bihuan.policy.pack import Capacity, Pack
from bihuan.supervision.types import DUTIES, OFFICES, SENDERS, Kind
from bihuan.vetting.engine import Subject, know_rules, subjects

SENT_BY = {Do.URGE: Kind.URGE, Do.REMINDER: Kind.REMINDER, Do.ORDER: Kind.ORDER}
"""What a ladder does → what is sent by that; whoever sends it owes what comes of it."""


@dataclass(frozen=True, slots=True)
class Body:
    """What a regulation wants of a city: a unit for that and, where a post is named, somebody in it there."""

    capacity: Capacity
    why: str
    post: str = ""


@cache
def _declared() -> tuple[Subject, ...]:
    know_rules()
    return subjects()


def bodies(pack: Pack) -> tuple[Body, ...]:
    """Everything that is wanted under the regulation: each body, and each post in it, once, with the first reason."""
    alive = [(subject, _coming_about(subject, pack)) for subject in _declared()]
    owed = {spec_key: spec for subject, moves in alive for spec_key, spec in _owed(subject, moves, pack)}
    found: dict[tuple[Capacity, str], Body] = {}
    for one in (*_of_duties(owed), *_of_rows(alive), *_of_rules(pack), *_of_senders(pack, owed)):
        if not one.post or one.post in pack.posts:
            found.setdefault((one.capacity, one.post), one)
    order = list(Capacity)
    return tuple(sorted(found.values(), key=lambda one: order.index(one.capacity)))


def _coming_about(subject: Subject, pack: Pack) -> list[Move]:
    """The rows that a subject can be moved along, from where it begins under the regulation."""
    seen: set[Vocabulary | None] = set()
    ahead: list[Vocabulary | None] = [None]
    moves: list[Move] = []
    while ahead:
        stage = ahead.pop()
        if stage not in seen:
            seen.add(stage)
            held = [move for move in subject.table.rows_from(stage) if move.holds(pack.binds)]
            moves += held
            ahead += [move.target for move in held]
    return moves


def _owed(subject: Subject, moves: list[Move], pack: Pack) -> Iterator[tuple[str, DutySpec]]:
    """The duties that these rows open, as regulations write them: case.handle."""
    for kind in dict.fromkeys(kind for move in moves for kind in (*move.opens, *move.may_open)):
        if (spec := subject.duties[kind]).holds(pack.binds):
            yield f"{subject.table.subject}.{kind}", spec


def _of_duties(owed: dict[str, DutySpec]) -> Iterator[Body]:
    """Whoever owes something; what an issuer owes is owed by whoever sent it, of whom senders tell."""
    for spec in owed.values():
        if spec.part != Part.ISSUER:
            yield Body(Capacity(Part(spec.part).capacity), spec.norm.title, str(spec.post))


def _of_rows(alive: list[tuple[Subject, list[Move]]]) -> Iterator[Body]:
    """The bodies that alone may make a move."""
    for _subject, moves in alive:
        for move in moves:
            if not all(role.part and role.posts and REQUESTER not in role.posts for role in move.who):
                continue
            parts = {Part(role.part) for role in move.who if role.part}
            able = {part.capacity for part in parts}
            if len(able) == 1 and Part.ISSUER not in parts:
                yield Body(Capacity(able.pop()), move.norm.title)


def _of_rules(pack: Pack) -> Iterator[Body]:
    """What rules say besides."""
    for name, wants in sorted(WANTED.items()):
        if pack.binds(norms.norm(name)):
            for capacity in sorted(wants.capacities):
                yield Body(Capacity(capacity), norms.norm(name).title)


def _of_senders(pack: Pack, owed: dict[str, DutySpec]) -> Iterator[Body]:
    """Who sends what is sent to units: in whose name a ladder does, and whoever has a norm for it alone.

    What is sent in somebody's name is decided there, by the post to which the draft is laid.
    """
    steps = [(ladder, step) for kind in owed for ladder in pack.ladders.get(kind, ()) for step in ladder.steps]
    for ladder, step in steps:
        if step.by is not None:
            yield from _sending(step.do, step.by, _told(ladder, step))
        elif step.do is Do.INFORM:
            offices = (one for one in OFFICES if any(kind.serves(one) for kind in pack.unit_types.values()))
            if (office := next(offices, None)) is not None:
                yield Body(office, _told(ladder, step), str(OFFICES[office]))
    for do in SENT_BY:
        for by, norm in do.senders.items():
            if list(do.senders.values()).count(norm) == 1 and pack.binds(norm):
                yield from _sending(do, by, norm.title)


def _sending(do: Do, by: By, why: str) -> Iterator[Body]:
    yield Body(SENDERS[by], why)
    for spec in DUTIES[SENT_BY[do]].values() if do in SENT_BY else ():
        if spec.part == Part.ISSUER:
            yield Body(SENDERS[by], why, str(spec.post))


def _told(ladder: Ladder, step: Step) -> str:
    return f"督办阶梯“{ladder.label}”：{step.words}"

"""What comes next for whoever looks at a subject: one answer for its page, the workbench and the API.

It is read off the stage table: which acts settle or advance what somebody owes, and how acts weigh (`kernel.stages`).
Nothing that gives back, refuses, ends, raises or blames is ever put to anybody as their next step.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from bihuan.kernel.actor import Actor
from bihuan.kernel.stages import Move, StageTable, Weight
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations.types import Post


class Owed(Protocol):
    """A duty that is open: what it asks for, of whom, until when."""

    @property
    def kind(self) -> str: ...
    @property
    def holder(self) -> str: ...
    @property
    def post(self) -> str: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def paused(self) -> bool: ...


Duty = TypeVar("Duty", bound=Owed)


@dataclass(frozen=True, slots=True)
class Primary(Generic[Duty]):
    """The next step: for which duty (None where it is not one's own), by which acts; several are answers to choose."""

    duty: Duty | None = None
    acts: tuple[str, ...] = ()
    elsewhere: bool = False
    """Whether the duty is settled on another subject."""
    choice: bool = False
    word: Vocabulary | None = None
    """The act, where what the duty is called has been done, and this alone is left of it: 办结 after 回访."""

    @property
    def opens(self) -> str:
        """The act whose form stands open by itself: none where there is a choice to make."""
        return "" if self.choice or not self.acts else self.acts[0]


def posts_for(post: str) -> tuple[str, ...]:
    """Who does what a post owes: a head also answers for what a deputy owes."""
    return (Post.DEPUTY, Post.HEAD) if post == Post.DEPUTY else (post,)


def is_own(duty: Owed, actor: Actor) -> bool:
    """Whether the actor holds the post that owes the duty."""
    return actor.holds(*posts_for(duty.post), unit=duty.holder)


def own(duties: Iterable[Duty], actor: Actor) -> list[Duty]:
    """What the actor owes, by due moment; whose clock stands still comes last."""
    return sorted((d for d in duties if is_own(d, actor)), key=lambda d: (d.paused, d.due_at))


def primary(
    table: StageTable,
    stage: Vocabulary,
    duties: Sequence[Duty],
    actor: Actor,
    live: Callable[[Move], bool],
    *,
    elsewhere: Collection[str] = (),
) -> Primary[Duty]:
    """The next step of the actor; `live` tells whether a row is open to them now, and is asked no more than needed.

    The first of one's own duties that has a step decides: what settles it comes before what advances it, the ordinary
    way before what lies beside it. Whoever owes nothing is shown the one ordinary act by which what their unit owes
    comes nearer. `elsewhere` are the kinds of duty that are settled on another subject.
    """
    rows = [move for move in table.rows_from(stage) if move.weight is not Weight.AGAINST]
    mine = own(duties, actor)
    for duty in mine:
        if duty.paused:
            continue
        steps = sorted((move for move in rows if _serves(move, duty.kind)), key=lambda move: _rank(move, duty.kind))
        first = next((move for move in steps if live(move)), None)
        if first is not None and first.weight is Weight.CHOICE:
            pair = [m for m in steps if m.weight is Weight.CHOICE and m.fulfils(duty.kind) and (m is first or live(m))]
            return Primary(duty, tuple(dict.fromkeys(str(move.act) for move in pair)), choice=True)
        if first is not None:
            done = first.fulfils(duty.kind) and any(_done_before(move, first, duty.kind, live) for move in steps)
            return Primary(duty, (str(first.act),), word=first.act if done else None)
        if duty.kind in elsewhere:
            return Primary(duty, elsewhere=True)
    if mine:
        return Primary(mine[0])
    of_unit = {duty.kind for duty in duties if duty.holder in actor.units and not duty.paused}
    ways = {
        str(m.act) for m in rows if m.weight is Weight.MAIN and any(_serves(m, kind) for kind in of_unit) and live(m)
    }
    return Primary(None, (*ways,)) if len(ways) == 1 else Primary()


def _done_before(move: Move, last: Move, kind: str, live: Callable[[Move], bool]) -> bool:
    """Whether an act that brings the duty nearer, and is done by those who settle it, has nothing left to do."""
    return kind in move.advances and not move.fulfils(kind) and bool({*move.who} & {*last.who}) and not live(move)


def _serves(move: Move, kind: str) -> bool:
    return move.fulfils(kind) or kind in move.advances


def _rank(move: Move, kind: str) -> tuple[bool, bool]:
    """Sorted in the order of the table among equals."""
    return (not move.fulfils(kind), move.weight is Weight.SIDE)

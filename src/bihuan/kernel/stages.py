"""Stage tables: what has a life moves only along one printed table."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType

from bihuan.kernel.actor import CLOCKWORK, Actor, Seat
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Refusal
from bihuan.kernel.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Role:
    """Who may act: a post of a unit that takes part in the subject in a certain way.

    `part` is how the unit takes part (desk, lead, …); without one any unit of the jurisdiction will do.
    A role without posts is the clockwork's.
    """

    label: str
    posts: tuple[str, ...]
    part: str | None = None

    def seat(self, actor: Actor, parts: Mapping[str, frozenset[str]]) -> Seat | None:
        """The seat in which the actor fills this role, or None."""
        if not self.posts and actor.account == CLOCKWORK:
            return Seat(unit="", post=CLOCKWORK)
        units = None if self.part is None else parts.get(self.part, frozenset())
        fits = (s for s in actor.seats if s.post in self.posts and (units is None or s.unit in units))
        return min(fits, default=None)


class Weight(StrEnum):
    """How an act weighs among those of its stage."""

    MAIN = "main"
    """The ordinary way."""
    CHOICE = "choice"
    """One of several answers to what was asked: none of them is put before the others."""
    SIDE = "side"
    """Beside the way, where there is a reason."""
    AGAINST = "against"
    """Gives back, refuses, ends, raises or blames: never put to anybody as what comes next."""


@dataclass(frozen=True, slots=True)
class Move:
    """One row of a stage table; `origin` None is the beginning. A pack that leaves `norm` off has no such row."""

    origin: Vocabulary | None
    act: Vocabulary
    target: Vocabulary
    who: tuple[Role, ...]
    norm: Norm
    opens: tuple[Vocabulary, ...] = ()
    discharges: tuple[Vocabulary, ...] = ()
    lapses: tuple[Vocabulary, ...] = ()
    """Duties that nobody owes any more after this move."""
    lapses_all: bool = False
    """Whether whatever is still owed lapses (the subject leaves the hands of those who owed it), but for duties that
    survive their subject."""
    forfeits: tuple[Vocabulary, ...] = ()
    """Duties that end unmet if they are still open: whoever owes them goes on without having done them."""
    may_open: tuple[Vocabulary, ...] = ()
    """Duties that the act opens where its facts say so, or for single units among several that owe the same."""
    frees: tuple[Vocabulary, ...] = ()
    """Duties of single units that the act lets lapse."""
    settles: tuple[Vocabulary, ...] = ()
    """Duties of single units that the act fulfils."""
    absolves: bool = False
    """Whether the act decides that what lapses by it was not its holder's to do: it ends waived, however late it is."""
    advances: tuple[Vocabulary, ...] = ()
    """Duties that the act brings nearer without settling them."""
    weight: Weight = Weight.MAIN
    parallel: bool = False
    """Whether the act moves no stage and touches only what is the actor's own, so that it overtakes nobody."""
    given: Norm | None = None
    """A further norm without which there is no such row: it opens a way on which that norm is carried out."""
    unless: Norm | None = None
    """The norm with which there is no such row: it leads past what only that norm asks for."""

    def holds(self, binds: Callable[[Norm], bool]) -> bool:
        """Whether a regulation has the row."""
        return (
            binds(self.norm)
            and (self.given is None or binds(self.given))
            and (self.unless is None or not binds(self.unless))
        )

    def excludes(self, other: "Move") -> bool:
        """Whether no regulation has both rows."""
        opposed = ((self, other.unless), (other, self.unless))
        return any(unless is not None and unless in (row.norm, row.given) for row, unless in opposed)

    @property
    def ends_some(self) -> bool:
        """Whether the act may end something that is owed."""
        return bool(self.discharges or self.lapses or self.lapses_all or self.forfeits or self.settles or self.frees)

    def fulfils(self, kind: str) -> bool:
        """Whether the act settles what is owed of that kind."""
        return kind in self.discharges or kind in self.settles

    def seat(self, actor: Actor, parts: Mapping[str, frozenset[str]]) -> Seat | None:
        """The seat in which the actor may make this move, or None."""
        return next((seat for role in self.who if (seat := role.seat(actor, parts))), None)

    @property
    def who_words(self) -> str:
        """Who may make the move, in Chinese."""
        return "或".join(role.label for role in self.who)


class StageTable:
    """All moves of one kind of subject, keyed by stage and act."""

    def __init__(
        self,
        subject: str,
        label: str,
        ends: frozenset[Vocabulary],
        moves: Iterable[Move],
        *,
        weights: Mapping[Weight, Collection[Vocabulary]] = MappingProxyType({}),
        advances: Mapping[Vocabulary, tuple[Vocabulary, ...]] = MappingProxyType({}),
        parallel: Collection[Vocabulary] = (),
        exceptions: Mapping[tuple[Vocabulary, Vocabulary], str] = MappingProxyType({}),
        goals: Collection[Vocabulary] = (),
    ) -> None:
        """`weights`, `advances` and `parallel` say of acts what holds in all their rows; `goals` are the ends for which
        there is such a life (all where none is named): to be taken back or to fall with another one is no goal."""
        self.subject = subject
        self.label = label
        self.ends = ends
        self.goals = frozenset(goals) or ends
        self.moves = tuple(_manner(move, weights, advances, parallel) for move in moves)
        self.exceptions = exceptions
        """Act and duty → why the act may let the duty lapse although whoever does it is not its creditor."""
        self._ending = {move.act for move in self.moves if move.ends_some}
        self._rows: dict[tuple[Vocabulary | None, Vocabulary], tuple[Move, ...]] = {}
        for move in self.moves:
            key = (move.origin, move.act)
            others = self._rows.get(key, ())
            if not all(move.excludes(other) for other in others):
                raise ValueError(f"two rows of the {subject} table start from {key}")
            self._rows[key] = (*others, move)

    def row(
        self, origin: Vocabulary | None, act: Vocabulary, binds: Callable[[Norm], bool] | None = None
    ) -> Move | None:
        """The row for that stage and act under a regulation; the first there is where it has none, or none is meant."""
        rows = self._rows.get((origin, act), ())
        held = (move for move in rows if binds is not None and move.holds(binds))
        return next(held, next(iter(rows), None))

    def under(self, binds: Callable[[Norm], bool]) -> "StageTable":
        """The table with the rows alone that a regulation has."""
        held = [move for move in self.moves if move.holds(binds)]
        parallel = {move.act for move in held if move.parallel}
        return StageTable(
            self.subject,
            self.label,
            self.ends,
            held,
            parallel=parallel,
            exceptions=self.exceptions,
            goals=self.goals,
        )

    def rows_from(self, origin: Vocabulary | None) -> tuple[Move, ...]:
        """Every row that starts from the stage."""
        return tuple(move for move in self.moves if move.origin == origin)

    def ends_some(self, act: Vocabulary) -> bool:
        """Whether an act may end something that is owed, from whatever stage."""
        return act in self._ending

    def norm_of(self, act: Vocabulary) -> Norm:
        """The norm of the act's first row: what is cited when the act has no row for a stage."""
        return next(move.norm for move in self.moves if move.act == act)

    def refuse_stage(self, origin: Vocabulary | None, act: Vocabulary) -> Refusal:
        """Why the act has no row from this stage."""
        where = origin.label if origin is not None else "尚未登记"
        return Refusal(f"当前阶段是“{where}”，不能“{act.label}”。", self.norm_of(act))

    def find(
        self,
        origin: Vocabulary | None,
        act: Vocabulary,
        actor: Actor,
        parts: Mapping[str, frozenset[str]],
        binds: Callable[[Norm], bool],
    ) -> tuple[Move, Seat] | Refusal:
        """The row along which the actor may move the subject, with the seat to do it in, or why there is none."""
        move = self.row(origin, act, binds)
        if move is None:
            return self.refuse_stage(origin, act)
        if not move.holds(binds):
            if any(other.act == act and other.holds(binds) for other in self.moves):
                return self.refuse_stage(origin, act)
            return Refusal(f"本地规定没有“{act.label}”这一环节。", move.norm)
        seat = move.seat(actor, parts)
        if seat is None:
            return Refusal(f"只有{move.who_words}可以“{act.label}”。", move.norm)
        return move, seat


def _manner(
    move: Move,
    weights: Mapping[Weight, Collection[Vocabulary]],
    advances: Mapping[Vocabulary, tuple[Vocabulary, ...]],
    parallel: Collection[Vocabulary],
) -> Move:
    weight = next((weight for weight, acts in weights.items() if move.act in acts), move.weight)
    along = move.act in parallel and move.origin == move.target
    return replace(move, weight=weight, advances=advances.get(move.act, move.advances), parallel=along)


@dataclass(frozen=True, slots=True)
class Branch:
    """A life that begins in another one (`main`) and comes to its end before that one goes on.

    It begins by `act` at the stage `origin` of the other; from its own stage `end` the other goes on to `target`, as
    `words` say, or `otherwise` where a regulation leaves off the norm `given`. `chart` is the norm by which a
    regulation prints both as one flow chart.
    """

    main: StageTable
    table: StageTable
    origin: Vocabulary
    act: Vocabulary
    end: Vocabulary
    target: Vocabulary
    words: str
    given: Norm
    otherwise: str
    chart: Norm

    def under(self, binds: Callable[[Norm], bool]) -> "Branch":
        """The same in the words of a regulation."""
        return self if binds(self.given) else replace(self, words=self.otherwise)

    @property
    def begins(self) -> Move:
        """The row of the other table in which it begins."""
        row = self.main.row(self.origin, self.act)
        assert row is not None, f"no {self.act} in {self.origin}"
        return row

"""A kind of subject, declared once; every reader takes what it asks for from here."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Generic

from django.db.models import Model, Q

from bihuan.duties.life import Facts, Life
from bihuan.duties.sight import parts_ended
from bihuan.duties.types import DutySpec
from bihuan.kernel.actor import Actor
from bihuan.kernel.norm import Norm
from bihuan.kernel.stages import StageTable
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.record import queries as record
from bihuan.record import scope
from bihuan.record.types import EventRow
from bihuan.subjects.evidence import Evidence


class Tone(StrEnum):
    """The colour of a stage; its label always says it, too."""

    WAIT = "wait"
    RUN = "run"
    CHECK = "check"
    HOLD = "hold"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class StageTraits:
    """What is true of a stage wherever it is shown or checked."""

    tone: Tone
    step: str = ""
    """The step at which it is for citizens; empty where no steps are drawn."""
    paused: bool = False
    """Whether the handling clock stands still."""
    with_unit: bool = False
    """Whether exactly one unit leads now."""


class MenuGroup(StrEnum):
    """Under which heading of the navigation an entry stands, in this order."""

    LEDGERS = "ledgers"
    SUPERVISION = "supervision"
    MEETINGS = "meetings"
    ASSESSMENT = "assessment"


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """An entry of the navigation, there where a norm is in force; the lowest `order` of its group stands first."""

    label: str
    order: int
    norm: Norm | None = None
    group: MenuGroup = MenuGroup.LEDGERS


@dataclass(frozen=True, slots=True)
class StandsOn:
    """On what a subject stands: the column `by` keeps the number of one of kind `base`.

    When that one rests, the open ones that `rests` finds rest with it; None: none does. Where one of `over` holds, what
    it stands for is over since the moment in that column, and it ends as well.
    """

    base: "SubjectType[Any]"
    by: str
    rests: Q | None = None
    over: tuple[tuple[Q, str], ...] = ()


def _all(facts: Any, actor: Actor) -> Any:
    return facts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SubjectType(Generic[Facts]):
    """A kind of subject. How it lives stands in `life`, what `verify` asks of it in `evidence`."""

    life: Life[Facts]
    traits: Mapping[Vocabulary, StageTraits]
    """One for every stage of the table."""

    row: type[Model]
    parts: type[Model]
    """The rows by which units take part in it."""
    told_by: str = ""
    """The column that says of a row which kind it is of, where several kinds share a table."""
    lead: str = "lead"
    """The column of the leading unit; empty where the row has none."""
    stands_on: StandsOn | None = None
    key: Q | None = None
    """Which of them weigh so much that the supervision body looks after them; None: none does by itself."""
    evidence: Evidence = field(default_factory=Evidence)
    joined: Callable[[str], Sequence[object]] | None = None
    """Number → those that were joined to one and whose requesters asked for secrecy; None: nothing is, or whoever
    handles the one sees nothing of the other."""
    let_see: Callable[[str, str, datetime], None] | None = None
    """(number, unit, now): lets a body that supervises take part in one; None: it takes up only what it sees."""

    several: Callable[[Iterable[str]], Sequence[Facts]]
    """The facts of several at once; asks nobody's permission."""
    of_requester: bool = False
    """Whether a requester sees their own."""
    narrowed: Callable[[Facts, Actor], Facts] = _all
    """What is told to somebody who sees it, where that is not everything."""
    view: Callable[..., Any]
    """(number, actor, *, now) → all that its page shows but for the acts, with `facts` and `duties`. Raises Unknown."""
    briefs: Callable[[Iterable[str], Actor], Mapping[str, Any]]
    """Number → what a list tells of it, for those that the actor may see."""

    folder: str
    """Where its pages and endpoints stand: /cases/…, /api/v1/cases."""
    template: str
    short: str = ""
    """How pages call it, where its table's label says more."""
    classifier: str = "件"
    """The measure word with which it is counted."""
    menu: MenuEntry | None = None

    @property
    def word(self) -> str:
        """What stands before the number in its name."""
        return self.life.table.subject

    @property
    def label(self) -> str:
        """How pages call it."""
        return self.short or self.table.label

    @property
    def table(self) -> StageTable:
        """Its stage table."""
        return self.life.table

    @property
    def duties(self) -> Mapping[str, DutySpec]:
        """Its kinds of duty."""
        return self.life.specs

    @property
    def labels(self) -> dict[str, str]:
        """Kind of duty → its label."""
        return {kind: spec.kind.label for kind, spec in self.duties.items()}

    @property
    def own(self) -> dict[str, str]:
        """By what its rows are told from others of their table."""
        return {self.told_by: self.word} if self.told_by else {}

    @property
    def stages(self) -> frozenset[Vocabulary]:
        """Every stage of the table."""
        ways = ((move.origin, move.target) for move in self.table.moves)
        return frozenset(stage for way in ways for stage in way if stage is not None)

    @property
    def url(self) -> str:
        """Where its pages stand."""
        return f"/{self.folder}/"

    def page_of(self, number: str) -> str:
        """Where the page of one stands."""
        return f"{self.url}{number}/"

    def see(self, number: str, actor: Actor) -> Facts:
        """The facts of one, as far as the actor may see them. Raises Unknown."""
        return self.narrowed(self.life.see(number, actor), actor)

    def was_taken_away(self, number: str, actor: Actor, *, since: datetime) -> bool:
        """Whether a unit of the actor took part in one until a moment that is not before that one.

        Only for whoever had its page open: it answers that there is one of that number.
        """
        with scope.acting(actor):
            named = self.row._default_manager.filter(number=number, jurisdiction=actor.jurisdiction, **self.own)
            of = self.life.sight.of.removesuffix("_id")
            parts = self.parts._default_manager.filter(**{f"{of}__in": named})
            return parts_ended(parts, actor, since=since).exists()

    def timeline(self, number: str, actor: Actor) -> list[EventRow]:
        """The record of one that the actor may see. Raises Unknown."""
        return record.events(self.see(number, actor).subject)

    def all_on(self, number: str) -> list[str]:
        """All that stand on that number, open or ended."""
        if self.stands_on is None:
            return []
        standing = self.row._default_manager.filter(**{self.stands_on.by: number}, **self.own)
        return list(standing.order_by("id").values_list("number", flat=True))

    def resting_with(self, number: str) -> list[str]:
        """The open ones that stand on that number and rest with it, in the order of their numbers."""
        if self.stands_on is None or self.stands_on.rests is None:
            return []
        standing = self.row._default_manager.filter(self.stands_on.rests, **{self.stands_on.by: number}, **self.own)
        still = standing.exclude(stage__in=sorted(map(str, self.table.ends)))
        return list(still.order_by("number").values_list("number", flat=True))


Kind = SubjectType[Any]
"""Any of them."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What a package adds to a kind of subject of a package below: it writes events to its record."""

    to: Kind
    evidence: Evidence

"""Reading letters of a table: every line is checked by the form and by the rules that a line alone can break.

Nothing here knows the database, so that another process can do it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from bihuan.intake import letters, rules
from bihuan.intake.ahead import uninterrupted
from bihuan.intake.letters import Columns, Letter, Unusable, identity_of, searched
from bihuan.intake.moments import Order
from bihuan.intake.sheets import Layout, Row, rows_of
from bihuan.policy.pack import USUAL_URGENCIES, Category, Pack, Urgency
from bihuan.requesters.rules import may_keep

Batch = tuple[Sequence[Row], Sequence[Letter | Unusable]]
"""Lines, and what each of them says or why it cannot be taken."""


@dataclass(frozen=True, slots=True)
class Reader:
    """How the lines of a table are read as letters; `indexed` where the search is to know them."""

    columns: Columns
    channel: str
    now: datetime
    indexed: bool
    order: Order | None = None
    urgencies: tuple[Urgency, ...] = USUAL_URGENCIES
    """How pressing a letter may be called where it is registered."""
    categories: tuple[Category, ...] = ()
    """The classes of requests there."""

    def of(self, pack: Pack) -> "Reader":
        """The same by the lists of a regulation."""
        return replace(self, urgencies=tuple(pack.urgencies.values()), categories=tuple(pack.categories.values()))

    @uninterrupted()
    def read(self, rows: Sequence[Row]) -> Batch:
        """What each line says, with what the search keeps of it, or why it cannot be taken."""
        return rows, [self._letter(row) for row in rows]

    def read_on(self, layout: Layout, *, after: int, size: int) -> Iterator[Batch]:
        """The lines of a table in batches of that size, after so many that somebody else reads."""
        rows = islice(rows_of(layout), after, None)
        while batch := list(islice(rows, size)):
            yield self.read(batch)

    def _letter(self, row: Row) -> Letter | Unusable:
        try:
            letter = letters.read(
                row.line,
                row.cells,
                self.columns,
                channel=self.channel,
                order=self.order,
                urgencies=self.urgencies,
                categories=self.categories,
            )
        except Unusable as error:
            return error
        fields, identity = letter.fields, identity_of(letter.fields)
        refusal = rules.may_have_come(fields.received_at, now=self.now) if fields.received_at else None
        if refusal := refusal or (may_keep(identity) if identity else None):
            return Unusable(refusal.reason)
        return letter._replace(entry=searched(fields)) if self.indexed else letter

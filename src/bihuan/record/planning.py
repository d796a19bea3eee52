"""What a connection keeps planned, and what it plans for the values bound to it, every time.

A connection keeps its statements planned, and after some times for any values. Where that would be a bad plan for most,
as of the grams of a search, the statement says so: the values stay bound, and stand in no text that anybody logs.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from psycopg._preparing import Prepare, PrepareManager
from psycopg.pq.abc import PGresult

BY_VALUES = "/* planned by values */"
"""What such a statement says."""


def by_values(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Django's wrapper of statements: those that say so are not kept planned."""
    if not (isinstance(sql, str) and BY_VALUES in sql):
        return execute(sql, params, many, context)
    session = context["connection"].connection
    kept, session.prepare_threshold = session.prepare_threshold, None
    try:
        return execute(sql, params, many, context)
    finally:
        session.prepare_threshold = kept


BUILDS = re.compile(rb"(CREATE|ALTER|DROP|DISCARD ALL|DEALLOCATE ALL)\b").match


class Kept(PrepareManager):
    """What is planned stays so when something is taken back, a refused act or a whole transaction.

    PostgreSQL keeps it; psycopg drops it all, lest a table be meant that was only made in what is taken back. Here it
    is dropped then if anything was made, altered or dropped on the connection since.
    """

    _built = False

    def _should_discard(self, prep: Prepare, results: Sequence[PGresult], *said: Any) -> bool:
        built = any(BUILDS(result.command_status or b"") for result in results)
        self._built |= built
        discarded = super()._should_discard(prep, results, *said)
        self._built |= built
        return discarded

    def doubt(self) -> None:
        """Several statements went together and one failed: what was to be planned behind it may not be."""
        self._built = True

    def clear(self) -> bool:
        """Forget what is planned, unless it still means the same."""
        built, self._built = self._built, False
        return built and super().clear()


def keep_planned(session: Any, most: int) -> None:
    """Let a connection keep so many statements planned, whatever is taken back."""
    if not isinstance(session._prepared, Kept):
        kept = Kept()
        kept.prepare_threshold = session.prepare_threshold
        session._prepared = kept
    session.prepared_max = most

"""What a draft is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

KEPT = timedelta(days=14)
"""So long a draft is kept: longer than the longest holiday."""
MOST = 50
"""So many drafts one account has; the oldest goes first."""
MOST_BYTES = 64 * 1024
NEVER = frozenset({"csrfmiddlewaretoken", "draft", "version", "once", "seen", "proof", "password"})
"""Controls of which nothing is kept."""


TAB = "tab"
"""What a page sends with what is typed, beside it: in which window it is typed."""


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft as the database holds it: sealed for its account and form."""

    account: str
    form: str
    version: int | None
    sealed: str
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody typed into a form: control → values; `version` is that of the subject on which they typed."""

    form: str
    version: int | None
    values: Mapping[str, Sequence[str]]
    saved_at: datetime

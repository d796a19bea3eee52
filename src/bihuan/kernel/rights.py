"""What the roles of the site and of its jobs may do with a table: said beside the table, granted by `walls`."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Rights:
    """They may do no more than `may`, where it says something, or write again no columns but those of `again` and what
    is erased; they delete where `deleted_by` names the commands that do. Where the table stands `open`, to all of its
    rows, that says why it is right. Where rows are `seen` by some, nobody else sees them: by whoever reads in the row's
    `place`, by the row's `account`, or by the row's `unit`, whoever covers it, and with its subject. Of what moves
    along a stage table, `lasting` are the columns that are never written again, and all others may be."""

    may: str = ""
    open: str = ""
    again: str = ""
    seen: Literal["", "place", "account", "unit"] = ""
    deleted_by: tuple[str, ...] = ()
    lasting: str = ""

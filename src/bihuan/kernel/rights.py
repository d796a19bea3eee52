"""What the roles of the site and of its jobs may do with a table: said beside the table, granted by `walls`."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rights:
    """They may do no more than `may`, where it says something, or write again no columns but those of `again` and what
    is erased. Where the table stands `open`, to all of its rows, that says why it is right."""

    may: str = ""
    open: str = ""
    again: str = ""

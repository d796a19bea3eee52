"""Reading letters of a table: every line is checked by the form and by the rules that a line alone can break.

Nothing here knows the database, so that another process can do it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bihuan.intake import letters, rules
from bihuan.intake.ahead import uninterrupted
from bihuan.intake.letters import Columns, Letter, Unusable, identity_of, words_of
from bihuan.intake.sheets import Row
from bihuan.requesters.rules import may_keep


@uninterrupted()
def read(rows: Sequence[Row], *, columns: Columns, channel: str, now: datetime, cut: bool) -> list[Letter | Unusable]:
    """What each line says, with its words where they are to be cut, or why it cannot be taken."""
    return [_read(row, columns, channel, now, cut) for row in rows]


def _read(row: Row, columns: Columns, channel: str, now: datetime, cut: bool) -> Letter | Unusable:
    try:
        letter = letters.read(row.line, row.cells, columns, channel=channel)
    except Unusable as error:
        return error
    fields, identity = letter.fields, identity_of(letter.fields)
    refusal = rules.may_have_come(fields.received_at, now=now) if fields.received_at else None
    if refusal := refusal or (may_keep(identity) if identity else None):
        return Unusable(refusal.reason)
    return replace(letter, words=words_of(fields)) if cut else letter

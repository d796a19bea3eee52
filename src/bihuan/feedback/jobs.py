"""The clockwork of what was joined to other cases."""

from datetime import datetime

from bihuan.cases import queries as cases
from bihuan.feedback import commands
from bihuan.kernel.refusal import Refused


def follow_parents(jurisdiction: str, now: datetime) -> int:
    """Let what was joined to a case follow it where it did not at once (it was joined under an earlier version)."""
    followed = 0
    for number in cases.left_behind(jurisdiction):
        try:
            commands.catch_up(number, jurisdiction, now)
            followed += 1
        except Refused:  # done by another worker meanwhile
            continue
    return followed

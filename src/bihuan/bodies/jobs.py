"""The clockwork of bodies: whoever succeeded in a post is noted."""

from datetime import datetime

from bihuan.bodies import commands
from bihuan.kernel.actor import Actor


def follow(jurisdiction: str, now: datetime) -> int:
    """Note who succeeded; answers how many."""
    return commands.follow(jurisdiction=jurisdiction, actor=Actor.clockwork(jurisdiction), now=now)

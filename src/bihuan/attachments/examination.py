"""Looking into what was uploaded: in the sandbox, one file after the other."""

import logging
from typing import Any, Final

from bihuan.attachments import rules
from bihuan.attachments.types import Admitted, FileKind, NotExamined
from bihuan.kernel.refusal import Refusal
from bihuan.sandbox.work import Bounds, Broken, Crowded, Ended, Lane, call

log = logging.getLogger(__name__)
BOUNDS = Bounds()
OFFICIALS: Final = Lane()
CITIZENS: Final = Lane()
"""Whoever sends many files from outside does not hold up those of the offices."""


def examine(*, name: str, content: bytes, limit: int, lane: Lane) -> Admitted | Refusal:
    """What a file is, without hidden data, or why it cannot be taken in."""
    if refusal := rules.may_upload(name=name, size=len(content), limit=limit):
        return refusal
    try:
        with lane.turn():
            said, cleaned = call(_examined, {"name": name, "limit": limit}, content, bounds=BOUNDS)
    except Crowded:
        return rules.not_examined(name, NotExamined.CROWDED)
    except Ended as ended:
        log.warning("a file was not looked into to the end: %s", ended)
        return rules.not_examined(name, NotExamined.BROKEN if isinstance(ended, Broken) else NotExamined.ENDED)
    return Admitted(said["name"], FileKind(said["kind"]), cleaned) if "kind" in said else rules.unfit(said["reason"])


def _examined(said: dict[str, Any], content: bytes) -> tuple[dict[str, Any], bytes]:
    """The same within the sandbox, told in JSON."""
    found = rules.admit(name=said["name"], content=content, limit=said["limit"])
    if isinstance(found, Refusal):
        return {"reason": found.reason}, b""
    return {"name": found.name, "kind": found.kind}, found.content

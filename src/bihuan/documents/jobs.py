"""The documents' jobs: thin; what they do is told by `commands`."""

import threading

from procrastinate.contrib.django import app

from bihuan.documents import commands
from bihuan.documents.types import State
from bihuan.organisations import clocks

_TURN = threading.Lock()
"""Files are made one after the other, or many at once would take the machine from those who work on pages."""


class NotMade(Exception):
    """A file of a document could not be made: the page says why, and the job counts among those that failed."""


@app.task(name=commands.MAKE, pass_context=False)
def make(document: int) -> None:
    """Make the files of a document that was drawn up. Raises NotMade."""
    with _TURN:
        try:
            state = commands.make(document, clock=clocks.here)
        except Exception:
            commands.give_up(document)
            raise
    if state is State.FAILED:
        raise NotMade(document)

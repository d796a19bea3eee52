"""The documents' jobs: thin; what they do is told by `commands`."""

import threading

from procrastinate.contrib.django import app

from bihuan.documents import commands
from bihuan.organisations import clocks

_TURN = threading.Lock()
"""Files are made one after the other, or many at once would take the machine from those who work on pages."""


@app.task(name=commands.MAKE, pass_context=False)
def make(document: int) -> None:
    """Make the files of a document that was drawn up."""
    with _TURN:
        try:
            commands.make(document, at=clocks.real())
        except Exception:
            commands.give_up(document)
            raise

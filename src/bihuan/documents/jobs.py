"""The documents' jobs: thin; what they do is told by `commands`."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from bihuan.documents import commands


@app.task(name=commands.MAKE, pass_context=False)
def make(document: int) -> None:
    """Make the files of a document that was drawn up."""
    try:
        commands.make(document, at=datetime.now(UTC))
    except Exception:
        commands.give_up(document)
        raise

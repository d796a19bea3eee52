"""Reading the tables that registrars bring: everybody their own."""

import json
from datetime import datetime
from pathlib import Path

from django.conf import settings

from bihuan.intake import queries as intake
from bihuan.intake.letters import Column
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Unknown
from bihuan.mailbags.models import Mailbag
from bihuan.mailbags.types import Found, FoundColumn, MailbagRow, Output, Reading, State
from bihuan.organisations import queries as organisations

TABLE = "来件表"
LISTED = 20


def root() -> Path:
    """Where the tables lie, each in a folder of its own."""
    return Path(settings.DATA_FOLDER) / "imports"


def place_of_table(folder: str) -> Path:
    """Where a table lies as it was uploaded."""
    return root() / folder / TABLE


def place_of(folder: str, output: Output) -> Path:
    """Where a file lies that was made of a table."""
    return root() / folder / f"{output}.xlsx"


def place_of_found(folder: str) -> Path:
    """Where it lies what was found in a table."""
    return root() / folder / "found.json"


def mailbags(actor: Actor, *, most: int = LISTED, below: int | None = None) -> list[MailbagRow]:
    """The actor's own tables, the newest first, those older than one; not those that were deleted."""
    rows = Mailbag.objects.filter(account=actor.account, jurisdiction=actor.jurisdiction).exclude(state=State.GONE)
    if below is not None:
        rows = rows.filter(id__lt=below)
    return [_row(row) for row in rows.order_by("-id")[:most]]


def mailbag(id: int, actor: Actor) -> MailbagRow:
    """A table of the actor's own. Raises Unknown."""
    found = Mailbag.objects.filter(id=id, account=actor.account, jurisdiction=actor.jurisdiction)
    row = found.exclude(state=State.GONE).first()
    if row is None:
        raise Unknown(str(id))
    return _row(row)


def found(id: int, actor: Actor, *, now: datetime) -> Found:
    """What was found in a table of the actor's own, while they may register it: cells tell who asks.

    Raises Unknown and Refused.
    """
    row = Mailbag.objects.filter(id=id, account=actor.account, jurisdiction=actor.jurisdiction).first()
    if row is None:
        raise Unknown(str(id))
    intake.registration(row.channel, actor, now=now)
    return read_found(row.folder)


def rejects(id: int, actor: Actor, *, now: datetime) -> tuple[MailbagRow, Path]:
    """A table of the actor's own, with the file of the lines that were sent back. Raises Unknown and Refused."""
    said = mailbag(id, actor)
    intake.registration(said.channel, actor, now=now)
    folder = Mailbag.objects.filter(id=id).values_list("folder", flat=True).get()
    return said, place_of(folder, Output.REJECTS)


def read_found(folder: str) -> Found:
    """What was found in a table; nothing where it was not looked through yet."""
    try:
        said = json.loads(place_of_found(folder).read_text("utf-8"))
    except FileNotFoundError:
        return Found()
    columns = tuple(
        FoundColumn(heading, Column(by_itself), Column(column), origin, tuple(samples))
        for heading, by_itself, column, origin, samples in said.pop("columns")
    )
    pairs = {name: tuple(map(tuple, said.pop(name))) for name in ("doubts", "notes", "reasons", "rejected")}
    return Found(
        sheets=tuple(said["sheets"]),
        heading_line=said["heading_line"],
        asks_for_line=said.get("asks_for_line", False),
        above=tuple(said["above"]),
        columns=columns,
        cut=said["cut"],
        **pairs,
    )


def _row(row: Mailbag) -> MailbagRow:
    rulebook = organisations.pack_of(row.jurisdiction)
    known = rulebook.channels.get(row.channel)
    return MailbagRow(
        id=row.id,
        name=row.name,
        channel=row.channel,
        channel_label=known.label if known else row.channel,
        size=row.size,
        brought_at=row.brought_at,
        state=State(row.state),
        round=row.round,
        reading=Reading.model_validate(row.reading),
        share=row.share,
        lines=row.lines,
        registered=row.registered,
        known=row.known,
        rejected=row.rejected,
        may=row.may,
        trouble=row.trouble,
        expires_at=row.expires_at,
        outputs=frozenset(output for output in Output if place_of(row.folder, output).exists()),
    )

"""Registering a whole table of letters: every line is checked by the form and the rules of registering."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path

from bihuan.intake import commands, queries
from bihuan.intake.ahead import ahead, uninterrupted
from bihuan.intake.letters import Columns, Letter, Note, Unusable
from bihuan.intake.moments import Order
from bihuan.intake.plans import Plan
from bihuan.intake.reading import Batch, Reader
from bihuan.intake.sheets import BLOCK, Row, Sheet
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused
from bihuan.record.types import Done

BATCH = 2_000
RENEWED_TOGETHER = 200
RENEWED_HOW = "批量登记的结果遗失，按来件表"
ATTEMPTS = 3


Receive = Callable[[Sequence[tuple[str, str, str]]], None]
"""Takes receipts: the channel's number, the case number, the query code."""


@dataclass(slots=True)
class Counts:
    """What became of the lines."""

    lines: int = 0
    registered: int = 0
    known: int = 0
    rejected: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    """Kind of reason → lines sent back for it."""
    notes: Counter[Note] = field(default_factory=Counter)
    """What was made good → lines registered so."""


@dataclass(frozen=True, slots=True)
class Told:
    """To whom the import speaks while it runs."""

    rejected: Callable[[Row, str], None] = lambda row, reason: None
    registered: Callable[[Sequence[tuple[Letter, Done]]], None] = lambda letters: None
    """Of each batch, before it is there for good: where this fails, none of the batch is registered."""
    progress: Callable[[float, Counts], None] = lambda share, counts: None


def file_digest(path: Path) -> str:
    """By what the record knows the file."""
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


@dataclass(slots=True)
class Renewed:
    """What became of the lines of a table for which new query codes were wanted."""

    renewed: int = 0
    others: int = 0
    """Lines that are no letter, or that were not registered as they stand."""


def renew(sheet: Sheet, reader: Reader, *, actor: Actor, now: datetime, receipts: Receive) -> Renewed:
    """New query codes for the cases that a table became; the codes of before open nothing any more. Raises Refused."""
    place = queries.registration(reader.channel, actor, now=now).place.code
    counts, rows = Renewed(), sheet.rows
    while batch := list(islice(rows, RENEWED_TOGETHER)):
        said = [letter for letter in reader.read(batch)[1] if isinstance(letter, Letter)]
        found = queries.registered_as(place, reader.channel, said)
        counts.others += len(batch) - len(found)
        if found:
            done = commands.renew_codes(numbers=list(found.values()), how=RENEWED_HOW, actor=actor, now=now)
            receipts([(origin, one.number, one.secret) for origin, one in zip(found, done, strict=True)])
            counts.renewed += len(done)
    return counts


def run(
    sheet: Sheet,
    columns: Columns,
    *,
    channel: str,
    actor: Actor,
    now: datetime,
    dry: bool,
    order: Order | None = None,
    told: Told = Told(),
) -> Counts:
    """Register the letters of the table that are not registered yet; a dry run only checks. Raises Refused."""
    on = queries.registration(channel, actor, now=now)
    place = on.place.code
    seen: dict[str, tuple[int, str]] = {}
    counts = Counts()
    reader = Reader(columns, channel, now, indexed=not dry, order=order).of(on.pack)
    for rows, said in _batches(sheet, reader):
        batch = list(_usable(rows, said, seen, counts, told))
        fresh = _fresh(batch, place, channel)
        if fresh and not dry:
            fresh = _register(batch, fresh, place, channel=channel, actor=actor, now=now, told=told)
        for letter in fresh:
            counts.notes.update(letter.notes)
        counts.registered += len(fresh)
        counts.known += len(batch) - len(fresh)
        told.progress(rows[-1].read, counts)
    return counts


def note(planned: Plan, counts: Counts, *, channel: str, digest: str, actor: Actor, now: datetime) -> None:
    """Keep that a table was registered, and how it was read, if anything of it was new. Raises Refused."""
    if not counts.registered:
        return
    if not planned.kept:
        commands.keep_columns(channel=channel, headings=planned.headings, columns=planned.columns, actor=actor, now=now)
    commands.note_import(
        channel=channel,
        digest=digest,
        registered=counts.registered,
        known=counts.known,
        rejected=counts.rejected,
        actor=actor,
        now=now,
    )


def _batches(sheet: Sheet, reader: Reader) -> Iterator[Batch]:
    """The first batch is read here, while another process begins with the others; a short table needs none."""
    first = list(islice(sheet.rows, BATCH))
    if len(first) < BATCH:
        if first:
            yield reader.read(first)
        return
    with ahead(partial(reader.read_on, sheet.layout, after=BATCH, size=BATCH)) as others:
        yield reader.read(first)
        yield from others


def _usable(
    rows: Sequence[Row],
    said: Sequence[Letter | Unusable],
    seen: dict[str, tuple[int, str]],
    counts: Counts,
    told: Told,
) -> Iterator[Letter]:
    for row, letter in zip(rows, said, strict=True):
        counts.lines += 1
        error = letter if isinstance(letter, Unusable) else _seen(letter, seen)
        if error:
            counts.rejected += 1
            counts.reasons[error.kind] += 1
            told.rejected(row, str(error))
        elif isinstance(letter, Letter):
            yield letter


def _seen(letter: Letter, seen: dict[str, tuple[int, str]]) -> Unusable | None:
    """Why the letter is not taken whose number stands further up in the table."""
    fields = letter.fields
    line, before = seen.setdefault(fields.origin_number, (letter.line, letter.digest))
    if line == letter.line:
        return None
    kind = "与前面一行重复" if letter.digest == before else "渠道原编号与前面一行相同，内容不同"
    return Unusable(f"{kind}（第{line}行）", kind=kind)


def _fresh(batch: Sequence[Letter], place: str, channel: str) -> list[Letter]:
    known = queries.known_origins(place, channel, [letter.fields.origin_number for letter in batch])
    return [letter for letter in batch if letter.fields.origin_number not in known]


@uninterrupted()
def _register(
    batch: Sequence[Letter],
    fresh: list[Letter],
    place: str,
    *,
    channel: str,
    actor: Actor,
    now: datetime,
    told: Told,
) -> list[Letter]:
    """Register what is fresh; asked again where somebody else registers the same at this moment."""
    for attempt in range(ATTEMPTS):
        if not fresh:
            return []
        try:
            commands.register_many(letters=fresh, actor=actor, now=now, told=told.registered)
        except Refused as refused:
            if refused.refusal.field != "origin_number" or attempt == ATTEMPTS - 1:
                raise
            fresh = _fresh(batch, place, channel)
        else:
            return fresh
    raise AssertionError("unreachable")

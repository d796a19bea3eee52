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
from bihuan.intake.reading import Batch, Reader
from bihuan.intake.sheets import BLOCK, Row, Sheet
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused
from bihuan.record.types import Done

BATCH = 2_000
ATTEMPTS = 3


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
    registered: Callable[[Letter, Done], None] = lambda letter, done: None
    progress: Callable[[float, Counts], None] = lambda share, counts: None


def signature(headings: Sequence[str]) -> str:
    """By what a table's headings are known again."""
    return hashlib.sha256("\x1f".join(headings).encode()).hexdigest()


def file_digest(path: Path) -> str:
    """By what the record knows the file."""
    with path.open("rb") as file:
        digest = hashlib.sha256()
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def run(
    sheet: Sheet, columns: Columns, *, channel: str, actor: Actor, now: datetime, dry: bool, told: Told = Told()
) -> Counts:
    """Register the letters of the table that are not registered yet; a dry run only checks. Raises Refused."""
    place = queries.registration(channel, actor).place.code
    seen: dict[str, tuple[int, str]] = {}
    counts = Counts()
    reader = Reader(columns, channel, now, cut=not dry)
    for rows, said in _batches(sheet, reader):
        batch = list(_usable(rows, said, seen, counts, told))
        done = [] if dry or not batch else _register(batch, place, channel=channel, actor=actor, now=now)
        fresh = _fresh(batch, place, channel) if dry else [letter for letter, _ in done]
        for letter, receipt in done:
            told.registered(letter, receipt)
        for letter in fresh:
            counts.notes.update(letter.notes)
        counts.registered += len(fresh)
        counts.known += len(batch) - len(fresh)
        told.progress(rows[-1].read, counts)
    return counts


def _batches(sheet: Sheet, reader: Reader) -> Iterator[Batch]:
    """The first batch is read here, while another process begins with the others; a short table needs none."""
    first = list(islice(sheet.rows, BATCH))
    if len(first) < BATCH:
        if first:
            yield reader.read(first)
        return
    with ahead(partial(reader.read_on, sheet.path, sheet.name, after=BATCH, size=BATCH)) as others:
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
    batch: Sequence[Letter], place: str, *, channel: str, actor: Actor, now: datetime
) -> list[tuple[Letter, Done]]:
    """Register what is not registered yet; asked again where somebody else registers the same at this moment."""
    for attempt in range(ATTEMPTS):
        fresh = _fresh(batch, place, channel)
        if not fresh:
            return []
        try:
            done = commands.register_many(letters=fresh, actor=actor, now=now)
        except Refused as refused:
            if refused.refusal.field != "origin_number" or attempt == ATTEMPTS - 1:
                raise
        else:
            return list(zip(fresh, done, strict=True))
    raise AssertionError("unreachable")

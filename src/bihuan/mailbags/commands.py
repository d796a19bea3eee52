"""Every write to the tables that registrars bring.

They are read and registered by jobs, with the same engine as at the console (`intake.importing`).
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from secrets import token_hex
from typing import Protocol

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app

from bihuan.intake import importing
from bihuan.intake import queries as intake
from bihuan.intake.importing import Counts, Told
from bihuan.intake.letters import Letter, are_headings
from bihuan.intake.outputs import RECEIPTS, Receipts, Table, read_receipts
from bihuan.intake.plans import Plan, plan
from bihuan.intake.sheets import BLOCK, BadSheet, Row, SeveralSheets, Sheet, opened, rows_of
from bihuan.kernel.actor import Actor
from bihuan.kernel.folders import make_private
from bihuan.kernel.refusal import Refused, Unknown, granted
from bihuan.mailbags import queries, rules
from bihuan.mailbags.models import Mailbag
from bihuan.mailbags.types import (
    KEPT_TO_BE_READ,
    KEPT_WHEN_DONE,
    MOST_SHOWN,
    OPEN,
    SAMPLES,
    SHOWN_OF_A_CELL,
    Bring,
    Found,
    FoundColumn,
    LettersBrought,
    MailbagRow,
    Output,
    Reading,
    ReceiptsFetched,
    State,
)
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Standing
from bihuan.policy import norms
from bihuan.record import room
from bihuan.record.commands import append, command, lock
from bihuan.record.types import Done, subject_of

CHECK, REGISTER = "mailbags.check", "mailbags.register"
KEPT = (
    "name", "expires_at", "reading", "state", "round", "share", "lines", "registered", "known", "rejected", "may",
    "trouble",
)  # fmt: skip
"""What of a table's row changes."""
BROKEN = "处理时出错，请再试一次或联系系统管理员。"
ORPHANED = timedelta(days=1)


class Source(Protocol):
    """What is uploaded, block by block."""

    def read(self, size: int = -1, /) -> bytes:
        """The next bytes, at most so many."""
        ...


def bring(*, name: str, data: Source, size: int, fields: Bring, actor: Actor, now: datetime) -> int:
    """Take in a table, to be looked through by a job; answers its id. Raises Refused."""
    intake.registration(fields.channel, actor, now=now)
    limit, free = int(settings.ATTACHMENT_LIMIT), room.free(queries.root())
    granted(
        rules.may_bring_another(under_way=_under_way(actor)),
        rules.may_be_brought(size=size, limit=limit, free=free, least=settings.LEAST_FREE),
    )
    folder = token_hex(16)
    try:
        digest = _lay_down(data, queries.place_of_table(folder))
        return _bring(name=name, folder=folder, digest=digest, size=size, channel=fields.channel, actor=actor, now=now)
    except BaseException:
        _remove(folder)
        raise


def _under_way(actor: Actor) -> int:
    return Mailbag.objects.filter(account=actor.account, state__in=OPEN).count()


def _lay_down(data: Source, path: Path) -> str:
    make_private(path.parent)
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        while block := data.read(BLOCK):
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


@command()
def _bring(*, name: str, folder: str, digest: str, size: int, channel: str, actor: Actor, now: datetime) -> int:
    on = intake.registration(channel, actor, now=now)
    chain = lock(subject_of("jurisdiction", on.place.code))
    granted(rules.may_bring_another(under_way=_under_way(actor)))  # others may have come while this one was laid down
    row = Mailbag.objects.create(
        jurisdiction=actor.jurisdiction,
        account=actor.account,
        channel=channel,
        folder=folder,
        name=shown_name(name) or queries.TABLE,
        digest=digest,
        size=size,
        brought_at=now,
        expires_at=now + KEPT_TO_BE_READ,
    )
    label = on.pack.channels[channel].label
    said = LettersBrought(channel=channel, channel_label=label, digest=digest, size=size)
    append(chain, said, actor=actor, seat=on.seat, norm=norms.REGISTER, pack=on.pack, now=now)
    app.configure_task(CHECK).defer(mailbag=row.pk)
    return int(row.pk)


def shown_name(name: str) -> str:
    """What a file that somebody sent is called, as it may be shown: its end, for that says what it is."""
    return "".join(sign if sign.isprintable() else "□" for sign in name)[-200:]


def read_again(*, id: int, fields: Reading, actor: Actor, now: datetime) -> None:
    """Have a table looked through once more, read as somebody says. Raises Refused and Unknown."""
    with transaction.atomic():
        row = _own(id, actor)
        granted(rules.may_read_again(State(row.state)))
        row.reading, row.state, row.round = fields.model_dump(mode="json"), State.CHECKING, row.round + 1
        row.may, row.trouble, row.share, row.expires_at = False, "", 0, now + KEPT_TO_BE_READ
        row.save(update_fields=KEPT)
        app.configure_task(CHECK).defer(mailbag=id)


def register(*, id: int, seen: int, actor: Actor, now: datetime) -> None:
    """Have the letters of a table registered as they were shown. `seen` is the round that was looked at.

    Raises Refused and Unknown.
    """
    with transaction.atomic():
        row = _own(id, actor)
        intake.registration(row.channel, actor, now=now)
        granted(rules.may_be_registered(state=State(row.state), may=row.may, round=row.round, seen=seen))
        row.state, row.trouble, row.share, row.expires_at = State.REGISTERING, "", 0, now + KEPT_WHEN_DONE
        row.save(update_fields=KEPT)
        app.configure_task(REGISTER).defer(mailbag=id)


def drop(*, id: int, actor: Actor) -> None:
    """Delete a table with what was made of it; letters that were registered stay. Raises Refused and Unknown."""
    with transaction.atomic():
        row = _own(id, actor)
        granted(rules.may_be_dropped(State(row.state)))
        _forget(row)
    _remove(row.folder)


@command()
def fetch_receipts(*, id: int, actor: Actor, now: datetime, ip: str) -> tuple[MailbagRow, Path]:
    """Fetch the receipts of a table of one's own; every time is recorded. Raises Unknown and Refused."""
    row = _own(id, actor)
    on, place = intake.registration(row.channel, actor, now=now), queries.place_of(row.folder, Output.RECEIPTS)
    if row.state not in (State.DONE, State.STOPPED) or not place.exists():
        raise Unknown(str(id))
    said = ReceiptsFetched(channel=row.channel, digest=row.digest, registered=row.registered, ip=ip)
    chain = lock(subject_of("jurisdiction", on.place.code))
    append(chain, said, actor=actor, seat=on.seat, norm=norms.IDENTITY_PROTECTED, pack=on.pack, now=now)
    return queries.mailbag(id, actor), place


def _own(id: int, actor: Actor) -> Mailbag:
    rows = Mailbag.objects.filter(id=id, account=actor.account, jurisdiction=actor.jurisdiction)
    row = rows.select_for_update().exclude(state=State.GONE).first()
    if row is None:
        raise Unknown(str(id))
    return row


def expire(jurisdiction: str, *, now: datetime) -> int:
    """Delete the tables of a jurisdiction whose time is over, with their files; answers how many."""
    ripe = Mailbag.objects.filter(jurisdiction=jurisdiction, expires_at__lt=now)
    rows = list(ripe.exclude(state__in=[State.GONE, State.REGISTERING]))
    for row in rows:
        _forget(row)
        _remove(row.folder)
    return len(rows)


def sweep(*, at: datetime) -> int:
    """Delete folders that a crash left behind without a row; answers how many. `at` is the real moment."""
    old = [one for one in queries.root().glob("*") if one.stat().st_mtime < (at - ORPHANED).timestamp()]
    kept = set(Mailbag.objects.exclude(state=State.GONE).values_list("folder", flat=True))
    gone = [one.name for one in old if one.name not in kept]
    for name in gone:
        _remove(name)
    return len(gone)


def _forget(row: Mailbag) -> None:
    row.state, row.name, row.reading, row.trouble = State.GONE, "", {}, ""
    row.save(update_fields=KEPT)


def _remove(folder: str) -> None:
    shutil.rmtree(queries.root() / folder, ignore_errors=True)


def check(id: int, *, at: datetime) -> None:
    """Look a table through, as whoever brought it may register today. `at` is the real moment."""
    row = Mailbag.objects.filter(id=id, state=State.CHECKING).first()
    if row is not None:
        with _ending(row, State.READY):
            row.may, found = _checked(row, _standing(row, at))
            row.state = State.READY
            _keep_found(row.folder, found)
            row.save(update_fields=KEPT)


def carry_out(id: int, *, at: datetime) -> None:
    """Register the letters of a table; whoever was interrupted goes on. `at` is the real moment."""
    row = Mailbag.objects.filter(id=id, state=State.REGISTERING).first()
    if row is not None:
        with _ending(row, State.STOPPED):
            standing = _standing(row, at)
            found = _registered(row, standing)
            _keep_found(row.folder, _without_words(found))
            row.state, row.share, row.expires_at = State.DONE, 1, standing.now + KEPT_WHEN_DONE
            row.save(update_fields=KEPT)
            queries.place_of_table(row.folder).unlink(missing_ok=True)


class _NotNow(Exception):
    """Nothing is done, in the user's words."""


@contextmanager
def _ending(row: Mailbag, state: State) -> Iterator[None]:
    """What goes wrong is told beside the table, which is left in this state."""

    def end(words: str) -> None:
        row.state, row.trouble, row.may = state, words, row.may and state is State.STOPPED
        row.save(update_fields=KEPT)

    try:
        yield
    except Refused as refused:
        end(refused.refusal.reason)
    except (_NotNow, BadSheet) as why:
        end(str(why).replace(f"{queries.root()}/", ""))
    except Exception:
        end(BROKEN)
        raise


def _standing(row: Mailbag, at: datetime) -> Standing:
    standing = organisations.by_account(row.account, at=at)
    if standing is None or standing.jurisdiction.code != row.jurisdiction:
        raise _NotNow("上传的人已没有在任职务。")
    return standing


def _checked(row: Mailbag, standing: Standing) -> tuple[bool, Found]:
    """Whether the table can be registered as it stands, and what was found in it."""
    row.lines = row.registered = row.known = row.rejected = 0
    queries.place_of(row.folder, Output.REJECTS).unlink(missing_ok=True)
    try:
        with _opened(row) as (sheet, planned, by_itself):
            found = _seen(sheet, planned, by_itself)
            row.trouble = planned.trouble
            if planned.trouble:
                return False, found
            counts, found = _run(row, sheet, planned, standing, found, receipts=None)
            row.registered, row.known = counts.registered, counts.known
            sure = not found.doubts or Reading.model_validate(row.reading).sure_of_cells
            return sure and counts.registered > 0, found
    except SeveralSheets as several:
        row.trouble = str(several)
        return False, Found(sheets=several.names)


@contextmanager
def _opened(row: Mailbag) -> Iterator[tuple[Sheet, Plan, Plan]]:
    """The table, how it will be read, and how it would be by itself. Raises BadSheet."""
    said = Reading.model_validate(row.reading)

    def kept(headings: Sequence[str]) -> tuple[object, ...] | None:
        return intake.column_plan(row.jurisdiction, row.channel, headings)

    with opened(
        queries.place_of_table(row.folder),
        said.sheet or None,
        heading_line=said.heading_line,
        knows=lambda names: are_headings(names) or kept(names) is not None,
    ) as sheet:
        agreed = intake.column_plan(row.jurisdiction, row.channel, sheet.headings)
        by_itself = plan(sheet, agreed, named=said.heading_line is not None)
        given = {at: column for at, column in said.columns.items() if at < len(sheet.headings)}
        yield sheet, by_itself.given(given), by_itself


def _seen(sheet: Sheet, planned: Plan, by_itself: Plan) -> Found:
    first = [one.cells for one in islice(rows_of(sheet.layout), SAMPLES)]
    return Found(
        heading_line=sheet.heading_line,
        asks_for_line=bool(planned.perhaps_a_letter),
        above=tuple(_beginning(line) for line in sheet.above),
        columns=tuple(
            FoundColumn(
                one.heading,
                itself.column,
                one.column,
                str(one.origin),
                tuple(_beginning(cells[at]) for cells in first if at < len(cells) and cells[at].strip()),
            )
            for at, (one, itself) in enumerate(zip(planned.planned, by_itself.planned, strict=True))
        ),
        doubts=tuple((doubt.line, doubt.heading, _beginning(doubt.text)) for doubt in sheet.doubts),
    )


def _beginning(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= SHOWN_OF_A_CELL else f"{text[:SHOWN_OF_A_CELL]}…"


def _run(
    row: Mailbag, sheet: Sheet, planned: Plan, standing: Standing, found: Found, *, receipts: Receipts | None
) -> tuple[Counts, Found]:
    """Have the engine look through the lines, or register them where there is something for the receipts."""
    place, listed = queries.place_of(row.folder, Output.REJECTS), list[tuple[int, str, str]]()
    place.unlink(missing_ok=True)
    with closing(Table(place, ("行号", "退回原因", *planned.headings))) as refused:

        def reject(line: Row, reason: str) -> None:
            refused.write((str(line.line), reason, *line.cells))
            if len(listed) < MOST_SHOWN:
                listed.append((line.line, reason, _beginning(" ".join(line.cells))))

        def keep(letters: Sequence[tuple[Letter, Done]]) -> None:
            if receipts:
                receipts.add([(letter.fields.origin_number, one.number, str(one.secret)) for letter, one in letters])

        def progress(share: float, counts: Counts) -> None:
            Mailbag.objects.filter(id=row.pk).update(share=share, lines=counts.lines)

        counts = importing.run(
            sheet,
            planned.columns,
            channel=row.channel,
            actor=standing.actor,
            now=standing.now,
            dry=receipts is None,
            order=Reading.model_validate(row.reading).order,
            told=Told(reject, keep, progress),
        )
    row.lines, row.rejected, row.share = counts.lines, counts.rejected, 1
    return counts, replace(
        found,
        notes=tuple((str(note), number) for note, number in counts.notes.most_common()),
        reasons=tuple(counts.reasons.most_common()),
        rejected=tuple(listed),
        cut=refused.cut,
    )


def _registered(row: Mailbag, standing: Standing) -> Found:
    """Register the letters; the receipts are on the disk with them, also of those registered before an interruption."""
    journal = queries.root() / row.folder / "receipts.csv"
    try:
        with _opened(row) as (sheet, planned, by_itself), closing(Receipts(journal, resumed=True)) as receipts:
            found = _seen(sheet, planned, by_itself)
            counts, found = _run(row, sheet, planned, standing, found, receipts=receipts)
    finally:
        row.registered = _as_a_book(journal, queries.place_of(row.folder, Output.RECEIPTS))
    row.known = counts.registered + counts.known - row.registered
    importing.note(
        planned,
        replace(counts, registered=row.registered, known=row.known),
        channel=row.channel,
        digest=row.digest,
        actor=standing.actor,
        now=standing.now,
    )
    return found


def _as_a_book(journal: Path, place: Path) -> int:
    """Make the workbook of the receipts that there are; answers how many."""
    if not journal.exists():
        return 0
    rows = list(read_receipts(journal))
    place.unlink(missing_ok=True)
    with closing(Table(place, RECEIPTS)) as table:
        for one in rows:
            table.write(one)
    return len(rows)


def _without_words(found: Found) -> Found:
    """The same without what anybody wrote: that stands in the requests now, and goes with them."""
    return replace(
        found,
        above=(),
        columns=tuple(replace(one, samples=()) for one in found.columns),
        doubts=tuple((line, heading, "") for line, heading, _ in found.doubts),
        rejected=tuple((line, reason, "") for line, reason, _ in found.rejected),
    )


def _keep_found(folder: str, found: Found) -> None:
    path = queries.place_of_found(folder)
    draft = path.with_suffix(".draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump({**asdict(found), "columns": [list(asdict(one).values()) for one in found.columns]}, file)
    draft.replace(path)

"""Every write to the ledgers' own tables: saved views, exports, searches by requester."""

import hashlib
import os
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs

from django.db import connection, transaction
from django.db.models import F
from procrastinate.contrib.django import app

from bihuan.access.rules import may
from bihuan.access.types import Power
from bihuan.floodgate import commands as floodgate
from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.cells import CUT
from bihuan.kernel.folders import make_private
from bihuan.kernel.refusal import Refusal, Refused, Unknown, granted
from bihuan.ledgers import queries, rules
from bihuan.ledgers.models import Export, SavedView
from bihuan.ledgers.sheets import LedgerBook
from bihuan.ledgers.types import (
    MOST_EXPORTED,
    SEARCHES,
    SHORT_TAIL,
    Asked,
    By,
    ExportAsked,
    ExportFetched,
    ExportRow,
    ExportWritten,
    Reason,
    RequesterSearched,
    SaveView,
    Shown,
    State,
    Value,
    Which,
    WhoAsked,
)
from bihuan.organisations import commands as organisation_commands
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Passing, Standing
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import pack
from bihuan.policy.pack import Pack
from bihuan.record import scope
from bihuan.record.commands import NOWHERE, append, begin, command, lock
from bihuan.record.types import subject_of
from bihuan.requesters import commands as requesters
from bihuan.requesters import queries as requesters_found
from bihuan.requesters.types import PhoneTail

Batch = list[tuple[Value, ...]]
WRITE = "ledgers.write_export"
KEPT = timedelta(hours=24)
"""So long a written file can be fetched."""


def save_view(*, which: Which, query: str, fields: SaveView, actor: Actor) -> None:
    """Keep a question under a name, in place of an older one of that name; it belongs to whoever keeps it."""
    unit = min(actor.units, default="") if fields.shared else ""
    said = {"query": query, "unit": unit, "by": actor.name, "default": fields.default}
    own = SavedView.objects.filter(account=actor.account, which=which)
    with transaction.atomic():
        _one_by_one("views", actor)
        granted(rules.may_keep_view(others=own.exclude(name=fields.name).count()))
        if fields.default:
            own.filter(default=True).update(default=False)
        SavedView.objects.update_or_create(account=actor.account, which=which, name=fields.name, defaults=said)


def _one_by_one(what: str, actor: Actor) -> None:
    """Let an account that asks several times at once be counted once more each time, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{what} of {actor.account}"])


def drop_view(*, id: int, actor: Actor, now: datetime) -> Which:
    """Forget a view that one keeps; answers of which ledger. Raises Unknown."""
    with transaction.atomic():
        row = SavedView.objects.select_for_update().filter(queries.kept_by(actor, now), id=id).first()
        if row is None:
            raise Unknown(str(id))
        row.delete()
    return Which(row.which)


def may_export(actor: Actor, rulebook: Pack) -> Refusal | None:
    """Whether the actor's posts may carry a ledger out of the system."""
    return may(Power.EXPORT, actor, labels={code: p.label for code, p in rulebook.posts.items()})


def may_find_by_requester(actor: Actor, rulebook: Pack) -> Refusal | None:
    """Whether the actor's posts may look for cases by the requester's telephone or name."""
    return may(Power.UNMASK, actor, labels={code: p.label for code, p in rulebook.posts.items()})


@command()
def ask_export(*, asked: Asked, told: str, fields: Reason, actor: Actor, rulebook: Pack, now: datetime) -> int:
    """Have a ledger written as a file, for a reason that is kept; answers the export's id. Raises Refused."""
    granted(may_export(actor, rulebook))
    _one_by_one("exports", actor)
    unfinished = Export.objects.filter(account=actor.account, state__in=[State.WAITING, State.RUNNING])
    granted(rules.may_ask_another(unfinished=unfinished.count()))
    row = Export.objects.create(
        jurisdiction=actor.jurisdiction,
        account=actor.account,
        which=asked.which,
        query=asked.query(),
        told=told,
        reason=fields.reason,
        asked_at=now,
    )
    happening = ExportAsked(
        which=asked.which,
        told=f"{len(queries.chosen(asked))}栏",
        query=told,
        columns=tuple(c.key for c in queries.chosen(asked)),
        reason=fields.reason,
    )
    chain = begin(subject_of("export", str(row.pk)), actor.jurisdiction)
    append(chain, happening, actor=actor, seat=_seat(actor), norm=norms.IDENTITY_PROTECTED, pack=rulebook, now=now)
    app.configure_task(WRITE).defer(export=row.pk)
    return int(row.pk)


def write_export(id: int, *, at: datetime) -> None:
    """Write the file that was asked for, with the rights that whoever asked for it has now. `at` is the real moment."""
    row = Export.objects.filter(id=id, state__in=[State.WAITING, State.RUNNING]).first()
    if row is None:
        return
    standing = organisations.by_account(row.account, at=at)
    try:
        if standing is None or not standing.actor.seats:
            raise _NotWritten("申请人已没有在任职务。")
        granted(may_export(standing.actor, pack(standing.jurisdiction.pack)))
        _write(row, standing)
    except _NotWritten as why:
        Export.objects.filter(id=id).update(state=State.FAILED, trouble=str(why))
    except Refused as why:
        Export.objects.filter(id=id).update(state=State.FAILED, trouble=why.refusal.reason)
    except Exception:
        Export.objects.filter(id=id).update(state=State.FAILED, trouble="写文件时出错，请再试一次或联系系统管理员。")
        raise
    finally:
        _draft(id).unlink(missing_ok=True)


class _NotWritten(Exception):
    """The export cannot be written, in the user's words."""


def _draft(id: int) -> Path:
    return queries.place_of_file(id).with_suffix(".draft")


def _write(row: Export, standing: Standing) -> None:
    asked, actor, now = _asked(row, standing), standing.actor, standing.now
    with scope.reading(actor):
        total = queries.counted(asked, actor, now=now, most=MOST_EXPORTED)
    if total > MOST_EXPORTED:
        raise _NotWritten(f"超过{MOST_EXPORTED:,}行，一张表放不下；请按日期分几次导出。")
    Export.objects.filter(id=row.pk).update(state=State.RUNNING, total=total, done=0)
    draft = _draft(row.pk)
    make_private(draft.parent)
    rulebook = pack(standing.jurisdiction.pack)
    book, done = LedgerBook(draft, queries.chosen(asked), title=asked.which.label, rulebook=rulebook), 0
    for rows in _as_shown(queries.batches(asked, actor, now=now), actor):
        done = book.write(rows)
        Export.objects.filter(id=row.pk).update(done=done)
    mark = f"{actor.name}（{actor.account}） {now.astimezone(ZONE):%Y-%m-%d %H:%M} 导出 {done}行 DC{row.pk:06d}"
    book.close(mark=mark, told=_told(row, standing, done, book.cut))
    draft.chmod(0o600)
    with draft.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    size = draft.stat().st_size
    os.replace(draft, queries.place_of_file(row.pk))
    counted = {"rows": done, "cut": book.cut, "size": size}
    _finish(id=row.pk, **counted, digest=digest, actor=actor, rulebook=rulebook, now=now)


def _as_shown(batches: Iterator[Batch], actor: Actor) -> Iterator[Batch]:
    """Each batch as PostgreSQL shows it to whoever asked, though a job may see everything; writes come between."""
    while True:
        with scope.reading(actor):
            batch = next(batches, None)
        if batch is None:
            return
        yield batch


def _asked(row: Export, standing: Standing) -> Asked:
    which = Which(row.which)
    known = queries.filters(which, standing.jurisdiction)
    return queries.read(which, parse_qs(row.query), known).asked


def _told(row: Export, standing: Standing, done: int, cut: int) -> list[tuple[str, str]]:
    """What the sheet beside the ledger says."""
    actor = standing.actor
    units = organisations.unit_names(actor.units)
    return [
        ("台账", f"{standing.jurisdiction.name}{Which(row.which).label}"),
        ("导出编号", f"DC{row.pk:06d}"),
        ("导出人", f"{actor.name}（{actor.account}）"),
        ("单位", "、".join(sorted(units.values()))),
        ("导出时间", f"{standing.now.astimezone(ZONE):%Y-%m-%d %H:%M}"),
        ("用途", row.reason),
        ("筛选条件", row.told),
        ("行数", str(done)),
        *([("截断", f"{cut}格文字过长，只有前一部分，以“{CUT}”结尾；全文见系统")] if cut else []),
        ("说明", "内容与导出人当时可见的台账页面一致，个人信息已脱敏。本次导出已留痕，未经批准不得外传。"),
    ]


@command()
def _finish(
    *, id: int, rows: int, cut: int, digest: str, size: int, actor: Actor, rulebook: Pack, now: datetime
) -> None:
    """The file is there: how many rows it holds, its digest, until when it can be fetched."""
    said = {"state": State.READY, "done": rows, "cut": cut, "size": size, "ready_at": now, "expires_at": now + KEPT}
    Export.objects.filter(id=id).update(**said)
    _append(id, ExportWritten(rows=rows, digest=digest), actor, rulebook, now)


@command()
def fetch_export(*, id: int, actor: Actor, rulebook: Pack, now: datetime, ip: str) -> tuple[ExportRow, Path]:
    """Fetch a file of one's own; every time is recorded. Raises Unknown, also for what has expired."""
    found = Export.objects.select_for_update().filter(id=id, account=actor.account, jurisdiction=actor.jurisdiction)
    row, place = found.first(), queries.place_of_file(id)
    if row is None or row.state != State.READY or (row.expires_at or now) < now or not place.exists():
        raise Unknown(str(id))
    granted(may_export(actor, rulebook))
    Export.objects.filter(id=id).update(fetched=F("fetched") + 1)
    _append(id, ExportFetched(times=row.fetched + 1, ip=ip), actor, rulebook, now)
    return queries.export(id, actor), place


def _append(id: int, happening: ExportWritten | ExportFetched, actor: Actor, rulebook: Pack, now: datetime) -> None:
    chain = lock(subject_of("export", str(id)))
    append(chain, happening, actor=actor, seat=_seat(actor), norm=norms.IDENTITY_PROTECTED, pack=rulebook, now=now)


def expire_exports(jurisdiction: str, *, now: datetime) -> int:
    """Delete the files of a jurisdiction whose time is over; answers how many."""
    ready = Export.objects.filter(jurisdiction=jurisdiction, state=State.READY)
    ripe = list(ready.filter(expires_at__lt=now).values_list("id", flat=True))
    for id in ripe:
        queries.place_of_file(id).unlink(missing_ok=True)
        Export.objects.filter(id=id).update(state=State.EXPIRED)
    return len(ripe)


def may_find_by_end(actor: Actor) -> bool:
    """Whether the actor may look by the last four digits of a telephone number."""
    return rules.may_find_by(SHORT_TAIL, posts={seat.post for seat in actor.seats}) is None


@command()
def find_by_requester(
    *, fields: WhoAsked, asked: Asked, actor: Actor, rulebook: Pack, now: datetime, at: datetime, ip: str
) -> Shown:
    """The actor's cases of a requester so called; the search is kept as a look, also where it finds nothing.

    Raises Refused, and TooMany where the account asked too often; `at` is the real moment.
    """
    posts = {seat.post for seat in actor.seats}
    granted(may_find_by_requester(actor, rulebook), rules.may_find_by(fields.digits, posts=posts))
    for measure in SEARCHES:
        floodgate.take(measure, actor.account, at=at)
    found = _requesters(fields, actor.jurisdiction)
    shown, pairs = queries.cases_of_requesters(found, actor, asked, now=now)
    name = subject_of("requester-search", actor.account)
    happening = RequesterSearched(by=fields.by, found=len(pairs), ip=ip)
    chain = lock(name) if queries.searched_before(name) else begin(name, actor.jurisdiction)
    append(chain, happening, actor=actor, seat=_seat(actor), norm=norms.IDENTITY_PROTECTED, pack=rulebook, now=now)
    looked = [(requester, subject_of("case", number)) for number, requester in pairs]
    requesters.keep_looks(
        looked=looked or [(None, name)],
        by_name=fields.by is By.NAME,
        reason=f"按诉求人{fields.by.label}检索工单{'' if looked else '，没有找到'}",
        actor=actor,
        seat=_seat(actor),
        now=now,
        ip=ip,
    )
    return shown


def _requesters(fields: WhoAsked, jurisdiction: str) -> list[int]:
    match fields.by:
        case By.NAME:
            return requesters_found.find_by_name(jurisdiction, fields.who)
        case By.PHONE:
            return requesters_found.find_by_phone(jurisdiction, fields.who)
    tail = re.sub(r"\D", "", fields.who)
    return requesters_found.find_by_phone_tail(jurisdiction, tail, PhoneTail(str(len(tail))))


def _seat(actor: Actor) -> Seat:
    return min(actor.seats, default=NOWHERE)


def _pass_on(passing: Passing, actor: Actor, now: datetime) -> None:
    """Views that are shared in a unit that ends are shared in its successor."""
    if passing.successor:
        SavedView.objects.filter(unit=passing.unit).update(unit=passing.successor)


organisation_commands.passes_on(_pass_on)

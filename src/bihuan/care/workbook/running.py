"""A workbook that somebody sent by page or API: carried in by a job, which tells how far it is and what became of it.

It lies in a folder of its own in the data folder for a day, or until whoever sent it lets it go; what became of it is
sealed there for their account alone, for it holds the one-time passwords.
"""

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_hex
from time import monotonic
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from django.conf import settings
from procrastinate.contrib.django import app

from bihuan.access import queries as access
from bihuan.access.types import Power
from bihuan.care.opening import Lack
from bihuan.care.workbook.carrying import carry_in
from bihuan.care.workbook.cells import OneTime, Report
from bihuan.care.workbook.plans import PLANS
from bihuan.care.workbook.reading import Wrong, read
from bihuan.intake.sheets import BLOCK, BadSheet
from bihuan.intake.workbooks import PROMPT
from bihuan.kernel.actor import Actor
from bihuan.kernel.folders import make_private
from bihuan.kernel.refusal import Refused, Unknown, granted
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.mailbags import rules
from bihuan.mailbags.commands import Source, shown_name
from bihuan.organisations import queries
from bihuan.organisations.types import Standing
from bihuan.policy.loader import pack
from bihuan.record import room
from bihuan.record.keeping import Sealing

CARRY = "care.carry_workbook"
KEPT = timedelta(days=1)
"""So long it is kept what became of a workbook, with the one-time passwords."""
MOST_LISTED = 20
MOST_LINES = 20_000
"""So many lines are looked through: each is an act by itself."""
BROKEN = "处理时出错，什么也没有录入；请再试一次，或联系运维人员。"
_EVERY = 0.5
"""Seconds after which it is told again how far it is."""
_NAME, _RUN, _PASSWORDS = "工作簿", "run", "passwords"


class State(Vocabulary):
    """How far a workbook is."""

    WAITING = "waiting", "排队中"
    RUNNING = "running", "正在办理"
    DONE = "done", "办完"
    STOPPED = "stopped", "没有办成"


AT_WORK = frozenset({State.WAITING, State.RUNNING})


@dataclass(frozen=True, slots=True)
class SheetCarried:
    """What became of the lines of a sheet: added, waiting for a second person, there already."""

    sheet: str
    added: int
    waiting: int
    same: int


@dataclass(frozen=True, slots=True)
class Run:
    """A workbook that somebody sent, how far it is, and what became of it."""

    id: str
    name: str
    dry_run: bool
    sent_at: datetime
    state: State = State.WAITING
    lines: int = 0
    """How many of its lines were looked at."""
    of: int = 0
    """How many lines it has; 0 as long as that is not known."""
    trouble: str = ""
    """Why nothing was done."""
    wrong: tuple[Wrong, ...] = ()
    left: tuple[Wrong, ...] = ()
    sheets: tuple[SheetCarried, ...] = ()
    lacks: tuple[Lack, ...] = ()
    passwords: tuple[OneTime, ...] = ()

    @property
    def at_work(self) -> bool:
        """Whether more will become of it."""
        return self.state in AT_WORK

    @property
    def changes(self) -> bool:
        """Whether anything in it is new."""
        return any(one.added or one.waiting for one in self.sheets)

    @property
    def percent(self) -> int:
        """How much of it was looked at."""
        return round(100 * self.lines / self.of) if self.of else 0


def root() -> Path:
    """Where workbooks lie, each in a folder of its own."""
    return Path(settings.DATA_FOLDER) / "workbooks"


def send(*, name: str, data: Source, size: int, dry: bool, standing: Standing) -> str:
    """Take in a workbook, to be looked through or carried in by a job; answers its id. Raises Refused."""
    actor, limit, free = standing.actor, int(settings.ATTACHMENT_LIMIT), room.free(root())
    granted(access.barred(Power.ADMINISTER, actor, standing.jurisdiction))
    granted(
        rules.may_bring_another(under_way=sum(run.at_work for run in runs(actor)), what=_NAME),
        rules.may_be_brought(size=size, limit=limit, free=free, least=settings.LEAST_FREE, what=_NAME),
    )
    id = token_hex(16)
    folder = root() / id
    make_private(folder)
    try:
        with _private(folder / _NAME) as file:
            while block := data.read(BLOCK):
                file.write(block)
        _keep(Run(id, shown_name(name) or _NAME, dry, standing.now), actor)
        app.configure_task(CARRY).defer(workbook=id)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    return id


def runs(actor: Actor) -> list[Run]:
    """The actor's own workbooks, the newest first."""
    found = (_read(path.parent.name, actor) for path in root().glob(f"*/{_RUN}"))
    mine = sorted((run for run in found if run is not None), key=lambda run: run.sent_at, reverse=True)
    return mine[:MOST_LISTED]


def run(id: str, actor: Actor) -> Run:
    """A workbook of the actor's own. Raises Unknown."""
    found = _read(id, actor) if re.fullmatch("[0-9a-f]{32}", id) else None
    if found is None:
        raise Unknown(id)
    return found


def drop(id: str, actor: Actor) -> None:
    """Let a workbook go, with the passwords that stand there; what was carried in stays. Raises Unknown, Refused."""
    granted(rules.may_be_dropped(run(id, actor).state, at_work=AT_WORK, what=_NAME))
    shutil.rmtree(root() / id, ignore_errors=True)


def expire(*, at: datetime) -> int:
    """Delete what is older than a day; answers how many. `at` is the real moment."""
    old = [path for path in root().glob("*") if path.stat().st_mtime < (at - KEPT).timestamp()]
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
    return len(old)


def carry(id: str, *, at: datetime) -> None:
    """Look a workbook through or carry it in, as whoever sent it may today. `at` is the real moment."""
    owner = _owner(id)
    standing = queries.by_account(owner, at=at) if owner else None
    if standing is None:
        shutil.rmtree(root() / id, ignore_errors=True)
        return
    sent = _read(id, standing.actor)
    if sent is None or not sent.at_work:
        return
    with _ending(sent, standing.actor) as end:
        granted(access.barred(Power.ADMINISTER, standing.actor, standing.jurisdiction))
        end(_carried(sent, standing))


def _carried(sent: Run, standing: Standing) -> Run:
    """What became of it. Raises BadSheet, and Refused."""
    place, actor = root() / sent.id, standing.actor
    book = read(place / _NAME, pack(standing.jurisdiction.pack), PROMPT)
    if len(book.lines) > MOST_LINES:
        raise BadSheet(
            f"一次最多录入{MOST_LINES}行，这份有{len(book.lines)}行；请分几次录入，或由运维人员在控制台录入。"
        )
    sent = replace(sent, state=State.RUNNING, of=len(book.lines))

    def keep(passwords: Sequence[OneTime]) -> None:
        with _private(place / _PASSWORDS) as file:
            file.write(_sealing(sent.id, actor).close(json.dumps([asdict(one) for one in passwords])).encode())

    done = carry_in(book, standing=standing, dry=sent.dry_run, keep=keep, step=telling(sent, actor))
    return _told(sent, done, _passwords(sent.id, actor))


def telling(sent: Run, actor: Actor) -> Callable[[int], None]:
    """Tells now and then how many lines were looked at."""
    lines, told = 0, 0.0

    def step(more: int) -> None:
        nonlocal lines, told
        lines += more
        if monotonic() - told > _EVERY:
            told = monotonic()
            _keep(replace(sent, lines=lines), actor)

    return step


def _told(sent: Run, done: Report, passwords: tuple[OneTime, ...]) -> Run:
    rows = (
        SheetCarried(plan.name, done.added[plan.name], done.waiting[plan.name], done.same[plan.name])
        for plan in PLANS
        if not done.wrong
    )
    return replace(
        sent,
        state=State.DONE,
        lines=sent.of,
        wrong=tuple(done.wrong),
        left=tuple(done.left),
        sheets=tuple(row for row in rows if row.added or row.waiting or row.same),
        lacks=done.lacks,
        passwords=passwords,
    )


@contextmanager
def _ending(sent: Run, actor: Actor) -> Iterator[Callable[[Run], None]]:
    """Keep what becomes of it, and why nothing did. The workbook itself is needed no more then."""
    last = replace(sent, state=State.STOPPED, trouble=BROKEN)

    def end(run: Run) -> None:
        nonlocal last
        last = run

    try:
        yield end
    except Refused as refused:
        last = replace(last, trouble=refused.refusal.reason)
    except BadSheet as bad:
        last = replace(last, trouble=str(bad))
    finally:
        _keep(last, actor)
        for name in (_NAME, _PASSWORDS):
            (root() / sent.id / name).unlink(missing_ok=True)


def _passwords(id: str, actor: Actor) -> tuple[OneTime, ...]:
    """The passwords of what was carried in, also by a worker that died before it told."""
    try:
        sealed = (root() / id / _PASSWORDS).read_text()
    except FileNotFoundError:
        return ()
    found = (OneTime(**{**one, "units": tuple(one["units"])}) for one in json.loads(_sealing(id, actor).open(sealed)))
    there = queries.open_accounts(actor.jurisdiction)
    return tuple(one for one in found if one.account in there)


@contextmanager
def _private(path: Path) -> Iterator[BinaryIO]:
    """A new file that others may not read, on the disk when this ends."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        yield file
        file.flush()
        os.fsync(file.fileno())


def _sealing(id: str, actor: Actor) -> Sealing:
    return Sealing(actor.account, f"workbook {id}")


def _keep(run: Run, actor: Actor) -> None:
    """Write down how far a workbook is, whole or not at all."""
    path = root() / run.id / _RUN
    draft = path.with_suffix(".draft")
    with _private(draft) as file:
        owner = {"account": actor.account, "place": actor.jurisdiction}
        said = {**asdict(run), "state": run.state.value, "sent_at": run.sent_at.isoformat()}
        sealed = _sealing(run.id, actor).close(json.dumps(said))
        file.write(json.dumps({**owner, "sealed": sealed}).encode())
    draft.replace(path)


def _kept(id: str) -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads((root() / id / _RUN).read_text())
    except (FileNotFoundError, NotADirectoryError):
        return {}
    return found


def _owner(id: str) -> str:
    return _kept(id).get("account", "")


def _read(id: str, actor: Actor) -> Run | None:
    kept = _kept(id)
    if (kept.get("account"), kept.get("place")) != (actor.account, actor.jurisdiction):
        return None
    try:
        said = json.loads(_sealing(id, actor).open(kept["sealed"]))
    except InvalidTag:  # the key of the installation was changed since
        return None
    return Run(
        **said
        | {
            "state": State(said["state"]),
            "sent_at": datetime.fromisoformat(said["sent_at"]),
            "wrong": tuple(Wrong(**{**one, "place": tuple(one["place"])}) for one in said["wrong"]),
            "left": tuple(Wrong(**{**one, "place": tuple(one["place"])}) for one in said["left"]),
            "sheets": tuple(SheetCarried(**one) for one in said["sheets"]),
            "lacks": tuple(Lack(**one) for one in said["lacks"]),
            "passwords": tuple(OneTime(**{**one, "units": tuple(one["units"])}) for one in said["passwords"]),
        }
    )

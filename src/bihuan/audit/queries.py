"""The whole verification: chains and seals, then the tables against the record, then the closed loop itself."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from bihuan.attachments import queries as attachments
from bihuan.audit import loop, tables
from bihuan.audit.replay import Replay
from bihuan.audit.types import Report
from bihuan.duties import queries as duties
from bihuan.kernel.stages import Move
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import pack as rulebook
from bihuan.policy.loader import usable
from bihuan.record import verify as record
from bihuan.record.types import Broken, PublishedSeal
from bihuan.record.verify import rows
from bihuan.subjects.declaration import Kind
from bihuan.subjects.evidence import Owed, Told
from bihuan.subjects.registry import REGISTRY

BATCH = 2000
TOLD = 500
"""So many findings are told one by one."""

Advance = Callable[[int], None]


def verify(
    jurisdiction: str | None = None,
    *,
    seals: Sequence[PublishedSeal] = (),
    begin: Advance = lambda total: None,
    advance: Advance = lambda done: None,
) -> Report:
    """Verify the whole database, or one jurisdiction of it, in one snapshot.

    `seals` are those kept outside; `begin` is told how many events there are, `advance` how many were read since.
    """
    with record.snapshot():
        counts = record.size(jurisdiction) | _size(jurisdiction)
        begin(counts["events"])
        findings: list[Broken] = []
        remarks: list[Broken] = []
        untold = Counter[bool]()
        for found in _findings(jurisdiction, seals, advance):
            told = remarks if found.remark else findings
            if len(told) < TOLD:
                told.append(found)
            else:
                untold[found.remark] += 1
    return Report(counts, tuple(findings), untold[False], tuple(remarks), untold[True])


def _findings(jurisdiction: str | None, seals: Sequence[PublishedSeal], advance: Advance) -> Iterator[Broken]:
    against = _Tables()
    yield from record.events(jurisdiction, follow=against.follow, advance=advance)
    yield from against.finish()
    yield from record.chains(jurisdiction)
    yield from record.sealed_days(jurisdiction)
    yield from record.against(seals, jurisdiction)
    yield from loop.broken(jurisdiction)
    for damaged in attachments.damaged():
        if jurisdiction in (None, damaged.attachment.jurisdiction):
            yield Broken(f"attachment:{damaged.attachment.id}", None, f"附件{damaged.reason}")


class _Tables:
    """Lives every subject again while its chain is read, and holds what comes out against the tables."""

    def __init__(self) -> None:
        self._lives: dict[str, tuple[Kind, Replay]] = {k.word: (k, tables.replay(k)) for k in REGISTRY}
        self._of = ""
        self._told: Told | None = None
        self._replay: Replay | None = None
        self._waiting: dict[str, list[Told]] = {kind: [] for kind in self._lives}
        self._found: list[Broken] = []

    def follow(self, of: str, sequence: int, kind: str, facts: str, old: bool) -> None:
        """Take in one event."""
        if of != self._of:
            self._of = of
            what, _, number = of.partition(":")
            self._told = self._replay = None
            if what in self._lives:
                self._replay, self._told = self._lives[what][1], Told(number)
                self._put_off(what, self._told)
        if self._replay is not None and self._told is not None:
            self._replay.follow(self._told, sequence, kind, facts, old=old)

    def finish(self) -> Iterator[Broken]:
        """What did not fit."""
        for what in self._lives:
            self._compare(what)
        yield from self._found

    def _put_off(self, what: str, told: Told) -> None:
        if len(self._waiting[what]) >= BATCH:
            self._compare(what)
        self._waiting[what].append(told)

    def _compare(self, what: str) -> None:
        waiting, self._waiting[what] = self._waiting[what], []
        if waiting:
            self._found += _against_tables(self._lives[what][0], waiting)


def _against_tables(subject: Kind, waiting: Sequence[Told]) -> Iterator[Broken]:
    numbers = [told.number for told in waiting]
    kept = {row[0]: row[1:] for row in rows(tables.kept(subject), [numbers])}
    texts = tables.texts(subject, numbers)
    names = [f"{subject.word}:{number}" for number in numbers]
    owed, done = duties.owed_on(names), duties.done_on(names)
    for told, name in zip(waiting, names, strict=True):
        for sequence, reason in told.broken:
            yield Broken(name, sequence, reason)
        for sequence, reason in told.remarked:
            yield Broken(name, sequence, reason, remark=True)
        if told.number not in kept:
            yield Broken(name, told.length, "有记录，业务表中却没有这一件，已被删除")
            continue
        misfits = _misfits(subject, told, kept[told.number], texts.get(told.number, {}))
        reasons = [*misfits, *_misfit_duties(told, owed[name], done[name])]
        for reason in reasons:
            yield Broken(name, told.length, reason)


def _not_there(ref: str, moves: Sequence[Move]) -> Iterator[str]:
    """Why a regulation has no such row; of one whose file cannot be read that is told once, of the place itself."""
    if not usable(ref) or any(move.holds(rulebook(ref).binds) for move in moves):
        return
    move = moves[0]
    said = f"走过“{move.act.label}”这一步，而{ref}"
    wanted = [norm for norm in (move.norm, move.given) if norm and not rulebook(ref).binds(norm)]
    yield from (f"{said}没有确立“{norm.title}”" for norm in wanted)
    if not wanted and move.unless:
        yield f"{said}确立了“{move.unless.title}”，不能由此到“{move.target.label}”"


def _misfits(subject: Kind, told: Told, kept: Sequence[Any], digests: Mapping[str, str]) -> Iterator[str]:
    stage, ended, lead, leads, pack = kept
    if stage != told.stage:
        yield f"按记录应处于“{told.stage}”，业务表中是“{stage}”"
    elif ended is not (stage in subject.table.ends):
        yield "终结时间与所处阶段不符"
    if lead != told.lead or sorted(leads or ()) != [unit for unit in [told.lead] if unit]:
        found = f"业务表中是{lead or '无'}，参与单位中是{'、'.join(leads or ()) or '无'}"
        yield f"按记录牵头单位应为{told.lead or '无'}，{found}"
    yield from sorted({words for moves in told.steps.values() for words in _not_there(pack, moves)})
    for name in sorted(told.texts.keys() | digests.keys()):
        if told.texts.get(name) != digests.get(name):
            missing = "没有记录在案" if name not in told.texts else "已被删除" if name not in digests else "已被改动"
            yield f"{name}{missing}"


def _misfit_duties(told: Told, owed: Sequence[tuple[str, str, datetime]], done: Sequence[str]) -> Iterator[str]:
    expected, found = Counter(map(_words, told.owed)), Counter(_words(Owed(*row)) for row in owed)
    for words in sorted((expected - found).keys()):
        yield f"按记录应负的职责，台账中没有：{words}"
    for words in sorted((found - expected).keys()):
        yield f"台账中的职责，记录中没有：{words}"
    if Counter(told.done) != Counter(done):
        differs = sorted(((Counter(told.done) - Counter(done)) + (Counter(done) - Counter(told.done))).keys())
        yield f"已了结的职责与记录不符：{'、'.join(differs)}"


def _words(owed: Owed) -> str:
    return f"{owed.kind}，{owed.holder}，{owed.due_at.astimezone(ZONE):%Y-%m-%d %H:%M:%S.%f}到期"


def _size(jurisdiction: str | None) -> dict[str, int]:
    asked = [jurisdiction, jurisdiction]
    here = "%s::text IS NULL OR jurisdiction = %s"
    counts = {k.folder: f"SELECT count(*) FROM {tables.rows_of(k)} s WHERE {here}" for k in REGISTRY}
    bound = f"SELECT count(*) FROM attachments_attachment WHERE subject_number IS NOT NULL AND ({here})"
    counts["attachments"] = bound
    counts["duties"] = f"SELECT count(*) FROM duties_duty WHERE {here}"
    return {name: rows(sql, asked)[0][0] for name, sql in counts.items()}

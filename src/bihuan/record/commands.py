"""The only way to write: `@command`, the lock on a chain, and the append to it."""

import logging
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from functools import partial, wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection, transaction

from bihuan.kernel.actor import Actor, Seat
from bihuan.kernel.fields import Fields
from bihuan.kernel.happening import Happening, kinds_of_notes
from bihuan.kernel.needs import Choosing, Requiring
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Overtaken, Refusal, Refused, Unknown
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.policy.names import of, put
from bihuan.policy.pack import NoLimit, Pack
from bihuan.record import editions, keeping, queries, scope, unit_of_work
from bihuan.record.bulk import Copier
from bihuan.record.hashing import GENESIS, canonical, commitment, event_hash
from bihuan.record.retrying import retried
from bihuan.record.room import look_for_room
from bihuan.record.types import ALWAYS, AttemptRefused, Chain, Condition, Done, Kept
from bihuan.record.unit_of_work import Pending, Question, Row, ahead, ask, know

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")

NOWHERE = Seat(unit="", post="")


class Unrecorded(AssertionError):
    """A command wrote without leaving an event: a defect of the command, and nothing of it stays."""


Ask = Callable[[Any, Actor, datetime, Pack], Refusal | None]
"""Whether the act may be done at all, before its form is filled in: (facts, actor, now, pack)."""


@dataclass(frozen=True, slots=True)
class Act:
    """One act as the faces see it: its subject, its word, its form and the command that does it."""

    subject: str
    word: Vocabulary
    fields: type[Fields]
    run: Callable[..., Done]
    ask: Ask | None
    choices: Choosing | None = None
    required: Requiring | None = None
    begins: Callable[[Any], Mapping[str, object]] | None = None
    """What of the subject's facts a page puts into its form, to be kept or changed."""
    titles: Callable[[Pack], Mapping[str, str]] | None = None
    """How fields are called under a regulation, where that is not the same everywhere."""


ACTS: dict[tuple[str, str], Act] = {}
"""(subject, act) → act; filled by `@command`, read by pages, API and console."""

COMMANDS: dict[str, Callable[..., Any]] = {}
"""Dotted name → command, for the architecture tests."""

_recorded: ContextVar[int | None] = ContextVar("recorded", default=None)
_alongside: ContextVar[Callable[[], None] | None] = ContextVar("alongside", default=None)


def command(
    *,
    subject: str = "",
    act: Vocabulary | None = None,
    fields: type[Fields] | None = None,
    ask: Ask | None = None,
    choices: Choosing | None = None,
    required: Requiring | None = None,
    begins: Callable[[Any], Mapping[str, object]] | None = None,
    titles: Callable[[Pack], Mapping[str, str]] | None = None,
    repeatable: bool = False,
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """One transaction with its record, tried again where another was in the way. A refusal names bodies as the
    regulation does under which it was made.

    With `subject`, `act` and `fields` also an act that the faces offer.
    `ask` is the rule behind the button: pages and API show its refusal, and the act itself is refused by it.
    `choices` and `required` tell of a subject which values its form allows and which fields it cannot do without.
    `begins` tells what of the subject's facts a page puts into the form beforehand, to be kept or changed.
    `titles` tells how fields are called under a regulation, where that is not the same everywhere.
    A `repeatable` command writes nothing, and so records nothing, where it finds done what it is asked to do.
    """

    def wrap(write: Callable[P, R]) -> Callable[P, R]:
        @retried
        @wraps(write)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            actor = kwargs.get("actor")
            with _transaction():
                try:
                    with scope.acting_as(actor) if isinstance(actor, Actor) else nullcontext():
                        result = write(*args, **kwargs)
                except NoLimit as lacking:
                    log.error("%s", lacking.words)
                    raise Refused(Refusal(lacking.words, None), pack=lacking.ref) from lacking
                except Refused as refused:
                    refused.word(partial(put, by=of(refused.pack)))
                    if refused.refusal.evidence and refused.keep is None:
                        refused.keep = partial(_keep_attempt, refused, act, **kwargs)
                    raise
                if not _recorded.get() and not repeatable:
                    raise Unrecorded(f"{write.__module__}.{write.__qualname__} 没有留下记录")
                return result

        COMMANDS[f"{write.__module__}.{write.__qualname__}"] = run
        if act is not None and fields is not None:
            ACTS[(subject, act)] = Act(subject, act, fields, run, ask, choices, required, begins, titles)  # type: ignore[arg-type]
        return run

    return wrap


@contextmanager
def alongside(write: Callable[[], None]) -> Iterator[None]:
    """Inside, what a command wrote is followed by this in the same transaction; where it wrote nothing, by nothing."""
    token = _alongside.set(write)
    try:
        yield
    finally:
        _alongside.reset(token)


@contextmanager
def _transaction() -> Iterator[None]:
    """One transaction, however many commands stand in it; when it was rolled back, what is evidence is kept."""
    outer = _recorded.get()
    token = _recorded.set(0)
    try:
        if outer is not None:
            with transaction.atomic(savepoint=False):
                yield
        else:
            look_for_room()
            with scope.one_transaction(), unit_of_work.transaction():
                yield
                if also := _alongside.get():
                    also()
    except Refused as refused:
        if outer is None and refused.keep is not None:
            refused.keep()
        raise
    finally:
        inner = _recorded.get() or 0
        _recorded.reset(token)
        if outer is not None:
            _recorded.set(outer + inner)


def _keep_attempt(refused: Refused, act: Vocabulary | None, **said: Any) -> None:
    """Record a forbidden attempt in a transaction of its own, after the attempt was rolled back."""
    from bihuan.policy.loader import pack  # the pack is needed only here, on the rare path

    actor: Actor = said["actor"]
    assert refused.refusal.norm is not None, "what is evidence is forbidden by a norm"
    rulebook = pack(refused.pack)
    happening = AttemptRefused(act=put(act.label, rulebook) if act else "", reason=refused.refusal.reason)
    with scope.one_transaction(), unit_of_work.transaction():
        scope.act_as(actor)
        append(
            lock(refused.subject),
            happening,
            actor=actor,
            seat=min(actor.seats, default=NOWHERE),
            norm=refused.refusal.norm,
            pack=rulebook,
            now=said["now"],
        )


@retried
def once(*, account: str, key: str, request: bytes, at: datetime, write: Callable[[], Kept]) -> tuple[Kept, bool]:
    """Write and keep the answer under the caller's key, in one transaction; a repeat gets the kept answer.

    Answers whether it was kept already. Whoever comes second while the first still writes waits for its answer.
    `request` is a digest: raises KeyReused where the key came with another request. A refusal is not kept.
    """
    mark, seal = keeping.mark(account, key), keeping.Sealing(account, key)
    try:
        with _transaction():
            unit_of_work.write(_ONCE, [account, mark, request, at], otherwise=_Answered())
            kept = write()
            unit_of_work.write(_KEEP, [kept.status, seal.close(kept.answer), account, mark])
    except _Answered:
        found = queries.kept(account=account, key=key, request=request)
        assert found is not None, "whoever was first has written it"
        return found, True
    except Refused:  # whether it was answered before comes before any refusal
        if (found := queries.kept(account=account, key=key, request=request)) is not None:
            return found, True
        raise
    return kept, False


_ONCE = """
INSERT INTO record_onceness (account, key, request, status, answer, at) VALUES (%s, %s, %s, 0, '{}', %s)
ON CONFLICT (account, key) DO NOTHING"""
_KEEP = """
UPDATE record_onceness SET status = %s, answer = jsonb_build_object('sealed', %s::text)
WHERE account = %s AND key = %s"""


class _Answered(Exception):
    """The key has its answer."""


def forget_answers(before: datetime) -> int:
    """Forget what was kept for requests older than that; answers how many."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM record_onceness WHERE at < %s", [before])
        return int(cursor.rowcount)


_MOVED = "SELECT EXISTS (SELECT FROM record_event WHERE subject = %s AND sequence > %s AND kind <> ALL (%s))"


def unchanged(chain: Chain, version: int | None) -> Chain:
    """The chain; raises Overtaken where something but notes happened since the version that the caller saw."""
    if version is not None and version != chain.length and (version > chain.length or _moved(chain, version)):
        raise Overtaken(seen=version, current=chain.length)
    return chain


def _moved(chain: Chain, since: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, [chain.subject, since, kinds_of_notes()])
        return bool(cursor.fetchone()[0])


Chains = Mapping[str, Chain]
"""Subject → its chain."""
_CHAIN = "SELECT subject, jurisdiction, length, head FROM record_chain WHERE"
_LOCK = f"{_CHAIN} subject = %s AND {{}} FOR UPDATE"
_LOCK_IN_TURN = f"{_CHAIN} subject = ANY(%s || ARRAY({{}})) AND {{}} ORDER BY subject = %s, subject FOR UPDATE"
_LOCK_ALL = f"{_CHAIN} subject = ANY(%s) ORDER BY subject FOR UPDATE"


def lock(subject: str, *, where: Condition = ALWAYS) -> Chain:
    """Lock the subject until the transaction ends; one that this act holds already is asked for no more.

    Raises Unknown where there is no such subject, and, without a lock, where the condition does not hold.
    """
    return take(locking(subject, where=where))[subject]


def locking(subject: str, *, where: Condition = ALWAYS, first: Condition | None = None) -> Question[Chains]:
    """The question that locks the subject, and before it the subjects of which `first` tells the keys."""

    def read(rows: list[Row]) -> Chains:
        chains = _chains(rows)
        if subject not in chains:
            raise Unknown(subject)
        return chains

    if first is None:
        return Question(_LOCK.format(where.sql), [subject, *where.values], read, of=subject)
    sql = _LOCK_IN_TURN.format(first.sql, where.sql)
    return Question(sql, [[subject], *first.values, *where.values, subject], read)


def take(asked: Question[Chains]) -> Chains:
    """The chains that a question locks; whoever wants to lock one of them again in this act holds it."""
    chains = ask(asked)
    for chain in chains.values():
        _hold(chain)
    return chains


def _hold(chain: Chain) -> None:
    know(locking(chain.subject), [(chain.subject, chain.jurisdiction, chain.length, chain.head)])


def _chains(rows: list[Row]) -> Chains:
    return {row[0]: Chain(row[0], row[1], row[2], bytes(row[3])) for row in rows}


def hold_still(subject: str) -> None:
    """Let nothing be done on the subject until the transaction ends; others who only want that do not wait."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT FROM record_chain WHERE subject = %s FOR KEY SHARE", [subject])


def lock_all(subjects: Iterable[str]) -> Chains:
    """Lock several subjects in one fixed order, so that two commands can never wait for each other."""
    return take(Question(_LOCK_ALL, [sorted(subjects)], _chains))


def begin(subject: str, jurisdiction: str) -> Chain:
    """The chain of a new subject, not yet in the table: `append` puts it there with its first event."""
    return Chain(subject, jurisdiction, 0, GENESIS)


def erase_private(subject: str, *, kind: str | None = None) -> None:
    """Erase what the record keeps apart of a subject (in events of a kind), under its lock; the hashes cover its digest
    and hold."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE record_event SET private = NULL, salt = NULL"
            " WHERE subject = %s AND private IS NOT NULL AND (%s::text IS NULL OR kind = %s)",
            [subject, kind, kind],
        )


_COLUMNS = (
    "subject, sequence, jurisdiction, at, kind, norm, clause, account, name, unit, post, sentence,"
    " facts, private, salt, commitment, previous, hash"
)
_TYPES = ("text", "int", "text", "timestamptz", *(["text"] * 8), "json", "json", *(["bytea"] * 4))
_VALUES = ", ".join(f"%s::{kind}" for kind in _TYPES)
_START = f"""
WITH chain AS (
  INSERT INTO record_chain (subject, jurisdiction, length, head) VALUES (%s, %s, %s, %s) RETURNING subject)
INSERT INTO record_event ({_COLUMNS}) SELECT {_VALUES} FROM chain"""  # noqa: S608 constants only
_GROW = f"""
WITH chain AS (
  UPDATE record_chain SET length = %s, head = %s WHERE subject = %s AND length = %s RETURNING subject)
INSERT INTO record_event ({_COLUMNS}) SELECT {_VALUES} FROM chain"""  # noqa: S608 constants only
_TOLD_ALL = f"""
INSERT INTO record_event ({_COLUMNS}) SELECT * FROM unnest({", ".join(f"%s::{kind}[]" for kind in _TYPES)})"""  # noqa: S608 constants only
_GROW_ALL = """
UPDATE record_chain c SET length = c.length + 1, head = told.head
FROM unnest(%s::text[], %s::int[], %s::bytea[]) told (subject, length, head)
WHERE c.subject = told.subject AND c.length = told.length"""


def append(
    chain: Chain,
    happening: Happening,
    *,
    actor: Actor,
    seat: Seat,
    norm: Norm,
    pack: Pack | None,
    now: datetime,
    extra: dict[str, object] | None = None,
) -> Chain:
    """Append what happened to the chain and answer its new end. `extra` joins the facts (stage, duties)."""
    row, grown = _row(chain, happening, _said(norm, pack, actor, seat), put(happening.tell(), pack), now, extra)
    sealed = Refusal("这一天的记录已经封存，不能补记。请刷新后重新办理。", norm)
    overtaken = Overtaken(seen=chain.length, current=chain.length + 1)
    if chain.length == 0:
        sql, end = _START, [chain.subject, chain.jurisdiction, grown.length, grown.head]
    else:
        sql, end = _GROW, [grown.length, grown.head, chain.subject, chain.length]
    refusals = {"record_day_is_open": sealed}
    unit_of_work.write(sql, [*end, *row], of=chain.subject, otherwise=overtaken, refusals=refusals)
    _hold(grown)
    _recorded.set((_recorded.get() or 0) + 1)
    return grown


@dataclass(frozen=True, slots=True)
class Told:
    """What happened on a subject, by which norm of which regulation."""

    happening: Happening
    norm: Norm
    pack: Pack


def append_all(told: Sequence[tuple[Chain, Told]], *, actor: Actor, now: datetime) -> list[Chain]:
    """Append one event to each of several chains, all held, in two statements; answers their new ends."""
    if not told:
        return []
    made = [
        _row(
            chain,
            one.happening,
            _said(one.norm, one.pack, actor, NOWHERE),
            put(one.happening.tell(), one.pack),
            now,
            None,
        )
        for chain, one in told
    ]
    ends = [grown for _, grown in made]
    grows = [[end.subject for end in ends], [chain.length for chain, _ in told], [end.head for end in ends]]
    unit_of_work.write(_GROW_ALL, grows, rows=len(ends), otherwise=Overtaken(seen=0, current=1))
    sealed = Refusal("这一天的记录已经封存，不能补记。请刷新后重新办理。", told[0][1].norm)
    columns = [list(column) for column in zip(*(row for row, _ in made), strict=True)]
    unit_of_work.write(_TOLD_ALL, columns, rows=len(made), refusals={"record_day_is_open": sealed})
    _recorded.set((_recorded.get() or 0) + len(made))
    return ends


class FirstEvents:
    """The first events of many chains of one jurisdiction, made one by one and then written by COPY: for imports."""

    def __init__(self, *, jurisdiction: str, norm: Norm, actor: Actor, seat: Seat, pack: Pack, now: datetime) -> None:
        self._jurisdiction, self._said, self._now = jurisdiction, _said(norm, pack, actor, seat), now
        self._pack = pack
        self._rows: list[tuple[Any, ...]] = []
        self._ends: list[Chain] = []

    def add(self, subject: str, happening: Happening, extra: dict[str, object]) -> str:
        """Begin the subject's chain with what happened, and answer its sentence; nothing is written yet."""
        sentence = put(happening.tell(), self._pack)
        row, end = _row(begin(subject, self._jurisdiction), happening, self._said, sentence, self._now, extra)
        self._rows.append(row)
        self._ends.append(end)
        return sentence

    def write(self, copier: Copier) -> None:
        """Write what was added since the last time."""
        rows, ends, self._rows, self._ends = self._rows, self._ends, [], []
        copier.copy("record_event", _COLUMNS, rows)
        copier.copy(
            "record_chain",
            "subject, jurisdiction, length, head",
            [(c.subject, c.jurisdiction, c.length, c.head) for c in ends],
        )
        _recorded.set((_recorded.get() or 0) + len(ends))


def _said(norm: Norm, pack: Pack | None, actor: Actor, seat: Seat) -> tuple[str, ...]:
    """By which norm and clause, and who, in which seat."""
    clause = pack.cite(norm).clause_id if pack else None
    return norm.name, clause or "", actor.account, actor.name, seat.unit, seat.post


def _row(
    chain: Chain,
    happening: Happening,
    said: tuple[str, ...],
    sentence: str,
    now: datetime,
    extra: dict[str, object] | None,
) -> tuple[tuple[Any, ...], Chain]:
    """The columns of the event and the chain's new end."""
    facts = canonical(happening.facts(private=False) | (extra or {}))
    hidden = happening.facts(private=True)
    private = canonical(hidden) if hidden else None
    salt = secrets.token_bytes(16) if private is not None else None
    committed = commitment(salt, private) if salt is not None and private is not None else None
    words = (happening.kind, *said, sentence)
    sequence = chain.length + 1
    head = event_hash(chain.head, chain.subject, sequence, chain.jurisdiction, now, words, facts, committed)
    kept = (facts, private, salt, committed, chain.head, head)
    row = (chain.subject, sequence, chain.jurisdiction, now, *words, *kept)
    return row, Chain(chain.subject, chain.jurisdiction, sequence, head)


_COUNT_UP = """
INSERT INTO record_counter (name, jurisdiction, value) VALUES (%s, %s, %s)
ON CONFLICT (name) DO UPDATE SET value = record_counter.value + EXCLUDED.value RETURNING value"""


def count_up(name: str, jurisdiction: str, by: int = 1) -> int:
    """Take the next `by` gapless numbers of a counter and answer the last; the counter stays locked until commit."""
    return counting_up(name, jurisdiction, by).answer


def counting_up(name: str, jurisdiction: str, by: int = 1) -> Pending[int]:
    """The same with the next trip."""
    return ahead(Question(_COUNT_UP, [name, jurisdiction, by], lambda rows: int(rows[0][0])), anew=True)


def begin_edition(name: str) -> int:
    """Begin a new edition of what processes remember under that name; it holds for others from the commit on.

    Others who begin one wait until then, so that editions are told in the order in which they come to hold.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO record_edition AS known (name, value) VALUES (%s, nextval('record_edition_number'))"
            " ON CONFLICT (name) DO UPDATE SET value = nextval('record_edition_number') RETURNING value",
            [name],
        )
        value = int(cursor.fetchone()[0])
    editions.begun(name, value)
    return value


def numbers(last: int, by: int) -> Iterable[int]:
    """The numbers that `count_up` took."""
    return range(last - by + 1, last + 1)

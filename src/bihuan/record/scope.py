"""Whose rows PostgreSQL shows: the actor of a transaction is named to it, and its policies stand behind every query.

The same statement reads in which editions the answer works (`record.editions`).
A connection that has named nobody sees no case at all. Nothing here decides who may see what: `duties.sight` does, and
the policies of `walls` say the same a second time, in the database.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, transaction

from bihuan.kernel import errand
from bihuan.kernel.actor import CLOCKWORK, Actor
from bihuan.record import editions, unit_of_work

READING, OWN, ACTING, SYSTEM = "reading", "own", "acting", "system"
"""What the actor's units take part in; a requester's one case; the rows of the actor's jurisdiction, for a command that
asks its own rules; everything, for the role of the jobs (the jurisdiction's rows for any other)."""

_WHO = (
    "set_config('bihuan.scope', %s, {local}), set_config('bihuan.jurisdiction', %s, {local}),"
    " set_config('bihuan.units', %s::text[]::text, {local}), set_config('bihuan.own', %s, {local}),"
    " set_config('bihuan.account', %s, {local}), set_config('bihuan.seats', %s::text[]::text, {local})"
)
_READ = f"SELECT set_config('transaction_read_only', 'on', true), {_WHO.format(local='true')}, {editions.READ}"
_ASK = f"SELECT {_WHO.format(local='false')}, {editions.READ}"
_ACT = f"SELECT set_config('bihuan.scope', %s, true), set_config('bihuan.jurisdiction', %s, true), {editions.READ}"
_NOBODY = "; ".join(f"RESET bihuan.{word}" for word in ("scope", "jurisdiction", "units", "own", "account", "seats"))

_given_back: ContextVar[int] = ContextVar("given_back", default=0)
"""How often the connection was given back meanwhile: the next one that is taken knows nobody yet."""
_acting_as: ContextVar[Actor | None] = ContextVar("acting_as", default=None)


@contextmanager
def reading(actor: Actor) -> Iterator[None]:
    """What a page reads: one transaction in which the database refuses every write; it leaves nothing behind.

    It commits nothing; but at a rollback psycopg forgets every statement that it has had planned on the connection.
    """
    nested = connection.in_atomic_block
    with transaction.atomic(), _naming(_READ, actor):
        yield
        transaction.set_rollback(nested)


@contextmanager
def asking(actor: Actor) -> Iterator[None]:
    """What is read around a command, each statement for itself."""
    with _naming(_ASK, actor, unless_in_transaction=True) as named:
        try:
            yield
        finally:
            if named() and connection.connection is not None and not connection.connection.closed:
                _tell(_NOBODY)


@contextmanager
def _naming(sql: str, actor: Actor, *, unless_in_transaction: bool = False) -> Iterator[Callable[[], bool]]:
    """Name the actor right before the first statement, so that nobody is named where nothing is asked."""
    named_at: int | None = None

    def name_first(execute: Callable[..., Any], asked: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        nonlocal named_at
        if named_at != _given_back.get() and not (unless_in_transaction and connection.in_atomic_block):
            named_at = _given_back.get()
            _tell(sql, _told(actor))
        return execute(asked, params, many, context)

    with editions.one_answer(), connection.execute_wrapper(name_first):
        yield lambda: named_at == _given_back.get()


@contextmanager
def aside() -> Iterator[None]:
    """While something lasts that asks nothing of the database: others have the connection and the turn meanwhile.

    Within a transaction both are kept.
    """
    if connection.in_atomic_block:
        yield
        return
    if "pool" in connection.settings_dict["OPTIONS"] and connection.connection is not None:
        _tell(_NOBODY)
        connection.close()
        _given_back.set(_given_back.get() + 1)
    with errand.ASIDE.get()():
        yield


@contextmanager
def one_transaction() -> Iterator[None]:
    """Inside, the first command names its jurisdiction to the database, and what it calls need not do so again."""
    token = _acting_as.set(None)
    try:
        with editions.one_answer():
            yield
    finally:
        _acting_as.reset(token)


def act_as(actor: Actor) -> None:
    """Let the transaction touch the rows of the actor's jurisdiction, or all of them for what serves every one."""
    known = _acting_as.get()
    if known is not None and known.jurisdiction == actor.jurisdiction:
        return
    _acting_as.set(actor)
    said = [SYSTEM if actor.account == CLOCKWORK else ACTING, actor.jurisdiction]
    unit_of_work.write(_ACT, said, hear=lambda rows: editions.heard(rows[0][-1]))


@contextmanager
def acting_as(actor: Actor) -> Iterator[None]:
    """The same for as long as a command lasts; whoever called it for another jurisdiction goes on in their own."""
    caller = _acting_as.get()
    act_as(actor)
    try:
        yield
    except BaseException:
        _acting_as.set(caller)  # what is rolled back takes back what was told of the actor
        raise
    if caller is not None:
        act_as(caller)


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """A transaction that writes for the actor and leaves no event, such as taking in a file."""
    with one_transaction(), transaction.atomic():
        act_as(actor)
        yield


def _told(actor: Actor) -> list[str | list[str]]:
    scope = SYSTEM if actor.account == CLOCKWORK else OWN if actor.is_requester else READING
    units, seats = sorted(actor.units - {""}), sorted(actor.seats_told)
    return [scope, actor.jurisdiction, units, actor.own, actor.account, seats]


def _tell(sql: str, said: Sequence[str | list[str]] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, said)
        if said is not None:
            editions.heard(cursor.fetchone()[-1])

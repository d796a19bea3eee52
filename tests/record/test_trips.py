"""How often an act waits for the database: counted by libpq, as answers that say that the server is ready again."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from django.db import connection

from bihuan.cases.types import Act
from tests.api.clients import Staff
from tests.towns import Town, found
from tests.walks import DOERS, filled

pytestmark = pytest.mark.django_db(transaction=True)

LIFECYCLE = (
    Act.DISPATCH,
    Act.SIGN_IN,
    Act.RECORD_CONTACT,
    Act.ANSWER,
    Act.SIGN_OFF,
    Act.APPROVE,
    Act.RECORD_CALLBACK,
    Act.CLOSE,
)
WHO = 1
"""The statement that asks whose token it is, before an act begins."""
MOST: Mapping[str, int] = {"register": 3} | {str(act): 3 for act in LIFECYCLE}
"""Act → its trips: what it must know, what it writes, the commit."""
KEYED = MOST | {"approve": 4, "close": 4}
"""The same with a key: it adds none, but where the cases that follow are asked for with what was written. What is kept
under the key is written last."""


@contextmanager
def counted() -> Iterator[list[int]]:
    """How many trips are made inside, told when it ends."""
    session = connection.connection.pgconn
    told: list[int] = []
    with tempfile.TemporaryFile("w+") as trace:
        session.trace(trace.fileno())
        try:
            yield told
        finally:
            session.untrace()
        trace.seek(0)
        told.append(sum("ReadyForQuery" in line for line in trace))


@pytest.fixture
def town() -> Town:
    return found("tr", "wendeng-2021-10", prefix="TR")


def lifecycle(staff: Staff, keys: Iterator[dict[str, str]]) -> dict[str, int]:
    """Act → trips, of one request from its registration to its end."""
    now, trips = datetime.now(UTC), dict[str, int]()
    with counted() as told:
        began: Any = staff["desk.registrar"].post("/cases", filled("register", staff.town, now), **next(keys))
    assert began.status_code == 201, began.content.decode()
    trips["register"] = told[0]
    number = began.json()["number"]
    for act in LIFECYCLE:
        form, client = filled(act, staff.town, now), staff[DOERS[act]]
        with counted() as told:
            done = client.post(f"/cases/{number}/acts/{act}", form, **next(keys))
        assert done.status_code == 200, (act, done.content.decode())
        trips[str(act)] = told[0]
    return trips


@pytest.mark.parametrize("keyed", [False, True], ids=["without a key", "with a key"])
def test_an_act_asks_once_writes_once_and_commits(town: Town, keyed: bool) -> None:
    staff = Staff(town)
    keys = ({"Idempotency-Key": f"key-{n}"} if keyed else {} for n in count())
    for account in {"desk.registrar", *(DOERS[act] for act in LIFECYCLE)}:
        staff[account].get("/cases")
    for _ in range(4):  # what is remembered of the database is read, and what is asked is planned
        trips = lifecycle(staff, keys)
    assert {act: made - WHO for act, made in trips.items()} == (KEYED if keyed else MOST)

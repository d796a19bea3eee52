"""What is asked with GET is read in a transaction in which PostgreSQL refuses every write."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.db.utils import InternalError

from bihuan.api.door import _read
from bihuan.api.endpoints import Call, Reply
from bihuan.api.routes import ROUTER
from bihuan.cases.types import Act
from tests.api.clients import Staff
from tests.towns import START, settle

READS = [endpoint for endpoint in ROUTER.endpoints if endpoint.method == "GET"]
WANTED = {"matters/reconciliation": "?month=2025-03-01"}
"""What some of them must be asked with."""
WHO_ASKS = "organisations_apitoken"
"""The one table that is asked before anybody is known for whom something could be read."""


@contextmanager
def could_have_written(told: list[str]) -> Iterator[None]:
    """Within, every statement after which the transaction still lets somebody write is told."""

    def note(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
        answer = execute(sql, params, many, context)
        (mode,) = connection.connection.execute("SELECT current_setting('transaction_read_only')").fetchone()
        if mode == "off" and not sql.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            told.append(sql)
        return answer

    with connection.execute_wrapper(note):
        yield


@pytest.mark.parametrize("endpoint", READS, ids=lambda endpoint: endpoint.path)
def test_every_statement_behind_a_get_could_write_nothing(endpoint: Any, staff: Staff) -> None:
    number = staff.walk(Act.DISPATCH) if endpoint.path.startswith("cases/") else "NONE1"
    values = {"number": number, "id": "1", "code": staff.town.unit, "pack": "wendeng-2021-10"}
    values |= {"account": "wd.unit.head", "year": "2025", "period": "2025-03"}
    values |= {"metric": "satisfaction", "unit": staff.town.unit}
    settle(staff.town.code, staff.town.desk, "chief", "administrator")
    alone = "（系统管理员" in endpoint.summary
    client, writable = staff["chief" if alone else "desk.dispatcher"], list[str]()
    with could_have_written(writable):
        response = client.get(f"/{endpoint.path.format(**values)}{WANTED.get(endpoint.path, '')}")
    assert response.status_code in (200, 404)
    assert len(writable) == 1, writable
    assert WHO_ASKS in writable[0]


def test_an_endpoint_that_would_write_is_refused_by_the_database(staff: Staff) -> None:
    standing = type("Standing", (), {"actor": staff.town.actor("desk.dispatcher")})()

    def writes(_: Call) -> Reply:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE organisations_unit SET name = 'x'")
        raise AssertionError("it wrote")

    call = Call(None, standing, {}, None, None, None, None, None, START)  # type: ignore[arg-type]
    with pytest.raises(InternalError, match="read-only"):
        _read(replace(READS[0], view=writes), call)

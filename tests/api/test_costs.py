"""How many statements an endpoint costs the database."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.cases.types import Act
from tests.api.clients import Staff
from tests.api.test_problems import NOW
from tests.walks import DOERS, filled

BOOK_KEEPING = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT")


@contextmanager
def at_most(most: int) -> Iterator[None]:
    """No more statements than these, transactions apart."""
    with CaptureQueriesContext(
        connection,
    ) as caught:
        yield
    said = [q["sql"] for q in caught.captured_queries if not q["sql"].startswith(BOOK_KEEPING)]
    assert len(said) <= most, f"{len(said)} statements:\n" + "\n".join(said)


LOOP = (
    Act.ACCEPT,
    Act.DISPATCH,
    Act.SIGN_IN,
    Act.RECORD_CONTACT,
    Act.ANSWER,
    Act.SIGN_OFF,
    Act.APPROVE,
    Act.RECORD_CALLBACK,
    Act.CLOSE,
)


@pytest.mark.parametrize("keyed", [False, True], ids=["plain", "with a key"])
def test_the_acts_of_the_loop_and_the_case_between_them(staff: Staff, keyed: bool) -> None:
    staff.register()
    people = {DOERS[act] for act in LOOP}
    for short in people:
        staff[short]
    form = filled(Act.REGISTER, staff.town, NOW)
    desk = staff["desk.registrar"]
    with at_most(16 if keyed else 14):
        number = desk.post("/cases", form, **({"Idempotency_Key": "register"} if keyed else {})).json()["number"]
    for act in LOOP:
        headers = {"Idempotency_Key": act} if keyed else {}
        with at_most(16 if keyed else 14):
            assert staff.do(number, act, headers=headers).status_code == 200
        for short in people:
            if staff[short].get(f"/cases/{number}").status_code == 200:
                with at_most(14):
                    staff[short].get(f"/cases/{number}")


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/cases", 6),
        ("/cases?words=路灯&open=true&limit=2", 6),
        ("/cases?stage=dispatched", 6),
        ("/duties", 6),
        ("/duties?overdue=true", 6),
        ("/units", 3),
        ("/units/wd.desk", 6),
        ("/regulations/wendeng-2021-10/clauses", 1),
    ],
)
def test_lists_cost_the_same_however_long(staff: Staff, path: str, most: int) -> None:
    for _ in range(5):
        staff.walk(Act.DISPATCH)
    client = staff["desk.dispatcher"]
    with at_most(most):
        assert client.get(path).status_code == 200


def test_the_record_of_a_case(staff: Staff) -> None:
    number = staff.walk(Act.DISPATCH, Act.SIGN_IN)
    client = staff["unit.handler"]
    with at_most(4):
        assert len(client.get(f"/cases/{number}/record").json()["items"]) == 3

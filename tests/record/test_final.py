"""The database refuses to let go of what was recorded."""

import pytest
from django.db import DatabaseError, connection, transaction

from bihuan.audit import queries
from bihuan.cases.types import Act
from bihuan.record import sealing
from tests.towns import Town
from tests.walks import TO_HANDLING, Walk


@pytest.fixture
def walk(wendeng: Town) -> Walk:
    """A case being handled; its day is sealed, and it was touched on the next day."""
    walk = Walk(wendeng).along(*TO_HANDLING).later(days=1)
    assert sealing.seal_finished(wendeng.code, walk.now)
    return walk.along(Act.RECORD_CONTACT)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE record_event SET sentence = 'x'",
        "UPDATE record_event SET facts = '{}'",
        "UPDATE record_event SET private = '{}'",
        "UPDATE record_event SET private = NULL",
        "UPDATE record_event SET private = NULL, salt = NULL, sentence = 'x'",
        "DELETE FROM record_event",
        "TRUNCATE record_event",
        "DELETE FROM record_chain",
        "TRUNCATE record_chain",
        "UPDATE record_chain SET length = length - 1",
        "UPDATE record_chain SET length = length",
        "UPDATE record_chain SET jurisdiction = 'x', length = length + 1",
        "UPDATE record_seal SET leaves = 0",
        "DELETE FROM record_seal",
        "TRUNCATE record_seal CASCADE",
        "UPDATE record_sealleaf SET sequence = 0",
        "DELETE FROM record_sealleaf",
        "TRUNCATE record_sealleaf",
        "UPDATE record_counter SET value = value - 1",
        "UPDATE record_counter SET jurisdiction = 'x', value = value + 1",
        "DELETE FROM record_counter",
        "TRUNCATE record_counter",
    ],
)
def test_refused_by_the_database(walk: Walk, statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if "SET private = NULL" in statement:
            cursor.execute("SELECT count(*) FROM record_event WHERE private IS NOT NULL")
            assert cursor.fetchone()[0] > 0
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement)
    assert queries.verify().clean


def test_private_facts_may_be_erased_and_the_chain_still_holds(walk: Walk) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE record_event SET private = NULL, salt = NULL WHERE private IS NOT NULL")
        assert cursor.rowcount > 0
        cursor.execute("SELECT count(*) FROM record_event WHERE private IS NOT NULL OR salt IS NOT NULL")
        assert cursor.fetchone() == (0,)
    assert queries.verify().clean

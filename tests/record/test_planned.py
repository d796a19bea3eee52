"""What a connection has had planned stays planned, pages or not; and a page leaves nothing else behind."""

import pytest
from django.db import DatabaseError, connection

from bihuan.config.database import PREPARED
from bihuan.kernel.actor import Actor
from bihuan.record import scope

READER = Actor("wd.reader", "读者", "wd")
QUESTION = "SELECT count(*) FROM cases_case"


def asked(sql: str) -> object:
    """The first word of the first row."""
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_statements_outlive_the_pages_for_which_they_were_planned() -> None:
    for _ in range(5):
        with scope.reading(READER):
            asked(QUESTION)
    assert asked(f"SELECT count(*) FROM pg_prepared_statements WHERE statement = '{QUESTION}'") == 1
    assert asked("SHOW transaction_read_only") == "off"
    assert not asked("SELECT current_setting('bihuan.scope', true)")
    assert connection.connection.prepared_max == PREPARED


@pytest.mark.django_db(transaction=True)
def test_a_page_still_writes_nothing() -> None:
    with pytest.raises(DatabaseError, match="read-only"), scope.reading(READER):
        asked("DELETE FROM cases_case RETURNING 1")

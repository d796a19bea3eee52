"""What a connection has had planned stays planned, pages or not; and a page leaves nothing else behind."""

import pytest
from django.db import DatabaseError, connection, transaction

from bihuan.config.database import PREPARED
from bihuan.kernel.actor import Actor
from bihuan.record import scope

READER = Actor("wd.reader", "读者", "wd")
QUESTION = "SELECT count(*) FROM cases_case"
PLANNED = f"SELECT count(*) FROM pg_prepared_statements WHERE statement = '{QUESTION}'"


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
    assert asked(PLANNED) == 1
    assert asked("SHOW transaction_read_only") == "off"
    assert not asked("SELECT current_setting('bihuan.scope', true)")
    assert connection.connection.prepared_max == PREPARED


@pytest.mark.django_db(transaction=True)
def test_a_page_still_writes_nothing() -> None:
    with pytest.raises(DatabaseError, match="read-only"), scope.reading(READER):
        asked("DELETE FROM cases_case RETURNING 1")


def taken_back(*, savepoint: bool, made: str = "") -> None:
    """Something is asked so often that it is planned, and taken back."""
    with transaction.atomic():
        before = transaction.savepoint() if savepoint else ""
        if made:
            with connection.cursor() as cursor:
                cursor.execute(made)
        for _ in range(3):
            asked(QUESTION)
        if savepoint:
            transaction.savepoint_rollback(before)
        else:
            transaction.set_rollback(True)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("savepoint", [True, False], ids=["an act", "a transaction"])
def test_statements_outlive_what_is_taken_back(savepoint: bool) -> None:
    for _ in range(2):
        taken_back(savepoint=savepoint)
        assert asked(PLANNED) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("savepoint", [True, False], ids=["an act", "a transaction"])
def test_nothing_stays_planned_where_a_table_was_made_that_is_no_more(savepoint: bool) -> None:
    taken_back(savepoint=savepoint, made="CREATE TABLE made_here (id int)")
    assert asked(PLANNED) == 0
    taken_back(savepoint=savepoint)
    assert asked(PLANNED) == 1

"""While something lasts elsewhere a request holds no connection, and afterwards the database knows again who asks."""

from collections.abc import Iterator

import pytest
from django.db import connection, transaction

from bihuan.kernel.actor import Actor
from bihuan.record import scope
from tests.waits import LATE

WHO = Actor("wd-handler", "经办人", "wendeng")


@pytest.fixture
def pool(transactional_db: None) -> Iterator[None]:
    """One connection for all, as a server process has some."""
    connection.close()
    connection.settings_dict["OPTIONS"]["pool"] = {"min_size": 1, "max_size": 1, "timeout": LATE}
    yield
    connection.close()
    connection.close_pool()
    del connection.settings_dict["OPTIONS"]["pool"]


def account() -> str:
    """Who asks, as the database knows it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('bihuan.account', true), '')")
        return str(cursor.fetchone()[0])


def test_the_connection_goes_to_others_and_the_next_one_knows_who_asks(pool: None) -> None:
    with scope.asking(WHO):
        assert account() == "wd-handler"
        with scope.aside():
            assert connection.connection is None
            with connection.pool.connection() as others:
                assert others.execute("SELECT current_setting('bihuan.account', true)").fetchone() == ("",)
        assert account() == "wd-handler"
    assert account() == ""


def test_after_nothing_was_asked_any_more_nobody_is_named(pool: None) -> None:
    with scope.asking(WHO):
        account()
        with scope.aside():
            pass
    assert account() == ""


def test_in_a_transaction_both_are_kept(pool: None) -> None:
    with transaction.atomic():
        mine = connection.connection
        with scope.aside():
            assert connection.connection is mine

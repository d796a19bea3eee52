"""What processes remember: every answer works with one edition of it, and the next answer with the newest."""

from collections.abc import Callable
from contextlib import suppress
from threading import Thread

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from bihuan.kernel.actor import Actor
from bihuan.record import editions, scope
from bihuan.record.commands import begin_edition
from tests.waits import LATE

SOMEBODY = Actor("somebody", "某人", "wd")
THING = "thing"


def elsewhere(act: Callable[[], object]) -> None:
    """Do something on another connection, committed."""
    failed: list[BaseException] = []

    def run() -> None:
        try:
            with transaction.atomic():
                act()
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    thread = Thread(target=run)
    thread.start()
    thread.join(LATE)
    assert failed == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("answer", [scope.reading, scope.acting, scope.asking], ids=lambda one: one.__name__)
def test_an_answer_keeps_the_edition_of_its_first_statement(answer: Callable[[Actor], object]) -> None:
    first = begin_edition(THING)
    with answer(SOMEBODY):  # type: ignore[attr-defined]
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        elsewhere(lambda: begin_edition(THING))
        assert editions.edition(THING) == first
    with answer(SOMEBODY):  # type: ignore[attr-defined]
        assert editions.edition(THING) > first


@pytest.mark.django_db
def test_editions_are_read_with_a_statement_that_is_asked_anyway() -> None:
    begin_edition(THING)
    for answer, statements in ((scope.reading, 2), (scope.acting, 2)):
        with answer(SOMEBODY), CaptureQueriesContext(connection) as caught, connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert editions.edition(THING) > 0
            assert editions.edition("another") == 0
        said = [q["sql"] for q in caught.captured_queries if "SAVEPOINT" not in q["sql"]]
        assert len(said) < statements + 1, said


@pytest.mark.django_db(transaction=True)
def test_what_an_answer_begins_itself_holds_in_it_and_no_number_ever_stands_for_two_things() -> None:
    lost = []
    with suppress(ZeroDivisionError), scope.acting(SOMEBODY):
        lost.append(begin_edition(THING))
        assert editions.edition(THING) == lost[0]
        raise ZeroDivisionError
    assert editions.edition(THING) == 0
    assert begin_edition(THING) > lost[0]

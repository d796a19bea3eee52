"""A statement whose best plan depends on its values is planned for them every time; others are kept planned."""

import pytest
from django.db import connection

from bihuan.record.planning import BY_VALUES, by_values

pytestmark = pytest.mark.django_db


def kept_planned(marked: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_prepared_statements WHERE strpos(statement, %s) > 0", [marked])
        ((found,),) = cursor.fetchall()
    return int(found)


@pytest.mark.parametrize(("mark", "kept"), [("", 1), (BY_VALUES, 0)])
def test_what_says_so_is_not_kept_planned(mark: str, kept: int) -> None:
    name = f"this_{kept}"
    with connection.cursor() as cursor:
        for value in range(8):
            cursor.execute(f"SELECT %s::int AS {name} {mark}", [value])
            assert cursor.fetchall() == [(value,)]
    assert kept_planned(f"AS {name}") == kept
    assert connection.connection.prepare_threshold == 2, "as for every other statement"


def test_whatever_goes_wrong_others_are_kept_planned_again() -> None:
    connection.ensure_connection()
    with pytest.raises(ZeroDivisionError):
        by_values(lambda *_: 1 / 0, f"SELECT 1 {BY_VALUES}", None, False, {"connection": connection})
    assert connection.connection.prepare_threshold == 2

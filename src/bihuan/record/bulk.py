"""Many new rows at once, by COPY: for imports."""

from collections.abc import Iterable, Mapping
from itertools import chain

from django.db import connection
from django.db.models import AutoField, Model


def take_ids(kind: type[Model], count: int) -> list[int]:
    """So many new ids of a table, so that rows of other tables can point to rows not yet written."""
    table, column = kind._meta.db_table, kind._meta.pk.column
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s::int)", [table, column, count]
        )
        return [int(row[0]) for row in cursor.fetchall()]


def copy_rows(kind: type[Model], rows: Iterable[Mapping[str, object]]) -> None:
    """Write new rows of one table, by column; what they leave out is counted by the table or has the model's default.

    All rows bring the same columns. A generator is best: the server writes some while the next are made; it must not
    ask the database for anything.
    """
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return
    fields = [f for f in kind._meta.concrete_fields if f.attname in first or not isinstance(f, AutoField)]
    defaults = {f.attname: f.get_default() for f in fields}
    columns = ", ".join(connection.ops.quote_name(str(f.column)) for f in fields)
    table = connection.ops.quote_name(kind._meta.db_table)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in chain([first], rows):
            copy.write_row(tuple({**defaults, **row}.values()))

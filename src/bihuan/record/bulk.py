"""Many new rows at once, by COPY: for imports."""

from collections.abc import Sequence

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


def copy_rows(rows: Sequence[Model]) -> None:
    """Write unsaved rows of one table; a column counted by the table is left to it where the rows bring none."""
    if not rows:
        return
    kind = type(rows[0])
    fields = [f for f in kind._meta.concrete_fields if not (isinstance(f, AutoField) and rows[0].pk is None)]
    names = [f.attname for f in fields]
    columns = ", ".join(connection.ops.quote_name(str(f.column)) for f in fields)
    table = connection.ops.quote_name(kind._meta.db_table)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
        for row in rows:
            said = row.__dict__
            copy.write_row([said[name] for name in names])

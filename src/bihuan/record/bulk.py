"""Many new rows at once, by COPY: for imports.

PostgreSQL copies into no table whose policies hold for whoever writes. There, as in a job, the rows are inserted one by
one without waiting for each: slower, and every one of them is asked about.
"""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

import psycopg
from django.db import connection
from django.db.models import AutoField, Model
from psycopg.adapt import Dumper
from psycopg.pq import Format

from bihuan.record import unit_of_work
from bihuan.record.unit_of_work import Pending, Question, ahead


class Int4s(bytes):
    """An array of numbers (`int4[]`) in PostgreSQL's binary format, made by somebody else."""


class _Int4sDumper(Dumper):
    format, oid = Format.BINARY, psycopg.adapters.types["int4"].array_oid

    def dump(self, obj: bytes) -> bytes:
        return obj


_IDS = "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s::int)"


def take_ids(kind: type[Model], count: int) -> list[int]:
    """So many new ids of a table, so that rows of other tables can point to rows not yet written."""
    return taking_ids(kind, count).answer


def taking_ids(kind: type[Model], count: int) -> Pending[list[int]]:
    """The same with the next trip."""
    asked = [kind._meta.db_table, kind._meta.pk.column, count]
    return ahead(Question(_IDS, asked, lambda rows: [int(row[0]) for row in rows]), anew=True)


class Copier:
    """Writes new rows by COPY in a thread of its own: the next rows are made while the server takes these.

    All is written when the block ends, or the first error is raised. Within it nobody else may ask the database.
    """

    def __enter__(self) -> "Copier":
        connection.ensure_connection()
        unit_of_work.flush()
        self._connection: psycopg.Connection = connection.connection
        self._connection.adapters.register_dumper(Int4s, _Int4sDumper)
        self._thread = ThreadPoolExecutor(1)
        self._copies: list[Future[None]] = []
        self._walled: dict[str, bool] = {}
        return self

    def __exit__(self, *error: object) -> None:
        self._thread.shutdown(cancel_futures=any(error))
        if not any(error):
            for copied in self._copies:
                copied.result()

    def copy(self, table: str, columns: str, rows: Iterable[Sequence[object]], *, types: Sequence[str] = ()) -> None:
        """Rows for these columns of a table; a generator is asked for them in the thread.

        Where the types of the columns are told, they go in PostgreSQL's binary format.
        """
        self._copies.append(self._thread.submit(self._write, table, columns, rows, types))

    def copy_models(
        self, kind: type[Model], rows: Sequence[Mapping[str, object]], *, types: Sequence[str] = ()
    ) -> None:
        """Rows of one table, by column; what they leave out is counted by the table or has the model's default, and
        that of the table where types are told.

        All rows bring the same columns in the same order.
        """
        if not rows:
            return
        given = list(rows[0])
        fields = {f.attname: f for f in kind._meta.concrete_fields}
        others = [f for f in fields.values() if f.attname not in rows[0] and not (isinstance(f, AutoField) or types)]
        defaults = tuple(f.get_default() for f in others)
        columns = [connection.ops.quote_name(str(f.column)) for f in [*(fields[name] for name in given), *others]]
        table = connection.ops.quote_name(kind._meta.db_table)
        self.copy(table, ", ".join(columns), ((*row.values(), *defaults) for row in rows), types=types)

    def _write(self, table: str, columns: str, rows: Iterable[Sequence[object]], types: Sequence[str]) -> None:
        with self._connection.cursor() as cursor:
            if self._is_walled(cursor, table):
                places = ", ".join(["%s"] * len(columns.split(",")))
                cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)  # noqa: S608
                return
            form = " (FORMAT BINARY)" if types else ""
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN{form}") as copy:
                if types:
                    copy.set_types(types)
                for row in rows:
                    copy.write_row(row)

    def _is_walled(self, cursor: "psycopg.Cursor[tuple[object, ...]]", table: str) -> bool:
        if table not in self._walled:
            cursor.execute("SELECT row_security_active(%s::regclass)", [table])
            self._walled[table] = bool((cursor.fetchone() or (False,))[0])
        return self._walled[table]

"""Tampers with a Bihuan database the way somebody with the owner's rights could, to see that `bihuan verify` tells.

    DATABASE_URL=… python scripts/tamper.py event               the sentence of one event is changed
    DATABASE_URL=… python scripts/tamper.py event case:WD… 3    … of this one
    DATABASE_URL=… python scripts/tamper.py case                one whole case is deleted: its rows, duties and record
    DATABASE_URL=… python scripts/tamper.py case WD…            … this one

`DATABASE_URL=$(cat .bihuan/database-url)` is the database of `make demo`. Never run it on data that you need.
"""

import os
import sys

import psycopg
from psycopg import Connection
from psycopg.sql import SQL, Identifier

_REFERRING = """
SELECT c.conrelid::regclass::text, a.attname, f.attname
FROM pg_constraint c
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
JOIN pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = c.confkey[1]
WHERE c.contype = 'f' AND c.confrelid = %s::regclass AND cardinality(c.conkey) = 1"""


def main() -> None:
    """Do what the command line says, in one transaction."""
    what, *rest = sys.argv[1:] or [""]
    if what not in ("event", "case"):
        sys.exit(__doc__)
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        print(change_event(connection, *rest) if what == "event" else delete_case(connection, *rest))


def change_event(connection: Connection, subject: str = "", sequence: str = "") -> str:
    """Change the sentence of one event behind the trigger's back; answers which."""
    if not subject:
        subject, sequence = _one(
            connection,
            "SELECT subject, sequence FROM record_event WHERE subject LIKE 'case:%' ORDER BY id DESC LIMIT 1",
        )
    triggers(connection, "record_event", on=False)
    changed = connection.execute(
        "UPDATE record_event SET sentence = sentence || '（已改）' WHERE subject = %s AND sequence = %s",
        [subject, int(sequence)],
    )
    triggers(connection, "record_event", on=True)
    return f"已改动 {subject} 第{sequence}条" if changed.rowcount else f"没有 {subject} 第{sequence}条"


def delete_case(connection: Connection, number: str = "") -> str:
    """Delete a case with everything that hangs on it, its record and the chain included; answers which."""
    if not number:
        query = """
SELECT number FROM cases_case c WHERE NOT EXISTS (SELECT FROM cases_case k WHERE k.parent_id = c.number)
ORDER BY id DESC LIMIT 1"""
        (number,) = _one(connection, query)
    subject = f"case:{number}"
    for table in ("record_event", "record_chain"):
        triggers(connection, table, on=False)
        connection.execute(SQL("DELETE FROM {} WHERE subject = %s").format(Identifier(table)), [subject])
        triggers(connection, table, on=True)
    _delete(connection, "duties_duty", "subject", subject)
    _delete(connection, "cases_case", "number", number)
    return f"已删除工单 {number} 及其全部记录"


def triggers(connection: Connection, table: str, *, on: bool) -> None:
    """Switch the table's own triggers; its owner may."""
    word = SQL("ENABLE") if on else SQL("DISABLE")
    connection.execute(SQL("ALTER TABLE {} {} TRIGGER USER").format(Identifier(table), word))


def _delete(connection: Connection, table: str, column: str, value: object) -> None:
    """Delete rows, those that refer to them first."""
    for referring, by, to in connection.execute(_REFERRING, [table]).fetchall():
        query = SQL("SELECT {} FROM {} WHERE {} = %s").format(Identifier(to), Identifier(table), Identifier(column))
        for (key,) in connection.execute(query, [value]).fetchall():
            _delete(connection, referring, by, key)
    connection.execute(SQL("DELETE FROM {} WHERE {} = %s").format(Identifier(table), Identifier(column)), [value])


def _one(connection: Connection, query: str) -> tuple[str, ...]:
    found = connection.execute(query).fetchone()
    if found is None:
        sys.exit("数据库中没有工单")
    return tuple(map(str, found))


if __name__ == "__main__":
    main()

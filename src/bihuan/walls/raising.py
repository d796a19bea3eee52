"""Raising the walls: after every migration role, rights, views and policies are as they are declared."""

import hashlib
from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connections, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from bihuan.kernel.erasure import Erasure
from bihuan.walls.policies import (
    ASKING,
    CHANGING,
    DELETING,
    FUNCTIONS,
    LASTING,
    LIBRARIES,
    SEALING,
    SEEN,
    VIEWS,
    WITHHELD,
    written,
)
from bihuan.walls.roles import ROLE, WORKER, NoRole

_ADVICE = (
    "数据库中没有 {0} 角色，当前账户也无权建立。请由数据库管理员执行一次：CREATE ROLE {0} NOLOGIN; GRANT {0} TO {1};"
)


def raise_walls(*, using: str, plan: object = None, **_: Any) -> None:
    """After `migrate`: make what is declared true. After tests emptied tables there is no plan, and nothing to do."""
    if plan is None:
        return
    with transaction.atomic(using), connections[using].cursor() as cursor:
        columns = _columns(cursor)
        if not SEEN.keys() <= columns.keys():
            return  # migrated backwards, or not yet all the way
        for role in (ROLE, WORKER):
            _make_role(cursor, role)
        if _raised(cursor) != _declared():
            _tear_down(cursor)
            _put_up(cursor)
        for role in (ROLE, WORKER):
            _grant(cursor, role, columns)
        for table in SEALING:
            cursor.execute(f"REVOKE INSERT ON {table} FROM {ROLE}")


def take_walls_down(*, using: str, plan: object = None, **_: Any) -> None:
    """Before migrations change tables, nothing may hang on their columns; until the end nobody is shown a row."""
    if plan:
        with transaction.atomic(using), connections[using].cursor() as cursor:
            _tear_down(cursor)


def _declared() -> str:
    said = [
        *VIEWS.items(),
        *FUNCTIONS.items(),
        *ASKING.items(),
        *SEEN.items(),
        *((table, written(table)) for table in SEEN),
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()


def _raised(cursor: CursorWrapper) -> str | None:
    """The digest of what was raised last, kept as a comment on one of the views."""
    cursor.execute("SELECT obj_description(to_regclass('public.cases_words'), 'pg_class')")
    return str(found[0]) if (found := cursor.fetchone()) else None


def _columns(cursor: CursorWrapper) -> dict[str, set[str]]:
    """Table → the columns that it has now."""
    cursor.execute(
        "SELECT c.relname, array_agg(a.attname::text) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
        " WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0"
        " AND NOT a.attisdropped GROUP BY c.relname"
    )
    return {table: set(names) for table, names in cursor.fetchall()}


def _make_role(cursor: CursorWrapper, role: str) -> None:
    """A role is the whole server's: another database of it may have made it, perhaps at this very moment."""
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('bihuan_app', 0))")
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
    if cursor.fetchone() is None:
        try:
            with transaction.atomic():
                cursor.execute(f"CREATE ROLE {role} NOLOGIN")
        except DatabaseError as error:
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if cursor.fetchone() is None:
                cursor.execute("SELECT current_user")
                raise NoRole(_ADVICE.format(role, cursor.fetchone()[0])) from error
    cursor.execute("SELECT pg_has_role(current_user, %s, 'MEMBER')", [role])
    if not cursor.fetchone()[0]:
        cursor.execute(f"GRANT {role} TO CURRENT_USER")


def _tear_down(cursor: CursorWrapper) -> None:
    cursor.execute("SELECT tablename FROM pg_policies WHERE schemaname = 'public' AND policyname = 'wall'")
    for (table,) in cursor.fetchall():
        cursor.execute(f'DROP POLICY wall ON "{table}"')
    for view in VIEWS:
        cursor.execute(f"DROP VIEW IF EXISTS {view}")
    for head in (*FUNCTIONS, *ASKING):
        cursor.execute(f"DROP FUNCTION IF EXISTS {_name(head)}")


def _put_up(cursor: CursorWrapper) -> None:
    for view, query in VIEWS.items():
        cursor.execute(f"CREATE VIEW {view} AS {query}")
    for head, body in FUNCTIONS.items():
        cursor.execute(f"CREATE FUNCTION {head} STABLE SECURITY DEFINER BEGIN ATOMIC {body}; END")
        cursor.execute(f"REVOKE ALL ON FUNCTION {_name(head)} FROM PUBLIC")
    for head, body in ASKING.items():
        cursor.execute(f"CREATE FUNCTION {head} LANGUAGE plpgsql STABLE AS $${body}$$")
        cursor.execute(f"REVOKE ALL ON FUNCTION {_name(head)} FROM PUBLIC")
    for table, seen in SEEN.items():
        cursor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        cursor.execute(f"CREATE POLICY wall ON {table} USING ({seen}) WITH CHECK ({written(table)})")
    cursor.execute(sql.SQL("COMMENT ON VIEW cases_words IS {}").format(sql.Literal(_declared())))


def _name(head: str) -> str:
    return head.partition("(")[0]


def _grant(cursor: CursorWrapper, role: str, columns: Mapping[str, set[str]]) -> None:
    """Everything again, in one journey: rows of a table are added, and of its columns those written again that are."""
    rights = [
        f"GRANT USAGE ON SCHEMA public TO {role}",
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}",
        f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}",
        *(f"GRANT EXECUTE ON FUNCTION {_name(head)} TO {role}" for head in (*FUNCTIONS, *ASKING)),
    ]
    erased = erased_columns()
    for table in sorted(columns.keys() - WITHHELD.keys()):
        rights.append(f"GRANT INSERT ON {table} TO {role}")
        if table in DELETING or table.startswith(LIBRARIES):
            rights.append(f"GRANT DELETE ON {table} TO {role}")
        if table.startswith(LIBRARIES):
            rights.append(f"GRANT UPDATE ON {table} TO {role}")
        elif again := written_again(table, columns[table], erased.get(table, set())):
            named = ", ".join(f'"{column}"' for column in sorted(again))
            rights.append(f"GRANT UPDATE ({named}) ON {table} TO {role}")
    for table in sorted(columns.keys() & WITHHELD.keys()):
        rights += [f"REVOKE ALL ON {table} FROM {role}", f"GRANT {WITHHELD[table]} ON {table} TO {role}"]
    cursor.execute(";".join(rights))


def written_again(table: str, columns: set[str], erased: set[str]) -> set[str]:
    """Of the columns of a table those that something of ours writes again; `erased` are emptied with personal data."""
    return columns - LASTING[table] if table in LASTING else columns & (CHANGING.get(table, frozenset()) | erased)


def erased_columns() -> dict[str, set[str]]:
    """Table → the columns that are emptied when personal data are erased."""
    said: dict[str, set[str]] = {}
    for model in apps.get_models(include_auto_created=True):
        erasure: Erasure | None = getattr(model, "erasure", None)
        if erasure is not None:
            names = (*erasure.emptied, *erasure.instead, *erasure.within)
            said[model._meta.db_table] = {str(model._meta.get_field(name).column) for name in names}  # type: ignore[union-attr]
    return said

"""No column is forgotten when personal data are erased: all are declared, and a marker in each of them is gone."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from bihuan.audit.queries import verify
from bihuan.cases.types import Act
from bihuan.determination.types import Act as D
from bihuan.kernel.erasure import Erasure
from bihuan.matters.types import Stage
from bihuan.privacy import commands as privacy
from bihuan.privacy import queries
from bihuan.privacy.types import Erase, EraseGround
from bihuan.subjects.registry import REGISTRY
from tests.audit.tampering import unguarded
from tests.determination.walks import DeterminationWalk, with_determiners
from tests.joint.walks import LINKAGE, JointWalk, to_concluded, with_bodies
from tests.matters.walks import walk_to as listed
from tests.towns import Town
from tests.towns import found as founded
from tests.walks import Walk

MARKER = "王小明家住东门外八号"
ASKED = Erase(ground=EraseGround.REQUESTED, basis="个人信息删除申请〔2025〕3号")
SENTENCE = 100
"""Columns that hold fewer signs hold codes, names of accounts and numbers."""


def ours() -> Iterator[type[models.Model]]:
    return (model for model in apps.get_models() if model.__module__.startswith("bihuan."))


def takes_sentences(column: Any) -> bool:
    if isinstance(column, models.TextField | models.JSONField):
        return True
    return isinstance(column, models.CharField) and (column.max_length or 0) >= SENTENCE


def columns(model: type[models.Model]) -> set[str]:
    return {column.name for column in model._meta.concrete_fields if takes_sentences(column)}


@pytest.mark.parametrize("model", list(ours()), ids=lambda model: model._meta.db_table)
def test_every_column_that_takes_sentences_says_what_becomes_of_it(model: type[models.Model]) -> None:
    erasure = getattr(model, "erasure", Erasure())
    assert columns(model) <= erasure.columns, "say beside the model what an erasure does with it"
    assert erasure.columns <= {column.name for column in model._meta.concrete_fields}, "there is no such column"
    assert all(erasure.lasting.values()), "what stays has its reason"
    named = [*erasure.emptied, *erasure.instead, *erasure.within, *erasure.lasting]
    assert len(named) == len(set(named)), "one of the four"


def test_no_table_belongs_to_a_kind_of_subject_that_is_not_there() -> None:
    kinds = {kind for model in ours() for kind in getattr(model, "erasure", Erasure()).kinds}
    assert kinds <= {kind.word for kind in REGISTRY}


def marked() -> int:
    """Write the marker over every text that an erasure has to take away, past every command; answers how many rows."""
    rows = 0
    tables = [model._meta.db_table for model in ours() if _taken(model)]
    with unguarded(*tables), connection.cursor() as cursor:
        for model in ours():
            for name in columns(model) & {*_taken(model)}:
                column = model._meta.get_field(name)
                cursor.execute(f'UPDATE "{model._meta.db_table}" SET "{column.column}" = %s', [MARKER])
                rows += cursor.rowcount
    return rows


def _taken(model: type[models.Model]) -> tuple[str, ...]:
    erasure = getattr(model, "erasure", Erasure())
    return (*erasure.emptied, *erasure.instead) if erasure.kinds or erasure.named else ()


def found() -> list[str]:
    """The columns of all tables in which the marker stands."""
    places = []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns c JOIN pg_tables t"
            " ON t.tablename = c.table_name AND t.schemaname = 'public' WHERE c.table_schema = 'public'"
        )
        for table, column in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}"::text LIKE %s', [f"%{MARKER}%"])
            if cursor.fetchone()[0]:
                places.append(f"{table}.{column}")
    return places


def closed_with_everything(town: Town) -> Walk:
    """A case that was linked, extended, disputed, answered, called back and closed."""
    walk = JointWalk(with_bodies(town), LINKAGE, Walk(town)).begin()
    to_concluded(walk)
    walk.along("grade", "file_form", "sign_form")
    case = walk.case
    case.now = max(case.now, walk.now)
    case.along(Act.REQUEST_EXTENSION, Act.APPROVE_EXTENSION, Act.ANSWER, Act.SIGN_OFF, Act.APPROVE)
    return case.along(Act.RECORD_CALLBACK, Act.CLOSE)


def closed_after_a_determination(town: Town) -> Walk:
    """A case whose unit was disputed, and found by the district on a special report."""
    walk = DeterminationWalk(with_determiners(town), Walk(town)).begin()
    walk.do(D.STATE_POSITION, by="other.handler")
    walk.along(D.SUBMIT).heard(outcome="gap").along(D.ISSUE_GAP, D.REPORT, D.DESIGNATE, D.ASSIGN)
    walk.case.do(Act.SIGN_IN, by="other.handler")
    walk.case.do(Act.ANSWER, by="other.handler")
    walk.case.do(Act.SIGN_OFF, by="other.deputy")
    return walk.case.along(Act.APPROVE, Act.RECORD_CALLBACK, Act.CLOSE)


def closed_after_it_was_listed(town: Town) -> Walk:
    """A case that was a matter on the ledger, struck off since."""
    matter = listed(Stage.STRUCK_OFF, town)
    return Walk(town, matter.now, number=matter.case).along(Act.RECORD_CALLBACK, Act.CLOSE)


@pytest.mark.clause("A1-7(8)")
@pytest.mark.parametrize(
    ("close", "regulation", "columns_at_least"),
    [
        (closed_with_everything, "wendeng-2021-10", 15),
        (closed_after_a_determination, "wendeng-2021-10", 20),
        (closed_after_it_was_listed, "huainan-2021-55", 12),
    ],
    ids=lambda said: getattr(said, "__name__", ""),
)
def test_nothing_that_was_said_is_left_in_any_column(
    db: None, close: Callable[[Town], Walk], regulation: str, columns_at_least: int
) -> None:
    walk = close(founded("wx", regulation, prefix="WX"))
    assert marked() > columns_at_least
    assert len(found()) >= columns_at_least
    privacy.erase(number=walk.number, fields=ASKED, actor=walk.actor("desk.reviewer"), now=walk.now)
    assert found() == []


def test_what_an_earlier_version_left_is_taken_away_by_the_next_sweep(wendeng: Town) -> None:
    walk = closed_with_everything(wendeng)
    privacy.erase(number=walk.number, fields=ASKED, actor=walk.actor("desk.reviewer"), now=walk.now)
    assert queries.left_over() == []
    with connection.cursor() as cursor:
        cursor.execute("UPDATE dispatch_answer SET to_requester = %s", [MARKER])
    assert verify(wendeng.code).clean, "the record says that nothing of it is compared any more"
    assert queries.left_over() == [walk.number]
    privacy.complete(walk.number)
    assert found() == []
    assert queries.left_over() == []

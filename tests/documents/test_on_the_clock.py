"""Papers are made by the jurisdiction's own clock, moved or not (F47)."""

from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act
from bihuan.clockwork import commands as clockwork
from bihuan.documents import commands, jobs, queries
from bihuan.documents.types import State
from bihuan.organisations import clocks
from bihuan.record import queries as record
from tests.towns import Town, put_ahead
from tests.walks import Walk

pytestmark = pytest.mark.django_db


def drawn(town: Town, walk: Walk) -> int:
    walk.along(Act.REGISTER, Act.DISPATCH)
    said = {"subject_kind": "case", "facts": walk.facts, "actor": walk.actor("desk.dispatcher"), "now": walk.now}
    return commands.issue(code="D02", **said).id


@pytest.mark.parametrize("days", [0, 1, 400])
def test_a_paper_is_made_after_the_training_clock_was_moved(wendeng: Town, days: int) -> None:
    now = put_ahead(wendeng.code, timedelta(days=days)) if days else clocks.here(wendeng.code)
    clockwork.seal_all(clocks.real())
    document = drawn(wendeng, Walk(wendeng, now - timedelta(minutes=30)))
    jobs.make(document)
    _, number, row = queries.find(document)
    assert row.state is State.READY
    (made,) = record.events(f"document:{document}")
    asked = record.events(f"case:{number}")[-1]
    assert asked.kind == "document.asked"
    assert asked.at <= made.at <= clocks.here(wendeng.code)
    assert verify(wendeng.code).clean


def test_files_are_never_there_before_what_they_follow(wendeng: Town) -> None:
    walk = Walk(wendeng)
    document = drawn(wendeng, walk)
    assert commands.make(document, clock=lambda _: walk.now - timedelta(days=2)) is State.READY
    (made,) = record.events(f"document:{document}")
    assert made.at == walk.now, "also where a training clock was put back"

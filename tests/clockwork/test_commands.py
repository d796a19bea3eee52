"""What happens because time goes by."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection, connections, transaction
from PIL import Image
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector

from bihuan.attachments import commands as attachments
from bihuan.attachments import shelf
from bihuan.audit import queries
from bihuan.cases.queries import facts
from bihuan.cases.types import Act, Stage
from bihuan.clockwork import commands
from bihuan.kernel.refusal import Refused
from bihuan.matters.queries import open_of_case
from bihuan.organisations import clocks
from bihuan.organisations.queries import jurisdiction
from bihuan.record import sealing
from bihuan.record.commands import forget_answers
from tests.races.test_same_case import race
from tests.towns import FOUNDER, START, Town, found
from tests.waits import LATE
from tests.walks import TO_CALLBACK, TO_HANDLING, Walk

ZERO = timedelta()

CLOSED = (*TO_CALLBACK, Act.RECORD_CALLBACK, Act.CLOSE)


def test_closed_cases_are_archived_when_they_are_ripe(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*CLOSED)
    handled = Walk(wendeng).along(*TO_HANDLING)
    assert commands.archive_ripe("wd", walk.now + timedelta(days=30) - timedelta(seconds=1)) == 0
    assert walk.facts.stage == Stage.CLOSED
    assert commands.archive_ripe("wd", walk.now + timedelta(days=30, seconds=1)) == 1
    assert commands.archive_ripe("wd", walk.now + timedelta(days=30, seconds=1)) == 0
    assert (walk.facts.stage, handled.facts.stage) == (Stage.ARCHIVED, Stage.HANDLING)
    assert queries.verify().clean


def test_overdue_cases_become_candidates_where_the_regulation_has_a_list(huainan: Town) -> None:
    walk = Walk(huainan).along(*TO_HANDLING)
    due_at = max(walk.facts.duties.values())
    assert commands.sweep("hn", due_at) == (0, 0)
    assert commands.sweep("hn", due_at + timedelta(minutes=1)) == (1, 0)
    assert commands.sweep("hn", due_at + timedelta(minutes=2)) == (0, 0)
    assert open_of_case(walk.number)
    assert queries.verify().clean


def test_every_jurisdiction_has_its_own_time(wendeng: Town, huainan: Town) -> None:
    moved = commands.advance_clock(jurisdiction="wd", to=START + timedelta(days=9), seen=ZERO, actor=FOUNDER, now=START)
    assert moved == START + timedelta(days=9)
    assert clocks.everywhere(START) == {"wd": START + timedelta(days=9), "hn": START}


@pytest.mark.django_db(transaction=True)
def test_two_who_move_the_clock_at_once_move_it_once() -> None:
    found("wr", "wendeng-2021-10", prefix="WR")
    to = START + timedelta(days=1)

    def move() -> datetime:
        return commands.advance_clock(jurisdiction="wr", to=to, seen=ZERO, actor=FOUNDER, now=START)

    outcomes = race(move, move, move)
    assert sorted(map(str, outcomes)) == [str(to), "时钟只能向前拨。", "时钟只能向前拨。"]
    assert jurisdiction("wr").offset == timedelta(days=1)
    assert queries.verify().clean


def test_days_are_sealed_by_the_clock_of_each_jurisdiction(
    wendeng: Town, huainan: Town, settings: LazySettings, tmp_path: Path
) -> None:
    settings.DATA_FOLDER = tmp_path
    commands.advance_clock(jurisdiction="wd", to=START + timedelta(days=1), seen=ZERO, actor=FOUNDER, now=START)
    assert commands.seal_all(START + timedelta(hours=1)) == (1, [])
    assert [line.seal.jurisdiction for line in sealing.published(tmp_path / "seals.jsonl")] == ["wd"]
    assert queries.verify().clean


def test_kept_answers_are_forgotten(db: None) -> None:
    with connection.cursor() as cursor:
        for key, at in (("old", START), ("new", START + timedelta(days=7))):
            cursor.execute(
                "INSERT INTO record_onceness (account, key, request, status, answer, at)"
                " VALUES ('a', %s, '', 200, '{}', %s)",
                [key, at],
            )
        assert forget_answers(START + timedelta(days=1)) == 1
        cursor.execute("SELECT key FROM record_onceness")
        assert cursor.fetchall() == [("new",)]


@pytest.fixture
def town(transactional_db: None, settings: LazySettings, tmp_path: Path) -> Iterator[Town]:
    """A town whose writes are committed, so that workers see them; no job of another test waits."""
    settings.DATA_FOLDER = tmp_path
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE procrastinate_jobs CASCADE")
    yield found("hn", "huainan-2021-55", prefix="HX")
    connections.close_all()


def at_once(*acts: Any) -> list[Any]:
    """Do several things at the same time, each in its own thread; answers what they answered."""
    together, answers = Barrier(len(acts)), []

    def run(act: Any) -> None:
        together.wait()
        try:
            answers.append(act())
        except Refused as refused:
            answers.append(refused)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LATE)
    return answers


def test_two_workers_do_everything_exactly_once(town: Town) -> None:
    closed = [Walk(town).along(*CLOSED) for _ in range(4)]
    handled = [Walk(town, closed[-1].now).along(*TO_HANDLING) for _ in range(4)]
    now = START + timedelta(days=60)
    swept = at_once(*[lambda: commands.sweep("hn", now)] * 3)
    assert [sum(counts) for counts in zip(*swept, strict=True)] == [4, 4]
    assert {walk.facts.stage for walk in closed} == {Stage.ARCHIVED}
    assert {len(numbers_of(walk.number)) for walk in handled} == {1}
    assert _twice("rhythm_rhythm", "code", "period", "unit") == [], "what is done regularly begins once"
    assert sum(sealed for sealed, _ in at_once(*[lambda: commands.seal_all(now)] * 3)) == 1
    assert queries.verify().clean


def _twice(table: str, *columns: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} FROM {table} GROUP BY {', '.join(columns)} HAVING count(*) > 1")
        return list(cursor.fetchall())


def test_what_is_done_regularly_begins_once_whoever_sweeps(town: Town) -> None:
    """A quarter goes by, three workers sweep at once each week: work, meetings and bulletins are there once."""
    for days in range(0, 120, 15):
        now = START + timedelta(days=days)
        assert all(isinstance(counts, tuple) for counts in at_once(*[lambda now=now: commands.sweep("hn", now)] * 3))
    assert _twice("rhythm_rhythm", "code", "period", "unit") == []
    counts = {}
    for table in ("rhythm_rhythm", "meetings_meeting", "bulletins_bulletin"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
    assert min(counts.values()) > 0, "there was something to begin twice"
    assert queries.verify().clean


def numbers_of(case: str) -> list[str]:
    """The matters made of a case."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM matters_matter WHERE case_id = %s", [case])
        return [row[0] for row in cursor.fetchall()]


def work_off() -> None:
    """A real worker, until nothing waits."""
    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def statuses() -> dict[str, str]:
    """Jobs in the queue, with what became of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status::text FROM procrastinate_jobs")
        return dict(cursor.fetchall())


def test_a_file_whose_erasure_failed_once_is_erased_by_the_second_try(
    town: Town, settings: LazySettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"
    walk, page = Walk(town), io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(page, "PNG")
    said = {"jurisdiction": town.code, "name": "门牌.png", "data": page.getvalue(), "now": walk.now}
    stored = attachments.store(**said, actor=walk.actor("desk.registrar"))
    walk.do(Act.REGISTER, attachments=[stored.id])
    (path,) = (path for path in (tmp_path / "files").rglob("*") if path.is_file())
    with transaction.atomic():
        attachments.erase("case", walk.number)
    with monkeypatch.context() as broken:
        broken.setattr(shelf, "remove", _read_only)
        work_off()
    assert statuses()[attachments.DROP] == "todo", "it is tried again"
    assert path.exists()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now()")
    work_off()
    assert statuses()[attachments.DROP] == "succeeded"
    assert not path.exists()


def _read_only(digest: str) -> None:
    raise OSError("read-only file system")


def test_a_worker_catches_up_after_the_training_clock_was_moved(town: Town, tmp_path: Path) -> None:
    """What was done today is sixty days old once the clock was moved."""
    now = datetime.now(UTC).replace(hour=1, minute=0)
    handled, closed = Walk(town, now).along(*TO_HANDLING), Walk(town, now).along(*CLOSED)
    to = now + timedelta(days=60)
    commands.advance_clock(jurisdiction="hn", to=to, seen=ZERO, actor=FOUNDER, now=now)
    commands.catch_up("hn")  # asked for twice, done once
    assert statuses() == {commands.CATCH_UP: "todo"}
    work_off()
    assert statuses()[commands.CATCH_UP] == "succeeded"
    assert len(numbers_of(handled.number)) == 1
    assert facts(closed.number).stage == Stage.ARCHIVED
    assert {line.seal.day for line in sealing.published(tmp_path / "seals.jsonl")} >= {now.date()}
    assert jurisdiction("hn").offset == timedelta(days=60)
    assert queries.verify().clean


def test_the_jobs_of_the_calendar_run_on_the_queue(town: Town) -> None:
    for name in ("clockwork.sweep", "clockwork.seal", "clockwork.forget_answers"):
        app.tasks[name].defer(timestamp=0)
    work_off()
    assert set(statuses().items()) >= {
        ("clockwork.sweep", "succeeded"),
        ("clockwork.seal", "succeeded"),
        ("clockwork.forget_answers", "succeeded"),
    }
    assert [seal.day for seal in sealing.seals("hn")] == [START.date()]


def test_the_calendar_knows_when() -> None:
    periodic = {task.task.name: task.cron for task in app.periodic_registry.periodic_tasks.values()}
    assert periodic["clockwork.sweep"] == "* * * * *"
    assert periodic["clockwork.seal"] == "12 * * * *"
    assert "clockwork.forget_answers" in periodic
    assert any("attachments" in name for name in periodic)

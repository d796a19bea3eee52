"""A worker that dies in the middle of a job takes nothing with it."""

import json

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector


def _work_off_what_waits() -> None:
    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def _job_of_a_worker_last_heard(ago: str) -> int:
    """A job in the middle of which its worker is, which gave a sign of life so long ago."""
    job = app.tasks["bihuan.clear_sessions"].configure(queueing_lock=None).defer(timestamp=0)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id", [ago]
        )
        (worker,) = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s", [worker, job])
    return job


def _status(job: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status FROM procrastinate_jobs WHERE id = %s", [job])
        return str(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_a_dead_workers_job_is_done_by_another_and_a_living_ones_is_left_alone() -> None:
    dead, living = _job_of_a_worker_last_heard("1 hour"), _job_of_a_worker_last_heard("1 second")
    app.tasks["bihuan.requeue_stalled"].defer(timestamp=0)
    _work_off_what_waits()
    assert (_status(dead), _status(living)) == ("succeeded", "doing"), json.dumps([dead, living])

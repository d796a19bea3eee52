"""What load balancers, Prometheus and browsers are told."""

import pytest
from django.db import connection
from django.test import Client

from bihuan.config import health


@pytest.mark.django_db
def test_ready_only_when_every_migration_is_applied(client: Client) -> None:
    health._seen_complete.clear()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'sessions'")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "not migrated", "migrations": ["sessions.0001_initial"]}


@pytest.mark.django_db
def test_a_database_that_a_newer_version_changed_is_not_ready(client: Client) -> None:
    """F125; a process that worked before works on, until its host's turn comes (docs/upgrading.md)."""
    health._seen_complete.clear()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '0999_future', now())")
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "newer database",
        "what": "数据库比程序新",
        "migrations": ["cases.0999_future"],
    }
    assert client.get("/readyz").status_code == 503
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE name = '0999_future'")
    assert client.get("/readyz").status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '0999_future', now())")
    assert client.get("/readyz").status_code == 200


@pytest.mark.django_db
def test_ready_costs_one_statement_once_it_was_complete(client: Client, django_assert_num_queries: object) -> None:
    assert client.get("/readyz").json() == {"status": "ready"}
    with django_assert_num_queries(1):  # type: ignore[operator]
        assert client.get("/readyz").status_code == 200


def test_alive_without_a_database(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "alive"}


@pytest.mark.django_db
def test_figures_count_requests_by_route_and_never_by_path(client: Client) -> None:
    client.get("/healthz")
    client.get("/no/such/page/13800138000")
    told = client.get("/metrics").content.decode()
    assert 'bihuan_request_seconds_count{method="GET",route="healthz",status="200"}' in told
    assert "13800138000" not in told


@pytest.mark.django_db
def test_words_that_are_no_method_are_refused_at_once_and_counted_as_one(client: Client) -> None:
    assert client.generic("BREW", "/healthz").status_code == 405
    before = client.get("/metrics").content
    for n in range(50):
        answer = client.generic(f"BREW{n}", f"/{('healthz', 'sign-in/', 'api/v1/cases')[n % 3]}")
        assert answer.status_code == 405
        assert "POST" in answer["Allow"]
    told = client.get("/metrics").content
    assert len(told) < len(before) + 8_000
    assert b"BREW" not in told
    assert b'method="other",route="-",status="405"' in told


def test_nothing_but_our_own_scripts_may_run(client: Client) -> None:
    headers = client.get("/healthz").headers
    assert "script-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"

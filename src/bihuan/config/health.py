"""Is it alive, is it ready, how is it doing: for load balancers and Prometheus."""

import os
import threading

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

_seen_complete = threading.Event()


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and has every migration of this version."""
    try:
        waiting = _waiting_migrations()
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    if waiting:
        return JsonResponse({"status": "not migrated", "migrations": waiting}, status=503)
    return JsonResponse({"status": "ready"})


def metrics(request: HttpRequest) -> HttpResponse:
    """All figures of this host's server processes, in Prometheus' text format."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry = REGISTRY
    return HttpResponse(generate_latest(registry) + _pool_figures(), content_type=CONTENT_TYPE_LATEST)


def _waiting_migrations() -> list[str]:
    """What is not applied yet. A process that has seen a complete database only asks whether it still answers."""
    if _seen_complete.is_set():
        connection.cursor().execute("SELECT 1")
        return []
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not plan:
        _seen_complete.set()
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan]


def _pool_figures() -> bytes:
    pool = getattr(connection, "pool", None)
    if pool is None:
        return b""
    registry = CollectorRegistry()
    figures = GaugeMetricFamily("bihuan_database_pool", "The connection pool of the answering process", labels=["what"])
    for what, value in pool.get_stats().items():
        figures.add_metric([what], value)

    class Figures:
        def collect(self) -> list[GaugeMetricFamily]:
            return [figures]

    registry.register(Figures())
    return generate_latest(registry)

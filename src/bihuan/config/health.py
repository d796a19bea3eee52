"""Is it alive, is it ready, how is it doing: for load balancers and Prometheus."""

import json
import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector

from bihuan.policy import loader
from bihuan.record.sealing import CONTRADICTED
from bihuan.record.stream import lags
from bihuan.record.types import FAR_BEHIND
from bihuan.startup import versions

_seen_complete = threading.Event()


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> HttpResponse:
    """The database answers and has every migration of this version, and none of a newer one.

    Files of regulations that are wrong are told; they keep nobody else from being ready than who stands under them.
    """
    try:
        waiting, newer = _unlike_this_version()
        behind = _behind() if not (waiting or newer) else []
    except DatabaseError:
        return JsonResponse({"status": "no database"}, status=503)
    if newer:
        told = {"status": "newer database", "what": versions.TOO_NEW, "migrations": newer}
        return JsonResponse(told, status=503)
    if waiting:
        return JsonResponse({"status": "not migrated", "migrations": waiting}, status=503)
    loader.look_again()
    wrong = [
        {"file": path.name, "line": fault.line, "clause": fault.clause, "what": fault.what}
        for path, error in loader.library().wrong.items()
        for fault in error.faults
    ]
    more = ({"regulations": wrong} if wrong else {}) | ({"behind": behind} if behind else {})
    return JsonResponse({"status": "ready"} | more)


def _behind() -> list[dict[str, object]]:
    """The consumers of the record's stream that are too far behind: they keep nobody from being ready."""
    return [{"consumer": lag.name, "seconds": lag.seconds} for lag in lags() if lag.seconds > FAR_BEHIND]


def _stream() -> Iterator[GaugeMetricFamily]:
    """How far behind the consumers of the record's stream are; nothing where the database does not answer."""
    said = "Seconds since a consumer had last read the whole record, where there is something to read"
    figures = GaugeMetricFamily("bihuan_stream_lag_seconds", said, labels=["consumer"])
    with suppress(DatabaseError):
        behind: dict[str, int] = {}
        for lag in lags():
            behind[lag.name] = max(lag.seconds, behind.get(lag.name, 0))
        for name, seconds in behind.items():
            figures.add_metric([name], seconds)
        yield figures


def metrics(request: HttpRequest) -> HttpResponse:
    """All figures of this host's server processes, in Prometheus' text format."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    else:
        registry = REGISTRY
    figures = generate_latest(registry) + _told([*_pool_figures(), *_evidence(), _regulations(), *_stream()])
    return HttpResponse(figures, content_type=CONTENT_TYPE_LATEST)


def _unlike_this_version() -> tuple[list[str], list[str]]:
    """What is not applied yet, and what a newer version has applied.

    A process that has seen its own database asks no more: it works on while the next version
    migrates, until its host's turn comes.
    """
    if _seen_complete.is_set():
        return [], []
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    newer = versions.beyond(f"{app}.{name}" for app, name in executor.loader.applied_migrations)
    if not plan and not newer:
        _seen_complete.set()
    return [f"{migration.app_label}.{migration.name}" for migration, _ in plan], newer


def _told(gauges: list[GaugeMetricFamily]) -> bytes:
    registry = CollectorRegistry()

    class Figures:
        def collect(self) -> list[GaugeMetricFamily]:
            return gauges

    registry.register(Figures())
    return generate_latest(registry)


def _pool_figures() -> Iterator[GaugeMetricFamily]:
    if (pool := getattr(connection, "pool", None)) is not None:
        said = "The connection pool of the answering process"
        figures = GaugeMetricFamily("bihuan_database_pool", said, labels=["what"])
        for what, value in pool.get_stats().items():
            figures.add_metric([what], value)
        yield figures


def _regulations() -> GaugeMetricFamily:
    loader.look_again()
    wrong, said = (
        loader.library().wrong,
        "Files of regulation packs that are wrong, and stop those who stand under them",
    )
    return GaugeMetricFamily("bihuan_regulations_wrong", said, value=len(wrong))


def _evidence() -> Iterator[GaugeMetricFamily]:
    """What the last whole verification found, and how many seals told outside the database contradicts."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        told = json.loads(Path(settings.DATA_FOLDER, "verified.json").read_text("utf-8"))
        said = "Findings of the last verification of the whole record"
        yield GaugeMetricFamily("bihuan_verification_findings", said, value=int(told["findings"]))
        said, at = "When the record was last verified whole", datetime.fromisoformat(told["at"]).timestamp()
        yield GaugeMetricFamily("bihuan_verification_timestamp_seconds", said, value=at)
    with suppress(OSError, ValueError):
        count = int(Path(settings.DATA_FOLDER, "seals").with_suffix(CONTRADICTED).read_text("utf-8"))
        said = "Seals told outside the database that it contradicts"
        yield GaugeMetricFamily("bihuan_seals_contradicted", said, value=count)

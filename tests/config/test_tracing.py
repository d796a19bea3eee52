"""Traces by OpenTelemetry: what they tell, what they never tell, and that nothing of them is there unless asked for."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from pytest_django import Settings

from bihuan.config import tracing
from bihuan.organisations.commands import issue_token
from tests.towns import FOUNDER, START, Town
from tests.walks import REQUEST

NAME, PHONE = "欧阳寻踪", "13987650421"


@pytest.fixture
def told() -> Iterator[InMemorySpanExporter]:
    """What is told while the test runs."""
    kept = InMemorySpanExporter()
    tracing.switch_on(SimpleSpanProcessor(kept))
    yield kept
    tracing.switch_off()


@pytest.fixture
def site(settings: Settings) -> Client:
    """The site with traces asked for."""
    first, *others = settings.MIDDLEWARE
    settings.MIDDLEWARE = [first, "bihuan.config.tracing.traced", *others]
    return Client(raise_request_exception=False)


def named(kept: InMemorySpanExporter, name: str) -> ReadableSpan:
    (found,) = (span for span in kept.get_finished_spans() if span.name == name)
    return found


def everything(kept: InMemorySpanExporter) -> str:
    return "\n".join(span.to_json() for span in kept.get_finished_spans())


@pytest.mark.django_db
def test_a_request_is_told_by_its_route_with_its_id_and_its_statements(
    wendeng: Town, told: InMemorySpanExporter, site: Client
) -> None:
    answer = site.get("/sign-in/?next=/cases/WD1/&q=" + NAME, headers={"X-Request-ID": "told-by-the-proxy"})
    span = named(told, "GET sign-in/")
    assert span.attributes is not None
    assert span.attributes["bihuan.request_id"] == answer.headers["X-Request-ID"] == "told-by-the-proxy"
    assert (span.attributes["http.response.status_code"], span.attributes["http.route"]) == (200, "sign-in/")
    assert NAME not in everything(told)
    assert "next=" not in everything(told)


@pytest.mark.django_db
def test_a_registration_leaves_nothing_personal_in_its_trace(
    wendeng: Town, told: InMemorySpanExporter, site: Client
) -> None:
    token = issue_token(account="wd.desk.registrar", label="x", actor=FOUNDER, now=START, at=timezone.now())
    head = {"Authorization": f"Bearer {token}"}
    body = json.dumps({"channel": wendeng.channel, **REQUEST, "name": NAME, "phone": PHONE})
    made = site.post("/api/v1/cases", body, content_type="application/json", headers=head)
    assert made.status_code == 201, made.content
    request = named(told, "POST api/v1/cases")
    statements = [s for s in told.get_finished_spans() if (s.attributes or {}).get("db.system.name")]
    assert {s.name for s in statements} >= {"SELECT", "INSERT"}
    assert {s.context.trace_id for s in statements if s.context} == {request.context.trace_id}  # type: ignore[union-attr]
    assert any("cases_case" in str((s.attributes or {})["db.query.text"]) for s in statements)
    for secret in (NAME, PHONE, token, made.json()["number"], *(str(v) for v in REQUEST.values() if len(str(v)) > 3)):
        assert secret not in everything(told), secret
        assert json.dumps(secret)[1:-1] not in everything(told), secret


@pytest.mark.django_db
def test_a_literal_in_a_statement_is_not_told(told: InMemorySpanExporter) -> None:
    with tracing._told("here", tracing._kinds().SERVER, {}), connection.cursor() as cursor:
        cursor.execute(f"SELECT '{NAME}' || 'it''s', %s", [PHONE])
    assert (named(told, "SELECT").attributes or {})["db.query.text"] == "SELECT ? || ?, %s"
    assert NAME not in everything(told)


def test_an_error_is_told_by_its_type_alone(told: InMemorySpanExporter) -> None:
    with pytest.raises(RuntimeError), tracing._told("here", tracing._kinds().SERVER, {}):
        raise RuntimeError(f"{NAME} {PHONE}")
    failed = tracing.traced(lambda request: HttpResponse(PHONE, status=500))(RequestFactory().get(f"/{NAME}"))
    assert failed.status_code == 500
    for name, why in (("here", "builtins.RuntimeError"), ("GET -", "500")):
        span = named(told, name)
        assert (span.status.status_code, (span.attributes or {})["error.type"]) == (StatusCode.ERROR, why)
        assert not span.events
    assert PHONE not in everything(told)
    assert NAME not in everything(told)


@pytest.mark.django_db
def test_the_trace_of_a_proxy_goes_on(told: InMemorySpanExporter, site: Client) -> None:
    site.get("/healthz", headers={"traceparent": f"00-{'ab' * 16}-{'cd' * 8}-01"})
    span = named(told, "GET healthz")
    assert span.context is not None
    assert format(span.context.trace_id, "032x") == "ab" * 16


@pytest.mark.django_db(transaction=True)
def test_a_job_is_told_by_its_task_with_its_statements(told: InMemorySpanExporter) -> None:
    job = app.tasks["bihuan.clear_sessions"].configure(queueing_lock=None).defer(timestamp=0)
    assert isinstance(app.connector, DjangoConnector)
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(
            wait=False,
            install_signal_handlers=False,
            listen_notify=False,
            task_middleware=[*app.worker_defaults["task_middleware"], tracing.job],
        )
    span = named(told, "job bihuan.clear_sessions")
    assert (span.attributes or {})["bihuan.job_id"] == job
    assert any(s.name == "DELETE" and s.parent for s in told.get_finished_spans())


def test_spans_reach_a_collector(monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[tuple[str, ExportTraceServiceRequest]] = []

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            got.append((self.path, ExportTraceServiceRequest.FromString(body)))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Collector)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{server.server_port}")
        assert tracing.wanted()
        tracing.switch_on(tracing._to_collector())
        with tracing._told("here", tracing._kinds().SERVER, {}):
            pass
        tracing.switch_off()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    ((path, said),) = got
    assert path == "/v1/traces"
    (resource,) = said.resource_spans
    assert {a.key: a.value.string_value for a in resource.resource.attributes}["service.name"] == "bihuan"
    assert [span.name for scope in resource.scope_spans for span in scope.spans] == ["here"]


@pytest.mark.parametrize(
    ("said", "on"),
    [
        ({}, False),
        ({"OTEL_TRACES_EXPORTER": "otlp"}, True),
        ({"OTEL_TRACES_EXPORTER": "console"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://collector:4318/v1/traces"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector:4318"}, False),
        ({"OTEL_SDK_DISABLED": "true", "OTEL_TRACES_EXPORTER": "otlp"}, False),
    ],
)
def test_the_standard_variables_switch_it_on(monkeypatch: pytest.MonkeyPatch, said: dict[str, str], on: bool) -> None:
    for name in ("OTEL_TRACES_EXPORTER", "OTEL_SDK_DISABLED", *tracing._ENDPOINTS):
        monkeypatch.delenv(name, raising=False)
    for name, value in said.items():
        monkeypatch.setenv(name, value)
    assert tracing.wanted() is on


def test_an_exporter_that_is_not_known_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "zipkin")
    with pytest.raises(ImproperlyConfigured, match="不能是 zipkin"):
        tracing._to_collector()


@pytest.mark.parametrize(("exporter", "loaded"), [("", False), ("console", True)])
def test_nothing_is_imported_unless_asked_for(exporter: str, loaded: bool) -> None:
    code = (
        "import sys, django; django.setup()\n"
        "from django.core.handlers.wsgi import WSGIHandler\n"
        "WSGIHandler()\n"
        "print(any(name.startswith('opentelemetry') for name in sys.modules))"
    )
    environment = {**_environment(), **({"OTEL_TRACES_EXPORTER": exporter} if exporter else {})}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == str(loaded)


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    return {**kept, "DJANGO_SETTINGS_MODULE": "bihuan.config.settings", "PYTHONPATH": "src"}

"""Traces by OpenTelemetry, where its own environment variables ask for them: requests, their SQL, and jobs.

They tell routes, never paths or query strings; the text of statements, never their parameters or a literal in them; the
type of an error, never its words. Without those variables nothing of OpenTelemetry is imported.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured

from bihuan.kernel.errand import NUMBER

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
    from opentelemetry.sdk.trace.export import SpanExporter
    from opentelemetry.trace import Span, SpanKind, Tracer

_ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
_LITERAL = re.compile(r"'(?:[^']|'')*'")
_LONGEST = 2000
"""So much of a statement is told."""


def wanted() -> bool:
    """Whether the environment asks for traces."""
    if os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true" or _exporter_named() == "none":
        return False
    return bool(_exporter_named() or any(map(os.environ.get, _ENDPOINTS)))


def _exporter_named() -> str:
    return os.environ.get("OTEL_TRACES_EXPORTER", "").strip().lower()


def switch_on(processor: "SpanProcessor") -> None:
    """Let requests, statements and jobs of this process be told to it."""
    from django.db import connections
    from django.db.backends.signals import connection_created

    _provider.cache_clear()
    _tracer.cache_clear()
    _provider().add_span_processor(processor)
    connection_created.connect(_follow_statements, dispatch_uid="bihuan.tracing")
    for connection in connections.all(initialized_only=True):
        _follow_statements(connection=connection)


def switch_off() -> None:
    """Tell what is still to be told, and no more."""
    from django.db import connections
    from django.db.backends.signals import connection_created

    connection_created.disconnect(dispatch_uid="bihuan.tracing")
    for connection in connections.all(initialized_only=True):
        if _statement in connection.execute_wrappers:
            connection.execute_wrappers.remove(_statement)
    _provider().shutdown()


@cache
def _begin_as_asked() -> None:
    """Once in a process, by its first request or job: what the environment asks for."""
    if wanted():
        switch_on(_to_collector())


@cache
def _provider() -> "TracerProvider":
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider

    named = {} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": "bihuan"}
    return TracerProvider(resource=Resource.create(named))


@cache
def _tracer() -> "Tracer":
    return _provider().get_tracer("bihuan")


def _to_collector() -> "SpanProcessor":
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.sdk") is None:
        raise ImproperlyConfigured("OTEL_… 要求记录调用链，但没有安装：请安装 bihuan[otel]，或取消这些环境变量。")
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    return BatchSpanProcessor(_exporter())


def _exporter() -> "SpanExporter":
    from opentelemetry.sdk.trace.export import ConsoleSpanExporter

    match _exporter_named() or "otlp":
        case "otlp":
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

            return OTLPSpanExporter()
        case "console":
            return ConsoleSpanExporter()
        case other:
            raise ImproperlyConfigured(f"OTEL_TRACES_EXPORTER 可以是 otlp、console 或 none，不能是 {other}。")


def traced(get_response: "Callable[[HttpRequest], HttpResponse]") -> "Callable[[HttpRequest], HttpResponse]":
    """Tell each request by its route, with the id that its answer and its log lines carry."""
    _begin_as_asked()

    def answer(request: "HttpRequest") -> "HttpResponse":
        with _told(f"{request.method}", _kinds().SERVER, {}, above=_above(request.headers)) as span:
            response = get_response(request)
            match = request.resolver_match
            route = match.route if match else "-"
            span.update_name(f"{request.method} {route}")
            span.set_attributes(
                {
                    "http.request.method": request.method or "",
                    "http.route": route,
                    "http.response.status_code": response.status_code,
                    "bihuan.request_id": NUMBER.get(),
                }
            )
            if response.status_code >= 500:
                _failed(span, str(response.status_code))
            return response

    return answer


def job(call_next: Callable[[], Any], context: Any, worker: Any) -> Any:
    """Tell each job by its task and number, never by its arguments."""
    _begin_as_asked()
    told = {"messaging.operation.name": context.job.task_name, "bihuan.job_id": context.job.id or 0}
    with _told(f"job {context.job.task_name}", _kinds().CONSUMER, told):
        return call_next()


def _follow_statements(*, connection: Any, **_: Any) -> None:
    if _statement not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, _statement)  # whoever put one behind it takes the last one away again


def _statement(execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Mapping[str, Any]) -> Any:
    """Tell each statement of a request or a job; what a console asks belongs to nothing and is not told."""
    from opentelemetry.trace import get_current_span

    if not get_current_span().is_recording():
        return execute(sql, params, many, context)
    text = _LITERAL.sub("?", str(sql))[:_LONGEST]
    word = text.split(maxsplit=1)[0].upper() if text.strip() else "SQL"
    facts = {"db.system.name": "postgresql", "db.operation.name": word, "db.query.text": text}
    with _told(word, _kinds().CLIENT, facts):
        return execute(sql, params, many, context)


@contextmanager
def _told(
    name: str, kind: "SpanKind", facts: Mapping[str, str | int], *, above: "Context | None" = None
) -> Iterator["Span"]:
    """A span around what is done inside; an error is told by its type and goes on."""
    with _tracer().start_as_current_span(
        name, above, kind, facts, record_exception=False, set_status_on_exception=False
    ) as span:
        try:
            yield span
        except BaseException as error:
            _failed(span, f"{type(error).__module__}.{type(error).__qualname__}")
            raise


def _failed(span: "Span", why: str) -> None:
    from opentelemetry.trace import StatusCode

    span.set_attribute("error.type", why)
    span.set_status(StatusCode.ERROR)


def _above(headers: Mapping[str, str]) -> "Context":
    """The trace of the proxy before us, where it tells one."""
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carried = {name.lower(): value for name, value in headers.items() if name.lower() in ("traceparent", "tracestate")}
    return TraceContextTextMapPropagator().extract(carried)


def _kinds() -> "type[SpanKind]":
    from opentelemetry.trace import SpanKind

    return SpanKind

"""Figures for Prometheus: how many requests, and how long each route takes."""

import time
from collections.abc import Callable
from contextlib import suppress

from django.http import HttpRequest, HttpResponse
from prometheus_client import Histogram

from bihuan.config.requests import method_of

LATENCY = Histogram(
    "bihuan_request_seconds",
    "Seconds until a request was answered, by route",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


def measured(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Note the duration of every request under its route template, never under its path."""

    def answer(request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = get_response(request)
        match = request.resolver_match
        route = match.route if match else "-"
        with suppress(OSError, ValueError):  # where its figures find no room, an answer is given all the same
            LATENCY.labels(method_of(request), route, response.status_code).observe(time.perf_counter() - began)
        return response

    return answer

"""Every request has an id: in its answer, in every line that is logged meanwhile, and in what a user reports."""

import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest, HttpResponseNotAllowed
from django.http.response import HttpResponseBase

from bihuan.api.problems import answer as told
from bihuan.api.problems import method_refused
from bihuan.kernel.errand import ACCOUNT, NUMBER

HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[0-9A-Za-z-]{8,64}")
_log = logging.getLogger("bihuan.access")
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OTHER = "other"


def method_of(request: HttpRequest) -> str:
    """The method, where it is one: any other word names no figure and no line of a log, or they grow without end."""
    return request.method if request.method in METHODS else OTHER


def known_methods(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Refuse at once what is no method."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if request.method in METHODS:
            return get_response(request)
        in_api = request.path_info.startswith("/api/")
        return told(method_refused(METHODS)) if in_api else HttpResponseNotAllowed(METHODS)

    return answer


def identified(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Give the request the id that a proxy gave it, or one of our own; note when it was answered, by route."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        asked = request.headers.get(HEADER, "")
        number = asked if _WELL_FORMED.fullmatch(asked) else uuid4().hex
        tokens = NUMBER.set(number), ACCOUNT.set("")
        began = time.perf_counter()
        try:
            response = get_response(request)
            response.headers[HEADER] = number
            _note(request, response.status_code, time.perf_counter() - began)
            return response
        finally:
            NUMBER.reset(tokens[0])
            ACCOUNT.reset(tokens[1])

    return answer


def _note(request: HttpRequest, status: int, seconds: float) -> None:
    user = getattr(request, "_cached_user", None)
    if user is not None and user.is_authenticated:
        ACCOUNT.set(user.get_username())
    match = request.resolver_match
    facts = {
        "method": method_of(request),
        "route": match.route if match else "-",
        "status": status,
        "ms": round(seconds * 1000, 1),
    }
    _log.info("answered", extra={"facts": facts})

"""Every request has an id: in its answer, in every line that is logged meanwhile, and in what a user reports."""

import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from bihuan.kernel.errand import ACCOUNT, NUMBER

HEADER = "X-Request-ID"
_WELL_FORMED = re.compile(r"[0-9A-Za-z-]{8,64}")
_log = logging.getLogger("bihuan.access")


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
        "method": request.method,
        "route": match.route if match else "-",
        "status": status,
        "ms": round(seconds * 1000, 1),
    }
    _log.info("answered", extra={"facts": facts})

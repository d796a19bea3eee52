"""Where a request comes from, also behind our own proxies."""

import json
from collections.abc import Callable
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from time import monotonic

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from bihuan.startup.places import HOPS, write_private

PEER = "bihuan.peer"
"""Where `META` keeps the address of the proxy that the connection comes from."""
NOTED_EVERY = 600.0
"""So many seconds lie between two notes that requests came over more proxies than are trusted."""
Next = Callable[[HttpRequest], HttpResponseBase]
_noted_at: float | None = None


def true_address(get_response: Next) -> Next:
    """Put the client's own address in REMOTE_ADDR; what a client says of itself is not believed."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        hops, said = settings.TRUSTED_PROXIES, _said(request)
        if hops and (found := _forwarded(said, hops)):
            request.META[PEER] = request.META.get("REMOTE_ADDR", "")
            request.META["REMOTE_ADDR"] = found
        if len(said) > hops:
            _note(len(said), hops)
        return get_response(request)

    return answer


def _said(request: HttpRequest) -> list[str]:
    return [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]


def _forwarded(said: list[str], hops: int) -> str:
    """The address that the outermost of our proxies saw; only the last `hops` entries are written by ours."""
    if len(said) < hops:
        return ""
    try:
        return str(ip_address(said[-hops]))
    except ValueError:
        return ""


def _note(carried: int, trusted: int) -> None:
    """Leave word for `bihuan doctor`, now and then: a proxy is not trusted, or lets clients write what it should."""
    global _noted_at
    if _noted_at is not None and monotonic() < _noted_at + NOTED_EVERY:
        return
    _noted_at = monotonic()
    with suppress(OSError):
        write_private(Path(settings.DATA_FOLDER, HOPS), json.dumps({"carried": carried, "trusted": trusted}))

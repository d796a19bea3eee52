"""Where a request comes from, also behind our own proxies."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

PEER = "bihuan.peer"
"""Where `META` keeps the address of the proxy that the connection comes from."""
Next = Callable[[HttpRequest], HttpResponseBase]


def true_address(get_response: Next) -> Next:
    """Put the client's own address in REMOTE_ADDR; what a client says of itself is not believed."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if (hops := settings.TRUSTED_PROXIES) and (found := _forwarded(request, hops)):
            request.META[PEER] = request.META.get("REMOTE_ADDR", "")
            request.META["REMOTE_ADDR"] = found
        return get_response(request)

    return answer


def _forwarded(request: HttpRequest, hops: int) -> str:
    """The address that the outermost of our proxies saw; only the last `hops` entries are written by ours."""
    said = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    if len(said) < hops:
        return ""
    try:
        return str(ip_address(said[-hops]))
    except ValueError:
        return ""

"""The door of the public site: a flood is turned away before its bodies are read."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from bihuan.floodgate.types import TooMany
from bihuan.public import errors, gates

Next = Callable[[HttpRequest], HttpResponseBase]


def admitted(get_response: Next) -> Next:
    """Let in what is neither too large nor too much from one network."""

    def answer(request: HttpRequest) -> HttpResponseBase:
        if not request.path_info.startswith("/p/") or request.method != "POST":
            return get_response(request)
        if _length(request) > settings.FORM_LIMIT:
            return errors.too_large(request)
        try:
            gates.take(gates.ANYTHING, gates.network(request))
        except TooMany as flood:
            return errors.too_many(request, flood)
        return get_response(request)

    return answer


def _length(request: HttpRequest) -> int:
    said = request.META.get("CONTENT_LENGTH") or "0"
    return int(said) if said.isascii() and said.isdigit() else 0

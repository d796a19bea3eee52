"""What every page needs around it: a "no" of the domain becomes a page in plain words."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from bihuan.kernel.refusal import Overtaken, Refused, Unknown
from bihuan.web.views import errors

Next = Callable[[HttpRequest], HttpResponseBase]


class Face:
    """Pages are personal and are kept by nobody; refusals that no form caught are told by a page."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponseBase | None:
        """The page for a "no"; what is a defect goes on."""
        if isinstance(error, Unknown):
            return errors.not_found(request, error)
        if isinstance(error, Refused):
            return errors.refused(request, error)
        return errors.overtaken(request, error) if isinstance(error, Overtaken) else None


def face(get_response: Next) -> Face:
    """The middleware as the settings name it."""
    return Face(get_response)

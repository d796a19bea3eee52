"""Where the page that somebody sees can be opened again: to it a look, a language, the clock and the door lead back.

What was sent to an address that only takes what is sent is answered there, and nobody can open that address.
"""

from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest
from django.urls import Resolver404, resolve
from django.views.decorators.http import require_POST

from bihuan.web import drafting

View = TypeVar("View", bound=Callable[..., object])

_SENT_ONLY = "sent_only"


def sent_only(view: View) -> View:
    """A view that takes what is sent, and cannot be opened."""
    taking = require_POST(view)
    setattr(taking, _SENT_ONLY, True)
    return taking


def opens(path: str) -> bool:
    """Whether the address is one of a page."""
    try:
        found = resolve(path)
    except Resolver404:
        return False
    return not getattr(found.func, _SENT_ONLY, False)


def page_of(path: str) -> str:
    """The address itself where it can be opened, else that of the page above it."""
    while path != "/" and not opens(path):
        path = path.rstrip("/").rpartition("/")[0] + "/"
    return path


def stay(request: HttpRequest, url: str) -> None:
    """Say under which address the page can be opened again that is shown now, where only its view knows that."""
    request._here = url  # type: ignore[attr-defined]


def here(request: HttpRequest) -> str:
    """The address under which the page can be opened again: after a form, where that form stands."""
    if said := getattr(request, "_here", ""):
        return str(said)
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    try:
        mark = drafting.marked(request)
    except (BadRequest, SuspiciousOperation, OSError):  # what was sent cannot be read
        mark = None
    return mark.url if mark else request.get_full_path() if opens(request.path_info) else page_of(request.path_info)

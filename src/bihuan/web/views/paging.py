"""Long lists page by page: where the next page begins."""

from django.http import HttpRequest

SIZE = 50
"""Rows of a page."""


def position(text: str) -> int | None:
    """The id of the last row seen."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None


def without(request: HttpRequest, name: str) -> str:
    """The query of this page without one of its words."""
    rest = request.GET.copy()
    rest.pop(name, None)
    return rest.urlencode()

"""What a page takes."""

from collections.abc import Callable
from typing import TypeVar

View = TypeVar("View", bound=Callable[..., object])

_FILES = "takes_files"


def with_files(view: View) -> View:
    """A view to whose page files may be sent; to every other one no more than a form holds."""
    setattr(view, _FILES, True)
    return view


def takes_files(view: Callable[..., object]) -> bool:
    """Whether files may be sent to it."""
    return getattr(view, _FILES, False)

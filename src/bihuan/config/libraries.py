"""The browser libraries that we serve, taken from node_modules by an allow-list."""

import builtins
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.utils import matches_patterns
from django.core.files.storage import FileSystemStorage, Storage

LIBRARIES = (
    "@tabler/core/dist/css/tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js",
    "@tabler/icons-webfont/dist/tabler-icons.min.css",
    "@tabler/icons-webfont/dist/fonts/tabler-icons.woff2",
    "@tabler/icons-webfont/dist/fonts/tabler-icons.woff",
    "@tabler/icons-webfont/dist/fonts/tabler-icons.ttf",
    "tom-select/dist/css/tom-select.bootstrap5.min.css",
    "tom-select/dist/js/tom-select.complete.min.js",
)
"""Files under node_modules; a page names them as `lib/<path>`."""

PREFIX = "lib"


class LibraryFinder(BaseFinder):
    """Finds the allowed files of node_modules and nothing else of the tens of thousands there."""

    def __init__(self) -> None:
        self.storage = FileSystemStorage(location=settings.NODE_MODULES)
        self.storage.prefix = PREFIX  # type: ignore[attr-defined]

    def check(self, **kwargs: Any) -> list[Any]:
        """Nothing to check: a missing file shows in `find`."""
        return []

    def find(self, path: str, find_all: bool = False) -> str | builtins.list[str]:  # type: ignore[override]
        """The file behind `lib/…`, if it is allowed and installed. Django wants an empty list, not None."""
        name = path.removeprefix(f"{PREFIX}/")
        found = Path(settings.NODE_MODULES) / name
        if path == name or name not in LIBRARIES or not found.exists():
            return []
        return [str(found)] if find_all else str(found)

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Storage]]:
        """Every allowed file that is installed."""
        for name in LIBRARIES:
            if self.storage.exists(name) and not matches_patterns(name, list(ignore_patterns or ())):
                yield name, self.storage

"""Holds that nothing endless is folded: to put marks above letters in order takes the square of their number."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

MOST = 1_000
MARKS = "\u0315" * 200_000 + "\u0300" * 200_000
"""Each of the second half passes all of the first on its way: hours."""
_really = unicodedata.normalize


def _bounded(form: str, text: str) -> str:
    assert len(text) <= MOST, f"{len(text):,} signs are folded that nobody has counted"
    return _really(form, text)  # type: ignore[arg-type]


@contextmanager
def in_bounds() -> Iterator[None]:
    """Inside, whoever folds more signs than anybody types is caught, before they wait for it."""
    with patch("unicodedata.normalize", _bounded):
        yield

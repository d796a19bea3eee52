"""Some of these tests enter a year; it may not stay in the process."""

from collections.abc import Iterator

import pytest

from bihuan.duties.queries import forget_calendar


@pytest.fixture(autouse=True)
def _calendar_as_shipped() -> Iterator[None]:
    forget_calendar()
    yield
    forget_calendar()

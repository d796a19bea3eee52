"""Towns as fixtures, and a clock that stands still."""

import pytest
from django.utils import timezone

from tests.towns import Town, found


@pytest.fixture
def wendeng(db: None) -> Town:
    """A town under Wendeng's regulation."""
    return found("wd", "wendeng-2021-10", prefix="WX")


@pytest.fixture
def huainan(db: None) -> Town:
    """A town under Huainan's regulation."""
    return found("hn", "huainan-2021-55", prefix="HX")


@pytest.fixture
def qingshan(db: None) -> Town:
    """A town under the invented regulation."""
    return found("qs", "qingshan-2030-3", prefix="QX")


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of sign-ins, forms and floods stands still: what comes back with time does not."""
    moment = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

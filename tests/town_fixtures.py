"""Towns as fixtures."""

import pytest

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

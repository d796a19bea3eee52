"""A town with everybody who supervises."""

import pytest

from tests.supervision.walks import settled
from tests.towns import Town


@pytest.fixture
def district(db: None) -> Town:
    """Wendeng with both offices, its leaders, and a supervisor in the desk."""
    return settled()

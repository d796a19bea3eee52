"""A town with leaders, whoever supervises, and both offices."""

import pytest

from tests.supervision.walks import settled
from tests.towns import Town


@pytest.fixture
def led(db: None) -> Town:
    """Wendeng with its leaders, both offices, and a supervisor in the desk."""
    return settled()

"""A town with everybody who takes part in joint handling."""

import pytest

from tests.joint.walks import with_bodies
from tests.towns import Town


@pytest.fixture
def district(wendeng: Town) -> Town:
    """Wendeng with its leaders, both offices, a third department and the staffing office."""
    return with_bodies(wendeng)

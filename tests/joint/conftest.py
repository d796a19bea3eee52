"""A town with everybody who takes part in joint handling."""

import pytest

from tests.again import again
from tests.joint.walks import with_bodies
from tests.towns import Town, found


@again
def settled() -> Town:
    return with_bodies(found("wd", "wendeng-2021-10", prefix="WX"))


@pytest.fixture
def district(db: None) -> Town:
    """Wendeng with its leaders, both offices, a third department and the staffing office."""
    return settled()

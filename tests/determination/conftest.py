"""A town with everybody who determines whose a case is."""

import pytest

from tests.again import again
from tests.determination.walks import with_determiners
from tests.towns import Town, found


@again
def settled() -> Town:
    return with_determiners(found("wd", "wendeng-2021-10", prefix="WX"))


@pytest.fixture
def district(db: None) -> Town:
    """Wendeng with 编办, 司法局, its leaders, both offices, a third department and the discipline body."""
    return settled()

"""A town with everybody who determines whose a case is."""

import pytest

from tests.determination.walks import with_determiners
from tests.towns import Town


@pytest.fixture
def district(wendeng: Town) -> Town:
    """Wendeng with 编办, 司法局, its leaders, both offices, a third department and the discipline body."""
    return with_determiners(wendeng)

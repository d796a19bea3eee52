"""A town that holds units to account."""

import pytest

from tests.accountability.walks import with_accountable
from tests.again import again
from tests.supervision.walks import settled
from tests.towns import Town


@again
def accountable() -> Town:
    """Wendeng with its assessor, the discipline body and the personnel department."""
    return with_accountable(settled())


@pytest.fixture
def held(db: None) -> Town:
    """The same."""
    return accountable()

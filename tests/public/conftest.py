"""Towns whose citizens submit by themselves, and files of the tests' own."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.public.citizens import Citizen, open_site
from tests.towns import Town


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, settings: Settings) -> Path:
    """Files of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def site(wendeng: Town) -> Town:
    """A town under Wendeng's regulation with its public site open."""
    return open_site(wendeng)


@pytest.fixture
def citizen(site: Town) -> Citizen:
    """Somebody who asks."""
    return Citizen(site)

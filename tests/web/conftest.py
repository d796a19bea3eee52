"""Officials before their pages, and forms filled in as a browser would send them."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.towns import Town
from tests.web.officials import Office


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, settings: Settings) -> Path:
    """Files of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def office(wendeng: Town) -> Office:
    """The officials of a town under Wendeng's regulation."""
    return Office(wendeng)


@pytest.fixture
def city(huainan: Town) -> Office:
    """The officials of a town under Huainan's regulation."""
    return Office(huainan)

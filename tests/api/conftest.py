"""A town whose staff call the API."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.api.clients import Staff
from tests.towns import Town


@pytest.fixture
def staff(wendeng: Town) -> Staff:
    """The staff of a town under Wendeng's regulation."""
    return Staff(wendeng)


@pytest.fixture
def city(huainan: Town) -> Staff:
    """The staff of a town under Huainan's regulation."""
    return Staff(huainan)


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, settings: Settings) -> Path:
    """Files of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"

"""Files of the test's own, and the fonts of the machine."""

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, settings: Settings) -> Path:
    """Files of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"

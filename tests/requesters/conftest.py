"""A key file for each test, and somebody who may look."""

from pathlib import Path

import pytest
from pytest_django import Settings

from bihuan.kernel.actor import Actor, Seat
from bihuan.requesters.cipher import Keyring


@pytest.fixture(autouse=True)
def key_file(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keys of the test's own."""
    monkeypatch.delenv("BIHUAN_KEYS", raising=False)
    path = tmp_path / "identity.key"
    path.write_text(Keyring.fresh().text())
    settings.IDENTITY_KEY_FILE = path
    settings.IDENTITY_CIPHER = "aes-256-gcm"
    return path


@pytest.fixture
def official() -> Actor:
    """A handler of Wendeng."""
    return Actor("wd-handler", "经办人", "wendeng", frozenset({Seat("wd-housing", "handler")}))

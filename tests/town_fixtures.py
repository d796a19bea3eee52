"""Towns as fixtures, and a clock that stands still."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.utils import timezone

from bihuan.policy import loader
from tests.towns import Town, found
from tests.vetting.edits import Edit, base

Founding = Callable[..., Town]


@pytest.fixture
def wendeng(db: None) -> Town:
    """A town under Wendeng's regulation."""
    return found("wd", "wendeng-2021-10", prefix="WX")


@pytest.fixture
def huainan(db: None) -> Town:
    """A town under Huainan's regulation."""
    return found("hn", "huainan-2021-55", prefix="HX")


@pytest.fixture
def qingshan(db: None) -> Town:
    """A town under the invented regulation."""
    return found("qs", "qingshan-2030-3", prefix="QX")


@pytest.fixture
def somewhere(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Founding:
    """Found a town under a shipped regulation (Wendeng's, if none is named), changed."""
    monkeypatch.setenv(loader.MORE_FOLDERS, str(tmp_path))
    monkeypatch.setattr(loader, "LOOKED_EVERY", 0.0)

    def town(*edits: Edit, of: str = "wd") -> Town:
        text = base(of)
        for edit in edits:
            text = edit(text)
        (tmp_path / "somewhere.toml").write_text(text, encoding="utf-8")
        loader.look_again()
        return found("sw", "somewhere-2031-1", prefix="SWX")

    return town


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock of sign-ins, forms and floods stands still: what comes back with time does not."""
    moment = timezone.now()
    monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

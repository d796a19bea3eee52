"""A real Chromium before a running site."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Browser, Playwright, sync_playwright
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.browser.officials import Desk
from tests.towns import Town, found
from tests.web.officials import monday_morning

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
"""Playwright's loop runs in the thread of the tests, which only read and prepare there."""


@pytest.fixture(scope="package")
def playwright() -> Iterator[Playwright]:
    """The driver, for these tests alone: while it runs, its loop is that of the tests' thread."""
    with sync_playwright() as driver:
        yield driver
        connections.close_all()  # under the driver's loop the tests have a connection of their own


@pytest.fixture(scope="package")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The machine's own Chromium, or Playwright's."""
    path = os.environ.get("BIHUAN_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
    yield browser
    browser.close()


@pytest.fixture(autouse=True)
def shelf(tmp_path: Path, settings: Settings) -> Path:
    """Files of the test's own."""
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path / "files"


@pytest.fixture
def wendeng_live(transactional_db: None) -> Town:
    """A town under Wendeng's regulation, committed, on a Monday morning."""
    town = found("wd", "wendeng-2021-10", prefix="WX")
    monday_morning(town)
    return town


@pytest.fixture
def huainan_live(transactional_db: None) -> Town:
    """A town under Huainan's regulation, committed, on a Monday morning."""
    town = found("hn", "huainan-2021-55", prefix="HX")
    monday_morning(town)
    return town


@pytest.fixture
def desk(chromium: Browser, live_server: LiveServer) -> Iterator[Desk]:
    """Where officials sit down, each with a browser of their own."""
    sat = Desk(chromium, live_server.url)
    yield sat
    sat.leave()


@pytest.fixture
def plain_desk(chromium: Browser, live_server: LiveServer) -> Iterator[Desk]:
    """The same without JavaScript."""
    sat = Desk(chromium, live_server.url, scripts=False)
    yield sat
    sat.leave()

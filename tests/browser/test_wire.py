"""What the workbench costs on the wire, measured in a real browser over the compressed answers of the site itself."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Browser
from pytest_django import Settings

from tests.browser.officials import sign_in
from tests.towns import Town

pytestmark = pytest.mark.browser
COLD, WARM = 150_000, 20_000


@pytest.fixture
def served(wendeng_live: Town, settings: Settings, tmp_path: Path) -> Iterator[str]:
    """The site as it is served: static files named by content and compressed, pages compressed."""
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_USE_FINDERS = False
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "bihuan.config.static.HashedStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    server = ThreadedWSGIServer(("127.0.0.1", 0), WSGIRequestHandler)
    server.set_app(get_wsgi_application())
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_the_first_paint_of_the_workbench_is_small(served: str, chromium: Browser) -> None:
    context = chromium.new_context(base_url=served, locale="zh-CN")
    page = context.new_page()
    sign_in(page, "wd.desk.dispatcher")
    wire, loaded = context.new_cdp_session(page), list[int]()
    wire.send("Network.enable")
    wire.on("Network.loadingFinished", lambda done: loaded.append(int(done["encodedDataLength"])))
    wire.send("Network.clearBrowserCache")
    cold = weight(page, loaded)
    warm = weight(page, loaded)
    context.close()
    assert 10_000 < cold <= COLD
    assert 0 < warm <= WARM < cold


def weight(page, loaded: list[int]) -> int:
    """Bytes on the wire for one visit."""
    loaded.clear()
    page.goto("/")
    page.wait_for_load_state("networkidle")
    return sum(loaded)

"""The ledger in a real Chromium: narrowed, kept as a view, exported with its progress, on a phone as cards."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect
from pytest_django import Settings
from python_calamine import CalamineWorkbook

from bihuan.ledgers import commands
from bihuan.ledgers.models import Export
from tests.browser.officials import Desk
from tests.towns import Town
from tests.walks import TO_HANDLING, Walk

pytestmark = pytest.mark.browser


def test_a_dispatcher_works_with_the_ledger(wendeng_live: Town, desk: Desk, tmp_path: Path, settings: Settings) -> None:
    settings.DATA_FOLDER = tmp_path
    number = Walk(wendeng_live).along(*TO_HANDLING).number
    Walk(wendeng_live).along("register")
    page = desk["wd.desk.dispatcher"]
    page.goto("/cases/")
    expect(page.get_by_text("共2件")).to_be_visible()
    page.locator("#f-stage").select_option("handling")
    page.get_by_role("button", name="查找", exact=True).click()
    expect(page.get_by_text("共1件")).to_be_visible()
    expect(page.get_by_role("link", name=number)).to_be_visible()
    page.get_by_text("保存为视图").click()
    page.get_by_label("视图名称").fill("在办的")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("link", name="在办的")).to_be_visible()
    page.locator("summary", has_text="导出").click()
    page.get_by_label("导出用途").fill("月度分析用")
    page.get_by_role("button", name="开始导出").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    commands.write_export(Export.objects.get().pk, at=datetime.now(UTC))
    with page.expect_download() as coming:
        page.get_by_role("button", name="下载表格").click()
    sheet = CalamineWorkbook.from_path(str(coming.value.path())).get_sheet_by_index(0).to_python()
    assert [row[0] for row in sheet[1:]] == [number]
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/cases/")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    expect(page.get_by_role("link", name=number)).to_be_visible()

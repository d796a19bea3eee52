"""A registrar brings a table of letters: columns are put right, what is sent back is seen, receipts are fetched."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import FilePayload, Page, expect
from procrastinate.contrib.django.models import ProcrastinateJob
from python_calamine import CalamineWorkbook

from bihuan.cases.models import Case, CaseText
from bihuan.intake import queries as intake
from bihuan.mailbags import commands
from tests.browser.officials import Desk
from tests.towns import Town

pytestmark = pytest.mark.browser
TABLE = """文登区来件登记表,,,,,
编号,详情,内容,日期,姓名,电话
A-1,东门外路灯坏了三天没人修,路灯,2025-03-01,王某,13800001234
A-2,幸福里小区垃圾三天没清运,垃圾,2025-03-02,,-
A-3,人民路井盖缺失,井盖,昨天,,
"""


class Worker(threading.Thread):
    """Does what waits for a worker, as long as it is told to."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.over, self.trouble = threading.Event(), list[BaseException]()

    def run(self) -> None:
        """Look for jobs every now and then."""
        seen = set[int]()
        try:
            while not self.over.wait(0.2):
                wanted = ProcrastinateJob.objects.filter(task_name__in=[commands.CHECK, commands.REGISTER])
                for job in wanted.exclude(id__in=seen).order_by("id"):
                    seen.add(job.id)
                    do = commands.check if job.task_name == commands.CHECK else commands.carry_out
                    do(job.args["mailbag"], at=datetime.now(UTC))
        except BaseException as error:
            self.trouble.append(error)
        finally:
            connections.close_all()


@pytest.fixture
def worker(wendeng_live: Town, settings: Any, tmp_path: Path) -> Iterator[None]:
    """Somebody at work behind the pages."""
    settings.DATA_FOLDER = tmp_path
    one = Worker()
    one.start()
    yield
    one.over.set()
    one.join()
    assert one.trouble == []


@pytest.mark.usefixtures("worker")
def test_a_table_is_brought_put_right_registered_and_its_receipts_fetched(
    wendeng_live: Town, desk: Desk, tmp_path: Path
) -> None:
    page = desk["wd.desk.registrar"]
    page.goto("/cases/new/")
    page.get_by_role("link", name="批量登记").click()
    page.get_by_label("来件渠道").select_option("hotline")
    file: FilePayload = {"name": "三月来件.csv", "mimeType": "text/csv", "buffer": TABLE.encode("gb18030")}
    page.get_by_label("来件表").set_input_files(file)
    page.get_by_role("button", name="上传并检查").click()
    expect(page.get_by_role("heading", name="检查结果")).to_be_visible()
    expect(page.get_by_text("可登记2件，此前已登记0件，退回1行")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="昨天").filter(has_text="看不懂")).to_be_visible()
    assert not Case.objects.exists()

    column(page, 2).select_option(label="诉求内容")
    page.get_by_role("button", name="按此重新检查").click()
    expect(column(page, 3)).to_have_value("ignored")
    page.get_by_role("button", name="登记2件").click()
    expect(page.get_by_role("heading", name="登记完毕")).to_be_visible()
    with page.expect_download() as fetched:
        page.get_by_role("button", name="下载登记结果").click()
    fetched.value.save_as(tmp_path / "receipts.xlsx")
    assert fetched.value.suggested_filename == "三月来件-登记结果.xlsx"
    rows = CalamineWorkbook.from_path(str(tmp_path / "receipts.xlsx")).get_sheet_by_index(0).to_python()
    assert [row[0] for row in rows] == ["渠道原编号", "A-1", "A-2"]
    assert all(intake.requester_of("wd", str(number), str(code)) for _, number, code in rows[1:])
    with page.expect_download() as sent_back:
        page.get_by_role("button", name="下载退回的行").click()
    sent_back.value.save_as(tmp_path / "rejects.xlsx")
    (line,) = CalamineWorkbook.from_path(str(tmp_path / "rejects.xlsx")).get_sheet_by_index(0).to_python()[1:]
    assert line[0] == "5"
    assert "看不懂" in str(line[1])
    assert sorted(CaseText.objects.values_list("content", flat=True)) == [
        "东门外路灯坏了三天没人修",
        "幸福里小区垃圾三天没清运",
    ]
    page.get_by_role("link", name="批量登记").click()
    expect(page.get_by_role("row").filter(has_text="三月来件.csv").filter(has_text="登记完毕")).to_be_visible()


def column(page: Page, number: int) -> Any:
    """The list in which it is chosen what a column is."""
    return page.locator(f"select[name=column-{number - 1}]")

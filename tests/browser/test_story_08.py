"""故事八，在浏览器里：登记黄色督办单，分派；中心提醒，单位不理；上级升级为橙色，前后各张一并可见；回复、答复上级、解除。"""

from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import expect

from bihuan.organisations.queries import jurisdiction
from bihuan.policy.calendar import ZONE
from tests.browser.officials import Desk, do
from tests.scans import scanned
from tests.supervision.walks import ReminderWalk, with_supervisors
from tests.towns import Town
from tests.walks import TO_HANDLING, Walk

pytestmark = pytest.mark.browser
SUPERIOR = "威海市政务服务热线办公室"


def scan() -> dict[str, object]:
    """A page that was scanned."""
    return {"name": "督办单.png", "mimeType": "image/png", "buffer": scanned()}


@pytest.mark.clause("A1-5", "A1-7(7)")
def test_yellow_becomes_orange_in_the_browser(wendeng_live: Town, desk: Desk) -> None:
    now = datetime.now(ZONE) + jurisdiction(wendeng_live.code).offset
    town = with_supervisors(wendeng_live, now)
    case = Walk(town, now).along(*TO_HANDLING)
    today = now.date().isoformat()
    paper: dict[str, Any] = {
        "superior": SUPERIOR,
        "document_number": "威热督〔2025〕12号",
        "issued_on": today,
        "received_on": today,
        "demand": "路灯久修不亮，限期办结并答复。",
    }

    offices = desk["wd.offices.supervisor"]
    offices.goto("/supervision/")
    offices.get_by_role("link", name="登记三色督办单").click()
    offices.get_by_label("颜色").select_option(label="黄色")
    for name, value in {**paper, "about": case.number}.items():
        offices.locator(f"[name={name}]").fill(value)
    offices.get_by_role("button", name="登记三色督办单").click()
    expect(offices.get_by_role("alert").first).to_be_visible()
    offices.locator("input[type=file][name=scan]").set_input_files([scan()])  # type: ignore[list-item]
    offices.get_by_role("button", name="登记三色督办单").click()
    expect(offices.get_by_role("status").filter(has_text="已登记三色督办单")).to_be_visible()
    yellow = offices.url.rstrip("/").rsplit("/", 1)[-1]
    do(offices, "distribute", "分派", units="wd.unit", task="修复路灯，说明拖延原因。")

    ReminderWalk(town, case).begin()
    head = desk["wd.unit.head"]
    head.goto(f"/coloured/{yellow}/")
    do(head, "receive", "签收")

    offices.reload()
    expect(offices.get_by_text("还没有回复，不能答复上级").first).to_be_visible()
    do(offices, "raise", "升级", colour="橙色", scan=scan(), **{**paper, "document_number": "威热督〔2025〕15号"})
    offices.goto("/supervision/")
    card = offices.get_by_role("region", name="三色督办单")
    expect(card).to_contain_text("橙色")
    expect(card).not_to_contain_text("黄色")
    card.get_by_role("link", name="WX").first.click()
    expect(offices.get_by_role("heading", name="前后承接")).to_be_visible()
    expect(offices.get_by_role("list").filter(has_text="黄色").first).to_contain_text("橙色")
    orange = offices.url.rstrip("/").rsplit("/", 1)[-1]
    assert orange != yellow
    do(offices, "distribute", "分派", units="wd.unit", task="修复路灯，说明拖延原因。")

    head.goto(f"/coloured/{orange}/")
    do(head, "reply", "回复", situation="路灯已全部修复。")
    offices.goto(f"/coloured/{orange}/")
    do(offices, "answer_up", "答复", opinion="属实。", answer="已全部修复。", document_number="文热复〔2025〕3号",
       answered_on=today)  # fmt: skip
    do(offices, "release", "解除", document_number="威热函〔2025〕9号", on=today, outcome="同意解除。", scan=scan())
    expect(offices.get_by_role("region", name="轮到谁办")).to_contain_text("已解除")

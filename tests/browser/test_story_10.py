"""故事十，在浏览器里：电视台的事项逾期，报送、登记、交办；盖章反馈，审核，销号。"""

import io
from datetime import datetime, timedelta

import pytest
from PIL import Image
from playwright.sync_api import expect

from bihuan.matters import queries as matters
from bihuan.organisations.queries import jurisdiction
from bihuan.policy.calendar import ZONE, Calendar
from tests.browser.officials import Desk, do, open_task, send
from tests.matters.walks import with_station
from tests.towns import Town
from tests.web.officials import this_minute

pytestmark = pytest.mark.browser
TITLE = "小区加压泵停用，六楼以上没有水"


def seal() -> dict[str, object]:
    """The scan of a sealed page."""
    page = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(page, "PNG")
    return {"name": "盖章件.png", "mimeType": "image/png", "buffer": page.getvalue()}


@pytest.mark.clause("HN-1.2", "HN-2.4", "HN-3.1", "HN-3.2a", "HN-3.4a", "HN-3.4b")
def test_a_matter_is_struck_off_in_the_browser(huainan_live: Town, desk: Desk) -> None:
    with_station(huainan_live)
    now = datetime.now(ZONE) + jurisdiction(huainan_live.code).offset
    station = desk["hn.station.registrar"]
    station.goto("/matters/")
    station.get_by_role("link", name="报送事项").click()
    station.get_by_label("渠道", exact=False).first.select_option(index=1)
    station.get_by_label("标题").fill(TITLE)
    station.get_by_label("事项概述").fill("加压泵停用半个月，六楼以上住户早晚没有水。")
    station.get_by_label("诉求人姓名").fill("陈某")
    station.get_by_label("联系电话").fill("13900005678")
    station.get_by_label("原办理时限").fill(f"{now - timedelta(days=3):%Y-%m-%dT%H:%M}")
    station.get_by_label("已做的工作").fill("两次到现场。")
    station.get_by_role("button", name="报送").click()
    expect(station.get_by_role("alert")).to_contain_text("原因")
    station.get_by_label("未能按时解决的原因").fill("产权有争议，没有单位维修。")
    station.get_by_role("button", name="报送").click()
    expect(station.get_by_role("status").filter(has_text="已报送")).to_be_visible()
    number = station.url.rstrip("/").rsplit("/", 1)[-1]

    keeper = desk["hn.office.list_keeper"]
    open_task(keeper, TITLE)
    do(keeper, "register", "入账")
    do(keeper, "classify", "一般", matter_class="一般")
    due_on = f"{Calendar.shipped().working_day(Calendar.shipped().worked_before(now.date()) + 10)}"
    do(keeper, "assign", "交办", lead="hn.unit", ground="职责", basis="三定规定第四条", due_on=due_on)

    clerk = desk["hn.unit.handler"]
    open_task(clerk, TITLE)
    do(clerk, "sign_in", "签收")
    do(clerk, "draft_feedback", "待签字或盖章", result="更换了加压泵，恢复供水，陈某确认。", outcome="已解决",
       told_method="上门", told_at=this_minute("hn"))  # fmt: skip
    head = desk["hn.unit.head"]
    open_task(head, TITLE)
    send(head, "submit_feedback")
    expect(head.get_by_role("alert")).to_contain_text("主要负责人签字或加盖公章")
    expect(head.get_by_role("alert")).to_contain_text("HN-3.4a")
    do(head, "submit_feedback", "加盖公章", proof="加盖公章", seal=seal())

    open_task(keeper, TITLE)
    do(keeper, "confirm", "办结", opinion="结果属实，同意办结。")
    director = desk["hn.office.list_director"]
    open_task(director, TITLE)
    do(director, "strike_off", "销号", opinion="同意销号")
    director.get_by_role("link", name="销号确认单").click()
    expect(director.get_by_role("heading", name="销号确认单")).to_be_visible()
    assert (matters.facts(number).stage, dict(matters.facts(number).duties)) == ("struck_off", {})

"""故事一，在浏览器里：一件热线诉求由五个账号办理，从登记到办结。"""

import re

import pytest
from playwright.sync_api import expect

from bihuan.cases import queries as cases
from bihuan.record.queries import events
from tests.browser.officials import Desk, do, open_task
from tests.towns import Town
from tests.web.officials import this_minute

pytestmark = pytest.mark.browser
TITLE = "阳光小区东门路灯不亮"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PHOTO = {"name": "修复后.pdf", "mimeType": "application/pdf", "buffer": PDF}


def walk_round(town: Town, desk: Desk) -> str:
    """Register to closed, with a registrar, a dispatcher, a clerk, a deputy head, a reviewer and a caller."""
    registrar = desk["wd.desk.registrar"]
    registrar.get_by_role("link", name="登记诉求").click()
    registrar.get_by_label("标题").fill(TITLE)
    registrar.get_by_label("诉求内容").fill("路灯坏了三天，老人夜里出门看不清路。")
    registrar.get_by_label("诉求类型").select_option(label="求助")
    registrar.get_by_label("诉求人姓名").fill("王某")
    registrar.get_by_role("button", name="登记").click()
    phone = registrar.get_by_label("联系电话")
    expect(phone).to_have_attribute("aria-invalid", "true")
    expect(phone).to_have_accessible_description(re.compile("联系电话|联系方式"))
    phone.fill("13800001234")
    registrar.get_by_role("button", name="登记").click()
    expect(registrar.get_by_role("heading", name="已登记")).to_be_visible()
    expect(registrar.locator("#query-code")).to_have_text(re.compile(r"^\d{10}$"))
    registrar.get_by_role("link", name="查看工单").click()
    number = registrar.url.rstrip("/").rsplit("/", 1)[-1]
    do(registrar, "accept", "受理，转派单")

    dispatcher = desk["wd.desk.dispatcher"]
    dispatcher.get_by_role("link", name="派单台").click()
    dispatcher.get_by_role("row", name=TITLE).get_by_role("button", name="派单", exact=True).click()
    do(dispatcher, "dispatch", "派单至wd.unit", lead="wd.unit", basis_kind="职责", basis="路灯维护属市政设施管理职责。")

    clerk = desk["wd.unit.handler"]
    open_task(clerk, TITLE)
    expect(clerk.get_by_label("轮到谁办")).to_contain_text("您要办")
    do(clerk, "sign_in", "签收")
    clerk.get_by_role("button", name="查看（会被记录）").click()
    expect(clerk.get_by_role("link", name="13800001234")).to_be_visible()
    do(clerk, "record_contact", "首次联系诉求人（电话）", method="电话", reached="是", note="约定明天现场查看")
    do(
        clerk, "answer", "提交答复", to_requester="路灯已修复，感谢反映。", to_platform="已更换灯具。",
        outcome="已解决", policy_basis="《城市照明管理规定》", feedback_method="电话", feedback_at=this_minute("wd"),
        feedback_by="经办人", truthful=True, attachments=PHOTO,
    )  # fmt: skip

    deputy = desk["wd.unit.deputy"]
    open_task(deputy, TITLE)
    expect(deputy.get_by_role("link", name="修复后.pdf")).to_be_visible()
    do(deputy, "sign_off", "审签同意")

    reviewer = desk["wd.desk.reviewer"]
    open_task(reviewer, TITLE)
    do(reviewer, "approve", "审核通过")

    caller = desk["wd.desk.caller"]
    open_task(caller, TITLE)
    dead = caller.get_by_role("button", name="办结", exact=True)
    expect(dead).to_have_attribute("aria-disabled", "true")
    expect(caller.get_by_text("还没有有效回访")).to_be_visible()
    do(caller, "record_callback", "第1次回访", method="电话", reached="是", solved="已解决", satisfied="满意")
    do(caller, "close", "办结：已解决", closure="已解决")
    expect(caller.get_by_label("轮到谁办")).to_contain_text("已了结")
    return number


def the_loop_is_closed(number: str) -> None:
    """What the database knows afterwards."""
    case = cases.facts(number)
    assert (case.stage, case.closure, dict(case.duties)) == ("closed", "SOLVED", {})
    told = [event.kind for event in events(case.subject)]
    assert told[0] == "case.registered"
    assert told[-1] == "case.closed"


@pytest.mark.clause("WD-1.1", "WD-2.0", "WD-2.2d", "WD-2.4b")
def test_a_request_goes_round_in_the_browser(wendeng_live: Town, desk: Desk) -> None:
    the_loop_is_closed(walk_round(wendeng_live, desk))


def test_a_request_goes_round_without_javascript(wendeng_live: Town, plain_desk: Desk) -> None:
    the_loop_is_closed(walk_round(wendeng_live, plain_desk))

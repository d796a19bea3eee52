"""故事一，只用键盘：登记、受理、派单、签收到办结，从不碰鼠标。"""

import pytest
from playwright.sync_api import Locator, Page, expect

from bihuan.cases import queries as cases
from bihuan.organisations import commands as organisations
from tests.browser.officials import Desk
from tests.towns import FOUNDER, Town
from tests.web.officials import monday_morning, this_minute

pytestmark = pytest.mark.browser
TITLE = "阳光小区东门路灯不亮"


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until one stands there."""
    expect(target).to_be_visible()
    for _ in range(150):
        if target.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"Tab never reaches {target}")


def press(page: Page, target: Locator, key: str = "Enter") -> None:
    """Go there by Tab and press a key."""
    tab_to(page, target)
    page.keyboard.press(key)


def write(page: Page, target: Locator, words: str) -> None:
    """Go there by Tab and type."""
    tab_to(page, target)
    page.keyboard.type(words)


def open_first(page: Page) -> None:
    """From anywhere to the most urgent thing: the workbench, `j`, Enter."""
    page.goto("/")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()


def do(page: Page, act: str, said: str, **typed: str) -> None:
    """Do an act: open its form where it is shut, fill it in, and send it by Ctrl+Enter."""
    page.wait_for_load_state()
    form = page.locator(f"#act-{act}")
    if not form.evaluate("form => form.open"):
        press(page, form.locator("summary"))
    for name, words in typed.items():
        control = form.locator(f"[name={name}]:not([type=hidden])")
        if control.get_attribute("type") == "datetime-local":  # in which order it is typed is the browser's
            control.fill(words)
        elif words == "tick":
            press(page, control, "Space")
        elif control.evaluate("control => control.tagName") == "SELECT":
            choose(page, control, words)
        else:
            write(page, control, words)
    press(page, form.locator("form > button"))
    expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()


def choose(page: Page, control: Locator, label: str) -> None:
    """Choose in a list by going down it."""
    tab_to(page, control)
    wanted = control.locator("option", has_text=label).first.get_attribute("value")
    for _ in range(20):
        if control.input_value() == wanted:
            return
        page.keyboard.press("ArrowDown")
    pytest.fail(f"the arrows never reach {label}")


def test_a_request_goes_round_by_keyboard_alone(wendeng_live: Town, desk: Desk) -> None:
    organisations.enter_responsibility(
        jurisdiction="wd", code="WD-001", matter="路灯照明设施维护", lead="wd.unit", basis="照明管理规定",
        from_on=(now := monday_morning(wendeng_live)).date(), actor=FOUNDER, now=now,
    )  # fmt: skip
    registrar = desk["wd.desk.registrar"]
    press(registrar, registrar.get_by_role("link", name="登记诉求"))
    write(registrar, registrar.get_by_label("标题"), TITLE)
    write(registrar, registrar.get_by_label("诉求内容"), "路灯坏了三天，老人夜里出门看不清路。")
    choose(registrar, registrar.get_by_label("诉求类型"), "求助")
    write(registrar, registrar.get_by_label("诉求人姓名"), "王某")
    write(registrar, registrar.get_by_label("联系电话"), "13800001234")
    registrar.keyboard.press("Control+Enter")
    expect(registrar.get_by_role("heading", name="已登记")).to_be_visible()
    press(registrar, registrar.get_by_role("link", name="查看工单"))
    expect(registrar.get_by_role("heading", name=TITLE)).to_be_visible()
    number = registrar.url.rstrip("/").rsplit("/", 1)[-1]
    do(registrar, "accept", "受理，转派单")

    dispatcher = desk["wd.desk.dispatcher"]
    press(dispatcher, dispatcher.get_by_role("link", name="派单台"))
    expect(dispatcher.get_by_role("heading", name="派单台", exact=True)).to_be_visible()
    for key in ("j", "1", "d"):
        dispatcher.keyboard.press(key)
    expect(dispatcher.get_by_role("heading", name="勾选1件，派出1件")).to_be_focused()

    clerk = desk["wd.unit.handler"]
    open_first(clerk)
    do(clerk, "sign_in", "签收")
    do(clerk, "record_contact", "首次联系诉求人（电话）", method="电话", reached="是", note="约定明天现场查看")
    do(
        clerk, "answer", "提交答复", to_requester="路灯已修复，感谢反映。", to_platform="已更换灯具。",
        outcome="已解决", policy_basis="《城市照明管理规定》", feedback_method="电话", feedback_at=this_minute("wd"),
        feedback_by="经办人", truthful="tick",
    )  # fmt: skip

    deputy = desk["wd.unit.deputy"]
    open_first(deputy)
    do(deputy, "sign_off", "审签同意")
    reviewer = desk["wd.desk.reviewer"]
    open_first(reviewer)
    do(reviewer, "approve", "审核通过")
    caller = desk["wd.desk.caller"]
    open_first(caller)
    do(caller, "record_callback", "第1次回访", method="电话", reached="是", solved="已解决", satisfied="满意")
    do(caller, "close", "办结：已解决", closure="已解决")
    assert (cases.facts(number).stage, cases.facts(number).closure) == ("closed", "SOLVED")


def test_the_shortcuts_are_listed_and_can_be_switched_off(wendeng_live: Town, desk: Desk) -> None:
    page = desk["wd.desk.dispatcher"]
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="快捷键")).to_be_visible()
    press(page, page.get_by_role("button", name="关闭单键快捷键"))
    expect(page.get_by_text("单键快捷键已关闭。")).to_be_visible()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_what_changes_under_ones_eyes_shows_and_what_is_typed_stays(wendeng_live: Town, desk: Desk) -> None:
    registrar = desk["wd.desk.registrar"]
    registrar.goto("/cases/new/")
    registrar.get_by_label("标题").fill(TITLE)
    registrar.get_by_label("诉求内容").fill("路灯坏了三天。")
    registrar.get_by_label("诉求类型").select_option(label="求助")
    registrar.get_by_label("匿名", exact=True).check()
    registrar.get_by_role("button", name="登记").click()
    registrar.get_by_role("link", name="查看工单").click()
    typed = registrar.get_by_label("受理意见")
    typed.fill("属于本渠道")
    other = registrar.context.new_page()
    other.goto(registrar.url)
    other.locator("#act-accept button.btn-primary").click()
    expect(other.get_by_role("status").filter(has_text="受理，转派单")).to_be_visible()
    other.close()
    registrar.evaluate("look()")
    expect(registrar.locator("#live")).to_contain_text("刚刚有新情况：")
    expect(registrar.locator("#subject-head")).to_contain_text("待分派")
    expect(typed).to_have_value("属于本渠道")
    expect(registrar.locator("#acts-stale")).to_be_visible()
    registrar.locator("#act-accept button.btn-primary").click()
    expect(registrar.get_by_text("属于本渠道")).to_be_visible()

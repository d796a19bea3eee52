"""What somebody has typed stays: before the scripts have come, after a refusal, and whatever others do meanwhile."""

import pytest
from playwright.sync_api import Page, Route, expect

from bihuan.cases.types import Act
from tests.browser.officials import AT_REST, Desk, send
from tests.towns import Town
from tests.walks import Walk
from tests.web.officials import monday_morning

pytestmark = pytest.mark.browser
BASIS = "路灯维护属市政设施管理职责。"


@pytest.fixture
def walk(wendeng_live: Town) -> Walk:
    """A case that waits for its dispatcher."""
    return Walk(wendeng_live, monday_morning(wendeng_live)).along(Act.REGISTER, Act.ACCEPT)


def news_comes(walk: Walk, page: Page) -> None:
    """The registrar adds something to the case, and the open page hears of it."""
    walk.do(Act.SUPPLEMENT)
    page.evaluate("look()")
    expect(page.locator("#live")).to_contain_text("刚刚有新情况：")
    expect(page.locator("#acts-stale")).to_be_visible()


def test_what_is_typed_before_the_scripts_have_come_stays_and_is_sent(walk: Walk, desk: Desk) -> None:
    page, late = desk["wd.desk.dispatcher"], list[Route]()
    page.route("**/*.js", lambda script: late.append(script) if slow else script.continue_())
    slow = True
    page.goto(f"/cases/{walk.number}/?act=dispatch#act-dispatch", wait_until="commit")
    form = page.locator("#act-dispatch")
    form.locator("[name=basis]").fill(BASIS)
    form.locator("[name=basis_kind]").select_option(label="职责")
    form.locator("[name=lead]").select_option(label="wd.unit")
    form.locator("[name=lead]").focus()
    slow = False
    for script in late:
        script.continue_()
    page.wait_for_load_state()
    page.wait_for_function("() => typeof TomSelect !== 'undefined'")
    expect(form.locator("[name=lead]")).to_be_focused()
    page.locator("h1").click()
    page.wait_for_function(AT_REST)
    news_comes(walk, page)
    expect(form.locator("[name=basis]")).to_have_value(BASIS)
    form.locator("form > button").click()
    expect(page.locator("#overtaken")).to_be_visible()
    form.locator("form > button").click()
    expect(page.get_by_role("status").filter(has_text="派单至wd.unit")).to_be_visible()
    expect(page.locator("#record")).to_contain_text(BASIS)


def test_what_was_refused_stays_while_others_act(walk: Walk, desk: Desk) -> None:
    page = desk["wd.desk.dispatcher"]
    page.goto(f"/cases/{walk.number}/")
    send(page, "dispatch", lead="wd.unit", basis_kind="职责")
    expect(page.locator("#act-dispatch").get_by_role("alert")).to_be_visible()
    page.locator("h1").click()
    news_comes(walk, page)
    expect(page.locator("#act-dispatch [name=lead]")).to_have_value("wd.unit")
    expect(page.locator("#act-dispatch").get_by_role("alert")).to_be_visible()


def test_what_was_registered_is_not_given_back_into_the_next_request(walk: Walk, desk: Desk) -> None:
    page = desk["wd.desk.registrar"]
    page.goto("/cases/new/")
    page.get_by_label("标题").fill("阳光小区东门路灯不亮")
    page.get_by_label("诉求内容").fill("坏了三天。")
    page.get_by_label("诉求人姓名").fill("王女士")
    page.get_by_label("诉求类型").select_option(label="求助")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("联系电话").fill("13800001234")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("heading", name="已登记")).to_be_visible()
    expect(page.locator("form.look, form.clock")).to_have_count(0)
    page.get_by_role("link", name="再登记一件").click()
    expect(page.get_by_label("诉求人姓名")).to_have_value("")
    expect(page.get_by_label("标题")).to_have_value("")
    expect(page.locator("form .draft:visible")).to_have_count(0)

"""诉求人在手机上：不用脚本也能从提交走到评价；有脚本的不用做算术题。"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from bihuan.cases import queries as cases
from bihuan.cases.types import Act, Stage
from bihuan.record.queries import events
from tests.browser.officials import LATE
from tests.public.citizens import now_in, open_site
from tests.public.test_pages import photo
from tests.towns import Town
from tests.walks import Walk

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


class Telephone:
    """A telephone of 390 pixels; what a page complains of fails the test, and so does a page that is too wide."""

    def __init__(self, browser: Browser, url: str, *, scripts: bool) -> None:
        self.context: BrowserContext = browser.new_context(
            base_url=url, viewport=PHONE, locale="zh-CN", java_script_enabled=scripts, has_touch=True, is_mobile=True
        )
        self.context.set_default_timeout(LATE)
        self.page: Page = self.context.new_page()
        self.trouble: list[str] = []
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("console", lambda said: self.trouble.append(said.text) if said.type == "error" else None)

    def leave(self) -> None:
        """Put it away."""
        self.context.close()
        assert [said for said in self.trouble if "status of 4" not in said] == []


@pytest.fixture
def phone(chromium: Browser, live_server: LiveServer) -> Iterator[Telephone]:
    """One with JavaScript."""
    held = Telephone(chromium, live_server.url, scripts=True)
    yield held
    held.leave()


@pytest.fixture
def plain_phone(chromium: Browser, live_server: LiveServer) -> Iterator[Telephone]:
    """One without."""
    held = Telephone(chromium, live_server.url, scripts=False)
    yield held
    held.leave()


def narrow(page: Page) -> None:
    """Nothing on the page is wider than the telephone."""
    assert page.locator("html").evaluate("html => html.scrollWidth") <= PHONE["width"]


def write_it_down(page: Page, town: Town) -> None:
    """From the site's first page to the filled-in form."""
    page.goto(f"/p/{town.code}/")
    narrow(page)
    page.get_by_role("main").get_by_role("link", name="提诉求").click()
    page.get_by_label("您要反映什么").fill("阳光小区东门路灯不亮。坏了三天，老人夜里看不清路。")
    page.get_by_label("在哪里").fill("阳光小区东门")
    file = photo()
    page.get_by_label("照片或其他文件").set_input_files(
        [{"name": "路灯.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}]
    )
    page.locator("[name=appeal_type][value=HELP]").check()
    page.get_by_label("怎么称呼您").fill("王女士")
    page.get_by_label("联系电话").fill("13800001234")
    narrow(page)
    page.wait_for_timeout(3_100)


@pytest.mark.clause("WD-2.2d", "WD-2.4b")
def test_a_citizen_goes_from_a_request_to_an_evaluation_on_a_telephone_without_javascript(
    wendeng_live: Town, plain_phone: Telephone
) -> None:
    town, page = open_site(wendeng_live), plain_phone.page
    write_it_down(page, town)
    asked = page.locator("label[for=sum]").inner_text()
    first, second = (int(digits) for digits in re.findall(r"\d+", asked))
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("算术题")
    page.get_by_label("防止程序滥用").fill(str(first + second))
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", name="已收到您的诉求")).to_be_visible()
    number, code = page.locator("#case-number").inner_text(), page.locator("#query-code").inner_text()
    narrow(page)

    page.get_by_role("link", name="看进度").click()
    expect(page.get_by_label("现在", exact=True)).to_contain_text("wd.desk")
    page.get_by_role("button", name="不再查看").click()
    page.get_by_role("navigation").get_by_role("link", name="查进度").click()
    page.get_by_label("诉求编号").fill(number)
    page.get_by_label("查询码").fill("0000000000")
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_role("alert")).to_contain_text("不对")
    page.get_by_label("查询码").fill(code)
    page.get_by_role("button", name="查看").click()
    expect(page.get_by_role("heading", name="阳光小区东门路灯不亮")).to_be_visible()

    walk = Walk(town, now_in(town), number=number).along(Act.DISPATCH, Act.SIGN_IN, Act.AWAIT_REQUESTER)
    page.reload()
    expect(page.get_by_text("具体灯杆编号")).to_be_visible()
    page.get_by_label("补充内容").fill("灯杆编号0317。")
    page.get_by_role("button", name="提交补充").click()
    expect(page.get_by_role("status")).to_contain_text("已补充")
    assert walk.facts.stage == Stage.HANDLING

    walk.along(Act.ANSWER, Act.SIGN_OFF, Act.APPROVE)
    page.reload()
    expect(page.get_by_text("路灯已修复，感谢反映。")).to_be_visible()
    narrow(page)
    page.get_by_text("未解决").check()
    page.get_by_text("不满意").check()
    page.get_by_label("您还想说什么").fill("灯还是不亮。")
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_role("status")).to_contain_text("谢谢您的评价")
    told = events(cases.facts(number).subject)[-1]
    assert (told.name, told.sentence) == ("诉求人", "第1次回访（诉求人在网上评价）：未解决，不满意")


def test_with_javascript_nobody_does_sums(wendeng_live: Town, phone: Telephone) -> None:
    town, page = open_site(wendeng_live), phone.page
    write_it_down(page, town)
    expect(page.get_by_label("防止程序滥用")).to_be_hidden()
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", name="已收到您的诉求")).to_be_visible()
    expect(page.get_by_role("button", name="打印或存成文件")).to_be_visible()
    page.get_by_role("link", name="看进度").click()
    page.get_by_text("撤回诉求").click()
    page.get_by_label("为什么撤回").fill("已经修好了。")
    page.get_by_label("我确认撤回").check()
    page.get_by_role("button", name="撤回", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("已撤回")
    narrow(page)


def test_files_that_are_too_much_together_are_told_before_they_are_sent(
    wendeng_live: Town, phone: Telephone, settings: Settings
) -> None:
    """F124: the proxy would cut them off with a page of its own, and the text with them."""
    settings.FORM_LIMIT = 1024 * 1024
    town, page = open_site(wendeng_live), phone.page
    write_it_down(page, town)
    expect(page.locator("label[for=files]")).to_contain_text("合计少于1MB")
    box, sent = page.get_by_label("照片或其他文件"), list[Request]()
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    film = {"name": "影像.mp4", "mimeType": "video/mp4", "buffer": bytes(450_000)}
    box.set_input_files([film, {**film, "name": "影像2.mp4"}])
    page.get_by_role("button", name="提交", exact=True).click()
    assert box.evaluate("box => box.validationMessage") == "文件合计要少于1MB，请减少几个。"
    assert sent == []
    assert "路灯不亮" in page.get_by_label("您要反映什么").input_value()
    box.set_input_files([{"name": "路灯.jpg", "mimeType": "image/jpeg", "buffer": photo().getvalue()}])
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", name="已收到您的诉求")).to_be_visible()


def test_large_type_and_another_language_keep_what_was_typed(wendeng_live: Town, phone: Telephone) -> None:
    town, page = open_site(wendeng_live), phone.page
    page.goto(f"/p/{town.code}/submit/")
    page.locator("[name=content]").fill("阳光小区东门路灯不亮。\n坏了三天。")
    page.locator("[name=name]").fill("王女士")
    page.locator("[name=appeal_type][value=COMPLAINT]").check()
    page.locator("[name=callback]").uncheck()
    for button in ("大字", "English"):
        page.get_by_role("button", name=button).click()
        page.wait_for_load_state()
        expect(page.locator("[name=content]")).to_have_value("阳光小区东门路灯不亮。\n坏了三天。")
    expect(page.locator("[name=name]")).to_have_value("王女士")
    expect(page.locator("[name=appeal_type][value=COMPLAINT]")).to_be_checked()
    expect(page.locator("[name=callback]")).not_to_be_checked()
    assert page.evaluate("sessionStorage.length") == 0
    page.goto(f"/p/{town.code}/submit/")
    expect(page.locator("[name=content]")).to_have_value("")


def test_who_comes_back_after_leaving_finds_neither_code_nor_words(wendeng_live: Town, phone: Telephone) -> None:
    town, page = open_site(wendeng_live), phone.page
    write_it_down(page, town)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", name="已收到您的诉求")).to_be_visible()
    number, code = page.locator("#case-number").inner_text(), page.locator("#query-code").inner_text()
    page.reload()
    expect(page.locator("#query-code")).to_have_text(code)
    page.get_by_role("link", name="看进度").click()
    page.get_by_role("button", name="不再查看").click()
    page.wait_for_load_state("networkidle")  # one does not go back from a page that is still coming
    for _ in range(4):
        page.go_back()
        page.wait_for_timeout(1_000)  # what comes from the browser's memory is read anew
        page.reload()
        assert number not in page.content()
        assert code not in page.content()
        for box in page.locator("textarea, input[name=name], input[name=phone]").all():
            expect(box).to_have_value("")
    assert page.evaluate("Object.values(sessionStorage).join()").count("路灯") == 0


def test_a_refused_form_is_come_back_to_and_looked_at_otherwise(wendeng_live: Town, phone: Telephone) -> None:
    town, page = open_site(wendeng_live), phone.page
    write_it_down(page, town)
    words = page.locator("[name=content]").input_value()
    page.locator("[name=phone]").fill("138")
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    with page.context.expect_page() as opened:
        page.get_by_role("contentinfo").get_by_role("link", name="您的信息怎么用").click()
    expect(opened.value.get_by_role("heading", name="您的信息怎么用").first).to_be_visible()
    opened.value.close()
    expect(page.locator("[name=content]")).to_have_value(words)
    page.get_by_role("navigation").get_by_role("link", name="查进度").click()
    expect(page.get_by_label("查询码")).to_be_visible()
    page.go_back()
    expect(page.locator("[name=content]")).to_have_value(words)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name="大字").click()
    expect(page.locator("html")).to_have_attribute("data-text", "large")
    expect(page.locator("[name=content]")).to_have_value(words)


def test_what_is_too_long_is_told_as_it_is_pasted_and_nothing_is_cut(wendeng_live: Town, phone: Telephone) -> None:
    town, page = open_site(wendeng_live), phone.page
    page.goto(f"/p/{town.code}/submit/")
    box = page.locator("[name=content]")
    box.fill("路" * 4200)
    assert len(box.input_value()) == 4200
    assert box.evaluate("box => box.validationMessage") == "最多4000个字，多了200个，没有截短，请删减。"
    box.fill("路" * 4000)
    assert box.evaluate("box => box.validationMessage") == ""


def test_the_steps_do_not_run_into_each_other_in_large_english(wendeng_live: Town, phone: Telephone) -> None:
    town, page = open_site(wendeng_live), phone.page
    write_it_down(page, town)
    page.get_by_role("button", name="提交", exact=True).click()
    page.get_by_role("link", name="看进度").click()
    for button in ("大字", "English"):
        page.get_by_role("button", name=button).click()
        page.wait_for_load_state()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    wide = "steps => [...steps.children].filter(one => one.scrollWidth > one.clientWidth).map(one => one.innerText)"
    assert page.locator(".steps").evaluate(wide) == []
    narrow(page)


@pytest.mark.parametrize("again", ["back", "address"])
def test_what_could_not_be_sent_is_there_when_the_line_is(wendeng_live: Town, phone: Telephone, again: str) -> None:
    town, page = open_site(wendeng_live), phone.page
    page.goto(f"/p/{town.code}/")
    write_it_down(page, town)
    words = page.locator("[name=content]").input_value()
    assert words
    page.wait_for_function("document.querySelector('form[data-work]').elements.work.value")
    page.context.set_offline(True)
    page.get_by_role("button", name="提交", exact=True).click()
    page.wait_for_url("chrome-error://**")
    page.context.set_offline(False)
    if again == "back":  # before the form: what could not be read has taken its place
        page.go_back()
    else:
        page.goto(f"/p/{town.code}/")
    page.get_by_role("main").get_by_role("link", name="提诉求").click()
    expect(page.locator("[name=content]")).to_have_value(words)
    page.wait_for_timeout(3_100)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", name="已收到您的诉求")).to_be_visible()
    page.goto(f"/p/{town.code}/submit/")
    expect(page.locator("[name=content]")).to_have_value("")
    assert page.evaluate("Object.values(sessionStorage).join()").count("路灯") == 0
    phone.trouble[:] = [said for said in phone.trouble if "ERR_INTERNET_DISCONNECTED" not in said]


def test_what_is_half_written_in_one_form_stays_past_what_another_sends(wendeng_live: Town, phone: Telephone) -> None:
    town, page = open_site(wendeng_live), phone.page
    write_it_down(page, town)
    page.get_by_role("button", name="提交", exact=True).click()
    expect(page.get_by_role("heading", name="已收到您的诉求")).to_be_visible()
    number = page.locator("#case-number").inner_text()
    page.get_by_role("link", name="看进度").click()
    Walk(town, now_in(town), number=number).along(Act.DISPATCH, Act.SIGN_IN, Act.ANSWER, Act.SIGN_OFF, Act.APPROVE)
    page.reload()
    page.get_by_text("我要补充").click()
    page.locator("#text").fill("灯杆编号0317。")
    page.get_by_text("未解决").check()
    page.get_by_label("您还想说什么").fill("灯还是不亮。")
    page.locator("#supplement form").evaluate("form => { form.noValidate = true; form.elements.text.value = ''; }")
    page.get_by_role("button", name="提交补充").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("您还想说什么")).to_have_value("灯还是不亮。")
    expect(page.get_by_label("未解决")).to_be_checked()
    page.locator("#text").fill("灯杆编号0317。")
    page.get_by_text("不满意").check()
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_role("status")).to_contain_text("谢谢您的评价")
    expect(page.locator("#text")).to_have_value("灯杆编号0317。")
    page.get_by_role("button", name="提交补充").click()
    expect(page.get_by_role("status")).to_contain_text("已补充")
    expect(page.locator("#text")).to_have_value("")
    page.get_by_role("button", name="不再查看").click()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("Object.values(sessionStorage).join()").count("灯") == 0

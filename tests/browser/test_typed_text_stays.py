"""Typed text is never lost, whichever way a page is left: the end of a sign-in, a poll, a look, a refusal, Back."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, Route, expect

from bihuan.access.models import SignIn
from bihuan.cases.types import Act
from bihuan.drafts.models import Draft
from tests.browser.officials import Desk
from tests.towns import PASSWORD, Town
from tests.walks import REQUEST, TO_HANDLING, Walk
from tests.web.officials import monday_morning

pytestmark = pytest.mark.browser
WORDS = "路灯已修复，灯具换新，感谢反映。"
NOT_SENT = "还没有提交"


@pytest.fixture
def walk(wendeng_live: Town) -> Walk:
    """A case in the hands of its unit."""
    return Walk(wendeng_live, monday_morning(wendeng_live) - timedelta(hours=1)).along(*TO_HANDLING)


@pytest.fixture
def page(walk: Walk, desk: Desk) -> Page:
    """The clerk at the case, with the form of the answer open and half written."""
    page = desk["wd.unit.handler"]
    page.goto(f"/cases/{walk.number}/?act=answer")
    words(page).fill(WORDS)
    return page


def words(page: Page) -> Locator:
    """Where the answer is written."""
    return page.locator("#act-answer [name=to_requester]")


def form(page: Page) -> Locator:
    """The form of the answer."""
    return page.locator("#act-answer form")


def sign_in_ends() -> None:
    """Let every sign-in end for nobody was there."""
    SignIn.objects.update(seen_at=timezone.now() - timedelta(days=1))


def sign_in_again(page: Page, account: str = "wd.unit.handler") -> None:
    """At the door."""
    page.get_by_label("账号").fill(account)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()


def kept(page: Page) -> None:
    """Wait until we have what was typed, as after a rest of three seconds."""
    with page.expect_response("**/drafts/"):
        page.evaluate("keep(document.querySelector('#act-answer form'))")


def test_reload_brings_it_back_before_and_after_it_was_kept(page: Page) -> None:
    page.reload()
    expect(words(page)).to_have_value(WORDS)
    expect(form(page)).to_contain_text(NOT_SENT)
    words(page).fill(f"{WORDS}再补一句。")
    kept(page)
    page.evaluate("sessionStorage.clear()")
    page.reload()
    expect(words(page)).to_have_value(f"{WORDS}再补一句。")
    expect(form(page)).to_contain_text(NOT_SENT)


def test_it_is_kept_by_itself_after_a_rest(page: Page) -> None:
    with page.expect_response("**/drafts/") as answer:
        words(page).press_sequentially("。")
    assert answer.value.status == 204
    assert Draft.objects.get().account == "wd.unit.handler"


def test_leaving_and_back_bring_it_back(page: Page, walk: Walk) -> None:
    page.goto("/cases/")
    page.go_back()
    expect(words(page)).to_have_value(WORDS)
    page.goto("/")
    page.goto(f"/cases/{walk.number}/")
    expect(words(page)).to_have_value(WORDS)
    expect(page.locator("#act-answer")).to_have_attribute("open", "")


def test_who_sends_after_the_end_signs_in_and_is_back_at_the_words(page: Page, walk: Walk) -> None:
    page.locator("#act-answer [name=to_platform]").fill("已更换灯具。")
    sign_in_ends()
    form(page).locator("> button").click()
    expect(page.get_by_text("刚才的没有提交。您填写的内容已保留")).to_be_visible()
    sign_in_again(page)
    expect(words(page)).to_have_value(WORDS)
    expect(page.locator("#act-answer [name=to_platform]")).to_have_value("已更换灯具。")
    expect(form(page)).to_contain_text(NOT_SENT)
    assert walk.facts.stage == "handling"


def test_an_open_page_says_that_the_sign_in_ended_and_moves_nothing(page: Page) -> None:
    where = page.url
    sign_in_ends()
    page.evaluate("look()")
    bar = page.locator("#signed-out")
    expect(bar).to_contain_text("登录已过期，内容仍在。")
    assert page.url == where
    expect(words(page)).to_have_value(WORDS)
    bar.get_by_role("link", name="重新登录").click()
    sign_in_again(page)
    expect(words(page)).to_have_value(WORDS)


def test_another_account_in_the_same_browser_is_given_nothing(page: Page, walk: Walk) -> None:
    kept(page)
    sign_in_ends()
    page.goto(f"/sign-in/?next=/cases/{walk.number}/")
    sign_in_again(page, "wd.unit.deputy")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert WORDS not in page.content()
    assert page.locator("form[data-draft]").count() == 0 or WORDS not in str(page.evaluate("({...sessionStorage})"))


def test_looking_at_the_requester_leaves_the_page_as_it_is(page: Page) -> None:
    page.get_by_role("button", name="查看（会被记录）").click()
    expect(page.locator("#requester")).to_contain_text(REQUEST["phone"])
    expect(words(page)).to_have_value(WORDS)


def test_a_refusal_leaves_it(page: Page) -> None:
    form(page).locator("> button").click()
    expect(form(page).get_by_role("alert").first).to_be_visible()
    expect(words(page)).to_have_value(WORDS)
    page.goto("/")
    page.go_back()
    expect(words(page)).to_have_value(WORDS)


def test_a_cut_line_leaves_it(page: Page, walk: Walk) -> None:
    def cut(route: Route) -> None:
        route.abort()

    page.route("**/acts/answer/", cut)
    page.route("**/drafts/", cut)
    with page.expect_event("requestfailed", lambda request: "/acts/answer/" in request.url):
        form(page).locator("> button").click()
    page.unroute("**/acts/answer/")
    page.unroute("**/drafts/")
    page.goto(f"/cases/{walk.number}/?act=answer")
    expect(words(page)).to_have_value(WORDS)


def test_what_was_sent_or_thrown_away_does_not_come_back(page: Page, walk: Walk) -> None:
    kept(page)
    page.reload()
    form(page).get_by_role("button", name="丢弃").click()
    expect(words(page)).to_have_value("")
    page.reload()
    expect(words(page)).to_have_value("")
    page.goto(f"/cases/{walk.number}/?act=record_contact")
    note = page.locator("#act-record_contact [name=note]")
    note.fill("约定明天现场查看")
    page.locator("#act-record_contact [name=method]").select_option(label="电话")
    page.locator("#act-record_contact [name=reached]").select_option(label="是")
    page.locator("#act-record_contact form > button").click()
    expect(page.get_by_role("status").filter(has_text="首次联系诉求人")).to_be_visible()
    walk.now += timedelta(hours=1)
    walk.do(Act.SUPPLEMENT)
    page.reload()
    assert not Draft.objects.exists()
    expect(page.locator("form .draft:visible")).to_have_count(0)


def test_two_windows_with_one_form_are_told_of_each_other(page: Page) -> None:
    kept(page)
    words(page).fill("先写的。")
    with page.context.expect_page() as opened:
        page.evaluate("window.open(location.pathname + '?act=answer', '_blank', 'noopener')")
    other = opened.value
    expect(words(other)).to_have_value(WORDS)
    kept(page)
    told = form(other).locator(".draft-elsewhere")
    expect(told).to_be_hidden()
    words(other).fill("后写的。")
    kept(other)
    expect(told).to_be_visible()
    expect(words(other)).to_have_value("后写的。")
    kept(page)
    expect(form(page).locator(".draft-elsewhere")).to_be_hidden()
    with other.expect_response("**/drafts/") as answer:
        told.get_by_role("button", name="保存这里的").click()
    assert answer.value.status == 204
    expect(told).to_be_hidden()
    kept(page)
    expect(form(page).locator(".draft-elsewhere")).to_be_visible()
    other.reload()
    expect(words(other)).to_have_value("后写的。")


def test_enter_in_a_line_sends_and_throws_nothing_away(walk: Walk, desk: Desk) -> None:
    page = desk["wd.unit.handler"]
    page.goto(f"/cases/{walk.number}/?act=answer")
    words(page).fill(WORDS)
    form(page).locator("[name=feedback_by]").press("Enter")
    expect(form(page).locator(".wrong-text").first).to_be_visible()
    expect(words(page)).to_have_value(WORDS)
    assert Draft.objects.exists()


def test_the_form_that_was_refused_is_open_whatever_another_one_holds(page: Page) -> None:
    kept(page)
    words(page).press_sequentially("又补一句。")
    contact = page.locator("#act-record_contact")
    contact.locator("summary").click()
    contact.locator("[name=note]").fill("约定明天现场查看")
    contact.locator("form > button").click()
    expect(contact).to_have_attribute("open", "")
    expect(contact.get_by_role("alert").first).to_be_in_viewport()
    expect(contact.locator(".wrong :focus")).to_have_count(1)
    expect(words(page)).to_have_value(f"{WORDS}又补一句。")
    expect(page.locator("#act-answer")).not_to_have_attribute("open", "")


def test_a_look_that_finds_nothing_new_says_nothing(page: Page, walk: Walk) -> None:
    for _ in range(2):
        with page.expect_response(lambda answer: "since=" in answer.url) as answer:
            page.evaluate("look()")
        assert answer.value.status == 204
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 100)))")
    expect(page.locator("#acts-stale")).to_be_hidden()
    walk.do(Act.SUPPLEMENT)
    page.evaluate("look()")
    expect(page.locator("#acts-stale")).to_be_visible()


def test_after_a_refusal_another_look_leaves_its_words_and_the_clock_leads_back_to_the_text(page: Page) -> None:
    form(page).locator("> button").click()
    expect(form(page).get_by_role("alert").first).to_be_visible()
    with page.expect_response("**/look/"):
        page.get_by_role("button", name="深色").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(form(page).get_by_role("alert").first).to_be_visible()
    expect(words(page)).to_have_value(WORDS)
    with page.expect_response("**/look/"):
        page.get_by_role("button", name="深色").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(words(page)).to_have_value(WORDS)
    page.get_by_role("button", name="中文").click()
    form(page).locator("> button").click()
    expect(form(page).get_by_role("alert").first).to_be_visible()
    page.get_by_role("button", name="+1小时").click()
    expect(page.get_by_role("status").filter(has_text="教学时钟已拨到")).to_be_visible()
    expect(words(page)).to_have_value(WORDS)


def test_what_begins_something_and_was_refused_at_once_is_there_again_and_gone_once_it_was_sent(
    walk: Walk, desk: Desk
) -> None:
    page = desk["wd.desk.registrar"]
    page.goto("/cases/new/")
    page.get_by_label("诉求内容").fill("坏了三天。")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("标题").press_sequentially("路灯")
    with page.expect_response("**/drafts/") as answer:
        page.evaluate("keep(document.querySelector('form.register'))")
    assert answer.value.status == 204, "the window that was refused is no other window"
    page.get_by_role("button", name="+1小时").click()
    expect(page.get_by_role("status").filter(has_text="教学时钟已拨到")).to_be_visible()
    expect(page.get_by_label("诉求内容")).to_have_value("坏了三天。")
    expect(page.get_by_label("标题")).to_have_value("路灯")


def test_at_the_door_the_account_stays_past_another_look(page: Page) -> None:
    sign_in_ends()
    page.goto("/sign-in/?next=/cases/")
    for button in ("深色", "English"):
        page.locator("#account").fill("wd.unit.handler")
        page.get_by_role("button", name=button).click()
        page.wait_for_load_state()
        expect(page.locator("#account")).to_have_value("wd.unit.handler")
    page.locator("#password").fill(PASSWORD)
    page.locator(".gate form > button").click()
    page.wait_for_url("**/cases/")

"""The dispatch desk by hand: nothing is chosen for anybody, nothing goes unseen, and what went is taken back."""

import pytest
from playwright.sync_api import Page, expect

from bihuan.cases import queries as cases
from bihuan.cases.types import Act
from bihuan.organisations import commands as organisations
from tests.browser.officials import Desk
from tests.towns import FOUNDER, Town
from tests.walks import Walk
from tests.web.officials import monday_morning

pytestmark = pytest.mark.browser
MATTERS = {"WD-001": "路灯照明设施维护", "WD-002": "小区烧烤劝导", "WD-003": "占道经营和烧烤油烟"}
REQUESTS = ("小区东门路灯不亮", "小区烧烤油烟扰民", "小区门口停车难")


@pytest.fixture
def waiting(wendeng_live: Town) -> list[Walk]:
    """Requests that all speak of a 小区, and entries that share more with one: the nearest is not always right."""
    now = monday_morning(wendeng_live)
    for (code, matter), lead in zip(MATTERS.items(), ("unit", "other", "township"), strict=True):
        organisations.enter_responsibility(
            jurisdiction="wd", code=code, matter=matter, lead=f"wd.{lead}", basis="目录", from_on=now.date(),
            actor=FOUNDER, now=now,
        )  # fmt: skip
    walks = [Walk(wendeng_live, now) for _ in REQUESTS]
    for walk, words in zip(walks, REQUESTS, strict=True):
        walk.do(Act.REGISTER, title=words, content=f"{words}，请处理。")
        walk.do(Act.ACCEPT)
    return walks


@pytest.fixture
def page(waiting: list[Walk], desk: Desk) -> Page:
    """The dispatcher at the desk."""
    page = desk["wd.desk.dispatcher"]
    page.goto("/dispatch/")
    return page


def ticked(page: Page) -> int:
    """How many rows are ticked."""
    return page.locator("[name=case]:checked").count()


def stages(waiting: list[Walk]) -> list[str]:
    """Where the cases stand."""
    return [str(cases.facts(walk.number).stage) for walk in waiting]


def row(page: Page, walk: Walk) -> str:
    """The row of a case, as a selector."""
    return f"[data-row]:has(#tick-{walk.number})"


def test_all_ticks_nothing_that_nobody_chose(page: Page, waiting: list[Walk]) -> None:
    page.keyboard.press("a")
    assert ticked(page) == 0
    assert page.locator("#desk input[type=radio]:checked").count() == 0
    page.keyboard.press("d")
    expect(page.get_by_role("alert")).to_contain_text("一件也没有勾选")
    assert stages(waiting) == ["triage"] * 3


def test_all_and_send_show_the_list_once_more_and_enter_confirms(page: Page, waiting: list[Walk]) -> None:
    for key in ("j", "1", "x", "j", "2", "x", "a"):
        page.keyboard.press(key)
    assert ticked(page) == 2
    page.keyboard.press("d")
    expect(page.get_by_role("heading", name="请再看一遍：要派出2件")).to_be_visible()
    assert stages(waiting) == ["triage"] * 3
    assert ticked(page) == 2, "what was chosen stands below, to be changed"
    expect(page.get_by_role("button", name="派出这2件")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="勾选2件，派出2件")).to_be_focused()
    assert sorted(stages(waiting)) == ["dispatched", "dispatched", "triage"]
    number = next(walk.number for walk in waiting if cases.facts(walk.number).stage == "dispatched")
    page.get_by_role("button", name=f"撤回 {number}").click()
    expect(page.get_by_role("status").filter(has_text="撤回派单（派单差错）")).to_be_visible()
    assert cases.facts(number).stage == "triage"


def test_the_choice_of_the_row_travels_to_the_form(page: Page, waiting: list[Walk]) -> None:
    here = page.locator(row(page, waiting[1]))
    last = here.locator("input[type=radio]").last
    code, name = last.get_attribute("value"), here.locator("label.pick b").last.inner_text()
    last.check()
    here.get_by_role("button", name="派单").click()
    form = page.locator("#act-dispatch")
    expect(form).to_be_visible()
    assert code
    assert code in form.locator("[name=basis]").input_value()
    assert form.locator("[name=lead]:not([type=hidden])").evaluate("select => select.selectedOptions[0].label") == name


def test_whoever_chooses_by_the_mouse_has_ticked_the_row(page: Page, waiting: list[Walk]) -> None:
    page.locator(row(page, waiting[1])).locator("input[type=radio]").last.check()
    assert ticked(page) == 1
    here = page.locator(row(page, waiting[0]))
    here.get_by_text("其他单位").click()
    assert ticked(page) == 1, "to look is not to choose"
    here.locator("[name^=unit-]").fill("other")
    here.locator("[name^=kind-]").click()
    assert ticked(page) == 2
    expect(page.locator(".desk-count")).to_have_text(" (2)")


def test_enter_leads_on_and_sends_nothing(page: Page, waiting: list[Walk]) -> None:
    page.keyboard.press("j")
    page.keyboard.press("u")
    page.keyboard.type("other")
    page.keyboard.press("Enter")
    expect(page.locator("[name^=kind-]:focus")).to_have_value("")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[name^=basis-]:focus")).to_be_visible()
    page.keyboard.type("三定规定")
    page.keyboard.press("Enter")
    expect(page.locator("[data-row]:focus")).to_be_visible()
    assert stages(waiting) == ["triage"] * 3
    page.keyboard.press("d")
    expect(page.get_by_role("heading", name="勾选1件，派出1件")).to_be_focused()


def test_a_refused_row_is_open_and_stands_there_with_its_words(page: Page, waiting: list[Walk]) -> None:
    page.keyboard.press("j")
    page.keyboard.press("u")
    page.keyboard.type("没有的局")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.type("三定规定")
    page.keyboard.press("Enter")
    page.keyboard.press("d")
    expect(page.get_by_text("没有这个承办单位。").last).to_be_visible()
    unit = page.locator("[name^=unit-]:focus")
    expect(unit).to_have_value("没有的局")
    expect(page.locator("details.other-unit[open] [name^=basis-]")).to_have_value("三定规定")
    assert ticked(page) == 1


def test_without_scripts_enter_sends_nothing_and_keeps_the_row(waiting: list[Walk], plain_desk: Desk) -> None:
    page = plain_desk["wd.desk.dispatcher"]
    page.goto("/dispatch/")
    here = page.locator(row(page, waiting[0]))
    here.locator("[name=case]").check()
    here.locator("summary").click()
    here.locator("[name^=unit-]").fill("other")
    here.locator("[name^=unit-]").press("Enter")
    expect(page.locator(row(page, waiting[0])).locator("[name^=unit-]")).to_have_value("other")
    assert stages(waiting) == ["triage"] * 3

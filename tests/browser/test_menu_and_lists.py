"""The menu stays in view, and a list of several stays one in which nothing is lost by a click (F95, F100)."""

import pytest
from playwright.sync_api import Page, expect

from bihuan.cases.types import Act
from tests.browser.officials import Desk
from tests.towns import Town
from tests.walks import Walk
from tests.web.officials import monday_morning

pytestmark = pytest.mark.browser


@pytest.fixture
def walk(wendeng_live: Town) -> Walk:
    """A case in the hands of its unit."""
    return Walk(wendeng_live, monday_morning(wendeng_live)).along(Act.REGISTER, Act.DISPATCH, Act.SIGN_IN)


def at_the_bottom(page: Page) -> None:
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    page.wait_for_function("() => window.scrollY > 200")


def test_the_menu_is_in_view_at_the_bottom_of_a_long_page(walk: Walk, desk: Desk) -> None:
    page = desk["wd.unit.handler"]
    page.set_viewport_size({"width": 1440, "height": 700})
    page.goto(f"/cases/{walk.number}/")
    at_the_bottom(page)
    box = page.locator(".side").bounding_box()
    assert box
    assert (round(box["y"]), round(box["height"])) == (0, 700)


def test_a_list_of_several_is_searched_after_a_refusal_too(walk: Walk, desk: Desk) -> None:
    page = desk["wd.unit.handler"]
    page.goto(f"/cases/{walk.number}/?act=link#act-link")
    page.locator("#act-link [name=task]").fill("请派员断电。")
    page.locator("#act-link form > button").click()
    units = page.locator("#act-link [name=units]")
    expect(page.locator("#link-units-error")).to_be_visible()
    page.wait_for_function("() => document.querySelector('#act-link [name=units]').tomselect")
    assert units.evaluate("list => list.classList.contains('ts-hidden-accessible')"), "no bare list to click in"
    expect(page.locator("#act-link .ts-control input")).to_be_focused()
    expect(page.locator("#act-link [name=task]")).to_have_value("请派员断电。")

"""Forms show what is asked for: by the type that is chosen, and first on the telephone of whoever stands there."""

import pytest
from playwright.sync_api import Request, expect
from pytest_django import Settings

from tests.browser.officials import Desk
from tests.joint.walks import WHISTLE, JointWalk, with_bodies
from tests.towns import Town
from tests.walks import TO_HANDLING, Walk, led_by_a_town
from tests.web.officials import monday_morning

pytestmark = pytest.mark.browser


def test_who_reports_at_the_place_finds_the_form_and_the_camera_on_the_first_screen(
    wendeng_live: Town, desk: Desk
) -> None:
    walk = JointWalk(with_bodies(wendeng_live), WHISTLE, Walk(wendeng_live, monday_morning(wendeng_live))).begin()
    page = desk["wd.other.handler"]
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"/whistles/{walk.number}/?act=check_in")
    form = page.locator("#act-check_in")
    top = form.bounding_box()
    assert top is not None
    assert top["y"] < 700, "the form begins on the first screen"
    camera = form.locator("input[capture=environment]")
    expect(camera).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 900})
    expect(camera).to_be_hidden()


def test_officials_too_are_told_of_files_that_are_too_much_before_they_are_sent(
    wendeng_live: Town, desk: Desk, settings: Settings
) -> None:
    settings.ATTACHMENT_LIMIT = 100_000
    page = desk["wd.desk.registrar"]
    page.goto("/cases/new/")
    page.wait_for_load_state()
    form, sent = page.locator("form.register"), list[Request]()
    page.on("request", lambda request: sent.append(request) if request.is_navigation_request() else None)
    box = form.locator("input[type=file][data-whole]")
    box.set_input_files([{"name": "影像.mp4", "mimeType": "video/mp4", "buffer": bytes(100_001)}])
    form.evaluate("form => form.requestSubmit()")
    assert "有文件超过" in box.evaluate("box => box.validationMessage")
    assert sent == [], "the form has no native check, and is stopped all the same"
    box.set_input_files([])
    assert box.evaluate("box => box.validationMessage") == ""


def test_what_one_type_of_whistle_needs_shows_with_it(wendeng_live: Town, desk: Desk) -> None:
    walk = led_by_a_town(wendeng_live, monday_morning(wendeng_live))
    page = desk["wd.township.handler"]
    page.goto(f"/cases/{walk.number}/?act=whistle")
    form = page.locator("#act-whistle")
    topic, leader = form.locator("[name=topic]"), form.locator("[name=leader]")
    expect(form.locator("[name=task]")).to_be_visible()
    expect(topic).to_be_hidden()
    expect(leader).to_be_hidden()
    form.locator("[name=whistle_type]").select_option("tough")
    expect(topic).to_be_visible()
    expect(leader).to_be_hidden()
    form.locator("[name=off_list_reason]").fill("清单外，情况紧急")
    form.locator("[name=whistle_type]").select_option("routine")
    expect(topic).to_be_hidden()
    expect(form.locator("[name=off_list_reason]")).to_be_visible()


def test_what_a_promise_needs_shows_with_it_also_by_the_keyboard(wendeng_live: Town, desk: Desk) -> None:
    walk = Walk(wendeng_live, monday_morning(wendeng_live)).along(*TO_HANDLING)
    page = desk["wd.unit.handler"]
    page.goto(f"/cases/{walk.number}/?act=answer")
    form = page.locator("#act-answer")
    parts = [form.locator(f"[name={name}]") for name in ("promise", "promise_person", "promise_due_on")]
    for part in parts:
        expect(part).to_be_hidden()
    outcome = form.locator("[name=outcome]")
    outcome.focus()
    outcome.press("End")
    expect(outcome).to_have_value("PROMISED")
    for part in parts:
        expect(part).to_be_visible()
    outcome.press("Home")
    for part in parts:
        expect(part).to_be_hidden()

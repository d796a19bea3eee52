"""故事六，在浏览器里：镇街吹应急攻坚哨，部门在手机上报到；消极的部门看不到别人的事。"""

import io
from datetime import datetime, timedelta

import pytest
from PIL import Image
from playwright.sync_api import expect

from bihuan.joint import queries as joint
from bihuan.joint.types import Kind
from bihuan.organisations.queries import jurisdiction
from bihuan.policy.calendar import ZONE
from tests.browser.officials import Desk, do, open_task
from tests.joint.walks import with_bodies
from tests.towns import Town
from tests.walks import Walk

pytestmark = pytest.mark.browser
TITLE = "沿街餐馆燃气泄漏"
TELEPHONE = {"width": 390, "height": 844}


def photo() -> dict[str, object]:
    """A picture taken on the spot."""
    picture = io.BytesIO()
    Image.new("RGB", (64, 48), "grey").save(picture, "JPEG")
    return {"name": "现场.jpg", "mimeType": "image/jpeg", "buffer": picture.getvalue()}


@pytest.mark.clause("WD-3.1c", "WD-3.2c")
def test_a_department_checks_in_on_its_telephone(wendeng_live: Town, desk: Desk) -> None:
    town = with_bodies(wendeng_live)
    before = datetime.now(ZONE) + jurisdiction(town.code).offset - timedelta(minutes=60)
    walk = Walk(town, before)
    walk.do("register", title=TITLE, urgency="urgent")
    walk.do("dispatch", lead=town.township)
    walk.do("sign_in", by="township.handler")

    clerk = desk["wd.township.handler"]
    clerk.goto(f"/cases/{walk.number}/")
    do(
        clerk,
        "whistle",
        "吹攻坚哨",
        whistle_type="攻坚哨",
        emergency="重大事故",
        units="wd.other",
        task="请立即到场关阀、检测。",
        pre_study="现场有明显气味，镇街没有检测设备。",
        basis="配合责任清单第3条",
    )
    number = joint.standing_on(walk.number, Kind.WHISTLE)
    clerk.get_by_role("link", name=number).click()
    expect(clerk.get_by_text("未报到")).to_be_visible()

    hand = desk["wd.other.handler"]
    hand.set_viewport_size(TELEPHONE)
    open_task(hand, TITLE)
    expect(hand.get_by_role("heading", name=TITLE)).to_be_visible()
    assert hand.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"], "nothing sticks out"
    do(
        hand,
        "check_in",
        "报到",
        place="昆嵛路12号餐馆门前",
        people="带队负责人和两名检测员",
        work_form="现场办公",
        photo=photo(),
    )
    expect(hand.get_by_text("昆嵛路12号餐馆门前").first).to_be_visible()
    expect(hand.get_by_role("link", name="现场.jpg")).to_be_visible()
    assert hand.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]
    hand.goto("/whistles/")
    expect(hand.get_by_role("link", name=TITLE)).to_be_visible()
    assert hand.evaluate("document.documentElement.scrollWidth") <= TELEPHONE["width"]

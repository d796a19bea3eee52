"""The pages of listed matters: story 10 sent as by a browser without JavaScript."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from bihuan.matters import queries as matters
from bihuan.policy.calendar import Calendar
from tests.matters.walks import with_station
from tests.web.officials import Office, typed_for

pytestmark = pytest.mark.django_db


def sealed() -> SimpleUploadedFile:
    page = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(page, "PNG")
    return SimpleUploadedFile("盖章件.png", page.getvalue())


def test_a_matter_of_the_station_is_struck_off_by_its_pages(city: Office) -> None:
    with_station(city.town)
    station = city["station.registrar"]
    past, calendar = city.began - timedelta(days=3), Calendar.shipped()
    soon = calendar.working_day(calendar.worked_before(city.began.date()) + 10).isoformat()
    told = {
        "channel": "zfxf", "origin_number": "热线017", "title": "加压泵停用，六楼以上没有水",
        "content": "加压泵停用半个月。", "name": "陈某", "phone": "13900005678",
        "tier1_due_at": past.strftime("%Y-%m-%dT%H:%M"), "done": "两次到现场。", "why_unresolved": "产权有争议。",
    }  # fmt: skip
    assert "原因" in station.send("/matters/new/", "/matters/new/", {**told, "why_unresolved": ""}, 409).text
    page = station.send("/matters/new/", "/matters/new/", told)
    number = page.html.split("/matters/")[1:]
    number = next(part.split("/")[0] for part in number if part.startswith("HX"))

    def act(who: str, act: str, status: int = 302, **typed: Any) -> Any:
        return city.act(who, number, act, kind="matters", status=status, **typed)

    act("office.list_keeper", "register")
    act("office.list_keeper", "classify", matter_class="general")
    assert "请填写" in act("office.list_keeper", "assign", 422, lead=city.town.unit, ground="duty", basis="三定").text
    act("office.list_keeper", "assign", lead=city.town.unit, ground="duty", basis="三定规定", due_on=soon)
    assert "您要办：" in city["unit.handler"].read(f"/matters/{number}/").text
    assert city["supervision.supervisor"].read(f"/matters/{number}/").status == 200
    act("unit.handler", "sign_in")
    told = {"told_method": "visit", "told_at": typed_for("answer", city.town, city.began)["feedback_at"]}
    act("unit.handler", "draft_feedback", result="更换了加压泵，恢复供水。", outcome="SOLVED", **told)
    refused = act("unit.deputy", "submit_feedback", 409)
    assert "主要负责人签字或加盖公章" in refused.text
    assert "HN-3.4a" in refused.text
    act("unit.deputy", "submit_feedback", proof="seal", seal=sealed())
    judged = city["office.list_keeper"].read(f"/matters/{number}/").html
    assert judged.index('id="feedback-title"') < judged.index('id="acts"'), "what is judged stands above the judgement"
    act("office.list_keeper", "confirm", opinion="结果属实。")
    struck = act("office.list_director", "strike_off", opinion="同意销号")
    assert "已销号" in struck.text
    assert matters.facts(number).duties == {}
    keeper = city["office.list_keeper"]
    assert "同意销号" in keeper.read(f"/matters/{number}/slip/").text
    months = keeper.read("/matters/months/")
    assert "已平" in months.text
    for figure, there in (("opening", False), ("entered", True), ("struck_off", True), ("closing", False)):
        link = next(link for link in months.links if f"figure={figure}&" in link)
        assert (number in keeper.read(link).html) is there, figure
    assert "已销号" in keeper.read("/matters/?open=0").text
    assert number not in city["other.handler"].read("/matters/").text
    city["other.handler"].read(f"/matters/{number}/", 404)


def test_an_overdue_case_can_be_reported_from_its_page(city: Office) -> None:
    number = city.walk("accept", "dispatch", "sign_in")
    registrar = city["desk.registrar"]
    assert "报送清单事项" not in registrar.read(f"/cases/{number}/").text
    for _ in range(4):
        registrar.send("/", "/training/clock/", {"advance": "P7D"})
    link = next(link for link in registrar.read(f"/cases/{number}/").links if link.startswith("/matters/new/"))
    form = registrar.read(link).form("/matters/new/")
    assert form.values["case"] == [number]
    registrar.send(registrar.read(link), "/matters/new/", {"done": "到过现场。", "why_unresolved": "产权不清。"})
    assert "已报送为清单事项" in registrar.read(f"/cases/{number}/").text


@pytest.mark.parametrize("short", ["desk.registrar", "unit.head", "supervision.supervisor", "office.list_director"])
def test_every_page_of_the_list_opens_for_every_post(city: Office, short: str) -> None:
    headed = {
        "/": "工作台",
        "/matters/": "清单事项台账",
        "/matters/months/": "月度对账",
        "/matters/months/?month=2025-02": "月度对账",
        "/matters/?q=x&class=key": "清单事项台账",
    }
    for url, words in headed.items():
        page = city[short].read(url)
        heading = page.html.partition("<h1")[2].partition("</h1>")[0]
        assert words in heading, (url, heading)
        assert len(page.ids) == len(set(page.ids)), url

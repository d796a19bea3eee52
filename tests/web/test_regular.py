"""The pages of what is done regularly: lists, logs, meetings, bulletins, the leading group."""

import pytest

from bihuan.bulletins.types import BulletinStage
from bihuan.meetings.types import MeetingStage
from bihuan.rhythm.types import RhythmStage
from tests.bulletins.walks import bulletin_at
from tests.matters.walks import MatterWalk
from tests.meetings.walks import meeting_at
from tests.rhythm.walks import filled, rhythm_at
from tests.web.officials import Office
from tests.web.test_supervision import MOST, statements

pytestmark = pytest.mark.django_db


def test_a_briefing_is_logged_and_its_list_read(city: Office) -> None:
    walk = rhythm_at(RhythmStage.DUE, city.town, city.began)
    head = city["unit.head"].client
    assert walk.number in head.get("/rhythms/?stage=due").content.decode()
    assert "登记听取汇报" in head.get("/rhythms/").content.decode()
    assert "登记听取汇报情况" in head.get(f"/rhythms/{walk.number}/").content.decode()
    assert "/rhythms/briefing/" not in city["unit.handler"].client.get("/rhythms/").content.decode()
    said = filled("enter_briefing", city.town, city.began) | {"once": "1"}
    assert head.post("/rhythms/briefing/", {**said, "decided": ""}).status_code == 422
    done = head.post("/rhythms/briefing/", said)
    assert done.status_code == 302, done.content.decode()
    shown = head.get(done["Location"]).content.decode()
    assert "由办公室牵头解决路灯问题。" in shown
    assert head.get("/rhythms/training/").status_code == 404, "Huainan trains nobody by its document"
    counted = {url: statements(city, "unit.head", url) for url in ("/rhythms/", done["Location"], "/rhythms/briefing/")}
    assert max(counted.values()) <= MOST, counted
    assert city["other.head"].client.get(done["Location"]).status_code == 404


def test_a_meeting_is_called_convened_with_the_agenda_from_the_data_and_read(city: Office) -> None:
    keeper = city["office.list_keeper"].client
    assert "提请临时会商" in keeper.get("/meetings/").content.decode()
    assert "提请临时会商" not in city["unit.head"].client.get("/meetings/").content.decode()
    begun = keeper.post("/meetings/call/", {"topic": "停水", "reason": "三千户停水", "once": "1"})
    assert begun.status_code == 302, begun.content.decode()
    shown = keeper.get(begun["Location"]).content.decode()
    assert 'id="act-convene"' in shown
    assert "本月登记0件" in shown, "the form begins with what the data say"
    minuted = meeting_at(MeetingStage.SIGNED, city.town, city.began)
    url = f"/meetings/{minuted.number}/"
    assert "会商纪要〔" in city["unit.deputy"].client.get(url).content.decode()
    assert minuted.number in city["unit.deputy"].client.get("/meetings/?stage=signed").content.decode()
    counted = {
        (who, page): statements(city, who, page)
        for who, page in (
            ("office.list_keeper", begun["Location"]),
            ("unit.deputy", url),
            ("unit.deputy", "/meetings/"),
            ("office.list_keeper", "/meetings/call/"),
        )
    }
    assert max(counted.values()) <= MOST, counted


def test_a_bulletin_is_read_by_who_was_told(city: Office) -> None:
    MatterWalk(city.town, city.began).with_overdue_case()
    walk = bulletin_at(BulletinStage.ISSUED, city.town, city.began)
    url = f"/bulletins/{walk.number}/"
    shown = city["unit.head"].client.get(url).content.decode()
    assert "城管局现场办公。" in shown
    assert "0.00%（0/1）" in shown
    assert walk.number in city["unit.head"].client.get("/bulletins/").content.decode()
    counted = {page: statements(city, "unit.head", page) for page in (url, "/bulletins/")}
    assert max(counted.values()) <= MOST, counted


def test_the_leading_group_stands_by_posts(city: Office) -> None:
    director = city["office.list_director"].client
    shown = director.get("/leading-group/").content.decode()
    assert "淮南日报社社长" in shown
    assert "空缺" in shown
    assert "热点难点" in shown
    assert "热点难点" not in city["unit.head"].client.get("/leading-group/?on=2020-01-01").content.decode()
    assert director.get("/leading-group/?on=never").status_code == 200
    said = {"unit": "", "post": "", "from_on": "2025-03-03"}
    assert "管理员" in director.post("/leading-group/leader/", said, follow=True).content.decode(), "who may do that"
    assert statements(city, "office.list_director", "/leading-group/") <= MOST

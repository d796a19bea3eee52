"""The desk of supervision, the form with which somebody is urged, and the pages of urges."""

import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.cases.types import Act as CaseAct
from bihuan.duties import queries as duties
from bihuan.duties.models import Duty
from bihuan.joint.types import Act as JointAct
from bihuan.joint.types import Kind as JointKind
from bihuan.policy.calendar import ZONE
from bihuan.supervision import queries as supervision
from bihuan.supervision.types import Kind, ReminderAct
from tests.joint.walks import JointWalk
from tests.scans import scanned
from tests.supervision.walks import OrderWalk, ReminderWalk, UrgeWalk, filled_of_coloured, with_supervisors
from tests.walks import TO_HANDLING, Walk
from tests.web.officials import Office, Page
from tests.web.test_desk import FRAME

pytestmark = pytest.mark.django_db
MOST = 13
"""As of any page of a subject: what was typed and not sent is given back there."""


@pytest.fixture
def late(office: Office) -> list[Walk]:
    """Three cases that are overdue, the oldest first."""
    town = with_supervisors(office.town, office.began)
    began = office.began - timedelta(days=60)
    return [Walk(town, began + timedelta(days=n)).along(*TO_HANDLING) for n in range(3)]


def statements(office: Office, who: str, url: str) -> int:
    client = office[who].client
    client.get(url)
    with CaptureQueriesContext(connection) as said:
        assert client.get(url).status_code == 200, url
    return sum(not query["sql"].startswith(FRAME) for query in said)


def test_the_desk_shows_what_is_overdue_and_urges_what_is_ticked(office: Office, late: list[Walk]) -> None:
    page = office["desk.supervisor"].client.get("/supervision/").content.decode()
    places = [page.index(walk.number) for walk in late]
    assert places == sorted(places)
    ids = [duties.standing_on(walk.facts.subject)[0].id for walk in late[:2]]
    empty = office["desk.supervisor"].client.post("/supervision/", {"demand": "请办理。"})
    assert empty.status_code == 422
    assert "一件也没有勾选" in empty.content.decode()
    said = office["desk.supervisor"].client.post("/supervision/", {"duties": ids, "demand": "请于两日内回复。"})
    assert said.status_code == 200
    assert "勾选2件，催办2件" in said.content.decode()
    again = office["desk.supervisor"].client.post("/supervision/", {"duties": ids, "demand": "请于两日内回复。"})
    assert "催办0件" in again.content.decode()
    wrong = office["desk.supervisor"].client.post("/supervision/", {"duties": ["x"], "demand": ""})
    assert wrong.status_code == 422


def _ticks(office: Office) -> set[str]:
    page = office["desk.supervisor"].client.get("/supervision/").content.decode()
    return set(re.findall(r'name="duties" value="(\d+)"', page))


def test_what_nobody_may_be_urged_about_is_not_offered(office: Office, late: list[Walk]) -> None:
    urged = UrgeWalk(late[0].town, late[0]).begin(by="desk.supervisor")
    ids = [str(duties.standing_on(walk.facts.subject)[0].id) for walk in late]
    assert ids[0] not in _ticks(office), "an urge stands open"
    assert set(ids[1:]) <= _ticks(office)
    page = office["desk.supervisor"].client.get("/supervision/").content.decode()
    assert f"/urges/{urged.number}/" in page
    reply = str(duties.standing_on(f"urging:{urged.number}")[0].id)
    Duty.objects.filter(id=reply).update(due_at=office.began - timedelta(days=1))
    page = office["desk.supervisor"].client.get("/supervision/").content.decode()
    assert page.count(urged.number) > 1, "the reply is overdue and stands there"
    assert reply not in _ticks(office)
    assert f"duty={reply}" not in page


def test_a_batch_that_was_refused_is_not_ticked_again_and_names_its_cases(office: Office, late: list[Walk]) -> None:
    ids = [str(duties.standing_on(walk.facts.subject)[0].id) for walk in late[:2]]
    UrgeWalk(late[0].town, late[0]).begin(by="desk.supervisor")
    desk = office["desk.supervisor"]
    form = desk.read("/supervision/").form("/supervision/").values
    page = Page(desk.client.post("/supervision/", {**form, "duties": ids, "demand": "请于两日内回复。"}))
    told = page.html.partition('id="outcomes-title"')[2].partition("</section>")[0]
    assert all(walk.number in told for walk in late[:2])
    assert "checked" not in page.html.partition('id="desk"')[2]
    back = desk.read("/supervision/")
    assert "duties" not in back.form("/supervision/").values
    assert back.form("/supervision/").values["demand"] == ["请于两日内回复。"]


@pytest.mark.parametrize("url", ["/supervision/remind/"])
def test_nobody_is_offered_their_own_unit(office: Office, late: list[Walk], url: str) -> None:
    page = office["desk.supervisor"].read(url)
    select = page.html.partition('name="unit"')[2].partition("</select>")[0]
    assert f'value="{late[0].town.unit}"' in select
    assert f'value="{late[0].town.desk}"' not in select


def test_the_units_of_the_load_add_up(office: Office, late: list[Walk], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bihuan.supervision.queries.MOST_UNITS", 0)
    Walk(late[0].town, office.began).along(*TO_HANDLING)
    page = office["desk.supervisor"].read("/supervision/")
    table = page.html.partition('class="table load"')[2].partition("</table>")[0]
    sums = [int(row) for row in re.findall(r"<td>(\d+)</td></tr>", table)]
    assert "其他单位" in table
    assert (len(sums), sums[0]) == (2, sums[1])


def test_the_pages_ask_few_statements_whatever_the_number_of_rows(office: Office, late: list[Walk]) -> None:
    walk = UrgeWalk(late[0].town, late[0]).begin(by="desk.supervisor")
    counted = {
        (who, url): statements(office, who, url)
        for who in ("desk.supervisor", "offices.supervisor")
        for url in (
            "/supervision/",
            "/urges/",
            "/supervision/urge/",
            "/supervision/?after=x~y&unit=nobody&kind=nothing",
        )
    }
    for who in ("desk.supervisor", "unit.handler"):
        counted[(who, "urge")] = statements(office, who, f"/urges/{walk.number}/")
        counted[(who, "case")] = statements(office, who, f"/cases/{late[0].number}/")
    assert max(counted.values()) <= MOST, counted


def test_from_the_page_of_a_case_to_its_urge_and_back(office: Office, late: list[Walk]) -> None:
    number = late[0].number
    page = office["desk.supervisor"].client.get(f"/cases/{number}/").content.decode()
    assert f"/supervision/urge/?subject=case%3A{number}" in page
    assert "/supervision/urge/" not in office["unit.handler"].client.get(f"/cases/{number}/").content.decode()
    client = office["offices.supervisor"].client
    assert client.get(f"/cases/{number}/").status_code == 404
    sent = client.post("/supervision/urge/", {"subject": number, "demand": "请办理并回复。", "once": "1"})
    assert sent.status_code == 302
    urge = sent["Location"]
    assert number in client.get(urge).content.decode()
    assert urge in client.get(f"/cases/{number}/").content.decode()
    unit = office["unit.handler"].client
    assert "请办理并回复" in unit.get(urge).content.decode()
    done = unit.post(f"{urge}acts/reply/", {"progress": "正在备料。", "version": "1"})
    assert done.status_code == 302
    assert "正在备料" in client.get(urge).content.decode()
    assert office["other.handler"].client.get(urge).status_code == 404


def test_a_form_that_is_wrong_says_so_and_changes_nothing(office: Office, late: list[Walk]) -> None:
    client = office["desk.supervisor"].client
    for said, status in (
        ({"subject": "", "demand": ""}, 422),
        ({"subject": "case:WX0", "demand": "请办理。"}, 409),
        ({"subject": late[0].number, "duty": "999999", "demand": "请办理。"}, 409),
        ({"subject": late[0].number, "duty": "-1", "demand": "请办理。"}, 422),
        ({"subject": late[0].number, "demand": "长" * 2001}, 422),
    ):
        assert client.post("/supervision/urge/", said).status_code == status, said
    assert "没有。" in client.get("/urges/?all=1").content.decode()


def test_a_coloured_order_from_the_desk_to_the_answer(office: Office, late: list[Walk]) -> None:
    offices, head = office["offices.supervisor"].client, office["unit.head"].client
    assert "登记三色督办单" in offices.get("/supervision/").content.decode()
    today = office.began.date().isoformat()
    said = {**filled_of_coloured("register", late[0].town, office.began), "issued_on": today, "received_on": today}
    said |= {"about": late[0].number, "once": "1"}
    lacking = offices.post("/supervision/coloured/", said)
    assert lacking.status_code == 422, "without its scan"
    page = SimpleUploadedFile("督办单.png", scanned(), content_type="image/png")
    begun = offices.post("/supervision/coloured/", {**said, "scan": page})
    assert begun.status_code == 302, begun.content.decode()
    url = begun["Location"]
    number = url.split("/")[2]
    assert number in offices.get("/supervision/").content.decode()
    assert head.get(url).status_code == 404
    version = {"version": supervision.facts(Kind.COLOURED, number).version}
    given = offices.post(
        f"{url}acts/distribute/", {**filled_of_coloured("distribute", late[0].town, office.began), **version}
    )
    assert given.status_code in (200, 302), given.content.decode()
    shown = head.get(url).content.decode()
    assert "修复路灯，说明拖延原因" in shown
    assert 'id="act-reply"' in shown
    assert 'id="act-receive"' in shown
    assert number in head.get("/coloured/").content.decode()
    counted = {
        (who, page_url): statements(office, who, page_url)
        for who in ("offices.supervisor", "unit.head")
        for page_url in (url, "/coloured/", "/supervision/")
    } | {("offices.supervisor", "new"): statements(office, "offices.supervisor", "/supervision/coloured/")}
    assert max(counted.values()) <= MOST, counted
    assert office["other.handler"].client.get(url).status_code == 404


def test_the_desk_lays_drafts_and_replies_before_who_decides_them(office: Office, late: list[Walk]) -> None:
    town = late[0].town
    draft = ReminderWalk(town, late[0]).suggested().number
    replied = ReminderWalk(town, late[1]).begin().along(ReminderAct.RECEIVE, ReminderAct.REPLY).number
    ordered = OrderWalk(town, late[2]).suggested(by=f"{town.code}.offices").number
    page = office["desk.supervisor"].client.get("/supervision/").content.decode()
    drafts, replies = page.index("待发出的草稿"), page.index("待认定的回复")
    assert drafts < page.index(f"/reminders/{draft}/") < replies < page.index(f"/reminders/{replied}/")
    assert ordered not in page, "of others"
    offices = office["offices.supervisor"].client.get("/supervision/").content.decode()
    assert f"/orders/{ordered}/" in offices
    assert draft not in offices
    assert "待认定的回复" not in offices
    unit = office["unit.handler"].client.get("/supervision/").content.decode()
    assert "待发出的草稿" not in unit


def test_the_load_of_the_coming_days_leads_to_its_lists(office: Office, late: list[Walk]) -> None:
    town = late[0].town
    walks = [Walk(town, office.began).along(*TO_HANDLING, CaseAct.RECORD_CONTACT) for _ in range(2)]
    due = walks[0].facts.duties["handle"].astimezone(ZONE).date()
    client = office["desk.supervisor"].client
    page = client.get("/supervision/").content.decode()
    cell = f'href="/supervision/?on={due}&amp;unit={town.unit}"'
    assert int(re.search(rf"{re.escape(cell)}[^>]*>(\d+)<", page)[1]) == 2  # type: ignore[index]
    listed = client.get(f"/supervision/?on={due}&unit={town.unit}").content.decode()
    assert sum(walk.number in listed for walk in walks) == 2
    assert all(walk.number not in listed for walk in late)
    assert 'class="row-late"' not in listed
    other = client.get(f"/supervision/?on={due}&unit={town.other}").content.decode()
    assert walks[0].number not in other
    assert "这一天没有到期的任务" in other
    for wrong in ("x", "0001-01-01", "9999-12-31", "2025-02-30"):
        assert client.get(f"/supervision/?on={wrong}").status_code == 200


def test_the_desk_may_be_asked_for_what_weighs_much_alone(office: Office, late: list[Walk]) -> None:
    town = late[0].town
    whistle = JointWalk(town, JointKind.WHISTLE, Walk(town, office.began - timedelta(days=50)))
    whistle.begin(whistle_type="tough", off_list_reason="没有。").along(JointAct.CHECK_IN, JointAct.FINISH)
    whistle.do(JointAct.CONCLUDE, resolved=False)
    whistle.do(JointAct.RAISE_TO_KEY)
    client = office["desk.supervisor"].client
    everything, key = (client.get(f"/supervision/{asked}").content.decode() for asked in ("", "?key=1"))
    assert whistle.facts.case in everything
    assert late[0].number in everything
    assert whistle.facts.case in key
    assert late[0].number not in key


def test_the_desk_asks_no_more_than_twelve_statements(office: Office, late: list[Walk]) -> None:
    town = late[0].town
    ReminderWalk(town, late[0]).suggested()
    ReminderWalk(town, late[1]).begin().along(ReminderAct.RECEIVE, ReminderAct.REPLY)
    Walk(town, office.began).along(*TO_HANDLING)
    for asked in ("", f"?on={office.began.date()}&key=1"):
        assert statements(office, "desk.supervisor", f"/supervision/{asked}") <= 12


def test_who_urges_one_is_told_what_and_whom_before(office: Office, late: list[Walk]) -> None:
    owed = duties.standing_on(late[0].facts.subject)[0]
    url = f"/supervision/urge/?subject=case%3A{late[0].number}&duty={owed.id}"
    page = office["desk.supervisor"].read(url)
    for told in (late[0].number, late[0].facts.title, "承办单位", "wd.unit", "逾期"):
        assert told in page.text, told
    for raw in ("任务编号", "也可以写 case:"):
        assert raw not in page.text, raw
    assert f"/cases/{late[0].number}/" in page.html.partition("form-foot")[2], "one goes back to where one came from"
    sent = office["desk.supervisor"].send(page, "/supervision/urge/", {"demand": "请办理并回复。"})
    assert late[0].number in sent.text
    assert "任务编号" in office["desk.supervisor"].read("/supervision/urge/").text
    assert late[0].facts.title not in office["offices.supervisor"].read(url).text, "who does not see it is told nothing"


def test_what_was_sent_does_not_stand_for_the_next(office: Office, late: list[Walk]) -> None:
    first, second = (duties.standing_on(walk.facts.subject)[0].id for walk in late[:2])
    said = {"duties": [first], "demand": "请于两日内回复。"}
    client = office["desk.supervisor"].client
    assert "请于两日内回复。</textarea>" not in client.post("/supervision/", said).content.decode()
    refused = client.post("/supervision/", {**said, "duties": [first, second]}).content.decode()
    assert "催办1件" in refused
    assert "请于两日内回复。</textarea>" in refused, "what was refused may be sent again"


def test_the_filter_by_task_lists_no_two_alike(office: Office, late: list[Walk]) -> None:
    page = office["desk.supervisor"].read("/supervision/").html
    options = re.findall(
        r"<option value=\"[^\"]*\"[^>]*>([^<]*)<", page.partition('id="kind"')[2].partition("</select>")[0]
    )
    assert len(options) > 20
    assert sorted(options) == sorted(set(options))


def test_the_workbench_of_who_supervises_tells_what_others_owe(office: Office, late: list[Walk]) -> None:
    page = office["desk.supervisor"].read("/").html
    told = re.search(r'<a href="/supervision/">[^<]*</a>：<b class="late-text">其他单位逾期(\d+)项', page)
    assert told
    assert int(told[1]) == office["desk.supervisor"].read("/supervision/").html.count('name="duties"')
    assert "其他单位逾期" not in office["unit.handler"].read("/").text

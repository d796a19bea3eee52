"""The pages of the administrator and the regulation page, read and sent as by a browser without JavaScript."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from xlsxwriter import Workbook

from bihuan.care.workbook import running
from bihuan.cases.types import Act
from bihuan.clockwork import commands as clockwork
from bihuan.duties import commands as duties
from bihuan.duties import queries as duty_queries
from bihuan.duties.forms import Adjust
from bihuan.kernel.actor import Actor
from bihuan.organisations import clocks, commands, queries
from bihuan.organisations.types import Post
from bihuan.vetting.limits import ADJUSTABLE
from bihuan.web.views import workbook
from tests.towns import FOUNDER, settle
from tests.web.officials import Office, Official, Page

pytestmark = pytest.mark.django_db
A = Act
TO_HANDLING = (A.ACCEPT, A.DISPATCH, A.SIGN_IN)
PAGES = (
    "/regulations/wendeng-2021-10/",
    "/regulations/wendeng-2021-10/?scope=all&days=365",
    "/regulations/versions/",
    "/regulations/limits/",
    "/regulations/calendar/",
    "/units/",
    "/units/at/wd.unit/",
    "/units/channels/",
    "/units/responsibilities/",
)
WHY = {"reason": "x", "basis": "x"}
CHIEFS = ("/units/opening/", "/units/workbook/", "/units/people/", "/units/people/wd.unit.head/")


@pytest.fixture
def chief(office: Office, settings: Settings, tmp_path: Path) -> Official:
    """The administrator of the town at a browser."""
    settings.DATA_FOLDER = tmp_path / "data"
    settle("wd", office.town.desk, "chief", "administrator", office.began)
    return office["chief"]


def statements(official: Official, url: str) -> int:
    official.read(url)
    with CaptureQueriesContext(connection) as seen:
        official.read(url)
    asked = [query["sql"] for query in seen.captured_queries]
    return sum("SAVEPOINT" not in sql for sql in asked)


def test_every_page_has_labels_and_each_id_once(office: Office, chief: Official) -> None:
    office.walk(*TO_HANDLING)
    for url in (*PAGES, *CHIEFS):
        page = chief.read(url)
        assert len(page.ids) == len(set(page.ids)), url
        assert "style=" not in page.html, url
        assert "<script>" not in page.html, url


def test_nobody_else_is_offered_the_forms_or_shown_the_people(office: Office, chief: Official) -> None:
    clerk = office["unit.handler"]
    for url in PAGES:
        actions = {f.action for f in clerk.read(url).forms}
        assert actions <= {"", "/sign-out/", "/training/clock/", "/look/"} or url == "/regulations/calendar/", actions
    for url in CHIEFS:
        clerk.read(url, 409)
    for url, said in (
        ("/units/", {"name": "某局", "code": "wd.x", "type": "department"}),
        ("/units/at/wd.unit/", {"do": "fill", "account": "wd.unit.head", "post": "handler", "from_on": "2025-03-03"}),
        ("/units/at/wd.unit/", {"do": "end", "from_on": "2099-03-03", **WHY}),
        ("/units/at/wd.unit/", {"do": "keep", **WHY}),
        ("/units/", {"do": "merge", "units": ["wd.unit"], "successor": "wd.other", "from_on": "2099-03-03", **WHY}),
        ("/regulations/limits/", {"rule": "sign_in|||", "limit": "7wd", "from_on": "2040-01-01", **WHY}),
        ("/units/responsibilities/", {"code": "X", "matter": "x", "lead": "wd.unit", **WHY, "from_on": "2025-03-03"}),
    ):
        answer = clerk.client.post(url, said)
        assert answer.status_code in (409, 422), url
        assert "只有系统管理员可以办理" in answer.content.decode() or answer.status_code == 422
    assert duty_queries.overrides("wd") == ()
    assert queries.entries("wd") == ()


def test_a_person_is_entered_with_a_password_told_once_and_succeeds_to_a_post(office: Office, chief: Official) -> None:
    page = chief.send("/units/people/", "/units/people/", {"name": "李新", "account": "wd.lixin"}, 200)
    password = page.html.split('id="one-time-password">')[1].split("<")[0]
    assert len(password) == 19
    assert password not in chief.read("/units/people/").html
    url = "/units/at/wd.unit/"
    typed = {"account": "wd.lixin", "post": "handler", "from_on": office.began.date().isoformat(), "succeed": "on"}
    form = next(f for f in chief.read(url).forms if "succeed" in f.controls)
    answer = chief.client.post(url, {**form.values, **typed})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    page = chief.read(url)
    assert "李新" in page.text
    assert "任wd.unit“经办人”" in page.text
    held = queries.holders(["wd.unit"], office.began)
    assert [h.account for h in held if h.post == "handler"] == ["wd.lixin"]


def test_what_is_wrong_stands_beside_the_field_and_the_form_stays_open(office: Office, chief: Official) -> None:
    page = chief.send("/units/people/", "/units/people/", {"name": "", "account": "A B"}, 422)
    assert 'id="person-name-error"' in page.html
    assert 'id="person-account-error"' in page.html
    assert page.form("/units/people/").values["account"] == ["A B"]
    typed = {"rule": "sign_in|||", "limit": "五天", "from_on": "2040-01-01", "reason": "x", "basis": "x"}
    page = chief.send("/regulations/limits/", "/regulations/limits/", typed, 422)
    assert "5个工作日写5wd" in page.text


def test_a_limit_is_adjusted_and_ended(office: Office, chief: Official) -> None:
    on = (office.began + timedelta(days=1)).date().isoformat()
    typed = {"rule": "sign_in|||", "limit": "7wd", "from_on": on, "reason": "防汛", "basis": "纪要9号"}
    page = chief.send("/regulations/limits/", "/regulations/limits/", typed)
    assert "未到生效日" in page.text
    assert "按7个工作日" in page.text
    url = f"/regulations/limits/{duty_queries.overrides('wd')[0].id}/end/"
    page = chief.send(page, url, {"until_on": on, "reason": "取消"})
    assert "已停止" in page.text or "不含" in page.text


def test_a_unit_is_ended_by_its_page_and_that_is_called_off(office: Office, chief: Official) -> None:
    url = "/units/at/wd.other/"
    form = next(f for f in chief.read(url).forms if {"successor", "from_on"} <= f.controls)
    answer = chief.client.post(url, {**form.values, "successor": "wd.other", "basis": "改革方案"})
    assert (answer.status_code, "承接单位不能是本单位" in answer.content.decode()) == (409, True)
    answer = chief.client.post(url, {**form.values, "successor": "wd.unit", "basis": "改革方案"})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    page = chief.read(url)
    assert "由wd.unit承接" in page.text
    assert "将要撤销的单位" in chief.read("/units/").text
    form = next(f for f in page.forms if "reason" in f.controls)
    assert chief.client.post(url, {**form.values, "reason": "方案调整"}).status_code == 302
    assert queries.endings("wd") == ()
    assert "方案调整" in chief.read(url).text


def test_units_are_merged_and_offered_no_more(office: Office, chief: Official) -> None:
    form = next(f for f in chief.read("/units/").forms if "units" in f.controls)
    said = {"units": ["wd.other"], "successor": "wd.unit", "basis": "改革方案"}
    assert chief.client.post("/units/", {**form.values, **said, "units": []}).status_code in (409, 422)
    answer = chief.client.post("/units/", {**form.values, **said})
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    assert clockwork.carry_out_endings("wd", office.began + timedelta(days=2)) == 1
    page = chief.read("/units/at/wd.other/")
    assert "已撤销" in page.text
    assert {f.action for f in page.forms} <= {"/sign-out/", "/training/clock/", "/look/", ""}
    assert "已撤销" in chief.read("/units/").text
    assert 'value="wd.other"' not in chief.read("/units/").html


def test_the_list_is_kept_with_its_history(office: Office, chief: Official) -> None:
    url, on = "/units/responsibilities/", office.began.date().isoformat()
    chief.send(url, url, {"code": "WX-01", "matter": "路灯", "lead": "wd.unit", "basis": "三定", "from_on": on})
    page = chief.read(f"{url}WX-01/")
    form = next(f for f in page.forms if "matter" in f.controls)
    answer = chief.client.post(f"{url}WX-01/", {**form.values, "matter": "路灯和景观灯", "lead": "wd.other"})
    assert answer.status_code == 302
    page = chief.read(f"{url}WX-01/")
    assert "路灯和景观灯" in page.text
    assert page.text.count("WX-01") > 2
    chief.read(f"{url}nothing/", 404)


HOLIDAYS = "2031-01-01 元旦"


def test_a_notice_is_shown_with_what_it_moves_before_it_is_entered(office: Office, chief: Official) -> None:
    url = f"/regulations/calendar/{office.began.year}/"
    typed = {"year": "2031", "notice": "国办发明电〔2030〕9号", "holidays": HOLIDAYS, "workdays": ""}
    page = chief.send(url, url, typed, 200)
    assert "放假1天，调休上班0天" in page.text
    assert "缺少法定节日：春节" in page.text
    assert duty_queries.wordings(2031) == ()
    form = next(f for f in page.forms if "confirmed" in f.controls)
    answer = chief.client.post(url, form.values)
    assert answer.status_code == 302
    assert "国办发明电" in chief.read("/regulations/calendar/2031/").text


def test_a_correction_shows_the_difference_and_wants_a_reason_for_what_is_dropped(chief: Official) -> None:
    """F122, F50: and the former wording stays readable."""
    url = "/regulations/calendar/2031/"
    first = {"year": "2031", "notice": "第一次通知", "holidays": "2031-01-01至2031-01-03 元旦", "workdays": ""}
    for typed, status in [(first, 200), (first | {"confirmed": "1"}, 302)]:
        assert chief.client.post(url, typed).status_code == status
    page = chief.read(f"{url}?correct=1")
    form = next(f for f in page.forms if "holidays" in f.controls)
    assert form.values["holidays"] == ["2031-01-01至2031-01-03 元旦"]
    second = {**first, "notice": "更正通知", "holidays": "2031-01-01至2031-01-02 元旦\n2031-01-06 元旦"}
    refused = chief.send(url, url, second, 422)
    assert "去掉了2031-01-03元旦，请说明理由" in refused.text
    preview = chief.send(url, url, second | {"reason": "原件有误"}, 200)
    assert "增加 2031-01-06 元旦" in " ".join(preview.text.split())
    assert "去掉 2031-01-03 元旦" in " ".join(preview.text.split())
    assert chief.client.post(url, second | {"reason": "原件有误", "confirmed": "1"}).status_code == 302
    shown = chief.read(url).text
    assert shown.index("更正通知") < shown.index("第一次通知")
    assert "原件有误" in shown


def test_the_calendar_names_holidays_in_the_language_of_the_page(chief: Official) -> None:
    url = "/regulations/calendar/2025/"
    assert 'title="清明节"' in chief.read(url).html
    chief.client.post("/look/", {"language": "en"})
    english = chief.read(url).html.partition('class="year"')[2].partition('id="wordings"')[0]
    assert ">January</h2>" in english
    assert 'title="Tomb-Sweeping Day"' in english
    assert [name for name in ("元旦", "清明", "国庆", "工作日") if name in english] == []


def test_the_figures_of_the_regulation_lead_to_the_duties(office: Office, chief: Official) -> None:
    number = office.walk(*TO_HANDLING)
    clerk = office["unit.handler"]
    assert "还没有统计过" in clerk.read("/regulations/wendeng-2021-10/").text
    duties.count_figures("wd", office.began + timedelta(hours=1))
    page = clerk.read("/regulations/wendeng-2021-10/")
    link = next(x for x in page.links if "state=open" in x and "handle-within-limit" in x)
    assert number in clerk.read(link).text
    met = next(x for x in page.links if "state=met" in x and "norm=dispatch.sign-in" in x)
    assert number in clerk.read(met).text
    clerk.read("/regulations/wendeng-2021-10/duties/?norm=nothing&state=open", 404)
    clerk.read("/regulations/nothing/", 404)


@pytest.mark.parametrize(
    "query",
    ["since=x&until=y", "since=2026-01-01&until=2025-01-01", "days=-1", "since=0001-01-01&until=9999-12-31"],
)
def test_a_period_that_cannot_be_is_the_last_thirty_days(office: Office, query: str) -> None:
    assert "近30天" in office["unit.handler"].read(f"/regulations/wendeng-2021-10/?{query}").text


def test_a_page_asks_a_constant_number_of_statements(office: Office, chief: Official) -> None:
    def counts() -> dict[str, int]:
        return {url: statements(chief, url) for url in (*PAGES, *CHIEFS)}

    office.walk(*TO_HANDLING)
    duties.count_figures("wd", office.began + timedelta(hours=1))
    before = counts()
    for _ in range(3):
        office.walk(*TO_HANDLING)
    settle("wd", office.town.unit, "more", "handler", office.began)
    duties.count_figures("wd", office.began + timedelta(hours=2))
    after = counts()
    assert before == after
    assert max(after.values()) <= 12, after


def test_a_channel_is_given_on_the_page_and_the_checklist_forgets_it(office: Office, chief: Official) -> None:
    url, on = "/units/channels/", office.began.date().isoformat()
    missing = "渠道“网格员上报”还没有受理单位"
    assert missing in chief.read("/units/opening/").text
    refused = chief.send(url, url, {"channel": "grid", "unit": "wd.unit", "from_on": on}, 409)
    assert "由区社会事务协调中心（政务服务热线平台）受理" in refused.text
    chief.send(url, url, {"channel": "grid", "unit": "wd.desk", "from_on": on})
    assert missing not in chief.read("/units/opening/").text
    assert queries.desk_of("grid", "wd", now=office.began) == "wd.desk"
    clerk = office["unit.handler"]
    assert "wd.desk" in clerk.read(url).text
    assert clerk.client.post(url, {"channel": "web", "unit": "wd.desk", "from_on": on}).status_code == 409


def test_a_workbook_is_fetched_checked_and_carried_in_on_the_page(
    chief: Official, office: Office, tmp_path: Path
) -> None:
    url = "/units/workbook/"
    file = tmp_path / "city.xlsx"
    with Workbook(file) as book:
        for name, lines in (
            (
                "单位",
                [
                    ["代码", "名称", "类型", "隶属单位", "上级主管机关", "启用"],
                    ["wd.new", "新局", "区直部门", "", "", "否"],
                ],
            ),
            ("人员", [["账号", "姓名"], ["wd.newcomer", "新来的人"]]),
        ):
            sheet = book.add_worksheet(name)
            for number, line in enumerate(lines):
                sheet.write_row(number, 0, line)

    def sent(do: str, path: Path = file) -> str:
        with path.open("rb") as data:
            answer = chief.client.post(url, {"do": do, "file": data})
        assert answer.status_code == 302, Page(answer).text
        run = answer["Location"]
        waiting = chief.read(run).text
        assert ("排队中" in waiting, "一次性密码" in waiting) == (True, False)
        running.carry(run.strip("/").rpartition("/")[2], at=clocks.real())
        return run

    assert (chief.read(url).status, chief.client.post(url, {"do": "carry"}).status_code) == (200, 422)
    assert "什么也没有录入" in chief.read(sent("check")).text
    assert "wd.new" not in {unit.code for unit in queries.units("wd")}
    said = chief.read(run := sent("carry")).text
    assert ("wd.newcomer" in said, "一次性密码" in said) == (True, True)
    assert "wd.new" in {unit.code for unit in queries.units("wd")}
    assert "新来的人" in chief.read(run).text, "also later, for whoever sent it"
    assert run in Page(chief.client.get(url)).html
    assert office["unit.handler"].client.get(run).status_code in (403, 409)
    assert chief.client.post(run).status_code == 302
    assert chief.client.get(run).status_code == 404
    assert "一次性密码" not in chief.read(sent("carry")).text
    (tmp_path / "none.xlsx").write_text("不是")
    assert "不是工作簿" in chief.read(sent("check", tmp_path / "none.xlsx")).text
    for which in ("template", "export"):
        answer = chief.client.get(f"{url}{which}/")
        assert (answer.status_code, b"".join(answer.streaming_content)[:2]) == (200, b"PK")
    assert chief.client.get(f"{url}other/").status_code == 404
    assert chief.client.get(f"{url}{'0' * 32}/").status_code == 404


def test_a_workbook_without_end_is_refused_before_it_is_looked_through(
    chief: Official, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each line is an act by itself: two hundred thousand of them kept a process busy for hours."""
    file = tmp_path / "city.xlsx"
    with Workbook(file) as book:
        people = book.add_worksheet("人员")
        people.write_row(0, 0, ["账号", "姓名"])
        for number in range(5):
            people.write_row(1 + number, 0, ["不是账号", "某人"])

    def sent() -> str:
        with file.open("rb") as data:
            run = chief.client.post("/units/workbook/", {"do": "check", "file": data})["Location"]
        running.carry(run.strip("/").rpartition("/")[2], at=clocks.real())
        return "".join(chief.read(run).text.split())

    monkeypatch.setattr(workbook, "MOST_TOLD", 3)
    said = sent()
    assert (said.count("人员A"), "有5处不对" in said, "只列出前3处" in said) == (3, True, True), said
    monkeypatch.setattr(running, "MOST_LINES", 4)
    assert "一次最多录入4行，这份有5行" in sent()


def test_progress_is_told_while_a_workbook_is_carried_in(chief: Official) -> None:
    data = BytesIO(b"some bytes")
    standing = queries.by_account(chief.account, at=clocks.real())
    assert standing is not None
    id = running.send(name="新城区.xlsx", data=data, size=10, dry=False, standing=standing)
    url, sent = f"/units/workbook/{id}/", running.run(id, standing.actor)
    assert "新城区.xlsx" in chief.read(url).text
    step = running.telling(replace(sent, state=running.State.RUNNING, of=8), standing.actor)
    step(2)
    page = chief.read(url)
    assert ("已看过2行，共8行" in page.text, 'value="25"' in page.html) == (True, True)
    assert 'hx-trigger="every 2s"' in page.html
    step(1)
    assert "已看过2行" in chief.read(url).text, "told now and then, not for every line"
    assert chief.client.post(url).status_code == 409, "what is at work is not dropped"


def test_what_was_done_at_the_console_is_told_in_words(chief: Official, office: Office) -> None:
    fields = Adjust(rule="sign_in|||", limit="9wh", from_on=queries.today(office.began), reason="试行", basis="纪要")
    installer = Actor.installer("wd")
    duties.adjust_limit(fields=fields, adjustable=ADJUSTABLE, actor=installer, now=office.began)
    limits = chief.read("/regulations/limits/").text
    assert ("控制台（运维人员）" in limits, "console" in limits) == (True, False)
    commands.enter_person(jurisdiction="wd", account="wd.x", name="某人", actor=installer, now=office.began)
    on = queries.today(office.began)
    commands.appoint(account="wd.x", unit="wd.unit", post="handler", from_on=on, actor=installer, now=office.began)
    (row,) = [row for row in queries.new_powers("wd", now=office.began) if row.account == "wd.x"]
    assert row.by == "控制台（运维人员）"
    assert "控制台（运维人员）" in chief.read("/units/at/wd.unit/").text


def test_only_posts_that_make_sense_in_a_unit_are_offered_there(chief: Official) -> None:
    def offered(unit: str) -> set[str]:
        return set(re.findall(r'<option value="(\w+)"', chief.read(f"/units/at/{unit}/").html)) & set(Post)

    assert offered("wd.unit") == {"head", "deputy", "handler", "liaison", "supervisor", "administrator", "operator"}
    assert offered("wd.desk") == {
        *(
            "head",
            "deputy",
            "registrar",
            "dispatcher",
            "reviewer",
            "caller",
            "supervisor",
            "assessor",
            "administrator",
            "operator",
        ),
    }
    said = {"do": "fill", "account": "wd.unit.head", "post": "reviewer", "from_on": "2025-03-03"}
    refused = chief.client.post("/units/at/wd.unit/", said)
    assert (refused.status_code, "受理平台的职务" in refused.content.decode()) == (409, True)


def test_who_never_signed_in_is_told_with_their_number_and_a_list(chief: Official, office: Office) -> None:
    for account in ("wd.x1", "wd.x2"):
        commands.enter_person(jurisdiction="wd", account=account, name=account, actor=FOUNDER, now=office.began)
        on = queries.today(office.began)
        commands.appoint(account=account, unit="wd.unit", post="handler", from_on=on, actor=FOUNDER, now=office.began)
    inside = office["unit.handler"].account
    opening = chief.client.get("/units/opening/").content.decode()
    assert re.search(r"\d+位任职的人还没有登录过", opening)
    assert "/accounts/?who=never" in opening
    listed = [chief.read(f"/accounts/{query}").html for query in ("", "?who=never")]
    assert ["/accounts/wd.x1/password/" in html for html in listed] == [True, True]
    assert [f"/accounts/{inside}/password/" in html for html in listed] == [True, False]


@pytest.mark.parametrize("url", ["/units/people/%00/", "/units/responsibilities/%00/", "/units/places/a%00b/"])
def test_an_address_that_no_database_knows_is_not_found(url: str, chief: Official) -> None:
    assert chief.client.get(url).status_code == 404
    assert chief.client.post(url, {"do": "end"}).status_code == 404

"""The pages of joint handling."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings
from python_calamine import CalamineWorkbook

from bihuan.cases.types import Act as CaseAct
from bihuan.ledgers import commands as ledgers
from bihuan.ledgers.queries import place_of_file
from tests.joint.walks import LINKAGE, WHISTLE, A, JointWalk, to_concluded, with_bodies
from tests.walks import Walk
from tests.web.officials import Office
from tests.web.test_desk import FRAME

pytestmark = pytest.mark.django_db
MOST = 15  # since drafts, instructions and promises stand on the page


@pytest.fixture
def walks(office: Office) -> dict[str, JointWalk]:
    """A linkage and a whistle that have begun."""
    town = with_bodies(office.town, office.began)
    found = {}
    for kind in (LINKAGE, WHISTLE):
        found[kind] = JointWalk(town, kind, Walk(town, office.began)).begin()
    return found


def statements(office: Office, who: str, url: str) -> int:
    client = office[who].client
    client.get(url)
    with CaptureQueriesContext(connection) as said:
        assert client.get(url).status_code == 200, url
    return sum(not query["sql"].startswith(FRAME) for query in said)


def test_the_pages_stand_and_ask_few_statements(office: Office, walks: dict[str, JointWalk]) -> None:
    counted = {}
    for kind, walk in walks.items():
        for who in (f"{walk.lead}.handler", "other.handler", "desk.dispatcher"):
            for url in (f"/{kind}s/{walk.number}/", f"/{kind}s/", f"/cases/{walk.case.number}/"):
                counted[(who, url)] = statements(office, who, url)
    for url in ("/whistles/topics/", "/whistles/liaisons/", "/joint/", "/joint/figures/", "/joint/portfolios/"):
        counted[("other.handler", url)] = statements(office, "other.handler", url)
        counted[("staffing.handler", url)] = statements(office, "staffing.handler", url)
    assert max(counted.values()) <= MOST, counted


def test_an_act_is_refused_on_the_page_with_its_clause(office: Office, walks: dict[str, JointWalk]) -> None:
    walk = walks[WHISTLE]
    client = office["other.handler"].client
    answer = client.post(f"/whistles/{walk.number}/acts/finish/", {"result": "已办。"})
    assert answer.status_code == 409
    assert "请先报到" in answer.content.decode()
    assert client.get(f"/linkages/{walk.number}/").status_code == 404, "a whistle is no linkage"
    assert office["third.handler"].client.get(f"/whistles/{walk.number}/").status_code == 404


def test_the_staffing_office_keeps_the_list_on_its_page(office: Office, walks: dict[str, JointWalk]) -> None:
    said = {"code": "GJ-01", "matter": "占道经营", "basis": "配合责任清单第1条", "from_on": "2022-01-01"}
    assert office["staffing.handler"].client.post("/whistles/topics/enter/", said).status_code == 302
    assert "占道经营" in office["other.handler"].client.get("/whistles/topics/").content.decode()
    assert office["other.handler"].client.post("/whistles/topics/enter/", said).status_code == 409


@pytest.mark.clause("WD-3.3f")
def test_a_unit_names_its_liaison_on_its_page(office: Office, walks: dict[str, JointWalk]) -> None:
    client = office["other.deputy"].client
    wrong = {"account": f"{office.town.code}.other.handler", "from_on": "2022-01-01"}
    assert client.post("/whistles/liaisons/", wrong).status_code == 409
    right = {"account": f"{office.town.code}.other.deputy", "from_on": "2022-01-01"}
    lacking = re.compile("还没有联络员的单位：<span[^>]*>([^<]*)</span>")
    (before,) = lacking.findall(client.get("/whistles/liaisons/").content.decode())
    assert client.post("/whistles/liaisons/", right).status_code == 302
    (after,) = lacking.findall(client.get("/whistles/liaisons/").content.decode())
    assert set(before.split("、")) - set(after.split("、")) == {office.town.other}
    assert office.town.desk not in before, "who handles nothing needs none"


def test_every_stage_of_joint_handling_has_a_page_of_few_statements(
    office: Office, walks: dict[str, JointWalk]
) -> None:
    counted = {}
    for kind, walk in walks.items():
        to_concluded(walk)
        walk.along(A.GRADE)
        for act in (None, A.FILE_FORM, A.SIGN_FORM):
            if act:
                walk.do(act)
            if act == A.FILE_FORM:
                signed = office[f"{walk.lead}.deputy"].read(f"/{kind}s/{walk.number}/").html
                assert signed.index('id="form-title"') < signed.index('id="acts"')
            for who in (f"{walk.lead}.handler", f"{walk.lead}.deputy", "other.handler", "desk.dispatcher"):
                counted[(who, kind, walk.facts.stage)] = statements(office, who, f"/{kind}s/{walk.number}/")
    escalated = JointWalk(office.town, WHISTLE, Walk(office.town, walks[WHISTLE].now)).begin().along(A.REPORT)
    for who in ("leaders.leader", "township.handler", "desk.dispatcher"):
        counted[(who, "escalated")] = statements(office, who, f"/whistles/{escalated.number}/")
    assert max(counted.values()) <= MOST, counted


def test_the_figures_lead_to_the_ledger_and_are_carried_out(
    office: Office, walks: dict[str, JointWalk], settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_FOLDER = tmp_path
    town, desk = office.town, office["desk.dispatcher"]
    walks[WHISTLE].along(A.CHECK_IN)
    page = desk.read("/joint/figures/")
    assert "各单位的情况" in page.text
    assert "按时率＝按时件数÷" in page.text, "the formula is printed"
    assert "应吹未吹线索" in page.text
    assert "WD-3.4d" in page.text
    came = next(
        link for link in page.links if "figure=came&" in link and f"of={town.other}&" in link and "whistle" in link
    )
    rows = desk.read(came)
    assert walks[WHISTLE].number in rows.text
    assert walks[LINKAGE].number not in rows.text
    assert (
        desk.client.get(f"/joint/{walks[WHISTLE].number}/").headers["Location"] == f"/whistles/{walks[WHISTLE].number}/"
    )
    own = office["other.handler"].read("/joint/figures/")
    assert "只列本单位的情况" in own.text
    assert f"of={town.unit}" not in own.html
    assert "这一期没有联动和吹哨" in desk.read("/joint/figures/?of=1999").text
    assert "导出用途" in desk.send("/joint/figures/", "/joint/figures/export/", {"reason": "短"}, 422).text
    desk.send("/joint/figures/", "/joint/figures/export/", {"reason": "年度考核用"})
    job = ProcrastinateJob.objects.filter(task_name=ledgers.WRITE).latest("id")
    ledgers.write_export(job.args["export"], at=datetime.now(UTC))
    sheet = CalamineWorkbook.from_path(place_of_file(job.args["export"])).get_sheet_by_index(0).to_python()
    head, *lines = sheet
    assert head[:4] == ["期间", "单位", "机制", "方面"]
    at = head.index("按时受理、报到")
    assert [line[at] for line in lines if line[1:4] == [town.other, "吹哨报到", "参加"]] == [1]


def test_a_period_of_long_ago_stays_chosen_on_the_page_of_figures(office: Office, walks: dict[str, JointWalk]) -> None:
    seat = office["desk.dispatcher"]
    assert '<option value="1999-Q1" selected>1999年第一季度</option>' in seat.read("/joint/figures/?of=1999-Q1").html
    seat.client.post("/look/", {"language": "en"})
    english = seat.read("/joint/figures/?of=2025-03")
    assert '<option value="2025-03" selected>2025-3</option>' in english.html


def test_the_ledger_of_joint_handling_is_narrowed_and_exported(
    office: Office, walks: dict[str, JointWalk], settings: Settings, tmp_path: Path
) -> None:
    settings.DATA_FOLDER = tmp_path
    desk = office["desk.dispatcher"]
    assert {walk.number for walk in walks.values()} <= set(re.findall(r"WX\d{4}[LS]\d+", desk.read("/joint/").html))
    one = desk.read(f"/joint/?q={walks[LINKAGE].number}")
    assert walks[LINKAGE].number in one.text
    assert walks[WHISTLE].number not in one.text
    assert walks[LINKAGE].number not in office["township.handler"].read("/joint/").text
    desk.send("/joint/?kind=whistle", "/joint/export/", {"reason": "年度考核用"})
    job = ProcrastinateJob.objects.filter(task_name=ledgers.WRITE).latest("id")
    ledgers.write_export(job.args["export"], at=datetime.now(UTC))
    sheet = CalamineWorkbook.from_path(place_of_file(job.args["export"])).get_sheet_by_index(0).to_python()
    assert [line[0] for line in sheet[1:]] == [walks[WHISTLE].number]


def test_the_administrator_enters_who_covers_a_unit_and_what_was_before_stays(
    office: Office, walks: dict[str, JointWalk]
) -> None:
    chief, town = office["desk.administrator"], office.town
    said = {"unit": town.unit, "account": f"{town.code}.leaders.leader", "from_on": "2022-01-01"}
    chief.send("/joint/portfolios/", "/joint/portfolios/", said)
    page = chief.send(
        "/joint/portfolios/",
        "/joint/portfolios/",
        {**said, "account": f"{town.code}.leaders.second", "from_on": "2023-01-01"},
    )
    assert page.text.count("leaders.leader") >= 1
    assert "leaders.second" in page.text
    early = {**said, "from_on": "2021-01-01"}
    assert "不能早于现有一条" in chief.send("/joint/portfolios/", "/joint/portfolios/", early, 409).text
    nobody = office["unit.handler"].client.post("/joint/portfolios/", said)
    assert nobody.status_code == 409
    assert "分管关系由系统管理员登记" in nobody.content.decode()


def test_where_there_is_no_joint_handling_there_is_no_page(city: Office) -> None:
    for url in ("/whistles/", "/linkages/", "/whistles/topics/", "/joint/figures/", "/joint/portfolios/"):
        assert city["unit.handler"].client.get(url).status_code == 404


def test_the_case_page_offers_what_the_regulation_has(office: Office, city: Office) -> None:
    assert A.REQUEST
    walk = Walk(office.town, office.began).along(CaseAct.REGISTER, CaseAct.DISPATCH, CaseAct.SIGN_IN)
    page = office["unit.handler"].client.get(f"/cases/{walk.number}/").content.decode()
    assert "act-link" in page
    assert "只有镇街可以吹哨" in page


def test_the_workbench_names_the_type_of_the_request_in_words(office: Office, walks: dict[str, JointWalk]) -> None:
    for kind, walk in walks.items():
        row = office["other.handler"].read("/").html.partition(f"{walk.number} ·")[2].partition("</small>")[0]
        assert "求助" in row, (kind, row)

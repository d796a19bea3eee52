"""The workbench: one row a subject, a to-do where something can be done; what is counted is one's own (F86, F87)."""

import re
from datetime import timedelta

import pytest

from bihuan.cases import queries as cases
from bihuan.cases.types import Act, DutyKind
from tests.towns import put_ahead
from tests.walks import DOERS, Walk
from tests.web.officials import Office, Page, typed_for
from tests.web.test_desk import WHOLE_WAY
from tests.web.test_next_step import open_forms, turn

pytestmark = pytest.mark.django_db
A = Act
PEOPLE = (
    "desk.registrar",
    "desk.dispatcher",
    "desk.reviewer",
    "desk.caller",
    "unit.handler",
    "unit.deputy",
    "unit.head",
)
TASK = re.compile(r"<tr[^>]*data-row.*?</tr>", re.DOTALL)
DO = re.compile(r'<a class="do( do-mine)?" href="([^"]+)">([^<]+)</a>')


def tasks(page: Page) -> list[tuple[bool, str, str]]:
    """Whether a row is a to-do, where it leads, and what it asks for."""
    found = (DO.search(row) for row in TASK.findall(page.html))
    return [(bool(do[1]), do[2].replace("&amp;", "&"), do[3]) for do in found if do]


def test_after_every_act_a_row_is_a_to_do_exactly_where_the_page_has_a_step(office: Office) -> None:
    number = office.register()
    for act in (None, *WHOLE_WAY):
        if act:
            office.act(DOERS[act], number, act, **typed_for(act, office.town, office.began))
        for who in PEOPLE:
            desk, case = office[who].read("/"), Page(office[who].client.get(f"/cases/{number}/"))
            rows = tasks(desk)
            assert len(rows) <= 1, (act, who, "one case is one row")
            mine = case.status == 200 and turn(case).startswith(" 您要办：")
            assert [to_do for to_do, _, _ in rows if to_do] == [True] * mine, (act, who)
            for to_do, url, what in rows:
                led = office[who].read(url.partition("#")[0])
                if to_do:
                    assert f"您要办：{what}" in turn(led)
                    assert f"?act={open_forms(case)[0]}#" in url
                    assert open_forms(led) == open_forms(case)
                else:
                    assert (url, open_forms(led)) == (f"/cases/{number}/", [])
    assert cases.facts(number).stage == "closed"


def test_who_waits_for_others_reads_for_whom(office: Office) -> None:
    office.walk(A.ACCEPT, A.DISPATCH, A.SIGN_IN, A.RECORD_CONTACT, A.ANSWER)
    page = office["unit.handler"].read("/")
    assert "等待他人" in page.text
    assert re.search(r"等待wd\.unit（分管负责人）：审签", page.text)


def test_a_valid_call_back_makes_its_end_the_to_do(office: Office) -> None:
    way = (A.ACCEPT, A.DISPATCH, A.SIGN_IN, A.RECORD_CONTACT, A.ANSWER, A.SIGN_OFF, A.APPROVE)
    number = office.walk(*way, A.RECORD_CALLBACK)
    ((_, url, what),) = tasks(office["desk.caller"].read("/"))
    assert (url, what) == (f"/cases/{number}/?act=close#act-close", "办结")
    assert "您要办：办结" in turn(office["desk.caller"].read(f"/cases/{number}/"))


def test_a_dissatisfied_requester_makes_the_rework_the_to_do(office: Office) -> None:
    way = (A.ACCEPT, A.DISPATCH, A.SIGN_IN, A.RECORD_CONTACT, A.ANSWER, A.SIGN_OFF, A.APPROVE)
    number = office.walk(*way)
    caller = office["desk.caller"]
    assert "您要办：回访" in turn(caller.read(f"/cases/{number}/"))
    said = {**typed_for(A.RECORD_CALLBACK, office.town, office.began), "solved": "no", "satisfied": "no"}
    office.act("desk.caller", number, A.RECORD_CALLBACK, **said)
    page = caller.read(f"/cases/{number}/")
    assert "您要办：发回重办" in turn(page)
    assert "本轮已有有效回访，请发回重办。" in page.text
    assert "办结或" not in page.text


def test_a_request_whose_refusal_is_reviewed_is_no_to_do_of_the_dispatcher(office: Office) -> None:
    number = office.walk(A.ACCEPT, A.PROPOSE_DECLINE)
    ((to_do, url, _),) = tasks(office["desk.dispatcher"].read("/"))
    assert (to_do, url) == (False, f"/cases/{number}/")
    assert "等待wd.desk（审核员）：复核不予受理" in office["desk.dispatcher"].read("/").text
    second = office.walk(A.ACCEPT)
    assert [url for _, url, _ in tasks(office["desk.dispatcher"].read("/"))] == [
        f"/cases/{second}/?act=dispatch#act-dispatch", f"/cases/{number}/",
    ]  # fmt: skip


def test_who_waits_for_a_review_is_not_late_and_gets_its_time_back(office: Office) -> None:
    number = office.walk(A.ACCEPT, A.PROPOSE_DECLINE)
    late = office.began + timedelta(days=9)
    put_ahead(office.town.code, late - office.began)
    for page in (office["desk.dispatcher"].read("/"), office["desk.dispatcher"].read("/dispatch/")):
        assert number in page.html
        assert "逾期" not in page.text.partition("本单位全部")[2].replace("只看我的逾期", "")
        assert "row-late" not in page.html
    assert "row-late" in office["desk.reviewer"].read("/").html, "who reviews is late"
    walk = Walk(office.town, late, number=number)
    before = walk.facts.duties[DutyKind.DISPATCH]
    walk.do(A.REFUSE_DECLINE)
    assert before < late < walk.facts.duties[DutyKind.DISPATCH], "the time of the review is not counted"


def test_a_registrar_is_told_what_they_may_accept_though_nobody_owes_it(office: Office) -> None:
    number = office.register()
    page = office["desk.registrar"].read("/")
    assert "您可以受理：待受理1件" in page.text
    assert "/cases/?stage=registered" in page.links
    assert number in office["desk.registrar"].read("/cases/?stage=registered").text
    assert "待受理" not in office["desk.dispatcher"].read("/").text
    office.act("desk.registrar", number, A.ACCEPT)
    assert "待受理" not in office["desk.registrar"].read("/").text


def test_what_is_counted_for_somebody_is_theirs(office: Office) -> None:
    for _ in range(3):
        office.walk(A.ACCEPT)
    registrar = office["desk.registrar"].read("/")
    assert "暂无待办" in registrar.text
    assert 'class="count' not in registrar.html, "no badge"
    assert "tallies" not in registrar.html.partition('id="tallies"')[2].partition("</div>")[0]
    everybody = office["desk.registrar"].read("/?all=1")
    assert "共3项" in everybody.text
    chips = re.findall(r'<a href="(/\?[^"]*kind=[^"]+)"', everybody.html)
    assert chips == ["/?all=1&amp;kind=dispatch"], "chips of the unit narrow the unit's list"
    dispatcher = office["desk.dispatcher"].read("/")
    assert re.findall(r'<a href="(/\?[^"]*kind=[^"]+)"', dispatcher.html) == ["/?kind=dispatch"]
    assert "共3项" in dispatcher.text
    assert "/?late=1" in dispatcher.links
    assert "/?all=1&late=1" in office["desk.dispatcher"].read("/?all=1").links

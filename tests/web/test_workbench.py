"""The workbench: one row a subject, a to-do where something can be done; what is counted is one's own (F86, F87)."""

import re

import pytest

from bihuan.cases import queries as cases
from bihuan.cases.types import Act
from tests.walks import DOERS
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
    assert (url, what) == (f"/cases/{number}/?act=close#act-close", "回访")


def test_a_request_whose_refusal_is_reviewed_is_no_to_do_of_the_dispatcher(office: Office) -> None:
    number = office.walk(A.ACCEPT, A.PROPOSE_DECLINE)
    ((to_do, url, _),) = tasks(office["desk.dispatcher"].read("/"))
    assert (to_do, url) == (False, f"/cases/{number}/")
    assert "等待wd.desk（审核员）：复核不予受理" in office["desk.dispatcher"].read("/").text
    second = office.walk(A.ACCEPT)
    assert [url for _, url, _ in tasks(office["desk.dispatcher"].read("/"))] == [
        f"/cases/{second}/?act=dispatch#act-dispatch", f"/cases/{number}/",
    ]  # fmt: skip


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

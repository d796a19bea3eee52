"""The workbench, the dispatch desk, and what shows by itself."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.cases import queries as cases
from bihuan.cases.types import Act
from bihuan.duties.commands import adjust_limit
from bihuan.duties.forms import Adjust
from bihuan.organisations import commands as organisations
from bihuan.web.choosing import meant
from bihuan.web.forms import Choice
from tests.towns import FOUNDER, START, found_desk, pack_of, settle
from tests.walks import DOERS
from tests.web.officials import Office, Page, typed_for

pytestmark = pytest.mark.django_db
MOST = 12
"""Questions that a page asks of tables, whatever it shows; the transaction around them is not counted."""
FRAME = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "SELECT set_config(")
A = Act
WHOLE_WAY = (
    A.ACCEPT, A.DISPATCH, A.SIGN_IN, A.RECORD_CONTACT, A.ANSWER, A.SIGN_OFF, A.APPROVE, A.RECORD_CALLBACK, A.CLOSE,
)  # fmt: skip


def entry(office: Office) -> None:
    """The responsibility list says who looks after street lights."""
    organisations.enter_responsibility(
        jurisdiction=office.town.code, code="WD-001", matter="路灯照明设施维护", lead=office.town.unit,
        basis="照明管理规定", from_on=office.began.date(), actor=FOUNDER, now=office.began,
    )  # fmt: skip


def asked(office: Office, who: str, url: str) -> tuple[int, int]:
    """Status and statements of a page."""
    client = office[who].client
    client.get(url)
    with CaptureQueriesContext(connection) as said:
        status = client.get(url).status_code
    return status, sum(not query["sql"].startswith(FRAME) for query in said)


@pytest.mark.parametrize("town", ["office", "city"])
def test_the_page_of_a_case_takes_twelve_statements_at_every_stage_and_for_everybody(
    town: str, request: pytest.FixtureRequest
) -> None:
    office: Office = request.getfixturevalue(town)
    number = office.register()
    for act in (None, *WHOLE_WAY):
        if act:
            office.act(DOERS[act], number, act, **typed_for(act, office.town, office.began))
        for who in ("desk.dispatcher", "desk.caller", "unit.handler"):
            status, statements = asked(office, who, f"/cases/{number}/")
            assert status == 404 or statements <= MOST, (act, who, statements)


def test_workbench_and_desk_take_as_many_statements_for_many_as_for_one(office: Office) -> None:
    entry(office)
    office.walk(A.ACCEPT)
    before = [asked(office, "desk.dispatcher", url) for url in ("/", "/dispatch/")]
    for _ in range(4):
        office.walk(A.ACCEPT)
    assert [asked(office, "desk.dispatcher", url) for url in ("/", "/dispatch/")] == before
    assert all(status == 200 and statements <= MOST for status, statements in before)


def test_the_desk_says_why_it_suggests_a_unit(office: Office) -> None:
    entry(office)
    office.walk(A.ACCEPT)
    page = office["desk.dispatcher"].read("/dispatch/")
    assert "WD-001 路灯照明设施维护" in page.text
    assert "匹配词：路灯" in page.text


def test_several_cases_go_out_at_once_each_with_its_own_result(office: Office) -> None:
    entry(office)
    one, two, gone = office.walk(A.ACCEPT), office.walk(A.ACCEPT), office.walk(A.ACCEPT, A.DISPATCH)
    desk = office["desk.dispatcher"]
    said = {
        "case": [one, two, gone, "WX0000"],
        f"entry-{one}": "WD-001",
        f"unit-{two}": office.town.unit, f"kind-{two}": "duty", f"basis-{two}": "路灯维护属市政职责。",
        f"entry-{gone}": "WD-001",
        "entry-WX0000": "WD-001",
    }  # fmt: skip
    asked = Page(desk.client.post("/dispatch/", said))
    assert "请再看一遍：要派出2件" in asked.text
    assert "1件刚才已被办理，没有派出" in asked.text
    assert "职责：路灯维护属市政职责。" in asked.text
    assert [cases.facts(n).stage for n in (one, two)] == ["triage"] * 2, "nothing goes before it was looked at again"
    page = Page(desk.client.post("/dispatch/", {**said, "confirmed": "1"}))
    assert (page.status, "勾选4件，派出2件" in page.text) == (200, True)
    assert [cases.facts(n).stage for n in (one, two, gone)] == ["dispatched"] * 3
    assert "当前阶段是“待签收”，不能“派单”。" in page.text
    assert "没有这件工单" in page.text
    assert cases.facts(one).lead == cases.facts(two).lead == office.town.unit


def _typed(number: str, unit: str, basis: str = "路灯维护属市政职责。") -> dict[str, str]:
    return {f"unit-{number}": unit, f"kind-{number}": "duty", f"basis-{number}": basis}


def test_a_case_that_another_dispatcher_gave_out_is_told_as_such_and_not_offered(office: Office) -> None:
    one, two, three = (office.walk(A.ACCEPT) for _ in range(3))
    desk = office["desk.dispatcher"]
    held = desk.read("/dispatch/").form("/dispatch/").values
    said = {**held, "case": [one, two, three]}
    for number in (one, two, three):
        said |= _typed(number, office.town.other, "道路照明属其职责。")
    gave = cases.facts(one).title
    office.act("desk.dispatcher", one, A.DISPATCH, **typed_for(A.DISPATCH, office.town, office.began))
    page = Page(desk.client.post("/dispatch/", said))
    assert "请再看一遍：要派出2件" in page.text
    assert "派出这2件" in page.text
    assert "None" not in page.text
    told = page.text.partition("1件刚才已被办理，没有派出")[2].partition("撤回")[0]
    assert gave in told
    assert "desk.dispatcher 派单至" in told, "by whom and to whom"
    assert "道路照明属其职责。" in told, "what was typed for it is not lost"
    form = next(f for f in page.forms if "confirmed" in f.controls)
    assert sorted(form.values["case"]) == sorted([two, three])
    assert "派出2件" in Page(desk.client.post("/dispatch/", form.values)).text
    assert cases.facts(one).lead == office.town.unit


def test_what_was_kept_for_a_case_that_was_away_is_not_ticked_when_it_is_back(office: Office) -> None:
    one, two = office.walk(A.ACCEPT), office.walk(A.ACCEPT)
    desk = office["desk.dispatcher"]
    held = desk.read("/dispatch/").form("/dispatch/").values
    said = {**held, "case": [one, two], **_typed(one, office.town.other), **_typed(two, office.town.other)}
    desk.client.post("/drafts/", said)
    office.act("desk.dispatcher", one, A.DISPATCH, **typed_for(A.DISPATCH, office.town, office.began))
    office.act("desk.dispatcher", one, A.RECALL)
    back = desk.read("/dispatch/").form("/dispatch/").values
    assert back["case"] == [two]
    assert (back[f"unit-{one}"], back[f"unit-{two}"]) == ([""], [office.town.other])
    page = Page(desk.client.post("/dispatch/", {**said, "confirmed": "1"}))
    assert "本页打开后已派出，又回到了派单台" in page.text
    assert [cases.facts(n).stage for n in (one, two)] == ["triage", "dispatched"]


def test_rows_that_can_only_fail_are_told_before_and_not_counted(office: Office) -> None:
    entry(office)
    good, alone, vague, wrong, mute = (office.walk(A.ACCEPT) for _ in range(5))
    desk = office["desk.dispatcher"]
    held = desk.read("/dispatch/").form("/dispatch/").values
    said = {
        **{name: value for name, value in held.items() if not name.startswith("entry-")},
        "case": [good, alone, vague, wrong, mute],
        f"entry-{good}": "WD-001",
        f"entry-{alone}": "WD-001",
        **_typed(vague, f"{office.town.code}."),
        **_typed(wrong, "交通大局"),
    }
    page = Page(desk.client.post("/dispatch/", said))
    assert "请再看一遍：要派出2件" in page.text
    assert "派出这2件" in page.text
    assert page.text.count("不能派出，不在其中：") == 3
    assert "没有这个承办单位。" in page.text
    form = next(f for f in page.forms if "confirmed" in f.controls)
    assert (sorted(form.values["case"]), len(form.values["stay"])) == (sorted([good, alone]), 3)
    page = Page(desk.client.post("/dispatch/", form.values))
    assert "勾选2件，派出2件" in page.text
    held = desk.read("/dispatch/").form("/dispatch/").values
    assert held[f"unit-{wrong}"] == ["交通大局"], "what was typed in the others stays"
    none = Page(desk.client.post("/dispatch/", {"case": [wrong, mute], **_typed(wrong, "交通大局")}))
    assert "勾选的都不能派出，请先改正。" in none.text
    assert 'id="desk-confirm"' not in none.html


def test_nothing_is_chosen_before_somebody_does(office: Office) -> None:
    entry(office)
    office.walk(A.ACCEPT)
    html = office["desk.dispatcher"].client.get("/dispatch/").content.decode()
    assert 'value="WD-001"' in html
    assert " checked" not in html
    number = office.walk(A.ACCEPT)
    said = {"case": number, f"unit-{number}": office.town.unit, f"kind-{number}": "", f"basis-{number}": "三定规定"}
    refused = Page(office["desk.dispatcher"].client.post("/dispatch/", said))
    assert "派单依据：请选择" in refused.text
    [blamed] = re.findall('name="([a-z]+)-[^"]*"[^>]* aria-invalid="true"', refused.html)
    assert blamed == "kind", "what is to blame is marked, and is where one is led"
    assert cases.facts(number).stage == "triage"


def test_a_unit_is_suggested_once_by_its_nearest_entry(office: Office) -> None:
    entry(office)
    organisations.enter_responsibility(
        jurisdiction=office.town.code, code="WD-000", matter="路灯杆广告", lead=office.town.unit,
        basis="户外广告规定", from_on=office.began.date(), actor=FOUNDER, now=office.began,
    )  # fmt: skip
    office.walk(A.ACCEPT)
    html = office["desk.dispatcher"].client.get("/dispatch/").content.decode()
    assert html.count('<input class="form-check-input" type="radio"') == 1


def test_the_row_leads_to_the_form_with_what_it_says(office: Office) -> None:
    entry(office)
    number = office.walk(A.ACCEPT)
    client = office["desk.dispatcher"].client
    led = client.post("/dispatch/", {"open": number, f"entry-{number}": "WD-001"}).headers["Location"]
    assert led.startswith(f"/cases/{number}/?act=dispatch&lead={office.town.unit}&basis_kind=list_entry&basis=")
    typed = {"open": number, f"unit-{number}": office.town.unit, f"kind-{number}": "duty", f"basis-{number}": "三定"}
    led = client.post("/dispatch/", typed).headers["Location"]
    assert f"lead={office.town.unit}&basis_kind=duty&basis=%E4%B8%89%E5%AE%9A" in led
    assert cases.facts(number).stage == "triage"


def _sent(office: Office, number: str, unit: str, basis: str = "路灯维护属市政职责。", **more: str) -> Page:
    said = {"case": number, f"unit-{number}": unit, f"kind-{number}": "territory", f"basis-{number}": basis}
    return Page(
        office["desk.dispatcher"].client.post("/dispatch/", said | {f"{k}-{number}": v for k, v in more.items()})
    )


def test_a_part_of_a_name_is_enough_where_one_unit_has_it(office: Office) -> None:
    number = office.walk(A.ACCEPT)
    part = office.town.unit[-4:]
    assert "派单至" in _sent(office, number, part).text
    assert cases.facts(number).lead == office.town.unit


def test_where_several_units_have_it_they_are_offered_and_one_is_chosen(office: Office) -> None:
    number = office.walk(A.ACCEPT)
    page = _sent(office, number, f"{office.town.code}.")
    assert "可以指几个单位，请选一个" in page.text
    assert f'name="meant-{number}" value="{office.town.other}"' in page.html
    _sent(office, number, f"{office.town.code}.", meant=office.town.other)
    assert cases.facts(number).lead == office.town.other


def test_a_refused_row_comes_back_with_its_words_and_why(office: Office) -> None:
    entry(office)
    one, other = office.walk(A.ACCEPT), office.walk(A.ACCEPT)
    said = {
        "case": [one, other], "confirmed": "1",
        f"unit-{one}": "没有的局", f"kind-{one}": "territory", f"basis-{one}": "属地管理",
        f"entry-{other}": "WD-001",
    }  # fmt: skip
    page = Page(office["desk.dispatcher"].client.post("/dispatch/", said))
    assert [cases.facts(n).stage for n in (one, other)] == ["triage", "dispatched"], "others go all the same"
    assert f'name="case" value="{one}" id="tick-{one}" checked' in page.html
    assert 'value="没有的局"' in page.html
    assert 'value="属地管理"' in page.html
    assert '<option value="territory" selected>' in page.html
    assert '<details class="other-unit" open>' in page.html
    assert f'id="wrong-{one}"' in page.html
    assert "没有这个承办单位。" in page.text
    _sent(office, one, office.town.unit, basis="")
    assert cases.facts(one).stage == "triage"


def test_a_refused_row_far_down_the_list_is_on_the_page(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bihuan.web.views.desk.SIZE", 1)
    first, last = office.walk(A.ACCEPT), office.walk(A.ACCEPT)
    page = _sent(office, last, "没有的局")
    assert f'value="{last}" id="tick-{last}" checked' in page.html
    assert f'id="tick-{first}"' in page.html


def test_what_just_went_out_is_taken_back_from_the_desk(office: Office) -> None:
    entry(office)
    number = office.walk(A.ACCEPT)
    desk = office["desk.dispatcher"]
    desk.client.post("/dispatch/", {"case": number, f"entry-{number}": "WD-001"})
    assert f"撤回 {number}" in desk.read("/dispatch/").html
    assert f"撤回 {number}" not in office["desk.registrar"].read("/dispatch/").html
    desk.client.post("/dispatch/recall/", {"number": number})
    assert cases.facts(number).stage == "triage"
    assert f"撤回 {number}" not in desk.read("/dispatch/").html
    assert office["unit.handler"].client.post("/dispatch/recall/", {"number": number}).status_code == 404


def test_what_was_signed_for_is_not_taken_back_from_the_desk(office: Office) -> None:
    number = office.walk(A.ACCEPT, A.DISPATCH, A.SIGN_IN)
    desk = office["desk.dispatcher"]
    answer = desk.client.post("/dispatch/recall/", {"number": number}, follow=True)
    assert "不能“撤回派单”" in answer.content.decode()
    assert cases.facts(number).stage == "handling"


def test_a_ticked_case_without_a_unit_is_told_and_stays(office: Office) -> None:
    number = office.walk(A.ACCEPT)
    page = Page(office["desk.dispatcher"].client.post("/dispatch/", {"case": number}))
    assert "承办单位（首接）：" in page.text
    assert cases.facts(number).stage == "triage"


def test_who_ticked_nothing_is_told_so(office: Office) -> None:
    number = office.walk(A.ACCEPT)
    page = Page(office["desk.dispatcher"].client.post("/dispatch/", {}))
    assert "一件也没有勾选" in page.text
    assert cases.facts(number).stage == "triage"


def test_who_is_no_dispatcher_sends_nothing_out(office: Office) -> None:
    entry(office)
    number = office.walk(A.ACCEPT)
    page = Page(office["desk.registrar"].client.post("/dispatch/", {"case": number, f"entry-{number}": "WD-001"}))
    assert "只有派单员可以“派单”。" in page.text
    assert cases.facts(number).stage == "triage"


def test_only_where_one_may_dispatch_a_row_can_be_ticked(office: Office) -> None:
    """A dispatcher who sees another desk's cases by another post reads of them, and does nothing there."""
    entry(office)
    number = office.walk(A.ACCEPT)
    tick = f'id="tick-{number}"'
    assert tick in office["desk.dispatcher"].read("/dispatch/").html
    assert 'type="radio"' not in office["desk.registrar"].read("/dispatch/").html
    far = found_desk(office.town.code, "far")
    account, began = f"{office.town.code}.far.dispatcher", office.began
    organisations.appoint(
        account=account, unit=office.town.desk, post="registrar", from_on=START.date(), actor=FOUNDER, now=began
    )
    assert far != office.town.desk
    page = office["far.dispatcher"].read("/dispatch/")
    assert number in page.html
    assert tick not in page.html
    assert f'name="open" value="{number}"' not in page.html


def test_what_waits_for_somebody_else_cannot_be_ticked(office: Office) -> None:
    entry(office)
    number = office.walk(A.ACCEPT, A.PROPOSE_DECLINE)
    page = office["desk.dispatcher"].read("/dispatch/")
    assert number in page.html
    assert f'id="tick-{number}"' not in page.html


def test_an_open_page_is_told_nothing_until_something_happened(office: Office) -> None:
    number = office.walk(A.ACCEPT)
    dispatcher, live = office["desk.dispatcher"], {"headers": {"HX-Request": "true"}}
    seen = cases.facts(number).version
    assert dispatcher.client.get(f"/cases/{number}/?since={seen}", **live).status_code == 204
    office.act("desk.dispatcher", number, A.DISPATCH, **typed_for(A.DISPATCH, office.town, office.began))
    answer = dispatcher.client.get(f"/cases/{number}/?since={seen}", **live)
    assert (answer.status_code, "刚刚有新情况" in answer.content.decode()) == (200, True)


@pytest.mark.parametrize("url", ["/", "/dispatch/"])
def test_an_open_list_is_told_nothing_until_something_happened(office: Office, url: str) -> None:
    office.walk(A.ACCEPT)
    client, live = office["desk.dispatcher"].client, {"headers": {"HX-Request": "true"}}
    mark = client.get(url).content.decode().split("since=")[1].split('"')[0]
    assert client.get(f"{url}?since={mark}", **live).status_code == 204
    office.walk(A.ACCEPT)
    assert client.get(f"{url}?since={mark}", **live).status_code == 200


def test_ones_own_last_act_is_offered_back_where_the_table_leads_back(office: Office) -> None:
    parent, number = office.walk(A.ACCEPT), office.walk(A.ACCEPT)
    merged = office.act(
        "desk.registrar", number, A.MERGE, parent=parent, reason="同一诉求人同一事项", requester_told="电话告知"
    )
    assert "撤销您刚才的“并单”" in merged.text
    assert "撤销您刚才的" not in office["desk.dispatcher"].read(f"/cases/{number}/").text


def test_the_lead_finds_what_was_joined_to_its_case_and_opens_it(office: Office) -> None:
    parent, number = office.walk(A.ACCEPT, A.DISPATCH), office.walk(A.ACCEPT)
    said = {"parent": parent, "reason": "同一诉求人同一事项", "requester_told": "电话告知"}
    office.act("desk.registrar", number, A.MERGE, **said)
    page = office["unit.handler"].read(f"/cases/{parent}/")
    assert "并入诉求 1 件" in page.text
    assert f"/cases/{number}/" in page.links
    child = office["unit.handler"].read(f"/cases/{number}/")
    assert not any("/acts/" in form.action for form in child.forms)
    office.act("desk.registrar", number, A.SUPPLEMENT, text="东门左手第二根灯杆。")
    assert "补充了情况" in office["unit.handler"].read(f"/cases/{parent}/").text


def test_the_record_of_a_case_is_narrowed(office: Office) -> None:
    number = office.walk(A.ACCEPT, A.DISPATCH)
    clerk = office["unit.handler"]
    assert "登记诉求（" in clerk.read(f"/cases/{number}/?record=people").text
    assert "没有这一类记录。" in clerk.read(f"/cases/{number}/?record=refused").text
    assert "登记诉求（" in clerk.read(f"/cases/{number}/?record=nonsense").text


def test_beside_the_form_stands_the_limit_by_which_it_will_be_counted(office: Office) -> None:
    """What the place adjusted, and no limit of a type of request that nobody has chosen."""
    town = office.town
    settle(town.code, town.desk, "chief", "administrator")
    rule = next(one for one in pack_of(town.code).limits["sign_in"] if not one.selectors)
    said = {"rule": rule.key, "limit": "7wd", "from_on": "2025-03-04", "reason": "防汛期间", "basis": "会议纪要第9号"}
    chief, long_ago = town.actor("chief"), START - timedelta(days=30)
    adjust_limit(fields=Adjust.model_validate(said), adjustable={"sign_in"}, actor=chief, now=long_ago)
    page = Page(office["desk.registrar"].client.post("/cases/new/beside/", {"urgency": "normal"}))
    assert "签收" in page.text
    assert "7个工作日" in page.text
    assert "会议纪要第9号" in page.text


def test_similar_recent_requests_and_the_limits_show_beside_the_form(office: Office) -> None:
    number = office.register()
    registrar = office["desk.registrar"]
    page = Page(registrar.client.post("/cases/new/beside/", {"title": cases.facts(number).title, "urgency": "normal"}))
    assert number in page.text
    assert "办理" in page.text
    assert number not in Page(office["unit.handler"].client.post("/cases/new/beside/", {"title": "小区路灯不亮"})).text
    assert number not in Page(registrar.client.post("/cases/new/beside/", {"title": "噪音扰民"})).text
    urgent = Page(registrar.client.post("/cases/new/beside/", {"urgency": "urgent"})).text
    assert urgent != Page(registrar.client.post("/cases/new/beside/", {"urgency": "normal"})).text


def test_a_look_and_a_language_are_remembered_and_lead_back(office: Office) -> None:
    client = office["desk.registrar"].client
    answer = client.post("/look/", {"large": "1", "next": "/cases/"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/cases/")
    assert 'data-text="large"' in client.get("/").content.decode()
    client.post("/look/", {"contrast": "1"})
    both = client.get("/").content.decode()
    assert 'data-text="large" data-contrast="more"' in both
    client.post("/look/", {"language": "en"})
    english = client.get("/")
    assert (english.headers["Content-Language"], '<html lang="en"' in english.content.decode()) == ("en", True)
    assert client.post("/look/", {"language": "xx", "next": "https://elsewhere.example/"}).headers["Location"] == "/"
    assert client.get("/").headers["Content-Language"] == "en"
    assert "There is no such page" in client.get("/nowhere/").content.decode()


def test_what_stands_still_comes_last_and_every_heading_of_urgency_once(office: Office) -> None:
    asked = [A.ACCEPT, A.DISPATCH, A.SIGN_IN]
    office.walk(*asked, A.HANG)
    for _ in range(2):
        office.walk(*asked)
    office.walk(*asked, A.AWAIT_REQUESTER)
    office.walk(*asked, A.HANG)
    page = office["unit.handler"].client.get("/?all=1").content.decode()
    bands = re.findall(r"<tr class=\"band\"><th[^>]*>([^<]+)<", page)
    assert bands == list(dict.fromkeys(bands))
    assert bands[-1] == "时限暂停"
    assert len(bands) > 1


def test_what_a_unit_is_called_for_short_is_understood() -> None:
    units = [Choice("zj", "区住房和城乡建设局"), Choice("gjj", "住房公积金管理部"), Choice("jt", "区交通运输局")]
    said = {"住建局": ["zj"], "住建": ["zj"], "建住": [], "局": ["zj", "jt"], "住房": ["zj", "gjj"], "区": ["zj", "jt"]}
    assert {short: [unit.value for unit in meant(short, units)] for short in said} == said


def test_a_row_in_which_nothing_was_chosen_brings_no_basis_of_dispatch(office: Office) -> None:
    number = office.walk(A.ACCEPT)
    typed = {"open": number, f"unit-{number}": "", f"kind-{number}": "duty", f"basis-{number}": ""}
    led = office["desk.dispatcher"].client.post("/dispatch/", typed).headers["Location"]
    assert "basis_kind" not in led
    assert office["desk.dispatcher"].read(led.partition("#")[0]).form(f"/cases/{number}/acts/dispatch/").values[
        "basis_kind"
    ] == [""]

"""The pages of the loop, read and sent as by a browser without JavaScript."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.cases import queries as cases
from bihuan.cases.types import Act
from bihuan.organisations.queries import directory, jurisdiction
from bihuan.record.queries import events
from bihuan.requesters.queries import find_by_phone, looks
from tests.towns import found
from tests.walks import DOERS, REQUEST, Walk
from tests.web.officials import Office, Official, Page, typed_for

pytestmark = pytest.mark.django_db

PLACES = ("/", "/?all=1", "/?late=1", "/cases/", "/units/", "/regulations/wendeng-2021-10/")
A = Act
TO_HANDLING = (A.ACCEPT, A.DISPATCH, A.SIGN_IN)
TO_CALLBACK = (*TO_HANDLING, A.RECORD_CONTACT, A.ANSWER, A.SIGN_OFF, A.APPROVE)


def test_the_registrar_is_told_number_and_query_code_once(office: Office) -> None:
    page = office["desk.registrar"].send("/cases/new/", "/cases/new/", dict(REQUEST), 200)
    assert "查询码" in page.text
    number = next(link for link in page.links if link.startswith("/cases/WX")).split("/")[2]
    assert cases.facts(number).title == REQUEST["title"]
    code = page.html.split('id="query-code">')[1].split("<")[0]
    assert (len(code), code.isdigit()) == (10, True)
    assert code not in office["desk.registrar"].read(f"/cases/{number}/").html


def test_a_form_sent_twice_registers_once(office: Office) -> None:
    registrar = office["desk.registrar"]
    empty = registrar.read("/cases/new/")
    first = registrar.send(empty, "/cases/new/", dict(REQUEST), 200)
    second = registrar.send(empty, "/cases/new/", dict(REQUEST), 200)
    assert {link for link in first.links if link.startswith("/cases/WX")} == {
        link for link in second.links if link.startswith("/cases/WX")
    }
    changed = registrar.send(empty, "/cases/new/", {**REQUEST, "title": "另一件"}, 409)
    assert "已经提交过" in changed.text
    assert changed.form("/cases/new/").values["title"] == ["另一件"]


def test_what_is_wrong_stands_beside_the_field_and_what_was_typed_stays(office: Office) -> None:
    said = {**REQUEST, "title": "", "phone": "abc"}
    page = office["desk.registrar"].send("/cases/new/", "/cases/new/", said, 422)
    assert 'id="new-title-error"' in page.html
    assert 'aria-describedby="new-title-error"' in page.html
    assert page.form("/cases/new/").values["content"] == [REQUEST["content"]]
    assert page.form("/cases/new/").values["phone"] == ["abc"]


def test_a_number_that_is_none_of_the_usual_ones_is_taken_once_confirmed_and_that_is_recorded(office: Office) -> None:
    registrar = office["desk.registrar"]
    assert 'name="phone_special"' not in registrar.read("/cases/new/").html, "asked for once there is doubt"
    hopeless = registrar.send("/cases/new/", "/cases/new/", {**REQUEST, "phone": "转"}, 422)
    assert "不是电话号码" in hopeless.text
    doubtful = registrar.send("/cases/new/", "/cases/new/", {**REQUEST, "phone": "1380631"}, 422)
    assert "手机号码应为11位，请核对；确认无误的请勾选“特殊号码”" in doubtful.text
    taken = registrar.send(doubtful, "/cases/new/", {"phone_special": "on"}, 200)
    number = next(link for link in taken.links if link.startswith("/cases/WX")).split("/")[2]
    assert events(f"case:{number}")[0].sentence.endswith("；联系电话经确认为特殊号码")
    requester = cases.facts(number).requester
    assert find_by_phone(office.town.code, "1380631") == [requester]


def test_a_case_goes_all_the_way_round(office: Office) -> None:
    number = office.register()
    for act in (*TO_CALLBACK, A.RECORD_CALLBACK, A.CLOSE):
        page = office.act(DOERS[act], number, act, **typed_for(act, office.town, office.began))
        assert f"{number}：" in page.text
    assert cases.facts(number).stage == "closed"
    assert "已解决" in page.text
    assert "没有未完成的任务" in page.text


def test_the_page_says_who_holds_the_ball_and_what_comes_next(office: Office) -> None:
    number = office.walk(A.ACCEPT, A.DISPATCH)
    clerk = office["unit.handler"].read(f"/cases/{number}/")
    assert "您要办：" in clerk.text
    assert next(f.action for f in clerk.forms if "/acts/" in f.action).endswith("/acts/sign_in/")
    desk = office["desk.reviewer"].read(f"/cases/{number}/")
    assert "当前办理：" in desk.text
    assert "眼下没有您要办的环节" in desk.text


def test_an_act_of_others_is_a_dead_button_with_its_reason_and_clause(office: Office) -> None:
    page = office["desk.registrar"].read(f"/cases/{office.walk(A.ACCEPT, A.DISPATCH)}/")
    assert "签收" in page.dead
    assert "只有承办单位经办人可以“签收”。" in page.text
    assert "WD-1.2(1)" in page.text


@pytest.mark.clause("WD-2.3f")
def test_a_refused_act_says_why_with_the_clause_and_keeps_what_was_typed(office: Office) -> None:
    number = office.walk(*TO_HANDLING)
    typed = typed_for(A.ANSWER, office.town, office.began) | {"outcome": "EXPLAINED", "policy_basis": ""}
    page = office.act("unit.handler", number, A.ANSWER, status=409, **typed)
    assert "须写明政策法规依据" in page.text
    assert 'id="answer-policy_basis-error"' in page.html
    assert page.form(f"/cases/{number}/acts/answer/").values["to_requester"] == [typed["to_requester"]]
    assert cases.facts(number).stage == "handling"


def test_an_act_of_nobody_is_not_found(office: Office) -> None:
    number = office.register()
    for act in ("register", "fly"):
        answer = office["desk.registrar"].client.post(f"/cases/{number}/acts/{act}/", {})
        assert answer.status_code == 404


def test_who_comes_second_is_told_after_whom_and_loses_nothing(office: Office) -> None:
    number = office.walk(*TO_HANDLING)
    clerk = office["unit.handler"]
    old = clerk.read(f"/cases/{number}/")
    office.act("desk.registrar", number, A.SUPPLEMENT, text="第二根灯杆。")
    office.act("unit.handler", number, A.RECORD_CONTACT, **typed_for(A.RECORD_CONTACT, office.town, office.began))
    typed = typed_for(A.ANSWER, office.town, office.began)
    page = clerk.send(old, f"/cases/{number}/acts/answer/", typed, 409)
    assert "刚刚被他人办理过：" in page.text
    [told] = re.findall(r'id="overtaken">(.*?)</div>', page.html, re.S)
    assert " desk.registrar 诉求人补充情况" in told
    assert "unit.handler" not in told, "what one did oneself is no news"
    form = page.form(f"/cases/{number}/acts/answer/")
    assert form.values["to_platform"] == [typed["to_platform"]]
    clerk.send(page, f"/cases/{number}/acts/answer/", {})
    assert cases.facts(number).stage == "sign_off"


def test_who_was_first_in_another_window_is_told_so(office: Office) -> None:
    number = office.walk(*TO_HANDLING)
    clerk = office["unit.handler"]
    old = clerk.read(f"/cases/{number}/")
    office.act("unit.handler", number, A.RECORD_CONTACT, **typed_for(A.RECORD_CONTACT, office.town, office.began))
    page = clerk.send(old, f"/cases/{number}/acts/answer/", typed_for(A.ANSWER, office.town, office.began), 409)
    assert "您打开本页后，自己在别的窗口办理过：" in page.text
    assert "刚刚被他人" not in page.text


def test_what_was_typed_for_an_act_that_is_gone_is_shown(office: Office) -> None:
    number = office.walk(*TO_HANDLING)
    clerk = office["unit.handler"]
    old = clerk.read(f"/cases/{number}/")
    office.act("unit.handler", number, A.ANSWER, **typed_for(A.ANSWER, office.town, office.began))
    page = clerk.send(old, f"/cases/{number}/acts/request_extension/", {"days": "3", "reason": "等配件到货"}, 409)
    assert "延期理由等配件到货" in page.text


def test_a_designated_lead_sees_why_it_may_not_return_and_the_attempt_stays(office: Office) -> None:
    number = office.register()
    dispatch = typed_for(A.DISPATCH, office.town, office.began) | {"basis_kind": "designation"}
    office.act("desk.dispatcher", number, A.DISPATCH, **dispatch)
    clerk = office["unit.handler"]
    page = clerk.read(f"/cases/{number}/")
    assert "申请退单" in page.dead
    assert "不得以任何理由推脱、退单" in page.text
    typed = typed_for(A.REQUEST_RETURN, office.town, office.began) | {"contacted_at": "2025-03-03T09:00"}
    refused = Page(clerk.client.post(f"/cases/{number}/acts/request_return/", typed))
    assert refused.status == 409
    assert "试图“申请退单”，被拒绝" in refused.text


def test_the_dispatch_desk_suggests_a_unit_and_its_row_fills_the_form_in(office: Office) -> None:
    from bihuan.organisations import commands as organisations
    from tests.towns import FOUNDER

    organisations.enter_responsibility(
        jurisdiction="wd", code="WD-001", matter="路灯照明设施维护", lead=office.town.unit, basis="照明管理规定",
        from_on=office.began.date(), actor=FOUNDER, now=office.began,
    )  # fmt: skip
    number = office.walk(A.ACCEPT)
    desk = office["desk.dispatcher"].client
    link = desk.post("/dispatch/", {"open": number, f"entry-{number}": "WD-001"}).headers["Location"]
    form = office["desk.dispatcher"].read(link.partition("#")[0]).form(f"/cases/{number}/acts/dispatch/")
    assert form.values["lead"] == [office.town.unit]
    assert form.values["basis_kind"] == ["list_entry"]
    assert form.values["basis"] == ["WD-001（路灯照明设施维护）：照明管理规定"]


def test_an_identity_is_shown_once_to_who_says_why_and_the_look_is_kept(office: Office) -> None:
    number = office.walk(*TO_HANDLING)
    clerk, url = office["unit.handler"], f"/cases/{number}/requester/"
    masked = clerk.read(f"/cases/{number}/")
    assert REQUEST["phone"] not in masked.html
    assert clerk.send(masked, url, {"reason": "短"}, 422).text.count(REQUEST["phone"]) == 0
    shown = clerk.send(masked, url, {"ground": "contact", "reason": "联系诉求人核实灯杆位置"}, 200)
    assert REQUEST["phone"] in shown.text
    assert REQUEST["phone"] not in clerk.read(f"/cases/{number}/").html
    (look,) = looks(f"case:{number}")
    assert (look.account, look.ground, look.reason) == ("wd.unit.handler", "contact", "联系诉求人核实灯杆位置")


def test_a_duty_of_ones_own_says_why_one_looks_and_the_page_stays(office: Office) -> None:
    number = office.walk(*TO_HANDLING)
    clerk, url = office["unit.handler"], f"/cases/{number}/requester/"
    at_once = next(form for form in clerk.read(f"/cases/{number}/").forms if form.action.startswith(url))
    assert at_once.values["ground"] == ["contact"]
    assert at_once.values["reason"] == ["办理“首次联系诉求人”"]
    part = clerk.client.post(url, at_once.values, headers={"HX-Request": "true"}).content.decode()
    assert REQUEST["phone"] in part
    assert "<html" not in part, "the requester alone: what is typed on the page stays"
    (look,) = looks(f"case:{number}")
    assert (look.account, look.ground, look.reason) == ("wd.unit.handler", "contact", "办理“首次联系诉求人”")
    office.act("unit.handler", number, A.RECORD_CONTACT, **typed_for(A.RECORD_CONTACT, office.town, office.began))
    form = next(form for form in clerk.read(f"/cases/{number}/").forms if form.action.startswith(url))
    assert form.values.get("reason") == [""], "without such a duty one says it oneself"
    wrong = clerk.client.post(url, {"ground": "contact", "reason": "短"}, headers={"HX-Request": "true"})
    assert wrong.status_code == 200, "a part of a page is shown whatever it says"
    assert REQUEST["phone"] not in wrong.content.decode()


def test_what_a_unit_does_not_take_part_in_it_cannot_find(office: Office) -> None:
    number = office.walk(*TO_HANDLING)
    stranger = office["other.handler"]
    for url in (
        f"/cases/{number}/",
        "/cases/WX2025030301000010/",
        "/attachments/1/",
        "/regulations/none/",
        "/nowhere/",
    ):
        assert "没有找到" in stranger.read(url, 404).text
    assert number not in stranger.read("/cases/").text
    assert f"/cases/{number}/" not in stranger.read(f"/cases/?q={number}").links
    for url in (f"/cases/{number}/acts/answer/", f"/cases/{number}/requester/"):
        assert stranger.client.post(url, {"reason": "随便看看", "ground": "contact"}).status_code in (404, 422)
        assert (
            REQUEST["phone"]
            not in stranger.client.post(url, {"reason": "随便看看", "ground": "audit"}).content.decode()
        )
    assert looks(f"case:{number}") == []


def test_an_attachment_is_kept_when_the_form_fails_and_seen_by_participants_alone(office: Office) -> None:
    number = office.walk(*TO_HANDLING)
    clerk, url = office["unit.handler"], f"/cases/{number}/acts/answer/"
    typed: dict[str, Any] = typed_for(A.ANSWER, office.town, office.began) | {"to_platform": ""}
    photo = SimpleUploadedFile(
        "修复.pdf", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )
    bad = SimpleUploadedFile("x.exe", b"MZ\x90\x00")
    page = clerk.send(f"/cases/{number}/", url, {**typed, "attachments": [photo, bad]}, 422)
    assert "已上传：修复.pdf" in page.text
    assert "“x.exe”的内容不是可以上传的文件" in page.text
    clerk.send(page, url, {"to_platform": "已更换灯具。"})
    link = next(link for link in clerk.read(f"/cases/{number}/").links if link.startswith("/attachments/"))
    answer = office["desk.reviewer"].client.get(link)
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    office["other.handler"].read(link, 404)


@pytest.mark.parametrize("url", [*PLACES, "/dispatch/"])
def test_a_list_asks_the_database_as_often_for_many_rows_as_for_few(office: Office, url: str) -> None:
    desk = office["desk.dispatcher"]

    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as queries:
            desk.read(url)
        return len(queries)

    office.walk(A.ACCEPT)
    few = asked()
    for _ in range(4):
        office.walk(A.ACCEPT)
    assert asked() == few <= 13  # the savepoint of a test takes one more to end than a transaction


def test_the_page_of_a_case_asks_a_fixed_number_of_times(office: Office) -> None:
    def asked(who: str, number: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            office[who].read(f"/cases/{number}/")
        return len(queries)

    young, old = office.walk(*TO_HANDLING), office.walk(*TO_HANDLING, A.REQUEST_EXTENSION, A.APPROVE_EXTENSION)
    for _ in range(2):
        office.act("unit.handler", old, A.ANSWER, **typed_for(A.ANSWER, office.town, office.began))
        office.act("unit.deputy", old, A.SEND_BACK_DRAFT, reason="请按要求修改")
    assert asked("desk.registrar", old) <= asked("desk.registrar", young) + 1, "the names of who answered"
    assert asked("unit.handler", old) <= 22


@pytest.mark.parametrize("short", ["desk.registrar", "desk.reviewer", "unit.head", "other.deputy"])
def test_every_page_opens_for_every_post_and_is_told_apart_by_ids(office: Office, short: str) -> None:
    number = office.walk(*TO_HANDLING)
    visible = () if short.startswith("other") else (f"/cases/{number}/",)
    for url in (*PLACES, "/dispatch/", "/cases/new/", "/regulations/", *visible):
        response = office[short].client.get(url, follow=True)
        page = Page(response)
        assert page.status == 200
        assert len(page.ids) == len(set(page.ids)), [i for i in page.ids if page.ids.count(i) > 1]
        assert response.headers["Cache-Control"] == "private, no-store"
        assert "<script>" not in page.html
        assert " onclick=" not in page.html


def test_the_training_clock_moves_for_everybody_and_only_forward(office: Office) -> None:
    page = office["unit.handler"].send("/", "/training/clock/", {"advance": "P7D"})
    assert "教学时钟已拨到" in page.text
    before = jurisdiction("wd").offset
    refused = office["unit.handler"].send("/", "/training/clock/", {"to": "2001-01-01T00:00"}, 409)
    assert "时钟只能向前拨" in refused.text
    assert "请选择" in office["unit.handler"].send("/", "/training/clock/", {"to": "soon"}).text
    assert jurisdiction("wd").offset == before


@pytest.mark.django_db
def test_no_bar_and_no_clock_where_the_work_is_real(db: None) -> None:
    found("real", "wendeng-2021-10", prefix="RX", training=False)
    clerk = Official("real.desk.registrar")
    assert "教学环境" not in clerk.read("/").text
    answer = clerk.client.post("/training/clock/", {"advance": "P1D"})
    assert (answer.status_code, "正式环境" in Page(answer).text) == (409, True)


def test_an_evaluation_of_the_requester_is_shown_without_an_official(office: Office) -> None:
    number = office.walk(A.ACCEPT, A.DISPATCH, A.SIGN_IN, A.RECORD_CONTACT, A.ANSWER, A.SIGN_OFF, A.APPROVE)
    walk = Walk(office.town, office.began + timedelta(days=1), number)
    walk.do(A.RECORD_CALLBACK, by="requester", method="self", solved="no", satisfied="no")
    told = office["desk.caller"].read(f"/cases/{number}/").html.partition('id="callbacks-title"')[2]
    shown = told.partition("</section>")[0]
    assert "诉求人在网上评价" in shown
    assert "None" not in shown


def test_an_answer_that_lacks_several_things_is_told_of_them_together(office: Office) -> None:
    number = office.register(appeal_type="COMPLAINT", accused_none="on")
    for act in (A.ACCEPT, A.DISPATCH, A.SIGN_IN):
        office.act(DOERS[act], number, act, **typed_for(act, office.town, office.began))
    page = office.act("unit.handler", number, A.ANSWER, status=422, to_requester="已修好。")
    assert "投诉的答复须写明政策法规依据" in page.text, "beside what the form says is empty"
    said = {"to_requester": "已修好。", "to_platform": "已修。", "outcome": "SOLVED"}
    page = office.act("unit.handler", number, A.ANSWER, status=409, **said)
    for told in ("须写明政策法规依据", "须声明本单位对回复内容的真实性负责", "请填写反馈的方式、时间和反馈人"):
        assert told in page.text


def test_who_is_second_with_nothing_typed_is_told_of_nothing_that_stays(office: Office) -> None:
    number = office.walk(A.ACCEPT, A.DISPATCH)
    clerk = office["unit.handler"]
    old = clerk.read(f"/cases/{number}/")
    office.act("unit.handler", number, A.SIGN_IN)
    page = clerk.send(old, f"/cases/{number}/acts/sign_in/", {}, 409)
    assert "这一环节现在不能再办" in page.text
    assert "您刚才填写的内容" not in page.text
    assert "您填写的内容仍在" not in page.text


def test_who_is_second_reads_what_they_had_typed_in_words(office: Office) -> None:
    number = office.walk(A.ACCEPT, A.DISPATCH, A.SIGN_IN)
    clerk = office["unit.handler"]
    old = clerk.read(f"/cases/{number}/")
    walk = Walk(office.town, office.began + timedelta(hours=1), number)
    walk.do(A.RECORD_CONTACT)
    walk.do(A.ANSWER)
    typed = {"reached": "true", "method": "phone", "note": "约定明天现场查看"}
    page = clerk.send(old, f"/cases/{number}/acts/record_contact/", typed, 409)
    shown = page.html.partition("您刚才填写的内容")[2].partition("</details>")[0]
    assert re.search(r"<dt>已联系上</dt><dd[^>]*>是</dd>", shown)
    assert "电话" in shown
    assert "约定明天现场查看" in shown
    assert "true" not in shown
    typed = typed_for(A.REQUEST_RETURN, office.town, office.began) | {"suggested_unit": "wd.other"}
    shown = clerk.send(old, f"/cases/{number}/acts/request_return/", typed, 409).html
    shown = shown.partition("您刚才填写的内容")[2].partition("</details>")[0]
    assert re.search(r"<dt>建议承办单位</dt><dd[^>]*>[^<]+</dd>", shown)
    assert directory("wd", set(), now=office.began).names["wd.other"] in shown
    assert "内容仍在，请核对后再办" not in page.text, "nothing can be done with it here any more"


def test_who_decides_reads_what_was_asked_beside_the_decision(office: Office) -> None:
    for act, decide in ((A.REQUEST_RETURN, A.APPROVE_RETURN), (A.REQUEST_EXTENSION, A.APPROVE_EXTENSION)):
        number = office.walk(A.ACCEPT, A.DISPATCH, A.SIGN_IN, A.RECORD_CONTACT)
        typed = typed_for(act, office.town, office.began)
        office.act(DOERS[act], number, act, **typed)
        page = office[DOERS[decide]].read(f"/cases/{number}/").html
        shown = page.partition('id="asked-for"')[2].partition('id="acts"')[0]
        for said in (typed["basis"],) if act is A.REQUEST_RETURN else (typed["reason"], f"申请延期{typed['days']}"):
            assert said in shown, (act, said)
        other = office["unit.handler"].read(f"/cases/{number}/").html
        assert "待决定的申请" not in other, "who does not decide reads it in the record"


def test_what_an_answer_cannot_do_without_has_its_star(office: Office) -> None:
    number = office.walk(A.ACCEPT, A.DISPATCH, A.SIGN_IN, A.RECORD_CONTACT)
    page = office["unit.handler"].read(f"/cases/{number}/").html
    form = page.partition('id="act-answer"')[2].partition("</form>")[0]
    for name in ("truthful", "feedback_at", "feedback_by", "feedback_method"):
        label = form.partition(f'for="answer-{name}"')[2].partition("</label>")[0]
        assert 'class="must"' in label, name
    assert "与备案表不一致" not in form, "there is no such form"


def _offered(page: Page, control: str) -> set[str]:
    """The values that a choice of a page offers."""
    found = re.search(rf'<select[^>]* id="{control}".*?</select>', page.html, re.S)
    assert found, control
    return set(re.findall(r'value="([^"]+)"', found.group().partition(">")[2]))


@pytest.mark.parametrize(
    ("who", "grounds"),
    [
        ("desk.registrar", {"contact", "verify"}),
        ("desk.caller", {"contact", "callback"}),
        ("unit.handler", {"contact", "verify"}),
    ],
)
def test_the_grounds_of_a_look_are_those_that_one_may_give(office: Office, who: str, grounds: set[str]) -> None:
    number = office.walk(A.ACCEPT, A.DISPATCH)
    assert _offered(office[who].read(f"/cases/{number}/"), "unmask-ground") == grounds


def test_who_gives_a_case_back_is_not_offered_as_who_should_have_it(office: Office) -> None:
    number = office.walk(A.ACCEPT, A.DISPATCH)
    units = _offered(office["unit.handler"].read(f"/cases/{number}/"), "request_return-suggested_unit")
    assert office.town.other in units
    assert office.town.unit not in units
    typed = typed_for(A.REQUEST_RETURN, office.town, office.began) | {"suggested_unit": office.town.unit}
    page = office.act("unit.handler", number, A.REQUEST_RETURN, status=409, **typed)
    assert "不能是退单的单位自己" in page.text


@pytest.mark.parametrize("version", ["1", ""])
def test_who_sends_too_little_where_it_was_done_meanwhile_is_told_that(office: Office, version: str) -> None:
    number = office.walk(A.ACCEPT)
    url = f"/cases/{number}/acts/dispatch/"
    form = office["desk.dispatcher"].read(f"/cases/{number}/").form(url).values
    office.act("desk.dispatcher", number, A.DISPATCH, **typed_for(A.DISPATCH, office.town, office.began))
    sent = {**form, "requirements": "请三日内办理。"} | ({} if version else {"version": ""})
    page = Page(office["desk.dispatcher"].client.post(url, sent))
    assert page.status == 409
    assert "没有办成。" not in page.text
    told = "自己在别的窗口办理过" if version else "不能“派单”。"
    assert told in page.text
    assert "请三日内办理。" in page.text

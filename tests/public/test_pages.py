"""The pages of the public site, as a citizen's browser asks for them."""

import io
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from bihuan.attachments import commands as attachment_commands
from bihuan.attachments import queries as attachments
from bihuan.audit.queries import verify
from bihuan.cases import queries as cases
from bihuan.cases.types import Act, DutyKind, Stage
from bihuan.intake import commands as intake
from bihuan.kernel.refusal import Refused
from bihuan.policy.calendar import ZONE
from bihuan.public.views import entering
from bihuan.record.queries import events
from bihuan.requesters import queries as requesters
from tests.public.citizens import REACHABLE, SAID, Citizen, now_in, open_site
from tests.towns import FOUNDER, START, Town
from tests.walks import DOERS, TO_CALLBACK, Walk, answer, merge_into_another, walk_to
from tests.web.officials import Page

WAY = ("", "data/", "submit/", "follow/")


def photo(kind: str = "JPEG") -> io.BytesIO:
    """A photograph as a telephone sends it."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), "orange").save(file, kind)
    file.name = f"路灯.{kind.lower()}"
    file.seek(0)
    return file


def fetched(citizen: Citizen, address: str) -> tuple[int, str]:
    """How a file is answered: its status and what it is."""
    answer = citizen.client.get(address)
    assert "no-store" in answer.headers["Cache-Control"]
    assert not answer.streaming or b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    return answer.status_code, answer.headers["Content-Type"]


def walked(citizen: Citizen, *acts: str) -> Walk:
    """The citizen's case, walked further by officials."""
    return Walk(citizen.town, now_in(citizen.town), number=citizen.number).along(*acts)


def test_a_request_without_a_name_gets_a_number_and_a_code_and_is_a_case_like_any_other(citizen: Citizen) -> None:
    citizen.submit()
    case = cases.facts(citizen.number)
    assert (case.stage, case.channel, case.anonymous, case.requester) == (Stage.REGISTERED, "web", True, None)
    assert case.title == "阳光小区东门外路灯坏了三天，老人夜里出门看不清路"
    assert "dispatch" in case.duties
    assert events(case.subject)[0].name == "诉求人"


def test_name_and_telephone_are_sealed_and_told_to_nobody_in_clear(citizen: Citizen) -> None:
    citizen.submit(REACHABLE)
    case = cases.facts(citizen.number)
    assert (case.anonymous, case.callback_wanted) == (False, True)
    assert case.requester is not None
    assert requesters.masked([case.requester])[case.requester].phone == "138****1234"
    assert "13800001234" not in str(events(case.subject))
    assert "13800001234" not in citizen.read("case/").html


def test_a_renewed_code_shuts_out_whoever_came_in_by_the_old_one_and_lets_the_new_one_in(citizen: Citizen) -> None:
    citizen.submit(REACHABLE)
    shown = citizen.read("case/").form(f"{citizen.url}case/withdraw/")
    old, new = citizen.code, walked(citizen).do(Act.RENEW_CODE).secret
    assert citizen.client.get(citizen.url + "case/").headers["Location"] == citizen.url + "follow/"
    said = {"reason": "不想反映了。", "sure": "on", "ticket": shown.values["ticket"][0]}
    citizen.client.cookies.load({"bihuan_case": citizen.client.cookies["bihuan_case"].value})
    asked = Page(citizen.client.post(citizen.url + "case/withdraw/", said))
    assert (asked.status, asked.form(f"{citizen.url}follow/").values["reason"]) == (403, ["不想反映了。"])
    assert cases.facts(citizen.number).stage == Stage.REGISTERED
    assert "查询码不对" in citizen.follow(code=old, status=422).text
    assert "核实本人后补发了新的查询码" in citizen.follow(code=new).text


def test_who_asks_for_secrecy_gets_it(citizen: Citizen) -> None:
    citizen.submit({**REACHABLE, "secrecy": "on", "accused_none": "on"})
    case = cases.facts(citizen.number)
    assert case.requester is not None
    assert (case.secret, case.accused) == (True, ())
    assert requesters.masked([case.requester])[case.requester].phone == "****"


def test_who_asks_for_secrecy_is_asked_of_whom_they_complain_and_what_was_chosen_stays(citizen: Citizen) -> None:
    page = citizen.send("submit/", citizen.fill_in({**REACHABLE, "secrecy": "on"}), 422)
    assert "请选您反映的是哪个单位" in page.text
    assert "仍可能从内容猜到" in page.text
    chosen = {**REACHABLE, "secrecy": "on", "accused": [citizen.town.unit, citizen.town.other]}
    wrong = citizen.send("submit/", citizen.fill_in({**chosen, "content": " "}), 422)
    assert set(wrong.form("").values["accused"]) == set(chosen["accused"])
    citizen.submit(chosen)
    assert set(cases.facts(citizen.number).accused) == set(chosen["accused"])


def test_a_unit_that_is_not_there_cannot_be_accused(citizen: Citizen) -> None:
    page = citizen.send("submit/", citizen.fill_in({**REACHABLE, "accused": ["nowhere"]}), 409)
    assert "没有这个单位" in page.text
    assert not cases.Case.objects.exists()


def test_photographs_come_with_the_request_checked_by_their_content(citizen: Citizen) -> None:
    citizen.submit(files=[photo(), photo("PNG")])
    names = [ref.name for ref in attachments.of("case", citizen.number)]
    assert names == ["路灯.jpeg", "路灯.png"]
    page = citizen.read("case/").html
    for n, kind in ((1, "image/jpeg"), (2, "image/png")):
        address = f"{citizen.url}case/files/mine-{n}/"
        assert f'<img src="{address}"' in page
        assert fetched(citizen, address) == (200, kind)
    assert fetched(citizen, f"{citizen.url}case/files/mine-3/")[0] == 404
    stranger = Citizen(citizen.town, "203.0.113.8")
    assert stranger.client.get(f"{citizen.url}case/files/mine-1/").headers["Location"] == f"{citizen.url}follow/"
    assert "今天收到" in citizen.read("case/").text


def test_the_photographs_that_the_unit_gives_for_the_requester_show_once_the_answer_has_passed(
    citizen: Citizen,
) -> None:
    citizen.submit(REACHABLE)
    walk = walked(citizen, *TO_CALLBACK[1:-3])
    unit = walk.actor(DOERS[Act.ANSWER])
    proof, inside = (
        attachment_commands.store(
            jurisdiction=citizen.town.code, name=name, data=photo().getvalue(), actor=unit, now=walk.now
        ).id
        for name in ("修好的路灯.jpg", "内部单据.jpg")
    )
    walk.do(Act.ANSWER, for_requester=[proof], attachments=[proof, inside])
    walk.do(Act.SIGN_OFF)
    assert "修好的路灯" not in citizen.read("case/").html
    address = f"{citizen.url}case/files/told-1/"
    assert fetched(citizen, address)[0] == 404
    walk.do(Act.APPROVE)
    page = citizen.read("case/").html
    assert f'<img src="{address}" alt="修好的路灯.jpg"' in page
    assert "内部单据" not in page
    assert fetched(citizen, address)[0] == 200
    assert fetched(citizen, f"{citizen.url}case/files/told-2/")[0] == 404


def test_a_file_that_is_no_photograph_is_refused_and_what_was_typed_and_uploaded_stays(citizen: Citizen) -> None:
    bad = io.BytesIO(b"MZ\x90\x00 this is a program")
    bad.name = "照片.jpg"
    form = citizen.fill_in()
    page = citizen.send("submit/", {**form, "files": [photo(), bad]}, 422)
    assert "照片.jpg" in page.text
    assert SAID["content"] in page.html
    kept = page.form("").values["kept"]
    assert len(kept) == 1
    done = citizen.send("submit/", {**form, "kept": kept})
    assert "已收到您的诉求" in done.text
    number = re.search(r'id="case-number">(\w+)<', done.html)
    assert number
    assert len(attachments.of("case", number[1])) == 1


def test_what_another_citizen_uploaded_cannot_be_taken(site: Town) -> None:
    one, other = Citizen(site), Citizen(site, "203.0.113.8")
    bad = io.BytesIO(b"nothing")
    bad.name = "x.jpg"
    kept = one.send("submit/", {**one.fill_in(), "files": [photo(), bad]}, 422).form("").values["kept"]
    other.submit(kept=kept)
    assert attachments.of("case", other.number) == ()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({**SAID, "content": " "}, "请填写"),
        ({**SAID, "phone": "13800001234"}, "称呼和电话请一起填写"),
        ({**SAID, "name": "王某"}, "称呼和电话请一起填写"),
        ({**SAID, "content": " ", "name": "王某"}, "称呼和电话请一起填写"),
        ({**SAID, "name": "王某", "phone": "1380631"}, "手机号码应为11位，请核对"),
        *(({**SAID, "name": "王某", "phone": said}, "不是电话号码") for said in ("12", "-", "转", "电话")),
        ({**SAID, "content": "长" * 4001}, "不能超过4000个字"),
        ({**SAID, "appeal_type": "NONSENSE"}, "应为咨询"),
        ({**SAID, "appeal_type": ""}, "请选择"),
        ({**SAID, "place": "x" * 201}, "不能超过200个字"),
    ],
)
def test_what_is_wrong_is_said_in_plain_words_and_nothing_is_registered(
    typed: dict[str, str], said: str, citizen: Citizen
) -> None:
    page = citizen.send("submit/", citizen.fill_in(typed), 422)
    assert said in page.text
    assert not cases.Case.objects.exists()


def test_a_form_that_is_sent_twice_makes_one_case(citizen: Citizen) -> None:
    form = citizen.fill_in()
    first, again = (citizen.send("submit/", form) for _ in range(2))
    codes = [re.findall(r'class="code" id="[\w-]+">(\w+)<', page.html) for page in (first, again)]
    assert codes[0] == codes[1]
    assert cases.Case.objects.count() == 1
    assert "已经提交过" in citizen.send("submit/", {**form, "content": "另一件事。"}, 409).text


def test_a_closed_site_takes_nothing_in_but_what_was_taken_in_can_be_followed(citizen: Citizen) -> None:
    citizen.submit()
    form = citizen.fill_in()
    intake.close_public_site(jurisdiction=citizen.town.code, actor=FOUNDER, now=START)
    assert "暂停网上提交" in citizen.read("submit/").text
    assert "暂停网上提交" in citizen.send("submit/", form, 200).text
    assert cases.Case.objects.count() == 1
    citizen.client.cookies.clear()
    assert "路灯" in citizen.follow().text


def test_there_is_no_site_where_nobody_opened_one(wendeng: Town, huainan: Town) -> None:
    for path in ("wd/", "wd/submit/", "nowhere/", "wd/follow/", "wd/data/", "nowhere/case/x/y/"):
        page = Client().get(f"/p/{path}")
        assert page.status_code == 404, path
        assert "没有这个页面" in page.content.decode()
    open_site(huainan)
    assert Client().get("/p/").headers["Location"] == "/p/hn/"


def test_a_case_is_followed_by_number_and_code_however_they_are_typed(citizen: Citizen) -> None:
    citizen.submit()
    citizen.client.cookies.clear()
    assert citizen.client.get(f"{citizen.url}case/").headers["Location"] == f"{citizen.url}follow/"
    wide = "".join(chr(ord(c) + 0xFEE0) for c in citizen.number.lower())
    page = citizen.follow(f" {wide} ", f"{citizen.code[:5]} {citizen.code[5:]}")
    assert citizen.number in page.text
    assert "现在在" in page.text
    assert citizen.town.desk in page.text


def test_moments_are_told_on_the_clock_of_the_place(citizen: Citizen) -> None:
    before = now_in(citizen.town).astimezone(ZONE)
    citizen.submit()
    after = now_in(citizen.town).astimezone(ZONE)
    told = re.search(r"（(\d{4}-\d\d-\d\d \d\d:\d\d) 收到）", citizen.follow().text)
    assert told is not None
    assert f"{before:%Y-%m-%d %H:%M}" <= told[1] <= f"{after:%Y-%m-%d %H:%M}"


def test_no_page_and_no_address_tells_a_number_or_a_code_afterwards(citizen: Citizen) -> None:
    citizen.submit()
    assert citizen.code not in citizen.read("case/").html
    answer = citizen.client.post(f"{citizen.url}follow/", {"number": citizen.number, "code": citizen.code})
    assert answer.headers["Location"] == f"{citizen.url}case/"
    cookie = answer.cookies["bihuan_case"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", citizen.url)
    assert citizen.code not in cookie.value
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_receipt_is_a_page_of_its_own_until_one_goes_on(citizen: Citizen) -> None:
    form = citizen.fill_in()
    answer = citizen.client.post(f"{citizen.url}submit/", form)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{citizen.url}receipt/")
    cookie = answer.cookies["bihuan_receipt"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", citizen.url)
    shown = [re.findall(r'class="code" id="[\w-]+">(\w+)<', citizen.read("receipt/").html) for _ in range(2)]
    assert shown[0] == shown[1], "large type or another language shows it again"
    assert len(shown[0]) == 2
    assert shown[0][1] not in cookie.value
    citizen.read("case/")
    assert citizen.client.get(f"{citizen.url}receipt/").headers["Location"] == f"{citizen.url}case/"


@pytest.mark.parametrize("path", WAY)
def test_whoever_goes_on_from_the_receipt_or_leaves_finds_it_no_more(path: str, citizen: Citizen) -> None:
    citizen.submit()
    citizen.read(path)
    assert citizen.code not in (citizen.client.get(f"{citizen.url}receipt/", follow=True).content.decode())


def test_leaving_the_receipt_leaves_nothing(citizen: Citizen) -> None:
    citizen.submit()
    citizen.send("case/leave/", {})
    page = Page(citizen.client.get(f"{citizen.url}receipt/", follow=True))
    assert citizen.number not in page.html
    assert citizen.code not in page.html
    assert citizen.client.cookies["bihuan_receipt"].value == ""


def test_a_receipt_of_another_place_or_of_another_case_opens_nothing(site: Town, huainan: Town) -> None:
    open_site(huainan)
    one, other = Citizen(site), Citizen(site)
    one.submit(), other.submit()
    other.client.cookies["bihuan_receipt"] = one.client.cookies["bihuan_receipt"].value
    assert other.client.get(f"{other.url}receipt/").headers["Location"] == f"{other.url}case/"
    visitor = Client()
    visitor.cookies["bihuan_receipt"] = one.client.cookies["bihuan_receipt"].value
    for place in (site.code, huainan.code):
        assert visitor.get(f"/p/{place}/receipt/").status_code == 302
    visitor.cookies["bihuan_receipt"] = "x:y:z"
    assert [visitor.get(path).status_code for path in ("/p/", f"/p/{site.code}/receipt/")] == [200, 302]


def test_leaving_forgets(citizen: Citizen) -> None:
    citizen.submit()
    citizen.send("case/leave/", {})
    assert citizen.client.get(f"{citizen.url}case/").status_code == 302


def test_a_cookie_of_one_place_or_one_that_was_changed_opens_nothing(site: Town, huainan: Town) -> None:
    open_site(huainan)
    one = Citizen(site)
    one.submit()
    cookie = one.client.cookies["bihuan_case"].value
    for place, value in (("hn", cookie), ("wd", cookie.replace(one.number, "WX20250303030000018")), ("wd", "x:y:z")):
        visitor = Client()
        visitor.cookies["bihuan_case"] = value
        assert visitor.get(f"/p/{place}/case/").headers["Location"] == f"/p/{place}/follow/"


def test_the_answer_shows_once_the_desk_has_passed_it_and_only_its_part_for_the_requester(citizen: Citizen) -> None:
    citizen.submit(REACHABLE)
    walk = walked(citizen, *TO_CALLBACK[1:-1])
    assert walk.facts.stage == Stage.SUBMITTED
    assert "路灯已修复" not in citizen.read("case/").text
    walk.do(Act.APPROVE)
    page = citizen.read("case/")
    assert "路灯已修复，感谢反映。" in page.text
    assert "已更换灯具并恢复照明" not in page.text
    assert "已有答复，请您评价" in page.text


def test_a_citizen_says_that_it_is_not_solved_and_it_is_done_again(citizen: Citizen) -> None:
    citizen.submit(REACHABLE)
    walk = walked(citizen, *TO_CALLBACK[1:])
    promised = r'class="dues">.*听您评价'
    assert re.search(promised, citizen.read("case/").html, re.S)
    page = citizen.say("evaluate", {"solved": "no", "satisfied": "no", "verbatim": "灯还是不亮。"})
    assert "谢谢您的评价" in page.text
    assert "您评价：未解决，不满意。" in page.text
    assert "已听到您的评价" in page.text
    assert not re.search(promised, page.html, re.S), "nobody promises to hear who was heard"
    assert not any("evaluate" in form.action for form in page.forms)
    assert events(walk.facts.subject)[-1].name == "诉求人"
    walk.do(Act.REWORK)
    page = citizen.read("case/")
    assert "没有办好，已发回重办" in page.text
    assert "重新办完并答复您" in page.text
    assert "路灯已修复" in page.text, "what was answered before stays"


def test_who_evaluates_after_the_desk_recorded_a_call_reads_what_it_recorded_and_objects_with_what_they_typed(
    citizen: Citizen,
) -> None:
    citizen.submit(REACHABLE)
    walk = walked(citizen, *TO_CALLBACK[1:])
    stale = citizen.read("case/").form(f"{citizen.url}case/evaluate/")
    walk.along(Act.RECORD_CALLBACK, Act.CLOSE)
    typed = {"ticket": stale.values["ticket"][0], "solved": "no", "satisfied": "no", "verbatim": "灯还是不亮。"}
    page = citizen.send("case/evaluate/", typed, 409)
    assert "您的评价没有记下" in page.text
    assert "登记的是：已解决，满意。" in page.text
    assert "登记回访”" not in page.text, "no word of the desk's acts"
    assert "联系三次" not in page.text
    form = page.form(f"{citizen.url}case/object/")
    assert form.values["reason"] == ["灯还是不亮。"]
    objection = page.html[page.html.index('id="object"') :]
    for name in ("solved", "satisfied"):
        assert re.findall(rf'name="{name}" value="(\w+)" required checked', objection) == ["no"]
    page = citizen.send("case/object/", {**typed, "reason": "灯还是不亮。", "ticket": form.values["ticket"][0]}, 302)
    assert "正由另一人核实您对回访记录的异议" in page.text
    assert "您对回访记录提出异议：未解决，不满意。" in page.text
    assert not any("object" in form.action for form in page.forms), "once"
    walk.at(max(walk.now, now_in(citizen.town))).do(Act.CHECK_CALLBACK)
    page = citizen.read("case/")
    assert "按您说的更正了记录" in page.text
    assert "听了通话录音" in page.text


def test_an_evaluation_without_a_word_on_whether_it_is_solved_is_asked_for_it(citizen: Citizen) -> None:
    citizen.submit(REACHABLE)
    walked(citizen, *TO_CALLBACK[1:])
    page = citizen.say("evaluate", {"satisfied": "no", "verbatim": "别丢了这句话"}, 422)
    assert "请选择" in page.text
    assert "别丢了这句话" in page.html


def test_what_the_unit_asks_for_is_told_and_the_supplement_lets_it_go_on(citizen: Citizen) -> None:
    citizen.submit(REACHABLE)
    walk = walked(citizen, Act.DISPATCH, Act.SIGN_IN, Act.AWAIT_REQUESTER)
    page = citizen.read("case/")
    assert "具体灯杆编号" in page.text
    assert "办理期限现在暂停计算" in page.text
    page = citizen.say("supplement", {"text": "灯杆编号0317。", "files": [photo()]})
    assert "灯杆编号0317。" in page.text
    assert walk.facts.stage == Stage.HANDLING
    assert [ref.uploaded_by for ref in attachments.of("case", citizen.number)] == [f"requester:{citizen.number}"]


def test_a_supplement_that_is_sent_twice_is_recorded_once(citizen: Citizen) -> None:
    citizen.submit()
    form = {k: v[0] for k, v in citizen.read("case/").form(f"{citizen.url}case/supplement/").values.items()}
    for _ in range(2):
        citizen.send("case/supplement/", {**form, "text": "再说一句。"})
    told = [e.kind for e in events(cases.facts(citizen.number).subject)]
    assert told.count("case.supplemented") == 1


def test_withdrawing_needs_a_reason_and_a_second_thought(citizen: Citizen) -> None:
    citizen.submit()
    page = citizen.say("withdraw", {"reason": "已经修好了"}, 422)
    assert "请勾选“我确认撤回”" in page.text
    assert 'aria-describedby="sure-error"' in page.html
    assert cases.facts(citizen.number).stage == Stage.REGISTERED
    page = citizen.say("withdraw", {"reason": "已经修好了", "sure": "on"})
    assert "您已撤回" in page.text
    assert events(cases.facts(citizen.number).subject)[-1].private == {
        "reason": "已经修好了",
        "confirmed_by": "诉求人本人凭查询码在网上撤回",
    }


def test_what_the_desk_entered_as_taken_back_can_be_contested(site: Town) -> None:
    citizen = Citizen(site)
    citizen.submit(REACHABLE)
    walk = Walk(site, now_in(site), number=citizen.number)
    with pytest.raises(Refused, match="什么时候与诉求人确认"):
        walk.do(Act.WITHDRAW, confirmed_at=None)
    walk.do(Act.WITHDRAW)
    citizen.follow()
    page = citizen.read("case/").text
    assert "受理单位登记您已撤回。" in page
    assert "通过电话与您确认。" in page
    said = citizen.say("contest", {"reason": "没有人给我打过电话。"})
    assert "已恢复办理，正在重新分派。" in said.text
    assert "没有人给我打过电话。" in said.text
    facts = cases.facts(citizen.number)
    assert (facts.stage, facts.lead, facts.closure, set(facts.duties)) == (Stage.TRIAGE, None, "", {DutyKind.DISPATCH})
    assert [str(finding) for finding in verify(site.code).findings] == []


def test_an_act_that_the_stage_does_not_allow_is_refused_with_its_clause(citizen: Citizen) -> None:
    citizen.submit(REACHABLE)
    form = {"reason": "算了", "sure": "on"}
    walked(citizen, *TO_CALLBACK[1:])
    page = citizen.send("case/withdraw/", form, 409)
    assert "不能“撤回”" in page.text
    assert "诉求人可以撤回" in page.text
    assert "算了" in page.text


def test_a_case_put_to_another_tells_nothing_of_the_other(citizen: Citizen) -> None:
    citizen.submit()
    walk, other = walked(citizen), walked(citizen)
    other.do(Act.REGISTER)
    walk.do(Act.MERGE, parent=other.number, reason="与赵某反映的同一件事。", requester_told="短信")
    page = citizen.read("case/")
    assert "与反映同一件事的诉求合在一起办理" in page.text
    assert other.number not in page.html
    assert "赵某" not in page.html


def test_nothing_internal_is_told(citizen: Citizen) -> None:
    citizen.submit(REACHABLE)
    walked(citizen, Act.DISPATCH, Act.REQUEST_RETURN, Act.REFUSE_RETURN, Act.REQUEST_EXTENSION, Act.APPROVE_EXTENSION)
    page = citizen.read("case/")
    for internal in ("三定规定", "配件须外地采购", "desk.dispatcher", "unit.handler", "理由不充分"):
        assert internal not in page.html, internal
    assert "办理期限延长到" in page.text


SAID_AT = {
    Stage.REGISTERED: "已收到，正在看该由哪个单位办理。",
    Stage.DECLINE_REVIEW: "正在研究是否应由我们受理。",
    Stage.TRIAGE: "正在分派给承办单位。",
    Stage.DISPATCHED: "已分派给它，等它签收。",
    Stage.HANDLING: "正在办理。",
    Stage.AWAITING: "在等您补充情况。",
    Stage.RETURN_REVIEW: "认为不归它办，正在核实该由谁办。",
    Stage.ADJUDICATING: "正在由区委编办和区司法局认定该由谁办。",
    Stage.ESCALATED: "已报请区委区政府指定办理单位。",
    Stage.SIGN_OFF: "已写好答复，等它的负责人签字。",
    Stage.SUBMITTED: "正在审核答复是不是把事情办好了。",
    Stage.CALLBACK: "已有答复，请您评价。",
    Stage.REWORK: "没有办好，已发回重办。",
    Stage.HUNG: "眼下客观上解决不了，已列入计划，定期复核。",
    Stage.CLOSED: "已经办结。",
    Stage.ARCHIVED: "已经办结并归档。",
    Stage.NOT_ACCEPTED: "没有受理，理由见下面的答复。",
    Stage.TRANSFERRED: "已转到别的途径，见下面的说明。",
    Stage.MERGED: "与反映同一件事的诉求合在一起办理。",
    Stage.TERMINATED: "已终止办理。",
    Stage.WITHDRAWN: "您已撤回。",
}


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage is not Stage.LISTED])
def test_every_stage_has_its_words(stage: Stage, site: Town) -> None:
    walk = walk_to(stage, site)
    citizen = Citizen(site)
    response = HttpResponse()
    code = walk.do(Act.RENEW_CODE).secret
    entering.remember(response, site.code, walk.number, code, secure=False)
    citizen.client.cookies["bihuan_case"] = response.cookies["bihuan_case"].value
    page = citizen.read("case/")
    assert walk.number in page.text
    assert [at for at, words in SAID_AT.items() if words in page.text] == [stage]


@pytest.mark.parametrize("path", WAY)
def test_pages_are_cheap(path: str, citizen: Citizen, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    citizen.read(path)
    with django_assert_max_num_queries(3):
        citizen.read(path)


def test_the_page_of_a_case_is_seven_statements_however_much_happened(citizen: Citizen) -> None:
    citizen.submit(REACHABLE)
    walked(citizen, *TO_CALLBACK[1:])
    for n in range(5):
        citizen.say("supplement", {"text": f"第{n}次补充。"})
    citizen.read("case/")
    with CaptureQueriesContext(connection) as asked:
        citizen.read("case/")
    frame = ("SAVEPOINT", "RELEASE", "ROLLBACK", "SELECT set_config")  # whose rows the transaction may show
    assert len([q for q in asked if not q["sql"].strip().startswith(frame)]) <= 7


@pytest.mark.parametrize("path", [*WAY, "case/"])
def test_every_control_has_its_label_and_every_page_its_language_and_one_heading(path: str, citizen: Citizen) -> None:
    citizen.submit(REACHABLE)
    walked(citizen, *TO_CALLBACK[1:])
    page = citizen.read(path)
    assert page.html.count("<h1>") == 1
    assert 'lang="zh-Hans"' in page.html
    assert len(page.ids) == len(set(page.ids))
    for control in re.findall(r"<(?:input|textarea)[^>]*>", page.html):
        if 'type="hidden"' in control:
            continue
        id = re.search(r'\bid="([^"]+)"', control)
        assert (id and id[1] in page.labels) or re.search(f"<label[^>]*>{re.escape(control)}", page.html), control


@pytest.mark.parametrize("path", [*WAY, "case/"])
def test_no_box_for_words_cuts_them(path: str, citizen: Citizen) -> None:
    citizen.submit(REACHABLE)
    walked(citizen, *TO_CALLBACK[1:])
    assert not re.search(r"<textarea[^>]* maxlength", html := citizen.read(path).html)
    assert not re.search(r'name="(name|place|place_code|phone)"[^>]* maxlength', html)


def test_what_is_too_long_is_refused_whole_with_its_bound(citizen: Citizen) -> None:
    long = "路" * 4001
    assert "最多4000字" in citizen.read("submit/").text
    page = citizen.send("submit/", citizen.fill_in({**SAID, "content": long, "place": "东" * 201}), 422)
    assert "不能超过4000个字" in page.text
    assert "不能超过200个字" in page.text
    assert long in page.html


def test_what_was_refused_can_be_looked_at_otherwise_and_is_not_sent_again_by_coming_back(citizen: Citizen) -> None:
    citizen.submit()
    tries = {"submit/": {"content": ""}, "follow/": {"number": "x", "code": "y"}, "case/withdraw/": {"reason": "算了"}}
    for path, typed in tries.items():
        page = citizen.send(path, typed, 422)
        read_at = citizen.url + path.replace("withdraw/", "")
        assert f'data-again="{read_at}"' in page.html, path
        assert page.form("/look/").values["next"] == [read_at]
        assert "data-again" not in citizen.read(read_at.removeprefix(citizen.url)).html


@pytest.mark.parametrize("path", [*WAY, "case/"])
def test_no_page_has_scripts_or_styles_of_its_own(path: str, citizen: Citizen) -> None:
    citizen.submit(REACHABLE)
    html = citizen.read("receipt/").html + citizen.read(path).html
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", html)


def test_the_site_speaks_english_when_asked(citizen: Citizen) -> None:
    citizen.client.cookies["bihuan_language"] = "en"
    page = citizen.read("submit/")
    assert 'lang="en"' in page.html
    assert "What would you like to tell us" in page.text
    assert "Submit" in page.text


def test_style_and_script_are_small() -> None:
    for name, most in (("public/public.css", 15_000), ("public/public.js", 4_000), ("public/look.js", 2_000)):
        found = finders.find(name)
        assert isinstance(found, str)
        assert Path(found).stat().st_size < most


def test_whose_request_was_joined_to_another_reads_its_answer_and_evaluates_it(site: Town) -> None:
    citizen = Citizen(site)
    citizen.submit(REACHABLE)
    child = Walk(site, now_in(site), number=citizen.number)
    parent = merge_into_another(child)
    citizen.follow()
    page = citizen.read("case/")
    assert "办好后由受理单位告诉您。" in page.text
    assert re.search("今天收到|从第一次收到算起", page.text)
    answer(parent.at(child.now).along(Act.DISPATCH, Act.SIGN_IN))
    page = citizen.read("case/")
    assert "路灯已修复，感谢反映。" in page.text
    assert "已有答复，请您评价。" in page.text
    assert parent.number not in page.html
    page = citizen.say("evaluate", {"solved": "no", "satisfied": "no"})
    assert "正在恢复单独办理" in page.text
    assert DutyKind.UNMERGE in child.facts.duties
    child.at(max(child.now, now_in(site))).do(Act.UNMERGE)
    assert "正在分派给承办单位。" in citizen.read("case/").text


def test_who_says_that_it_is_unsolved_to_the_end_reads_what_was_decided(site: Town) -> None:
    citizen = Citizen(site)
    citizen.submit(REACHABLE)
    walk = Walk(site, now_in(site), number=citizen.number).along(*TO_CALLBACK[1:])
    for again in (True, True, False):
        walk.do(Act.RECORD_CALLBACK, solved="no", satisfied="no")
        if again:
            walk.along(Act.REWORK, Act.SIGN_IN, Act.ANSWER, Act.SIGN_OFF, Act.APPROVE)
    walk.do(Act.CLOSE, closure="EXPLAINED")
    citizen.follow()
    assert "您说没有解决，正在决定怎样处理。" in citizen.read("case/").text
    walk.do(Act.DECIDE_UNSOLVED)
    assert "该路段年底改造，届时一并更换。" in citizen.read("case/").text


def test_what_is_said_after_the_browser_forgot_is_not_lost_and_not_taken_for_said(citizen: Citizen) -> None:
    citizen.submit()
    form = {k: v[0] for k, v in citizen.read("case/").form(f"{citizen.url}case/supplement/").values.items()}
    citizen.client.cookies.pop("bihuan_case")
    words = "灯杆编号“0317”，\n在东门。"
    asked = citizen.send("case/supplement/", {**form, "text": words}, 403)
    assert "还没有提交" in asked.text
    wrong = {k: v[0] for k, v in asked.form(f"{citizen.url}follow/").values.items()}
    asked = citizen.send("follow/", {**wrong, "number": citizen.number, "code": "0000000000"}, 422)
    again = {k: v[0] for k, v in asked.form(f"{citizen.url}follow/").values.items()}
    page = citizen.send("follow/", {**again, "number": citizen.number, "code": citizen.code}, 200)
    assert "还没有提交" in page.text
    assert "case.supplemented" not in [e.kind for e in events(cases.facts(citizen.number).subject)]
    said = {k: v[0] for k, v in page.form(f"{citizen.url}case/supplement/").values.items()}
    assert said["text"] == words
    assert words in citizen.send("case/supplement/", said).text


def test_what_is_judged_after_the_browser_forgot_is_not_lost(citizen: Citizen) -> None:
    citizen.submit(REACHABLE)
    walked(citizen, *TO_CALLBACK[1:])
    form = {k: v[0] for k, v in citizen.read("case/").form(f"{citizen.url}case/evaluate/").values.items()}
    citizen.client.cookies.pop("bihuan_case")
    judged = {"solved": "no", "satisfied": "no", "verbatim": "灯还是不亮。"}
    asked = citizen.send("case/evaluate/", {**form, **judged}, 403)
    again = {k: v[0] for k, v in asked.form(f"{citizen.url}follow/").values.items()}
    page = citizen.send("follow/", {**again, "number": citizen.number, "code": citizen.code}, 200)
    assert page.form(f"{citizen.url}case/evaluate/").values["verbatim"] == ["灯还是不亮。"]
    assert re.findall(r'name="(solved|satisfied)" value="(\w+)" required checked', page.html) == [
        ("solved", "no"), ("satisfied", "no"),
    ]  # fmt: skip


def test_what_a_citizen_wants_is_chosen_by_nobody_else(citizen: Citizen) -> None:
    assert re.search('name="appeal_type"', html := citizen.read("submit/").html)
    assert not re.search('name="appeal_type"[^>]* checked', html)


def test_an_answer_that_is_done_again_says_that_its_result_was_then(citizen: Citizen) -> None:
    citizen.submit(REACHABLE)
    walk = Walk(citizen.town, now_in(citizen.town), number=citizen.number).along(*TO_CALLBACK[1:])
    assert "已解决" in citizen.read("case/").text
    assert "当时的结果" not in citizen.read("case/").text
    walk.do(Act.RECORD_CALLBACK, solved="no", satisfied="no")
    walk.do(Act.REWORK)
    page = citizen.read("case/").text
    assert "以前的答复" in page
    assert "当时的结果：已解决" in page

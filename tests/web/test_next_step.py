"""The page opens what comes next for its reader, says whose turn it is, and offers to take back only what is fresh."""

import re
from datetime import datetime, timedelta

import pytest

from bihuan.cases import queries as cases
from bihuan.cases.types import Act
from bihuan.organisations import commands as organisations
from bihuan.organisations import queries as places
from bihuan.policy.calendar import ZONE
from tests.determination.walks import A as Determining
from tests.determination.walks import DeterminationWalk, to_submitted, with_determiners
from tests.joint.walks import WHISTLE, JointWalk, third, with_bodies
from tests.joint.walks import A as Joint
from tests.towns import FOUNDER
from tests.walks import Walk
from tests.web.officials import Office, Page

pytestmark = pytest.mark.django_db
A = Act
TO_HANDLING = (A.ACCEPT, A.DISPATCH, A.SIGN_IN, A.RECORD_CONTACT)
OPEN = re.compile(r'<details class="act[^"]*" id="act-(\w+)" name="act" open>')
FORMS = re.compile(r'<details class="act[^"]*" id="act-(\w+)"')


def open_forms(page: Page) -> list[str]:
    return OPEN.findall(page.html)


def turn(page: Page) -> str:
    """The words of the bar that says whose turn it is."""
    found = re.search(r'<section class="turn.*?</section>', page.html, re.DOTALL)
    assert found
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", found[0]))


def test_the_page_opens_the_answer_and_sets_apart_what_gives_the_case_back(office: Office) -> None:
    page = office["unit.handler"].read(f"/cases/{office.walk(*TO_HANDLING)}/")
    forms = FORMS.findall(page.html)
    assert (open_forms(page), forms[0]) == (["answer"], "answer")
    apart = FORMS.findall(page.html.partition('id="acts-apart"')[2])
    assert set(apart) == {"request_return", "request_termination"}
    assert forms[-len(apart) :] == apart


def test_nothing_is_open_for_whoever_owes_nothing(office: Office) -> None:
    number = office.walk(*TO_HANDLING)
    page = office["desk.dispatcher"].read(f"/cases/{number}/")
    assert (open_forms(page), "hang" in FORMS.findall(page.html)) == ([], True)
    assert open_forms(office["desk.dispatcher"].read(f"/cases/{number}/?act=hang")) == ["hang"], "who asks for it"


def test_two_answers_to_a_request_stand_first_and_none_is_open(office: Office) -> None:
    number = office.walk(*TO_HANDLING, A.REQUEST_EXTENSION)
    page = office["desk.dispatcher"].read(f"/cases/{number}/")
    assert (open_forms(page), FORMS.findall(page.html)[:2]) == ([], ["approve_extension", "refuse_extension"])


def test_each_of_two_bodies_reads_what_it_owes_itself(office: Office) -> None:
    town = with_determiners(office.town, office.began)
    walk = to_submitted(DeterminationWalk(town, Walk(town, office.began)))
    url = f"/determinations/{walk.number}/"
    for mine, other in (("staffing", "justice"), ("justice", "staffing")):
        words = turn(office[f"{mine}.handler"].read(url))
        assert words.startswith(" 您要办：提出会商意见")
        assert f"wd.{other} " in words.partition("同时在办：")[2]
        assert f"wd.{mine} " not in words
    walk.do(Determining.OPINE, by="staffing.handler")
    words = turn(office["staffing.handler"].read(url))
    assert "提出会商意见" not in words.partition("同时在办：")[0], "what it said already is no task any more"


def test_whoever_handed_their_work_on_waits_for_others(office: Office) -> None:
    number = office.walk(*TO_HANDLING, A.ANSWER)
    words = turn(office["unit.handler"].read(f"/cases/{number}/"))
    assert words.startswith(" 当前办理：wd.unit ")
    assert "等他人办完后您要办：办理答复" in words
    assert turn(office["unit.deputy"].read(f"/cases/{number}/")).startswith(" 您要办：审签")


def later(office: Office, **span: float) -> None:
    """Let the town's training clock go on."""
    seen = places.jurisdiction(office.town.code).offset
    now = datetime.now(ZONE) + seen
    organisations.advance_clock(
        jurisdiction=office.town.code, to=now + timedelta(**span), seen=seen, actor=FOUNDER, now=now
    )


@pytest.mark.parametrize(("minutes", "offered"), [(28, True), (31, False)])
def test_ones_own_last_act_is_offered_back_for_half_an_hour(office: Office, minutes: int, offered: bool) -> None:
    parent, number = office.walk(A.ACCEPT), office.walk(A.ACCEPT)
    office.act("desk.registrar", number, A.MERGE, parent=parent, reason="同一诉求人同一事项", requester_told="电话告知")
    later(office, minutes=minutes)
    page = office["desk.registrar"].read(f"/cases/{number}/")
    assert ("撤销您刚才的“并单”" in page.text) is offered
    assert "unmerge" in FORMS.findall(page.html), "it stays an act of the stage under its own name"
    assert cases.facts(number).stage == "merged"


def test_two_bodies_that_opine_at_once_both_succeed(office: Office) -> None:
    town = with_determiners(office.town, office.began)
    walk = to_submitted(DeterminationWalk(town, Walk(town, office.began)))
    url = f"/determinations/{walk.number}/"
    shown = {body: office[f"{body}.handler"].read(url) for body in ("staffing", "justice")}
    said = {"outcome": "unit", "unit": town.other, "opinion": "应由该单位承办。", "law": "三定规定第二条"}
    for body, page in shown.items():
        office[f"{body}.handler"].send(page, f"{url}acts/opine/", said)
    assert walk.facts.opined == {"staffing", "justice"}


def test_two_departments_that_check_in_at_once_both_succeed(office: Office) -> None:
    town = with_bodies(office.town, office.began)
    walk = JointWalk(town, WHISTLE, Walk(town, office.began)).begin(units=[town.other, third(town)])
    later(office, hours=1)
    url, there = f"/whistles/{walk.number}/", ("other.handler", "third.handler")
    shown = {who: office[who].read(url) for who in there}
    for who, page in shown.items():
        office[who].send(page, f"{url}acts/check_in/", {"place": "现场", "people": "某", "work_form": "on_site"})
    assert all(member.check_in_at for member in walk.facts.present)


def test_an_act_beside_others_is_refused_once_the_stage_has_moved_and_the_text_is_kept(office: Office) -> None:
    town = with_bodies(office.town, office.began)
    walk = JointWalk(town, WHISTLE, Walk(town, office.began)).begin().along(Joint.CHECK_IN)
    url = f"/whistles/{walk.number}/"
    old = office["other.handler"].read(url)
    walk.along(Joint.FINISH, Joint.CONCLUDE)
    page = office["other.handler"].send(old, f"{url}acts/record_work/", {"work": "又派了两个人。"}, 409)
    assert "又派了两个人。" in page.text
    assert "刚刚被他人办理过" not in page.text


def test_an_ordinary_act_still_tells_who_comes_second(office: Office) -> None:
    page = office["unit.handler"].read(f"/cases/{office.walk(*TO_HANDLING)}/")
    answer = next(form for form in page.forms if form.action.endswith("/acts/answer/"))
    assert "version" in answer.values


def test_what_is_signed_or_checked_stands_above_the_button(office: Office) -> None:
    number = office.walk(Act.ACCEPT, Act.DISPATCH, Act.SIGN_IN, Act.RECORD_CONTACT, Act.ANSWER)
    page = office["unit.deputy"].read(f"/cases/{number}/").html
    assert page.count('id="answers-title"') == 1
    assert page.index('id="answers-title"') < page.index('id="act-sign_off"')


def test_what_waits_for_a_review_is_not_told_before_it(office: Office) -> None:
    number = office.walk(A.ACCEPT, A.PROPOSE_DECLINE)
    page = office["desk.registrar"].read(f"/cases/{number}/")
    turn = page.html.partition('id="turn"')[2].partition("</section>")[0]
    first, more = turn.partition('class="turn-more"')[::2]
    assert "不予受理" in first.partition("当前办理：")[2]
    assert "派单" in more

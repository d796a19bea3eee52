"""What requesters may do in their own case, by the commands alone."""

import pytest

from bihuan.cases import queries as cases
from bihuan.cases.types import Act, Stage
from bihuan.feedback.queries import callbacks
from bihuan.feedback.types import CallbackMethod
from bihuan.intake import commands as intake
from bihuan.intake import queries
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.matters import queries as matters
from bihuan.record.queries import events
from tests.public.citizens import open_site
from tests.towns import FOUNDER, START, Town, pack_of
from tests.walks import TO_CALLBACK, TO_HANDLING, Walk, walk_to

EVALUATION = {"method": "self", "solved": "no", "satisfied": "no", "verbatim": "灯还是不亮。"}


def test_a_requester_sees_their_own_case_and_no_other(wendeng: Town) -> None:
    mine, other = Walk(wendeng).along(Act.REGISTER), Walk(wendeng).along(Act.REGISTER)
    who = mine.actor("requester")
    assert cases.visible_facts(mine.number, who).number == mine.number
    assert list(cases.visible_to(who).values_list("number", flat=True)) == [mine.number]
    with pytest.raises(Unknown):
        cases.visible_facts(other.number, who)
    with pytest.raises(Unknown):
        Walk(wendeng, other.now, number=other.number, actors={"requester": who}).do(Act.WITHDRAW, by="requester")
    assert not matters.visible_to(who).exists()


def test_whoever_has_no_case_yet_sees_none(wendeng: Town) -> None:
    walk = Walk(wendeng).along(Act.REGISTER)
    nobody = Actor.requester(wendeng.code, visit="abc")
    assert not cases.visible_to(nobody).exists()
    with pytest.raises(Unknown):
        cases.visible_facts(walk.number, nobody)


def test_a_requester_of_one_jurisdiction_is_nobody_in_another(wendeng: Town, huainan: Town) -> None:
    walk = Walk(wendeng).along(Act.REGISTER)
    with pytest.raises(Unknown):
        cases.visible_facts(walk.number, Actor.requester(huainan.code, own=walk.number))


def test_the_code_tells_the_requester_and_a_wrong_one_or_an_unknown_number_are_answered_alike(wendeng: Town) -> None:
    walk = Walk(wendeng)
    done = walk.do(Act.REGISTER)
    assert queries.requester_of(wendeng.code, done.number, done.secret).own == done.number
    wrong = f"{(int(done.secret) + 1) % 10**10:010d}"
    for number, code in ((done.number, wrong), ("WX20250303010099990", done.secret), ("", ""), (done.number, "")):
        with pytest.raises(Unknown):
            queries.requester_of(wendeng.code, number, code)


def test_a_requester_registers_only_by_a_public_channel(wendeng: Town) -> None:
    open_site(wendeng)
    walk, who = Walk(wendeng), Actor.requester(wendeng.code, visit="abc")
    walk.actors["requester"] = who
    with pytest.raises(Refused, match="不是网上渠道"):
        walk.do(Act.REGISTER, by="requester", channel="hotline")
    walk.do(Act.REGISTER, by="requester", channel="web")
    first = events(walk.facts.subject)[0]
    assert (first.name, first.post, first.unit, first.account) == ("诉求人", "requester", "", "requester:abc")
    assert walk.facts.desk == wendeng.desk


def test_no_site_is_opened_by_a_channel_of_the_desk(wendeng: Town) -> None:
    with pytest.raises(Refused, match="不是网上渠道"):
        intake.open_public_site(jurisdiction=wendeng.code, channel="hotline", actor=FOUNDER, now=START)
    with pytest.raises(Refused, match="还没有确定受理单位"):
        intake.open_public_site(jurisdiction=wendeng.code, channel="web", actor=FOUNDER, now=START)
    with pytest.raises(Unknown):
        queries.public_site(wendeng.code)


def test_what_a_requester_adds_stands_in_the_record(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    done = walk.do(Act.SUPPLEMENT, by="requester", text="灯杆编号0317。")
    assert done.stage == Stage.HANDLING
    told = events(walk.facts.subject)[-1]
    assert (told.kind, told.name, told.private) == ("case.supplemented", "诉求人", {"text": "灯杆编号0317。"})


def test_what_was_waited_for_lets_the_clock_run_on_as_if_the_unit_had_said_so(wendeng: Town) -> None:
    due = {}
    for act, person in ((Act.SUPPLEMENT, "requester"), (Act.RESUME, "unit.handler")):
        walk = Walk(wendeng).along(*TO_HANDLING)
        before = walk.facts.duties["handle"]
        walk.do(Act.AWAIT_REQUESTER)
        walk.later(days=3).do(act, by=person)
        assert walk.facts.stage == Stage.HANDLING
        assert "await_requester" not in walk.facts.duties
        due[act] = walk.facts.duties["handle"]
        assert due[act] > before
    assert due[Act.SUPPLEMENT] == due[Act.RESUME]


@pytest.mark.django_db
def test_a_regulation_that_leaves_supplements_off_has_none(qingshan: Town) -> None:
    assert not pack_of(qingshan.code).binds("intake.supplement")
    walk = Walk(qingshan).along(Act.REGISTER)
    with pytest.raises(Refused, match="本地规定没有"):
        walk.do(Act.SUPPLEMENT, by="requester")


@pytest.mark.clause("WD-2.4b")
def test_a_requester_answers_the_call_back_and_the_record_says_who_said_it(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_CALLBACK)
    walk.do(Act.RECORD_CALLBACK, by="requester", **EVALUATION)
    told = events(walk.facts.subject)[-1]
    assert (told.name, told.post, told.sentence) == (
        "诉求人",
        "requester",
        "第1次回访（诉求人在网上评价）：未解决，不满意",
    )
    (row,) = callbacks(walk.number)
    assert (row.method, row.by, row.verbatim) == (CallbackMethod.SELF, f"requester:{walk.number}", "灯还是不亮。")
    assert "callback" in walk.facts.duties, "the centre still owes its decision"
    with pytest.raises(Refused, match="须发回重办"):
        walk.do(Act.CLOSE)
    walk.do(Act.REWORK)
    assert walk.facts.stage == Stage.REWORK


def test_nobody_else_speaks_as_the_requester(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_CALLBACK)
    with pytest.raises(Refused, match="只由诉求人本人作出"):
        walk.do(Act.RECORD_CALLBACK, method="self")
    with pytest.raises(Refused, match="请选择网上评价"):
        walk.do(Act.RECORD_CALLBACK, by="requester", method="phone")


def test_a_requester_speaks_once_in_a_round(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_CALLBACK)
    walk.do(Act.RECORD_CALLBACK, by="requester", **EVALUATION)
    with pytest.raises(Refused, match="已经评价过"):
        walk.do(Act.RECORD_CALLBACK, by="requester", **EVALUATION)


def test_a_requester_takes_the_request_back_until_it_is_answered(wendeng: Town) -> None:
    walk = Walk(wendeng).along(*TO_HANDLING)
    walk.do(Act.WITHDRAW, by="requester")
    assert (walk.facts.stage, walk.facts.closure, dict(walk.facts.duties)) == (Stage.WITHDRAWN, "WITHDRAWN", {})
    answered = Walk(wendeng).along(*TO_CALLBACK)
    with pytest.raises(Refused, match="不能“撤回”"):
        answered.do(Act.WITHDRAW, by="requester")


@pytest.mark.parametrize("stage", [Stage.CLOSED, Stage.WITHDRAWN])
def test_nothing_is_added_to_what_has_ended(stage: Stage, wendeng: Town) -> None:
    walk = walk_to(stage, wendeng)
    with pytest.raises(Refused, match="不能“补充情况”"):
        walk.do(Act.SUPPLEMENT, by="requester")

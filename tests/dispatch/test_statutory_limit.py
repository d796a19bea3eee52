"""A law gives a case a limit of its own: the desk says which, and what is open is counted by it."""

from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from bihuan.audit.queries import verify
from bihuan.cases.types import Act
from bihuan.dispatch.types import BY_LAW
from bihuan.duties import queries
from bihuan.duties.models import Duty
from bihuan.kernel.refusal import Refused
from bihuan.policy import norms as n
from bihuan.record.queries import events
from tests.town_fixtures import Founding
from tests.towns import Town, settle
from tests.vetting.edits import put
from tests.walks import Walk
from tests.web.test_what_forms_offer import offer_of


def handle(walk: Walk) -> Duty:
    return Duty.objects.get(subject=walk.facts.subject, kind="handle", discharged_at__isnull=True)


def refused(walk: Walk, **said: object) -> tuple[object, object]:
    with pytest.raises(Refused) as found:
        walk.do(Act.SET_STATUTORY_LIMIT, **said)
    return found.value.refusal.norm, found.value.refusal.field


def test_what_is_open_is_counted_by_the_law_from_its_beginning(qingshan: Town) -> None:
    walk = Walk(qingshan).along(Act.REGISTER, Act.DISPATCH, Act.SIGN_IN)
    assert handle(walk).limit == "7wd"
    done = walk.later(days=2).do(Act.SET_STATUTORY_LIMIT)
    assert done.sentence == "确定法定时限20个工作日，依据《中华人民共和国行政许可法》第四十二条第一款"
    duty = handle(walk)
    assert (duty.limit, duty.due_at) == ("20wd", datetime(2025, 3, 31, 10, 0, tzinfo=UTC))
    assert queries.explain_duty(duty.id).limit_source == "法定时限：《中华人民共和国行政许可法》第四十二条第一款"
    event = events(walk.facts.subject)[-1]
    assert event.private["reason"] == "本件须先作出行政许可决定。"
    ((kind, moved, holder),) = event.facts["moves"]  # type: ignore[misc]
    assert (kind, datetime.fromisoformat(moved), holder) == ("handle", duty.due_at, qingshan.unit)
    done = walk.do(Act.SET_STATUTORY_LIMIT, law="《信访工作条例》", article="第三十四条", amount=60, unit="d")
    assert done.sentence.endswith(
        "依据《信访工作条例》第三十四条（原为20个工作日，《中华人民共和国行政许可法》第四十二条第一款）"
    )
    assert handle(walk).limit == "60d"
    assert verify().clean


def test_said_before_the_dispatch_it_counts_for_whoever_gets_the_case(qingshan: Town) -> None:
    walk = Walk(qingshan).along(Act.REGISTER, Act.ACCEPT, Act.SET_STATUTORY_LIMIT, Act.DISPATCH)
    assert (handle(walk).limit, handle(walk).basis) == (
        "20wd",
        "法定时限：《中华人民共和国行政许可法》第四十二条第一款",
    )
    assert Duty.objects.get(subject=walk.facts.subject, kind="sign_in").limit == "6wh", "nothing else"
    walk.along(Act.REQUEST_RETURN, Act.APPROVE_RETURN)
    walk.do(Act.DISPATCH, lead=qingshan.other)
    assert handle(walk).limit == "20wd"
    assert verify().clean


def test_it_waives_nothing_that_is_overdue_and_makes_nothing_late(qingshan: Town) -> None:
    walk = Walk(qingshan).along(Act.REGISTER, Act.DISPATCH, Act.SIGN_IN)
    walk.later(days=7)
    assert refused(walk, amount=2) == (n.STATUTORY_LIMIT, "amount")
    assert handle(walk).limit == "7wd", "nothing of it stays"
    walk.at(handle(walk).due_at + timedelta(seconds=1))
    assert refused(walk) == (n.STATUTORY_LIMIT, None)


def test_the_bounds_are_those_of_the_regulation(qingshan: Town) -> None:
    walk = Walk(qingshan).along(Act.REGISTER, Act.DISPATCH)
    for said, field in (
        ({"amount": 31}, "amount"),
        ({"amount": 61, "unit": "d"}, "amount"),
        ({"article": "有关规定"}, "article"),
    ):
        assert refused(walk, **said) == (n.STATUTORY_LIMIT, field)
    walk.do(Act.SET_STATUTORY_LIMIT, amount=60, unit="d")


def test_whoever_handles_says_nothing_of_it(qingshan: Town) -> None:
    walk = Walk(qingshan).along(Act.REGISTER, Act.DISPATCH, Act.SIGN_IN)
    for who in ("unit.handler", "unit.head", "desk.reviewer"):
        with pytest.raises(Refused):
            walk.do(Act.SET_STATUTORY_LIMIT, by=who)


def test_a_regulation_may_leave_it_to_the_head_of_the_desk(somewhere: Founding) -> None:
    town = somewhere(put("longest_days = 60 }", "longest_days = 60, by_head = true }"), of="qs")
    settle(town.code, town.desk, "chief", "head")
    walk = Walk(town).along(Act.REGISTER, Act.DISPATCH)
    assert refused(walk) == (n.STATUTORY_LIMIT, None)
    walk.do(Act.SET_STATUTORY_LIMIT, by="chief")
    other = Walk(town).along(Act.REGISTER, Act.ACCEPT)
    offer = offer_of("case", other, "desk.dispatcher", Act.DISPATCH)
    assert offer is not None
    assert [offer.allowed[name] for name in BY_LAW] == [()] * len(BY_LAW), "nobody is asked for what is refused"
    assert handle(walk).limit == "20wd"


def test_what_is_reworked_goes_by_the_law_where_the_regulation_says_so(somewhere: Founding) -> None:
    town = somewhere(put("longest_days = 60 }", "longest_days = 60, rework = true }"), of="qs")
    walk = Walk(town).along(Act.REGISTER, Act.DISPATCH, Act.SIGN_IN, Act.SET_STATUTORY_LIMIT)
    walk.along(Act.ANSWER, Act.SIGN_OFF, Act.SEND_BACK)
    assert Duty.objects.get(subject=walk.facts.subject, kind="rework").limit == "20wd"


def test_where_the_regulation_does_not_know_it_nobody_does_it(wendeng: Town) -> None:
    walk = Walk(wendeng).along(Act.REGISTER, Act.DISPATCH)
    with pytest.raises(Refused):
        walk.do(Act.SET_STATUTORY_LIMIT)


OF_LAW = {
    "law": "中华人民共和国行政许可法",
    "article": "第四十二条第一款",
    "amount": 20,
    "law_unit": "wd",
    "law_reason": "本件须先作出行政许可决定。",
}


def test_the_dispatch_names_the_law_at_once(qingshan: Town) -> None:
    walk = Walk(qingshan).along(Act.REGISTER, Act.ACCEPT)
    done = walk.do(Act.DISPATCH, **OF_LAW)
    assert "确定法定时限20个工作日，依据《中华人民共和国行政许可法》第四十二条第一款" in done.sentence
    assert (handle(walk).limit, done.version) == ("20wd", walk.facts.version)
    told = [event.kind for event in events(walk.facts.subject)][-2:]
    assert told == ["case.dispatched", "case.statutory-limit-set"]
    assert verify().clean


def test_a_law_is_named_whole_or_the_dispatch_is_refused_with_it(qingshan: Town) -> None:
    walk = Walk(qingshan).along(Act.REGISTER, Act.ACCEPT)
    for name in OF_LAW:
        with pytest.raises(ValidationError, match="按法定期限派单的，须填写"):
            walk.do(Act.DISPATCH, **{one: said for one, said in OF_LAW.items() if one != name})
    with pytest.raises(Refused) as found:
        walk.do(Act.DISPATCH, **OF_LAW | {"amount": 999})
    assert (found.value.refusal.norm, found.value.refusal.field) == (n.STATUTORY_LIMIT, "amount")
    assert walk.facts.stage == "triage", "nothing of the dispatch is kept"


def test_where_no_law_gives_limits_of_its_own_the_dispatch_does_not_ask(wendeng: Town) -> None:
    walk = Walk(wendeng).along(Act.REGISTER, Act.ACCEPT)
    with pytest.raises(Refused, match="本地规定没有"):
        walk.do(Act.DISPATCH, **OF_LAW)
    walk.do(Act.DISPATCH)


def test_what_the_desk_designates_is_told_with_the_clause_for_that(wendeng: Town) -> None:
    designated = Walk(wendeng).along(Act.REGISTER, Act.ACCEPT)
    designated.do(Act.DISPATCH, co_units=[wendeng.other])
    assert events(designated.facts.subject)[-1].clause == "WD-2.1c"
    alone = Walk(wendeng).along(Act.REGISTER, Act.ACCEPT)
    alone.do(Act.DISPATCH)
    assert events(alone.facts.subject)[-1].clause == "WD-2.0"


def test_where_nobody_links_the_dispatch_names_no_co_units(huainan: Town) -> None:
    walk = Walk(huainan).along(Act.REGISTER, Act.ACCEPT)
    with pytest.raises(Refused):
        walk.do(Act.DISPATCH, co_units=[huainan.other])
    walk.do(Act.DISPATCH)

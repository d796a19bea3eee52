"""A requester who lost the query code gets a new one after a verified call; the old one opens nothing any more."""

from datetime import date, timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act, Stage
from bihuan.intake import commands as intake
from bihuan.intake import queries, rules
from bihuan.intake.types import Agreed
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.policy import norms
from bihuan.record.queries import events
from tests.api.clients import Staff
from tests.towns import START, Town
from tests.walks import REQUEST, Walk, walk_to

A = Act
ANONYMOUS = {"anonymous": True, "name": "", "phone": "", "address": ""}
TODAY = START.date()


def test_after_a_verified_call_the_old_code_opens_nothing_and_the_new_one_the_case(wendeng: Town) -> None:
    walk = Walk(wendeng)
    old = walk.do(A.REGISTER).secret
    new = walk.do(A.RENEW_CODE, by="desk.registrar", call="from", agreed="day", day=TODAY).secret
    assert new != old
    with pytest.raises(Unknown):
        queries.requester_of(wendeng.code, walk.number, old)
    assert queries.requester_of(wendeng.code, walk.number, new).own == walk.number
    last = events(walk.facts.subject)[-1]
    assert last.sentence == "补发查询码（诉求人用登记的电话来电，来件日期相符），原查询码作废"
    assert (last.facts["call"], last.facts["agreed"], last.norm) == ("from", "day", "identity.protected")
    assert REQUEST["phone"] not in str(last)
    assert new not in str(last)
    assert verify().clean


@pytest.mark.parametrize("stage", [Stage.REGISTERED, Stage.CALLBACK, Stage.CLOSED, Stage.WITHDRAWN], ids=str)
def test_a_code_is_renewed_whenever_a_case_can_be_followed(stage: Stage, wendeng: Town) -> None:
    walk = walk_to(stage, wendeng)
    before = walk.facts
    assert walk.do(A.RENEW_CODE).secret
    assert (walk.facts.stage, walk.facts.duties) == (stage, before.duties)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"agreed": Agreed.TITLE, "on_file": True}, None),
        ({"agreed": Agreed.DAY, "on_file": True, "day": TODAY}, None),
        ({"agreed": Agreed.TITLE, "on_file": True, "day": TODAY - timedelta(days=9)}, None),
        ({"agreed": Agreed.TITLE, "on_file": False}, "phone"),
        ({"agreed": Agreed.DAY, "on_file": False, "day": TODAY}, "phone"),
        ({"agreed": Agreed.DAY, "on_file": True}, "day"),
        ({"agreed": Agreed.DAY, "on_file": True, "day": TODAY + timedelta(days=1)}, "day"),
        ({"agreed": Agreed.DAY, "on_file": True, "day": TODAY - timedelta(days=1)}, "day"),
    ],
)
def test_the_number_is_the_one_on_file_and_title_or_day_agree(facts: dict, field: str | None) -> None:
    refusal = rules.may_be_given_code(**{"day": None, "came_on": {TODAY}, **facts})
    assert (refusal and (refusal.norm, refusal.field)) == (field and (norms.IDENTITY_PROTECTED, field))


def test_a_wrong_number_or_day_changes_nothing_and_the_attempt_is_kept(wendeng: Town) -> None:
    walk = Walk(wendeng)
    code = walk.do(A.REGISTER).secret
    for said in ({"phone": "13800001235"}, {"agreed": "day", "day": date(2025, 2, 27)}):
        with pytest.raises(Refused) as refused:
            walk.do(A.RENEW_CODE, **said)
        assert refused.value.refusal.norm == norms.IDENTITY_PROTECTED
        assert events(walk.facts.subject)[-1].kind == "record.attempt-refused"
    assert queries.requester_of(wendeng.code, walk.number, code)
    assert walk.do(A.RENEW_CODE, phone="+86 138-0000-1234").secret, "the same number, however it is written"


def test_a_day_of_any_of_its_sources_agrees(wendeng: Town) -> None:
    walk = Walk(wendeng)
    walk.do(A.REGISTER, received_at=(START - timedelta(days=3)).isoformat())
    for day in (TODAY, TODAY - timedelta(days=3)):
        assert walk.do(A.RENEW_CODE, agreed="day", day=day).secret


def test_of_an_anonymous_case_nobody_gets_a_new_code(wendeng: Town) -> None:
    walk = Walk(wendeng)
    walk.do(A.REGISTER, **ANONYMOUS)
    with pytest.raises(Refused) as refused:
        walk.do(A.RENEW_CODE)
    assert refused.value.refusal.norm == norms.IDENTITY_PROTECTED
    with pytest.raises(Refused):
        walk.do(A.RENEW_CODE, by="desk.dispatcher")


def test_the_codes_of_a_batch_are_renewed_together(wendeng: Town) -> None:
    one, other, nobody = Walk(wendeng), Walk(wendeng), Walk(wendeng)
    codes = [one.do(A.REGISTER).secret, other.do(A.REGISTER).secret]
    nobody.do(A.REGISTER, **ANONYMOUS)
    numbers = [other.number, nobody.number, one.number]
    done = intake.renew_codes(numbers=numbers, how="来件表回执重发", actor=one.actor("desk.registrar"), now=one.now)
    assert [d.number for d in done] == numbers, "an anonymous one too: nobody calls who would have to be recognised"
    assert not {d.secret for d in done} & set(codes)
    assert queries.requester_of(wendeng.code, one.number, done[2].secret)
    assert events(one.facts.subject)[-1].sentence == "补发查询码（来件表回执重发），原查询码作废"
    with pytest.raises(Refused):
        intake.renew_codes(numbers=numbers, how="来件表回执重发", actor=one.actor("desk.reviewer"), now=one.now)
    with pytest.raises(Unknown):
        intake.renew_codes(numbers=numbers, how="来件表回执重发", actor=one.actor("unit.handler"), now=one.now)


def test_the_api_tells_the_new_code_once(wendeng: Town) -> None:
    staff = Staff(wendeng)
    case = staff.register()
    code = staff.do(case["number"], A.RENEW_CODE).json()["query_code"]
    assert code.isdigit()
    assert code != case["query_code"]
    assert staff.do(case["number"], A.ACCEPT).json()["query_code"] is None
    assert code not in staff["desk.caller"].get(f"/cases/{case['number']}/record").content.decode()

"""A limit goes by the class of the request and by the type of the unit that has it, and its duty says by which one."""

from datetime import timedelta

import pytest

from bihuan.cases.types import Act
from bihuan.duties import queries
from bihuan.duties.commands import adjust_limit
from bihuan.duties.forms import Adjust
from bihuan.duties.models import Duty
from bihuan.kernel.refusal import Refused
from bihuan.organisations import queries as organisations
from bihuan.policy.loader import pack
from bihuan.vetting.limits import ADJUSTABLE
from tests.town_fixtures import Founding
from tests.towns import Town, settle
from tests.vetting.edits import add, category, handle
from tests.walks import Walk

RULES = add(
    category("03"),
    category("03.02"),
    handle('category = "03"', written="8wd"),
    handle('unit_type = "department"', written="4wd"),
    handle('category = "03"', 'unit_type = "department"', written="6wd"),
)


def handled(town: Town, lead: str = "", **said: str) -> Duty:
    walk = Walk(town)
    walk.do(Act.REGISTER, **said)
    walk.do(Act.DISPATCH, **({"lead": lead} if lead else {}))
    return Duty.objects.get(subject=walk.facts.subject, kind="handle")


@pytest.fixture
def town(somewhere: Founding) -> Town:
    return somewhere(RULES)


def test_the_class_and_the_type_of_unit_count(town: Town) -> None:
    assert organisations.type_of(town.unit) == "department"
    assert town.township
    usual = str(pack("somewhere-2031-1").limit("handle", appeal_type="HELP", channel=town.channel).limit)
    found = {
        (lead, code): handled(town, lead, subject_code=code).limit
        for lead in (town.unit, town.township)
        for code in ("", "03", "03.02.05")
    }
    assert found == {
        (town.unit, ""): "4wd",
        (town.unit, "03"): "6wd",
        (town.unit, "03.02.05"): "6wd",
        (town.township, ""): usual,
        (town.township, "03"): "8wd",
        (town.township, "03.02.05"): "8wd",
    }


def test_the_explanation_tells_which_limit_won(town: Town) -> None:
    duty = handled(town, subject_code="03.02")
    assert duty.rule == "handle||||03|department"
    said = queries.explain_duty(duty.id)
    assert said.limit_source.endswith("（适用于：一类03、区直部门）"), said.limit_source
    assert "适用于" not in queries.explain_duty(handled(town, str(town.township)).id).limit_source, (
        "it holds for everybody"
    )


def test_a_request_is_registered_under_a_class_of_the_list(town: Town) -> None:
    with pytest.raises(Refused) as found:
        Walk(town).do(Act.REGISTER, subject_code="路灯")
    assert found.value.refusal.field == "subject_code"
    assert "03（一类03）、03.02（一类03.02）" in found.value.refusal.reason


def test_one_of_several_limits_is_adjusted_by_itself(town: Town) -> None:
    settle(town.code, town.desk, "chief", "administrator")
    walk = Walk(town)
    tomorrow = organisations.today(walk.now) + timedelta(days=1)
    for rule, limit in (("handle||||03|department", "2wd"), ("handle||||03|", "3wd")):
        said = {"rule": rule, "limit": limit, "from_on": tomorrow, "reason": "试行", "basis": "区政办〔2031〕1号"}
        fields = Adjust.model_validate(said)
        adjust_limit(fields=fields, adjustable=ADJUSTABLE, actor=walk.actor("chief"), now=walk.now)
    walk.later(days=2).do(Act.REGISTER, subject_code="03")
    walk.do(Act.DISPATCH)
    duty = Duty.objects.get(subject=walk.facts.subject, kind="handle")
    assert duty.limit == "2wd"
    assert queries.explain_duty(duty.id).limit_source.endswith("（适用于：一类03、区直部门）")


def test_what_stands_on_a_case_goes_by_its_class(somewhere: Founding) -> None:
    town = somewhere(
        add(category("03"), handle('category = "03"', written="9wd").replace('"handle"', '"joint_conclude"'))
    )
    walk = Walk(town)
    walk.do(Act.REGISTER, subject_code="03")
    walk.along(Act.DISPATCH, Act.SIGN_IN)
    walk.do(Act.LINK, units=[town.other])
    assert Duty.objects.get(subject__startswith="linkage:", kind="joint_conclude").limit == "9wd"

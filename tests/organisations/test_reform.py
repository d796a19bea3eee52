"""A unit ends on a day: what it has open goes on with its successor, or goes back; nothing stays with it (F111)."""

from datetime import date, timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.models import Case, Participation
from bihuan.cases.stages import LISTABLE, OPEN
from bihuan.cases.types import Act, Part, Stage
from bihuan.clockwork import commands as clockwork
from bihuan.determination.models import Determination
from bihuan.determination.types import Act as D
from bihuan.determination.types import ReferralAct
from bihuan.duties.models import Duty
from bihuan.joint import queries as lists
from bihuan.joint.models import Participation as JointPart
from bihuan.joint.types import Act as J
from bihuan.joint.types import Kind
from bihuan.joint.types import Stage as JointStage
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.matters.models import Matter
from bihuan.matters.stages import OPEN as MATTERS_OPEN
from bihuan.matters.types import Act as M
from bihuan.matters.types import Stage as MatterStage
from bihuan.organisations import commands, queries
from bihuan.organisations.forms import ChangeUnit, EndUnit, KeepUnit, MergeUnits, NewEntry
from bihuan.policy.pack import Capacity
from bihuan.record.queries import events
from tests.determination.walks import DeterminationWalk, ReferralWalk, to_determined, with_determiners
from tests.joint.walks import JointWalk, cover, list_topic, name_liaison, third, to_signed, with_bodies
from tests.joint.walks import walk_to as joint_at
from tests.matters.walks import MatterWalk, with_third
from tests.matters.walks import walk_to as matter_at
from tests.towns import FOUNDER, START, Town, end_unit, found_desk, settle
from tests.walks import TO_HANDLING, Walk, joined, led_by_a_town, walk_to

TODAY = date(2025, 3, 3)
TOMORROW = TODAY + timedelta(days=1)
BASIS = "机构改革方案第3条"


@pytest.fixture
def town(wendeng: Town) -> Town:
    """A town with further departments, leaders and both offices."""
    return with_bodies(wendeng)


def end(walk: Walk | JointWalk | MatterWalk | DeterminationWalk | ReferralWalk, unit: str, successor: str = "") -> None:
    """A unit ends at once, as the clockwork carries it out."""
    end_unit(walk.town, unit, walk.now, successor)
    carry_out(walk)


def carry_out(walk: Walk | JointWalk | MatterWalk | DeterminationWalk | ReferralWalk) -> int:
    of_case = walk if isinstance(walk, Walk | MatterWalk) else walk.case
    of_case.later(minutes=10).actors.clear()
    return clockwork.carry_out_endings(walk.town.code, walk.now)


def owes(unit: str) -> list[str]:
    """What a unit owes now."""
    return sorted(Duty.objects.filter(holder=unit, discharged_at__isnull=True).values_list("kind", flat=True))


def leads(unit: str) -> int:
    """How many open cases and matters a unit leads."""
    cases = Case.objects.filter(lead=unit, stage__in=[str(stage) for stage in OPEN]).count()
    return cases + Matter.objects.filter(lead=unit, stage__in=[str(stage) for stage in MATTERS_OPEN]).count()


OF_CASES = [stage for stage in Stage if stage is not Stage.LISTED]


@pytest.mark.parametrize("stage", OF_CASES)
def test_a_case_goes_on_with_the_successor_at_every_stage(town: Town, stage: Stage) -> None:
    walk = walk_to(stage, town)
    before = walk.facts
    end(walk, town.unit, third(town))
    after = walk.facts
    assert (after.stage, after.duties) == (before.stage, before.duties)
    assert owes(town.unit) == []
    assert leads(town.unit) == 0
    if before.lead == town.unit and stage in (*OPEN, Stage.CLOSED):
        assert (after.lead, after.parts["lead"]) == (third(town), {third(town)})
        told = events(before.subject)[-1]
        assert told.sentence == f"{town.unit}撤销，由{third(town)}承接（依据：{BASIS}）"
    assert verify("wd").findings == ()
    assert carry_out(walk) == 0, "once is enough"


@pytest.mark.parametrize("stage", OF_CASES)
def test_a_case_that_nobody_follows_in_goes_back_to_the_desk(town: Town, stage: Stage) -> None:
    walk = walk_to(stage, town)
    before = walk.facts
    end(walk, town.unit)
    after = walk.facts
    assert owes(town.unit) == []
    if stage in LISTABLE:
        assert (after.stage, after.lead, "dispatch" in after.duties) == (Stage.TRIAGE, None, True)
        assert events(before.subject)[-1].sentence == f"{town.unit}撤销，不再承办（依据：{BASIS}）"
        walk.do(Act.DISPATCH, lead=town.other)
        assert walk.facts.lead == town.other
    else:
        assert after.stage == before.stage
    assert verify("wd").findings == ()


def test_the_successor_does_what_the_unit_had_begun(town: Town) -> None:
    walk = Walk(town).along(*TO_HANDLING)
    end(walk, town.unit, town.other)
    walk.do(Act.ANSWER, by="other.handler")
    walk.do(Act.SIGN_OFF, by="other.deputy")
    walk.along(Act.APPROVE, Act.RECORD_CALLBACK, Act.CLOSE)
    assert walk.facts.stage == Stage.CLOSED
    ever = Participation.objects.filter(case__number=walk.number, part=Part.LEAD).order_by("id")
    assert [(row.unit, row.departure, row.until is None) for row in ever] == [
        (town.unit, "reformed", False),
        (town.other, "", True),
    ]
    assert verify("wd").findings == ()


def test_what_comes_back_to_a_unit_that_has_ended_goes_to_the_desk_within_a_minute(town: Town) -> None:
    walk = walk_to(Stage.SUBMITTED, town)
    end(walk, town.unit)
    walk.do(Act.SEND_BACK)
    assert owes(town.unit) == ["rework"]
    assert carry_out(walk) == 1
    assert (walk.facts.stage, owes(town.unit)) == (Stage.TRIAGE, [])
    assert verify("wd").findings == ()


def test_a_secret_request_is_not_given_to_the_unit_of_which_it_complains(town: Town) -> None:
    walk = Walk(town)
    walk.do(Act.REGISTER, secrecy_requested=True, accused=[town.other])
    walk.along(Act.DISPATCH, Act.SIGN_IN)
    end(walk, town.unit, town.other)
    assert (walk.facts.stage, walk.facts.lead) == (Stage.TRIAGE, None)
    assert town.other not in set().union(*walk.facts.parts.values())
    assert verify("wd").findings == ()


def test_whoever_is_complained_of_is_the_successor_then(town: Town) -> None:
    walk = Walk(town)
    walk.do(Act.REGISTER, accused=[town.other])
    end(walk, town.other, third(town))
    assert walk.facts.accused == (third(town),)
    assert verify("wd").findings == ()


def test_the_successor_of_the_lead_sees_what_was_joined(town: Town) -> None:
    child, parent = joined(town)
    end(parent, town.unit, town.other)
    assert child.facts.parts[Part.MAIN] == {town.other}
    assert verify("wd").findings == ()


def test_what_was_promised_is_kept_by_the_successor(town: Town) -> None:
    walk = Walk(town).promised(Stage.CLOSED)
    with pytest.raises(Refused, match="承诺没有兑现"):
        end_unit(town, town.unit, walk.now)
    end(walk, town.unit, town.other)
    assert owes(town.other) == ["commitment_fulfil"]
    walk.do(Act.FULFIL_PROMISE, by="other.handler")
    assert verify("wd").findings == ()


@pytest.mark.parametrize("kind", list(Kind))
def test_who_leads_a_joint_handling_is_followed_to_its_end(town: Town, kind: Kind) -> None:
    walk = joint_at(kind, JointStage.ACTIVE, town)
    lead = walk.facts.initiator
    successor = third(town)
    if kind is Kind.WHISTLE:
        settled_town(town)
        successor = f"{town.code}.township2"
    end(walk, lead, successor)
    walk.led_by = ""
    assert (walk.facts.initiator, walk.case.facts.lead) == (successor, successor)
    clockwork.sweep("wd", walk.now)
    to_signed(walk)
    assert (walk.facts.stage, owes(lead)) == (JointStage.SIGNED, [])
    assert verify("wd").findings == ()


def settled_town(town: Town) -> None:
    """Another township with its people."""
    code, kind = f"{town.code}.township2", queries.unit(town.township or "", town.code, now=START).type
    commands.found_unit(jurisdiction=town.code, code=code, name=code, type_code=kind, actor=FOUNDER, now=START)
    for post in ("head", "deputy", "handler"):
        settle(town.code, code, f"township2.{post}", post)
    commands.activate_unit(jurisdiction=town.code, code=code, actor=FOUNDER, now=START)


@pytest.mark.parametrize(
    ("kind", "comes"), [(Kind.LINKAGE, J.ACCEPT), (Kind.WHISTLE, J.CHECK_IN)], ids=["linkage", "whistle"]
)
def test_who_was_asked_to_join_is_followed_with_what_it_was_asked(town: Town, kind: Kind, comes: J) -> None:
    walk = joint_at(kind, JointStage.ACTIVE, town)
    asked = JointPart.objects.get(undertaking__number=walk.number, unit=town.other, until__isnull=True)
    end(walk, town.other, third(town))
    after = JointPart.objects.get(undertaking__number=walk.number, unit=third(town), until__isnull=True)
    assert (after.task, after.due_at) == (asked.task, asked.due_at)
    walk.do(comes, by="third.handler")
    walk.do(J.FINISH, by="third.handler")
    walk.do(J.CONCLUDE)
    assert owes(town.other) == []
    assert verify("wd").findings == ()


@pytest.mark.parametrize(("ends", "goes_on"), [("unit", "other"), ("other", "unit")], ids=["lead", "member"])
def test_nobody_asks_itself_when_lead_and_member_become_one(town: Town, ends: str, goes_on: str) -> None:
    walk = joint_at(Kind.LINKAGE, JointStage.ACTIVE, town)
    end(walk, f"wd.{ends}", f"wd.{goes_on}")
    walk.led_by = ""
    assert walk.facts.parts[Part.LEAD] == {f"wd.{goes_on}"}
    assert walk.facts.present == ()
    assert owes(f"wd.{ends}") == []
    assert "linkage_accept" not in owes(f"wd.{goes_on}")
    assert verify("wd").findings == ()
    walk.do(J.VOID)
    assert verify("wd").findings == ()


@pytest.mark.parametrize("asks_out", [False, True])
@pytest.mark.parametrize("kind", list(Kind))
def test_a_member_that_nobody_follows_is_missing_and_nobody_decides_about_it(
    town: Town, kind: Kind, *, asks_out: bool
) -> None:
    walk = joint_at(kind, JointStage.ACTIVE, town)
    if asks_out:
        walk.do(J.RETURN if kind is Kind.LINKAGE else J.OBJECT)
    walk.do(J.NOTIFY)
    end(walk, town.other)
    assert (walk.facts.present, owes(town.other)) == ((), [])
    owed = set(walk.facts.duties)
    assert not owed & {"linkage_return_decision", "whistle_ruling", "joint_remind"}, owed
    assert events(walk.facts.subject)[-1].sentence == f"{town.other}撤销，不再参加（依据：{BASIS}）"
    walk.do(J.VOID)
    assert verify("wd").findings == ()


@pytest.mark.parametrize("kind", list(Kind))
def test_what_nobody_leads_any_more_ends_with_the_case_that_goes_back(town: Town, kind: Kind) -> None:
    walk = joint_at(kind, JointStage.ACTIVE, town)
    lead = walk.facts.initiator
    end_unit(town, lead, walk.now)
    walk.case.later(minutes=10)
    clockwork.sweep("wd", walk.now)
    assert (walk.case.facts.stage, walk.facts.stage, owes(lead)) == (Stage.TRIAGE, JointStage.DISSOLVED, [])
    assert verify("wd").findings == ()


@pytest.mark.parametrize("stage", list(MatterStage))
def test_a_matter_goes_on_with_the_successor_at_every_stage(huainan: Town, stage: MatterStage) -> None:
    walk = matter_at(stage, huainan)
    before, successor = walk.facts, with_third(huainan)
    end(walk, huainan.unit, successor)
    after = walk.facts
    assert (after.stage, after.duties) == (before.stage, before.duties)
    assert (owes(huainan.unit), leads(huainan.unit)) == ([], 0)
    if before.lead == huainan.unit and stage in MATTERS_OPEN:
        assert (after.lead, after.parts["lead"]) == (successor, {successor})
    assert verify("hn").findings == ()


@pytest.mark.parametrize("stage", list(MatterStage))
def test_a_matter_that_nobody_follows_in_is_to_be_assigned_anew(huainan: Town, stage: MatterStage) -> None:
    walk = matter_at(stage, huainan)
    before = walk.facts
    end(walk, huainan.unit)
    assert owes(huainan.unit) == []
    if stage in (MatterStage.ASSIGNED, MatterStage.HANDLING, MatterStage.FEEDBACK):
        assert (walk.facts.stage, walk.facts.lead) == (MatterStage.CLASSIFIED, None)
        walk.do(M.ASSIGN, lead=huainan.other)
        assert Case.objects.get(number=walk.case).lead == huainan.other
    else:
        assert walk.facts.stage == before.stage
    assert verify("hn").findings == ()


def test_a_determination_hears_the_successor_and_gives_it_the_case(wendeng: Town) -> None:
    town = with_determiners(wendeng)
    walk = DeterminationWalk(town, Walk(town)).begin()
    end(walk, town.other, third(town))
    walk.do(D.STATE_POSITION, by="third.handler")
    assert owes(town.other) == []
    assert verify("wd").findings == ()


def test_what_was_determined_is_given_to_the_successor(wendeng: Town) -> None:
    town = with_determiners(wendeng)
    walk = to_determined(DeterminationWalk(town, Walk(town)))
    named = Determination.objects.get(number=walk.number).unit
    with pytest.raises(Refused, match="还没有派单"):
        end_unit(town, named, walk.now)
    end(walk, named, third(town))
    walk.do(D.ASSIGN)
    assert walk.case.facts.lead == third(town)
    assert verify("wd").findings == ()


@pytest.mark.parametrize("followed", [True, False])
def test_a_refusal_is_explained_by_the_successor_or_by_nobody(wendeng: Town, *, followed: bool) -> None:
    town = with_determiners(wendeng)
    walk = ReferralWalk(town, Walk(town)).begin()
    refuser = walk.facts.unit
    end(walk, refuser, third(town) if followed else "")
    assert owes(refuser) == []
    if followed:
        walk.do(ReferralAct.EXPLAIN, by="third.handler")
    else:
        assert "lead" not in walk.facts.parts
    assert verify("wd").findings == ()


def entered(town: Town, code: str, lead: str, *co_units: str) -> None:
    said = NewEntry(code=code, matter="路灯维护", lead=lead, co_units=co_units, basis="三定规定", from_on=TODAY)
    commands.enter_responsibility(jurisdiction=town.code, **said.model_dump(), actor=FOUNDER, now=START)


def test_the_lists_name_the_successor_and_keep_what_they_said(town: Town) -> None:
    entered(town, "A", town.unit, town.other)
    entered(town, "B", town.other, town.unit, third(town))
    list_topic(town, responders=[town.unit, third(town)])
    cover(town, town.unit)
    name_liaison(town, "unit", "unit.deputy")
    end(Walk(town), town.unit, third(town))
    rows = {row.code: (row.lead, row.co_units) for row in queries.responsibilities("wd", now=START)}
    assert rows == {"A": (third(town), (town.other,)), "B": (town.other, (third(town),))}
    assert {(row.code, row.lead) for row in queries.entries("wd") if row.until_on == TODAY} == {
        ("A", town.unit),
        ("B", town.other),
    }
    (topic,) = lists.topics("wd", now=START)
    assert topic.responders == (third(town),)
    assert [row.unit for row in lists.portfolios("wd", now=START) if row.in_force] == [third(town)]
    assert [row.unit for row in lists.liaisons("wd", now=START) if row.in_force] == []
    assert verify("wd").findings == ()


def test_the_lists_forget_whom_nobody_follows(town: Town) -> None:
    entered(town, "A", town.unit)
    entered(town, "B", town.other, town.unit)
    list_topic(town, responders=[town.unit])
    end(Walk(town), town.unit)
    rows = {row.code: (row.lead, row.co_units) for row in queries.responsibilities("wd", now=START)}
    assert rows == {"B": (town.other, ())}
    assert lists.topics("wd", now=START) == ()
    assert verify("wd").findings == ()


def test_a_desk_is_followed_in_its_channel_and_its_cases(town: Town) -> None:
    second = found_desk("wd", "second")
    settle("wd", second, "second.chief", "administrator")
    waiting = Walk(town).along(Act.REGISTER, Act.ACCEPT)
    with pytest.raises(Refused, match="撤销须写明承接单位"):
        end_unit(town, town.desk, waiting.now)
    end(waiting, town.desk, second)
    assert queries.desk_of(town.channel, "wd", now=waiting.now) == second
    assert owes(town.desk) == []
    waiting.do(Act.DISPATCH, by="second.dispatcher")
    assert waiting.facts.parts[Part.DESK] == {second}
    assert verify("wd").findings == ()


def test_sub_units_belong_to_the_successor_and_never_to_themselves(town: Town) -> None:
    above, below, heir = f"{town.code}.staffing", third(town), town.other
    for code, parent in ((town.unit, above), (below, town.unit), (heir, town.unit)):
        unit = queries.unit(code, "wd", now=START)
        fields = ChangeUnit(name=unit.name, parent=parent, superior_body=unit.superior_body, basis=BASIS)
        commands.change_unit(code=code, fields=fields, actor=town.actor("desk.administrator"), now=START)
    end(Walk(town), town.unit, heir)
    parents = {unit.code: unit.parent for unit in queries.units("wd")}
    assert (parents[below], parents[heir]) == (heir, above)
    assert verify("wd").findings == ()


def test_nobody_holds_a_post_there_and_nothing_is_offered_it(town: Town) -> None:
    walk = Walk(town).along(Act.REGISTER)
    end(walk, town.unit, town.other)
    assert queries.holders([town.unit], walk.now) == ()
    assert town.actor("unit.handler", walk.now).seats == frozenset()
    unit = queries.unit(town.unit, "wd", now=walk.now)
    assert (unit.active, unit.ended_on) == (False, TODAY)
    assert town.unit not in {u.code for u in queries.units_with(Capacity.HANDLING, "wd")}
    with pytest.raises(Refused):
        walk.do(Act.DISPATCH)
    for again in (
        lambda: commands.activate_unit(jurisdiction="wd", code=town.unit, actor=FOUNDER, now=walk.now),
        lambda: commands.appoint(
            account="wd.other.head", unit=town.unit, post="head", from_on=TODAY, actor=FOUNDER, now=walk.now
        ),
        lambda: entered(town, "A", town.unit),
        lambda: end_unit(town, town.unit, walk.now),
    ):
        with pytest.raises(Refused, match="撤销"):
            again()
    told = [event.sentence for event in events(f"unit:{town.unit}")]
    assert f"{town.unit}撤销，由{town.other}承接（依据：{BASIS}）" in told
    assert events(f"unit:{town.other}")[-1].sentence == f"承接{town.unit}未办结的事项和职责（依据：{BASIS}）"


def test_a_day_ahead_is_awaited_and_may_be_called_off(town: Town) -> None:
    walk = Walk(town).along(*TO_HANDLING)
    end_unit(town, town.unit, walk.now, town.other, on=TOMORROW)
    assert events(f"unit:{town.unit}")[-1].sentence == (
        f"{town.unit}自{TOMORROW}起撤销，由{town.other}承接（依据：{BASIS}）"
    )
    with pytest.raises(Refused, match="已定自"):
        end_unit(town, town.unit, walk.now, town.other)
    with pytest.raises(Refused, match="将由本单位承接"):
        end_unit(town, town.other, walk.now, third(town))
    clockwork.sweep("wd", walk.now)
    assert walk.facts.lead == town.unit
    chief = town.actor("desk.administrator")
    commands.keep_unit(code=town.unit, fields=KeepUnit(reason="方案调整"), actor=chief, now=walk.now)
    with pytest.raises(Unknown):
        commands.keep_unit(code=town.unit, fields=KeepUnit(reason="方案调整"), actor=chief, now=walk.now)
    clockwork.sweep("wd", walk.later(days=2).now)
    assert walk.facts.lead == town.unit
    end_unit(town, town.unit, walk.now, town.other, on=walk.now.date() + timedelta(days=1))
    clockwork.sweep("wd", walk.later(days=1).now)
    assert walk.facts.lead == town.other
    assert verify("wd").findings == ()


def test_who_carries_on_is_followed_in_turn(town: Town) -> None:
    walk = walk_to(Stage.SUBMITTED, town)
    end(walk, town.unit, town.other)
    end(walk, town.other, third(town))
    assert walk.facts.lead == third(town)
    assert queries.carried_on_by(town.unit, "wd") == third(town)
    assert verify("wd").findings == ()


def test_only_the_administrator_of_the_place_ends_units(town: Town, huainan: Town) -> None:
    fields = EndUnit(from_on=TODAY, successor="", basis=BASIS)
    with pytest.raises(Refused, match="只有系统管理员"):
        commands.end_unit(code=town.unit, fields=fields, actor=town.actor("unit.head"), now=START)
    with pytest.raises(Unknown):
        commands.end_unit(code=huainan.unit, fields=fields, actor=town.actor("desk.administrator"), now=START)
    with pytest.raises(Refused, match="没有这个单位"):
        end_unit(town, town.unit, START, huainan.unit)
    with pytest.raises(Refused, match="系统管理员都在这个单位"):
        end_unit(town, town.desk, START, found_desk("wd", "second"))
    with pytest.raises(Unknown):
        commands.carry_out_ending(unit=town.unit, actor=Actor.clockwork("wd"), now=START)


def test_two_units_are_merged_and_one_is_abolished_with_two_hundred_open_duties(town: Town) -> None:
    """Every case has its unit afterwards, or its desk; nothing is nobody's, and the record tells before and after."""
    first, second, gone = town.unit, town.other, third(town)
    walks = []
    for number in range(102):
        walk = Walk(town, START + timedelta(minutes=number)).along(Act.REGISTER)
        walk.do(Act.DISPATCH, lead=(first, second, gone)[number % 3])
        walks.append(walk)
    assert Duty.objects.filter(holder__in=[first, second, gone], discharged_at__isnull=True).count() == 204
    now = walks[-1].later(hours=1).now
    heir = found_heir(town)
    chief = town.actor("desk.administrator", now)
    merging = MergeUnits(units=(first, second), successor=heir, from_on=TODAY, basis=BASIS)
    commands.merge_units(fields=merging, actor=chief, now=now)
    end_unit(town, gone, now)
    assert clockwork.carry_out_endings("wd", now) == 3
    assert not Duty.objects.filter(holder__in=[first, second, gone], discharged_at__isnull=True).exists()
    assert Duty.objects.filter(holder=heir, discharged_at__isnull=True).count() == 136
    assert Duty.objects.filter(holder=town.desk, kind="dispatch", discharged_at__isnull=True).count() == 34
    assert not Participation.objects.filter(unit__in=[first, second, gone], until__isnull=True).exists()
    told = [event.sentence for event in events(f"case:{walks[0].number}")]
    assert any(first in sentence for sentence in told[:-1]), "what was said before goes on naming it"
    assert told[-1] == f"{first}撤销，由综合局承接（依据：{BASIS}）"
    assert verify("wd").findings == ()


def found_heir(town: Town) -> str:
    """A new department with its people."""
    code, kind = f"{town.code}.heir", queries.unit(town.unit, town.code, now=START).type
    commands.found_unit(jurisdiction=town.code, code=code, name="综合局", type_code=kind, actor=FOUNDER, now=START)
    for post in ("head", "deputy", "handler"):
        settle(town.code, code, f"heir.{post}", post)
    commands.activate_unit(jurisdiction=town.code, code=code, actor=FOUNDER, now=START)
    return code


def test_a_merger_names_the_unit_that_stands_against_it(town: Town) -> None:
    chief = town.actor("desk.administrator")
    settle(town.code, third(town), "third.chief", "administrator")
    for units, words in (
        ((), "请写明并入的单位"),
        ((town.unit, town.unit), "请写明并入的单位"),
        ((town.unit, town.other), "不能又是并入的单位"),
        ((town.unit, town.desk), f"{town.desk}：{town.other}不是受理平台"),
    ):
        fields = MergeUnits(units=units, successor=town.other, from_on=TODAY, basis=BASIS)
        with pytest.raises(Refused, match=words):
            commands.merge_units(fields=fields, actor=chief, now=START)
    assert queries.endings("wd") == ()


def test_a_town_ends_and_its_case_is_given_to_another_unit(town: Town) -> None:
    walk = led_by_a_town(town)
    end(walk, town.township or "")
    assert walk.facts.stage == Stage.TRIAGE
    assert verify("wd").findings == ()

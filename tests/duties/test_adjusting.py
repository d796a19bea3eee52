"""A limit is adjusted for duties opened afterwards, with its reason and basis in every explanation."""

from datetime import date, timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob
from pydantic import ValidationError

from bihuan.audit.queries import verify
from bihuan.cases.types import DUTIES, DutyKind
from bihuan.duties import commands, queries
from bihuan.duties.forms import Adjust, EndAdjustment, Notice, lines_of
from bihuan.duties.models import Duty
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.record.queries import events
from tests import years
from tests.towns import START, Town, settle
from tests.walks import TO_HANDLING, A, Walk
from tests.walls.roles import as_a_job, as_the_site

ADJUSTABLE = frozenset(spec.limit for spec in DUTIES.values())
TOMORROW = date(2025, 3, 4)


@pytest.fixture
def chief(wendeng: Town) -> Actor:
    """The administrator of the town."""
    settle(wendeng.code, wendeng.desk, "chief", "administrator")
    return wendeng.actor("chief")


def adjust(chief: Actor, limit: str = "3wd", from_on: date = TOMORROW, rule: str = "sign_in|||") -> None:
    form = Adjust(rule=rule, limit=limit, from_on=from_on, reason="防汛期间从快办理", basis="区政府专题会议纪要第9号")
    commands.adjust_limit(fields=form, adjustable=ADJUSTABLE, actor=chief, now=START)


def limits(number: str, kind: str) -> list[str]:
    rows = Duty.objects.filter(subject=f"case:{number}", kind=kind).order_by("id")
    return list(rows.values_list("limit", flat=True))


def test_only_duties_opened_from_the_day_on_are_counted_by_it(wendeng: Town, chief: Actor) -> None:
    before = Walk(wendeng).along(A.REGISTER, A.DISPATCH)
    stated = limits(before.number, DutyKind.SIGN_IN)
    adjust(chief, "7wd")
    today = Walk(wendeng, before.now).along(A.REGISTER, A.DISPATCH)
    tomorrow = Walk(wendeng, START + timedelta(days=1)).along(A.REGISTER, A.DISPATCH)
    assert limits(today.number, DutyKind.SIGN_IN) == stated
    assert limits(tomorrow.number, DutyKind.SIGN_IN) == ["7wd"]
    assert limits(before.number, DutyKind.SIGN_IN) == stated
    assert verify("wd").clean


def test_the_explanation_says_what_was_adjusted_why_and_on_what_basis(wendeng: Town, chief: Actor) -> None:
    adjust(chief, "7wd")
    walk = Walk(wendeng, START + timedelta(days=1)).along(A.REGISTER, A.DISPATCH)
    told = queries.explain_duty(Duty.objects.get(subject=f"case:{walk.number}", kind=DutyKind.SIGN_IN).id)
    assert told.limit_words == "7个工作日"
    for words in ("时限调整", "2025-03-04", "改为7个工作日", "防汛期间从快办理", "会议纪要第9号", "原定"):
        assert words in told.limit_source
    assert "非文件规定" not in told.limit_source.partition("原定")[0]
    assert events("jurisdiction:wd")[-1].facts["basis"] == "区政府专题会议纪要第9号"


def test_an_adjustment_ends_on_a_day_and_a_later_one_follows_an_earlier(wendeng: Town, chief: Actor) -> None:
    adjust(chief, "7wd")
    adjust(chief, "8wd", TOMORROW + timedelta(days=7))
    known = queries.overrides("wd")
    assert [(str(o.limit), o.from_on, o.until_on) for o in known] == [
        ("8wd", TOMORROW + timedelta(days=7), None),
        ("7wd", TOMORROW, TOMORROW + timedelta(days=7)),
    ]
    end = EndAdjustment(until_on=TOMORROW + timedelta(days=14), reason="汛期结束")
    commands.end_adjustment(id=known[0].id, fields=end, actor=chief, now=START)
    found = []
    for days in (1, 8, 15):
        walk = Walk(wendeng, START + timedelta(days=days)).along(A.REGISTER, A.DISPATCH)
        found += limits(walk.number, DutyKind.SIGN_IN)
    assert found[:2] == ["7wd", "8wd"]
    assert found[2] not in ("7wd", "8wd")
    with pytest.raises(Unknown):
        commands.end_adjustment(id=known[0].id, fields=end, actor=chief, now=START)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"from_on": date(2025, 3, 3)}, "from_on"),
        ({"rule": "nothing|||"}, "rule"),
        ({"rule": "extension|||"}, "rule"),
    ],
)
def test_what_cannot_be_adjusted_is_told_beside_the_field(
    wendeng: Town, chief: Actor, change: dict[str, str], field: str
) -> None:
    Walk(wendeng).along(A.REGISTER)
    with pytest.raises(Refused) as refused:
        adjust(chief, **change)  # type: ignore[arg-type]
    assert refused.value.refusal.field == field
    assert queries.overrides("wd") == ()


def test_a_city_that_owed_nothing_yet_begins_with_limits_that_hold_already(wendeng: Town, chief: Actor) -> None:
    adjust(chief, "7wd", TOMORROW - timedelta(days=90))
    walk = Walk(wendeng).along(A.REGISTER, A.DISPATCH)
    assert limits(walk.number, DutyKind.SIGN_IN) == ["7wd"]


def test_nobody_else_adjusts(wendeng: Town) -> None:
    with pytest.raises(Refused, match="只有系统管理员"):
        adjust(wendeng.actor("desk.dispatcher"))


def test_a_limit_is_written_as_the_regulation_writes_it() -> None:
    with pytest.raises(ValidationError, match="5个工作日写5wd"):
        Adjust(rule="x", limit="五天", from_on=TOMORROW, reason="x", basis="x")


LINES = "2031-10-01至2031-10-07 国庆节\n2031-01-01 元旦"


def test_a_notice_is_read_line_by_line(wendeng: Town, chief: Actor) -> None:
    form = Notice(year=2031, notice="国办发明电〔2030〕9号", holidays=LINES, workdays="2031-09-27")
    assert len(form.days) == 9
    assert form.days[date(2031, 9, 27)] == "调休上班"
    commands.enter_notice(fields=form, actor=chief, now=START)
    assert not queries.calendar().is_working(date(2031, 10, 7))
    assert lines_of(form.days) == ("2031-01-01 元旦\n2031-10-01至2031-10-07 国庆节", "2031-09-27")


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"holidays": "国庆节"}, "看不懂"),
        ({"holidays": "2031-10-01"}, "没有写节日名称"),
        ({"holidays": "2031-10-07至2031-10-01 国庆节"}, "起止日期不对"),
        ({"holidays": "2031-10-01 国庆节\n2031-10-01 国庆节"}, "写了两次"),
        ({"holidays": "2030-10-01 国庆节"}, "不在2031年"),
        ({"workdays": "2031-10-01"}, "既放假又上班"),
        ({"holidays": "2031-02-30 春节"}, "看不懂"),
        ({"holidays": "2031-01-01—02-33 元旦"}, "看不懂"),
        ({"holidays": "2031-01-01、2031-01-03 元旦"}, "看不懂"),
        ({"holidays": "2031-01-01 元旦 共3天"}, "看不懂"),
        ({"holidays": "2031-09-27 调休上班"}, "请写在调休上班的日期里"),
        ({"workdays": "2031-09-27 国庆节"}, "后面只能写"),
    ],
)
def test_a_notice_that_cannot_be_read_is_told_in_plain_words(said: dict[str, str], reason: str) -> None:
    with pytest.raises(ValidationError, match=reason):
        Notice(**{"year": 2031, "notice": "x", "holidays": LINES, **said})  # type: ignore[arg-type]


def test_a_span_may_leave_out_the_year_of_its_last_day() -> None:
    """F122: 2028-01-01—01-03 元旦 used to be read as one day of that long name."""
    form = Notice(year=2028, notice="x", holidays="2028-01-01—01-03 元旦")
    assert form.days == dict.fromkeys((date(2028, 1, n) for n in (1, 2, 3)), "元旦")


def test_what_a_notice_would_move_is_known_before_it_is_entered(wendeng: Town, chief: Actor) -> None:
    late = START.replace(year=2030, month=12, day=30)
    walk = Walk(wendeng, late).along(*TO_HANDLING)
    form = Notice(year=2031, notice="x", holidays="2031-01-01至2031-01-03 元旦")
    impact = commands.weigh_notice(fields=form, actor=chief)
    assert impact.moving == len(impact.first) > 0
    assert impact.difference.first
    before = {(m.subject, m.kind): m.after for m in impact.first}
    assert years.announce(2031, form.days, walk.now, actor=chief) == impact.moving
    moved = Duty.objects.filter(recomputed_at__isnull=False)
    assert {(d.subject, d.kind): d.due_at for d in moved if (d.subject, d.kind) in before} == before
    assert commands.weigh_notice(fields=form, actor=chief).moving == 0


def test_the_notice_holds_everywhere_also_for_the_role_of_the_site(wendeng: Town, huainan: Town, chief: Actor) -> None:
    late = START.replace(year=2030, month=12, day=30)
    for town in (wendeng, huainan):
        Walk(town, late).along(*TO_HANDLING)
    form, then = Notice(year=2031, notice="x", holidays="2031-01-01至2031-01-03 元旦"), late + timedelta(hours=9)
    moving = sum(queries.would_move(form.wording, town.code)[0] for town in (wendeng, huainan))
    with as_the_site():
        announced = commands.enter_notice(fields=form, actor=chief, now=then)
        (soon,) = ProcrastinateJob.objects.filter(task_name=commands.RECOMPUTE, scheduled_at__isnull=True)
        assert soon.args == {"edition": announced.edition}
    with as_a_job():
        assert years.recompute(announced.edition, then, chief) == moving
    moved = Duty.objects.filter(recomputed_at__isnull=False)
    assert set(moved.values_list("jurisdiction", flat=True)) == {"wd", "hn"}
    assert events("jurisdiction:wd")[-1].account == "wd.chief"
    assert verify().clean

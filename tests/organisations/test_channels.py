"""A channel has its desk from a day on: who may say so, which unit may be it, and what becomes of what is open."""

from datetime import date, timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act
from bihuan.intake import queries as intake
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.organisations import commands, queries
from bihuan.record.queries import events
from tests.towns import FOUNDER, START, Town, found, found_desk, settle
from tests.walks import Walk

TODAY, TOMORROW = date(2025, 3, 3), date(2025, 3, 4)
LATER = START + timedelta(days=1)


@pytest.fixture
def second(wendeng: Town) -> str:
    """Another receiving unit."""
    return found_desk("wd", "second")


def give(town: Town, unit: str, on: date = TOMORROW, *, actor: Actor = FOUNDER, channel: str = "") -> None:
    commands.give_channel(
        jurisdiction=town.code, channel=channel or town.channel, unit=unit, from_on=on, actor=actor, now=START
    )


def test_a_channel_passes_to_another_desk_from_a_day_on(wendeng: Town, second: str) -> None:
    settle("wd", wendeng.desk, "chief", "administrator")
    before = Walk(wendeng).along(Act.REGISTER)
    give(wendeng, second, actor=wendeng.actor("chief"))
    assert queries.desk_of(wendeng.channel, "wd", now=START) == wendeng.desk
    assert queries.desk_of(wendeng.channel, "wd", now=LATER) == second
    assert queries.channels_of([wendeng.desk], now=LATER) == ()
    assert [(row.unit, row.from_on, row.until_on) for row in queries.desks_ever("wd")] == [
        (second, TOMORROW, None),
        (wendeng.desk, date(2021, 1, 1), TOMORROW),
    ]
    told = events(f"unit:{second}")[-1]
    assert (told.facts["channel"], told.facts["before"]) == (wendeng.channel, wendeng.desk)
    assert told.account == "wd.chief"
    with pytest.raises(Refused):
        intake.registration(wendeng.channel, wendeng.actor("desk.registrar"), now=LATER)
    assert intake.registration(wendeng.channel, wendeng.actor("second.registrar"), now=LATER).desk == second
    before.now = LATER
    before.do(Act.ACCEPT)
    before.do(Act.DISPATCH)
    assert before.facts.parts["desk"] == {wendeng.desk}
    assert verify("wd").clean


def test_what_was_planned_is_put_otherwise_but_never_for_an_earlier_day(wendeng: Town, second: str) -> None:
    third = found_desk("wd", "third")
    give(wendeng, second)
    with pytest.raises(Refused, match="不能早于这一天"):
        give(wendeng, third, TODAY)
    give(wendeng, third)
    assert queries.desk_of(wendeng.channel, "wd", now=LATER) == third
    assert [row.unit for row in queries.desks_ever("wd")] == [third, wendeng.desk]


def test_who_may_not_and_which_unit_cannot(wendeng: Town, second: str) -> None:
    elsewhere = found("we", "wendeng-2021-10", prefix="WE")
    settle("we", elsewhere.desk, "chief", "administrator")
    with pytest.raises(Refused, match="只有系统管理员可以办理"):
        give(wendeng, second, actor=wendeng.actor("desk.registrar"))
    with pytest.raises(Unknown):
        give(wendeng, second, actor=elsewhere.actor("chief"))
    for unit, on, words in (
        (elsewhere.desk, TODAY, "没有这个单位"),
        (wendeng.unit, TODAY, "受理"),
        (wendeng.desk, TODAY, "已经由这个单位受理"),
        (second, date(2025, 3, 2), "不能早于今天"),
    ):
        with pytest.raises(Refused, match=words):
            give(wendeng, unit, on)
    commands.dismiss(
        account="wd.second.registrar", unit=second, post="registrar", until_on=TODAY, actor=FOUNDER, now=START
    )
    with pytest.raises(Refused, match="现无受理员"):
        give(wendeng, second)


def test_at_the_console(wendeng: Town) -> None:
    from click.testing import CliRunner

    from bihuan.cli.channel import command

    second = found_desk("wd", "second")
    done = CliRunner().invoke(command, ["give", "wd", "web", second])
    assert done.exit_code == 0, done.output
    assert "web\t12345政务服务热线网站\twd.second" in CliRunner().invoke(command, ["list", "wd"]).output
    for words in (["give", "wd", "web", "nobody"], ["give", "nowhere", "web", second], ["list", "nowhere"]):
        assert CliRunner().invoke(command, words).exit_code == 1

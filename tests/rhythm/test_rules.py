"""What every rule of regular work says, row by row."""

from datetime import date
from typing import Any

import pytest

from bihuan.policy import norms
from bihuan.policy.loader import pack
from bihuan.rhythm import rules
from bihuan.rhythm.types import RhythmAct, RhythmFacts, RhythmStage
from bihuan.vetting.specimens import plain
from tests.facts import WENDENG, person, unit
from tests.rule_tables import Row, asked

HUAINAN = pack("huainan-2021-55")
KEEP, TRAINING, BRIEFING, RULEBOOK = (
    norms.RHYTHM_KEEP,
    norms.RHYTHM_TRAINING,
    norms.RHYTHM_BRIEFING,
    norms.OFFICE_RULEBOOK,
)
TODAY = date(2025, 3, 3)


def work(**known: Any) -> RhythmFacts:
    """The briefing of a quarter that the head of `unit` owes."""
    usual = {
        "stage": RhythmStage.DUE,
        "code": "briefing",
        "every": "quarter",
        "unit": "unit",
        "post": "head",
        "begins_on": date(2025, 1, 1),
        "ends_on": date(2025, 3, 31),
    }
    return plain(RhythmFacts, **{**usual, **known})


do = asked(rules.may_do, work=work(post="list_keeper"), actor=person("unit.list_keeper"))
by_hand = asked(rules.may_do_by_hand, work=work(code="safety"))
once = asked(rules.may_begin_once, title="月度会商", there=False)
here = asked(rules.may_do_here, work=work(code="safety"), actor=person("unit.head"))
log = asked(rules.may_log, work=work(), act=RhythmAct.LOG_BRIEFING, actor=person("unit.head"))
enter = asked(rules.may_enter, act=RhythmAct.ENTER_BRIEFING, actor=person("unit.head"), units=["unit"], pack=HUAINAN)
train = asked(rules.may_train, units=[unit("department")], pack=WENDENG)
on = asked(rules.may_be_done_on, done_on=TODAY, begins_on=date(2025, 1, 1), today=TODAY)
miss = asked(rules.may_miss, work=work(), today=date(2025, 7, 1))
ROWS: tuple[Row, ...] = (
    once.allows("what did not begin yet"),
    once.refuses("what another has begun", KEEP, there=True),
    do.allows("whose work it is"),
    do.allows("the head of the unit", actor=person("unit.head")),
    do.allows("its deputy", actor=person("unit.deputy")),
    do.allows("the director of the list office", actor=person("unit.list_director")),
    do.refuses("somebody else there", KEEP, actor=person("unit.handler")),
    do.refuses("the head of another unit", KEEP, actor=person("other.head")),
    by_hand.allows("what has no page of its own"),
    by_hand.refuses("what has a log", KEEP, moot=True, work=work()),
    by_hand.refuses("what a meeting does", KEEP, work=work(code="meeting")),
    by_hand.refuses("what a bulletin does", KEEP, work=work(code="bulletin")),
    here.allows("what has no page of its own, by whose work it is"),
    here.refuses("by somebody else", KEEP, actor=person("unit.handler")),
    here.refuses("what has a log", KEEP, moot=True, work=work()),
    log.allows("the log of its own"),
    log.refuses("by somebody else", KEEP, actor=person("unit.handler")),
    log.refuses("another log", TRAINING, moot=True, act=RhythmAct.LOG_TRAINING),
    log.refuses("what is no log", KEEP, moot=True, act=RhythmAct.DO),
    enter.allows("a head"),
    enter.allows("a deputy", actor=person("unit.deputy")),
    enter.refuses("a handler", BRIEFING, actor=person("unit.handler")),
    enter.refuses("a head of elsewhere", BRIEFING, actor=person("other.head")),
    enter.refuses("where nobody is briefed", None, pack=WENDENG),
    train.allows("a unit that handles"),
    train.allows("the desk", units=[unit("centre")]),
    train.refuses("nobody", TRAINING, "units", units=[unit("department"), None]),
    train.refuses("a unit that has ended", TRAINING, "units", units=[unit("department", active=False)]),
    train.refuses("leaders", TRAINING, "units", units=[unit("leadership")]),
    on.allows("today"),
    on.allows("the first day", done_on=date(2025, 1, 1)),
    on.refuses("before its period", KEEP, "done_on", done_on=date(2024, 12, 31)),
    on.refuses("tomorrow", KEEP, "done_on", done_on=date(2025, 3, 4)),
    miss.allows("the first day of the next but one"),
    miss.refuses("the last day of the next", KEEP, today=date(2025, 6, 30)),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_says(row: Row) -> None:
    row.holds()

"""季度通报: drawn up from the ledgers, four texts, signed by another, told to the units, corrected by notes."""

from datetime import date, timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.bulletins import queries as bulletins
from bihuan.bulletins import reckoning
from bihuan.bulletins.types import BulletinFigures
from bihuan.clockwork.commands import sweep
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.matters.types import Act as MatterAct
from bihuan.policy.calendar import ZONE
from bihuan.record import queries as record
from bihuan.rhythm import queries as rhythms
from bihuan.rhythm.types import RhythmStage
from tests.bulletins.walks import A, BulletinWalk, S, bulletin_at
from tests.matters.walks import MatterWalk
from tests.supervision.test_urging import owed
from tests.towns import START, Town, end_unit


@pytest.mark.clause("HN-4.2")
def test_a_quarter_is_told_with_its_four_texts_and_figures_and_names_who_did_not_do_their_part(huainan: Town) -> None:
    matter = MatterWalk(huainan).with_overdue_case().along(MatterAct.REPORT, MatterAct.REGISTER, MatterAct.CLASSIFY)
    matter.do(MatterAct.ASSIGN)
    walk = BulletinWalk(huainan).begin()
    assert walk.facts.period == "2025-Q1"
    assert owed(walk.facts.subject) == [("bulletin_issue", huainan.office)]
    assert walk.facts.duties["bulletin_issue"].astimezone(ZONE).date() == date(2025, 4, 15)
    sweep(huainan.code, walk.now)
    assert bulletins.of_rhythm([walk.facts.rhythm]) == {walk.facts.rhythm}
    view = bulletins.view(walk.number, walk.actor("office.list_keeper"), now=walk.now)
    (line,) = [one for one in view.lines if one.unit == huainan.unit]
    assert (line.figures.entered, line.figures.open) == (1, 1)
    assert (line.figures.decided, line.figures.met, line.figures.in_time) == (1, 0, "0.00%（0/1）")
    assert any("2025-03" in one.text for one in view.namings), "the meeting of the month was not held"
    assert any(one.unit == huainan.unit and "听取" in one.text for one in view.namings)
    with pytest.raises(Refused, match="还缺：总体情况、经验做法、存在问题、工作要求"):
        walk.do(A.SUBMIT)
    walk.do(A.EDIT, demands="")
    with pytest.raises(Refused, match="还缺：工作要求"):
        walk.do(A.SUBMIT)
    walk.do(A.EDIT)
    walk.do(A.STRIKE_NAME)
    with pytest.raises(Refused) as refused:
        walk.do(A.STRIKE_NAME)
    assert refused.value.refusal.field == "nth"
    walk.do(A.SUBMIT)
    walk.along(A.RETURN, A.SUBMIT)
    with pytest.raises(Refused):
        walk.do(A.ISSUE, by="office.list_keeper")
    with pytest.raises(Unknown):
        bulletins.view(walk.number, walk.actor("unit.head"), now=walk.now)
    walk.do(A.ISSUE)
    assert walk.facts.issue_number == "通报〔2025〕1号"
    assert bulletins.view(walk.number, walk.actor("unit.head"), now=walk.now).facts.overview
    work = rhythms.facts(walk.facts.rhythm)
    assert (work.stage, work.done_by) == (RhythmStage.DONE, walk.facts.subject)
    walk.do(A.CORRECT)
    after = bulletins.view(walk.number, walk.actor("unit.head"), now=walk.now)
    assert [(one.nth, one.note[:3]) for one in after.corrections] == [(1, "城管局")]
    assert (after.facts.overview, after.lines) == ("一季度办理情况总体平稳。", after.lines)
    assert "印发通报〔2025〕1号" in [event.sentence for event in record.events(walk.facts.subject)]
    assert verify().findings == ()


def test_the_figures_stand_once_it_is_laid_before_the_director(huainan: Town) -> None:
    walk = bulletin_at(S.SIGNING, huainan)
    before = bulletins.lines_of(walk.facts.id)
    MatterWalk(huainan, walk.now).with_overdue_case().along(MatterAct.REPORT, MatterAct.REGISTER)
    assert bulletins.lines_of(walk.facts.id) == before
    assert verify().findings == ()


def test_a_rate_is_honest_and_shown_by_whole_numbers() -> None:
    assert BulletinFigures("u").in_time == "–"
    assert BulletinFigures("u", decided=809, met=752).in_time == "92.95%（752/809）"
    assert BulletinFigures("u", decided=3, met=2).in_time == "66.67%（2/3）"


def test_a_duty_counts_in_the_period_in_which_it_was_decided(huainan: Town) -> None:
    MatterWalk(huainan).with_overdue_case()
    march = reckoning.by_unit(huainan.code, date(2025, 3, 1), date(2025, 3, 31), now=START + timedelta(days=40))
    april = reckoning.by_unit(huainan.code, date(2025, 4, 1), date(2025, 4, 30), now=START + timedelta(days=40))
    assert [(one.unit, one.decided, one.met) for one in march] == [(huainan.unit, 1, 0)]
    assert april == [], "an overdue one does not leave its month"


def test_a_successor_of_the_office_issues_it(huainan: Town) -> None:
    walk = bulletin_at(S.DRAFT, huainan)
    end_unit(huainan, huainan.unit, walk.now, successor=huainan.other)
    sweep(huainan.code, walk.now + timedelta(minutes=1))
    walk.along(A.EDIT, A.SUBMIT, A.ISSUE)
    assert verify().findings == ()

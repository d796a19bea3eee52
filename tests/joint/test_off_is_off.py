"""F112: what a regulation leaves off refuses nobody, and joint handling comes to its end without it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bihuan.audit.queries import verify
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import DutyKind as CaseDuty
from bihuan.cases.types import Stage as CaseStage
from bihuan.joint.commands import LIVES
from bihuan.joint.stages import ENDS, OPEN, TABLES
from bihuan.joint.types import DUTIES, Act, DutyKind, Kind, Stage
from bihuan.kernel.refusal import Refused
from bihuan.kernel.stages import Move
from bihuan.policy import loader, norms
from bihuan.record.queries import events
from tests.joint.walks import JointWalk, tough, walk_to, with_bodies
from tests.towns import START, Town, found, pack_of
from tests.vetting.edits import base, off
from tests.walks import Walk

LEFT_OFF = (
    "whistle.topics",
    "whistle.grade",
    "whistle.passive-notice",
    "linkage.grade",
    "linkage.passive-notice",
)
GRADES = ("linkage.grade", "whistle.grade")
FORMS = tuple(f"{kind}.form{which}" for kind in Kind for which in ("", "-signed", "-uploaded"))
UNSIGNED = ("linkage.form-signed", "whistle.form-signed")
Founding = Callable[..., Town]


@pytest.fixture
def town_without(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Founding:
    """Found a town under Wendeng's regulation without some norms."""
    monkeypatch.setenv(loader.MORE_FOLDERS, str(tmp_path))
    monkeypatch.setattr(loader, "LOOKED_EVERY", 0.0)

    def town(*left_off: str) -> Town:
        (tmp_path / "somewhere.toml").write_text(off(*left_off)(base("wd")), encoding="utf-8")
        loader.look_again()
        return with_bodies(found("sw", "somewhere-2031-1", prefix="SWX"))

    return town


@pytest.fixture
def town(town_without: Founding) -> Town:
    """A town under a regulation without grades, topics and notices."""
    return town_without(*LEFT_OFF)


def begun(town: Town, kind: Kind, **fields: object) -> JointWalk:
    return JointWalk(town, kind, Walk(town, START)).begin(**fields)


def concluded(town: Town, kind: Kind, *, resolved: bool = True) -> JointWalk:
    walk = done_by_all(begun(town, kind))
    walk.do(Act.CONCLUDE, resolved=resolved)
    return walk


def done_by_all(walk: JointWalk) -> JointWalk:
    return walk.along(Act.ACCEPT if walk.kind == Kind.LINKAGE else Act.CHECK_IN, Act.FINISH)


def is_whole(walk: JointWalk) -> None:
    assert [str(broken) for broken in verify(walk.town.code).findings] == []


def test_a_tough_whistle_needs_no_list_where_there_is_none(town: Town) -> None:
    assert begun(town, Kind.WHISTLE, whistle_type="tough").facts.stage is Stage.ACTIVE


def test_with_the_list_it_does(district: Town) -> None:
    with pytest.raises(Refused) as refused:
        begun(district, Kind.WHISTLE, whistle_type="tough")
    assert refused.value.refusal.norm is norms.WHISTLE_TOPICS


@pytest.mark.parametrize("kind", Kind)
def test_without_notices_and_grades_it_comes_to_its_signed_form(town: Town, kind: Kind) -> None:
    walk = begun(town, kind)
    walk.along(Act.CONCLUDE)
    assert [member.finished_at for member in walk.facts.members] == [None], "nobody was notified, for nobody can be"
    walk.along(Act.FILE_FORM, Act.SIGN_FORM)
    assert walk.facts.stage is Stage.SIGNED


@pytest.mark.parametrize("kind", Kind)
def test_with_notices_it_waits(district: Town, kind: Kind) -> None:
    with pytest.raises(Refused):
        begun(district, kind).along(Act.CONCLUDE)


OTHERWISE = [
    pytest.param(kind, move, id=f"{kind}-{move.origin}-{move.act}-{move.target}")
    for kind in Kind
    for move in TABLES[kind].moves
    if move.unless is not None
]


def at_the_row(kind: Kind, move: Move, town: Town) -> JointWalk:
    """A linkage or whistle at which the row may be walked."""
    match move.act, move.origin:
        case Act.CONCLUDE, _:
            return done_by_all(begun(town, kind)).along(Act.GRADE)
        case Act.GRADE, _:
            return begun(town, kind)
        case Act.FILE_FORM, _:
            return concluded(town, kind).along(Act.GRADE)
        case Act.RAISE_TO_KEY, _:
            walk = done_by_all(tough(JointWalk(town, kind, Walk(town))))
            walk.along(Act.GRADE).do(Act.CONCLUDE, resolved=False)
            return walk
        case Act.DISSOLVE, Stage() as origin:
            walk = walk_to(kind, origin, town)
            walk.case.do(CaseAct.REQUEST_TERMINATION, by=f"{walk.lead}.handler")
            walk.case.do(CaseAct.APPROVE_TERMINATION)
            return walk
    walk = done_by_all(begun(town, kind)).along(Act.GRADE)
    walk.do(Act.CONCLUDE, resolved=False)
    return walk


@pytest.mark.parametrize(("kind", "move"), OTHERWISE)
def test_every_row_of_what_is_left_off_can_be_walked(kind: Kind, move: Move, town_without: Founding) -> None:
    unsigned = move.unless in (norms.LINKAGE_FORM_SIGNED, norms.WHISTLE_FORM_SIGNED)
    endless = move.unless is norms.JOINT_ENDS
    town = town_without(*(UNSIGNED if unsigned else (norms.JOINT_ENDS.name,) if endless else FORMS))
    walk = at_the_row(kind, move, town)
    before = walk.facts
    assert before.stage is move.origin
    walk.do(move.act)
    now = walk.facts
    assert now.stage is move.target
    holding = {duty for duty in now.duties if not DUTIES[kind][duty].survives}
    assert bool(holding) == (move.target in OPEN), "open means that somebody owes something"
    assert {duty for duty in move.opens if pack_of(town.code).binds(DUTIES[kind][duty].norm)} <= set(now.duties)
    assert not set(now.duties) & (set(move.discharges) - set(move.opens))
    assert (now.closed_at is not None) == (move.target in ENDS)
    is_whole(walk)


@pytest.mark.parametrize("kind", Kind)
def test_without_a_form_the_conclusion_is_the_end_and_the_case_goes_on(kind: Kind, town_without: Founding) -> None:
    walk = concluded(town_without(*FORMS, *GRADES), kind)
    assert (walk.facts.stage, walk.facts.closed_at) == (Stage.SIGNED, walk.now)
    told = [event.sentence for event in events(f"case:{walk.case.number}")]
    assert told[-1] == f"{kind.label}（{walk.number}）结束（已解决），按本地规定不填备案表，办理情况随本件在案"
    for act, by in ((CaseAct.ANSWER, "handler"), (CaseAct.SIGN_OFF, "deputy")):
        walk.case.do(act, by=f"{walk.lead}.{by}")
    walk.case.along(CaseAct.APPROVE, CaseAct.RECORD_CALLBACK, CaseAct.CLOSE)
    assert walk.case.facts.stage is CaseStage.CLOSED
    is_whole(walk)


@pytest.mark.parametrize("kind", Kind)
def test_what_is_not_solved_without_a_form_its_head_decides_about(kind: Kind, town_without: Founding) -> None:
    walk = concluded(town_without(*FORMS, *GRADES), kind, resolved=False)
    assert walk.facts.stage is Stage.SIGNED
    assert DutyKind.DIFFICULTY in walk.facts.duties, "it survives the end"
    is_whole(walk)
    walk.do(Act.REPORT)
    assert (walk.facts.stage, walk.facts.closed_at) == (Stage.ESCALATED, None)
    walk.do(Act.INSTRUCT)
    done_by_all(walk).do(Act.CONCLUDE, resolved=False)
    walk.do(Act.NO_REPORT)
    assert set(walk.facts.duties) <= {DutyKind.FILING}
    is_whole(walk)


@pytest.mark.parametrize("kind", Kind)
def test_solved_without_a_form_there_is_nothing_to_report(kind: Kind, town_without: Founding) -> None:
    walk = concluded(town_without(*FORMS, *GRADES), kind)
    for act in (Act.REPORT, Act.NO_REPORT):
        with pytest.raises(Refused):
            walk.do(act)


@pytest.mark.parametrize("kind", Kind)
def test_without_a_form_it_can_be_taken_up_again_once_that_is_decided(kind: Kind, town_without: Founding) -> None:
    walk = concluded(town_without(*FORMS, *GRADES), kind, resolved=False)
    with pytest.raises(Refused, match="主要负责人须先决定"):
        walk.do(Act.RENEW)
    walk.along(Act.NO_REPORT, Act.RENEW)
    told = [event.sentence for event in events(f"case:{walk.case.number}")]
    assert f"{kind.label}再次进行" in told, "no form is owed, and none is spoken of"
    assert walk.facts.stage is Stage.ACTIVE
    done_by_all(walk).do(Act.CONCLUDE)
    is_whole(walk)


@pytest.mark.parametrize("kind", Kind)
def test_without_a_form_grades_are_given_before_the_end(kind: Kind, town_without: Founding) -> None:
    walk = done_by_all(begun(town_without(*FORMS), kind))
    with pytest.raises(Refused, match="请先评价") as refused:
        walk.do(Act.CONCLUDE)
    assert refused.value.refusal.norm is (norms.LINKAGE_GRADE if kind is Kind.LINKAGE else norms.WHISTLE_GRADE)
    walk.along(Act.GRADE, Act.CONCLUDE)
    assert walk.facts.stage is Stage.SIGNED


@pytest.mark.parametrize("left_off", [FORMS, UNSIGNED], ids=["no form", "no signature"])
def test_a_call_to_the_platform_is_made_before_the_end(left_off: tuple[str, ...], town_without: Founding) -> None:
    walk = done_by_all(begun(town_without(*left_off, *GRADES), Kind.WHISTLE, filing="phone"))
    last = Act.CONCLUDE
    if left_off is UNSIGNED:
        walk.do(Act.CONCLUDE)
        last = Act.FILE_FORM
    with pytest.raises(Refused, match="尚未向平台报备"):
        walk.do(last)
    offered = {o.act: o for o in LIVES[Kind.WHISTLE].offers(walk.facts, walk.actor("lead.handler"), walk.now)}
    assert offered[last].refusal is not None
    walk.along(Act.RECORD_CALL, last)
    assert walk.facts.stage is Stage.SIGNED
    is_whole(walk)


@pytest.mark.parametrize("kind", Kind)
def test_what_the_case_owes_with_its_result_is_settled_without_a_form(kind: Kind, town_without: Founding) -> None:
    """The norm that the form goes up with the result alone: what goes up is that the joint handling is over."""
    left_off = [norm for norm in (*FORMS, *GRADES) if not norm.endswith("uploaded")]
    walk = done_by_all(begun(town_without(*left_off), kind))
    owed = {Kind.LINKAGE: CaseDuty.LINKAGE_FORM, Kind.WHISTLE: CaseDuty.WHISTLE_FORM}[kind]
    assert owed in walk.case.facts.duties
    walk.do(Act.CONCLUDE)
    assert owed not in walk.case.facts.duties
    is_whole(walk)


@pytest.mark.parametrize("kind", Kind)
def test_a_form_that_nobody_signs_stands_with_the_case_at_once(kind: Kind, town_without: Founding) -> None:
    walk = concluded(town_without(*UNSIGNED), kind, resolved=False).along(Act.GRADE)
    with pytest.raises(Refused, match="主要负责人须先决定"):
        walk.do(Act.FILE_FORM)
    walk.along(Act.NO_REPORT, Act.FILE_FORM)
    assert walk.facts.stage is Stage.SIGNED
    case = walk.case.facts
    assert (case.form_resolved, case.form_follow_up) == (False, "satisfied")
    assert not {CaseDuty.LINKAGE_FORM, CaseDuty.WHISTLE_FORM} & set(case.duties)
    is_whole(walk)

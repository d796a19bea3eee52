"""A unit that is complained of gets no secret request by any way, and another one only for a reason that is kept."""

from collections.abc import Callable
from typing import Any

import pytest

from bihuan.accountability.types import ClueAct as X
from bihuan.cases import queries as cases
from bihuan.cases.types import Act as C
from bihuan.determination.types import Act as D
from bihuan.instructions.types import InstructionAct as P
from bihuan.intake import rules as intake
from bihuan.joint.types import Act as J
from bihuan.joint.types import Kind
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.matters.types import Act as M
from bihuan.meetings import queries as meetings
from bihuan.meetings.types import MeetingAct as T
from bihuan.policy import norms
from bihuan.record import queries as record
from bihuan.record.commands import ACTS
from bihuan.supervision.types import ColouredAct as Z
from tests.accountability.walks import ClueWalk, with_accountable
from tests.determination.walks import DeterminationWalk, with_determiners
from tests.instructions.walks import InstructionWalk
from tests.joint.walks import LINKAGE, WHISTLE, JointWalk, third, to_signed, with_bodies
from tests.matters.walks import MatterWalk
from tests.meetings.walks import MeetingWalk
from tests.supervision.walks import ColouredWalk, with_supervisors
from tests.towns import Town, found
from tests.walks import TO_HANDLING, Walk

Try = Callable[..., object]
"""Does the act with what is given besides."""


def case(town: Town, secret: bool, *acts: str, **fields: Any) -> Walk:
    """A case in which `other` is complained of."""
    walk = Walk(town)
    walk.do(C.REGISTER, accused=[town.other], secrecy_requested=secret, **fields)
    return walk.along(*acts)


def _dispatch(town: Town, secret: bool) -> Try:
    walk = case(town, secret)
    return lambda **more: walk.do(C.DISPATCH, lead=town.other, **more)


def _co_units(town: Town, secret: bool) -> Try:
    walk = case(town, secret)
    return lambda **more: walk.do(C.DISPATCH, co_units=[town.other], **more)


def _link(town: Town, secret: bool) -> Try:
    walk = case(town, secret, C.DISPATCH, C.SIGN_IN)
    return lambda **more: walk.do(C.LINK, **more)


def _in_a_town(town: Town, secret: bool) -> Walk:
    walk = case(town, secret)
    walk.do(C.DISPATCH, lead=town.township)
    walk.do(C.SIGN_IN, by="township.handler")
    return walk


def _whistle(town: Town, secret: bool) -> Try:
    walk = _in_a_town(town, secret)
    return lambda **more: walk.do(C.WHISTLE, by="township.handler", **more)


def _joint(town: Town, secret: bool, kind: Kind, *acts: str) -> JointWalk:
    town = with_bodies(town)
    of = _in_a_town(town, secret) if kind == WHISTLE else case(town, secret, C.DISPATCH, C.SIGN_IN)
    return JointWalk(town, kind, of).start(units=[third(town)]).along(*acts)


def _added(kind: Kind, act: J, *acts: str) -> Callable[[Town, bool], Try]:
    def way(town: Town, secret: bool) -> Try:
        walk = _joint(town, secret, kind, *acts)
        return lambda **more: walk.do(act, units=[town.other], **more)

    return way


def _matter(act: M, **to: object) -> Callable[[Town, bool], Try]:
    def way(town: Town, secret: bool) -> Try:
        town = found("hn", "huainan-2021-55", prefix="HX")
        of = case(town, secret, C.DISPATCH, C.SIGN_IN).later(days=40)
        walk = MatterWalk(town, of.now, case=of.number, actors=of.actors).along(M.REPORT, M.REGISTER, M.CLASSIFY)
        if act in (M.REASSIGN, M.COORDINATE):
            walk.do(M.ASSIGN)
        return lambda **more: walk.do(act, **(to or {"lead": town.other}), **more)

    return way


def _decided(town: Town, secret: bool) -> Try:
    walk, of = _meeting(secret)
    return lambda **more: walk.do(T.DECIDE, about=[of.number], units=[walk.town.other], **more)


def _meeting(secret: bool, **convened: object) -> tuple[MeetingWalk, Walk]:
    """A meeting of the office to which nobody who is complained of was asked, and the case."""
    town = found("hn", "huainan-2021-55", prefix="HX")
    of = case(town, secret, C.DISPATCH, C.SIGN_IN)
    walk = MeetingWalk(town, of.now).along(T.CALL)
    walk.do(T.CONVENE, **{"units": [town.unit], **convened})
    return walk.along(T.HOLD), of


def _parties(act: C) -> Callable[[Town, bool], Try]:
    def way(town: Town, secret: bool) -> Try:
        town = with_determiners(town)
        walk = case(town, secret, *([C.DISPATCH, C.SIGN_IN] if act == C.REQUEST_DETERMINATION else []))
        return lambda **more: walk.do(act, **more)

    return way


def _further_parties(town: Town, secret: bool) -> Try:
    town = with_determiners(town)
    walk = case(town, secret, C.DISPATCH, C.SIGN_IN)
    walk.do(C.REQUEST_DETERMINATION, parties=[third(town)])
    disputed = DeterminationWalk(town, walk)
    from bihuan.determination import queries

    disputed.number = queries.standing_on(walk.number)
    return lambda **more: disputed.do(D.ADD_PARTIES, parties=[town.other], **more)


def _given(act: Z) -> Callable[[Town, bool], Try]:
    def way(town: Town, secret: bool) -> Try:
        town = with_supervisors(town)
        walk = ColouredWalk(town, case(town, secret, *TO_HANDLING[1:])).begin()
        if act == Z.ADD_UNITS:
            walk.do(Z.DISTRIBUTE)
        return lambda **more: walk.do(act, units=[town.other], **more)

    return way


def _instructed(act: P, *before: P) -> Callable[[Town, bool], Try]:
    def way(town: Town, secret: bool) -> Try:
        town = with_supervisors(town)
        walk = InstructionWalk(town, case(town, secret, *TO_HANDLING[1:]))
        if before:
            walk.begin(units=[], task="").along(*before)
        return lambda **more: walk.do(act, units=[town.other], task="核实办理。", **more)

    return way


def _clue(town: Town, secret: bool) -> Try:
    walk = ClueWalk(with_accountable(town), case(town, secret, *TO_HANDLING[1:]))
    return lambda **more: walk.do(X.OPEN, unit=town.other, **more)


WAYS: dict[tuple[str, str, str], Callable[[Town, bool], Try]] = {
    ("case", C.DISPATCH, "lead"): _dispatch,
    ("case", C.DISPATCH, "co_units"): _co_units,
    ("case", C.LINK, "units"): _link,
    ("case", C.WHISTLE, "units"): _whistle,
    ("linkage", J.ADD_UNITS, "units"): _added(LINKAGE, J.ADD_UNITS),
    ("whistle", J.ADD_UNITS, "units"): _added(WHISTLE, J.ADD_UNITS),
    ("linkage", J.INSTRUCT, "units"): _added(LINKAGE, J.INSTRUCT, J.REPORT),
    ("whistle", J.INSTRUCT, "units"): _added(WHISTLE, J.INSTRUCT, J.REPORT),
    ("whistle", J.RAISE_TO_TOUGH, "units"): _added(WHISTLE, J.RAISE_TO_TOUGH),
    ("matter", M.ASSIGN, "lead"): _matter(M.ASSIGN),
    ("matter", M.ASSIGN, "co_units"): _matter(M.ASSIGN, lead="hn.unit", co_units=["hn.other"]),
    ("matter", M.REASSIGN, "lead"): _matter(M.REASSIGN),
    ("matter", M.COORDINATE, "units"): _matter(M.COORDINATE, units=["hn.other"]),
}
"""Every way by which somebody lets a unit take part: the reason is asked for where the request is not secret."""
RULED: dict[tuple[str, str, str], Callable[[Town, bool], Try]] = {
    ("case", C.REQUEST_DETERMINATION, "parties"): _parties(C.REQUEST_DETERMINATION),
    ("case", C.OPEN_DETERMINATION, "parties"): _parties(C.OPEN_DETERMINATION),
    ("determination", D.ADD_PARTIES, "parties"): _further_parties,
    ("coloured", Z.DISTRIBUTE, "units"): _given(Z.DISTRIBUTE),
    ("coloured", Z.ADD_UNITS, "units"): _given(Z.ADD_UNITS),
    ("clue", X.OPEN, "unit"): _clue,
    ("instructing", P.ENTER, "units"): _instructed(P.ENTER),
    ("instructing", P.CALL_IN, "units"): _instructed(P.CALL_IN),
    ("instructing", P.GIVE, "units"): _instructed(P.GIVE),
    ("instructing", P.ADD_TASKS, "units"): _instructed(P.ADD_TASKS, P.VERIFY),
    ("instructing", P.AGAIN, "units"): _instructed(P.AGAIN, P.VERIFY, P.REPORT_UP),
    ("meeting", T.DECIDE, "units"): _decided,
}
"""A unit in dispute is heard, and one that a superior body or a meeting asks about answers, without a reason of its
own; it gets nothing of a secret request either."""
ELSEWHERE = {
    ("case", C.REDISPATCH, "lead"): "the same rule as the dispatch",
    ("case", C.REDISPATCH, "co_units"): "the same rule as the dispatch",
    ("matter", M.REASSIGN, "co_units"): "the same rule as the matter's assignment",
    ("linkage", J.RENEW, "units"): "test_units_that_are_asked_again",
    ("whistle", J.RENEW, "units"): "test_units_that_are_asked_again",
    ("determination", D.DESIGNATE, "unit"): "test_whoever_is_determined",
    ("determination", D.ISSUE_UNIT, "unit"): "test_whoever_is_determined",
    ("meeting", T.CONVENE, "units"): "test_no_meeting_decides_about_a_secret_request_before_a_unit_that_it_accuses",
}
LET_NOBODY_IN = {
    ("case", "register", "accused"),
    ("case", "name_accused", "accused"),
    ("case", "request_return", "suggested_unit"),
    ("case", "request_determination", "suggested_unit"),
    ("whistle", "object", "suggested_unit"),
    ("determination", "state_position", "suggested_unit"),
    ("determination", "opine", "unit"),
    ("determination", "enter_responsibility", "lead"),
    ("determination", "enter_responsibility", "co_units"),
    ("case", "answer", "promise_unit"),
    ("case", "approve", "promise_unit"),
    ("case", "close", "promise_unit"),
    ("case", "close_without_callback", "promise_unit"),
    ("matter", "draft_feedback", "promise_unit"),
    ("reminder", "issue", "unit"),  # both are sent to a unit that takes part already
    ("ordering", "issue", "unit"),
    ("coloured", "send_back", "unit"),  # one that answered for it already
    ("rhythm", "log_training", "units"),  # regular work stands on no case and names none
    ("rhythm", "enter_training", "units"),
}
"""Fields that name units without letting them take part."""


def test_every_form_that_names_a_unit_is_one_of_these() -> None:
    named = {
        (subject, str(act), name)
        for (subject, act), declared in ACTS.items()
        for name, shape in declared.fields.model_json_schema()["properties"].items()
        if any(f"'widget': '{widget}'" in str(shape) for widget in ("unit", "units", "any_unit", "any_units"))
    }
    known = {(kind, str(act), name) for kind, act, name in (*WAYS, *RULED, *ELSEWHERE)} | LET_NOBODY_IN
    assert named == known, "a form that lets a unit take part asks `cases.rules.may_go_to`; say here how it is tried"


@pytest.mark.parametrize("way", [*WAYS, *RULED], ids=lambda way: "-".join(map(str, way)))
def test_a_secret_request_goes_to_no_unit_that_it_accuses(way: tuple[str, str, str], wendeng: Town) -> None:
    done = {**WAYS, **RULED}[way](wendeng, True)
    with pytest.raises(Refused) as refused:
        done(**({"accused_reason": "没有别的单位可办。"} if way in WAYS else {}))
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.IDENTITY_PROTECTED, way[2])
    assert "要求保密" in refused.value.refusal.reason


@pytest.mark.parametrize("way", list(WAYS), ids=lambda way: "-".join(map(str, way)))
def test_another_request_goes_to_a_unit_that_it_accuses_for_a_reason_alone(
    way: tuple[str, str, str], wendeng: Town
) -> None:
    done = WAYS[way](wendeng, False)
    with pytest.raises(Refused) as refused:
        done()
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.IDENTITY_PROTECTED, "accused_reason")
    number = done(accused_reason="反映的是服务态度，由其纪检组核查。").number
    event = next(e for e in reversed(record.events(f"{way[0]}:{number}")) if e.facts.get("act") == way[1])
    assert event.private is not None
    assert event.private["accused_reason"] == "反映的是服务态度，由其纪检组核查。"
    assert "服务态度" not in event.sentence


@pytest.mark.parametrize("way", list(RULED), ids=lambda way: "-".join(map(str, way)))
def test_a_unit_in_dispute_is_heard_although_it_is_complained_of(way: tuple[str, str, str], wendeng: Town) -> None:
    assert RULED[way](wendeng, False)()


@pytest.mark.parametrize("kind", [LINKAGE, WHISTLE], ids=str)
def test_units_that_are_asked_again_are_asked_by_the_same_rule(kind: Kind, wendeng: Town) -> None:
    town = with_bodies(wendeng)
    of = _in_a_town(town, False) if kind == WHISTLE else case(town, False, C.DISPATCH, C.SIGN_IN)
    walk = JointWalk(town, kind, of).start(units=[third(town)])
    for act in (J.ACCEPT if kind == LINKAGE else J.CHECK_IN, J.FINISH):
        walk.do(act, by="third.handler")
    walk.do(J.CONCLUDE)
    walk.do(J.GRADE, unit=third(town))
    walk.along(J.FILE_FORM, J.SIGN_FORM)
    of.do(C.ANSWER, by=f"{walk.lead}.handler")
    of.do(C.SIGN_OFF, by=f"{walk.lead}.deputy")
    of.do(C.SEND_BACK)
    with pytest.raises(Refused) as refused:
        walk.do(J.RENEW, units=[town.other, third(town)])
    assert refused.value.refusal.field == "accused_reason"
    assert walk.do(J.RENEW, units=[town.other, third(town)], accused_reason="只有它有设备。")


@pytest.mark.parametrize("secret", [True, False], ids=["secret", "open"])
def test_whoever_is_determined_gets_no_secret_request_that_accuses_it(secret: bool, wendeng: Town) -> None:
    town = with_determiners(wendeng)
    of = case(town, secret, C.DISPATCH, C.SIGN_IN)
    of.do(C.REQUEST_DETERMINATION, parties=[third(town)] if secret else [third(town), town.other])
    walk = DeterminationWalk(town, of)
    from bihuan.determination import queries

    walk.number = queries.standing_on(of.number)
    walk.along(D.SUBMIT).heard()
    if not secret:
        assert walk.along(D.ISSUE_UNIT).do(D.ASSIGN)
        return
    with pytest.raises(Refused, match="不是争议单位"):  # whom the request accuses is no party of it
        walk.do(D.ISSUE_UNIT)


def _is_refused(walk: MeetingWalk, field: str, **fields: object) -> None:
    with pytest.raises(Refused) as refused:
        walk.do(T.DECIDE, **fields)
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.IDENTITY_PROTECTED, field)


def test_no_meeting_decides_about_a_secret_request_before_a_unit_that_it_accuses(db: None) -> None:
    walk, of = _meeting(True, units=["hn.unit", "hn.other"])
    _is_refused(walk, "about", about=[of.number])
    assert walk.do(T.DECIDE, units=["hn.other"]), "whoever was asked to it does something else"


def test_whoever_does_something_else_by_a_meeting_reads_of_no_secret_request_that_accuses_it(db: None) -> None:
    walk, of = _meeting(True)
    walk.do(T.DECIDE, about=[of.number])
    _is_refused(walk, "units", units=["hn.other"])
    walk.do(T.STRIKE)
    walk.do(T.DECIDE, units=["hn.other"])
    _is_refused(walk, "about", about=[of.number])


def test_minutes_are_not_signed_where_a_decision_is_about_who_was_accused_since(db: None) -> None:
    walk, of = _meeting(True, units=["hn.unit", "hn.supervision"])
    walk.do(T.DECIDE, about=[of.number], units=["hn.unit"])
    of.now = walk.now
    of.do(C.NAME_ACCUSED, accused=["hn.supervision"])
    with pytest.raises(Refused) as refused:
        walk.do(T.SIGN)
    assert refused.value.refusal.norm == norms.IDENTITY_PROTECTED


def test_a_decision_tells_a_unit_that_takes_no_part_in_the_case_its_number_alone(db: None) -> None:
    walk, of = _meeting(False, units=["hn.unit", "hn.other"])
    walk.do(T.DECIDE, about=[of.number])
    walk.do(T.SIGN)
    of.now = walk.now
    with pytest.raises(Unknown):
        cases.view(of.number, of.actor("other.handler"), now=of.now)
    shown = meetings.view(walk.number, walk.actor("other.handler"), now=walk.now)
    told = str(shown) + str(record.events(walk.facts.subject))
    assert of.number in told
    assert of.facts.title not in told


def test_a_secret_request_is_not_put_to_one_that_the_accused_unit_handles(wendeng: Town) -> None:
    theirs = Walk(wendeng).along(C.REGISTER)
    theirs.do(C.DISPATCH, lead=wendeng.other)
    told = {"parent": theirs.number, "reason": "同一件事。", "requester_told": "电话告知"}
    with pytest.raises(Refused) as refused:
        case(wendeng, True).do(C.MERGE, **told)
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.IDENTITY_PROTECTED, "parent")
    assert case(wendeng, False).do(C.MERGE, **told)


def test_who_is_accused_is_registered_shown_and_never_suggested(wendeng: Town) -> None:
    walk = case(wendeng, True, appeal_type="REPORT")
    assert walk.facts.accused == (wendeng.other,)
    assert cases.view(walk.number, walk.actor("desk.registrar"), now=walk.now).accused_names == (wendeng.other,)
    assert record.events(walk.facts.subject)[0].facts["accused"] == [wendeng.other]
    with pytest.raises(Refused) as refused:
        Walk(wendeng).do(C.REGISTER, accused=["nowhere"])
    assert refused.value.refusal.field == "accused"
    assert Walk(wendeng).do(C.REGISTER, secrecy_requested=True), "what is typed over the API today stays accepted"


@pytest.mark.parametrize(
    ("codes", "known", "refused"), [(["a"], ["a"], False), ([], [], False), (["a", "b"], ["a"], True)]
)
def test_only_units_that_there_are_can_be_complained_of(codes: list[str], known: list[str], refused: bool) -> None:
    refusal = intake.may_be_accused(codes, known=known)
    assert (refusal and (refusal.norm, refusal.field)) == ((None, "accused") if refused else None)


def test_an_accused_unit_is_not_among_those_that_the_list_suggests(wendeng: Town) -> None:
    from bihuan.dispatch.queries import suggestions
    from bihuan.organisations import commands as organisations
    from tests.towns import FOUNDER, START

    organisations.enter_responsibility(
        jurisdiction=wendeng.code,
        code="ZR-1",
        matter="路灯维护",
        lead=wendeng.other,
        co_units=(),
        basis="三定规定",
        from_on=START.date(),
        actor=FOUNDER,
        now=START,
    )
    text = {"n": "小区门口路灯不亮"}
    assert suggestions(text, wendeng.code, now=START)["n"]
    assert suggestions(text, wendeng.code, now=START, accused={"n": [wendeng.other]})["n"] == ()


def test_handling_goes_on_as_before_where_nobody_is_accused(wendeng: Town) -> None:
    assert Walk(wendeng).along(*TO_HANDLING).do(C.LINK)
    assert to_signed(JointWalk(wendeng, LINKAGE, Walk(wendeng)).begin())

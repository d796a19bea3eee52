"""What a form offers is not refused for that choice, and what it does not mark is not missed (F93, F94)."""

import re
from collections.abc import Collection, Iterator
from typing import Any

import pytest
from django.db import transaction
from pydantic import ValidationError

from bihuan.cases.stages import TABLE as CASES
from bihuan.cases.types import Act as C
from bihuan.determination.types import Act as D
from bihuan.dispatch.types import Answer
from bihuan.duties.life import Offer
from bihuan.feedback.types import Close
from bihuan.joint.stages import TABLES as JOINT
from bihuan.joint.types import Act as J
from bihuan.kernel.complaints import complaints
from bihuan.kernel.fields import Fields
from bihuan.kernel.refusal import Refusal, Refused
from bihuan.kernel.stages import Move
from bihuan.matters.stages import TABLE as MATTERS
from bihuan.matters.types import Act as M
from bihuan.matters.types.forms import DraftFeedback
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Standing
from bihuan.record.commands import ACTS
from bihuan.subjects.registry import REGISTRY
from bihuan.web.forms import SEVERAL, Choices, Control, Typed, controls
from bihuan.web.subjects import page
from tests.cases.rows import KEY, ready_for
from tests.determination.walks import case_ready_for
from tests.joint import test_squares as joint_squares
from tests.joint.conftest import settled
from tests.joint.walks import DOERS as JOINT_DOERS
from tests.joint.walks import LINKAGE, WHISTLE, JointWalk, to_concluded, with_bodies
from tests.joint.walks import filled as filled_in_joint
from tests.matters import test_squares as matter_squares
from tests.matters.walks import filled as filled_in_matter
from tests.towns import START, Town
from tests.walks import DOERS, Walk, filled, heard_ready_for, led_by_a_town, walk_to
from tests.web.officials import Office, typed_for

pytestmark = pytest.mark.django_db


class _Undone(Exception):
    """Take the attempt back."""


def standing(town: Town, actor: Any, now: Any) -> Standing:
    return Standing(actor=actor, jurisdiction=organisations.jurisdiction(town.code), now=now)


def offer_of(word: str, walk: Any, who: str, act: str) -> Offer | None:
    kind, actor = REGISTRY[word], walk.actor(who)
    offers = kind.life.offers(kind.see(walk.number, actor), actor, walk.now)
    return next((o for o in offers if o.act == act and o.mine and o.refusal is None), None)


def attempt(word: str, walk: Any, who: str, act: str, said: dict[str, Any]) -> tuple[Refusal, ...]:
    """What is refused of an act; everything is as it was afterwards."""
    entry = ACTS[(word, act)]
    try:
        form = entry.fields.model_validate(said)
        with transaction.atomic():
            entry.run(number=walk.number, fields=form, actor=walk.actor(who), now=walk.now)
            raise _Undone
    except _Undone:
        return ()
    except ValidationError as invalid:
        return tuple(Refusal(c.text, None, field=c.field) for c in complaints(invalid, entry.fields))
    except Refused as refused:
        return refused.all


def faults(word: str, walk: Any, who: str, act: str, said: dict[str, Any]) -> Iterator[str]:
    offer = offer_of(word, walk, who, act)
    if offer is None:
        return
    seat = standing(walk.town, walk.actor(who), walk.now)
    members = [(m.unit, m.name) for m in getattr(REGISTRY[word].see(walk.number, seat.actor), "present", ())]
    shown = controls(
        offer.fields, prefix=act, typed=Typed(), choices=Choices(seat, None, members), allowed=offer.allowed,
        needs=offer.needs,
    )  # fmt: skip
    for control in shown:
        yield from _offered_and_refused(control, word, walk, who, act, said)
        yield from _unmarked_and_missed(control, offer, word, walk, who, act, said)
    whole = controls(offer.fields, prefix=act, typed=Typed(), choices=Choices(seat, None, members))
    offered = {(control.name, choice.value) for control in shown for choice in control.choices}
    for control in whole:
        yield from _withheld_and_taken(control, offered, word, walk, who, act, said)


def _offered_and_refused(
    control: Control, word: str, walk: Any, who: str, act: str, said: dict[str, Any]
) -> Iterator[str]:
    for choice in control.choices:
        if choice.value:
            value = [choice.value] if control.kind in SEVERAL else choice.value
            for refusal in attempt(word, walk, who, act, {**said, control.name: value}):
                if refusal.field == control.name and control.name not in IN_COMBINATION.get(act, ()):
                    yield f"{act}.{control.name}={choice.value}: {refusal.reason}"


def _withheld_and_taken(
    control: Control,
    offered: Collection[tuple[str, str]],
    word: str,
    walk: Any,
    who: str,
    act: str,
    said: dict[str, Any],
) -> Iterator[str]:
    """What the page does not offer is refused of whoever sends it all the same."""
    for choice in control.choices:
        if choice.value and (control.name, choice.value) not in offered:
            value = [choice.value] if control.kind in SEVERAL else choice.value
            if attempt(word, walk, who, act, {**said, control.name: value}) == ():
                yield f"{act}.{control.name}={choice.value} is not offered, and taken"


IN_COMBINATION = {
    C.WHISTLE: ("whistle_type",),
    J.SIGN_FORM: ("absence_kind",),
    C.DISPATCH: ("co_units",),
    C.REDISPATCH: ("co_units",),
    M.ASSIGN: ("co_units",),
    M.REASSIGN: ("co_units",),
    D.ENTER_RESPONSIBILITY: ("co_units",),
}
"""What is refused together with what else is said, not by itself."""


def _unmarked_and_missed(
    control: Control, offer: Offer, word: str, walk: Any, who: str, act: str, said: dict[str, Any]
) -> Iterator[str]:
    marked = control.required or control.name in offer.needs or "必填" in control.hint
    if marked or control.name not in said or control.kind == "check":
        return
    without = {name: value for name, value in said.items() if name != control.name}
    for refusal in attempt(word, walk, who, act, without):
        if refusal.field == control.name:
            yield f"{act}.{control.name} left out: {refusal.reason}"


ONE_ROW = {move.act: move for move in reversed(CASES.moves) if move.origin is not None and move.act != C.ARCHIVE}


PEOPLES = [act for act in ONE_ROW if DOERS.get(act, "clockwork") not in ("clockwork", "requester") and act != C.WHISTLE]


@pytest.mark.parametrize("act", PEOPLES)
def test_what_the_form_of_a_case_offers_is_not_refused(act: C, wendeng: Town) -> None:
    move: Move = ONE_ROW[act]
    ready = case_ready_for(move, wendeng) or heard_ready_for(move, wendeng)
    walk = ready_for(move, wendeng) if act in KEY else ready or walk_to(move.origin, wendeng)  # type: ignore[arg-type]
    if act == C.CLOSE:
        walk.do(C.RECORD_CALLBACK, solved="no", satisfied="yes")
    said = filled(act, walk.town, walk.now) | ({"closure": "EXPLAINED"} if act == C.CLOSE else {})
    assert list(faults("case", walk, DOERS[act], act, said)) == []
    if said and offer_of("case", walk, DOERS[act], act):
        if act == C.MARK_KEY:
            said |= {"scan": [walk.scan(walk.actor(DOERS[act]))]}
        assert not [r for r in attempt("case", walk, DOERS[act], act, said) if r.field], "as filled it is accepted"


def test_a_town_is_offered_whom_it_may_call(wendeng: Town) -> None:
    walk = led_by_a_town(wendeng)
    assert list(faults("case", walk, "township.handler", C.WHISTLE, filled(C.WHISTLE, walk.town, walk.now))) == []
    offer = offer_of("case", walk, "township.handler", C.WHISTLE)
    assert offer
    known = {unit.code: unit for unit in organisations.directory(wendeng.code, now=walk.now).units}
    allowed = {code for code, unit in known.items() if offer.allowed["units"](unit)}  # type: ignore[operator]
    assert wendeng.township not in allowed
    assert wendeng.other in allowed


@pytest.mark.parametrize("kind", [LINKAGE, WHISTLE])
@pytest.mark.parametrize("act", [J.ADD_UNITS, J.GRADE, J.FILE_FORM, J.SIGN_FORM])
def test_what_the_form_of_joint_handling_offers_is_not_refused(kind: Any, act: J, db: None) -> None:
    town = settled()
    row = next(move for move in JOINT[kind].moves if move.act == act)
    walk = joint_squares.ready_for(kind, row, town)
    who = JOINT_DOERS[act]
    assert list(faults(str(kind), walk, who, act, filled_in_joint(act, town))) == []


@pytest.mark.parametrize("act", ["draft_feedback", "submit_feedback", "classify", "assign"])
def test_what_the_form_of_a_matter_offers_is_not_refused(act: str, huainan: Town) -> None:
    row = next(move for move in MATTERS.moves if move.act == act)
    walk = matter_squares.ready_for(row, huainan)
    who = "unit.handler" if act == "submit_feedback" else matter_squares.doer_of(row)
    assert list(faults("matter", walk, who, act, filled_in_matter(act, huainan, walk.now))) == []


def test_the_page_offers_four_ends_and_marks_what_is_missed(office: Office) -> None:
    number = office.walk(C.ACCEPT, C.DISPATCH, C.SIGN_IN)
    page = office["unit.handler"].read(f"/cases/{number}/")
    options = re.search(r'<select[^>]*name="outcome".*?</select>', page.html, re.DOTALL)
    assert options
    assert re.findall(r'value="(\w+)"', options[0]) == ["SOLVED", "PARTIAL", "EXPLAINED", "PROMISED"]
    assert "办理结果为“解释说明”的必填" in page.text
    said = typed_for(C.ANSWER, office.town, office.began) | {"outcome": "EXPLAINED", "policy_basis": ""}
    said.pop("truthful")
    refused = office.act("unit.handler", number, C.ANSWER, status=409, **said)
    assert 'id="answer-policy_basis-error"' in refused.html, "all that lacks is told at once"
    assert 'id="answer-truthful-error"' in refused.html


def test_the_form_of_the_mechanism_says_what_it_cannot_do_without(office: Office) -> None:
    walk = to_concluded(
        JointWalk(with_bodies(office.town, office.began), LINKAGE, Walk(office.town, office.began)).begin()
    )
    walk.along(J.GRADE)
    page = office["unit.handler"].read(f"/linkages/{walk.number}/")
    assert re.search(r'for="file_form-follow_up">回访情况<span class="must"', page.html)
    office_page = office.act("unit.handler", walk.number, J.FILE_FORM, kind="linkages", status=409, result="已修复。")
    assert 'id="file_form-follow_up-error"' in office_page.html


def test_where_the_usual_end_is_not_allowed_none_is_chosen_for_anybody(office: Office) -> None:
    number = office.walk(C.ACCEPT, C.DISPATCH, C.SIGN_IN, C.RECORD_CONTACT, C.ANSWER, C.SIGN_OFF, C.APPROVE)
    said = typed_for(C.RECORD_CALLBACK, office.town, office.began) | {"solved": "no", "satisfied": "yes"}
    office.act("desk.caller", number, C.RECORD_CALLBACK, **said)
    page = office["desk.caller"].read(f"/cases/{number}/")
    assert page.form(f"/cases/{number}/acts/close/").values["closure"] == [""]
    refused = office.act("desk.caller", number, C.CLOSE, status=422)
    assert 'id="close-closure-error"' in refused.html


def test_the_ledger_s_form_begins_as_reported_and_says_so(huainan: Town) -> None:
    row = next(move for move in MATTERS.moves if move.act == M.REGISTER)
    walk = matter_squares.ready_for(row, huainan)
    seat = standing(huainan, walk.actor("office.list_keeper"), walk.now)
    shown = page(REGISTRY["matter"], walk.number, seat)
    form = next(form for form in shown.forms if form.offer.act == M.REGISTER)
    said = {control.name: control for control in form.controls}
    facts = REGISTRY["matter"].see(walk.number, seat.actor)
    reported = [name for name in ("done", "why_unresolved") if getattr(facts, name)]
    assert reported
    for name in reported:
        assert (said[name].value, said[name].hint) == (getattr(facts, name), "按报送，可以改")
    before = facts.tier1_due_at
    filled_in = {name: control.value for name, control in said.items() if control.value}
    filled_in.setdefault("why_unresolved", "牵涉两个单位。")
    filled_in["tier1_due_at"] += "+08:00"
    assert attempt("matter", walk, "office.list_keeper", M.REGISTER, filled_in) == ()
    assert before == REGISTRY["matter"].see(walk.number, seat.actor).tier1_due_at


def test_what_one_type_of_whistle_alone_needs_says_so(wendeng: Town) -> None:
    walk = led_by_a_town(wendeng)
    offer = offer_of("case", walk, "township.handler", C.WHISTLE)
    assert offer
    seat = standing(wendeng, walk.actor("township.handler"), walk.now)
    shown = {c.name: c for c in controls(offer.fields, prefix="w", typed=Typed(), choices=Choices(seat))}
    assert shown["topic"].asked_with == ("whistle_type", "tough")
    assert shown["leader"].asked_with == ("whistle_type", "key")
    assert "仅“攻坚哨”填写" in shown["topic"].hint
    assert shown["task"].asked_with is None


@pytest.mark.parametrize(
    ("form", "other"), [(Answer, "outcome"), (Close, "closure"), (DraftFeedback, "outcome")], ids=str
)
def test_what_a_promise_alone_needs_is_asked_with_it(form: type[Fields], other: str, wendeng: Town) -> None:
    """Scripts show it with a promise; without scripts it stands there and says when it is filled in."""
    seat = standing(wendeng, wendeng.actor("unit.handler"), START)
    shown = {c.name: c for c in controls(form, prefix="a", typed=Typed(), choices=Choices(seat))}
    parts = {name: control for name, control in shown.items() if name.startswith("promise")}
    assert set(parts) == {"promise", "promise_unit", "promise_person", "promise_due_on"}
    for control in parts.values():
        assert control.asked_with == (other, "PROMISED"), control.name
        assert "仅“承诺办理”填写" in control.hint
        assert not control.required

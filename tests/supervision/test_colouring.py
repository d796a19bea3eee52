"""三色督办单: entered from above, given to units, answered upward when the last one replied, released or raised."""

from datetime import timedelta

import pytest

from bihuan.audit.queries import verify
from bihuan.cases import queries as cases
from bihuan.cases.types import Part
from bihuan.clockwork.commands import sweep
from bihuan.duties import queries as duties
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.policy import norms
from bihuan.policy.calendar import ZONE
from bihuan.record import queries as record
from bihuan.supervision import queries as supervision
from bihuan.supervision.types import Colour, ColouredStage, Kind
from bihuan.supervision.types.rows import DirectiveFilters
from tests.cases.test_bodies_accused import another
from tests.supervision.test_urging import owed
from tests.supervision.walks import CA, ColouredWalk, a_working_day, coloured_at
from tests.towns import SUPERVISION_POSTS, Town, end_unit
from tests.walks import TO_HANDLING, Walk

S = ColouredStage


def both(walk: ColouredWalk) -> ColouredWalk:
    """The order in the hands of two units."""
    walk.do(CA.DISTRIBUTE, units=[walk.town.unit, walk.town.other])
    return walk


def of_kind(walk: ColouredWalk, kind: str) -> list[str]:
    """Who owes that about the order."""
    return sorted(holder for owing, holder in owed(walk.facts.subject) if owing == kind)


@pytest.mark.clause("A1-5")
def test_a_coloured_order_is_followed_up_until_the_superior_body_releases_it(district: Town) -> None:
    case = Walk(district).along(*TO_HANDLING)
    offices = district.actor("offices.supervisor", case.now)
    before = duties.owed_on([case.facts.subject])
    walk = ColouredWalk(district, case).begin()
    assert walk.facts.from_above.colour is Colour.YELLOW
    assert owed(walk.facts.subject) == [("coloured_distribute", walk.facts.issuer)]
    assert cases.visible_facts(case.number, offices).number, "whoever supervises sees what it is about"
    both(walk)
    assert (
        of_kind(walk, "coloured_receipt") == of_kind(walk, "coloured_reply") == sorted([district.unit, district.other])
    )
    walk.do(CA.RECEIVE)
    with pytest.raises(Refused, match="主要负责人"):
        walk.do(CA.REPLY, by="unit.deputy")
    walk.do(CA.REPLY)
    assert of_kind(walk, "coloured_answer") == [], "one unit still owes its reply"
    with pytest.raises(Refused, match="还没有回复，不能答复上级"):
        walk.do(CA.ANSWER_UP)
    walk.do(CA.REPLY, by="other.head")
    assert owed(walk.facts.subject) == [("coloured_answer", walk.facts.issuer)]
    walk.do(CA.SEND_BACK)
    assert owed(walk.facts.subject) == [("coloured_reply", district.unit)]
    walk.along(CA.REPLY, CA.ANSWER_UP)
    assert owed(walk.facts.subject) == [("coloured_outcome", walk.facts.issuer)]
    walk.do(CA.RELEASE)
    assert (walk.facts.stage, owed(walk.facts.subject)) == (S.RELEASED, [])
    assert duties.owed_on([case.facts.subject]) == before, "nothing restarts a clock"
    told = [event.sentence for event in record.events(case.facts.subject)]
    assert sum(walk.number in sentence for sentence in told) == 8
    view = supervision.view(walk.number, offices, now=walk.now, kind=Kind.COLOURED)
    assert [(said.unit_name != "", said.verdict) for said in view.replies] == [
        (True, "rejected"),
        (True, "accepted"),
        (True, "accepted"),
    ]
    assert verify().findings == ()


@pytest.mark.clause("A1-7(7)")
def test_a_heavier_colour_goes_on_from_a_lighter_one(district: Town) -> None:
    walk = both(ColouredWalk(district, Walk(district)).begin())
    yellow = walk.number
    with pytest.raises(Refused) as refused:
        walk.do(CA.RAISE, colour="yellow")
    assert refused.value.refusal.field == "colour"
    orange = str(walk.do(CA.RAISE).began)
    assert (walk.facts.stage, owed(walk.facts.subject)) == (S.RAISED, [])
    walk.number = orange
    assert walk.facts.previous == yellow
    assert [one.subject for one in walk.facts.about] == [f"case:{walk.case.number}"]
    both(walk).along(CA.REPLY)
    walk.do(CA.REPLY, by="other.head")
    walk.do(CA.ANSWER_UP)
    red = str(walk.do(CA.RAISE, colour="red").began)
    assert owed(walk.facts.subject) == []
    walk.number = red
    view = supervision.view(red, walk.actor("offices.supervisor"), now=walk.now, kind=Kind.COLOURED)
    assert [(one.number, one.colour, one.stage) for one in view.chain] == [
        (yellow, Colour.YELLOW, S.RAISED),
        (orange, Colour.ORANGE, S.RAISED),
        (red, Colour.RED, S.REGISTERED),
    ]
    walk.do(CA.DISTRIBUTE)
    seen = supervision.view(red, walk.actor("unit.head"), now=walk.now, kind=Kind.COLOURED).chain
    assert [one.number for one in seen] == [yellow, orange, red]
    assert str(walk.do(CA.RAISE, colour="red").began), "there is none heavier than red"
    assert verify().findings == ()


def test_no_unit_is_told_of_an_order_before_or_after_that_went_to_others(district: Town) -> None:
    walk = coloured_at(S.DISTRIBUTED, district)
    yellow, orange = walk.number, str(walk.do(CA.RAISE).began)
    assert all(orange not in f"{event.sentence} {event.facts}" for event in record.events(f"coloured:{yellow}"))
    walk.number = orange
    walk.do(CA.DISTRIBUTE, units=[district.other])
    view = supervision.view(orange, walk.actor("other.head"), now=walk.now, kind=Kind.COLOURED)
    assert [one.number for one in view.chain] == [orange]
    assert all(yellow not in f"{event.sentence} {event.facts}" for event in record.events(f"coloured:{orange}"))


def test_an_orange_one_says_from_which_it_goes_on_or_that_there_is_none(district: Town) -> None:
    walk = ColouredWalk(district, Walk(district))

    def refused(**fields: str) -> str | None:
        with pytest.raises(Refused) as no:
            walk.begin(colour="orange", **fields)
        return no.value.refusal.field

    assert refused() == "previous"
    assert refused(previous="WX2025Z09999") == "previous"
    open_one = coloured_at(S.DISTRIBUTED, district, walk.now)
    assert refused(previous=open_one.number) == "previous", "that one is raised itself"
    walk.begin(colour="orange", no_previous="上级直接下发橙色。")
    released = coloured_at(S.RELEASED, district, walk.now)
    walk.now = released.now
    assert refused(previous=released.number, no_previous="没有") == "no_previous"
    assert walk.begin(colour="orange", previous=released.number).facts.from_above.first == released.number
    with pytest.raises(Refused) as no:
        walk.begin(colour="yellow", previous=coloured_at(S.RAISED, district, walk.now).number)
    assert no.value.refusal.field == "previous"


def test_a_document_is_entered_once_unless_that_was_a_mistake(district: Town) -> None:
    walk = ColouredWalk(district, Walk(district)).begin(document_number="威热督〔2025〕1号")
    first = walk.number
    with pytest.raises(Refused, match=first) as refused:
        walk.begin(document_number="威热督〔2025〕1号")
    assert refused.value.refusal.field == "document_number"
    assert walk.begin(document_number="威热督〔2025〕1号", superior="市信访局").number != first
    walk.number = first
    walk.do(CA.VOID)
    assert walk.begin(document_number="威热督〔2025〕1号").number not in ("", first)
    assert verify().findings == ()


def test_the_desk_enters_it_for_whoever_supervises(district: Town) -> None:
    walk = ColouredWalk(district, Walk(district)).begin(by="desk.supervisor")
    assert owed(walk.facts.subject) == [("coloured_distribute", f"{district.code}.offices")]
    assert walk.facts.parts[Part.DESK] == {district.desk}
    with pytest.raises(Refused):
        walk.do(CA.DISTRIBUTE, by="desk.supervisor")
    walk.along(CA.DISTRIBUTE, CA.RAISE)


def test_a_unit_is_given_it_once_and_answers_within_the_superiors_limit(district: Town) -> None:
    case = Walk(district)
    walk = ColouredWalk(district, case)
    today = walk.now.astimezone(ZONE).date()
    due_on = a_working_day(walk.now)
    walk.begin(due_on=due_on)
    for units, field in (([f"{district.code}.offices"], "units"), (["wd.nowhere"], "units")):
        with pytest.raises(Refused) as refused:
            walk.do(CA.DISTRIBUTE, units=units)
        assert refused.value.refusal.field == field
    with pytest.raises(Refused) as refused:
        walk.do(CA.DISTRIBUTE, reply_by=a_working_day(walk.now, 14))
    assert refused.value.refusal.field == "reply_by"
    walk.do(CA.DISTRIBUTE)
    ((_, _, due_at),) = [
        d for d in duties.owed_on([walk.facts.subject])[walk.facts.subject] if d[0] == "coloured_reply"
    ]
    known = duties.calendar()
    day = due_at.astimezone(ZONE).date()
    assert today < day < known.working_day(known.worked_before(day) + 1)
    assert known.working_day(known.worked_before(day) + 1).isoformat() == due_on, "one working day before"
    with pytest.raises(Refused, match="已经分派"):
        walk.do(CA.ADD_UNITS, units=[district.unit])
    walk.along(CA.REPLY)
    walk.do(CA.ADD_UNITS)
    assert of_kind(walk, "coloured_answer") == [], "the further unit replies first"
    assert of_kind(walk, "coloured_reply") == [district.other]
    with pytest.raises(Refused) as refused:
        walk.do(CA.SEND_BACK, unit=district.other)
    assert refused.value.refusal.field == "unit"
    walk.do(CA.REPLY, by="other.head")
    assert of_kind(walk, "coloured_answer") == [walk.facts.issuer]
    assert verify().findings == ()


def test_each_unit_signs_and_replies_for_itself_once(district: Town) -> None:
    walk = both(ColouredWalk(district, Walk(district)).begin())
    walk.do(CA.RECEIVE)
    walk.do(CA.RECEIVE, by="other.handler")
    walk.do(CA.REPLY)
    for act, by in ((CA.RECEIVE, "unit.handler"), (CA.REPLY, "unit.head")):
        with pytest.raises(Refused) as refused:
            walk.do(act, by=by)
        assert refused.value.refusal.moot


def test_no_body_follows_up_what_complains_of_it_in_secret(district: Town) -> None:
    case = Walk(district)
    case.do("register", accused=[f"{district.code}.offices"], secrecy_requested=True)
    walk = ColouredWalk(district, case)
    with pytest.raises(Refused) as refused:
        walk.do(CA.REGISTER, by="desk.supervisor")
    assert (refused.value.refusal.norm, refused.value.refusal.field) == (norms.IDENTITY_PROTECTED, "about")


def test_days_follow_one_another_and_a_scan_is_a_scan(district: Town) -> None:
    walk = ColouredWalk(district, Walk(district))
    tomorrow = (walk.now + timedelta(days=3)).date().isoformat()
    for fields, field in (
        ({"received_on": tomorrow}, "received_on"),
        ({"received_on": "2024-01-02"}, "issued_on"),
        ({"due_on": "2024-01-02"}, "due_on"),
    ):
        with pytest.raises(Refused) as refused:
            walk.begin(**fields)
        assert refused.value.refusal.field == field
    walk.begin().along(CA.DISTRIBUTE, CA.REPLY)
    for on in (tomorrow, "2024-01-02"):
        with pytest.raises(Refused) as refused:
            walk.do(CA.ANSWER_UP, answered_on=on)
        assert refused.value.refusal.field == "answered_on"
    walk.do(CA.ANSWER_UP)
    with pytest.raises(Refused) as refused:
        walk.do(CA.RELEASE, on="2024-01-02")
    assert refused.value.refusal.field == "on"


def test_whoever_is_not_asked_sees_nothing(district: Town) -> None:
    walk = coloured_at(S.DISTRIBUTED, district)
    for short, sees in (("unit.handler", True), ("other.handler", False), ("desk.dispatcher", False)):
        rows = supervision.ledger(walk.actor(short), Kind.COLOURED, DirectiveFilters(), now=walk.now)
        assert [row.number for row in rows] == [walk.number] * sees, short
    with pytest.raises(Unknown):
        supervision.view(walk.number, walk.actor("other.head"), now=walk.now, kind=Kind.COLOURED)
    offices = walk.actor("offices.supervisor")
    (row,) = supervision.ledger(offices, Kind.COLOURED, DirectiveFilters(unit=district.unit), now=walk.now)
    assert (row.issuer_name, row.unit_name != "") == ("市政务服务热线办公室", True)
    assert supervision.ledger(offices, Kind.COLOURED, DirectiveFilters(unit=district.other), now=walk.now) == []


def test_a_successor_answers_in_the_place_of_a_unit(district: Town) -> None:
    walk = coloured_at(S.DISTRIBUTED, district)
    end_unit(district, district.unit, walk.now, successor=district.other)
    sweep(district.code, walk.now + timedelta(minutes=1))
    assert of_kind(walk, "coloured_reply") == [district.other]
    walk.do(CA.REPLY, by="other.head")
    (task,) = supervision.view(walk.number, walk.actor("other.head"), now=walk.now, kind=Kind.COLOURED).tasks
    assert (task.unit, task.replied_at is not None) == (district.other, True)
    assert verify().findings == ()


def test_a_reply_is_judged_although_its_unit_has_a_successor(district: Town) -> None:
    walk = coloured_at(S.DISTRIBUTED, district).along(CA.REPLY)
    end_unit(district, district.unit, walk.now, successor=district.other)
    sweep(district.code, walk.now + timedelta(minutes=1))
    walk.do(CA.SEND_BACK, unit=district.other)
    walk.do(CA.REPLY, by="other.head")
    walk.do(CA.ANSWER_UP)
    view = supervision.view(walk.number, walk.actor("offices.supervisor"), now=walk.now, kind=Kind.COLOURED)
    assert [said.verdict for said in view.replies] == ["rejected", "accepted"]
    assert verify().findings == ()


def test_of_two_units_one_ends_and_nobody_follows_it(district: Town) -> None:
    walk = both(ColouredWalk(district, Walk(district)).begin()).along(CA.REPLY)
    end_unit(district, district.other, walk.now)
    sweep(district.code, walk.now + timedelta(minutes=1))
    assert owed(walk.facts.subject) == [("coloured_answer", walk.facts.issuer)]
    walk.along(CA.ANSWER_UP)
    assert verify().findings == ()


def test_the_only_unit_ends_and_another_one_is_asked(district: Town) -> None:
    walk = coloured_at(S.DISTRIBUTED, district)
    end_unit(district, district.unit, walk.now)
    sweep(district.code, walk.now + timedelta(minutes=1))
    assert owed(walk.facts.subject) == [("coloured_answer", walk.facts.issuer)]
    with pytest.raises(Refused, match="加派"):
        walk.do(CA.ANSWER_UP)
    walk.do(CA.ADD_UNITS)
    assert of_kind(walk, "coloured_reply") == [district.other]
    assert verify().findings == ()


def test_nobody_is_left_to_follow_it_up(district: Town) -> None:
    other = another(district, "offices", "supervision", SUPERVISION_POSTS)
    walk = ColouredWalk(district, Walk(district)).begin()
    walk.do(CA.DISTRIBUTE, units=[other])
    end_unit(district, walk.facts.issuer, walk.now, successor=other)  # nobody is sent something by itself
    sweep(district.code, walk.now + timedelta(minutes=1))
    assert (walk.facts.stage, owed(walk.facts.subject)) == (S.LAPSED, [])


def test_where_the_regulation_knows_none_there_is_none(huainan: Town) -> None:
    walk = ColouredWalk(huainan, Walk(huainan))
    with pytest.raises(Refused) as refused:
        walk.begin(by="supervision.supervisor")
    assert refused.value.refusal.norm == norms.SUPERVISE_COLOURED

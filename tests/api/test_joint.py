"""Joint handling over the API: what an act costs, the figures, the lists behind whistles."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.cases.types import Act as CaseAct
from bihuan.duties.queries import adjusted_limits
from bihuan.joint.types import Kind
from tests.api.clients import Staff
from tests.api.test_costs import BOOK_KEEPING, at_most
from tests.joint.walks import DOERS, LINKAGE, WHISTLE, A, JointWalk, cover, filled, seal, third, with_bodies
from tests.walks import Walk
from tests.walks import filled as filled_of_case

MOST, MOST_OF_TWO = 14, 16
"""Statements of an act; of one that begins or ends work together, and so writes in the case's
chain too. They share trips (`tests/record/test_trips.py`)."""
ON_THE_CASE_TOO = (CaseAct.LINK, CaseAct.WHISTLE, A.SIGN_FORM)
C = CaseAct
WAYS = {
    LINKAGE: (
        A.ACKNOWLEDGE, A.ACCEPT, A.RECORD_WORK, A.NOTIFY, A.REMIND, A.EXPLAIN, A.HOLD_MEETING, A.REPORT, A.INSTRUCT,
        A.RETURN, A.KEEP, A.FINISH, A.CONCLUDE, A.GRADE, A.FILE_FORM, A.SEND_BACK_FORM, A.FILE_FORM, A.SIGN_FORM,
    ),
    WHISTLE: (
        A.ACKNOWLEDGE, A.CHECK_IN, A.OBJECT, A.OVERRULE, A.CONTACT_UPWARD, A.RAISE_TO_TOUGH, A.ADD_UNITS, A.FINISH,
        A.NOTIFY, A.CONCLUDE, A.GRADE, A.FILE_FORM, A.SIGN_FORM,
    ),
}  # fmt: skip


def a_while_ago() -> datetime:
    """So long ago that what walked here is not ahead of what the API does now."""
    return datetime.now(UTC) - timedelta(hours=4)


@pytest.fixture
def together(staff: Staff) -> Staff:
    """The staff of a town with everybody who takes part in joint handling."""
    staff.town = with_bodies(staff.town)
    return staff


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("keyed", [False, True], ids=["plain", "with a key"])
def test_an_act_of_joint_handling_costs_no_more_than_one_of_a_case(together: Staff, kind: Kind, keyed: bool) -> None:
    town, now = together.town, a_while_ago()
    case = Walk(town, now).along(C.REGISTER)
    case.do(C.DISPATCH, **({"lead": town.township} if kind == WHISTLE else {}))
    lead = "township" if kind == WHISTLE else "unit"
    case.do(C.SIGN_IN, by=f"{lead}.handler")
    begin = C.WHISTLE if kind == WHISTLE else C.LINK
    adjusted_limits(town.code, datetime.now(UTC))  # read once a day: what was done a while ago may lie before midnight
    spent: dict[str, int] = {}

    def do(who: str, path: str, form: dict[str, object], name: str) -> dict[str, object]:
        client = together[who.replace("lead.", f"{lead}.")]
        headers = {"Idempotency_Key": f"{name}-{len(spent)}"} if keyed else {}
        with CaptureQueriesContext(connection) as caught:
            answer = client.post(path, form, **headers)
        assert answer.status_code == 200, (name, answer.content.decode())
        said = [q["sql"] for q in caught.captured_queries if not q["sql"].startswith(BOOK_KEEPING)]
        spent[f"{name} {len(spent)}"] = len(said)
        return dict(answer.json())

    begun = do("lead.handler", f"/cases/{case.number}/acts/{begin}", filled_of_case(begin, town, now), begin)
    listed = together[f"{lead}.handler"].get(f"/{kind}s?case={case.number}").json()["items"]
    number = listed[0]["number"]
    assert begun["began"] == number
    walk = JointWalk(town, kind, case, number)
    for act in WAYS[kind]:
        form = dict(filled(act, town))
        if act == A.SIGN_FORM:
            form["seal"] = list(seal(walk.actor("lead.deputy"), now))
        if act == A.ADD_UNITS and kind == WHISTLE:
            form["basis"] = "三定规定第五条"
        if act == A.NOTIFY and kind == WHISTLE:
            form["unit"] = third(town)
        if act == A.FILE_FORM and kind == WHISTLE:
            more = {"unit": third(town), "grade": "poor", "reason": "没有到场。"}
            do("lead.handler", f"/{kind}s/{number}/acts/grade", more, "grade")
        do(DOERS[act], f"/{kind}s/{number}/acts/{act}", form, act)
    key = 2 if keyed else 0
    most = {name: key + (MOST_OF_TWO if name.split()[0] in ON_THE_CASE_TOO else MOST) for name in spent}
    assert not {name: n for name, n in spent.items() if n > most[name]}, spent


def test_the_figures_are_asked_and_lead_to_their_rows(together: Staff) -> None:
    walk = JointWalk(together.town, WHISTLE, Walk(together.town, a_while_ago())).begin()
    walk.along(A.CHECK_IN)
    desk = together["desk.dispatcher"]
    told = desk.get("/joint-figures").json()
    assert told["whole"] is True
    lead = next(row for row in told["rows"] if row["side"] == "lead")
    assert (lead["unit"], lead["counts"]["led"], lead["counts"]["routine"]) == (together.town.township, 1, 1)
    rows = desk.get(f"/whistles?figure=came&unit={together.town.other}").json()["items"]
    assert [row["number"] for row in rows] == [walk.number]
    assert desk.get(f"/whistles?figure=came&unit={together.town.unit}").json()["items"] == []
    assert desk.get("/joint-figures?of=1999").json()["rows"] == []
    own = together["other.handler"].get("/joint-figures").json()
    assert {row["unit"] for row in own["rows"]} == {together.town.other}
    assert own["whole"] is False
    assert desk.get("/whistles?figure=nothing").status_code == 422


def test_the_figures_cost_the_same_however_many(together: Staff) -> None:
    for _ in range(3):
        JointWalk(together.town, WHISTLE, Walk(together.town, a_while_ago())).begin()
    desk = together["desk.dispatcher"]
    with at_most(7):
        assert desk.get("/joint-figures").status_code == 200


def test_portfolios_are_listed_with_those_before(together: Staff) -> None:
    town = together.town
    cover(town, town.unit)
    cover(town, town.unit, "leaders.second")
    rows = together["unit.handler"].get("/portfolios").json()["items"]
    assert [(row["account"], row["until_on"] is None) for row in rows] == [
        (f"{town.code}.leaders.second", True),
        (f"{town.code}.leaders.leader", False),
    ]
    refused = together["unit.handler"].post(
        "/portfolios", {"unit": town.unit, "account": f"{town.code}.leaders.leader", "from_on": "2025-01-01"}
    )
    assert refused.status_code == 409

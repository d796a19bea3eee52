"""The books: whatever happens, opening + new − struck off = closing, and closing is what stands on the ledger."""

from datetime import date

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bihuan.audit.queries import verify
from bihuan.duties import queries as duties
from bihuan.kernel.refusal import Refused, Unknown
from bihuan.matters import queries as matters
from bihuan.matters.stages import ENDS, TABLE
from bihuan.matters.types import DUTIES, ON_LEDGER, MatterClass
from tests.matters.walks import DOERS, A, MatterWalk
from tests.towns import Town

MONTHS = [date(2025, 2, 1), *(date(2025, month, 1) for month in range(3, 13)), date(2026, 1, 1), date(2026, 2, 1)]
DECIDED = {"key_basis": "meeting", "reference": "会商纪要〔2025〕第3期"}


@pytest.mark.clause("HN-0", "HN-3.4b")
def test_months_chain_into_one_another(huainan: Town) -> None:
    walk = MatterWalk(huainan)
    walk.with_overdue_case().along(A.REPORT, A.REGISTER)
    entered_in = walk.now.date().replace(day=1)
    walk.later(days=30).along(A.CLASSIFY, A.ASSIGN, A.SIGN_IN, A.DRAFT_FEEDBACK, A.SUBMIT_FEEDBACK, A.CONFIRM)
    walk.do(A.STRIKE_OFF)
    keeper = walk.actor("office.list_keeper")
    first = matters.reconciliation(keeper, entered_in, now=walk.now)
    then = matters.reconciliation(keeper, walk.now.date(), now=walk.now)
    assert (first.opening, first.entered, first.struck_off, first.closing, first.counted) == (0, 1, 0, 1, None)
    assert (then.opening, then.entered, then.struck_off, then.closing, then.counted) == (1, 0, 1, 0, 0)


@pytest.mark.clause("HN-0", "HN-3.4b", "HN-2.3b")
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_books_balance_after_any_run_of_acts(huainan: Town, data: st.DataObject) -> None:
    with transaction.atomic():
        _run(huainan, data)
        transaction.set_rollback(True)  # every run begins with empty books


def _run(huainan: Town, data: st.DataObject) -> None:
    walk = MatterWalk(huainan)
    walks: list[MatterWalk] = []
    for _ in range(data.draw(st.integers(10, 60))):
        fresh = [None] if len(walks) < 3 else []
        chosen = data.draw(st.sampled_from([*fresh, *range(len(walks))]))
        if chosen is None:
            one = MatterWalk(huainan, walk.now, actors=walk.actors).with_overdue_case()
            one.do(A.REPORT)
            walks.append(one)
        else:
            one = walks[chosen].at(walk.now)
            _step(one, data)
        walk.now = one.now
        walk.later(days=data.draw(st.integers(0, 9)))
    _must_balance(huainan, walk)


def _step(one: MatterWalk, data: st.DataObject) -> None:
    """One act of those that the table has for the stage, tried by whoever does it by the book."""
    moves = TABLE.rows_from(one.facts.stage)
    if not moves:
        return
    act = data.draw(st.sampled_from([m.act for m in moves]))
    fields = {}
    if act == A.CLASSIFY:
        fields = {"matter_class": data.draw(st.sampled_from(MatterClass)), **DECIDED}
    by = "office.list_director" if (act, one.facts.stage) == (A.SEND_BACK, "confirmed") else DOERS[act]
    unit = one.facts.lead
    if by.startswith("unit.") and unit:
        by = by.replace("unit", unit.split(".")[1])
    before = one.facts
    try:
        one.do(act, by=by, **fields)
    except (Refused, Unknown):  # unknown to a body that the matter has not come to
        assert one.facts == before, "what was refused changed nothing"


def _must_balance(town: Town, walk: MatterWalk) -> None:
    keeper = walk.actor("office.list_keeper")
    rows = matters.ledger(keeper, matters.MatterFilters(), now=walk.now, limit=500)
    books = [matters.reconciliation(keeper, month, now=walk.now) for month in MONTHS]
    assert all(month.balanced for month in books)
    assert [m.closing for m in books[:-1]] == [m.opening for m in books[1:]]
    assert books[-1].closing == sum(row.stage in ON_LEDGER for row in rows)
    assert sum(m.entered for m in books) == sum(row.listed_at is not None for row in rows)
    for row in rows:
        owed = duties.of_subject(f"matter:{row.number}", labels={}, now=walk.now, open_only=True)
        holding = [duty for duty in owed if not DUTIES[duty.kind].survives]
        assert bool(holding) == (row.stage not in ENDS), "nothing open without a duty, nothing ended with one"
        assert all(duty.holder and duty.due_at for duty in owed)
    assert verify(town.code).findings == ()

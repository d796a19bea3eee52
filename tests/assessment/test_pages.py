"""The pages of figures: every number opens its rows, and everybody sees what is theirs to see."""

import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bihuan.assessment import queries
from bihuan.cases.types import Act
from bihuan.joint.types import Kind
from bihuan.policy.assessment import ATOMS, PLAIN, Term
from bihuan.record.models import Consumer
from tests.assessment.reading import read
from tests.joint.walks import JointWalk, cover, to_signed, with_bodies
from tests.towns import START, Town, found
from tests.walks import TO_HANDLING, Walk
from tests.web.officials import Official

pytestmark = pytest.mark.django_db(transaction=True)
A = Act
MARCH = "2025-03"


@pytest.fixture
def town() -> Iterator[Town]:
    place = with_bodies(found("fp", "wendeng-2021-10", prefix="FP"))
    _month(place)
    read()
    yield place
    Consumer.objects.all().delete()


def _month(place: Town) -> None:
    """A linkage and a whistle that were called back, one sent back to be done again, one withdrawn, one returned."""
    for kind in Kind:
        joint = to_signed(JointWalk(place, kind, Walk(place)).begin())
        lead = joint.lead
        joint.case.do(A.ANSWER, by=f"{lead}.handler")
        joint.case.do(A.SIGN_OFF, by=f"{lead}.deputy")
        joint.case.along(A.APPROVE, A.RECORD_CALLBACK, A.CLOSE)
    again = Walk(place).along(*TO_HANDLING, A.ANSWER, A.SIGN_OFF, A.APPROVE)
    again.do(A.RECORD_CALLBACK, solved="no", satisfied="no")
    again.along(A.REWORK, A.SIGN_IN, A.ANSWER, A.SIGN_OFF, A.APPROVE)
    again.do(A.RECORD_CALLBACK, solved="partly", satisfied="basic", contacted_by_unit=False)
    Walk(place).along(*TO_HANDLING, A.WITHDRAW)
    Walk(place).along(*TO_HANDLING, A.REQUEST_RETURN, A.APPROVE_RETURN)


def of(name: str = MARCH) -> str:
    return f"/figures/?of={name}"


def test_the_list_behind_every_atom_is_as_long_as_the_number(town: Town) -> None:
    actor = town.actor("desk.dispatcher")
    period = queries.known_period(MARCH)
    assert period
    seen = 0
    for atom in ATOMS:
        for unit in ("", town.unit, town.other, town.desk):
            for raw in (False, True):
                term = Term(atom)
                rows = queries.rows(actor, term, unit, period, raw=raw, limit=500, now=START, beside=[term])
                (n,) = rows.sums
                assert rows.n == n == sum(row.n for row in rows.rows), (atom, unit, raw)
                assert atom not in PLAIN or len(rows.rows) == n
                assert rows.unseen == 0
                seen += n
    assert seen > 100


def test_every_number_of_the_page_opens_as_many_rows(town: Town) -> None:
    desk = Official("fp.desk.dispatcher")
    page = desk.read(of())
    assert page.status == 200
    assert "群众综合满意率" in page.text
    assert "回访满意 ÷ 有效回访" in page.text
    links = re.findall(r'<a href="(/figures/rows/[^"]*)">(\d+)', page.html)
    assert len(links) > 20
    for url, number in links:
        rows = desk.read(url.replace("&amp;", "&"))
        assert rows.status == 200
        assert re.search(rf"<h1[^>]*>[^<]*：−?{number}</h1>", rows.html), url
    assert desk.read(f"{of()}&metric=satisfaction").text.count(f"{town.unit}") >= 1


def test_a_unit_sees_its_own_and_its_group_and_opens_its_own_alone(town: Town) -> None:
    handler = Official("fp.unit.handler")
    page = handler.read(f"{of()}&metric=satisfaction")
    assert "fp.other" in page.text, "of its group"
    assert "fp.township" not in page.text
    links = [link for link in page.links if link.startswith("/figures/rows/")]
    assert links
    assert all("unit=fp.unit" in link for link in links)
    rows = "/figures/rows/?of=2025-03&metric=satisfaction&side=under&unit="
    assert handler.read(f"{rows}fp.unit").status == 200
    for unit in ("fp.other", "fp.township", "", "nowhere"):
        handler.read(f"{rows}{unit}", 404)
    assert handler.read("/units/at/fp.other/score/?of=2025-03").status == 200
    handler.read("/units/at/fp.township/score/?of=2025-03", 404)
    handler.read("/units/at/fp.desk/score/", 404), "a desk is in no group and has no score"


def test_a_leader_sees_the_units_of_the_portfolio(town: Town) -> None:
    cover(town, town.unit)
    leader = Official("fp.leaders.leader")
    page = leader.read(f"{of()}&metric=on_time")
    assert "fp.unit" in page.text
    assert "fp.other" not in page.text
    rows = leader.read("/figures/rows/?of=2025-03&metric=satisfaction&side=under&unit=fp.unit")
    assert rows.status == 200
    assert "不在您的可见范围" in rows.text, "the number alone, no title"
    assert "小区门口路灯不亮" not in rows.text
    leader.read("/figures/rows/?of=2025-03&metric=satisfaction&side=under&unit=fp.other", 404)


def test_the_score_tells_every_term(town: Town) -> None:
    card = queries.score_card(town.actor("unit.head"), town.unit, queries.known_period(MARCH), now=START)  # type: ignore[arg-type]
    assert card.score.weight == 90, "nobody graded it: the weight of the others is shared out"
    page = Official("fp.unit.head").read("/units/at/fp.unit/score/?of=2025-03")
    assert page.status == 200
    assert "权重按其余90分摊" in page.text
    assert "工作提醒" in page.text
    assert "WD-3.4e" in page.text


@pytest.mark.parametrize(
    "bad",
    ["metric=speed&side=over", "metric=satisfaction&side=left", "metric=satisfaction&side=over&term=7", "atom=speed"],
)
def test_what_is_not_there_is_not_found(town: Town, bad: str) -> None:
    Official("fp.desk.dispatcher").read(f"/figures/rows/?of=2025-03&{bad}", 404)


def test_strange_periods_are_this_month(town: Town) -> None:
    desk = Official("fp.desk.dispatcher")
    for strange in ("", "2025-13", "x", "9" * 400):
        assert desk.read(f"/figures/?of={strange}").status == 200


def test_a_page_asks_a_handful_of_statements(town: Town) -> None:
    desk = Official("fp.desk.dispatcher")
    for path in (of(), "/figures/rows/?of=2025-03&metric=satisfaction&side=under", "/units/at/fp.unit/score/"):
        assert desk.read(path).status == 200
        with CaptureQueriesContext(connection) as asked:
            desk.read(path)
        made = [one["sql"] for one in asked.captured_queries if "SAVEPOINT" not in one["sql"]]
        assert len(made) <= 12, [sql[:90] for sql in made]

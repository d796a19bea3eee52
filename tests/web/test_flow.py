"""The drawing of where a subject stands, made of its stage table alone."""

import pytest

from bihuan.cases.stages import TABLE as CASES
from bihuan.cases.types import Act, Stage
from bihuan.matters.stages import TABLE as MATTERS
from bihuan.policy import norms
from bihuan.policy.loader import pack
from bihuan.web.flow import Step, draw, undoes

WENDENG = pack("wendeng-2021-10")
WAY = [Step("register", "registered"), Step("dispatch", "dispatched"), Step("sign_in", "handling")]


@pytest.mark.parametrize("table", [CASES, MATTERS], ids=lambda table: table.subject)
def test_every_stage_that_the_regulation_has_stands_there_once_and_no_two_overlap(table) -> None:
    rulebook = WENDENG if table is CASES else pack("huainan-2021-55")
    first = next(m.target for m in table.moves if m.origin is None and rulebook.binds(m.norm))
    flow = draw(table, rulebook.binds, first, [], [])
    assert len({n.label for n in flow.nodes}) == len(flow.nodes) > 5
    wide, high = flow.box
    boxes = [(n.x, n.y) for n in flow.nodes]
    assert not any(a != b and abs(a[0] - b[0]) < wide and abs(a[1] - b[1]) < high for a in boxes for b in boxes)
    assert all(n.x >= 0 and n.x + wide <= flow.width and n.y >= 0 and n.y + high <= flow.height for n in flow.nodes)


def test_the_way_walked_where_it_stands_and_what_is_possible_are_told_in_lines_and_in_words() -> None:
    flow = draw(CASES, WENDENG.binds, Stage.HANDLING, WAY, [Act.ANSWER, Act.HANG])
    assert [n.label for n in flow.nodes if n.here] == ["办理中"]
    assert {n.label for n in flow.nodes if n.walked} == {"已登记", "待签收", "办理中"}
    assert [line.words for line in flow.lines if line.state == "walked"] == ["已登记 → 待签收", "待签收 → 办理中"]
    assert {line.words for line in flow.lines if line.state == "possible"} == {"办理中 → 待审签", "办理中 → 挂账"}
    assert flow.way[-1] == ("签收", "办理中")
    assert flow.possible == (("提交答复", "待审签"), ("挂账", "挂账"))


def test_a_regulation_without_a_norm_has_a_drawing_without_its_stage() -> None:
    def stages(binds) -> set[str]:
        return {node.label for node in draw(CASES, binds, Stage.HANDLING, [], []).nodes}

    assert stages(lambda norm: True) - stages(lambda norm: norm != norms.HANG) == {"挂账"}


def test_what_leads_back_to_where_the_last_act_began_undoes_it() -> None:
    assert undoes(CASES, Act.UNMERGE, Stage.MERGED, Act.MERGE)
    assert undoes(CASES, Act.RESUME, Stage.AWAITING, Act.AWAIT_REQUESTER)
    assert not undoes(CASES, Act.RECORD_CONTACT, Stage.HANDLING, Act.SIGN_IN)
    assert not undoes(CASES, Act.ANSWER, Stage.HANDLING, Act.SIGN_IN)

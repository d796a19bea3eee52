"""The drawing of where a subject stands, made of stage tables alone."""

import re
from itertools import combinations, pairwise

import pytest

from bihuan.cases.stages import TABLE as CASES
from bihuan.cases.types import Act, Stage
from bihuan.joint.stages import BRANCHES, LINKAGE
from bihuan.joint.types import Act as JointAct
from bihuan.joint.types import Kind
from bihuan.joint.types import Stage as JointStage
from bihuan.kernel.norm import Norm
from bihuan.matters.stages import TABLE as MATTERS
from bihuan.policy import norms
from bihuan.policy.loader import pack
from bihuan.web.charts import CHARTS, charts_of
from bihuan.web.flow import Course, Flow, Step, draw, undoes

WENDENG, HUAINAN = pack("wendeng-2021-10"), pack("huainan-2021-55")
WAY = [Step("register", "registered"), Step("dispatch", "dispatched"), Step("sign_in", "handling")]
EVERY_CHART = [(rulebook, chart.word) for rulebook in (WENDENG, HUAINAN) for chart in charts_of(rulebook)]


def overlapping(flow: Flow) -> list[tuple[str, str]]:
    """Boxes and words of the drawing that lie one over another."""
    found = [(n.label, n.x, n.y, n.width, n.height) for n in flow.nodes]
    found += [(line.words, *line.ground) for line in flow.lines if line.ground]
    return [
        (a[0], b[0])
        for a, b in combinations(found, 2)
        if a[1] < b[1] + b[3] and b[1] < a[1] + a[3] and a[2] < b[2] + b[4] and b[2] < a[2] + a[4]
    ]


def outside(flow: Flow) -> list[str]:
    """What does not lie within the drawing."""
    boxes = [
        n.label for n in flow.nodes if n.x < 0 or n.y < 0 or n.x + n.width > flow.width or n.y + n.height > flow.height
    ]
    paths = [
        line.words
        for line in flow.lines
        for x, y in re.findall(r"(-?\d+) (-?\d+)", line.path)
        if not (0 <= int(x) <= flow.width and 0 <= int(y) <= flow.height)
    ]
    return boxes + paths


def small(stage: Stage = Stage.HANDLING, binds=WENDENG.binds) -> Flow:
    return draw([Course(CASES, stage, WAY, [Act.ANSWER, Act.HANG])], binds)


@pytest.mark.parametrize("table", [CASES, MATTERS], ids=lambda table: table.subject)
def test_every_stage_that_the_regulation_has_stands_there_once_and_no_two_overlap(table) -> None:
    rulebook = WENDENG if table is CASES else HUAINAN
    flow = draw([Course(table)], rulebook.binds)
    bound = {m.target.label for m in table.moves if rulebook.binds(m.norm) and m.origin != m.target}
    labels = [n.label for n in flow.nodes]
    told_below = {note.partition("→ ")[2] for note in flow.notes if "→ " in note}
    assert set(labels) | told_below == bound
    assert len(set(labels)) == len(labels)
    assert overlapping(flow) == []
    assert outside(flow) == []


@pytest.mark.parametrize(("rulebook", "word"), EVERY_CHART, ids=lambda said: getattr(said, "id", said))
def test_in_a_chart_nothing_lies_over_another_thing_and_every_act_that_is_drawn_is_written(rulebook, word) -> None:
    flow = CHARTS[word].draw(rulebook, {})
    assert overlapping(flow) == []
    assert outside(flow) == []
    text = "".join(w.text for lines in (*flow.nodes, *flow.lines) for row in lines.lines for w in row.words)
    text += "".join(flow.notes)
    assert all(act in text for _, act, _, _ in flow.rows)
    assert {state for line in flow.lines for state in [line.state]} == {"other"}, "nobody has walked anything"


def pieces(path: str) -> list[tuple[int, int, int, int]]:
    """The straight pieces of an arrow, from corner to corner."""
    points = [(int(x), int(y)) for x, y in re.findall(r"[MQ](-?\d+) (-?\d+)", path)]
    ((x, y),) = re.findall(r"L(-?\d+) (-?\d+)$", path)
    return [(*one, *other) for one, other in pairwise([*points, (int(x), int(y))])]


@pytest.mark.parametrize(("rulebook", "word"), EVERY_CHART, ids=lambda said: getattr(said, "id", said))
def test_arrows_run_down_or_across_and_no_two_lie_on_one_line(rulebook, word) -> None:
    flow = CHARTS[word].draw(rulebook, {})
    across: list[tuple[int, int, int, str]] = []
    for line in flow.lines:
        for x1, y1, x2, y2 in pieces(line.path):
            assert min(abs(x1 - x2), abs(y1 - y2)) <= 3, line.words
            across += [(y1, min(x1, x2), max(x1, x2), line.words)] if abs(x1 - x2) > 3 else []
    for one, other in combinations(across, 2):
        assert one[0] != other[0] or one[2] < other[1] or other[2] < one[1], (one, other)


@pytest.mark.parametrize("kind", list(Kind), ids=str)
def test_a_chart_of_a_mechanism_is_legible_on_one_sheet_of_paper(kind) -> None:
    """An A4 sheet with 8 mm around it is 733 CSS pixels wide and has 975 for the drawing: small type is then 6.8 pt."""
    flow = CHARTS[kind].draw(WENDENG, {})
    assert min(733 / flow.width, 975 / flow.height) * 12 * 0.75 >= 6.8


@pytest.mark.clause("WD-F4", "WD-F5")
@pytest.mark.parametrize("kind", list(Kind), ids=str)
def test_a_chart_of_a_mechanism_draws_what_the_clauses_command_from_the_request_to_the_closed_case(kind) -> None:
    flow = CHARTS[kind].draw(WENDENG, {})
    written = {"".join(w.text for row in line.lines for w in row.words) for line in flow.lines}
    begins = "提出联动要求" if kind == Kind.LINKAGE else "吹哨"
    assert any(words.startswith(begins) for words in written)
    assert "备案表随办理结果上传" in written
    assert {"办理中", "联合办理中", "备案表待审签", "联合办理结束", "待审签", "待回访", "办结"} <= {
        n.label for n in flow.nodes
    }
    assert "挂账" not in {n.label for n in flow.nodes}, "a default that no clause commands"
    inside = "".join(w.text for n in flow.nodes if n.label == "联合办理中" for row in n.lines for w in row.words)
    assert ("受理联动" if kind == Kind.LINKAGE else "报到") in inside
    assert "确认报备" in inside
    assert flow.width / flow.height < 1.1, "it stands on an upright sheet"


def test_the_way_of_both_lives_is_drawn_in_one_chart() -> None:
    way = [*WAY, Step("link", "handling")]
    joint = [Step("request", "active"), Step("accept", "active"), Step("conclude", "concluded")]
    courses = {
        "case": Course(CASES, Stage.HANDLING, way, [Act.HANG]),
        "linkage": Course(LINKAGE, JointStage.CONCLUDED, joint, [JointAct.FILE_FORM]),
    }
    flow = CHARTS["linkage"].draw(WENDENG, courses)
    assert [n.label for n in flow.nodes if n.here] == ["办理中", "办理结束待填表"]
    walked = {line.words for line in flow.lines if line.state == "walked"}
    assert {"办理中 → 联合办理中", "联合办理中 → 办理结束待填表", "开始 → 已登记"} <= walked
    assert {line.words for line in flow.lines if line.state == "possible"} == {
        "办理中 → 挂账",
        "办理结束待填表 → 备案表待审签",
    }, "what is possible is drawn though no clause commands it"
    (active,) = [n for n in flow.nodes if n.label == "联合办理中"]
    assert [w.text.strip("、") for row in active.lines for w in row.words if w.state == "walked"] == ["受理联动"]
    assert [story.label for story in flow.stories] == ["诉求工单", "首接联动"]
    assert flow.stories[1].way[-1] == ("结束联合办理", "办理结束待填表")


def test_the_way_walked_where_it_stands_and_what_is_possible_are_told_in_lines_and_in_words() -> None:
    flow = small()
    assert [n.label for n in flow.nodes if n.here] == ["办理中"]
    assert {n.label for n in flow.nodes if n.walked} == {"已登记", "待签收", "办理中"}
    walked = {line.words for line in flow.lines if line.state == "walked"}
    assert walked == {"已登记 → 待签收", "待签收 → 办理中"}
    assert {line.words for line in flow.lines if line.state == "possible"} == {"办理中 → 待审签", "办理中 → 挂账"}
    assert flow.lines[-1].state == "walked", "what was walked lies uppermost"
    (story,) = flow.stories
    assert story.way[-1] == ("签收", "办理中")
    assert story.possible == (("提交答复", "待审签"), ("挂账", "挂账"))


def test_a_branch_is_drawn_where_it_leaves_the_way_and_where_it_leads_back() -> None:
    joint = Course(LINKAGE, JointStage.ACTIVE, [Step("request", "active")])
    flow = draw([Course(CASES, Stage.HANDLING, WAY), joint], WENDENG.binds, branches=[BRANCHES[Kind.LINKAGE]])
    states = {line.words: line.state for line in flow.lines}
    assert states["办理中 → 联合办理中"] == "walked"
    assert states["联合办理结束 → 待审签"] == "other"
    assert overlapping(flow) == []


def test_a_regulation_without_a_norm_has_a_drawing_without_its_stage() -> None:
    def stages(binds) -> set[str]:
        return {node.label for node in draw([Course(CASES, Stage.HANDLING)], binds).nodes}

    def without(norm: Norm) -> bool:
        return norm != norms.HANG

    assert stages(lambda norm: True) - stages(without) == {"挂账"}


def test_what_leads_back_to_where_the_last_act_began_undoes_it() -> None:
    assert undoes(CASES, Act.UNMERGE, Stage.MERGED, Act.MERGE)
    assert undoes(CASES, Act.RESUME, Stage.AWAITING, Act.AWAIT_REQUESTER)
    assert not undoes(CASES, Act.RECORD_CONTACT, Stage.HANDLING, Act.SIGN_IN)
    assert not undoes(CASES, Act.ANSWER, Stage.HANDLING, Act.SIGN_IN)

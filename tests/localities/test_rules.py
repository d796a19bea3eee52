"""What the rules of the list of places say to which lines."""

import pytest

from bihuan.localities import rules
from bihuan.localities.types import Line
from bihuan.policy import norms
from tests.facts import plain
from tests.rule_tables import Row, asked


def line(at: int, code: str = "", name: str = "香水路社区") -> Line:
    """A line of a list, with a code of its own."""
    return plain(Line, at=at, code=code or f"3710{at:08}", name=name)


above = asked(rules.above, code="371003001", known={"371003": "区", "37": "省"})
names = asked(rules.full_names, names={"37": "山东省", "371003": "文登区", "371003001": "天福街道"})
load = asked(rules.may_load, lines=(line(2), line(3)))
lie = asked(rules.may_lie_at, code="371003", listed=True)
N = norms.REGISTER

ROWS = (
    above.gives("the nearest", "371003"),
    above.gives("the widest in nothing", "", code="37"),
    above.gives("the one whose first digit is listed", "3", code="37", known={"3": "东"}),
    names.gives(
        "from the widest down", {"37": "山东省", "371003": "山东省 文登区", "371003001": "山东省 文登区 天福街道"}
    ),
    load.allows("two places"),
    load.refuses("nothing", N, lines=()),
    load.refuses("a line without a name", N, lines=(line(2), line(3, name=""))),
    load.refuses("a code of letters", N, lines=(line(2, code="abc"),)),
    load.refuses("a code twice", N, lines=(line(2, code="371003"), line(3, code="371003"))),
    load.refuses("a wrong line before a right one", N, lines=(line(2, name=""), line(3))),
    lie.allows("in a place of the list"),
    lie.allows("nowhere", code="", listed=False),
    lie.refuses("in a place that is not", N, "place_code", listed=False),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_each_rule_of_places_says(row: Row) -> None:
    row.holds()


def test_a_list_holds_so_many_lines_and_no_more() -> None:
    whole = [line(at) for at in range(rules.MOST)]
    assert rules.may_load(whole) is None
    refusal = rules.may_load([*whole, line(rules.MOST)])
    assert refusal is not None
    assert refusal.norm == norms.REGISTER


def test_of_many_wrong_lines_the_first_five_are_told_and_how_many_more_there_are() -> None:
    for wrong, told, more in ((5, 5, ""), (6, 5, "另有1行"), (8, 5, "另有3行")):
        refusal = rules.may_load([line(at, name="") for at in range(wrong)])
        assert refusal is not None
        assert refusal.reason.count("地点名称") == told
        assert more in refusal.reason
        assert ("另有" in refusal.reason) == bool(more)


def test_a_code_that_stands_three_times_is_told_with_the_line_of_the_first() -> None:
    refusal = rules.may_load([line(at, code="371003") for at in (2, 3, 4)])
    assert refusal is not None
    assert refusal.reason.count("与第2行重复") == 2

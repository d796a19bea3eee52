"""What a stage table says to whom at which stage."""

import pytest

from bihuan.kernel.actor import CLOCKWORK, Seat
from bihuan.kernel.norm import Norm
from bihuan.kernel.refusal import Refusal, held
from bihuan.kernel.stages import Move, Role, StageTable
from bihuan.kernel.vocabulary import Vocabulary
from tests.facts import person
from tests.rule_tables import Row, asked


class Stage(Vocabulary):
    """Where a lamp is."""

    DARK = "dark", "不亮"
    LIT = "lit", "亮"


class Act(Vocabulary):
    """What can be done to a lamp."""

    LIGHT = "light", "点亮"
    LOOK = "look", "查看"


LIGHTING, LOOKING = Norm("lamp.light", "点亮"), Norm("lamp.look", "查看")
KEEPER = Role("守灯人", ("keeper",), "tower")
ANYBODY = Role("巡查员", ("inspector",))
LIGHT = Move(Stage.DARK, Act.LIGHT, Stage.LIT, (KEEPER,), LIGHTING)
LOOK = Move(Stage.DARK, Act.LOOK, Stage.DARK, (KEEPER, ANYBODY, Role("系统", ())), LOOKING)
TABLE = StageTable("lamp", "灯", frozenset({Stage.LIT}), (LIGHT, LOOK))
AT_ONCE = Move(Stage.LIT, Act.LIGHT, Stage.LIT, (KEEPER,), LIGHTING, unless=LOOKING)
ELSEWHERE = StageTable("lamp", "灯", frozenset({Stage.LIT}), (LIGHT, LOOK, AT_ONCE))
AT_THE_TOWER = {"tower": frozenset({"a"})}


def everything(_: Norm) -> bool:
    """A regulation that has every norm."""
    return True


def nothing(_: Norm) -> bool:
    """A regulation that has none."""
    return False


find = asked(
    TABLE.find, origin=Stage.DARK, act=Act.LIGHT, actor=person("a.keeper"), parts=AT_THE_TOWER, binds=everything
)

DARK, OF_FORM = Refusal("没有灯。", LIGHTING), Refusal("没有这盏灯。", None)
OF_PROGRAM = Refusal("记录不能改。", Norm("record", "记录", always=True))
keep = asked(held, refusal=DARK, binds=lambda norm: norm is LIGHTING)
elsewhere = asked(
    ELSEWHERE.find, origin=Stage.LIT, act=Act.LIGHT, actor=person("a.keeper"), parts=AT_THE_TOWER, binds=everything
)
ROWS = (
    elsewhere.refuses("what the regulation has at another stage", LIGHTING),
    find.gives("the keeper of the tower", (LIGHT, Seat("a", "keeper"))),
    find.refuses("at a stage without such a row", LIGHTING, origin=Stage.LIT),
    find.refuses("before there is a lamp", LIGHTING, origin=None),
    find.refuses("where the regulation leaves it off", LIGHTING, binds=nothing),
    find.refuses("the keeper of another tower", LIGHTING, actor=person("b.keeper")),
    find.refuses("somebody else of the tower", LIGHTING, actor=person("a.cook")),
    find.refuses("where nobody has the tower", LIGHTING, parts={}),
    find.gives("an inspector of any unit", (LOOK, Seat("b", "inspector")), act=Act.LOOK, actor=person("b.inspector")),
    find.gives(
        "who keeps and inspects, as keeper",
        (LOOK, Seat("a", "keeper")),
        act=Act.LOOK,
        actor=person("a.keeper", "a.inspector"),
    ),
    find.gives("the system", (LOOK, Seat("", CLOCKWORK)), act=Act.LOOK, actor=person(account=CLOCKWORK)),
    keep.gives("one whose norm a regulation holds", DARK),
    keep.gives("one whose norm it leaves off", None, binds=lambda norm: False),
    keep.gives("one of form", OF_FORM, refusal=OF_FORM, binds=lambda norm: False),
    keep.gives("one of the program itself", OF_PROGRAM, refusal=OF_PROGRAM, binds=lambda norm: False),
    keep.gives("none", None, refusal=None),
    find.refuses("the system where a person is wanted", LIGHTING, actor=person(account=CLOCKWORK)),
)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_what_a_table_says(row: Row) -> None:
    row.holds()


def test_what_a_regulation_has_at_another_stage_alone_is_not_said_to_be_unknown() -> None:
    said = ELSEWHERE.find(Stage.LIT, Act.LIGHT, person("a.keeper"), AT_THE_TOWER, everything)
    assert isinstance(said, Refusal)
    assert said.reason == "当前阶段是“亮”，不能“点亮”。"
    unknown = TABLE.find(Stage.DARK, Act.LIGHT, person("a.keeper"), AT_THE_TOWER, nothing)
    assert isinstance(unknown, Refusal)
    assert unknown.reason == "本地规定没有“点亮”这一环节。"
    other = TABLE.find(Stage.DARK, Act.LIGHT, person("a.keeper"), AT_THE_TOWER, lambda norm: norm is LOOKING)
    assert isinstance(other, Refusal)
    assert other.reason == "本地规定没有“点亮”这一环节。"

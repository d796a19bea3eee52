"""Words, facts and forms of the list of places (地点名录)."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from bihuan.kernel.fields import Fields, RequiredLine
from bihuan.kernel.happening import Happening
from bihuan.kernel.vocabulary import Vocabulary

DEEPEST = 16
"""The longest code; the national ones have 6 digits for a district, 9 for a street or town, 12 for a community."""
Code = Annotated[
    str,
    Field(
        title="地点代码",
        pattern=r"^[0-9]{2,16}$",
        description="2至16位数字，下级代码以上级代码开头",
        examples=["371003104"],
    ),
]
Name = Annotated[RequiredLine, Field(title="地点名称", max_length=64)]
PlaceCode = Annotated[
    str,
    Field(
        title="所在地区",
        description="本地地点名录中的地区或村居，输入名称查找",
        max_length=DEEPEST,
        pattern=r"^[0-9]*$",
        examples=["371003104"],
        json_schema_extra={"widget": "place"},
    ),
]
"""Code of a place from the jurisdiction's list, or nothing."""


class NewLocality(Fields):
    """Entering a place."""

    code: Code
    name: Name


class RenameLocality(Fields):
    """Giving a place another name."""

    name: Name
    basis: RequiredLine = Field(title="依据", description="区划调整批复、更名文件等")


class EndLocality(Fields):
    """Taking a place off the list, with all that lies below it."""

    reason: RequiredLine = Field(title="原因", description="撤并、更名后另录等；以往工单上的地点照常显示")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list as it came: where it stands, the code and the name."""

    at: int
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class LocalityRow:
    """A place; its full name begins with the names of the places in which it lies."""

    code: str
    name: str
    full_name: str
    ended_on: date | None = None
    below: int = 0
    """How many places lie right below it."""


class Unclear(Vocabulary):
    """Why it is not known which place was meant."""

    NONE = "none", "地点名录里没有这个地方。请换个说法再找；找不到的，此项留空，写在具体位置里。"
    SEVERAL = "several", "名录里有几处符合，请选一处。"
    MANY = "many", "名录里有很多处符合，请写得更具体，或从下面选一处。"


@dataclass(frozen=True, slots=True)
class Meant:
    """Which place somebody meant: its code, or why that is not known, with those that it could be."""

    code: str = ""
    full_name: str = ""
    trouble: Unclear | None = None
    offered: tuple[LocalityRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a list: places added, renamed, taken off, and those that stood there before."""

    added: int
    renamed: int
    ended: int
    same: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalitiesLoaded(Happening):
    """A list of places was loaded."""

    kind: ClassVar[str] = "localities.loaded"
    sentence: ClassVar[str] = "导入地点名录：新增{added}个，更名{renamed}个，停用{ended}个，未变{same}个"

    added: int
    renamed: int
    ended: int
    same: int
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalityAdded(Happening):
    """A place was entered."""

    kind: ClassVar[str] = "localities.added"
    sentence: ClassVar[str] = "地点名录录入{full_name}（{code}）"

    code: str
    full_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalityRenamed(Happening):
    """A place got another name."""

    kind: ClassVar[str] = "localities.renamed"
    sentence: ClassVar[str] = "地点{before}（{code}）更名为{name}（依据：{basis}）"

    code: str
    before: str
    name: str
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalityEnded(Happening):
    """A place was taken off the list, with all that lay below it."""

    kind: ClassVar[str] = "localities.ended"
    sentence: ClassVar[str] = "地点{full_name}（{code}）停用，连同所辖{below}个地点（{reason}）"

    code: str
    full_name: str
    below: int
    reason: str

"""How a table will be read: what each column holds, and who says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bihuan.intake import letters
from bihuan.intake.letters import Column, Columns
from bihuan.intake.sheets import Sheet
from bihuan.kernel.vocabulary import Vocabulary


class Origin(Vocabulary):
    """Who says what a column holds."""

    GIVEN = "given", "指明"
    KEPT = "kept", "沿用上次"
    HEADING = "heading", "按表头"


@dataclass(frozen=True, slots=True)
class PlannedColumn:
    """One column of a table: what stands above it, and what it will be read as."""

    heading: str
    column: Column
    origin: Origin

    @property
    def used(self) -> bool:
        """Whether anything of it is imported or told."""
        return self.column is not Column.IGNORED


@dataclass(frozen=True, slots=True)
class Plan:
    """How a table will be read.

    `titles_above` counts the lines above the headings that are passed over because nobody said where the headings are.
    """

    planned: tuple[PlannedColumn, ...]
    titles_above: int = 0
    perhaps_a_letter: int = 0
    """The line taken for the headings, where nothing tells that it is no letter; 0 where something does."""

    @property
    def columns(self) -> Columns:
        """What each column holds."""
        return tuple(one.column for one in self.planned)

    @property
    def headings(self) -> tuple[str, ...]:
        """The name of each column."""
        return tuple(one.heading for one in self.planned)

    @property
    def kept(self) -> bool:
        """Whether it is the plan that was kept, and nothing has to be kept anew."""
        return all(one.origin is Origin.KEPT for one in self.planned)

    @property
    def guessed(self) -> tuple[PlannedColumn, ...]:
        """What is used because of its heading alone: a person has to agree."""
        return tuple(one for one in self.planned if one.used and one.origin is Origin.HEADING)

    @property
    def ignored(self) -> tuple[str, ...]:
        """The columns that will not be imported."""
        return tuple(one.heading for one in self.planned if not one.used)

    @property
    def must_be_agreed(self) -> bool:
        """Whether anything of it was guessed."""
        return bool(self.guessed) or self.titles_above > 0

    @property
    def trouble(self) -> str:
        """Why letters cannot be read so; empty where they can."""
        trouble = letters.trouble_with(self.columns, self.headings)
        if trouble or not self.perhaps_a_letter:
            return trouble
        return (
            f"没有认出表头：第{self.perhaps_a_letter}行暂作表头，不会登记。它确是表头的，指明“表头在第几行”；"
            "它是来件、表里没有表头的，请在最上面加一行表头再导入"
        )

    def given(self, said: Mapping[int, Column]) -> "Plan":
        """The same with what somebody says of some columns."""
        columns = letters.mapped(self.columns, said)
        return replace(
            self,
            planned=tuple(
                PlannedColumn(one.heading, column, Origin.GIVEN if at in said else one.origin)
                for at, (one, column) in enumerate(zip(self.planned, columns, strict=True))
            ),
        )


def plan(sheet: Sheet, kept: Columns | None, *, named: bool) -> Plan:
    """The plan that was kept for a table's headings, or what these themselves say; `named` tells whether somebody named
    the line in which they stand."""
    headings = sheet.headings
    columns, origin = (kept, Origin.KEPT) if kept else (letters.guess(headings), Origin.HEADING)
    planned = (PlannedColumn(heading, column, origin) for heading, column in zip(headings, columns, strict=True))
    if kept:
        return Plan(tuple(planned))
    unsure = sheet.guessed and not letters.may_be_headings(headings)
    return Plan(tuple(planned), 0 if named else len(sheet.above), sheet.heading_line if unsure else 0)


def place_of(word: str, headings: Sequence[str]) -> int | None:
    """The column that is called so: by its heading, or as 第4列."""
    if word in headings:
        return headings.index(word)
    number = word.removeprefix("第").removesuffix("列")
    if f"第{number}列" == word and number.isdecimal() and 0 < int(number) <= len(headings):
        return int(number) - 1
    return None

"""How a table will be read: what each column holds, and who says so."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bihuan.intake import letters
from bihuan.intake.letters import Column, Columns
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
        return letters.trouble_with(self.columns, self.headings)

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


def plan(headings: Sequence[str], kept: Columns | None, *, titles_above: int = 0) -> Plan:
    """The plan that was kept for these headings, or what the headings themselves say."""
    columns, origin = (kept, Origin.KEPT) if kept else (letters.guess(headings), Origin.HEADING)
    planned = (PlannedColumn(heading, column, origin) for heading, column in zip(headings, columns, strict=True))
    return Plan(tuple(planned), 0 if kept else titles_above)


def place_of(word: str, headings: Sequence[str]) -> int | None:
    """The column that is called so: by its heading, or as 第4列."""
    if word in headings:
        return headings.index(word)
    number = word.removeprefix("第").removesuffix("列")
    if f"第{number}列" == word and number.isdecimal() and 0 < int(number) <= len(headings):
        return int(number) - 1
    return None

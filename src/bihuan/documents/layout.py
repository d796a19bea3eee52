"""What a template makes of a sheet: the same words for PDF and Word. A template is a TOML file in `forms`."""

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from bihuan.documents.types.sheets import SHEETS, Letter, LinkageForm, Position, Sheet
from bihuan.policy.calendar import ZONE

FORMS = Path(__file__).with_name("forms")
_ORDINALS = "一二三四五六七八九十"
_FIELD = re.compile(r"\{(\w+)\}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
"""What no file of a paper can hold, and marks that would show the signs of a paper in another order than the record."""


class Strict(BaseModel):
    """What a template file may say, and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Cell(Strict):
    """One cell of a form: a printed label, or what is filled in. `height` in millimetres is the least of its row.

    A cell for each is divided, a line for each graded unit, so that a grade stands beside its reason."""

    label: str = ""
    text: str = ""
    span: int = 1
    height: int = 10
    left: bool = False
    each: bool = False


class Section(Strict):
    """A numbered part of a letter; left out where there is nothing to say."""

    heading: str
    text: str


class Template(Strict):
    """A template as its file says it; a text names fields of the sheet in braces."""

    code: str
    title: str
    name: str = ""
    norm: str
    layout: str
    mark: str = ""
    """The first words of the document number, where it has one."""
    attachment: str = ""
    columns: tuple[int, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    notes: tuple[str, ...] = ()
    instructions: str = ""
    opening: tuple[str, ...] = ()
    sections: tuple[Section, ...] = ()
    closing: tuple[str, ...] = ()
    signatures: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """What the document is called where no sheet is filled in yet."""
        return self.name or self.title

    def fields(self) -> frozenset[str]:
        """Every field that a text names."""
        cells = (cell.text for row in self.rows for cell in row)
        parts = (text for section in self.sections for text in (section.heading, section.text))
        return frozenset(
            name
            for text in (self.title, *cells, *parts, *self.opening, *self.closing, *self.signatures)
            for name in _FIELD.findall(text)
        )


@cache
def template(code: str) -> Template:
    """The template of that code. Raises KeyError."""
    if code not in SHEETS:
        raise KeyError(code)
    return Template.model_validate({"code": code, **tomllib.loads((FORMS / f"{code}.toml").read_text("utf-8"))})


@dataclass(frozen=True, slots=True)
class Block:
    """Paragraphs of a letter below a heading, or without one."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A cell with what is written in it; `parts` are the lines of a cell for each graded unit."""

    label: str
    text: str
    span: int
    height: int
    left: bool
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A document as it is laid out."""

    code: str
    layout: str
    title: str
    serial: str
    attachment: str = ""
    columns: tuple[int, ...] = ()
    rows: tuple[tuple[Written, ...], ...] = ()
    notes: tuple[str, ...] = ()
    issuer: str = ""
    reference: str = ""
    recipient: str = ""
    instructions: str = ""
    blocks: tuple[Block, ...] = ()
    signatures: tuple[str, ...] = ()
    on: str = ""
    contact: str = ""
    copies: str = ""
    remarks: tuple[str, ...] = ()
    """What stands at the foot, in brackets: 附注."""

    def changed(self, change: "Change") -> "Page":
        """The page with every text that is printed as `change` has it."""
        rows = tuple(tuple(_changed(cell, name, change) for cell, name in _headed(row)) for row in self.rows)
        blocks = tuple(_rewritten(block, change) for block in self.blocks)
        said: dict[str, Any] = {name: change(label, getattr(self, name)) for name, label in _SINGLE.items()}
        for name, label in _SEVERAL.items():
            said[name] = tuple(change(label, text) for text in getattr(self, name))
        return replace(self, rows=rows, blocks=blocks, **said)


Change = Callable[[str, str], str]
"""(what the field is called, its text) → the text to be printed."""
_SINGLE = {
    "title": "标题",
    "attachment": "附件号",
    "issuer": "发文单位",
    "reference": "文号",
    "recipient": "主送单位",
    "on": "日期",
    "contact": "联系方式",
    "copies": "抄送",
}
_SEVERAL = {"notes": "注", "signatures": "署名", "remarks": "附注"}


def _headed(row: Sequence[Written]) -> Iterator[tuple[Written, str]]:
    """Each cell of a row with the label before it."""
    name = ""
    for cell in row:
        name = cell.label or name
        yield cell, name


def _changed(cell: Written, name: str, change: Change) -> Written:
    parts = tuple(change(name, part) for part in cell.parts)
    return replace(cell, label=change(name, cell.label), text=change(name, cell.text), parts=parts)


def _rewritten(block: Block, change: Change) -> Block:
    name = block.heading.partition("、")[2] or "正文"
    return Block(change(name, block.heading), tuple(change(name, text) for text in block.paragraphs))


def lay_out(sheet: Sheet, *, serial: str, replaced: str = "") -> Page:
    """The page that the sheet's template makes of it; `replaced` is the paper in whose place it stands."""
    known, said = template(sheet.code), words(sheet)
    title = _fill(known.title, said)
    remarks = (f"本件代替{replaced}",) if replaced else ()
    if not isinstance(sheet, Letter):
        of_each = _of_each(sheet, said)
        rows = tuple(tuple(_write(cell, said, of_each) for cell in row) for row in known.rows)
        return Page(
            known.code,
            known.layout,
            title,
            serial,
            known.attachment,
            known.columns,
            rows=rows,
            notes=known.notes,
            remarks=remarks,
        )
    return Page(
        known.code,
        known.layout,
        title,
        serial,
        issuer=said["issuer"],
        reference=said["reference"],
        recipient=said["recipient"],
        instructions=known.instructions,
        blocks=tuple(_blocks(known, said)),
        signatures=tuple(_fill(text, said) for text in known.signatures),
        on=said["on"],
        contact=said["contact"],
        copies=said["copies"],
        remarks=remarks,
    )


def _write(cell: Cell, said: Mapping[str, str], of_each: Sequence[Mapping[str, str]]) -> Written:
    parts = tuple(_fill(cell.text, one) for one in of_each) if cell.each else ()
    return Written(cell.label, _fill(cell.text, said), cell.span, cell.height, cell.left, parts)


def _blocks(known: Template, said: Mapping[str, str]) -> list[Block]:
    spoken = [s for s in known.sections if _fill(s.text, said).strip()]
    return [
        *(Block("", (_fill(text, said),)) for text in known.opening),
        *(
            Block(f"{_ORDINALS[n]}、{section.heading}", tuple(_fill(section.text, said).strip().splitlines()))
            for n, section in enumerate(spoken)
        ),
        *(Block("", (_fill(text, said),)) for text in known.closing),
    ]


def _fill(text: str, said: Mapping[str, str]) -> str:
    """The text with the fields' words in it; words are never read as a template again."""
    return _FIELD.sub(lambda found: said[found[1]], text).strip("\n")


def words(sheet: Sheet) -> dict[str, str]:
    """Field → its words in an official paper; of graded units also the units, the grades and the reasons."""
    said = {field.name: _word(getattr(sheet, field.name)) for field in fields(sheet)}
    if isinstance(sheet, LinkageForm):
        units = {_clean(one.unit): one for one in sheet.grades}
        alone = len(units) == 1
        said["units"] = "、".join(units)
        said["grade"] = "\n".join(one.grade if alone else f"{unit}：{one.grade}" for unit, one in units.items())
        said["reasons"] = "\n".join(
            _clean(one.reason) if alone else f"{unit}：{_clean(one.reason)}"
            for unit, one in units.items()
            if one.reason
        )
    return said


def _of_each(sheet: Sheet, said: Mapping[str, str]) -> list[Mapping[str, str]]:
    """What is said of each graded unit: above its grade its name, where there are several; beside it the reason."""
    if not isinstance(sheet, LinkageForm) or len(sheet.grades) < 2:
        return [said]
    return [
        {**said, "grade": f"{_clean(one.unit)}\n{one.grade}", "reasons": _clean(one.reason)} for one in sheet.grades
    ]


def _word(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        local = value.astimezone(ZONE)
        return f"{_day(local.date())}{local:%H:%M}"
    if isinstance(value, date):
        return _day(value)
    if isinstance(value, tuple):
        lines = any(isinstance(one, Position) for one in value)
        return ("\n" if lines else "、").join(_word(one) for one in value)
    if isinstance(value, Position):
        basis = f"（依据：{_clean(value.basis)}）" if value.basis else ""
        return f"{_clean(value.unit)}：{_clean(value.view)}{basis}"
    return _clean(str(getattr(value, "label", value)))


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


def _clean(text: str) -> str:
    """Without what no paper can hold; every kind of line break is one."""
    return _CONTROL.sub("", "\n".join(text.splitlines()).replace("\t", "　"))

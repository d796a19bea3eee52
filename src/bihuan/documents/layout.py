"""What a template makes of a sheet: the same words for PDF and Word. A template is a TOML file in `forms`."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from bihuan.documents.types.sheets import SHEETS, Graded, Letter, Position, Sheet
from bihuan.policy.calendar import ZONE

FORMS = Path(__file__).with_name("forms")
_ORDINALS = "一二三四五六七八九十"
_FIELD = re.compile(r"\{(\w+)\}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


class Strict(BaseModel):
    """What a template file may say, and nothing else."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Cell(Strict):
    """One cell of a form: a printed label, or what is filled in. `height` in millimetres is the least of its row."""

    label: str = ""
    text: str = ""
    span: int = 1
    height: int = 10
    left: bool = False


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
    """A cell with what is written in it."""

    label: str
    text: str
    span: int
    height: int
    left: bool


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


def lay_out(sheet: Sheet, *, serial: str) -> Page:
    """The page that the sheet's template makes of it."""
    known, said = template(sheet.code), words(sheet)
    title = _fill(known.title, said)
    if not isinstance(sheet, Letter):
        rows = tuple(
            tuple(Written(c.label, _fill(c.text, said), c.span, c.height, c.left) for c in row) for row in known.rows
        )
        return Page(
            known.code, known.layout, title, serial, known.attachment, known.columns, rows=rows, notes=known.notes
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
    )


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
    said: dict[str, str] = {}
    for field in fields(sheet):
        value = getattr(sheet, field.name)
        said[field.name] = _word(value)
        if field.name == "grades":
            said |= _graded(value)
    return said


def _graded(units: tuple[Graded, ...]) -> dict[str, str]:
    one = len(units) == 1
    return {
        "units": "、".join(_clean(g.unit) for g in units),
        "grade": units[0].grade if one else "\n".join(f"{_clean(g.unit)}：{g.grade}" for g in units),
        "reasons": "\n".join(
            _clean(g.reason) if one else f"{_clean(g.unit)}：{_clean(g.reason)}" for g in units if g.reason
        ),
    }


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

"""Documents as PDF/A: typst lays out, in one process one compiler with its fonts."""

import json
import re
from dataclasses import asdict, replace
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final, Literal

import typst
from django.conf import settings

from bihuan.documents.fonts import Fonts, fonts_in
from bihuan.documents.layout import FORMS, Page
from bihuan.documents.signs import BREAK, Printable, printable

_ONE_AT_A_TIME: Final = Lock()
"""A worker makes several documents at once, in threads; the compiler takes one at a time."""
_PAGE: Final = re.compile(rb"/Type\s*/Page\b")
_LONGEST: Final = 255
"""Signs that a property of a file holds."""


class Unprintable(ValueError):
    """The page cannot be set, in the user's words: in which field and at which sign, where a text is the cause."""


def render(page: Page, *, at: datetime) -> bytes:
    """The PDF; the same page at the same moment is the same file, byte for byte. Raises Unprintable."""
    return typeset(printed(page), at=at)


def typeset(page: Page, *, at: datetime) -> bytes:
    """The PDF of a page whose every sign is taken to have a font. Raises Unprintable."""
    try:
        return _pdf(page, at)
    except typst.TypstError as error:
        raise Unprintable(_why(page, at, error)) from error


def printed(page: Page) -> Page:
    """The page as it is set: with what stands for signs that no font has, and a remark that says so."""
    fonts, found = fonts_in(Path(settings.FONTS)), list[Printable]()

    def change(_: str, text: str) -> str:
        found.append(printable(text, fonts.has))
        return found[-1].text

    changed = page.changed(change)
    boxes, names = sum(one.boxes for one in found), sum(one.names for one in found)
    remarks = (
        *([f"本件有{boxes}个字无法印出，见Word"] if boxes else []),
        *([f"本件有{names}个表情符号，印作方括号中的名称"] if names else []),
    )
    return replace(changed, remarks=(*changed.remarks, *remarks))


def picture(page: Page, *, ppi: float = 96) -> list[bytes]:
    """Every page as PNG, for looking at it."""
    made = _compiled(printed(page), "png", ppi=ppi)
    return [made] if isinstance(made, bytes) else made


def _pdf(page: Page, at: datetime) -> bytes:
    made = _compiled(page, "pdf", at=at)
    if not isinstance(made, bytes):
        raise TypeError("typst answered with several files")
    return made


def _compiled(
    page: Page, form: Literal["pdf", "png"], *, at: datetime | None = None, ppi: float | None = None
) -> bytes | list[bytes]:
    fonts = fonts_in(Path(settings.FONTS))
    inputs = {
        "page": json.dumps(asdict(page), ensure_ascii=False),
        "about": json.dumps([_property(page.title), _property(page.issuer)], ensure_ascii=False),
        "fonts": json.dumps(fonts.families, ensure_ascii=False),
        "letterhead": _letterhead() if page.layout == "letter" else "",
    }
    with _ONE_AT_A_TIME:
        made = _press(fonts).compile(
            input=str(FORMS / f"{page.layout}.typ"),
            format=form,
            ppi=ppi,
            sys_inputs=inputs,
            pdf_standards="a-2u" if at else [],
            timestamp=int(at.timestamp()) if at else None,
        )
    return made if isinstance(made, bytes) else list(made or ())


@cache
def _press(fonts: Fonts) -> typst.Compiler:
    return typst.Compiler(root=str(FORMS), font_paths=fonts.found)


def _property(text: str) -> str:
    return text.replace(BREAK, "").replace("\n", " ")[:_LONGEST]


def _why(page: Page, at: datetime, error: typst.TypstError) -> str:
    """Which field, and which sign of it, keeps the page from being set."""
    if not _fails(_alone(page, "", ""), at):
        for field, text in _texts(page):
            if _fails(_alone(page, field, text), at):
                sign = _last_of_shortest(page, field, text, at)
                return f"“{field}”里的“{sign}”（{' '.join(f'U+{ord(one):04X}' for one in sign)}）印不出来"
    return f"排版程序报告：{error.message}"


def _texts(page: Page) -> list[tuple[str, str]]:
    found = list[tuple[str, str]]()

    def note(field: str, text: str) -> str:
        found.append((field, text))
        return text

    page.changed(note)
    return [(field, text) for field, text in found if text]


def _alone(page: Page, field: str, text: str) -> Page:
    """The page with this text of that field and no other."""
    return page.changed(lambda name, said: said if (name, said) == (field, text) else "")


def _last_of_shortest(page: Page, field: str, text: str, at: datetime) -> str:
    """The sign at which the text begins to fail, found by halving."""
    good, bad = 0, len(text)
    while bad - good > 1:
        middle = (good + bad) // 2
        half = page.changed(lambda name, said: text[:middle] if (name, said) == (field, text) else "")  # noqa: B023
        good, bad = (good, middle) if _fails(half, at) else (middle, bad)
    return text[bad - 1]


def _fails(page: Page, at: datetime) -> bool:
    try:
        _pdf(page, at)
    except typst.TypstError:
        return True
    return False


def _letterhead() -> str:
    """The site's own red head, if it has put one into its folder."""
    try:
        return (Path(settings.LETTERHEAD) / "head.svg").read_text("utf-8")
    except FileNotFoundError:
        return ""


def pages(made: bytes) -> int:
    """How many pages a PDF of ours has."""
    return len(_PAGE.findall(made))

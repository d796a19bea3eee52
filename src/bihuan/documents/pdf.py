"""Documents as PDF/A: typst lays out, in one process one compiler with its fonts."""

import json
import re
from dataclasses import asdict
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final

import typst
from django.conf import settings

from bihuan.documents.layout import FORMS, Page

FAMILIES: Final = {
    "head": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "FandolSong", "Noto Serif CJK SC"),
    "fang": ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "FandolFang R", "FandolFang", "Noto Serif CJK SC"),
    "kai": ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "FandolKai", "Noto Serif CJK SC"),
    "hei": ("SimHei", "黑体", "FandolHei", "Noto Sans CJK SC"),
    "song": ("SimSun", "宋体", "FandolSong", "Noto Serif CJK SC"),
}
"""By which fonts each face is set, the first that is there; the last ones have rare characters too."""

_ONE_AT_A_TIME: Final = Lock()
"""A worker makes several documents at once, in threads; the compiler takes one at a time."""
_PAGE: Final = re.compile(rb"/Type\s*/Page\b")
LAST_RESORTS: Final = ("Noto Serif CJK SC", "Noto Sans CJK SC", "Source Han Serif SC", "LXGW WenKai")


def render(page: Page, *, at: datetime) -> bytes:
    """The PDF; the same page at the same moment is the same file, byte for byte."""
    compiler, fonts = _press()
    inputs = {
        "page": json.dumps(asdict(page), ensure_ascii=False),
        "fonts": fonts,
        "letterhead": _letterhead() if page.issuer else "",
    }
    with _ONE_AT_A_TIME:
        made = compiler.compile(
            input=str(FORMS / f"{page.layout}.typ"),
            format="pdf",
            sys_inputs=inputs,
            pdf_standards="a-2u",
            timestamp=int(at.timestamp()),
        )
    if not isinstance(made, bytes):
        raise TypeError("typst answered with several files")
    return made


def picture(page: Page, *, ppi: float = 96) -> list[bytes]:
    """Every page as PNG, for looking at it."""
    compiler, fonts = _press()
    inputs = {"page": json.dumps(asdict(page), ensure_ascii=False), "fonts": fonts, "letterhead": ""}
    with _ONE_AT_A_TIME:
        made = compiler.compile(input=str(FORMS / f"{page.layout}.typ"), format="png", ppi=ppi, sys_inputs=inputs)
    return [made] if isinstance(made, bytes) else list(made or ())


def families(folder: Path) -> dict[str, tuple[str, ...]]:
    """Face → the families that this folder and the system have for it, the first stands before the others."""
    there = set(_fonts(folder).families())
    return {
        face: tuple(name for name in dict.fromkeys((*names, *LAST_RESORTS)) if name in there)
        for face, names in FAMILIES.items()
    }


@cache
def _fonts(folder: Path) -> typst.Fonts:
    return typst.Fonts(include_system_fonts=True, font_paths=[str(folder)] if folder.is_dir() else [])


@cache
def _press() -> tuple[typst.Compiler, str]:
    folder = Path(settings.FONTS)
    found = families(folder)
    plain = {face: list(names) or ["Libertinus Serif"] for face, names in found.items()}
    return typst.Compiler(root=str(FORMS), font_paths=_fonts(folder)), json.dumps(plain, ensure_ascii=False)


def _letterhead() -> str:
    """The site's own red head, if it has put one into its folder."""
    try:
        return (Path(settings.LETTERHEAD) / "head.svg").read_text("utf-8")
    except FileNotFoundError:
        return ""


def pages(made: bytes) -> int:
    """How many pages a PDF of ours has."""
    return len(_PAGE.findall(made))

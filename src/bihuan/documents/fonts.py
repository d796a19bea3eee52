"""The fonts of this process: which families set the faces of a paper, and which signs any of them has."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Final

import typst
import uharfbuzz

FAMILIES: Final = {
    "head": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "FandolSong", "Noto Serif CJK SC"),
    "fang": ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "FandolFang R", "FandolFang", "Noto Serif CJK SC"),
    "kai": ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "FandolKai", "Noto Serif CJK SC"),
    "hei": ("SimHei", "黑体", "FandolHei", "Noto Sans CJK SC"),
    "song": ("SimSun", "宋体", "FandolSong", "Noto Serif CJK SC"),
}
"""By which fonts each face is set, the first that is there."""
LAST_RESORTS: Final = ("Noto Serif CJK SC", "Noto Sans CJK SC", "Source Han Serif SC", "LXGW WenKai")
"""Chinese fonts for what the fonts of a face lack; after them any other font of the machine."""
_WEIGHTS: Final = (400, 700)
"""A paper's text, and its bold titles."""
_BUILT_IN: Final = "Libertinus Serif"
"""Typst's own, with ASCII at least, where a machine has no font at all."""
_ASCII: Final = range(0x20, 0x7F)


class Fonts:
    """What is installed, found once; a font is opened when a text has a sign that those before it lack."""

    def __init__(self, folder: Path) -> None:
        paths = [str(folder)] if folder.is_dir() else []
        self.found = typst.Fonts(include_system_fonts=True, font_paths=paths)
        there = set(self.found.families())
        self.faces = {
            face: tuple(name for name in dict.fromkeys((*names, *LAST_RESORTS)) if name in there)
            for face, names in FAMILIES.items()
        }
        """Face → the families that set it, the first before the others."""
        self._files = _by_family(self.found.fonts())
        chosen = list(dict.fromkeys(name for names in self.faces.values() for name in names))
        opened = {path for name in chosen for path, _ in self._files.get(name, ())}
        self._others = tuple(
            name for name, files in self._files.items() if name not in chosen and opened.isdisjoint(p for p, _ in files)
        )
        self._unread = [*chosen, *self._others][::-1]
        self._signs = set(_ASCII)
        self._lock = Lock()

    @property
    def families(self) -> dict[str, list[str]]:
        """Face → every family that may set a sign of it, in this order."""
        return {face: [*names, *self._others] or [_BUILT_IN] for face, names in self.faces.items()}

    def has(self, sign: str) -> bool:
        """Whether some font has the sign, as text and in bold."""
        code = ord(sign)
        with self._lock:
            while code not in self._signs and self._unread:
                self._signs |= _signs_of(self._files.get(self._unread.pop(), ()))
            return code in self._signs


def _by_family(infos: Iterable[typst.FontInfo]) -> dict[str, tuple[tuple[str, int], ...]]:
    """Family → the files from which typst would set text and bold text of it; without those built into typst."""
    known: dict[str, list[typst.FontInfo]] = {}
    for info in infos:
        if info.path:
            known.setdefault(info.family, []).append(info)
    return {
        family: tuple(dict.fromkeys(_nearest(variants, weight) for weight in _WEIGHTS))
        for family, variants in sorted(known.items())
    }


def _nearest(variants: Iterable[typst.FontInfo], weight: int) -> tuple[str, int]:
    def far(one: typst.FontInfo) -> tuple[bool, float, int]:
        return one.style != "normal", abs(one.stretch - 1), abs(one.weight - weight)

    nearest = min(variants, key=far)
    assert nearest.path
    return nearest.path, nearest.index


def _signs_of(files: Iterable[tuple[str, int]]) -> frozenset[int]:
    """The signs that all of these files have."""
    held = [_held(*file) for file in files]
    return frozenset.intersection(*held) if held else frozenset()


def _held(path: str, index: int) -> frozenset[int]:
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(path), index)
    return frozenset(face.unicodes) - {0}


@cache
def fonts_in(folder: Path) -> Fonts:
    """The fonts of the system and of this folder."""
    return Fonts(folder)

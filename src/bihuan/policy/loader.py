"""Finds the regulation packs that there are, and says which of their files are wrong."""

import logging
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from time import monotonic
from types import MappingProxyType
from typing import Protocol, TypeVar

from bihuan.kernel.system_words import words_of
from bihuan.policy.pack import Pack
from bihuan.policy.reading import SHIPPED as SHIPPED
from bihuan.policy.reading import Fault, PackError, read

MORE_FOLDERS = "BIHUAN_PACKS"
"""Environment variable with further folders of packs, separated by colons."""

LOOKED_EVERY = 1.0
"""So many seconds lie between two looks at the files of packs."""
_looked_at = 0.0
_current: tuple[Path, ...] = ()
"""The folders of which what is remembered was made."""
_log = logging.getLogger(__name__)


class Remembering(Protocol):
    """A function that remembers."""

    def cache_clear(self) -> None: ...


Remembers = TypeVar("Remembers", bound=Remembering)
_REMEMBERED: list[Remembering] = []


class Unusable(Exception):
    """A regulation cannot be worked under: its file is wrong."""

    def __init__(self, ref: str, error: PackError) -> None:
        super().__init__(f"规则 {ref} 的文件有错误，不能使用：{error}")
        self.ref, self.error = ref, error


@dataclass(frozen=True, slots=True)
class Library:
    """The packs of some folders, and what is wrong with files among them."""

    packs: Mapping[str, Pack]
    """By id/version, and the newest of an id by that."""
    files: Mapping[str, Path]
    """In which file the pack of an id/version stands."""
    wrong: Mapping[Path, PackError]
    unusable: Mapping[str, PackError]
    """What a wrong file calls itself, where no right one does."""


def pack(ref: str, *, folders: Sequence[Path] = ()) -> Pack:
    """The pack "id/version", or of "id" the newest version. KeyError for one that is not there, Unusable for one whose
    file is wrong."""
    found = _library(_searched(folders))
    if ref in found.packs:
        return found.packs[ref]
    if ref in found.unusable:
        raise Unusable(ref, found.unusable[ref])
    raise KeyError(f"there is no regulation pack {ref!r}; there are {', '.join(sorted(found.packs))}")


def usable(ref: str) -> bool:
    """Whether there is a right file of that id/version."""
    return ref in _library(_searched(())).packs


def all_packs(*, folders: Sequence[Path] = ()) -> tuple[Pack, ...]:
    """Every version of every pack, by id and version."""
    packs = set(_library(_searched(folders)).packs.values())
    return tuple(sorted(packs, key=lambda pack: (pack.id, pack.version)))


def library(*, folders: Sequence[Path] = ()) -> Library:
    """The packs that there are, with their files, and the files that are wrong."""
    return _library(_searched(folders))


def of_packs(remembered: Remembers) -> Remembers:
    """What a function remembers (`lru_cache`) of packs is forgotten when their files were read anew."""
    _REMEMBERED.append(remembered)
    return remembered


def look_again() -> None:
    """See new and changed files of packs, without a restart; asked at the beginning of every answer.

    Where one is wrong, nobody can work under what it calls itself, and the log says what is wrong.
    """
    global _looked_at, _current
    if (now := monotonic()) < _looked_at + LOOKED_EVERY:
        return
    _looked_at, folders = now, _searched(())
    before, after = _seen.get(folders), _files(folders)
    if folders == _current and before == after:
        return
    _current = folders
    if before != after:
        _seen[folders] = after
        _libraries[folders] = _read(folders)
    for remembered in _REMEMBERED:
        remembered.cache_clear()


def _files(folders: tuple[Path, ...]) -> tuple[tuple[str, int, int], ...]:
    """The files of packs, with their time and size."""
    return tuple((str(path), *_stamp(path)) for path in _packs_in(folders))


def _packs_in(folders: tuple[Path, ...]) -> Iterator[Path]:
    """What may be packs: editors and other systems lay hidden files beside them, which are none."""
    for folder in folders:
        yield from sorted(path for path in folder.glob("*.toml") if not path.name.startswith("."))


def _stamp(path: Path) -> tuple[int, int]:
    """Time and size; of a file that is gone, or leads nowhere, neither: reading it will tell."""
    try:
        told = path.stat()
    except OSError:
        return 0, -1
    return told.st_mtime_ns, told.st_size


def _real(path: Path) -> Path:
    """Where a file lies; of links that lead in a circle, the link itself."""
    try:
        return path.resolve()
    except (OSError, RuntimeError):
        return path.absolute()


def _searched(folders: Sequence[Path]) -> tuple[Path, ...]:
    return SHIPPED, *_more(os.environ.get(MORE_FOLDERS, "")), *folders


@lru_cache(maxsize=16)
def _more(said: str) -> tuple[Path, ...]:
    return tuple(Path(folder) for folder in said.split(":") if folder)


_libraries: dict[tuple[Path, ...], Library] = {}
_seen: dict[tuple[Path, ...], tuple[tuple[str, int, int], ...]] = {}


def _library(folders: tuple[Path, ...]) -> Library:
    """The packs of these folders, read once until a file changes."""
    if folders not in _libraries:
        _seen[folders] = _files(folders)
        _libraries[folders] = _read(folders)
    return _libraries[folders]


def _read(folders: tuple[Path, ...]) -> Library:
    packs: dict[str, Pack] = {}
    files: dict[str, Path] = {}
    wrong: dict[Path, PackError] = {}
    unusable: dict[str, PackError] = {}
    for path in dict.fromkeys(map(_real, _packs_in(folders))):
        ref, read = _one(path)
        if isinstance(read, Pack) and "/" in read.id:  # or it would stand in the place of that version of another one
            read = PackError(path, (Fault(1, f"id“{read.id}”中不能有“/”"),))
        elif isinstance(read, Pack) and ref in packs:
            read = PackError(path, (Fault(1, f"{ref} 已在另一个文件中（{files[ref]}）"),))
        if isinstance(read, PackError):
            for fault in read.faults:
                _log.error("regulation pack %s:%s: %s", str(path), fault.line, fault.words)
            wrong[path] = unusable[ref] = read
        else:
            packs[ref], files[ref] = read, path
    for found in sorted(packs.values(), key=lambda pack: pack.version):
        packs[found.id] = found
    for ref in tuple(unusable):
        unusable.setdefault(ref.partition("/")[0], unusable[ref])
    return Library(
        MappingProxyType(packs),
        MappingProxyType(files),
        MappingProxyType(wrong),
        MappingProxyType({ref: error for ref, error in unusable.items() if ref not in packs}),
    )


_Read = tuple[str, Pack | PackError]
_read_of: dict[Path, tuple[tuple[int, int], _Read]] = {}
"""File → its time and size when it was read, and what was read."""


def _one(path: Path) -> _Read:
    """What a file calls itself, and its pack, or what is wrong with it; read once until the file changes, so that a new
    one beside it costs no more than itself."""
    stamp = _stamp(path)
    if path not in _read_of or _read_of[path][0] != stamp:
        _read_of[path] = stamp, _read_anew(path)
    return _read_of[path][1]


def _read_anew(path: Path) -> _Read:
    try:
        reading = read(path)
    except OSError as error:
        return "", PackError(path, (Fault(1, f"不能读取：{words_of(error)}"),))
    if reading.faults or reading.pack is None:
        return reading.ref, PackError(path, reading.faults)
    return reading.pack.ref, reading.pack


def load(path: Path) -> Pack:
    """Read and check one pack. PackError names the file, and the line and the clause of all that is wrong."""
    reading = read(path)
    if reading.faults or reading.pack is None:
        raise PackError(path, reading.faults)
    return reading.pack

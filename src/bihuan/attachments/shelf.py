"""Files on disk, each under the digest of its content: the same content lies there once."""

import hashlib
import os
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from secrets import token_hex

from django.conf import settings

from bihuan.record import room

DRAFT = ".draft-"
ASIDE = "aside"


def digest_of(content: bytes) -> str:
    """SHA-256 of a content, the name under which it lies."""
    return hashlib.sha256(content).hexdigest()


def place(digest: str) -> Path:
    """Where the content of that digest lies."""
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest[2:4] / digest


def aside(digest: str) -> Path:
    """Where the content of that digest lies until it is checked, or for good if it is suspicious."""
    return Path(settings.MEDIA_ROOT) / ASIDE / digest[:2] / digest[2:4] / digest


def free() -> int:
    """Bytes free where contents are laid down."""
    return room.free(Path(settings.MEDIA_ROOT))


def release(digest: str) -> None:
    """Move a checked content to where it is fetched from; one that is there already is the same."""
    source, target = aside(digest), place(digest)
    if source.exists():
        _make_folders(target)
        source.replace(target)
        _settle(target.parent)
        _settle(source.parent)


def put(content: bytes, *, unchecked: bool = False) -> str:
    """Lay the content down, whole and safe against a power cut before this returns; answers its digest."""
    digest = digest_of(content)
    path = aside(digest) if unchecked else place(digest)
    if path.exists() and path.stat().st_size == len(content):
        return digest
    _make_folders(path)
    draft = path.with_name(f"{DRAFT}{token_hex(8)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    _settle(path.parent)
    return digest


def remove(digest: str) -> None:
    """Take a content off the shelf, also from aside."""
    place(digest).unlink(missing_ok=True)
    aside(digest).unlink(missing_ok=True)


def left_since(moment: float) -> Iterator[Path]:
    """Every file on the shelf, drafts too, that has not changed since the moment (seconds)."""
    root = Path(settings.MEDIA_ROOT)
    for path in chain(root.glob("??/??/*"), root.glob(f"{ASIDE}/??/??/*")):
        try:
            if path.stat().st_mtime < moment:
                yield path
        except FileNotFoundError:  # somebody else removed it just now
            continue


def _make_folders(path: Path) -> None:
    for folder in reversed(path.parents[:4]):
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _settle(folder.parent)


def _settle(folder: Path) -> None:
    """Make a folder's entries durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""Files on disk, each under the digest of its content: the same content lies there once."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex

from django.conf import settings

DRAFT = ".draft-"


def digest_of(content: bytes) -> str:
    """SHA-256 of a content, the name under which it lies."""
    return hashlib.sha256(content).hexdigest()


def place(digest: str) -> Path:
    """Where the content of that digest lies."""
    return Path(settings.MEDIA_ROOT) / digest[:2] / digest[2:4] / digest


def put(content: bytes) -> str:
    """Lay the content down, whole and safe against a power cut before this returns; answers its digest."""
    digest = digest_of(content)
    path = place(digest)
    if path.exists() and path.stat().st_size == len(content):
        return digest
    for folder in (path.parent.parent.parent, path.parent.parent, path.parent):
        if not folder.is_dir():
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            _settle(folder.parent)
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
    """Take a content off the shelf."""
    place(digest).unlink(missing_ok=True)


def left_since(moment: float) -> Iterator[Path]:
    """Every file on the shelf, drafts too, that has not changed since the moment (seconds)."""
    for path in Path(settings.MEDIA_ROOT).glob("??/??/*"):
        try:
            if path.stat().st_mtime < moment:
                yield path
        except FileNotFoundError:  # somebody else removed it just now
            continue


def _settle(folder: Path) -> None:
    """Make a folder's entries durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

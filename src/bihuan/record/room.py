"""Room on the disk: writing ends in words before the database and papers find none; reading goes on."""

import errno
import shutil
from pathlib import Path

from django.conf import settings

LEAST = 64 * 1024 * 1024
"""Bytes that writing leaves free: a server of our own needs them for its log, or it breaks down and nobody reads."""
WORDS = "服务器存储空间已满，本次没有写入；查看不受影响。请告知系统管理员清理磁盘，之后会自动恢复。"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_DISK_FULL = "53100"


class NoRoom(Exception):
    """Nothing can be written just now."""

    def __init__(self) -> None:
        super().__init__(WORDS)


def free(folder: Path) -> int:
    """Bytes free on the disk of a folder, be it there or not."""
    return shutil.disk_usage(next(one for one in (folder, *folder.parents) if one.exists())).free


def look_for_room() -> None:
    """Raises NoRoom."""
    if free(Path(settings.DATA_FOLDER)) < LEAST:
        raise NoRoom


def lacks_room(error: BaseException | None) -> bool:
    """Whether something failed because a disk is full, ours or the database's."""
    while error is not None:
        if isinstance(error, NoRoom) or (isinstance(error, OSError) and error.errno in _FULL):
            return True
        if getattr(error, "sqlstate", None) == _DISK_FULL:
            return True
        error = error.__cause__ or error.__context__
    return False

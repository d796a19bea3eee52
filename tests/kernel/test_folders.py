"""Folders of the installation are its own, the upper ones too."""

import os
import stat
from pathlib import Path

from bihuan.kernel.folders import make_private


def test_whatever_is_missing_above_is_private_too(tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        make_private(tmp_path / "workbooks" / "one")
        make_private(tmp_path / "workbooks" / "one")
    finally:
        os.umask(before)
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("workbooks", "workbooks/one")]
    assert modes == [0o700, 0o700]

"""The passphrase of a backup: from a key file, or from the environment."""

import os
from pathlib import Path

from bihuan.care.strongbox import SHORTEST
from bihuan.kernel.system_words import words_of
from bihuan.startup.trouble import Trouble


def given(key_file: Path | None) -> bytes | None:
    """The passphrase that was given without being asked for; raises Trouble for one that is too short."""
    named = key_file or (Path(said) if (said := os.environ.get("BIHUAN_BACKUP_KEY_FILE")) else None)
    if named is not None:
        try:
            return strong(named.read_bytes().strip())
        except OSError as error:
            raise Trouble(f"读不到备份密钥文件 {named}：{words_of(error)}") from error
    said = os.environ.get("BIHUAN_BACKUP_PASSPHRASE")
    return strong(said.encode()) if said else None


def strong(passphrase: bytes) -> bytes:
    """The passphrase, if it is long enough."""
    if len(passphrase) < SHORTEST:
        raise Trouble(f"备份口令太短，至少{SHORTEST}个字节")
    return passphrase

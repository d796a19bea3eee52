"""Loaded before Django's settings (`-p tests.environment`): data folder, keys and compiled words of the tests."""

import atexit
import gc
import os
import secrets
import shutil
import sys
import tempfile
from pathlib import Path

from tools.catalogue import compile_stale

from bihuan.requesters.cipher import Keyring

if "BIHUAN_KEY_FILE" not in os.environ:
    folder = Path(tempfile.mkdtemp(prefix="bihuan-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "identity.key").write_text(Keyring.fresh().text())
    (folder / "static").mkdir()
    os.environ["BIHUAN_KEY_FILE"] = str(folder / "identity.key")
    os.environ["BIHUAN_DATA"] = str(folder)
    os.environ["BIHUAN_SECRET_KEY"] = secrets.token_hex(32)

# What is imported before the tests begin is no garbage (`tests/conftest.py`).
gc.disable()

# Containers say that nothing compiled is kept: then every process that a test starts compiles a thousand modules again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# A checkout that was moved on since it was installed has other words.
compile_stale()

os.environ.setdefault("BIHUAN_PACKS", str(Path(__file__).parent / "packs"))

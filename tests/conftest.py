"""What every test stands on: a key of its own, and PostgreSQL (given by `DATABASE_URL`, see `bihuan with-postgres`)."""

import os
import secrets
import tempfile
from pathlib import Path

from bihuan.requesters.cipher import Keyring

_key = Path(tempfile.mkdtemp(prefix="bihuan-tests-")) / "identity.key"
_key.write_text(Keyring.fresh().text())
os.environ.setdefault("BIHUAN_KEY_FILE", str(_key))
os.environ.setdefault("BIHUAN_DATA", str(_key.parent))
os.environ.setdefault("BIHUAN_SECRET_KEY", secrets.token_hex(32))
(_key.parent / "static").mkdir(exist_ok=True)

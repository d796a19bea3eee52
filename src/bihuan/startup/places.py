"""Where an installation keeps its things: the data folder and the keys in it."""

import os
import secrets
from pathlib import Path

from bihuan.requesters.cipher import Keyring

CHECKOUT = Path(__file__).resolve().parents[3]


def data_folder() -> Path:
    """The folder of this installation: database, keys, attachments, logs."""
    return Path(os.environ.get("BIHUAN_DATA") or CHECKOUT / ".bihuan").resolve()


def run_folder() -> Path:
    """What the processes of a running site tell each other."""
    return data_folder() / "run"


def static_folder() -> Path:
    """The collected static files."""
    return Path(os.environ.get("BIHUAN_STATIC") or data_folder() / "static")


def fonts_folder() -> Path:
    """Fonts of papers that stand before the system's own."""
    return Path(os.environ.get("BIHUAN_FONTS") or data_folder() / "fonts")


def identity_key_file() -> Path:
    """The keys under which requesters' identities are encrypted."""
    return Path(os.environ.get("BIHUAN_KEY_FILE") or data_folder() / "identity.key")


def known_secret(name: str) -> str | None:
    """A secret of this installation, from the environment or the data folder; None when it was never made."""
    given = os.environ.get(f"BIHUAN_{name.upper()}_KEY")
    if given:
        return given
    try:
        return (data_folder() / f"{name}.key").read_text().strip() or None
    except FileNotFoundError:
        return None


def make_keys() -> None:
    """Make the keys that this installation still lacks, readable by its owner alone."""
    data_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    _make_key(data_folder() / "secret.key", secrets.token_hex(32) + "\n")
    _make_key(identity_key_file(), Keyring.fresh().text())


def _make_key(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def write_private(path: Path, text: str) -> None:
    """Write a file that its owner alone may read, whole or not at all."""
    draft = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
    draft.replace(path)

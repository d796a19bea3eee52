"""Where an installation keeps its things: the data folder and the keys in it."""

import hashlib
import os
import secrets
import shutil
import stat
from contextlib import suppress
from pathlib import Path

from bihuan.policy.loader import MORE_FOLDERS
from bihuan.requesters.cipher import Keyring

CHECKOUT = Path(__file__).resolve().parents[3]
HOPS = "hops.json"
"""Where the site notes that requests came over more proxies than are trusted."""
MEMORY = Path("/dev/shm")  # noqa: S108  owner and mode of what lies there are looked at


def data_folder() -> Path:
    """The folder of this installation: database, keys, attachments, logs."""
    return Path(os.environ.get("BIHUAN_DATA") or CHECKOUT / ".bihuan").resolve()


def run_folder() -> Path:
    """What the processes of a running site tell each other, by files that they map.

    It lies in memory where it can: where a disk is full, the kernel ends whoever writes to a mapped file.
    """
    if given := os.environ.get("RUNTIME_DIRECTORY"):  # of systemd
        return Path(given.partition(":")[0])
    return _in_memory() if _is_ours(_in_memory()) else data_folder() / "run"


def make_run_folder() -> Path:
    """Make it anew: what processes that are gone have told is not to be counted again."""
    with suppress(OSError):
        _in_memory().mkdir(mode=0o700)
    shutil.rmtree(run_folder(), ignore_errors=True)
    with suppress(OSError):
        _in_memory().mkdir(mode=0o700)
    run_folder().mkdir(mode=0o700, parents=True, exist_ok=True)
    return run_folder()


def forget_run_folder() -> None:
    """Leave nothing in memory when the site has ended."""
    if run_folder() == _in_memory():
        shutil.rmtree(run_folder(), ignore_errors=True)


def _in_memory() -> Path:
    digest = hashlib.sha256(os.fsencode(data_folder())).hexdigest()[:16]
    return MEMORY / f"bihuan-{os.geteuid()}-{digest}"


def _is_ours(folder: Path) -> bool:
    """Whether nobody else made it or may enter it: everybody may make folders in memory."""
    try:
        state = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(state.st_mode) and state.st_uid == os.geteuid() and not state.st_mode & 0o077


def own_address() -> str:
    """The address of the server in the data folder, for whoever runs beside it; empty where there is none."""
    try:
        return (data_folder() / "database-url").read_text().strip()
    except FileNotFoundError:
        return ""


def static_folder() -> Path:
    """The collected static files."""
    return Path(os.environ.get("BIHUAN_STATIC") or data_folder() / "static")


def fonts_folder() -> Path:
    """Fonts of papers that stand before the system's own."""
    return Path(os.environ.get("BIHUAN_FONTS") or data_folder() / "fonts")


def name_packs_folder() -> None:
    """Let this process and what it starts look for regulation packs in the data folder, where no folder is named."""
    os.environ.setdefault(MORE_FOLDERS, str(data_folder() / "packs"))


def packs_folders() -> list[Path]:
    """Where packs of this installation lie: in the folders that are named, or in the data folder."""
    return [Path(name) for name in os.environ.get(MORE_FOLDERS, "").split(":") if name] or [data_folder() / "packs"]


def packs_folder() -> Path:
    """The first of them: there a pack is laid in."""
    return packs_folders()[0]


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

"""Where the keys lie, and how an identity is sealed with them."""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from bihuan.requesters.cipher import BadKeys, Keyring
from bihuan.requesters.rules import digits_of, plain_name
from bihuan.requesters.types import TEXTS, Identity, RequesterKind, SpecialNeed

_read: tuple[tuple[object, ...], Keyring] | None = None


def ring() -> Keyring:
    """The keys as they are at this moment: a rotation on the console reaches a running site at its next act."""
    global _read
    algorithm: str = settings.IDENTITY_CIPHER
    given = os.environ.get("BIHUAN_KEYS", "")
    stamp: tuple[object, ...] = (algorithm, given) if given else (algorithm, *_state(key_file()))
    known = _read
    if known is None or known[0] != stamp:
        known = (stamp, Keyring.parse(given or key_file().read_text("ascii"), algorithm))
        _read = known
    return known[1]


def key_file() -> Path:
    """The file of the keys."""
    return Path(settings.IDENTITY_KEY_FILE)


def _state(path: Path) -> tuple[object, ...]:
    try:
        stat = path.stat()
    except FileNotFoundError:
        raise BadKeys(f"找不到诉求人身份密钥文件 {path}；可用 bihuan keys generate 生成") from None
    return str(path), stat.st_ino, stat.st_mtime_ns, stat.st_size


@contextmanager
def key_file_held() -> Iterator[None]:
    """Keep other consoles from changing the keys; `BadKeys` if one is doing it or the keys are not in a file."""
    if os.environ.get("BIHUAN_KEYS"):
        raise BadKeys("密钥由环境变量 BIHUAN_KEYS 给出，请在那里增删，把新密钥放在最前")
    path = key_file()
    with path.with_name(f".{path.name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BadKeys("另一个命令正在更换密钥") from None
        yield


def write_keys(keys: Keyring, path: Path | None = None, *, new: bool = False) -> Path:
    """Put the keys into their file, readable by the owner alone, whole or not at all; `new` never overwrites."""
    path = path or key_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(keys.text())
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path) if new else draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return path


def seal(keys: Keyring, requester: int, identity: Identity) -> bytes | None:
    """The identity as its row keeps it; None where nothing was said."""
    said: dict[str, object] = {name: text for name in TEXTS if (text := getattr(identity, name))}
    if identity.secrecy_requested:
        said["secrecy"] = True
    if identity.special_needs:
        said["needs"] = identity.special_needs
    if not said:
        return None
    clear = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
    return keys.seal(clear, place(requester))


def unseal(keys: Keyring, requester: int, kind: str, sealed: bytes | memoryview | None) -> Identity:
    """The identity in clear; raises Unreadable."""
    if sealed is None:
        return Identity(kind=RequesterKind(kind))
    said = json.loads(keys.open(bytes(sealed), place(requester)).decode("utf-8", "surrogatepass"))
    return Identity(
        kind=RequesterKind(kind),
        secrecy_requested=said.get("secrecy", False),
        special_needs=tuple(SpecialNeed(need) for need in said.get("needs", ())),
        **{name: said.get(name, "") for name in TEXTS},
    )


def place(requester: int) -> str:
    """The row and field to which a sealed identity is bound."""
    return f"requester/{requester}/identity"


@dataclass(frozen=True, slots=True)
class Marks:
    """The keyed hashes by which a requester is found."""

    phone: int | None
    phone_tail8: int | None
    phone_tail4: int | None
    name: int | None


def marks(keys: Keyring, jurisdiction: str, identity: Identity) -> Marks:
    """The hashes of an identity; a field that says nothing has none."""
    digits, name = digits_of(identity.phone), plain_name(identity.name)
    return Marks(
        phone=keys.mark(jurisdiction, "phone", digits) if digits else None,
        phone_tail8=keys.mark(jurisdiction, "tail8", digits[-8:]) if len(digits) >= 8 else None,
        phone_tail4=keys.mark(jurisdiction, "tail4", digits[-4:]) if digits else None,
        name=keys.mark(jurisdiction, "name", name) if name else None,
    )

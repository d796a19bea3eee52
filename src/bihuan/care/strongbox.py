"""A file that is sealed and opened as a stream, in constant memory.

scrypt makes the key out of a passphrase, AES-256-GCM seals chunk by chunk. A chunk's nonce is its number and whether it
is the last, so that one that is missing, moved or altered does not open, nor does a file that was cut off.
"""

import hmac
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from bihuan.requesters.cipher import derived

MAGIC = b"bihuan-backup/1\n"
CHUNK = 64 * 1024
TAG = 16
SALT = 16
CHECK = 16
WORK = 17
"""scrypt's cost as a power of two: 128 MB and some tenths of a second."""
MOST_WORK = 20
SHORTEST = 12

_HEAD = len(MAGIC) + 1 + SALT
_LAST = 1


class Damaged(Exception):
    """The file is no strongbox of ours, is cut off or was altered; the text says which."""


class WrongPassphrase(Exception):
    """The passphrase does not open it."""


class Keys:
    """What a passphrase and a salt make: one key for the stream, one for what is wrapped inside it besides."""

    def __init__(self, passphrase: bytes, salt: bytes, work: int = WORK) -> None:
        root = Scrypt(salt=salt, length=32, n=2**work, r=8, p=1).derive(passphrase)
        self.stream = AESGCM(derived(root, b"bihuan backup stream", 32))
        self.check = derived(root, b"bihuan backup check", CHECK)
        self._wrapping = AESGCM(derived(root, b"bihuan backup keys", 32))

    def wrap(self, secret: bytes) -> bytes:
        """Seal a secret once more, so that an opened stream alone does not show it."""
        nonce = os.urandom(12)
        return nonce + self._wrapping.encrypt(nonce, secret, b"keys")

    def unwrap(self, sealed: bytes) -> bytes:
        """The secret; Damaged if it is another one's."""
        try:
            return self._wrapping.decrypt(sealed[:12], sealed[12:], b"keys")
        except (InvalidTag, ValueError) as error:
            raise Damaged("备份中的密钥无法打开") from error


class Sealing(io.RawIOBase):
    """Writes a strongbox; `close` seals the last chunk, and only then is the box whole."""

    def __init__(self, file: IO[bytes], passphrase: bytes) -> None:
        salt = os.urandom(SALT)
        self.keys = Keys(passphrase, salt)
        self._file = file
        self._head = MAGIC + bytes((WORK,)) + salt + self.keys.check
        self._waiting = bytearray()
        self._count = 0
        file.write(self._head)

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._waiting += data
        while len(self._waiting) > CHUNK:
            self._put(bytes(self._waiting[:CHUNK]))
            del self._waiting[:CHUNK]
        return len(data)

    def finish(self) -> None:
        """Seal what is left as the last chunk."""
        self._put(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _put(self, clear: bytes, *, last: bool = False) -> None:
        self._file.write(self.keys.stream.encrypt(_nonce(self._count, last), clear, self._head))
        self._count += 1


class Opening(io.RawIOBase):
    """Reads a strongbox; raises Damaged at the first byte that is not what was sealed."""

    def __init__(self, file: IO[bytes], keys: Keys, head: bytes) -> None:
        self.keys = keys
        self._file = file
        self._head = head
        self._count = 0
        self._clear = memoryview(b"")
        self._next = file.read(CHUNK + TAG)
        self._over = False

    @classmethod
    def of(cls, file: IO[bytes], passphrase: bytes) -> Self:
        """Open it; raises Damaged or WrongPassphrase."""
        head = file.read(_HEAD + CHECK)
        if not head.startswith(MAGIC):
            raise Damaged("这不是闭环的备份文件")
        if len(head) < _HEAD + CHECK or not 1 <= head[len(MAGIC)] <= MOST_WORK:
            raise Damaged("备份文件不完整或被改动过")
        keys = Keys(passphrase, head[len(MAGIC) + 1 : _HEAD], head[len(MAGIC)])
        if not hmac.compare_digest(keys.check, head[_HEAD:]):
            raise WrongPassphrase("口令或密钥文件不对，或备份文件头被改动过")
        return cls(file, keys, head)

    def readable(self) -> bool:
        return True

    def readinto(self, into: bytearray | memoryview) -> int:  # type: ignore[override]
        while not len(self._clear) and not self._over:
            self._clear = memoryview(self._chunk())
        count = min(len(into), len(self._clear))
        into[:count] = self._clear[:count]
        self._clear = self._clear[count:]
        return count

    def drain(self) -> None:
        """Read on to the end, so that nothing is left unchecked."""
        while self.read(CHUNK):
            pass

    def _chunk(self) -> bytes:
        sealed, self._next = self._next, self._file.read(CHUNK + TAG)
        self._over = not self._next
        try:
            clear = self.keys.stream.decrypt(_nonce(self._count, self._over), sealed, self._head)
        except (InvalidTag, ValueError) as error:
            raise Damaged("备份文件不完整或被改动过") from error
        self._count += 1
        return clear


@contextmanager
def opened(path: str | os.PathLike[str], passphrase: bytes) -> Iterator[Opening]:
    """The box at a path, for reading."""
    with open(path, "rb") as file:
        yield Opening.of(file, passphrase)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes((_LAST if last else 0,))

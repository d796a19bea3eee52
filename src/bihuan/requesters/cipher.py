"""How secrets are sealed: providers of authenticated encryption, and the keys that they use."""

import hmac
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Protocol, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION = 1
NONCE = 12
TAG = 16
SECRET = 32
FINDER = "find"
_ENTRY = re.compile(r"[A-Za-z0-9_-]{1,24}:[0-9A-Fa-f]{64}")


class Unreadable(Exception):
    """No key that we hold opens this, or it was changed."""


class BadKeys(ValueError):
    """The keys of the installation cannot be used as they are written."""


class Provider(Protocol):
    """One algorithm of authenticated encryption under one key; the sealed text carries its tag at the end."""

    def seal(self, nonce: bytes, clear: bytes, bound: bytes) -> bytes:
        """Encrypt, and bind the text to its place."""

    def open(self, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
        """Decrypt; InvalidTag if text, place or key is another."""


class Aes256Gcm:
    """AES-256-GCM."""

    def __init__(self, secret: bytes) -> None:
        self._aead = AESGCM(derived(secret, b"bihuan identity aes-256-gcm", 32))

    def seal(self, nonce: bytes, clear: bytes, bound: bytes) -> bytes:
        return self._aead.encrypt(nonce, clear, bound)

    def open(self, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
        return self._aead.decrypt(nonce, sealed, bound)


class Sm4Gcm:
    """SM4-GCM (GB/T 32907)."""

    def __init__(self, secret: bytes) -> None:
        self._key = algorithms.SM4(derived(secret, b"bihuan identity sm4-gcm", 16))

    def seal(self, nonce: bytes, clear: bytes, bound: bytes) -> bytes:
        work = Cipher(self._key, modes.GCM(nonce)).encryptor()
        work.authenticate_additional_data(bound)
        return work.update(clear) + work.finalize() + work.tag

    def open(self, nonce: bytes, sealed: bytes, bound: bytes) -> bytes:
        if len(sealed) < TAG:
            raise InvalidTag
        work = Cipher(self._key, modes.GCM(nonce, sealed[-TAG:])).decryptor()
        work.authenticate_additional_data(bound)
        return work.update(sealed[:-TAG]) + work.finalize()


PROVIDERS: Mapping[str, type[Aes256Gcm] | type[Sm4Gcm]] = {"aes-256-gcm": Aes256Gcm, "sm4-gcm": Sm4Gcm}
"""Algorithm → provider; the first is the default."""
DEFAULT_ALGORITHM = next(iter(PROVIDERS))


def derived(secret: bytes, purpose: bytes, length: int) -> bytes:
    """A key for one purpose alone."""
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=purpose).derive(secret)


@dataclass(frozen=True)
class Keyring:
    """The keys of an installation: the first encrypts, all decrypt; `finder` makes the hashes and never rotates."""

    secrets: Mapping[str, bytes] = field(repr=False)
    finder: bytes = field(repr=False)
    algorithm: str = DEFAULT_ALGORITHM

    @classmethod
    def parse(cls, text: str, algorithm: str = DEFAULT_ALGORITHM) -> Self:
        """Read `id:hex` entries, one a line or between commas; the entry `find` is the finder's."""
        if algorithm not in PROVIDERS:
            raise BadKeys(f"没有加密算法“{algorithm}”，可选：{'、'.join(PROVIDERS)}")
        held: dict[str, bytes] = {}
        for entry in filter(None, (line.partition("#")[0].strip() for line in re.split(r"[\n,]", text))):
            name, _, digits = entry.partition(":")
            if not _ENTRY.fullmatch(entry) or name in held:
                raise BadKeys("密钥写法不对或编号重复，每把应为“编号:64位十六进制数”")
            held[name] = bytes.fromhex(digits)
        finder = held.pop(FINDER, None)
        if finder is None or not held:
            raise BadKeys(f"密钥不全：须有至少一把加密密钥和一把查找密钥（{FINDER}）；可用 bihuan keys generate 生成")
        return cls(held, finder, algorithm)

    @classmethod
    def fresh(cls) -> Self:
        """New keys for a new installation."""
        return cls({"k1": secrets.token_bytes(SECRET)}, secrets.token_bytes(SECRET))

    def text(self) -> str:
        """The keys as `parse` reads them."""
        held = {**self.secrets, FINDER: self.finder}
        return "".join(f"{name}:{secret.hex()}\n" for name, secret in held.items())

    def with_new(self) -> Self:
        """A new current key in front of the old ones."""
        newest = max((int(name[1:]) for name in self.secrets if re.fullmatch(r"k\d{1,9}", name)), default=0)
        return type(self)({f"k{newest + 1}": secrets.token_bytes(SECRET), **self.secrets}, self.finder, self.algorithm)

    def with_current_only(self) -> Self:
        """The ring without its old keys."""
        return type(self)({self.current: self.secrets[self.current]}, self.finder, self.algorithm)

    @property
    def current(self) -> str:
        """Id of the key that encrypts."""
        return next(iter(self.secrets))

    @cached_property
    def label(self) -> str:
        """Algorithm and key under which new rows are sealed."""
        return f"{self.algorithm}:{self.current}"

    def seal(self, clear: bytes, place: str) -> bytes:
        """Encrypt for one place (row and field); what is moved elsewhere does not open there."""
        header = _header(self.label)
        nonce = os.urandom(NONCE)
        return header + nonce + self._provider(self.label).seal(nonce, clear, header + place.encode())

    def open(self, sealed: bytes, place: str) -> bytes:
        """Decrypt what was sealed for this place under any key of the ring; raises Unreadable."""
        label = label_of(sealed)
        header = _header(label)
        nonce, body = sealed[len(header) : len(header) + NONCE], sealed[len(header) + NONCE :]
        try:
            return self._provider(label).open(nonce, body, header + place.encode())
        except (InvalidTag, ValueError) as error:
            raise Unreadable(f"{place} 无法解密：内容或位置被改动过") from error

    def mark(self, jurisdiction: str, what: str, value: str) -> int:
        """A keyed hash by which a value is found, in its jurisdiction and for its field alone."""
        message = f"{jurisdiction}\x1f{what}\x1f{value}".encode("utf-8", "surrogatepass")
        return int.from_bytes(hmac.digest(self._marker, message, "sha256")[:8], signed=True)

    @cached_property
    def _marker(self) -> bytes:
        return derived(self.finder, b"bihuan identity find", sha256().digest_size)

    def _provider(self, label: str) -> Provider:
        known = self._providers.get(label)
        if known is None:
            algorithm, _, key = label.partition(":")
            if algorithm not in PROVIDERS or key not in self.secrets:
                raise Unreadable(f"没有密钥 {label}")
            known = self._providers[label] = PROVIDERS[algorithm](self.secrets[key])
        return known

    @cached_property
    def _providers(self) -> dict[str, Provider]:
        return {}


def label_of(sealed: bytes) -> str:
    """Under which algorithm and key something was sealed."""
    if len(sealed) < 2 or sealed[0] != VERSION or len(sealed) < 2 + sealed[1] + NONCE + TAG:
        raise Unreadable("密文的版本或长度不对")
    return sealed[2 : 2 + sealed[1]].decode("ascii", "replace")


def _header(label: str) -> bytes:
    text = label.encode("ascii", "replace")
    return bytes((VERSION, len(text))) + text

"""How an answer is kept for a repeat: sealed under the caller's own key, for it may hold what is told only once."""

import secrets
from base64 import b64decode, b64encode

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.utils.crypto import salted_hmac

_NONCE = 12


def _derive(purpose: str, account: str, key: str) -> bytes:
    return salted_hmac(f"bihuan.once.{purpose}", f"{account}\n{key}", algorithm="sha256").digest()


def mark(account: str, key: str) -> str:
    """What stands in the table for the caller's key."""
    return _derive("mark", account, key).hex()


class Sealing:
    """Closes and opens the answers of one idempotency key; without that key nobody can."""

    def __init__(self, account: str, key: str) -> None:
        self._cipher = AESGCM(_derive("seal", account, key))

    def close(self, answer: str) -> str:
        """The answer, sealed."""
        nonce = secrets.token_bytes(_NONCE)
        return b64encode(nonce + self._cipher.encrypt(nonce, answer.encode(), None)).decode()

    def open(self, sealed: str) -> str:
        """The answer in clear."""
        raw = b64decode(sealed)
        return self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], None).decode()

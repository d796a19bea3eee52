"""How secrets of accounts and of other systems are sealed at rest: under keys derived from the installation's own."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class Box:
    """Seals for one purpose: what was sealed for another does not open."""

    def __init__(self, purpose: str) -> None:
        self._purpose = purpose.encode()

    def seal(self, secret: str) -> bytes:
        """The secret as it is kept."""
        return self._fernets().encrypt(secret.encode())

    def unseal(self, sealed: bytes | memoryview) -> str | None:
        """The secret again; None when the key under which it was sealed is gone."""
        try:
            return self._fernets().decrypt(bytes(sealed)).decode()
        except InvalidToken:
            return None

    def _fernets(self) -> MultiFernet:
        return MultiFernet([self._fernet(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])

    def _fernet(self, key: str) -> Fernet:
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=self._purpose).derive(key.encode())
        return Fernet(base64.urlsafe_b64encode(derived))

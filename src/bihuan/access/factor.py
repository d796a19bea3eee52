"""The second factor: time-based one-time codes (RFC 6238) and recovery codes; the secret is sealed at rest."""

import base64
import hashlib
import secrets
from datetime import datetime

import pyotp

from bihuan.access.sealing import Box

ISSUER = "闭环"
SECONDS = 30
DRIFT = 1
"""How many steps a clock may be off."""
CODES = 8
_BOX = Box("bihuan second factor")
seal, unseal = _BOX.seal, _BOX.unseal
"""The secret as it is kept, and again in clear; None when the key under which it was sealed is gone."""


def fresh_secret() -> str:
    """A new secret of 160 bits."""
    return pyotp.random_base32()


def address(secret: str, account: str) -> str:
    """The secret as an authenticator app reads it off a picture."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name=ISSUER)


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The step of which this is the code, if it is one of now."""
    if not (code.isascii() and code.isdigit() and len(code) == 6):
        return None
    known, now = pyotp.HOTP(secret), int(at.timestamp()) // SECONDS
    steps = range(now - DRIFT, now + DRIFT + 1)
    return next((step for step in steps if secrets.compare_digest(known.at(step), code)), None)


def fresh_codes() -> list[str]:
    """Recovery codes of 120 bits each, in groups that can be read out."""
    return ["-".join(_grouped(base64.b32encode(secrets.token_bytes(15)).decode())) for _ in range(CODES)]


def digest(code: str) -> bytes:
    """What is kept of a recovery code; it has 120 random bits, so a plain digest is enough."""
    return hashlib.sha256("".join(filter(str.isalnum, code)).upper().encode()).digest()


def _grouped(text: str) -> list[str]:
    return [text[i : i + 6] for i in range(0, len(text), 6)]

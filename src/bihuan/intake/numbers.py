"""Case numbers (prefix, day, channel, gapless sequence of the day, check digit) and their query codes."""

import hashlib
import hmac
from datetime import date
from functools import lru_cache

from django.conf import settings
from django.utils.crypto import constant_time_compare


def check_digit(digits: str) -> int:
    """ISO 7064 MOD 11,10 over the digits."""
    return (11 - _rest(digits)) % 10


def _rest(digits: str, rest: int = 10) -> int:
    for digit in digits:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return rest


@lru_cache(maxsize=64)
def _head(on: date, channel: str) -> tuple[str, int]:
    """What the numbers of a channel's day begin with, and how far their check digit is reckoned by then."""
    digits = f"{on:%Y%m%d}{channel}"
    return digits, _rest(digits)


def case_number(prefix: str, on: date, channel: str, sequence: int) -> str:
    """WD + 20261121 + 01 + 00042 + check digit; the sequence grows past five digits where a day has more."""
    head, rest = _head(on, channel)
    digits = f"{sequence:05d}"
    return f"{prefix}{head}{digits}{(11 - _rest(digits, rest)) % 10}"


def query_mark(jurisdiction: str, code: str) -> bytes:
    """What is kept of a query code: a keyed digest, for ten digits alone could be guessed from a plain one."""
    return hmac.digest(_query_key(settings.SECRET_KEY), f"{jurisdiction}:{code}".encode(), "sha256")


@lru_cache(maxsize=4)
def _query_key(secret: str) -> bytes:
    return hashlib.sha256(f"bihuan.query-code{secret}".encode()).digest()


def opens(mark: bytes, jurisdiction: str, code: str) -> bool:
    """Whether the code is the one of that mark, in the same time for every wrong one."""
    return constant_time_compare(mark, query_mark(jurisdiction, code))

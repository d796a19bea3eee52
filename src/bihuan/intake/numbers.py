"""Case numbers (prefix, day, channel, gapless sequence of the day, check digit) and their query codes."""

from datetime import date

from django.utils.crypto import constant_time_compare, salted_hmac


def check_digit(digits: str) -> int:
    """ISO 7064 MOD 11,10 over the digits."""
    rest = 10
    for digit in digits:
        rest = (rest + int(digit)) % 10 or 10
        rest = rest * 2 % 11
    return (11 - rest) % 10


def case_number(prefix: str, on: date, channel: str, sequence: int) -> str:
    """WD + 20261121 + 01 + 00042 + check digit; the sequence grows past five digits where a day has more."""
    digits = f"{on:%Y%m%d}{channel}{sequence:05d}"
    return f"{prefix}{digits}{check_digit(digits)}"


def query_mark(jurisdiction: str, code: str) -> bytes:
    """What is kept of a query code: a keyed digest, for ten digits alone could be guessed from a plain one."""
    return salted_hmac("bihuan.query-code", f"{jurisdiction}:{code}", algorithm="sha256").digest()


def opens(mark: bytes, jurisdiction: str, code: str) -> bool:
    """Whether the code is the one of that mark, in the same time for every wrong one."""
    return constant_time_compare(mark, query_mark(jurisdiction, code))

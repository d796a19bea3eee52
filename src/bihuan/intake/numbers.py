"""Case numbers: prefix, day, channel, gapless sequence of the day, check digit."""

from datetime import date


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

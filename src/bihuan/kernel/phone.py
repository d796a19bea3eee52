"""Telephone numbers: understood in every usual writing, kept in one normal form.

The normal form is what one dials: 13812341234, 06318451234, 4001234567, 12345, +85212345678, with an extension
06318451234转801.
"""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo

_MOBILE = r"1[3-9][0-9]{9}"
_AREA = r"0(?:10|2[0-9]|[3-9][0-9]{2})"
_LINE = r"[2-8][0-9]{6,7}"
_SERVICE = r"1[0-2][0-9]{3}|11[0-9]{4}|9[56][0-9]{3,6}"
_FREE = r"[48]00[0-9]{7}"
_SHORT = r"[2-8][0-9]{4}"
_DIALLED = re.compile(rf"{_MOBILE}|(?:{_AREA})?(?:{_LINE}|{_SERVICE})|{_FREE}|{_SHORT}")
_PLAIN = re.compile(_MOBILE)
"""Most numbers are in their normal form already."""
_WITH_DASHED_EXTENSION = re.compile(rf"{_MOBILE}|(?:{_AREA})?{_LINE}|{_FREE}|9[56][0-9]{{3,6}}")
"""Behind these a dash may stand for an extension: 0631-8451234-801."""
_ABROAD = re.compile(r"[1-9][0-9]{6,14}")
_SEPARATORS = re.compile(r"[\s\-‐‑‒–—―.·()\[\]]+")
_EXTENSION = re.compile(r"转接|转|分机|ext\.?|x|#|,")
_DIGITS = re.compile(r"[0-9]{1,6}")
_SPECIAL = re.compile(r"\+?[0-9]{3,20}(?:转[0-9]{1,6})?")

LONGEST = 64
"""No number is written in more signs. Nothing longer is folded: marks without end take the square of their number."""
MOBILE_LENGTH = "手机号码应为11位，请核对"
MASKED = "带“*”的是脱敏后的号码，请填写完整号码"
NO_PHONE = "不是电话号码：手机11位；固定电话7或8位，可带区号，分机前写“转”；境外号码以+开头"
TO_CONFIRM = "；确认无误的请勾选“特殊号码”"
CONFIRMED = "；联系电话经确认为特殊号码"
CONFIRMED_BY = "phone_special"
"""The field by which an official confirms a number that is none of these."""


class NoPhone(ValueError):
    """The text is no telephone number; its words say what one looks like."""


def normal(text: str) -> str:
    """The number in its normal form. Raises NoPhone."""
    if _PLAIN.fullmatch(text):
        return text
    if len(text) > LONGEST:
        raise NoPhone(NO_PHONE)
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    number, sign, extension = _parted(plain)
    if not sign:
        if (found := _dialled(number)) is not None:
            return _with_dashed_extension(number) or found
        if (found := _with_dashed_extension(number)) is not None:
            return found
    else:
        found, extension = _dialled(number), _SEPARATORS.sub("", extension)
        if found is not None and _DIGITS.fullmatch(extension):
            return f"{found}转{extension}"
    raise NoPhone(_trouble(plain))


def is_phone(text: str) -> bool:
    """Whether the text is a telephone number in some usual writing."""
    try:
        normal(text)
    except NoPhone:
        return False
    return True


def special(text: str) -> str:
    """The form in which a number is kept that is none of the usual ones, once somebody has confirmed it."""
    number, sign, extension = _parted(unicodedata.normalize("NFKC", text).strip().lower())
    return _SEPARATORS.sub("", f"{number}转{extension}" if sign else number)


def is_special(text: str) -> bool:
    """Whether the text could be a number at all: three digits or more, and nothing else."""
    return len(text) <= LONGEST and _SPECIAL.fullmatch(special(text)) is not None


def _trouble(plain: str) -> str:
    if "*" in plain:
        return MASKED
    return MOBILE_LENGTH if re.fullmatch(r"1[3-9][0-9]*", _SEPARATORS.sub("", plain)) else NO_PHONE


def without_extension(number: str) -> str:
    """What one dials first of a number in its normal form."""
    return number.partition("转")[0]


def _parted(plain: str) -> tuple[str, str, str]:
    """Number, sign and extension, where a sign parts them."""
    if found := _EXTENSION.search(plain):
        return plain[: found.start()], found.group(), plain[found.end() :]
    return plain, "", ""


def _dialled(text: str) -> str | None:
    number = _SEPARATORS.sub("", text)
    if number.startswith(("+", "00")):
        return _from_abroad(number.removeprefix("+") if number[0] == "+" else number[2:])
    if number.startswith("86") and re.fullmatch(_MOBILE, number[2:]):
        number = number[2:]
    if number.startswith("0") and re.fullmatch(_MOBILE, number[1:]):
        number = number[1:]
    return number if _DIALLED.fullmatch(number) else None


def _from_abroad(number: str) -> str | None:
    if number.startswith("86"):
        return next((n for n in (number[2:], f"0{number[2:]}") if _DIALLED.fullmatch(n)), None)
    return f"+{number}" if _ABROAD.fullmatch(number) else None


def _with_dashed_extension(text: str) -> str | None:
    """The number with the extension behind its last dash, where what stands before is a whole number."""
    before, dash, extension = text.rpartition("-")
    number = _dialled(before) if dash else None
    if number is None or not _DIGITS.fullmatch(extension.strip()) or not _WITH_DASHED_EXTENSION.fullmatch(number):
        return None
    return f"{number}转{extension.strip()}"


def _checked(text: str, info: ValidationInfo) -> str:
    if not text:
        return ""
    try:
        return normal(text)
    except NoPhone as wrong:
        if CONFIRMED_BY not in info.data or not is_special(text):
            raise
        if info.data[CONFIRMED_BY]:
            return special(text)
        raise NoPhone(f"{wrong}{TO_CONFIRM}") from None


Phone = Annotated[str, Field(title="联系电话", max_length=40), AfterValidator(_checked)]
"""A telephone number in its normal form; may be empty. Of a form with `phone_special` before it, any number that is
confirmed there is taken."""
PhoneSpecial = Annotated[
    bool,
    Field(
        title="特殊号码",
        description="号码确认无误、但不是手机、固定电话或服务号码的，勾选后登记",
        json_schema_extra={"confirms": "phone"},
    ),
]
"""That an official has confirmed a number which is none of the usual ones: pages ask for it once there is doubt."""


def confirmation(number: str, *, special: bool) -> str:
    """What the record says of a number that passed because an official confirmed it; empty for any other."""
    return CONFIRMED if special and number and not is_phone(number) else ""

"""What a password must be, in words that an official understands."""

import hashlib
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError

MOST = 256


class NotTheName:
    """A password that holds the account or the name is guessed first."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse it."""
        said = password.casefold()
        words = [str(getattr(user, field, "")).casefold() for field in ("account", "name")]
        parts = {part for word in words for part in (word, *word.split(".")) if len(part) >= 4 or part == words[1]}
        if any(part and part in said for part in parts):
            raise ValidationError("密码不能含有账号或姓名。")

    def get_help_text(self) -> str:
        """In words."""
        return "不含账号和姓名"


class NotTooLong:
    """Nobody types that much, and hashing it would only keep the server busy."""

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse it."""
        if len(password) > MOST:
            raise ValidationError(f"密码不能超过{MOST}个字符。")

    def get_help_text(self) -> str:
        """In words."""
        return f"不超过{MOST}个字符"


class LongEnough:
    """Length counts more than odd characters."""

    def __init__(self, least: int = 10) -> None:
        self.least = least

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse a short one."""
        if len(password) < self.least:
            raise ValidationError(f"密码太短，至少{self.least}个字符。")

    def get_help_text(self) -> str:
        """In words."""
        return f"至少{self.least}个字符"


class NotBreached:
    """Not in a list of leaked passwords: one upper-case SHA-1 a line and sorted, as Pwned Passwords has it."""

    def __init__(self, path: str = "") -> None:
        self.path = Path(path) if path else None

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse a leaked one; looked up on this machine, nothing is sent anywhere."""
        wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
        if self.path is not None and _found(self.path, wanted):
            raise ValidationError("这个密码已在互联网上泄露，请换一个。")

    def get_help_text(self) -> str:
        """In words."""
        return "不是已泄露的密码"


def _found(path: Path, wanted: bytes) -> bool:
    """Search a sorted file of lines by halves: a list of a billion is asked in forty reads."""
    with path.open("rb") as file:
        low, high = 0, path.stat().st_size
        while low < high:
            middle = (low + high) // 2
            file.seek(middle)
            if middle:
                file.readline()
            at = file.tell()
            line = file.readline()
            if not line or line[:40].upper() >= wanted:
                if line[:40].upper() == wanted:
                    return True
                high = middle
            else:
                low = max(at, middle + 1)
        file.seek(low)
        return any(file.readline()[:40].upper() == wanted for _ in range(2))

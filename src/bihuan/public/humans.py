"""Telling people from programs, with nobody's help: a signed form, a trap, a pause, and a little work."""

import hashlib
import secrets
from dataclasses import dataclass

from django.core import signing
from django.http import QueryDict
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

SALT = "bihuan.public.form"
SOONEST = 3
"""Seconds before which nobody has filled in a form."""
LATEST = 4 * 3600
WORK_BITS = 16
"""Leading zero bits of the digest that a browser with JavaScript looks for: some tenths of a second on a telephone."""
TRAP = "website"


@dataclass(frozen=True, slots=True)
class Ticket:
    """One opening of a form. `visit` is a secret that only this page knows: what is uploaded with it is its own."""

    visit: str
    opened_at: int
    place: str

    @classmethod
    def issue(cls, place: str, now: float) -> "Ticket":
        """A new one."""
        return cls(secrets.token_hex(16), int(now), place)

    @property
    def text(self) -> str:
        """As it stands in the form."""
        return signing.dumps([self.visit, self.opened_at, self.place], salt=SALT)

    @classmethod
    def read(cls, text: str, place: str, now: float) -> "Ticket | None":
        """What came back; None where it is not ours, of another place, or too old."""
        try:
            visit, opened_at, where = signing.loads(text[:400], salt=SALT)
        except (signing.BadSignature, ValueError, TypeError):
            return None
        fresh = 0 <= now - opened_at <= LATEST
        return cls(visit, opened_at, where) if where == place and fresh else None

    @property
    def summands(self) -> tuple[int, int]:
        """The numbers of the sum that is asked where there is no JavaScript."""
        digest = salted_hmac("bihuan.public.sum", self.visit, algorithm="sha256").digest()
        return 2 + digest[0] % 8, 2 + digest[1] % 8

    @property
    def work(self) -> str:
        """What a browser works on."""
        return hashlib.sha256(f"bihuan {self.visit}".encode()).hexdigest()[:24]

    def worked(self, found: str) -> bool:
        """Whether that is a solution of the work."""
        if not (found.isascii() and found.isdigit() and len(found) <= 12):
            return False
        digest = hashlib.sha256(f"{self.work}.{found}".encode()).digest()
        return int.from_bytes(digest) >> (256 - WORK_BITS) == 0

    def counted(self, answer: str) -> bool:
        """Whether that is the sum."""
        return constant_time_compare(answer.strip(), str(sum(self.summands)))


def doubts(ticket: Ticket | None, typed: QueryDict, now: float) -> str:
    """Why this may be a program, in words that a person can follow; empty where nothing speaks for it."""
    if ticket is None:
        return _("页面打开得太久了。您填写的内容还在，请核对后再提交一次；照片请重新选择。")
    if typed.get(TRAP):
        return _("有一个应当留空的框里有内容，可能是浏览器自动填写的。请清空后再提交。")
    if now - ticket.opened_at < SOONEST:
        return _("提交得太快了。请核对内容，再点一次提交。")
    if not ticket.worked(typed.get("work", "")) and not ticket.counted(typed.get("sum", "")):
        return _("请回答表单末尾的算术题。")
    return ""

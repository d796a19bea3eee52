"""Words and forms of what becomes of personal data."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar

from pydantic import Field

from bihuan.kernel.erasure import ERASED
from bihuan.kernel.fields import Fields, Line, RequiredLine
from bihuan.kernel.happening import Happening
from bihuan.kernel.phone import Phone, PhoneSpecial
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.requesters.types import Ground

ERASED_TITLE = ERASED


def digest_of_erased(*texts: str) -> str:
    """What the record says of texts that are no longer there; without any, of a title and its content."""
    return hashlib.sha256("\n".join(texts or (ERASED_TITLE, "")).encode()).hexdigest()


class EraseGround(Vocabulary):
    """Why personal data are erased (个人信息保护法第四十七条)."""

    EXPIRED = "expired", "保存期限届满"
    REQUESTED = "requested", "诉求人依法要求删除"
    ORDERED = "ordered", "有权机关决定"


class Erase(Fields):
    """What is said when personal data are erased."""

    ground: EraseGround = Field(title="删除事由")
    basis: Annotated[RequiredLine, Field(title="依据（文号或申请编号）", min_length=4, max_length=200)]


class Correct(Fields):
    """What of a requester's identity is corrected; what is left empty stays as it is."""

    name: Line = Field("", title="姓名或名称", max_length=100)
    phone_special: PhoneSpecial = False
    phone: Phone = ""
    contact_alt: Line = Field("", title="其他联系方式", max_length=100)
    address: Line = Field("", title="地址", max_length=200)
    reason: Annotated[RequiredLine, Field(title="更正原因", min_length=4, max_length=200)]


class AskLooks(Fields):
    """Whose looks are audited, since when, and why."""

    account: Line = Field("", title="账号", max_length=64)
    number: Line = Field("", title="工单号或事项号", max_length=64)
    since: date | None = Field(None, title="自")
    until: date | None = Field(None, title="至")
    ground: Ground | None = Field(None, title="查看事由")
    purpose: Annotated[RequiredLine, Field(title="审计目的", min_length=4, max_length=200)]


@dataclass(frozen=True, kw_only=True, slots=True)
class Erased(Happening):
    """The personal data of a subject were erased; that they were there, and who did what when, stays."""

    kind: ClassVar[str] = "privacy.erased"
    sentence: ClassVar[str] = "因“{ground}”删除个人信息：诉求人身份、诉求内容、办理记录中的原话与{files}个附件"
    private: ClassVar[frozenset[str]] = frozenset()

    ground: EraseGround
    basis: str
    digest: str
    files: int


@dataclass(frozen=True, kw_only=True, slots=True)
class IdentityCorrected(Happening):
    """An identity was corrected; what it was and is stands nowhere in the record."""

    kind: ClassVar[str] = "privacy.identity-corrected"
    sentence: ClassVar[str] = "更正诉求人的{labels}{phone_confirmed}"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    labels: tuple[str, ...]
    reason: str
    phone_confirmed: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class LooksAudited(Happening):
    """Somebody read who looked at personal data."""

    kind: ClassVar[str] = "privacy.looks-audited"
    sentence: ClassVar[str] = "查阅个人信息查看记录（{asked}），共{found}条"
    private: ClassVar[frozenset[str]] = frozenset({"purpose"})

    asked: str
    found: int
    purpose: str
    ip: str

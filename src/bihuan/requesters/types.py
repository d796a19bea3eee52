"""Who asks, in words: an identity in clear, the same masked, and a look at it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, ClassVar, Final, Self

from pydantic import Field

from bihuan.kernel.fields import Fields, RequiredLine
from bihuan.kernel.happening import Happening
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations.types import Post


class RequesterKind(Vocabulary):
    """What kind of requester stands behind a request."""

    PERSON = "person", "个人"
    ORG = "org", "单位"
    ANON = "anon", "匿名"


class SpecialNeed(Vocabulary):
    """What whoever serves the requester should be ready for."""

    ELDERLY = "elderly", "老年人"
    MINOR = "minor", "未成年人"
    HEARING = "hearing", "听力障碍"
    SIGHT = "sight", "视力障碍"
    SPEECH = "speech", "言语障碍"
    MOBILITY = "mobility", "行动不便"
    LANGUAGE = "language", "语言不通"
    OTHER = "other", "其他"


class Ground(Vocabulary):
    """For what an official may look at an identity in clear."""

    CONTACT = "contact", "联系诉求人"
    CALLBACK = "callback", "回访"
    VERIFY = "verify", "核实"
    AUDIT = "audit", "监督检查"


LOOKERS: Final[Mapping[Ground, frozenset[Post]]] = {
    Ground.CONTACT: frozenset({Post.HANDLER, Post.REGISTRAR, Post.CALLER, Post.LIST_KEEPER}),
    Ground.CALLBACK: frozenset({Post.CALLER, Post.LIST_KEEPER}),
    Ground.VERIFY: frozenset({Post.HANDLER, Post.REGISTRAR, Post.LIST_KEEPER}),
    Ground.AUDIT: frozenset({Post.SUPERVISOR}),
}
"""Which posts may look at an identity in clear, on which ground: whoever has to contact, and whoever supervises."""


class PhoneTail(Vocabulary):
    """How much of the end of a phone number is known."""

    FOUR = "4", "后四位"
    EIGHT = "8", "后八位"


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """Who the requester is, in clear. Its repr shows nothing, so that no log or traceback can."""

    kind: RequesterKind = RequesterKind.PERSON
    name: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    contact_alt: str = field(default="", repr=False)
    address: str = field(default="", repr=False)
    secrecy_requested: bool = False
    special_needs: tuple[SpecialNeed, ...] = ()

    @classmethod
    def anonymous(cls) -> Self:
        """Nobody whom we know."""
        return cls(kind=RequesterKind.ANON)


TEXTS = {"name": "姓名或名称", "phone": "联系电话", "contact_alt": "其他联系方式", "address": "地址"}
"""The fields of an identity that identify, with their labels."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """What to change in an identity; None leaves a field as it is."""

    kind: RequesterKind | None = None
    name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    contact_alt: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    secrecy_requested: bool | None = None
    special_needs: tuple[SpecialNeed, ...] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class MaskedIdentity:
    """An identity as every page, list and export shows it."""

    id: int
    kind: RequesterKind
    name: str = ""
    phone: str = ""
    contact_alt: str = ""
    address: str = ""
    secrecy_requested: bool = False
    special_needs: tuple[SpecialNeed, ...] = ()
    readable: bool = True
    """False where the key is missing or the row was tampered with."""


class DiscloseFields(Fields):
    """What an official says before an identity is shown in clear."""

    ground: Ground = Field(title="查看事由")
    reason: Annotated[RequiredLine, Field(title="具体原因", min_length=4)]


@dataclass(frozen=True, kw_only=True, slots=True)
class LookRow:
    """One look at an identity in clear, or one search for requesters; without one it found nobody."""

    at: datetime
    requester: int | None
    subject: str
    account: str
    name: str
    unit: str
    post: str
    ground: Ground
    reason: str
    fields: tuple[str, ...]
    ip: str


@dataclass(frozen=True, kw_only=True, slots=True)
class IdentityDisclosed(Happening):
    """Somebody looked at a requester's identity in clear."""

    kind: ClassVar[str] = "requester.identity-disclosed"
    sentence: ClassVar[str] = "因“{ground}”查看 {subject} 诉求人的{labels}：{reason}"

    subject: str
    ground: Ground
    reason: str
    labels: tuple[str, ...]
    ip: str


@dataclass(frozen=True, slots=True)
class Resealed:
    """How far a rotation has come: the last row looked at, rows sealed anew, rows that no key opens."""

    last: int | None
    done: int
    unreadable: tuple[int, ...] = ()

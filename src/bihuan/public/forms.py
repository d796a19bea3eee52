"""What a citizen fills in."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, TypeVar, get_origin

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from pydantic import Field, ValidationError
from pydantic.fields import FieldInfo

from bihuan.attachments import commands as attachments
from bihuan.attachments import queries as attachment_queries
from bihuan.attachments.types import MOST_OF_A_VISIT, AttachmentRef
from bihuan.cases.types import AppealType
from bihuan.feedback.types import CallbackMethod, RecordCallback, Satisfied, Solved
from bihuan.feedback.types import Contest as ContestCallback
from bihuan.floodgate.types import TooMany
from bihuan.intake.types import ContestWithdrawal, Register, Supplement, Withdraw
from bihuan.kernel.actor import Actor
from bihuan.kernel.complaints import complaints
from bihuan.kernel.fields import Fields, Line, RequiredText, Text
from bihuan.kernel.phone import Phone
from bihuan.kernel.refusal import Refused
from bihuan.organisations.types import Standing
from bihuan.public import errors, gates

MOST_FILES = MOST_OF_A_VISIT
MOST_TYPED = 256
"""Signs of a number or code that are looked at: to fold a text may take the square of its length."""
UNREADABLE = {0: None, **dict.fromkeys(range(0xD800, 0xE000))}
"""What no database keeps: NUL and half characters."""
Form = TypeVar("Form", bound=Fields)


class Submission(Fields):
    """A request as a citizen writes it."""

    content: Annotated[RequiredText, Field(title="您要反映什么", max_length=4000)]
    place_code: Line = Field("", title="在哪个地区")
    place: Line = Field("", title="在哪里")
    appeal_type: AppealType = Field(title="您希望")
    name: Line = Field("", title="怎么称呼您")
    phone: Phone = ""
    secrecy: bool = Field(False, title="要求保密")
    accused: tuple[Annotated[str, Field(max_length=64)], ...] = Field((), title="反映的是哪个单位", max_length=10)
    accused_none: bool = Field(False, title="不是针对哪个单位，或者说不清")
    callback: bool = Field(False, title="接受回访")

    @classmethod
    def together(cls, said: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Of whom a secret request complains is asked; who gives a telephone says who answers it."""
        if said.get("secrecy") and said.get("accused") == () and not said.get("accused_none"):
            yield (
                "accused_none",
                "要求保密的，请选您反映的是哪个单位，免得交到它手里；不针对单位或说不清的，勾选这一项",
            )
        for one, other in (("name", "phone"), ("phone", "name")):
            if said.get(one) == "" and said.get(other):
                yield one, "称呼和电话请一起填写；都不填的，按匿名受理"

    def register(self, channel: str, files: tuple[int, ...], place_code: str) -> Register:
        """The same as the desk registers it; what was typed for the place is on the list under that code."""
        said = {
            "channel": channel,
            "title": headline(self.content),
            "content": self.content,
            "appeal_type": self.appeal_type,
            "place_code": place_code,
            "place": self.place,
            "anonymous": not self.phone,
            "name": self.name,
            "phone": self.phone,
            "secrecy_requested": self.secrecy,
            "accused": self.accused,
            "callback_wanted": self.callback and bool(self.phone),
            "attachments": files,
        }
        return Register.model_validate(said)


class Following(Fields):
    """What tells a requester: the number of the case and its query code."""

    number: Line = Field("", title="诉求编号")
    code: Line = Field("", title="查询码")


class Addition(Fields):
    """What a requester adds."""

    text: Annotated[RequiredText, Field(title="补充内容", max_length=4000)]

    def supplement(self, files: tuple[int, ...]) -> Supplement:
        """The same as the desk takes it in."""
        return Supplement(text=self.text, attachments=files)


class Evaluation(Fields):
    """How a requester answers the call-back."""

    contacted_by_unit: bool | None = Field(None, title="办理单位联系过您吗")
    facts_true: bool | None = Field(None, title="答复说的情况属实吗")
    solved: Solved = Field(title="问题解决了吗")
    satisfied: Satisfied = Field(title="您满意吗")
    verbatim: Annotated[Text, Field(title="您还想说什么", max_length=2000)] = ""

    def callback(self) -> RecordCallback:
        """The same as the centre's own call-back, told by the requester."""
        said = {name: getattr(self, name) for name in type(self).model_fields}
        return RecordCallback(method=CallbackMethod.SELF, reached=True, **said)


class Objection(Fields):
    """What a requester says of a call-back that was recorded otherwise."""

    solved: Solved = Field(title="问题解决了吗")
    satisfied: Satisfied = Field(title="您满意吗")
    reason: Annotated[RequiredText, Field(title="记录哪里不对", max_length=2000)]

    def contest(self) -> ContestCallback:
        """The same as the record keeps it."""
        return ContestCallback(solved=self.solved, satisfied=self.satisfied, reason=self.reason)


class Withdrawal(Fields):
    """Why a requester takes the request back."""

    reason: Annotated[RequiredText, Field(title="为什么撤回", max_length=1000)]
    sure: bool = Field(False, title="我确认撤回")

    @classmethod
    def together(cls, said: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """Nobody takes back by a slip."""
        if said.get("sure") is False:
            yield "sure", "请勾选“我确认撤回”"

    def withdraw(self) -> Withdraw:
        """The same as the desk does it."""
        return Withdraw(
            reason=self.reason,
            confirmed_how=None,
            confirmed_at=None,
            confirmed_by="诉求人本人凭查询码在网上撤回",
        )


class Contest(Fields):
    """A requester did not take back what the desk entered as taken back."""

    reason: Annotated[RequiredText, Field(title="请说明情况", max_length=1000)]

    def contest(self) -> ContestWithdrawal:
        """The same as the desk does it."""
        return ContestWithdrawal(reason=self.reason)


@dataclass(frozen=True, slots=True)
class Filled(Generic[Form]):
    """What came back: the form, or what is wrong with it, and what was typed either way."""

    typed: dict[str, Any] = field(default_factory=dict)
    fields: Form | None = None
    errors: dict[str, str] = field(default_factory=dict)


def fill(form: type[Form], typed: QueryDict) -> Filled[Form]:
    """Read what was typed; what was left empty counts as not said."""
    said = {name: value for name, info in form.model_fields.items() if (value := _typed(typed, name, info))}
    try:
        return Filled(said, form.model_validate(said))
    except ValidationError as invalid:
        errors: dict[str, str] = {}
        for complaint in complaints(invalid, form):
            errors.setdefault(complaint.field, _(complaint.text))
        return Filled(said, None, errors)


def _typed(typed: QueryDict, name: str, info: FieldInfo) -> str | tuple[str, ...]:
    """What was typed in a field, or all that was chosen where several things can be."""
    if get_origin(info.annotation) is tuple:
        return tuple(text.translate(UNREADABLE) for text in typed.getlist(name) if text)
    return str(typed.get(name, "")).translate(UNREADABLE)


def headline(content: str) -> str:
    """The first words of a text, as its title."""
    line = " ".join(content.split())
    head = re.split(r"(?<=[。！？!?；;])", line)[0] if line else line
    return head.rstrip("。；;") if len(head) <= 40 else f"{head[:39]}…"


def plain(typed: str) -> str:
    """A number or code as it is kept, however it was typed: half-width, capital, without blanks and dashes."""
    return re.sub(r"[\s\-—]", "", unicodedata.normalize("NFKC", typed[:MOST_TYPED])).upper()[:64]


@dataclass(frozen=True, slots=True)
class Files:
    """The files that a form carries: those taken in, and what is wrong with others."""

    kept: tuple[AttachmentRef, ...] = ()
    error: str = ""

    @property
    def ids(self) -> tuple[int, ...]:
        """Their numbers."""
        return tuple(ref.id for ref in self.kept)

    @property
    def shown(self) -> str:
        """Signed, that they were shown: what is gone when the form comes back was not taken out by the person."""
        return signing.dumps([[ref.uploaded_by, ref.id] for ref in self.kept], salt=_SHOWN)


_SHOWN = "bihuan.public.files"


def files_before(request: HttpRequest, standing: Standing) -> Files:
    """What came with an earlier try; what comes now is not taken in, and the page says so."""
    again = _("这次选择的文件没有上传，请重新选择。") if request.FILES.getlist("files") else ""
    return Files(_uploaded_before(request, standing.actor), again)


def files_of(request: HttpRequest, standing: Standing) -> Files:
    """Take in what was uploaded, checked by its content; what came with an earlier try need not be sent again."""
    kept, limit = list(_uploaded_before(request, standing.actor)), int(settings.ATTACHMENT_LIMIT)
    if _missing(request, standing.actor, kept):
        return Files(tuple(kept), _("先前上传的文件过了一小时没有提交，已自动清除，请重新选择。"))
    for file in request.FILES.getlist("files"):
        if len(kept) >= MOST_FILES:
            return Files(tuple(kept), _("最多%(most)d个文件，多出的没有上传。") % {"most": MOST_FILES})
        try:
            gates.take(gates.UPLOAD, gates.network(request))
            kept.append(
                attachments.store(
                    jurisdiction=standing.jurisdiction.code,
                    name=file.name or "",
                    data=file.read(limit + 1),
                    actor=standing.actor,
                    now=standing.now,
                )
            )
        except TooMany as flood:
            return Files(tuple(kept), errors.wait(flood))
        except Refused as refused:
            return Files(tuple(kept), refused.refusal.reason)
    return Files(tuple(kept))


def _uploaded_before(request: HttpRequest, actor: Actor) -> tuple[AttachmentRef, ...]:
    return attachment_queries.waiting(_numbers(request), account=actor.account)


def _numbers(request: HttpRequest) -> list[int]:
    ids = request.POST.getlist("kept")[:MOST_FILES]
    return [int(id) for id in ids if id.isascii() and id.isdigit() and len(id) < 16]


def _missing(request: HttpRequest, actor: Actor, kept: Iterable[AttachmentRef]) -> bool:
    """Whether a file that the person was shown, and left in the form, is there no more."""
    try:
        shown = signing.loads(request.POST.get("kept-shown", "")[:1000], salt=_SHOWN)
    except signing.BadSignature:
        return False
    theirs = {id for account, id in shown if account == actor.account}
    return bool(theirs & set(_numbers(request)) - {ref.id for ref in kept})

"""Words and forms of intake (来件与登记)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar

from pydantic import Field

from bihuan.cases.types import AppealType, RequiredGround
from bihuan.kernel.actor import Seat
from bihuan.kernel.fields import Day, Fields, Line, Moment, RequiredLine, RequiredText, UnitCodes, Why
from bihuan.kernel.happening import Happening
from bihuan.kernel.phone import Phone, PhoneSpecial
from bihuan.kernel.stages import Move
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.localities.types import PlaceCode
from bihuan.organisations.types import JurisdictionFacts
from bihuan.policy.pack import Pack

AttachmentIds = Annotated[
    tuple[int, ...], Field(title="附件", max_length=20, json_schema_extra={"widget": "attachments"})
]


STILL_GUESSED = "办理单位看不到诉求人是谁，由受理单位代为联系；但读到内容的人仍可能从内容猜到"
"""What secrecy cannot keep, said wherever it is asked for or shown."""


class StatutoryPath(Vocabulary):
    """The path that the law keeps for a request."""

    LITIGATION = "litigation", "诉讼"
    ARBITRATION = "arbitration", "仲裁"
    RECONSIDERATION = "reconsideration", "行政复议"
    DISCIPLINE = "discipline", "纪检监察"
    DISCLOSURE = "disclosure", "政府信息公开"
    PETITION = "petition", "信访"


class EmergencyService(Vocabulary):
    """Who takes an emergency."""

    POLICE = "110", "110报警"
    FIRE = "119", "119消防救援"
    MEDICAL = "120", "120急救"
    TRAFFIC = "122", "122交通事故"
    UTILITY = "utility", "水电气暖抢修"


class VerifiedCall(Vocabulary):
    """By which call it was made sure that it is the requester who asks."""

    FROM = "from", "诉求人用登记的电话来电"
    BACK = "back", "按登记的电话回拨接通"


class Agreed(Vocabulary):
    """What of the request the caller knew, besides having its telephone."""

    TITLE = "title", "所诉事项"
    DAY = "day", "来件日期"


class Register(Fields):
    """Registering a request."""

    channel: str = Field(title="渠道", max_length=32, json_schema_extra={"widget": "channel"})
    origin_number: Line = Field("", title="渠道原编号")
    received_at: Moment | None = Field(None, title="来件时间", description="不填即为现在")
    title: RequiredLine = Field(title="标题")
    content: RequiredText = Field(title="诉求内容")
    appeal_type: AppealType = Field(AppealType.HELP, title="诉求类型")
    urgency: Line = Field(
        "",
        title="紧急程度",
        max_length=16,
        json_schema_extra={"widget": "urgency", "chosen_because": "没有说紧急的，按一般办理"},
    )
    subject_code: Line = Field("", title="主题分类", max_length=32, json_schema_extra={"widget": "category"})
    place_code: PlaceCode = ""
    place: Line = Field("", title="具体位置", description="路名、小区、楼号，或附近的标志")
    anonymous: bool = Field(False, title="匿名")
    name: Line = Field("", title="诉求人姓名", description="不匿名、又没有其他联系方式的，姓名和电话必填")
    phone_special: PhoneSpecial = False
    phone: Phone = ""
    contact_alt: Line = Field("", title="其他联系方式", description="网站账号、邮箱等")
    address: Line = Field("", title="联系地址")
    secrecy_requested: bool = Field(False, title="要求保密", description=STILL_GUESSED)
    accused: Annotated[UnitCodes, Field(json_schema_extra={"widget": "any_units"})] = Field(
        (),
        title="被反映单位",
        max_length=10,
        description="投诉、举报和要求保密的请问明；要求保密的一律不交给它，其他的交给它须说明理由",
    )
    callback_wanted: bool = Field(True, title="接受回访", json_schema_extra={"chosen_because": "没有说不要的，都回访"})
    attachments: AttachmentIds = ()

    @classmethod
    def together(cls, said: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """One can be reached, or is anonymous, and nothing in between."""
        typed = {name for name in ("name", "phone", "contact_alt", "address") if said.get(name)}
        if said.get("anonymous"):
            yield from ((name, f"注明匿名的，不要再填写{cls.model_fields[name].title}") for name in sorted(typed))
        elif said.get("contact_alt") == "":
            if "name" not in typed:
                yield "name", "请填写诉求人姓名（或填写其他联系方式，或注明匿名）"
            if "phone" not in typed:
                yield "phone", "请填写联系电话（或填写其他联系方式，或注明匿名）"


class RegisterAsked(Register):
    """Registering a request on a page, where of whom a secret request complains must have been asked."""

    accused_none: bool = Field(False, title="不是针对哪个单位，或者说不清是哪个单位", description="要求保密的必答")

    @classmethod
    def together(cls, said: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
        """And it was asked of whom a secret request complains."""
        yield from super().together(said)
        if said.get("secrecy_requested") and said.get("accused") == () and not said.get("accused_none"):
            yield "accused_none", "要求保密的，请选被反映单位；不针对单位或说不清的，勾选这一项"


class Accept(Fields):
    """Accepting a request."""

    note: Line = Field("", title="受理意见")


class AnswerAtOnce(Fields):
    """Answering a question on the spot."""

    answer: RequiredText = Field(title="答复内容")
    knowledge: RequiredLine = Field(title="答复依据", description="知识库条目或政策文件名称、文号")


class HandOver(Fields):
    """Handing an emergency over."""

    service: EmergencyService = Field(title="移交给")
    handed_to: RequiredLine = Field(title="接警人或回执号")
    note: Line = Field("", title="说明")


class Refer(Fields):
    """Telling the requester the path that the law keeps for the request."""

    path: StatutoryPath = Field(title="法定途径")
    told: RequiredText = Field(title="告知内容")


class ProposeDecline(Fields):
    """Proposing not to accept."""

    ground: RequiredGround = Field(title="不予受理情形")
    reason: Why = Field(title="理由")
    attachments: AttachmentIds = ()


class Confirmed(Vocabulary):
    """By which way the desk spoke with a requester: to be sure of them, or to tell them. A name of the API."""

    PHONE = "phone", "电话"
    IN_PERSON = "in_person", "当面"
    MESSAGE = "message", "短信或网络"
    WRITTEN = "written", "书面"


class ConfirmDecline(Fields):
    """Agreeing not to accept."""

    told: RequiredText = Field(title="告知诉求人的内容", description="诉求人凭查询码也看得到")
    told_how: Confirmed | None = Field(None, title="告知诉求人的方式", description="匿名诉求不填")


class RefuseDecline(Fields):
    """Accepting after all."""

    reason: Why = Field(title="理由")


class Merge(Fields):
    """Putting a request to another that is being handled."""

    parent: RequiredLine = Field(title="并入工单号")
    reason: RequiredText = Field(title="并单理由")
    requester_told: Line = Field("", title="告知诉求人的方式", description="匿名诉求不填")


class Unmerge(Fields):
    """Taking a merged request out again."""

    reason: RequiredText = Field(title="拆回理由")
    requester_told: Line = Field("", title="告知诉求人的方式", description="匿名诉求不填")


class Withdraw(Fields):
    """The requester takes the request back."""

    reason: RequiredText = Field(title="撤回理由")
    confirmed_how: Confirmed | None = Field(
        None, title="与诉求人确认的渠道", description="诉求人凭查询码自行撤回的不填，受理单位登记的必填"
    )
    confirmed_at: Moment | None = Field(
        None, title="与诉求人确认的时间", description="诉求人凭查询码自行撤回的不填，受理单位登记的必填"
    )
    confirmed_by: RequiredLine = Field(title="与诉求人确认的经过")


class ContestWithdrawal(Fields):
    """The requester did not take back what the desk entered as taken back."""

    reason: Annotated[RequiredText, Field(title="诉求人的说明", max_length=1000)]


class Supplement(Fields):
    """The requester adds to what they said."""

    text: Annotated[RequiredText, Field(title="补充内容", max_length=4000)]
    attachments: AttachmentIds = ()


class NameAccused(Fields):
    """Entering of whom a request complains, where that was learned after it was registered."""

    accused: Annotated[UnitCodes, Field(title="被反映单位", min_length=1, json_schema_extra={"widget": "any_units"})]
    reason: RequiredText = Field(title="怎样得知的", description="诉求人补充的、内容里写明的，或者核实得知的")


class RenewCode(Fields):
    """Giving a requester who lost the query code a new one, after a call that shows who they are."""

    call: VerifiedCall = Field(title="核实方式")
    phone: Annotated[
        RequiredLine,
        Field(title="来电或回拨的号码", max_length=40, description="须与登记的联系电话一致，由系统核对，不留存"),
    ]
    agreed: Agreed = Field(title="对方说对了")
    day: Day | None = Field(None, title="对方说的来件日期", description="以来件日期核实的填写，由系统核对")


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseRegistered(Happening):
    """A request was registered."""

    kind: ClassVar[str] = "case.registered"
    sentence: ClassVar[str] = "登记诉求（{channel_label}，{appeal_type}，{urgency_label}）{phone_confirmed}"

    channel: str
    channel_label: str
    origin_number: str
    appeal_type: AppealType
    urgency: str
    urgency_label: str
    desk: str
    received_at: datetime
    anonymous: bool
    digest: str
    attachments: tuple[int, ...] = ()
    phone_confirmed: str = ""
    accused: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseAccepted(Happening):
    """A request was accepted."""

    kind: ClassVar[str] = "case.accepted"
    sentence: ClassVar[str] = "受理，转派单"
    private: ClassVar[frozenset[str]] = frozenset({"note"})

    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AnsweredAtOnce(Happening):
    """A question was answered on the spot."""

    kind: ClassVar[str] = "case.answered-at-once"
    sentence: ClassVar[str] = "当即答复，依据：{knowledge}"
    private: ClassVar[frozenset[str]] = frozenset({"answer"})

    answer: str
    knowledge: str


@dataclass(frozen=True, kw_only=True, slots=True)
class HandedOverToEmergency(Happening):
    """An emergency was handed over."""

    kind: ClassVar[str] = "case.handed-over"
    sentence: ClassVar[str] = "紧急移交{service}"
    private: ClassVar[frozenset[str]] = frozenset({"handed_to", "note"})

    service: EmergencyService
    handed_to: str
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ReferredToPath(Happening):
    """The requester was told the path of the law."""

    kind: ClassVar[str] = "case.referred"
    sentence: ClassVar[str] = "告知法定途径：{path}"
    private: ClassVar[frozenset[str]] = frozenset({"told"})

    path: StatutoryPath
    told: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclineProposed(Happening):
    """Not accepting was proposed."""

    kind: ClassVar[str] = "case.decline-proposed"
    sentence: ClassVar[str] = "提出不予受理：{ground_label}"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    ground: str
    ground_label: str
    reason: str
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclineConfirmed(Happening):
    """Not accepting was agreed to."""

    kind: ClassVar[str] = "case.decline-confirmed"
    sentence: ClassVar[str] = "复核同意不予受理，{telling}"
    private: ClassVar[frozenset[str]] = frozenset({"told"})

    told: str
    told_how: Confirmed | None
    telling: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DeclineRefused(Happening):
    """Not accepting was refused: the request is accepted."""

    kind: ClassVar[str] = "case.decline-refused"
    sentence: ClassVar[str] = "复核不同意不予受理，改为受理"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseMerged(Happening):
    """A request was put to another."""

    kind: ClassVar[str] = "case.merged"
    sentence: ClassVar[str] = "并入工单{parent}，{telling}"
    private: ClassVar[frozenset[str]] = frozenset({"reason", "requester_told"})

    parent: str
    reason: str
    requester_told: str
    telling: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseUnmerged(Happening):
    """A merged request was taken out again."""

    kind: ClassVar[str] = "case.unmerged"
    sentence: ClassVar[str] = "由工单{parent}拆回，{telling}"
    private: ClassVar[frozenset[str]] = frozenset({"reason", "requester_told"})

    parent: str
    reason: str
    requester_told: str
    telling: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseJoined(Happening):
    """Another request was joined to this case."""

    kind: ClassVar[str] = "case.joined"
    sentence: ClassVar[str] = "工单{child}并入本件"

    child: str


@dataclass(frozen=True, kw_only=True, slots=True)
class JoinedLeft(Happening):
    """A request that was joined to this case stands by itself again, or was withdrawn."""

    kind: ClassVar[str] = "case.joined-left"
    sentence: ClassVar[str] = "并入的工单{child}已{why}"

    child: str
    why: str


@dataclass(frozen=True, kw_only=True, slots=True)
class JoinedSupplemented(Happening):
    """Something was added to a request that was joined to this case."""

    kind: ClassVar[str] = "case.joined-supplemented"
    sentence: ClassVar[str] = "并入的工单{child}补充了情况，见该工单"

    child: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseWithdrawn(Happening):
    """The requester took the request back."""

    kind: ClassVar[str] = "case.withdrawn"
    sentence: ClassVar[str] = "诉求人撤回{confirmed}"
    private: ClassVar[frozenset[str]] = frozenset({"reason", "confirmed_by"})

    reason: str
    confirmed_by: str
    confirmed: str = ""
    confirmed_how: Confirmed | None = None
    confirmed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawalContested(Happening):
    """The requester did not take it back: it is given out anew."""

    kind: ClassVar[str] = "case.withdrawal-contested"
    sentence: ClassVar[str] = "诉求人说没有撤回，恢复办理"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawalHandedOn(Happening):
    """The requester wants to take back what is on the list: only its strike-off takes it off again."""

    kind: ClassVar[str] = "case.withdrawal-handed-on"
    sentence: ClassVar[str] = "诉求人要求撤回；本件已列入清单，要求转清单办理，销号前继续办理{confirmed}"
    private: ClassVar[frozenset[str]] = frozenset({"reason", "confirmed_by"})

    reason: str
    confirmed_by: str
    confirmed: str = ""
    confirmed_how: Confirmed | None = None
    confirmed_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseSupplemented(Happening):
    """The requester added to what they said."""

    kind: ClassVar[str] = "case.supplemented"
    sentence: ClassVar[str] = "诉求人补充情况"
    private: ClassVar[frozenset[str]] = frozenset({"text"})

    text: str
    attachments: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class AccusedNamed(Happening):
    """The desk learned of whom a request complains."""

    kind: ClassVar[str] = "case.accused-named"
    sentence: ClassVar[str] = "补记被反映单位：{names}"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    accused: tuple[str, ...]
    names: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryCodeRenewed(Happening):
    """A new query code was made; the one before opens nothing any more."""

    kind: ClassVar[str] = "case.query-code-renewed"
    sentence: ClassVar[str] = "补发查询码（{how}），原查询码作废"

    how: str
    call: VerifiedCall | None = None
    agreed: Agreed | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicSiteOpened(Happening):
    """Citizens may submit by themselves."""

    kind: ClassVar[str] = "intake.public-site-opened"
    sentence: ClassVar[str] = "开通群众网上诉求页面（渠道{channel}）"

    channel: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicSiteClosed(Happening):
    """Citizens may submit by themselves no more."""

    kind: ClassVar[str] = "intake.public-site-closed"
    sentence: ClassVar[str] = "关闭群众网上诉求页面"


@dataclass(frozen=True, kw_only=True, slots=True)
class ColumnsKept(Happening):
    """What the columns of a channel's tables hold was said, once."""

    kind: ClassVar[str] = "intake.columns-kept"
    sentence: ClassVar[str] = "确定渠道{channel}来件表的列对应关系"

    channel: str
    columns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class LettersImported(Happening):
    """A table of letters was registered."""

    kind: ClassVar[str] = "intake.letters-imported"
    sentence: ClassVar[str] = "批量导入来件表：登记{registered}件，此前已登记{known}件，退回{rejected}件"

    channel: str
    digest: str
    registered: int
    known: int
    rejected: int


@dataclass(frozen=True, slots=True)
class Registration:
    """Where an actor registers what came by a channel: jurisdiction, regulation, desk, the row and the seat for it."""

    place: JurisdictionFacts
    pack: Pack
    channel: str
    desk: str
    move: Move
    seat: Seat


@dataclass(frozen=True, slots=True)
class Site:
    """The public site of a jurisdiction; without a channel it takes nothing in."""

    place: JurisdictionFacts
    pack: Pack
    channel: str | None


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One of the sources of a case."""

    channel: str
    channel_label: str
    origin_number: str
    received_at: datetime
    received_by: str
    case: str

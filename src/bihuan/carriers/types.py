"""Words, facts and forms of carriers (通知外发)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from bihuan.kernel.fields import Fields, Line, RequiredLine, Text
from bihuan.kernel.happening import Happening
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.notices.types import Group


class CarrierKind(Vocabulary):
    """By what a notice leaves the house."""

    SMTP = "smtp", "电子邮件"
    SMS = "sms", "短信"


class Timing(Vocabulary):
    """When a notice of a group goes."""

    NOW = "now", "立即"
    DIGEST = "digest", "每日汇总"
    OFF = "off", "不发"


class MessageState(Vocabulary):
    """What became of a notice that goes by a carrier."""

    WAITING = "waiting", "等待发送"
    SENDING = "sending", "发送中"
    SENT = "sent", "已发送"
    READ = "read", "已在网站上读过"
    FAILED = "failed", "没有发出"
    UNKNOWN = "unknown", "不知是否发出"


DEFAULTS: Mapping[Group, Timing] = {
    Group.OPENED: Timing.DIGEST,
    Group.FALLS_DUE: Timing.DIGEST,
    Group.FELL_DUE: Timing.NOW,
}
"""For whoever says nothing else."""
NEVER_OFF = frozenset({Group.FELL_DUE})
"""What nobody can do without who gave an address: what they owe and have not done."""
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24}")
_PHONE = re.compile(r"1[3-9]\d{9}")

Domains = Annotated[
    RequiredLine,
    Field(
        title="收件人域名", max_length=500, description="只发给这些域名的邮箱，用空格或逗号分开", examples=["xc.gov.cn"]
    ),
]


class SetMail(Fields):
    """Setting up e-mail."""

    address: RequiredLine = Field(
        title="邮件服务器",
        max_length=200,
        description="smtps://主机，或 smtp://主机（用 STARTTLS 加密）；内部网络的须由运维员列入 BIHUAN_OUTBOUND",
        examples=["smtps://mail.xc.gov.cn"],
    )
    sender: RequiredLine = Field(title="发件人", max_length=128, examples=["12345@xc.gov.cn"])
    domains: Domains
    username: Line = Field("", title="用户名", max_length=128, description="不填为不登录")
    secret: Line = Field(
        "", title="密码", max_length=200, description="不填为保留原来的", json_schema_extra={"widget": "secret"}
    )

    @classmethod
    def together(cls, said: Mapping[str, str]) -> Iterable[tuple[str, str]]:
        """The sender is an address."""
        if "sender" in said and not is_mail(said["sender"]):
            yield "sender", "须为一个邮箱地址"


class SetSms(Fields):
    """Setting up text messages by a gateway."""

    address: RequiredLine = Field(title="网关地址", max_length=500, examples=["https://sms.example.com/send"])
    headers: Text = Field(
        "",
        title="请求头",
        max_length=2000,
        description="每行一个“名称: 值”，可以写 {secret}",
        examples=["X-Key: {secret}"],
    )
    body: Text = Field(
        title="请求正文",
        min_length=1,
        max_length=4000,
        description="JSON 或表单，其中 {phone}、{text}、{id}、{secret} 换成号码、内容、编号和密钥",
        examples=['{"mobile": "{phone}", "content": "{text}"}'],
    )
    success: RequiredLine = Field(
        title="成功标志",
        max_length=200,
        description="应答中须有的文字；或者 /路径=值，如 /code=0",
        examples=["/code=0"],
    )
    secret: Line = Field(
        "", title="密钥", max_length=200, description="不填为保留原来的", json_schema_extra={"widget": "secret"}
    )

    @classmethod
    def together(cls, said: Mapping[str, str]) -> Iterable[tuple[str, str]]:
        """Headers are headers, and the body takes number and text."""
        if "headers" in said and headers_of(said["headers"]) is None:
            yield "headers", "每行须为“名称: 值”，用英文字符"
        if "body" in said and not {"{phone}", "{text}"} <= set(re.findall(r"\{\w+\}", said["body"])):
            yield "body", "须写有 {phone} 和 {text}"


def headers_of(text: str) -> dict[str, str] | None:
    """The headers that stand in lines; None where one is none."""
    found = {}
    for line in filter(None, map(str.strip, text.splitlines())):
        match = re.fullmatch(r"([A-Za-z0-9-]{1,64}):[ \t]*([\x20-\x7e]{0,500})", line)
        if match is None or match[1].lower() in ("host", "content-length", "transfer-encoding", "connection"):
            return None
        found[match[1]] = match[2]
    return found


def is_mail(text: str) -> bool:
    """Whether it is an address of e-mail."""
    return len(text) <= 128 and _MAIL.fullmatch(text) is not None


def is_mobile(text: str) -> bool:
    """Whether it is a number of a mobile telephone."""
    return _PHONE.fullmatch(text) is not None


class Preferences(Fields):
    """Where an official is told, and what of it when."""

    mail: Line = Field("", title="工作邮箱", max_length=128, description="不填为不发邮件")
    mobile: Line = Field("", title="手机号码", max_length=11, description="不填为不发短信")
    opened: Timing = Field(Timing.DIGEST, title="新任务")
    falls_due: Timing = Field(Timing.DIGEST, title="临近到期")
    fell_due: Timing = Field(Timing.NOW, title="逾期")
    sms_opened: Timing = Field(Timing.OFF, title="新任务（短信）")
    sms_falls_due: Timing = Field(Timing.OFF, title="临近到期（短信）")
    sms_fell_due: Timing = Field(Timing.NOW, title="逾期（短信）")

    def timing(self, kind: CarrierKind, group: Group) -> Timing:
        """When notices of a group go by a carrier."""
        name = f"sms_{group}" if kind is CarrierKind.SMS else str(group)
        return Timing(getattr(self, name))


@dataclass(frozen=True, slots=True)
class CarrierRow:
    """A carrier as its administrator sees it, without what is secret."""

    kind: CarrierKind
    active: bool
    settings: Mapping[str, str]
    has_secret: bool
    changed_at: datetime
    waiting: int = 0
    sent: int = 0
    failed: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class MessageRow:
    """A notice on its way by a carrier, as an administrator sees it: to whom, and why not."""

    id: int
    account: str
    kind: CarrierKind
    state: MessageState
    attempts: int
    queued_at: datetime
    sent_at: datetime | None
    error: str


@dataclass(frozen=True, slots=True)
class Told:
    """What one notice says in a message: nothing that anybody wrote."""

    group: Group
    number: str
    duty: str
    due_at: datetime | None
    times: int
    url: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message about to be sent, under lease."""

    id: str
    """By which the other side knows that it has it already."""
    rows: tuple[int, ...]
    attempt: int
    jurisdiction: str
    kind: CarrierKind
    to: str
    told: tuple[Told, ...]
    settings: Mapping[str, str]
    secret: str = field(repr=False)


class Outcome(Vocabulary):
    """What became of a try to send."""

    SENT = "sent", "已发送"
    AGAIN = "again", "稍后再试"
    NEVER = "never", "不能发送"
    UNKNOWN = "unknown", "不知是否发出"


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a try to send, and what the other side said."""

    outcome: Outcome
    error: str = ""
    reference: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class CarrierSet(Happening):
    """A carrier was set up, or set up otherwise."""

    kind: ClassVar[str] = "carriers.set"
    sentence: ClassVar[str] = "设置通知外发渠道“{carrier}”（{host}）"

    carrier: CarrierKind
    host: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CarrierStopped(Happening):
    """Nothing goes by a carrier any more."""

    kind: ClassVar[str] = "carriers.stopped"
    sentence: ClassVar[str] = "停用通知外发渠道“{carrier}”"

    carrier: CarrierKind


@dataclass(frozen=True, kw_only=True, slots=True)
class MessagesResent(Happening):
    """What was not sent, or perhaps not, is to be sent again."""

    kind: ClassVar[str] = "carriers.resent"
    sentence: ClassVar[str] = "重新发送没有发出的通知{times}条"

    times: int

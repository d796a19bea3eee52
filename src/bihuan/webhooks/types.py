"""Words, facts and forms of webhooks (事件推送)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from bihuan.kernel.fields import Fields, Moment, RequiredLine
from bihuan.kernel.happening import Happening
from bihuan.kernel.vocabulary import Vocabulary

MOST_KINDS = 50
KIND_LENGTH = 48


class EndpointState(Vocabulary):
    """Whether something goes to an endpoint."""

    ACTIVE = "active", "推送中"
    SUSPENDED = "suspended", "已暂停"
    ENDED = "ended", "已结束"


class Why(Vocabulary):
    """Why an endpoint was suspended or ended."""

    NONE = "none", "没有暂停"
    BY_HAND = "by_hand", "由人工操作"
    FAILING = "failing", "有事件连续72小时没有被接收"
    SIGHTLESS = "sightless", "账号已停用"
    GONE = "gone", "接收方答复不再接收（410）"
    LEFT = "left", "暂停满30天没有恢复"


class DeliveryState(Vocabulary):
    """What became of an event that goes to an endpoint."""

    WAITING = "waiting", "等待推送"
    SENDING = "sending", "推送中"
    SENT = "sent", "已送达"
    DROPPED = "dropped", "不再推送"


def _kinds(text: str) -> str:
    named = [word for word in text.replace("，", ",").replace(",", " ").split() if word]
    if len(named) > MOST_KINDS:
        raise ValueError(f"最多写{MOST_KINDS}种")
    return " ".join(dict.fromkeys(named))


Kinds = Annotated[
    str,
    AfterValidator(_kinds),
    Field(
        title="事件种类",
        max_length=2000,
        description="如 case.* matter.struck-off，用空格或逗号分开；不填为全部",
        examples=["case.dispatched case.closed"],
    ),
]
Address = Annotated[
    RequiredLine,
    Field(
        title="接收地址",
        max_length=500,
        description="以 https:// 开头；内部网络的地址须由运维员列入 BIHUAN_OUTBOUND",
        examples=["https://hooks.example.gov.cn/bihuan"],
    ),
]
Label = Annotated[RequiredLine, Field(title="名称", max_length=64, description="接收系统的名称")]


class NewEndpoint(Fields):
    """Entering an endpoint."""

    label: Label
    address: Address
    account: RequiredLine = Field(
        title="可见范围所依账号",
        max_length=64,
        description="只推送这个账号看得到的事项；建议为接收系统单设账号",
        json_schema_extra={"widget": "person"},
    )
    kinds: Kinds = ""


class ChangeEndpoint(Fields):
    """Changing what an endpoint is called, where it stands and what it is told."""

    label: Label
    address: Address
    kinds: Kinds = ""


class Redeliver(Fields):
    """Sending again what happened from one moment to another."""

    from_at: Moment = Field(title="自")
    until_at: Moment = Field(title="至", description="这段时间里发生、已经送达或者不再推送的，按原来的编号重新推送")

    @classmethod
    def together(cls, said: Mapping[str, datetime]) -> Iterable[tuple[str, str]]:
        """The span has a length."""
        if "from_at" in said and "until_at" in said and said["until_at"] <= said["from_at"]:
            yield "until_at", "须晚于开始的时间"


@dataclass(frozen=True, slots=True)
class EndpointRow:
    """An endpoint as its administrator sees it."""

    id: int
    label: str
    address: str
    account: str
    account_name: str
    kinds: tuple[str, ...]
    state: EndpointState
    why: Why
    two_secrets: bool
    """Whether the secret of before still signs beside the new one."""
    created_at: datetime
    failing_since: datetime | None
    next_at: datetime | None
    waiting: int
    sent: int
    """Delivered within the time for which the log is kept."""
    last_sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class AttemptRow:
    """One try to deliver: what came back, or what stood in the way."""

    at: datetime
    milliseconds: int
    status: int | None
    answer: str
    trouble: str


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """An event on its way to an endpoint."""

    id: int
    event: int
    subject: str
    kind: str
    at: datetime
    state: DeliveryState
    attempts: int
    next_at: datetime | None
    sent_at: datetime | None
    tries: tuple[AttemptRow, ...] = ()


@dataclass(frozen=True, slots=True)
class Claimed:
    """What is about to be sent, under lease: where to, in whose sight, and what."""

    delivery: int
    attempt: int
    event: int
    jurisdiction: str
    subject: str
    address: str
    account: str
    secrets: tuple[str, ...]
    body: str


@dataclass(frozen=True, slots=True)
class Tried:
    """What became of a try."""

    status: int | None
    answer: str = ""
    trouble: str = ""
    milliseconds: int = 0

    @property
    def taken(self) -> bool:
        """Whether the other side took it in."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def gone(self) -> bool:
        """Whether the other side wants nothing any more."""
        return self.status == 410


@dataclass(frozen=True, kw_only=True, slots=True)
class EndpointAdded(Happening):
    """An endpoint was entered. Its address may hold a secret: the record keeps the host alone."""

    kind: ClassVar[str] = "webhooks.added"
    sentence: ClassVar[str] = "设置事件推送“{label}”（{host}），可见范围依{account}"

    endpoint: int
    label: str
    host: str
    account: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class EndpointChanged(Happening):
    """An endpoint was changed."""

    kind: ClassVar[str] = "webhooks.changed"
    sentence: ClassVar[str] = "修改事件推送“{label}”（{host}）"

    endpoint: int
    label: str
    host: str
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretRenewed(Happening):
    """An endpoint got a new secret; the one before still signs beside it."""

    kind: ClassVar[str] = "webhooks.secret-renewed"
    sentence: ClassVar[str] = "更换事件推送“{label}”的签名密钥，原密钥并用"

    endpoint: int
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SecretDropped(Happening):
    """The secret of before signs no more."""

    kind: ClassVar[str] = "webhooks.secret-dropped"
    sentence: ClassVar[str] = "停用事件推送“{label}”的原签名密钥"

    endpoint: int
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EndpointSuspended(Happening):
    """Nothing goes to an endpoint for now; what comes is kept."""

    kind: ClassVar[str] = "webhooks.suspended"
    sentence: ClassVar[str] = "暂停事件推送“{label}”：{why}"

    endpoint: int
    label: str
    why: Why


@dataclass(frozen=True, kw_only=True, slots=True)
class EndpointResumed(Happening):
    """What was kept for an endpoint goes to it in order."""

    kind: ClassVar[str] = "webhooks.resumed"
    sentence: ClassVar[str] = "恢复事件推送“{label}”"

    endpoint: int
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EndpointEnded(Happening):
    """Nothing goes to an endpoint any more."""

    kind: ClassVar[str] = "webhooks.ended"
    sentence: ClassVar[str] = "结束事件推送“{label}”：{why}"

    endpoint: int
    label: str
    why: Why


@dataclass(frozen=True, kw_only=True, slots=True)
class Redelivered(Happening):
    """Events were to be sent to an endpoint again."""

    kind: ClassVar[str] = "webhooks.redelivered"
    sentence: ClassVar[str] = "向“{label}”重新推送{times}条事件"

    endpoint: int
    label: str
    times: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DeliveryDropped(Happening):
    """An event was passed by, so that those after it can go."""

    kind: ClassVar[str] = "webhooks.dropped"
    sentence: ClassVar[str] = "不再向“{label}”推送事件{event}"

    endpoint: int
    label: str
    event: int

"""Words, facts and forms of the organisations."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final

from bihuan.kernel.actor import Actor
from bihuan.kernel.happening import Happening
from bihuan.kernel.vocabulary import Vocabulary


class Post(StrEnum):
    """Posts that the engine knows; a pack gives each its label and may leave some out."""

    HEAD = "head"
    DEPUTY = "deputy"
    HANDLER = "handler"
    LIAISON = "liaison"
    LEADER = "leader"
    REGISTRAR = "registrar"
    DISPATCHER = "dispatcher"
    REVIEWER = "reviewer"
    CALLER = "caller"
    SUPERVISOR = "supervisor"
    ASSESSOR = "assessor"
    LIST_KEEPER = "list_keeper"
    LIST_DIRECTOR = "list_director"
    ADMINISTRATOR = "administrator"
    OPERATOR = "operator"


DESK_POSTS: Final = (Post.REGISTRAR, Post.DISPATCHER, Post.REVIEWER, Post.CALLER)
"""Posts without which a desk stands still."""


class Power(Vocabulary):
    """What needs more than a post that takes part: it reaches personal data, or other people's accounts."""

    UNMASK = "unmask", "查看诉求人完整信息"
    EXPORT = "export", "导出台账"
    ADMINISTER = "administer", "管理账号"
    AUDIT = "audit", "审计个人信息查看记录"
    ERASE = "erase", "依法删除个人信息"


POWERS: Final[Mapping[Power, frozenset[Post]]] = {
    Power.UNMASK: frozenset({Post.HANDLER, Post.REGISTRAR, Post.CALLER, Post.LIST_KEEPER, Post.SUPERVISOR}),
    Power.EXPORT: frozenset({Post.DISPATCHER, Post.LIAISON, Post.LIST_KEEPER, Post.LIST_DIRECTOR, Post.SUPERVISOR}),
    Power.ADMINISTER: frozenset({Post.ADMINISTRATOR}),
    Power.AUDIT: frozenset({Post.SUPERVISOR, Post.ADMINISTRATOR}),
    Power.ERASE: frozenset({Post.REVIEWER}),
}
"""The one place that says which posts have which power; who has any signs in with a second factor."""


def powers(posts: Iterable[str]) -> frozenset[Power]:
    """What these posts may do with personal data and accounts."""
    held = set(posts)
    return frozenset(power for power, allowed in POWERS.items() if held & allowed)


SCOPES = ("read", "act", "disclose")
"""What a token of the API can be good for: to read, to act, to see requesters in clear."""
CALENDAR = "calendar"
"""What a token is good for that stands in an address: to subscribe to a calendar of numbers, and nothing else."""


@dataclass(frozen=True, slots=True)
class JurisdictionFacts:
    """A city or district with its regulation. `offset` is how far its training clock has been moved."""

    code: str
    name: str
    prefix: str
    matter_prefix: str
    pack: str
    """The version of its regulation that is in force at the moment for which this was asked."""
    training: bool
    offset: timedelta
    second_factor: bool
    """Whether posts with powers over personal data sign in with a second factor; training may waive it."""
    former: tuple[str, ...] = ()
    """Versions that were in force before: what began under them still stands under them."""
    digest: str = ""
    """What the file of the version in force said when it was taken up; empty where nobody noted it."""


@dataclass(frozen=True, slots=True)
class HashedPassword:
    """A password as it is kept."""

    text: str


@dataclass(frozen=True, slots=True)
class Founded:
    """A jurisdiction as it was founded: its first unit, and who administers it with which one-time password."""

    code: str
    name: str
    unit: str
    passwords: tuple[tuple[str, str], ...]
    """(account, one-time password), told once and kept nowhere in clear."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody signed in: who, where, and what time it is there."""

    actor: Actor
    jurisdiction: JurisdictionFacts
    now: datetime


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """A unit with the posts that are filled today."""

    code: str
    jurisdiction: str
    name: str
    type: str
    parent: str | None
    superior_body: str
    active: bool
    posts: frozenset[str] = frozenset()
    ended_on: date | None = None
    """Since when it is no more."""
    ends_on: date | None = None
    """The day on which it ends, where that was decided and is asked for."""


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """Who holds which post of a unit, from when until when."""

    account: str
    name: str
    unit: str
    post: str
    from_on: date
    until_on: date | None
    acting: bool


class Task(Vocabulary):
    """What two people must do, one after the other."""

    SIGN_OFF = "sign-off", "拟稿与审签"
    DECLINE = "decline", "提出和复核不予受理"
    CALL_BACK = "call-back", "审核与回访"
    STRIKE_OFF = "strike-off", "确认办结与销号"


@dataclass(frozen=True, slots=True)
class Lone:
    """A person who is alone in posts of a unit whose work takes two people."""

    name: str
    posts: tuple[str, ...]
    """By label."""
    task: Task


@dataclass(frozen=True, slots=True)
class Succession:
    """A post of a unit passes from one person to another on a day."""

    jurisdiction: str
    unit: str
    post: str
    before: str
    after: str
    on: date


@dataclass(frozen=True, slots=True)
class Passing:
    """A unit ends; what it has open passes to its successor, or, where there is none, to whom it falls back."""

    jurisdiction: str
    unit: str
    name: str
    successor: str
    """Code of the unit that carries on; empty where none does."""
    successor_name: str
    on: date
    basis: str


@dataclass(frozen=True, slots=True)
class EndingRow:
    """That a unit ends on a day: decided, and done or not yet."""

    unit: str
    unit_name: str
    successor: str
    successor_name: str
    from_on: date
    basis: str
    decided_at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class Leaving:
    """An appointment that ends soon with nobody to follow."""

    account: str
    name: str
    unit: str
    unit_name: str
    post: str
    until_on: date


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """An appointment that waits for a second person, with who proposed it when."""

    id: int
    account: str
    name: str
    unit: str
    unit_name: str
    post: str
    from_on: date
    acting: bool
    proposed_by: str
    proposed_by_name: str
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class NewPowerRow:
    """A post with a power that somebody was given of late, by whom, and who confirmed it."""

    account: str
    name: str
    unit_name: str
    post: str
    from_on: date
    until_on: date | None
    at: datetime
    by: str
    confirmed_by: str


@dataclass(frozen=True, slots=True)
class ResponsibilityRow:
    """One entry of the responsibility list (派单目录)."""

    code: str
    matter: str
    lead: str
    lead_name: str
    co_units: tuple[str, ...]
    basis: str
    able: bool
    """Whether the lead can take work today."""


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A unit that takes in the requests of a channel, from when until when."""

    channel: str
    unit: str
    unit_name: str
    from_on: date
    until_on: date | None


@dataclass(frozen=True, slots=True)
class VersionRow:
    """A version of a regulation under which a jurisdiction stands, from when until when; from its founding on: None.

    One that another replaced before its day came ends on the day on which it would have begun.
    """

    pack: str
    from_on: date | None
    until_on: date | None = None
    basis: str = ""
    approver: str = ""
    by: str = ""
    by_name: str = ""
    at: datetime | None = None
    confirmed_name: str = ""
    """Who confirmed what `by` proposed."""

    def holds(self, on: date) -> bool:
        """Whether it is in force on that day."""
        return (self.from_on is None or self.from_on <= on) and (self.until_on is None or on < self.until_on)


@dataclass(frozen=True, slots=True)
class ProposedVersionRow:
    """A version of a regulation that waits for a second administrator."""

    id: int
    pack: str
    from_on: date
    basis: str
    approver: str
    proposed_by: str
    proposed_by_name: str
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class InUse:
    """What of a regulation a jurisdiction uses."""

    types: frozenset[str]
    """Of units."""
    posts: frozenset[str]
    """That somebody holds, or was proposed for."""
    channels: Mapping[str, str]
    """Channel → the type of the unit that takes it in."""


@dataclass(frozen=True, kw_only=True, slots=True)
class JurisdictionFounded(Happening):
    """A jurisdiction was set up."""

    kind: ClassVar[str] = "organisations.jurisdiction-founded"
    sentence: ClassVar[str] = "设立{name}，适用规则{pack}"

    name: str
    pack: str
    training: bool
    second_factor: bool = True
    digest: str = ""
    """What the file of the regulation said then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PackAdopted(Happening):
    """A version of a regulation was taken up: from that day on new subjects stand under it."""

    kind: ClassVar[str] = "organisations.pack-adopted"
    sentence: ClassVar[str] = "自{from_on}起适用规则{pack}（依据：{basis}，批准：{approver}）"

    pack: str
    before: str
    """What would have been in force on that day."""
    from_on: date
    basis: str
    approver: str
    digest: str
    """What the file of the regulation said then."""
    proposed_by: str = ""
    """Who proposed what the actor confirmed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionProposed(Happening):
    """A version of a regulation waits for a second administrator."""

    kind: ClassVar[str] = "organisations.version-proposed"
    sentence: ClassVar[str] = (
        "提出自{from_on}起适用规则{pack}（依据：{basis}，批准：{approver}），待另一位系统管理员确认"
    )

    pack: str
    from_on: date
    basis: str
    approver: str
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class VersionDropped(Happening):
    """A proposed version was taken back, or not confirmed."""

    kind: ClassVar[str] = "organisations.version-dropped"
    sentence: ClassVar[str] = "自{from_on}起适用规则{pack}的提议不再确认"

    pack: str
    from_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitFounded(Happening):
    """A unit was entered."""

    kind: ClassVar[str] = "organisations.unit-founded"
    sentence: ClassVar[str] = "登记单位{name}"

    unit: str
    name: str
    type: str
    parent: str | None = None
    superior_body: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitActivated(Happening):
    """A unit may be given work: its responsible persons are named."""

    kind: ClassVar[str] = "organisations.unit-activated"
    sentence: ClassVar[str] = "启用单位{unit}，三类责任人齐全"

    unit: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonEntered(Happening):
    """A person got an account."""

    kind: ClassVar[str] = "organisations.person-entered"
    sentence: ClassVar[str] = "开设账号{account}"
    private: ClassVar[frozenset[str]] = frozenset({"name"})

    account: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointed(Happening):
    """A person took up a post; whoever held it before is succeeded."""

    kind: ClassVar[str] = "organisations.appointed"
    sentence: ClassVar[str] = "{account}任{unit}“{post}”，自{from_on}起"

    account: str
    unit: str
    post: str
    from_on: date
    acting: bool = False
    succeeded: tuple[str, ...] = ()
    proposed_by: str = ""
    """Who proposed what somebody else confirmed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AppointmentProposed(Happening):
    """An appointment to a post with a power waits for a second person."""

    kind: ClassVar[str] = "organisations.appointment-proposed"
    sentence: ClassVar[str] = "提出由{account}任{unit}“{post}”，自{from_on}起，确认后生效"

    account: str
    unit: str
    post: str
    from_on: date
    acting: bool = False
    succeed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ProposalDropped(Happening):
    """A proposed appointment was not confirmed, or taken back."""

    kind: ClassVar[str] = "organisations.proposal-dropped"
    sentence: ClassVar[str] = "{account}任{unit}“{post}”的提议不再确认"

    account: str
    unit: str
    post: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Dismissed(Happening):
    """A person left a post."""

    kind: ClassVar[str] = "organisations.dismissed"
    sentence: ClassVar[str] = "{account}不再任{unit}“{post}”，至{until_on}止"

    account: str
    unit: str
    post: str
    until_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelGiven(Happening):
    """A channel was given to the unit that takes in its requests."""

    kind: ClassVar[str] = "organisations.channel-given"
    sentence: ClassVar[str] = "渠道{channel}由{unit}受理，自{from_on}起"

    channel: str
    unit: str
    from_on: date
    before: str = ""
    """The unit that took it in until then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ResponsibilityEntered(Happening):
    """An entry of the responsibility list."""

    kind: ClassVar[str] = "organisations.responsibility-entered"
    sentence: ClassVar[str] = "派单目录{code}：{matter}由{lead}承办"

    code: str
    matter: str
    lead: str
    co_units: tuple[str, ...]
    basis: str
    from_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenIssued(Happening):
    """A person got a token for the API."""

    kind: ClassVar[str] = "organisations.token-issued"
    sentence: ClassVar[str] = "为{account}签发接口令牌“{label}”，实际时间{expires_at}到期"

    account: str
    label: str
    scopes: tuple[str, ...]
    expires_at: datetime
    networks: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenRenewed(Happening):
    """The holder of a token renewed it."""

    kind: ClassVar[str] = "organisations.token-renewed"
    sentence: ClassVar[str] = "{account}续期接口令牌“{label}”，{expires_at}到期"

    account: str
    label: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class TokenRevoked(Happening):
    """A token was taken back."""

    kind: ClassVar[str] = "organisations.token-revoked"
    sentence: ClassVar[str] = "收回{account}的接口令牌“{label}”"

    account: str
    label: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockAdvanced(Happening):
    """The training clock was moved forward."""

    kind: ClassVar[str] = "organisations.clock-advanced"
    sentence: ClassVar[str] = "教学时钟由{before}拨到{after}"

    before: datetime
    after: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ClockReset(Happening):
    """The training clock was put back, as far as the record is not sealed."""

    kind: ClassVar[str] = "organisations.clock-reset"
    sentence: ClassVar[str] = "教学时钟由{before}拨回{after}"

    before: datetime
    after: datetime


@dataclass(frozen=True, slots=True)
class PersonRow:
    """Somebody with an account, and the posts held."""

    account: str
    name: str
    active: bool
    provisional: bool
    posts: tuple[AppointmentRow, ...]


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One wording of an entry of the responsibility list, from when until when it holds."""

    id: int
    code: str
    matter: str
    lead: str
    lead_name: str
    co_units: tuple[str, ...]
    basis: str
    from_on: date
    until_on: date | None


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitChanged(Happening):
    """A unit got another name, or belongs elsewhere."""

    kind: ClassVar[str] = "organisations.unit-changed"
    sentence: ClassVar[str] = "单位{before}现为{name}（依据：{basis}）"

    unit: str
    before: str
    name: str
    parent: str | None
    superior_body: str
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitEndDecided(Happening):
    """A unit will end on a day; what it has open then passes to another, or falls back."""

    kind: ClassVar[str] = "organisations.unit-end-decided"
    sentence: ClassVar[str] = "{name}自{from_on}起撤销，{carried_on}（依据：{basis}）"

    unit: str
    name: str
    from_on: date
    successor: str
    carried_on: str
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitEndCalledOff(Happening):
    """A unit does not end as it was decided."""

    kind: ClassVar[str] = "organisations.unit-end-called-off"
    sentence: ClassVar[str] = "{name}不再撤销（原定自{from_on}起）：{reason}"

    unit: str
    name: str
    from_on: date
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitEnded(Happening):
    """A unit is no more; its posts are empty, and it is given nothing."""

    kind: ClassVar[str] = "organisations.unit-ended"
    sentence: ClassVar[str] = "{name}撤销，{carried_on}（依据：{basis}）"

    unit: str
    name: str
    successor: str
    carried_on: str
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitCarriedOn(Happening):
    """A unit carries on what another had open."""

    kind: ClassVar[str] = "organisations.unit-carried-on"
    sentence: ClassVar[str] = "承接{name}未办结的事项和职责（依据：{basis}）"

    unit: str
    name: str
    basis: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountClosed(Happening):
    """A person can sign in no more."""

    kind: ClassVar[str] = "organisations.account-closed"
    sentence: ClassVar[str] = "停用账号{account}"

    account: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ResponsibilityEnded(Happening):
    """An entry was taken off the responsibility list."""

    kind: ClassVar[str] = "organisations.responsibility-ended"
    sentence: ClassVar[str] = "派单目录{code}自{until_on}起停用（{reason}）"

    code: str
    until_on: date
    reason: str

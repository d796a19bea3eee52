"""Words and facts of coming in: how somebody signed in, what is still owed, what becomes of accounts."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from bihuan.floodgate.types import Measure
from bihuan.kernel.happening import Happening
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations.types import POWERS as POWERS
from bihuan.organisations.types import Power as Power
from bihuan.organisations.types import Standing

FAILURES: Final = Measure("access.failures", 50, timedelta(hours=1), debt=5)
"""Failed sign-ins of one network, whatever the accounts; of more each waits longer: an office shares one address."""
LONGEST_WAIT: Final = 30
"""Seconds that a network which has failed too often waits between two tries, at most."""
KNOWN_FOR: Final = timedelta(days=30)
"""So long after a sign-in its network and its browser are known to the account, and wait for nobody's failures."""


class Way(Vocabulary):
    """How somebody signed in."""

    PASSWORD = "password", "账号密码"
    SINGLE_SIGN_ON = "sso", "统一身份认证"


class Owed(Vocabulary):
    """What somebody signed in must do before anything else."""

    PASSWORD = "password", "修改初始密码"
    SECOND_FACTOR = "second-factor", "启用二次验证"


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody signed in: the standing, the sign-in behind it, and what is still owed."""

    standing: Standing
    sign_in: int
    way: Way
    strong: bool
    """Whether a second factor was shown."""
    enrolled: bool
    seen_at: datetime
    owed: Owed | None


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who signs by a token: the standing, what the account still owes, and from where alone the token is good."""

    standing: Standing
    owed: Owed | None
    networks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SignInRow:
    """One sign-in of a person that has not ended."""

    id: int
    way: Way
    strong: bool
    began_at: datetime
    seen_at: datetime
    ip: str
    agent: str


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token of a person that can still be used."""

    label: str
    scopes: tuple[str, ...]
    networks: tuple[str, ...]
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account as its administrator sees it; its posts by unit and what they are called."""

    account: str
    name: str
    posts: tuple[tuple[str, str], ...]
    active: bool
    provisional: bool
    enrolled: bool
    needs_second_factor: bool
    sign_ins: int
    last_seen: datetime | None
    locked: bool
    tokens: tuple[TokenRow, ...]


@dataclass(frozen=True, slots=True)
class Enrolment:
    """A second factor about to be taken up: the secret to type, and the same as an address for an app."""

    secret: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PasswordChanged(Happening):
    """A person changed the password."""

    kind: ClassVar[str] = "access.password-changed"
    sentence: ClassVar[str] = "{account}修改密码，其他登录全部退出"

    account: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PasswordGiven(Happening):
    """An administrator gave a person a password to be changed at once."""

    kind: ClassVar[str] = "access.password-given"
    sentence: ClassVar[str] = "为{account}重置密码，登录后须修改"

    account: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SecondFactorTakenUp(Happening):
    """A person took up a second factor."""

    kind: ClassVar[str] = "access.second-factor-taken-up"
    sentence: ClassVar[str] = "{account}启用二次验证"

    account: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RecoveryCodeUsed(Happening):
    """A person signed in by a recovery code."""

    kind: ClassVar[str] = "access.recovery-code-used"
    sentence: ClassVar[str] = "{account}使用恢复码登录，还剩{left}个"

    account: str
    left: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RecoveryCodesRenewed(Happening):
    """A person got new recovery codes; the old ones are void."""

    kind: ClassVar[str] = "access.recovery-codes-renewed"
    sentence: ClassVar[str] = "{account}更换恢复码"

    account: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SecondFactorReset(Happening):
    """An administrator took a person's second factor away, so that a new one can be taken up."""

    kind: ClassVar[str] = "access.second-factor-reset"
    sentence: ClassVar[str] = "解除{account}的二次验证：{reason}"

    account: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountUnlocked(Happening):
    """An administrator let a person try again who had failed too often."""

    kind: ClassVar[str] = "access.account-unlocked"
    sentence: ClassVar[str] = "解除{account}的登录锁定"

    account: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SignedOutEverywhere(Happening):
    """All sign-ins of a person were ended."""

    kind: ClassVar[str] = "access.signed-out-everywhere"
    sentence: ClassVar[str] = "{account}的全部登录已退出"

    account: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SecondFactorRuled(Happening):
    """A jurisdiction said whether its posts with powers need a second factor."""

    kind: ClassVar[str] = "access.second-factor-ruled"
    sentence: ClassVar[str] = "二次验证要求改为“{required}”：{reason}"

    required: bool
    reason: str

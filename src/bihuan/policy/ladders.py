"""督办阶梯: what a regulation does about a duty before and after its due moment, step by step, as data."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from bihuan.kernel.norm import Norm
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.policy import norms
from bihuan.policy.limits import Limit


class Level(Vocabulary):
    """How far up a step stands."""

    L0 = "L0", "到期提醒"
    L1 = "L1", "催办"
    L2 = "L2", "工作提醒"
    L3 = "L3", "督办"
    L4 = "L4", "通报"
    L5 = "L5", "约谈"
    L6 = "L6", "问责线索"
    L7 = "L7", "结果"


class Mode(Vocabulary):
    """Whether a step is taken by itself, or laid before somebody who decides."""

    AUTO = "auto", "自动"
    DRAFT = "draft", "拟稿"


class To(Vocabulary):
    """Whom a step tells: of the unit that owes the duty, or of the office that sees to what leaders decide."""

    HOLDER = "holder", "责任岗位"
    DEPUTY = "deputy", "分管负责人"
    HEAD = "head", "主要负责人"
    OFFICE = "office", "清单管理机构，没有的为督查考核机构"


class By(Vocabulary):
    """In whose name a step is taken, and who is asked for a draft."""

    DESK = "desk", "受理平台"
    SUPERVISION = "supervision", "督查考核机构"
    OFFICE = "office", "清单管理机构"


class Do(Vocabulary):
    """What a step does: in which modes a regulation may write it, and the norm without which it may not; what is sent,
    in whose name it may be, each by a norm.

    Each word is here together with the one action that carries it out (`duties.ladder.action`); what falls due is told
    of every duty, and no regulation writes it.
    """

    FALL_DUE = "fall_due", "记录未按时完成", ()
    WARN = "warn", "提示临近到期", (Mode.AUTO,)
    INFORM = "inform", "告知办公机构逾期", (Mode.AUTO,)
    LIST = "list", "列为清单候选", (Mode.AUTO,), norms.LIST_OVERDUE
    URGE = "urge", "催办", (Mode.AUTO,), norms.SUPERVISE_URGE, dict.fromkeys(By, norms.SUPERVISE_URGE)
    REMINDER = (
        "reminder",
        "拟发工作提醒",
        (Mode.DRAFT,),
        norms.SUPERVISE_REMIND,
        dict.fromkeys((By.DESK, By.SUPERVISION), norms.SUPERVISE_REMIND),
    )
    ORDER = (
        "order",
        "拟发督办单",
        (Mode.DRAFT,),
        norms.SUPERVISE_ORDER,
        {By.SUPERVISION: norms.SUPERVISE_ORDER, By.DESK: norms.SUPERVISE_ORDER_BY_DESK},
    )

    def __init__(
        self,
        value: str,
        label: str = "",
        modes: tuple[Mode, ...] = (),
        norm: Norm | None = None,
        senders: Mapping[By, Norm] | None = None,
    ) -> None:
        self.modes, self.norm, self.senders = modes, norm, senders or {}


class Need(Vocabulary):
    """What must hold when a step is taken; `argument` is what stands behind the colon: nothing, a number, a limit.

    Each is here together with its answer (`duties.ladder.need`).
    """

    EXTENSIONS = "extensions", "已延期次数不少于", int
    OPEN_FOR = "open_for", "已产生", Limit
    KEY = "key", "属于重点事项"
    NOT_KEY = "not_key", "不属于重点事项"
    URGE_UNANSWERED = "urge_unanswered", "催办逾期没有回复"
    REMINDER_UNANSWERED = "reminder_unanswered", "工作提醒逾期没有回复"

    def __init__(self, value: str, label: str = "", argument: type | None = None) -> None:
        self.argument = argument


_AT = re.compile(r"([+-])(.+)")


@dataclass(frozen=True, slots=True)
class At:
    """When a step is taken, counted from the due moment: `sign` times `limit`, 0 for the due moment itself."""

    sign: int = 0
    limit: Limit | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "-1wd", "0", "+2h"; ValueError for anything else."""
        if text == "0":
            return cls()
        written = _AT.fullmatch(text)
        if written is None or written[2] == "endOfDay":
            raise ValueError(f"{text!r} is no moment; write for example -1wd, 0 or +2h")
        return cls(1 if written[1] == "+" else -1, Limit.parse(written[2]))

    def __str__(self) -> str:
        return f"{'+' if self.sign > 0 else '-'}{self.limit}" if self.limit else "0"

    @property
    def words(self) -> str:
        """到期前1个工作日, 到期时, 到期后2小时."""
        return f"到期{'前' if self.sign < 0 else '后'}{self.limit.words}" if self.limit else "到期时"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something that must hold, with its number or limit."""

    need: Need
    argument: int | Limit | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read "extensions:2", "open_for:30d" or "key"; ValueError for anything else."""
        word, colon, said = text.partition(":")
        need = next((need for need in Need if need == word), None)
        if need is None or bool(colon) != bool(need.argument):
            raise ValueError(f"{text!r} is nothing that can be asked")
        if need.argument is None:
            return cls(need)
        if need.argument is int:
            if not re.fullmatch(r"[1-9][0-9]?", said):
                raise ValueError(f"{said!r} is no number of times")
            return cls(need, int(said))
        return cls(need, Limit.parse(said))

    @property
    def words(self) -> str:
        """已产生30天, 已延期次数不少于2."""
        said = self.argument.words if isinstance(self.argument, Limit) else self.argument or ""
        return f"{self.need.label}{said}"


@dataclass(frozen=True)
class Step:
    """One step: when, what, by whom, in which mode; `times` in all, each `repeat` after the one before."""

    do: Do
    at: At = At()
    level: Level | None = None
    mode: Mode = Mode.AUTO
    to: tuple[To, ...] = ()
    by: By | None = None
    needs: tuple[Wanted, ...] = ()
    repeat: Limit | None = None
    times: int = 1

    @cached_property
    def key(self) -> str:
        """By which the ledger keeps that it was taken; wherever it stands in its ladder."""
        return "|".join((f"{self.do}@{self.at}", *([self.by] if self.by else [])))

    @property
    def norm(self) -> Norm | None:
        """By which it is taken in the name that it says; None where it only tells something."""
        return self.do.senders.get(self.by, self.do.norm) if self.by else self.do.norm

    @property
    def words(self) -> str:
        """As a page tells it: 到期前1个工作日，提示临近到期."""
        again = f"，每{self.repeat.words}一次，共{self.times}次" if self.repeat else ""
        asked = f"（{'、'.join(wanted.words for wanted in self.needs)}）" if self.needs else ""
        return f"{self.at.words}，{self.do.label}{again}{asked}"


FALL_DUE = Step(Do.FALL_DUE)
"""What every duty has, whatever the regulation says."""
LADDER_SELECTORS = ("urgency", "channel", "unit_type")
"""By what ladders may differ, in the order of what stands above what."""


@dataclass(frozen=True)
class Ladder:
    """The steps for some kinds of duty (`case.handle`), and for what they hold (None: for all)."""

    name: str
    label: str
    duties: tuple[str, ...]
    steps: tuple[Step, ...]
    urgency: str | None = None
    channel: str | None = None
    unit_type: str | None = None

    @cached_property
    def selectors(self) -> Mapping[str, str]:
        """For what it holds, by name."""
        return {name: said for name in LADDER_SELECTORS if (said := getattr(self, name)) is not None}

    @property
    def scope(self) -> tuple[bool, ...]:
        """How specific it is, as limits are."""
        return tuple(getattr(self, name) is not None for name in LADDER_SELECTORS)

    @cached_property
    def key(self) -> str:
        """How a duty keeps by which it is climbed, where that is not the one for all."""
        return "|".join((self.name, *(self.selectors.get(name, "") for name in LADDER_SELECTORS)))

    def holds(self, asked: Mapping[str, str | None]) -> bool:
        """Whether it holds for what stands under such selectors."""
        return all(asked.get(name) == said for name, said in self.selectors.items())


LISTED = ("case.handle", "case.rework")
"""What is late and on the list where a regulation has one."""
USUAL_LISTING = Ladder("listing", "清单", LISTED, (Step(Do.LIST, At(), Level.L1, by=By.OFFICE),))
"""What holds for a regulation with a list whose ladders say nothing of these duties."""

"""A "no" is a value: the command raises it, the page shows it, the API answers it."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bihuan.kernel.norm import Norm


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act may not be done now, in the user's words, with the norm behind it.

    What is wrong in form alone (there is no such unit, a choice that is none) has no norm: no regulation says it.
    `evidence` marks an attempt that the record must keep although it was refused.
    `field` names the field of the form that is to blame, if one is.
    `missing` says that something compulsory on this subject was not said: it is answered as any form not filled in.
    `moot` says that the act means nothing on this subject: faces do not offer it there, not even as a dead button.
    """

    reason: str
    norm: Norm | None
    evidence: bool = False
    field: str | None = None
    moot: bool = False
    missing: bool = False


def held(refusal: Refusal | None, binds: Callable[[Norm], bool]) -> Refusal | None:
    """The refusal where a regulation holds its norm; one whose norm is off is none.

    What is wrong in form alone always holds, and so does what the program does whatever a regulation says.
    """
    if refusal is None or refusal.norm is None or refusal.norm.always or binds(refusal.norm):
        return refusal
    return None


class Refused(Exception):
    """An act was asked for and refused; nothing was changed."""

    def __init__(self, refusal: Refusal, *more: Refusal, subject: str = "", pack: str = "") -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal
        self.all = (refusal, *more)
        """Everything that stands against it, of which `refusal` is told first."""
        self.subject = subject
        self.pack = pack
        self.keep: Callable[[], None] | None = None
        """How the record keeps the attempt, if it must."""

    def word(self, say: Callable[[str], str]) -> None:
        """Say every reason in other words."""
        self.all = tuple(replace(one, reason=say(one.reason)) for one in self.all)
        self.refusal = self.all[0]
        self.args = (self.refusal.reason,)


class Busy(Refused):
    """Others were in the way each time: nothing is wrong with what was asked, and the same again may succeed.

    It is a refusal so that every face tells it as one: a page keeps what was typed, a round of a job goes on.
    """

    def __init__(self) -> None:
        super().__init__(Refusal("正忙，请再提交一次", None))


class Overtaken(Exception):
    """Something happened on the subject first, by whomever: the version that the caller saw is gone."""

    def __init__(self, *, seen: int, current: int) -> None:
        super().__init__(f"您看到的已不是最新情况（第 {seen} 版，现在是第 {current} 版），请刷新后再办。")
        self.seen = seen
        self.current = current


class Defect(Exception):
    """The program is about to break its own rule: never an answer to somebody, nothing is written."""


class Unknown(Exception):
    """There is no such thing, or the actor may not know of it: both are answered alike."""


def granted(
    *answers: Refusal | None, binds: Callable[[Norm], bool] | None = None, subject: str = "", pack: str = ""
) -> None:
    """Raise what the rules refuse: the first about each field, and the first about none.

    With `binds`, what a regulation leaves off refuses nobody (`held`). Without: who may do something at all, and what
    the program itself cannot do without.
    """
    told: dict[str | None, Refusal] = {}
    for answer in answers if binds is None else (held(one, binds) for one in answers):
        if answer is not None:
            told.setdefault(answer.field, answer)
    if told:
        raise Refused(*told.values(), subject=subject, pack=pack)

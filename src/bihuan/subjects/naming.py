"""Subjects that something else names: found by their number, locked, and opened to whoever supervises."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bihuan.duties.sight import may_see
from bihuan.kernel.actor import CLOCKWORK, Actor
from bihuan.kernel.refusal import Refusal, Refused
from bihuan.record.commands import lock
from bihuan.subjects.declaration import Kind
from bihuan.subjects.registry import REGISTRY


@dataclass(frozen=True, slots=True)
class Taken:
    """A subject that somebody takes up, under its lock."""

    kind: Kind
    number: str
    parts: Mapping[str, frozenset[str]]
    of_case: str
    """Number of the case that it is, or that stands behind it."""

    @property
    def subject(self) -> str:
        """The key of its chain."""
        return f"{self.kind.word}:{self.number}"


def find(text: str, jurisdiction: str, among: Iterable[Kind]) -> tuple[Kind, str] | None:
    """The kind and the number of what somebody names, by its number alone or as `kind:number`; None where there is
    none among those kinds."""
    word, colon, number = text.partition(":")
    asked = [kind for kind in among if not colon or kind.word == word]
    number = number if colon else text
    for kind in asked:
        if kind.row._default_manager.filter(number=number, jurisdiction=jurisdiction, **kind.own).exists():
            return kind, number
    return None


def take_up(named: str, actor: Actor, *, unit: str, supervises: bool, among: Collection[Kind]) -> Taken | None:
    """Lock what somebody of a unit names, where they see it, or supervise all there is; None where there is no such
    thing.

    Nobody takes up what a requester who asked for secrecy complains of them.
    """
    found = find(named, actor.jurisdiction, among)
    if found is None:
        return None
    kind, number = found
    lock(f"{kind.word}:{number}")
    facts = kind.life.facts(number)
    supervised = (supervises and kind.let_see is not None) or actor.account == CLOCKWORK
    accused = getattr(facts, "secret", False) and unit in getattr(facts, "accused", ())
    if accused or not (supervised or may_see(facts, actor)):
        return None
    of_case = str(getattr(facts, kind.stands_on.by, "") or "") if kind.stands_on else number
    return Taken(kind, number, facts.parts, of_case)


def all_taken(
    named: Iterable[str], actor: Actor, *, unit: str, supervises: bool, among: Collection[Kind], pack: str
) -> list[Taken]:
    """Everything that is named, under its lock, each once. Raises Refused where something is not there."""
    found: dict[str, Taken] = {}
    for one in sorted(set(named)):
        taken = take_up(one, actor, unit=unit, supervises=supervises, among=among)
        if taken is None:
            reason = f"没有{one}这件事项，或者它不在您的职务可以办理的范围内。"
            raise Refused(Refusal(reason, None, field="about"), pack=pack)
        found[taken.subject] = taken
    return list(found.values())


def let_see(taken: Taken, unit: str, now: datetime) -> None:
    """Let a unit that supervises take part in what is named, from now on, where it does not yet."""
    if taken.kind.let_see is not None and not any(unit in units for units in taken.parts.values()):
        taken.kind.let_see(taken.number, unit, now)


class Accusing(Protocol):
    """What complains of units."""

    @property
    def secret(self) -> bool: ...
    @property
    def accused(self) -> tuple[str, ...]: ...


def accusing(subjects: Iterable[str]) -> list[Accusing]:
    """Those of which the requester asked for secrecy and complains of units, and what was joined to them: these units
    may not know of it."""
    numbers: dict[str, list[str]] = {}
    for subject in subjects:
        word, _, number = subject.partition(":")
        numbers.setdefault(word, []).append(number)
    found = [one for word, of in numbers.items() for one in REGISTRY[word].several(of)]
    for word, of in numbers.items():
        if (joined := REGISTRY[word].joined) is not None:
            found += (one for number in of for one in joined(number))
    return [one for one in found if getattr(one, "secret", False) and getattr(one, "accused", ())]

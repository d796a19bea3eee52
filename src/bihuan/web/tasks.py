"""The rows of the workbench: one a subject, with what comes next for the reader, or for whom it waits."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext

from bihuan.cases.types import CaseFacts, DutyKind
from bihuan.duties import queries as duties
from bihuan.duties.primary import Primary, is_own, primary
from bihuan.duties.sight import may_see
from bihuan.duties.types import DutyRow
from bihuan.kernel.stages import Move
from bihuan.kernel.vocabulary import Vocabulary
from bihuan.organisations.types import Standing
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import pack
from bihuan.record.reading import one_look
from bihuan.subjects.declaration import Kind
from bihuan.subjects.registry import REGISTRY
from bihuan.web.besides import besides_of
from bihuan.web.words import left


@dataclass(frozen=True, slots=True)
class Row:
    """One subject on which something is owed, with where it is done."""

    duty: DutyRow
    """What is owed: that for which there is a step now, else the first."""
    number: str
    url: str
    facts: Any
    """None where the subject itself may not be seen."""
    to_do: bool
    """Whether the reader can do something for it now."""
    waits_for: DutyRow | None
    """Whose turn it is instead."""
    more: int
    """How many further duties of the same scope stand on the subject."""
    word: Vocabulary | None
    """What is left to do of the duty, where its own word has been done."""
    band: str
    """Under which heading of urgency it stands."""

    @property
    def urgent(self) -> str:
        """What the request is called where it is urgent."""
        said = getattr(self.facts, "urgency", "")
        return pack(self.facts.pack).urgent(said) if said else ""

    @property
    def order(self) -> int:
        """What can be done now first, then what others do or waits for others, then what stands still."""
        return 2 if self.duty.paused else int(self.waits_for is not None)


def rows(found: Sequence[DutyRow], standing: Standing, *, labels: dict[str, str]) -> list[Row]:
    """The rows of a page of duties, of which each stands on another subject."""
    seen = _facts(found, standing)
    besides = [duty.subject for duty in found if not _is_all(duty, seen)]
    standing_on = {duty.subject: [duty] for duty in found}
    standing_on |= duties.open_on(besides, labels=labels, now=standing.now)
    with one_look():
        for word, of in seen.items():
            besides_of(word).ahead(of.values())
        made = [_row(duty, standing_on[duty.subject], seen, standing) for duty in found]
    return sorted(made, key=lambda row: (row.order, row.duty.due_at))


def _is_all(duty: DutyRow, seen: Mapping[str, Mapping[str, Any]]) -> bool:
    """Whether a case is known to owe nothing besides: two never owe the dispatch of one case at once."""
    word, _, number = duty.subject.partition(":")
    facts = seen.get(word, {}).get(number)
    return duty.kind == DutyKind.DISPATCH and isinstance(facts, CaseFacts) and facts.duties.keys() == {duty.kind}


def _facts(found: Iterable[DutyRow], standing: Standing) -> dict[str, dict[str, Any]]:
    """Kind of subject → number → facts, of those that the reader may see."""
    numbers: dict[str, list[str]] = defaultdict(list)
    for duty in found:
        word, _, number = duty.subject.partition(":")
        numbers[word].append(number)
    return {
        word: {facts.number: facts for facts in REGISTRY[word].several(of) if may_see(facts, standing.actor)}
        for word, of in numbers.items()
        if word in REGISTRY
    }


def _row(duty: DutyRow, owed: Sequence[DutyRow], seen: Mapping[str, Mapping[str, Any]], standing: Standing) -> Row:
    word, _, number = duty.subject.partition(":")
    kind, facts = REGISTRY.get(word), seen.get(word, {}).get(number)
    to_do = _next(kind, facts, owed, standing) if kind and facts else Primary[DutyRow]()
    able = bool(to_do.acts or to_do.elsewhere)
    shown = to_do.duty if able and to_do.duty else duty
    mine = is_own(duty, standing.actor)
    others = sorted((d for d in owed if not is_own(d, standing.actor)), key=lambda d: (d.paused, d.due_at))
    waits = others[0] if mine and not able and others else None
    page = kind.page_of(number) if kind else ""
    return Row(
        duty=shown,
        number=number,
        url=f"{page}?act={to_do.opens}#act-{to_do.opens}" if to_do.opens else page,
        facts=facts,
        to_do=able,
        waits_for=waits,
        word=to_do.word if able else None,
        more=len([d for d in owed if d.holder == duty.holder and is_own(d, standing.actor) == mine]) - 1,
        band=gettext("等待他人") if waits and not shown.paused else band(shown, standing.now),
    )


def _next(kind: Kind, facts: Any, owed: Sequence[DutyRow], standing: Standing) -> Primary[DutyRow]:
    rulebook = pack(facts.pack)

    def live(move: Move) -> bool:
        return kind.life.may(move, facts, standing.actor, standing.now, rulebook)

    return primary(kind.table, facts.stage, owed, standing.actor, live, elsewhere=besides_of(kind.word).elsewhere)


def band(duty: DutyRow, now: datetime) -> str:
    """逾期、今天、下一工作日、以后、暂停: how a day is planned."""
    if duty.paused:
        return gettext("时限暂停")
    if duty.due_at <= now:
        return gettext("已逾期")
    if duty.due_at.astimezone(ZONE).date() == now.astimezone(ZONE).date():
        return gettext("今天到期")
    soon = left(duty.due_at, now=now, calendar=duties.calendar()).tone == "soon"
    return gettext("下一工作日到期") if soon else gettext("以后到期")

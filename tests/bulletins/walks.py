"""Walking bulletins through the commands: the clock draws them up, the office writes them, the director issues."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Self

from bihuan.bulletins import queries as bulletins
from bihuan.bulletins.models import Bulletin
from bihuan.bulletins.types import KIND, BulletinAct, BulletinFacts, BulletinStage
from bihuan.clockwork.commands import sweep
from bihuan.kernel.actor import Actor
from bihuan.policy.calendar import ZONE
from bihuan.policy.rhythms import Every, period_of
from bihuan.record.commands import ACTS
from bihuan.record.types import Done
from tests.towns import START, Town

A, S = BulletinAct, BulletinStage
DOERS: Mapping[str, str] = {
    A.EDIT: "office.list_keeper",
    A.STRIKE_NAME: "office.list_keeper",
    A.SUBMIT: "office.list_keeper",
    A.RETURN: "office.list_director",
    A.ISSUE: "office.list_director",
    A.CORRECT: "office.list_director",
}
"""Who does an act when everything goes by the book."""
FORMS: Mapping[str, dict[str, Any]] = {
    A.EDIT: {
        "overview": "一季度办理情况总体平稳。",
        "experience": "城管局现场办公。",
        "problems": "个别单位逾期。",
        "demands": "逾期事项限期办结。",
    },
    A.STRIKE_NAME: {"nth": 1, "reason": "已补开"},
    A.RETURN: {"reason": "补充问题。"},
    A.CORRECT: {"note": "城管局销号数应为3件，原为2件，漏计1件。"},
}


@dataclass
class BulletinWalk:
    """The bulletin of a quarter; time goes on ten minutes with every act."""

    town: Town
    now: datetime = START
    number: str = ""

    @property
    def facts(self) -> BulletinFacts:
        """It as the rules see it."""
        return bulletins.facts(self.number)

    def actor(self, short: str) -> Actor:
        """The person of that name."""
        return self.town.actor(short, self.now)

    def begin(self) -> Self:
        """The quarter goes by."""
        sweep(self.town.code, self.now)
        over = period_of(Every.QUARTER, self.now.astimezone(ZONE).date()).ends_on + timedelta(days=1)
        self.now = datetime.combine(over, time(9), ZONE)
        sweep(self.town.code, self.now)
        self.number = str(Bulletin.objects.filter(jurisdiction=self.town.code).latest("id").number)
        return self

    def do(self, act: str, by: str | None = None, version: int | None = None, **fields: Any) -> Done:
        """Do an act by the book."""
        self.now += timedelta(minutes=10)
        entry = ACTS[(KIND, act)]
        form = entry.fields.model_validate({**FORMS.get(act, {}), **fields})
        actor = self.actor(by or DOERS[act])
        return entry.run(number=self.number, fields=form, actor=actor, now=self.now, version=version)

    def along(self, *acts: str) -> Self:
        """Do several acts by the book."""
        for one in acts:
            self.do(one)
        return self


WAYS: Mapping[BulletinStage, Callable[[BulletinWalk], object]] = {
    S.DRAFT: lambda w: w.begin(),
    S.SIGNING: lambda w: w.begin().along(A.EDIT, A.SUBMIT),
    S.ISSUED: lambda w: w.begin().along(A.EDIT, A.SUBMIT, A.ISSUE),
}
"""One way to every stage."""


def bulletin_at(stage: BulletinStage, town: Town, now: datetime = START) -> BulletinWalk:
    """The bulletin of a quarter at that stage."""
    walk = BulletinWalk(town, now)
    WAYS[stage](walk)
    assert walk.facts.stage is stage
    return walk

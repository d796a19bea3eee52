"""The acts of a case that are acts of its determination: done on either page, it is the same."""

from datetime import datetime

from bihuan.cases import commands as cases
from bihuan.cases import queries as case_queries
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import CaseFacts
from bihuan.determination import queries
from bihuan.determination.commands import deciding as _deciding  # noqa: F401 its acts must be known first
from bihuan.determination.commands import hearing as _hearing  # noqa: F401
from bihuan.determination.stages import DETERMINATION
from bihuan.determination.types import Act
from bihuan.kernel.actor import Actor
from bihuan.kernel.fields import Fields
from bihuan.kernel.refusal import Refusal
from bihuan.policy.pack import Pack
from bihuan.record.commands import ACTS, command
from bihuan.record.types import Done

SAME: dict[CaseAct, Act] = {
    CaseAct.ADJUDICATE: Act.SUBMIT,
    CaseAct.REPORT_GAP: Act.REPORT,
    CaseAct.ASSIGN_DETERMINED: Act.ASSIGN,
    CaseAct.TAKE_BACK: Act.TAKE_BACK,
}
"""The case's act → the determination's."""


def _declare(on_case: CaseAct, act: Act) -> None:
    def ask(case: CaseFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
        """Whatever refuses the determination's act refuses the case's."""
        file = queries.standing_facts(case.number)
        if file is None:
            return Refusal("本件没有进行中的责任主体认定。", DETERMINATION.norm_of(act))
        found = DETERMINATION.find(file.stage, act, actor, file.parts, pack.binds)
        if isinstance(found, Refusal):
            return found
        rule = ACTS[(DETERMINATION.subject, act)].ask
        return rule(file, actor, now, pack) if rule else None

    def run(*, number: str, fields: Fields, actor: Actor, now: datetime, version: int | None = None) -> Done:
        cases.LIFE.begin(number, on_case, actor=actor, now=now, version=version)
        standing = queries.standing_on(number)
        done = ACTS[(DETERMINATION.subject, act)].run(number=standing, fields=fields, actor=actor, now=now)
        after = case_queries.facts(number)
        return Done(number, str(after.stage), after.version, done.sentence)

    run.__module__, run.__doc__ = __name__, f"{on_case.label}: the same as in the determination."
    run.__qualname__ = run.__name__ = str(on_case)
    command(subject="case", act=on_case, fields=ACTS[(DETERMINATION.subject, act)].fields, ask=ask)(run)


for _on_case, _act in SAME.items():
    _declare(_on_case, _act)

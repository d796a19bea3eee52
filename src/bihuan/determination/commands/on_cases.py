"""The acts of a case that are acts of its determination: done on either page, it is the same."""

from datetime import datetime

from bihuan.cases import commands as cases
from bihuan.cases import queries as case_queries
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import CaseFacts
from bihuan.determination import queries, rules
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
        file, rule = queries.standing_facts(case.number), ACTS[(DETERMINATION.subject, act)].ask
        return rules.may_as_in_it(file, act, actor, now, pack, table=DETERMINATION, rule=rule)

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

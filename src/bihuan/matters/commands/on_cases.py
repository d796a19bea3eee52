"""One request has one track: what an act on a case means for the matter that it became."""

from typing import Any

from bihuan.cases import queries as case_queries
from bihuan.cases.stages import ENDS as CASE_ENDS
from bihuan.cases.types import CaseFacts
from bihuan.cases.types import Stage as CaseStage
from bihuan.duties.life import Locked, hears
from bihuan.kernel.actor import Actor
from bihuan.kernel.happening import Happening
from bihuan.matters import queries, rules
from bihuan.matters.commands.entry import drop, propose
from bihuan.matters.types import Stage
from bihuan.matters.types.forms import Drop, Propose
from bihuan.policy import norms


def _hear(case: Locked[CaseFacts], happening: Happening) -> None:
    """A case that ends is no candidate any more; where it was put to another one, that one is, if it is late itself."""
    target = case.move.target
    if target not in CASE_ENDS or case.facts.stage in CASE_ENDS or not case.pack.binds(norms.LIST_REGISTER):
        return
    candidate = queries.open_of_case(case.facts.number)
    if not candidate or queries.facts(candidate).stage is not Stage.CANDIDATE:
        return
    clock: dict[str, Any] = {"actor": Actor.clockwork(case.facts.jurisdiction), "now": case.now}
    drop(number=candidate, fields=Drop(reason=f"工单已{target.label.removeprefix('已')}"), **clock)
    if target is CaseStage.MERGED:
        _propose_if_late(case_queries.facts(case.facts.number).parent or "", clock)


def _propose_if_late(number: str, clock: dict[str, Any]) -> None:
    parent = case_queries.facts(number)
    if rules.may_propose(parent, listed_as=queries.open_of_case(number), now=clock["now"]) is None:
        propose(fields=Propose(case=number), **clock)


hears("case", _hear)

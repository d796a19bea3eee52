"""One request has one track: what an act on a case means for its matter, and the case's acts that a matter causes."""

from datetime import datetime
from typing import Any

from bihuan.cases import commands as cases
from bihuan.cases import queries as case_queries
from bihuan.cases.stages import ENDS as CASE_ENDS
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import CaseFacts
from bihuan.cases.types import Stage as CaseStage
from bihuan.duties.life import Locked, hears, objects
from bihuan.intake.types import AccusedNamed, CaseSupplemented, WithdrawalHandedOn
from bihuan.kernel.actor import Actor
from bihuan.kernel.happening import Happening
from bihuan.kernel.refusal import Refusal
from bihuan.matters import queries, rules
from bihuan.matters.commands import track
from bihuan.matters.commands.entry import drop, put_forward
from bihuan.matters.types.forms import Drop, NoFields
from bihuan.matters.types.happenings import RequesterSaid
from bihuan.organisations.queries import units_with
from bihuan.policy import norms
from bihuan.policy.pack import Capacity
from bihuan.record.commands import append, command, lock
from bihuan.record.types import Done
from bihuan.record.unit_of_work import Question


def _hear(case: Locked[CaseFacts], happening: Happening) -> None:
    """What the requester says of a case on the list reaches its matter; a case that ends is no candidate any more,
    but one that is closed as unsolved is."""
    if isinstance(happening, AccusedNamed) and (listed_as := queries.open_of_case(case.facts.number)):
        matter, secret = queries.facts(listed_as), case.facts.secret
        case.grant(rules.may_accuse_on_list(matter, happening.accused, secret=secret))
    if case.facts.stage is CaseStage.LISTED:
        _pass_on(case, happening)
    elif case.move.target in CASE_ENDS:
        if case.facts.stage not in CASE_ENDS:
            _drop_candidate(case)
        if case.move.target is CaseStage.CLOSED and case.pack.binds(norms.LIST_OVERDUE):
            _propose_unsolved(case)


def _asked(case: Locked[CaseFacts]) -> list[Question[object]]:
    """What `_hear` will ask of a case that ends."""
    if case.move.target not in CASE_ENDS or case.facts.stage in CASE_ENDS or case.facts.stage is CaseStage.LISTED:
        return []
    return [queries.finding_candidate(case.facts.number), case_queries.learning(case.facts.number)]


def _pass_on(case: Locked[CaseFacts], happening: Happening) -> None:
    """Tell the matter what the requester added, or that they want to take it back."""
    if isinstance(happening, CaseSupplemented):
        files = f"（附件{len(happening.attachments)}件，见工单）" if happening.attachments else ""
        said = RequesterSaid(what="诉求人补充情况", text=happening.text, files=files)
    elif isinstance(happening, WithdrawalHandedOn):
        said = RequesterSaid(what="诉求人要求撤回", text=happening.reason, files="")
    else:
        return
    if matter := queries.open_of_case(case.facts.number):
        chain, norm = lock(f"matter:{matter}"), case.move.norm
        append(chain, said, actor=case.actor, seat=case.seat, norm=norm, pack=case.pack, now=case.now)


def _drop_candidate(case: Locked[CaseFacts]) -> None:
    """Drop it by the clock's hand; what the case was put to is a candidate instead, if it is late itself."""
    if not case.pack.binds(norms.LIST_REGISTER):
        return
    candidate, target = queries.candidate_of(case.facts.number), case.move.target
    if not candidate:
        return
    clock: dict[str, Any] = {"actor": Actor.clockwork(case.facts.jurisdiction), "now": case.now}
    drop(number=candidate, fields=Drop(reason=f"工单已{target.label.removeprefix('已')}"), **clock)
    if target is CaseStage.MERGED:
        _propose_if_late(case_queries.facts(case.facts.number).parent or "", clock)


def _propose_if_late(number: str, clock: dict[str, Any]) -> None:
    parent = case_queries.facts(number)
    if rules.may_propose(parent, listed_as=queries.open_of_case(number), now=clock["now"]) is None:
        put_forward(number=number, **clock)


def _propose_unsolved(case: Locked[CaseFacts]) -> None:
    """What was closed and is not solved is a candidate, once: 未能按时解决的问题."""
    number, place = case.facts.number, case.facts.jurisdiction
    after = case_queries.facts(number)
    if rules.is_unsolved(case.facts) or not rules.is_unsolved(after) or queries.open_of_case(number):
        return
    if units_with(Capacity.OFFICE, place):
        put_forward(number=number, actor=Actor.clockwork(place), now=case.now)


def _object_to_letting_be(case: CaseFacts) -> Refusal | None:
    """Nobody leaves at that what the list's office has still to decide of."""
    return rules.may_let_be(candidate=queries.candidate_of(case.number))


def _object_to_archive(case: CaseFacts) -> Refusal | None:
    """A case stays out of the archive while its matter is watched further."""
    return rules.may_be_archived(queries.last_of_case(case.number))


def _declare(act: CaseAct) -> None:
    def run(*, number: str, fields: NoFields, actor: Actor, now: datetime, version: int | None = None) -> Done:
        case = cases.LIFE.begin(number, act, actor=actor, now=now, version=version)
        matter = queries.last_of_case(number)
        case.grant(rules.may_take_along(act, matter, leaving=track.leaving(case.facts, case.pack)))
        assert matter is not None
        track.TAKES[act](case, matter)
        after = case_queries.facts(number)
        return Done(number, str(after.stage), after.version, act.label)

    run.__module__, run.__doc__ = __name__, f"{act.label}: the clock brings the case to where its matter is."
    run.__qualname__ = run.__name__ = str(act)
    command(subject="case", act=act, fields=NoFields)(run)


for _act in track.TAKES:
    _declare(_act)
hears("case", _hear, _asked)
objects("case", CaseAct.ARCHIVE, _object_to_archive)
objects("case", CaseAct.DECIDE_UNSOLVED, _object_to_letting_be)

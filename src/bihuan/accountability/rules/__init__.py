"""Rules of clues: what may be opened, who verifies and who approves, and where what was verified is handed over."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from bihuan.accountability.types import (
    MOST_EVIDENCE,
    TO_PARTY,
    ClueDuty,
    ClueFacts,
    ClueStage,
    Destination,
    Route,
    Severity,
)
from bihuan.kernel.actor import Actor
from bihuan.kernel.norm import Norm, carries_out
from bihuan.kernel.refusal import Refusal
from bihuan.organisations.types import UnitFacts
from bihuan.policy import norms
from bihuan.policy.calendar import told, untimely
from bihuan.policy.pack import SITUATIONS, Capacity, Pack

_clue = norms.ACCOUNT_CLUE


@carries_out(norms.ACCOUNT_CLUE)
def keeper_of(offices: Sequence[UnitFacts], desks: Sequence[UnitFacts], *, desk: str) -> UnitFacts | Refusal:
    """线索由清单管理机构管理；没有的由所涉工单的受理单位管理，都没有的由受理平台管理。"""
    own = [unit for unit in desks if unit.code == desk]
    found = next(iter((*offices, *own, *desks)), None)
    if found is None:
        return Refusal("还没有设管理问责线索的单位。", _clue)
    return found


@carries_out(norms.ACCOUNT_CLUE)
def may_concern(unit: UnitFacts | None, *, pack: Pack) -> Refusal | None:
    """线索涉及的是在用的承办单位。"""
    if unit is None or not unit.active or not pack.can(unit.type, Capacity.HANDLING):
        return Refusal("请选择在用的承办单位。", None, field="unit")
    return None


@carries_out(*SITUATIONS)
def may_be_situation(code: str, *, pack: Pack) -> Refusal | None:
    """问责情形须是规定列出的。"""
    if code not in pack.situations:
        return Refusal("请选择规定列出的问责情形。", None, field="situation")
    return None


@carries_out(norms.ACCOUNT_CLUE)
def may_be_another(*, standing: str) -> Refusal | None:
    """同一单位、同一情形、同一事项只有一件没有办结的线索。"""
    if standing:
        return Refusal(f"已有一件同样的线索（{standing}）没有办结，请在其中补充证据。", _clue, field="unit")
    return None


@carries_out(norms.ACCOUNT_CLUE)
def may_add(count: int) -> Refusal | None:
    """一件线索的证据不超过一百条。"""
    if count >= MOST_EVIDENCE:
        return Refusal(f"一件线索的证据不超过{MOST_EVIDENCE}条。", _clue, field="evidence")
    return None


@carries_out(norms.ACCOUNT_CLUE)
def may_be_found_again(*, new: int) -> Refusal | None:
    """已经记入的办理记录不重复记入。"""
    return None if new else Refusal("这些办理记录已经记入线索。", _clue, field="events")


@carries_out(norms.ACCOUNT_CLUE)
def may_go_on(clue: ClueFacts, *, now: datetime) -> Refusal | None:
    """先听取单位说明；到时限仍不说明的，转入核实。"""
    due_at = clue.duties.get(ClueDuty.EXPLAIN)
    if due_at is None or now < due_at:
        until = f"（时限{told(due_at)}）" if due_at else ""
        return Refusal(f"应先听取{clue.unit_name}的说明{until}。", _clue, moot=True)
    return None


@carries_out(norms.THREE_POWERS)
def may_settle(clue: ClueFacts, actor: Actor) -> Refusal | None:
    """监督、考核、问责各司其职：核实线索的人不批准、不退回自己核实的线索。"""
    if actor.account == clue.verified_by:
        return Refusal("线索是您核实的，须由另一位负责人批准。", norms.THREE_POWERS)
    return None


@carries_out(norms.ACCOUNT_SITUATIONS)
def must_tell_consequence(severity: Severity, consequence: str) -> Refusal | None:
    """认定情节严重或者涉及重大问题的，须写明造成的影响。"""
    if severity is not Severity.ORDINARY and consequence.strip("。 ") == "无":
        return Refusal(f"认定为“{severity.label}”的，须写明造成的影响。", norms.ACCOUNT_SITUATIONS, field="consequence")
    return None


@carries_out(
    norms.ACCOUNT_CLUE,
    norms.SUPERIOR_BODY,
    norms.REFUSAL_REFERRED,
    norms.ACCOUNT_REFER_DISCIPLINE,
    norms.ACCOUNT_GUIDE,
    norms.ACCOUNT_COPY_SEVERE,
)
def route(unit: UnitFacts, *, express: bool, severity: Severity, pack: Pack) -> tuple[Route, tuple[Norm, ...]]:
    """驻地单位、公共服务企业交上级主管机关；明确拒不承担的、涉及重大问题的移交追责问责机关；其余按干部管理权限移交党委（党组）。

    The norms stand in the order in which they decide; where the text says two things, both stand there.
    """
    kind = pack.unit_types.get(unit.type)
    refused = express and pack.binds(norms.REFUSAL_REFERRED)
    grave = severity is Severity.BREACH and pack.binds(norms.ACCOUNT_REFER_DISCIPLINE)
    if kind is not None and kind.needs_superior:
        besides = (norms.REFUSAL_REFERRED,) * refused + (norms.ACCOUNT_REFER_DISCIPLINE,) * grave
        return Route.SUPERIOR, (norms.SUPERIOR_BODY, *besides)
    if refused:
        return Route.DISCIPLINE, (norms.REFUSAL_REFERRED, _clue)
    if grave:
        return Route.DISCIPLINE, (norms.ACCOUNT_REFER_DISCIPLINE, _clue)
    if severity is not Severity.ORDINARY and pack.binds(norms.ACCOUNT_COPY_SEVERE):
        return Route.COPIED, (
            norms.ACCOUNT_COPY_SEVERE,
            *((norms.ACCOUNT_GUIDE,) if pack.binds(norms.ACCOUNT_GUIDE) else ()),
        )
    if pack.binds(norms.ACCOUNT_GUIDE):
        return Route.GUIDED, (norms.ACCOUNT_GUIDE,)
    return Route.PARTY, (_clue,)


@carries_out(norms.ACCOUNT_CLUE, norms.SUPERIOR_BODY)
def destination(
    way: Route,
    unit: UnitFacts,
    *,
    discipline: UnitFacts | None,
    personnel: UnitFacts | None,
    party_body: str,
    by: tuple[Norm, ...],
) -> Destination | Refusal:
    """移交去向的机关须已登记；移交党委（党组）的由批准人写明全称。"""
    if way is Route.SUPERIOR:
        if not unit.superior_body:
            return Refusal(f"还没有登记{unit.name}的上级主管机关。", norms.SUPERIOR_BODY, field="route")
        return Destination(way, unit.superior_body, by=by)
    if way is not Route.PARTY and discipline is None:
        return Refusal("还没有登记⟨discipline⟩，无法移交。", by[0], field="route")
    if way is Route.DISCIPLINE:
        assert discipline is not None, "asked above"
        return Destination(way, discipline.name, discipline.code, by=by)
    if not party_body:
        reason = f"请写明有干部管理权限、应向其移交{unit.name}线索的党委（党组）。"
        return Refusal(reason, by[0], field="party_body")
    if way is not Route.COPIED:
        return Destination(way, party_body, by=by)
    if personnel is None:
        return Refusal("还没有登记组织部门，无法抄送。", by[0], field="route")
    assert discipline is not None, "asked above"
    return Destination(way, party_body, copies=(discipline.name, personnel.name), by=by)


@carries_out(norms.ACCOUNT_CLUE)
def may_change_route(chosen: Route | None, *, by_rule: Route, reason: str) -> Refusal | None:
    """改变移交去向须说明理由。"""
    if chosen is not None and chosen is not by_rule and not reason:
        return Refusal(f"规定的去向是“{by_rule.label}”，改变移交去向须说明理由。", _clue, field="route_reason")
    return None


@carries_out(norms.ACCOUNT_CLUE)
def may_name_party(way: Route, *, party_body: str) -> Refusal | None:
    """不移交党委（党组）的，不写党委（党组）。"""
    if party_body and way not in TO_PARTY:
        return Refusal(f"去向是“{way.label}”，不填党委（党组）。", None, field="party_body")
    return None


@carries_out(norms.ACCOUNT_DOSSIER)
def must_have_personnel(personnel: UnitFacts | None) -> Refusal | None:
    """问责结果要记入单位档案，须先设组织部门。"""
    if personnel is None:
        return Refusal("还没有登记组织部门，问责结果没有单位归档，不能移交。", norms.ACCOUNT_DOSSIER)
    return None


@carries_out(norms.ACCOUNT_CLUE)
def may_receive(clue: ClueFacts, actor: Actor) -> Refusal | None:
    """移交函签收一次；系统内的机关自己签收，系统以外的由受理单位考核员登记。"""
    if ClueDuty.RECEIPT not in clue.duties:
        return Refusal("移交函已经签收。", _clue, moot=True)
    return _may_follow(clue, actor)


@carries_out(norms.ACCOUNT_CLUE)
def may_conclude(clue: ClueFacts, actor: Actor) -> Refusal | None:
    """问责结果由接受移交的机关反馈；系统以外的由受理单位考核员登记。"""
    return _may_follow(clue, actor)


@carries_out(norms.ACCOUNT_CLUE)
def _may_follow(clue: ClueFacts, actor: Actor) -> Refusal | None:
    """系统内的机关自己登记，系统以外的由受理单位登记。"""
    if clue.outside and clue.keeper not in actor.units:
        return Refusal(f"线索已移交{clue.recipient}，签收和结果由{clue.keeper_name}登记。", _clue)
    if not clue.outside and clue.recipient_unit not in actor.units:
        return Refusal(f"签收和结果由{clue.recipient}登记。", _clue)
    return None


@carries_out(norms.ACCOUNT_CLUE)
def must_show_scan(scan: Collection[int], *, outside: bool) -> Refusal | None:
    """系统以外的机关签收和反馈的，须附回执或结果的扫描件。"""
    if outside and not scan:
        return Refusal("线索交给系统以外的机关，须附回执或结果的扫描件。", _clue, field="scan")
    return None


@carries_out(norms.ACCOUNT_CLUE)
def may_have_been_taken(taken_at: datetime, *, referred_at: datetime | None, now: datetime) -> Refusal | None:
    """签收时间在移交之后，不在将来。"""
    if words := untimely(taken_at, of="移交", since=referred_at, now=now):
        return Refusal(f"签收时间{words}。", _clue, field="taken_at")
    return None


@carries_out(norms.ACCOUNT_CLUE)
def may_have_concluded(concluded_on: date, *, since: date, today: date) -> Refusal | None:
    """结果在移交之后作出，不在将来。"""
    if not since <= concluded_on <= today:
        reason = f"结果应在移交（{since}）之后、今天（{today}）以前作出。"
        return Refusal(reason, _clue, field="concluded_on")
    return None


@carries_out(norms.ACCOUNT_GUIDE)
def may_guide(clue: ClueFacts) -> Refusal | None:
    """移交党委（党组）、由其指导督促的，才指导督促。"""
    if clue.route not in (Route.GUIDED, Route.COPIED):
        return Refusal("线索没有移交党委（党组）由⟨discipline⟩指导督促。", norms.ACCOUNT_GUIDE, moot=True)
    return None


@carries_out(norms.ACCOUNT_GUIDE)
def may_want_by(guide_by: date | None, *, today: date) -> Refusal | None:
    """要求办结的日期在今天以后。"""
    if guide_by is not None and guide_by <= today:
        return Refusal(f"要求办结的日期应在今天（{today}）以后。", norms.ACCOUNT_GUIDE, field="guide_by")
    return None


@carries_out(norms.ACCOUNT_CLUE)
def is_referred(clue: ClueFacts) -> Refusal | None:
    """移交函在线索移交之后出具。"""
    return None if clue.referred_at else Refusal("线索还没有移交。", _clue)


@carries_out(norms.ACCOUNT_COPY_SEVERE)
def is_copied(clue: ClueFacts) -> Refusal | None:
    """抄送函在抄送的线索移交之后出具。"""
    if not clue.referred_at or not clue.copies:
        return Refusal("线索还没有移交，或者不需要抄送。", norms.ACCOUNT_COPY_SEVERE)
    return None


@carries_out(norms.ACCOUNT_CLUE)
def is_concluded(clue: ClueFacts) -> Refusal | None:
    """结果反馈单在反馈结果之后出具。"""
    if clue.stage not in (ClueStage.RESULTED, ClueStage.CLOSED):
        return Refusal("还没有反馈问责结果。", _clue)
    return None

"""The written opinion and what follows: the binding dispatch, the special report, the district's word, the list."""

from datetime import datetime

from bihuan.cases import commands as cases
from bihuan.cases import queries as case_queries
from bihuan.cases.rules import impartial, may_go_to, may_go_to_body
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import Basis, CaseFacts, Departure, Part
from bihuan.cases.types import DutyKind as CaseDuty
from bihuan.determination import queries, rules
from bihuan.determination.commands.contacts import enter_contact
from bihuan.determination.commands.life import (
    LIFE,
    act,
    bind,
    digest,
    leave,
    let_see,
    named,
    on_case,
    take_part,
    tell_case,
)
from bihuan.determination.models import Determination, SpecialReport
from bihuan.determination.types import (
    DESIGNATED_HANDLE,
    Act,
    DeterminationFacts,
    DutyKind,
    Outcome,
    Stage,
    Verdict,
)
from bihuan.determination.types.forms import (
    Assign,
    Designate,
    EnterResponsibility,
    IssueGap,
    IssueUnit,
    IssueUnreasonable,
    NameContact,
    NoFields,
    Report,
    WithReason,
)
from bihuan.determination.types.happenings import (
    CaseDesignated,
    CaseDetermined,
    CaseReported,
    CaseTakenBack,
    Designated,
    Dissolved,
    GapReported,
    OpinionIssued,
    ResponsibilityEstablished,
    ResponsibilitySettled,
    ResponsibleAssigned,
    TakenBack,
)
from bihuan.determination.types.rows import ReportRow
from bihuan.dispatch.types import CaseDispatched
from bihuan.duties.life import Locked
from bihuan.duties.queries import limit_for
from bihuan.duties.types import Opening, Singly
from bihuan.instructions import commands as instructions
from bihuan.instructions import queries as instruction_queries
from bihuan.instructions import rules as confirming
from bihuan.instructions.types import (
    Deny,
    Instruction,
    InstructionDenied,
    InstructionRow,
    InstructionVerified,
    Purpose,
    Verify,
)
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refusal
from bihuan.organisations import commands as organisation_commands
from bihuan.organisations import queries as organisations
from bihuan.policy import norms
from bihuan.policy.names import put
from bihuan.policy.pack import Capacity, Pack
from bihuan.record.commands import count_up
from bihuan.record.types import Done


@act(Act.ISSUE_UNIT, IssueUnit, choices=rules.parties)
def issue_unit(locked: Locked[DeterminationFacts], fields: IssueUnit) -> Done:
    """The written opinion, led by the staffing body, names the unit that is responsible: it binds."""
    known = named(locked, fields.unit)
    desk = min(locked.facts.parts[Part.DESK])
    norm = norms.DETERMINATION_OPINION
    locked.grant(
        rules.may_carry(known.get(fields.unit), desk=desk, pack=locked.pack, norm=norm),
        rules.may_determine(
            locked.facts,
            fields.unit,
            due_at=queries.position_due(locked.facts.subject, fields.unit),
            unheard_because=fields.unheard_because,
            now=locked.now,
            pack=locked.pack,
        ),
    )
    finding = f"{known[fields.unit].name}为承办主体"
    return _issue(locked, fields, finding, Outcome.UNIT, None, unit=fields.unit)


@act(Act.ISSUE_GAP, IssueGap)
def issue_gap(locked: Locked[DeterminationFacts], fields: IssueGap) -> Done:
    """No department is responsible, and the request is reasonable: the centre must put it before the district."""
    return _issue(locked, fields, "属部门职责空白，诉求合理", Outcome.GAP, Verdict.REASONABLE)


@act(Act.ISSUE_UNREASONABLE, IssueUnreasonable)
def issue_unreasonable(locked: Locked[DeterminationFacts], fields: IssueUnreasonable) -> Done:
    """No department is responsible, and the request is not reasonable: it goes back to the centre."""
    return _issue(locked, fields, "属部门职责空白，诉求不合理", Outcome.GAP, Verdict.UNREASONABLE)


def _issue(
    locked: Locked[DeterminationFacts],
    fields: IssueUnit | IssueGap | IssueUnreasonable,
    finding: str,
    outcome: Outcome,
    verdict: Verdict | None,
    *,
    unit: str = "",
) -> Done:
    """Keep the written opinion, tell the case, and let the two bodies go from it: they have given their opinion."""
    file, now, actor = locked.facts, locked.now, locked.actor
    opinions = queries.opinions_on(file.number)
    locked.grant(
        rules.may_number(known=queries.opinion_known(file.jurisdiction, fields.opinion_number)),
        rules.may_differ(outcome, unit, opinions=opinions, differs_because=fields.differs_because),
    )
    dissent = rules.told_dissent(outcome, unit, opinions=opinions)
    bind(locked, fields.attachments)
    reasonableness = "" if isinstance(fields, IssueUnit) else fields.reasonableness
    sealed = digest(fields.opinion_number, str(outcome), unit, fields.opinion)
    tell_case(locked, CaseDetermined(number=file.number, opinion_number=fields.opinion_number, finding=finding))
    cases.leave(file.case, parts=[Part.STAFFING, Part.JUSTICE], how=Departure.ENDED, now=now)
    happening = OpinionIssued(
        opinion_number=fields.opinion_number,
        finding=finding,
        unit=unit,
        opinion=fields.opinion,
        law=fields.law,
        reasonableness=reasonableness,
        attachments=fields.attachments,
        digest=sealed,
        unheard_because=fields.unheard_because if isinstance(fields, IssueUnit) else "",
        dissent=f"（与{dissent}会商意见不一致，已说明理由）" if dissent else "",
        differs_because=fields.differs_because if dissent else "",
    )
    changes = {
        "outcome": str(outcome),
        "verdict": str(verdict or ""),
        "unit": unit,
        "opinion_number": fields.opinion_number,
        "opinion": fields.opinion,
        "opinion_law": fields.law,
        "reasonableness": reasonableness,
        "opinion_digest": sealed,
        "issued_at": now,
        "issued_by": actor.account,
        "issued_by_name": actor.name,
        "issued_by_post": locked.seat.post,
    }
    return LIFE.advance(locked, happening, changes=changes)


@act(Act.ASSIGN, Assign, ask=rules.may_assign)
def assign(locked: Locked[DeterminationFacts], fields: Assign) -> Done:
    """The centre gives the case to whoever was determined or designated: a new limit, and no return."""
    file, now = locked.facts, locked.now
    carrying = organisations.carried_on_by(file.unit, file.jurisdiction)
    unit = named(locked, carrying).get(carrying)
    desk = min(file.parts[Part.DESK])
    locked.grant(rules.may_carry(unit, desk=desk, pack=locked.pack, norm=locked.move.norm))
    assert unit is not None
    locked.grant(may_go_to([unit.code], case=file, known={unit.code: unit}, field="unit"))
    *_, report = queries.held(file.number) if file.stage == Stage.DESIGNATED else (None,)
    case = on_case(locked, CaseAct.ASSIGN_DETERMINED)
    basis = _basis(file, report)
    kind = Basis.INSTRUCTION if report else Basis.ADJUDICATION
    cases.leave(file.case, parts=Part.leaving_with_lead(), how=Departure.REPLACED, now=now)
    cases.join(file.case, {unit.code: str(Part.LEAD)}, now=now, basis_kind=kind, basis=basis)
    cases.LIFE.advance(
        case,
        CaseDispatched(
            lead=unit.code,
            lead_name=unit.name,
            co_units=(),
            designated=report is not None,
            adjudicated=report is None,
            basis_kind=kind,
            basis=basis,
            requirements=fields.requirements,
        ),
        changes={
            "lead": unit.code,
            "first_receiver": case.facts.first_receiver or unit.code,
            "designated": report is not None,
            "adjudicated": report is None,
            "assigned_at": now,
            "signed_in_at": None,
            "contacted_at": None,
        },
        parts=cases.with_parts(case.facts, lead=unit.code, co=()),
        openings={CaseDuty.HANDLE: _quickly(case, unit.code, report)} if report else None,
    )
    happening = ResponsibleAssigned(unit=unit.code, unit_name=unit.name)
    return LIFE.advance(locked, happening, changes={"assigned_at": now})


def _basis(file: DeterminationFacts, report: ReportRow | None) -> str:
    if report is None:
        return f"联合认定意见书{file.opinion_number}"
    return f"{report.leader}对{report.number}的批示：{report.instruction}"


def _quickly(case: Locked[CaseFacts], unit: str, report: ReportRow) -> Opening:
    """The designated unit settles the case quickly: by the moment the district set, or a limit shorter than others'."""
    parts = {str(Part.LEAD): frozenset({unit})}
    if report.due_at is not None and report.due_at > case.now:
        words = put("⟨leadership⟩批示确定", case.pack)
        return cases.LIFE.opening(CaseDuty.HANDLE, case.facts, parts, case.pack, due_at=report.due_at, basis=words)
    spec = cases.LIFE.specs[CaseDuty.HANDLE]
    rule = limit_for(DESIGNATED_HANDLE, case.facts.limit_scope, case.pack, holder=unit)
    said = (str(rule.limit), rule.clause or "", rule.basis or "", None, None, rule)
    return Opening(spec.kind, spec.norm, unit, spec.post, *said)


@act(Act.REPORT, Report)
def report(locked: Locked[DeterminationFacts], fields: Report) -> Done:
    """The centre issues the special report: a reasonable request for which nobody is responsible."""
    file, now, actor = locked.facts, locked.now, locked.actor
    leadership = organisations.units_with(Capacity.LEADERSHIP, file.jurisdiction)
    locked.grant(rules.may_report(leadership), may_go_to_body(leadership, case=file))
    row = Determination.objects.get(number=file.number)
    background, reasonableness = fields.background or row.background, fields.reasonableness or row.reasonableness
    place, year = organisations.jurisdiction(file.jurisdiction), organisations.today(now).year
    number = f"群众诉求专报〔{year}〕第{count_up(f'special-report/{place.code}/{year}', place.code)}期"
    bind(locked, fields.attachments)
    sealed = digest(background, fields.gap, reasonableness, fields.suggestion)
    SpecialReport.objects.create(
        number=number,
        jurisdiction=file.jurisdiction,
        determination_id=file.number,
        background=background,
        gap=fields.gap,
        reasonableness=reasonableness,
        suggestion=fields.suggestion,
        signer=actor.account,
        signer_name=actor.name,
        signer_post=locked.seat.post,
        at=now,
        digest=sealed,
    )
    bodies = [unit.code for unit in impartial(leadership, file)]
    parts = take_part(file, Part.LEADERS, bodies, now=now)
    cases.LIFE.advance(on_case(locked, CaseAct.REPORT_GAP), CaseReported(number=file.number, report_number=number))
    let_see(file.case, dict.fromkeys(bodies, str(Part.LEADERS)), now=now)
    happening = GapReported(
        report_number=number,
        gap=fields.gap,
        suggestion=fields.suggestion,
        attachments=fields.attachments,
        digest=sealed,
    )
    return LIFE.advance(locked, happening, parts=parts)


@act(Act.DESIGNATE, Designate)
def designate(locked: Locked[DeterminationFacts], fields: Designate) -> Done:
    """The district names a unit; a leader does so here, or the centre enters the paper."""
    file, now = locked.facts, locked.now
    about = (file.subject, f"case:{file.case}")
    fields = instructions.by_number(locked, fields, subjects=about, purpose=Purpose.DESIGNATE)
    found = named(locked, fields.unit).get(fields.unit)
    desk = min(file.parts[Part.DESK])
    norm = norms.DISTRICT_DESIGNATES
    locked.grant(
        rules.may_carry(found, desk=desk, pack=locked.pack, norm=norm), rules.may_be_due(fields.due_at, now=now)
    )
    assert found is not None
    bind(locked, fields.attachments)
    new = found.code not in file.parts.get(Part.PARTY, frozenset())
    entered = instructions.enter(
        locked,
        Instruction.of(fields, fields.text),
        subject=file.subject,
        act=Act.DESIGNATE,
        verify=DutyKind.VERIFY,
        norm=norm,
        units=[found.code] if new else (),
    )
    if entered.part:
        take_part(file, Part(entered.part), entered.bodies, now=now)
    SpecialReport.objects.filter(determination_id=file.number).update(
        leader=entered.leader, instruction=fields.text, unit=found.code, due_at=fields.due_at, designated_at=now
    )
    take_part(file, Part.PARTY, [found.code], now=now)
    tell_case(
        locked,
        CaseDesignated(number=file.number, leader=entered.leader, unit=found.code, unit_name=found.name),
    )
    happening = Designated(
        leader=entered.leader,
        text=fields.text,
        unit=found.code,
        unit_name=found.name,
        due_at=fields.due_at,
        attachments=fields.attachments,
        leader_account=entered.account,
        issued_on=entered.issued_on,
        reference=entered.reference,
        scan=entered.scan,
    )
    return LIFE.advance(locked, happening, changes={"unit": found.code}, singly=Singly(opens=entered.opens))


def _entered(file: DeterminationFacts, now: datetime) -> InstructionRow | None:
    return instruction_queries.pending(file.subject, now=now) if DutyKind.VERIFY in file.duties else None


def _may_verify(file: DeterminationFacts, actor: Actor, now: datetime, pack: Pack) -> Refusal | None:
    return confirming.may_verify(_entered(file, now), actor, norm=norms.DISTRICT_DESIGNATES)


@act(Act.VERIFY, Verify, ask=_may_verify)
def verify(locked: Locked[DeterminationFacts], fields: Verify) -> Done:
    """The leader, or who stands for them, says that the instruction which the centre entered was given."""
    text = SpecialReport.objects.values_list("instruction", flat=True).get(determination_id=locked.facts.number)
    found = instructions.confirm(locked, text=text, purpose=Purpose.DESIGNATE)
    happening = InstructionVerified(leader=found.leader, reference=found.reference, entered_by=found.entered_by)
    return LIFE.advance(locked, happening, singly=instructions.done(locked, found, DutyKind.VERIFY))


@act(Act.DENY, Deny, ask=_may_verify)
def deny(locked: Locked[DeterminationFacts], fields: Deny) -> Done:
    """The district named nobody: the gap waits for its word again; a unit that has the case already may return it."""
    file, found = locked.facts, instructions.deny(locked)
    waits = file.stage is Stage.DESIGNATED
    if waits:
        leave(file, Part.PARTY, found.units, now=locked.now)
        said = {"leader": "", "instruction": "", "unit": "", "due_at": None, "designated_at": None}
        SpecialReport.objects.filter(determination_id=file.number).update(**said)
    case = case_queries.facts(file.case)
    freed = not waits and case.designated and case.lead == file.unit
    if freed:
        cases.LIFE.write(file.case, {"designated": False})
    effect = "退回待⟨leadership⟩批示阶段" if waits else "该单位不再是指定的责任单位，可以退单" if freed else "记录在案"
    happening = InstructionDenied(
        leader=found.leader,
        reference=found.reference,
        entered_by=found.entered_by,
        entered_by_name=found.entered_by_name,
        effect=put(effect, locked.pack),
        reason=fields.reason,
    )
    tell_case(locked, happening)
    changes: dict[str, object] = {"unit": ""} if waits else {}
    return LIFE.advance(locked, happening, changes=changes, singly=instructions.done(locked, found, DutyKind.VERIFY))


@act(Act.TAKE_BACK, WithReason)
def take_back(locked: Locked[DeterminationFacts], fields: WithReason) -> Done:
    """Found unreasonable, or no longer in dispute: the case is the centre's to give out anew."""
    file = locked.facts
    why = "诉求不合理" if file.stage == Stage.UNREASONABLE else "不再需要认定"
    case = on_case(locked, CaseAct.TAKE_BACK)
    cases.leave(
        file.case, parts=(*Part.leaving_with_lead(), Part.STAFFING, Part.JUSTICE), how=Departure.ENDED, now=locked.now
    )
    cases.LIFE.advance(
        case,
        CaseTakenBack(number=file.number, why=why, reason=fields.reason),
        changes={"lead": None, "assigned_at": None, "signed_in_at": None, "designated": False, "adjudicated": False},
    )
    return LIFE.advance(locked, TakenBack(reason=fields.reason))


@act(Act.ENTER_RESPONSIBILITY, EnterResponsibility)
def enter_responsibility(locked: Locked[DeterminationFacts], fields: EnterResponsibility) -> Done:
    """The staffing body settles whose such matters are: the next one is proposed for dispatch by the entry."""
    file, now = locked.facts, locked.now
    from_on = fields.from_on or organisations.today(now)
    known = named(locked, fields.lead, *fields.co_units)
    codes = {entry.code for entry in organisations.entries(file.jurisdiction)}
    locked.grant(
        rules.may_own([fields.lead, *fields.co_units], known=known, pack=locked.pack),
        rules.may_enter(code=fields.code, known=codes, lead=fields.lead, co_units=fields.co_units),
    )
    basis = f"{fields.basis}（责任主体认定{file.number}，意见书{file.opinion_number}）"
    organisation_commands.enter_responsibility(
        jurisdiction=file.jurisdiction,
        code=fields.code,
        matter=fields.matter,
        lead=fields.lead,
        co_units=fields.co_units,
        basis=basis,
        from_on=from_on,
        decided=True,
        actor=locked.actor,
        now=now,
    )
    tell_case(locked, ResponsibilitySettled(number=file.number, code=fields.code))
    happening = ResponsibilityEstablished(
        code=fields.code,
        matter=fields.matter,
        unit=fields.lead,
        unit_name=known[fields.lead].name,
        co_units=fields.co_units,
        basis=basis,
        from_on=from_on,
    )
    return LIFE.advance(locked, happening, changes={"entry": fields.code})


@act(Act.NAME_CONTACT, NameContact)
def name_contact_here(locked: Locked[DeterminationFacts], fields: NameContact) -> Done:
    """One of the three bodies names who speaks for it, because this determination wants it."""
    unit = locked.seat.unit
    happening = enter_contact(unit, fields, actor=locked.actor, now=locked.now)
    return LIFE.advance(locked, happening, singly=Singly(settles=((DutyKind.CONTACT, unit),)))


@act(Act.DISSOLVE, NoFields, ask=rules.may_dissolve)
def dissolve(locked: Locked[DeterminationFacts], fields: NoFields) -> Done:
    """The case has ended, or was settled otherwise: there is nothing to determine."""
    file = locked.facts
    cases.leave(file.case, parts=[Part.STAFFING, Part.JUSTICE], how=Departure.ENDED, now=locked.now)
    return LIFE.advance(
        locked, Dissolved(case_stage=put(file.case_stage.label, locked.pack) if file.case_stage else "")
    )

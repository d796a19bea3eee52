"""How joint handling ends: concluded, graded, its one form filled in, signed and put beside the case's result."""

import hashlib
import json
from datetime import datetime

from bihuan.attachments import commands as attachments
from bihuan.cases import commands as cases
from bihuan.cases import queries as case_queries
from bihuan.cases.types import DutyKind as CaseDuty
from bihuan.dispatch import queries as dispatch
from bihuan.duties.life import Locked
from bihuan.duties.types import Singly
from bihuan.joint import queries, rules
from bihuan.joint.commands.life import act, advance, asked, grant_units, invite, note_member, tell_case
from bihuan.joint.commands.members import LINKAGE, WHISTLE, aimed, ask_again
from bihuan.joint.models import Form
from bihuan.joint.types import Act, DutyKind, JointFacts, Kind, Stage
from bihuan.joint.types.forms import (
    AddUnits,
    CallMore,
    Conclude,
    FileForm,
    GradeUnit,
    NoFields,
    NoReport,
    SignForm,
    WithReason,
)
from bihuan.joint.types.happenings import (
    Concluded,
    Dissolved,
    FormFiled,
    FormSentBack,
    FormSigned,
    FormUploaded,
    Graded,
    JointConcluded,
    JointRenewed,
    JointTakenBack,
    NotReported,
    Renewed,
    Voided,
)
from bihuan.joint.types.rows import FormRow
from bihuan.kernel.fields import whole_minute
from bihuan.kernel.happening import Happening
from bihuan.kernel.needs import Needs
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post
from bihuan.policy import norms
from bihuan.policy.names import put
from bihuan.policy.pack import Pack
from bihuan.record.types import Done

OWED = {Kind.LINKAGE: CaseDuty.LINKAGE_FORM, Kind.WHISTLE: CaseDuty.WHISTLE_FORM}
FORM_AGAIN = "，备案表随结果重新报送"
UPLOADED = {Kind.LINKAGE: norms.LINKAGE_FORM_UPLOADED, Kind.WHISTLE: norms.WHISTLE_FORM_UPLOADED}


@act(Act.CONCLUDE, Conclude, ask=rules.may_conclude)
def conclude(locked: Locked[JointFacts], fields: Conclude) -> Done:
    """The lead ends the work together, solved or not; what is not solved its head must decide about.

    Where the regulation asks for no form that is all, and the case is told.
    """
    joint, undone = locked.facts, rules.unfinished(locked.facts)
    locked.grant(rules.may_conclude_without_meeting(joint, reason=fields.no_meeting_reason))
    happening = Concluded(
        resolved=fields.resolved,
        outcome="已解决" if fields.resolved else "未解决",
        summary=fields.summary,
        unfinished=tuple(m.unit for m in undone),
        unnotified=tuple(m.unit for m in undone if not m.told_of),
        no_meeting_reason=fields.no_meeting_reason,
    )
    changes = {"resolved": fields.resolved, "summary": fields.summary, "concluded_at": locked.now}
    if locked.move.target == Stage.SIGNED:
        _tell(locked, JointConcluded(what=joint.kind.label, number=joint.number, outcome=happening.outcome))
    passive = {member.unit for member in undone if member.told_of}
    undecided = () if fields.resolved else (DutyKind.DIFFICULTY,)
    return advance(locked, happening, changes=changes, passive=passive, also_opens=undecided)


@act(Act.NO_REPORT, NoReport, ask=rules.may_decide_difficulty)
def no_report(locked: Locked[JointFacts], fields: NoReport) -> Done:
    """The head decides that the district need not be troubled, and says why."""
    return advance(locked, NotReported(reason=fields.reason))


@act(Act.GRADE, GradeUnit, choices=rules.of_members)
def grade(locked: Locked[JointFacts], fields: GradeUnit) -> Done:
    """The lead grades how a unit cooperated; below 好 it says why."""
    member = locked.facts.member(fields.unit)
    locked.grant(rules.may_grade(locked.facts.kind, member, grade=fields.grade, reason=fields.reason))
    assert member is not None
    note_member(locked, member.unit, grade=str(fields.grade), grade_reason=fields.reason)
    happening = Graded(unit=member.unit, unit_name=member.name, grade=fields.grade, reason=fields.reason)
    return advance(locked, happening)


def _unreached(joint: JointFacts) -> bool:
    if joint.anonymous or joint.contacted_at is not None:
        return False
    return dispatch.was_never_reached(f"case:{joint.case}", by_desk=joint.secret)


def _asked_of_form(joint: JointFacts, pack: Pack) -> Needs:
    return rules.asked_of_form(joint, pack, unreached=joint.stage is Stage.CONCLUDED and _unreached(joint))


@act(Act.FILE_FORM, FileForm, ask=rules.may_file_form, required=_asked_of_form)
def file_form(locked: Locked[JointFacts], fields: FileForm) -> Done:
    """Fill in the one form of the matter; the deputy must still sign, where the regulation asks for that."""
    joint, now = locked.facts, locked.now
    follow_up = str(fields.follow_up or "")
    from_at, to_at = fields.from_at or whole_minute(joint.asked_at), fields.to_at or joint.concluded_at or now
    locked.grant(
        *locked.lacks(fields),
        rules.may_fill_in(
            joint, follow_up=follow_up, unreached=_unreached(joint), from_at=from_at, to_at=to_at, now=now
        ),
    )
    matter = fields.matter or joint.title
    digest = hashlib.sha256(f"{matter}\n{fields.result}".encode()).hexdigest()
    forms = Form.objects.filter(case_id=joint.case, kind=joint.kind)
    earlier = forms.values_list("version", flat=True).first() or 0
    grades = [
        {"unit": m.unit, "name": m.name, "grade": m.grade or None, "reason": m.grade_reason} for m in joint.present
    ]
    said = {
        "undertaking_id": joint.number,
        "version": earlier + 1,
        "matter": matter,
        "result": fields.result,
        "follow_up": follow_up,
        "grades": grades,
        "from_at": from_at,
        "to_at": to_at,
        "drafted_by": locked.actor.account,
        "drafted_at": now,
        "signer": "",
        "signer_name": "",
        "signer_post": "",
        "absence": "",
        "seal": [],
        "signed_at": None,
        "digest": digest,
    }
    if earlier:
        forms.update(**said)
    else:
        Form.objects.create(case_id=joint.case, kind=joint.kind, **said)
    if locked.move.target == Stage.SIGNED:
        _upload(locked, follow_up=follow_up, digest=digest)
    return advance(locked, FormFiled(form_version=earlier + 1, follow_up=fields.follow_up, digest=digest))


def _upload(locked: Locked[JointFacts], *, follow_up: str, digest: str) -> None:
    """The form stands with the case from now on, which owes it no more."""
    joint = locked.facts
    cases.keep_form(joint.case, resolved=joint.resolved, follow_up=follow_up)
    _tell(locked, FormUploaded(what=joint.kind.label, number=joint.number, digest=digest))


def _tell(locked: Locked[JointFacts], happening: Happening) -> None:
    """Tell the case how the joint handling ended; nothing of it is owed with the case's result any more."""
    kind = locked.facts.kind
    cases.note(
        locked.facts.case,
        happening,
        actor=locked.actor,
        seat=locked.seat,
        norm=UPLOADED[kind] if locked.pack.binds(UPLOADED[kind]) else locked.move.norm,
        now=locked.now,
        pack=locked.pack,
        settles=[OWED[kind]],
    )


@act(Act.SEND_BACK_FORM, WithReason)
def send_back_form(locked: Locked[JointFacts], fields: WithReason) -> Done:
    """The signer wants the form written anew."""
    return advance(locked, FormSentBack(reason=fields.reason))


@act(Act.SIGN_FORM, SignForm, required=rules.asked_of_signature)
def sign_form(locked: Locked[JointFacts], fields: SignForm) -> Done:
    """The responsible deputy signs and seals; the form stands with the case, whose result may now be submitted."""
    joint, now, seat, actor = locked.facts, locked.now, locked.seat, locked.actor
    form = queries.form_of(joint.case, joint.kind)
    assert form is not None, "a form that is to be signed was filled in"
    deputies = queries.deputies(joint.initiator, now=now) if seat.post == Post.HEAD else ()
    locked.grant(
        *locked.lacks(fields),
        rules.may_sign(
            joint.kind,
            signer=actor.account,
            drafter=form.drafted_by,
            seat=seat,
            deputies=[deputy.account for deputy in deputies],
            absence=fields.absence_kind,
            until=fields.absence_until,
            today=organisations.today(now),
            seal=fields.seal,
            pack=locked.pack,
        ),
    )
    absence = rules.told_absence(fields.absence_kind, until=fields.absence_until, note=fields.absence)
    scans = attachments.bind(
        ids=fields.seal, subject_kind=joint.kind, subject_number=joint.number, actor=actor, fresh=True
    )
    locked.grant(rules.may_be_seal([scan.mime for scan in scans], kind=joint.kind))
    digest = _seal(form, actor.account, now)
    Form.objects.filter(case_id=joint.case, kind=joint.kind).update(
        signer=actor.account,
        signer_name=actor.name,
        signer_post=seat.post,
        absence=absence,
        seal=list(fields.seal),
        signed_at=now,
        digest=digest,
    )
    _upload(locked, follow_up=form.follow_up, digest=digest)
    post = locked.pack.called(seat.post)
    happening = FormSigned(
        signer=actor.account,
        signer_name=actor.name,
        signer_post=post,
        absence=absence,
        seal=fields.seal,
        opinion=fields.opinion,
        digest=digest,
    )
    return advance(locked, happening)


def _seal(form: FormRow, signer: str, now: datetime) -> str:
    """The digest of everything that stands in the form, with who signs it and when."""
    told = {
        "case": form.case,
        "kind": str(form.kind),
        "version": form.version,
        "matter": form.matter,
        "whistle_type": str(form.whistle_type or ""),
        "result": form.result,
        "grades": [[g.unit, str(g.grade or ""), g.reason] for g in form.grades],
        "follow_up": form.follow_up,
        "from": form.from_at.isoformat(),
        "to": form.to_at.isoformat(),
        "signer": signer,
        "signed_at": now.isoformat(),
    }
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


@act(Act.RENEW, AddUnits, ask=rules.may_renew, choices=rules.whom_it_asks_again, kinds=LINKAGE)
def renew(locked: Locked[JointFacts], fields: AddUnits) -> Done:
    """The case must be handled again: units are asked once more, and the one form will be written anew."""
    return _renew(locked, fields)


@act(Act.RENEW, CallMore, ask=rules.may_renew, choices=rules.whom_it_asks_again, kinds=WHISTLE)
def blow_again(locked: Locked[JointFacts], fields: CallMore) -> Done:
    """The town calls departments once more; of further ones it says why them."""
    return _renew(locked, fields)


def _renew(locked: Locked[JointFacts], fields: AddUnits) -> Done:
    joint, now = locked.facts, locked.now
    there = {m.unit for m in joint.present}
    fresh = tuple(unit for unit in fields.units if unit not in there)
    said, entry = aimed(locked, fields, fresh)
    case = case_queries.facts(joint.case)
    units, due_at = grant_units(
        locked,
        joint.kind,
        fresh,
        lead=joint.initiator,
        desk=case.desk,
        there=(),
        due_at=fields.due_at,
        latest=rules.clock_of(case.duties),
        accused_reason=fields.accused_reason,
        town_ends=joint.duties.get(DutyKind.CONCLUDE) if joint.emergency else None,
        ruled_out=queries.ruled_out(joint.case) if joint.kind == Kind.WHISTLE else (),
    )
    invite(joint, units, task=fields.task, due_at=due_at, now=now)
    ask_again(locked, [unit for unit in fields.units if unit in there], due_at=due_at)
    owed = locked.pack.binds(UPLOADED[joint.kind])
    cases.note(
        joint.case,
        JointRenewed(what=joint.kind.label, number=joint.number, form=FORM_AGAIN if owed else ""),
        actor=locked.actor,
        seat=locked.seat,
        norm=norms.JOINT_AGAIN,
        now=now,
        pack=locked.pack,
        opens=[OWED[joint.kind]],
    )
    tell_case(locked, units)
    names = organisations.unit_names(fields.units)
    happening = Renewed(
        units=fields.units,
        unit_names=tuple(names.get(unit, unit) for unit in fields.units),
        task=fields.task,
        due_at=due_at or now,
        accused_reason=fields.accused_reason,
        **said,
    )
    changes = {
        "resolved": None,
        "met_at": None,
        "concluded_at": None,
        "filed_at": now if joint.filing else None,
        "acknowledged_at": None,
        **entry,
    }
    opens = asked(joint, fields.units, locked.pack, due_at=due_at)
    return advance(locked, happening, singly=Singly(opens=opens), changes=changes | entry)


@act(Act.VOID, WithReason, ask=rules.may_void)
def void(locked: Locked[JointFacts], fields: WithReason) -> Done:
    """With nobody left the lead takes its request back; the case needs no form."""
    joint = locked.facts
    cases.note(
        joint.case,
        JointTakenBack(what=joint.kind.label, number=joint.number),
        actor=locked.actor,
        seat=locked.seat,
        norm=locked.move.norm,
        now=locked.now,
        pack=locked.pack,
        lapses=[OWED[joint.kind]],
    )
    return advance(locked, Voided(reason=fields.reason))


@act(Act.DISSOLVE, NoFields, ask=rules.may_dissolve)
def dissolve(locked: Locked[JointFacts], fields: NoFields) -> Done:
    """What stood on a case that has ended, or went elsewhere, ends with it."""
    return advance(locked, Dissolved(case_stage=put(locked.facts.case_stage.label, locked.pack)))

"""Units that refuse what they were designated or determined for: put on file, heard, handed over."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from bihuan.cases import commands as cases
from bihuan.cases import queries as case_queries
from bihuan.cases.rules import impartial, may_go_to_body
from bihuan.cases.types import Act as CaseAct
from bihuan.cases.types import CaseFacts, Part
from bihuan.determination import queries, rules
from bihuan.determination.commands.life import REFERRAL_LIFE, bind, digest, named
from bihuan.determination.models import Evidence, Referral, ReferralParticipation
from bihuan.determination.stages import REFERRAL
from bihuan.determination.types import Designation, ReferralAct, ReferralDuty, ReferralFacts, ReferralStage
from bihuan.determination.types.forms import (
    AddEvidence,
    Drop,
    ExplainRefusal,
    Receipt,
    RecordRefusal,
    Result,
    Send,
    SignLetter,
)
from bihuan.determination.types.happenings import (
    EvidenceAdded,
    LetterReceived,
    LetterSigned,
    ReferralConcluded,
    RefusalDropped,
    RefusalExplained,
    RefusalNoted,
    RefusalRecorded,
    RefusalReferred,
    SilenceNoticed,
)
from bihuan.duties.life import Locked
from bihuan.duties.types import Opening, Singly
from bihuan.kernel.actor import Actor
from bihuan.kernel.fields import Fields
from bihuan.kernel.refusal import Refusal
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import Post
from bihuan.policy.calendar import ZONE
from bihuan.policy.pack import Capacity
from bihuan.record import queries as record
from bihuan.record.commands import Ask, begin, command, count_up
from bihuan.record.types import AttemptRefused, Done, EventRow

Form = TypeVar("Form", bound=Fields)
Write = Callable[[Locked[ReferralFacts], Form], Done]


@command(subject="case", act=CaseAct.RECORD_REFUSAL, fields=RecordRefusal, ask=rules.may_record_refusal)
def record_refusal(
    *, number: str, fields: RecordRefusal, actor: Actor, now: datetime, version: int | None = None
) -> Done:
    """The centre puts an express refusal on file; what the unit tried before is evidence with it."""
    locked = cases.LIFE.begin(number, CaseAct.RECORD_REFUSAL, actor=actor, now=now, version=version)
    case, at = locked.facts, fields.refused_at.astimezone(ZONE)
    unit = case.lead or ""
    standing = queries.open_referral(number, unit)
    locked.grant(rules.may_have_refused(at, since=case.assigned_at, now=now, standing=standing))
    name = organisations.unit_names([unit]).get(unit, unit)
    opened = _open(locked, unit, name, fields, at)
    happening = RefusalNoted(number=opened, unit=unit, unit_name=name, how=fields.how, situation=fields.situation)
    return replace(cases.LIFE.advance(locked, happening), began=opened)


def _open(locked: Locked[CaseFacts], unit: str, name: str, fields: RecordRefusal, at: datetime) -> str:
    """Write the referral and begin its life, in the transaction of the case's act; answers its number."""
    case, now, actor = locked.facts, locked.now, locked.actor
    place, year = organisations.jurisdiction(case.jurisdiction), organisations.today(now).year
    sequence = count_up(f"referral/{place.code}/{year}", place.code)
    row = Referral.objects.create(
        number=f"{place.prefix}{year}Y{sequence:04d}",
        jurisdiction=case.jurisdiction,
        pack=case.pack,
        case_id=case.number,
        title=case.title,
        unit=unit,
        stage=str(ReferralStage.OPEN),
        stage_at=now,
        started_at=now,
        started_by=actor.account,
        designation=(Designation.DETERMINED if case.adjudicated else Designation.NAMED).label,
        how=fields.how,
        refused_at=at,
        situation=fields.situation,
    )
    ReferralParticipation.objects.bulk_create(
        ReferralParticipation(referral=row, unit=code, part=part, since=now)
        for code, part in ((case.desk, Part.DESK), (unit, Part.LEAD))
    )
    attempts = _attempts(case, unit)
    Evidence.objects.bulk_create(
        [
            Evidence(referral_id=row.number, at=e.at, by=e.account, what="系统留痕", text=f"{e.name}{e.sentence}")
            for e in attempts
        ]
    )
    found = queries.referral(row.number)
    move = REFERRAL.row(None, ReferralAct.RECORD)
    assert move is not None
    chain = begin(found.subject, case.jurisdiction)
    happening = RefusalRecorded(
        case=case.number,
        unit=unit,
        unit_name=name,
        how=fields.how,
        refused_at=at,
        situation=fields.situation,
        attempts=tuple(e.sentence for e in attempts),
        attachments=fields.attachments,
    )
    REFERRAL_LIFE.open_first(chain, found, happening, move=move, seat=locked.seat, actor=actor, now=now)
    _keep(Locked(found, chain, move, locked.seat, locked.pack, actor, now), fields.how, fields.situation, fields)
    return row.number


def _attempts(case: CaseFacts, unit: str) -> list[EventRow]:
    """What speaks for a refusal since the case came to the unit: that it did nothing, what it tried and was refused."""
    return [
        event
        for event in record.events(case.subject)
        if (event.kind == SilenceNoticed.kind or (event.kind == AttemptRefused.kind and event.unit == unit))
        and (case.assigned_at is None or event.at >= case.assigned_at)
    ]


def _keep(locked: Locked[ReferralFacts], what: str, text: str, fields: Any) -> None:
    """Keep a piece of evidence with its files."""
    bind(locked, fields.attachments)
    Evidence.objects.create(
        referral_id=locked.facts.number,
        at=locked.now,
        by=locked.actor.account,
        what=what[:64],
        text=text,
        attachments=list(fields.attachments),
    )


def act(word: ReferralAct, form: type[Form], *, ask: Ask | None = None) -> Callable[[Write[Form]], Callable[..., Done]]:
    """Declare an act of a referral."""

    def declare(write: Write[Form]) -> Callable[..., Done]:
        def run(*, number: str, fields: Form, actor: Actor, now: datetime, version: int | None = None) -> Done:
            return write(REFERRAL_LIFE.begin(number, word, actor=actor, now=now, version=version), fields)

        run.__module__, run.__doc__ = write.__module__, write.__doc__
        run.__qualname__ = run.__name__ = write.__name__
        return command(subject="referral", act=word, fields=form, ask=ask)(run)

    return declare


@act(ReferralAct.EXPLAIN, ExplainRefusal, ask=rules.may_explain_refusal)
def explain(locked: Locked[ReferralFacts], fields: ExplainRefusal) -> Done:
    """The unit gives its side; it stands with the evidence."""
    file = locked.facts
    _keep(locked, "单位说明", fields.explanation, fields)
    happening = RefusalExplained(
        unit=file.unit, unit_name=file.unit_name, explanation=fields.explanation, attachments=fields.attachments
    )
    changes = {"explained_at": locked.now, "explanation": fields.explanation}
    return REFERRAL_LIFE.advance(locked, happening, changes=changes)


@act(ReferralAct.ADD_EVIDENCE, AddEvidence)
def add_evidence(locked: Locked[ReferralFacts], fields: AddEvidence) -> Done:
    """The centre puts a further piece of evidence on file."""
    _keep(locked, "补充证据", fields.evidence, fields)
    return REFERRAL_LIFE.advance(locked, EvidenceAdded(evidence=fields.evidence, attachments=fields.attachments))


@act(ReferralAct.SEND, Send, ask=rules.may_send)
def send(locked: Locked[ReferralFacts], fields: Send) -> Done:
    """The centre hands the refusal with its evidence over, to whoever is competent for that unit."""
    file, now = locked.facts, locked.now
    case, bodies = case_queries.facts(file.case), organisations.units_with(Capacity.DISCIPLINE, file.jurisdiction)
    discipline = next(iter([*impartial(bodies, case), *bodies]), None)
    recipient = rules.route(named(locked, file.unit)[file.unit], discipline, locked.pack)
    if isinstance(recipient, Refusal):
        locked.grant(recipient)
        raise AssertionError("a refusal is raised")
    bind(locked, fields.attachments)
    if discipline is not None and recipient == discipline.name:
        locked.grant(may_go_to_body([discipline], case=case))
        of = Referral.objects.values_list("id", flat=True).get(number=file.number)
        ReferralParticipation.objects.create(referral_id=of, unit=discipline.code, part=str(Part.DISCIPLINE), since=now)
    evidence = queries.evidence(file.number)
    sealed = digest(fields.document_number, recipient, fields.verified, *(e.text for e in evidence))
    happening = RefusalReferred(
        document_number=fields.document_number,
        recipient=recipient,
        verified=fields.verified,
        evidence=len(evidence),
        attachments=fields.attachments,
        digest=sealed,
    )
    changes = {
        "recipient": recipient,
        "document_number": fields.document_number,
        "verified": fields.verified,
        "sent_at": now,
        "digest": sealed,
    }
    return REFERRAL_LIFE.advance(locked, happening, changes=changes)


@act(ReferralAct.SIGN_LETTER, SignLetter, ask=rules.may_sign_letter)
def sign_letter(locked: Locked[ReferralFacts], fields: SignLetter) -> Done:
    """A head of the centre who did not put the refusal on file signs the letter; whoever gets it owes what follows."""
    post = locked.pack.called(locked.seat.post)
    happening = LetterSigned(
        signer=locked.actor.account, signer_name=locked.actor.name, signer_post=post, opinion=fields.opinion
    )
    changes = {"signed_at": locked.now, "signer_name": locked.actor.name, "signer_post": post}
    return REFERRAL_LIFE.advance(locked, happening, changes=changes, singly=Singly(opens=_following(locked)))


def _following(locked: Locked[ReferralFacts]) -> tuple[Opening, ...]:
    """Receipt and result, owed by the discipline body; of a body outside, by the desk that hears of them."""
    file = locked.facts
    outside = Part.DISCIPLINE not in file.parts
    parts = {**file.parts, str(Part.DISCIPLINE): file.parts[Part.DESK]} if outside else file.parts
    owed = (
        REFERRAL_LIFE.opening(kind, file, parts, locked.pack) for kind in (ReferralDuty.RECEIPT, ReferralDuty.RESULT)
    )
    return tuple(replace(one, post=Post.DISPATCHER) if outside else one for one in owed)


@act(ReferralAct.RECEIPT, Receipt, ask=rules.may_follow)
def receipt(locked: Locked[ReferralFacts], fields: Receipt) -> Done:
    """The letter was taken, by whom and when."""
    file = locked.facts
    locked.grant(rules.may_have_been_taken(fields.taken_at, sent_at=file.sent_at, now=locked.now))
    bind(locked, fields.attachments)
    happening = LetterReceived(
        recipient=file.recipient,
        taken_by=fields.taken_by,
        taken_at=fields.taken_at.astimezone(ZONE),
        attachments=fields.attachments,
    )
    changes = {"taken_by": fields.taken_by, "taken_at": fields.taken_at}
    return REFERRAL_LIFE.advance(locked, happening, changes=changes)


@act(ReferralAct.RESULT, Result, ask=rules.may_follow)
def result(locked: Locked[ReferralFacts], fields: Result) -> Done:
    """What came of it."""
    file, today = locked.facts, organisations.today(locked.now)
    sent_on = organisations.today(file.sent_at or locked.now)
    locked.grant(rules.may_have_concluded(fields.concluded_on, sent_on=sent_on, today=today))
    bind(locked, fields.attachments)
    happening = ReferralConcluded(
        recipient=file.recipient,
        result=fields.result,
        reference=fields.reference,
        concluded_on=fields.concluded_on,
        attachments=fields.attachments,
    )
    changes = {
        "result": fields.result,
        "result_reference": fields.reference,
        "concluded_on": fields.concluded_on,
    }
    return REFERRAL_LIFE.advance(locked, happening, changes=changes)


@act(ReferralAct.DROP, Drop)
def drop(locked: Locked[ReferralFacts], fields: Drop) -> Done:
    """Nothing is handed over: the unit has taken the case on, or did not refuse."""
    return REFERRAL_LIFE.advance(locked, RefusalDropped(reason=fields.reason), changes={"dropped": fields.reason})

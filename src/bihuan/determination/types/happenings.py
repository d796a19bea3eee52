"""What happened in determinations and referrals, and what cases are told of them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from bihuan.determination.types import Outcome
from bihuan.kernel.happening import Happening

_SAID = frozenset({"position", "law"})


@dataclass(frozen=True, kw_only=True, slots=True)
class DeterminationOpened(Happening):
    """Told in the case: who is responsible will be determined."""

    kind: ClassVar[str] = "determination.case-disputed"
    sentence: ClassVar[str] = "{by}提请认定责任主体（{number}）"
    private: ClassVar[frozenset[str]] = frozenset({"dispute"})

    number: str
    by: str
    dispute: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseAdjudicated(Happening):
    """Told in the case: the dispute went to those who determine it."""

    kind: ClassVar[str] = "determination.case-submitted"
    sentence: ClassVar[str] = "移交{bodies}联合认定责任主体，办理时限暂停"

    number: str
    bodies: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseDetermined(Happening):
    """Told in the case: the written opinion came."""

    kind: ClassVar[str] = "determination.case-determined"
    sentence: ClassVar[str] = "书面认定意见{opinion_number}：{finding}"

    number: str
    opinion_number: str
    finding: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseReported(Happening):
    """Told in the case: a special report went to the district."""

    kind: ClassVar[str] = "determination.case-reported"
    sentence: ClassVar[str] = "以{report_number}报⟨leadership⟩指定责任单位"

    number: str
    report_number: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseDesignated(Happening):
    """Told in the case: the district named a unit."""

    kind: ClassVar[str] = "determination.case-designated"
    sentence: ClassVar[str] = "{leader}批示指定{unit_name}办理"

    number: str
    leader: str
    unit: str
    unit_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseTakenBack(Happening):
    """Told in the case: it is the centre's to give out anew."""

    kind: ClassVar[str] = "determination.case-taken-back"
    sentence: ClassVar[str] = "责任主体认定结束（{why}），收回重新分派"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    number: str
    why: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CaseNotReferred(Happening):
    """Told in the case: the centre did not refer the dispute."""

    kind: ClassVar[str] = "determination.case-not-referred"
    sentence: ClassVar[str] = "不移交责任主体认定，继续办理"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    number: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ResponsibilitySettled(Happening):
    """Told in the case: such matters have an owner from now on."""

    kind: ClassVar[str] = "determination.case-followed-up"
    sentence: ClassVar[str] = "⟨staffing⟩确定该类问题的承办责任，列入派单目录{code}"

    number: str
    code: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DeterminationBegun(Happening):
    """A determination began."""

    kind: ClassVar[str] = "determination.begun"
    sentence: ClassVar[str] = "{by}提请认定责任主体，争议单位：{party_names}"
    private: ClassVar[frozenset[str]] = frozenset({"dispute"})

    case: str
    by: str
    requested_by: str
    parties: tuple[str, ...]
    party_names: tuple[str, ...]
    dispute: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PartiesAdded(Happening):
    """Further units were asked what they hold."""

    kind: ClassVar[str] = "determination.parties-added"
    sentence: ClassVar[str] = "请{party_names}说明意见"

    parties: tuple[str, ...]
    party_names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PositionStated(Happening):
    """A unit said what it holds."""

    kind: ClassVar[str] = "determination.position-stated"
    sentence: ClassVar[str] = "{unit_name}说明意见"
    private: ClassVar[frozenset[str]] = _SAID

    unit: str
    unit_name: str
    position: str
    law: str
    suggested_unit: str | None
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class FileSubmitted(Happening):
    """The dispute file went to the staffing and justice bodies."""

    kind: ClassVar[str] = "determination.submitted"
    sentence: ClassVar[str] = "争议材料移交{bodies}联合认定"
    private: ClassVar[frozenset[str]] = frozenset({"background", "dispute", "law", "question", "missing"})

    bodies: tuple[str, ...]
    background: str
    dispute: str
    law: str
    question: str
    missing: str
    attachments: tuple[int, ...]
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Declined(Happening):
    """The centre did not refer the dispute."""

    kind: ClassVar[str] = "determination.declined"
    sentence: ClassVar[str] = "受理单位决定不移交认定"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MaterialAsked(Happening):
    """A body needs more to go on."""

    kind: ClassVar[str] = "determination.material-asked"
    sentence: ClassVar[str] = "要求补充材料"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MaterialAdded(Happening):
    """The centre added to the dispute file."""

    kind: ClassVar[str] = "determination.material-added"
    sentence: ClassVar[str] = "补充认定材料"
    private: ClassVar[frozenset[str]] = frozenset({"material"})

    material: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Opined(Happening):
    """The staffing or the justice body said what it holds."""

    kind: ClassVar[str] = "determination.opined"
    sentence: ClassVar[str] = "{unit_name}提出会商意见：{outcome}"
    private: ClassVar[frozenset[str]] = frozenset({"opinion", "law"})

    unit: str
    unit_name: str
    outcome: Outcome
    suggested_unit: str | None
    opinion: str
    law: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class OpinionIssued(Happening):
    """The written opinion was issued."""

    kind: ClassVar[str] = "determination.opinion-issued"
    sentence: ClassVar[str] = "出具书面认定意见{opinion_number}：{finding}{dissent}"
    private: ClassVar[frozenset[str]] = frozenset({"opinion", "law", "reasonableness", "differs_because"})

    opinion_number: str
    finding: str
    unit: str
    opinion: str
    law: str
    reasonableness: str
    attachments: tuple[int, ...]
    digest: str
    unheard_because: str = ""
    dissent: str = ""
    """Which of the two bodies held something else, in the words of the sentence."""
    differs_because: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ResponsibleAssigned(Happening):
    """The case went to whoever was determined or designated."""

    kind: ClassVar[str] = "determination.assigned"
    sentence: ClassVar[str] = "工单派给{unit_name}，不得退单"

    unit: str
    unit_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class GapReported(Happening):
    """The special report went to the district."""

    kind: ClassVar[str] = "determination.gap-reported"
    sentence: ClassVar[str] = "签发{report_number}，报⟨leadership⟩"
    private: ClassVar[frozenset[str]] = frozenset({"gap", "suggestion"})

    report_number: str
    gap: str
    suggestion: str
    attachments: tuple[int, ...]
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Designated(Happening):
    """The district named a unit."""

    kind: ClassVar[str] = "determination.designated"
    sentence: ClassVar[str] = "{leader}批示，指定{unit_name}从速办理"
    private: ClassVar[frozenset[str]] = frozenset({"text"})

    leader: str
    text: str
    unit: str
    unit_name: str
    due_at: datetime | None
    attachments: tuple[int, ...]
    leader_account: str = ""
    issued_on: date | None = None
    reference: str = ""
    scan: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TakenBack(Happening):
    """The centre gives the case out anew."""

    kind: ClassVar[str] = "determination.taken-back"
    sentence: ClassVar[str] = "收回重新分派"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ResponsibilityEstablished(Happening):
    """The staffing body settled whose such matters are."""

    kind: ClassVar[str] = "determination.responsibility-established"
    sentence: ClassVar[str] = "确定“{matter}”由{unit_name}承办，列入派单目录{code}，自{from_on}起"

    code: str
    matter: str
    unit: str
    unit_name: str
    co_units: tuple[str, ...]
    basis: str
    from_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class ContactNamed(Happening):
    """A unit named the person who speaks for it in determinations."""

    kind: ClassVar[str] = "determination.contact-named"
    sentence: ClassVar[str] = "{unit}明确{account}为认定会商联络人，自{from_on}起"

    unit: str
    account: str
    from_on: date
    succeeded: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Dissolved(Happening):
    """The case ended before anything was determined."""

    kind: ClassVar[str] = "determination.dissolved"
    sentence: ClassVar[str] = "工单已“{case_stage}”，责任主体认定随之终止"

    case_stage: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SilenceNoticed(Happening):
    """Told in the case: a designated or determined unit does nothing, and the desk is to check why."""

    kind: ClassVar[str] = "case.silence-noticed"
    sentence: ClassVar[str] = "{unit_name}{found}，由派单员核查是否拒不承担"

    unit: str
    unit_name: str
    found: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusalDenied(Happening):
    """Told in the case: the silence was no refusal."""

    kind: ClassVar[str] = "case.no-refusal"
    sentence: ClassVar[str] = "核查：不属拒不承担"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusalNoted(Happening):
    """Told in the case: the unit refuses."""

    kind: ClassVar[str] = "referral.case-refused"
    sentence: ClassVar[str] = "登记{unit_name}拒不承担（{how}），移交线索{number}"
    private: ClassVar[frozenset[str]] = frozenset({"situation"})

    number: str
    unit: str
    unit_name: str
    how: str
    situation: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusalRecorded(Happening):
    """A refusal is on file."""

    kind: ClassVar[str] = "referral.recorded"
    sentence: ClassVar[str] = "登记{unit_name}拒不承担（{how}，{refused_at}）"
    private: ClassVar[frozenset[str]] = frozenset({"situation"})

    case: str
    unit: str
    unit_name: str
    how: str
    refused_at: datetime
    situation: str
    attempts: tuple[str, ...]
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusalExplained(Happening):
    """The unit gave its side."""

    kind: ClassVar[str] = "referral.explained"
    sentence: ClassVar[str] = "{unit_name}说明情况"
    private: ClassVar[frozenset[str]] = frozenset({"explanation"})

    unit: str
    unit_name: str
    explanation: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class EvidenceAdded(Happening):
    """A further piece of evidence is on file."""

    kind: ClassVar[str] = "referral.evidence-added"
    sentence: ClassVar[str] = "补充证据"
    private: ClassVar[frozenset[str]] = frozenset({"evidence"})

    evidence: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusalReferred(Happening):
    """The refusal was handed over."""

    kind: ClassVar[str] = "referral.sent"
    sentence: ClassVar[str] = "以{document_number}移交{recipient}追责问责"
    private: ClassVar[frozenset[str]] = frozenset({"verified"})

    document_number: str
    recipient: str
    verified: str
    evidence: int
    attachments: tuple[int, ...]
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class RefusalDropped(Happening):
    """Nothing is handed over."""

    kind: ClassVar[str] = "referral.dropped"
    sentence: ClassVar[str] = "不予移交"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterSigned(Happening):
    """The letter by which a refusal is handed over was signed."""

    kind: ClassVar[str] = "referral.letter-signed"
    sentence: ClassVar[str] = "移交函由{signer_name}（{signer_post}）签发"
    private: ClassVar[frozenset[str]] = frozenset({"opinion"})

    signer: str
    signer_name: str
    signer_post: str
    opinion: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LetterReceived(Happening):
    """The letter was taken."""

    kind: ClassVar[str] = "referral.received"
    sentence: ClassVar[str] = "{recipient}签收移交函（{taken_at}）"
    private: ClassVar[frozenset[str]] = frozenset({"taken_by"})

    recipient: str
    taken_by: str
    taken_at: datetime
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class ReferralConcluded(Happening):
    """What came of the referral."""

    kind: ClassVar[str] = "referral.concluded"
    sentence: ClassVar[str] = "{recipient}反馈追责问责结果（{concluded_on}）"
    private: ClassVar[frozenset[str]] = frozenset({"result"})

    recipient: str
    result: str
    reference: str
    concluded_on: date
    attachments: tuple[int, ...]

"""What happened in joint handling."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar

from bihuan.dispatch.types import ContactMethod, UnitFollowUp
from bihuan.joint.types import Emergency, Filing, Grade, WhistleType, WorkForm
from bihuan.kernel.happening import Happening


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkageRequested(Happening):
    """Units were asked to handle the case together with the lead."""

    kind: ClassVar[str] = "joint.linkage-requested"
    sentence: ClassVar[str] = "提出联动要求：{unit_names}"
    private: ClassVar[frozenset[str]] = frozenset({"task", "accused_reason"})

    linkage: str
    units: tuple[str, ...]
    unit_names: tuple[str, ...]
    task: str
    due_at: datetime
    accused_reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class WhistleBlown(Happening):
    """A town called departments to its side."""

    kind: ClassVar[str] = "joint.whistle-blown"
    sentence: ClassVar[str] = "吹{blown}：请{unit_names}报到{entered_later}"
    private: ClassVar[frozenset[str]] = frozenset(
        {
            "task",
            "pre_study",
            "basis",
            "off_list_reason",
            "instruction",
            "accused_reason",
            "beyond_reason",
            "late_entry",
        }
    )

    whistle: str
    whistle_type: WhistleType | None
    blown: str
    """The word of the sentence for what was blown."""
    units: tuple[str, ...]
    unit_names: tuple[str, ...]
    task: str
    pre_study: str
    basis: str
    emergency: Emergency | None
    topic: str
    off_list_reason: str
    instruction: str
    filing: Filing | None
    due_at: datetime
    accused_reason: str = ""
    beyond_entry: tuple[str, ...] = ()
    beyond_reason: str = ""
    left_out: tuple[str, ...] = ()
    leader: str = ""
    leader_account: str = ""
    issued_on: date | None = None
    reference: str = ""
    scan: tuple[int, ...] = ()
    blown_at: datetime | None = None
    """When it was blown by telephone, where it was entered later."""
    entered_later: str = ""
    """The words of the sentence for it."""
    late_entry: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class JointBegun(Happening):
    """Joint handling of a case began."""

    kind: ClassVar[str] = "joint.begun"
    sentence: ClassVar[str] = "{what}{filed}"

    case: str
    what: str
    initiator: str
    units: tuple[str, ...]
    filing: Filing | None
    filed: str
    """The words of the sentence for it."""
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class JointRenewed(Happening):
    """Joint handling of the case began again."""

    kind: ClassVar[str] = "joint.case-renewed"
    sentence: ClassVar[str] = "{what}再次进行{form}"

    what: str
    number: str
    form: str = ""
    """The words of the sentence for the form that is owed anew, where there is one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitsJoined(Happening):
    """Units came to take part in the case."""

    kind: ClassVar[str] = "joint.units-joined"
    sentence: ClassVar[str] = "{unit_names}参加办理"

    units: tuple[str, ...]
    unit_names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitsAdded(Happening):
    """Further units were asked to join."""

    kind: ClassVar[str] = "joint.units-added"
    sentence: ClassVar[str] = "增加{unit_names}"
    private: ClassVar[frozenset[str]] = frozenset({"task", "accused_reason", "basis", "beyond_reason"})

    units: tuple[str, ...]
    unit_names: tuple[str, ...]
    task: str
    due_at: datetime
    accused_reason: str = ""
    basis: str = ""
    beyond_entry: tuple[str, ...] = ()
    beyond_reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class FilingAcknowledged(Happening):
    """The platform took note."""

    kind: ClassVar[str] = "joint.filing-acknowledged"
    sentence: ClassVar[str] = "平台确认报备"
    private: ClassVar[frozenset[str]] = frozenset({"opinion"})

    opinion: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FiledBySystem(Happening):
    """A town filed electronically after all."""

    kind: ClassVar[str] = "joint.filed"
    sentence: ClassVar[str] = "改为电子报备"


@dataclass(frozen=True, kw_only=True, slots=True)
class CallRecorded(Happening):
    """The platform's operator entered the call."""

    kind: ClassVar[str] = "joint.call-recorded"
    sentence: ClassVar[str] = "平台登记电话报备（来电时间{called_at}）"
    private: ClassVar[frozenset[str]] = frozenset({"caller", "note"})

    caller: str
    called_at: datetime
    note: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EmergencyNoted(Happening):
    """An office took note of the emergency."""

    kind: ClassVar[str] = "joint.emergency-noted"
    sentence: ClassVar[str] = "⟨supervision⟩已知悉应急吹哨"

    unit: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Accepted(Happening):
    """A co-unit took on its part."""

    kind: ClassVar[str] = "joint.accepted"
    sentence: ClassVar[str] = "受理联动"
    private: ClassVar[frozenset[str]] = frozenset({"contact"})

    unit: str
    contact: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedIn(Happening):
    """A department reported at the town's side."""

    kind: ClassVar[str] = "joint.checked-in"
    sentence: ClassVar[str] = "报到（{work_form}，{arrived_at}）"
    private: ClassVar[frozenset[str]] = frozenset({"place", "people"})

    unit: str
    place: str
    people: str
    work_form: WorkForm
    arrived_at: datetime
    photo: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkRecorded(Happening):
    """A unit told what it did so far."""

    kind: ClassVar[str] = "joint.work-recorded"
    sentence: ClassVar[str] = "登记配合办理情况"
    private: ClassVar[frozenset[str]] = frozenset({"work"})

    unit: str
    work: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class UpwardContacted(Happening):
    """A department spoke with its superior body."""

    kind: ClassVar[str] = "joint.upward-contacted"
    sentence: ClassVar[str] = "与上级主管部门{body}沟通（{method}）"
    private: ClassVar[frozenset[str]] = frozenset({"outcome"})

    unit: str
    body: str
    method: ContactMethod
    contacted_at: datetime
    outcome: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Finished(Happening):
    """A unit did its part."""

    kind: ClassVar[str] = "joint.finished"
    sentence: ClassVar[str] = "配合办理完毕"
    private: ClassVar[frozenset[str]] = frozenset({"result"})

    unit: str
    result: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class AskedOut(Happening):
    """A co-unit asked to be let go: by the lead, or by the centre that named it."""

    kind: ClassVar[str] = "joint.asked-out"
    sentence: ClassVar[str] = "申请退出，由{decider}答复"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    unit: str
    reason: str
    decider: str = "首接单位"


@dataclass(frozen=True, kw_only=True, slots=True)
class Released(Happening):
    """The lead let a co-unit go."""

    kind: ClassVar[str] = "joint.released"
    sentence: ClassVar[str] = "同意{unit_name}退出"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    unit: str
    unit_name: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept(Happening):
    """The lead needs the co-unit."""

    kind: ClassVar[str] = "joint.kept"
    sentence: ClassVar[str] = "不同意{unit_name}退出"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    unit: str
    unit_name: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Objected(Happening):
    """A department held that it was called wrongly."""

    kind: ClassVar[str] = "joint.objected"
    sentence: ClassVar[str] = "提出吹错哨"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    unit: str
    reason: str
    suggested_unit: str | None


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectionUpheld(Happening):
    """The centre ruled that a department was called wrongly."""

    kind: ClassVar[str] = "joint.objection-upheld"
    sentence: ClassVar[str] = "裁定对{unit_name}吹错哨，不再报到"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    unit: str
    unit_name: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ObjectionOverruled(Happening):
    """The centre ruled that a department was called rightly."""

    kind: ClassVar[str] = "joint.objection-overruled"
    sentence: ClassVar[str] = "裁定{unit_name}应当报到"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    unit: str
    unit_name: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class MeetingHeld(Happening):
    """The lead called the units together."""

    kind: ClassVar[str] = "joint.meeting-held"
    sentence: ClassVar[str] = "牵头召集会商（{held_at}）"
    private: ClassVar[frozenset[str]] = frozenset({"place", "attendees", "conclusions"})

    held_at: datetime
    place: str
    attendees: str
    conclusions: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class PassiveNotified(Happening):
    """The lead told the centre of a unit that does not pull its weight."""

    kind: ClassVar[str] = "joint.passive-notified"
    sentence: ClassVar[str] = "向⟨desk⟩通报{unit_name}消极配合"
    private: ClassVar[frozenset[str]] = frozenset({"situation"})

    unit: str
    unit_name: str
    situation: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Reminded(Happening):
    """The centre reminded the units of which it was told."""

    kind: ClassVar[str] = "joint.reminded"
    sentence: ClassVar[str] = "督促提醒{unit_names}"
    private: ClassVar[frozenset[str]] = frozenset({"text"})

    units: tuple[str, ...]
    unit_names: tuple[str, ...]
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained(Happening):
    """A unit gave its side."""

    kind: ClassVar[str] = "joint.explained"
    sentence: ClassVar[str] = "说明情况"
    private: ClassVar[frozenset[str]] = frozenset({"explanation"})

    unit: str
    explanation: str
    attachments: tuple[int, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class DifficultyReported(Happening):
    """The lead's head reported to the district."""

    kind: ClassVar[str] = "joint.difficulty-reported"
    sentence: ClassVar[str] = "主要负责人向⟨leadership⟩汇报，转{leader_name}协调处置"
    private: ClassVar[frozenset[str]] = frozenset({"difficulty", "request"})

    difficulty: str
    request: str
    leader: str
    leader_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Instructed(Happening):
    """The district's leader decided."""

    kind: ClassVar[str] = "joint.instructed"
    sentence: ClassVar[str] = "{leader}批示"
    private: ClassVar[frozenset[str]] = frozenset({"text", "accused_reason"})

    leader: str
    text: str
    units: tuple[str, ...]
    attachments: tuple[int, ...]
    accused_reason: str = ""
    leader_account: str = ""
    issued_on: date | None = None
    reference: str = ""
    scan: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RaisedToTough(Happening):
    """A routine whistle became a tough one."""

    kind: ClassVar[str] = "joint.raised-to-tough"
    sentence: ClassVar[str] = "升为攻坚哨{urgently}"
    private: ClassVar[frozenset[str]] = frozenset(
        {"reason", "off_list_reason", "accused_reason", "beyond_reason", "basis"}
    )

    reason: str
    topic: str
    off_list_reason: str
    units: tuple[str, ...]
    basis: str = ""
    emergency: Emergency | None = None
    urgently: str = ""
    """The words of the sentence for an emergency."""
    accused_reason: str = ""
    beyond_entry: tuple[str, ...] = ()
    beyond_reason: str = ""
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class RaisedToKey(Happening):
    """A tough whistle became a key one."""

    kind: ClassVar[str] = "joint.raised-to-key"
    sentence: ClassVar[str] = "攻坚哨仍未解决，升为重点哨，转{leader_name}研究"
    private: ClassVar[frozenset[str]] = frozenset({"difficulty", "request"})

    difficulty: str
    request: str
    leader: str
    leader_name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Concluded(Happening):
    """The lead ended the work together."""

    kind: ClassVar[str] = "joint.concluded"
    sentence: ClassVar[str] = "结束联合办理（{outcome}）"
    private: ClassVar[frozenset[str]] = frozenset({"summary", "no_meeting_reason"})

    resolved: bool
    outcome: str
    summary: str
    unfinished: tuple[str, ...]
    unnotified: tuple[str, ...] = ()
    """Those among them of whom the platform was not notified, where a regulation knows no such notices."""
    no_meeting_reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class JointConcluded(Happening):
    """Joint handling of the case ended, and the regulation asks for no form."""

    kind: ClassVar[str] = "joint.case-concluded"
    sentence: ClassVar[str] = "{what}（{number}）结束（{outcome}），按本地规定不填备案表，办理情况随本件在案"

    what: str
    number: str
    outcome: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NotReported(Happening):
    """The head decided not to report the difficulty."""

    kind: ClassVar[str] = "joint.not-reported"
    sentence: ClassVar[str] = "共同办理没有解决，主要负责人决定不向⟨leadership⟩汇报"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DesignatedReleased(Happening):
    """The centre let a co-unit go that it had named."""

    kind: ClassVar[str] = "joint.designated-released"
    sentence: ClassVar[str] = "平台同意指定的协办单位{unit_name}退出"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    number: str
    unit: str
    unit_name: str
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Graded(Happening):
    """The lead graded a unit."""

    kind: ClassVar[str] = "joint.graded"
    sentence: ClassVar[str] = "评价{unit_name}的配合情况：{grade}"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    unit: str
    unit_name: str
    grade: Grade
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FormFiled(Happening):
    """The form was filled in."""

    kind: ClassVar[str] = "joint.form-filed"
    sentence: ClassVar[str] = "填报备案表（第{form_version}稿）"

    form_version: int
    follow_up: UnitFollowUp | None
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FormSentBack(Happening):
    """The signer wants the form written anew."""

    kind: ClassVar[str] = "joint.form-sent-back"
    sentence: ClassVar[str] = "备案表退回修改"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FormSigned(Happening):
    """The responsible deputy signed the form."""

    kind: ClassVar[str] = "joint.form-signed"
    sentence: ClassVar[str] = "备案表由{signer_name}（{signer_post}）审签"
    private: ClassVar[frozenset[str]] = frozenset({"absence", "opinion"})

    signer: str
    signer_name: str
    signer_post: str
    absence: str
    seal: tuple[int, ...]
    opinion: str
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FormUploaded(Happening):
    """The form stands with the case."""

    kind: ClassVar[str] = "joint.form-uploaded"
    sentence: ClassVar[str] = "备案表（{what}）随办理结果上传"

    what: str
    number: str
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Renewed(Happening):
    """Joint handling began again."""

    kind: ClassVar[str] = "joint.renewed"
    sentence: ClassVar[str] = "再次联合办理：{unit_names}"
    private: ClassVar[frozenset[str]] = frozenset({"task", "accused_reason", "basis", "beyond_reason"})

    units: tuple[str, ...]
    unit_names: tuple[str, ...]
    task: str
    due_at: datetime
    accused_reason: str = ""
    basis: str = ""
    beyond_entry: tuple[str, ...] = ()
    beyond_reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Voided(Happening):
    """The lead took its request back."""

    kind: ClassVar[str] = "joint.voided"
    sentence: ClassVar[str] = "撤销联合办理"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class JointTakenBack(Happening):
    """The case carries no joint handling any more."""

    kind: ClassVar[str] = "joint.taken-back"
    sentence: ClassVar[str] = "{what}已撤销，不再需要备案表"

    what: str
    number: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Dissolved(Happening):
    """Joint handling ended with its case."""

    kind: ClassVar[str] = "joint.dissolved"
    sentence: ClassVar[str] = "工单{case_stage}，联合办理终止"

    case_stage: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicEntered(Happening):
    """An entry of the list of tough whistles."""

    kind: ClassVar[str] = "joint.topic-entered"
    sentence: ClassVar[str] = "攻坚哨清单{code}：{matter}"

    code: str
    matter: str
    responders: tuple[str, ...]
    basis: str
    from_on: date


@dataclass(frozen=True, kw_only=True, slots=True)
class TopicEnded(Happening):
    """An entry was taken off the list of tough whistles."""

    kind: ClassVar[str] = "joint.topic-ended"
    sentence: ClassVar[str] = "攻坚哨清单{code}自{until_on}起停用（{reason}）"

    code: str
    until_on: date
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LiaisonNamed(Happening):
    """A unit named its liaison."""

    kind: ClassVar[str] = "joint.liaison-named"
    sentence: ClassVar[str] = "明确{account}为{unit}吹哨报到联络员，自{from_on}起"

    unit: str
    account: str
    from_on: date
    succeeded: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UnitCovered(Happening):
    """A leader's portfolio covers a unit."""

    kind: ClassVar[str] = "joint.unit-covered"
    sentence: ClassVar[str] = "{unit}由⟨leader⟩{account}分管，自{from_on}起"

    unit: str
    account: str
    from_on: date
    succeeded: str = ""

"""What lives by a stage table, and where its tables keep what its record tells."""

from collections.abc import Mapping
from dataclasses import dataclass

from bihuan.audit.replay import COMMON, Facts, Note, Replay, Told
from bihuan.cases.stages import TABLE as CASE_TABLE
from bihuan.cases.types import DUTIES as CASE_DUTIES
from bihuan.cases.types import Stage
from bihuan.determination.stages import DETERMINATION as DETERMINATIONS
from bihuan.determination.stages import REFERRAL
from bihuan.determination.types import DETERMINATION_DUTIES, REFERRAL_DUTIES
from bihuan.determination.types.happenings import CaseTakenBack, GapReported, OpinionIssued
from bihuan.dispatch.types import (
    Answered,
    CaseDispatched,
    CaseRedispatched,
    DispatchRecalled,
    LeadEnded,
    ReturnApproved,
)
from bihuan.duties.types import DutySpec
from bihuan.intake.types import CaseRegistered
from bihuan.joint.stages import LINKAGE, WHISTLE
from bihuan.joint.stages import OPEN as JOINT_OPEN
from bihuan.joint.types import DUTIES as JOINT_DUTIES
from bihuan.joint.types import Kind
from bihuan.joint.types.happenings import Concluded, JointBegun
from bihuan.kernel.stages import StageTable
from bihuan.matters.stages import TABLE as MATTER_TABLE
from bihuan.matters.types import DUTIES as MATTER_DUTIES
from bihuan.matters.types import Stage as MatterStage
from bihuan.matters.types.happenings import (
    CandidateProposed,
    CandidateReported,
    FeedbackDrafted,
    ListFollowed,
    ListLeft,
    MatterAssigned,
    MatterLeadEnded,
    MatterReassigned,
    UnsolvedProposed,
)
from bihuan.privacy.types import ERASED_TITLE, Erased


@dataclass(frozen=True, slots=True)
class Subject:
    """A kind of subject.

    `kept` selects, for an array of numbers: number, stage, whether it has ended, lead, units that take part as lead,
    the texts' digests, each after its name and a blank, and the regulation under which it stands. `numbers` selects, by
    the first word of the counters' names, jurisdiction, counter and place in it of everything numbered.
    """

    table: StageTable
    duties: Mapping[str, DutySpec]
    notes: Mapping[str, Note]
    rows: str
    parts: str
    with_unit: frozenset[str]
    kept: str
    numbers: Mapping[str, str]
    lead: str = "lead"
    """The column of the unit that leads."""

    @property
    def kind(self) -> str:
        """What stands before the number in the chain's name."""
        return self.table.subject

    @property
    def ends(self) -> list[str]:
        """The stages in which nothing is owed."""
        return sorted(map(str, self.table.ends))

    @property
    def surviving(self) -> list[str]:
        """The kinds of duty that may be open although it has ended."""
        return sorted(str(kind) for kind, spec in self.duties.items() if spec.survives)

    def replay(self) -> Replay:
        """One that lives such a subject again."""
        return Replay(self.table, {**COMMON, **self.notes})


def _sha(*texts: str) -> str:
    """The digest of texts with a line's end between them, as commands compute it."""
    return f"encode(pg_catalog.sha256(convert_to({' || chr(10) || '.join(texts)}, 'UTF8')), 'hex')"


def _registered(told: Told, facts: Facts) -> None:
    told.texts["诉求内容"] = facts["digest"]


def _erased_case(told: Told, facts: Facts) -> None:
    told.texts = {"诉求内容": facts["digest"]}


def _answered(told: Told, facts: Facts) -> None:
    told.texts[f"第{facts['answer_version']}版答复"] = facts["digest"]


def _given(told: Told, facts: Facts) -> None:
    told.lead = facts["lead"]


def _given_back(told: Told, facts: Facts) -> None:
    told.lead = None


CASE = Subject(
    table=CASE_TABLE,
    duties=CASE_DUTIES,
    notes={
        CaseRegistered.kind: _registered,
        Erased.kind: _erased_case,
        Answered.kind: _answered,
        CaseDispatched.kind: _given,
        ListFollowed.kind: _given,
        ListLeft.kind: _answered,
        CaseRedispatched.kind: _given,
        DispatchRecalled.kind: _given_back,
        ReturnApproved.kind: _given_back,
        CaseTakenBack.kind: _given_back,
        LeadEnded.kind: _given_back,
    },
    rows="cases_case",
    parts="cases_participation p WHERE p.case_id = s.id",
    with_unit=frozenset(
        {
            Stage.DISPATCHED,
            Stage.HANDLING,
            Stage.AWAITING,
            Stage.RETURN_REVIEW,
            Stage.SIGN_OFF,
            Stage.SUBMITTED,
            Stage.CALLBACK,
            Stage.REWORK,
            Stage.HUNG,
            Stage.LISTED,
        }
    ),
    kept=f"""
SELECT s.number, s.stage, s.closed_at IS NOT NULL, s.lead,
  (SELECT array_agg(p.unit) FROM cases_participation p WHERE p.case_id = s.id AND p.part = 'lead' AND p.until IS NULL),
  array['诉求内容 ' || {_sha("s.title", "t.content")}] || (
    SELECT array_agg('第' || a.version || '版答复 ' || {_sha("a.to_requester", "a.to_platform")})
    FROM dispatch_answer a WHERE a.case_id = s.number AND s.title <> '{ERASED_TITLE}'), s.pack
FROM cases_case s LEFT JOIN cases_casetext t ON t.case_id = s.id WHERE s.number = ANY(%s)""",
    numbers={
        "case": r"""
SELECT jurisdiction, 'case/' || jurisdiction || '/' || substring(number from '^[A-Z]+(\d{8})') AS counter,
  substring(number from '^[A-Z]+\d{10}(\d+)\d$')::int AS place FROM cases_case"""
    },
)


def _reported(told: Told, facts: Facts) -> None:
    told.texts["事项概述"] = facts["digest"]


def _erased_matter(told: Told, facts: Facts) -> None:
    told.texts = {"事项概述": facts["digest"]}


def _fed_back(told: Told, facts: Facts) -> None:
    told.texts[f"第{facts['feedback_version']}版反馈"] = facts["digest"]


MATTER = Subject(
    table=MATTER_TABLE,
    duties=MATTER_DUTIES,
    notes={
        CandidateProposed.kind: _reported,
        UnsolvedProposed.kind: _reported,
        Erased.kind: _erased_matter,
        CandidateReported.kind: _reported,
        FeedbackDrafted.kind: _fed_back,
        MatterAssigned.kind: _given,
        MatterReassigned.kind: _given,
        MatterLeadEnded.kind: _given_back,
    },
    rows="matters_matter",
    parts="matters_participation p WHERE p.matter_id = s.id",
    with_unit=frozenset(
        {
            MatterStage.ASSIGNED,
            MatterStage.HANDLING,
            MatterStage.FEEDBACK,
            MatterStage.REVIEW,
            MatterStage.CONFIRMED,
            MatterStage.TRACKING,
        }
    ),
    kept=f"""
SELECT s.number, s.stage, s.closed_at IS NOT NULL, s.lead,
  (SELECT array_agg(p.unit) FROM matters_participation p
   WHERE p.matter_id = s.id AND p.part = 'lead' AND p.until IS NULL),
  array['事项概述 ' || {_sha("s.title", "s.content")}] || (
    SELECT array_agg('第' || f.version || '版反馈 ' || {_sha("f.result")}) FROM matters_feedback f
    WHERE f.matter_id = s.number AND s.title <> '{ERASED_TITLE}'), s.pack
FROM matters_matter s WHERE s.number = ANY(%s)""",
    numbers={
        "matter": r"""
SELECT jurisdiction, 'matter/' || jurisdiction || '/' || substring(number from '(\d{4})H\d+$') AS counter,
  substring(number from 'H(\d+)$')::int AS place FROM matters_matter""",
        "list": r"""
SELECT jurisdiction, 'list/' || jurisdiction || '/' || substring(list_number from '〔(\d{4})〕') AS counter,
  substring(list_number from '〕(\d+)$')::int AS place FROM matters_matter WHERE list_number IS NOT NULL""",
    },
)


def _begun(told: Told, facts: Facts) -> None:
    told.lead, told.texts["联动要求"] = facts["initiator"], facts["digest"]


def _asked(told: Told, facts: Facts) -> None:
    told.texts["联动要求"] = facts["digest"]


def _concluded(told: Told, facts: Facts) -> None:
    """Whoever had not done their part stood notified to the centre as passive, where there are such notices: nothing of
    theirs is waived."""
    for owed in told.waived:
        if owed.holder in facts["unfinished"] and owed.holder not in facts.get("unnotified", ()):
            told.let_off(f"{owed.holder}已被通报消极配合，职责“{owed.kind}”却按免除了结，应为未履行")


def _joint(table: StageTable, letter: str) -> Subject:
    """Linkages and whistles stand in one table, each by its own stage table."""
    kind = table.subject
    return Subject(
        table=table,
        duties=JOINT_DUTIES[Kind(kind)],
        notes={JointBegun.kind: _begun, Erased.kind: _asked, Concluded.kind: _concluded},
        rows=f"(SELECT * FROM joint_undertaking WHERE kind = '{kind}')",
        parts="joint_participation p WHERE p.undertaking_id = s.id",
        lead="initiator",
        with_unit=frozenset(JOINT_OPEN),
        kept=f"""
SELECT s.number, s.stage, s.closed_at IS NOT NULL, s.initiator,
  (SELECT array_agg(p.unit) FROM joint_participation p
   WHERE p.undertaking_id = s.id AND p.part = 'lead' AND p.until IS NULL),
  array['联动要求 ' || {_sha("s.task")}], s.pack
FROM joint_undertaking s WHERE s.kind = '{kind}' AND s.number = ANY(%s)""",
        numbers={
            kind: rf"""
SELECT jurisdiction, '{kind}/' || jurisdiction || '/' || substring(number from '(\d{{4}}){letter}\d+$') AS counter,
  substring(number from '{letter}(\d+)$')::int AS place FROM joint_undertaking WHERE kind = '{kind}'"""
        },
    )


def _opined(told: Told, facts: Facts) -> None:
    told.texts["认定意见"] = facts["digest"]


def _reported_gap(told: Told, facts: Facts) -> None:
    told.texts["专报"] = facts["digest"]


def _erased(told: Told, facts: Facts) -> None:
    told.texts.clear()


DETERMINATION = Subject(
    table=DETERMINATIONS,
    duties=DETERMINATION_DUTIES,
    notes={OpinionIssued.kind: _opined, GapReported.kind: _reported_gap, Erased.kind: _erased},
    rows="determination_determination",
    parts="determination_participation p WHERE p.determination_id = s.id",
    with_unit=frozenset(),
    lead="unit",
    kept=f"""
SELECT s.number, s.stage, s.closed_at IS NOT NULL, NULL::text, NULL::text[],
  array_remove(array[
    CASE WHEN s.issued_at IS NOT NULL AND s.opinion <> '{ERASED_TITLE}'
      THEN '认定意见 ' || {_sha("s.opinion_number", "s.outcome", "s.unit_found", "s.opinion")} END,
    CASE WHEN r.number IS NOT NULL AND r.background <> '{ERASED_TITLE}'
      THEN '专报 ' || {_sha("r.background", "r.gap", "r.reasonableness", "r.suggestion")} END], NULL), s.pack
FROM (SELECT d.*, CASE d.outcome WHEN 'unit' THEN d.unit ELSE '' END AS unit_found
  FROM determination_determination d) s
LEFT JOIN determination_specialreport r ON r.determination_id = s.number WHERE s.number = ANY(%s)""",
    numbers={
        "determination": r"""
SELECT jurisdiction, 'determination/' || jurisdiction || '/' || substring(number from '(\d{4})R\d+$') AS counter,
  substring(number from 'R(\d+)$')::int AS place FROM determination_determination""",
        "special-report": r"""
SELECT jurisdiction, 'special-report/' || jurisdiction || '/' || substring(number from '〔(\d{4})〕') AS counter,
  substring(number from '第(\d+)期')::int AS place FROM determination_specialreport""",
    },
)
REFUSAL = Subject(
    table=REFERRAL,
    duties=REFERRAL_DUTIES,
    notes={},
    rows="determination_referral",
    parts="determination_referralparticipation p WHERE p.referral_id = s.id",
    with_unit=frozenset(),
    lead="unit",
    kept="""
SELECT s.number, s.stage, s.closed_at IS NOT NULL, NULL::text, NULL::text[], array[]::text[], s.pack
FROM determination_referral s WHERE s.number = ANY(%s)""",
    numbers={
        "referral": r"""
SELECT jurisdiction, 'referral/' || jurisdiction || '/' || substring(number from '(\d{4})Y\d+$') AS counter,
  substring(number from 'Y(\d+)$')::int AS place FROM determination_referral"""
    },
)
ALL = (CASE, MATTER, _joint(LINKAGE, "L"), _joint(WHISTLE, "S"), DETERMINATION, REFUSAL)

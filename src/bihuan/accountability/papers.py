"""The papers of a clue: 问责线索移交函, 抄送函, 问责结果反馈单."""

from datetime import datetime

from bihuan.accountability import queries, rules
from bihuan.accountability.types import KEEPING_UNIT, KIND
from bihuan.accountability.types.rows import ClueEvidenceRow, ClueView
from bihuan.documents.commands import paper
from bihuan.documents.types.sheets import ClueCopy, ClueHandover, ClueOutcome
from bihuan.kernel.actor import Actor
from bihuan.organisations.queries import today
from bihuan.policy.calendar import told
from bihuan.policy.loader import pack as load_pack
from bihuan.policy.names import put

SILENT = "该单位在规定时限内没有说明。"


@paper(subject=KIND, sheet=ClueHandover, by=KEEPING_UNIT, ask=rules.is_referred)
def handover(number: str, actor: Actor, now: datetime) -> ClueHandover:
    """The 移交函 to whom it was handed over, with the clauses by which it goes there."""
    view = queries.view(number, actor, now=now)
    clue = view.facts
    ruled = view.by_rule
    return ClueHandover(
        number=clue.number,
        title=clue.title,
        issuer=clue.keeper_name,
        recipient=clue.recipient,
        on=today(clue.referred_at or now),
        reference=clue.document_number,
        copies=clue.copies,
        unit=clue.unit_name,
        situation=view.situation_label,
        facts=clue.finding,
        explanation=clue.explanation or SILENT,
        consequence=f"造成的影响：{clue.consequence.rstrip('。')}。",
        severity=f"情节：{view.severity.label}。" if view.severity else "",
        basis="\n".join(_basis(view)),
        deviation=clue.route_reason if ruled and ruled.route != clue.route else "",
        suggestion=clue.suggestion,
        evidence=_evidence(view),
        signed_by=view.approved_by_name,
    )


@paper(subject=KIND, sheet=ClueCopy, by=KEEPING_UNIT, ask=rules.is_copied)
def copy(number: str, actor: Actor, now: datetime) -> ClueCopy:
    """The 抄送函 to the discipline body and the personnel department."""
    view = queries.view(number, actor, now=now)
    clue = view.facts
    return ClueCopy(
        number=clue.number,
        title=clue.title,
        issuer=clue.keeper_name,
        recipient="、".join(clue.copies),
        on=today(clue.referred_at or now),
        unit=clue.unit_name,
        situation=view.situation_label,
        facts=clue.finding,
        explanation=clue.explanation or SILENT,
        consequence=clue.consequence,
        severity=view.severity.label if view.severity else "",
        handed_to=clue.recipient,
        basis="\n".join(_basis(view)),
        evidence=_evidence(view),
        signed_by=view.approved_by_name,
    )


@paper(subject=KIND, sheet=ClueOutcome, by=KEEPING_UNIT, ask=rules.is_concluded)
def outcome(number: str, actor: Actor, now: datetime) -> ClueOutcome:
    """The 问责结果反馈单: what was done about whom by post, and when."""
    view = queries.view(number, actor, now=now)
    clue, rulebook = view.facts, load_pack(view.facts.pack)
    return ClueOutcome(
        number=clue.number,
        title=clue.title,
        unit=clue.unit_name,
        situation=view.situation_label,
        letter=clue.document_number,
        recipient=clue.recipient,
        taken_by=clue.taken_by,
        taken_at=clue.taken_at,
        outcome=view.outcome.label if view.outcome else "",
        result=clue.result,
        result_posts=clue.result_posts,
        result_reference=clue.result_reference,
        concluded_on=clue.concluded_on,
        filed=clue.filed,
        clause=put(rulebook.cite_situation(clue.situation).words, rulebook),
    )


def _basis(view: ClueView) -> tuple[str, ...]:
    """The clause of the situation, then those of the route; each once."""
    return tuple(dict.fromkeys((put(view.citation, load_pack(view.facts.pack)), *view.citations)))


def _evidence(view: ClueView) -> str:
    """The evidence, a line each: what it is, and where it stands."""
    return "\n".join(f"{nth}. {_line(one)}" for nth, one in enumerate(view.evidence, 1))


def _line(one: ClueEvidenceRow) -> str:
    where = f"（{one.number}办理记录第{one.sequence}条）" if one.sequence is not None else ""
    files = f"，附件{len(one.attachments)}份" if one.attachments else ""
    return f"{one.what}：{one.text.rstrip('。')}{where}{files}（{told(one.at)}）"

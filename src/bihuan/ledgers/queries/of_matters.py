"""The ledger of listed matters (清单事项台账)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from bihuan.cases.types import ClosureType
from bihuan.feedback.types import Satisfied
from bihuan.kernel.actor import Actor
from bihuan.ledgers.queries.parts import (
    Ledger,
    channel,
    choices,
    identity,
    labels,
    late,
    moment,
    next_duty,
    number,
    post,
    source,
    word,
    working_days,
    yes_no,
)
from bihuan.ledgers.rules import day, start_of
from bihuan.ledgers.types import Ask, Asked, Choice, Filter, Which
from bihuan.matters import queries as matters
from bihuan.matters.models import Matter
from bihuan.matters.types import KeyBasis, MatterClass, Proof, Stage
from bihuan.matters.types.rows import Figure, MatterFilters
from bihuan.organisations.types import JurisdictionFacts
from bihuan.policy.loader import pack as load_pack

_SOURCES = (
    source("list_number", "清单编号", "s.list_number", width=18, usual=True),
    source("number", "事项号", "s.number", width=20),
    source("title", "事项概述", "s.title", width=36, usual=True),
    word("stage", "办理进展", "s.stage", say=labels(Stage), width=12, usual=True),
    word("matter_class", "分类", "s.matter_class", say=labels(MatterClass), width=10, usual=True),
    word("key_basis", "重点依据", "s.key_basis", say=labels(KeyBasis), width=10),
    source("key_paper", "会商纪要", "CASE WHEN s.paperless THEN '纪要未附' ELSE '' END", width=10),
    word("channel", "来源渠道", "s.pack || ' ' || s.channel", say=channel, width=16, usual=True),
    source("origin_number", "渠道原编号", "s.origin_number", width=20),
    source("case", "原工单", "s.case_id", width=24),
    source("reporter", "受理部门", "reporter.names", "reporter", width=20),
    identity("requester", "诉求人", lambda who: who.name or who.kind.label),
    identity("phone", "联系方式", lambda who: who.phone),
    moment("proposed_at", "列为候选", "s.proposed_at"),
    moment("tier1_due_at", "原办理时限", "s.tier1_due_at"),
    source("why_unresolved", "未按时解决原因", "s.why_unresolved", width=30),
    moment("listed_at", "登记时间", "first.entered_at", "first", usual=True),
    source("lead", "承办单位", "lead.name", "lead", width=20, usual=True),
    source("co_units", "配合单位", "co.names", "co", width=24),
    number("round", "轮次", "s.round"),
    moment("assigned_at", "交办时间", "present.assigned_at", "present"),
    moment("due_at", "办理时限", "present.due_at", "present", usual=True),
    moment("copied_at", "抄送⟨supervision⟩", "present.copied_at", "present"),
    moment("signed_in_at", "签收时间", "present.signed_in_at", "present"),
    number("urges", "催办", "s.urges"),
    number("supervisions", "督办", "s.supervisions"),
    moment("looked_at", "最近跟踪督办", "present.looked_at", "present"),
    word("next_duty", "下一步", "next.kind", say=matters.DUTY_LABELS.get, width=12, usual=True),
    word("next_post", "待办职务", "s.pack || ' ' || next.post", say=lambda v: post(v) if v else None, width=12),
    source("next_clause", "依据条款", "next.clause", width=12),
    moment("next_due_at", "办理期限", "next.due_at"),
    moment("fed_back_at", "反馈时间", "feedback.submitted_at", "feedback"),
    word("proof", "签字或盖章", "feedback.proof", "feedback", say=labels(Proof), width=14),
    source("signer", "签字人", "feedback.signer_name", "feedback", width=10),
    word("outcome", "办理结果", "feedback.outcome", "feedback", say=labels(ClosureType), width=10),
    source("confirm_opinion", "审核意见", "present.confirm_opinion", "present", width=24),
    moment("confirmed_at", "确认办结", "present.confirmed_at", "present"),
    source("supervision_finding", "⟨supervision⟩反馈", "present.supervision_finding", "present", width=24),
    moment("struck_off_at", "销号时间", "present.struck_off_at", "present", usual=True),
    word("satisfied", "回访结果", "callback.satisfied", "callback", say=labels(Satisfied), width=10),
    number("spent", "用时（工作日）", "ARRAY[present.entered_at, present.struck_off_at]", "present", say=working_days),
    word("late", "是否超期", late("matter:"), say=yes_no, width=9),
    word("special", "特殊列入", "s.office_override_reason <> ''", say=yes_no, width=9),
    source("override_reason", "备注", "s.override_reason", width=24),
    source("office_override_reason", "办公室特殊列入理由", "s.office_override_reason", width=24),
    source("joined_to", "并入", "s.joined_to", width=20),
)


def _units(part: str, name: str) -> str:
    return f"""LEFT JOIN LATERAL (SELECT string_agg(u.name, '、' ORDER BY p.since, p.id) AS names
  FROM matters_participation p JOIN organisations_unit u ON u.code = p.unit
  WHERE p.matter_id = s.id AND p.part = '{part}' AND p.until IS NULL) {name} ON true"""  # noqa: S608


_JOINS = {
    "next": next_duty("matter:"),
    "lead": "LEFT JOIN organisations_unit lead ON lead.code = s.lead",
    "reporter": _units("reporter", "reporter"),
    "co": _units("co", "co"),
    "first": "LEFT JOIN matters_round first ON first.matter_id = s.number AND first.round = 1",
    "present": "LEFT JOIN matters_round present ON present.matter_id = s.number AND present.round = s.round",
    "feedback": """LEFT JOIN LATERAL (SELECT submitted_at, proof, signer_name, outcome FROM matters_feedback
  WHERE matter_id = s.number AND submitted_at IS NOT NULL ORDER BY version DESC LIMIT 1) feedback ON true""",
    "callback": """LEFT JOIN LATERAL (SELECT satisfied FROM feedback_callback
  WHERE case_id = s.case_id ORDER BY round DESC, attempt DESC LIMIT 1) callback ON true""",
}


def _filters(place: JurisdictionFacts, units: Sequence[Choice]) -> tuple[Filter, ...]:
    pack = load_pack(place.pack)
    posts = tuple(Choice(str(p.code), p.label) for p in pack.posts.values())
    clauses = tuple(Choice(c.id, f"{c.id} {c.text[:24]}") for c in pack.clauses.values() if c.norms)
    channels = tuple(Choice(c.code, c.label) for c in pack.channels.values())
    return (
        Filter("q", "编号或内容", Ask.SEARCH, first=True, hint="清单编号、事项号、渠道原编号或内容"),
        Filter("open", "状态", Ask.WORD, (Choice("1", "未销号"), Choice("0", "已了结")), first=True),
        Filter("stage", "办理进展", Ask.WORD, choices(Stage), first=True),
        Filter("class", "分类", Ask.WORD, choices(MatterClass), first=True),
        Filter("unit", "承办单位", Ask.WORD, tuple(units), first=True),
        Filter("late", "时限", Ask.WORD, (Choice("1", "已逾期"),)),
        Filter("channel", "来源渠道", Ask.WORD, channels),
        Filter("post", "待办职务", Ask.WORD, posts),
        Filter("clause", "依据条款", Ask.WORD, clauses),
        Filter("from", "登记自", Ask.DAY),
        Filter("to", "登记至", Ask.DAY),
        Filter("due_from", "到期自", Ask.DAY),
        Filter("due_to", "到期至", Ask.DAY),
        Filter("figure", "对账项", Ask.WORD, choices(Figure)),
        Filter("month", "对账月份", Ask.MONTH),
    )


def filters_of(asked: Asked) -> MatterFilters:
    """What was asked, as the matters understand it."""
    said = asked.values
    text = said.get("q", "")
    return MatterFilters(
        words=text or None,
        stage=said.get("stage"),
        open={"1": True, "0": False}.get(said.get("open", "")),
        matter_class=said.get("class"),
        lead=said.get("unit"),
        channel=said.get("channel"),
        since=start_of(said.get("from")),
        until=start_of(said.get("to"), plus=1),
        post=said.get("post"),
        clause=said.get("clause"),
        overdue=said.get("late") == "1",
        due_since=start_of(said.get("due_from")),
        due_until=start_of(said.get("due_to"), plus=1),
        figure=Figure(said["figure"]) if "figure" in said else None,
        month=day(said["month"]) if "month" in said else None,
    )


def _narrowed(actor: Actor, asked: Asked, now: datetime, above: int, below: int | None) -> "QuerySet[Matter]":
    rows = matters.narrowed(actor, filters_of(asked), now=now).filter(id__gt=above)
    return rows if below is None else rows.filter(id__lt=below)


LEDGER = Ledger(Which.MATTER, "matters_matter", {s.column.key: s for s in _SOURCES}, _JOINS, _filters, _narrowed)

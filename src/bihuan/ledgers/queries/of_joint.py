"""The ledger of linkages and whistles (联动吹哨台账): what stands behind every figure of how they are carried out."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from bihuan.joint import queries as joint
from bihuan.joint.models import Undertaking
from bihuan.joint.types import Emergency, Filing, Kind, Stage, WhistleType
from bihuan.joint.types.figures import Figure, Side
from bihuan.joint.types.rows import JointFilters
from bihuan.kernel.actor import Actor
from bihuan.ledgers.queries.parts import Ledger, choices, labels, late, moment, next_duty, source, word, yes_no
from bihuan.ledgers.rules import start_of
from bihuan.ledgers.types import Ask, Asked, Choice, Filter, Which
from bihuan.organisations.types import JurisdictionFacts

_KEY = "s.kind || ':' || s.number"

_SOURCES = (
    source("number", "编号", "s.number", width=18, usual=True),
    word("kind", "机制", "s.kind", say=labels(Kind), width=10, usual=True),
    word("whistle_type", "哨型", "s.whistle_type", say=labels(WhistleType), width=9, usual=True),
    word("emergency", "应急类情况", "s.emergency", say=labels(Emergency), width=12),
    source("title", "诉求事项", "c.title", "case", width=36, usual=True),
    source("case", "工单号", "s.case_id", width=24),
    source("lead", "牵头单位", "lead.name", "lead", width=20, usual=True),
    source("members", "参加单位", "members.names", "members", width=28, usual=True),
    word("stage", "阶段", "s.stage", say=labels(Stage), width=12, usual=True),
    source("task", "需要配合的事项", "s.task", width=36),
    moment("started_at", "提出时间", "s.started_at", usual=True),
    word("filing", "报备方式", "s.filing", say=labels(Filing), width=10),
    moment("filed_at", "报备时间", "s.filed_at"),
    moment("acknowledged_at", "确认报备", "s.acknowledged_at"),
    moment("concluded_at", "结束联合办理", "s.concluded_at"),
    word("resolved", "问题已解决", "s.resolved", say=yes_no, width=11),
    moment("signed_at", "备案表审签", "form.signed_at", "form", usual=True),
    source("grades", "配合评价", "members.grades", "members", width=28),
    source("notified", "被通报单位", "members.notified", "members", width=20),
    source("wrong", "吹错哨单位", "wrong.names", "wrong", width=20),
    word("next_duty", "下一步", "next.kind", say=joint.DUTY_LABELS.get, width=14, usual=True),
    moment("next_due_at", "办理期限", "next.due_at"),
    word("late", "是否超期", late("", _KEY), say=yes_no, width=9),
)

_GRADES = (
    "CASE p.grade WHEN 'good' THEN '好' WHEN 'fairly_good' THEN '较好' WHEN 'average' THEN '一般'"
    " WHEN 'poor' THEN '差' END"
)
_JOINS = {
    "next": next_duty("", _KEY),
    "case": "JOIN cases_case c ON c.number = s.case_id",
    "lead": "LEFT JOIN organisations_unit lead ON lead.code = s.initiator",
    "members": f"""LEFT JOIN LATERAL (SELECT string_agg(u.name, '、' ORDER BY p.id) AS names,
  string_agg(u.name || '：' || {_GRADES}, '；' ORDER BY p.id) FILTER (WHERE p.grade <> '') AS grades,
  string_agg(u.name, '、' ORDER BY p.id) FILTER (WHERE p.notified_at IS NOT NULL) AS notified
  FROM joint_participation p JOIN organisations_unit u ON u.code = p.unit
  WHERE p.undertaking_id = s.id AND p.part IN ('co', 'responder') AND p.until IS NULL) members ON true""",  # noqa: S608
    "wrong": """LEFT JOIN LATERAL (SELECT string_agg(u.name, '、' ORDER BY p.id) AS names
  FROM joint_participation p JOIN organisations_unit u ON u.code = p.unit
  WHERE p.undertaking_id = s.id AND p.leaving = 'misdirected') wrong ON true""",
    "form": "LEFT JOIN joint_form form ON form.undertaking_id = s.number",
}


def _filters(place: JurisdictionFacts, units: Sequence[Choice]) -> tuple[Filter, ...]:
    return (
        Filter("q", "编号或事项", Ask.SEARCH, first=True, hint="联动、吹哨编号，或诉求事项中的文字"),
        Filter("kind", "机制", Ask.WORD, choices(Kind), first=True),
        Filter("open", "状态", Ask.WORD, (Choice("1", "未结束"), Choice("0", "已结束")), first=True),
        Filter("stage", "阶段", Ask.WORD, choices(Stage), first=True),
        Filter("lead", "牵头单位", Ask.WORD, tuple(units)),
        Filter("member", "参加单位", Ask.WORD, tuple(units)),
        Filter("type", "哨型", Ask.WORD, choices(WhistleType)),
        Filter("from", "提出自", Ask.DAY),
        Filter("to", "提出至", Ask.DAY),
        Filter("figure", "统计项", Ask.WORD, choices(Figure)),
        Filter("of", "统计单位", Ask.WORD, tuple(units)),
        Filter("side", "统计单位的身份", Ask.WORD, choices(Side)),
    )


def filters_of(asked: Asked) -> JointFilters:
    """What was asked, as joint handling understands it."""
    said = asked.values
    text = said.get("q", "")
    return JointFilters(
        words=text or None,
        kind=said.get("kind"),
        stage=said.get("stage"),
        open={"1": True, "0": False}.get(said.get("open", "")),
        initiator=said.get("lead"),
        member=said.get("member"),
        whistle_type=said.get("type"),
        since=start_of(said.get("from")),
        until=start_of(said.get("to"), plus=1),
        figure=Figure(said["figure"]) if "figure" in said else None,
        unit=said.get("of"),
        side=Side(said["side"]) if "side" in said else None,
    )


def _narrowed(actor: Actor, asked: Asked, now: datetime, above: int, below: int | None) -> "QuerySet[Undertaking]":
    rows = joint.narrowed(actor, filters_of(asked), now=now).filter(id__gt=above)
    return rows if below is None else rows.filter(id__lt=below)


LEDGER = Ledger(Which.JOINT, "joint_undertaking", {s.column.key: s for s in _SOURCES}, _JOINS, _filters, _narrowed)

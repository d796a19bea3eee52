"""The ledger of cases (工单台账)."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet

from bihuan.cases import queries as cases
from bihuan.cases.models import Case
from bihuan.cases.types import AppealType, CaseFilters, ClosureType, Stage
from bihuan.dispatch.types import UnitFollowUp
from bihuan.feedback.types import Satisfied, Solved
from bihuan.intake import queries as intake
from bihuan.kernel.actor import Actor
from bihuan.ledgers.queries.parts import (
    Ledger,
    channel,
    choices,
    handled,
    identity,
    labels,
    late,
    moment,
    next_duty,
    number,
    post,
    source,
    urgency,
    word,
    working_days,
    yes_no,
)
from bihuan.ledgers.rules import start_of
from bihuan.ledgers.types import Ask, Asked, Choice, Filter, Which
from bihuan.organisations.types import JurisdictionFacts
from bihuan.policy.loader import pack as load_pack

NUMBER = re.compile(r"[A-Za-z]{2,8}\d{16,20}", re.ASCII)
"""A case's number: prefix, day, channel, five digits or more of a sequence and a check digit."""
ORIGIN = re.compile(r"(?=.*\d)\S{4,64}")
"""What may be a channel's own number: short, without blanks, with a digit in it."""
APPOINTED = {"adjudicated": "认定", "designated": "指定"}
"""How a unit came to be responsible against its will."""

_SOURCES = (
    source("number", "工单号", "s.number", width=24, usual=True),
    source("title", "诉求事项", "s.title", width=36, usual=True),
    word("stage", "环节", "s.stage", say=labels(Stage), width=11, usual=True),
    word("appeal_type", "类型", "s.appeal_type", say=labels(AppealType), width=8, usual=True),
    word("urgency", "紧急程度", "s.pack || ' ' || s.urgency", say=urgency, width=9),
    word("channel", "渠道", "s.pack || ' ' || s.channel", say=channel, width=16, usual=True),
    source("origin_number", "渠道原编号", "origin.origin_number", "origin", width=20),
    source("subject_code", "主题", "s.subject_code", width=12),
    source("place", "区域", "concat_ws(' ', area.full_name, nullif(s.place, ''))", "area", width=28),
    identity("requester", "诉求人", lambda who: who.name or who.kind.label),
    identity("phone", "联系方式", lambda who: who.phone),
    moment("received_at", "诉求时间", "origin.received_at", "origin"),
    moment("registered_at", "登记时间", "s.registered_at", usual=True),
    source("desk", "受理单位", "desk.name", "desk", width=20),
    source("lead", "承办单位", "lead.name", "lead", width=20, usual=True),
    source("first_receiver", "首接单位", "first.name", "first", width=20),
    word(
        "appointed",
        "指定或认定",
        "CASE WHEN s.adjudicated THEN 'adjudicated' WHEN s.designated THEN 'designated' END",
        say=APPOINTED.get,
        width=11,
    ),
    source("co_units", "协办单位", "co.names", "co", width=24),
    moment("assigned_at", "派单时间", "s.assigned_at"),
    moment("signed_in_at", "签收时间", "s.signed_in_at"),
    moment("contacted_at", "首次联系", "s.contacted_at"),
    moment("due_at", "办理时限", "handle.due_at", "handle"),
    word("next_duty", "下一步", "next.kind", say=cases.DUTY_LABELS.get, width=12, usual=True),
    word("next_post", "待办职务", "s.pack || ' ' || next.post", say=lambda v: post(v) if v else None, width=12),
    source("next_clause", "依据条款", "next.clause", width=12),
    moment("next_due_at", "办理期限", "next.due_at", usual=True),
    number("extensions", "延期", "s.extensions"),
    number("returns", "退单", "s.returns"),
    number("reworks", "重办", "s.reworks"),
    moment("answered_at", "答复时间", "answer.at", "answer"),
    source("signed_off_by", "审签人", "signer.name", "answer", "signer", width=10),
    word("follow_up", "单位自访", "answer.follow_up", "answer", say=labels(UnitFollowUp), width=9),
    word("reached", "回访接通", "callback.reached", "callback", say=yes_no, width=9),
    word("solved", "回访解决", "callback.solved", "callback", say=labels(Solved), width=10),
    word("satisfied", "回访满意", "callback.satisfied", "callback", say=labels(Satisfied), width=10),
    moment("closed_at", "办结时间", "s.closed_at", usual=True),
    word("closure", "办结方式", "s.closure", say=labels(ClosureType), width=10),
    number("spent", "用时（工作日）", "ARRAY[s.registered_at, s.closed_at]", say=working_days),
    word("late", "是否超期", late("case:"), say=yes_no, width=9),
)
_JOINS = {
    "next": next_duty("case:"),
    "handle": handled("case:"),
    "area": "LEFT JOIN localities_locality area ON area.jurisdiction = s.jurisdiction AND area.code = s.place_code",
    "desk": "LEFT JOIN organisations_unit desk ON desk.code = s.desk",
    "lead": "LEFT JOIN organisations_unit lead ON lead.code = s.lead",
    "first": "LEFT JOIN organisations_unit first ON first.code = s.first_receiver",
    "co": """LEFT JOIN LATERAL (SELECT string_agg(u.name, '、' ORDER BY p.since, p.id) AS names
  FROM cases_participation p JOIN organisations_unit u ON u.code = p.unit
  WHERE p.case_id = s.id AND p.part = 'co' AND p.until IS NULL) co ON true""",
    "origin": """LEFT JOIN LATERAL (SELECT origin_number, received_at FROM intake_source
  WHERE case_id = s.id ORDER BY received_at, id LIMIT 1) origin ON true""",
    "answer": """LEFT JOIN LATERAL (SELECT at, signed_off_by, follow_up FROM dispatch_answer
  WHERE case_id = s.number ORDER BY version DESC LIMIT 1) answer ON true""",
    "signer": "LEFT JOIN organisations_person signer ON signer.account = answer.signed_off_by",
    "callback": """LEFT JOIN LATERAL (SELECT reached, solved, satisfied FROM feedback_callback
  WHERE case_id = s.number ORDER BY round DESC, attempt DESC LIMIT 1) callback ON true""",
}


def _filters(place: JurisdictionFacts, units: Sequence[Choice]) -> tuple[Filter, ...]:
    pack = load_pack(place.pack)
    posts = tuple(Choice(str(p.code), p.label) for p in pack.posts.values())
    clauses = tuple(Choice(c.id, f"{c.id} {c.text[:24]}") for c in pack.clauses.values() if c.norms)
    channels = tuple(Choice(c.code, c.label) for c in pack.channels.values())
    urgencies = tuple(Choice(u.code, u.label) for u in pack.urgencies.values())
    return (
        Filter("q", "编号或内容", Ask.SEARCH, first=True, hint="如 路灯不亮、工单号或渠道原编号"),
        Filter("open", "状态", Ask.WORD, (Choice("1", "在办"), Choice("0", "已结")), first=True),
        Filter("stage", "环节", Ask.WORD, choices(Stage), first=True),
        Filter("unit", "承办单位", Ask.WORD, tuple(units), first=True),
        Filter("late", "时限", Ask.WORD, (Choice("1", "已逾期"),), first=True),
        Filter("channel", "渠道", Ask.WORD, channels),
        Filter("type", "类型", Ask.WORD, choices(AppealType)),
        Filter("urgency", "紧急程度", Ask.WORD, urgencies),
        Filter("post", "待办职务", Ask.WORD, posts),
        Filter("clause", "依据条款", Ask.WORD, clauses),
        Filter("closure", "办结方式", Ask.WORD, choices(ClosureType)),
        Filter("from", "登记自", Ask.DAY),
        Filter("to", "登记至", Ask.DAY),
        Filter("due_from", "到期自", Ask.DAY),
        Filter("due_to", "到期至", Ask.DAY),
        Filter("place", "区域", Ask.PLACE, hint="地区、村居或路名"),
        Filter("subject", "主题", Ask.LINE),
    )


def filters_of(asked: Asked, actor: Actor) -> CaseFilters:
    """What was asked, as the cases understand it."""
    said = asked.values
    found = CaseFilters(
        stage=said.get("stage"),
        open={"1": True, "0": False}.get(said.get("open", "")),
        channel=said.get("channel"),
        lead=said.get("unit"),
        appeal_type=said.get("type"),
        urgency=said.get("urgency"),
        closure=said.get("closure"),
        subject_code=said.get("subject"),
        place=said.get("place"),
        since=start_of(said.get("from")),
        until=start_of(said.get("to"), plus=1),
        post=said.get("post"),
        clause=said.get("clause"),
        overdue=said.get("late") == "1",
        due_since=start_of(said.get("due_from")),
        due_until=start_of(said.get("due_to"), plus=1),
    )
    return _searched(found, said.get("q", ""), actor)


def _searched(filters: CaseFilters, text: str, actor: Actor) -> CaseFilters:
    """A number finds its case, a channel's number the cases that came with it, anything else the cases that hold it."""
    text = unicodedata.normalize("NFKC", text)
    if NUMBER.fullmatch(text):
        known = intake.cases_of_origin(actor.jurisdiction, text)
        return replace(filters, numbers=(text.upper(), *known))
    if ORIGIN.fullmatch(text) and (known := intake.cases_of_origin(actor.jurisdiction, text)):
        return replace(filters, numbers=known)
    return replace(filters, words=text or None)


def _narrowed(actor: Actor, asked: Asked, now: datetime, above: int, below: int | None) -> "QuerySet[Case]":
    return cases.narrowed(actor, filters_of(asked, actor), now=now, above=above, below=below)


LEDGER = Ledger(Which.CASE, "cases_case", {s.column.key: s for s in _SOURCES}, _JOINS, _filters, _narrowed)

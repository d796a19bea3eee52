"""The closed loop, asked of the tables alone: gapless numbers, and nothing open that nobody owes."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import reduce
from operator import or_

from django.db.models import Q

from bihuan.audit import tables
from bihuan.cases.stages import ANSWERED, ENDS
from bihuan.cases.types import DutyKind
from bihuan.cases.types import Stage as CaseStage
from bihuan.duties import queries as duties
from bihuan.matters.types import ON_LEDGER, STRUCK
from bihuan.matters.types import Stage as MatterStage
from bihuan.organisations import clocks
from bihuan.organisations import queries as organisations
from bihuan.organisations.types import JurisdictionFounded, PackAdopted
from bihuan.policy.calendar import ZONE
from bihuan.policy.loader import pack, usable
from bihuan.record.types import Broken
from bihuan.record.verify import rows
from bihuan.subjects.declaration import Kind
from bihuan.subjects.registry import REGISTRY

_DAY = timedelta(days=1)
_HERE = "(%(j)s::text IS NULL OR {}.jurisdiction = %(j)s)"

_NUMBERS = """
WITH taken AS ({numbers}),
used AS (
  SELECT counter, array_agg(place ORDER BY place) AS places FROM taken t WHERE {here} GROUP BY counter),
counted AS (SELECT name, value FROM record_counter c WHERE starts_with(name, '{kind}/') AND {counted_here})
SELECT coalesce(c.name, u.counter), coalesce(c.value, 0), u.places
FROM used u FULL JOIN counted c ON c.name = u.counter
WHERE (c.value = cardinality(u.places) AND c.value = u.places[cardinality(u.places)]) IS NOT TRUE ORDER BY 1"""

_OWED = (
    "EXISTS (SELECT FROM duties_duty d WHERE d.subject = '{kind}:' || s.number AND d.discharged_at IS NULL"
    " AND NOT d.kind = ANY(%(surviving)s))"
)
"""Something that holds the subject up; what survives it checks or informs alone."""
_LEADS = "(SELECT count(*) FROM {leads})"
_CHECKS = {
    "尚未终结，却没有任何未了结的职责": f"NOT s.stage = ANY(%(stages)s) AND NOT {_OWED}",
    "已经终结，却还有未了结的职责": f"s.stage = ANY(%(stages)s) AND {_OWED}",
    "在承办单位办理，却没有唯一的牵头单位": f"s.stage = ANY(%(stages)s) AND (s.{{lead}} IS NULL OR 1 <> {_LEADS})",
    "业务表中有这一件，却没有任何记录": "NOT s.stage = ANY(%(stages)s)"
    " AND NOT EXISTS (SELECT FROM record_chain c WHERE c.subject = '{kind}:' || s.number)",
}

_JOINED = """
SELECT s.number, CASE WHEN p.number IS NULL THEN '已并单，却没有主单'
  WHEN p.stage = ANY(%(ends)s) AND NOT p.stage = ANY(%(answered)s) THEN '主单已终结而没有答复，本件却没有恢复单独办理'
  ELSE '主单已有答复，却没有人负责告知本件诉求人' END
FROM cases_case s LEFT JOIN cases_case p ON p.number = s.parent_id
WHERE s.stage = 'merged' AND (%(j)s::text IS NULL OR s.jurisdiction = %(j)s) AND (p.number IS NULL
  OR p.stage = ANY(%(ends)s) AND NOT p.stage = ANY(%(answered)s)
  OR p.stage = ANY(%(answered)s) AND s.requester IS NOT NULL
    AND EXISTS (SELECT FROM cases_casetext t WHERE t.case_id = s.id AND t.content <> '')
    AND NOT EXISTS (SELECT FROM duties_duty d
      WHERE d.subject = 'case:' || s.number AND d.kind = 'tell_result' AND d.opened_at >= s.closed_at))
ORDER BY 1"""
"""What was joined to a case and did not follow it; who left no name, or was erased, is told nothing."""

_KNOWN = "EXISTS (SELECT FROM {rows} s WHERE d.subject = '{kind}:' || s.number)"
_UNIT = "EXISTS (SELECT FROM organisations_unit u WHERE u.code = d.holder AND u.jurisdiction_id = d.jurisdiction)"


def broken(jurisdiction: str | None) -> Iterator[Broken]:
    """Everything that stands open, or is gone, against the rule of the house."""
    for subject in REGISTRY:
        yield from _numbers(subject, jurisdiction)
        yield from _subjects(subject, jurisdiction)
    yield from _joined(jurisdiction)
    yield from _stranded(jurisdiction)
    yield from _tracks(jurisdiction)
    yield from _duties(jurisdiction)
    yield from _let_off(jurisdiction)
    yield from _regulations(jurisdiction)
    yield from _unheld(jurisdiction)


_TAKEN_UP = f"""
SELECT e.subject, e.sequence, e.facts->>'pack', e.facts->>'digest' FROM record_event e
WHERE e.kind = ANY(%(kinds)s) AND {_HERE.format("e")} ORDER BY 1, 2"""
_NOT_AS_TOLD = """
WITH told AS (
  SELECT e.subject, e.jurisdiction::text, e.facts->>'pack' AS pack, coalesce(e.facts->>'from_on', '') AS from_on,
    CASE WHEN e.kind = %(adopted)s THEN e.facts->>'digest' ELSE '' END AS digest
  FROM record_event e WHERE e.kind = ANY(%(kinds)s)),
kept AS (
  SELECT 'jurisdiction:' || j.code AS subject, j.code::text AS jurisdiction, j.pack::text, '' AS from_on, '' AS digest
  FROM organisations_jurisdiction j
  UNION ALL SELECT 'jurisdiction:' || v.jurisdiction_id, v.jurisdiction_id, v.pack, v.from_on::text, v.digest
  FROM organisations_packadoption v),
apart AS (
  SELECT *, '业务表中适用，却没有这样的记录' AS wrong FROM (TABLE kept EXCEPT TABLE told) k
  UNION ALL SELECT *, '按记录应适用，业务表中没有' FROM (TABLE told EXCEPT TABLE kept) t)
SELECT subject, pack, wrong FROM apart a WHERE {here} ORDER BY 1, 2, 3""".format(here=_HERE.format("a"))


def _regulations(jurisdiction: str | None) -> Iterator[Broken]:
    """Regulations whose file says something else than when a place took them up, or is not there any more; versions of
    which the tables say otherwise than the record."""
    asked = {"j": jurisdiction, "kinds": [JurisdictionFounded.kind, PackAdopted.kind]}
    for subject, sequence, ref, digest in rows(_TAKEN_UP, asked):
        if not usable(ref):
            yield Broken(subject, sequence, f"所适用的规则{ref}没有可用的文件")
        elif digest and digest != pack(ref).digest:
            yield Broken(subject, sequence, f"规则{ref}的内容与采用时不同；修订规则应另立版本，请恢复原文件")
    for subject, ref, wrong in rows(_NOT_AS_TOLD, asked | {"adopted": PackAdopted.kind}):
        yield Broken(subject, None, f"规则{ref}{wrong}")


def _numbers(subject: Kind, jurisdiction: str | None) -> Iterator[Broken]:
    """Gapless numbers: a missing one betrays a deleted subject."""
    for kind, numbers in tables.numbers(subject):
        sql = _NUMBERS.format(numbers=numbers, kind=kind, here=_HERE.format("t"), counted_here=_HERE.format("c"))
        for name, value, places in rows(sql, {"j": jurisdiction}):
            for place, reason in _misnumbered(value, Counter(places or ())):
                yield Broken(f"counter:{name}", None, f"第{place}号{subject.table.label}{reason}")


def _misnumbered(value: int, used: Counter[int]) -> Iterator[tuple[int, str]]:
    for place in sorted({*range(1, value + 1)} - used.keys()):
        yield place, "取过号，现在业务表中没有，已被删除"
    for place, times in sorted(used.items()):
        if times > 1:
            yield place, f"有{times}件，编号重复"
        if place > value:
            yield place, f"没有取过号，计数只到{value}"


def _subjects(subject: Kind, jurisdiction: str | None) -> Iterator[Broken]:
    """What is open is owed by somebody, what has ended by nobody; with a unit there is one lead; all has a record."""
    ends = tables.ends_of(subject)
    stages = (ends, ends, tables.with_unit(subject), list[str]())
    for (reason, condition), named in zip(_CHECKS.items(), stages, strict=True):
        wrong = condition.format(kind=subject.word, leads=tables.leads_of(subject), lead=subject.lead or "number")
        sql = f"SELECT s.number FROM {tables.rows_of(subject)} s WHERE {wrong} AND {_HERE.format('s')} ORDER BY 1"
        asked = {"stages": named, "surviving": tables.surviving(subject), "j": jurisdiction}
        for (number,) in rows(sql, asked):
            yield Broken(f"{subject.word}:{number}", None, reason)


def _joined(jurisdiction: str | None) -> Iterator[Broken]:
    """No joined request is older than the end of the one to which it was joined without having been told."""
    stages = {"ends": sorted(map(str, ENDS)), "answered": sorted(map(str, ANSWERED))}
    for number, reason in rows(_JOINED, {"j": jurisdiction} | stages):
        yield Broken(f"case:{number}", None, reason)


_STRAYED = f"""
SELECT 'matter:' || m.number, '还在清单上，工单却没有随清单办理'
FROM matters_matter m JOIN cases_case c ON c.number = m.case_id
WHERE m.stage = ANY(%(ledger)s) AND NOT c.stage = ANY(%(beside)s) AND {_HERE.format("m")}
UNION ALL
SELECT 'matter:' || m.number, '工单已经终结，这一件却还是待列入的事项'
FROM matters_matter m JOIN cases_case c ON c.number = m.case_id
WHERE m.stage = %(candidate)s AND c.stage = ANY(%(ends)s) AND {_HERE.format("m")} AND NOT EXISTS (
  SELECT FROM duties_duty d WHERE d.subject = 'case:' || c.number AND d.discharged_at IS NULL AND d.kind = %(unsolved)s)
UNION ALL
SELECT 'case:' || c.number, CASE WHEN EXISTS (
    SELECT FROM matters_matter m WHERE m.case_id = c.number AND m.stage = ANY(%(struck)s))
  THEN '清单事项已经销号，工单却还列在清单' ELSE '列在清单，清单上却没有这一件' END
FROM cases_case c WHERE c.stage = %(listed)s AND {_HERE.format("c")} AND NOT EXISTS (
  SELECT FROM matters_matter m WHERE m.case_id = c.number AND m.stage = ANY(%(ledger)s))
ORDER BY 1"""


_LATEST = f"SELECT jurisdiction, max(at) FROM record_event e WHERE {_HERE.format('e')} GROUP BY jurisdiction"


def _stranded(jurisdiction: str | None) -> Iterator[Broken]:
    """What stands on another ends with it; a day before the last that is on record is more than the clockwork takes."""
    standing = [(kind, kind.stands_on.over) for kind in REGISTRY if kind.stands_on and kind.stands_on.over]
    for place, at in [*rows(_LATEST, {"j": jurisdiction})]:
        for kind, over in standing:
            late = reduce(or_, (is_over & Q(**{f"{since}__lt": at - _DAY}) for is_over, since in over))
            still = kind.row._default_manager.filter(late, jurisdiction=place, **kind.own)
            found = still.exclude(stage__in=kind.table.ends).order_by("number")
            for number in found.values_list("number", flat=True):
                yield Broken(f"{kind.word}:{number}", None, "所在的工单早已终结或者改派，却没有随工单终止")


def _tracks(jurisdiction: str | None) -> Iterator[Broken]:
    """One request has one track: a case is on the list exactly while its matter is, or has ended by itself; what has
    ended is no candidate, but for what was closed as unsolved."""
    beside = [str(CaseStage.LISTED), *(str(stage) for stage in ENDS - {CaseStage.CLOSED, CaseStage.ARCHIVED})]
    asked = {
        "ledger": [str(stage) for stage in ON_LEDGER],
        "struck": [str(stage) for stage in STRUCK],
        "listed": str(CaseStage.LISTED),
        "candidate": str(MatterStage.CANDIDATE),
        "ends": [str(stage) for stage in ENDS],
        "beside": beside,
        "unsolved": str(DutyKind.UNSOLVED_FOLLOW_UP),
        "j": jurisdiction,
    }
    for name, reason in rows(_STRAYED, asked):
        yield Broken(name, None, reason)


def _duties(jurisdiction: str | None) -> Iterator[Broken]:
    """Every duty on a known subject; the open ones owed by a known unit, and due when their own facts say."""
    known = " OR ".join(_KNOWN.format(rows=tables.rows_of(kind), kind=kind.word) for kind in REGISTRY)
    orphan = f"NOT ({known})"
    nobodys = f"d.discharged_at IS NULL AND NOT ({_UNIT} AND d.due_at IS NOT NULL)"
    for condition, reason in ((orphan, "所属的事项不存在"), (nobodys, "没有责任单位或到期时间")):
        sql = f"SELECT d.subject, d.kind FROM duties_duty d WHERE {condition} AND {_HERE.format('d')} ORDER BY d.id"
        for name, kind in rows(sql, {"j": jurisdiction}):
            yield Broken(name, None, f"职责“{kind}”{reason}")
    for name, kind, stored, computed in duties.misreckoned(jurisdiction):
        told, right = (f"{at.astimezone(ZONE):%Y-%m-%d %H:%M:%S}" for at in (stored, computed))
        yield Broken(name, None, f"职责“{kind}”的到期时间是{told}，按起算时间、时限、暂停和延期应为{right}")


def _unheld(jurisdiction: str | None) -> Iterator[Broken]:
    """Open duties of posts that nobody holds today: nobody can do them. A remark, for the record is right."""
    for place in organisations.jurisdictions(*([jurisdiction] if jurisdiction else [])):
        posts = pack(place.pack).posts if usable(place.pack) else {}
        for row in duties.unheld(place.code, now=clocks.here(place.code)):
            label = posts[row.post].label if row.post in posts else row.post
            reason = f"{row.unit_name}的{label}现在无人在任，有{row.open}项未办结的职责"
            yield Broken(f"unit:{row.unit}", None, reason, remark=True)


_LATE = f"""
SELECT d.subject, d.kind, d.holder, coalesce((
  SELECT max(e.id) FROM record_event e WHERE e.subject = d.subject AND e.at = d.discharged_at)
    <= (SELECT event FROM record_milestone WHERE name = 'creditors'), false)
FROM duties_duty d
WHERE d.outcome = 'waived' AND {_HERE.format("d")} AND d.due_at < LEAST(d.discharged_at, (
    SELECT min(i.from_at) FROM duties_interruption i WHERE i.duty_id = d.id AND i.until_at IS NULL))
  AND NOT EXISTS (SELECT FROM record_event e WHERE e.subject = d.subject AND e.at = d.discharged_at
    AND split_part(e.subject, ':', 1) || '.' || (e.facts ->> 'act') = ANY(%(absolving)s))
ORDER BY d.id"""
"""What was waived after its due moment, by no act that decided that it was not the holder's to do."""


def _let_off(jurisdiction: str | None) -> Iterator[Broken]:
    """Nobody is let off what they did not do in time: it ends as never done."""
    absolving = sorted({f"{kind.word}.{move.act}" for kind in REGISTRY for move in kind.table.moves if move.absolves})
    for name, kind, holder, old in rows(_LATE, {"j": jurisdiction, "absolving": absolving}):
        yield Broken(name, None, f"{holder}的职责“{kind}”逾期未做，却按免除了结，应为未履行", remark=old)

"""Whether the record is what it was: every chain, every seal, computed again from the columns.

All of it is read in one snapshot; chains are streamed, so that memory does not grow with the record.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

from django.db import connection, transaction

from bihuan.record.hashing import GENESIS, canonical, leaves_digest, said_hash, seal_hash
from bihuan.record.sealing import contradictions, seals
from bihuan.record.types import Broken, PublishedSeal, SealLine, Signed

Follow = Callable[[str, int, str, str, bool], None]
"""Told of every event as it is read: subject, sequence, kind, the facts' text, whether duties had no creditors yet."""

_BATCH = 4000
_HERE = "%s::text IS NULL OR jurisdiction = %s"
_START = GENESIS.hex()
_EVENTS = """
SELECT encode(previous, 'hex'), subject, sequence, jurisdiction,
  to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  kind, norm, clause, account, name, unit, post, sentence, facts::text, coalesce(encode(commitment, 'hex'), ''),
  encode(hash, 'hex'),
  CASE WHEN private IS NULL THEN true ELSE coalesce(
    pg_catalog.sha256(salt || convert_to(private::text, 'UTF8')) = commitment, false) END,
  id <= coalesce((SELECT event FROM record_milestone WHERE name = 'creditors'), 0)
FROM record_event WHERE %s::text IS NULL OR jurisdiction = %s ORDER BY subject, sequence"""


@contextmanager
def snapshot() -> Iterator[None]:
    """Read everything as it stood at one moment, while others go on writing."""
    outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if outermost:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL jit = off")
        cursor.execute("SET LOCAL work_mem = '64MB'")
        yield


def size(jurisdiction: str | None = None) -> dict[str, int]:
    """How many events, chains and sealed days there are."""
    asked = [jurisdiction, jurisdiction] * 3
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT (SELECT count(*) FROM record_event WHERE {_HERE}),"  # noqa: S608 constants only
            f" (SELECT count(*) FROM record_chain WHERE {_HERE}), (SELECT count(*) FROM record_seal WHERE {_HERE})",
            asked,
        )
        return dict(zip(("events", "chains", "seals"), cursor.fetchone(), strict=True))


def events(jurisdiction: str | None, *, follow: Follow, advance: Callable[[int], None]) -> Iterator[Broken]:
    """Go along every chain: sequences without a gap, each event hashed anew and linked to the one before."""
    subject, length, head = "", 0, _START
    with connection.chunked_cursor() as cursor:
        cursor.execute(_EVENTS, [jurisdiction, jurisdiction])
        while batch := cursor.fetchmany(_BATCH):
            for *said, stored, committed, old in batch:
                if said[1] != subject:
                    subject, length, head = said[1], 0, _START
                if reason := _misfit(said, stored, committed, length, head):
                    yield Broken(subject, said[2], reason)
                length, head = said[2], stored
                follow(subject, length, said[5], said[13], old)
            advance(len(batch))


def _misfit(said: Sequence[Any], stored: str, committed: bool, length: int, head: str) -> str:
    """Why the event does not fit the chain so far; empty if it does."""
    if said[2] != length + 1:
        gap = f"第{length + 1}条" if said[2] == length + 2 else f"第{length + 1}条至第{said[2] - 1}条"
        return f"{gap}记录缺失" if said[2] > length else "序号重复"
    if said_hash(said).hex() != stored:
        return "记录内容与其校验值不符，已被改动"
    if said[0] != head:
        return "与前一条记录衔接不上，前一条或本条已被改动"
    return "" if committed else "非公开内容与其承诺值不符，已被改动"


_ENDS = f"""
WITH ends AS (
  SELECT subject, max(sequence) AS last FROM record_event WHERE {_HERE} GROUP BY subject),
chains AS (SELECT * FROM record_chain WHERE {_HERE})
SELECT coalesce(c.subject, e.subject), c.length, e.last, c.head = v.hash AND c.jurisdiction = v.jurisdiction
FROM chains c FULL JOIN ends e ON e.subject = c.subject
LEFT JOIN record_event v ON v.subject = e.subject AND v.sequence = e.last
WHERE (c.length = e.last AND c.head = v.hash AND c.jurisdiction = v.jurisdiction) IS NOT TRUE
ORDER BY 1"""  # noqa: S608 constants only


def chains(jurisdiction: str | None) -> Iterator[Broken]:
    """Compare every chain's row with its last event."""
    for subject, length, last, same in rows(_ENDS, [jurisdiction] * 4):
        if last is None:
            yield Broken(subject, None, f"链上应有{length}条记录，现在一条也没有")
        elif length is None:
            yield Broken(subject, last, "有记录而没有链，记录是从外面加进来的，或链已被删除")
        elif length != last:
            what = "末尾的记录已被删除" if length > last else "末尾有从外面加进来的记录"
            yield Broken(subject, last, f"链上应有{length}条记录，最后一条却是第{last}条：{what}")
        elif not same:
            yield Broken(subject, last, "链尾的校验值与最后一条记录不符")


_LEAVES = """
SELECT l.subject, l.sequence, l.hash FROM record_sealleaf l JOIN record_seal s ON s.id = l.seal_id
WHERE s.jurisdiction = %s AND s.day = %s"""
_CHANGED = """
SELECT DISTINCT ON (l.subject) l.subject, l.sequence, s.day, e.hash IS NULL
FROM record_sealleaf l JOIN record_seal s ON s.id = l.seal_id
LEFT JOIN record_event e ON e.subject = l.subject AND e.sequence = l.sequence
WHERE (%s::text IS NULL OR s.jurisdiction = %s) AND e.hash IS DISTINCT FROM l.hash
ORDER BY l.subject, s.day"""
_LATER = """
WITH sealed AS (SELECT jurisdiction, max(day) AS until FROM record_seal GROUP BY jurisdiction),
grown AS (
  SELECT e.jurisdiction, (e.at AT TIME ZONE 'Asia/Shanghai')::date AS day, e.subject, max(e.sequence) AS sequence
  FROM record_event e JOIN sealed USING (jurisdiction)
  WHERE (e.at AT TIME ZONE 'Asia/Shanghai')::date <= sealed.until AND (%s::text IS NULL OR e.jurisdiction = %s)
  GROUP BY 1, 2, 3)
SELECT g.subject, g.sequence, g.day FROM grown g
LEFT JOIN record_seal s ON s.jurisdiction = g.jurisdiction AND s.day = g.day
LEFT JOIN record_sealleaf l ON l.seal_id = s.id AND l.subject = g.subject
WHERE l.sequence IS NULL OR l.sequence < g.sequence ORDER BY 1, 2"""
_COUNTERS = """
SELECT DISTINCT ON (told.key) told.key, s.day, told.value::int, c.value
FROM record_seal s CROSS JOIN LATERAL jsonb_each_text(s.counters) told LEFT JOIN record_counter c ON c.name = told.key
WHERE (%s::text IS NULL OR s.jurisdiction = %s) AND (c.value >= told.value::int) IS NOT TRUE
ORDER BY told.key, s.day DESC"""


def sealed_days(jurisdiction: str | None) -> Iterator[Broken]:
    """Compute every seal anew and hold it against the chains and counters that it sealed."""
    heads: dict[str, str] = {}
    for seal in seals(jurisdiction):
        if reason := _misfit_seal(seal, heads.get(seal.jurisdiction, _START)):
            yield _of_day(seal, reason)
        heads[seal.jurisdiction] = seal.hash
    asked = [jurisdiction, jurisdiction]
    for subject, sequence, day, gone in rows(_CHANGED, asked):
        yield Broken(subject, sequence, "封存时有这条记录，现在没有了" if gone else "与封存时的校验值不符", day)
    for subject, sequence, day in rows(_LATER, asked):
        yield Broken(subject, sequence, "这一天封存时没有这条记录，是后来补进去的", day)
    for name, day, told, value in rows(_COUNTERS, asked):
        now = "已不存在" if value is None else f"现在是{value}"
        yield Broken(f"counter:{name}", None, f"封存时编号用到{told}，{now}", day)


def _misfit_seal(seal: SealLine, previous: str) -> str:
    found = rows(_LEAVES, [seal.jurisdiction, seal.day])
    leaves = [(subject, sequence, bytes(head)) for subject, sequence, head in found]
    if len(leaves) != seal.leaves:
        return f"封存了{seal.leaves}条链，现在只有{len(leaves)}条的记载"
    if leaves_digest(leaves).hex() != seal.digest:
        return "封存的各链记载与摘要不符"
    computed = seal_hash(
        bytes.fromhex(seal.previous),
        seal.jurisdiction,
        seal.day.isoformat(),
        seal.leaves,
        canonical(seal.counters),
        bytes.fromhex(seal.digest),
    )
    if computed.hex() != seal.hash:
        return "封存记载与其校验值不符，已被改动"
    return "" if seal.previous == previous else "与前一次封存衔接不上，前一次封存被删除或改动"


def against(told: Sequence[PublishedSeal], jurisdiction: str | None) -> Iterator[Broken]:
    """Compare the seals with those told outside the database."""
    held = list(seals(jurisdiction))
    here = [line for line in told if jurisdiction in (None, line.seal.jurisdiction)]
    for seal in contradictions(here, held):
        yield _of_day(seal, "库外留存的这一次封存，库内没有或已不同")
    signatures: dict[str, Signed] = {}
    last: dict[str, date] = {}
    for line in here:
        last[line.seal.jurisdiction] = max(line.seal.day, last.get(line.seal.jurisdiction, line.seal.day))
        if signatures.get(line.seal.hash) is not Signed.YES:
            signatures[line.seal.hash] = line.signed
    for seal in held:
        signed = signatures.get(seal.hash)
        if signed is None and seal.day <= last.get(seal.jurisdiction, date.min):
            yield _of_day(seal, "库外没有留存这一次封存，之后的却有")
        elif signed is Signed.WRONGLY:
            yield _of_day(seal, "库外留存的这一次封存签名不符")
        elif signed is Signed.NOT:
            yield replace(_of_day(seal, "库外留存的这一次封存没有签名，是旧版本写的"), remark=True)


def _of_day(seal: SealLine, reason: str) -> Broken:
    return Broken(f"seal:{seal.jurisdiction}", None, reason, seal.day)


def rows(sql: str, parameters: Sequence[Any] | Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """The rows of a statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())

"""Filling the tables by plain SQL, so that a bench meets them at their later size: years of closed cases, and the
work that lies on the desks, which is the same however long the years were.

Only benches do this: in tests and in the demo every state is reached by commands.
"""

from dataclasses import dataclass

from django.core.management import call_command
from django.db import connection
from psycopg import ClientCursor
from tests.towns import Town

from bench.site import database, founded, rest
from bihuan.text.entries import entry_of

_FILL = [
    """
INSERT INTO cases_case (number, jurisdiction, pack, query_mark, title, appeal_type, urgency, channel, subject_code,
  place_code, place, secret, accused, anonymous, callback_wanted, stage, stage_at, registered_at, closed_at, closure,
  desk, lead, first_receiver, designated, adjudicated, assigned_at, signed_in_at, contacted_at, round, returns,
  extensions, reworks, registered_by, proposed_by, answered_by, signed_off_by, reviewed_by)
SELECT 'F' || %(prefix)s || lpad(i::text, 16, '0'), %(town)s, 'wendeng-2021-10/1', sha256(i::text::bytea),
  (ARRAY['小区路灯不亮', '楼道堆放杂物', '自来水压力不足', '夜间施工噪声', '占道经营', '垃圾清运不及时',
    '公交候车亭破损', '医保报销咨询', '路面坑洼积水', '暖气不热'])[1 + i %% 10] || '（第' || i || '件）',
  (ARRAY['HELP', 'HELP', 'COMPLAINT', 'CONSULT', 'HELP', 'SUGGEST', 'COMPLAINT', 'HELP'])[1 + i %% 8],
  CASE WHEN i %% 50 = 0 THEN 'urgent' ELSE 'normal' END, %(channel)s, '', '', '', false, '{}', false, true,
  stage, at, at - interval '9 days' * closed, CASE WHEN closed = 1 THEN at END,
  CASE WHEN closed = 1 THEN 'SOLVED' ELSE '' END,
  %(desk)s, lead, lead, false, false, at - interval '9 days' * closed, at - interval '8 days' * closed,
  at - interval '8 days' * closed, 1, 0, 0, 0, 'x', '', 'y', 'z', 'w'
FROM (SELECT i, (i <= %(open_after)s)::int AS closed,
    CASE WHEN i <= %(open_after)s THEN 'archived'
      ELSE (ARRAY['triage', 'dispatched', 'handling', 'handling', 'handling', 'callback'])[1 + i %% 6] END AS stage,
    CASE WHEN i > %(open_after)s AND i %% 6 = 0 THEN NULL WHEN i %% 10 = 3 THEN %(other)s ELSE %(unit)s END AS lead,
    CASE WHEN i > %(open_after)s THEN now() - (%(cases)s - i) * interval '3 minutes'
      ELSE now() - interval '10 days' - (%(open_after)s - i) * interval '25 seconds' END AS at
  FROM generate_series(%(first)s, %(last)s) i) t
""",
    """
INSERT INTO cases_participation (case_id, unit, part, since, until, basis_kind, basis, departure)
SELECT id, unit, part, registered_at, NULL, 'duty', '', '' FROM cases_case,
  LATERAL (VALUES (desk, 'desk'), (lead, 'lead')) p(unit, part)
WHERE unit IS NOT NULL AND number BETWEEN %(from)s AND %(to)s
""",
    """
INSERT INTO intake_source (case_id, jurisdiction, channel, origin_number, received_at, received_by)
SELECT id, jurisdiction, channel, '', registered_at, 'x' FROM cases_case WHERE number BETWEEN %(from)s AND %(to)s
""",
    """
INSERT INTO duties_duty (jurisdiction, subject, kind, norm, clause, pack, holder, post, "limit", basis, opened_at,
  due_at, first_due_at, provisional, discharged_at, outcome, steps_taken, calendar_edition)
SELECT jurisdiction, 'case:' || number, kind, 'dispatch.handle-within-limit', 'WD-2.3a', pack, lead,
  'handler', '5wd',
  '', registered_at, registered_at + interval '7 days', registered_at + interval '7 days', false, stage_at, 'met', 0, 0
FROM cases_case, unnest(ARRAY['dispatch', 'sign_in', 'handle', 'review', 'callback']) kind
WHERE stage = 'archived' AND number BETWEEN %(from)s AND %(to)s
""",
    """
INSERT INTO duties_duty (jurisdiction, subject, kind, norm, clause, pack, holder, post, "limit", basis, opened_at,
  due_at, first_due_at, provisional, outcome, steps_taken, calendar_edition)
SELECT jurisdiction, 'case:' || number, kind, norm, 'WD-2.3a', pack, CASE WHEN by_desk THEN desk ELSE lead END, post,
  '5wd', '', stage_at, stage_at + interval '4 days', stage_at + interval '4 days', false, '', 0, 0
FROM cases_case JOIN (VALUES ('triage', 'dispatch', 'intake.dispatch-promptly', 'dispatcher', true),
  ('dispatched', 'sign_in', 'dispatch.sign-in', 'handler', false),
  ('handling', 'handle', 'dispatch.handle-within-limit', 'handler', false),
  ('callback', 'callback', 'callback.by-platform', 'caller', true)) owed(in_stage, kind, norm, post, by_desk)
  ON in_stage = stage
WHERE number BETWEEN %(from)s AND %(to)s
""",
    """
INSERT INTO record_chain (subject, jurisdiction, length, head)
SELECT 'case:' || number, jurisdiction, 9, query_mark FROM cases_case WHERE number BETWEEN %(from)s AND %(to)s
""",
    """
INSERT INTO record_event (subject, sequence, jurisdiction, at, kind, norm, clause, account, name, unit, post, sentence,
  facts, previous, hash)
SELECT 'case:' || number, s, jurisdiction, registered_at, 'case.filled', 'intake.register', 'WD-1.1', 'x', 'x', desk,
  'registrar', '充填', '{}', query_mark, query_mark
FROM cases_case, generate_series(1, 9) s WHERE number BETWEEN %(from)s AND %(to)s
""",
    """
INSERT INTO dispatch_answer (case_id, version, at, by, unit, to_requester, to_platform, outcome, policy_basis,
  feedback_method, feedback_by, follow_up, signed_off_by)
SELECT number, 1, stage_at, 'y', lead, '已修复', '已修复', 'SOLVED', '', '', '', '', '' FROM cases_case
WHERE stage = 'archived' AND number BETWEEN %(from)s AND %(to)s
""",
    """
INSERT INTO feedback_callback (case_id, round, attempt, at, by, method, reached, solved, satisfied, verbatim)
SELECT number, 1, 1, stage_at, 'c', 'phone', true, 'yes', 'yes', '' FROM cases_case
WHERE stage = 'archived' AND number BETWEEN %(from)s AND %(to)s
""",
]
SAID = "阳光小区东门外路灯坏了三天，请尽快修复。"
STEP = 50_000
RARE = 100
"""Cases that have a rare word in common, however many there are: the answer to a search is as long with few as with
many."""
OPEN = 2_000
"""Cases on the desks: of them every one owes something, some of it late."""


@dataclass(frozen=True)
class Filled:
    """A database of one size, at rest."""

    name: str
    cases: int
    town: Town


def filled(cases: int, *, open: int = OPEN) -> Filled:
    """A database with that many cases in its tables, so many of them open; one that an earlier bench filled is taken as
    it is."""
    name = f"bench_{cases}" if open == OPEN else f"bench_{cases}_{open}"
    with database(name):
        call_command("migrate", verbosity=0)
        town = _filled_before(cases) or founded()
        up_to(cases, town, open=open)
        rest()
    return Filled(name, cases, town)


def _filled_before(cases: int) -> Town | None:
    """The town that an earlier bench filled: a million cases take minutes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT jurisdiction FROM cases_case GROUP BY 1 HAVING count(*) >= %s", [cases])
        row = cursor.fetchone()
    if row is None:
        return None
    desk, unit, other, township = (f"{row[0]}.{short}" for short in ("desk", "unit", "other", "township"))
    return Town(row[0], "hotline", desk, unit, other, township=township)


def prefix_of(town: Town) -> str:
    """What the numbers of its cases begin with after the F: letters alone, as of every case."""
    return town.code[1:].upper().translate(str.maketrans("0123456789", "GHJKLMNPQR"))


def up_to(cases: int, town: Town, *, open: int = OPEN) -> None:
    """Fill until the tables hold that many cases, the last ones open."""
    connection.ensure_connection()
    with ClientCursor(connection.connection) as cursor:
        cursor.execute("SELECT count(*) FROM cases_case")
        (there,) = cursor.fetchone() or (0,)
        prefix = prefix_of(town)
        cursor.execute("SET synchronous_commit = off")
        while there < cases:
            last = min(cases, there + STEP)
            said = {
                "prefix": prefix,
                "town": town.code,
                "channel": town.channel,
                "desk": town.desk,
                "unit": town.unit,
                "other": town.other,
                "cases": cases,
                "open_after": max(0, cases - open),
                "first": there + 1,
                "last": last,
                "from": f"F{prefix}{there + 1:016d}",
                "to": f"F{prefix}{last:016d}",
            }
            for statement in _FILL:
                cursor.execute(statement, said)
            _texts(cursor, str(said["from"]), str(said["to"]), rare=max(1, cases // RARE))
            there = last
        cursor.execute("RESET synchronous_commit")


def _texts(cursor: ClientCursor[tuple[object, ...]], first: str, last: str, *, rare: int) -> None:
    """What their requesters said, with marks of which some stand in many, some in few, and as the search keeps it."""
    cursor.execute("SELECT id, number, title FROM cases_case WHERE number BETWEEN %s AND %s", [first, last])
    rows = [(int(str(id)), str(number), str(title)) for id, number, title in cursor.fetchall()]
    with cursor.copy("COPY cases_casetext (case_id, content, folded, grams) FROM STDIN") as copy:
        for id, number, title in rows:
            content = f"{SAID}{number} w{id % 5000:06d}r{id % rare:06d}v{id % 777}"
            entry = entry_of(title, content, "", number)
            copy.write_row((id, content, entry.folded, entry.literal))

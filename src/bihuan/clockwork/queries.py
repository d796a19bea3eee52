"""How the installation is doing: read from the database's own books, for the operator's post alone."""

import json
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.migrations.loader import MigrationLoader
from procrastinate.contrib.django import app

from bihuan.clockwork import rules
from bihuan.clockwork.types import JobRow, Operations, Rhythm, SealState, SlowStatement, TableSize
from bihuan.duties.queries import counted_at
from bihuan.duties.types import LadderState
from bihuan.intake import queries as intake
from bihuan.joint import queries as joint
from bihuan.kernel.actor import Actor
from bihuan.kernel.refusal import Refusal
from bihuan.matters import queries as matters
from bihuan.record.types import Lag


def not_indexed() -> int:
    """How many cases, matters, linkages and whistles the search does not know yet."""
    return intake.not_indexed() + matters.not_indexed() + joint.not_indexed()


LABELS = {
    "clockwork.sweep": "督办阶梯、满期归档",
    "clockwork.catch_up": "教学时钟拨动后的补办",
    "clockwork.count": "职责统计",
    "clockwork.index": "检索索引",
    "clockwork.seal": "逐日封存",
    "clockwork.forget_answers": "清除重复提交的应答",
    "duties.recompute": "放假安排录入、更正后的重新计算",
    "attachments.check": "检查新附件",
    "attachments.drop": "删除不再使用的附件内容",
    "bihuan.attachments.jobs.check_waiting": "检查待放行的附件",
    "bihuan.attachments.jobs.sweep_unbound": "清除没有提交的附件",
    "bihuan.attachments.jobs.sweep": "清除中断时留下的附件",
    "documents.make": "生成文书",
    "ledgers.write_export": "生成导出文件",
    "ledgers.expire_exports": "删除过期的导出文件",
    "mailbags.check": "检查上传的来件表",
    "mailbags.register": "登记上传的来件表",
    "mailbags.expire": "删除过期的来件表",
    "care.carry_workbook": "检查、录入上传的工作簿",
    "care.expire_workbooks": "删除过期的工作簿",
    "notices.take_in": "生成通知",
    "notices.forget": "删除三个月以前的通知",
    "carriers.send": "发送通知的邮件、短信",
    "carriers.forget": "删除三个月以前的发送日志",
    "webhooks.take_in": "排定事件推送",
    "webhooks.deliver": "推送事件",
    "webhooks.forget": "删除30天以前的推送日志",
    "accountability.detect": "从办理记录中发现问责线索",
    "accountability.look": "按时钟发现问责线索",
    "assessment.take_in": "统计考核指标",
    "assessment.check": "复算考核指标",
    "privacy.sweep": "删除满期的个人信息",
    "bihuan.access.jobs.sweep": "清理旧的登录记录",
    "bihuan.drafts.jobs.sweep": "清除两周前的草稿",
    "bihuan.floodgate.jobs.sweep": "清理访问频次记录",
    "bihuan.requeue_stalled": "收回中断的作业",
    "bihuan.sweep": "清理已完成的作业",
    "bihuan.clear_sessions": "清理过期的登录",
}
"""Task → what it does, in words; every task has its own."""
FAILED_SHOWN = 50
SLOW_SHOWN = 15
TABLES_SHOWN = 15


def barred(actor: Actor) -> Refusal | None:
    """Why the actor may not see how the installation is doing, or None."""
    return rules.may_see(actor)


def operations() -> Operations:
    """How the installation is doing now. Asks nobody's permission: its callers have asked `barred`."""
    applied, waiting = _migrations()
    (books,) = _rows(_BOOKS)
    server, database, size, busy, workers, queue, behind, climbed, notes_statements = books
    return Operations(
        server=server.split(" ")[0],
        migrations=applied,
        waiting=waiting,
        queue=json.loads(queue or "{}"),
        failed=_failed(),
        rhythms=_rhythms(),
        workers=workers,
        seals=_seals(),
        counted=counted_at(),
        database=database,
        bytes=size,
        connections=busy,
        tables=_tables(),
        lags=tuple(Lag(*one) for one in json.loads(behind or "[]")),
        ladders=tuple(LadderState(*one) for one in json.loads(climbed or "[]")),
        slow=_slow() if notes_statements else None,
    )


_BOOKS = """
SELECT current_setting('server_version'), current_database(), pg_database_size(current_database()),
  (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()),
  (SELECT count(*) FROM procrastinate_workers),
  (SELECT jsonb_object_agg(status, n)::text FROM (SELECT status, count(*) AS n FROM procrastinate_jobs GROUP BY 1) q),
  (SELECT json_agg(json_build_array(name, lane, seconds) ORDER BY name, lane)::text FROM record_lags),
  (SELECT json_agg(json_build_array(jurisdiction, name, late, failed) ORDER BY jurisdiction)::text FROM duties_ladders),
  EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_stat_statements')"""


def _rows(sql: str, asked: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, asked or [])
        found: list[tuple[Any, ...]] = cursor.fetchall()
    return found


def _migrations() -> tuple[int, tuple[str, ...]]:
    """How many are applied, and which wait."""
    known = set(MigrationLoader(None).graph.nodes)
    applied = {(label, name) for label, name in _rows("SELECT app, name FROM django_migrations")}
    return len(applied & known), tuple(sorted(f"{label}.{name}" for label, name in known - applied))


def label_of(task: str) -> str:
    """What a job does, in words; its name where there are none."""
    return LABELS.get(task, task)


_FAILED = """
SELECT j.id, j.task_name, j.status::text, j.attempts, j.scheduled_at,
  (SELECT max(e.at) FROM procrastinate_events e WHERE e.job_id = j.id)
FROM procrastinate_jobs j
WHERE j.status IN ('failed', 'aborted') OR j.status = 'doing' AND j.worker_id IS NULL
ORDER BY j.id DESC LIMIT %s"""


def _failed() -> tuple[JobRow, ...]:
    return tuple(JobRow(row[0], row[1], label_of(row[1]), *row[2:]) for row in _rows(_FAILED, [FAILED_SHOWN]))


_RHYTHMS = """
SELECT j.task_name, max(e.at) FILTER (WHERE e.type = 'succeeded'), max(e.at) FILTER (WHERE e.type = 'failed'),
  count(DISTINCT j.id) FILTER (WHERE j.status = 'todo')
FROM procrastinate_jobs j LEFT JOIN procrastinate_events e ON e.job_id = j.id
GROUP BY j.task_name ORDER BY j.task_name"""


def _rhythms() -> tuple[Rhythm, ...]:
    """Every kind of job that was ever done, and those that come by themselves although they were not done yet."""
    known = {row[0]: row for row in _rows(_RHYTHMS)}
    names = sorted({*known, *(name for name, _ in app.periodic_registry.periodic_tasks)})
    return tuple(Rhythm(n, label_of(n), *(known[n][1:] if n in known else (None, None, 0))) for n in names)


_SEALED = """
SELECT j.code, j.name, s.day, s.leaves, s.sealed_at, coalesce(n.n, 0)
FROM organisations_jurisdiction j
LEFT JOIN (SELECT jurisdiction, max(day) AS day, count(*) AS n FROM record_seal GROUP BY 1) n ON n.jurisdiction = j.code
LEFT JOIN record_seal s ON s.jurisdiction = n.jurisdiction AND s.day = n.day
ORDER BY j.code"""


def _seals() -> tuple[SealState, ...]:
    return tuple(SealState(*row) for row in _rows(_SEALED))


_TABLES = """
SELECT relname, pg_total_relation_size(relid), n_live_tup FROM pg_stat_user_tables
ORDER BY 2 DESC LIMIT %s"""


def _tables() -> tuple[TableSize, ...]:
    return tuple(TableSize(*row) for row in _rows(_TABLES, [TABLES_SHOWN]))


_SLOW = """
SELECT left(query, 400), calls, mean_exec_time, total_exec_time / 1000 FROM pg_stat_statements s
JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = current_database()
ORDER BY total_exec_time DESC LIMIT %s"""


def _slow() -> tuple[SlowStatement, ...] | None:
    """The statements that take the most time in all; None where the server does not note them after all."""
    try:
        with transaction.atomic():
            return tuple(SlowStatement(*row) for row in _rows(_SLOW, [SLOW_SHOWN]))
    except DatabaseError:  # installed, but not loaded by the server
        return None

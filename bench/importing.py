"""How fast letters are imported, beside `psql \\copy` of the same rows into tables with the same indexes.

A hundred thousand invented letters of a realistic length, every one with a requester; `BENCH_LETTERS` takes fewer.
"""

import csv
import os
import random
import shutil
import subprocess
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from django.core.management import call_command

from bench.site import founded
from bihuan.intake import importing
from bihuan.intake.letters import are_headings, guess
from bihuan.intake.sheets import opened
from bihuan.kernel.actor import Actor

LETTERS = int(os.environ.get("BENCH_LETTERS", "100000"))
LENGTH = 360
HEADINGS = ("编号", "标题", "内容", "来件时间", "诉求类型", "姓名", "联系电话", "地址", "事发地点")
ROADS = ("人民路", "建设街", "滨河路", "学府路", "花园巷", "东风路")
PLACES = [f"{road}{number}号" for road in ROADS for number in range(1, 400)]
SUBJECTS = (
    "路灯",
    "自来水",
    "暖气",
    "公交站",
    "垃圾箱",
    "井盖",
    "电梯",
    "停车位",
    "广场舞噪音",
    "物业费",
    "医保报销",
    "公积金",
)
TROUBLES = (
    "一直没有人维修",
    "收费标准不清楚",
    "夜里影响休息",
    "多次反映没有结果",
    "存在安全隐患",
    "希望尽快答复办理流程",
)
SENTENCES = [
    f"{who}反映{what}{how}，{ask}。"
    for who in ("我们小区的住户", "附近商户", "接送孩子的家长", "村里的老人", "早晚通勤的职工")
    for what in SUBJECTS
    for how in TROUBLES
    for ask in ("请有关部门到现场查看", "请告知依据的文件", "盼给一个准确的时间", "希望不要再互相推诿")
]
TABLES = {
    "cases_case": "jurisdiction = %s",
    "cases_casetext": "case_id IN (SELECT id FROM cases_case WHERE jurisdiction = %s)",
    "cases_participation": "case_id IN (SELECT id FROM cases_case WHERE jurisdiction = %s)",
    "intake_source": "jurisdiction = %s",
    "duties_duty": "jurisdiction = %s",
    "requesters_requester": "jurisdiction = %s",
    "record_chain": "jurisdiction = %s AND subject LIKE 'case:%%'",
    "record_event": "jurisdiction = %s AND subject LIKE 'case:%%'",
}
"""What an import fills, and which of its rows are a jurisdiction's."""


def write_letters(path: Path, count: int) -> None:
    """Invented letters of a realistic length."""
    chance = random.Random(20211)
    start = datetime(2025, 1, 1, 8, 0, tzinfo=UTC)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(HEADINGS)
        for number in range(1, count + 1):
            content = chance.choice(PLACES)
            while len(content) < LENGTH:
                content += chance.choice(SENTENCES)
            title = f"{chance.choice(PLACES)}{chance.choice(SUBJECTS)}{chance.choice(TROUBLES)}"
            at = start + timedelta(seconds=60 * number % 15_000_000)
            kind = chance.choice(("咨询", "求助", "投诉", "建议"))
            phone = f"13{chance.randrange(10**9):09d}"
            name = f"{chance.choice('赵钱孙李周吴郑王')}某{number}"
            table.writerow(
                (f"L{number:07d}", title, content, f"{at:%Y/%m/%d %H:%M:%S}", kind, name, phone, title[:8], title[:8])
            )


def run_import(path: Path, actor: Actor) -> tuple[float, int]:
    """Seconds, and letters registered, from opening the file to the last commit."""
    started = time.perf_counter()
    with opened(path, knows=are_headings) as sheet:
        columns = guess(sheet.headings)
        counts = importing.run(sheet, columns, channel="hotline", actor=actor, now=datetime.now(UTC), dry=False)
    return time.perf_counter() - started, counts.registered


def run_copy(folder: Path, jurisdiction: str) -> tuple[float, int, str]:
    """Seconds, bytes and tool of writing the same rows again into empty tables with the same columns and indexes."""
    url, total, seconds = os.environ["DATABASE_URL"], 0, 0.0
    psql = shutil.which("psql")
    with psycopg.connect(url, autocommit=True) as session:
        session.execute("DROP SCHEMA IF EXISTS bench_copy CASCADE; CREATE SCHEMA bench_copy")
        for table, mine in TABLES.items():
            session.execute(f"CREATE TABLE bench_copy.{table} (LIKE public.{table} INCLUDING ALL)")
            rows = folder / table
            copy_out(session, f"COPY (SELECT * FROM {table} WHERE {mine}) TO STDOUT", jurisdiction, rows)
            total += rows.stat().st_size
            started = time.perf_counter()
            if psql:
                command = f"\\copy bench_copy.{table} FROM '{rows}'"
                subprocess.run([psql, "-q", url, "-c", command], check=True)
            else:
                copy_in(session, f"COPY bench_copy.{table} FROM STDIN", rows)
            seconds += time.perf_counter() - started
        session.execute("DROP SCHEMA bench_copy CASCADE")
    return seconds, total, "psql \\copy" if psql else "COPY"


def copy_out(session: psycopg.Connection, statement: str, jurisdiction: str, path: Path) -> None:
    """The rows of a table, as COPY writes them."""
    with path.open("wb") as file, session.cursor() as cursor, cursor.copy(statement, [jurisdiction]) as rows:
        for block in rows:
            file.write(block)


def copy_in(session: psycopg.Connection, statement: str, path: Path) -> None:
    """The rows back again."""
    with path.open("rb") as file, session.cursor() as cursor, cursor.copy(statement) as rows:
        while block := file.read(1 << 16):
            rows.write(block)


def run() -> dict[str, object]:
    """Import, copy, compare."""
    call_command("migrate", verbosity=0)
    town = founded()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_letters(folder / "letters.csv", LETTERS)
        seconds, registered = run_import(folder / "letters.csv", town.actor("desk.registrar"))
        limit, size, tool = run_copy(folder, town.code)
    assert registered == LETTERS, (registered, LETTERS)
    return {
        "letters": LETTERS,
        "seconds": round(seconds, 2),
        "letters_per_second": round(LETTERS / seconds),
        "limit": {
            "what": f"{tool} of the same rows into tables with the same indexes",
            "megabytes": round(size / 1e6, 1),
            "seconds": round(limit, 2),
            "letters_per_second": round(LETTERS / limit),
        },
        "share_of_limit": round(limit / seconds, 3),
    }

"""What a form takes as PDF and Word, and what 200 forms made by jobs leave of the site's page figures."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime

from bench.fill import Filled, filled, prefix_of
from bench.pages import P95_LIMIT_MS, SECONDS, SMALL, WARM, account, drive, pages, signed_in
from bench.site import database, served
from bihuan.documents import pdf, word
from bihuan.documents.commands import draw_up
from bihuan.documents.layout import Page, lay_out
from bihuan.documents.models import Document
from bihuan.documents.types import State
from bihuan.documents.types.sheets import Graded, LinkageForm, WhistleForm
from bihuan.kernel.actor import Actor
from bihuan.policy.loader import pack

FORMS = int(os.environ.get("BENCH_FORMS", "200"))
CPU_LIMIT_MS = 50
PATIENCE = 300
WATCHED = ("workbench", "case")


def form(n: int) -> LinkageForm:
    """A form as full as they come: three units, a long result."""
    at = datetime(2026, 3, 5, 6, 30, tzinfo=UTC)
    return LinkageForm(
        matter=f"第{n}件：阳光小区东门外的路灯三天不亮，居民夜间出行不便",
        lead="住房和城乡建设局",
        grades=(
            Graded("供电公司", "好"),
            Graded("综合行政执法局", "较好", "首次联系后次日到场"),
            Graded("街道办事处", "好"),
        ),
        result="三家单位现场会商，更换损坏的灯具和线路，当晚恢复照明；电话告知诉求人办理结果，诉求人表示认可。" * 3,
        follow_up="满意",
        from_at=at,
        to_at=at,
        signed_by="王堃",
        signed_at=at,
    )


def whistle_form(n: int) -> WhistleForm:
    """The same of a whistle."""
    said = form(n)
    return WhistleForm(**{f.name: getattr(said, f.name) for f in fields(said)}, whistle_type="常规哨")


def cpu_of(render: Callable[[Page], bytes], sheet: Callable[[int], LinkageForm]) -> dict[str, float]:
    """Processor time of the first form, and of each one after it, in milliseconds."""

    def spent(n: int) -> float:
        page = lay_out(sheet(n), serial=f"WS{n:08d}")
        begun = time.process_time()
        render(page)
        return 1000 * (time.process_time() - begun)

    first = spent(0)
    after = sorted(spent(n) for n in range(1, FORMS + 1))
    return {
        "first_ms": round(first, 1),
        "mean_ms": round(sum(after) / len(after), 2),
        "p95_ms": round(after[int(len(after) * 0.95)], 2),
    }


@contextmanager
def working() -> Iterator[None]:
    """The worker that makes the files, as in production."""
    worker = subprocess.Popen([sys.executable, "-m", "bihuan.cli.main", "worker"])
    try:
        yield
    finally:
        worker.terminate()
        worker.wait(60)


def ask_for_forms(place: Filled, many: int) -> set[int]:
    """Draw up so many forms, each on a case of its own; their files wait for the jobs."""
    clerk, now = Actor.clockwork(place.town.code), datetime.now(UTC)
    prefix, rulebook = prefix_of(place.town), pack("wendeng-2021-10")
    return {
        draw_up(
            subject_kind="case",
            number=f"F{prefix}{n:016d}",
            sheet=form(n),
            actor=clerk,
            rulebook=rulebook,
            now=now,
        )
        for n in range(1, many + 1)
    }


def p95_of(place: Filled, cookie: str, page: str, seconds: float) -> float:
    """95th percentile of a page in milliseconds."""
    took = asyncio.run(drive(pages(place)[page], cookie, seconds))
    return round(took[int(len(took) * 0.95)], 1)


def beside_the_site(place: Filled) -> dict[str, object]:
    """Each watched page without the jobs, and while as many forms are made; how long the jobs took beside it."""
    found: dict[str, object] = {}
    with database(place.name), served(), working():
        cookie = signed_in(account(place))
        _made(ask_for_forms(place, 1), time.perf_counter())
        for page in WATCHED:
            p95_of(place, cookie, page, WARM)
            alone = p95_of(place, cookie, page, SECONDS)
            wanted, begun = ask_for_forms(place, FORMS), time.perf_counter()
            beside = p95_of(place, cookie, page, SECONDS)
            left = _left(wanted)
            took = _made(wanted, begun)
            found[page] = {
                "p95_ms_without_jobs": alone,
                "p95_ms_beside_jobs": beside,
                "forms_left_when_it_was_measured": left,
                "forms_made": Document.objects.filter(pk__in=wanted, state=State.READY).count(),
                "forms_per_s": round(FORMS / took, 1),
            }
    return found


def _made(wanted: set[int], begun: float) -> float:
    """Wait for the files of the forms; answers how many seconds it took since then."""
    while _left(wanted) and time.perf_counter() - begun < PATIENCE:
        time.sleep(0.1)
    return time.perf_counter() - begun


def _left(wanted: set[int]) -> int:
    return Document.objects.filter(pk__in=wanted, state=State.WAITING).count()


def run() -> dict[str, object]:
    """Processor time of one form, and many of them beside the site."""
    cpu = {
        "D08_pdf": cpu_of(lambda page: pdf.render(page, at=datetime.now(UTC)), form),
        "D09_pdf": cpu_of(lambda page: pdf.render(page, at=datetime.now(UTC)), whistle_form),
        "D08_word": cpu_of(word.render, form),
    }
    return {
        "forms": FORMS,
        "cpu": cpu,
        "limits": {"pdf_cpu_ms": CPU_LIMIT_MS, "page_p95_ms": P95_LIMIT_MS},
        "beside_the_site": beside_the_site(filled(SMALL)),
    }

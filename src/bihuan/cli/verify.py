"""`bihuan verify`: is the record what it was, and do the tables say what it says?"""

import json
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click
from django.conf import settings
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bihuan.audit import queries
from bihuan.audit.types import Report
from bihuan.kernel.refusal import Unknown
from bihuan.organisations.queries import jurisdiction as known
from bihuan.record import sealing
from bihuan.record.types import Broken
from bihuan.subjects.registry import REGISTRY

COUNTED = {
    "events": "记录{}条",
    "chains": "链{}条",
    "seals": "封存{}日",
    **{kind.folder: f"{kind.label}{{}}{kind.classifier}" for kind in REGISTRY},
    "duties": "职责{}项",
    "attachments": "附件{}个",
}


@click.command()
@click.option("--jurisdiction", help="只核验这一个辖区。")
@click.option(
    "--seals",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="逐次比对的库外封存文件；不指明的，用数据目录里的 seals.jsonl。",
)
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出结果。")
def command(jurisdiction: str | None, seals: Path | None, as_json: bool) -> None:
    """核验全部记录、封存、编号、环节与职责；有出入即列出首个不符之处，并以 1 退出。"""
    if jurisdiction is not None:
        try:
            known(jurisdiction)
        except Unknown:
            raise click.ClickException(f"没有“{jurisdiction}”这个辖区") from None
    began = time.monotonic()
    report = _verified(jurisdiction, seals)
    seconds = time.monotonic() - began
    if jurisdiction is None:
        _keep(report, seconds)
    if as_json:
        click.echo(json.dumps(_plain(report, seconds), ensure_ascii=False))
    else:
        _tell(report, seconds)
    sys.exit(0 if report.clean else 1)


def _keep(report: Report, seconds: float) -> None:
    """Note for the operators' page what the whole verification said, and when."""
    told = {
        "at": datetime.now(UTC).isoformat(),
        "clean": report.clean,
        "seconds": round(seconds, 1),
        "findings": len(report.findings) + report.untold,
        "remarks": len(report.remarks) + report.unremarked,
    }
    with suppress(OSError):  # a reader who may not write there has still verified
        Path(settings.DATA_FOLDER, "verified.json").write_text(json.dumps(told))


def _verified(jurisdiction: str | None, seals: Path | None) -> Report:
    own = Path(settings.DATA_FOLDER, "seals.jsonl")
    path = seals or (own if own.exists() else None)
    outside = sealing.published(path) if path else []
    console = Console(stderr=True)
    columns = (TextColumn("核验记录"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task("", total=None)
        return queries.verify(
            jurisdiction,
            seals=outside,
            begin=lambda total: progress.update(bar, total=total),
            advance=lambda done: progress.advance(bar, done),
        )


def _tell(report: Report, seconds: float) -> None:
    counts = "、".join(words.format(report.counts[name]) for name, words in COUNTED.items() if name in report.counts)
    for found in report.findings:
        click.echo(f"{_place(found)}：{found.reason}")
    if report.untold:
        click.echo(f"另有{report.untold}处不符，未逐一列出")
    for noticed in report.remarks:
        click.echo(f"提示：{_place(noticed)}：{noticed.reason}")
    if report.unremarked:
        click.echo(f"另有{report.unremarked}条提示，未逐一列出")
    verdict = "全部相符" if report.clean else f"发现{len(report.findings) + report.untold}处不符"
    click.echo(f"{verdict}（{counts}，用时{seconds:.1f}秒）")


def _place(found: Broken) -> str:
    day = f"（{found.day}）" if found.day else ""
    return f"{found.subject}{day}" if found.sequence is None else f"{found.subject} 第{found.sequence}条{day}"


def _plain(report: Report, seconds: float) -> dict[str, object]:
    def told(found: Broken) -> dict[str, object]:
        day = found.day and found.day.isoformat()
        return {"subject": found.subject, "sequence": found.sequence, "day": day, "reason": found.reason}

    return {
        "clean": report.clean,
        "counts": dict(report.counts),
        "findings": [told(found) for found in report.findings],
        "untold": report.untold,
        "remarks": [told(noticed) for noticed in report.remarks],
        "unremarked": report.unremarked,
        "seconds": round(seconds, 3),
    }

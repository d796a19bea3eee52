"""`bihuan doctor`: is everything as it should be, and what to do where it is not."""

import json
import logging
import sys
from dataclasses import asdict
from datetime import UTC, datetime

import click

from bihuan.care.doctor import examine

MARKS = {"ok": "正常", "warning": "注意", "failure": "故障"}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="以 JSON 输出结果。")
@click.option("--strict", is_flag=True, help="有“注意”也以 1 退出。")
def command(as_json: bool, strict: bool) -> None:
    """检查密钥、磁盘、字体、备份、数据库、时钟、后台任务、封存与日历；有故障以 1 退出。"""
    logging.getLogger("bihuan").addHandler(logging.NullHandler())  # what is wrong is told below
    findings = list(examine(lambda: datetime.now(UTC)))
    if as_json:
        click.echo(json.dumps([asdict(found) for found in findings], ensure_ascii=False))
    else:
        for found in findings:
            advice = f"。{found.advice}" if found.advice else ""
            click.echo(f"[{MARKS[found.state]}] {found.check}：{found.said}{advice}")
    bad = {"failure", "warning"} if strict else {"failure"}
    sys.exit(1 if any(found.state in bad for found in findings) else 0)

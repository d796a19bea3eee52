"""Writing the ledger as a worksheet, beside XlsxWriter alone writing the same cells; each in a process of its own."""

import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from xlsxwriter import Workbook

from bench.fill import filled
from bench.site import database

ROWS = int(os.environ.get("BENCH_ROWS", "100000"))
LIMIT = 10_000
"""Rows a second."""


def run() -> dict[str, object]:
    """Rows a second and memory of our export, of XlsxWriter with the same cells, and of a tenth of the rows."""
    place = filled(ROWS)
    with database(place.name):
        account = f"{place.town.code}.desk.dispatcher"
        ours, tenth = _apart("ours", account, ROWS), _apart("ours", account, ROWS // 10)
        alone = _apart("alone", account, ROWS)
    return {
        "rows": ours["rows"],
        "columns": ours["columns"],
        "ours": ours,
        "ours_with_a_tenth": tenth,
        "xlsxwriter_alone": alone,
        "limit_rows_per_s": LIMIT,
        "times_xlsxwriter": round(ours["rows_per_s"] / alone["rows_per_s"], 2),
        "memory_growth": round(ours["peak_mb"] / tenth["peak_mb"], 2),
    }


def _apart(which: str, account: str, rows: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.export", which, account, str(rows)]
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "bihuan.config.settings"}
    told = subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout
    found: dict[str, float] = json.loads(told.splitlines()[-1])
    return found


def _alone(which: str, account: str, rows: int) -> None:
    """One measurement in this process."""
    import django

    django.setup()
    from bihuan.ledgers import queries
    from bihuan.ledgers.sheets import LedgerBook
    from bihuan.ledgers.types import Asked, Which
    from bihuan.organisations.queries import by_account

    standing = by_account(account, at=datetime.now(UTC))
    assert standing is not None
    asked = Asked(Which.CASE)
    columns = queries.chosen(asked)

    def batches() -> Iterator[list[tuple[object, ...]]]:
        left = rows
        for batch in queries.batches(asked, standing.actor, now=standing.now):
            yield batch[:left]
            left -= len(batch)
            if left <= 0:
                return

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ledger.xlsx"
        if which == "ours":
            begun = time.perf_counter()
            book = LedgerBook(path, columns, title="台账")
            written = 0
            for batch in batches():
                written = book.write(batch)  # type: ignore[arg-type]
            book.close(mark=account, told=[])
            took = time.perf_counter() - begun
        else:
            cells = [row for batch in batches() for row in batch]  # read before the clock runs: its cells alone
            written = len(cells)
            begun = time.perf_counter()
            _write_alone(path, [c.label for c in columns], cells)
            took = time.perf_counter() - begun
        told = {
            "rows": written,
            "columns": len(columns),
            "seconds": round(took, 2),
            "rows_per_s": round(written / took, 1),
            "file_mb": round(path.stat().st_size / 1e6, 2),
            "peak_mb": _peak_mb(),
        }
    print(json.dumps(told))


def _peak_mb() -> float:
    """The most memory that this process held; `getrusage` would count its parent's before it began."""
    held = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert held is not None
    return round(int(held[1]) / 1024, 1)


def _write_alone(path: Path, heads: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """What a plain program does with XlsxWriter, in its constant memory as well."""
    book = Workbook(str(path), {"constant_memory": True, "remove_timezone": True, "strings_to_formulas": False})
    sheet, moments = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    sheet.write_row(0, 0, heads)
    for at, row in enumerate(rows, 1):
        for column, value in enumerate(row):
            if isinstance(value, datetime):
                sheet.write_datetime(at, column, value, moments)
            elif isinstance(value, str):
                sheet.write_string(at, column, value)
            elif value is not None:
                sheet.write_number(at, column, value)
    book.close()


if __name__ == "__main__":
    _alone(sys.argv[1], sys.argv[2], int(sys.argv[3]))

"""A workbook that somebody sends and waits for, by the page or the API: within bounds, for others wait meanwhile."""

import tempfile
from pathlib import Path

from bihuan.care.workbook.carrying import Report, carry_in
from bihuan.care.workbook.plans import PEOPLE, PLACES
from bihuan.care.workbook.reading import read
from bihuan.intake.sheets import BadSheet
from bihuan.intake.workbooks import PROMPT
from bihuan.organisations.types import Standing
from bihuan.policy.loader import pack
from bihuan.record import scope

MOST_PEOPLE = 100
"""So many new accounts are opened at once: each password takes its time."""
MOST_LINES = 2_000
"""So many lines are looked through, besides places, which are loaded at once: each is an act by itself."""
_APART = "请分几次录入，或由运维人员在控制台录入。"


def carry_sent(data: bytes, standing: Standing, *, dry: bool) -> Report:
    """What became of the workbook that was sent. Raises BadSheet, with why nothing did."""
    with tempfile.TemporaryDirectory(prefix="bihuan-") as folder, scope.aside():
        path = Path(folder, "workbook")
        path.write_bytes(data)
        lines, wrong = read(path, pack(standing.jurisdiction.pack), PROMPT)
    acts = sum(line.plan is not PLACES for line in lines)
    if acts > MOST_LINES:
        raise BadSheet(f"一次最多录入{MOST_LINES}行，这份有{acts}行；{_APART}")
    if not dry and not wrong:
        looked = carry_in(lines, standing=standing, dry=True)
        if looked.wrong:
            return looked
        if looked.added[PEOPLE.name] > MOST_PEOPLE:
            raise BadSheet(f"一次最多开设{MOST_PEOPLE}个账号，这份有{looked.added[PEOPLE.name]}个；{_APART}")
    return carry_in(lines, wrong, standing=standing, dry=dry)

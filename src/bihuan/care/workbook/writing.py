"""Writing the workbook out: empty, or with the city as it stands."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import zip_longest
from pathlib import Path

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from bihuan.care.workbook.plans import (
    ACCOUNT,
    CALENDAR,
    CODES,
    NO,
    NOTES,
    PEOPLE,
    PLACES,
    UNIT,
    UNITS,
    YES,
    YES_OR_NO,
    Plan,
    listed,
    notes,
    plans,
)
from bihuan.care.workbook.standing import DATED, City, Stands, city, standing
from bihuan.duties import queries as duties
from bihuan.duties.types import Days
from bihuan.localities import queries as localities
from bihuan.organisations import queries
from bihuan.organisations.types import Standing
from bihuan.policy.pack import Pack
from bihuan.record import scope

Row = tuple[str, ...]


def template(path: Path, rulebook: Pack) -> None:
    """Write an empty workbook with its headings, and what may be chosen."""
    _write(path, rulebook, {})


def export(path: Path, of: Standing) -> None:
    """Write the city as it stands today, as it could be carried in."""
    with scope.reading(of.actor):
        here = city(of.jurisdiction.code, queries.pack_of(of.jurisdiction.code, now=of.now), of.now)
        rows = {
            UNITS.name: _units(here),
            PEOPLE.name: ((one.account, one.name) for one in queries.people(here.code, now=of.now) if one.active),
            PLACES.name: ((row.code, row.name) for row in localities.every(here.code)),
            CALENDAR.name: _calendar(),
        }
        dated = {plan.name: _lines(plan, standing(plan, here), queries.today(of.now)) for plan in DATED}
        _write(path, here.rulebook, {name: list(told) for name, told in (rows | dated).items()})


def _units(here: City) -> Iterator[Row]:
    kinds = {kind.code: kind.label for kind in here.rulebook.unit_types.values()}
    for unit in queries.units(here.code):
        if unit.ended_on is None:
            parent, active = here.names.get(unit.parent or "", ""), YES if unit.active else NO
            yield unit.code, unit.name, kinds.get(unit.type, unit.type), parent, unit.superior_body, active


def _lines(plan: Plan, known: Sequence[Stands], today: date) -> Iterator[Row]:
    """What holds today or will; what follows another one tells by its day until when that holds."""
    living = [one for one in known if one.lives(today)]
    begun = {(one.key(plan), one.from_on) for one in living}
    places = {key: place for place, key in reversed(list(enumerate(one.key(plan) for one in living)))}
    for one in sorted(living, key=lambda one: (places[one.key(plan)], one.from_on)):
        followed = plan.follows and (one.key(plan), one.until_on) in begun
        days = {"from_on": str(one.from_on), "until_on": "" if followed else str(one.until_on or "")}
        yield tuple(days.get(column.key) or one.cells.get(column.key, ("", ""))[1] for column in plan.columns)


def _calendar() -> Iterator[Row]:
    """The years of which the notice was entered here, as they hold; what came with the program is there anyway."""
    for year in duties.years_entered():
        wording = duties.wordings(year)[0]
        for first, last, name in spans(wording.days):
            until = str(last) if last > first else ""
            yield str(year), str(first), until, name, wording.notice, wording.reason


def spans(days: Days) -> Iterator[tuple[date, date, str]]:
    """Days of one name that follow each other, as the first and the last of them."""
    runs: list[list[date]] = []
    for on in sorted(days):
        if runs and on - runs[-1][-1] == timedelta(days=1) and days[on] == days[runs[-1][-1]]:
            runs[-1].append(on)
        else:
            runs.append([on])
    yield from ((run[0], run[-1], days[run[0]]) for run in runs)


def _write(path: Path, rulebook: Pack, rows: Mapping[str, Iterable[Row]]) -> None:
    """Everything is written as text: a cell that begins with = is no formula. Cells of lists offer what there is."""
    with Workbook(path) as book:
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        offers = _offers(rulebook)
        for plan in plans(rulebook):
            sheet = book.add_worksheet(plan.name)
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(plan.columns):
                sheet.write_string(0, place, column.heading, bold)
                sheet.set_column(place, place, 22)
                if column.of in offers:
                    sheet.data_validation(1, place, OFFERED, place, offers[column.of])
            for number, row in enumerate(rows.get(plan.name, ()), 1):
                for place, cell in enumerate(row):
                    sheet.write_string(number, place, cell)
        _write_lines(book.add_worksheet(NOTES), notes(rulebook), (24, 32, 80), wrapped)
        _write_lines(book.add_worksheet(CODES), _codes(rulebook), (24,) * 2 * len(listed(rulebook)), wrapped)


OFFERED = 5_000
"""In so many lines cells offer what may be chosen."""


def _offers(rulebook: Pack) -> dict[str, dict[str, object]]:
    """What cells of a column offer; something else may be written, such as a code in place of a name."""
    found = {
        YES_OR_NO: f'"{YES},{NO}"',
        UNIT: f"='{UNITS.name}'!$B$2:$B${OFFERED}",
        ACCOUNT: f"='{PEOPLE.name}'!$A$2:$A${OFFERED}",
    }
    for number, (of, one) in enumerate(listed(rulebook).items()):
        column = xl_col_to_name(2 * number)
        found[of] = f"='{CODES}'!${column}$2:${column}${1 + len(one.known)}"
    return {of: {"validate": "list", "source": source, "show_error": False} for of, source in found.items()}


def _codes(rulebook: Pack) -> Iterator[Row]:
    """What the regulation lists, by name and code, each list in two columns."""
    known = listed(rulebook).values()
    yield tuple(word for one in known for word in (one.what, f"{one.what}代码"))
    for line in zip_longest(*(one.known.items() for one in known), fillvalue=("", "")):
        yield tuple(word for code, label in line for word in (label, code))


def _write_lines(sheet: Worksheet, lines: Iterable[Row], widths: Sequence[int], form: Format) -> None:
    for place, width in enumerate(widths):
        sheet.set_column(place, place, width)
    for number, line in enumerate(lines):
        for place, cell in enumerate(line):
            sheet.write_string(number, place, cell, form)

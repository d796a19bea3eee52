"""A city as one workbook: what is wrong with a file, carrying it in as a whole, and writing out what is there."""

from bihuan.care.workbook.carrying import carry_in
from bihuan.care.workbook.cells import OneTime, Report
from bihuan.care.workbook.plans import CODES, NOTES, PEOPLE, PLACES, PLANS, plans
from bihuan.care.workbook.reading import Book, Wrong, read
from bihuan.care.workbook.writing import export, template

__all__ = [
    "CODES",
    "NOTES",
    "PEOPLE",
    "PLACES",
    "PLANS",
    "Book",
    "OneTime",
    "Report",
    "Wrong",
    "carry_in",
    "export",
    "plans",
    "read",
    "template",
]

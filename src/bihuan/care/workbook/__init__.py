"""A city as one workbook: what is wrong with a file, carrying it in as a whole, and writing out what is there."""

from bihuan.care.workbook.carrying import Report, carry_in
from bihuan.care.workbook.plans import NOTES, PEOPLE, PLACES, PLANS, plans
from bihuan.care.workbook.prompt import carry_sent
from bihuan.care.workbook.reading import Wrong, read
from bihuan.care.workbook.writing import export, template

__all__ = [
    "NOTES",
    "PEOPLE",
    "PLACES",
    "PLANS",
    "Report",
    "Wrong",
    "carry_in",
    "carry_sent",
    "export",
    "plans",
    "read",
    "template",
]

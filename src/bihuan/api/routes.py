"""Every endpoint there is."""

from bihuan.api import attachments, cases, duties, matters, regulations, subjects, training, units
from bihuan.api.cases import CASES
from bihuan.api.endpoints import Router
from bihuan.api.matters import MATTERS

SUBJECTS = {subject.name: subject for subject in (CASES, MATTERS)}

ROUTER = Router(
    [
        *(endpoint for subject in SUBJECTS.values() for endpoint in subjects.endpoints(subject)),
        *cases.endpoints(),
        *matters.endpoints(),
        *duties.endpoints(SUBJECTS),
        *regulations.endpoints(),
        *units.endpoints(),
        *attachments.endpoints(SUBJECTS),
        *training.endpoints(),
    ]
)

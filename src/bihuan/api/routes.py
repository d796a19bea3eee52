"""Every endpoint there is."""

from bihuan.api import attachments, cases, duties, regulations, subjects, training, units
from bihuan.api.cases import CASES
from bihuan.api.endpoints import Router

SUBJECTS = {subject.name: subject for subject in (CASES,)}

ROUTER = Router(
    [
        *(endpoint for subject in SUBJECTS.values() for endpoint in subjects.endpoints(subject)),
        *cases.endpoints(),
        *duties.endpoints(SUBJECTS),
        *regulations.endpoints(),
        *units.endpoints(),
        *attachments.endpoints(SUBJECTS),
        *training.endpoints(),
    ]
)

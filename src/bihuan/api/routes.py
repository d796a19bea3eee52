"""Every endpoint there is."""

from bihuan.api import attachments, cases, duties, joint, matters, regulations, subjects, training, units
from bihuan.api.cases import CASES
from bihuan.api.endpoints import Router
from bihuan.api.joint import LINKAGES, WHISTLES
from bihuan.api.matters import MATTERS

SUBJECTS = {subject.name: subject for subject in (CASES, MATTERS, LINKAGES, WHISTLES)}

ROUTER = Router(
    [
        *(endpoint for subject in SUBJECTS.values() for endpoint in subjects.endpoints(subject)),
        *cases.endpoints(),
        *matters.endpoints(),
        *joint.endpoints(),
        *duties.endpoints(SUBJECTS),
        *regulations.endpoints(),
        *units.endpoints(),
        *attachments.endpoints(SUBJECTS),
        *training.endpoints(),
    ]
)

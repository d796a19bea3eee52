"""Every endpoint there is."""

from bihuan.api import (
    attachments,
    calendar,
    cases,
    determination,
    duties,
    founding,
    joint,
    mailbags,
    matters,
    papers,
    people,
    places,
    regulations,
    responsibilities,
    subjects,
    training,
    units,
)
from bihuan.api.cases import CASES
from bihuan.api.determination import DETERMINATIONS, REFERRALS
from bihuan.api.endpoints import Router
from bihuan.api.joint import LINKAGES, WHISTLES
from bihuan.api.matters import MATTERS

SUBJECTS = {subject.name: subject for subject in (CASES, MATTERS, LINKAGES, WHISTLES, DETERMINATIONS, REFERRALS)}

ROUTER = Router(
    [
        *(endpoint for subject in SUBJECTS.values() for endpoint in subjects.endpoints(subject)),
        *cases.endpoints(),
        *matters.endpoints(),
        *joint.endpoints(),
        *determination.endpoints(),
        *papers.endpoints(SUBJECTS),
        *duties.endpoints(SUBJECTS),
        *regulations.endpoints(),
        *units.endpoints(),
        *people.endpoints(),
        *responsibilities.endpoints(),
        *calendar.endpoints(),
        *places.endpoints(),
        *founding.endpoints(),
        *attachments.endpoints(SUBJECTS),
        *mailbags.endpoints(),
        *training.endpoints(),
    ]
)

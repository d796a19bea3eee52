"""Every endpoint there is."""

from bihuan.api import (
    assessment,
    attachments,
    calendar,
    carriers,
    cases,
    commitments,
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
    supervision,
    training,
    units,
    webhooks,
)
from bihuan.api.bulletins import BULLETINS
from bihuan.api.cases import CASES
from bihuan.api.clues import CLUES
from bihuan.api.determination import DETERMINATIONS, REFERRALS
from bihuan.api.endpoints import Router
from bihuan.api.instructions import INSTRUCTIONS
from bihuan.api.joint import LINKAGES, WHISTLES
from bihuan.api.matters import MATTERS
from bihuan.api.meetings import MEETINGS
from bihuan.api.rhythms import RHYTHMS
from bihuan.api.supervision import COLOUREDS, ORDERS, REMINDERS, URGES

RESOURCES = (
    CASES,
    INSTRUCTIONS,
    RHYTHMS,
    MEETINGS,
    MATTERS,
    LINKAGES,
    WHISTLES,
    DETERMINATIONS,
    REFERRALS,
    URGES,
    REMINDERS,
    ORDERS,
    COLOUREDS,
    BULLETINS,
    CLUES,
)

ROUTER = Router(
    [
        *(endpoint for resource in RESOURCES for endpoint in subjects.endpoints(resource)),
        *cases.endpoints(),
        *matters.endpoints(),
        *joint.endpoints(),
        *determination.endpoints(),
        *supervision.endpoints(),
        *commitments.endpoints(),
        *papers.endpoints(),
        *duties.endpoints(),
        *regulations.endpoints(),
        *assessment.endpoints(),
        *units.endpoints(),
        *people.endpoints(),
        *responsibilities.endpoints(),
        *calendar.endpoints(),
        *places.endpoints(),
        *founding.endpoints(),
        *attachments.endpoints(),
        *mailbags.endpoints(),
        *training.endpoints(),
        *webhooks.endpoints(),
        *carriers.endpoints(),
    ]
)

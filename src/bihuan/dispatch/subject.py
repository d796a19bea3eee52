"""What dispatch writes to the record of a case."""

from django.db.models import Q

from bihuan.cases.subject import CASE
from bihuan.dispatch.models import Answer
from bihuan.dispatch.types import (
    Answered,
    CaseDispatched,
    CaseRedispatched,
    DispatchRecalled,
    LeadEnded,
    ReturnApproved,
)
from bihuan.kernel.erasure import ERASED
from bihuan.subjects.declaration import Contribution
from bihuan.subjects.evidence import Digest, Evidence, lead, no_lead, text

ANSWER = Digest(
    "第{version}版答复",
    Answer,
    ("to_requester", "to_platform"),
    of="case__number",
    where=~Q(case__title=ERASED),
)
CONTRIBUTIONS = (
    Contribution(
        CASE,
        Evidence(
            digests=(ANSWER,),
            replay={
                Answered: text("第{answer_version}版答复"),
                CaseDispatched: lead(),
                CaseRedispatched: lead(),
                DispatchRecalled: no_lead,
                ReturnApproved: no_lead,
                LeadEnded: no_lead,
            },
        ),
    ),
)

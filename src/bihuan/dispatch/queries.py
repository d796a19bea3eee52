"""Reading what units did with cases."""

from datetime import datetime

from bihuan.cases.types import CaseFacts, ClosureType
from bihuan.dispatch.models import Answer, ExtensionRequest
from bihuan.dispatch.types import AnswerRow, PendingExtension
from bihuan.duties.queries import reckon_from
from bihuan.policy import norms
from bihuan.policy.loader import pack as load_pack


def return_window(case: CaseFacts) -> datetime | None:
    """Until when the lead may ask to give the case back; None where the pack sets no window."""
    pack = load_pack(case.pack)
    if case.assigned_at is None or not pack.binds(norms.RETURN_WITHIN_WINDOW):
        return None
    rule = pack.limit("return_request", **case.limit_scope)
    return reckon_from(case.assigned_at, rule.limit, pack).due_at


def answers_given(number: str) -> int:
    """How many versions of an answer the case has."""
    return Answer.objects.filter(case_id=number).count()


def pending_extension(number: str) -> PendingExtension:
    """The extension that waits for a decision."""
    row = ExtensionRequest.objects.get(case_id=number, decided_at__isnull=True)
    return PendingExtension(row.days, row.reason)


def answers(number: str) -> list[AnswerRow]:
    """The answers of a case, the newest first; the caller has made sure that the actor may see it."""
    return [
        AnswerRow(
            a.version,
            a.at,
            a.by,
            a.unit,
            a.to_requester,
            a.to_platform,
            ClosureType(a.outcome),
            a.policy_basis,
            a.feedback_method,
            a.feedback_at,
            a.feedback_by,
            a.follow_up,
            a.signed_off_by,
            a.signed_off_at,
        )
        for a in Answer.objects.filter(case_id=number).order_by("-version")
    ]

"""Reading what units did with cases."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from bihuan.cases.types import CaseFacts, ClosureType
from bihuan.cases.words import words_of
from bihuan.dispatch.models import Answer, ExtensionRequest
from bihuan.dispatch.types import AnswerRow, PendingExtension
from bihuan.duties.queries import reckon_from
from bihuan.organisations.queries import responsibilities
from bihuan.organisations.types import ResponsibilityRow
from bihuan.policy import norms
from bihuan.policy.loader import pack as load_pack


def return_window(case: CaseFacts) -> datetime | None:
    """Until when the lead may ask to give the case back; None where the pack sets no window."""
    pack = load_pack(case.pack)
    if case.assigned_at is None or not pack.binds(norms.RETURN_WITHIN_WINDOW):
        return None
    rule = pack.limit("return_request", **case.limit_scope)
    return reckon_from(case.assigned_at, rule.limit, pack).due_at


def suggestions(
    texts: Mapping[str, str], jurisdiction: str, *, now: datetime, most: int = 3
) -> dict[str, tuple[ResponsibilityRow, ...]]:
    """Number → the entries of the responsibility list that share words with the text, the nearest first.

    A word counts the more, the fewer entries have it.
    """
    entries = [(entry, frozenset(words_of(entry.matter))) for entry in responsibilities(jurisdiction, now=now)]
    common = Counter(word for _, words in entries for word in words)
    found = {}
    for number, text in texts.items():
        said = set(words_of(text))
        scored = [(sum(1 / common[w] for w in words & said) / (len(words) or 1), e) for e, words in entries]
        best = sorted((s for s in scored if s[0] > 0), key=lambda s: (-s[0], s[1].code))[:most]
        found[number] = tuple(entry for _, entry in best)
    return found


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
